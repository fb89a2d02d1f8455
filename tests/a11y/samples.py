"""Pages to try the checks on, written by hand after the patterns the product's pages follow."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "pages"
NAMES = ("rating", "multiple", "text", "block", "faces")
LANGUAGES = {"rating": "lv", "multiple": "ru", "text": "et", "block": "uk", "faces": "en"}
_POLICY = (
    "default-src 'none'; script-src 'self'; img-src 'self'; style-src 'self'; form-action 'self'; "
    "require-trusted-types-for 'script'"
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", _POLICY)
        super().end_headers()

    def log_message(self, *line: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The address under which the pages are served."""
    handler = functools.partial(_Quiet, directory=str(FOLDER))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
