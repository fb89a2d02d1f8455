"""The glossaries say what the pages say: the same words in five languages, each as it stands there."""

import re
from pathlib import Path

import pytest

from tests.engine.library import FILES
from tests.languages.catalogues import LANGUAGES, catalogue, forms

FOLDER = Path(__file__).parent.parent.parent / "docs" / "glossary"
OF_STAFF = {
    "passphrase",
    "second factor",
    "authenticator app",
    "passkey",
    "recovery code",
    "collector (role)",
    "analyst",
    "manager",
    "administrator",
    "audit log",
    "release",
    "batch",
    "approve (a text)",
    "withhold (a text)",
    "scrub",
    "disclosure report",
    "coverage",
    "public tables",
    "token",
}


def rows(language: str) -> list[list[str]]:
    """English, preferred, on the pages, avoided, note: of every word, without the heads of tables."""
    lines = re.findall(r"^\|(.+)\|$", (FOLDER / f"{language}.md").read_text("utf-8"), re.MULTILINE)
    tables = [[cell.strip() for cell in line.split("|")] for line in lines]
    heads = [number - 1 for number, row in enumerate(tables) if set(row) == {"---"}]
    return [row for number, row in enumerate(tables) if number not in heads and number - 1 not in heads]


def said(language: str) -> str:
    """Everything that pages say in a language."""
    return "\n".join(form for message in catalogue(language) if message.id for form in forms(message))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_glossary_has_the_same_words(language: str) -> None:
    found = [row[0] for row in rows(language)]
    assert found == [row[0] for row in rows("en")]
    assert set(found) >= OF_STAFF | {"organisation"}
    assert all(len(row) == 5 and row[1] for row in rows(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_glossary_says_stands_on_the_pages_does(language: str) -> None:
    texts = "\n".join([said(language), *FILES.values()])
    missing = [row[2] for row in rows(language) if row[2] != "–" and row[2] not in texts]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_for_staff_are_not_said_in_ways_that_are_avoided(language: str) -> None:
    texts = said(language).casefold()
    for row in rows(language):
        if row[0] in OF_STAFF:
            for avoided in row[3].split(", "):
                word = re.sub(r" \(.*\)", "", avoided).casefold()
                assert not re.search(rf"\b{re.escape(word)}\b", texts), f"{language}: {word}"
