"""Statements below the mapper aren't filtered by organisation: which modules may make them, and which may change sides."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .test_layers import files, module_of

BELOW = {
    "surveyapp.store.inserts": "one row, looked at before it is written",
    "surveyapp.store.prepared": "what every page asks, compiled once: the organisation is in the statements of those below",
    "surveyapp.store.tenancy": "the two layers themselves",
    "surveyapp.services.collectors": "found with every page: one statement, joined on the organisation throughout",
    "surveyapp.services.doctor": "the server's settings; no rows of organisations",
    "surveyapp.services.drafts": "saved with every page: the organisation is in every statement",
    "surveyapp.services.gathering": "a batch, by the thousand: the organisation is in the statement",
    "surveyapp.services.keeping": "rewriting files as the owner",
    "surveyapp.services.readiness": "a counter, rolled back",
    "surveyapp.services.releasing": "pieces of files: the organisation is in every row",
    "surveyapp.services.remains": "the server's settings and the pages of the file; no rows of organisations",
    "surveyapp.services.responses": "stored with every answer: the organisation is in every row and statement",
    "surveyapp.services.standings": "saved with every message: the organisation is in every row and statement",
    "surveyapp.services.moving": "settling, by the hundred: the organisation is in every row and statement",
}
"""Module -> why it speaks to the connection, or uses tables instead of classes."""

SIDES = {
    "surveyapp.services.conversations": "a chat may have conversations with several",
    "surveyapp.services.desks": "the same",
    "surveyapp.services.reminders": "the same",
    "surveyapp.services.standings": "the same",
    "surveyapp.services.wave_keys": "a chat is recognised by the keys of all open waves",
    "surveyapp.services.doctor": "looks at all of them",
    "surveyapp.services.remains": "looks at all of them",
    "surveyapp.services.keeping": "what is past its date goes, whosever it is",
    "surveyapp.services.staffing": "somebody chooses among the organisations they belong to",
    "surveyapp.services.agenda": "waves are due, whosever they are",
    "surveyapp.services.moving": "settling forgets the order of all chats",
    "surveyapp.services.waves": "names of waves for the operator",
    "surveyapp.services.jobs": "the operator sees how far all of it is",
    "surveyapp.services.responses": "a receipt doesn't tell whose it is",
    "surveyapp.services.questionnaires": "the library is an organisation of its own",
    "surveyapp.services.audit": "an entry goes into the log of the organisation it is about",
    "surveyapp.services.invitations": "links that are over go, whosever they are",
    "surveyapp.staff_commands": "the operator lists all of them",
}
"""Module -> why it acts for another organisation within a block."""


def used(file: Path) -> Iterator[str]:
    """Names that a module imports or calls as methods."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield f".{node.func.attr}"


def users(*names: str) -> set[str]:
    return {module_of(file) for file in files() if set(names) & set(used(file))}


def test_only_these_modules_go_below_the_mapper() -> None:
    drivers = (".connection", "connection_of", ".get_raw_connection", ".raw_connection", ".exec_driver_sql")
    assert users("Prepared", "table_of", *drivers) == set(BELOW)


def test_only_these_modules_act_for_another_organisation() -> None:
    assert users("elsewhere") == set(SIDES)


@pytest.mark.parametrize("name", ["surveyapp.web", "bots"])
def test_shells_leave_it_to_the_services(name: str) -> None:
    assert not {module for module in users("elsewhere", "acting_for", "through", "table_of") if module.startswith(name)}
