"""Pages of a form, rendered: each function gathers what its template is given."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Response

from surveyapp.engine import flow
from surveyapp.engine.checks import Problem
from surveyapp.engine.definition import Item
from surveyapp.engine.flow import Screen
from surveyapp.engine.personal import personal_items
from surveyapp.languages import long_date
from surveyapp.services import bots
from surveyapp.services.collectors import Collecting
from surveyapp.services.drafts import DAYS_KEPT, beforehand
from surveyapp.services.handovers import MINUTES
from surveyapp.services.responses import Chosen, Draft
from surveyapp.services.web_chats import CHANNEL
from surveyapp.web.pictures import qr
from surveyapp.web.pieces import page, render
from surveyapp.web.respond.addresses import REVIEW, entry_address, entry_path, last_address, step_address
from surveyapp.web.respond.choices import chosen, query
from surveyapp.web.respond.review import ReviewRow, review_rows
from surveyapp.web.respond.screens import entry_view, error_target, screen_view
from surveyapp.web.respond.shells import around, fields, hidden, voice_of
from surveyapp.web.respond.texts import Voice, grouped, paragraphs
from surveyapp.web.respond.views import Progress, ShellView, SummaryRow
from surveyapp.web.respond.worded import sentence, worded
from surveyapp.web.site import site


def entry(collecting: Collecting, choice: Chosen, *, undecided: bool = False, ticked: str = "") -> str | Response:
    """The first page; ``undecided``: it was posted without a choice; ``ticked``: with this one."""
    q, voice, in_chat = collecting.questionnaire, voice_of(collecting, choice), collecting.channel == CHANNEL
    shell = around(collecting, choice, voice, action=entry_address(collecting, query(choice)))
    easy, questions = easy_of(collecting, choice), _questions(collecting, choice) if in_chat else None
    minutes = collecting.minutes(choice.variant, choice.language)

    def given(token: str) -> dict[str, Any]:
        view = entry_view(q, voice, minutes=minutes, channel="chat" if in_chat else "web", easy=easy)
        return {
            "shell": replace(shell, hidden=fields(token)),
            "entry": replace(view, questions=questions),
            "errors": (SummaryRow("#consent", sentence("consent_missing")),) if undecided else (),
            "ticked": ticked,
        }

    token = site().tokens.make("open", collecting.code)
    if undecided or ticked:
        return render("respond/entry.html", **given(token))
    return page("respond/entry.html", (*_look(collecting, shell, voice), in_chat, easy, questions), (token,), given)


def _look(collecting: Collecting, shell: ShellView, voice: Voice) -> tuple[Hashable, ...]:
    """What every page depends on."""
    return (collecting.sha256, shell, voice.variant, voice.order, *voice.values.items())


def _questions(collecting: Collecting, choice: Chosen) -> int:
    """How many questions a chat begins with."""
    known = {flow.PRESET: beforehand(collecting, choice.language, choice.variant)}
    return len(flow.screens(collecting.questionnaire, known, "single"))


def declined(collecting: Collecting, choice: Chosen) -> str:
    """The polite end."""
    shell = around(collecting, choice, voice_of(collecting, choice), here=f"{entry_path(collecting)}/declined")
    return render("respond/declined.html", shell=shell, entry_url=_entry_url(collecting, choice))


def screen(collecting: Collecting, draft: Draft, shown: Screen, problems: Sequence[Problem] = ()) -> str | Response:
    """One screen of questions."""
    q = collecting.questionnaire
    voice = voice_of(collecting, draft, order=draft.id.int & 3)
    place = flow.progress(q, draft.answers, draft.view, shown)
    whole = shown.id == shown.page.id
    progress = Progress(place.number, place.total, voice.say(shown.page.title), place.about, whole)
    shell = around(collecting, draft, voice, progress=progress, keeps=True)
    ways = {
        "back": flow.before(q, draft.answers, draft.view, shown.id) is not None,
        "easy": easy_of(collecting, draft),
        "view": _other_view(collecting, draft),
        "chat": collecting.channel == "web",
    }

    def given(action: str, token: str) -> dict[str, Any]:
        looks = screen_view(q, shown, draft.answers, voice, worded(q, problems))
        asked = " ".join(item.id for item in shown.questions)
        own = replace(shell, action=action, hidden=fields(token, asked))
        return {"shell": own, "screen": looks, "errors": looks.errors, **ways}

    token = site().tokens.make("answer", collecting.code, draft.token)
    own = (step_address(collecting.code, draft.token, shown.id), token)
    if problems or flow.touched(draft.answers, shown):
        return render("respond/screen.html", **given(*own))
    items = (shown.id, shown.first, *(item.id for item in shown.items))
    return page("respond/screen.html", (*_look(collecting, shell, voice), items, *ways.values()), own, given)


def review(collecting: Collecting, draft: Draft, problems: Sequence[Problem] = (), *, warned: bool = False) -> str:
    """All answers before they are sent; ``warned``: some look personal and are shown first."""
    q, voice = collecting.questionnaire, voice_of(collecting, draft)
    items = flow.visible(q, draft.answers)
    shell = around(
        collecting,
        draft,
        voice,
        action=last_address(collecting.code, draft.token, REVIEW, draft.language, draft.size),
        hidden=hidden("answer", collecting.code, draft.token),
    )
    return render(
        "respond/review.html",
        shell=shell,
        rows=_rows(collecting, draft, items, voice),
        personal=_rows(collecting, draft, personal_items(items, draft.answers), voice) if warned else (),
        errors=tuple(
            SummaryRow(_change_url(collecting, draft, problem.item) + error_target(problem), problem.text)
            for problem in worded(q, problems)
        ),
    )


def receipt(collecting: Collecting, code: str, *, unchanged: bool = False) -> Response:
    """What was sent, and the code to withdraw it with."""
    choice = chosen(collecting)
    voice = voice_of(collecting, choice)
    shell = around(collecting, choice, voice)
    withdrawable = collecting.offers_withdrawal and collecting.state != "settled"

    def given(code: str) -> dict[str, Any]:
        return {
            "shell": shell,
            "receipt": code,
            "thanks": paragraphs(voice.say(collecting.questionnaire.thanks)),
            "unchanged": unchanged,
            "settle_date": long_date(collecting.settles, choice.language) if withdrawable else None,
            "withdraw_url": f"{site().config.public_url}/withdraw?lang={choice.language}" if withdrawable else None,
        }

    of = (*_look(collecting, shell, voice), unchanged, withdrawable and collecting.settles)
    return page("respond/receipt.html", of, (grouped(code),), given)


def saved(collecting: Collecting, draft: Draft, here: str, action: str) -> str:
    """How to go on later or elsewhere. ``here``: where the answers are; ``action``: where its buttons post to."""
    last = collecting.today + timedelta(days=DAYS_KEPT)
    until = min(last, collecting.closes) if collecting.closes else last
    return render(
        "respond/saved.html",
        shell=around(collecting, draft, voice_of(collecting, draft), here=here),
        resume_url=f"{site().config.public_url}{here}",
        code_url=f"{site().config.public_url}/code",
        short_code=grouped(draft.code or ""),
        keep_until=long_date(until, draft.language),
        continue_url=here,
        telegram_action=action if _has_bot() else None,
        hidden=hidden("answer", collecting.code, draft.token),
    )


def telegram(collecting: Collecting, draft: Draft, here: str, link: str) -> str:
    """The link with which answers move to the bot. ``here``: where they are until then."""
    return render(
        "respond/telegram.html",
        shell=around(collecting, draft, voice_of(collecting, draft), here=here),
        link=link,
        picture=qr(link),
        minutes=MINUTES,
        continue_url=here,
    )


def _has_bot() -> bool:
    with site().sessions.reading() as session:
        return bots.username(session, site().config.bot_id) is not None


def gone(collecting: Collecting) -> str:
    """The draft was sent long ago, ran out, or never was."""
    choice = chosen(collecting)
    shell = around(collecting, choice, voice_of(collecting, choice), here=entry_path(collecting))
    return render("respond/gone.html", shell=shell, entry_url=_entry_url(collecting, choice))


def closed(collecting: Collecting) -> str:
    """The survey hasn't begun, or is over."""
    choice = chosen(collecting)
    opens = long_date(collecting.opens, choice.language) if collecting.state == "planned" and collecting.opens else None
    shell = around(collecting, choice, voice_of(collecting, choice), here=entry_path(collecting))
    return render("respond/closed.html", shell=shell, opens=opens)


def _rows(collecting: Collecting, draft: Draft, items: Sequence[Item], voice: Voice) -> tuple[ReviewRow, ...]:
    def change(item: Item) -> str:
        return f"{_change_url(collecting, draft, item.id)}#{item.id}"

    return review_rows(collecting.questionnaire, items, draft.answers, voice, change)


def _change_url(collecting: Collecting, draft: Draft, item_id: str) -> str:
    return step_address(collecting.code, draft.token, item_id)


def _entry_url(collecting: Collecting, choice: Chosen) -> str | None:
    return entry_address(collecting, query(choice)) if collecting.state == "open" else None


def easy_of(collecting: Collecting, choice: Chosen | Draft) -> str | None:
    """Whether the simple version is on; None where there is none."""
    if not collecting.questionnaire.offers_easy:
        return None
    return "on" if choice.variant == "easy" else "off"


def _other_view(collecting: Collecting, draft: Draft) -> str | None:
    """The way of showing questions that can be left for the other one; None where there is only one."""
    if draft.variant == "easy" or not any(page.together for page in collecting.questionnaire.pages):
        return None
    return "single" if draft.view == "single" else "author"
