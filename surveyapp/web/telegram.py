"""Where Telegram brings updates when there is a webhook: kept first, then acknowledged, never the other way round."""

import atexit
import hmac

from flask import Flask, Response, abort, request

from surveyapp.web.site import Site

BYTES = 1024 * 1024
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


def install(app: Flask, parts: Site) -> None:
    """Serve the webhook, if there is one. A failing store and busy threads answer 503, and Telegram comes again."""
    config = parts.config
    if not (config.telegram_token and config.telegram_secret):
        return
    from bots import hooks, masking  # noqa: PLC0415 - the library would cost every other service 20 MB a worker

    masking.install(config.telegram_token)
    hook = hooks.Hook(config, parts.sessions)
    address, secret = hooks.path(config), config.telegram_secret

    def telegram(given: str) -> Response:
        """Take one update."""
        if not _same(given, address):
            abort(404)
        if not _same(request.headers.get(_SECRET, ""), secret):
            abort(403)
        request.max_content_length = BYTES
        try:
            hook.take(request.get_json())
        except hooks.Busy:
            return Response(status=503, headers={"Retry-After": "1"})
        return Response(status=200)

    atexit.register(hook.close)  # a worker that is told to end sends what is on its way
    app.extensions["telegram"] = hook
    app.add_url_rule("/telegram/<given>", view_func=telegram, methods=["POST"])


def _same(given: str, wanted: str) -> bool:
    """Compared as bytes and in the same time, however much of it is right; any characters may come."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
