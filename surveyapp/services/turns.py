"""A turn of a conversation in a chat: one event applied, its effect carried out, a reply made of it."""

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from surveyapp.engine import conversation
from surveyapp.engine.places import voice_of
from surveyapp.engine.prompt import Button, Choice, Row, Say
from surveyapp.engine.talks import Effect, Event, Start, Step, Talk, Text
from surveyapp.services import (
    addresses,
    bots,
    collectors,
    effects,
    forgetting,
    handovers,
    limits,
    reminders,
    replies,
    standings,
)
from surveyapp.services.chats import Reply
from surveyapp.services.desks import Desk, Seat
from surveyapp.services.drafts import Draft
from surveyapp.services.refusals import Refusal
from surveyapp.services.standings import Found, Standing


class Turn(NamedTuple):
    """An event, where the conversation stood, and the step that follows."""

    desk: Desk
    seat: Seat
    standing: Standing
    event: Event
    step: Step


def new_nonce() -> str:
    """Eight hexadecimal digits for a new beginning."""
    return secrets.token_hex(4)


def talk_about(draft: Draft, nonce: str | None = None) -> Talk:
    """A new conversation that goes on with answers begun elsewhere."""
    return Talk(
        nonce or new_nonce(), draft.language, "asking", variant="easy" if draft.variant == "easy" else "standard"
    )


def take(desk: Desk, seat: Seat, found: Found, others: Sequence[Found], event: Event) -> Reply:
    """Apply an event to a conversation; the chat's other ones pause when this one goes on."""
    try:
        standing = desk.load(seat, found)
    except Refusal:
        forgetting.conversations(desk.session, found.org_id, [found.id])
        return replies.outside("version_withdrawn", rows=_begin_anew(desk, found))._replace(voice=voice_of(found.talk))
    if found.paused and isinstance(event, Text) and found.talk.beside != "paused":
        event = Choice(found.talk.nonce, None, "g")
    step = conversation.step(standing.collecting.questionnaire, found.talk, standing.answers, event)
    if effects.is_too_long(standing, step):
        return replies.present(desk.home, standing, Say("too_many_steps"))
    if found.paused and not step.quiet and step.effect not in _STAYS_PAUSED:
        standings.pause(desk.session, others)
    return carry_out(Turn(desk, seat, standing, event, step))


def _begin_anew(desk: Desk, found: Found) -> tuple[Row, ...]:
    """The way to the version that is asked now, where there is one."""
    collecting = collectors.of_id(desk.session, found.org_id, found.collector_id)
    name = bots.username(desk.session, desk.chat.bot)
    if name is None or collecting.state != "open":
        return ()
    return ((Button(Say("start_again"), url=bots.start_link(name, collecting.code)),),)


def carry_out(turn: Turn) -> Reply:
    """Do what the step asks for."""
    return _EFFECTS[turn.step.effect](turn)


def _go_on(turn: Turn) -> Reply:
    after = effects.applied(turn.desk.session, turn.standing, turn.step)
    return replies.after(turn.desk.home, turn.standing, after, turn.event, turn.step)


def _agree(turn: Turn) -> Reply:
    desk, found = turn.desk, turn.standing.found
    token = addresses.draft_token(turn.seat.wave_key, turn.step.talk.nonce, found.key)
    try:
        after = effects.agreed(desk.session, turn.standing, turn.step, token)
    except Refusal as refusal:
        effects.erased(desk.session, turn.standing)
        return replies.declined(refusal)
    return replies.after(desk.home, turn.standing, after, turn.event, turn.step)


def _decline(turn: Turn) -> Reply:
    effects.declined(turn.desk.session, turn.standing)
    return replies.ended(turn.desk.home, turn.standing, "declined")


def _submit(turn: Turn) -> Reply:
    desk, standing = turn.desk, turn.standing
    mark = None if standing.collecting.several else desk.mark(turn.seat)
    try:
        accepted = effects.submitted(desk.session, standing, mark)
    except Refusal as refusal:
        if refusal.problems:
            talk, q = standing.talk, standing.collecting.questionnaire
            return _go_on(turn._replace(step=conversation.corrected(q, talk, standing.answers, refusal.problems)))
        effects.erased(desk.session, standing)
        return replies.ended(desk.home, standing, refusal.code)
    return replies.thanks(desk.home, standing, accepted.receipt)


def _erase(turn: Turn) -> Reply:
    effects.erased(turn.desk.session, turn.standing)
    return replies.ended(turn.desk.home, turn.standing, "erased")


def _pause(turn: Turn) -> Reply:
    after = effects.applied(turn.desk.session, turn.standing, turn.step, paused=True)
    return replies.present(turn.desk.home, after, turn.step.note)


def _remind(turn: Turn) -> Reply:
    desk, collecting = turn.desk, turn.standing.collecting
    after = effects.applied(desk.session, turn.standing, turn.step, paused=True)
    reminders.ask(desk, turn.seat, after.found.key, collecting.today + timedelta(days=1))
    return replies.beside(desk.home, after, Say("reminder_set"))


def _hand_over(turn: Turn) -> Reply:
    """The way to the website: with a code once there are answers to take along."""
    desk, after = turn.desk, effects.applied(turn.desk.session, turn.standing, turn.step)
    if after.draft is None:
        page = Button(Say("on_the_website"), url=f"{desk.home.public_url}/r/{after.collecting.code}")
        return replies.beside(desk.home, after, Say("begin_on_the_website"), rows=((page,),))
    code = handovers.offer(desk.session, after.found.org_id, after.draft.token, handovers.PAGE, desk.now)
    said = Say("handover", {"code": code, "minutes": handovers.MINUTES})
    page = Button(Say("go_on_a_page"), url=f"{desk.home.public_url}/resume")
    return replies.beside(desk.home, after, said, rows=((page,),))


def _clear_chat(turn: Turn) -> Reply:
    after = effects.applied(turn.desk.session, turn.standing, turn.step)
    return replies.present(turn.desk.home, after)._replace(clear=True)


def _restart(turn: Turn) -> Reply:
    """From the beginning, under a new nonce, so that older buttons mean nothing any more."""
    desk, before = turn.desk, turn.standing
    if not desk.is_within(limits.BEGINNINGS, before.found.key.hex()):
        return _go_on(turn._replace(step=turn.step._replace(effect=None, note=Say("too_many_restarts"))))
    talk = before.talk
    step = conversation.begin(before.collecting.questionnaire, Start(new_nonce(), talk.language), talk.variant)
    empty = standings.emptied(desk.session, before, step.talk)
    return carry_out(turn._replace(standing=empty, step=step))


_STAYS_PAUSED = frozenset({"pause", "remind", "submit", "erase"})

_EFFECTS: dict[Effect | None, Callable[[Turn], Reply]] = {
    None: _go_on,
    "agree": _agree,
    "decline": _decline,
    "submit": _submit,
    "erase": _erase,
    "pause": _pause,
    "remind": _remind,
    "handover": _hand_over,
    "clear_chat": _clear_chat,
    "restart": _restart,
}
"""Effect of a step -> what is done for it."""
