"""Compressed pages are the pages, whatever was compressed before them, and no heavier than compressed at once."""

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, Response

from surveyapp.web import compression
from surveyapp.web.compression import Ends, compressed

HEAD = b"<!doctype html><html lang=lv><style>" + b"main{padding:1rem}" * 700
PAGES = [HEAD + b"</style><p>" + f"{n}. vai Jums palīdz? ".encode() * n for n in range(1, 200)]


def test_every_page_comes_back_as_it_was() -> None:
    with ThreadPoolExecutor(8) as people:
        made = list(people.map(compressed, PAGES * 3))
    assert [gzip.decompress(body) for body in made] == PAGES * 3


@pytest.mark.parametrize("body", [b"", b"no style at all" * 99, b"</style>", b"a</style>b</style>c"])
def test_a_text_without_a_style_comes_back_too(body: bytes) -> None:
    assert gzip.decompress(compressed(body)) == body


def test_it_weighs_what_it_weighs_at_once() -> None:
    for body in PAGES:
        assert len(compressed(body)) <= len(gzip.compress(body, 5)) * 1.01


def test_what_pages_begin_with_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compressed(PAGES[0])
    monkeypatch.setattr(zlib, "compressobj", None)
    for body in PAGES:
        compressed(body)


@pytest.mark.parametrize("middle", [b"", b"/r/K7QF2MXA", bytes(range(256)) * 4, b"x" * 0xFFFF, b"x" * 0x10000])
def test_ends_that_are_compressed_once_go_round_any_middle(middle: bytes) -> None:
    for first, last in ((HEAD, PAGES[9]), (b"", b""), (b"a", b"b")):
        whole, zipped = Ends(first, last).around(middle)
        assert whole == first + middle + last
        assert gzip.decompress(zipped) == whole


@pytest.mark.parametrize(("accepts", "encoding"), [("gzip, br", "gzip"), ("br", None), ("", None)])
def test_a_browser_gets_gzip_only_when_it_takes_it(accepts: str, encoding: str | None) -> None:
    app = Flask(__name__)
    compression.install(app)
    app.add_url_rule("/", view_func=lambda: Response(PAGES[5], mimetype="text/html"))
    answer = app.test_client().get("/", headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert (gzip.decompress(answer.data) if encoding else answer.data) == PAGES[5]
