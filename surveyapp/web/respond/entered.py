"""What stands in the fields of a question: the way back from an answer to what was posted."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from surveyapp.engine.definition import Item

DATE_PARTS = ("day", "month", "year")
DECIMAL_COMMA = frozenset({"et", "lv", "ru", "uk"})

Answers = Mapping[str, Any]


def entered(item: Item, answers: Answers, language: str) -> Mapping[str, Sequence[str]]:
    """Field name -> values as they stand in the form: what was typed and could not be read, else the answer."""
    typed = (answers.get("typed") or {}).get(item.id)
    if typed is not None:
        return {name: [value] if isinstance(value, str) else value for name, value in typed.items()}
    answer = answers.get(item.id)
    if answer is None:
        return {}
    if not isinstance(answer, Mapping):
        return _posted(item, answer, language)
    if "missing" in answer:
        ticked = f"missing:{answer['missing']}"
        return {item.id: ["", ticked] if item.type in {"number", "text"} else [ticked]}
    return {**_posted(item, answer["value"], language), f"{item.id}__text": [answer.get("text", "")]}


def _posted(item: Item, value: Any, language: str) -> Mapping[str, Sequence[str]]:
    """The fields that would be posted for a stored value."""
    if item.type == "date":
        year, month, day = str(value).split("-")
        numbers = zip(DATE_PARTS, (day, month, year), strict=True)
        return {f"{item.id}__{part}": [str(int(number))] for part, number in numbers}
    if item.type == "consent":
        return {item.id: ["yes" if value else "no"]}
    if isinstance(value, list):
        return {item.id: value}
    if isinstance(value, float):
        digits = f"{Decimal(str(value)):f}"  # never 1e-05, which nobody can post again
        return {item.id: [digits.replace(".", ",") if language in DECIMAL_COMMA else digits]}
    return {item.id: [str(value)]}
