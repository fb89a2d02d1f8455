"""Modules that bring a large library and are seldom needed: loaded when something of theirs is first asked for."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module until it is needed; what it has is looked up in it each time.

    Type checkers and readers see an import beside it, under ``TYPE_CHECKING``.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, wanted: str) -> Any:
        """What the module has under this name."""
        return getattr(import_module(self._name), wanted)
