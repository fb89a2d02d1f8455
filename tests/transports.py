"""How the page client reaches the product: in process through Flask, or over plain HTTP."""

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response; header names in lower case, repeated headers joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_html(self) -> bool:
        """The body is an HTML page."""
        return self.headers.get("content-type", "").startswith("text/html")


class Transport(Protocol):
    """Sends one request to a path of the product. Follows nothing, keeps nothing."""

    def __call__(
        self, method: str, path: str, fields: Sequence[tuple[str, str]] | None, headers: Mapping[str, str]
    ) -> Answer:
        """``fields`` is None where there is no body, else the form's pairs in order."""


def _body(fields: Sequence[tuple[str, str]] | None) -> tuple[bytes | None, dict[str, str]]:
    return (None, {}) if fields is None else (urlencode(fields).encode(), {"Content-Type": _FORM})


class InProcess:
    """Through Flask's test client; make it with ``use_cookies=False`` to be as forgetful as a respondent."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def __call__(
        self, method: str, path: str, fields: Sequence[tuple[str, str]] | None, headers: Mapping[str, str]
    ) -> Answer:
        body, described = _body(fields)
        response = self._client.open(path, method=method, data=body, headers={**headers, **described})
        kept = {name.lower(): ", ".join(response.headers.getlist(name)) for name, _ in response.headers}
        answer = Answer(response.status_code, kept, response.get_data())
        response.close()
        return answer


class OverHttp:
    """To a running server, with one kept connection and no cookies; ``close`` it when done."""

    def __init__(self, address: str, seconds: float = 30) -> None:
        parts = urlsplit(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=seconds)

    def __call__(
        self, method: str, path: str, fields: Sequence[tuple[str, str]] | None, headers: Mapping[str, str]
    ) -> Answer:
        body, described = _body(fields)
        try:
            return self._once(method, path, body, {**headers, **described})
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A server may close an idle connection at any time; a person's browser asks again, and so do we.
            self._connection.close()
            return self._once(method, path, body, {**headers, **described})

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        self._connection.request(method, path, body=body, headers=dict(headers))
        response = self._connection.getresponse()
        kept: dict[str, str] = {}
        for name, value in response.getheaders():
            before = kept.get(name.lower())
            kept[name.lower()] = value if before is None else f"{before}, {value}"
        return Answer(response.status, kept, response.read())

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
