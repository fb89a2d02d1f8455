"""A fault of a questionnaire, and what several checks of it share."""

import re
from collections.abc import Mapping
from typing import NamedTuple

ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""Short enough for the 64 bytes a chat button carries."""

OPTION = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
MOST_OPTIONS = {"single": 999, "multiple": 90}
"""A long single choice is found by typing; of a multiple one every option has a button, and a chat shows 100 at most."""

MOST_POINTS = 90
"""Of a scale, for the same reason."""

MOST_TEXT = 5000
"""Characters a person may write on one screen."""

CHOICES = frozenset({"single", "multiple"})


class Fault(NamedTuple):
    """``path``: where, as ``$.pages[0].items[1].minimum``; ``code``: what; ``values``: what fills its wording."""

    path: str
    code: str
    values: Mapping[str, str | int]


MESSAGES: dict[str, str] = {
    "repeated_id": "“%(id)s” stands here more than once",
    "bad_id": "“%(id)s” can't be an id: use at most 32 small letters, digits and single underscores, a letter first",
    "reserved_id": "“%(id)s” is a name the system uses itself",
    "no_questions": "there is no question",
    "note_without_question": "page “%(id)s” ends with a note; a note belongs before a question",
    "points_not_rising": "a scale needs 2 to %(limit)s points with rising values",
    "point_is_a_code": "no point can be %(value)s: in a file for analysts that means that somebody did not answer",
    "box_without_point": "top_box and bottom_box may name points of the scale only",
    "unknown_scale": "there is no scale “%(scale)s”",
    "variant_with_other_codes": "a variant must have the same values as “%(scale)s”",
    "attribute_without_meaning": "“%(attribute)s” means nothing for an item of type %(type)s",
    "unknown_criterion": "there is no criterion “%(criterion)s”",
    "too_few_or_many_options": "a choice needs 2 to %(limit)s options",
    "limits_contradict": "the limits contradict each other or are out of range",
    "too_much_text_at_once": "page “%(id)s” shows texts together that may hold more than %(limit)s characters in all; a form takes no more",
    "bound_of_other_type": "minimum and maximum of a %(type)s must be of that type",
    "not_a_rule": "this is not a rule",
    "unknown_id": "there is no item “%(id)s”",
    "rule_looks_ahead": "a rule may ask only about items before it, not about “%(id)s”",
    "operator_does_not_fit": "“%(operator)s” can't be asked of “%(id)s”",
    "rule_never_true": "“%(id)s” can never be “%(value)s”",
    "missing_wording": "there is no text in: %(languages)s",
    "undeclared_language": "“%(language)s” is not among the languages of the questionnaire",
    "unknown_placeholder": "there is no placeholder {%(name)s}",
    "other_placeholders": "the placeholders differ between %(source)s and %(language)s",
    "other_question_marks": "%(source)s and %(language)s are not both questions",
    "unstorable_text": "the text holds a character that can't be stored",
    "no_language": "at least one language must be declared, and the source language among them",
    "language_not_spoken": "nothing can be published in “%(language)s”: the pages around the questions are in et, lv, ru, en and uk",
    "kind_not_published": "a %(kind)s names people and needs a store of its own; it is never published here",
    "consent_missing": "a survey of clients needs a consent text",
    "notice_missing": "a survey of clients needs the notice “%(notice)s”",
    "media_not_local": "“%(address)s” must be a file of this installation, not an address",
    "threshold_too_low": "k and alpha may be stricter than 5, 10 and 0.8, never looser",
    "not_released_as": "“%(id)s” can't be released as %(what)s",
    "tells_simple_version": "“%(id)s” has a rule and no easy words, so that “not shown” would tell who chose the simple version",
    "rule_tells": "“%(id)s” is released and asked only of some by “%(of)s”, which is no released answer: its rows would tell “%(of)s”",
    "released_twice": "“%(id)s” is released more than once",
    "no_bottom_box": "the scale of “%(id)s” needs a bottom_box, so that low answers can be capped",
    "priority_too_low": "the priority of “%(id)s” must be 1 or more",
    "label_without_words": "the coarser label “%(label)s” needs words in every language: put them under labels",
    "hierarchy_uneven": "every row of the hierarchy of “%(id)s” needs the same number of levels",
    "hierarchy_incomplete": "the hierarchy of “%(id)s” does not cover every option: %(missing)s",
    "hierarchy_not_a_tree": "in the hierarchy of “%(id)s” the label “%(label)s” stands for two different things",
}
"""Code of a fault -> what the author reads."""


def sentence(fault: Fault) -> str:
    """The fault in words."""
    return MESSAGES[fault.code] % fault.values
