"""The addresses of forms and chats. Made by hand, because a page holds a dozen of them; codes and tokens need no quoting."""

from collections.abc import Mapping
from urllib.parse import urlencode

from surveyapp.services.collectors import Collecting
from surveyapp.services.web_chats import CHANNEL

REVIEW, RECEIPT, SAVED = "review", "receipt", "save"
CHAT = "chat"
"""No screen of the form: the same answers as a chat."""


def entry_path(collecting: Collecting) -> str:
    """Where a form begins, or a chat, whichever the address is met as."""
    return f"/{'chat' if collecting.channel == CHANNEL else 'r'}/{collecting.code}"


def entry_address(collecting: Collecting, chosen: Mapping[str, str]) -> str:
    """Where it begins; what was chosen before there is a draft stands in the query."""
    return f"{entry_path(collecting)}?{urlencode(chosen)}" if chosen else entry_path(collecting)


def declined_address(collecting: Collecting, chosen: Mapping[str, str]) -> str:
    """The polite end."""
    return f"{entry_path(collecting)}/declined?{urlencode(chosen)}"


def deleted_address(collecting: Collecting) -> str:
    """The end of a chat whose answers were deleted."""
    return f"{entry_path(collecting)}/deleted"


def step_address(code: str, token: str, step: str) -> str:
    """A screen of a begun form, its review, its receipt or its way to go on later."""
    return f"/r/{code}/{token}/{step}"


def form_address(code: str, token: str) -> str:
    """A begun form, wherever the person stands in it."""
    return f"/r/{code}/{token}"


def last_address(code: str, token: str, step: str, language: str, size: int) -> str:
    """Review or receipt. When somebody comes (back) to it, the draft that knew language and size may be gone."""
    return f"{step_address(code, token, step)}?{urlencode({'lang': language, 'size': size})}"


def chat_address(code: str, token: str) -> str:
    """A begun chat; it has one address, wherever it stands."""
    return f"/chat/{code}/{token}"


def saved_address(code: str, token: str) -> str:
    """How to go on with a chat later or elsewhere."""
    return f"{chat_address(code, token)}/{SAVED}"


def question_address(code: str, token: str, query: Mapping[str, str] | None = None) -> str:
    """The question a chat has come to, below what was said before."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"{chat_address(code, token)}{asked}#now"
