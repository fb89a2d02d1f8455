"""Published questionnaires: freezing a document under the next number, and reading it back."""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from surveyapp.engine import check, documents, measures
from surveyapp.engine.definition import Questionnaire
from surveyapp.services.refusals import Refusal
from surveyapp.store.inserts import insert_once
from surveyapp.store.organisations import LIBRARY
from surveyapp.store.questionnaires import Frozen, Version
from surveyapp.store.tenancy import acting_for, elsewhere

_MOST_DECODED = 256
_decoded: dict[str, Questionnaire] = {}


class Published(NamedTuple):
    """A version. ``created``: it was frozen just now and not before."""

    questionnaire: str
    version: int
    sha256: str
    languages: tuple[str, ...]
    created: bool


def publish(session: Session, q: Questionnaire, org_id: UUID = LIBRARY) -> Published:
    """Freeze a questionnaire as its next version; the very same document again stays the version it is.

    Raises Refusal "faulty_questionnaire" with the faults.
    """
    if faults := check.faults(q):
        raise Refusal("faulty_questionnaire", {"questionnaire": q.id}, tuple(faults))
    sha256 = documents.sha256(q)
    insert_once(session, Frozen, sha256=sha256, body=documents.encode(q))
    with elsewhere(session, org_id):
        number, created = _number(session, org_id, q.id, sha256)
    return Published(q.id, number, sha256, q.languages, created)


def _number(session: Session, org_id: UUID, questionnaire: str, sha256: str) -> tuple[int, bool]:
    """The number of a document. Two people publishing at once try again with the next number."""
    of_document = select(Version.number).filter_by(org_id=org_id, questionnaire=questionnaire, sha256=sha256)
    while (known := session.scalar(of_document)) is None:
        highest = session.scalar(select(func.max(Version.number)).filter_by(org_id=org_id, questionnaire=questionnaire))
        number = (highest or 0) + 1
        if insert_once(session, Version, org_id=org_id, questionnaire=questionnaire, number=number, sha256=sha256):
            return number, True
    return known, False


def adopt(session: Session, org_id: UUID, questionnaire: str, number: int | None = None) -> int:
    """Give an organisation a version of the library under the same number; the newest when no number is wanted.

    Raises Refusal "unknown_questionnaire" or "unknown_version".
    """
    acting_for(session, org_id)
    of_library = select(Version.number, Version.sha256).filter_by(org_id=LIBRARY, questionnaire=questionnaire)
    if number is not None:
        of_library = of_library.filter_by(number=number)
    with elsewhere(session, LIBRARY):
        found = session.execute(of_library.order_by(Version.number.desc()).limit(1)).first()
    if found is None and number is None:
        raise Refusal("unknown_questionnaire", {"questionnaire": questionnaire})
    if found is None:
        raise Refusal("unknown_version", {"questionnaire": questionnaire, "version": number})
    insert_once(session, Version, org_id=org_id, questionnaire=questionnaire, number=found.number, sha256=found.sha256)
    return int(found.number)


def version_of(session: Session, org_id: UUID, questionnaire: str, number: int) -> Questionnaire:
    """The questionnaire of a version an organisation holds. Raises Refusal "unknown_version"."""
    acting_for(session, org_id)
    sha256 = session.scalar(_OF_VERSION, {"of_org": org_id, "called": questionnaire, "of_number": number})
    if sha256 is None:
        raise Refusal("unknown_version", {"questionnaire": questionnaire, "version": number})
    return document(session, sha256)


_OF_VERSION = select(Version.sha256).where(
    Version.org_id == bindparam("of_org"),
    Version.questionnaire == bindparam("called"),
    Version.number == bindparam("of_number"),
)


def document(session: Session, sha256: str) -> Questionnaire:
    """The frozen document with this content, decoded once per process."""
    q = _decoded.get(sha256)
    if q is None:
        body = session.scalar(select(Frozen.body).filter_by(sha256=sha256))
        if body is None:
            raise Refusal("unknown_version", {"questionnaire": "", "version": sha256})
        q = documents.decode(body)
        if len(_decoded) >= _MOST_DECODED:
            _decoded.clear()
        _decoded[sha256] = q
    return q


def minutes(q: Questionnaire, sha256: str, variant: str, language: str) -> int:
    """Minutes the questionnaire takes somebody who reads 130 words a minute, at least 1."""
    return _minutes(_Named(q, sha256), variant, language)


class _Named:
    """A questionnaire that is compared by its content's hash, so that it can be the key of a cache."""

    def __init__(self, q: Questionnaire, sha256: str) -> None:
        self.q, self.sha256 = q, sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Named) and other.sha256 == self.sha256


@lru_cache(maxsize=1024)
def _minutes(named: _Named, variant: str, language: str) -> int:
    return measures.effort(named.q, variant, language).minutes
