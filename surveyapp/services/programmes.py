"""Programmes: made, or brought up to date, from a file."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.engine.rules import mentioned
from surveyapp.services import listing, moving, policies, questionnaires, settling
from surveyapp.services import programme_files as files
from surveyapp.services.refusals import FileFault, Refusal
from surveyapp.store.collectors import Collector
from surveyapp.store.drafts import Draft
from surveyapp.store.inserts import insert_or_change
from surveyapp.store.organisations import Organisation, OrganisationDirectory, Unit
from surveyapp.store.programmes import Directory, Programme
from surveyapp.store.responses import Inbox, SubmissionKey, TextDeadline
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave


class Made(NamedTuple):
    """A programme after its file was read: how many organisations and units it has, its waves, and what is new."""

    programme: str
    organisations: int
    units: int
    waves: tuple[str, ...]
    created: bool


def make(session: Session, file: files.Programme) -> Made:
    """Make a programme, or change it to what the file says. What the file no longer names stays.

    Raises Refusal "faulty_programme" where the file contradicts what people have answered already, and as
    ``questionnaires.adopt`` does.
    """
    programme = named(session, file.id)
    created = programme is None
    if programme is None:
        programme = new_programme(session, _owner(session, file.organisation.id), file.id)
    else:
        _refuse_other_modules(session, programme, file)
    _describe(programme, file)
    session.flush()
    groups = {service.id: service.group for service in file.services}
    units = _make_tree(session, programme.org_id, file.organisation, groups)
    for number, wave in enumerate(file.waves):
        _make_wave(session, programme, wave, f"$.waves[{number}]")
    listing.refresh(session, programme.org_id)
    organisations = sum(1 for _ in files.nodes(file.organisation))
    return Made(file.id, organisations, units, tuple(f"{file.id}/{wave.name}" for wave in file.waves), created)


def _refuse_other_modules(session: Session, programme: Programme, file: files.Programme) -> None:
    """A question that was asked from some day on tells of every row whether it came before or after that day."""
    if set(programme.modules) == set(file.modules):
        return
    of_programme = select(Wave).filter_by(org_id=programme.org_id, programme_id=programme.id, state="open")
    faults = tuple(
        FileFault("$.modules", "modules_fixed", {"wave": wave.slug})
        for wave in session.scalars(of_programme.order_by(Wave.slug)).all()
        if _is_begun(session, wave) and _asks_by_modules(session, wave)
    )
    if faults:
        raise Refusal("faulty_programme", problems=faults)


def _asks_by_modules(session: Session, wave: Wave) -> bool:
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    return any("modules" in mentioned(item.show_if) for item in q.items)


def named(session: Session, slug: str) -> Programme | None:
    """The programme of that name, for whose organisation the transaction acts from then on."""
    org_id = session.scalar(select(Directory.org_id).filter_by(slug=slug))
    if org_id is None:
        return None
    acting_for(session, org_id)
    return session.scalars(select(Programme).filter_by(org_id=org_id, slug=slug)).one()


def new_programme(session: Session, org_id: UUID, slug: str) -> Programme:
    """A programme that has only its name, and its place in the directory."""
    acting_for(session, org_id)
    programme = Programme(org_id=org_id, id=uuid4(), slug=slug)
    session.add_all([programme, Directory(slug=slug, org_id=org_id)])
    return programme


def _owner(session: Session, slug: str) -> UUID:
    """The organisation of that name that owns other programmes already, else a new one."""
    of_name = select(OrganisationDirectory.org_id).filter_by(slug=slug)
    is_root = OrganisationDirectory.node_id == OrganisationDirectory.org_id
    return session.scalars(of_name.where(is_root).order_by(OrganisationDirectory.org_id)).first() or uuid4()


def new_node(session: Session, org_id: UUID, id_: UUID, slug: str) -> Organisation:
    """A node that has only its name, and its place in the directory."""
    node = Organisation(org_id=org_id, id=id_, slug=slug)
    session.add_all([node, OrganisationDirectory(slug=slug, org_id=org_id, node_id=id_)])
    return node


def _describe(programme: Programme, file: files.Programme) -> None:
    programme.name = file.name
    programme.values = {**file.placeholders, **({"release_note": file.release_note} if file.release_note else {})}
    programme.modules = list(file.modules)
    groups = {group.id: group.name for group in file.groups}
    programme.services = {
        service.id: {"group": service.group, "name": service.name, "group_name": groups.get(service.group or "", {})}
        for service in file.services
    }
    programme.funder = {
        "text": file.funder.text,
        "logos": [
            {"file": logo.file, "alt": logo.alt, "width": logo.width, "height": logo.height}
            for logo in file.funder.logos
        ],
    }
    programme.synthetic = file.synthetic


def _make_tree(session: Session, org_id: UUID, root: files.Organisation, groups: Mapping[str, str | None]) -> int:
    ids: dict[str, UUID] = {}
    units = 0
    for path, node in files.nodes(root):
        parent = path.rpartition(".")[0]
        organisation = session.scalars(select(Organisation).filter_by(org_id=org_id, slug=node.id)).first()
        if organisation is None:
            organisation = new_node(session, org_id, org_id if node is root else uuid4(), node.id)
        organisation.parent_id = ids.get(parent)
        organisation.kind = "owner" if node is root else node.kind
        organisation.name = node.name
        session.flush()
        ids[path] = organisation.id
        for number, unit in enumerate(node.units):
            _make_unit(session, organisation, unit, groups, f"{path}.units[{number}].service")
        units += len(node.units)
    return units


def _make_unit(
    session: Session, organisation: Organisation, file: files.Unit, groups: Mapping[str, str | None], path: str
) -> Unit:
    unit = session.scalars(select(Unit).filter_by(org_id=organisation.org_id, slug=file.id)).first()
    told = file.service, groups.get(file.service or "") or file.service
    if unit is None:
        unit = Unit(org_id=organisation.org_id, id=uuid4(), slug=file.id)
        session.add(unit)
    elif (unit.service, unit.service_group) != told and (wave := _still_told_of(session, unit)):
        fault = FileFault(path, "unit_fixed", {"unit": file.id, "wave": wave})
        raise Refusal("faulty_programme", problems=(fault,))
    unit.organisation_id = organisation.id
    unit.name = file.name
    unit.service, unit.service_group = told
    session.flush()
    return unit


def _still_told_of(session: Session, unit: Unit) -> str | None:
    """Name of a wave of whose answers some aren't settled yet and will be told apart by the service that the unit has then."""
    of_unit = {"org_id": unit.org_id, "unit_id": unit.id}
    waits = select(Inbox.wave_id).filter_by(**of_unit)
    asks = select(Collector.wave_id).filter_by(**of_unit)
    of_org = select(Wave).filter_by(org_id=unit.org_id).order_by(Wave.slug)
    for wave in session.scalars(of_org.where(Wave.id.in_(waits) | (Wave.id.in_(asks) & (Wave.state == "open")))):
        q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
        if settling.reads_services(q) and _is_begun(session, wave):
            return wave.slug
    return None


