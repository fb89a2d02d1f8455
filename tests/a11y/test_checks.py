"""The checks of the drawn page find what no stylesheet, script or template should do, beyond the planted seeds."""

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import PageIn

from . import behaviour, drawing, keyboard, names
from .axe import axe
from .checks import check
from .findings import View, report

ADDRESS = "http://page.invalid/"
STYLE = """
:root { color-scheme: light dark } body { margin: 1rem; font: 1rem/1.5 sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.2rem } fieldset { min-inline-size: 0; border: 0; padding: 0 }
a, button, label, input[type=text] { display: block; box-sizing: border-box; inline-size: 100%; min-block-size: 48px;
  border: 2px solid #767676; padding: .5rem; font: inherit }
:focus-visible { outline: 3px solid #767676 }
"""
CLEAN = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>How good is the help? – Survey</title>
<style>STYLE</style></head><body><a href="#main">Skip to the question</a><form method="post" novalidate>
<button hidden name="action" value="next">Continue</button><button name="action" value="back">Back</button>
<main id="main" tabindex="-1"><fieldset><legend><h1>How good is the help?</h1></legend>
<label><input type="radio" name="q" value="1"><span>1 – bad</span></label>
<label><input type="radio" name="q" value="2"><span>2 – good</span></label></fieldset>
<label for="why">Why do you think so?</label><input type="text" name="why" id="why">
<p>Nothing here is asked twice.</p><button name="action" value="next">Continue</button></main></form>
<script>SCRIPT</script></body></html>"""
CONTINUE_BY_CLICK = "document.querySelector('p').addEventListener('click', () => document.forms[0].requestSubmit());"
ENTER_GOES_BACK = """document.addEventListener('keydown', (event) => { if (event.key !== 'Enter') return;
  event.preventDefault(); document.forms[0].requestSubmit(document.querySelector('[value=back]')); });"""
NEXT_ON_CHOICE = "document.addEventListener('click', (event) => { if (event.target.type === 'radio') CHANGE });"


def show(page: Page, style: str = "", script: str = "", change: tuple[str, str] = ("", "")) -> None:
    """The clean page with rules added at its end, a script, or one piece of its HTML replaced."""
    assert change[0] in CLEAN
    html = CLEAN.replace("STYLE", STYLE + style).replace("SCRIPT", script)
    body = html.replace(*change) if change[0] else html
    page.route(ADDRESS, lambda route: route.fulfill(content_type="text/html", body=body))
    page.goto(ADDRESS)


def rules(look: object, page: Page) -> set[str]:
    return {finding.rule for finding in look(page, View("en"))}  # type: ignore[operator]  # one of the checks


@pytest.fixture
def page(page_in: PageIn) -> Page:
    return page_in("phone")


def test_the_clean_page_has_no_findings(page: Page) -> None:
    show(page)
    found = [finding for finding in check(page, View("en")) if finding.rule != "inline"]
    assert not found, report(found)


@pytest.mark.parametrize(
    ("rule", "style"),
    [
        ("sideways", "label { min-inline-size: 400px }"),
        ("sideways", "h1 { overflow-wrap: normal; word-break: keep-all; white-space: nowrap; font-size: 1rem }"),
        ("sideways", "p { inline-size: 12rem; white-space: nowrap }"),
        ("clipped", "label { block-size: 48px; overflow: hidden } span { line-height: 4 }"),
        ("clipped", "h1 { max-block-size: 1.9rem }"),
        ("clipped", "p { inline-size: 6rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }"),
        ("target", "a { min-block-size: 30px; padding: 0; line-height: 1 }"),
        ("target", "label { display: inline-block; inline-size: 2.5rem; font-size: .5rem }"),
    ],
)
def test_what_does_not_fit_is_found(page: Page, rule: str, style: str) -> None:
    show(page, style)
    assert rule in rules(drawing.layout, page)


def test_a_tablet_wants_larger_targets(page: Page) -> None:
    show(page)
    assert {finding.rule for finding in drawing.layout(page, View("en", tablet=True))} == {"target"}


@pytest.mark.parametrize(
    ("rule", "style"),
    [
        ("edge", "label { border-color: #ddd }"),
        ("edge", "label { border-width: 1px }"),
        ("edge", "input[type=text] { border: 0 }"),
        ("edge", "@media (prefers-color-scheme: dark) { label { border-color: #333 } }"),
        ("edge", "@media (prefers-contrast: more) { label { border-color: #ddd } }"),
        ("native", "[type=radio] { appearance: none }"),
        ("native", "[type=radio] { opacity: 0 }"),
        ("focus-outline", "p:focus { outline: none }"),
        ("focus-outline", "@media print { p { outline: 0 } }"),
        ("forced-colours", "p { forced-color-adjust: none }"),
        ("forced-colours", "@media (forced-colors: active) { label:hover { forced-color-adjust: none } }"),
        ("logical", "p { margin-left: 1rem }"),
        ("logical", "p { text-align: right }"),
        ("motion", "p { transition: color 1s }"),
        ("motion", "html { scroll-behavior: smooth }"),
        ("motion", "@keyframes turn { to { rotate: 1turn } } p::before { content: '·'; animation: turn 1s infinite }"),
    ],
)
def test_what_cannot_be_seen_or_moves_is_found(page: Page, rule: str, style: str) -> None:
    show(page, style)
    assert rule in rules(drawing.colours, page)


@pytest.mark.parametrize(
    ("rule", "style", "change"),
    [
        ("focus-seen", ":focus-visible { outline-width: 1px }", ("", "")),
        ("focus-seen", ":focus-visible { outline-color: #ddd }", ("", "")),
        ("focus-free", "p { position: fixed; inset: 0; margin: 0; background: #fff }", ("", "")),
        ("focus-inside", "[value=back] { position: fixed; inset-block-start: 300px }", ("", "")),
        ("keyboard", "", ('<main id="main" tabindex="-1">', '<main id="main" tabindex="-1" inert>')),
        ("on-focus", "", ('<input type="text"', '<input onfocus="document.title = \'x\'" type="text"')),
    ],
)
def test_what_the_keyboard_meets_is_found(page: Page, rule: str, style: str, change: tuple[str, str]) -> None:
    show(page, style, change=change)
    assert rule in rules(keyboard.walk, page)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("name", ('name="q" value="1"', 'name="q" value="1" aria-label="Bad"')),
        ("name", ("<fieldset>", '<fieldset aria-label="Help">')),
        ("name", ('value="back">', 'value="back" aria-label="Return">')),
        ("name", ("<span>1 – bad</span>", '<span aria-hidden="true">1 – bad</span>')),
        ("words", ("1 – bad", '<span style="position: absolute; left: -999px">bad</span>★')),
    ],
)
def test_names_that_are_not_the_words_are_found(page: Page, rule: str, change: tuple[str, str]) -> None:
    show(page, change=change)
    assert rule in rules(names.spoken, page)


def test_a_paragraph_that_waits_for_clicks_is_found(page: Page) -> None:
    show(page, script=CONTINUE_BY_CLICK)
    assert rules(names.listeners, page) == {"native"}


@pytest.mark.parametrize(
    "change",
    ["document.forms[0].requestSubmit()", "document.title = 'x'", "setTimeout(() => document.forms[0].submit(), 200)"],
)
def test_a_choice_that_does_something_is_found(page: Page, change: str) -> None:
    show(page, script=NEXT_ON_CHOICE.replace("CHANGE", change))
    assert rules(behaviour.choosing, page) == {"on-change"}


def test_choosing_leaves_the_page_as_it_was(page: Page) -> None:
    show(page)
    assert not behaviour.choosing(page, View("en"))
    assert page.locator(":checked").count() == 0


def test_enter_that_does_not_go_on_is_found(page: Page) -> None:
    show(page, script=ENTER_GOES_BACK)
    assert rules(behaviour.enter, page) == {"enter"}


def test_what_axe_cannot_decide_is_found(page: Page) -> None:
    show(page, "p { background-image: linear-gradient(#fff, #000) }")
    assert {finding.rule for finding in axe(page)} == {"axe-color-contrast"}
