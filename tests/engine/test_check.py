"""Every gate of publication: a small change to a good file, and the fault it must bring."""

import pytest

from surveyapp.engine import documents
from surveyapp.engine.check import faults
from surveyapp.engine.documents import DocumentError
from surveyapp.engine.faults import MESSAGES, sentence
from tests.builders import TINY
from tests.engine.library import FILES, library

GOOD = TINY.format(id="tiny")
POINTS = "".join(f"      - {{value: {value - 200}, en: x, lv: x}}\n" for value in range(90))
CHANGES = [
    ("repeated_id", "id: what", "id: how"),
    ("repeated_id", "value: money", "value: help"),
    ("repeated_id", "id: second", "id: first"),
    ("bad_id", "id: words", "id: Words"),
    ("bad_id", "id: words", "id: " + "w" * 33),
    ("bad_id", "id: words", "id: a__b"),
    ("reserved_id", "id: words", "id: unit"),
    ("reserved_id", "id: words", "id: rev"),
    ("points_not_rising", "value: 2, en: fair", "value: 1, en: fair"),
    ("points_not_rising", "      - {value: 1, en: bad", POINTS + "      - {value: 1, en: bad"),
    ("point_is_a_code", "value: 1, en: bad", "value: -5, en: bad"),
    ("point_is_a_code", "value: 1, en: bad", "value: -9, en: bad"),
    ("box_without_point", "bottom_box: [1]", "bottom_box: [9]"),
    ("unknown_scale", "scale: good3", "scale: good4"),
    ("attribute_without_meaning", "type: single", "type: single, max_choices: 2".replace(", ", "\n        ")),
    ("unknown_criterion", "scale: good3,", "scale: good3, criterion: c99,"),
    ("limits_contradict", "type: multi", "type: multi\n        min_choices: 3\n        max_choices: 2"),
    (
        "too_much_text_at_once",
        "      - id: what\n",
        '      - {id: more, type: text, max_length: 5000, text: {en: "More", lv: "Vēl"}}\n      - id: what\n',
    ),
    ("not_a_rule", "id: words\n", 'id: words\n        show_if: ["is", "where"]\n'),
    ("unknown_id", "id: words\n", 'id: words\n        show_if: ["==", "nowhere", "town"]\n'),
    ("rule_looks_ahead", "id: how,", 'id: how, show_if: ["==", "where", "town"],'),
    ("operator_does_not_fit", "id: words\n", 'id: words\n        show_if: ["has", "where", "town"]\n'),
    ("rule_never_true", "id: words\n", 'id: words\n        show_if: ["==", "where", "sea"]\n'),
    ("rule_never_true", "id: words\n", 'id: words\n        show_if: ["==", "how", "3"]\n'),
    ("missing_wording", ', lv: "Kā bija?"', ""),
    ("missing_wording", "en: bad, lv: slikti", "en: bad"),
    ("undeclared_language", 'en: "Tiny",', 'en: "Tiny", fr: "Petit",'),
    ("unknown_placeholder", '"How was it?"', '"How was {it}?"'),
    ("other_placeholders", '"Anything else?"', '"Anything else at {organisation}?"'),
    ("other_question_marks", '"Anything else?"', '"Anything else."'),
    ("language_not_spoken", "languages: [en, lv]", "languages: [en, lv, de]"),
    ("no_language", "source_language: en", "source_language: et"),
    ("kind_not_published", "kind: feedback", "kind: registration"),
    ("consent_missing", "kind: feedback", "kind: survey\naudience: clients"),
    ("notice_missing", "kind: feedback", "kind: survey\naudience: clients"),
    ("media_not_local", "id: words\n", "id: words\n        media: {audio: {en: 'https://elsewhere.example/a.mp3'}}\n"),
    ("threshold_too_low", "release:", "release:\n  k: {analyst: 3, public: 10}"),
    ("threshold_too_low", "release:", "release:\n  alpha: 0.9"),
    ("not_released_as", "answers: [what]", "answers: [what, words]"),
    ("unknown_id", "answers: [what]", "answers: [whatever]"),
    ("rule_tells", "id: what\n", 'id: what\n        show_if: ["==", "channel", "web"]\n'),
    (
        "rule_tells",
        "id: what\n",
        'id: what\n        show_if: ["all", ["==", "how", 3], ["not", ["==", "language", "lv"]]]\n',
    ),
    ("released_twice", "answers: [what]", "answers: [what, how]"),
    ("released_twice", "{column: where}", "{column: service, hierarchy: service_tree}, {column: service_group}"),
    (
        "tells_simple_version",
        """lv: "Kā bija?"}}
      - id: what
""",
        """lv: "Kā bija?"}, easy: {en: "How was it?", lv: "Kā bija?"}}
      - id: what
        show_if: ["==", "how", 3]
""",
    ),
    ("no_bottom_box", "    bottom_box: [1]\n", ""),
    ("hierarchy_incomplete", "{column: where}", "{column: where, hierarchy: [[town, here]]}"),
    ("hierarchy_uneven", "{column: where}", "{column: where, hierarchy: [[town, here], [farm]]}"),
    ("hierarchy_not_a_tree", "{column: where}", "{column: where, hierarchy: [[town, farm], [farm, other]]}"),
    ("hierarchy_not_a_tree", "{column: where}", '{column: where, hierarchy: [[town, "*"], [farm, land]]}'),
    ("hierarchy_not_a_tree", "{column: where}", '{column: where, hierarchy: [[town, "-9"], [farm, land]]}'),
    ("label_without_words", "{column: where}", "{column: where, hierarchy: [[town, land], [farm, land]]}"),
    (
        "missing_wording",
        "{column: where}",
        "{column: where, hierarchy: [[town, land], [farm, land]], labels: {land: {en: land}}}",
    ),
    ("priority_too_low", "{column: where}", "{column: where, priority: 0}"),
]


