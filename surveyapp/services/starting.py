"""Opening a bot by a link: a collector's code, a code to go on with, or nothing."""

from surveyapp.engine import conversation
from surveyapp.engine.prompt import Button, Say
from surveyapp.engine.talks import Start
from surveyapp.services import (
    addresses,
    bots,
    collectors,
    drafts,
    forgetting,
    handovers,
    limits,
    listing,
    replies,
    standings,
    turns,
)
from surveyapp.services.chats import Reply
from surveyapp.services.collectors import Collecting
from surveyapp.services.desks import CHANNEL, Desk, Seat
from surveyapp.services.handovers import Moving
from surveyapp.services.refusals import Refusal
from surveyapp.services.standings import Found, Standing
from surveyapp.services.turns import Turn

GO_ON = "r_"
"""Begins what is no collector's code but a one-time code to go on with."""


def start(desk: Desk, code: str) -> Reply:
    """What the start of a bot leads to. Raises Refusal for a code that leads nowhere now."""
    if code.startswith(GO_ON):
        return _arrive(desk, code.removeprefix(GO_ON))
    return _open(desk, code) if code else _bare(desk)


def _open(desk: Desk, code: str) -> Reply:
    collecting = collectors.find(desk.session, code, closed_too=True).through(CHANNEL)
    if collecting.state == "planned":
        raise Refusal("not_open_yet", {"opens": collecting.opens})
    seat = desk.seat_of(collecting)
    there = standings.find(desk.session, [desk.key(seat)])
    if there:
        return _midway(desk, seat, there[0])
    if collecting.state != "open":
        raise Refusal("closed")
    return _begin(desk, seat, collecting)


def _midway(desk: Desk, seat: Seat, found: Found) -> Reply:
    others = [each for each in _of_chat(desk) if each.id != found.id]
    return turns.take(desk, seat, found, others, Start(found.talk.nonce, None))


def _begin(desk: Desk, seat: Seat, collecting: Collecting) -> Reply:
    key = desk.key(seat)
    if not collecting.several and desk.has_answered(seat):
        raise Refusal("already_answered")
    if not desk.is_within(limits.BEGINNINGS, key.hex()):
        raise Refusal("too_many_restarts")
    if not desk.is_within(limits.CHATS, f"bot {desk.chat.bot}"):
        # Whoever is sent away because many come at once must not find the door shut for the day.
        limits.take_back(desk.session, limits.BEGINNINGS, key.hex(), desk.now)
        raise Refusal("try_again_later")
    event = Start(turns.new_nonce(), desk.language(collecting.questionnaire.languages))
    step = conversation.begin(collecting.questionnaire, event)
    others = _of_chat(desk)
    found = standings.begin(desk.session, key, collecting, step.talk)
    if found is None:
        return _midway(desk, seat, standings.find(desk.session, [key])[0])
    standings.pause(desk.session, others)
    return turns.carry_out(Turn(desk, seat, standings.unbegun(found, collecting), event, step))


def _of_chat(desk: Desk) -> list[Found]:
    return standings.find(desk.session, desk.seats())


def _arrive(desk: Desk, typed: str) -> Reply:
    """Answers that were begun on a page go on in this chat, and nowhere else."""
    if not desk.is_within(limits.CODES):
        raise Refusal("too_many_codes")
    moving = handovers.take(desk.session, typed, handovers.TELEGRAM, desk.now)
    nonce = handovers.nonce_of(typed)
    if moving is None:
        return _arrived(desk, nonce)
    collecting = moving.collecting.through(CHANNEL).pinned(desk.session, moving.draft.version)
    seat = desk.seat_of(collecting)
    if not collecting.several and desk.has_answered(seat):
        raise Refusal("already_answered")
    there = _settle_in(desk, seat, Moving(collecting, moving.draft), nonce)
    return replies.present(desk.home, there, Say("welcome_back"))


def _arrived(desk: Desk, nonce: str) -> Reply:
    """The same link once more: where the person stands. Raises Refusal for a code that brought nothing to this chat."""
    seats = desk.seats()
    for found in standings.find(desk.session, seats):
        if found.talk.nonce == nonce:
            return _midway(desk, seats[found.key], found)
    raise Refusal("code_unknown")


def _settle_in(desk: Desk, seat: Seat, moving: Moving, nonce: str) -> Standing:
    """The conversation the answers now belong to; one about the same unit gives way to it."""
    session, key, (collecting, draft) = desk.session, desk.key(seat), moving
    forgetting.conversation_of(session, collecting.org_id, draft.id)
    talk = turns.talk_about(draft, nonce)
    draft = drafts.move(session, collecting, draft, addresses.draft_token(seat.wave_key, talk.nonce, key))
    found = None
    while found is None:
        there = standings.find(session, [key])
        forgetting.conversations(session, collecting.org_id, [each.id for each in there])
        found = standings.begin(session, key, collecting, talk, draft)
    standings.pause(session, [each for each in _of_chat(desk) if each.id != found.id])
    return Standing(found=found, collecting=collecting, draft=draft, answers=draft.answers)


def _bare(desk: Desk) -> Reply:
    """Without a code: where the person stands, else what is open."""
    seats = desk.seats()
    if there := standings.find(desk.session, seats):
        return turns.take(desk, seats[there[0].key], there[0], there[1:], Start(there[0].talk.nonce, None))
    name = bots.username(desk.session, desk.chat.bot)
    language = desk.chat.language
    rows = [
        (Button(each.title(language), url=bots.start_link(name, each.code)),)
        for each in listing.listed(desk.session)
        if name
    ]
    return replies.outside("choose_questionnaire" if rows else "nothing_open", rows=tuple(rows))
