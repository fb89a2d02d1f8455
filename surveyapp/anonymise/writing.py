"""Classes of people as the bytes of files: rows for analysts, tables for everybody. UTF-8, commas, line feeds."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from surveyapp.anonymise import columns
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.reading import Sheet
from surveyapp.anonymise.trees import Numbers

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
    """A row for each group, column and code that somebody in it gave, with how many did."""
    groups = sorted(set(shown))
    place = {label: number for number, label in enumerate(groups)}
    of = np.fromiter(map(place.__getitem__, shown), np.int64, len(shown))
    told = [(name, code) for name in policy.answers for code in sorted(set(sheet[name]))]
    counted = np.concatenate([_counted(sheet[name], of, len(groups)) for name in policy.answers] or [of[:0, None]], 1)
    cells = [columns.cells(policy, label) for label in groups]
    group, kind = np.nonzero(counted)
    every = zip(group.tolist(), kind.tolist(), counted[group, kind].tolist(), strict=True)
    return pieces(
        (*columns.header(policy), *columns.COUNTED),
        ((*cells[number], *told[kind], many) for number, kind, many in every),
    )


def _counted(values: Sequence[str], of: Numbers, groups: int) -> Numbers:
    """(group, code in its order) -> how many."""
    place = {code: number for number, code in enumerate(sorted(set(values)))}
    codes = np.fromiter(map(place.__getitem__, values), np.int64, len(values))
    counted: Numbers = np.bincount(of * len(place) + codes, minlength=groups * len(place)).reshape(groups, -1)
    return counted


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
