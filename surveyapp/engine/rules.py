"""Show-if rules: small JSON arrays over the answers before them. A few lines of JavaScript run the same vectors."""

from collections.abc import Callable, Mapping
from typing import Any

Known = Mapping[str, Any]
"""Item id or variable -> stored value, for what is known at this point of the questionnaire."""

COMPARISONS = frozenset({"==", "!=", "<=", ">=", "has"})
JOINS = frozenset({"all", "any"})


def holds(rule: Any, known: Known) -> bool:
    """The rule is true of what is known.

    A comparison with an absent or missing answer is false, "!=" too; anything that isn't a rule is false.
    """
    if not isinstance(rule, list) or not rule or not isinstance(rule[0], str):
        return False
    operator = _OPERATORS.get(rule[0])
    return operator is not None and operator(rule[1:], known)


def mentioned(rule: Any) -> frozenset[str]:
    """Ids of all items and variables the rule asks about."""
    if not isinstance(rule, list) or len(rule) < 2 or not isinstance(rule[0], str):
        return frozenset()
    if rule[0] in JOINS or rule[0] == "not":
        return frozenset().union(*(mentioned(part) for part in rule[1:]))
    return frozenset({rule[1]}) if isinstance(rule[1], str) else frozenset()


def plain(value: Any) -> Any:
    """A stored value without its own text; None where the answer is missing or absent."""
    if isinstance(value, Mapping):
        return value.get("value")
    return value


def _same(given: Any, wanted: Any) -> bool:
    """Equal, and of the same JSON type: true is not 1, and "1" is not 1."""
    if isinstance(given, bool) or isinstance(wanted, bool):
        return given is wanted
    if isinstance(given, int | float) and isinstance(wanted, int | float):
        return given == wanted
    return isinstance(given, str) and isinstance(wanted, str) and given == wanted


def _ordered(given: Any, wanted: Any) -> bool:
    """Two numbers, or two dates as text."""
    if isinstance(given, bool) or isinstance(wanted, bool):
        return False
    return (isinstance(given, int | float) and isinstance(wanted, int | float)) or (
        isinstance(given, str) and isinstance(wanted, str)
    )


def _comparison(test: Callable[[Any, Any], bool]) -> Callable[[list[Any], Known], bool]:
    def compare(parts: list[Any], known: Known) -> bool:
        if len(parts) != 2 or not isinstance(parts[0], str):
            return False
        given = plain(known.get(parts[0]))
        return given is not None and test(given, parts[1])

    return compare


def _answered(parts: list[Any], known: Known) -> bool:
    return len(parts) == 1 and isinstance(parts[0], str) and plain(known.get(parts[0])) is not None


_OPERATORS: dict[str, Callable[[list[Any], Known], bool]] = {
    "==": _comparison(_same),
    "!=": _comparison(lambda given, wanted: not isinstance(given, list) and not _same(given, wanted)),
    "<=": _comparison(lambda given, wanted: _ordered(given, wanted) and given <= wanted),
    ">=": _comparison(lambda given, wanted: _ordered(given, wanted) and given >= wanted),
    "has": _comparison(lambda given, wanted: isinstance(given, list) and any(_same(each, wanted) for each in given)),
    "answered": _answered,
    "all": lambda parts, known: all(holds(part, known) for part in parts),
    "any": lambda parts, known: any(holds(part, known) for part in parts),
    "not": lambda parts, known: len(parts) == 1 and isinstance(parts[0], list) and not holds(parts[0], known),
}
