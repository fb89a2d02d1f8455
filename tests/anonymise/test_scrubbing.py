"""What tells who somebody is comes out of texts in five languages, and all else stays."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymise import scrubbing
from surveyapp.anonymise.scrubbing import scrub
from surveyapp.engine.personal import shown
from tests.anonymise.sentences import LANGUAGES, Figures, Sentence, measured, sentences

CERTAIN = ("PHONE", "EMAIL", "PERSONAL-CODE")
DOCUMENT = (Path(__file__).parents[2] / "docs" / "free-text.md").read_text("utf-8")
EVERYTHING = [sentence.text for language in LANGUAGES for sentence in sentences(language)]


def told(figures: Figures) -> str:
    """Figures as a line of the document's table tells them, and as the run prints them."""
    shares = (f"{found} of {every}" for found, every in (figures.found[kind] for kind in CERTAIN))
    others = [figures.found[kind] for kind in figures.found if kind not in CERTAIN]
    rest = f"{sum(found for found, _ in others)} of {sum(every for _, every in others)}"
    return " | ".join([*shares, rest, f"{figures.touched[0]} of {figures.touched[1]}"])


def parts(language: str) -> dict[str, list[Sentence]]:
    every = sentences(language)
    return {
        "": every,
        ", held out": [sentence for sentence in every if sentence.held_out],
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_all_is_found_and_nearly_nothing_else_touched(language: str, figures: dict[str, str]) -> None:
    every = measured(sentences(language))
    assert min(every.recall(kind) for kind in CERTAIN) >= 0.95
    assert min(every.recall(kind) for kind in every.found) >= 0.85
    assert every.false_hits <= 0.02
    for part, some in parts(language).items():
        line = f"{language}{part} | {told(measured(some))}"
        figures[f"scrubber, {language}{part}"] = line.partition(" | ")[2]
        assert f"| {line} |" in DOCUMENT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_are_many_and_a_third_of_them_hold_nothing(language: str) -> None:
    every = sentences(language)
    assert len({sentence.text for sentence in every}) == len(every) >= 300
    assert sum(not sentence.personal for sentence in every) >= len(every) / 3
    assert 0.25 < sum(sentence.held_out for sentence in every) / len(every) < 0.4
    kinds = [hit.kind for sentence in every for hit in sentence.personal]
    assert min(kinds.count(kind) for kind in CERTAIN) >= 30


def test_a_scrubber_that_lacks_a_kind_or_takes_too_much_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def capitals(text: str) -> Any:
        return (match.span() for match in re.finditer(r"[A-ZÕÄÖÜ]\w+ [A-ZÕÄÖÜ]\w+", text))

    finders = [(kind, capitals if kind == "NAME" else find) for kind, find in scrubbing._FINDERS if kind != "PHONE"]
    monkeypatch.setattr(scrubbing, "_FINDERS", finders)
    figures = measured(sentences("et"))
    assert figures.recall("PHONE") < 0.5
    assert figures.false_hits > 0.02


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Zvaniet 2912 3456, Anna Kalniņa", "Zvaniet [PHONE], [NAME]"),
        ("ик ４６９０３１２０２１４!", "ик [PERSONAL-CODE]!"),
        ("m\u00ada\u200bri@ma\u2060il.ee", "[EMAIL]"),
        ("Elan Pärna tn 12-4, korter 7.", "Elan [ADDRESS]."),
        ("t.me/mari ja @mari_t", "[URL] ja [HANDLE]"),
        ("Parim buss on 22, hind 12,50 €", "Parim buss on 22, hind 12,50 €"),
        ("", ""),
    ],
)
def test_a_mark_stands_where_something_was(text: str, left: str) -> None:
    assert scrub(text).text == left


def test_the_kinds_found_are_told() -> None:
    assert scrub("a@b.ee, 5123 4567, c@d.ee").kinds == ("EMAIL", "PHONE")
    assert scrub("5 punkti").kinds == ()


def test_what_was_scrubbed_is_left_alone_the_next_time() -> None:
    once = [scrub(text).text for text in EVERYTHING]
    assert [scrub(text).text for text in once] == once


@given(
    st.text("0123456789", min_size=11, max_size=11),
    st.lists(st.sampled_from(["", " ", ".", "-", "–", "\u200b"]), min_size=10),
)
def test_no_eleven_digits_get_through_however_they_are_spaced(digits: str, gaps: list[str]) -> None:
    spaced = "".join(digit + gap for digit, gap in zip(digits, [*gaps[:10], ""], strict=True))
    assert not re.search(r"\d", scrub(f"kood {spaced}, palun").text)


@given(st.one_of(st.text(), st.sampled_from(EVERYTHING)))
def test_any_text_is_taken_and_nothing_but_marks_is_added(text: str) -> None:
    marks = {f"[{kind}]" for kind in scrub(text).kinds}
    kept = re.split("|".join(map(re.escape, marks)) or r"(?!)", scrub(text).text)
    at = 0
    for part in kept:
        at = shown(text).index(part, at) + len(part)
