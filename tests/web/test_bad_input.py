"""Whatever is sent to whatever field, nobody sees a failure of ours; and every clean text comes back as it was typed."""

import unicodedata
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from surveyapp.engine.answers import field_names
from surveyapp.engine.definition import RESERVED_IDS
from surveyapp.engine.faults import MOST_TEXT
from surveyapp.store.responses import Inbox
from surveyapp.web import create_app
from tests.builders import inside, open_wave, tiny
from tests.conftest import new_sqlite
from tests.pages import Pages
from tests.web.every_type import Q as EVERY_TYPE

BAD = {
    "NUL": "a\x00b",
    "lone surrogate": "a\udc80b",
    "control": "a\x07b",
    "DEL": "a\x7fb",
    "bidi": "a\u202eb\u2066c",
    "too long": "x" * 1001,
    "far too long": "x" * 60_000,
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }} {% raw %} %(name)s {organisation}",
    "formula": "=1+1",
    "SQL": "'; DROP TABLE inbox; --",
    "number": "1_000",
    "hex": "0x1f",
    "exponent": "1e400",
    "many digits": "9" * 400,
    "other digits": "١٢٣",
    "wide digits": "１２３",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "missing": "missing:nothing",
    "colon": "missing:",
    "blank": "\u00a0\u2003",
    "line ends": "\r\r\n\x0b\x0c\n",
    "combining": "e" + "\u0301" * 900,
    "percent": "%00%ff%",
    "JSON": '{"missing": {"missing": [null]}}',
}
CLEAN = {
    "et": "Kõik oli väga hea, šokolaad ja žanr – aitäh!",
    "lv": "Ļoti laipni, paldies Jums: āčēģīķļņšūž",
    "ru": "Всё хорошо: ёлка, объём, «кавычки»",
    "uk": "Дуже дякую: ґанок, їжак, м’ята, щ",
    "en": "It’s “fine” — isn't it?",
    "emoji": "👩🏽‍🦽 🇱🇻 ❤️",
    "right to left": "שלום עולם, مرحبا",
    "long": "ā" * 1000,
    "lines": "first\n\nsecond\n  third",
    "markup": "a < b & c > d",
    "tab": "one\ttwo",
    "SQL": "'); DROP TABLE inbox; -- \" OR 1=1 $1 %(id)s :id ? \\",
}

THEIRS = {name for item in EVERY_TYPE.items for name in field_names(item)}
"""Fields of questions. Whatever else a page posts must be no question's id: one would be taken for the other."""


def begun(app: Flask, q=EVERY_TYPE, way: str = "r") -> Pages:
    """A form, or a chat, of which the first screen is open."""
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session, q).code
    pages = Pages(app.test_client(use_cookies=False), "en")
    pages.get(f"/{way}/{code}?lang=en")
    if pages.page.questions:
        pages.choose("consent", "agree")
    pages.submit()
    return pages


def fields_of(pages: Pages) -> list[tuple[str, str]]:
    """Every field of the page's form, hidden ones included, with what would be posted."""
    form = pages.page.forms[0]
    named = {question.name: "" for question in form.questions}
    return [*form.fields({}, "next"), *named.items()]


def surrogates(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def posted(client: FlaskClient, path: str, fields: list[tuple[str, str]]) -> int:
    """Post fields byte for byte, as a program with bad manners would; the status."""
    body = b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in fields)
    return client.post(path, data=body, content_type="application/x-www-form-urlencoded").status_code


def _quoted(text: str) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in surrogates(text))


@pytest.mark.parametrize("kind", BAD)
def test_no_field_of_a_form_can_be_made_to_fail(app: Flask, kind: str) -> None:
    pages = begun(app)
    client, path, fields = app.test_client(use_cookies=False), pages.page.address, fields_of(pages)
    names = {name for name, _ in fields}
    assert {"rating", "single__text", "number", "date__day", "form_token", "action", "asked"} <= names
    assert names - THEIRS <= RESERVED_IDS
    for name in names:
        spoilt = [(other, BAD[kind] if other == name else value) for other, value in fields]
        assert posted(client, path, spoilt) < 500, f"{kind} in {name}"
        assert client.get(path).status_code < 500, f"{path} after {kind} in {name}"
    for name in names:
        assert posted(client, path, [*fields, (name + BAD[kind], "x")]) < 500


