"""A programme of made-up people to try everything with. It goes through the same services as real answers do."""

import random
from collections.abc import Mapping
from uuid import uuid4

from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.engine import flow
from surveyapp.engine.definition import Item
from surveyapp.services import (
    collectors,
    library,
    people,
    programme_files,
    programmes,
    questionnaires,
    responses,
    reviewing,
    staff_sessions,
    texts,
    waves,
)
from surveyapp.services.audit import OPERATOR
from surveyapp.services.collectors import open_collector
from surveyapp.services.drafts import Chosen
from surveyapp.services.people import Grant
from surveyapp.store import clock
from surveyapp.store.organisations import Unit
from surveyapp.store.people import ROLES, Person
from surveyapp.store.responses import SubmissionKey
from surveyapp.store.waves import Wave

PROGRAMME = library.SHIPPED / "programmes" / "kuldiga.yaml"
PAST, OPEN, OPEN_SHORT = "kuldiga/2010", "kuldiga/2013", "kuldiga/2013-short"
PEOPLE = 178
"""As many as filled in the form in Kuldīga in December 2010; what they say here is made up."""

UNREAD = 6
"""So many of their texts nobody has read yet."""

STAFF = {role: f"{role}@kuldiga.example" for role in ROLES}
"""Role -> the address of somebody made up who has it."""

_UNITS = {"home-care": 46, "day-centre": 38, "care-home": 30, "social-work": 34, "benefits": 18, "transport": 12}
_LANGUAGES = {"lv": 150, "ru": 22, "uk": 4, "en": 2}
_MEANS = {
    "r01": 4.5,
    "r02": 4.4,
    "r03": 4.5,
    "r04": 4.2,
    "r05": 4.6,
    "r06": 4.5,
    "r07": 4.2,
    "r08": 4.3,
    "r09": 4.3,
    "r10": 4.6,
}
_DONT_KNOW = {"r06": 0.12, "r07": 0.1, "r08": 0.18, "r09": 0.1}
_WEIGHTS: dict[str, Mapping[str, int]] = {
    "effect": {"1": 2, "2": 5, "3": 28, "4": 42, "5": 23},
    "knows_where": {"yes": 70, "partly": 23, "no": 7},
    "age_band": {"a00_29": 6, "a30_49": 14, "a50_64": 22, "a65_79": 34, "a80_plus": 20, "pnts": 4},
    "gender": {"female": 66, "male": 31, "pnts": 3},
    "area": {"town": 55, "rural": 42, "pnts": 3},
    "duration": {"lt1": 25, "y1_3": 40, "gt3": 35},
    "completed_by": {"self": 55, "self_family": 20, "self_staff": 18, "proxy": 7},
    "important": {
        "c01_availability": 55,
        "c02_information": 40,
        "c03_satisfaction": 45,
        "c04_environment": 25,
        "c05_confidentiality": 30,
        "c06_records": 15,
        "c07_documents": 25,
        "c08_cooperation": 20,
        "c09_methods": 20,
        "c10_professionalism": 40,
    },
}
_WRITTEN: dict[str, Mapping[str, tuple[str, ...]]] = {
    "good": {
        "lv": ("Laipni darbinieki.", "Vienmēr atnāk laikā.", "Viss tiek paskaidrots."),
        "ru": ("Вежливые сотрудники.", "Всегда приходят вовремя."),
        "en": ("The staff are friendly.",),
        "uk": ("Привітні працівники.",),
    },
    "improve": {
        "lv": ("Grūti iekļūt telpās ar ratiņiem.", "Ilgi jāgaida lēmums.", "Varētu būt mazāk papīru."),
        "ru": ("Долго ждать решения.", "Нужен пандус."),
        "en": ("Less paperwork, please.",),
        "uk": ("Менше паперів.",),
    },
}


def set_up(session: Session, public_url: str) -> dict[str, str]:
    """Publish the shipped questionnaires, make the programme and its collectors; what is there already stays.

    Returns what can be tried: name -> address.
    """
    for name in library.PUBLISHED:
        questionnaires.publish(session, library.load(name))
    programmes.make(session, _programme(session))
    past, full, short = (waves.find_wave(session, name) for name in (PAST, OPEN, OPEN_SHORT))
    if past.state == "open":
        for unit in _UNITS:
            open_collector(session, past, _unit(session, past, unit).id, "web")
    code = open_collector(session, full, None, "web")[0]
    return {
        "questionnaire": f"{public_url}/r/{code}",
        "as a chat": f"{public_url}/chat/{code}",
        "three questions": f"{public_url}/r/{open_collector(session, short, _unit(session, short, 'day-centre').id, 'web')[0]}",
    }


