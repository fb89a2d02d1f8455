"""A device that holds passkeys, in software: it makes keys and signs as WebAuthn says, or wrongly when told to."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN, HOST = "https://survey.example", "survey.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    """Base64 as WebAuthn writes it."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes again."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One key on one device. ``verifies``: it asks who is there; ``origin``: of the page that asks."""

    def __init__(self, origin: str = ORIGIN, host: str = HOST, *, verifies: bool = True, count: int = 0) -> None:
        self.origin, self.host, self.verifies, self.count = origin, host, verifies, count
        self.counts = True
        self.credential_id = secrets.token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def register(self, options: str) -> str:
        """Answer a request for a new key."""
        asked = json.loads(options)
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(cose)
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": encoded(client), "attestationObject": encoded(cbor2.dumps(made))})

    def sign(self, options: str) -> str:
        """Answer a request to show the key."""
        self.count += self.counts
        data, client = self._data(0), self._client("webauthn.get", json.loads(options)["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({name: encoded(part) for name, part in parts.items()})

    def _data(self, flags: int) -> bytes:
        shown = PRESENT | flags | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([shown]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        id_ = encoded(self.credential_id)
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})