@pytest.mark.parametrize("kind", BAD)
def test_no_field_of_a_chat_can_be_made_to_fail(app: Flask, kind: str) -> None:
    pages = begun(app, way="chat")
    client, path = app.test_client(use_cookies=False), pages.page.address
    quoted = _quoted(BAD[kind][:200]).decode()
    for _ in range(2):
        fields = fields_of(pages)
        names = {name for name, _ in fields}
        assert {"nonce", "item", "form_token", "action"} <= names
        assert names - THEIRS <= RESERVED_IDS
        for name in names:
            spoilt = [(other, BAD[kind] if other == name else value) for other, value in fields]
            assert posted(client, path, spoilt) < 500, f"{kind} in {name}"
        for action in ("next", "back", "change", "clear", "lang", "easy", "size", "delete"):
            pressed = [(other, f"{action}-{BAD[kind]}" if other == "action" else value) for other, value in fields]
            assert posted(client, path, pressed) < 500, f"{action} with {kind}"
        assert client.get(f"{path}?said={quoted}").status_code == 200
        posted(client, path, [(name, "skip" if name == "action" else value) for name, value in fields])
        pages.sent = {item.id for item in EVERY_TYPE.items}
        pages.get(path)


@pytest.mark.parametrize("kind", BAD)
def test_no_other_form_and_no_parameter_can_be_made_to_fail(app: Flask, kind: str) -> None:
    begun(app)
    client = app.test_client(use_cookies=False)
    for path in ("/code", "/withdraw"):
        pages = Pages(client)
        pages.get(path)
        for name, _ in fields_of(pages):
            spoilt = [(other, BAD[kind] if other == name else value) for other, value in fields_of(pages)]
            assert posted(client, path, spoilt) < 500, f"{kind} in {name} of {path}"
    quoted = _quoted(BAD[kind][:200]).decode()
    for query in ("lang", "size", "easy", "nothing"):
        assert client.get(f"/?{query}={quoted}").status_code < 500
    for path in (
        "/r/%s",
        "/r/%s/%s",
        "/r/%s/%s/%s",
        "/chat/%s",
        "/chat/%s/%s",
        "/chat/%s/%s/save",
        "/media/%s",
        "/static/%s",
        "/%s",
    ):
        filled = path.replace("%s", quoted.replace("%2F", ""))
        assert client.get(filled).status_code in {400, 404, 410}, filled[:80]
        assert posted(client, filled, [("action", "next")]) < 500


@pytest.mark.parametrize("name", ["Accept-Language", "Origin", "Sec-Fetch-Site", "Cookie", "Range", "X-Forwarded-For"])
def test_no_header_can_be_made_to_fail(app: Flask, name: str) -> None:
    client = app.test_client(use_cookies=False)
    for value in (" ", ",;=,", "q=1;q=2;;", "x" * 4000, "é", "lv;q=abc", "../..", "bytes=0-1,2-3,9999999999-"):
        assert client.get("/", headers={name: value}).status_code < 500, f"{name}: {value[:40]}"


