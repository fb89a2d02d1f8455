"""The answers are the state: whatever the way through a questionnaire, the same answers give the same record."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.engine import flow
from surveyapp.engine.answers import field_names
from surveyapp.engine.definition import Questionnaire
from tests.engine.library import library
from tests.engine.questionnaires import fields, presets, questionnaires

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["a", "other", "skipped"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["missing", "value", "text", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def walk(q: Questionnaire, answers: Mapping[str, Any], view: str, posts: Mapping[str, Any]) -> list[str]:
    """Answer screen by screen; returns the screens seen. Nothing may be asked twice without need."""
    seen = []
    step = flow.next_step(q, answers, view)
    while isinstance(step, flow.Ask):
        before = [item.id for item in step.screen.questions if flow.is_open(answers, item)]
        seen.append(step.screen.id)
        raw = {name: values for item in step.screen.questions for name, values in posts[item.id].items()}
        reading = flow.read_page(q, answers, step.screen.items, raw)
        assert not reading.problems
        answers = reading.answers
        still = {item.id for item in flow.visible(q, answers) if flow.is_open(answers, item)}
        assert not still & set(before), "an answered question was asked again"
        assert len(seen) <= 2 * len(q.items), "the form does not end"
        step = flow.next_step(q, answers, view)
    walk.answers = answers
    return seen


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_every_way_of_showing_gives_the_same_record(data: st.DataObject) -> None:
    q, preset = data.draw(questionnaires()), data.draw(presets)
    posts = {item.id: data.draw(fields(item)) for item in q.items}
    records = []
    for view in flow.VIEWS:
        walk(q, {flow.PRESET: preset}, view, posts)
        record = flow.record(q, walk.answers)
        assert not record.problems
        records.append(record.answers)
    if preset["variant"] == "standard":
        assert records[0] == records[1] == records[2]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_order_of_answering_gives_the_same_record(data: st.DataObject) -> None:
    q = data.draw(questionnaires())
    posts = {item.id: data.draw(fields(item)) for item in q.items}
    order = data.draw(st.permutations(q.items))
    walk(q, {}, "single", posts)
    straight = flow.record(q, walk.answers)
    answers: dict[str, Any] = {}
    for _ in q.items:
        for item in order:
            if item in flow.visible(q, answers):
                answers = flow.read_page(q, answers, [item], posts[item.id]).answers
    assert flow.record(q, answers) == straight


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_pruning_twice_is_pruning_once(data: st.DataObject) -> None:
    q, preset = data.draw(questionnaires()), data.draw(presets)
    answers = {item.id: data.draw(JSON) for item in q.items if data.draw(st.booleans())}
    once = flow.prune(q, {flow.PRESET: preset, **answers})
    assert flow.prune(q, once) == once
    assert flow.visible(q, once) == flow.visible(q, {flow.PRESET: preset, **answers})


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_json_whatever_breaks_the_record(data: st.DataObject) -> None:
    q = data.draw(questionnaires())
    answers = {item.id: data.draw(JSON) for item in q.items if data.draw(st.booleans())}
    record = flow.record(q, answers)
    again = flow.record(q, record.answers)
    assert again == record
    named = {problem.item for problem in record.problems}
    assert named <= {item.id for item in q.items}


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_the_total_never_changes_on_the_way(data: st.DataObject) -> None:
    q = data.draw(questionnaires())
    posts = {item.id: data.draw(fields(item)) for item in q.items}
    answers: Mapping[str, Any] = {}
    totals, numbers = set(), []
    step = flow.next_step(q, answers, "single")
    while isinstance(step, flow.Ask):
        position = flow.progress(q, answers, "single", step.screen)
        totals.add(position.total)
        numbers.append(position.number)
        raw = {name: values for item in step.screen.questions for name, values in posts[item.id].items()}
        answers = flow.read_page(q, answers, step.screen.items, raw).answers
        step = flow.next_step(q, answers, "single")
    assert len(totals) <= 1
    assert numbers == sorted(numbers)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_keeping_loses_nothing_that_was_typed(data: st.DataObject) -> None:
    q = data.draw(questionnaires())
    posts = {item.id: data.draw(fields(item)) for item in q.items}
    texts = st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=8), max_size=1)
    answers: dict[str, Any] = {}
    for item in flow.visible(q, {}):
        controls = [name for name in field_names(item) if (item.type, name) != ("date", item.id)]
        raw = data.draw(st.just(posts[item.id]) | st.dictionaries(st.sampled_from(controls), texts))
        kept = flow.keep_typed(q, answers, [item], raw)
        entered = [value for values in flow.posted_fields(item, raw).values() for value in values if value.strip()]
        if entered and item.type != "note" and item in flow.visible(q, kept):
            assert item.id in kept or item.id in kept.get(flow.TYPED, {})
        answers = kept


def test_the_simple_version_keeps_what_was_answered_before() -> None:
    """Somebody answers where they live, then asks for the simple version, in which that is not asked."""
    q = library("client_satisfaction_10")
    answers: dict[str, Any] = {"service_group": "home_care", "r01": 4}
    easy = {**answers, flow.PRESET: {"variant": "easy"}}
    shown = [item.id for item in flow.visible(q, easy)]
    assert shown[:2] == ["service_group", "r01"]
    assert len([name for name in shown if name.startswith("r")]) == 10
    assert flow.prune(q, easy) == easy


def test_what_the_link_knows_is_stored_and_never_asked() -> None:
    q = library("client_satisfaction_10")
    answers = {flow.PRESET: {"service_group": "benefit", "modules": ["attitude"]}}
    shown = [item.id for item in flow.visible(q, answers)]
    assert "service_group" not in shown
    assert "r11" in shown
    assert flow.record(q, answers).answers["service_group"] == "benefit"
