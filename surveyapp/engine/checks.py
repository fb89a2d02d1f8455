"""Is a stored value a possible answer to its item? One check per item type, the same for every channel."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from surveyapp.engine.cleaning import Flaw, clean_text
from surveyapp.engine.definition import Item, Questionnaire

FIRST_YEAR, LAST_YEAR = 1900, 2100
EXACT_DIGITS = 15
"""So many a number keeps as they were typed, decimals among them."""

LARGEST = 10**EXACT_DIGITS
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Problem(NamedTuple):
    """Why something can't be an answer. ``part`` names the one of several fields that is meant."""

    item: str
    code: str
    values: Mapping[str, Any]
    part: str | None = None


def check(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    """None when the value may be stored for the item, else the reason. Takes any JSON value whatever."""
    if isinstance(value, Mapping) and "missing" in value:
        return _check_missing(q, item, value)
    return CHECKS[item.type](q, item, value)


def extra_codes(q: Questionnaire, item: Item) -> frozenset[str]:
    """Codes of the ways of not answering that are offered, in either wording variant."""
    return frozenset(extra.code for variant in ("standard", "easy") for extra in q.extras_of(item, variant))


def _check_missing(q: Questionnaire, item: Item, value: Mapping[str, Any]) -> Problem | None:
    code = value.get("missing")
    if set(value) == {"missing"} and isinstance(code, str):
        if code in extra_codes(q, item):
            return None
        if code == "skipped":
            return Problem(item.id, "required", {}) if item.required else None
    return Problem(item.id, "not_offered", {})


def _check_single(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    options = {option.value: option for option in item.options}
    chosen = value
    if isinstance(value, Mapping):
        chosen = value.get("value")
        if flaw := _own_text_flaw(item, value, [chosen]):
            return flaw
    if not isinstance(chosen, str) or chosen not in options:
        return Problem(item.id, "not_offered", {})
    return None


def _check_multiple(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    chosen = value.get("value") if isinstance(value, Mapping) else value
    order = [option.value for option in item.options]
    if not isinstance(chosen, list) or not chosen or not all(isinstance(each, str) for each in chosen):
        return Problem(item.id, "not_offered", {})
    if [each for each in order if each in chosen] != chosen:
        return Problem(item.id, "not_offered", {})
    if isinstance(value, Mapping) and (flaw := _own_text_flaw(item, value, chosen)):
        return flaw
    return _check_choices(item, chosen)


def _check_choices(item: Item, chosen: list[str]) -> Problem | None:
    alone = next((option for option in item.options if option.exclusive and option.value in chosen), None)
    if alone and len(chosen) > 1:
        return Problem(item.id, "excludes_others", {"option": alone.label})
    if item.max_choices is not None and len(chosen) > item.max_choices:
        return Problem(item.id, "too_many_choices", {"limit": item.max_choices, "chosen": len(chosen)})
    if len(chosen) < item.min_choices and not alone:
        return Problem(item.id, "too_few_choices", {"limit": item.min_choices, "chosen": len(chosen)})
    return None


def _own_text_flaw(item: Item, value: Mapping[str, Any], chosen: list[Any]) -> Problem | None:
    writable = any(option.own_text and option.value in chosen for option in item.options)
    text = value.get("text")
    if set(value) != {"value", "text"} or not writable or not isinstance(text, str) or not text.strip():
        return Problem(item.id, "not_offered", {})
    return _text_flaw(item, text, "text")


def _check_rating(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    scale = q.scale_of(item)
    whole = isinstance(value, int) and not isinstance(value, bool)
    if scale and whole and any(point.value == value for point in scale.points):
        return None
    return Problem(item.id, "not_offered", {})


def _check_number(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return Problem(item.id, "not_a_number", {})
    if abs(value) >= LARGEST:
        return Problem(item.id, "number_too_large", {})
    if round(value, item.decimals) != value:
        return too_fine(item)
    return _check_bounds(item, value, "number")


def too_fine(item: Item) -> Problem:
    """The number has more decimals than the item takes."""
    return Problem(item.id, "too_many_decimals" if item.decimals else "not_whole", {"decimals": item.decimals})


def _check_bounds(item: Item, value: Any, kind: str) -> Problem | None:
    low, high = item.minimum, item.maximum
    bounds = {"minimum": low, "maximum": high}
    if low is not None and high is not None and not low <= value <= high:
        return Problem(item.id, f"{kind}_out_of_range", bounds)
    if low is not None and value < low:
        return Problem(item.id, f"{kind}_too_low", bounds)
    if high is not None and value > high:
        return Problem(item.id, f"{kind}_too_high", bounds)
    return None


def _check_text(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    if not isinstance(value, str) or not value.strip():
        return Problem(item.id, "not_offered", {})
    return _text_flaw(item, value)


def _text_flaw(item: Item, text: str, part: str | None = None) -> Problem | None:
    cleaned = clean_text(text, item.max_length)
    if isinstance(cleaned, Flaw):
        return Problem(item.id, cleaned.code, cleaned.values, part)
    return None if cleaned == text else Problem(item.id, "not_offered", {}, part)


def _check_date(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        return Problem(item.id, "not_a_date", {}, "day")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return Problem(item.id, "no_such_day", {}, "day")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Problem(item.id, "year_out_of_range", {"first": FIRST_YEAR, "last": LAST_YEAR}, "year")
    return _check_bounds(item, value, "date")


def _check_consent(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    if not isinstance(value, bool):
        return Problem(item.id, "not_offered", {})
    return Problem(item.id, "agreement_needed", {}) if item.required and not value else None


def _check_note(q: Questionnaire, item: Item, value: Any) -> Problem | None:
    return Problem(item.id, "not_offered", {})


CHECKS: dict[str, Callable[[Questionnaire, Item, Any], Problem | None]] = {
    "single": _check_single,
    "multiple": _check_multiple,
    "rating": _check_rating,
    "number": _check_number,
    "text": _check_text,
    "date": _check_date,
    "consent": _check_consent,
    "note": _check_note,
}
"""Item type -> check of a stored value."""
