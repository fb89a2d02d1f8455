"""What somebody works out from frozen files. Nothing here knows how they were made; hierarchies are public."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from surveyapp.anonymise.policy import Policy

Row = Mapping[str, str]
Labels = tuple[str, ...]


def paths(policy: Policy, column: str, leaf: str) -> set[str]:
    """Every label under which somebody with this leaf may stand."""
    rows = next(each.rows for each in policy.quasi if each.name == column)
    return {"*", leaf, *(label for row in rows if row[0] == leaf for label in row)}


def told(policy: Policy, row: Row) -> Labels:
    """What a row tells of each quasi-identifier: its finest label, wherever in the file it stands."""
    return tuple(
        next((row[name] for name in (each.name, f"{each.name}_group") if row.get(name, "*") != "*"), "*")
        for each in policy.quasi
    )


def true(policy: Policy, row: Row) -> Labels:
    """What is true of a person."""
    return tuple(row[each.name] for each in policy.quasi)


def fewest_fitting(policy: Policy, rows: Iterable[Row], people: Iterable[Row]) -> tuple[int, int]:
    """The fewest rows that fit somebody, and the fewest people that fit a row."""
    labels, persons = Counter(told(policy, row) for row in rows), Counter(true(policy, each) for each in people)
    fit: Counter[Labels] = Counter()
    per_person = []
    for leaf, number in persons.items():
        known = [paths(policy, column.name, value) for column, value in zip(policy.quasi, leaf, strict=True)]
        fitting = [label for label in labels if all(map(set.__contains__, known, label))]
        per_person.append(sum(labels[label] for label in fitting))
        fit.update(dict.fromkeys(fitting, number))
    return min(per_person), min(fit[label] for label in labels)


def newcomers(policy: Policy, before: Sequence[Row], after: Sequence[Row]) -> int:
    """Comparing two files: the smallest group of rows that are only in the newer one and tell the same."""
    seen = Counter(answers(policy, row) for row in before)
    new = []
    for row in after:
        if seen[answers(policy, row)]:
            seen[answers(policy, row)] -= 1
        else:
            new.append(told(policy, row))
    return min(Counter(new).values())


def answers(policy: Policy, row: Row) -> Labels:
    return tuple(row[name] for name in policy.answers)


def pinned(policy: Policy, one: Iterable[Row], other: Iterable[Row], people: Sequence[Row], k: int) -> int:
    """Two views of the same people, joined on answers that only one person gave: how many then fit fewer than k people."""
    views = [[(answers(policy, row), told(policy, row)) for row in view] for view in (one, other)]
    often = [Counter(key for key, _ in view) for view in views]
    joined: defaultdict[Labels, list[Labels]] = defaultdict(list)
    for view in views:
        for key, labels in view:
            if all(counts[key] == 1 for counts in often):
                joined[key].append(labels)
    persons = Counter(true(policy, each) for each in people)
    return sum(_fit_both(policy, labels, persons) < k for labels in joined.values())


def _fit_both(policy: Policy, views: Sequence[Labels], persons: Counter[Labels]) -> int:
    fits = 0
    for leaf, number in persons.items():
        known = [paths(policy, column.name, value) for column, value in zip(policy.quasi, leaf, strict=True)]
        fits += number * all(all(map(set.__contains__, known, labels)) for labels in views)
    return fits


def worst_share(policy: Policy, rows: Sequence[Row]) -> float:
    """The largest share of low answers among the valid ones, in every class and in every union of two of them."""
    worst = 0.0
    classes = [told(policy, row) for row in rows]
    for cap in policy.caps:
        counted = Counter(zip(classes, (row[cap.column] for row in rows), strict=True))
        low, valid = Counter[Labels](), Counter[Labels]()
        for (labels, code), number in counted.items():
            low[labels] += number * (code in cap.values)
            valid[labels] += number * (not code.startswith("-"))
        groups = [*((each,) for each in valid), *combinations(valid, 2)]
        shares = (sum(map(low.get, group)) / (sum(map(valid.get, group)) or 1) for group in groups)
        worst = max(worst, *shares)
    return worst


def untouched(people: Sequence[Row]) -> list[Row]:
    """A release that coarsens nothing: the broken variant of many tests."""
    return [{**row, "id": str(number)} for number, row in enumerate(people, 1)]
