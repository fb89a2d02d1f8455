"""Releases as templates show them: questions with their tables, columns with their codes, the rules of a wave."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from surveyapp.engine.codebook import NO_VALUE
from surveyapp.engine.column_words import COLUMNS
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.passed_on import Told, told
from surveyapp.engine.thresholds import Tier
from surveyapp.reports_in_words import EVERYTHING, Reading
from surveyapp.services.tables import Line, Tables, coverage, lines
from surveyapp.web.respond.texts import Voice

_NO_ANSWER = NO_VALUE | {""}
"""Codes that are no answers, and the one that names the column."""


class AnswerView(NamedTuple):
    """An answer, how many gave it, and their share where it may be told."""

    words: str
    n: int
    share: str


class LineView(NamedTuple):
    """A group's answers to a question. ``label``: empty for everybody; ``n``: valid answers.

    ``at_least``: there are more people like these, under a coarser label.
    """

    label: str
    tier: Tier
    n: int
    answers: tuple[AnswerView, ...]
    mean: str
    at_least: bool = False


class QuestionView(NamedTuple):
    """A question and its table."""

    title: str
    lines: tuple[LineView, ...]


class ColumnView(NamedTuple):
    """A column of the codebook: codes with their words."""

    name: str
    title: str
    codes: tuple[tuple[str, str], ...]


class CoarsenedView(NamedTuple):
    """What tells people apart, and how many steps lead from the exact answer to nothing."""

    title: str
    steps: int


class RulesView(NamedTuple):
    """What may be released of a wave. ``limit``: the largest share in per cent; ``capped``: questions it holds for."""

    passed_on: Told | None
    coarsened: tuple[CoarsenedView, ...]
    limit: int
    capped: int


def columns(tables: Tables) -> list[str]:
    """By which columns of labels answers can be broken down: those that tell something of somebody."""
    return [name for name in tables.columns if coverage(tables, name)]


def questions(tables: Tables, read: Reading, by: str | None) -> Iterator[QuestionView]:
    """Every question that is released, in its order; options of one question stand together."""
    for item, columns in _items(read.report["policy"]["answers"]):
        shown = list(zip(*(lines(tables, column, by) for column in columns), strict=True))
        partly = any(first.label == EVERYTHING for first, *_ in shown)
        yield QuestionView(
            read.label(item) if item in read.report["labels"] else read.label(columns[0]),
            tuple(
                _line_view(read, columns, one, by)._replace(at_least=partly and one[0].label != EVERYTHING)
                for one in shown
            ),
        )


def _items(columns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for column in columns:
        found.setdefault(column.partition("__")[0], []).append(column)
    yield from found.items()


def _line_view(read: Reading, columns: Sequence[str], same_group: Sequence[Line], by: str | None) -> LineView:
    """``same_group``: the line of each column; several where people could choose several options."""
    first = min(same_group, key=lambda line: line.n)
    label = f"{'* – ' if first.label == EVERYTHING else ''}{read.label(by, first.label)}" if by else ""
    if first.tier in {"hidden", "overall"}:
        return LineView(label, "hidden", 0, (), "")
    options = "__" in columns[0]
    if options:
        given = [(_option(read, each), line.counts.get("1", 0)) for each, line in zip(columns, same_group, strict=True)]
    else:
        codes = sorted((first.counts.keys() | read.report["labels"].get(columns[0], {})) - _NO_ANSWER, key=_by_code)
        given = [(read.label(columns[0], code), first.counts.get(code, 0)) for code in codes]
    told = tuple(AnswerView(words, n, read.share(n / first.n) if first.tier == "full" else "") for words, n in given)
    mean = "" if options or first.mean is None else read.number(first.mean)
    return LineView(label, first.tier, first.n, told, mean)


def _option(read: Reading, column: str) -> str:
    """What an option says, without its question before it."""
    return read.label(column).removeprefix(f"{read.label(column.partition('__')[0])}: ")


def _by_code(code: str) -> tuple[int, str]:
    return len(code), code


def codebook(report: dict[str, Any], read: Reading) -> Iterator[ColumnView]:
    """Columns and codes with their words."""
    for name, codes in report["labels"].items():
        words = tuple((code, read.label(name, code)) for code in codes if code)
        if words:
            yield ColumnView(name, read.label(name), words)


def rules(q: Questionnaire, language: str) -> RulesView:
    """The rules of a questionnaire in plain words."""
    voice = Voice(language if language in q.languages else q.source_language)
    titles = {
        each.column: voice.say(q.by_id[each.column].text if each.column in q.by_id else COLUMNS[each.column])
        for each in q.release.quasi
    }
    steps = {
        each.column: len(each.hierarchy[0]) if isinstance(each.hierarchy, tuple) else 1 for each in q.release.quasi
    }
    low = q.release.sensitive.low
    capped = [i for i in q.items if i.type == "rating" and i.criterion] if low == "all_criteria" else low
    return RulesView(
        told(q, voice),
        tuple(CoarsenedView(titles[name], steps[name]) for name in titles),
        round(q.release.alpha * 100),
        len(capped) + len(q.release.sensitive.any),
    )
