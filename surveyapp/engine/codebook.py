"""What every column of a release is called and what its codes mean, in all languages of the questionnaire."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from surveyapp.engine import sheet
from surveyapp.engine.column_words import ANY_ANSWER, CODES, COLUMNS, IN_GROUPS, NOT_SHOWN, PEOPLE
from surveyapp.engine.definition import Quasi, Questionnaire, Wording

EVERYTHING = "*"
"""The label that stands for all others."""

NO_VALUE = sheet.NO_ANSWER | {EVERYTHING}
"""Codes that no figure is made of."""

GROUP = "_group"
_PLAIN = {"id": "count", "column": "name", "code": "name", "n": "count"}
"""Columns that anything may stand in -> their type."""

Names = Mapping[str, Mapping[str, Wording]]
Entry = dict[str, str]


def coarser(column: str, level: int = 1) -> str:
    """The column that holds the coarser level of another: ``service_group`` beside ``service``, then ``_group2``."""
    return f"{column}{GROUP}{'' if level == 1 else level}"


def entries(q: Questionnaire, columns: Sequence[str], names: Names) -> Iterator[Entry]:
    """Rows of the codebook for these columns: one that names it (code ``""``) and one for every code it can hold.

    Columns are answers, those that tell people apart and their coarser levels, and the three of the public's tables.
    ``names``: column -> code -> words, of what no questionnaire knows: services and their groups, units.
    """
    answers = {column.id: column for column in sheet.columns(sheet.released_items(q))}
    quasi = {coarser(each.column, level): (each, level) for each in q.release.quasi for level in range(1, _depth(each))}
    quasi |= {each.column: (each, 0) for each in q.release.quasi}
    for name in columns:
        if name in quasi:
            yield from _quasi(q, name, *quasi[name], names)
        elif name in answers:
            yield from sheet.codebook(q, [answers[name]], q.languages)
        else:
            yield _entry(q, name, "", COLUMNS.get(name, {}), _PLAIN.get(name, "single"))


def of_tables(q: Questionnaire, columns: Sequence[str], names: Names) -> Iterator[Entry]:
    """The same for the public's tables: their own columns, then everything that is counted in them, people first."""
    answers = [column.id for column in sheet.columns(sheet.released_items(q))]
    yield from entries(q, columns, names)
    yield _entry(q, EVERYTHING, "", PEOPLE)
    yield _entry(q, EVERYTHING, EVERYTHING, ANY_ANSWER)
    yield from entries(q, [each for each in answers if each not in columns], names)


def hierarchies(columns: Sequence[str]) -> list[slice]:
    """Which columns of labels tell of one thing, the coarsest first: where they stand."""
    found, start = [], 0
    for end, name in enumerate(columns, 1):
        behind = columns[end:]
        if all(name != coarser(each, level) for each in behind for level in range(1, len(behind) + 1)):
            found.append(slice(start, end))
            start = end
    return found


def _depth(quasi: Quasi) -> int:
    """How many levels of labels there are below ``*``."""
    if isinstance(quasi.hierarchy, tuple):
        return len(quasi.hierarchy[0])
    return 2 if quasi.hierarchy else 1


def _quasi(q: Questionnaire, name: str, quasi: Quasi, level: int, names: Names) -> Iterator[Entry]:
    column = quasi.column
    item = q.by_id.get(column)
    words = dict(item.text if item else COLUMNS.get(column, {}))
    if level:
        words = {language: f"{text} ({IN_GROUPS.get(language, '')})" for language, text in words.items()}
    yield _entry(q, name, "", words)
    labels = {**CODES.get(column, {}), **names.get(column, {}), **quasi.labels}
    labels |= {option.value: option.label for option in item.options} if item else {}
    for code in _codes(quasi, level, labels, tuple(option.value for option in item.options) if item else ()):
        yield _entry(q, name, code, labels.get(code, {}))
    for number, said in sheet.LABELS.items():
        own = sheet.own_label(q, item, number) if item else None
        yield _entry(q, name, str(number), own or said)
    yield _entry(q, name, EVERYTHING, NOT_SHOWN)


def _codes(quasi: Quasi, level: int, labels: Mapping[str, Wording], options: Sequence[str]) -> list[str]:
    """Finest first; what lies beside the tree, like 'prefer not to say', after it."""
    if not isinstance(quasi.hierarchy, tuple):
        return list(dict.fromkeys((*options, *labels)))
    levels = (dict.fromkeys(row[number] for row in quasi.hierarchy) for number in range(level, len(quasi.hierarchy[0])))
    leaves = {row[0] for row in quasi.hierarchy}
    return list(dict.fromkeys(chain(*levels, (option for option in options if option not in leaves))))


def _entry(q: Questionnaire, column: str, code: str, words: Mapping[str, str], kind: str = "single") -> Entry:
    labels = {f"label_{language}": words.get(language) or code or column for language in q.languages}
    item = column if column in q.by_id else ""
    missing = "1" if code in NO_VALUE else "0"
    return {"column": column, "item": item, "type": kind, "code": code, **labels, "criterion": "", "missing": missing}
