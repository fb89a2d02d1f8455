"""A Bot API server of one's own, and a way to call it as any program may."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.faults.conftest import own_server

from .serving import Served, bot_api

__all__ = ["own_server"]

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def served() -> Iterator[Served]:
    """Telegram, in a thread of its own."""
    with bot_api() as running:
        yield running


@pytest.fixture
def call(served: Served) -> Iterator[Call]:
    """Call a method with JSON; the whole answer, whatever it is."""
    with httpx.Client(base_url=f"{served.url}/bot{served.token}/", timeout=30) as client:

        def calling(method: str, **given: Any) -> dict[str, Any]:
            answer: dict[str, Any] = client.post(method, json=given).json()
            return answer

        yield calling
