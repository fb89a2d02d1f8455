"""Sizes of files as people write them."""

import pytest

from surveyapp.languages import size_in_words


@pytest.mark.parametrize(
    ("size", "language", "words"),
    [
        (1, "en", "1 kB"),
        (48_000, "lv", "48 kB"),
        (48_001, "et", "49 kB"),
        (48_000, "ru", "48 кБ"),
        (48_000, "uk", "48 кБ"),
        (999_999, "en", "1,000 kB"),
        (3_449_999, "en", "3.4 MB"),
        (3_449_999, "ru", "3,4 МБ"),
    ],
)
def test_sizes(size: int, language: str, words: str) -> None:
    assert size_in_words(size, language).replace("\u00a0", " ") == words
