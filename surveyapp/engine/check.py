"""What stands between a questionnaire and its publication: every fault, with the place where it is.

A draft may be full of faults. A version that is published has none, so nothing after this has to ask again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from surveyapp.engine import gates, sheet
from surveyapp.engine.definition import (
    RESERVED_IDS,
    RESERVED_STEPS,
    VARIABLES,
    Item,
    Option,
    Questionnaire,
    Rule,
    Scale,
)
from surveyapp.engine.faults import CHOICES, ID, MOST_OPTIONS, MOST_POINTS, MOST_TEXT, OPTION, Fault
from surveyapp.engine.wordings import wording_faults


def faults(q: Questionnaire) -> tuple[Fault, ...]:
    """Every reason not to publish, in the order of the file."""
    checks: tuple[Callable[[Questionnaire], Iterable[Fault]], ...] = (
        _ids,
        _scales,
        _items,
        _texts_at_once,
        _rules,
        wording_faults,
        gates.kind_faults,
        gates.release_faults,
        gates.coarser_labels,
        gates.simple_version,
    )
    return tuple(fault for check in checks for fault in check(q))


def _located(q: Questionnaire) -> Iterator[tuple[str, Item]]:
    for number, page in enumerate(q.pages):
        for place, item in enumerate(page.items):
            yield f"$.pages[{number}].items[{place}]", item


def _ids(q: Questionnaire) -> Iterator[Fault]:
    yield from _named("$.id", [q.id])
    yield from _named("$.criteria", [criterion.id for criterion in q.criteria])
    yield from _named("$.pages", [page.id for page in q.pages])
    items = [item.id for item in q.items]
    yield from _named("$.pages.items", items)
    taken = {*items} & RESERVED_IDS | {page.id for page in q.pages} & RESERVED_STEPS
    for name in sorted(taken):
        yield Fault("$.pages", "reserved_id", {"id": name})
    for name in sorted(set(items) & {page.id for page in q.pages}):
        yield Fault("$.pages", "repeated_id", {"id": name})
    for path, item in _located(q):
        if "__" in item.id:
            yield Fault(f"{path}.id", "bad_id", {"id": item.id})
    if not q.items or all(item.type == "note" for item in q.items):
        yield Fault("$.pages", "no_questions", {})
    for number, page in enumerate(q.pages):
        if not page.items or page.items[-1].type == "note":
            yield Fault(f"$.pages[{number}].items", "note_without_question", {"id": page.id})


def _named(path: str, ids: list[str]) -> Iterator[Fault]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield Fault(path, "repeated_id", {"id": name})
        if not ID.fullmatch(name):
            yield Fault(path, "bad_id", {"id": name})


def _scales(q: Questionnaire) -> Iterator[Fault]:
    for name, scale in q.scales.items():
        path = f"$.scales.{name}"
        if not ID.fullmatch(name):
            yield Fault(path, "bad_id", {"id": name})
        values = [point.value for point in scale.points]
        if not 2 <= len(values) <= MOST_POINTS or sorted(set(values)) != values:
            yield Fault(f"{path}.points", "points_not_rising", {"limit": MOST_POINTS})
        for value in values:
            if str(value) in sheet.NO_ANSWER:
                yield Fault(f"{path}.points", "point_is_a_code", {"value": value})
        if not {*scale.top_box, *scale.bottom_box} <= set(values):
            yield Fault(path, "box_without_point", {})
        codes = [extra.code for extra in scale.extra]
        if len(set(codes)) != len(codes):
            yield Fault(f"{path}.extra", "repeated_id", {"id": ", ".join(codes)})
        yield from _variant(q, path, scale, values)


def _variant(q: Questionnaire, path: str, scale: Scale, values: list[int]) -> Iterator[Fault]:
    if scale.variant_of is None:
        return
    base = q.scales.get(scale.variant_of)
    if base is None or base.variant_of is not None:
        yield Fault(f"{path}.variant_of", "unknown_scale", {"scale": scale.variant_of})
    elif [point.value for point in base.points] != values:
        yield Fault(f"{path}.points", "variant_with_other_codes", {"scale": scale.variant_of})


_FITTING: dict[str, frozenset[str]] = {
    "single": frozenset({"options", "extra", "shuffle"}),
    "multiple": frozenset({"options", "extra", "shuffle", "min_choices", "max_choices"}),
    "rating": frozenset({"scale", "criterion", "extra", "headline", "pair", "same_as"}),
    "number": frozenset({"minimum", "maximum", "decimals", "unit", "extra"}),
    "text": frozenset({"long", "extra"}),
    "date": frozenset({"minimum", "maximum", "extra"}),
    "consent": frozenset({"options"}),
    "note": frozenset(),
}
"""Item type -> the attributes that mean something for it, beyond those of every item."""

_SPECIAL = frozenset().union(*_FITTING.values())
_BARE = Item(id="x", type="note", text={})


def _items(q: Questionnaire) -> Iterator[Fault]:
    criteria = {criterion.id for criterion in q.criteria}
    for path, item in _located(q):
        for name in sorted(_SPECIAL - _FITTING[item.type]):
            if getattr(item, name) != getattr(_BARE, name):
                yield Fault(f"{path}.{name}", "attribute_without_meaning", {"attribute": name, "type": item.type})
        if item.type == "note" and item.required:
            yield Fault(f"{path}.required", "attribute_without_meaning", {"attribute": "required", "type": "note"})
        if item.criterion is not None and item.criterion not in criteria:
            yield Fault(f"{path}.criterion", "unknown_criterion", {"criterion": item.criterion})
        if item.type == "rating" and item.scale not in q.scales:
            yield Fault(f"{path}.scale", "unknown_scale", {"scale": item.scale or ""})
        yield from _options(path, item)
        yield from _limits(path, item)


def _options(path: str, item: Item) -> Iterator[Fault]:
    if item.type not in CHOICES:
        return
    if not 1 < len(item.options) <= MOST_OPTIONS[item.type]:
        yield Fault(f"{path}.options", "too_few_or_many_options", {"limit": MOST_OPTIONS[item.type]})
    for name, times in Counter(option.value for option in item.options).items():
        if times > 1:
            yield Fault(f"{path}.options", "repeated_id", {"id": name})
        if not OPTION.fullmatch(name):
            yield Fault(f"{path}.options", "bad_id", {"id": name})
    if item.type == "single" and any(option.exclusive for option in item.options):
        yield Fault(f"{path}.options", "attribute_without_meaning", {"attribute": "exclusive", "type": "single"})


def _limits(path: str, item: Item) -> Iterator[Fault]:
    most = len(item.options) if item.max_choices is None else item.max_choices
    if item.type == "multiple" and not 0 <= item.min_choices <= most <= len(item.options):
        yield Fault(f"{path}.max_choices", "limits_contradict", {})
    if not 1 <= item.max_length <= MOST_TEXT:
        yield Fault(f"{path}.max_length", "limits_contradict", {})
    wanted: type | tuple[type, ...] = str if item.type == "date" else (int, float)
    bounds = [bound for bound in (item.minimum, item.maximum) if bound is not None]
    if item.type in {"number", "date"} and not all(isinstance(bound, wanted) for bound in bounds):
        yield Fault(f"{path}.minimum", "bound_of_other_type", {"type": item.type})
    elif len(bounds) == 2 and bounds[0] > bounds[1]:  # type: ignore[operator]  # both are of the wanted type
        yield Fault(f"{path}.minimum", "limits_contradict", {})
    elif item.type == "date" and any(gates.day(str(bound)) is None for bound in bounds):
        yield Fault(f"{path}.minimum", "bound_of_other_type", {"type": "date"})
    if not 0 <= item.decimals <= 6:
        yield Fault(f"{path}.decimals", "limits_contradict", {})


def _texts_at_once(q: Questionnaire) -> Iterator[Fault]:
    """A form of more than 64 KiB is refused as a whole, and a character may take twelve bytes of it."""
    for number, page in enumerate(q.pages):
        written = [item for item in page.items if item.type == "text" or any(each.own_text for each in item.options)]
        if page.together and sum(item.max_length for item in written) > MOST_TEXT:
            yield Fault(f"$.pages[{number}]", "too_much_text_at_once", {"id": page.id, "limit": MOST_TEXT})


class _Scope(NamedTuple):
    """What a rule may ask about: items before it, and all ids to tell looking ahead from misspelling."""

    before: Mapping[str, Item]
    everywhere: Mapping[str, Item]


def _rules(q: Questionnaire) -> Iterator[Fault]:
    before: dict[str, Item] = {}
    for path, item in _located(q):
        if item.show_if is not None:
            yield from _rule(f"{path}.show_if", item.show_if, q, _Scope(before, q.by_id))
        before[item.id] = item


def _rule(path: str, rule: Any, q: Questionnaire, scope: _Scope, depth: int = 0) -> Iterator[Fault]:
    if not isinstance(rule, list) or not rule or depth > 10:
        yield Fault(path, "not_a_rule", {})
    elif rule[0] in {"all", "any"} and len(rule) > 1:
        for number, part in enumerate(rule[1:], 1):
            yield from _rule(f"{path}[{number}]", part, q, scope, depth + 1)
    elif rule[0] == "not" and len(rule) == 2:
        yield from _rule(f"{path}[1]", rule[1], q, scope, depth + 1)
    elif rule[0] == "answered" and len(rule) == 2 and isinstance(rule[1], str):
        yield from _subject(path, rule[1], scope)
    elif rule[0] in {"==", "!=", "<=", ">=", "has"} and len(rule) == 3 and isinstance(rule[1], str):
        yield from _subject(path, rule[1], scope)
        yield from _comparison(path, rule, q, scope)
    else:
        yield Fault(path, "not_a_rule", {})


def _subject(path: str, name: str, scope: _Scope) -> Iterator[Fault]:
    if name in VARIABLES or name in scope.before:
        return
    code = "rule_looks_ahead" if name in scope.everywhere else "unknown_id"
    yield Fault(path, code, {"id": name})


_COMPARABLE = {
    "==": frozenset({"single", "rating", "number", "text", "date", "consent"}),
    "!=": frozenset({"single", "rating", "number", "text", "date", "consent"}),
    "<=": frozenset({"rating", "number", "date"}),
    ">=": frozenset({"rating", "number", "date"}),
    "has": frozenset({"multiple"}),
}


def _comparison(path: str, rule: Rule, q: Questionnaire, scope: _Scope) -> Iterator[Fault]:
    operator, name, value = rule
    item = scope.before.get(name)
    kind = item.type if item else VARIABLES.get(name)
    if kind is None:
        return
    if kind not in _COMPARABLE[operator]:
        yield Fault(path, "operator_does_not_fit", {"operator": operator, "id": name})
    elif not isinstance(value, str | int | float):
        yield Fault(path, "not_a_rule", {})
    elif item is not None and not _can_be(q, item, value):
        yield Fault(path, "rule_never_true", {"id": name, "value": str(value)})


def _can_be(q: Questionnaire, item: Item, value: str | float) -> bool:
    options: tuple[Option, ...] = item.options
    if item.type in CHOICES:
        return any(option.value == value for option in options)
    scale = q.scales.get(item.scale or "")
    if item.type == "rating":
        return scale is not None and any(point.value == value for point in scale.points)
    if item.type == "consent":
        return isinstance(value, bool)
    return isinstance(value, str) == (item.type in {"text", "date"}) and not isinstance(value, bool)
