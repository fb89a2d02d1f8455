"""Texts that would run if a page took them for markup, and everything in the store that a page shows, filled with them."""

import json
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import yaml
from playwright.sync_api import Dialog, Page, Request
from sqlalchemy.orm import Session

from surveyapp.engine import documents
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import audit
from surveyapp.services.audit import OPERATOR
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.people import Person
from surveyapp.store.programmes import Programme
from surveyapp.store.responses import SettledText
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import Passkey, StaffSession
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave
from tests.builders import TINY

CORPUS = {
    "element": "<b data-hit>bold</b><img data-hit src=/hit onerror=hit()>",
    "script": "<script data-hit>hit()</script><script data-hit src=/hit></script>",
    "out of a double quote": '" data-hit autofocus onfocus="hit()" x="',
    "out of a single quote": "' data-hit autofocus onfocus='hit()' x='",
    "out of a tag": "\"'><svg data-hit onload=hit()><a data-hit href=javascript:hit()>here</a></svg>",
    "out of a title": "</title></style></textarea></script></option><iframe data-hit src=/hit></iframe>",
    "out of a comment": "--><object data-hit data=/hit></object><!--",
    "letters as entities": "&lt;img data-hit src=/hit onerror=hit()&gt;&#60;b data-hit&#62;",
    "an address": "javascript:hit()",
    "a template": "{{ 7 * 7 }}{% raw %}${7 * 7}<%= 7 * 7 %><b data-hit>",
    "half an element": "<img data-hit src=/hit onerror=hit() ",
    "another case": "<ScRiPt/data-hit>hit()</sCrIpT><IMG/data-hit/src=/hit>",
    "a separator": "\u2028<b data-hit>\u2029</b>",
    "wide brackets": "＜img data-hit src=/hit＞‹b data-hit›",
    "a form": '<form data-hit action=/hit><button data-hit formaction=/hit>go</button><base data-hit href="//evil.example/">',
    "a style": "<style data-hit>*{background:url(/hit)}</style><link data-hit rel=stylesheet href=/hit><meta data-hit http-equiv=refresh content=0;url=/hit>",
}
"""Each would leave an element marked ``data-hit``, ask for ``/hit``, or call ``hit``, which also opens a dialog."""

ALL_AT_ONCE = "".join(text for name, text in CORPUS.items() if "{" not in text) + CORPUS["out of a double quote"]

FIELDS = frozenset(
    {
        "organisation",
        "programme",
        "unit",
        "wave",
        "funder",
        "contact",
        "statement",
        "title",
        "question",
        "option",
        "point",
        "answer",
        "own",
        "written",
        "person",
        "email",
        "invited",
        "device",
        "passkey",
        "deed",
        "typed",
    }
)
"""What is filled, by the word before the text."""

WATCH = "window.hits = 0; window.hit = () => { window.hits += 1; alert('hit'); };"
_FOUND = """() => document.querySelectorAll('[data-hit], a[href^="javascript:"]').length + window.hits"""


class Watched(NamedTuple):
    """A page, and what has happened on it that should not."""

    page: Page
    happened: list[str]
    shown: set[str]

    def look(self, name: str) -> None:
        """Note what came of the texts of this page, and which of them it shows."""
        self.page.wait_for_load_state()
        if self.page.evaluate(_FOUND):
            self.happened.append(f"{name}: an element or a script")
        html = self.page.content()
        self.shown.update(re.findall(r"#(\w+)#", html))


def watched(page: Page) -> Watched:
    """Begin to watch."""
    found = Watched(page, [], set())
    page.add_init_script(WATCH)

    def dialog(opened: Dialog) -> None:
        found.happened.append("a dialog")
        opened.dismiss()

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.path == "/hit" or parts.netloc == "evil.example":
            found.happened.append(f"a request for {request.url}")

    page.on("dialog", dialog)
    page.on("request", asked)
    return found


def marked(field: str, text: str) -> str:
    """The text, so that it is known where it came from."""
    return f"#{field}#{text}"


def questionnaire(name: str, text: str) -> Questionnaire:
    """The tiny questionnaire with the text in its title, questions, options and points."""
    document = yaml.safe_load(TINY.format(id=name))
    languages = document["languages"]

    def say(field: str) -> dict[str, str]:
        return {language: marked(field, re.sub(r"[{}]", "", text)) for language in languages}

    document["title"] = say("title")
    for point in document["scales"]["good3"]["points"]:
        point.update(say("point"))
    for item in (item for page in document["pages"] for item in page["items"]):
        item["text"] = say("question")
        for option in item.get("options", ()):
            option.update(say("option"))
    return documents.load(json.dumps(document))


def write_statement(folder: Path, text: str) -> None:
    """What the installation says about itself."""
    said = marked("statement", text)
    words = {"organisation": said, "contact": said, "enforcement": said, "authority": said}
    (folder / "statement.yaml").write_text(json.dumps(words), encoding="utf-8")


def poison(sessions: Sessions, text: str) -> None:
    """Put the text wherever the store keeps one that somebody has entered, beside what is there."""
    with sessions.begin() as session:
        for number, each in enumerate(session.query(Person)):
            each.name, each.email = marked("person", text), marked("email", f"{text[:200]}{number}@example.org")
        for each in session.query(StaffSession):
            each.device = marked("device", text)
            if each.second:
                session.add(_passkey(each.person_id, text))
        for org_id in organisations(session):
            with elsewhere(session, org_id):
                _organisation(session, text)
                audit.record(session, org_id, OPERATOR, marked("deed", text))


def _organisation(session: Session, text: str) -> None:
    for row, field in ((Organisation, "organisation"), (Unit, "unit"), (Programme, "programme")):
        for each in session.query(row):
            each.name = dict.fromkeys(("en", "lv"), marked(field, text))
    for each in session.query(Programme):
        each.values = {**each.values, "contact": marked("contact", text), "organisation": marked("organisation", text)}
        each.funder = {"text": {"en": marked("funder", text)}, "logos": [{"file": text, "alt": {"en": text}}]}
    for number, each in enumerate(session.query(Invitation)):
        each.email = marked("invited", f"{text}{number}@example.org")
    for text_of in session.query(SettledText):
        text_of.text = marked("written", text)
    for number, each in enumerate(session.query(Wave)):
        each.slug = marked("wave", f"{text}{number}")
    session.flush()


def _passkey(person_id: UUID, text: str) -> Passkey:
    key = uuid4().bytes
    about = {"credential_hash": key + key, "credential_id": key, "public_key": key, "sign_count": 0}
    return Passkey(id=uuid4(), person_id=person_id, name=marked("passkey", text), **about)
