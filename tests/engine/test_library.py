"""The shipped questionnaires can be published, are complete in every language, and take no longer than promised."""

import random

import pytest
import yaml

from surveyapp.engine import documents, flow
from surveyapp.engine.check import faults
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.measures import effort
from surveyapp.engine.sheet import codebook, columns, released_items, row
from tests.engine.library import FILES, PUBLISHED, library

LATEST = 12


@pytest.mark.parametrize("name", PUBLISHED)
def test_there_is_no_fault(name: str) -> None:
    assert faults(library(name)) == ()


@pytest.mark.parametrize("name", PUBLISHED)
def test_it_is_the_same_after_being_stored(name: str) -> None:
    q = library(name)
    stored = documents.encode(q)
    assert documents.decode(stored) == q
    assert documents.encode(documents.decode(stored)) == stored


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_review_status_is_honest(name: str) -> None:
    assert library(name).review_status == dict.fromkeys(library(name).languages, "drafted")


def posted(item: Item, q: Questionnaire, rng: random.Random) -> dict[str, list[str]]:
    """What a person might post: an option, a way of not answering, a text, or nothing."""
    scale = q.scale_of(item)
    choices = [option.value for option in item.options] + (
        [str(point.value) for point in scale.points] if scale else []
    )
    choices += [f"missing:{extra.code}" for extra in q.extras_of(item)]
    if not item.required and rng.random() < 0.2:
        return {}
    if choices:
        most = min(item.max_choices or 1, len(item.options)) if item.type == "multiple" else 1
        return {item.id: rng.sample(choices, most)}
    return {
        "number": {item.id: ["7"]},
        "text": {item.id: ["Paldies, viss labi! Спасибо."]},
        "date": {f"{item.id}__day": ["2"], f"{item.id}__month": ["11"], f"{item.id}__year": ["2026"]},
    }[item.type]


@pytest.mark.parametrize("variant", ["standard", "easy"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_it_can_be_answered_from_beginning_to_end(name: str, variant: str) -> None:
    q, rng = library(name), random.Random(name)
    for stage in ("individual", "consensus"):
        preset = {
            "variant": variant,
            "stage": stage,
            "modules": ["attitude"],
            "flags": ["pilot"],
            "planned": ["c01_availability"],
        }
        answers = {flow.PRESET: preset}
        while isinstance(step := flow.next_step(q, answers, "author"), flow.Ask):
            raw = {key: values for item in step.screen.questions for key, values in posted(item, q, rng).items()}
            reading = flow.read_page(q, answers, step.screen.items, raw)
            assert not reading.problems
            answers = reading.answers
        record = flow.record(q, answers)
        assert not record.problems
        sheet = columns(released_items(q))
        assert len(row(sheet, record.answers)) == len(sheet) > 0
        codes = {(entry["column"], entry["code"]) for entry in codebook(q, sheet, q.languages)}
        assert all((column.id, code) in codes for column, code in zip(sheet, row(sheet, record.answers), strict=True))


@pytest.mark.parametrize(("name", "minutes"), [("client_satisfaction_10", 5), ("client_satisfaction_short", 1)])
def test_it_takes_no_longer_than_promised(name: str, minutes: int) -> None:
    q = library(name)
    for language in q.languages:
        for variant in ("standard", "easy"):
            assert effort(q, variant, language).minutes <= minutes, (language, variant, effort(q, variant, language))


def test_a_longer_questionnaire_would_be_noticed() -> None:
    q = library("client_satisfaction_10")
    longer = documents.load(
        FILES["client_satisfaction_10"].replace("How old are you?", "How old are you? " + "word " * 60), FILES
    )
    assert effort(longer, "standard", "en").words == effort(q, "standard", "en").words + 60
    assert effort(longer, "standard", "en").minutes > 5


@pytest.mark.parametrize("name", ["common_scales", "report_phrases"])
def test_scales_and_phrases_are_complete(name: str) -> None:
    data = yaml.safe_load(FILES[name])
    wanted = set(data["languages"])

    def wordings(node: object) -> list[dict[str, str]]:
        if isinstance(node, list):
            return [found for each in node for found in wordings(each)]
        if isinstance(node, dict):
            here = [node] if wanted & set(node) else []
            return here + [found for each in node.values() for found in wordings(each)]
        return []

    found = wordings({key: value for key, value in data.items() if key != "languages"})
    assert len(found) > LATEST
    assert all(wanted <= set(words) and all(words[language] for language in wanted) for words in found)


def test_phrases_have_the_same_placeholders_in_every_language() -> None:
    for phrase, words in yaml.safe_load(FILES["report_phrases"])["phrases"].items():
        placeholders = {
            language: sorted(part.split("}")[0] for part in text.split("{")[1:]) for language, text in words.items()
        }
        assert len({tuple(names) for names in placeholders.values()}) == 1, phrase
