"""Show-if rules: the vectors that the tablet's JavaScript has to meet too."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.engine.rules import holds, mentioned

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "rules.json").read_text("utf-8"))
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.sampled_from(["==", "not", "all", "s", "a", "has"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=10,
)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: json.dumps(case["rule"]))
def test_vector(case: dict[str, Any]) -> None:
    assert holds(case["rule"], VECTORS["answers"]) is case["holds"]


@given(ANYTHING)
def test_nothing_whatever_breaks_a_rule(rule: Any) -> None:
    assert holds(rule, VECTORS["answers"]) in {True, False}
    assert all(isinstance(name, str) for name in mentioned(rule))


def test_a_rule_names_what_it_asks_about() -> None:
    assert mentioned(["all", ["==", "a", 1], ["not", ["any", ["has", "b", "x"], ["answered", "c"]]]]) == {"a", "b", "c"}
