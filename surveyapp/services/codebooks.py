"""The codebook of a release: what its columns and codes mean, in every language of the questionnaire."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from surveyapp.anonymise import columns
from surveyapp.anonymise.policy import PREFERS_NOT, Column, Policy
from surveyapp.engine import sheet
from surveyapp.engine.definition import Questionnaire
from surveyapp.store.programmes import Programme
from surveyapp.store.waves import Wave

Words = Mapping[str, str]
Row = dict[str, str]

_EVERYTHING: Words = {
    "lv": "nav norādīts, lai cilvēku nevarētu atpazīt",
    "et": "avaldamata, et inimest ei saaks ära tunda",
    "ru": "не указано, чтобы человека нельзя было узнать",
    "en": "not told, so that nobody can be recognised",
    "uk": "не вказано, щоб людину не можна було впізнати",
}
_GROUP: Words = {"lv": "grupa", "et": "rühm", "ru": "группа", "en": "group", "uk": "група"}
_KNOWN: Mapping[str, Words] = {
    "service": {"lv": "pakalpojums", "et": "teenus", "ru": "услуга", "en": "service", "uk": "послуга"},
    "unit": {"lv": "vieta", "et": "üksus", "ru": "подразделение", "en": "unit", "uk": "підрозділ"},
    "language": {"lv": "valoda", "et": "keel", "ru": "язык", "en": "language", "uk": "мова"},
    "channel": {"lv": "veids", "et": "kanal", "ru": "способ", "en": "channel", "uk": "спосіб"},
    "variant": {"lv": "variants", "et": "variant", "ru": "вариант", "en": "version", "uk": "варіант"},
}
"""What is known of a response beside its answers."""


def codebook(session: Session, wave: Wave, q: Questionnaire, policy: Policy) -> tuple[Row, ...]:
    """Rows as in codebook.csv: labels of every column of a release, coarser levels and ``*`` included."""
    services = session.get_one(Programme, (wave.org_id, wave.programme_id)).services
    kept = [column for column in sheet.columns(sheet.released_items(q)) if column.id in policy.answers]
    return (*_quasi(q, policy, services), *sheet.codebook(q, kept, q.languages))


def for_report(policy: Policy, book: Sequence[Row]) -> Iterator[Row]:
    """The same, with the coarser labels also under the column that they coarsen."""
    yield from book
    for quasi, (*coarser, _) in columns.levels(policy).items():
        yield from ({**row, "column": quasi} for row in book if row["column"] in coarser and row["code"])


def _quasi(q: Questionnaire, policy: Policy, services: Mapping[str, Any]) -> Iterator[Row]:
    levels = columns.levels(policy)
    for column in policy.quasi:
        *coarser, _ = levels[column.name]
        leaves = _leaves(q, column, services)
        for name, held in zip(levels[column.name], columns.codes(column), strict=True):
            item = q.by_id.get(column.name)
            about = {"column": name, "item": column.name if item else "", "type": item.type if item else "single"}
            about |= {"criterion": ""}
            title = item.text if item else _KNOWN.get(column.name, {})
            yield _row(q, about, "", _grouped(title) if name in coarser else title)
            extra = [PREFERS_NOT] if PREFERS_NOT in leaves else []
            for code in (*(held or leaves), *(each for each in extra if each not in held and held)):
                yield _row(q, about, code, leaves.get(code, {}))
            yield _row(q, about, columns.EVERYTHING, _EVERYTHING)
            for number, words in sheet.LABELS.items():
                yield {**_row(q, about, str(number), words), "missing": "1"}


def _leaves(q: Questionnaire, column: Column, services: Mapping[str, Any]) -> dict[str, Words]:
    if column.name == "service":
        return {name: service["name"] for name, service in services.items()}
    item = q.by_id.get(column.name)
    return {option.value: option.label for option in item.options} if item else {}


def _grouped(title: Words) -> dict[str, str]:
    return {language: f"{words} ({_GROUP.get(language, _GROUP['en'])})" for language, words in title.items()}


def _row(q: Questionnaire, about: Row, code: str, words: Words) -> Row:
    """A code without words stands for itself."""
    labels = {f"label_{language}": words.get(language) or code or about["column"] for language in q.languages}
    return {**about, "code": code, **labels, "missing": "0"}