def _programme(session: Session) -> programme_files.Programme:
    """The programme's file; its open waves may be settled from today on, so that this can be tried too."""
    file = programme_files.load(PROGRAMME.read_text("utf-8"))
    past, *others = file.waves
    made = programmes.named(session, file.id)
    over = programmes.over(session, made) if made else {}
    today = clock.today(session)
    return replace(file, waves=(past, *(replace(wave, settles=over.get(wave.name, today)) for wave in others)))


def _unit(session: Session, wave: Wave, slug: str) -> Unit:
    return session.scalars(select(Unit).filter_by(org_id=wave.org_id, slug=slug)).one()


def employ(session: Session, passwords: Mapping[str, str]) -> None:
    """Let the made-up staff sign in once with new passphrases, and set everything else up anew.

    ``passwords``: role -> hash of a one-time passphrase.
    """
    org_id = waves.find_wave(session, PAST).org_id
    for role, email in STAFF.items():
        person = people.by_email(session, email)
        if person is None:
            person = Person(id=uuid4(), email=email, name=f"Demo ({role})", language="lv")
            session.add(person)
        person.password, person.once = passwords[role], True
        session.flush()
        people.forget_factors(session, person.id)
        staff_sessions.revoke_others(session, person.id)
        if not people.roles_of(session, org_id, person.id):
            people.join(session, OPERATOR, org_id, person.id, Grant(role, org_id))


def answered(session: Session) -> int:
    """How many of the made-up people have answered already."""
    wave = waves.find_wave(session, PAST)
    return session.scalars(
        select(func.count()).select_from(SubmissionKey).filter_by(org_id=wave.org_id, wave_id=wave.id)
    ).one()


def answer(session: Session, person: int) -> None:
    """Let one made-up person, numbered from 0, fill in the form from consent to receipt; always the same way."""
    chance = random.Random(f"kuldiga 2010, person {person}")  # noqa: S311 - made-up answers, the same each time
    wave = waves.find_wave(session, PAST)
    unit = _unit(session, wave, _one_of(_UNITS, chance))
    code, _ = open_collector(session, wave, unit.id, "web")
    collecting = collectors.find(session, code)
    variant = "easy" if chance.random() < 0.06 else "standard"
    chosen = Chosen(language=_one_of(_LANGUAGES, chance), variant=variant, view="pages")
    token = responses.open_form(session, collecting, chosen).token
    draft = responses.read_draft(session, collecting, token, to_change=True)
    mood = chance.gauss(0, 0.5) - (1.6 if chance.random() < 0.05 else 0)
    while draft and isinstance(step := flow.next_step(collecting.questionnaire, draft.answers, draft.view), flow.Ask):
        raw = {item.id: _posted(item, chosen.language, mood, chance) for item in step.screen.questions}
        draft = responses.answer_page(session, collecting, draft, step.screen.questions, raw).draft
    if draft:
        responses.send(session, collecting, draft)


def read_texts(session: Session) -> None:
    """Approve what the made-up people wrote, so that it is in the release; some are left for whoever tries reading."""
    wave = waves.find_wave(session, PAST)
    waiting = sum(each.waiting for each in texts.counted(session, wave.org_id, wave.id).values())
    for _ in range(waiting - UNREAD):
        if text_id := reviewing.next_text(session, wave.org_id, wave.id):
            seal = reviewing.one(session, wave.org_id, wave.id, text_id).seal
            reviewing.approve(session, OPERATOR, (wave.org_id, wave.id, text_id), seal)


def _posted(item: Item, language: str, mood: float, chance: random.Random) -> list[str]:
    """What the person posts for a question; nothing where they skip it."""
    if item.id in _WRITTEN:
        return [chance.choice(_WRITTEN[item.id][language])] if chance.random() < 0.2 else []
    if chance.random() < 0.03:
        return []
    if item.id in _MEANS:
        return [_rating(item.id, mood, chance)]
    if item.type == "multiple":
        return _some_of(_WEIGHTS[item.id], chance)
    return [_one_of(_WEIGHTS[item.id], chance)]


def _rating(item_id: str, mood: float, chance: random.Random) -> str:
    if chance.random() < _DONT_KNOW.get(item_id, 0.03):
        return "missing:dk"
    return str(min(5, max(1, round(chance.gauss(_MEANS[item_id] + mood, 0.7)))))


def _one_of(weights: Mapping[str, int], chance: random.Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _some_of(weights: Mapping[str, int], chance: random.Random) -> list[str]:
    """Up to three different choices."""
    return sorted({_one_of(weights, chance) for _ in range(3)})
