"""Why a service declines to do something: a code and values, worded by whoever speaks to the person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_NONE: Mapping[str, Any] = MappingProxyType({})


class FileFault(NamedTuple):
    """What is wrong in a file: the path to it, a code, and what fills its wording."""

    path: str
    code: str
    values: Mapping[str, Any]


class Refusal(Exception):
    """Declined. ``code`` names the reason, ``values`` fill its wording.

    ``problems`` holds what has to be changed first: the engine's problems with answers, the faults of a
    questionnaire, or the errors of a programme file; empty when there is nothing to change.
    """

    def __init__(self, code: str, values: Mapping[str, Any] = _NONE, problems: tuple[Any, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
        self.problems = problems

    def __str__(self) -> str:
        """The code and its values, for logs of the operator: never an answer."""
        return f"{self.code} {dict(self.values)}" if self.values else self.code
