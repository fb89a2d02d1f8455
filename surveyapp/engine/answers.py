"""From what was typed or ticked to a value that may be stored. One reader per item type; no other code judges answers.

``raw`` holds the posted fields by name: the item's id for its main control, ``<id>__text`` for the own text of an
option, ``<id>__day``, ``<id>__month`` and ``<id>__year`` for a date, ``<id>__find`` for the search box of a long list.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from surveyapp.engine.checks import EXACT_DIGITS, Problem, check, extra_codes, too_fine
from surveyapp.engine.cleaning import Flaw, clean_text, matchable
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.months import month_named

Raw = Mapping[str, Sequence[str]]

PROBLEM_CODES = (
    "required",
    "not_offered",
    "one_only",
    "own_text_without_option",
    "not_in_list",
    "excludes_others",
    "too_many_choices",
    "too_few_choices",
    "not_a_number",
    "not_whole",
    "too_many_decimals",
    "number_too_large",
    "number_out_of_range",
    "number_too_low",
    "number_too_high",
    "too_long",
    "unreadable_character",
    "control_character",
    "text_and_extra",
    "day_missing",
    "month_missing",
    "year_missing",
    "day_unclear",
    "month_unclear",
    "year_unclear",
    "year_out_of_range",
    "no_such_day",
    "not_a_date",
    "date_out_of_range",
    "date_too_low",
    "date_too_high",
    "agreement_needed",
)
"""Every code a Problem with an answer can have."""

_MISSING = "missing:"
_ANY_LENGTH = 1 << 20
_NUMBER = re.compile(r"([+\-−]?)([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?")
_PART = re.compile(r"[0-9]{1,4}")
_PARTS = ("day", "month", "year")


def field_names(item: Item) -> tuple[str, ...]:
    """Names of the HTML fields an item may post."""
    return (item.id, *(f"{item.id}__{part}" for part in _SUFFIXES.get(item.type, ())))


def read(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
    """The value to store, a Problem, or None where nothing was entered."""
    flaw = _unreadable(item, raw)
    if flaw is not None:
        return flaw
    value = READERS[item.type](q, item, raw)
    if value is None or isinstance(value, Problem):
        return value
    return check(q, item, value) or value


def _unreadable(item: Item, raw: Raw) -> Problem | None:
    """A character that no field may hold, whatever it is for."""
    for name in field_names(item):
        for text in raw.get(name, ()):
            cleaned = clean_text(text, _ANY_LENGTH)
            if isinstance(cleaned, Flaw):
                return Problem(item.id, cleaned.code, cleaned.values, name.partition("__")[2] or None)
    return None


def _entered(raw: Raw, name: str) -> list[str]:
    return [value for value in raw.get(name, ()) if value.strip()]


def _own_text(item: Item, raw: Raw) -> str:
    texts = _entered(raw, f"{item.id}__text") if "text" in _SUFFIXES.get(item.type, ()) else []
    return str(clean_text(texts[0], _ANY_LENGTH)) if texts else ""


def _extra(q: Questionnaire, item: Item, chosen: Sequence[str]) -> dict[str, str] | None:
    codes = [value.removeprefix(_MISSING) for value in chosen if value.startswith(_MISSING)]
    return {"missing": codes[0]} if codes and codes[0] in extra_codes(q, item) else None


def _read_choice(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
    """The chosen value as posted, a missing code, a Problem, or None. Own text without a choice is asked about."""
    chosen = _entered(raw, item.id)
    if len(chosen) > 1:
        return Problem(item.id, "one_only", {})
    if not chosen:
        return Problem(item.id, "own_text_without_option", {}, "text") if _own_text(item, raw) else None
    return _extra(q, item, chosen) or chosen[0]


def _read_single(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
    chosen, found = _read_choice(q, item, raw), _found(item, raw)
    if chosen is None or isinstance(chosen, Problem):
        return chosen or found
    if found is not None and found != chosen:
        return Problem(item.id, "one_only", {}, "find")
    text = _own_text(item, raw)
    if not text:
        return chosen
    writable = any(option.value == chosen and option.own_text for option in item.options)
    return {"value": chosen, "text": text} if writable else Problem(item.id, "own_text_without_option", {}, "text")


def _found(item: Item, raw: Raw) -> str | Problem | None:
    """The option whose words were typed into the search box of a long list, in whatever language."""
    typed = _entered(raw, f"{item.id}__find")
    if not typed:
        return None
    wanted = matchable(typed[0])
    found = {option.value for option in item.options if wanted in map(matchable, option.label.values())}
    return found.pop() if len(found) == 1 else Problem(item.id, "not_in_list", {}, "find")


def _read_multiple(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
    posted, text = _entered(raw, item.id), _own_text(item, raw)
    extra = _extra(q, item, posted)
    if extra is not None:
        return Problem(item.id, "one_only", {}) if len(set(posted)) > 1 or text else extra
    known = {option.value: option for option in item.options}
    if not set(posted) <= set(known):
        return Problem(item.id, "not_offered", {})
    chosen = [value for value in known if value in posted]
    if not text:
        return chosen or None
    writable = any(known[value].own_text for value in chosen)
    return {"value": chosen, "text": text} if writable else Problem(item.id, "own_text_without_option", {}, "text")


def _read_rating(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
    chosen = _read_choice(q, item, raw)
    if not isinstance(chosen, str):
        return chosen
    scale = q.scale_of(item)
    values = {str(point.value): point.value for point in scale.points} if scale else {}
    return values.get(chosen, Problem(item.id, "not_offered", {}))


def _typed_or_extra(q: Questionnaire, item: Item, raw: Raw, name: str) -> tuple[str, dict[str, str] | None]:
    """What stands in the text field, and the way of not answering ticked beside it. The field comes first."""
    posted = list(raw.get(name, ()))
    ticked = posted[1:] if name == item.id else list(raw.get(item.id, ()))
    if not q.extras_of(item):
        ticked = []
    elif len(posted) == 1 and name == item.id and _extra(q, item, posted):
        posted, ticked = [], posted
    return (posted[0] if posted else ""), _extra(q, item, ticked)


def _read_typed(read_text: Callable[[Item, str], Any]) -> Callable[[Questionnaire, Item, Raw], Any]:
    def reader(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
        typed, extra = _typed_or_extra(q, item, raw, item.id)
        if not typed.strip():
            return extra
        return Problem(item.id, "text_and_extra", {}) if extra else read_text(item, typed)

    return reader


def _number(item: Item, typed: str) -> int | float | Problem:
    found = _NUMBER.fullmatch(typed.strip())
    if not found:
        return Problem(item.id, "not_a_number", {})
    sign, whole, fraction = found.groups()
    digits, decimals = re.sub(r"[^0-9]", "", whole), (fraction or "").rstrip("0")
    if len(decimals) > item.decimals:
        return too_fine(item)
    if len((digits + decimals).lstrip("0")) > EXACT_DIGITS:
        return Problem(item.id, "number_too_large", {})
    minus = -1 if sign in {"-", "−"} else 1
    return minus * (float(f"{digits}.{decimals}") if decimals else int(digits))


def _text(item: Item, typed: str) -> str:
    return str(clean_text(typed, _ANY_LENGTH))


def _read_date(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
    typed = {part: " ".join(_entered(raw, f"{item.id}__{part}")).strip(" .,") for part in _PARTS}
    extra = _extra(q, item, _entered(raw, item.id))
    if not any(typed.values()):
        return extra
    if extra:
        return Problem(item.id, "text_and_extra", {})
    for part in _PARTS:
        if not typed[part]:
            return Problem(item.id, f"{part}_missing", {}, part)
    month = month_named(typed["month"]) or typed["month"]
    numbers = {"day": typed["day"], "month": str(month), "year": typed["year"]}
    for part, text in numbers.items():
        if not _PART.fullmatch(text) or not _FIRST_LAST[part][0] <= int(text) <= _FIRST_LAST[part][1]:
            return Problem(item.id, f"{part}_unclear", {}, part)
    return f"{int(numbers['year']):04}-{int(numbers['month']):02}-{int(numbers['day']):02}"


_FIRST_LAST = {"day": (1, 31), "month": (1, 12), "year": (1000, 9999)}


def _read_consent(q: Questionnaire, item: Item, raw: Raw) -> Any | Problem | None:
    chosen = _read_choice(q, item, raw)
    return (
        {"yes": True, "no": False}.get(chosen, Problem(item.id, "not_offered", {}))
        if isinstance(chosen, str)
        else chosen
    )


def _read_note(q: Questionnaire, item: Item, raw: Raw) -> None:
    return None


READERS: dict[str, Callable[[Questionnaire, Item, Raw], Any]] = {
    "single": _read_single,
    "multiple": _read_multiple,
    "rating": _read_rating,
    "number": _read_typed(_number),
    "text": _read_typed(_text),
    "date": _read_date,
    "consent": _read_consent,
    "note": _read_note,
}
"""Item type -> reader of what was posted."""

_SUFFIXES = {"single": ("text", "find"), "multiple": ("text",), "date": _PARTS}
