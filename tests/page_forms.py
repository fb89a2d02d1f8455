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

    @property
    def key(self) -> tuple[str, bool]:
        """The name, and whether there is something to choose from."""
        return self.name, bool(self.choices)


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
        """What the form asks, in order; hidden fields are not questions.

        A field to type in and choices beside it may share a name: they are two questions then.
        """
        asked: dict[tuple[str, bool], Question] = {}
        for control in self.controls:
            name = control.attrs.get("name")
            if not name or kind(control) in {"hidden", *_BUTTONS}:
                continue
            new = self._question(name, control)
            old = asked.get(new.key)
            asked[new.key] = new if old is None else _joined(old, new)
        return tuple(asked.values())

    def _question(self, name: str, control: Element) -> Question:
        label = " ".join(text_of(each) for each in self._document.labels_of(control))
        if kind(control) in CHOICES:
            chosen = (_value(control),) if "checked" in control.attrs else ()
            return Question(name, kind(control), _legend(control), ((_value(control), label),), chosen)
        if control.name == "select":
            options = control.query("option")
            picked = [option for option in options if "selected" in option.attrs] or options[:1]
            pairs = tuple((_value(option), text_of(option)) for option in options)
            return Question(name, "select", label, pairs, tuple(_value(option) for option in picked))
        raw = control.to_text("", strip=False) if control.name == "textarea" else control.attrs.get("value") or ""
        return Question(name, kind(control), label, entered=(raw,))

    def fields(self, entered: Mapping[tuple[str, bool], tuple[str, ...]], pressed: str) -> list[tuple[str, str]]:
        """The pairs a browser would send, in tree order, when the button of value ``pressed`` is pressed.

        ``entered`` overrides what the page shows, by a question's key.
        """
        shown = {question.key: question.entered for question in self.questions} | dict(entered)
        button = next(each for each in self.controls if kind(each) == "submit" and _value(each) == pressed)
        sent: list[tuple[str, str]] = []
        for control in self.controls:
            name, value = control.attrs.get("name"), _value(control)
            if not name:
                continue
            if control is button or kind(control) == "hidden":
                sent.append((name, value))
            elif kind(control) in CHOICES:
                sent += [(name, value)] if value in shown[name, True] else []
            elif kind(control) not in _BUTTONS:
                sent += [(name, _line_ends(text)) for text in shown[name, control.name == "select"]]
        return sent


def _value(control: Element) -> str:
    if control.name == "option":
        return control.attrs.get("value", text_of(control)) or ""
    return control.attrs.get("value") or ("on" if kind(control) in CHOICES else "")


def _legend(control: Element) -> str:
    fieldset = within(control, "fieldset")
    children = fieldset.children if fieldset else ()
    return next((text_of(node) for node in children if node.name == "legend"), "")


def _line_ends(text: str) -> str:
    """Browsers send every line end of a form as CR LF."""
    return "\r\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _joined(old: Question, new: Question) -> Question:
    return replace(old, choices=old.choices + new.choices, entered=old.entered + new.entered)
