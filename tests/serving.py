"""Serving a WSGI application to browsers and programs, in this process, on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Quiet(WSGIRequestHandler):
    def log(self, *line: object) -> None:
        """Say nothing: what a test saw stands in its own report."""


@contextmanager
def served(app: "WSGIApplication") -> Iterator[str]:
    """The address, such as ``http://127.0.0.1:40001``, under which the application answers meanwhile."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
