"""Passphrases: what may be one, how it is kept, and whether somebody knows it. Pure, and slow on purpose.

Never within a transaction: a hash takes longer than everything else together, and would keep others waiting.
"""

import unicodedata
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from surveyapp.services.refusals import Refusal

SHORTEST, LONGEST = 12, 128
"""Characters of a passphrase. There are no rules on what it is made of."""

AT_ONCE = 2
"""Hashes at the same time in one process: each takes 19 MiB and a core."""

_PATIENCE = 10
_SMALL = 4
_FILE = Path(__file__).parent / "known_passphrases.txt"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_TURN = BoundedSemaphore(AT_ONCE)

NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$Eqp/EmOyUYkhZiTDg/y1xA$RBV0C80s/yLaW+7RkkF5Xq7KpqBZhyLIEnL5Y1sxcno"
"""The hash that is tried for somebody there isn't. Nobody knows what was hashed."""


def judge(passphrase: str, email: str, present: str = "") -> str:
    """The passphrase as it is hashed: one way of writing each character, nothing cut. ``present``: the one it replaces.

    Raises Refusal "passphrase_too_short", "passphrase_too_long", "passphrase_known" for one that many people use,
    "passphrase_is_address" for one that holds the person's own address, or "passphrase_unchanged".
    """
    written = _written(passphrase)
    if written is None or len(written) < SHORTEST:
        raise Refusal("passphrase_too_short", {"needed": SHORTEST})
    if len(written) > LONGEST:
        raise Refusal("passphrase_too_long", {"limit": LONGEST})
    small = written.casefold()
    if small in known() or len(set(small)) < _SMALL:
        raise Refusal("passphrase_known")
    name = email.partition("@")[0]
    if len(name) >= _SMALL and small.replace(name, "").strip("0123456789 .-_!") == "":
        raise Refusal("passphrase_is_address")
    if written == _written(present):
        raise Refusal("passphrase_unchanged")
    return written


def hashed(passphrase: str, email: str, present: str = "") -> str:
    """Judge a new passphrase, as ``judge`` does, and return what is stored in its place."""
    written = judge(passphrase, email, present)
    with _turn():
        return _HASHER.hash(written)


def fits(stored: str | None, passphrase: str) -> bool:
    """The passphrase is the stored one. It takes the same time where nothing is stored. Raises Refusal "too_busy"."""
    written = _written(passphrase)
    usable = written is not None and len(written) <= LONGEST
    with _turn():
        right = _verified(stored or NOBODYS, written if usable and written is not None else "")
    return right and stored is not None and usable


def renewed(stored: str, passphrase: str) -> str | None:
    """What to store from now on, when the stored hash was made with other settings; None when it is up to date."""
    if not _HASHER.check_needs_rehash(stored):
        return None
    with _turn():
        return _HASHER.hash(_written(passphrase) or "")


@cache
def known() -> frozenset[str]:
    """Passphrases that were found in many places, in small letters."""
    return frozenset(line for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("# "))


def _verified(stored: str, written: str) -> bool:
    try:
        return _HASHER.verify(stored, written)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _written(passphrase: str) -> str | None:
    """Keyboards write the same letter in different ways; None for what is no text."""
    written = unicodedata.normalize("NFC", passphrase)
    try:
        written.encode()
    except UnicodeEncodeError:
        return None
    return written


class _turn:  # noqa: N801 - used like a function, in with statements only
    """Wait for one of the places in which hashes are made."""

    def __enter__(self) -> None:
        if not _TURN.acquire(timeout=_PATIENCE):
            raise Refusal("too_busy")

    def __exit__(self, *_: object) -> None:
        _TURN.release()
