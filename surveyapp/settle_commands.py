"""The commands ``surveyapp settle`` and ``surveyapp worker``: what becomes final, by hand or by itself."""

from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from surveyapp.services import jobs, settlements, waves
from surveyapp.services.jobs import Seen
from surveyapp.services.settlements import Place, Settlement
from surveyapp.store.waves import Wave
from surveyapp.terminal import as_json_option, explained, opened, progress, say, settings


@click.command()
@click.argument("wave", metavar="PROGRAMME/WAVE")
@click.option("--keep-open", is_flag=True, help="Settle a part of a long wave that offers no withdrawal.")
@as_json_option
@explained
def settle(*, wave: str, keep_open: bool, as_json: bool) -> None:
    """Close a wave and make its finished responses anonymous for good."""
    config = settings()
    with opened(config) as sessions:
        done = settle_now(Place(sessions, config.owner_url), wave, keep_open=keep_open)
    closed, batch = done.closed, done.batch
    data = {"wave": wave, "closed": closed.was_open, "drafts_deleted": closed.drafts, **batch._asdict()}
    sentences = [f"{wave} is closed; unfinished answers deleted: {closed.drafts}"] if closed.was_open else []
    sentences.append(f"settled: {batch.responses} responses, {batch.texts} texts apart from them")
    if done.waiting:
        sentences.append(f"waiting: {done.waiting} responses, until they are enough for a batch of their own")
    say({**data, "waiting": done.waiting}, as_json, *sentences)


def settle_now(place: Place, name: str, *, keep_open: bool = False) -> Settlement:
    """Settle the wave of a name, with a bar where somebody watches."""

    def find(session: Session) -> Wave:
        return waves.find_wave(session, name)

    with progress("settling") as shown:
        return settlements.settle(place, find, keep_open=keep_open, progress=shown)


@click.command()
@explained
def worker() -> None:
    """Do what was asked for in the background, until stopped: settle waves, make releases, delete what is past its date."""
    from surveyapp import jobs as working  # noqa: PLC0415 - Huey, and numpy with the releases, are for the worker alone

    config = settings()
    with opened(config) as sessions:
        working.work(config, sessions)


@click.command("jobs")
@as_json_option
@explained
def jobs_command(*, as_json: bool) -> None:
    """Say how far the work in the background is: what waits, what is being done, what failed and why."""
    with opened(settings()) as sessions, sessions.reading() as session:
        found = jobs.of_everybody(session)
    data = [
        {
            "wave": wave,
            "kind": each.kind,
            "state": each.state,
            "done": each.progress,
            "of": each.total,
            "reason": each.reason,
            "last_sign": _moment(each.heartbeat),
        }
        for wave, each in found
    ]
    say(data, as_json, *(_sentence(wave, each) for wave, each in found) if found else ("no work in the background",))


def _sentence(wave: str, seen: Seen) -> str:
    far = f", {seen.progress} of {seen.total}" if seen.total and seen.state != "done" else ""
    why = f", {seen.reason}" if seen.reason else ""
    sign = f", last sign of life {_moment(seen.heartbeat)}" if seen.heartbeat else ""
    return f"{wave or 'the service'}: {seen.kind} {seen.state}{far}{why}{sign}"


def _moment(seconds: int) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else None


COMMANDS: tuple[Any, ...] = (settle, worker, jobs_command)
