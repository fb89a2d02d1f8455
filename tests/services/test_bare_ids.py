"""No lookup by a bare id: whoever hands a service the id of something says whose it is, too."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, get_args
from uuid import UUID

import pytest

from surveyapp import services
from surveyapp.services.analysts import Caller
from surveyapp.services.collectors import Collecting
from surveyapp.services.staff_sessions import Found
from surveyapp.services.staffing import Who
from surveyapp.store.waves import Wave

BOUND = (Caller, Found, Who, Collecting, Wave, tuple[UUID, UUID, UUID])
"""What brings its organisation, or its person, with it; of three ids the first is the organisation's."""

NOBODYS = {
    "addresses": "makes a keyed hash; looks nothing up",
    "audit": "names who acts; looks nothing up",
    "guessing": "compares a browser's person with the one who signs in; looks nothing up",
    "invitations": "whoever is signed in, or asks for a reset: a person is read before their organisation",
    "passkeys": "a person's own keys, before an organisation is chosen",
    "people": "which organisations a person belongs to",
    "pre_sessions": "who has shown a first factor",
    "second_factors": "a person's own factors, before an organisation is chosen",
    "sign_in": "a person who is just signing in",
    "staff_sessions": "a person's own sessions",
}
"""Module -> why it may take the id of a person, or of nothing that is stored, without an organisation."""


def ids(function: Callable[..., Any]) -> dict[str, Any]:
    """Parameters that are ids of something -> their types."""
    found = {name: each.annotation for name, each in inspect.signature(function).parameters.items()}
    return {name: type_ for name, type_ in found.items() if UUID in [type_, *get_args(type_)] and name != "org_id"}


def is_bound(function: Callable[..., Any]) -> bool:
    """The organisation is among the parameters, or something that brings it."""
    found = inspect.signature(function).parameters
    return found.get("org_id", inspect.Parameter("org_id", inspect.Parameter.KEYWORD_ONLY)).annotation is UUID or any(
        each.annotation in BOUND for each in found.values()
    )


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Module and public function of the service layer."""
    for module in pkgutil.iter_modules(services.__path__):
        there = import_module(f"surveyapp.services.{module.name}")
        for name, function in vars(there).items():
            if inspect.isfunction(function) and function.__module__ == there.__name__ and not name.startswith("_"):
                yield module.name, function


BARE = {(module, function) for module, function in functions() if ids(function) and not is_bound(function)}


def test_there_are_enough_that_take_an_id() -> None:
    assert len([function for _, function in functions() if ids(function) and is_bound(function)]) > 25


@pytest.mark.parametrize(
    ("module", "function"), sorted(BARE, key=str), ids=lambda each: getattr(each, "__name__", each)
)
def test_only_people_and_what_is_not_stored_are_named_without_an_organisation(
    module: str, function: Callable[..., Any]
) -> None:
    assert module in NOBODYS, f"{module}.{function.__name__} takes {[*ids(function)]} and doesn't say whose"
    assert set(ids(function)) <= {"person_id", "person_ids", "object_id", "unit_id", "session_id", "kept"}


def test_no_exception_is_left_over() -> None:
    assert {module for module, _ in BARE} == set(NOBODYS)


def test_a_bare_id_would_be_found() -> None:
    """The control."""

    def bare(session: object, wave_id: UUID | None) -> None: ...

    def owned(session: object, org_id: UUID, wave_id: UUID) -> None: ...

    def own(session: object, own: Found, passkey_id: UUID) -> None: ...

    assert (set(ids(bare)), is_bound(bare)) == ({"wave_id"}, False)
    assert is_bound(owned)
    assert is_bound(own)
