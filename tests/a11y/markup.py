"""What every page owes its reader before anything is drawn: checks of the HTML alone."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from .findings import Finding, View
from .languages import CYRILLIC, NAMES, guess, is_cyrillic
from .trees import Document, elements, place, text_of, texts

_VIEWPORT = "width=device-width, initial-scale=1"
_REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form")
_FETCHED = ("src", "srcset", "poster", "data")


def shell(document: Document, view: View) -> Iterator[Finding]:
    """One heading, a title that starts with it, a place to skip to, and a page that can be enlarged."""
    headings = document.headings
    if len(headings) != 1:
        yield Finding("one-h1", "document", f"{len(headings)} h1 elements")
    yield from _title(document)
    viewports = [node.attrs.get("content") for node in document.of("meta") if node.attrs.get("name") == "viewport"]
    if viewports != [_VIEWPORT]:
        yield Finding("zoom", "meta viewport", f"{viewports} instead of one {_VIEWPORT!r}")
    if len(document.of("main")) != 1:
        yield Finding("one-main", "document", f"{len(document.of('main'))} main elements")
    first = next((node for node in elements(document.of("body")[0]) if node.name == "a"), None)
    if first is None or first.attrs.get("href") != "#main":
        yield Finding("skip-link", "body", "the first link does not lead to #main")
    for node in document.all:
        if re.fullmatch(r"\s*\+?0*[1-9]\d*\s*", node.attrs.get("tabindex") or ""):
            yield Finding("tabindex", place(node), "a positive tabindex changes the order of the keyboard")


def _title(document: Document) -> Iterator[Finding]:
    heading = next(iter(document.headings), "")
    summary = any("summary" in (node.attrs.get("class") or "").split() for node in document.of("div"))
    before, found, _ = document.title.partition(heading or "\0")
    if not found or (before and not re.fullmatch(r"\w[\w ]*: ", before)):
        yield Finding("title", "title", f"{document.title!r} does not start with the heading {heading!r}")
    elif bool(before) != summary:
        yield Finding("title", "title", f"{document.title!r} and the error summary do not agree")


def language(document: Document, view: View) -> Iterator[Finding]:
    """The page, language names and texts in another script say what language they are in, and truly."""
    declared = document.html.attrs.get("lang")
    if not declared:
        yield Finding("lang", "html", "no lang")
    elif view.language and declared != view.language:
        yield Finding("lang", "html", f"{declared!r} on a page in {view.language!r}")
    pieces = list(texts(document.of("body")[0], declared))
    spoken = guess(" ".join([text for text, spoken_in, _ in pieces if spoken_in == declared]))
    if declared in {*NAMES.values()} and spoken not in {None, declared}:
        yield Finding("lang", "html", f"{declared!r}, but its words are {spoken!r}")
    for text, spoken_in, node in pieces:
        if node.name == "textarea":
            continue  # a person's own words: the field's language is that of its keyboard and speller
        named = NAMES.get(text.lower())
        if (named and spoken_in != named) or (
            spoken_in and is_cyrillic(text) and spoken_in.partition("-")[0] not in CYRILLIC
        ):
            yield Finding("lang-of-part", place(node), f"{text!r} is marked {spoken_in!r}")
    for button in document.of("button"):
        value = button.attrs.get("value") or ""
        if value.startswith("lang-") and button.attrs.get("lang") != value.removeprefix("lang-"):
            yield Finding("lang-of-part", place(button), "a language's name without its lang")


def references(document: Document, view: View) -> Iterator[Finding]:
    """No id twice, and whatever points to an id finds it."""
    for name, times in Counter(node.attrs["id"] for node in document.all if "id" in node.attrs).items():
        if times > 1 or not name:
            yield Finding("ids", f"#{name}", f"{times} elements have this id")
    for node in document.all:
        wanted = [name for key in _REFERENCES for name in (node.attrs.get(key) or "").split()]
        href = node.attrs.get("href") or ""
        if href.startswith("#"):
            wanted.append(href[1:])
        for name in wanted:
            if name not in document.by_id:
                yield Finding("references", place(node), f"points to #{name}, which is not there")


def stylesheet_source(css: str) -> str:
    """The CSP source expression that allows exactly this inline stylesheet."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}'"


def inline(document: Document, view: View, policy: str | None) -> Iterator[Finding]:
    """Nothing inline that a strict policy would block, and nothing fetched from elsewhere.

    ``policy`` is the Content-Security-Policy header; None where it is not known: the browser then enforces it.
    """
    for node in document.all:
        for key, value in node.attrs.items():
            if key == "style" or key.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                yield Finding("inline", place(node), f"attribute {key}")
            fetched = key in _FETCHED or (key == "href" and node.name in {"link", "base"})
            if fetched and re.match(r"(?i)\s*(https?:)?//", value or ""):
                yield Finding("foreign", place(node), f"{key} fetches {value}")
        if node.name == "script" and "src" not in node.attrs:
            yield Finding("inline", place(node), "an inline script")
        css = node.to_text("", strip=False)
        if node.name == "style" and policy is not None and stylesheet_source(css) not in policy:
            yield Finding("inline", place(node), "a stylesheet that the policy does not name by its hash")


def syntax(document: Document, view: View) -> Iterator[Finding]:
    """The document parses as HTML without an error."""
    for error in document.errors:
        yield Finding("syntax", f"line {error.line}", str(error))


def wordless(text: str) -> bool:
    """No letter and no digit: stars, faces, nothing."""
    return not any(letter.isalnum() for letter in text)


def actions(document: Document, view: View) -> Iterator[Finding]:
    """Links and buttons are elements of that kind and have words."""
    for node in document.of("a", "button", "summary"):
        if wordless(text_of(node)):
            yield Finding("words", place(node), "nothing to read on it")
    for node in document.all:
        native = node.name in {"a", "button", "input", "summary", "select", "textarea"}
        focusable = (node.attrs.get("tabindex") or "").strip() == "0"
        if not native and (focusable or node.attrs.get("role") in {"button", "link", "radio", "checkbox"}):
            yield Finding("native", place(node), "acts as a control without being one")
