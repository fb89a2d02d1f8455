"""What a page weighs, and what stylesheet, script and templates may not contain."""

import gzip
import html
import re

import pytest

from surveyapp.web.assets import STATIC, STYLESHEET
from tests.a11y.trees import Document

from .every_type import ITEMS
from .rendering import STYLESHEET as INLINE
from .rendering import TEMPLATES, every_item, other_pages, screen_page

CSS = re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text("utf-8"), flags=re.DOTALL)
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
CHAT_MORE = 4_000
"""Bytes by which a page of a chat may be heavier than a form's, script included."""

BANNED_STYLES = {
    "a side instead of a logical property": r"(?<![a-z-])(left|right|(margin|padding|border)-(left|right|top|bottom)|(?<![a-z-])(width|height))\s*:",
    "outline taken away": r"outline\s*:\s*(none|0)",
    "native look taken away": r"appearance\s*:",
    "forced colours refused": r"forced-color-adjust",
    "type in pixels": r"font(-size)?\s*:[^;]*\dpx",
    "something from elsewhere": r"url\(|@import",
    "motion": r"transition|animation",
}
BANNED_SCRIPT = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|createPolicy"
BANNED_TEMPLATE = r"\|\s*safe|Markup\(|\sstyle=|\son[a-z]+=|<script>|https?://(?!www\.w3\.org)|with context"


def test_the_first_view_is_small() -> None:
    views = {"question": screen_page([ITEMS["rating"]]), "entry": other_pages()["entry"]}
    for name, page in views.items():
        assert len(gzip.compress(page.encode())) <= 15_000, name
        assert len(Document(page).all) <= 350, name
    assert len(Document(screen_page(every_item())).all) <= 350


def test_the_stylesheet_is_small_and_needs_no_escaping() -> None:
    """It stands in a ``style`` element, where its hash must be that of the text as written."""
    assert STYLESHEET.stat().st_size <= 25_000
    assert len(gzip.compress(INLINE.encode())) <= 8_000
    assert html.escape(INLINE) == INLINE


@pytest.mark.parametrize("why", BANNED_STYLES)
def test_the_stylesheet_is_free_of(why: str) -> None:
    assert not re.findall(BANNED_STYLES[why], CSS)


def test_the_scripts_are_small_and_make_no_html() -> None:
    texts = {script.name: script.read_text("utf-8") for script in SCRIPTS}
    assert set(texts) == {"respond.js", "chat.js", "passkeys.js"}
    assert len(gzip.compress("".join(texts.values()).encode())) <= 4_000
    for text in texts.values():
        assert not re.findall(BANNED_SCRIPT, text)


def test_a_chat_is_hardly_heavier_than_a_form() -> None:
    script = gzip.compress((STATIC / "js" / "chat.js").read_bytes())
    form, chat = screen_page([ITEMS["rating"]]), other_pages()["chat_rating"]
    more = len(gzip.compress(chat.encode())) - len(gzip.compress(form.encode())) + len(script)
    assert more <= CHAT_MORE
    assert len(Document(chat).all) <= 350


def test_templates_hold_nothing_inline_unescaped_or_foreign() -> None:
    files = sorted(TEMPLATES.rglob("*.html"))
    assert len(files) > 20
    for file in files:
        assert not re.findall(BANNED_TEMPLATE, file.read_text("utf-8")), file.name
