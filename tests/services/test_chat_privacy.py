"""Whoever reads the files of the database finds no chat in them, in no form; what was typed goes with the conversation."""

import base64
import hashlib
from pathlib import Path

import pytest

from surveyapp.engine.talks import Blocked
from surveyapp.services import keeping
from surveyapp.services.collectors import Collecting
from surveyapp.store.sessions import Sessions, make_sessions
from tests.chats import Person, said
from tests.conftest import Database

CANARY = "a sentence nobody else would write"


def forms(chat: int) -> dict[str, bytes]:
    """Every form in which somebody would look for a chat id."""
    decimal = str(chat).encode()
    big, little = chat.to_bytes(8), chat.to_bytes(8, "little")
    shapes = {
        "decimal": decimal,
        "hexadecimal": f"{chat:x}".encode(),
        "8 bytes, big endian": big,
        "8 bytes, little endian": little,
        "base64": base64.b64encode(decimal).rstrip(b"="),
        "base64 of 8 bytes": base64.b64encode(big).rstrip(b"="),
    }
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, decimal).digest()
        shapes |= {name: digest, f"{name} in hexadecimal": digest.hex().encode()}
    return shapes


def found(folder: Path, chat: int) -> list[str]:
    """In which forms the chat id stands in the database's files, the write-ahead log included."""
    kept = b"".join(file.read_bytes() for file in sorted(folder.glob("survey.db*")))
    return [name for name, form in forms(chat).items() if form in kept or form.upper() in kept]


@pytest.fixture
def sessions(sqlite_database: Database) -> Sessions:
    made = make_sessions(sqlite_database.config())
    yield made
    made.dispose()


def test_no_file_names_a_chat_at_any_time(
    sqlite_database: Database, sessions: Sessions, collecting: Collecting
) -> None:
    anna, boris, clara = (Person(sessions) for _ in range(3))
    for person in (anna, boris, clara):
        person.answers(collecting.code, CANARY)
        person.commands("stop")
        assert said(person.taps("z")) == {"reminder_set"}
        person.taps("g")
        assert found(sqlite_database.folder, person.chat.chat) == []
    assert "sent" in said(anna.taps("f"))
    boris.does(Blocked())
    clara.commands("delete")
    clara.taps("k", 1)
    for person in (anna, boris, clara):
        assert found(sqlite_database.folder, person.chat.chat) == []


def test_the_search_would_find_one(sqlite_database: Database, sessions: Sessions) -> None:
    """The control: a chat id that is stored, in each of the forms, is found."""
    chat = 5_123_456_789
    with sessions.begin() as session:
        connection = session.connection()
        for number, form in enumerate(forms(chat).values()):
            connection.exec_driver_sql("INSERT INTO document VALUES (?, ?)", (f"{number}", form))
    assert found(sqlite_database.folder, chat) == list(forms(chat))


def test_what_was_typed_goes_with_the_conversation(
    sqlite_database: Database, sessions: Sessions, collecting: Collecting
) -> None:
    anna = Person(sessions)
    anna.answers(collecting.code, CANARY)
    anna.commands("delete")
    anna.taps("k", 1)
    assert keeping.clean_up(sessions.writing_engine)
    for file in sqlite_database.folder.glob("survey.db*"):
        assert CANARY.encode() not in file.read_bytes()