def test_odd_bodies_are_refused_plainly(app: Flask) -> None:
    pages = begun(app)
    client, path = app.test_client(use_cookies=False), pages.page.address
    fields = fields_of(pages)
    assert client.post(path, json={"action": "next"}).status_code == 403
    assert client.post(path, data=b"\xff\xfe\x00", content_type="multipart/form-data; boundary=x").status_code < 500
    assert client.post(path, data=b"--x\r\n", content_type="multipart/form-data").status_code < 500
    assert client.post(path, data=b"x" * 70_000, content_type="application/x-www-form-urlencoded").status_code == 413
    assert posted(client, path, [(name, value) for name, value in fields if name != "form_token"]) == 403
    for action in ("", "nothing", "lang-", "lang-xx", "size-", "size-9", "size-x", "clear-", "clear-nothing", "view-x"):
        changed = [(name, action if name == "action" else value) for name, value in fields]
        assert posted(client, path, changed) < 500, action
    other = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(path, data=dict(fields), headers=other).status_code == 403
    assert client.post(path, data=dict(fields), headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert client.post(path, data=dict(fields), headers={"Origin": "null"}).status_code in {200, 303, 422}


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_of_more_than_500_fields_is_too_large(app: Flask, kind: str) -> None:
    pages = begun(app)
    client, path, fields = app.test_client(use_cookies=False), pages.page.address, fields_of(pages)
    for most, status in ((500, {200, 303, 422}), (501, {413})):
        many = [*fields, *((f"f{number}", "x") for number in range(most - len(fields)))]
        data = MultiDict((name, value) for name, value in many)
        assert client.post(path, data=data, content_type=kind).status_code in status, most


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("path", ["form", "/code", "/sign-in"])
def test_a_form_that_is_not_utf_8_is_a_bad_request(app: Flask, path: str, kind: str) -> None:
    """A browser sends none; kept with other signs in its place, a text would not be what was typed."""
    path = begun(app).page.address if path == "form" else path
    client = app.test_client(use_cookies=False)
    for bad in (b"\xe4\xb8", b"\xff", b"\xed\xb2\x80", b"caf\xe9"):
        quoted = b"".join(b"%%%02X" % byte for byte in bad)
        part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + bad + b"\r\n--x--\r\n"
        bodies = (b"text=" + quoted, b"text=" + bad, quoted + b"=x") if kind == FORMS[0] else (part,)
        for body in bodies:
            assert client.post(path, data=body, content_type=f"{kind}; boundary=x").status_code == 400, body


@pytest.fixture(scope="module")
def one(
    migrated_file, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FlaskClient, str, list[tuple[str, str]]]]:
    app = create_app(new_sqlite(tmp_path_factory.mktemp("input"), migrated_file).config())
    pages = begun(app)
    yield app.test_client(use_cookies=False), pages.page.address, fields_of(pages)
    app.extensions["surveyapp"].sessions.dispose()


TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


def _anything_at_all(one: tuple[FlaskClient, str, list[tuple[str, str]]], values: list[str]) -> None:
    client, path, fields = one
    token = {"form_token", "form_language"}
    spoilt = [
        (name, value if name in token else values[place % len(values)]) for place, (name, value) in enumerate(fields)
    ]
    for action in ("next", "save", "lang-lv"):
        sent = [(name, action if name == "action" else value) for name, value in spoilt]
        assert posted(client, path, sent) < 500
    assert client.get(path).status_code < 500


_RELAXED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}


@settings(max_examples=60, **_RELAXED)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_anything_at_all_gets_an_answer(one, values: list[str]) -> None:
    _anything_at_all(one, values)


@pytest.mark.soak
@settings(max_examples=10_000, **_RELAXED)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_ten_thousand_times_anything_at_all_gets_an_answer(one, values: list[str]) -> None:
    _anything_at_all(one, values)


@pytest.mark.parametrize("kind", CLEAN)
def test_a_clean_text_comes_back_as_it_was_typed(app: Flask, kind: str) -> None:
    text = CLEAN[kind]
    pages = begun(app, tiny())
    path = pages.page.address
    for name, values in (("how", ["3"]), ("what", ["help"])):
        pages.choose(name, *values)
    pages.submit()
    pages.choose("where", "town")
    pages.submit()
    pages.fill("words", text)
    pages.submit()
    assert "/review" in pages.page.address, pages.page.problems
    shown = next(node for node in pages.page.query("dd bdi") if node.attrs.get("lang") == "")
    assert "".join(child.data for child in shown.children) == unicodedata.normalize("NFC", text)
    again = pages.get(f"{path.rpartition('/')[0]}/words")
    field = next(question for question in again.questions if question.name == "words")
    assert field.entered == (text,)
    pages.get(f"{path.rpartition('/')[0]}/review")
    pages.submit()
    with app.extensions["surveyapp"].sessions.reading() as session:
        assert inside(session).scalars(select(Inbox.answers)).one()["words"] == unicodedata.normalize("NFC", text)


def test_a_refused_text_stays_in_its_field_and_is_named(app: Flask) -> None:
    pages = begun(app, tiny())
    for _ in range(2):
        pages.submit()
    pages.fill("words", "y" * 1001)
    refused = pages.submit(422)
    assert "1,001" in refused.problems[0] or "1001" in refused.problems[0]
    assert next(question for question in refused.questions if question.name == "words").entered == ("y" * 1001,)


def test_the_longest_text_fits_in_a_form_whatever_it_is_written_in(app: Flask) -> None:
    pages = begun(app, tiny("longest", ("id: words\n", f"id: words\n        max_length: {MOST_TEXT}\n")))
    while not any(question.name == "words" for question in pages.page.questions):
        pages.submit()
    pages.fill("words", "😀" * MOST_TEXT)
    assert pages.submit().onward == "send"
