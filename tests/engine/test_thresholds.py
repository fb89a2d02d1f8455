"""How much a table may say: the numbers of the promise, and that nothing hidden can be had by subtraction."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.engine.thresholds import Labels, counted_under, fewest_of, may_tell_mean, tier

REST = ("*", "*")
HOME, DAY, CARE = ("care", "home_care"), ("care", "day_centre"), ("care", "*")
FOOD, MONEY = ("help", "food"), ("help", "money")


def counted(sizes: dict[Labels, int], *heights: int) -> dict[Labels, int]:
    """How many answers are told under which labels."""
    found = Counter[Labels]()
    for group, labels in counted_under(heights, sizes).items():
        found[labels] += sizes[group]
    return dict(found)


def test_the_steps_are_where_the_promise_has_them() -> None:
    at = {n: tier(n) for n in (0, 4, 5, 9, 10, 29, 30, 1000)}
    assert at == {
        0: "hidden",
        4: "hidden",
        5: "overall",
        9: "overall",
        10: "counts",
        29: "counts",
        30: "full",
        1000: "full",
    }


def test_where_more_people_are_promised_more_must_have_answered() -> None:
    sizes: dict[Labels, int] = {("care",): 15, ("food",): 16, ("money",): 40}
    assert (fewest_of(5), fewest_of(16)) == (10, 16)
    assert counted_under([1], sizes) == {group: group for group in sizes}
    assert counted_under([1], sizes, 16) == {("care",): ("*",), ("food",): ("*",), ("money",): ("money",)}
    assert counted_under([1], sizes, 72) == {}


def test_where_enough_have_answered_everything_stands_as_it_is() -> None:
    sizes = {HOME: 10, DAY: 30, REST: 12}
    assert counted(sizes, 2) == sizes


def test_a_lone_hidden_group_takes_the_next_smallest_with_it() -> None:
    """All 100 are known, so 100 - 60 - 33 would tell the 7."""
    assert counted({("care",): 60, ("support",): 33, ("other",): 7}, 1) == {("care",): 60, ("*",): 40}
    assert counted({("care",): 60, ("other",): 6, ("rest",): 7}, 1) == {("care",): 60, ("*",): 13}


def test_what_is_hidden_is_never_of_too_few_together() -> None:
    assert counted({("care",): 60, ("support",): 20, ("other",): 4, ("rest",): 5}, 1) == {("care",): 60, ("*",): 29}


def test_a_coarser_label_less_its_finer_ones_does_not_tell_the_hidden_one() -> None:
    """Of "care" no more is told than of what stands under it, and where a sibling is hidden another is, too."""
    assert counted({HOME: 60, DAY: 7, FOOD: 40, MONEY: 50, REST: 20}, 2) == {HOME: 60, MONEY: 50, REST: 67}
    assert counted({HOME: 60, DAY: 7, CARE: 15, FOOD: 40}, 2) == {HOME: 60, ("help", "*"): 40, REST: 22}


def test_where_no_other_can_be_hidden_nothing_is_broken_down() -> None:
    assert counted({("care",): 60, ("other",): 7}, 1) == {("*",): 67}
    assert counted({("care",): 60, ("other",): 7, ("*",): 30}, 1) == {("*",): 97}


def test_a_label_that_only_a_hidden_group_had_takes_another_label_with_it_in_its_own_column_alone() -> None:
    """Both groups of gender "x" are hidden; then no table by gender tells of one gender, while services stay."""
    sizes = {("care", "x"): 8, ("food", "x"): 9, ("care", "f"): 40, ("food", "f"): 50, ("care", "m"): 30}
    assert counted(sizes, 1, 1) == {("care", "f"): 40, ("food", "f"): 50, ("care", "*"): 30, ("*", "*"): 17}


def test_of_too_few_in_all_nothing_is_told() -> None:
    assert counted_under([1], {("care",): 5, ("other",): 4}) == {}
    assert counted_under([], {(): 9}) == {}
    assert counted_under([], {(): 10}) == {(): ()}


LABELS = st.tuples(st.sampled_from([HOME, DAY, CARE, FOOD, MONEY, REST]), st.sampled_from("fmx*"))
GROUPS = st.dictionaries(LABELS.map(lambda each: (*each[0], each[1])), st.integers(0, 40), min_size=1)


@settings(deadline=None)
@given(GROUPS)
def test_whatever_is_told_is_of_ten_and_in_no_breakdown_is_one_alone_missing(sizes: dict[Labels, int]) -> None:
    told = counted(sizes, 2, 1)
    assert sum(told.values()) in {0, sum(sizes.values())}
    assert all(n >= 10 for n in told.values())
    for part in (slice(3), slice(2), slice(1), slice(1, 2), slice(2, 3)):
        rest = ("*",) * 3
        there, shown = {group[part] for group in sizes} - {rest[part]}, {group[part] for group in told} - {rest[part]}
        assert len(there - shown) != 1 or not shown


@settings(deadline=None)
@given(GROUPS)
def test_asked_again_of_what_came_out_it_changes_nothing(sizes: dict[Labels, int]) -> None:
    told = counted(sizes, 2, 1)
    again = dict.fromkeys(sizes, 0) | told
    assert counted(again, 2, 1) == told


def test_that_all_answered_alike_is_not_told_of_few() -> None:
    assert not may_tell_mean(9, 5.0, 1, 5)
    assert not may_tell_mean(9, 1.0, 1, 5)
    assert may_tell_mean(9, 4.5, 1, 5)
    assert may_tell_mean(10, 5.0, 1, 5)
    assert not may_tell_mean(4, 3.0, 1, 5)
