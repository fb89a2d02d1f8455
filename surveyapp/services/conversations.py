"""A conversation in a chat, from the first message to the last: one transaction for each update."""

from sqlalchemy.orm import Session

from surveyapp.services.chats import SILENCE, Binding, Chat, Home, Incoming, Reply, StartCode

__all__ = ("SILENCE", "Binding", "Chat", "Home", "Incoming", "Reply", "StartCode", "reply", "showed")


def reply(  # noqa: PLR0913, PLR0917 - an update is its chat, its event and its number
    session: Session, home: Home, chat: Chat, event: Incoming, update_id: int, now: float
) -> Reply:
    """Apply an update, at most once, and return what is to be sent; the caller commits before sending.

    ``update_id``: the channel's number of the update; a repeated one changes nothing and brings the present
    prompts again. ``now``: Unix seconds. Raises nothing of its own: whatever is declined is said in the reply.
    """
    raise NotImplementedError


def showed(session: Session, binding: Binding, order: int) -> None:
    """Note that a showing was sent as message ``order``, if the conversation still stands where it did.

    From then on what is typed with a higher order counts as its answer.
    """
    raise NotImplementedError
