"""Who stands alone: by what is known of people, before and after, and by some of their answers."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from surveyapp.anonymise.crowds import Answers, Classes, People
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.reading import Sheet
from surveyapp.anonymise.trees import Numbers

_FEW_KEYS = 2**20

TELLING = 12
"""Of more answers than these only the ones by which most people stand alone are combined with others."""


def alone(columns: Sequence[Numbers | Answers]) -> int:
    """How many people share these columns with nobody. Sorting is dear: it is done when there may be too many keys to count."""
    key, most = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        wide = int(column.max(initial=0)) + 1
        key, most = key * wide + column, most * wide
        if most > max(len(key), _FEW_KEYS):
            found, key = np.unique(key, return_inverse=True)
            most = len(found)
    return int(np.count_nonzero(np.bincount(key) == 1))


def by_columns(policy: Policy, people: People, classes: Classes) -> Iterator[dict[str, Any]]:
    """People who stand alone by one, two or three quasi-identifiers, as they are and as they are released.

    ``before``: None for fewer than a table may tell of: one alone by their gender would be seen, though no label shows it.
    """
    places, fewest = range(len(people.trees)), policy.fewest
    for chosen in (each for many in (1, 2, 3) for each in combinations(places, many)):
        before = alone([people.leaves[place] for place in chosen])
        yield {
            "columns": [policy.quasi[place].name for place in chosen],
            "before": before if before >= fewest else None,
            "after": alone([classes.at[:, place][classes.of] for place in chosen]),
        }


def _places(values: Sequence[str]) -> Answers:
    """Every code as the place of its value."""
    place = {code: number for number, code in enumerate(dict.fromkeys(values))}
    return np.fromiter(map(place.__getitem__, values), np.uint16, len(values))


def by_answers(policy: Policy, sheet: Sheet, classes: Classes) -> Iterator[dict[str, Any]]:
    """The largest share of people alone in their class by one, two or three answers, and which answers those are.

    Somebody who watched a person answer knows as much. Ways of not answering tell people apart as well.
    """
    codes = {name: _places(sheet[name]) for name in policy.answers}
    first = {name: alone([classes.of, column]) for name, column in codes.items()}
    telling = sorted(codes, key=lambda name: -first[name])[:TELLING]
    for many in (1, 2, 3):
        every = combinations(sorted(telling, key=policy.answers.index), many)
        found = [(alone([classes.of, *(codes[name] for name in chosen)]), chosen) for chosen in every]
        if found:
            people, chosen = max(found, key=lambda each: each[0])
            yield {"answers": list(chosen), "share": people / len(classes.of)}
