"""What a chat is known by: keyed hashes that nobody can make without the wave's key, each for one use only. Pure."""

import hashlib
import hmac
import struct
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING
from uuid import UUID

from surveyapp.later import Later
from surveyapp.services.chats import Chat
from surveyapp.services.codes import digest

if TYPE_CHECKING:
    from surveyapp.services import ciphers
else:
    ciphers = Later("surveyapp.services.ciphers")

_IDS = struct.Struct(">qq")


def conversation(wave_key: bytes, unit_id: UUID | None, chat: Chat) -> bytes:
    """Key of the chat's conversation about a unit."""
    return _hashed(wave_key, "talk", unit_id, chat)


def once_only(wave_key: bytes, unit_id: UUID | None, chat: Chat) -> bytes:
    """Mark that the chat has answered about a unit."""
    return _hashed(wave_key, "once", unit_id, chat)


def reminding(key: bytes) -> bytes:
    """Key of the reminder somebody has asked for in the conversation with this key: it goes wherever that goes."""
    return digest(f"remind|{key.hex()}")


def limited(key: bytes, chat: Chat) -> str:
    """Whose tries are counted, whether there is a conversation or not. ``key``: ``Keys.limiting``."""
    return hmac.digest(key, f"{chat.bot}|{chat.chat}".encode(), hashlib.sha256).hex()


def draft_token(wave_key: bytes, nonce: str, key: bytes) -> str:
    """Token of a conversation's draft: found again from what the chat sends, and kept nowhere."""
    return _token(hmac.digest(wave_key, f"draft|{nonce}".encode() + key, hashlib.sha256))


def of_page(token: str) -> bytes:
    """Key of a web chat from the token in its address."""
    return digest(f"chat|{token}")


def page_draft_token(token: str) -> str:
    """Token of a web chat's draft. The form doesn't open it under the chat's address: there is one writer."""
    return _token(digest(f"draft|{token}"))


def sealed(wave_key: bytes, key: bytes, chat: Chat) -> bytes:
    """Bot and chat enciphered for a reminder with this key, 44 bytes."""
    return ciphers.sealed(_reminding(wave_key), _IDS.pack(chat.bot, chat.chat), key)


def unsealed(wave_key: bytes, key: bytes, sealed: bytes) -> Chat:
    """Bot and chat again. Raises ValueError for what wasn't sealed with these keys."""
    content = ciphers.opened(_reminding(wave_key), sealed, key)
    if content is None:
        raise ValueError(sealed)
    return Chat(*_IDS.unpack(content))


def _reminding(wave_key: bytes) -> bytes:
    return hmac.digest(wave_key, b"addresses of reminders", hashlib.sha256)


def _hashed(wave_key: bytes, use: str, unit_id: UUID | None, chat: Chat) -> bytes:
    message = f"{use}|telegram|{chat.bot}|{unit_id or ''}|{chat.chat}"
    return hmac.digest(wave_key, message.encode(), hashlib.sha256)


def _token(bits: bytes) -> str:
    return urlsafe_b64encode(bits[:16]).rstrip(b"=").decode()
