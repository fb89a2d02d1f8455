"""Codes people read aloud, type and print: collectors, short codes to go on with, receipts. Pure."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of a collector's and a short code: no 0, O, 1, I or L."""

SHORT = 8
_RECEIPT_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECEIPT_VALUES = {letter: value for value, letter in enumerate(_RECEIPT_LETTERS)}
_LOOK_ALIKES = str.maketrans("OIL", "011")
_RECEIPT_BITS = 100
_RECEIPT_LENGTH = _RECEIPT_BITS // 5 + 1


def new_code() -> str:
    """A random code of 8 characters, about 40 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(SHORT))


def read_code(typed: str) -> str | None:
    """The code somebody typed, whatever its case, blanks and hyphens; None when it can't be one."""
    code = _squeezed(typed)
    return code if len(code) == SHORT and all(letter in LETTERS for letter in code) else None


def new_token() -> str:
    """A random token of 128 bits for an address."""
    return secrets.token_urlsafe(16)


def digest(text: str) -> bytes:
    """What is stored instead of a token or code: its SHA-256."""
    return hashlib.sha256(_bytes(text)).digest()


def short_code_of(token: str, attempt: int) -> str:
    """The short code of a draft, always the same for its token; ``attempt`` above 0 when another draft has it."""
    number = int.from_bytes(hmac.digest(_bytes(token), b"short code %d" % attempt, hashlib.sha256))
    letters = []
    for _ in range(SHORT):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def seal(token: str, code: str) -> bytes:
    """The token's 16 bytes enciphered with its short code, so that the store alone doesn't give the address away."""
    pad = hashlib.sha256(b"seal" + code.encode()).digest()
    return bytes(left ^ right for left, right in zip(urlsafe_b64decode(token + "=="), pad[:16], strict=True))


def unseal(sealed: bytes, code: str) -> str:
    """The token again."""
    pad = hashlib.sha256(b"seal" + code.encode()).digest()
    return (
        urlsafe_b64encode(bytes(left ^ right for left, right in zip(sealed, pad[:16], strict=True)))
        .rstrip(b"=")
        .decode()
    )


def key_of(token: str) -> bytes:
    """The submission key of a draft, 32 bytes derived from its token."""
    return hmac.digest(_bytes(token), b"submission key", hashlib.sha256)


def receipt_of(receipt_key: bytes, client_key: bytes) -> str:
    """The receipt of a submission: 100 bits and a check character, 21 letters."""
    bits = int.from_bytes(hmac.digest(receipt_key, client_key, hashlib.sha256)) >> (256 - _RECEIPT_BITS)
    values = [bits >> shift & 31 for shift in range(_RECEIPT_BITS - 5, -1, -5)]
    return "".join(_RECEIPT_LETTERS[value] for value in (*values, _check(values)))


def read_receipt(typed: str) -> str | None:
    """The receipt somebody typed, as ``receipt_of`` writes it; None when a letter is wrong, missing or too many."""
    letters = _squeezed(typed).translate(_LOOK_ALIKES)
    if len(letters) != _RECEIPT_LENGTH or any(letter not in _RECEIPT_VALUES for letter in letters):
        return None
    *values, check = (_RECEIPT_VALUES[letter] for letter in letters)
    return letters if check == _check(values) else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _squeezed(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def _check(values: list[int]) -> int:
    """Luhn's check modulo 32: finds every wrong letter and nearly every swap of neighbours."""
    total = 0
    for place, value in enumerate(reversed(values)):
        doubled = value * (2 if place % 2 == 0 else 1)
        total += doubled // 32 + doubled % 32
    return -total % 32
