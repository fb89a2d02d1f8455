"""``surveyapp release``: make a wave's release or its next batch, publish it, withdraw it; ``surveyapp clients``: how many there are."""

from dataclasses import asdict
from typing import Any

import click

from surveyapp import reports_in_words
from surveyapp.services import batches, clients, demo, frozen, publishing, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.refusals import Refusal
from surveyapp.services.waves import find_wave
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from surveyapp.terminal import as_json_option, explained, opened, progress, say, settings


@click.command()
@click.argument("wave", metavar="PROGRAMME/WAVE")
@click.option("--profile", type=click.Choice(list(frozen.PROFILES)), help="Whom to publish it for.")
@click.option("--withdraw", metavar="NOTE", help="Withdraw a release for good; everybody will read the note.")
@click.option("--batch", type=click.IntRange(1), help="With --withdraw: which batch, if not the newest.")
@as_json_option
@explained
def release(*, wave: str, profile: str | None, withdraw: str | None, batch: int | None, as_json: bool) -> None:
    """Make the wave's release, or its next batch: once, for analysts and for the public, in bytes that never change.

    Without --profile it is made and not yet published. What is made already is published with --profile.
    """
    if withdraw is None and batch is not None:
        raise click.UsageError("--batch goes with --withdraw")
    if withdraw is not None and profile is not None:
        raise click.UsageError("--withdraw and --profile don't go together")
    with opened(settings()) as sessions:
        done = _withdraw(sessions, wave, withdraw, batch) if withdraw is not None else _release(sessions, wave, profile)
        with sessions.reading(done.org_id) as session:
            few = frozen.RESPONSES not in frozen.files_of(session, done)
    say(_data(wave, done), as_json, *_sentences(wave, done, few=few))


def release_demo(sessions: Sessions, wave: str) -> None:
    """Release a wave of made-up answers with the texts that were read, and publish both profiles, as far as that isn't done yet."""
    with sessions.reading() as session:
        is_made = bool(frozen.releases_of(session, find_wave(session, wave)))
    if not is_made:
        sessions.retrying(demo.read_texts)
        _make(sessions, wave)
    with sessions.begin() as session:
        *_, newest = frozen.releases_of(session, find_wave(session, wave))
        for profile in frozen.PROFILES:
            if newest.state != "withdrawn" and not getattr(newest, profile):
                publishing.publish(session, newest, profile, OPERATOR)


def _release(sessions: Sessions, wave: str, profile: str | None) -> Release:
    """A batch that waits is released first; else the newest release is published."""
    try:
        return _make(sessions, wave, profile)
    except Refusal as refusal:
        if profile is None or refusal.code not in batches.NOTHING_WAITS:
            raise
        with sessions.begin() as session:
            found = frozen.releases_of(session, find_wave(session, wave))
            if not found:
                raise
            publishing.publish(session, found[-1], profile, OPERATOR)
            return found[-1]


def _make(sessions: Sessions, wave: str, profile: str | None = None) -> Release:
    """With a bar where somebody watches."""
    with progress("releasing") as shown:
        return releasing.make(sessions, wave, OPERATOR, Shell(reports_in_words.pages, shown), profile)


def _withdraw(sessions: Sessions, wave: str, note: str, batch: int | None) -> Release:
    with sessions.begin() as session:
        found = frozen.of_batch(frozen.releases_of(session, find_wave(session, wave)), batch)
        publishing.withdraw(session, found[-1], note, OPERATOR)
        return found[-1]


def _data(wave: str, made: Release) -> dict[str, Any]:
    return {
        "wave": wave,
        "release": str(made.id),
        "batch": made.batch,
        "responses": made.n,
        "state": made.state,
        "published": [profile for profile in frozen.PROFILES if getattr(made, profile)],
        "policy": made.policy_sha256.hex(),
    }


def _sentences(wave: str, made: Release, *, few: bool) -> list[str]:
    if made.state == "withdrawn":
        return [f"{wave}, batch {made.batch}: withdrawn"]
    told = [profile for profile in frozen.PROFILES if getattr(made, profile)]
    add = f"--profile {'public' if few else 'analyst or public'}"
    published = f"published for: {', '.join(told)}" if told else f"not published yet: add {add}"
    held = "the number of answers and one overall mean" if few else f"{made.n} responses"
    return [f"{wave}, batch {made.batch}: {held}; {published}"]


@click.command("clients")
@click.argument("wave", metavar="PROGRAMME/WAVE")
@click.option("--all", "in_all", type=click.IntRange(1, clients.MOST), help="How many there are in all.")
@click.option(
    "--of", multiple=True, metavar="PART=NUMBER", help="How many there are of a service or unit; once for each."
)
@click.option("--unknown", is_flag=True, help="Take back what was said.")
@as_json_option
@explained
def clients_command(*, wave: str, in_all: int | None, of: tuple[str, ...], unknown: bool, as_json: bool) -> None:
    """Say how many clients a wave is about, whether they answered or not, for the reports of releases made from now on.

    Without options it prints what was said.
    """
    said = {} if in_all is None else {clients.ALL: in_all}
    said |= {part: clients.read(part, number) for part, _, number in (each.partition("=") for each in of)}
    with opened(settings()) as sessions:
        if said or unknown:
            with sessions.begin() as session:
                clients.enter(session, find_wave(session, wave), said, OPERATOR)
        with sessions.reading() as session:
            found = clients.entered(session, find_wave(session, wave))
    data = {"wave": wave, "clients": asdict(found) if found else None}
    sentence = f"{found.total} clients" if found else "nobody has said how many clients there are"
    parts = (f"{part}: {number}" for part, number in found.number.items()) if found and found.column else ()
    say(data, as_json, f"{wave}: {sentence}", *parts)


COMMANDS: tuple[Any, ...] = (release, clients_command)
