"""What of a response is kept when it becomes anonymous: what the release declares, and no more. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from surveyapp.engine import sheet
from surveyapp.engine.definition import Item, Questionnaire

COLUMNS = ("unit", "service", "service_group", "language", "channel", "variant")
"""What is known of a response beside its answers, and kept only where the release declares it."""


def reads_services(q: Questionnaire) -> bool:
    """What is settled tells of the service that a unit has, or of its group; not of one that people name themselves."""
    from_units = {"service", "service_group"} - q.by_id.keys()
    return any(each.hierarchy == "service_tree" or each.column in from_units for each in q.release.quasi)


class Text(NamedTuple):
    """Something a person wrote, apart from the answers it came with."""

    item: str
    language: str
    service_group: str | None
    text: str


def kept_items(q: Questionnaire) -> tuple[Item, ...]:
    """The items whose answers a release may use, in questionnaire order. Texts are not among them."""
    named = {item.id for item in sheet.released_items(q)} | {quasi.column for quasi in q.release.quasi}
    return tuple(item for item in q.items if item.id in named and item.type != "text")


def declared_columns(q: Questionnaire, known: Mapping[str, Any]) -> dict[str, Any]:
    """What is known beside the answers, as far as the release declares it and no item of that name asks for it."""
    declared = {quasi.column for quasi in q.release.quasi} - q.by_id.keys()
    return {name: known[name] for name in COLUMNS if name in declared}


def settled_answers(items: Sequence[Item], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to these items, in their order, without the own text of an option."""
    return {item.id: _without_text(answers[item.id]) for item in items if item.id in answers}


def _without_text(value: Any) -> Any:
    return value["value"] if isinstance(value, Mapping) and "text" in value else value


def texts_of(q: Questionnaire, row: Mapping[str, Any]) -> Iterator[Text]:
    """The texts the release declares. The own text of an option is none of them, and settles nowhere.

    ``row``: a response, with the ``language`` and the ``service_group`` it is about; the group stays where the release
    declares services by their groups.
    """
    group = row["service_group"] if any(quasi.hierarchy == "service_tree" for quasi in q.release.quasi) else None
    for item_id in q.release.text:
        written = row["answers"].get(item_id)
        if isinstance(written, str) and written:
            yield Text(item_id, row["language"], group, written)
