"""A release in memory, as formats get it: the shipped questionnaire, answered by people with known values."""

import random
from collections.abc import Iterator, Sequence
from datetime import date

from surveyapp.engine import codebook, sheet
from surveyapp.engine.definition import Questionnaire
from surveyapp.formats.data import Data
from tests.engine.library import library

DAY = date(2011, 1, 31)
CLIENTS = library("client_satisfaction_10")
QUASI = ("service_group", "service_group_group", "age_band", "age_band_group", "gender")


def release(people: int = 40, q: Questionnaire = CLIENTS, quasi: Sequence[str] = QUASI, **other: object) -> Data:
    """The analysts' rows: every code of every column occurs where there are enough people."""
    answers = [column.id for column in sheet.columns(sheet.released_items(q))]
    columns = (*quasi, *answers)
    book = tuple(codebook.entries(q, columns, {}))
    codes = [[row["code"] for row in book if row["column"] == name and row["code"]] for name in columns]

    def rows() -> Iterator[list[str]]:
        chance = random.Random(1)
        for person in range(people):
            yield [of[person % len(of)] if person < 20 else chance.choice(of) for of in codes]

    made = Data(
        name="kuldiga-2010",
        titles={language: f"Kuldīga 2010 ({language})" for language in q.languages},
        day=DAY,
        languages=q.languages,
        columns=columns,
        codebook=book,
        rows=rows,
        size=people,
        profile="analyst",
        synthetic=True,
        report=b'{"k": 5, "share": 0.8, "verified": true, "sets": [["age_band"], []]}',
        report_pages={language: f"<!doctype html><title>{language}</title>".encode() for language in q.languages},
        texts={
            "improve": [
                ("language", "text"),
                ("lv", "Vairāk laika, lūdzu."),
                ("ru", "Больше времени – и тишины; «спасибо»"),
            ]
        },
    )
    return made._replace(**other)
