"""Pages to try the checks on, written by hand after the patterns the product's pages follow."""

from pathlib import Path

from flask import Flask, Response, send_from_directory

FOLDER = Path(__file__).resolve().parent / "pages"
NAMES = ("rating", "multiple", "text", "block", "faces")
LANGUAGES = {"rating": "lv", "multiple": "ru", "text": "et", "block": "uk", "faces": "en"}
_POLICY = (
    "default-src 'none'; script-src 'self'; img-src 'self'; style-src 'self'; form-action 'self'; "
    "require-trusted-types-for 'script'"
)


def site() -> Flask:
    """The pages under a policy as strict as the product's."""
    app = Flask(__name__, static_folder=None)

    @app.get("/<name>")
    def show(name: str) -> Response:
        answer = send_from_directory(FOLDER, name)
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    return app
