"""Templates rendered without an application: what they owe a reader does not depend on the routes."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from surveyapp.engine.definition import Item
from surveyapp.engine.flow import Screen
from surveyapp.engine.voices import own_names
from surveyapp.web.assets import STATIC, address, inline_stylesheet
from surveyapp.web.chat.views import QuestionView
from surveyapp.web.pictures import qr
from surveyapp.web.respond.fields import ask, field_view
from surveyapp.web.respond.review import ReviewRow, review_rows
from surveyapp.web.respond.screens import entry_view, screen_view
from surveyapp.web.respond.texts import Voice, Worded, grouped
from surveyapp.web.respond.views import (
    Logo,
    Progress,
    ShellView,
    StartLink,
    StatementView,
    SummaryRow,
)

from .every_type import ANSWERS, ITEMS, Q

TEMPLATES = STATIC.parent / "templates"
LINK = "https://t.me/a_bot?start=r_K7QF2MXA"
STYLESHEET = inline_stylesheet()
VALUES = {"organisation": "Kuldīga {minutes}", "minutes": "5", "privacy_url": "https://example.org/privacy"}


environment = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"], undefined=StrictUndefined
)
environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
environment.globals.update(static=address, stylesheet=STYLESHEET, once=lambda macro, *views: macro(*views))


def shell(language: str = "en", **more: Any) -> ShellView:
    """A shell with everything that may stand in one."""
    return ShellView(
        **{
            "language": language,
            "languages": own_names(("lv", "et", "ru", "en", "uk")),
            "title": Q.title.get(language, "Everything once"),
            "organisation": "Kuldīga",
            "contact": ("63322238",),
            "funder": "Paid for by a fund.",
            "logos": (Logo("/media/fund.png", "The fund", 120, 40),),
            "synthetic": True,
            **more,
        }
    )


def form_shell(**more: Any) -> ShellView:
    """The shell of a page that is a form."""
    return shell(**{"action": "/r/K7QF2MXA/token/rating", "hidden": (("form_token", "t"),), "keeps": True, **more})


def screen_page(
    items: Sequence[Item],
    answers: Mapping[str, Any] | None = None,
    problems: Sequence[Worded] = (),
    voice: Voice = Voice("en", values=VALUES),  # noqa: B008  # a frozen value
    **more: Any,
) -> str:
    """A screen of these items."""
    view = screen_view(Q, Screen(items[0].id, Q.pages[0], tuple(items), True), answers or {}, voice, problems)
    given = {"back": True, "easy": "off", "view": "author", "chat": True, **more}
    around = form_shell(language=voice.language, progress=Progress(2, 12, "All of it", about=True))
    return environment.get_template("respond/screen.html").render(
        shell=around, screen=view, errors=view.errors, **given
    )


def other_pages() -> dict[str, str]:
    """Name -> HTML of every page that is no screen of questions, in each of its states."""
    wrong = (SummaryRow("#consent", "Choose one."),)
    not_found = (SummaryRow("#code", "We do not know this code."),)
    bad_receipt = (SummaryRow("#receipt", "Type the code."),)
    entry = entry_view(Q, Voice("en", values=VALUES), minutes=5, easy="off")
    rows = review_rows(
        Q,
        Q.items,
        {key: each[0] for key, each in ANSWERS.items() if key != "date"},
        Voice("en"),
        lambda item: f"/{item.id}",
    )
    links = [StartLink("/r/K7QF2MXA", "Everything once", "5 min")]
    statement = StatementView(
        organisation="Kuldīga", contact=("63322238",), enforcement=("Watch",), authority=("Data",), checked_on="today"
    )
    code = grouped("K7QF2MXA9TBD")
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "start": ("start.html", {"surveys": links, "tries": links, "code_action": "/code", "hidden": ()}),
        "entry": ("respond/entry.html", {"shell": form_shell(keeps=False), "entry": entry, "ticked": ""}),
        "undecided": ("respond/entry.html", {"shell": form_shell(keeps=False), "entry": entry, "ticked": "", "errors": wrong}),
        "review": ("respond/review.html", {"shell": form_shell(), "rows": rows, "personal": ()}),
        "personal": ("respond/review.html", {"shell": form_shell(), "rows": rows, "personal": rows[4:5]}),
        "receipt": ("respond/receipt.html", {"receipt": code, "thanks": ("Thank you.",), "unchanged": False, "settle_date": "today", "withdraw_url": "/withdraw"}),
        "receipt_again": ("respond/receipt.html", {"receipt": code, "thanks": (), "unchanged": True, "settle_date": None, "withdraw_url": None}),
        "saved": ("respond/saved.html", {"resume_url": "http://example.org/r/a/b", "code_url": "http://example.org/code", "short_code": "K7QF 2MXA", "keep_until": "today", "continue_url": "/r/a/b", "telegram_action": "/r/a/b/save", "hidden": (("form_token", "t"),)}),
        "telegram": ("respond/telegram.html", {"link": LINK, "picture": qr(LINK), "minutes": 15, "continue_url": "/r/a/b"}),
        "deleted": ("chat/deleted.html", {"entry_url": "/chat/a"}),
        "declined": ("respond/declined.html", {"entry_url": "/r/a"}),
        "gone": ("respond/gone.html", {"entry_url": "/r/a"}),
        "closed": ("respond/closed.html", {"planned": False, "opens": None}),
        "planned": ("respond/closed.html", {"planned": True, "opens": "tomorrow"}),
        "code": ("code.html", {"shell": form_shell(keeps=False), "typed": ""}),
        "code_unknown": ("code.html", {"shell": form_shell(keeps=False), "typed": "ABC", "errors": not_found}),
        "withdraw": ("withdraw.html", {"shell": form_shell(keeps=False), "typed": "", "done": False}),
        "withdraw_empty": ("withdraw.html", {"shell": form_shell(keeps=False), "typed": "", "done": False, "errors": bad_receipt}),
        "withdrawn": ("withdraw.html", {"typed": "", "done": True}),
        "privacy": ("privacy.html", {"statement": statement}),
        "accessibility": ("accessibility.html", {"statement": statement}),
    }  # fmt: skip
    for staff, status in product((False, True), (400, 403, 404, 405, 410, 413, 422, 429, 500, 503)):
        pages[f"error_{status}{'_of_staff' if staff else ''}"] = ("error.html", wrong_with(status, staff=staff))
    again = {"fields": [("rating", "3"), ("action", "next")]}
    pages["error_503_form"] = ("error.html", wrong_with(503) | again)
    pages["error_429_busy"] = ("error.html", wrong_with(429) | again | {"busy": True})
    pages |= chat_pages(rows)
    return {
        name: environment.get_template(template).render(**{"shell": shell(), "errors": (), **given})
        for name, (template, given) in pages.items()
    }


def wrong_with(status: int, *, staff: bool = False) -> dict[str, Any]:
    """What an error page is given."""
    return {"status": status, "busy": False, "fields": (), "staff": staff}


def chat_pages(rows: Sequence[ReviewRow]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> template and variables of the states of a chat."""
    rows = [row._replace(change_url=None) for row in rows]
    around = {"layout": "base.html", "nonce": "0a1b2c3d", "shell": form_shell(action="/chat/a/b", keeps=False)}
    review = around | {"rows": rows, "personal": (), "said": "", "receipt": grouped("K7QF2MXA9TBD")}
    wrong = Worded("number", "Write a number.")
    pages = {
        "chat_review": ("chat/review.html", review),
        "chat_personal": ("chat/review.html", review | {"personal": rows[4:5]}),
        "chat_sure": ("chat/sure.html", around),
    }
    for name in ITEMS:
        question = {
            "question": chat_question(ITEMS[name]),
            "lines": rows[:3],
            "said": "Already recorded",
            "easy": "off",
        }
        pages[f"chat_{name}"] = ("chat/question.html", around | question)
    errors = (SummaryRow("#number", wrong.text),)
    asked_again = around | {"question": chat_question(ITEMS["number"], wrong), "lines": (), "said": "", "easy": None}
    return pages | {"chat_error": ("chat/question.html", asked_again | {"errors": errors})}


def chat_question(item: Item, problem: Worded | None = None) -> QuestionView:
    """An item as a chat shows it."""
    asked = ask(Q, item, {}, Voice("en", values=VALUES))
    return QuestionView(
        title=asked.voice.say(item.text),
        section="All of it",
        intro=("You may skip any question.",),
        fields=(field_view(asked, level=2, problem=problem, progress=Progress(2, 12, about=True)),),
        place=item.id,
        rev="00000000",
        required=item.required,
        back=True,
    )


def every_item() -> tuple[Item, ...]:
    """All items of the sample, the note among them."""
    return tuple(ITEMS.values())
