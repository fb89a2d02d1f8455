"""Alphabetical order, language by language."""

import random

import pytest

from surveyapp.web.collation import sort_key

SORTED = {
    "et": "sool šokolaad zooloog žanr tool udu võti väli õun äke öö üks",
    "lv": "abava alsunga auce ādaži āne balvi cēsis čakste ģirts īle jelgava zemgale žagare",
    "ru": "ёж ежевика еще ёще ива йод якорь",
    "en": "co-op cob Cob cobs resume résumé resumes",
    "uk": "гора ґанок далі етап єнот жито ива їжак йод п'ять пара",
}


@pytest.mark.parametrize("language", SORTED)
def test_words_stand_as_in_a_dictionary(language: str) -> None:
    words = SORTED[language].split()
    mixed = words[:]
    random.Random(1).shuffle(mixed)  # a fixed order other than the right one
    assert sorted(mixed, key=lambda word: sort_key(word, language)) == words


def test_spaces_signs_digits_letters_other_scripts() -> None:
    names = ["Rīga", "Rīgas iela", "Rīgas novads", "Rīgas-Daugavpils", "Rīgas 2", "Rīgasa", "Rīgasя"]
    right = ["Rīga", "Rīgas 2", "Rīgas iela", "Rīgas novads", "Rīgas-Daugavpils", "Rīgasa", "Rīgasя"]
    assert sorted(names, key=lambda name: sort_key(name, "lv")) == right


def test_every_apostrophe_is_one() -> None:
    assert sort_key("п’ять", "uk") == sort_key("п'ять", "uk") == sort_key("пʼять", "uk")
