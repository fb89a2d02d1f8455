"""How much a table may say: the numbers of the promise, and that nothing hidden can be had by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.engine.thresholds import breakdown, may_tell_mean, tier


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


def test_a_lone_hidden_group_takes_the_next_smallest_with_it() -> None:
    """All 100 are known, so 100 - 60 - 33 would tell the 7."""
    assert breakdown({"care": 60, "support": 33, "other": 7}) == {
        "care": "full",
        "support": "hidden",
        "other": "hidden",
    }
    assert breakdown({"care": 60, "support": 33, "rest": 12}) == {"care": "full", "support": "full", "rest": "counts"}
    assert breakdown({"other": 7}) == {"other": "hidden"}


@given(st.dictionaries(st.integers(), st.integers(0, 60), max_size=8))
def test_what_is_hidden_is_never_alone(sizes: dict[int, int]) -> None:
    shown = breakdown(sizes)
    hidden = [group for group in sizes if shown[group] == "hidden"]
    assert len(hidden) != 1 or len(sizes) == 1
    assert all(sizes[group] >= 10 for group in sizes if shown[group] != "hidden")


def test_that_all_answered_alike_is_not_told_of_few() -> None:
    assert not may_tell_mean(9, 5.0, 1, 5)
    assert not may_tell_mean(9, 1.0, 1, 5)
    assert may_tell_mean(9, 4.5, 1, 5)
    assert may_tell_mean(10, 5.0, 1, 5)
    assert not may_tell_mean(4, 3.0, 1, 5)
