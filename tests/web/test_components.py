"""Each component and page is what the accessible pattern says, filled or empty, right or wrong."""

from typing import Any

import pytest

from surveyapp.engine.answers import read
from surveyapp.engine.choices import arranged
from surveyapp.web.respond.texts import Voice, Worded
from tests.a11y.findings import View, report
from tests.a11y.source import check_source
from tests.a11y.trees import Document, text_of
from tests.a11y.vnu import validate

from .every_type import ANSWERS, ITEMS, PLACES, UNREADABLE, Q
from .rendering import VALUES, every_item, other_pages, screen_page

PROBLEM_PARTS = {"date": "day", "single": "text", "place": "find"}


def by_name(html: str, name: str) -> list[dict[str, Any]]:
    return [node.attrs for node in Document(html).of("input") if node.attrs.get("name") == name]


def wrong_page(name: str) -> str:
    problem = Worded(name, "Please look at this again.", PROBLEM_PARTS.get(name))
    return screen_page([ITEMS[name]], {"typed": {name: UNREADABLE[name]}}, [problem])


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_owes_its_reader_nothing(name: str) -> None:
    """Empty, answered in every way, and wrong."""
    found = check_source(screen_page([ITEMS[name]]), View("en"), None)
    for answer in ANSWERS[name]:
        found += check_source(screen_page([ITEMS[name]], {name: answer}), View("en", filled=True), None)
    found += check_source(wrong_page(name), View("en", filled=True), None)
    assert not found, report(found)


def test_a_page_of_all_types_owes_its_reader_nothing() -> None:
    empty = screen_page(every_item())
    assert not check_source(empty, View("en"), None)
    problems = [Worded(name, "Please look at this again.") for name in UNREADABLE]
    wrong = screen_page(every_item(), {"typed": UNREADABLE}, problems)
    found = check_source(wrong, View("en", filled=True), None)
    assert not found, report(found)


def test_every_other_page_owes_its_reader_nothing() -> None:
    for name, html in other_pages().items():
        found = check_source(html, View("en"), None)
        assert not found, f"{name}\n{report(found)}"


def test_all_pages_are_valid_html() -> None:
    pages = {name: screen_page([ITEMS[name]]) for name in ANSWERS} | other_pages()
    pages |= {"all": screen_page(every_item()), **{f"wrong {name}": wrong_page(name) for name in UNREADABLE}}
    pages["easy"] = screen_page([ITEMS["rating"]], voice=Voice("lv", "easy", VALUES))
    found = validate(pages)
    assert not found, report(found)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_could_not_be_read_stands_there_as_typed(name: str) -> None:
    assert read(Q, ITEMS[name], UNREADABLE[name]), "a problem"
    document = Document(wrong_page(name))
    kept: dict[str, list[str]] = {}
    for node in document.of("input", "textarea"):
        field = node.attrs.get("name") or ""
        choice = node.attrs.get("type") in {"radio", "checkbox"}
        if field in UNREADABLE[name] and (not choice or "checked" in node.attrs):
            text = node.to_text("", strip=False) if node.name == "textarea" else node.attrs["value"] or ""
            kept.setdefault(field, []).append(text)
    offered = {name: values for name, values in UNREADABLE[name].items() if values not in (["9"], ["perhaps"])}
    assert kept == offered


def test_the_summary_leads_to_the_very_field() -> None:
    for name in UNREADABLE:
        document = Document(wrong_page(name))
        link = next(node for node in document.of("a") if node.attrs["href"].startswith(f"#{name}"))
        target = document.by_id[link.attrs["href"][1:]]
        assert target.name in {"input", "textarea"}
        assert text_of(link) == "Please look at this again."
        assert document.title.startswith("Error: ")
        part = PROBLEM_PARTS.get(name)
        assert target.attrs["name"] == (f"{name}__{part}" if part else name)


def test_enter_means_continue_and_on_the_review_send() -> None:
    first = dict.fromkeys(("review", "personal", "chat_review", "chat_personal"), "send") | {"saved": "telegram"}
    for name, html in {"": screen_page(every_item()), **other_pages()}.items():
        buttons = [node for node in Document(html).of("button") if node.attrs.get("name") == "action"]
        if buttons:
            assert buttons[0].attrs["value"] == first.get(name, "next"), name
            assert len(buttons) == 1 or "hidden" in buttons[0].attrs, f"{name} shows the same button twice"


