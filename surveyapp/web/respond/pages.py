"""Pages of a form, rendered: each function gathers what its template is given."""

from collections.abc import Sequence
from datetime import timedelta

from flask import render_template, request

from surveyapp.engine import flow
from surveyapp.engine.answers import Problem
from surveyapp.engine.definition import Item
from surveyapp.engine.flow import Screen
from surveyapp.engine.personal import looks_personal
from surveyapp.languages import long_date
from surveyapp.services.collectors import Collecting
from surveyapp.services.drafts import DAYS_KEPT
from surveyapp.services.responses import Chosen, Draft
from surveyapp.web.respond.addresses import entry_address, step_address
from surveyapp.web.respond.choices import chosen, query
from surveyapp.web.respond.review import ReviewRow, review_rows
from surveyapp.web.respond.screens import entry_view, error_target, screen_view
from surveyapp.web.respond.shells import around, hidden, placeholders, progress_line
from surveyapp.web.respond.texts import Voice, Worded, fill, grouped, paragraphs
from surveyapp.web.respond.views import SummaryRow
from surveyapp.web.respond.worded import worded
from surveyapp.web.site import site


def entry(collecting: Collecting, choice: Chosen, *, undecided: bool = False) -> str:
    """The first page; ``undecided``: it was posted without a choice."""
    values = placeholders(collecting, choice.language, choice.variant)
    problems = worded(collecting.questionnaire, [Problem("consent", "consent_missing", {})]) if undecided else ()
    q = collecting.questionnaire
    return render_template(
        "respond/entry.html",
        shell=around(
            collecting,
            choice,
            values,
            action=entry_address(collecting.code, query(choice)),
            hidden=hidden("open", collecting.code),
        ),
        entry=entry_view(
            q,
            Voice(choice.language, choice.variant, values),
            minutes=collecting.minutes(choice.variant, choice.language),
            channel="web",
            easy=_easy(collecting, choice),
        ),
        errors=_summary(problems),
    )


def declined(collecting: Collecting, choice: Chosen) -> str:
    """The polite end."""
    values = placeholders(collecting, choice.language)
    here = f"/r/{collecting.code}/declined"
    entry_url = entry_address(collecting.code, query(choice)) if collecting.state == "open" else None
    return render_template("respond/declined.html", shell=around(collecting, choice, values, here=here), entry_url=entry_url)


def screen(collecting: Collecting, draft: Draft, shown: Screen, problems: Sequence[Problem] = ()) -> str:
    """One screen of questions."""
    q = collecting.questionnaire
    values = placeholders(collecting, draft.language, draft.variant)
    section = fill(shown.page.title.get(draft.language, ""), values)
    voice = Voice(draft.language, draft.variant, values, draft.id.int & 3)
    looks = screen_view(q, shown, draft.answers, voice, worded(q, problems))
    place = flow.progress(q, draft.answers, draft.view, shown)
    shell = around(
        collecting,
        draft,
        values,
        action=step_address(collecting.code, draft.token, shown.id),
        hidden=hidden("answer", collecting.code, draft.token, asked=" ".join(item.id for item in shown.questions)),
        progress=progress_line(place, section, pages=shown.id == shown.page.id),
        keeps=True,
    )
    back = flow.before(q, draft.answers, draft.view, shown.id) is not None
    return render_template(
        "respond/screen.html", shell=shell, screen=looks, errors=looks.errors, back=back, easy=_easy(collecting, draft), view=_other_view(collecting, draft)
    )


def review(collecting: Collecting, draft: Draft, problems: Sequence[Problem] = (), *, warned: bool = False) -> str:
    """All answers before they are sent; ``warned``: some look personal and are shown first."""
    q = collecting.questionnaire
    values = placeholders(collecting, draft.language, draft.variant)
    items = flow.visible(q, draft.answers)
    rows = _rows(collecting, draft, items)
    personal = _rows(collecting, draft, [item for item in items if _is_personal(draft, item)]) if warned else ()
    shell = around(
        collecting,
        draft,
        values,
        action=step_address(collecting.code, draft.token, "review"),
        hidden=hidden("answer", collecting.code, draft.token),
    )
    errors = tuple(
        SummaryRow(step_address(collecting.code, draft.token, problem.item) + error_target(problem), problem.text)
        for problem in worded(q, problems)
    )
    return render_template("respond/review.html", shell=shell, rows=rows, personal=personal, errors=errors)


