"""Programme files: organisations, units, waves and wordings of a programme as a person writes them in YAML. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from surveyapp.engine.cleaning import DIRECTION
from surveyapp.engine.definition import PLACEHOLDERS, Wording
from surveyapp.services.refusals import FileFault, Refusal
from surveyapp.services.shapes import shaped

DAYS_TO_READ = 180
"""Days after settling on which texts that nobody has approved are deleted, at the latest; the answers stay."""

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Signs that turn the direction of text: a name is shown beside other text and would turn that too."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part: unknown keys are refused."""


class Logo(Part, frozen=True, kw_only=True):
    """A funder's logo: a file below ``/media/``, what it says, and its size in CSS px."""

    file: str
    alt: Wording
    width: int
    height: int


class Funder(Part, frozen=True, kw_only=True):
    """Who pays, as the funder wants it said."""

    text: Wording = {}
    logos: tuple[Logo, ...] = ()


class Group(Part, frozen=True, kw_only=True):
    """What a release shows of services where each by itself would tell too much."""

    id: str
    name: Wording


class Service(Part, frozen=True, kw_only=True):
    """A service of the programme, and the group it belongs to."""

    id: str
    name: Wording
    group: str | None = None


class Unit(Part, frozen=True, kw_only=True):
    """Where a service is provided and answers are collected."""

    id: str
    name: Wording
    service: str | None = None


class Organisation(Part, frozen=True, kw_only=True):
    """A node of the tree; the outermost one owns the programme."""

    id: str
    name: Wording
    kind: Literal["region", "municipality", "provider"] = "provider"
    units: tuple[Unit, ...] = ()
    organisations: tuple["Organisation", ...] = ()


class Wave(Part, frozen=True, kw_only=True):
    """A round of questions. ``settles``: the earliest day on which answers become anonymous.

    ``invited``: how many people are asked. ``version``: the newest of the library when it isn't given. ``texts_until``:
    the day on which texts that nobody has approved are deleted, by default so many days after settling.
    """

    name: str
    questionnaire: str
    settles: date
    version: int | None = None
    language: str | None = None
    opens: date | None = None
    closes: date | None = None
    texts_until: date | None = None
    invited: int | None = None
    withdrawal: bool = True
    state: Literal["planned", "open"] = "open"


class Programme(Part, frozen=True, kw_only=True):
    """A programme. ``placeholders``: what stands for {organisation}, {contact} and so on, alike or by language."""

    schema: Literal["programme/1"]
    id: str
    name: Wording
    organisation: Organisation
    placeholders: dict[str, str | Wording] = {}
    modules: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    groups: tuple[Group, ...] = ()
    funder: Funder = Funder()
    release_note: Wording = {}
    synthetic: bool = False
    waves: tuple[Wave, ...] = ()


def load(text: str) -> Programme:
    """Read a programme file. Raises Refusal "faulty_programme" with its faults."""
    programme = shaped(text, Programme, "faulty_programme")
    if faults := list(_faults(programme)):
        raise Refusal("faulty_programme", problems=tuple(faults))
    return programme


def nodes(organisation: Organisation, path: str = "$.organisation") -> Iterator[tuple[str, Organisation]]:
    """The organisation and all inside it, outer ones first, with their paths."""
    yield path, organisation
    for number, inner in enumerate(organisation.organisations):
        yield from nodes(inner, f"{path}.organisations[{number}]")


def _faults(programme: Programme) -> Iterator[FileFault]:
    yield from _faults_of_names(programme)
    yield from _faults_of_ids(programme)
    yield from _faults_of_waves(programme)
    for name in programme.placeholders.keys() - PLACEHOLDERS:
        yield FileFault(f"$.placeholders.{name}", "unknown_placeholder", {"known": ", ".join(sorted(PLACEHOLDERS))})


def _faults_of_names(programme: Programme) -> Iterator[FileFault]:
    named = [("$.name", programme.name)]
    named += [(f"{path}.name", node.name) for path, node in nodes(programme.organisation)]
    named += [(f"$.services[{number}].name", service.name) for number, service in enumerate(programme.services)]
    named += [(f"$.groups[{number}].name", group.name) for number, group in enumerate(programme.groups)]
    named += [(f"{path}.name", unit.name) for path, unit in _units(programme)]
    for path, name in named:
        if not any(text.strip() for text in name.values()):
            yield FileFault(path, "name_missing", {})
        if any(DIRECTION.search(text) for text in name.values()):
            yield FileFault(path, "direction_sign", {})


def _units(programme: Programme) -> list[tuple[str, Unit]]:
    return [
        (f"{path}.units[{number}]", unit)
        for path, node in nodes(programme.organisation)
        for number, unit in enumerate(node.units)
    ]


def _faults_of_ids(programme: Programme) -> Iterator[FileFault]:
    groups = (
        [("$.id", programme.id)],
        [(f"{path}.id", node.id) for path, node in nodes(programme.organisation)],
        [(f"{path}.id", unit.id) for path, unit in _units(programme)],
        [(f"$.services[{number}].id", service.id) for number, service in enumerate(programme.services)],
        [(f"$.groups[{number}].id", group.id) for number, group in enumerate(programme.groups)],
        [(f"$.waves[{number}].name", wave.name) for number, wave in enumerate(programme.waves)],
    )
    for group in groups:
        seen: set[str] = set()
        for path, name in group:
            if not SLUG.fullmatch(name):
                yield FileFault(path, "bad_id", {"id": name})
            if name in seen:
                yield FileFault(path, "repeated_id", {"id": name})
            seen.add(name)
    known = {service.id for service in programme.services}
    for path, unit in _units(programme):
        if unit.service is not None and unit.service not in known:
            yield FileFault(f"{path}.service", "unknown_service", {"service": unit.service})
    grouped = {None, *(group.id for group in programme.groups)}
    for number, service in enumerate(programme.services):
        if service.group not in grouped:
            yield FileFault(f"$.services[{number}].group", "unknown_group", {"group": service.group})


def _faults_of_waves(programme: Programme) -> Iterator[FileFault]:
    for number, wave in enumerate(programme.waves):
        path = f"$.waves[{number}]"
        if wave.opens and wave.closes and wave.closes < wave.opens:
            yield FileFault(f"{path}.closes", "closes_before_opening", {})
        if wave.closes and wave.settles < wave.closes:
            yield FileFault(f"{path}.settles", "settles_before_closing", {})
        last = wave.settles + timedelta(days=DAYS_TO_READ)
        if wave.texts_until and not wave.settles < wave.texts_until <= last:
            yield FileFault(f"{path}.texts_until", "texts_kept_too_long", {"last": last.isoformat()})
        if wave.invited is not None and wave.invited < 0:
            yield FileFault(f"{path}.invited", "negative", {})
