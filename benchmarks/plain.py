"""The plainest program on the same libraries: Flask and SQLAlchemy, with nothing of the product.

It reads a row with each page, renders five ratings, stores each form in a transaction of its own and leads on with 303.
It knows no language, consent, rule, token, limit, tenant, log, header or gzip. What it takes for an interview, any program
takes that stands on these libraries, answers a form with a redirect and has stored it before.
"""

import os
import uuid
from typing import Any

from flask import Flask, redirect, request
from sqlalchemy import JSON, Connection, Engine, Text, bindparam, create_engine, event, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from werkzeug.wrappers import Response

from benchmarks.interviews import Person

FORMS = 5
"""Agreement, three pages, sending: with the first look these are the eleven requests of an interview."""

_PAGE = """<!doctype html><title>plain</title><form method="post">
{% for item in range(5) %}<fieldset><legend>{{ item }}</legend>{% for value in range(1, 6) %}
<label><input type="radio" name="q{{ item }}" value="{{ value }}"> {{ value }}</label>{% endfor %}</fieldset>{% endfor %}
<button>next</button></form>"""


class Base(DeclarativeBase):
    """Its one table."""


class Answers(Base):
    """Answers of one person, in a table of its own beside the product's."""

    __tablename__ = "floor_plain"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


TABLE = "CREATE TABLE IF NOT EXISTS floor_plain (id TEXT PRIMARY KEY, body JSON NOT NULL)"


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    engine = create_engine(url, connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def durable(connection: Any, record: Any) -> None:
        for words in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA busy_timeout=10000", TABLE):
            connection.execute(words)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        """A writer takes its lock at once: taken later it could not wait for it."""
        connection.exec_driver_sql("BEGIN IMMEDIATE" if request.method == "POST" else "BEGIN")

    return engine


_READ = select(Answers.body).where(Answers.id == bindparam("key"))
_ADD = insert(Answers)
_CHANGE = update(Answers).where(Answers.id == bindparam("key"))


def create() -> Flask:
    """The application, on ``FLOOR_DATABASE``."""
    app = Flask(__name__)
    sessions = sessionmaker(_engine(os.environ["FLOOR_DATABASE"]), expire_on_commit=False)
    page = app.jinja_env.from_string(_PAGE)

    @app.get("/healthz")
    def healthz() -> str:
        return "well"

    @app.get("/<key>")
    def show(key: str) -> str:
        with sessions() as session:
            _stored(session, key)
        return page.render()

    @app.post("/<key>")
    def act(key: str) -> Response:
        with sessions.begin() as session:
            there, given = _stored(session, key), request.form.to_dict()
            if there is None:
                session.execute(_ADD, {"id": key, "body": given})
            else:
                session.connection().execute(_CHANGE, {"key": key, "body": there | given})
        return redirect(f"/{key}", 303)

    return app


def _stored(session: Session, key: str) -> dict[str, Any] | None:
    return session.scalar(_READ, {"key": key})


def interview(person: Person, path: str) -> None:
    """As many requests as an interview of fifteen questions, forms of the same size among them."""
    path = f"{path}/{uuid.uuid4().hex}"
    person.ask("GET", path)
    for _ in range(FORMS):
        person.ask("POST", path, _BODY)
        person.ask("GET", path)


_BODY = f"form_token={'x' * 32}&form_language=lv&q0=1&q1=2&q2=3&q3=4&q4=5&action=next"
