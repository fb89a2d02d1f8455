"""A disclosure report as people read it: its figures and labels in a language, and the page that is frozen beside it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from babel.numbers import format_percent
from jinja2 import Environment, PackageLoader

from surveyapp.languages import LANGUAGES, locale_of, long_date, translations_for
from surveyapp.wording import shown_value

EVERYTHING = "*"
_FEW = 0.1
"""Shares below it are told with a decimal."""

_FIGURES = 5000
"""Figures that are kept as they were written: a page has two hundred, and writing them took a quarter of its time."""

_BANDS = (5, 10, 20, 50, 100)
"""Where bands of sizes of groups begin."""


class Band(NamedTuple):
    """Groups of about one size: ``last`` is None for all larger ones."""

    first: int
    last: int | None
    groups: int
    people: int


class Reading:
    """A report in one language; templates ask it for words and figures."""

    def __init__(self, report: Mapping[str, Any], language: str) -> None:
        self.report, self.language = report, language

    def __eq__(self, other: object) -> bool:
        """The same report in the same language, so that what is rendered of one reading serves for the next."""
        return isinstance(other, Reading) and self.report is other.report and self.language == other.language

    def __hash__(self) -> int:
        """Of which report it is, which lives as long as this."""
        return hash((id(self.report), self.language))

    def share(self, part: float) -> str:
        """A share from 0 to 1 in per cent. What isn't quite nothing or all doesn't look so."""
        return _share(part, self.language)

    def number(self, value: float) -> str:
        """A figure as the language writes it, with two decimals at most."""
        return _number(value, self.language)

    def label(self, column: str, code: str = "") -> str:
        """What a column is called, or what a code means."""
        words = self.report["labels"].get(column, {}).get(code, {})
        return str(words.get(self.language) or words.get("en") or code or column)

    def labels(self, columns: Sequence[str]) -> str:
        """Several columns."""
        return " · ".join(self.label(name) for name in columns)

    @cached_property
    def title(self) -> str:
        """The programme, and which wave of it."""
        words = self.report["title"]
        name = words.get(self.language) or next(iter(words.values()), "")
        return f"{name} – {self.report['wave'].partition('/')[2]}"

    @cached_property
    def made(self) -> str:
        """The day in words."""
        return self.day(self.report["made"])

    def day(self, iso: str) -> str:
        """A day in words."""
        return long_date(date.fromisoformat(iso), self.language)

    def steps(self, hierarchy: Sequence[Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
        """Each exact label with its coarser ones, the finest first; what is called the same on two levels once."""
        return ((row[0], list(dict.fromkeys(row))[1:]) for row in hierarchy)

    @cached_property
    def clients(self) -> int:
        """How many clients there are in all; 0 where nobody has said it."""
        return sum((self.report.get("clients") or {"number": {}})["number"].values())

    @cached_property
    def seen(self) -> float:
        """The share of people alone in their group for whoever knows the most telling answers."""
        return float(max((each["share"] for each in self.report["profiles"]["analyst"]["alone_by_answers"]), default=0))

    @cached_property
    def known(self) -> int:
        """How many answers that takes."""
        return max((len(each["answers"]) for each in self.report["profiles"]["analyst"]["alone_by_answers"]), default=0)

    def in_full(self, profile: str) -> Iterator[tuple[str, float]]:
        """Each column and the share of people of whom it tells everything."""
        return ((each["column"], each["levels"][-1]) for each in self.report["profiles"][profile]["detail"])

    def bands(self, profile: str) -> Iterator[Band]:
        """Groups by size."""
        sizes = {int(size): times for size, times in self.report["profiles"][profile]["classes"]["sizes"].items()}
        starts = [1, *_BANDS]
        for first, end in zip(starts, [*starts[1:], None], strict=True):
            inside = {size: n for size, n in sizes.items() if size >= first and (end is None or size < end)}
            if inside:
                people = sum(size * times for size, times in inside.items())
                yield Band(first, end - 1 if end else None, sum(inside.values()), people)


@lru_cache(_FIGURES)
def _share(part: float, language: str) -> str:
    pattern = "#,##0%" if part >= _FEW or part == 0 else "#,##0.0%"
    shown = min(max(part, 0.001), 0.999) if 0 < part < 1 else part
    if shown > 1 - _FEW / 10 and part < 1:
        pattern = "#,##0.0%"
    spaced = pattern if language == "en" else pattern.replace("%", "\u00a0%")
    return str(format_percent(shown, spaced, locale=locale_of(language)))


@lru_cache(_FIGURES)
def _number(value: float, language: str) -> str:
    return shown_value(round(value, 2), language)


def pages(report: Mapping[str, Any], languages: Sequence[str] = LANGUAGES) -> dict[str, bytes]:
    """Language -> the report as a page that needs nothing else, to be frozen with the release."""
    return {language: _page(report, language) for language in languages}


def _page(report: Mapping[str, Any], language: str) -> bytes:
    environment = Environment(
        loader=PackageLoader("surveyapp.web"),
        autoescape=True,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = translations_for(language)
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    template = environment.get_template("report_file.html")
    return template.render(language=language, r=report, w=Reading(report, language)).encode()
