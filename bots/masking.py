"""Keeps the bot's token out of every log line: the libraries' addresses hold it, and so may any traceback."""

import logging
import re
import sys
import traceback

_TOKEN = re.compile(r"bot[0-9]+(?::|%3A)[A-Za-z0-9_-]+|\b[0-9]{6,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
_TALKATIVE = ("httpx", "httpcore", "telegram")
"""Loggers that write addresses and contents at INFO and below."""

_QUOTING = "telegram.request"
"""A logger that quotes whole answers of the server when it can't read them: they hold what people wrote."""


def masked(text: str, token: str = "") -> str:
    """The text without the token, and without anything that looks like one."""
    return _TOKEN.sub("<token>", text.replace(token, "<token>") if token else text)


class TokenMask(logging.Filter):
    """Masks tokens in message, arguments and traceback of each record before a handler formats it."""

    def __init__(self, token: str = "") -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record where needed; every record passes."""
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - arguments that don't fit are the caller's mistake, and no reason to fail here
            said = f"{record.msg} {record.args!r}"
        if (clean := self._masked(said)) != said:
            record.msg, record.args = clean, None
        if record.exc_info and record.exc_info[0]:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            if (clean := self._masked(trace)) != trace:
                record.exc_text, record.exc_info = clean, None
        record.exc_text = self._masked(record.exc_text) if record.exc_text else None
        record.stack_info = self._masked(record.stack_info) if record.stack_info else None
        return True

    def _masked(self, text: str) -> str:
        return masked(text, self._token)


def configure(level: str, token: str) -> None:
    """Log to standard error without tokens, and let the talkative libraries speak of trouble only."""
    logging.basicConfig(
        stream=sys.stderr, level=level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    install(token)
    sys.excepthook = lambda kind, error, trace: sys.stderr.write(
        masked("".join(traceback.format_exception(kind, error, trace)), token)
    )


def install(token: str = "") -> None:
    """Mask what every handler of the root logger writes, and the one that writes where there is none."""
    last = [logging.lastResort] if logging.lastResort else []
    for handler in [*logging.getLogger().handlers, *last]:
        if not any(isinstance(each, TokenMask) for each in handler.filters):
            handler.addFilter(TokenMask(token))
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_QUOTING).setLevel(logging.CRITICAL)
