"""The queue that wakes a worker. It holds no more than that somebody should look; what is to be done stands in the store."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from huey import Huey, PostgresHuey, RedisHuey
from huey.exceptions import ConfigurationError
from huey.serializer import SignedSerializer
from huey.storage import SqliteStorage
from sqlalchemy import make_url

from surveyapp.config import Config
from surveyapp.services.refusals import Refusal
from surveyapp.store.sessions import PRAGMAS

_NAME = "surveyapp"


class QueueFile(SqliteStorage):  # type: ignore[misc]
    """Huey's SQLite file with the pragmas of the database, so that nothing deleted stays in it either."""

    def _create_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._create_connection()
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        return connection


def queue_of(config: Config) -> Huey:
    """Redis where REDIS_URL is set; else PostgreSQL, past any pooler, or a file beside the SQLite database.

    Raises Refusal "no_redis" when the extra for it isn't installed.
    """
    shared: dict[str, Any] = {
        "results": False,
        "serializer": SignedSerializer(secret=config.secrets[0], salt="surveyapp jobs"),
    }
    if config.redis_url:
        return _in_redis(config.redis_url, shared)
    if config.database_url.startswith("sqlite"):
        return Huey(_NAME, storage_class=QueueFile, filename=str(_file(config)), **shared)
    return PostgresHuey(_NAME, connection=_connector(config.direct_url), create_tables=False, **shared)


def _in_redis(address: str, shared: dict[str, Any]) -> Huey:
    try:
        return RedisHuey(_NAME, url=address, **shared)
    except ConfigurationError:
        raise Refusal("no_redis") from None


def _file(config: Config) -> Path:
    """Beside the database; readable by its owner alone, as that is."""
    file = Path(make_url(config.database_url).database or "").with_name("queue.db")
    if not file.exists():
        file.touch(mode=0o600)
    return file


def _connector(address: str) -> Callable[[], Any]:
    """Connects to PostgreSQL, where the queue's tables are in a schema of their own."""
    url = make_url(address)
    parameters = url.get_dialect()().create_connect_args(url)[1]

    def connect() -> Any:
        return psycopg.connect(**parameters, connect_timeout=3, options="-c search_path=queue")

    return connect
