"""Twenty-five defects, each as a function that plants it, and it alone, into any page of a respondent."""

import itertools

from justhtml.dom import Element

from .findings import View
from .planting import NoPlaceError, Rewrite, Seed, fragment
from .trees import CHOICES, kind, text_of

_STRONG = ":root:root:root:root "
_FORWARD = frozenset(View().forward)
_AUTO_SUBMIT = "document.addEventListener('change', (event) => event.target.form?.requestSubmit());"
_CLICK = "document.querySelector('.planted').addEventListener('click', () => document.forms[0].requestSubmit());"
_PULSE = "@keyframes planted { from { opacity: 0.9 } to { opacity: 1 } }"


def _styles(*rules: str) -> str:
    return " ".join(f"{_STRONG}{rule}" for rule in rules)


def _choices(page: Rewrite) -> list[Element]:
    found = [node for node in page.document.controls if kind(node) in CHOICES]
    if not found:
        raise NoPlaceError("choices")
    return found


def _points(page: Rewrite) -> list[Element]:
    found = [node for node in _choices(page) if (node.attrs.get("value") or "").isdecimal()]
    if len(found) < 3:
        raise NoPlaceError("a scale")
    return found


def _relabel(page: Rewrite, control: Element, words: str) -> None:
    label = page.document.labels_of(control)[0]
    spans = label.query("span") or [label]
    for child in list(spans[-1].children):
        spans[-1].remove_child(child)
    spans[-1].append_child(fragment(f"<span>{words}</span>"))


def lang_missing(page: Rewrite) -> None:
    del page.document.html.attrs["lang"]


def lang_wrong(page: Rewrite) -> None:
    page.document.html.attrs["lang"] = "en" if page.document.html.attrs["lang"] != "en" else "lv"


def language_names_unmarked(page: Rewrite) -> None:
    for button in page.some('button[value^="lang-"]'):
        button.attrs.pop("lang", None)


def zoom_blocked(page: Rewrite) -> None:
    page.some("meta[name=viewport]")[0].attrs["content"] += ", maximum-scale=1, user-scalable=no"


def fieldset_dropped(page: Rewrite) -> None:
    for node in [*page.some("fieldset"), *page.some("legend")]:
        node.name = "div"


def several_names(page: Rewrite) -> None:
    for number, choice in enumerate(_choices(page)):
        choice.attrs["name"] = f"{choice.attrs['name']}-{number}"


def label_untied(page: Rewrite) -> None:
    for label in page.some("label"):
        label.name = "div"
        label.attrs.pop("for", None)


def faint_text(page: Rewrite) -> None:
    page.css = _styles("main p { color: #999 !important }")


def option_border_faint(page: Rewrite) -> None:
    page.some("fieldset, textarea, input[type=text]")
    page.css = _styles("label:has(input), textarea, input[type=text] { border-color: #e0e0e0 !important }").replace(
        ", ", f", {_STRONG}"
    )


def outline_removed(page: Rewrite) -> None:
    page.css = f"{_STRONG}:is(*:focus, *:focus-visible, *:focus-within) {{ outline: none !important }}"


def small_targets(page: Rewrite) -> None:
    small = "{ block-size: 20px !important; min-block-size: 0 !important; padding: 0 !important; line-height: 1 }"
    page.css = f"{_STRONG}:is(label:has(input), a, button, textarea, input) {small}"


def fixed_width(page: Rewrite) -> None:
    page.css = _styles("main { inline-size: 500px !important; max-inline-size: none !important }")


def text_clipped(page: Rewrite) -> None:
    short = "{ display: block; inline-size: 3em; overflow: hidden; white-space: nowrap; overflow-wrap: normal }"
    page.css = f"{_STRONG}:is(h1, h2) {short}"


def positive_tabindex(page: Rewrite) -> None:
    page.some("main button")[0].attrs["tabindex"] = "3"


def same_title(page: Rewrite) -> None:
    title = page.some("title")[0]
    title.parent.replace_child(fragment(f"<title>{text_of(title).rpartition(' – ')[2]}</title>"), title)


def no_heading(page: Rewrite) -> None:
    for heading in page.some("h1"):
        heading.name = "div"


def stars_only(page: Rewrite) -> None:
    for count, choice in enumerate(_choices(page), 1):
        _relabel(page, choice, "★" * count)


def faces_only(page: Rewrite) -> None:
    for face, choice in zip(itertools.cycle("😞🙁😐🙂😀"), _choices(page), strict=False):
        _relabel(page, choice, face)


def scale_end_unnamed(page: Rewrite) -> None:
    end = max(_points(page), key=lambda node: int(node.attrs["value"]))
    _relabel(page, end, end.attrs["value"])


def preselected(page: Rewrite) -> None:
    max(_points(page), key=lambda node: int(node.attrs["value"])).attrs["checked"] = ""


def default_button_missing(page: Rewrite) -> None:
    first = page.some("form button")[0]
    if first.attrs.get("value") not in _FORWARD or "hidden" not in first.attrs:
        raise NoPlaceError("a default button")
    first.parent.remove_child(first)


def own_colours_forced(page: Rewrite) -> None:
    page.css = _styles("main { forced-color-adjust: none }")


def sent_on_change(page: Rewrite) -> None:
    page.some("input:not([type=hidden]), textarea")
    page.script = _AUTO_SUBMIT


def button_made_of_div(page: Rewrite) -> None:
    for button in page.some("main button"):
        if button.attrs.get("value") in _FORWARD and "hidden" not in button.attrs:
            button.parent.replace_child(fragment(f'<div class="planted">{text_of(button)}</div>'), button)
            page.script = _CLICK
            return
    raise NoPlaceError("a button that goes on")


def always_moving(page: Rewrite) -> None:
    page.css = _PULSE + _styles("main { animation: planted 2s infinite }")


SEEDS = (
    Seed("html lang missing", {"lang"}, lang_missing),
    Seed("html lang wrong", {"lang"}, lang_wrong),
    Seed("no lang on language names", {"lang-of-part"}, language_names_unmarked),
    Seed("zoom blocked", {"zoom"}, zoom_blocked),
    Seed("fieldset dropped", {"fieldset"}, fieldset_dropped),
    Seed("radios of one question with different names", {"one-name"}, several_names),
    Seed("label not tied", {"label"}, label_untied),
    Seed("faint text", {"axe-color-contrast"}, faint_text),
    Seed("option border 1.3:1", {"edge"}, option_border_faint),
    Seed("focus outline removed", {"focus-seen"}, outline_removed),
    Seed("20 px targets", {"target"}, small_targets),
    Seed("fixed 500 px width", {"sideways"}, fixed_width),
    Seed("clipped text", {"clipped"}, text_clipped),
    Seed("positive tabindex", {"tabindex"}, positive_tabindex),
    Seed("same title on every page", {"title"}, same_title),
    Seed("no h1", {"one-h1"}, no_heading),
    Seed("stars only", {"words"}, stars_only),
    Seed("faces only", {"words"}, faces_only),
    Seed("end label dropped", {"scale-end"}, scale_end_unnamed),
    Seed("preselected 5", {"preselected"}, preselected),
    Seed("default button missing", {"default-button"}, default_button_missing),
    Seed("forced-color-adjust:none", {"forced-colours"}, own_colours_forced),
    Seed("auto-submit on change", {"on-change"}, sent_on_change),
    Seed("a div as button", {"default-button", "native"}, button_made_of_div),
    Seed("animation despite reduced motion", {"motion"}, always_moving),
)
