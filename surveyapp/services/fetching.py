"""Asking another service over HTTP, on addresses that the operator has set and no others. Small answers, no patience."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from surveyapp.services.refusals import Refusal

Fetch = Callable[[str, bytes | None, Mapping[str, str]], bytes]
"""(address, body or None for GET, headers) -> body of a good answer; raises Refusal "unreachable"."""

_SECONDS = 5
_LARGEST = 1024 * 1024
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def is_safe(address: str) -> bool:
    """Only https is spoken with other machines."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)


def fetch(address: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    """Ask; follows no redirect, since what is asked for may hold a secret."""
    if not is_safe(address):
        raise Refusal("unreachable", {"host": urlsplit(address).hostname or address})
    request = Request(address, data=body, headers=dict(headers))  # noqa: S310 - the scheme was looked at above
    try:
        with build_opener(_Stay()).open(request, timeout=_SECONDS) as answer:
            found: bytes = answer.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise Refusal("unreachable", {"host": urlsplit(address).hostname or ""}) from None
    if len(found) > _LARGEST:
        raise Refusal("unreachable", {"host": urlsplit(address).hostname or ""})
    return found


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nothing: urllib then takes the redirect for an error."""
