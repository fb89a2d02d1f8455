"""What somebody sees who has the database: rows in the order of a scan, of their place in the file, of who wrote them."""

import hashlib
import re
import uuid
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from surveyapp.engine.definition import Questionnaire
from surveyapp.services import responses
from surveyapp.services.collectors import Collecting
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave, tiny
from tests.conftest import Database

TABLES = ("settled", "settled_text", "submission_key", "participation")


def told_apart(people: int, *changes: tuple[str, str]) -> Questionnaire:
    """Everybody chooses an option of their own, so that each settled row tells an attacker's eye whose it is."""
    one = "          - {value: town, en: Town, lv: Pilsēta}\n"
    many = "".join(f"          - {{value: p{each}, en: p{each}, lv: p{each}}}\n" for each in range(people))
    return tiny("tiny", (one, many), *changes)


def arrived(sessions: Sessions, people: int, *changes: tuple[str, str]) -> Collecting:
    """So many people answer one after the other, each with a key, a mark, an option and words that tell their number."""
    with sessions.begin() as session:
        collecting = open_wave(session, told_apart(people, *changes))
    for person in range(people):
        answers = {"how": 1 + person % 3, "where": f"p{person}", "words": f"person {person} wrote this"}
        submission = responses.Submission(key=key(person), answers=answers, language="lv", mark=mark(person))
        with sessions.begin() as session:
            responses.accept_submission(session, collecting, submission)
    return collecting


def key(person: int) -> bytes:
    """What a form would have made up; spread like one, and known to the test."""
    return hashlib.sha256(b"key %d" % person).digest()[:16]


def mark(person: int) -> bytes:
    return hashlib.sha256(b"mark %d" % person).digest()


class Attacker:
    """Somebody with the whole file or server, past row security."""

    def __init__(self, database: Database) -> None:
        self._sqlite = database.engine == "sqlite"
        self._folder = database.folder
        url = make_url(database.owner_url)
        self._engine = create_engine(url if self._sqlite else url.set(username="postgres"), poolclass=NullPool)

    def orders(self, table: str) -> dict[str, list[int]]:
        """Way of looking -> numbers of people, or of their rows, in the order seen so."""
        with self._engine.connect() as connection:
            found = {"scan": self._people(connection, table, "")}
            if self._sqlite:
                found["rowid"] = self._people(connection, table, "ORDER BY rowid") if self._has_rowid(table) else []
                found["place"] = self._places(table, found["scan"])
            else:
                found["ctid"] = self._people(connection, table, "ORDER BY ctid")
                found["xmin"] = self._people(connection, table, "ORDER BY xmin::text::bigint, ctid")
        return {way: order for way, order in found.items() if order}

    def _has_rowid(self, table: str) -> bool:
        with self._engine.connect() as connection:
            listed = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
        return any(row["name"] == table and not row["wr"] for row in listed)

    def _people(self, connection: Connection, table: str, order: str) -> list[int]:
        """Who wrote the rows, as far as the test can tell."""
        column = {"settled": "answers", "settled_text": "text", "submission_key": "key_hash", "participation": "mark"}
        rows = connection.execute(text(f"SELECT {column[table]} FROM {table} {order}")).scalars().all()
        return [each for each in map(whose(len(rows) * 4), rows) if each is not None]

    def _places(self, table: str, people: Sequence[int]) -> list[int]:
        """In the order in which they stand in the file."""
        held = (self._folder / "survey.db").read_bytes()
        signs = {
            "settled": lambda each: b'"where": "p%d"' % each,
            "settled_text": lambda each: b"person %d wrote" % each,
            "submission_key": lambda each: hashlib.sha256(key(each)).digest(),
            "participation": mark,
        }
        return sorted(people, key=lambda each: held.index(signs[table](each)))

    def writers(self, table: str) -> int:
        """How many transactions have written the rows."""
        if self._sqlite:
            return 1
        with self._engine.connect() as connection:
            return connection.execute(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")).scalar_one()

    def ids(self) -> dict[str, set[bytes]]:
        """Table -> every id, hash or mark in it that says which row it is."""
        columns = {**dict.fromkeys(("inbox", "settled", "settled_text"), "id")}
        columns |= {"submission_key": "key_hash", "participation": "mark"}
        with self._engine.connect() as connection:
            return {
                table: {as_bytes(each) for each in connection.execute(text(f"SELECT {column} FROM {table}")).scalars()}
                for table, column in columns.items()
            }

    def close(self) -> None:
        self._engine.dispose()


def as_bytes(value: Any) -> bytes:
    if isinstance(value, uuid.UUID):
        return value.bytes
    return bytes.fromhex(value) if isinstance(value, str) else bytes(value)


def whose(most: int) -> Callable[[Any], int | None]:
    """Reads from a value whose row it is; None for somebody else's."""
    hashes = {hashlib.sha256(key(each)).digest(): each for each in range(most)} | {
        mark(each): each for each in range(most)
    }

    def read(value: Any) -> int | None:
        if isinstance(value, str | dict):
            found = re.search(r"person (\d+)|\bp(\d+)\b", str(value))
            return int(found[1] or found[2]) if found else None
        return hashes.get(bytes(value))

    return read


def tells(order: Sequence[int]) -> bool:
    """The order gives arrival away: rank correlation, or neighbours that arrived one after the other, beyond chance."""
    size = len(order)
    ranks = {each: rank for rank, each in enumerate(sorted(order))}
    middle = (size - 1) / 2
    spread = sum((at - middle) ** 2 for at in range(size))
    correlation = sum((at - middle) * (ranks[each] - middle) for at, each in enumerate(order)) / spread
    beside = sum(abs(ranks[one] - ranks[other]) == 1 for one, other in pairwise(order))
    return abs(correlation) > 5 / size**0.5 or beside > 2 + 5 * 2**0.5
