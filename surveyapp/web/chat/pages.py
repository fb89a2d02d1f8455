"""The pages of a chat, rendered whole or, for the script, as the part that changes."""

from typing import Any

from flask import request

from surveyapp.engine import flow
from surveyapp.engine.checks import Problem
from surveyapp.engine.personal import personal_items
from surveyapp.engine.places import voice_of
from surveyapp.engine.prompt import Say
from surveyapp.engine.talks import REVIEW
from surveyapp.prompts_in_words import words
from surveyapp.services import responses, web_chats
from surveyapp.services.collectors import Collecting
from surveyapp.services.placeholders import placeholders
from surveyapp.services.standings import Standing
from surveyapp.web.chat.views import question_view, said_so_far
from surveyapp.web.pieces import render
from surveyapp.web.respond.addresses import chat_address, deleted_address, entry_address
from surveyapp.web.respond.choices import chosen, query
from surveyapp.web.respond.pages import easy_of
from surveyapp.web.respond.review import review_rows
from surveyapp.web.respond.screens import error_target
from surveyapp.web.respond.shells import around, hidden
from surveyapp.web.respond.shells import voice_of as page_voice
from surveyapp.web.respond.texts import Voice, grouped
from surveyapp.web.respond.views import SummaryRow
from surveyapp.web.respond.worded import worded
from surveyapp.web.site import site

PART = "X-Chat-Part"
"""Header with which the script asks for the part of the page that changes."""

DELETE_SURE, LOOKS_PERSONAL = "delete_sure", "looks_personal"
SAID = frozenset(
    {
        *(DELETE_SURE, LOOKS_PERSONAL, "already_recorded", "answered_since", "earlier_question", "older_message"),
        *("earlier_questionnaire", "first_question", "simple_on", "simple_off", "no_simple_version", "too_many_steps"),
    }
)
"""Codes of what may be said about the last button; they stand in the address, so that reading changes nothing."""


def asked_for_a_part() -> bool:
    """The script asks, which puts the part into the page that is open."""
    return PART in request.headers


def present(standing: Standing, token: str, *, problem: Problem | None = None, said: str = "") -> str:
    """The chat as it stands: what was said, and the question, the review, or whether to delete everything."""
    if said == DELETE_SURE:
        return _page("sure", standing, token)
    if standing.place == REVIEW:
        return _review(standing, token, said)
    return _question(standing, token, problem, said)


def deleted(collecting: Collecting) -> str:
    """The end after deleting."""
    choice = chosen(collecting)
    again = entry_address(collecting, query(choice)) if collecting.state == "open" else None
    shell = around(collecting, choice, page_voice(collecting, choice), here=deleted_address(collecting))
    return render("chat/deleted.html", shell=shell, entry_url=again)


def _question(standing: Standing, token: str, problem: Problem | None, said: str) -> str:
    voice = _voice(standing)
    problems = worded(standing.collecting.questionnaire, [problem] if problem else [])
    return _page(
        "question",
        standing,
        token,
        question=question_view(standing, voice, problems),
        lines=said_so_far(standing, voice),
        said=_in_words(standing, voice, said),
        errors=tuple(SummaryRow(error_target(each), each.text) for each in problems),
        easy=easy_of(standing.collecting, web_chats.draft_of(standing, token)),
    )


def _review(standing: Standing, token: str, said: str) -> str:
    q, answers, voice = standing.collecting.questionnaire, standing.answers, _voice(standing)
    items = flow.visible(q, answers)
    personal = personal_items(items, answers) if said == LOOKS_PERSONAL else []
    ahead = responses.receipt_ahead(standing.collecting, standing.draft.token) if standing.draft else ""
    return _page(
        "review",
        standing,
        token,
        rows=review_rows(q, items, answers, voice, lambda item: None),
        personal=review_rows(q, personal, answers, voice, lambda item: None),
        said="" if personal else _in_words(standing, voice, said),
        receipt=grouped(ahead),
    )


def _in_words(standing: Standing, voice: Voice, said: str) -> str:
    said = "earlier_question" if said == "older_message" else said  # a page has no messages
    return words(Say(said), standing.collecting.questionnaire, voice) if said in SAID else ""


def _voice(standing: Standing) -> Voice:
    """How the engine speaks to this person, with what placeholders stand for."""
    talk, public_url = standing.talk, site().config.public_url
    return voice_of(talk)._replace(values=placeholders(standing.collecting, talk.language, talk.variant, public_url))


def _page(name: str, standing: Standing, token: str, **given: Any) -> str:
    collecting, draft = standing.collecting, web_chats.draft_of(standing, token)
    shell = around(
        collecting,
        draft,
        _voice(standing),
        action=chat_address(collecting.code, token),
        hidden=hidden("answer", collecting.code, token),
    )
    layout = "chat/part.html" if asked_for_a_part() else "base.html"
    return render(f"chat/{name}.html", layout=layout, shell=shell, nonce=standing.talk.nonce, **given)
