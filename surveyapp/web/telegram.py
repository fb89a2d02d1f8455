"""Where Telegram brings updates when there is a webhook: kept first, then acknowledged, never the other way round."""

import hmac
import threading
from typing import Protocol

from flask import Flask, Response, abort, request
from werkzeug.exceptions import ServiceUnavailable

from surveyapp import serving
from surveyapp.web.site import Site

BYTES = 1024 * 1024
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_RETRY_AFTER = 2


class Hook(Protocol):
    """What takes updates in; see ``bots.hooks``."""

    def take(self, raw: object) -> None:
        """Keep an update and give its reply some time. Raises StoreUnavailable: nothing was kept."""


def install(app: Flask, parts: Site) -> None:
    """Serve the webhook, if there is one. At most half of a worker's threads do so, so that pages are served too."""
    config = parts.config
    if not (config.telegram_token and config.telegram_secret):
        return
    from bots import hooks, masking  # noqa: PLC0415 - the library would cost every other service 20 MB a worker

    masking.install(config.telegram_token)
    hook, address, secret = hooks.Hook(config, parts.sessions), hooks.path(config), config.telegram_secret
    places = threading.BoundedSemaphore(hooks.at_once(serving.threads))

    def telegram(given: str) -> Response:
        """Take one update."""
        if not _same(given, address):
            abort(404)
        if not _same(request.headers.get(_SECRET, ""), secret):
            abort(403)
        return _take(hook, places)

    app.extensions["telegram"] = hook
    app.add_url_rule("/telegram/<given>", view_func=telegram, methods=["POST"])


def _same(given: str, wanted: str) -> bool:
    """Compared as bytes and in the same time, however much of it is right; any characters may come."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


def _take(hook: Hook, places: threading.BoundedSemaphore) -> Response:
    request.max_content_length = BYTES
    raw = request.get_json()
    if not places.acquire(blocking=False):
        raise ServiceUnavailable(retry_after=_RETRY_AFTER)
    try:
        hook.take(raw)
    finally:
        places.release()
    return Response(status=200)