def _make_wave(session: Session, programme: Programme, file: files.Wave, path: str) -> Wave:
    wave = session.scalars(
        select(Wave).filter_by(org_id=programme.org_id, programme_id=programme.id, slug=file.name)
    ).first()
    if wave is None:
        wave = new_wave(session, programme, file.name, file.questionnaire, file.version)
        wave.state, wave.offers_withdrawal, wave.settles = file.state, file.withdrawal, file.settles
    elif _is_begun(session, wave):
        _refuse_to_break_promises(session, wave, file, path)
    else:
        wave.version = questionnaires.adopt(session, wave.org_id, file.questionnaire, file.version)
        wave.questionnaire, wave.offers_withdrawal = file.questionnaire, file.withdrawal
    if wave.state == "planned":
        wave.state = file.state
    if file.language:
        wave.language = file.language
    wave.opens, wave.settles, wave.invited = file.opens, file.settles, file.invited
    if file.closes or wave.state in {"planned", "open"}:
        wave.closes = file.closes
    session.add(wave)
    session.flush()
    if file.texts_until:
        key, day = {"org_id": wave.org_id, "wave_id": wave.id}, {"day": file.texts_until}
        insert_or_change(session, TextDeadline, {**key, **day}, day)
    if wave.state == "open" and not _is_begun(session, wave):
        policies.fix(session, wave)
    return wave


def new_wave(session: Session, programme: Programme, name: str, questionnaire: str, version: int | None) -> Wave:
    """An open wave of a library questionnaire, not yet added; ``settles`` is still to be set."""
    number = questionnaires.adopt(session, programme.org_id, questionnaire, version)
    q = questionnaires.version_of(session, programme.org_id, questionnaire, number)
    return Wave(
        org_id=programme.org_id,
        id=uuid4(),
        programme_id=programme.id,
        slug=name,
        questionnaire=questionnaire,
        version=number,
        state="open",
        language=q.source_language,
        offers_withdrawal=True,
        receipt_key=secrets.token_bytes(32),
    )


def over(session: Session, programme: Programme) -> dict[str, date]:
    """Name -> day of settling, of the waves that take no answers any more."""
    of_programme = select(Wave.slug, Wave.settles).filter_by(org_id=programme.org_id, programme_id=programme.id)
    found = session.execute(of_programme.where(Wave.state.in_(moving.OVER)))
    return {row.slug: row.settles for row in found}


def _is_begun(session: Session, wave: Wave) -> bool:
    """Somebody has begun or sent answers, or the wave is over."""
    of_wave = {"org_id": wave.org_id, "wave_id": wave.id}
    return (
        wave.state in moving.OVER
        or session.scalar(select(Draft.id).filter_by(**of_wave).limit(1)) is not None
        or session.scalar(select(SubmissionKey.key_hash).filter_by(**of_wave).limit(1)) is not None
    )


def _refuse_to_break_promises(session: Session, wave: Wave, file: files.Wave, path: str) -> None:
    """People agreed to this questionnaire, to withdrawal, to how they are released, and to a day before which nothing becomes final.

    A wave that is over keeps its days: a later last day would let answers in that nobody was told of.
    """
    faults = []
    if file.questionnaire != wave.questionnaire or file.version not in {None, wave.version}:
        faults.append(
            FileFault(
                f"{path}.questionnaire",
                "wave_has_begun",
                {"questionnaire": wave.questionnaire, "version": wave.version},
            )
        )
    if file.withdrawal != wave.offers_withdrawal:
        faults.append(FileFault(f"{path}.withdrawal", "wave_has_begun", {}))
    if wave.state == "open" and policies.would_change(session, wave):
        faults.append(FileFault("$.services", "policy_fixed", {"wave": file.name}))
    if wave.state in moving.OVER:
        kept = {"opens": file.opens, "closes": file.closes or wave.closes, "settles": file.settles}
        moved = [(name, getattr(wave, name)) for name, day in kept.items() if day != getattr(wave, name)]
        faults += [FileFault(f"{path}.{name}", "wave_over", {"day": str(day or "")}) for name, day in moved]
    elif file.settles < wave.settles:
        faults.append(FileFault(f"{path}.settles", "earlier_than_promised", {"settles": wave.settles.isoformat()}))
    if faults:
        raise Refusal("faulty_programme", problems=tuple(faults))