def test_a_scale_says_every_point_and_then_the_ways_out() -> None:
    html = screen_page([ITEMS["rating"]])
    labels = [text_of(node) for node in Document(html).of("label")]
    assert labels == ["1 – low quality", "2 – fair quality", "3 – high quality", "don't know"]
    assert [attrs["value"] for attrs in by_name(html, "rating")] == ["1", "2", "3", "missing:dk"]
    assert [attrs["id"] for attrs in by_name(html, "rating")] == ["rating", "rating-2", "rating-3", "rating-4"]


def test_the_simple_version_has_easy_words_and_faces_that_say_nothing_themselves() -> None:
    html = screen_page([ITEMS["rating"]], voice=Voice("en", "easy", VALUES))
    document = Document(html)
    assert document.headings == ["Do people help you well?"]
    assert [text_of(node) for node in document.of("label")] == ["badly", "so-so", "well"]
    faces = [node.attrs for node in document.of("img") if "faces" in node.attrs["src"]]
    assert [face["alt"] for face in faces] == ["", "", ""]


def test_only_an_answered_optional_choice_can_be_cleared() -> None:
    def clears(answers: dict[str, Any]) -> list[str | None]:
        buttons = Document(screen_page(every_item(), answers)).of("button")
        return [each.attrs["value"] for each in buttons if (each.attrs.get("value") or "").startswith("clear-")]

    assert clears({}) == clears({"text": "words", "rating": {"missing": "skipped"}}) == []
    assert clears({"rating": 2, "number": {"missing": "refused"}, "consent": False}) == [
        "clear-rating",
        "clear-number",
        "clear-consent",
    ]


def test_shuffled_options_have_four_orders_and_the_special_ones_stay_last() -> None:
    orders = {tuple(option.value for option in arranged(ITEMS["multiple"].options, order)) for order in range(4)}
    assert {order[2:] for order in orders} == {("other", "none")}
    places = {tuple(option.value for option in arranged(ITEMS["place"].options, order)) for order in range(4)}
    assert len(places) == 4
    assert {frozenset(order) for order in places} == {frozenset(option.value for option in ITEMS["place"].options)}


def test_a_long_list_is_sorted_and_can_be_typed_into() -> None:
    html = screen_page([ITEMS["place"]], voice=Voice("lv", values=VALUES))
    shown = [text_of(node) for node in Document(html).of("label")][1:]
    assert shown[:4] == ["Ape", "Auce", "Āne", "Balvi"]
    assert [name for name in shown if name.startswith("Rīg")] == ["Rīga", "Rīgas iela", "Rīgas-Daugavpils"]
    assert sorted(shown) == sorted(PLACES)
    assert read(Q, ITEMS["place"], {"place__find": ["riga"], "place": [""]}) == "p8"
    both = read(Q, ITEMS["place"], {"place__find": ["Ogre"], "place": ["p8"]})
    assert (both.code, both.part) == ("one_only", "find")


def test_placeholders_are_filled_once_and_authors_write_text_not_html() -> None:
    entry = other_pages()["entry"]
    assert "Run by: Kuldīga {minutes}." in entry
    assert "Time needed: about 5 min." in entry
    assert "Telegram" not in entry
    assert '<a href="https://example.org/privacy">' in entry
    shown = screen_page([ITEMS["single"]], {"single": ANSWERS["single"][1]})
    assert "&lt;Anna&gt; &amp; co" in shown
    assert "<Anna>" not in shown


def test_a_form_that_could_not_be_stored_can_be_sent_again_from_the_error_page() -> None:
    document = Document(other_pages()["error_503_form"])
    hidden = [node.attrs for node in document.of("input")]
    assert [(each["type"], each["name"], each["value"]) for each in hidden] == [
        ("hidden", "rating", "3"),
        ("hidden", "action", "next"),
    ]
    assert "action" not in document.of("form")[0].attrs, "it is sent to the address it came from"
