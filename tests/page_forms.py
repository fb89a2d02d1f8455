"""The forms of a page as a program reads them: what is asked, what may be chosen, what would be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from justhtml.dom import Element

from .a11y.trees import CHOICES, Document, kind, text_of, within

_BUTTONS = frozenset({"submit", "button", "reset", "image"})


@dataclass(frozen=True, slots=True)
class Question:
    """What one name of a form asks: ``kind`` is radio, checkbox, text, textarea or select.

    ``choices`` are (value, label) in the order shown; ``entered`` is what the page shows as the answer so far.
    """

    name: str
    kind: str
    words: str
    choices: tuple[tuple[str, str], ...] = ()
    entered: tuple[str, ...] = ()


class Form:
    """A form of a page, and what the page shows as entered in it."""

    def __init__(self, document: Document, element: Element) -> None:
        self._document = document
        self._element = element
        self.action = element.attrs.get("action") or ""

    @cached_property
    def controls(self) -> list[Element]:
        """In tree order."""
        return [control for control in self._document.controls_of(self._element) if "disabled" not in control.attrs]

    @property
    def buttons(self) -> list[str]:
        """The value of each submit button, in form order: Enter presses the first."""
        return [control.attrs.get("value") or "" for control in self.controls if kind(control) == "submit"]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the form asks, in order; hidden fields are not questions."""
        asked: dict[str, Question] = {}
        for control in self.controls:
            name = control.attrs.get("name")
            if not name or kind(control) in {"hidden", *_BUTTONS}:
                continue
            new = self._question(name, control)
            old = asked.get(name)
            asked[name] = new if old is None else _joined(old, new)
        return tuple(asked.values())

    def _question(self, name: str, control: Element) -> Question:
        label = " ".join(text_of(each) for each in self._document.labels_of(control))
        if kind(control) in CHOICES:
            value = control.attrs.get("value") or "on"
            fieldset = within(control, "fieldset")
            legend = next((text_of(node) for node in fieldset.children if node.name == "legend"), "") if fieldset else ""
            return Question(name, kind(control), legend, ((value, label),), (value,) if "checked" in control.attrs else ())
        if control.name == "select":
            options = control.query("option")
            pairs = tuple((option.attrs.get("value", text_of(option)) or "", text_of(option)) for option in options)
            picked = next((pair for pair, each in zip(pairs, options, strict=True) if "selected" in each.attrs), pairs[0])
            return Question(name, "select", label, pairs, (picked[0],))
        raw = control.to_text("", strip=False) if control.name == "textarea" else control.attrs.get("value") or ""
        return Question(name, kind(control), label, entered=(raw,))

    def fields(self, entered: Mapping[str, tuple[str, ...]], pressed: str) -> list[tuple[str, str]]:
        """The pairs a browser would send, in tree order, when the button of value ``pressed`` is pressed.

        ``entered`` overrides what the page shows, by name.
        """
        shown = {question.name: question.entered for question in self.questions} | dict(entered)
        sent: list[tuple[str, str]] = []
        button_found = False
        for control in self.controls:
            name, value = control.attrs.get("name"), control.attrs.get("value") or ""
            if kind(control) == "submit" and value == pressed and not button_found:
                button_found = True
                sent.append((name or "", value))
            elif name and kind(control) == "hidden":
                sent.append((name, value))
            elif name and kind(control) in CHOICES:
                sent += [(name, value or "on")] if (value or "on") in shown[name] else []
            elif name and kind(control) not in _BUTTONS:
                sent += [(name, _line_ends(text)) for text in shown[name]]
        return sent


def _line_ends(text: str) -> str:
    """Browsers send every line end of a form as CR LF."""
    return "\r\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _joined(old: Question, new: Question) -> Question:
    return replace(old, choices=old.choices + new.choices, entered=old.entered + new.entered)
