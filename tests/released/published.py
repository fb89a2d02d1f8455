"""Everything that is published of one question as equations, and what somebody works out from them by sums and differences.

Unknown is how many of each public group gave each answer. Whoever does this knows how large every group is, and under
which labels each is counted: the program is public.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.optimize import linprog

from surveyapp.anonymise import columns
from surveyapp.anonymise.policy import Policy
from surveyapp.engine.thresholds import Labels, counted_under
from surveyapp.services import tables
from surveyapp.services.tables import Tables

FEW = 10
Rule = Callable[..., Mapping[Labels, Labels]]


class Question(NamedTuple):
    """What is true of a question. ``heights``: columns of each hierarchy of labels; ``given``: group -> code -> people."""

    column: str
    header: Sequence[str]
    heights: Sequence[int]
    given: Mapping[Labels, Mapping[str, int]]

    def valid(self, group: Labels) -> int:
        return sum(n for code, n in self.given[group].items() if not code.startswith("-"))

    @property
    def codes(self) -> list[str]:
        return sorted({code for counts in self.given.values() for code in counts})

    @property
    def paths(self) -> list[slice]:
        """Where the labels of each hierarchy stand."""
        ends = np.cumsum(self.heights).tolist()
        return [slice(end - height, end) for end, height in zip(ends, self.heights, strict=True)]

    @property
    def breakdowns(self) -> list[slice]:
        """What a group can be: of all labels, of a hierarchy, or a label."""
        return [slice(None), *self.paths, *(slice(place, place + 1) for place in range(len(self.header)))]


class Known(NamedTuple):
    """Equations: which unknowns are summed, and to what. ``free``: in which directions they can change together."""

    sums: NDArray[np.float64]
    told: NDArray[np.float64]
    free: NDArray[np.float64]

    def certain(self, wanted: NDArray[np.float64]) -> bool:
        """A sum of unknowns follows from the equations alone: it is the same in every solution."""
        return not np.any(np.abs(wanted @ self.free) > 1e-9)

    def bounds(self, wanted: NDArray[np.float64]) -> tuple[int, int]:
        """The least and the most it can be, since nobody answers less than not at all."""
        found = [
            sign * linprog(sign * wanted, A_eq=self.sums, b_eq=self.told, bounds=(0, None)).fun for sign in (1, -1)
        ]
        return round(found[0] + 0.49), round(found[1] - 0.49)


class Attacker:
    """Reads the file and the pages made of it, and the numbers of people in the report."""

    def __init__(self, question: Question, file: Sequence[Sequence[str]], rule: Rule) -> None:
        self.question = question
        self.place = {key: at for at, key in enumerate(product(question.given, question.codes))}
        self.under = rule(question.heights, {group: question.valid(group) for group in question.given})
        self.equations: list[tuple[NDArray[np.float64], int]] = []
        self._of_file(file)
        self._of_pages(tables.read(iter([[*question.header, "column", "code", "n"], *map(list, file)])))

    def reads(self, policy: Policy, who_answered: Mapping[str, Mapping[str, int]]) -> None:
        """The report: how many people stand under each label, finest as it is told."""
        for place, column in enumerate(policy.quasi):
            for label, n in who_answered[column.name].items():
                inside = {group for group in self.question.given if columns.labels(policy, group)[place] == label}
                self._says(inside, set(self.question.codes), n)

    def known(self) -> Known:
        """All equations. Each of them is true: what was published is what they say."""
        sums, told = zip(*self.equations, strict=True)
        truth = np.array([self.question.given[group].get(code, 0) for group, code in self.place], float)
        assert (np.array(sums) @ truth).tolist() == list(told)
        return Known(np.array(sums), np.array(told, float), null_space(np.array(sums)))

    def sum_of(self, groups: set[Labels], codes: set[str]) -> NDArray[np.float64]:
        return np.array([float(group in groups and code in codes) for group, code in self.place])

    def _says(self, groups: set[Labels], codes: set[str], told: int) -> None:
        self.equations.append((self.sum_of(groups, codes), told))

    def _of_file(self, file: Sequence[Sequence[str]]) -> None:
        codes = set(self.question.codes)
        told = {(tuple(labels), code): int(n) for *labels, column, code, n in file if column == self.question.column}
        for *labels, column, _, n in file:
            if column == "*":
                self._says({tuple(labels)}, codes, int(n))
        for labels in set(self.under.values()):
            inside = {group for group, under in self.under.items() if under == labels}
            for code in codes:
                self._says(inside, {code}, told.pop((labels, code), 0))
        assert not told

    def _of_pages(self, read: Tables) -> None:
        (line,) = tables.lines(read, self.question.column, None)
        self._line(set(self.under), line)
        for place, by in enumerate(self.question.header):
            part = next(each for each in self.question.paths if each.start <= place < each.stop)
            sizes = dict.fromkeys((group[part] for group in self.question.given), 0)
            for group, labels in self.under.items():
                sizes[labels[part]] = sizes.get(labels[part], 0) + self.question.valid(group)
            to = counted_under([part.stop - part.start], sizes)
            for line in tables.lines(read, self.question.column, by):
                shown = {each: to[told[part]][place - part.start] for each, told in self.under.items() if to}
                self._line({each for each, label in shown.items() if label == line.label}, line)

    def _line(self, inside: set[Labels], line: tables.Line) -> None:
        for code in self.question.codes if line.n else ():
            if not code.startswith("-"):
                self._says(inside, {code}, line.counts.get(code, 0))

    def of_few(self) -> list[tuple[Labels, set[Labels]]]:
        """Every group, path and label of which fewer than ten have answered, but some."""
        found: dict[frozenset[Labels], Labels] = {}
        for part in self.question.breakdowns:
            for name in {group[part] for group in self.question.given}:
                inside = frozenset(group for group in self.question.given if group[part] == name)
                if 0 < sum(map(self.question.valid, inside)) < FEW:
                    found[inside] = name
        return [(name, set(inside)) for inside, name in found.items()]

    def finds_out(self) -> list[tuple[Labels, set[str]]]:
        """Of which of these it can be computed how many answered, or how many gave an answer."""
        known, answers = self.known(), {code for code in self.question.codes if not code.startswith("-")}
        asked = [answers, *({code} for code in sorted(answers))]
        return [
            (name, codes)
            for name, inside in self.of_few()
            for codes in asked
            if known.certain(self.sum_of(inside, codes))
        ]

    def narrows_down(self) -> list[tuple[Labels, set[str]]]:
        """The same by what is possible at all, where the answer is that some did."""
        known, answers = self.known(), {code for code in self.question.codes if not code.startswith("-")}
        found = []
        for name, inside in self.of_few():
            for codes in [answers, *({code} for code in sorted(answers))]:
                least, most = known.bounds(self.sum_of(inside, codes))
                found += [(name, codes)] if least >= most > 0 else []
        return found
