"""Reading a parsed HTML document: its texts, its places, the controls of its forms."""

from collections.abc import Iterator
from functools import cached_property

from justhtml import JustHTML
from justhtml.dom import Element

CHOICES = frozenset({"radio", "checkbox"})
_SILENT = frozenset({"script", "style", "template", "head", "noscript"})


def text_of(node: Element) -> str:
    """The node's text with white space collapsed."""
    return " ".join(node.to_text("", strip=False).split())


def is_element(node: Element) -> bool:
    """Not a text, comment or doctype."""
    return not node.name.startswith(("#", "!"))


def elements(node: Element) -> Iterator[Element]:
    """The node's descendants in document order."""
    for child in node.children or ():
        if is_element(child):
            yield child
            yield from elements(child)


def ancestors(node: Element) -> Iterator[Element]:
    """The node's parents, nearest first."""
    parent = node.parent
    while parent is not None and is_element(parent):
        yield parent
        parent = parent.parent


def within(node: Element, name: str) -> Element | None:
    """The nearest ancestor of that element name."""
    return next((parent for parent in ancestors(node) if parent.name == name), None)


def place(node: Element) -> str:
    """A short name of the element for a report."""
    attrs = node.attrs
    marks = "".join(f'[{key}="{attrs[key]}"]' for key in ("id", "name", "value") if attrs.get(key))
    return f"<{node.name}{marks}>"


def kind(control: Element) -> str:
    """``radio``, ``text``, ``textarea``, ``select``, ``submit`` …"""
    default = {"input": "text", "button": "submit"}.get(control.name)
    return (control.attrs.get("type") or default).lower() if default else control.name


def texts(node: Element, language: str | None = None) -> Iterator[tuple[str, str | None, Element]]:
    """Every piece of text that is read out, with the ``lang`` in force and its element."""
    language = node.attrs.get("lang", language)  # empty: nobody knows, as of what a person wrote
    for child in node.children or ():
        if child.name == "#text":
            if child.data.strip():
                yield child.data.strip(), language, node
        elif is_element(child) and child.name not in _SILENT and "hidden" not in child.attrs:
            yield from texts(child, language)


class Document:
    """One HTML document as a browser would build it, nothing cleaned away."""

    def __init__(self, html: str | bytes) -> None:
        encoding = "utf-8" if isinstance(html, bytes) else None
        self.tree = JustHTML(html, sanitize=False, collect_errors=True, encoding=encoding)
        self.errors = self.tree.errors
        self.all = tuple(elements(self.tree.root))
        self.by_id = {node.attrs["id"]: node for node in reversed(self.all) if node.attrs.get("id")}

    def of(self, *names: str) -> list[Element]:
        """The elements of these names, in document order."""
        return [node for node in self.all if node.name in names]

    @property
    def html(self) -> Element:
        """The root element; a parser makes one where it is missing."""
        return self.of("html")[0]

    @property
    def title(self) -> str:
        """The title with white space collapsed, empty where there is none."""
        return next((text_of(node) for node in self.of("title") if within(node, "head")), "")

    @property
    def headings(self) -> list[str]:
        """The texts of the ``h1`` elements."""
        return [text_of(node) for node in self.of("h1")]

    @cached_property
    def controls(self) -> list[Element]:
        """What a form sends or is sent by, hidden fields included."""
        return self.of("input", "select", "textarea", "button")

    @cached_property
    def _labels(self) -> dict[int, list[Element]]:
        tied: dict[int, list[Element]] = {}
        for label in self.of("label"):
            if "for" in label.attrs:
                target = self.by_id.get(label.attrs["for"])
            else:
                target = next((node for node in elements(label) if node in self.controls), None)
            if target is not None:
                tied.setdefault(id(target), []).append(label)
        return tied

    def labels_of(self, control: Element) -> list[Element]:
        """The ``label`` elements tied to the control, by ``for`` or by standing round it."""
        return self._labels.get(id(control), [])

    def controls_of(self, form: Element) -> list[Element]:
        """The form's controls in tree order, also those that name it by their ``form`` attribute."""
        return [
            control
            for control in self.controls
            if (self.by_id.get(control.attrs["form"]) if "form" in control.attrs else within(control, "form")) is form
        ]
