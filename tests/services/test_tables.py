"""Public tables: sums of whole groups, with as much told as there are people for it."""

from collections.abc import Iterator

from surveyapp.engine.codebook import EVERYTHING
from surveyapp.services.tables import coverage, lines, read, together, total

HEADER = ["service_group", "service", "column", "code", "n"]
CARE, HELP, SUPPORT = ("care", EVERYTHING), ("care", "home_care"), ("support", EVERYTHING)
REST = (EVERYTHING, EVERYTHING)
ROWS = [
    (*CARE, "r01", "5", 20),
    (*CARE, "r01", "1", 10),
    (*CARE, "r01", "-9", 5),
    (*HELP, "r01", "5", 30),
    (*SUPPORT, "r01", "4", 8),
    (*SUPPORT, "r01", "-9", 40),
    (*CARE, "knows__web", "1", 12),
    (*CARE, "knows__web", "0", 23),
]


def file(*rows: tuple[object, ...]) -> Iterator[list[str]]:
    return iter([HEADER, *([str(cell) for cell in row] for row in rows)])


def test_everybody_together_is_one_line_with_a_mean() -> None:
    found = read(file(*ROWS))
    (line,) = lines(found, "r01", None)
    assert (line.tier, line.n, dict(line.counts)) == ("full", 68, {"5": 50, "1": 10, "4": 8})
    assert line.mean == (250 + 10 + 32) / 68
    assert total(found) == 113


def test_a_group_with_few_valid_answers_is_hidden_and_takes_another_with_it() -> None:
    """Of 48 people in support only 8 have answered: 8 counts, not 48. What is left would tell the 8."""
    care, support, rest = lines(read(file(*ROWS)), "r01", "service_group")
    assert [(each.label, each.tier, each.n, dict(each.counts)) for each in (care, support)] == [
        ("care", "hidden", 0, {}),
        ("support", "hidden", 0, {}),
    ]
    assert (rest.label, rest.n) == (EVERYTHING, 68)


def test_a_coarser_label_less_its_finer_ones_does_not_tell_what_is_hidden() -> None:
    """Of "care" 38 have answered, 30 of them at home: those who are told of no finer than "care" are the other 8."""
    few = [
        *(row for row in ROWS if row[2] == "r01" and row[:2] == HELP),
        (*CARE, "r01", "4", 8),
        (*SUPPORT, "r01", "4", 20),
    ]
    found = read(file(*few))
    for by in ("service_group", "service"):
        assert {line.label: line.n for line in lines(found, "r01", by) if line.n} == {EVERYTHING: 58}


def test_a_coarser_label_tells_of_all_under_it() -> None:
    enough = [row if row[3] != "4" else (*row[:4], 12) for row in ROWS]
    by_group = {line.label: line for line in lines(read(file(*enough)), "r01", "service_group")}
    assert dict(by_group["care"].counts) == {"5": 50, "1": 10}
    assert by_group["support"].mean is None
    assert by_group["support"].tier == "counts"


def test_coverage_is_the_share_of_people_of_whom_a_label_is_told() -> None:
    found = read(file(*ROWS))
    assert coverage(found, "service_group") == 1
    assert coverage(found, "service") == 30 / 113
    assert [line.label for line in lines(found, "r01", "service")] == ["home_care", EVERYTHING]


def test_newer_files_say_how_many_people_each_group_has() -> None:
    """Nobody in support is told of: their answers are counted under ``*``, which makes them no more people there."""
    people = [(*CARE, "*", "*", 35), (*SUPPORT, "*", "*", 48), (*REST, "*", "*", 12)]
    found = read(file(*people, (*CARE, "r01", "5", 30), (*CARE, "r01", "-9", 5), (*REST, "r01", "5", 20)))
    assert total(found) == 95
    assert coverage(found, "service_group") == 83 / 95
    assert [(line.label, line.tier, line.n) for line in lines(found, "r01", "service_group")] == [
        ("care", "hidden", 0),
        ("support", "hidden", 0),
        (EVERYTHING, "full", 50),
    ]


def test_batches_add_up() -> None:
    once = read(file(*ROWS))
    assert lines(together([once, once]), "r01", None)[0].n == 136
    assert lines(together([once, once]), "r01", None)[0].mean == lines(once, "r01", None)[0].mean
    assert total(once) == 113


def test_a_question_nobody_was_asked_has_nothing_to_show() -> None:
    (line,) = lines(read(file(*ROWS)), "r99", None)
    assert (line.tier, line.n, line.mean) == ("hidden", 0, None)
