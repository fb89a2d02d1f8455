"""A conversation in a chat, from the first message to the last: one transaction for each update."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from surveyapp.engine.prompt import Button, Choice, Say
from surveyapp.engine.talks import Blocked, Command, Edited, Event
from surveyapp.services import forgetting, limits, replies, standings, starting, turns
from surveyapp.services.chats import SILENCE, Binding, Chat, Home, Incoming, Reply, StartCode
from surveyapp.services.desks import Desk, Seat
from surveyapp.services.refusals import Refusal
from surveyapp.services.standings import Found, showed
from surveyapp.store.bots import Seen
from surveyapp.store.inserts import insert_once
from surveyapp.store.tenancy import elsewhere

__all__ = ("SILENCE", "Binding", "Chat", "Home", "Incoming", "Reply", "StartCode", "pass_over", "reply", "showed")


def reply(  # noqa: PLR0913, PLR0917 - an update is its chat, its event and its number
    session: Session, home: Home, chat: Chat, event: Incoming, update_id: int, now: float
) -> Reply:
    """Apply an update, at most once, and return what is to be sent; the caller commits before sending.

    ``update_id``: the channel's number of the update; a repeated one changes nothing and brings the present
    prompts again. ``now``: Unix seconds. Raises nothing of its own: whatever is declined is said in the reply.
    """
    desk = Desk(session, home, chat, now)
    if not insert_once(session, Seen, bot=chat.bot, update_id=update_id, hour=int(now) // 3600):
        return _present(desk)
    calm = desk.is_within(limits.UPDATES)
    answer = _applied(desk, event)
    return answer if calm else SILENCE


def pass_over(session: Session, bot: int, update_ids: Iterable[int], now: float) -> None:
    """Note updates that mean nothing, so that every number is accounted for."""
    for number in update_ids:
        insert_once(session, Seen, bot=bot, update_id=number, hour=int(now) // 3600)


def _present(desk: Desk) -> Reply:
    """Where the person stands; silence where there is no conversation."""
    seats = desk.seats()
    there = standings.find(desk.session, seats)
    if not there:
        return SILENCE
    note = Say("paused") if there[0].paused else None
    try:
        return replies.present(desk.home, desk.load(seats[there[0].key], there[0]), note)
    except Refusal:
        return SILENCE  # the version is gone, as the person's next message is told


def _applied(desk: Desk, event: Incoming) -> Reply:
    try:
        if isinstance(event, StartCode):
            return starting.start(desk, event.code)
        return _said(desk, event)
    except Refusal as refusal:
        return replies.declined(refusal)


def _said(desk: Desk, event: Event) -> Reply:
    seats = desk.seats()
    there = standings.find(desk.session, seats)
    if isinstance(event, Blocked):
        return _forget(desk, there)
    found = _meant(there, event)
    if found is None:
        return _outside(desk, seats, event)
    return turns.take(desk, seats[found.key], found, [each for each in there if each is not found], event)


def _meant(there: Sequence[Found], event: Event) -> Found | None:
    """The conversation an event belongs to: a tap names it; all else means the one that isn't paused."""
    if isinstance(event, Choice):
        named = [each for each in there if each.talk.nonce == event.nonce]
        there = named or there
    return there[0] if there else None


def _forget(desk: Desk, there: Sequence[Found]) -> Reply:
    """Somebody blocked the bot: nothing of theirs is kept, and nothing is sent."""
    for each in there:
        with elsewhere(desk.session, each.org_id):
            forgetting.conversations(desk.session, each.org_id, [each.id])
    return SILENCE


def _outside(desk: Desk, seats: Mapping[bytes, Seat], event: Event) -> Reply:
    """Something from a chat without a conversation: it creates nothing."""
    if isinstance(event, Edited):
        return SILENCE
    if isinstance(event, Choice) and event.verb == "t":
        return Reply(clear=True)
    received = any(desk.has_answered(seat) for seat in seats.values())
    if isinstance(event, Choice):
        return Reply(toast=Say("received" if received else "earlier_questionnaire"))
    if isinstance(event, Command) and event.name in {"help", "privacy"}:
        return replies.outside(event.name, rows=((_page(desk, "privacy"),),))
    if isinstance(event, Command) and event.name == "delete" and received:
        return replies.outside("delete_after_sending", rows=((_page(desk, "withdraw"),),))
    return replies.outside("received" if received else "nothing_open")


def _page(desk: Desk, name: str) -> Button:
    return Button(Say(f"{name}_page"), url=f"{desk.home.public_url}/{name}")
