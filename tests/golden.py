"""Golden transcripts: conversations as text files, with what was stored at their end.

``python -m tests.golden`` writes them anew with ``surveyapp play --save``; look at the difference before you commit it.
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from surveyapp.engine import documents
from surveyapp.engine.choices import Offer, offers
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.places import item_at, place_of, voice_of
from surveyapp.engine.talks import REVIEW
from surveyapp.playing import STORED, Playing, typed_lines
from tests.engine.library import PUBLISHED, library
from tests.web.every_type import Q as EVERY_TYPE

FOLDER = Path(__file__).parent / "transcripts"
WORDS = {
    "et": "Bussid võiksid käia sagedamini.",
    "lv": "Autobusi varētu kursēt biežāk.",
    "ru": "Автобусы могли бы ходить чаще.",
    "en": "Buses could run more often.",
    "uk": "Автобуси могли б їздити частіше.",
}
YES = {"et": "jah", "lv": "jā", "ru": "да", "en": "yes", "uk": "так"}
SEND = {"et": "saada", "lv": "nosūtīt", "ru": "отправить", "en": "send", "uk": "надіслати"}
SKIP = {"et": "jäta vahele", "lv": "izlaist", "ru": "пропустить", "en": "skip", "uk": "пропустити"}
BACK = {"et": "tagasi", "lv": "atpakaļ", "ru": "назад", "en": "back", "uk": "назад"}
KEEP = {"et": "jätka", "lv": "turpināt", "ru": "продолжить", "en": "keep", "uk": "продовжити"}
RULES = """
schema: questionnaire/1
id: every_rule
kind: survey
source_language: en
languages: [en, lv]
title: {en: "Rules", lv: "Noteikumi"}
pages:
  - id: first
    items:
      - {id: used, type: multiple, text: {en: "What do you use?", lv: "Ko Jūs izmantojat?"}, options: [
          {value: care, en: "care at home", lv: "aprūpe mājās"}, {value: bus, en: "the bus", lv: "autobuss"}]}
      - {id: hours, type: number, minimum: 0, maximum: 10, text: {en: "How many hours?", lv: "Cik stundu?"},
         show_if: [has, used, care]}
      - {id: enough, type: single, text: {en: "Is it enough?", lv: "Vai pietiek?"}, show_if: [">=", hours, 1],
         options: [{value: "y", en: "it is", lv: "pietiek"}, {value: "n", en: "it is not", lv: "nepietiek"}]}
      - {id: more, type: text, text: {en: "What is missing?", lv: "Kā trūkst?"}, show_if: ["==", enough, "n"]}
      - {id: late, type: consent, required: true, text: {en: "May we ask again?", lv: "Vai drīkstam jautāt vēlreiz?"},
         show_if: [any, [not, [answered, enough]], ["!=", enough, "n"]]}
"""
QUESTIONNAIRES: dict[str, Questionnaire] = {
    **{name: library(name) for name in PUBLISHED},
    "every_type": EVERY_TYPE,
    "every_rule": documents.load(RULES),
}


class Transcript(NamedTuple):
    """A transcript: whose, in which language and variant, and its text."""

    questionnaire: str
    language: str
    variant: str

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.questionnaire}.{self.language}{'.easy' if self.variant == 'easy' else ''}.txt"

    @property
    def q(self) -> Questionnaire:
        """What is asked."""
        return QUESTIONNAIRES[self.questionnaire]

    @property
    def typed(self) -> list[str]:
        """What the person typed and tapped."""
        return typed_lines(self.file.read_text("utf-8"))

    @property
    def stored(self) -> dict[str, Any]:
        """The answers at its end."""
        lines = [line.removeprefix(STORED) for line in self.file.read_text("utf-8").splitlines() if line[:2] == STORED]
        return {key: json.loads(value) for key, _, value in (line.partition(": ") for line in lines[1:])}

    @property
    def is_long(self) -> bool:
        """It asks more than anybody would tap through."""
        return len(self.q.items) > 60

    def __str__(self) -> str:
        """Its name in a report."""
        return self.file.stem


TRANSCRIPTS = [
    Transcript(name, language, variant)
    for name, q in QUESTIONNAIRES.items()
    for language in q.languages
    for variant in (("standard", "easy") if q.offers_easy else ("standard",))
]


def typing(made: Transcript) -> list[str]:
    """A person's lines: every way of answering, a word too early understood, a way back, a mistake."""
    chance, playing, lines = random.Random(str(made)), Playing(made.q, made.language, made.variant), []
    count = 0
    while playing.ended is None:
        playing.shows()
        place = place_of(made.q, playing.talk, playing.answers)
        for line in _at(made, place, playing, chance, count):
            lines.append(line)
            playing.hears(line)
            if playing.ended is None:
                playing.shows()
        count += 1
        assert count < 400, lines[-5:]
    return lines


def _at(made: Transcript, place: str, playing: Playing, chance: random.Random, count: int) -> Iterator[str]:
    item = item_at(made.q, place)
    if place == REVIEW:
        yield SEND[made.language]
    elif item is None:
        yield YES[made.language]
    elif place.endswith("__text"):
        yield WORDS[made.language]
    else:
        if count == 4:
            yield from (BACK[made.language], KEEP[made.language], "???")
        yield from _answer(made, item, playing, chance)


def _answer(made: Transcript, item: Item, playing: Playing, chance: random.Random) -> Iterator[str]:
    offered = offers(made.q, item, voice_of(playing.talk))
    choices = [offer for offer in offered if not offer.extra]
    extras = [offer for offer in offered if offer.extra]
    if not item.required and chance.random() < 0.15:
        yield SKIP[made.language]
    elif item.type == "multiple":
        chosen = chance.sample(choices[:5], 2)
        numbers = ", ".join(sorted(offer.number for offer in chosen))
        yield "; ".join(made_of(made, offer) for offer in chosen) if item.shuffle else numbers
    elif item.type == "text":
        yield WORDS[made.language]
    elif item.type == "date":
        yield "2.11.2026"
    elif item.type == "number" and not choices:
        yield "2,5" if item.decimals else "7"
    elif extras and chance.random() < 0.15:
        yield made_of(made, extras[0])
    else:
        yield _said(made, item, chance.choice(choices), chance)


def _said(made: Transcript, item: Item, offer: Offer, chance: random.Random) -> str:
    if item.type == "consent" and not offer.label:
        return YES[made.language]
    words = made_of(made, offer)
    shown = f"[{offer.number} – {words}]" if item.type == "rating" else words
    number = words if item.shuffle else offer.number  # shuffled options have other numbers for everybody
    return chance.choice([number or words, words, shown]) or offer.number


def made_of(made: Transcript, offer: Offer) -> str:
    """The words of an offer."""
    return offer.label.get(made.language, "")


def main() -> None:
    """Write every transcript with the command a person would use."""
    FOLDER.mkdir(exist_ok=True)
    for made in TRANSCRIPTS:
        file = made.questionnaire
        if made.questionnaire not in PUBLISHED:
            document = FOLDER / f"{made.questionnaire}.json"
            document.write_bytes(documents.encode(made.q))
            file = str(document)
        command = [
            str(Path(sys.executable).with_name("surveyapp")),
            "play",
            file,
            "--lang",
            made.language,
            "--variant",
            made.variant,
        ]
        lines = "\n".join(typing(made)) + "\n"
        subprocess.run([*command, "--save", str(made.file)], input=lines, text=True, check=True, capture_output=True)
        if made.questionnaire not in PUBLISHED:
            document.unlink()


if __name__ == "__main__":
    main()
