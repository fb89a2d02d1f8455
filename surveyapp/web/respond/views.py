"""What respondents' templates are given: plain frozen values, worded, in one language. No HTML is made here.

Every template needs ``shell`` (ShellView) and the template globals ``stylesheet``, ``static`` and ``once``. Beyond that:

=========================  ====================================================================================
template                   variables
=========================  ====================================================================================
start.html                 surveys, tries (StartLink rows), code_action, hidden
respond/entry.html         entry (EntryView), errors (SummaryRow rows), ticked ("", "agree" or "decline")
respond/screen.html        screen (ScreenView); back, easy (None | "on" | "off"), view (None | "single" | "author"), chat
respond/review.html        rows (ReviewRow rows), personal (ReviewRow rows that look personal), errors
respond/receipt.html       receipt (code in groups), thanks, unchanged, settle_date, withdraw_url
respond/declined.html      entry_url
respond/saved.html         resume_url, code_url, short_code, keep_until, continue_url, telegram_action, hidden
respond/telegram.html      link, picture, minutes, continue_url
respond/gone.html          entry_url
respond/closed.html        planned (it has not begun yet), opens (text or None)
chat/question.html         layout, nonce, question (QuestionView), lines (ReviewRow rows), said, errors, easy
chat/review.html           layout, nonce, rows, personal, said, receipt
chat/sure.html             layout, nonce
chat/deleted.html          entry_url
code.html                  errors, typed
withdraw.html              errors, typed, done
privacy.html               statement (StatementView)
accessibility.html         statement (StatementView)
error.html                 status, busy, fields, staff
=========================  ====================================================================================
"""

from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from surveyapp.engine.passed_on import Told
from surveyapp.web.respond.texts import Pieces

RIGHT_TO_LEFT = frozenset({"he", "ar", "fa", "ur"})
SIZES = (100, 150, 200)


class SummaryRow(NamedTuple):
    """A line of the error summary: the address inside the page of the field, and the same words as beside it."""

    href: str
    text: str


class Progress(NamedTuple):
    """Where somebody is. ``about``: the total is an estimate because questions depend on answers.

    ``pages``: counted in pages and not in questions.
    """

    number: int
    total: int
    section: str = ""
    about: bool = False
    pages: bool = False


class Logo(NamedTuple):
    """A funder's logo and what it says; width and height in CSS px keep its place while it loads."""

    src: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellView:
    """What stands around every page.

    ``action``: where the page's one form posts to; None on pages that have no form of their own: language and
    size are links then, made from ``here`` (a path, empty for the address of the page itself) and ``kept`` (what else
    stays in the address). ``form``: id of the form in the page that language and size are buttons of, so that they keep
    what was typed there.
    """

    language: str
    languages: tuple[tuple[str, str], ...]
    title: str
    size: int = 100
    action: str | None = None
    form: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    here: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    organisation: str = ""
    contact: tuple[str, ...] = ()
    progress: Progress | None = None
    keeps: bool = False
    synthetic: bool = False
    funder: str = ""
    logos: tuple[Logo, ...] = ()
    privacy_url: str = "/privacy"
    accessibility_url: str = "/accessibility"
    home_url: str = "/"

    @property
    def direction(self) -> str:
        """Value of ``dir``."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def common(self) -> "ShellView":
        """What is the same for everybody on this page: without addresses and tokens of one person's form."""
        return replace(self, action=self.action and "#", hidden=(), here="", progress=None)

    def chosen(self, language: str | None = None, size: int | None = None) -> str:
        """Query of an address that keeps, or changes, language and type size."""
        query = {"lang": language or self.language, **dict(self.kept)}
        wanted = size or self.size
        return urlencode(query | {"size": wanted} if wanted != SIZES[0] else query)


class StartLink(NamedTuple):
    """Something that can be opened from the start page."""

    url: str
    title: str
    text: str = ""
    chat_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """The first page of a form: what it is, what is agreed to, and how to answer."""

    title: str
    intro: tuple[str, ...]
    short: tuple[Pieces, ...] = ()
    full: tuple[Pieces, ...] = ()
    agree: str | None = None
    decline: str | None = None
    minutes: int | None = None
    questions: int | None = None
    easy: str | None = None
    notices: tuple[Pieces, ...] = ()
    passed_on: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """Who answers for the installation, for the privacy and accessibility statements."""

    organisation: str = ""
    contact: tuple[str, ...] = ()
    enforcement: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    answer_days: int = 14
    checked_on: str = ""
