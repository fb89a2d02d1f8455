"""Questions that are sensitive as such, from the questionnaire to the report: in no group do nearly all choose the same answer."""

import json
from collections import Counter

import pytest

from surveyapp.anonymise import writing
from surveyapp.engine.definition import Questionnaire
from surveyapp.reports_in_words import pages
from surveyapp.services import frozen, releasing, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.models import Release
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, open_wave, refused, tiny

WAVE = "town/2010"
ITEM = """\
      - id: health
        type: single
        text: {en: "How is your health?", lv: "Kā ar veselību?"}
        options: [{value: ill, en: Ill, lv: Slikti}, {value: well, en: Well, lv: Labi}]
      - id: words
"""
PORT = (
    "{value: farm, en: Farm, lv: Lauki}",
    "{value: farm, en: Farm, lv: Lauki}\n          - {value: port, en: Port, lv: Osta}",
)
EACH, ILL, MONEY = 40, {"town": 39, "farm": 34, "port": 35}, {"town": 0, "farm": 0, "port": 36}
"""People of each place, those of them who are ill (90 % of all), and those who used money."""

CAPPED = "sensitive: {low: [how], any: [health, what]}\n  answers: []"
NAIVE = "sensitive: {low: [how]}\n  answers: [health, what]"
DECLARED = "sensitive: {low: [how]}\n  answers: [what]"


def asked(release: str) -> Questionnaire:
    return tiny("tiny", PORT, ("      - id: words\n", ITEM), (DECLARED, release))


def settled(sessions: Sessions, q: Questionnaire) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session, q, WAVE)
        for number in range(3 * EACH):
            place, person = list(ILL)[number // EACH], number % EACH
            answers = {
                "how": 3,
                "what": ["money"] if person < MONEY[place] else ["help"] if person % 2 else ["other"],
                "where": place,
                "health": "ill" if person < ILL[place] else "well",
            }
            submission = responses.Submission(key=number.to_bytes(16), answers=answers, language="lv")
            responses.accept_submission(session, collecting, submission)
    assert close_and_settle(sessions, collecting).responses == 3 * EACH


def made(sessions: Sessions) -> Release:
    return releasing.make(sessions, WAVE, OPERATOR, Shell(lambda report: {}), "public")


def worst(sessions: Sessions, release: Release, column: str, code: str) -> tuple[Counter[str], float]:
    """People by the place that the analysts' file tells, and the largest share of them who gave an answer, of those who gave one."""
    with sessions.reading(release.org_id) as session:
        header, *lines = frozen.lines(session, release, frozen.RESPONSES)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    people = Counter(row["where"] for row in rows)
    valid = Counter(row["where"] for row in rows if not row[column].startswith("-"))
    gave = Counter(row["where"] for row in rows if row[column] == code)
    return people, max(gave[place] / valid[place] for place in valid)


def test_no_group_is_shown_in_which_nearly_all_give_one_answer(sessions: Sessions) -> None:
    """Nine in ten of all people are ill, so that no group could stay under 80 %: the limit is halfway to everybody, and the report says so."""
    settled(sessions, asked(CAPPED))
    release = made(sessions)
    shown = Counter({"farm": EACH, "*": 2 * EACH})
    assert worst(sessions, release, "health", "ill") == (shown, 74 / 80)
    assert worst(sessions, release, "what__money", "1")[1] <= 0.8
    with sessions.reading(release.org_id) as session:
        report = json.loads(frozen.content(session, release, frozen.REPORT))
    for profile in ("analyst", "public"):
        of = {(each["column"], *each["values"]): each for each in report["profiles"][profile]["alike"]}
        ill = of["health", "ill"]
        assert (ill["overall"], ill["largest"], ill["limit"], ill["relaxed"]) == (0.9, 0.925, 0.95, True)
        assert [each["limit"] for each in of.values() if not each["relaxed"]] == [0.8] * 5
        assert of.keys() == {
            ("how", "1"),
            ("health", "ill"),
            ("health", "well"),
            *((f"what__{each}", "1") for each in ("help", "money", "other")),
        }
    assert report["verified"]
    page = pages(report, ("en",))["en"].decode()
    named = [
        line for line in page.splitlines() if "more than usual, since so many of all people answered like this" in line
    ]
    assert len(named) == 1
    assert "How is your health? – Ill" in named[0]
    assert "allowed: 95%" in named[0]


def test_without_that_declaration_nearly_all_of_a_place_are_told_to_be_ill(sessions: Sessions) -> None:
    settled(sessions, asked(NAIVE))
    release = made(sessions)
    assert worst(sessions, release, "health", "ill") == (Counter(dict.fromkeys(ILL, EACH)), 39 / 40)
    assert worst(sessions, release, "what__money", "1")[1] == 36 / 40


def test_a_file_that_shows_such_a_group_is_never_frozen(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """A faulty writer tells where everybody lives."""
    right = writing.rows
    monkeypatch.setattr(
        writing, "rows", lambda policy, sheet, shown: right(policy, sheet, [(place,) for place in sheet["where"]])
    )
    settled(sessions, asked(CAPPED))
    assert "over_alpha (2)" in refused("verification_failed", made, sessions).values["found"]
