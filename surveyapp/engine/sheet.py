"""Responses as coded columns, and the codebook that says what the codes mean.

Ids and codes never depend on a language. A multiple item has one 0/1 column per option. Texts, numbers, dates and
the own text of an option never get in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from surveyapp.engine.definition import Item, Option, Questionnaire

MISSING = {"skipped": -9, "dk": -8, "na": -7, "refused": -5}
NOT_SHOWN = -6
_NOT_SHOWN, _SKIPPED = str(NOT_SHOWN), str(MISSING["skipped"])
NO_ANSWER = frozenset(map(str, (*MISSING.values(), NOT_SHOWN)))
"""Codes of the ways of not answering, as they stand in a file."""
LABELS = {
    -9: {"lv": "nav atbildes", "et": "vastamata", "ru": "нет ответа", "en": "not answered", "uk": "немає відповіді"},
    -8: {"lv": "nezinu", "et": "ei tea", "ru": "не знаю", "en": "don't know", "uk": "не знаю"},
    -7: {"lv": "neattiecas", "et": "ei kohaldu", "ru": "не относится", "en": "not applicable", "uk": "не стосується"},
    -6: {"lv": "nav rādīts", "et": "ei näidatud", "ru": "не показано", "en": "not shown", "uk": "не показано"},
    -5: {"lv": "atteicās", "et": "keeldus", "ru": "отказ", "en": "refused", "uk": "відмова"},
}
"""Missing code -> what it means, for the codebook."""


class Column(NamedTuple):
    """A column of the sheet: an item, or one option of a multiple item."""

    id: str
    item: Item
    option: Option | None = None


def released_items(q: Questionnaire) -> tuple[Item, ...]:
    """Ratings, single and multiple items that the release block names as answers or as sensitive, in order."""
    release = q.release
    low = release.sensitive.low
    names = {*release.answers, *release.sensitive.any}
    if low == "all_criteria":
        names |= {item.id for item in q.items if item.criterion and item.type == "rating"}
    else:
        names |= set(low)
    return tuple(item for item in q.items if item.id in names and item.type in COLUMNS)


def columns(items: Sequence[Item]) -> tuple[Column, ...]:
    """The columns of these items, in their order."""
    return tuple(column for item in items for column in COLUMNS[item.type](item))


def row(sheet: Sequence[Column], answers: Mapping[str, Any]) -> list[str]:
    """One response as codes, in the order of the columns.

    What has no rule is shown to all but those who chose the simple version: for them it is "not answered", since
    "not shown" would tell who they are.
    """
    return [_code(item, option, answers.get(item.id)) for _, item, option in sheet]


def _code(item: Item, option: Option | None, value: Any) -> str:
    if value is None:
        return _SKIPPED if item.show_if is None else _NOT_SHOWN
    if isinstance(value, dict):  # and not Mapping: it is asked of every cell, and takes a tenth of the time
        if "missing" in value:
            return str(MISSING[value["missing"]])
        value = value["value"]
    if option is not None:
        return "1" if option.value in value else "0"
    return str(value)


def codebook(q: Questionnaire, sheet: Sequence[Column], languages: Sequence[str]) -> Iterator[dict[str, str]]:
    """Rows of the codebook: for each column one that names it (no code) and one for every code it can hold."""
    for column in sheet:
        yield _entry(column, languages, "", _column_label(column), missing=False)
        for code, label in _codes(q, column):
            yield _entry(column, languages, code, label, missing=False)
        for number, words in LABELS.items():
            yield _entry(column, languages, str(number), own_label(q, column.item, number) or words, missing=True)


def codebook_header(languages: Sequence[str]) -> list[str]:
    """Names of the codebook's fields."""
    return ["column", "item", "type", "code", *(f"label_{language}" for language in languages), "criterion", "missing"]


def _entry(
    column: Column, languages: Sequence[str], code: str, label: Mapping[str, str], *, missing: bool
) -> dict[str, str]:
    labels = {f"label_{language}": label.get(language, "") for language in languages}
    return {
        "column": column.id,
        "item": column.item.id,
        "type": column.item.type,
        "code": code,
        **labels,
        "criterion": column.item.criterion or "",
        "missing": "1" if missing else "0",
    }


def _column_label(column: Column) -> dict[str, str]:
    if column.option is None:
        return column.item.text
    option = column.option.label
    return {language: f"{text}: {option.get(language, '')}" for language, text in column.item.text.items()}


def _codes(q: Questionnaire, column: Column) -> Iterator[tuple[str, Mapping[str, str]]]:
    scale = q.scale_of(column.item)
    if column.option is not None:
        yield "0", {"lv": "nē", "et": "ei", "ru": "нет", "en": "no", "uk": "ні"}
        yield "1", {"lv": "jā", "et": "jah", "ru": "да", "en": "yes", "uk": "так"}
    elif scale is not None:
        yield from ((str(point.value), point.label) for point in scale.points)
    else:
        yield from ((option.value, option.label) for option in column.item.options)


def own_label(q: Questionnaire, item: Item, code: int) -> Mapping[str, str] | None:
    """How the questionnaire itself words a way of not answering."""
    return next((extra.label for extra in q.extras_of(item) if MISSING[extra.code] == code), None)


COLUMNS: dict[str, Callable[[Item], tuple[Column, ...]]] = {
    "single": lambda item: (Column(item.id, item),),
    "rating": lambda item: (Column(item.id, item),),
    "multiple": lambda item: tuple(Column(f"{item.id}__{option.value}", item, option) for option in item.options),
}
"""Item type -> its columns; a type that isn't here is never in a sheet."""
