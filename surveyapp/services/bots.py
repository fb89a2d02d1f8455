"""How a bot is called, kept so that pages can lead to it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.store.bots import Bot
from surveyapp.store.inserts import insert_or_replace


def introduce(session: Session, bot: int, username: str) -> None:
    """Keep a bot's name, as its process has just learnt it."""
    insert_or_replace(session, Bot, {"id": bot, "username": username}, Bot.username != username)


def username(session: Session, bot: int) -> str | None:
    """The name of a bot; None when its process has never run."""
    return session.scalar(select(Bot.username).filter_by(id=bot))


def start_link(username: str, argument: str) -> str:
    """The address that opens the chat; Start then sends the argument, such as a collector's code."""
    return f"https://t.me/{username}?start={argument}"
