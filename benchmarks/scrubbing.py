"""How many texts a second the scrubber reads: the sentences of its tests, over and over."""

import time
import timeit

from benchmarks.rows import Row
from surveyapp.anonymise.scrubbing import scrub
from tests.anonymise.sentences import LANGUAGES, sentences

_FEWEST = 10_000
"""Texts a second."""


def rows() -> list[Row]:
    """Processor time, the best of several rounds: noise only ever adds."""
    texts = [sentence.text for language in LANGUAGES for sentence in sentences(language)]
    seconds = min(timeit.repeat(lambda: [scrub(text) for text in texts], number=1, repeat=5, timer=time.process_time))
    each = seconds / len(texts) * 1_000_000
    return [Row(f"scrubbing a text, of {len(texts):,}", each, "µs", 1_000_000 / _FEWEST)]
