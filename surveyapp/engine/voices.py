"""How one person is spoken to: language, wording variant, what placeholders stand for. Pure, for every channel."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")

OWN_NAMES = {"et": "Eesti", "lv": "Latviešu", "ru": "Русский", "en": "English", "uk": "Українська"}
"""Language code -> the language's own name. Names of languages are not translated."""


def own_names(languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Language codes with the languages' own names, in the same order everywhere; others follow as given."""
    known = [code for code in OWN_NAMES if code in languages]
    return tuple((code, OWN_NAMES.get(code, code)) for code in dict.fromkeys((*known, *languages)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with ``{name}`` replaced where ``values`` knows the name. Anything else in braces stays as written."""
    if "{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


class Voice(NamedTuple):
    """How one person is spoken to.

    ``variant``: "standard" or "easy"; ``values``: what stands for the placeholders of wordings; ``order``: which of
    the four fixed orders shuffled options have.
    """

    language: str
    variant: str = "standard"
    values: Mapping[str, str] = {}
    order: int = 0

    def say(self, wording: Mapping[str, str]) -> str:
        """Choose the person's language and fill in the placeholders; empty where there are no words."""
        return fill(wording.get(self.language, ""), self.values)


def paragraphs(text: str) -> tuple[str, ...]:
    """The text at its blank lines; single line ends stay inside a paragraph."""
    return tuple(part for part in _BLANK_LINE.split(text.strip()) if part)


def grouped(code: str, size: int = 4) -> str:
    """A code in groups of four, as it is read aloud and copied by hand."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))
