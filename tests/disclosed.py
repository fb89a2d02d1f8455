"""A disclosure report of people with known values, as a release of a wave of the shipped questionnaire has it."""

from datetime import date
from functools import cache
from typing import Any

from surveyapp.anonymise import disclosure, reading
from surveyapp.anonymise.disclosure import Batch
from surveyapp.anonymise.profiles import partition
from surveyapp.engine import sheet
from surveyapp.services import reports
from surveyapp.services.reports import Entry, Source, Texts
from tests.anonymise.test_verifier import RULES, Q, clients, columns

TITLE = {"en": "Kuldīga 2010", "lv": "Kuldīga 2010", "et": "Kuldīga 2010", "ru": "Кулдига 2010", "uk": "Кулдіга 2010"}


@cache
def report(people: int = 178, withheld: int = 0) -> dict[str, Any]:
    """The report; one object for all tests."""
    settled = columns(clients(people, 3, RULES))
    everybody = reading.people(RULES, settled)
    views = partition(everybody, RULES.mode, RULES.k, RULES.public_k, RULES.alpha)
    batch = Batch(settled, settled, everybody)
    measures = {
        "analyst": disclosure.measures(RULES, batch, views.analyst),
        "public": disclosure.measures(RULES, batch, views.public),
    }
    shown = sheet.columns([*sheet.released_items(Q), *(Q.by_id[column.name] for column in RULES.quasi)])
    source = Source("kuldiga/2010", TITLE, Q, 1, "ab" * 32, "0.1", True, withheld, {"good": Texts(3, 2, 1, 4)})
    entry = Entry(1, date(2011, 1, 31), "")
    made = reports.report(source, entry, RULES, measures, sheet.codebook(Q, shown, Q.languages))
    return made | {"who_answered": {"channel": {"web": 150, "*": 28}, "age_band": {"a65_79": 100, "*": 78}}}
