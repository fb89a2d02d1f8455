"""The figures of the disclosure report: by hand where a hand can count, else as somebody else's program has them."""

import json
import random
from itertools import combinations
from math import log2

import msgspec
import numpy as np
import pandas as pd
import pytest
from pycanon import anonymity

from surveyapp.anonymise import disclosure, reading, risks, uniques, utility
from surveyapp.anonymise.crowds import Classes
from surveyapp.anonymise.policy import Clients, Policy, policy
from surveyapp.anonymise.profiles import labels, partition
from surveyapp.engine.definition import Quasi, Release, Sensitive
from tests.anonymise.test_verifier import ANYBODY, clients, columns
from tests.engine.library import library

Q = library("client_satisfaction_10")
EVERY = policy(
    msgspec.structs.replace(
        Q,
        release=msgspec.structs.replace(
            Q.release, sensitive=Sensitive(low=("r01",), any=("r02", "knows_where")), answers=()
        ),
    ),
    {},
)


def answered(seed: int) -> dict[str, list[str]]:
    """People all of whom answer everything: pycanon knows no missing answers."""
    chance = random.Random(seed)
    sheet = columns(clients(300, seed, EVERY))
    options = [option.value for option in Q.by_id["knows_where"].options]
    sheet |= {name: [chance.choice("12345") for _ in range(300)] for name in ("r01", "r02")}
    return sheet | {"knows_where": [chance.choice(options) for _ in range(300)]}


