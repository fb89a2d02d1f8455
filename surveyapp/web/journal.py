"""One JSON line a request, made from an allow-list: no address, no query, no referrer, no browser, no body.

An error is logged as its type and the lines of code it passed through. Its message is left out: the message of
a failed conversion, for example, quotes what the person typed.
"""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from surveyapp.traces import where

_KEYS = ("request", "route", "method", "status", "ms", "error", "where")
_OWN = "surveyapp.requests"
log = logging.getLogger(_OWN)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object that holds only allowed keys."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what other libraries say is cut down to logger, level and the unfilled message."""
        line = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")}
        line |= {"level": record.levelname.lower(), "logger": record.name}
        if record.name == _OWN:
            line |= {key: record.__dict__[key] for key in _KEYS if key in record.__dict__}
        else:
            line["message"] = str(record.msg)
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "where": where(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


def configure(level: str) -> None:
    """Send all logging to standard error as JSON lines; quieten what would log addresses or parameters."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("werkzeug", "sqlalchemy", "httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)


def install(app: Flask) -> None:
    """Write the line of every request once its answer is ready."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def write(response: Response) -> Response:
        if log.isEnabledFor(logging.INFO):
            log.info("request", extra=_facts(response.status_code))
        return response


def failed(error: BaseException, status: int) -> None:
    """Write the line of a request that failed inside, with the type of the error and where it arose."""
    extra = _facts(status) | {"error": type(error).__name__, "where": where(error.__traceback__)}
    log.error("request failed", extra=extra)


def _facts(status: int) -> dict[str, object]:
    rule = request.url_rule.rule if request.url_rule else None
    begun = g.get("begun")
    ms = None if begun is None else round((time.perf_counter() - begun) * 1000, 1)
    return {"request": secrets.token_hex(16), "route": rule, "method": request.method, "status": status, "ms": ms}
