"""All checks of a page's HTML alone, for the page client and for the browser."""

from . import forms, markup
from .findings import Finding, View
from .trees import Document

_RULES = (
    markup.shell,
    markup.language,
    markup.references,
    markup.actions,
    forms.labels,
    forms.groups,
    forms.chosen,
    forms.buttons,
    forms.tables,
)


def check_document(document: Document, view: View, policy: str | None = None) -> list[Finding]:
    """What is wrong with the HTML; ``policy`` is the Content-Security-Policy header where it is known."""
    found = [finding for rule in _RULES for finding in rule(document, view)]
    return [*found, *markup.inline(document, view, policy)]


def check_source(html: str | bytes, view: View, policy: str | None) -> list[Finding]:
    """As ``check_document``, of HTML as it was sent: it must also parse without an error."""
    document = Document(html)
    return [*markup.syntax(document, view), *check_document(document, view, policy)]
