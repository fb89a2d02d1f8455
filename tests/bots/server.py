"""The Bot API over HTTP: ``python -m tests.bots.server --port 8081 --token 1:secret``.

``/bot<token>/<method>`` is what Telegram offers. ``/admin/…`` is for whoever tests; see ``admin.py``.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from . import admin
from .errors import ApiError, conflict
from .faults import Fault, Faults
from .methods import METHODS
from .pacing import Pace
from .parameters import number, texts
from .telegram import HungUp, Telegram

TELEGRAM: web.AppKey[Telegram] = web.AppKey("telegram", Telegram)
_MOST = 100


def make_app(telegram: Telegram) -> web.Application:
    """The application that serves one bot."""
    app = web.Application(client_max_size=20 << 20)
    app[TELEGRAM] = telegram
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", _call)
    admin.add_routes(app, telegram)
    app.on_shutdown.append(_close)
    return app


async def _close(app: web.Application) -> None:
    await app[TELEGRAM].hook.close()


async def _call(request: web.Request) -> web.Response:
    """One call of a bot, with what may go wrong."""
    telegram = request.app[TELEGRAM]
    method = request.match_info["method"]
    telegram.calls[method] += 1
    fault = telegram.faults.draw(method)
    if fault == "refused" or telegram.away:
        return _hang_up(request)
    try:
        body = await _answer(telegram, request, method, fault)
    except HungUp:
        return _hang_up(request)
    if fault == "dropped":
        return _hang_up(request)
    return web.json_response(body, status=200 if body["ok"] else body["error_code"])


async def _answer(telegram: Telegram, request: web.Request, method: str, fault: Fault | None) -> dict[str, Any]:
    try:
        _may(telegram, request.match_info["token"])
        if isinstance(fault, ApiError):
            raise fault
        if fault == "delay":
            await asyncio.sleep(telegram.faults.pause())
        return {"ok": True, "result": await _perform(telegram, method, await _parameters(request))}
    except ApiError as error:
        telegram.refusals[f"{method} {error.code}"] += 1
        return error.body()


def _may(telegram: Telegram, token: str) -> None:
    if token != telegram.token:
        bot, _, secret = token.partition(":")
        raise ApiError(401, "Unauthorized") if bot.isdecimal() and secret else ApiError(404, "Not Found")


async def _perform(telegram: Telegram, method: str, given: dict[str, Any]) -> Any:
    telegram.watch(method, given, "received")
    if method.lower() == "getupdates":
        result = await _get_updates(telegram, given)
    elif method.lower() in METHODS:
        result = METHODS[method.lower()](telegram, given)
    else:
        raise ApiError(404, "Not Found: method not found")
    telegram.watch(method, given, "done")
    return result


async def _get_updates(telegram: Telegram, given: dict[str, Any]) -> list[dict[str, Any]]:
    if telegram.hook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    if "allowed_updates" in given:
        telegram.updates.allowed = tuple(texts(given, "allowed_updates")) or None
    limit = min(_MOST, max(1, number(given, "limit", _MOST)))
    found = await telegram.updates.poll(number(given, "offset", 0), limit, number(given, "timeout", 0))
    return [update.as_json() for update in found]


async def _parameters(request: web.Request) -> dict[str, Any]:
    """From the address and from the body, which wins: a form, with files or without, or JSON."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            given |= json.loads(await request.text() or "{}")
        except (ValueError, TypeError):
            raise ApiError(400, "Bad Request: can't parse JSON object") from None
    elif request.can_read_body:
        given |= dict(await request.post())
    return given


def _hang_up(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def start(telegram: Telegram, port: int = 0) -> tuple[web.AppRunner, int]:
    """Serve on this machine; returns what to clean up, and the port."""
    runner = web.AppRunner(make_app(telegram), access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    return runner, runner.addresses[0][1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped; the first line printed says where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", type=json.loads, default={}, help='for example {"error": 0.03, "twice": 0.05}')
    parser.add_argument("--pace", action="store_true", help="one message a second in a chat, thirty in all")
    parser.add_argument("--hook-factor", type=float, default=1.0, help="seconds waited for each second of a back-off")
    chosen = parser.parse_args(arguments)
    telegram = Telegram(
        chosen.token,
        seed=chosen.seed,
        faults=Faults(chosen.seed, chosen.faults),
        pace=Pace() if chosen.pace else None,
        hook_factor=chosen.hook_factor,
    )
    asyncio.run(_serve(telegram, chosen.port))


async def _serve(telegram: Telegram, port: int) -> None:
    _, port = await start(telegram, port)
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    main()
