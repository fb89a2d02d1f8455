"""Questionnaires of every shape and people who answer them in any order, for property tests."""

from typing import Any

from hypothesis import strategies as st

from surveyapp.engine.definition import Extra, Item, Option, Page, Point, Questionnaire, Scale

WORDS = {"en": "Words"}
SCALE = Scale(
    points=tuple(Point(value=value, label=WORDS) for value in range(1, 6)),
    extra=(Extra(code="dk", label=WORDS), Extra(code="na", label=WORDS)),
    bottom_box=(1, 2),
)
OPTIONS = (
    Option(value="a", label=WORDS),
    Option(value="b", label=WORDS),
    Option(value="other", label=WORDS, own_text=True),
)
TYPES = ("single", "multiple", "rating", "number", "text", "date", "consent", "note")


def item(number: int, kind: str, show_if: list[Any] | None, *, required: bool, easy: bool) -> Item:
    """An item of a type; its id is the letter q and a number."""
    choices = OPTIONS if kind == "single" else (*OPTIONS, Option(value="none", label=WORDS, exclusive=True))
    return Item(
        id=f"q{number}",
        type=kind,
        text=WORDS,
        easy=WORDS if easy else {},
        options=choices if kind in {"single", "multiple"} else (),
        scale="five" if kind == "rating" else None,
        required=required and kind != "note",
        show_if=show_if,
    )


def rule_about(asked: Item) -> st.SearchStrategy[list[Any]]:
    """A rule that fits an item asked before."""
    fitting = {
        "single": ["==", asked.id, "a"],
        "multiple": ["has", asked.id, "b"],
        "rating": [">=", asked.id, 4],
        "number": ["<=", asked.id, 10],
        "consent": ["==", asked.id, True],
    }
    plain = st.sampled_from([fitting.get(asked.type, ["answered", asked.id]), ["answered", asked.id]])
    return st.one_of(
        plain, plain.map(lambda rule: ["not", rule]), plain.map(lambda rule: ["any", rule, ["has", "flags", "x"]])
    )


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Up to four pages of up to four items, each shown always or by a rule about an earlier one."""
    pages, asked = [], []
    for place in range(draw(st.integers(1, 4))):
        items = []
        for _ in range(draw(st.integers(1, 4))):
            number = len(asked)
            before = [each for each in asked if each.type != "note"]
            rule = draw(st.none() | st.sampled_from(before).flatmap(rule_about)) if before else None
            new = item(
                number, draw(st.sampled_from(TYPES)), rule, required=draw(st.booleans()), easy=draw(st.booleans())
            )
            items.append(new)
            asked.append(new)
        pages.append(Page(id=f"p{place}", items=tuple(items), title=WORDS, together=draw(st.booleans())))
    return Questionnaire(
        schema="questionnaire/1",
        id="any",
        kind="feedback",
        source_language="en",
        languages=("en",),
        title=WORDS,
        pages=tuple(pages),
        scales={"five": SCALE},
    )


def readable(asked: Item) -> st.SearchStrategy[dict[str, list[str]]]:
    """Fields a person might post for an item and that can be read."""
    name = asked.id
    return {
        "single": st.sampled_from([{name: ["a"]}, {name: ["b"]}, {name: ["other"], f"{name}__text": ["my own"]}]),
        "multiple": st.sampled_from([{name: ["a"]}, {name: ["b", "a"]}, {name: ["none"]}]),
        "rating": st.sampled_from([{name: [str(value)]} for value in range(1, 6)] + [{name: ["missing:dk"]}]),
        "number": st.integers(-20, 20).map(lambda number: {name: [str(number)]}),
        "text": st.sampled_from([{name: ["some words"]}, {name: ["1"]}]),
        "date": st.just(
            {f"{name}__day": ["2"], f"{name}__month": ["novembrī".rstrip("ī") + "is"], f"{name}__year": ["2026"]}
        ),
        "consent": st.just({name: ["yes"]}),
        "note": st.just({}),
    }[asked.type]


@st.composite
def fields(draw: st.DrawFn, asked: Item) -> dict[str, list[str]]:
    """What is posted for an item: something, or nothing where that is allowed."""
    if not asked.required and draw(st.booleans()):
        return {}
    return draw(readable(asked))


presets = st.fixed_dictionaries(
    {"variant": st.sampled_from(["standard", "easy"]), "flags": st.sampled_from([[], ["x"]])}
)
