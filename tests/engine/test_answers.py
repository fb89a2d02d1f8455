"""Reading what people type and tick, type by type."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.engine.answers import PROBLEM_CODES, READERS, field_names, read
from surveyapp.engine.checks import CHECKS, Problem
from surveyapp.engine.cleaning import Flaw, clean_name, clean_text
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.personal import looks_personal
from surveyapp.web.respond.entered import entered
from surveyapp.web.respond.fields import FIELDS
from tests.engine.questionnaires import SCALE, TYPES, item

ASK = {kind: item(0, kind, None, required=False, easy=False) for kind in TYPES}
Q = Questionnaire(
    schema="questionnaire/1",
    id="q",
    kind="feedback",
    source_language="en",
    languages=("en",),
    title={},
    pages=(),
    scales={"five": SCALE},
)


def given_(kind: str, *, change: dict[str, Any] | None = None, **fields: list[str] | str) -> Any:
    """What comes out when these fields are posted for an item of a kind; ``main`` is its main field."""
    asked = Item(**{name: getattr(ASK[kind], name) for name in Item.__struct_fields__} | (change or {}))
    raw = {
        "q0" if name == "main" else f"q0__{name}": [value] if isinstance(value, str) else value
        for name, value in fields.items()
    }
    outcome = read(Q, asked, raw)
    return outcome.code if isinstance(outcome, Problem) else outcome


def test_every_type_has_a_reader_a_check_and_a_field() -> None:
    assert READERS.keys() == CHECKS.keys() == FIELDS.keys() == set(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_entered_is_nothing(kind: str) -> None:
    assert given_(kind) is None
    assert given_(kind, main="", text="  ", day="", month=" ", year="") is None


def test_single() -> None:
    assert given_("single", main="a") == "a"
    assert given_("single", main="other", text=" mine ") == {"value": "other", "text": " mine "}
    assert given_("single", main="other") == "other"
    assert given_("single", main="nonsense") == "not_offered"
    assert given_("single", main=["a", "b"]) == "one_only"
    assert given_("single", main="a", text="mine") == "own_text_without_option"
    assert given_("single", text="mine") == "own_text_without_option"
    assert given_("single", find="words") == "not_in_list"


def test_multiple() -> None:
    assert given_("multiple", main=["b", "a"]) == ["a", "b"]
    assert given_("multiple", main=["other", "a"], text="mine") == {"value": ["a", "other"], "text": "mine"}
    assert given_("multiple", main=["none", "a"]) == "excludes_others"
    assert given_("multiple", main=["none"]) == ["none"]
    assert given_("multiple", main=["a", "zzz"]) == "not_offered"
    assert given_("multiple", main=["a", "b"], change={"max_choices": 1}) == "too_many_choices"
    assert given_("multiple", main=["a"], change={"min_choices": 2}) == "too_few_choices"
    assert given_("multiple", text="mine") == "own_text_without_option"


def test_rating() -> None:
    assert given_("rating", main="4") == 4
    assert given_("rating", main="missing:dk") == {"missing": "dk"}
    assert given_("rating", main="missing:refused") == "not_offered"
    assert given_("rating", main="6") == "not_offered"
    assert given_("rating", main="٤") == "not_offered"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("-3", -3),
        ("−3", -3),
        ("+3", 3),
        ("2,0", 2),
        ("2.0", 2),
        ("1,5", "not_whole"),
        ("1_000", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1e3", "not_a_number"),
        ("१२", "not_a_number"),
        ("12 34", "not_a_number"),
        ("twelve", "not_a_number"),
        ("9" * 16, "number_too_large"),
        ("9" * 5000, "number_too_large"),
        ("5.0000000000000000000001", "not_whole"),
    ],
)
def test_number(typed: str, value: Any) -> None:
    assert given_("number", main=typed) == value


@pytest.mark.parametrize("value", [0.000001, -0.00002, 0.5, 10, 2.0, 123456789.123456])
@pytest.mark.parametrize("language", ["en", "lv"])
def test_a_number_that_comes_back_to_its_field_can_be_sent_again(value: float, language: str) -> None:
    fields = entered(ASK["number"], {"q0": value}, language)
    assert given_("number", main=list(fields["q0"]), change={"decimals": 6}) == value


def test_number_with_decimals_and_bounds() -> None:
    assert given_("number", main="1,5", change={"decimals": 1}) == 1.5
    assert given_("number", main="1.25", change={"decimals": 1}) == "too_many_decimals"
    assert given_("number", main="123456789,123456", change={"decimals": 6}) == 123456789.123456
    assert given_("number", main="999999999999,123456", change={"decimals": 6}) == "number_too_large"
    assert given_("number", main="0", change={"minimum": 1, "maximum": 50}) == "number_out_of_range"
    assert given_("number", main="0", change={"minimum": 1}) == "number_too_low"
    assert given_("number", main="51", change={"maximum": 50}) == "number_too_high"


@pytest.mark.parametrize(
    ("day", "month", "year", "value"),
    [
        ("2", "11", "2026", "2026-11-02"),
        ("02", "11.", "2026", "2026-11-02"),
        ("2", "novembris", "2026", "2026-11-02"),
        ("2", "Novembra", "2026", "2026-11-02"),
        ("2", "november", "2026", "2026-11-02"),
        ("2", "Nov.", "2026", "2026-11-02"),
        ("2", "ноября", "2026", "2026-11-02"),
        ("2", "листопада", "2026", "2026-11-02"),
        ("29", "2", "2024", "2024-02-29"),
        ("29", "2", "2026", "no_such_day"),
        ("31", "4", "2026", "no_such_day"),
        ("32", "1", "2026", "day_unclear"),
        ("two", "1", "2026", "day_unclear"),
        ("2", "13", "2026", "month_unclear"),
        ("2", "smarch", "2026", "month_unclear"),
        ("2", "11", "26", "year_unclear"),
        ("2", "11", "1899", "year_out_of_range"),
        ("", "11", "2026", "day_missing"),
        ("2", "", "2026", "month_missing"),
        ("2", "11", "", "year_missing"),
    ],
)
def test_date(day: str, month: str, year: str, value: str) -> None:
    assert given_("date", day=day, month=month, year=year) == value


def test_date_bounds() -> None:
    near = {"minimum": "2026-01-01", "maximum": "2026-12-31"}
    assert given_("date", day="1", month="1", year="2027", change=near) == "date_out_of_range"
    assert given_("date", day="1", month="1", year="2026", change={"minimum": "2026-02-01"}) == "date_too_low"
    assert given_("date", day="1", month="3", year="2026", change={"maximum": "2026-02-01"}) == "date_too_high"


def test_consent() -> None:
    assert given_("consent", main="yes") is True
    assert given_("consent", main="no") is False
    assert given_("consent", main="no", change={"required": True}) == "agreement_needed"
    assert given_("consent", main="on") == "not_offered"


def test_text() -> None:
    assert given_("text", main="Paldies!\r\nLabi.") == "Paldies!\nLabi."
    assert given_("text", main="x" * 1000) == "x" * 1000
    assert given_("text", main="x" * 1001) == "too_long"
    assert given_("text", main="a\x00b") == "unreadable_character"
    assert given_("text", main="a\x1bb") == "control_character"
    assert given_("text", main="a\ud800") == "unreadable_character"


CLEAN = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(CLEAN)
def test_clean_text_comes_back_identical(text: str) -> None:
    cleaned = clean_text(text, 200)
    assert isinstance(cleaned, str)
    assert clean_text(cleaned, 200) == cleaned


@pytest.mark.parametrize(
    "text", ["ā ē ģ ķ õ š ž ё ґ ї", "’ ‘ “ ” „ – —", "👵🏽👨‍👩‍👧", "שלום עולם", "\u202eabc\u202c", "a\tb", "e\u0301"]
)
def test_what_people_write_is_kept(text: str) -> None:
    cleaned = clean_text(text, 100)
    assert not isinstance(cleaned, Flaw)
    assert cleaned == text.replace("e\u0301", "é")


@pytest.mark.parametrize(
    ("typed", "name"), [(" Zoe\u0308 \n", "Zo\u00eb"), ("x" * 9, "x" * 9), ("👩\u200d💻 O’Neil", "👩\u200d💻 O’Neil")]
)
def test_a_name_is_kept_without_blanks_around_it(typed: str, name: str) -> None:
    assert clean_name(typed, 12) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" \t\r\n", "name_missing"),
        ("\u200b\u00a0", "name_missing"),
        ("x" * 13, "too_long"),
        ("Zoë\x00", "unreadable_character"),
        ("Zoë\x1b", "control_character"),
        ("Zo\në", "control_character"),
        ("Zo\u2028ë", "control_character"),
        ("\u202eZoë", "control_character"),
        ("Zoë\u2066", "control_character"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, code: str) -> None:
    flaw = clean_name(typed, 12)
    assert isinstance(flaw, Flaw)
    assert flaw.code == code


@given(
    st.sampled_from(TYPES),
    st.dictionaries(
        st.sampled_from(["q0", "q0__text", "q0__day", "q0__month", "q0__year", "q0__find"]),
        st.lists(st.text(max_size=6), max_size=3),
    ),
)
def test_no_post_whatever_breaks_a_reader(kind: str, raw: dict[str, list[str]]) -> None:
    outcome = read(Q, ASK[kind], raw)
    if isinstance(outcome, Problem):
        assert outcome.code in PROBLEM_CODES
        assert outcome.part is None or f"q0__{outcome.part}" in field_names(ASK[kind])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Zvaniet +371 29123456", {"phone"}),
        ("Tālrunis 29 123 456", {"phone"}),
        ("Helista 5123 4567", {"phone"}),
        ("raksti anna.berzina@epasts.lv", {"email"}),
        ("anna(at)epasts.lv", {"email"}),
        ("anna ät epasts punkt ee, борис(собака)mail.ru", {"email"}),
        ("tel ５１２３４５６７", {"phone"}),
        ("51\u200b23\u00ad4567", {"phone"}),
        ("1 250 000 eiro, 9.00-17.00, 2015.-2018.", set()),
        ("kods 010190-12345", {"personal_code"}),
        ("isikukood 49001010001", {"personal_code"}),
        ("isikukood 4 9 0 0 1 0 1 0 0 0 1", {"personal_code"}),
        ("4 no 5, gaidīju 20 minūtes", set()),
        ("kopš 2019. gada, 15.30", set()),
        ("2010-2011", set()),
        ("maksā 12,50 EUR, autobuss 22, 3. stāvs", set()),
        ("", set()),
    ],
)
def test_what_looks_personal(text: str, kinds: set[str]) -> None:
    assert set(looks_personal(text)) == kinds
