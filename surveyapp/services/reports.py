"""What report.json says of a release: everything a data-protection officer asks for, in figures and codes. Pure.

Whoever makes a release measures both profiles (``anonymise.disclosure.measures``) and gives the figures here; words in a
language are made of the report alone, so that the page says the same for ever.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from surveyapp.anonymise.policy import Clients, Policy
from surveyapp.engine.definition import Questionnaire

Labels = Mapping[str, str]

NOT_ASKED = frozenset({"note", "consent"})
"""Types of items that ask for no answer."""

_DECIMALS = 6
"""More would differ from one machine to another."""


class Texts(NamedTuple):
    """Texts of one item: waiting for a decision, approved and in no release yet, refused, in a release."""

    waiting: int
    approved: int
    refused: int
    released: int


class Source(NamedTuple):
    """Where a release comes from. ``sha256``: of the questionnaire's version; ``code``: the version of the program.

    ``title``: of the programme, by language. ``withheld``: settled answers of the wave that are never released.
    ``texts``: by item. ``clients``: None where nobody has said how many there are.
    """

    wave: str
    title: Labels
    questionnaire: Questionnaire
    version: int
    sha256: str
    code: str
    synthetic: bool
    withheld: int = 0
    texts: Mapping[str, Texts] = {}
    clients: Clients | None = None


class Entry(NamedTuple):
    """The release's place in the ledger. ``previous``: hash of the entry before it in hex, empty for the first.

    ``earlier``: older releases of the wave: batch, day, people and SHA-256 by name of file.
    """

    batch: int
    made: date
    previous: str
    earlier: Sequence[Mapping[str, Any]] = ()


def report(
    source: Source,
    entry: Entry,
    policy: Policy,
    measures: Mapping[str, Mapping[str, Any]],
    codebook: Iterable[Mapping[str, str]],
) -> dict[str, Any]:
    """The report. ``measures``: "analyst" and "public"; ``codebook``: rows as in codebook.csv, for the labels.

    Only a release that was verified has a report: there is no difference to tell of.
    """
    made: dict[str, Any] = _plain(
        {
            "report": 1,
            "wave": source.wave,
            "title": source.title,
            "synthetic": source.synthetic,
            "questionnaire": {"id": source.questionnaire.id, "version": source.version, "sha256": source.sha256},
            "code": source.code,
            "batch": entry.batch,
            "made": entry.made.isoformat(),
            "ledger": {"previous": entry.previous, "earlier": list(entry.earlier)},
            "verified": True,
            "policy": _policy(policy),
            "clients": asdict(source.clients) if source.clients else None,
            "counts": _counts(policy, source.withheld, measures["analyst"]["people"]),
            "fewest_answers": policy.fewest,
            "profiles": measures,
            "left_out": _left_out(source.questionnaire, policy),
            "texts": {name: each._asdict() for name, each in source.texts.items()},
            "labels": {**_questions(source.questionnaire), **_labels(codebook)},
        }
    )
    return made


def to_bytes(made: Mapping[str, Any]) -> bytes:
    """The file: the same report is always the same bytes."""
    return (json.dumps(made, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def read(data: bytes) -> dict[str, Any]:
    """The report of a file."""
    found: dict[str, Any] = json.loads(data)
    return found


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "sha256": policy.sha256,
        "k": policy.k,
        "public_k": policy.public_k,
        "alpha": float(policy.alpha),
        "mode": policy.mode,
        "quasi": [{"column": c.name, "priority": c.priority, "hierarchy": c.rows} for c in policy.quasi],
        "sensitive": [{"column": cap.column, "values": cap.values} for cap in policy.caps],
        "answers": policy.answers,
        "text": policy.text,
    }


def _counts(policy: Policy, withheld: int, released: int) -> dict[str, Any]:
    """How many were settled is told only where that doesn't tell how few are withheld."""
    few = 2 * policy.k
    return {
        "settled": None if withheld else released,
        "released": released,
        "withheld_under": few if 0 < withheld < few else None,
        "withheld": withheld if withheld >= few else 0,
    }


def _left_out(q: Questionnaire, policy: Policy) -> list[str]:
    """Questions whose answers are in no file, in their order."""
    answers = {name.partition("__")[0] for name in policy.answers}
    kept = {*answers, *policy.text, *(column.name for column in policy.quasi)}
    return [item.id for item in q.items if item.id not in kept and item.type not in NOT_ASKED]


def _questions(q: Questionnaire) -> dict[str, Any]:
    """What is asked, also by what is in no file."""
    return {item.id: {"": item.text} for item in q.items if item.type not in NOT_ASKED}


def _labels(codebook: Iterable[Mapping[str, str]]) -> dict[str, dict[str, dict[str, str]]]:
    """Column -> code -> language -> words; the code "" names the column itself."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in codebook:
        words = {name.removeprefix("label_"): text for name, text in row.items() if name.startswith("label_")}
        found.setdefault(row["column"], {})[row["code"]] = words
    return found


def _plain(value: Any) -> Any:
    """As it comes back out of the file."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return round(value, _DECIMALS) if isinstance(value, float) else value
