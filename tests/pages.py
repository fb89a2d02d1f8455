"""The page client: reads a page as a program without a browser would, fills in its form and sends it.

Every page it is given is checked for what a page owes its reader (``tests/a11y/source.py``), so each test that
walks through the product checks every page on its way, in whatever language it walks.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit, urlunsplit

from flask.testing import FlaskClient
from justhtml.dom import Element

from .a11y.findings import View, report
from .a11y.source import check_source
from .a11y.trees import Document, text_of
from .page_forms import Form, Question
from .transports import Answer, InProcess, OverHttp, Transport

FORWARD = ("next", "send", "agree")
_SITE = "http://site.invalid"
_STEPS = 500
_REDIRECTS = 5


class Page:
    """One HTML answer of the product, parsed. ``address`` is its path and query."""

    def __init__(self, address: str, answer: Answer) -> None:
        self.address = address
        self.status = answer.status
        self.headers = answer.headers
        self.document = Document(answer.body)
        self.language = self.document.html.attrs.get("lang")
        self.title = self.document.title
        self.heading = next(iter(self.document.headings), "")
        posting = [node for node in self.document.of("form") if (node.attrs.get("method") or "").lower() == "post"]
        self.forms = [Form(self.document, node) for node in posting]

    @property
    def text(self) -> str:
        """All words of the body."""
        return text_of(self.document.of("body")[0])

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the page asks, in order."""
        return tuple(question for form in self.forms for question in form.questions)

    @property
    def problems(self) -> tuple[str, ...]:
        """The lines of the error summary."""
        return tuple(text_of(line) for line in self.query("div.summary li"))

    @property
    def links(self) -> dict[str, str]:
        """Words of each link -> where it leads."""
        return {text_of(node): node.attrs.get("href") or "" for node in self.document.of("a")}

    @property
    def onward(self) -> str | None:
        """The value of the button that goes on; None where the way ends."""
        return next((form.buttons[0] for form in self.forms if form.buttons and form.buttons[0] in FORWARD), None)

    def question(self, name: str, *, choices: bool) -> Question:
        """The question of that name to choose from, or to type into; LookupError names those there are."""
        for question in self.questions:
            if question.key == (name, choices):
                return question
        message = f"{self.address} asks {[question.key for question in self.questions]}, not {(name, choices)}"
        raise LookupError(message)

    def query(self, selector: str) -> list[Element]:
        """The elements a CSS selector matches."""
        return list(self.document.tree.query(selector))


class Pages:
    """A person going through the product page by page; each page is checked as it is read.

    ``language`` is the one every page must be in; None takes whatever a page says it is in, if its words agree.
    ``sent`` are the names already answered: only those may be shown as answered.
    """

    def __init__(self, reached: FlaskClient | Transport | str, language: str | None = None) -> None:
        """``reached`` is Flask's test client, the address of a running server, or a transport."""
        if isinstance(reached, FlaskClient):
            self._send: Transport = InProcess(reached)
        else:
            self._send = OverHttp(reached) if isinstance(reached, str) else reached
        self.language = language
        self.sent: set[str] = set()
        self.entered: dict[tuple[str, bool], tuple[str, ...]] = {}
        self.page = Page("", Answer(0, {}, b""))
        self.answer = Answer(0, {}, b"")

    def close(self) -> None:
        """Give back the connection to a server."""
        if isinstance(self._send, OverHttp):
            self._send.close()

    def get(self, address: str, status: int = HTTPStatus.OK) -> Page:
        """Open an address (relative to the page read last), follow redirects, check the page."""
        return self._arrive("GET", address, None, status)

    def post(self, address: str, fields: Sequence[tuple[str, str]], status: int = HTTPStatus.OK) -> Page:
        """Post these very fields, follow redirects, check the page."""
        return self._arrive("POST", address, fields, status)

    def follow(self, words: str) -> Page:
        """Follow the link with these words."""
        return self.get(self.page.links[words])

    def choose(self, name: str, *values: str) -> None:
        """Choose among the choices of a question by value, in place of what is chosen there."""
        offered = [value for value, _ in self.page.question(name, choices=True).choices]
        for value in values:
            if value not in offered:
                message = f"{name} offers {offered}, not {value!r}"
                raise LookupError(message)
        self.entered[name, True] = values

    def fill(self, name: str, text: str) -> None:
        """Type into a field, in place of what stands there."""
        self.entered[self.page.question(name, choices=False).key] = (text,)

    def press(self, value: str, status: int = HTTPStatus.OK) -> Page:
        """Press the button of that value and follow to the next page; 422 is the same page with its problems."""
        form = next((form for form in self.page.forms if value in form.buttons), None)
        if form is None:
            message = f"{self.page.address} has buttons {[form.buttons for form in self.page.forms]}, not {value!r}"
            raise LookupError(message)
        if self.language and value.startswith("lang-"):
            self.language = value.removeprefix("lang-")
        self.sent |= {question.name for question in form.questions}
        return self.post(form.action, form.fields(self.entered, value), status)

    def submit(self, status: int = HTTPStatus.OK) -> Page:
        """What Enter does: press the button that goes on."""
        return self.press(self.page.onward or "", status)

    def interview(self, answer: Callable[[Question], Sequence[str]]) -> Page:
        """Answer every question of every page until nothing leads on; returns the last page.

        ``answer`` gives the values to choose, or one text to type, or nothing.
        """
        for _ in range(_STEPS):
            if self.page.onward is None:
                return self.page
            for question in self.page.questions:
                values = answer(question)
                self.choose(question.name, *values) if question.choices else self.fill(question.name, "".join(values))
            self.submit()
        message = f"still at {self.page.address} after {_STEPS} pages"
        raise AssertionError(message)

    def _arrive(self, method: str, address: str, fields: Sequence[tuple[str, str]] | None, status: int) -> Page:
        path = self._resolve(address)
        answer = self._send(method, path, fields, {})
        for _ in range(_REDIRECTS):
            if answer.status not in {HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}:
                break
            if answer.status == HTTPStatus.SEE_OTHER:
                method, fields = "GET", None
            path = self._resolve(answer.headers["location"], path)
            answer = self._send(method, path, fields, {})
        assert answer.status == status, f"{method} {address} -> {path}: {answer.status}, not {int(status)}"
        return self._read(path, answer)

    def _resolve(self, address: str, base: str | None = None) -> str:
        """Path and query of an address, which may not lead to another host."""
        parts = urlsplit(urljoin(_SITE + (base or self.page.address or "/"), address))
        assert parts.netloc == urlsplit(_SITE).netloc, f"{address} leads to another host"
        return urlunsplit(("", "", parts.path or "/", parts.query, ""))

    def _read(self, path: str, answer: Answer) -> Page:
        page = Page(path, answer)
        self.page, self.answer, self.entered = page, answer, {}
        if not answer.is_html:
            return page
        known = any(question.name in self.sent for question in page.questions)
        view = View(self.language, filled=known, forward=FORWARD)
        found = check_source(answer.body, view, answer.headers.get("content-security-policy", ""))
        assert not found, f"{path}\n{report(found)}"
        return page
