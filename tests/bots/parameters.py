"""Parameters of a call, as texts of a form or as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from .errors import bad

Parameters = Mapping[str, Any]
_NO, _YES = {"false", "0", ""}, {"true", "1"}


def text(given: Parameters, name: str) -> str:
    value = given.get(name)
    return "" if value is None else str(value)


def number(given: Parameters, name: str, default: int) -> int:
    value = given.get(name)
    if value in (None, ""):
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad(f"can't parse {name}") from None


def flag(given: Parameters, name: str) -> bool:
    value = str(given.get(name, "")).lower()
    if value not in _NO | _YES:
        raise bad(f"can't parse {name}")
    return value in _YES


def document(given: Parameters, name: str) -> Any:
    """An object or a list, or None; in a form it is JSON."""
    value = given.get(name)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def texts(given: Parameters, name: str) -> list[str]:
    value = document(given, name) or []
    if not isinstance(value, list):
        raise bad(f"can't parse {name}: expected an Array of String")
    return [str(each) for each in value]
