"""A release drawn up: classes found, files written, read again and counted again. Nothing here touches a database."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import islice
from json import dumps
from typing import Any, NamedTuple

from surveyapp.anonymise import columns, disclosure, reading, verifier, writing
from surveyapp.anonymise.codes import Codes
from surveyapp.anonymise.crowds import People, Unreleasable
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.profiles import Profiles, labels, partition
from surveyapp.services import codebooks, frozen, reports, texts
from surveyapp.services.gathering import Gathered
from surveyapp.services.refusals import Refusal

Pieces = Sequence[bytes]
Pages = Callable[[Mapping[str, Any]], Mapping[str, bytes]]
"""A report -> language -> the report as a page."""

STEPS = 6
"""Steps of a release: read, classes found, files written, files counted again, measured, frozen."""

Columns = Mapping[str, Sequence[str]]


class Shell(NamedTuple):
    """Who words the report, and who is told how many of the steps are done."""

    pages: Pages
    progress: Callable[[int, int], None] = lambda done, of: None

    def done(self, step: int) -> None:
        """So many steps are done."""
        self.progress(step, STEPS)


class Drawn(NamedTuple):
    """``files``: name -> its bytes in pieces. ``measures``: the figures for the ledger."""

    files: Mapping[str, Pieces]
    measures: Mapping[str, Any]


def draw(gathered: Gathered, shell: Shell) -> Drawn:
    """Everything that is to be frozen.

    Raises Refusal "unforeseen_value" for an answer the policy doesn't coarsen, "unreleasable" when not even all
    people together may be shown, "verification_failed" when the files don't keep what was promised.
    """
    if gathered.overall is not None:
        return Drawn({frozen.OVERALL: [gathered.overall]}, {})
    policy, sheet = gathered.policy, gathered.sheet
    people, views = _classes(policy, sheet)
    shell.done(2)
    shown = {name: labels(classes, people.trees) for name, classes in views._asdict().items()}
    files: dict[str, Pieces] = {
        frozen.RESPONSES: list(writing.rows(policy, sheet, shown["analyst"])),
        frozen.TABLES: list(writing.tables(policy, sheet, shown["public"])),
    }
    shell.done(3)
    released = verified(gathered, files, shown["public"])
    shell.done(4)
    batch = disclosure.Batch(sheet, released, people, writing.told_together(policy, sheet, shown["public"]))
    clients = disclosure.tellable(policy, people, views.analyst, gathered.source.clients)
    measures = {
        name: disclosure.measures(policy, batch, each, clients, views.public) for name, each in views._asdict().items()
    }
    shell.done(5)
    book = list(codebooks.for_report(policy, gathered.codebook))
    made = reports.report(gathered.source._replace(clients=clients), gathered.entry, policy, measures, book)
    made["who_answered"] = {**gathered.who, **_who_answered(policy, shown["public"])}
    files |= {
        f"{frozen.TEXTS}{item}{frozen.CSV}": texts.file(those, policy.k) for item, those in gathered.texts.items()
    }
    files[frozen.REPORT] = writing.cut(reports.to_bytes(made))
    for language, page in shell.pages(made).items():
        files[f"{frozen.PAGE}{language}{frozen.HTML}"] = writing.cut(page)
    return Drawn(files, {name: _short(each) for name, each in measures.items()})


def _who_answered(policy: Policy, public: Sequence[tuple[str, ...]]) -> dict[str, dict[str, int]]:
    """Column -> label -> people, as exactly as the public is told."""
    of_column = zip(*public, strict=True)
    return {column.name: dict(Counter(told)) for column, told in zip(policy.quasi, of_column, strict=True)}


def _classes(policy: Policy, sheet: Columns) -> tuple[People, Profiles]:
    try:
        people = reading.people(policy, sheet)
        return people, partition(people, policy.mode, policy.k, policy.public_k, policy.alpha)
    except reading.Unforeseen as error:
        raise Refusal("unforeseen_value", {"column": error.column, "value": error.value}) from error
    except Unreleasable as error:
        raise Refusal("unreleasable") from error


def verified(gathered: Gathered, files: Mapping[str, Pieces], public: Sequence[tuple[str, ...]]) -> Columns:
    """The answers as the bytes of the file have them, once everything was counted again. ``public``: labels of each row."""
    policy, sheet = gathered.policy, gathered.sheet
    promise = reading.promise(policy, sheet)
    found = verifier.verify(promise, _dicts(sheet), _dicts(read := _read(policy, files)), _public(policy, public))
    table = islice(_lines(files[frozen.TABLES]), 1, None)
    found = [*found, *verifier.miscounted(promise, _dicts(read), public, table)]
    codes = [f"{difference.code} ({difference.times})" for difference in found]
    if verifier.fingerprint(zip(*sheet.values(), strict=True)) != gathered.rows:
        codes.append("rows_changed")
    if codes:
        raise Refusal("verification_failed", {"found": ", ".join(codes)})
    return {name: read[name] for name in policy.answers}


def _public(policy: Policy, shown: Sequence[tuple[str, ...]]) -> Iterator[dict[str, str]]:
    names = [column.name for column in policy.quasi]
    return (dict(zip(names, label, strict=True)) for label in shown)


def _read(policy: Policy, files: Mapping[str, Pieces]) -> Columns:
    """The analysts' file as columns, with one label for each quasi-identifier. Raises Refusal "verification_failed"."""
    lines = _lines(files[frozen.RESPONSES])
    names = (columns.NUMBER, *columns.header(policy), *policy.answers)
    width = len(columns.header(policy)) + 1
    found = [Codes() for _ in (*policy.quasi, *policy.answers)]
    told: dict[tuple[str, ...], tuple[str, ...]] = {}
    in_order = tuple(next(lines)) == names
    for number, line in enumerate(lines, 1):
        in_order &= line[0] == str(number)
        cells = tuple(line[1:width])
        if cells not in told:
            told[cells] = columns.labels(policy, cells)
        for column, code in zip(found, (*told[cells], *line[width:]), strict=True):
            column.append(code)
    if not in_order:
        raise Refusal("verification_failed", {"found": "rows not numbered, or columns in disorder"})
    return dict(zip((*(column.name for column in policy.quasi), *policy.answers), found, strict=True))


def _lines(pieces: Pieces) -> Iterator[list[str]]:
    return csv.reader(frozen.decoded(pieces))


def _dicts(sheet: Columns) -> Iterator[dict[str, str]]:
    names = list(sheet)
    return (dict(zip(names, row, strict=True)) for row in zip(*sheet.values(), strict=True))


def _short(measures: Mapping[str, Any]) -> dict[str, Any]:
    """What of the measures the ledger keeps."""
    largest = max((each["largest"] for each in measures["alike"]), default=0.0)
    return {"k": measures["classes"]["least"], "largest_share": round(largest, 6), "glm": round(measures["glm"], 6)}


def hierarchies(policy: Policy) -> dict[str, str]:
    """Quasi-identifier -> SHA-256 of its hierarchy."""
    return {column.name: sha256(dumps(asdict(column), sort_keys=True).encode()).hexdigest() for column in policy.quasi}
