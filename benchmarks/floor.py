"""The floor: bare Flask, and bare Flask with one INSERT. What it costs, no Flask product can avoid."""

import os
import sqlite3
import threading
import uuid

from flask import Flask, request

_local = threading.local()


def _database() -> sqlite3.Connection:
    if not hasattr(_local, "database"):
        _local.database = sqlite3.connect(os.environ["FLOOR_DATABASE"], isolation_level=None, timeout=10)
        _local.database.execute("PRAGMA journal_mode=WAL")
        _local.database.execute("PRAGMA synchronous=FULL")
        _local.database.execute("CREATE TABLE IF NOT EXISTS answer (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID")
    connection: sqlite3.Connection = _local.database
    return connection


app = Flask(__name__)


@app.get("/healthz")
@app.get("/")
def page() -> str:
    """The least a page can be."""
    return "<!doctype html><title>floor</title><form method=post><input name=a></form>"


@app.post("/")
def store() -> str:
    """The least that storing can be."""
    _database().execute("INSERT INTO answer VALUES (?, ?)", (str(uuid.uuid4()), request.form.get("a", "")))
    return "stored"
