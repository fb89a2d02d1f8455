"""Static files under an address that holds the hash of their content, and the one stylesheet pages carry inline."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

STATIC = Path(__file__).parent / "static"
STYLESHEET = STATIC / "css" / "respond.css"

assets = Blueprint("assets", __name__)


def digest(name: str) -> str:
    """First 12 hex digits of the SHA-256 of a static file."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


HASHES = {
    file.relative_to(STATIC).as_posix(): digest(file.relative_to(STATIC).as_posix())
    for file in sorted(STATIC.rglob("*"))
    if file.is_file()
}


def address(name: str) -> str:
    """Address of a static file; it changes with the content, so it may be cached for ever."""
    return f"/static/{HASHES[name]}/{name}"


def inline_stylesheet() -> str:
    """The respondents' stylesheet without comments and indentation.

    It stands in the page because a separate file costs a slow phone one more round trip before the first paint.
    """
    without_comments = re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", without_comments).strip()


def source_hash(text: str) -> str:
    """The ``'sha256-…'`` source expression that allows exactly this inline text."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@assets.get("/static/<string(length=12):version>/<path:name>")
def static_file(version: str, name: str) -> Response:
    """A static file under its hashed address; any other hash is unknown."""
    if HASHES.get(name) != version:
        abort(404)
    response = send_from_directory(STATIC, name, max_age=31_536_000)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response
