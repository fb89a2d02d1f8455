"""Moving begun answers to another channel with a one-time code. They move as a whole: there are never two writers."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.services import codes, collectors, drafts, forgetting
from surveyapp.services.collectors import Collecting
from surveyapp.services.drafts import Draft, Resumed
from surveyapp.store.conversations import Handover
from surveyapp.store.drafts import Draft as Stored
from surveyapp.store.inserts import insert_once
from surveyapp.store.tenancy import acting_for

PAGE, TELEGRAM = "page", "telegram"
MINUTES, SECONDS_MORE = 15, 120


class Moving(NamedTuple):
    """Answers on their way: where they were begun, and the draft as it stands there."""

    collecting: Collecting
    draft: Draft


def offer(session: Session, org_id: UUID, token: str, purpose: str, now: float) -> str:
    """A new one-time code for the draft with this token: 8 characters, for 15 minutes and one purpose.

    ``purpose``: PAGE or TELEGRAM, where the answers are to go. ``now``: Unix seconds.
    """
    session.execute(delete(Handover).where(Handover.ends <= int(now)))
    ends = int(now) + MINUTES * 60
    while True:
        code = codes.new_code()
        row = {"purpose": purpose, "org_id": org_id, "sealed": codes.seal(token, code), "ends": ends}
        if insert_once(session, Handover, code_hash=codes.digest(code), **row):
            return code


def take(session: Session, typed: str, purpose: str, now: float) -> Moving | None:
    """Spend a code. None when it is wrong, used, too old or for something else, or when the answers are gone."""
    there = _offered(session, typed, purpose, now)
    if there is None:
        return None
    code, row = there
    session.delete(row)
    return _moving(session, row.org_id, codes.unseal(row.sealed, code))


def nonce_of(typed: str) -> str:
    """The nonce of the conversation a code begins, by which whoever opens the same link again is told where it is."""
    return codes.digest(f"nonce|{codes.read_code(typed)}").hex()[:8]


def to_page(session: Session, typed: str, now: float) -> Resumed | None:
    """Redeem a code on a page: the answers go on under a new address, and the conversation they had is over.

    The code leads to that address for two minutes more: a connection that broke before anybody saw it would
    otherwise put the answers out of everybody's reach.
    """
    there = _offered(session, typed, PAGE, now)
    if there is None:
        return None
    code, row = there
    moving = _moving(session, row.org_id, codes.unseal(row.sealed, code))
    if moving is None:
        return None
    collecting, draft = moving.collecting.on_a_page(), moving.draft
    if forgetting.conversation_of(session, collecting.org_id, draft.id):
        draft = drafts.move(session, collecting, draft, codes.new_token())
        row.sealed, row.ends = codes.seal(draft.token, code), min(row.ends, int(now) + SECONDS_MORE)
    return Resumed(collecting.code, draft.token)


def _offered(session: Session, typed: str, purpose: str, now: float) -> tuple[str, Handover] | None:
    """A code as it is written, and its row; whoever redeems it at the same moment waits."""
    code = codes.read_code(typed)
    wanted = select(Handover).filter_by(code_hash=codes.digest(code or ""), purpose=purpose)
    row = session.scalar(wanted.where(Handover.ends > int(now)).with_for_update())
    if code is None or row is None:
        return None
    acting_for(session, row.org_id)
    return code, row


def _moving(session: Session, org_id: UUID, token: str) -> Moving | None:
    of_token = select(Stored.collector_id).filter_by(org_id=org_id, token_hash=codes.digest(token))
    collector_id = session.scalar(of_token)
    if collector_id is None:
        return None
    collecting = collectors.of_id(session, org_id, collector_id)
    draft = drafts.read_draft(session, collecting, token, to_change=True)
    return Moving(collecting, draft) if draft else None
