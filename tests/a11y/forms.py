"""What every form owes its reader: labels, groups, words, nothing chosen beforehand, Enter that goes on."""

import re
from collections.abc import Iterator

from justhtml.dom import Element

from .findings import Finding, View
from .markup import wordless
from .trees import CHOICES, Document, elements, kind, place, text_of, within

_BUTTONS = frozenset({"submit", "button", "reset", "image"})
_PARTS = ("__day", "__month", "__year")
_SENDING = frozenset({"submit", "image"})
_UNTYPABLE = {"number": "drops what it cannot read", "range": "cannot be left unanswered"}
_ENTER = frozenset({"text", "search", "tel", "email", "url", "password", "date", *CHOICES})


def labels(document: Document, view: View) -> Iterator[Finding]:
    """Every control has a name to send, a label tied to it with words, and no second, hidden label."""
    for control in document.controls:
        if kind(control) in {"hidden", *_BUTTONS}:
            continue
        if not control.attrs.get("name"):
            yield Finding("name", place(control), "sends nothing: it has no name")
        words = " ".join(text_of(label) for label in document.labels_of(control))
        if not document.labels_of(control):
            yield Finding("label", place(control), "no label is tied to it")
        elif wordless(words):
            yield Finding("words", place(control), f"its label {words!r} has no words")
        if {"aria-label", "aria-labelledby"} & control.attrs.keys():
            yield Finding("label", place(control), "aria replaces the label that can be seen")
        if kind(control) in _UNTYPABLE:
            yield Finding("control", place(control), f"type {kind(control)} {_UNTYPABLE[kind(control)]}")


def _choices(document: Document, around: Element | None = None) -> list[Element]:
    nodes = document.controls if around is None else elements(around)
    return [node for node in nodes if node.name == "input" and kind(node) in CHOICES]


def groups(document: Document, view: View) -> Iterator[Finding]:
    """The choices of one question stand in one fieldset, under its words, and share one name."""
    homes: dict[str, set[int]] = {}
    for control in _choices(document):
        fieldset = within(control, "fieldset")
        homes.setdefault(control.attrs.get("name") or "", set()).add(id(fieldset))
        if fieldset is None:
            yield Finding("fieldset", place(control), "a choice outside a fieldset")
    for control in document.of("input"):
        if (control.attrs.get("name") or "").endswith(_PARTS) and within(control, "fieldset") is None:
            yield Finding("fieldset", place(control), "a part of a date outside a fieldset")
    for name, found in homes.items():
        if len(found) > 1:
            yield Finding("fieldset", name, "the choices of one question stand in several fieldsets")
    for fieldset in document.of("fieldset"):
        yield from _group(document, fieldset)


def _group(document: Document, fieldset: Element) -> Iterator[Finding]:
    first = next((child for child in elements(fieldset)), None)
    if first is None or first.name != "legend" or wordless(text_of(first)):
        yield Finding("legend", place(fieldset), "does not begin with a legend of words")
    own = [node for node in _choices(document, fieldset) if within(node, "fieldset") is fieldset]
    names = {node.attrs.get("name") for node in own}
    if len(names) > 1:
        yield Finding("one-name", place(fieldset), f"one question, several names: {sorted(map(str, names))}")
    yield from _scale(document, [node for node in own if re.fullmatch(r"-?\d+", node.attrs.get("value") or "")])


def _scale(document: Document, points: list[Element]) -> Iterator[Finding]:
    """The ends of a scale of numbers have words; between them a number may stand alone."""
    points.sort(key=lambda node: int(node.attrs["value"] or 0))
    for point in (points[0], points[-1]) if len(points) > 2 else ():
        words = " ".join(text_of(label) for label in document.labels_of(point))
        if not any(letter.isalpha() for letter in words):
            yield Finding("scale-end", place(point), f"the end of a scale says only {words!r}")


def chosen(document: Document, view: View) -> Iterator[Finding]:
    """Nothing is chosen for a person who has not answered yet."""
    if view.filled:
        return
    for node in document.all:
        if "checked" in node.attrs or (node.name == "option" and "selected" in node.attrs and node.attrs.get("value")):
            yield Finding("preselected", place(node), "chosen before the person has chosen")


def buttons(document: Document, view: View) -> Iterator[Finding]:
    """Enter means going on: the first submit button in form order does, and one that can be seen does the same."""
    for form in document.of("form"):
        controls = document.controls_of(form)
        sending = [control for control in controls if kind(control) in _SENDING]
        values = [control.attrs.get("value") for control in sending]
        typed = any(kind(control) in _ENTER for control in controls)
        onward = [value for value in values if value in view.forward]
        if not sending:
            yield Finding("default-button", place(form), "no button sends the form")
        elif values[0] not in view.forward and (onward or (typed and len(set(values)) > 1)):
            yield Finding("default-button", place(form), f"Enter presses {values[0]!r}")
        seen = {button.attrs.get("value") for button in sending if "hidden" not in button.attrs}
        if sending and "hidden" in sending[0].attrs and values[0] not in seen:
            yield Finding("default-button", place(form), f"no visible button means {values[0]!r}")


def tables(document: Document, view: View) -> Iterator[Finding]:
    """No grid of controls: it cannot be used on a phone."""
    for control in document.controls:
        if within(control, "table") is not None:
            yield Finding("grid", place(control), "a control inside a table")
