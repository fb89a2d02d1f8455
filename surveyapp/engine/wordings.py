"""Every text is there, in every declared language, with the same placeholders."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from surveyapp.engine.cleaning import Flaw, clean_text
from surveyapp.engine.definition import LANGUAGES, PLACEHOLDERS, Media, Questionnaire, Wording
from surveyapp.engine.faults import Fault

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_LONGEST = 20_000
_NOT_WORDS = frozenset({"review_status", "scales", "notices"})
_QUESTION = re.compile(r"\?\s*$")


def wording_faults(q: Questionnaire) -> Iterator[Fault]:
    """Every wording that misses a language or says something else in one of them."""
    if not q.languages or q.source_language not in q.languages or len(set(q.languages)) != len(q.languages):
        yield Fault("$.languages", "no_language", {})
    for language in sorted(set(q.languages) - LANGUAGES):
        yield Fault("$.languages", "language_not_spoken", {"language": language})
    for path, wording in wordings(q):
        yield from _wording(q, path, wording)


def wordings(q: Questionnaire) -> Iterator[tuple[str, Wording]]:
    """Every wording that says anything, with its path; addresses of media files are none."""
    yield from _of_struct("$", q)


def _of_struct(path: str, part: msgspec.Struct) -> Iterator[tuple[str, Wording]]:
    if isinstance(part, Media):
        yield from ((f"{path}.{name}", words) for name in ("picture_text",) if (words := getattr(part, name)))
        return
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if isinstance(value, dict) and name in {"scales", "notices", "labels"}:
            for key, inner in value.items():
                yield from _of_value(f"{path}.{name}.{key}", inner)
        elif name not in _NOT_WORDS:
            yield from _of_value(f"{path}.{name}", value)


def _of_value(path: str, value: Any) -> Iterator[tuple[str, Wording]]:
    if isinstance(value, msgspec.Struct):
        yield from _of_struct(path, value)
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _of_value(f"{path}[{number}]", each)
    elif isinstance(value, dict) and (value or path == "$.title" or path.rpartition(".")[2] in {"text", "label"}):
        yield path, value


def _wording(q: Questionnaire, path: str, wording: Wording) -> Iterator[Fault]:
    missing = [language for language in q.languages if not wording.get(language, "").strip()]
    if missing:
        yield Fault(path, "missing_wording", {"languages": ", ".join(missing)})
    for language in sorted(set(wording) - set(q.languages)):
        yield Fault(path, "undeclared_language", {"language": language})
    for text in wording.values():
        if isinstance(clean_text(text, _LONGEST), Flaw):
            yield Fault(path, "unstorable_text", {})
    source = wording.get(q.source_language, "")
    for name in sorted(set(_PLACEHOLDER.findall(source)) - PLACEHOLDERS):
        yield Fault(path, "unknown_placeholder", {"name": name})
    for language in q.languages:
        if language not in missing and q.source_language not in missing:
            yield from _compared(path, q.source_language, source, language, wording[language])


def _compared(path: str, source_language: str, source: str, language: str, text: str) -> Iterator[Fault]:
    pair = {"source": source_language, "language": language}
    if sorted(_PLACEHOLDER.findall(source)) != sorted(_PLACEHOLDER.findall(text)):
        yield Fault(path, "other_placeholders", pair)
    if bool(_QUESTION.search(source)) != bool(_QUESTION.search(text)):
        yield Fault(path, "other_question_marks", pair)
