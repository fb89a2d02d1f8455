"""Buttons: what they send back can always be read, and never gets longer than Telegram allows."""

import string

from hypothesis import given
from hypothesis import strategies as st

from bots.keyboards import PART, decode, encode, messages
from surveyapp.engine.prompt import VERBS, Choice
from surveyapp.prompts_in_words import WordedButton

ID = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
CHOICE = st.builds(
    Choice,
    nonce=st.text("0123456789abcdef", min_size=8, max_size=8),
    item=st.none() | ID | ID.map(lambda item: f"{item}__text"),
    verb=st.sampled_from(sorted(VERBS)),
    option=st.none() | st.integers(0, 999),
)
PARAGRAPHS = st.lists(st.text(string.ascii_letters + " \n😀é", max_size=6000), max_size=6)


@given(CHOICE)
def test_every_legal_choice_comes_back_as_it_was_sent(choice: Choice) -> None:
    data = encode(choice)
    assert len(data.encode()) <= 64
    assert decode(data) == choice


@given(st.text() | st.none() | st.integers() | st.text("|_=+-0123456789abcdef", max_size=70))
def test_any_other_data_is_read_as_nothing_and_never_fails(data: object) -> None:
    choice = decode(data)
    assert choice is None or encode(choice) == data.replace("|0", "|0")


def test_data_that_only_looks_like_ours_is_refused() -> None:
    for data in (
        "",
        "0123abcd|q1|=|1|",
        "0123ABCD|q1|=|1",
        "0123abcd|q1|?|1",
        "0123abcd|q1|=|1234",
        "0123abcd|q1|=|١",
        "0123abcd|q1|=|1\n",
    ):
        assert decode(data) is None, data


@given(PARAGRAPHS)
def test_long_texts_are_split_and_lose_nothing(paragraphs: list[str]) -> None:
    shown = messages(paragraphs, [])
    for message in shown:
        assert len(message.text.encode("utf-16-le")) // 2 <= PART
    assert "".join("".join(m.text for m in shown).split()) == "".join("".join(paragraphs).split())


def test_texts_are_split_between_paragraphs_and_the_buttons_stand_below_the_last() -> None:
    shown = messages(
        ["a" * 2000, "b" * 1400, "c" * 200], [[WordedButton("Yes", Choice("0123abcd", "q1", "=", 0), None)]]
    )
    assert [message.text for message in shown] == ["a" * 2000 + "\n\n" + "b" * 1400, "c" * 200]
    assert shown[0].keyboard is None
    assert shown[1].keyboard.inline_keyboard[0][0].callback_data == "0123abcd|q1|=|0"


def test_an_address_of_this_machine_is_told_instead_of_offered() -> None:
    website = WordedButton("Website", None, "/r/A")
    (message,) = messages(["Hello"], [[website]], "http://127.0.0.1:8000")
    assert message == ("Hello\n\nWebsite: http://127.0.0.1:8000/r/A", None)
    (message,) = messages(["Hello"], [[website]], "https://survey.example")
    assert message.keyboard.inline_keyboard[0][0].url == "https://survey.example/r/A"
