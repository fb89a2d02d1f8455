"""Every text in every language: complete, with the same placeholders, in the right alphabet."""

import re
from collections import Counter
from pathlib import Path

import pytest

from surveyapp import languages as spoken
from surveyapp.engine import definition, sheet
from surveyapp.engine.answers import PROBLEM_CODES
from surveyapp.engine.definition import LANGUAGES as PUBLISHABLE
from surveyapp.engine.wordings import wordings
from surveyapp.languages import translations_for
from surveyapp.wording import PROBLEMS
from tests.engine.library import PUBLISHED, library
from tests.languages.catalogues import LANGUAGES, catalogue, extracted, forms, sources, template

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")
COMMAND = re.compile(r"/[a-z]+(?: (?:et|lv|ru|en|uk)\b)?")
ALLOWED_LATIN = {
    "Telegram",
    "QR",
    "WCAG",
    "AA",
    "EN",
    "JavaScript",
    "NVDA",
    "JAWS",
    "VoiceOver",
    "TalkBack",
    "iPad",
    "Android",
    "IP",
    "SHA",
    "zip",
    "CSV",
    "XLSX",
    "OpenAPI",
    "k",
    "cookie",
    "low",
    "high",
}  # standards, products and file names that are written in Latin letters in Russian and Ukrainian too
LATIN, CYRILLIC = re.compile(r"[A-Za-z]+"), re.compile(r"[а-яёіїєґА-ЯЁІЇЄҐ]")


def words(text: str) -> str:
    """The text without placeholders, and without commands, which a chat takes in Latin letters only."""
    return COMMAND.sub(" ", PLACEHOLDER.sub(" ", text))


def test_the_template_is_fresh(tmp_path: Path) -> None:
    fresh = {message.id for message in extracted(tmp_path) if message.id}
    assert {message.id for message in template() if message.id} == fresh


def test_what_can_be_published_is_what_pages_speak() -> None:
    assert set(LANGUAGES) == definition.LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_complete(language: str) -> None:
    found = catalogue(language)
    assert {message.id for message in found if message.id} == {message.id for message in template() if message.id}
    for message in found:
        assert not message.fuzzy, message.id
        assert all(form.strip() for form in forms(message)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        wanted = [Counter(PLACEHOLDER.findall(sources(message)[-1]))]
        for place, form in enumerate(forms(message)):
            only_one = place == 0 and language in {"en", "et"}  # elsewhere the first form also serves 21 and 101
            allowed = [*wanted, Counter(PLACEHOLDER.findall(sources(message)[0]))] if only_one else wanted
            assert Counter(PLACEHOLDER.findall(form)) in allowed, (message.id, form)


@pytest.mark.parametrize(("language", "plurals"), [("et", 2), ("lv", 3), ("ru", 3), ("en", 2), ("uk", 3)])
def test_every_plural_form_is_there(language: str, plurals: int) -> None:
    assert catalogue(language).num_plurals == plurals
    for message in catalogue(language):
        if message.id and not isinstance(message.id, str):
            assert len(forms(message)) == plurals, message.id


@pytest.mark.parametrize(
    ("language", "number", "minutes"),
    [
        ("en", 1, "minute."),
        ("en", 2, "minutes."),
        ("et", 1, "minut."),
        ("et", 21, "minutit."),
        ("lv", 1, "minūte."),
        ("lv", 21, "minūte."),
        ("lv", 11, "minūtes."),
        ("lv", 10, "minūtes."),
        ("lv", 0, "minūšu."),
        ("lv", 101, "minūte."),
        ("ru", 1, "минута."),
        ("ru", 2, "минуты."),
        ("ru", 5, "минут."),
        ("ru", 11, "минут."),
        ("ru", 21, "минута."),
        ("uk", 1, "хвилина."),
        ("uk", 2, "хвилини."),
        ("uk", 0, "хвилин."),
    ],
)
def test_numbers_take_the_right_form(language: str, number: int, minutes: str) -> None:
    text = translations_for(language).ngettext(
        "Time needed: about %(num)s minute.", "Time needed: about %(num)s minutes.", number
    )
    assert text.endswith(minutes)


@pytest.mark.parametrize("language", ["et", "lv", "ru", "uk"])
def test_nothing_was_left_in_english(language: str) -> None:
    allowed = {
        line for line in (Path(__file__).parent / "untranslated.txt").read_text("utf-8").splitlines() if line[:1] != "#"
    }
    for message in catalogue(language):
        if message.id:
            assert forms(message)[0] != sources(message)[0] or sources(message)[0] in allowed, message.id


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_russian_and_ukrainian_have_no_latin_letters(language: str) -> None:
    for message in catalogue(language):
        for form in forms(message) if message.id else ():
            assert set(LATIN.findall(words(form))) <= ALLOWED_LATIN, form


@pytest.mark.parametrize("language", ["et", "lv", "en"])
def test_the_others_have_no_cyrillic_ones(language: str) -> None:
    for message in catalogue(language):
        assert not message.id or not any(CYRILLIC.search(form) for form in forms(message)), message.id


def test_russian_and_ukrainian_keep_their_own_letters() -> None:
    assert not any(
        re.search("[іїєґІЇЄҐ]", form) for message in catalogue("ru") for form in forms(message) if message.id
    )
    assert not any(
        re.search("[ыъэёЫЪЭЁ]", form) for message in catalogue("uk") for form in forms(message) if message.id
    )


@pytest.mark.parametrize("name", PUBLISHED)
def test_questionnaires_keep_to_their_alphabets(name: str) -> None:
    latin = {"latvija", "lv", "manapensija", "VSAA", "Telegram"}
    for path, wording in wordings(library(name)):
        for language, text in wording.items():
            if language in {"ru", "uk"}:
                assert set(LATIN.findall(PLACEHOLDER.sub(" ", text))) <= latin, (path, text)
            else:
                assert not CYRILLIC.search(text), (path, text)


def test_a_questionnaire_may_be_published_in_what_pages_and_codebooks_speak() -> None:
    assert set(LANGUAGES) == set(spoken.LANGUAGES) == PUBLISHABLE
    assert all(set(words) == PUBLISHABLE for words in sheet.LABELS.values())


def test_every_problem_has_its_sentence() -> None:
    assert set(PROBLEM_CODES) <= PROBLEMS.keys()


@pytest.mark.parametrize("quoted", [("et", "„…“"), ("lv", "„…”"), ("ru", "«…»"), ("uk", "«…»")])
def test_quotes_are_the_language_s_own(quoted: tuple[str, str]) -> None:
    language, own = quoted
    foreign = set('"“”„«»‘') - set(own)
    for message in catalogue(language):
        for form in forms(message) if message.id else ():
            assert not set(words(form)) & foreign, form