def frame(sheet: dict[str, list[str]], rows: list[tuple[str, ...]]) -> pd.DataFrame:
    """As pycanon wants it; a row's number must be its place, else it counts wrongly and doesn't say so."""
    shown = pd.DataFrame(rows, columns=list(ANYBODY))
    shown["r02"] = pd.Series(sheet["r02"]).astype(int)
    shown["knows_where"] = pd.Series(sheet["knows_where"])
    return shown.sample(frac=1, random_state=1).reset_index(drop=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pycanon_counts_the_same(seed: int) -> None:
    sheet = answered(seed)
    people = reading.people(EVERY, sheet)
    classes = partition(people, "detailed", 5, 10, EVERY.alpha).analyst
    data, known = frame(sheet, labels(classes, people.trees)), list(ANYBODY)
    assert anonymity.k_anonymity(data, known) == risks.class_sizes(classes)["least"]
    shares, varied = (
        list(risks.alike(EVERY, people, classes)),
        {each["column"]: each for each in risks.varied(EVERY, sheet, classes)},
    )
    for name in ("r02", "knows_where"):
        largest = max(each["largest"] for each in shares if each["column"] == name)
        assert anonymity.alpha_k_anonymity(data, known, [name])[0] == pytest.approx(largest)
        assert anonymity.l_diversity(data, known, [name]) == varied[name]["fewest_values"]
        assert anonymity.t_closeness(data, known, [name]) == pytest.approx(varied[name]["largest_distance"])


TREE = Quasi(column="service_group", hierarchy=Q.release.quasi[0].hierarchy)
SMALL = policy(
    msgspec.structs.replace(
        Q,
        release=Release(
            quasi=(TREE, Quasi(column="gender")), sensitive=Sensitive(low=("r01",)), answers=("knows_where",)
        ),
    ),
    {},
)
EIGHT = {
    "service_group": ["home_care"] * 3 + ["day_centre"] * 2 + ["benefit"] * 3,
    "gender": ["female"] * 4 + ["male"] * 4,
    "r01": ["1", "5", "-9", "2", "1", "-8", "5", "5"],
    "knows_where": ["yes", "yes", "no", "yes", "no", "yes", "-9", "no"],
}


def halves(rules: Policy = SMALL) -> tuple[disclosure.Batch, Classes]:
    """Two classes made by hand: five people in care, three with a benefit; nobody's gender is shown."""
    people = reading.people(rules, EIGHT)
    care, benefit = (people.trees[0].number[path] for path in (("care",), ("support", "benefit")))
    at = people.leaves[:, :2].T.copy()
    at[:, 0], at[:, 1] = [care, benefit], 0
    of = people.leaves[0].copy()
    of[:5], of[5:] = 0, 1
    return disclosure.Batch(EIGHT, EIGHT, people), Classes(of, at)


def test_sizes_and_risks_by_hand() -> None:
    _, classes = halves()
    assert risks.class_sizes(classes) == {"least": 3, "mean": 4.0, "classes": 2, "sizes": {3: 1, 5: 1}}
    assert risks.prosecutor(classes) == {
        "largest": pytest.approx(1 / 3),
        "mean": 2 / 8,
        "over_a_tenth": 1.0,
        "over_a_fifth": 3 / 8,
    }


def test_a_risk_of_just_a_tenth_or_a_fifth_is_not_above_it() -> None:
    found = risks.prosecutor(Classes(np.repeat(range(4), [10, 9, 5, 4]), np.zeros((4, 1), np.int64)))
    assert (found["over_a_tenth"], found["over_a_fifth"]) == (18 / 28, 4 / 28)


def test_clients_who_did_not_answer_lower_the_risk() -> None:
    batch, classes = halves()
    clients = {"home_care": 30, "day_centre": 10, "care_home": 10, "benefit": 2}
    found = risks.journalist(batch.people, classes, 0, clients)
    assert found == {"largest": pytest.approx(1 / 3), "mean": pytest.approx((5 / 50 + 3 / 3) / 8)}


def test_one_number_for_all_stands_for_everybody_alike() -> None:
    """Five and three of eight people: 25 and 15 of 40 clients."""
    batch, classes = halves()
    found = risks.journalist(batch.people, classes, None, {"*": 40})
    assert found == {"largest": pytest.approx(1 / 15), "mean": pytest.approx((5 / 25 + 3 / 15) / 8)}


def test_whoever_is_not_told_where_may_belong_anywhere() -> None:
    """Three people's service isn't told: of the 50 clients in care each of the five may stand for no more than 50 / 8."""
    batch, (of, shown) = halves()
    classes = Classes(of, np.array([shown[0], [0, 0]]))
    found = risks.journalist(batch.people, classes, 0, {"home_care": 50, "benefit": 30})
    assert found == {"largest": pytest.approx(1 / 30), "mean": pytest.approx((5 / (5 * 50 / 8) + 3 / 30) / 8)}


def test_clients_of_a_kind_that_never_answered_fit_where_nothing_is_shown() -> None:
    batch, classes = halves()
    found = risks.journalist(batch.people, classes, 1, {"female": 30, "unheard_of": 20})
    assert found["largest"] == pytest.approx(8 / 50 / 3)


def test_what_a_class_has_in_common_by_hand() -> None:
    batch, classes = halves()
    (low,) = risks.alike(SMALL, batch.people, classes)
    assert low == {
        "column": "r01",
        "values": ["1", "2"],
        "overall": 3 / 6,
        "limit": 0.8,
        "relaxed": False,
        "largest": 3 / 4,
    }
    (varied,) = risks.varied(SMALL, EIGHT, classes)
    assert varied["fewest_values"] == 1
    assert varied["largest_distance"] == pytest.approx((2 / 6 + 3 / 6) / 2)


def test_a_limit_that_had_to_be_raised_is_told() -> None:
    sheet = EIGHT | {"r01": ["1"] * 7 + ["5"]}
    people = reading.people(SMALL, sheet)
    classes = Classes(people.leaves[0] * 0, people.leaves[:, :1].T * 0)
    (low,) = risks.alike(SMALL, people, classes)
    assert (low["relaxed"], low["limit"], low["largest"]) == (True, 15 / 16, 7 / 8)


def test_who_stands_alone_by_hand() -> None:
    batch, classes = halves()
    found = {
        tuple(each["columns"]): (each["before"], each["after"])
        for each in uniques.by_columns(SMALL, batch.people, classes)
    }
    assert found == {("service_group",): (None, 0), ("gender",): (None, 0), ("service_group", "gender"): (None, 0)}


def test_of_fewer_than_ten_people_who_stand_alone_no_number_is_told() -> None:
    """Eleven services with one client each: who stands alone there is told, who does by their gender isn't."""
    rules = policy(
        msgspec.structs.replace(Q, release=Release(quasi=(Quasi(column="unit"), Quasi(column="gender")))), {}
    )
    sheet = {"unit": [f"u{number}" for number in range(11)] + ["u11"] * 9, "gender": ["pnts"] + ["female"] * 19}
    people = reading.people(rules, sheet)
    classes = Classes(people.leaves[0] * 0, people.leaves[:, :1].T * 0)
    found = {tuple(each["columns"]): each["before"] for each in uniques.by_columns(rules, people, classes)}
    assert found == {("unit",): 11, ("gender",): None, ("unit", "gender"): 11}


def test_who_stands_alone_by_answers_as_a_slow_count_has_it() -> None:
    rules = policy(Q, {})
    settled = clients(120, 3, rules)
    sheet = columns(settled)
    classes = partition(reading.people(rules, sheet), "detailed", 5, 10, rules.alpha).analyst

    def share(chosen: tuple[str, ...]) -> float:
        known = [(of, *(row[name] for name in chosen)) for of, row in zip(classes.of.tolist(), settled, strict=True)]
        return sum(known.count(each) == 1 for each in known) / len(known)

    found = list(uniques.by_answers(rules, sheet, classes))
    assert [len(each["answers"]) for each in found] == [1, 2, 3]
    assert all(each["share"] == share(tuple(each["answers"])) for each in found)
    assert found[0]["share"] == max(share((name,)) for name in rules.answers)
    telling = sorted(rules.answers, key=lambda name: -share((name,)))[: uniques.TELLING]
    assert found[1]["share"] == max(map(share, combinations(telling, 2)))


def test_detail_by_hand() -> None:
    batch, classes = halves()
    service, gender = utility.detail(SMALL, batch.people, classes)
    assert service["loss"] == pytest.approx(5 * (3 - 1) / (7 - 1) / 8)
    assert service["levels"] == [0.0, 5 / 8, 3 / 8]
    assert (gender["loss"], gender["levels"]) == (1.0, [1.0, 0.0])


@pytest.mark.parametrize(
    ("genders", "told"),
    [
        ({"female": 20, "male": 10}, {"female": 0.5, "male": 0.5}),
        ({"female": 20, "male": 10, "pnts": 1}, {"female": 0.5}),
        ({"female": 20, "male": 10, "pnts": 1, "-9": 9}, {"female": 0.5, "male": 0.5}),
        ({"female": 20, "pnts": 1}, {}),
    ],
)
def test_coverage_tells_of_no_kind_that_few_people_are_and_not_that_few_are_another(
    genders: dict[str, int], told: dict[str, float]
) -> None:
    """Every second person's gender is shown. Of nine and one, who are no woman and no man, it isn't told that they are there."""
    rules = policy(msgspec.structs.replace(Q, release=Release(quasi=(Quasi(column="gender"),))), {})
    people = reading.people(rules, {"gender": [each for each, number in genders.items() for _ in range(number)]})
    of = np.arange(people.leaves.shape[1]) % 2 * people.leaves[0]
    (gender,) = utility.detail(rules, people, Classes(of, np.arange(len(people.trees[0].nodes))[:, None]))
    assert gender["coverage"] == told


def test_a_label_that_is_the_same_on_two_levels_hides_nothing() -> None:
    rules = policy(
        msgspec.structs.replace(Q, release=Release(quasi=(Q.release.quasi[1],), answers=("knows_where",))), {}
    )
    sheet = {"age_band": ["a50_64", "a00_29"] * 10, "knows_where": ["yes", "yes"] * 10}
    people = reading.people(rules, sheet)
    (age,) = utility.detail(rules, people, Classes(np.arange(20), people.trees[0].above[people.leaves[0], 1][:, None]))
    assert age["levels"] == [0.0, 0.5, 0.5]
    assert age["coverage"] == {"a00_29": 0.0, "a50_64": 1.0}


def test_information_by_hand() -> None:
    batch, classes = halves()
    most = 3 * log2(8 / 3) + 2 * log2(8 / 2) + 3 * log2(8 / 3) + 8 * log2(2)
    lost = 3 * log2(5 / 3) + 2 * log2(5 / 2) + 8 * log2(2)
    assert utility.entropy_loss(batch.people, classes) == round(lost / most, 2)
    assert utility.discernibility(classes) == 25 + 9


def test_a_result_that_has_changed_is_found() -> None:
    assert utility.largest_change(SMALL, EIGHT, EIGHT) == 0
    assert utility.largest_change(SMALL, EIGHT, EIGHT | {"r01": ["2", *EIGHT["r01"][1:]]}) == pytest.approx(1 / 6)


@pytest.mark.parametrize("rules", [SMALL, policy(Q, {})])
def test_a_report_of_figures_can_be_written_down(rules: Policy) -> None:
    sheet = columns(clients(178, 1, rules))
    people = reading.people(rules, sheet)
    strata = Clients("service_group", dict.fromkeys(ANYBODY["service_group"], 100))
    for classes in partition(people, "detailed", 5, 10, rules.alpha):
        told = disclosure.measures(rules, disclosure.Batch(sheet, sheet, people), classes, strata)
        assert json.loads(json.dumps(told))["people"] == 178
        assert told["glm"] == pytest.approx(sum(each["loss"] for each in told["detail"]) / len(rules.quasi))
        assert told["journalist"]["largest"] <= told["prosecutor"]["largest"]
        assert told["journalist"]["mean"] < told["prosecutor"]["mean"]
        assert told["largest_change"] == 0


def test_one_class_of_everybody_has_a_report_too() -> None:
    rules = policy(msgspec.structs.replace(Q, release=Release(answers=("knows_where",))), {})
    sheet = {"knows_where": ["yes"] * 10 + ["no"] * 2}
    people = reading.people(rules, sheet)
    told = disclosure.measures(
        rules, disclosure.Batch(sheet, sheet, people), partition(people, "detailed", 5, 10, rules.alpha).analyst
    )
    assert (told["classes"]["least"], told["glm"], told["alone"], told["journalist"]) == (12, 0, [], None)
