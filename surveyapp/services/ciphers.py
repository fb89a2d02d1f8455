"""Enciphering with AES-GCM, and keys for it. The library takes 8 MB of a worker: whoever needs this loads it later."""

from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


def derived(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from the service's secret."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def sealed(key: bytes, content: bytes, bound: bytes) -> bytes:
    """Enciphered, 28 bytes longer, different each time; ``bound``: what must be known to open it again."""
    nonce = token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, bound)


def opened(key: bytes, content: bytes, bound: bytes) -> bytes | None:
    """Deciphered; None when it was sealed with another key or bound to something else."""
    try:
        return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], bound)
    except (InvalidTag, ValueError):
        return None
