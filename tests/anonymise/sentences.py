"""Sentences of clients in five languages, what is personal in each, and how much of it the scrubber finds."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from surveyapp.anonymise import scrubbing
from surveyapp.engine.personal import shown

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("et", "lv", "ru", "en", "uk")
_MARK = re.compile(r"\{([A-Z-]+) ([^}]*)\}")


class Sentence(NamedTuple):
    """What somebody wrote, and what must be taken out of it: (start, end, kind) in the cleaned text."""

    text: str
    personal: tuple[scrubbing.Hit, ...]
    held_out: bool


class Figures(NamedTuple):
    """Of some sentences: kind -> (found, all), and sentences with nothing personal: (touched, all)."""

    found: dict[str, tuple[int, int]]
    touched: tuple[int, int]

    def recall(self, kind: str) -> float:
        found, every = self.found[kind]
        return found / every

    @property
    def false_hits(self) -> float:
        return self.touched[0] / self.touched[1]


def sentences(language: str) -> list[Sentence]:
    lines = (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()
    return [_sentence(line) for line in lines if line and not line.startswith("#")]


def _sentence(line: str) -> Sentence:
    held_out = int(hashlib.sha256(line.encode()).hexdigest(), 16) % 3 == 0
    line = line.replace("\\u200b", "\u200b")
    raw, text, personal, at = "", "", [], 0
    for mark in [*_MARK.finditer(line), None]:
        plain = line[at : mark.start()] if mark else line[at:]
        raw, text = raw + plain, text + shown(plain)
        if mark:
            end = len(text) + len(shown(mark[2]))
            personal.append(scrubbing.Hit(len(text), end, mark[1]))
            raw, text, at = raw + mark[2], text + shown(mark[2]), mark.end()
    return Sentence(raw, tuple(personal), held_out)


def is_found(wanted: scrubbing.Hit, text: str, hits: list[scrubbing.Hit]) -> bool:
    """No letter or digit of it is left, whatever it was taken for."""
    return all(
        not text[at].isalnum() or any(hit.start <= at < hit.end for hit in hits)
        for at in range(wanted.start, wanted.end)
    )


def missed(some: list[Sentence]) -> Iterator[tuple[str, str]]:
    """(kind, sentence) of whatever was overlooked, and ("touched", sentence) of what should have been left alone."""
    for sentence in some:
        text = shown(sentence.text)
        hits = scrubbing.hits(text)
        yield from ((each.kind, sentence.text) for each in sentence.personal if not is_found(each, text, hits))
        if hits and not sentence.personal:
            yield "touched", sentence.text


def measured(some: list[Sentence]) -> Figures:
    overlooked = [kind for kind, _ in missed(some)]
    every = [each.kind for sentence in some for each in sentence.personal]
    found = {kind: (every.count(kind) - overlooked.count(kind), every.count(kind)) for kind in sorted(set(every))}
    return Figures(found, (overlooked.count("touched"), sum(not sentence.personal for sentence in some)))
