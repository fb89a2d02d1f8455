"""Pages and static files as gzip where the browser takes it, so that no proxy is needed to stay light."""

import struct
import zlib
from functools import lru_cache
from typing import Any

from flask import Flask, Response, request

_SMALLEST = 600
_KINDS = ("text/", "application/json", "image/svg+xml")
_LEVEL = 5
"""The next one up saves 2 % of the bytes for a third more time."""

_GZIP = 16 + zlib.MAX_WBITS
_END_OF_STYLE = b"</style>"
_APART: Any = {"level": 9, "wbits": -zlib.MAX_WBITS}
_STORED = 0xFFFF
_HEADER = bytes.fromhex("1f8b08000000000002ff")


class Ends:
    """The beginning and the end of a page, compressed once for every page that has them; what stands between them isn't.

    A gzip file may be put together from parts that refer to nothing before them (RFC 1951, 3.2.3 and 3.2.4).
    """

    def __init__(self, first: bytes, last: bytes) -> None:
        start, end = zlib.compressobj(**_APART), zlib.compressobj(**_APART)
        self._first, self._last = first, last
        self._start = _HEADER + start.compress(first) + start.flush(zlib.Z_FULL_FLUSH)
        self._end = end.compress(last) + end.flush()
        self._begun = zlib.crc32(first)

    def around(self, middle: bytes) -> tuple[bytes, bytes]:
        """The page with this between its ends: as it is, and as gzip. What is too long to stand there as it is is compressed."""
        whole, size = b"".join((self._first, middle, self._last)), len(middle)
        if size > _STORED:
            return whole, compressed(whole)
        stored = struct.pack("<BHH", 0, size, size ^ 0xFFFF)
        check = zlib.crc32(self._last, zlib.crc32(middle, self._begun))
        return whole, b"".join((self._start, stored, middle, self._end, struct.pack("<II", check, len(whole))))


class Whole(Response):
    """A page that brings its gzip with it."""

    def __init__(self, whole: bytes, zipped: bytes) -> None:
        super().__init__(whole, mimetype="text/html")
        self.zipped = zipped


def install(app: Flask) -> None:
    """Compress texts."""

    @app.after_request
    def compress(response: Response) -> Response:
        if _endless(response) or not (response.mimetype or "").startswith(_KINDS):
            return response
        response.vary.add("Accept-Encoding")
        if "gzip" not in request.headers.get("Accept-Encoding", "") or "Content-Encoding" in response.headers:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if response.status_code in (204, 304) or len(body) < _SMALLEST:
            return response
        response.set_data(response.zipped if isinstance(response, Whole) else compressed(body))
        response.headers["Content-Encoding"] = "gzip"
        return response


def compressed(body: bytes) -> bytes:
    """The body as gzip. What a page begins with, its style above all, is compressed once and not for every page."""
    style, end, rest = body.partition(_END_OF_STYLE)
    begun, state = _begun(style) if end else (b"", zlib.compressobj(_LEVEL, wbits=_GZIP))
    going_on = state.copy()
    return begun + going_on.compress(end + rest if end else style) + going_on.flush()


@lru_cache(maxsize=64)
def _begun(head: bytes) -> tuple[bytes, Any]:
    """The compressed beginning, and the state after it."""
    state = zlib.compressobj(_LEVEL, wbits=_GZIP)
    return state.compress(head), state


def _endless(response: Response) -> bool:
    """It is made while it is sent, and would have to be held whole; a file that lies there is none of these."""
    return response.is_streamed and not response.direct_passthrough
