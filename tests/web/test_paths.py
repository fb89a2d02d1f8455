"""No address leads to a file that isn't meant for it, however it is spelt."""

from pathlib import Path

import pytest
from flask import Flask

from surveyapp.web.assets import HASHES
from tests.conftest import Database

SECRETS = ("secret_key", "survey.db", "statement.yaml", ".git/config")
UP = ("..", "%2e%2e", "%2E.", "..%2f", "%252e%252e", "..%5c", "..\\", "x/../..")


@pytest.fixture
def folder(sqlite_database: Database) -> Path:
    """An instance folder with what must not get out, and a picture that may."""
    for name in ("media", ".git"):
        (sqlite_database.folder / name).mkdir()
    for name in ("secret_key", "statement.yaml", ".git/config"):
        (sqlite_database.folder / name).write_text("organisation: not for you")
    (sqlite_database.folder / "media" / "house.txt").write_text("a house")
    (sqlite_database.folder / "media" / "link.txt").symlink_to("house.txt")
    return sqlite_database.folder


@pytest.fixture
def app(sqlite_app: Flask, folder: Path) -> Flask:
    return sqlite_app


def test_what_is_meant_for_everybody_is_given(app: Flask) -> None:
    with app.test_client().get("/media/house.txt") as answer:
        assert answer.data == b"a house"
    name, version = next(iter(HASHES.items()))
    with app.test_client().get(f"/static/{version}/{name}") as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("secret", SECRETS)
def test_no_way_up_leads_to_a_secret(app: Flask, folder: Path, secret: str) -> None:
    client, version = app.test_client(), next(iter(HASHES.values()))
    absolute = str(folder / secret)
    tried = [f"/{secret}", f"/media/{secret}", f"/static/{secret}", f"/media/{absolute}", f"/media//{absolute}"]
    for start in ("/media", f"/static/{version}", f"/static/{version}/css"):
        tried += [f"{start}/{up}/{secret}" for up in UP]
        tried += [f"{start}/{up}/{up}/{up}/{secret}" for up in UP]
    for path in tried:
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 404, path
        assert b"not for you" not in answer.data, path