def test_the_tiny_questionnaire_has_no_fault() -> None:
    assert faults(documents.load(GOOD)) == ()


@pytest.mark.parametrize(("code", "old", "new"), CHANGES)
def test_gate(code: str, old: str, new: str) -> None:
    assert old in GOOD
    found = faults(documents.load(GOOD.replace(old, new, 1)))
    assert code in {fault.code for fault in found}
    assert all(fault.path.startswith("$") and sentence(fault) for fault in found)


def test_every_fault_can_be_worded() -> None:
    tried = {code for code, _, _ in CHANGES}
    rest = {
        "no_questions",
        "note_without_question",
        "variant_with_other_codes",
        "too_few_or_many_options",
        "bound_of_other_type",
        "unstorable_text",
    }
    assert tried | rest == set(MESSAGES)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("a: 1\na: 2", "repeated_key"),
        ("[unclosed", "not_yaml"),
        ("\x00", "not_yaml"),
        ("just words", "wrong_shape"),
        ("on: 1", "key_not_text"),
        ("? [a]\n: 1", "key_not_text"),
        (GOOD.replace("value: town", "value: yes"), "quote_yes_no"),
        (GOOD.replace("id: words", "id: 5"), "wrong_shape"),
        (GOOD.replace("type: single", "type: matrix"), "wrong_shape"),
        ("uses: nobody\n" + GOOD, "unknown_questionnaire"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]" for n in range(6)),
            "too_many_values",
        ),
        ("{" * 300, "not_yaml"),
        ("a: " + "[" * 60 + "]" * 60, "too_deep"),
        ("x" * 2_000_001, "too_large"),
        ("!!python/object/apply:os.system ['true']", "not_yaml"),
    ],
)
def test_a_file_that_is_no_questionnaire(file: str, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        documents.load(file, FILES)
    assert refused.value.code == code


def test_the_error_names_the_path() -> None:
    with pytest.raises(DocumentError) as refused:
        documents.load(GOOD.replace("type: multi", "type: multi\n        max_choices: many"))
    assert refused.value.path == "$.pages[0].items[1].max_choices"


def test_a_borrowed_consent_comes_along() -> None:
    short, full = library("client_satisfaction_short"), library("client_satisfaction_10")
    assert short.consent is not None
    assert full.consent is not None
    assert short.consent.lines == full.consent.lines
    assert short.consent.short != full.consent.short