def has_personal_text(collecting: Collecting, draft: Draft) -> bool:
    """An open text of the draft looks as if it could tell who somebody is."""
    return any(_is_personal(draft, item) for item in flow.visible(collecting.questionnaire, draft.answers))


def receipt(collecting: Collecting, code: str, *, unchanged: bool = False) -> str:
    """What was sent, and the code to withdraw it with."""
    choice = chosen(collecting)
    values = placeholders(collecting, choice.language)
    withdrawable = collecting.offers_withdrawal and collecting.state != "settled"
    return render_template(
        "respond/receipt.html",
        shell=around(collecting, choice, values, here=request.path),
        receipt=code.replace("-", " "),
        thanks=paragraphs(fill(collecting.questionnaire.thanks.get(choice.language, ""), values)),
        unchanged=unchanged,
        settle_date=long_date(collecting.settles, choice.language) if withdrawable else None,
        withdraw_url=f"/withdraw?lang={choice.language}" if withdrawable else None,
    )


def saved(collecting: Collecting, draft: Draft, code: str) -> str:
    """How to go on later: a link and a short code."""
    values = placeholders(collecting, draft.language)
    last = collecting.today + timedelta(days=DAYS_KEPT)
    until = min(last, collecting.closes) if collecting.closes else last
    return render_template(
        "respond/saved.html",
        shell=around(collecting, draft, values, here=request.path),
        resume_url=f"{site().config.public_url}/r/{collecting.code}/{draft.token}",
        code_url=f"{site().config.public_url}/code",
        short_code=grouped(code),
        keep_until=long_date(until, draft.language),
        continue_url=f"/r/{collecting.code}/{draft.token}",
    )


def gone(collecting: Collecting) -> str:
    """The draft was sent long ago, ran out, or never was."""
    choice = chosen(collecting)
    entry_url = entry_address(collecting.code, query(choice)) if collecting.state == "open" else None
    shell = around(collecting, choice, placeholders(collecting, choice.language), here=f"/r/{collecting.code}")
    return render_template("respond/gone.html", shell=shell, entry_url=entry_url)


def closed(collecting: Collecting) -> str:
    """The survey hasn't begun, or is over."""
    choice = chosen(collecting)
    opens = long_date(collecting.opens, choice.language) if collecting.state == "planned" and collecting.opens else None
    shell = around(collecting, choice, placeholders(collecting, choice.language), here=f"/r/{collecting.code}")
    return render_template("respond/closed.html", shell=shell, opens=opens, planned=collecting.state == "planned")


def _rows(collecting: Collecting, draft: Draft, items: Sequence[Item]) -> tuple[ReviewRow, ...]:
    values = placeholders(collecting, draft.language, draft.variant)
    return review_rows(
        collecting.questionnaire,
        items,
        draft.answers,
        Voice(draft.language, draft.variant, values),
        lambda item: f"{step_address(collecting.code, draft.token, item.id)}#{item.id}",
    )


def _is_personal(draft: Draft, item: Item) -> bool:
    answer = draft.answers.get(item.id)
    text = answer.get("text", "") if isinstance(answer, dict) else answer if item.type == "text" else ""
    return bool(looks_personal(text))


def _easy(collecting: Collecting, choice: Chosen | Draft) -> str | None:
    if not collecting.questionnaire.offers_easy:
        return None
    return "on" if choice.variant == "easy" else "off"


def _other_view(collecting: Collecting, draft: Draft) -> str | None:
    """The way of showing questions that can be left for the other one; None where there is only one."""
    if draft.variant == "easy" or not any(page.together for page in collecting.questionnaire.pages):
        return None
    return "single" if draft.view == "single" else "author"


def _summary(problems: Sequence[Worded]) -> tuple[SummaryRow, ...]:
    return tuple(SummaryRow(error_target(problem), problem.text) for problem in problems)
