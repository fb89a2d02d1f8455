"""Classes of people as the bytes of files: rows for analysts, tables for everybody. UTF-8, commas, line feeds."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from surveyapp.anonymise import columns
from surveyapp.anonymise.crowds import Classes
from surveyapp.anonymise.policy import MISSING, Policy
from surveyapp.anonymise.reading import Sheet
from surveyapp.anonymise.trees import EVERYTHING, Numbers
from surveyapp.engine.thresholds import counted_under

PIECE = 2**20
"""Bytes of a piece of a file, at most."""

_AT_ONCE = 2000

Labels = Sequence[tuple[str, ...]]
"""For each person a label per quasi-identifier."""


def rows(policy: Policy, sheet: Sheet, shown: Labels) -> Iterator[bytes]:
    """A row for each person, numbered from 1 on in the order of the sheet."""
    names = (columns.NUMBER, *columns.header(policy), *policy.answers)
    cells = {label: columns.cells(policy, label) for label in set(shown)}
    answers = zip(*(sheet[name] for name in policy.answers), strict=True) if policy.answers else ((),) * len(shown)
    people = zip(shown, answers, strict=True)
    lines = ((number, *cells[label], *told) for number, (label, told) in enumerate(people, 1))
    return pieces(names, lines)


def tables(policy: Policy, sheet: Sheet, shown: Labels) -> Iterator[bytes]:
    """A row for each group with how many people it has; then, question by question, one for each group and answer.

    Groups of which too few answered a question are counted under ``*`` there (``thresholds.counted_under``).
    """
    return pieces((*columns.header(policy), *columns.COUNTED), _counted(policy, sheet, shown))


def told_together(policy: Policy, sheet: Sheet, shown: Labels) -> dict[str, Classes]:
    """Capped column -> the groups as which the tables tell of it; nothing of a column of which they don't tell."""
    groups, found = _groups(policy, shown), {}
    for name in dict.fromkeys(cap.column for cap in policy.caps):
        if under := _under(policy, groups, sheet[name]):
            told = sorted(set(under.values()))
            row = {labels: number for number, labels in enumerate(told)}
            of = np.array([row[under[cell]] for cell in groups.cells])[groups.of]
            found[name] = Classes(of, np.zeros((len(told), 0), np.int64))
    return found


class _Groups(NamedTuple):
    """The public's groups: the cells of each, and whose is whose."""

    cells: list[tuple[str, ...]]
    of: Numbers


def _groups(policy: Policy, shown: Labels) -> _Groups:
    labels = sorted(set(shown))
    place = {label: number for number, label in enumerate(labels)}
    of = np.fromiter(map(place.__getitem__, shown), np.int64, len(shown))
    return _Groups([columns.cells(policy, label) for label in labels], of)


def _under(policy: Policy, groups: _Groups, values: Sequence[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    answered = np.fromiter((value not in MISSING for value in values), np.int64, len(values))
    valid = _counts(groups.of, answered, (len(groups.cells), 2))[:, 1].tolist()
    heights = [len(names) for names in columns.levels(policy).values()]
    return counted_under(heights, dict(zip(groups.cells, valid, strict=True)), policy.fewest)


def _counted(policy: Policy, sheet: Sheet, shown: Labels) -> Iterator[tuple[object, ...]]:
    groups = cells, of = _groups(policy, shown)
    people = np.bincount(of, minlength=len(cells)).tolist()
    yield from ((*cell, EVERYTHING, EVERYTHING, many) for cell, many in zip(cells, people, strict=True))
    for name in policy.answers:
        if under := _under(policy, groups, sheet[name]):
            codes, told = sorted(set(sheet[name])), sorted(set(under.values()))
            number = {code: number for number, code in enumerate(codes)}
            row = {labels: number for number, labels in enumerate(told)}
            given = np.fromiter(map(number.__getitem__, sheet[name]), np.int64, len(of))
            counts = _counts(np.array([row[under[cell]] for cell in cells])[of], given, (len(told), len(codes)))
            for group, code in np.argwhere(counts).tolist():
                yield (*told[group], name, codes[code], int(counts[group, code]))


def _counts(of: Numbers, given: Numbers, shape: tuple[int, int]) -> Numbers:
    """(group, code) -> how many people, given both for each."""
    counts: Numbers = np.bincount(of * shape[1] + given, minlength=shape[0] * shape[1]).reshape(shape)
    return counts


def pieces(header: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV file in pieces of at most ``PIECE`` bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    waiting = b""
    for number, line in enumerate(lines, 1):
        writer.writerow(line)
        if number % _AT_ONCE == 0:
            waiting += out.getvalue().encode()
            out.seek(0)
            out.truncate()
            while len(waiting) >= PIECE:
                yield waiting[:PIECE]
                waiting = waiting[PIECE:]
    yield from cut(waiting + out.getvalue().encode())


def cut(data: bytes) -> list[bytes]:
    """The pieces of a whole file; one that is empty has one, empty piece."""
    return [data[at : at + PIECE] for at in range(0, len(data), PIECE)] or [b""]
