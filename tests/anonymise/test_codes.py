"""Columns of codes: what a list of them would say, in a quarter of the room."""

import tracemalloc

from surveyapp.anonymise.codes import Codes

PEOPLE = 50_000


def column(codes: list[str]) -> Codes:
    made = Codes()
    for code in codes:
        made.append(code)
    return made


def test_a_column_says_what_a_list_would_say() -> None:
    codes = [["5", "4", "-9", "home_care"][person % 4] for person in range(40)]
    made = column(codes)
    assert list(made) == codes
    assert [made[place] for place in (0, 3, -1)] == ["5", "home_care", "home_care"]
    assert list(made[1:4]) == ["4", "-9", "home_care"]
    assert list(made.arranged(range(39, -1, -1))) == codes[::-1]
    assert list(made) == codes, "arranging makes another column"


def test_a_person_takes_two_bytes() -> None:
    tracemalloc.start()
    made = column(["1", "2"] * (PEOPLE // 2))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(made) == PEOPLE
    assert held < 3 * PEOPLE
