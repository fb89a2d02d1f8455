"""What can be worked out from all public tables together, by linear programming: nothing about fewer than k people."""

from collections import Counter
from itertools import product

import numpy as np
from scipy.optimize import linprog

from surveyapp.anonymise.crowds import Classes, People
from surveyapp.anonymise.profiles import partition
from tests.anonymise import attackers
from tests.anonymise.people import ALPHA, LOW, municipality

ANSWERS = (0, LOW, 2)
PUBLIC = 10


class Tables:
    """Every public cell: how many rows a filter finds, and how they answered the first question."""

    def __init__(self, people: People, classes: Classes, least: int) -> None:
        leaves = attackers.true_leaves(people)
        self.register = Counter(leaves)
        self.kinds = sorted(self.register)
        self.cells = [
            ({leaves[row] for row in rows}, Counter(people.answers[0, rows].tolist()))
            for rows in attackers.cells(people, classes).values()
            if len(rows) >= least
        ]

    def _bounds(self, rows: list[list[float]], sums: list[float], width: int, wanted: int) -> tuple[int, int]:
        objective = np.zeros(width)
        objective[wanted] = 1
        found = [
            linprog(sign * objective, A_eq=np.array(rows), b_eq=np.array(sums), bounds=(0, None)) for sign in (1, -1)
        ]
        return round(found[0].fun + 0.49), round(-found[1].fun - 0.49)

    def answers_pinned(self, under: int) -> list[tuple[attackers.Tuple, int]]:
        """Groups of fewer people of whom it is certain how many answered low, and that some did.

        The attacker has the register of those who took part, and knows which cell each of them is in.
        """
        place = {key: at for at, key in enumerate(product(self.kinds, ANSWERS))}
        rows, sums = [], []
        for kind in self.kinds:
            rows.append([float(key[0] == kind) for key in place])
            sums.append(float(self.register[kind]))
        for kinds, told in self.cells:
            for answer in ANSWERS:
                rows.append([float(key[0] in kinds and key[1] == answer) for key in place])
                sums.append(float(told[answer]))
        pinned = []
        for kind in self.kinds:
            if self.register[kind] < under:
                least, most = self._bounds(rows, sums, len(place), place[kind, LOW])
                pinned += [(kind, least)] if least == most > 0 else []
        return pinned

    def counts_pinned(self, under: int) -> list[tuple[attackers.Tuple, int]]:
        """Groups of whom it is certain that they are there and fewer, for somebody without the register."""
        rows = [[float(kind in kinds) for kind in self.kinds] for kinds, _ in self.cells]
        sums = [float(told.total()) for _, told in self.cells]
        pinned = []
        for at, kind in enumerate(self.kinds):
            least, most = self._bounds(rows, sums, len(self.kinds), at)
            pinned += [(kind, least)] if least == most and 0 < least < under else []
        return pinned


def test_hiding_small_cells_of_full_tables_pins_people_down() -> None:
    people = municipality(60)
    naive = Tables(people, attackers.untouched(people), PUBLIC)
    assert naive.answers_pinned(PUBLIC)
    assert Tables(people, attackers.untouched(people), 1).counts_pinned(PUBLIC)


def test_public_tables_pin_nobody_down() -> None:
    for size, seed in ((60, 1), (120, 2)):
        people = municipality(size, seed)
        tables = Tables(people, partition(people, "detailed", 5, PUBLIC, ALPHA).public, 1)
        assert tables.answers_pinned(PUBLIC) == []
        assert tables.counts_pinned(PUBLIC) == []
