"""A questionnaire in the terminal, through the same engine as every chat: to try it, and to write transcripts."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec.structs import replace

from surveyapp.engine import flow
from surveyapp.engine.conversation import begin, corrected, step
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.flow import PRESET
from surveyapp.engine.measures import effort
from surveyapp.engine.prompt import Choice
from surveyapp.engine.showing import Scene, render
from surveyapp.engine.talks import Command, Event, Note, Start, Step, Talk, Text
from surveyapp.engine.voices import Voice
from surveyapp.prompts_in_words import WordedButton, WordedPrompt, in_words
from surveyapp.services import library
from surveyapp.services.refusals import Refusal
from surveyapp.terminal import explained

NONCE = "00000000"
SHOWN, TYPED, STORED = "< ", "> ", "= "
SAMPLES = {
    "organisation": "Example",
    "contact": "help@example.org",
    "complaint_contact": "complaints@example.org",
    "privacy_url": "https://example.org/privacy",
    "web_url": "https://example.org/r/EXAMPLE2",
    "settle_date": "31.12.2030",
}
"""What stands for placeholders that a programme and its waves would fill."""

_ENDS = {"submit": "submitted", "decline": "declined", "erase": "erased"}


class Playing:
    """A conversation with somebody at a terminal. ``ended``: how it ended, None while it goes on."""

    def __init__(self, q: Questionnaire, language: str, variant: str = "standard") -> None:
        self.q = q
        self.variant = variant
        self.answers: dict[str, Any] = {PRESET: {"variant": variant}}
        self.record: dict[str, Any] = {}
        self.ended: str | None = None
        self.talk: Talk
        self._order = 0
        self._buttons: list[WordedButton] = []
        self._take(begin(q, Start(NONCE, language), variant))

    def shows(self) -> str:
        """What is on the screen now, a paragraph or a row of buttons a line. Buttons stand in brackets."""
        prompts = [in_words(each, self.q, self._voice()) for each in render(self._scene(), self._note)]
        self._buttons = [button for prompt in prompts for row in prompt.rows for button in row]
        self._order += 1
        if prompts[-1].prompt.place:
            self.talk = replace(self.talk, shown=self._order)
        return "\n\n".join("\n".join(_lines(prompt)) for prompt in prompts)

    def hears(self, line: str) -> None:
        """Somebody typed a message, a command with its slash, or a button's words in brackets to tap it."""
        self._order += 1
        self._take(step(self.q, self.talk, self.answers, self._event(line.strip())))

    def _event(self, line: str) -> Event:
        if line.startswith("[") and line.endswith("]"):
            tapped = next((button for button in self._buttons if button.label == line[1:-1]), None)
            return tapped.choice if tapped and tapped.choice else Choice(NONCE, None, "?")
        if line.startswith("/"):
            name, _, argument = line[1:].partition(" ")
            return Command(name, argument, self._order)
        return Text(line, self._order)

    def _take(self, made: Step) -> None:
        """The state goes through its stored form at every step, so that nothing is remembered beside it."""
        self.talk = msgspec.json.decode(msgspec.json.encode(made.talk), type=Talk)
        self.answers = json.loads(json.dumps(made.answers or self.answers))
        self._note: Note | None = made.note
        if made.effect == "restart":
            self.answers = {PRESET: {"variant": self.variant}}
            self._take(begin(self.q, Start(NONCE, self.talk.language), self.variant))
        elif made.effect == "submit":
            self._submit()
        else:
            self.ended = _ENDS.get(made.effect or "")

    def _submit(self) -> None:
        record = flow.record(self.q, self.answers)
        if record.problems:
            self._take(corrected(self.q, self.talk, self.answers, record.problems))
        else:
            self.record, self.ended = record.answers, "submitted"

    def _scene(self) -> Scene:
        return Scene(self.q, self.talk, self.answers, self._voice())

    def _voice(self) -> Voice:
        minutes = str(effort(self.q, self.talk.variant, self.talk.language).minutes)
        return Voice(self.talk.language, self.talk.variant, SAMPLES | {"minutes": minutes})


def _lines(prompt: WordedPrompt) -> Iterator[str]:
    yield from prompt.paragraphs
    for row in prompt.rows:
        yield " ".join(f"[{button.label}]" for button in row)


def marked(text: str, mark: str) -> str:
    """Every line of a text with the mark of who says it; empty lines are left out."""
    return "".join(f"{mark}{line}\n" for line in text.splitlines() if line.strip())


def typed_lines(transcript: str) -> list[str]:
    """What was typed in a transcript, in order."""
    return [line.removeprefix(TYPED) for line in transcript.splitlines() if line.startswith(TYPED)]


def replayed(q: Questionnaire, language: str, variant: str, typed: list[str]) -> tuple[Playing, str]:
    """A conversation in which these lines are typed, and its transcript."""
    playing, written = Playing(q, language, variant), ""
    for line in typed:
        written += marked(playing.shows(), SHOWN) + f"{TYPED}{line}\n"
        playing.hears(line)
        if playing.ended:
            break
    return playing, written + ending(playing)


def ending(playing: Playing) -> str:
    """The last lines of a transcript: the last showing, or what was stored."""
    if playing.ended is None:
        return marked(playing.shows(), SHOWN)
    stored = {key: json.dumps(value, ensure_ascii=False) for key, value in playing.record.items()}
    return marked("\n".join((playing.ended, *(f"{key}: {value}" for key, value in stored.items()))), STORED)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--lang", "language", metavar="CODE", help="Instead of the questionnaire's first language.")
@click.option("--variant", type=click.Choice(["standard", "easy"]), default="standard", show_default=True)
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write what was said into this file.")
@explained
def play(*, file: str, language: str | None, variant: str, save: Path | None) -> None:
    """Answer a questionnaire in the terminal, as in a chat; nothing is stored.

    Type a message, a command such as /back, or a button's words in [brackets] to tap it. An empty line ends.
    FILE may also be the id of a questionnaire that comes with the product.
    """
    q = library.load(file)
    spoken = language or q.languages[0]
    if spoken not in q.languages:
        raise Refusal("language_not_offered", {"language": spoken, "known": ", ".join(q.languages)})
    playing = Playing(q, spoken, variant)
    typed: list[str] = []
    while playing.ended is None:
        click.echo(playing.shows())
        click.echo(TYPED, nl=False)
        line = sys.stdin.readline().strip()
        if not line:
            break
        typed.append(line)
        playing.hears(line)
    click.echo(ending(playing) if playing.ended else "")
    if save is not None:
        save.write_text(replayed(q, spoken, variant, typed)[1], "utf-8")
