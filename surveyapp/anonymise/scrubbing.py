"""Takes out of a text what tells who somebody is, by its looks, in Estonian, Latvian, Russian, English and Ukrainian. Pure.

It assists; a person decides. It misses a single first name, names without capitals and numbers in words.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from surveyapp.anonymise.names import names
from surveyapp.anonymise.places import addresses
from surveyapp.engine.months import month_named
from surveyapp.engine.personal import CODE, emails, phones, shown

_BLANK = "\x00"


class Hit(NamedTuple):
    """Something personal: where it stands in the cleaned text, and what kind it is of."""

    start: int
    end: int
    kind: str


class Scrubbed(NamedTuple):
    """A text with ``[PHONE]`` and the like in place of what was found, and the kinds found, in alphabetical order."""

    text: str
    kinds: tuple[str, ...]


_TOP = "ee|lv|lt|ru|ua|fi|eu|com|org|net|info|io|me|blog|рф|укр"
_URL = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"\x00]*[\w/]|(?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.(?:{_TOP})\b(?:/(?:[^\s<>\"\x00]*[\w/])?)?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[^\W\d_](?:[\w.]*\w)?")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b")
_IP = re.compile(
    r"(?<![\d.])(?!\d\d\.\d\d\.\d\d\.\d\d(?!\d))(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)|\b(?:[0-9A-Fa-f]{1,4}:{1,2}){3,7}[0-9A-Fa-f]{1,4}\b"
)
_DAY = re.compile(
    r"(?<!\d)(?<!\d[.\-/])(?:\d{1,2}(?P<s>[.\-/]) ?\d{1,2}(?P=s) ?(?:19|20)\d\d|(?:19|20)\d\d(?P<t>[.\-/])\d{1,2}(?P=t)\d{1,2})(?![.\-/]?\d)"
)
_BORN = re.compile(
    r"(?:\b(?:sünd|s\. |dzim|dz\. ?|родил|рожд|д\. ?р|народ|д\. ?н|born|birth|dob)[^\d\n]{0,20})(?P<day>\d{1,2}([./-])\d{1,2}\2\d\d)(?!\d)"
    r"|(?<!\d)(?P<before>\d{1,2}([./-])\d{1,2}\4\d\d)(?= ?(?:г\.? ?р|р\. ?н|g\. ?dz|sünd))",
    re.IGNORECASE,
)
_WORDED = re.compile(
    r"(?<!\d)\d{1,2}\.?(?:st|nd|rd|th)?\s(?:of\s)?(?P<a>[^\W\d_]{3,})\.?,?\s(?:19|20)\d\d\b(?:\s(?:года|року|г\.|р\.))?"
    r"|\b(?P<b>[^\W\d_]{3,})\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d\.?\s?(?:gada|g\.)\s\d{1,2}\.\s?(?P<c>[^\W\d_]{3,})"
)
_PLATE_LETTERS = "A-ZАВЕІКМНОРСТУХ"
_PLATE = re.compile(
    rf"(?<![\w-])(?:\d{{3}}[ -]?(?!EUR|USD|GBP|SEK|RUB|UAH|MIN|KM|KG)[A-Z]{{3}}"
    rf"|(?!ID|NR|TV|EU|OK|LV|NO|PS|НА|НЕ|ОК)[{_PLATE_LETTERS}]{{2}}(?:[ -]?\d{{4}}[ -]?[{_PLATE_LETTERS}]{{2}}|[ -]?\d{{3,4}})"
    rf"|[{_PLATE_LETTERS}]\d{{3}}[{_PLATE_LETTERS}]{{2}}\d{{2,3}})(?![\w-])"
)


def scrub(text: str) -> Scrubbed:
    """Replace what looks personal. The text comes back in NFKC and without invisible characters, also when nothing was found."""
    clean = shown(text)
    parts, kinds, at = list[str](), set[str](), 0
    for hit in hits(clean):
        parts += clean[at : hit.start], f"[{hit.kind}]"
        kinds.add(hit.kind)
        at = hit.end
    return Scrubbed("".join((*parts, clean[at:])), tuple(sorted(kinds)))


def hits(clean: str) -> list[Hit]:
    """What looks personal in a text that ``engine.personal.shown`` has cleaned, in its order; nothing overlaps."""
    found = list[Hit]()
    for kind, find in _FINDERS:
        spans = [span for span in find(clean) if span[0] < span[1]]
        for start, end in spans:
            found.append(Hit(start, end, kind))
            clean = f"{clean[:start]}{_BLANK * (end - start)}{clean[end:]}"
    return sorted(found)


Finder = Callable[[str], Iterator[tuple[int, int]]]


def _each(pattern: re.Pattern[str], hint: str = "") -> Finder:
    """Every match of a pattern; ``hint``: letters one of which a text must hold for the pattern to be tried."""
    hints = re.compile(f"[{hint}]") if hint else pattern

    def find(text: str) -> Iterator[tuple[int, int]]:
        if hints.search(text):
            yield from (match.span() for match in pattern.finditer(text))

    return find


def _days(text: str) -> Iterator[tuple[int, int]]:
    """Whole dates: whoever writes one mostly tells a date of birth."""
    yield from (match.span() for match in _DAY.finditer(text))
    for match in _BORN.finditer(text):
        yield match.span("day") if match["day"] else match.span("before")
    for match in _WORDED.finditer(text):
        if month_named(match["a"] or match["b"] or match["c"]):
            yield match.span()


def _with_digits(find: Finder) -> Finder:
    def found(text: str) -> Iterator[tuple[int, int]]:
        if _DIGIT.search(text):
            yield from find(text)

    return found


_DIGIT = re.compile(r"\d")
_FINDERS: tuple[tuple[str, Finder], ...] = (
    ("EMAIL", emails),
    ("URL", _each(_URL, ".")),
    ("HANDLE", _each(_HANDLE, "@")),
    ("PERSONAL-CODE", _with_digits(_each(CODE))),
    ("IBAN", _with_digits(_each(_IBAN))),
    ("IP", _with_digits(_each(_IP, ".:"))),
    ("DATE", _with_digits(_days)),
    ("PHONE", _with_digits(phones)),
    ("ADDRESS", _with_digits(addresses)),
    ("PLATE", _with_digits(_each(_PLATE))),
    ("NAME", names),
)

KINDS = tuple(sorted(kind for kind, _ in _FINDERS))
"""What stands in the marks, in alphabetical order."""
