"""What one look at a long questionnaire costs: it is worked out anew for every page."""

import timeit

from benchmarks.rows import Row
from surveyapp.engine import flow
from surveyapp.engine.definition import Item, Option, Page, Questionnaire

ITEMS = 100
_TIMES = 2000


def long_questionnaire() -> Questionnaire:
    """A hundred choices, every third of them shown by an answer to the one before."""
    words = {"en": "Words"}
    options = (Option(value="a", label=words), Option(value="b", label=words))
    items = tuple(
        Item(
            id=f"q{number}",
            type="single",
            text=words,
            options=options,
            show_if=["==", f"q{number - 1}", "a"] if number % 3 == 2 else None,
        )
        for number in range(ITEMS)
    )
    return Questionnaire(
        schema="questionnaire/1",
        id="long",
        kind="survey",
        source_language="en",
        languages=("en",),
        title=words,
        pages=(Page(id="page", items=items),),
    )


def rows() -> list[Row]:
    """The best of several rounds: noise only ever adds."""
    q = long_questionnaire()
    answers = {item.id: "a" for item in q.items}
    seconds = min(timeit.repeat(lambda: flow.visible(q, answers), number=_TIMES, repeat=5)) / _TIMES
    return [Row(f"visible(): {ITEMS} items", seconds * 1_000_000, "µs", 100)]
