"""The floor: bare Flask, and bare Flask with one INSERT. What it costs, no Flask product can avoid."""

import os
import sqlite3
import threading
import uuid
from collections.abc import Callable

import psycopg
from flask import Flask, request

_local = threading.local()
TABLE = "CREATE TABLE IF NOT EXISTS floor_answer (id TEXT PRIMARY KEY, body TEXT)"
Insert = Callable[[str, str], object]


def _sqlite(url: str) -> Insert:
    connection = sqlite3.connect(f"{url.removeprefix('sqlite:///')}.floor", isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"{TABLE} WITHOUT ROWID")
    return lambda key, body: connection.execute("INSERT INTO floor_answer VALUES (?, ?)", (key, body))


def _postgresql(url: str) -> Insert:
    connection = psycopg.connect(url, autocommit=True)
    return lambda key, body: connection.execute("INSERT INTO floor_answer VALUES (%s, %s)", (key, body))


def _insert() -> Insert:
    if not hasattr(_local, "insert"):
        url = os.environ["FLOOR_DATABASE"]
        _local.insert = (_sqlite if url.startswith("sqlite") else _postgresql)(url)
    made: Insert = _local.insert
    return made


app = Flask(__name__)


@app.get("/healthz")
@app.get("/")
def page() -> str:
    """The least a page can be."""
    return "<!doctype html><title>floor</title><form method=post><input name=a></form>"


@app.post("/")
def store() -> str:
    """The least that storing can be."""
    _insert()(str(uuid.uuid4()), request.form.get("a", ""))
    return "stored"
