"""One-line builders: a tiny questionnaire, a wave that is open, somebody who answers it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.engine import documents
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import collectors, jobs, moving, questionnaires, responses, waves
from surveyapp.services.collecting import Wanted, collect
from surveyapp.services.collectors import Collecting
from surveyapp.services.jobs import Key
from surveyapp.services.moving import Batch
from surveyapp.services.refusals import Refusal
from surveyapp.services.responses import Accepted, Chosen, Draft
from surveyapp.store import tenancy
from surveyapp.store.base import Base, OrgOwned
from surveyapp.store.organisations import LIBRARY
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import acting_for, elsewhere, organisation_of, organisations
from surveyapp.store.waves import Wave

LONG_AGO = date(2010, 12, 1)
TINY = """
schema: questionnaire/1
id: {id}
kind: feedback
source_language: en
languages: [en, lv]
title: {{en: "Tiny", lv: "Mazs"}}
scales:
  good3:
    points:
      - {{value: 1, en: bad, lv: slikti}}
      - {{value: 2, en: fair, lv: vidēji}}
      - {{value: 3, en: good, lv: labi}}
    extra: [{{code: dk, en: don't know, lv: nezinu}}]
    bottom_box: [1]
pages:
  - id: first
    together: true
    items:
      - {{id: how, type: rating, scale: good3, text: {{en: "How was it?", lv: "Kā bija?"}}}}
      - id: what
        type: multi
        text: {{en: "What did you use?", lv: "Ko izmantojāt?"}}
        options:
          - {{value: help, en: Help, lv: Palīdzība}}
          - {{value: money, en: Money, lv: Nauda}}
          - {{value: other, en: Other, lv: Cits, own_text: true}}
  - id: second
    items:
      - id: where
        type: single
        text: {{en: "Where do you live?", lv: "Kur dzīvojat?"}}
        options:
          - {{value: town, en: Town, lv: Pilsēta}}
          - {{value: farm, en: Farm, lv: Lauki}}
      - id: words
        type: text_long
        text: {{en: "Anything else?", lv: "Vēl kaut kas?"}}
release:
  quasi: [{{column: where}}]
  sensitive: {{low: [how]}}
  answers: [what]
  text: [words]
"""


def tiny(name: str = "tiny", *changes: tuple[str, str]) -> Questionnaire:
    """A questionnaire of four questions; ``changes`` replace pieces of its file, which must be there."""
    text = TINY.format(id=name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return documents.load(text)


def open_wave(
    session: Session, q: Questionnaire | None = None, name: str = "town/2010", unit: str = "centre"
) -> Collecting:
    """Publish, and open a wave with one collector; it may be settled at once."""
    q = q or tiny()
    questionnaires.publish(session, q)
    wanted = Wanted(questionnaire=q.id, wave=name, unit=unit, public_url="http://127.0.0.1:8000", settles=LONG_AGO)
    with unbound(session):
        return collectors.find(session, collect(session, wanted).code)


@contextmanager
def unbound(session: Session) -> Iterator[None]:
    """A piece of work that is a transaction of its own in life, and acts for whom it will; the first one's stays."""
    before = organisation_of(session)
    if before is not None:
        session.flush()
        tenancy._turn(session, None)
    yield
    if before is not None:
        session.flush()
        tenancy._turn(session, before)


def begin(session: Session, collecting: Collecting, language: str = "lv", **more: Any) -> str:
    """Somebody agrees; the token of their form."""
    return responses.open_form(session, collecting, Chosen(language=language, **more)).token


def draft_of(session: Session, collecting: Collecting, token: str) -> Draft:
    """The draft behind a token, which must be there."""
    draft = responses.read_draft(session, collecting, token, to_change=True)
    assert draft is not None
    return draft


ANSWERS = {"how": ["3"], "what": ["help", "money"], "where": ["town"], "words": ["Paldies!"]}


def answer(session: Session, collecting: Collecting, token: str, raw: Mapping[str, list[str]] = ANSWERS) -> Draft:
    """Fill in every question at once."""
    draft = draft_of(session, collecting, token)
    answered = responses.answer_page(session, collecting, draft, collecting.questionnaire.items, raw)
    assert not answered.problems
    return answered.draft


def respond(session: Session, collecting: Collecting, raw: Mapping[str, list[str]] = ANSWERS) -> Accepted:
    """From agreement to receipt in one go."""
    return responses.send(session, collecting, answer(session, collecting, begin(session, collecting), raw))


def wave_of(session: Session, collecting: Collecting) -> Wave:
    """The wave as it is stored now."""
    acting_for(session, collecting.org_id)
    return session.get_one(Wave, (collecting.org_id, collecting.wave_id))


def count(session: Session, row: type[Base]) -> int:
    """How many rows a table has, of all organisations together."""
    everything = select(func.count()).select_from(row)
    if not issubclass(row, OrgOwned):
        return session.scalars(everything).one()
    found = 0
    for org_id in (LIBRARY, *organisations(session)):
        with elsewhere(session, org_id):
            found += session.scalars(everything).one()
    return found


def inside(session: Session) -> Session:
    """The session, acting for the one organisation there is."""
    if organisation_of(session) is None:
        (org_id,) = organisations(session)
        acting_for(session, org_id)
    return session


def refused(code: str, call: Callable[..., object], *args: Any, **kwargs: Any) -> Refusal:
    """The refusal a call ends in, which must have this code."""
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def gathered(sessions: Sessions, people: int, q: Questionnaire | None = None, name: str = "town/2010") -> Collecting:
    """A wave in which so many people have answered; the nth of them wrote "person n"."""
    with sessions.begin() as session:
        collecting = open_wave(session, q, name)
        for person in range(people):
            answers = {"how": 1 + person % 3, "what": ["help"], "where": "farm", "words": f"person {person}"}
            submission = responses.Submission(key=person.to_bytes(16), answers=answers, language="lv")
            responses.accept_submission(session, collecting, submission)
    return collecting


def close_and_settle(sessions: Sessions, collecting: Collecting) -> Batch:
    """Close the wave and settle it, each committed; the files are not rewritten."""
    return settle_all(sessions, lambda session: wave_of(session, collecting))


def settle_all(sessions: Sessions, find: Callable[[Session], Wave]) -> Batch:
    """The same for a wave that is found in each transaction."""
    with sessions.begin() as session:
        waves.close(session, find(session))
    with sessions.begin() as session:
        wave = find(session)
        batch = settle_at_once(session, wave)
        moving.finish(session, wave, jobs.pending(session, Key(wave.org_id, "rewrite", wave.id)))
        return batch


def settle_at_once(session: Session, wave: Wave, *, keep_open: bool = False) -> Batch:
    """Every step of a batch in one transaction; the files are not rewritten."""
    done = moving.NONE
    for some in moving.in_parts(moving.begin(session, wave, keep_open=keep_open)):
        part = moving.step(session, wave, some)
        done = Batch(part.number, done.responses + part.responses, done.texts + part.texts)
    moving.end(session, wave)
    return done
