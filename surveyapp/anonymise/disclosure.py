"""Everything the disclosure report says of a profile, in figures and codes; the wording is somebody else's."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from surveyapp.anonymise import risks, uniques, utility
from surveyapp.anonymise.crowds import Classes, People
from surveyapp.anonymise.policy import Clients, Policy
from surveyapp.anonymise.reading import Sheet
from surveyapp.anonymise.trees import EVERYTHING


class Batch(NamedTuple):
    """What was settled, the answers as the files hold them, and the people as they were read.

    ``told``: capped columns that the public is told of -> the groups in which it is; None where that isn't asked.
    """

    settled: Sheet
    released: Sheet
    people: People
    told: Mapping[str, Classes] | None = None


def tellable(policy: Policy, people: People, analyst: Classes, clients: Clients | None) -> Clients | None:
    """The numbers of clients that a report may name: only their sum where they tell of few people of a leaf that they answered."""
    if clients is None or clients.column is None:
        return clients
    stratum = [column.name for column in policy.quasi].index(clients.column)
    few = risks.tells_of_few(people, analyst, stratum, clients.number, policy.fewest)
    return Clients(None, {EVERYTHING: clients.total}) if few else clients


def measures(
    policy: Policy, batch: Batch, classes: Classes, clients: Clients | None = None, shown: Classes | None = None
) -> dict[str, Any]:
    """Measures of one profile of a batch with people in it, ready for JSON. ``shown``: the public's classes, if these aren't."""
    sheet, released, people, told = batch
    if told is not None and classes is not shown:
        told = dict.fromkeys(told, classes)
    names = [column.name for column in policy.quasi]
    stratum = names.index(clients.column) if clients and clients.column else None
    detail = list(utility.detail(policy, people, classes))
    return {
        "policy": policy.sha256,
        "people": len(classes.of),
        "classes": risks.class_sizes(classes),
        "prosecutor": risks.prosecutor(classes),
        "journalist": risks.journalist(people, classes, stratum, clients.number, shown) if clients else None,
        "alike": list(risks.alike(policy, people, classes, told)),
        "varied": list(risks.varied(policy, sheet, classes, told)),
        "alone": list(uniques.by_columns(policy, people, classes)),
        "alone_by_answers": list(uniques.by_answers(policy, sheet, classes)),
        "detail": detail,
        "glm": sum(each["loss"] for each in detail) / len(detail) if detail else 0.0,
        "entropy_loss": utility.entropy_loss(people, classes),
        "discernibility": utility.discernibility(classes),
        "largest_change": utility.largest_change(policy, sheet, released),
    }
