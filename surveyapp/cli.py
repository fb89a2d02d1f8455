"""The command line: ``surveyapp …``. It speaks English; respondents never see it.

Exit codes: 0 done, 1 refused or faulty, 2 wrongly called. ``--json`` prints one JSON document instead of sentences.
"""

import json
import os
import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bots import names
from surveyapp import export_commands, links, playing, processes, release_commands, settle_commands, staff_commands
from surveyapp.config import Config
from surveyapp.engine import documents
from surveyapp.services import (
    bots,
    collecting,
    demo,
    doctor,
    library,
    passwords,
    policies,
    programme_files,
    programmes,
    questionnaires,
)
from surveyapp.services.explanations import explain_faults
from surveyapp.services.refusals import Refusal
from surveyapp.services.settlements import Place
from surveyapp.store import migrating
from surveyapp.store.sessions import Sessions
from surveyapp.terminal import as_json_option, bar, explained, opened, say, settings

_CHANNELS = click.Choice(["web", "chat", "telegram", "tablet", "paper"])


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="surveyapp")
def main() -> None:
    """Accessible client-satisfaction questionnaires, their store and their anonymous export.

    Settings come from the environment: DATABASE_URL, SECRET_KEY, PUBLIC_URL and others; the README lists them.
    """


for command in (
    playing.play,
    *release_commands.COMMANDS,
    *settle_commands.COMMANDS,
    export_commands.export,
    staff_commands.staff,
    staff_commands.audit_group,
):
    main.add_command(command)


@main.command()
@click.option(
    "--wait", type=click.FloatRange(min=0), default=0, metavar="SECONDS", help="Wait for the database to come up."
)
@as_json_option
@explained
def upgrade(*, wait: float, as_json: bool) -> None:
    """Migrate the database to the newest version."""
    config = settings()
    migrating.upgrade(config.owner_url, wait)
    head = migrating.head()
    say({"version": head}, as_json, f"the database is at version {head}")


@main.command()
@click.option("--public", is_flag=True, help="Listen on every address of this machine, not on 127.0.0.1 only.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of the setting PORT.")
@click.option("--no-worker", is_flag=True, help="On SQLite: leave background jobs to a worker that runs by itself.")
@explained
def serve(*, public: bool, port: int | None, no_worker: bool) -> None:
    """Serve the web application with gunicorn; SQLite is migrated first, and a worker runs beside it."""
    config = settings()
    config = replace(config, port=port or config.port)
    web, here = processes.web(config, public=public), {**os.environ, "PORT": str(config.port)}
    if no_worker or not config.database_url.startswith("sqlite"):
        processes.become(web, here)
    raise SystemExit(processes.together(web, [processes.WORKER], here))


@main.command()
@explained
def bot() -> None:
    """Talk to people in Telegram, until stopped. TELEGRAM_BOT_TOKEN names the bot."""
    if settings().telegram_token is None:
        raise Refusal("no_bot")
    processes.become(processes.BOT, os.environ)


@main.command("demo")
@click.option("--no-serve", is_flag=True, help="Prepare and stop.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of the setting PORT.")
@as_json_option
@explained
def demo_command(*, no_serve: bool, port: int | None, as_json: bool) -> None:
    """Prepare a programme with made-up answers, print its addresses and serve it."""
    environ = {**os.environ, "PORT": str(port)} if port else os.environ
    config = Config.from_env(environ)
    if config.production:
        raise Refusal("production")
    if not no_serve and processes.taken(config.port):
        raise Refusal("port_taken", {"port": config.port})
    migrating.upgrade(config.owner_url)
    with opened(config) as sessions:
        addresses = _prepare(sessions, config)
    say(addresses, as_json, *(f"{name:<22} {address}" for name, address in addresses.items()))
    if not no_serve:
        click.echo("Ctrl+C ends the demonstration.", err=True)
        beside = [processes.WORKER, *([processes.BOT] if config.telegram_token else [])]
        here = {"LOG_LEVEL": "warning", **environ, "PORT": str(config.port)}
        raise SystemExit(processes.together(processes.web(config, public=False), beside, here))


def _prepare(sessions: Sessions, config: Config) -> dict[str, str]:
    with sessions.begin() as session:
        places = demo.set_up(session, config.public_url)
        done = demo.answered(session)
    with bar("made-up answers", demo.PEOPLE) as shown:
        shown.update(done)
        for person in range(done, demo.PEOPLE):
            with sessions.begin() as session:
                demo.answer(session, person)
            shown.update()
    settle_commands.settle_now(Place(sessions, config.owner_url), demo.PAST)
    release_commands.release_demo(sessions, demo.PAST)
    in_telegram = links.in_telegram(places["questionnaire"], names.ask(config))
    results = f"{config.public_url}/results/{demo.PAST.partition('/')[0]}"
    addresses = {"start page": f"{config.public_url}/", **places, **in_telegram, "public results": results}
    return {**addresses, "staff sign in at": f"{config.public_url}/sign-in", **_employ(sessions)}


def _employ(sessions: Sessions) -> dict[str, str]:
    """Give the made-up staff one-time passphrases; they are told here and nowhere else."""
    once = {role: secrets.token_urlsafe(12) for role in demo.STAFF}
    hashes = {role: passwords.hashed(once[role], email) for role, email in demo.STAFF.items()}
    with sessions.begin() as session:
        demo.employ(session, hashes)
    return {role: f"{email}, one-time passphrase {once[role]}" for role, email in demo.STAFF.items()}


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@as_json_option
@explained
def check(*, files: tuple[str, ...], as_json: bool) -> None:
    """Print the faults of questionnaire files, one a line with its path."""
    found = {file: library.faults_of(file) for file in files}
    lines = [f"{file}: {line}" for file, faults in found.items() for line in explain_faults(faults)]
    data = [{"file": file, **fault._asdict()} for file, faults in found.items() for fault in faults]
    say(data, as_json, *(lines or ["no faults"]))
    if lines:
        raise SystemExit(1)


@main.command()
@click.argument("file", metavar="FILE")
@click.option("--people", type=click.IntRange(1), required=True, help="How many answers are expected.")
@as_json_option
@explained
def propose(*, file: str, people: int, as_json: bool) -> None:
    """Print a block "release" for a questionnaire, made from the roles of its items: more answers allow more detail.

    Somebody who knows the people looks through it, and puts it into the file.
    """
    block = {"release": policies.proposed(library.load(file), people)}
    say(block, as_json, documents.as_yaml(block))


@main.command()
def schema() -> None:
    """Print the JSON Schema of a questionnaire."""
    click.echo(json.dumps(documents.json_schema(), ensure_ascii=False, indent=2))


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@as_json_option
@explained
def publish(*, files: tuple[str, ...], as_json: bool) -> None:
    """Check questionnaire files and freeze each as its next version; all of them or none.

    FILE may also be the id of a questionnaire that comes with the product.
    """
    loaded = [library.load(file) for file in files]
    with opened(settings()) as sessions, sessions.begin() as session:
        published = [questionnaires.publish(session, q) for q in loaded]
    data = [
        {
            "questionnaire": each.questionnaire,
            "version": each.version,
            "sha256": each.sha256,
            "languages": each.languages,
        }
        for each in published
    ]
    say(
        data,
        as_json,
        *(f"{p.questionnaire} is version {p.version}{'' if p.created else ' already'}" for p in published),
    )


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
@explained
def programme(*, file: Path, as_json: bool) -> None:
    """Make a programme from a YAML file, or bring it up to date."""
    wanted = programme_files.load(file.read_text("utf-8", errors="replace"))
    with opened(settings()) as sessions, sessions.begin() as session:
        made = programmes.make(session, wanted)
    state = "made" if made.created else "up to date"
    say(
        made._asdict(),
        as_json,
        f"{made.programme} is {state}: {made.units} units, waves {', '.join(made.waves) or 'none'}",
    )


@main.command()
@click.argument("questionnaire")
@click.option("--wave", required=True, metavar="PROGRAMME/WAVE", help="Made where it isn't there yet.")
@click.option("--unit", required=True, metavar="NAME", help="Id or name of the unit; made where it isn't there yet.")
@click.option("--channel", type=_CHANNELS, default="web", show_default=True)
@click.option("--several", is_flag=True, help="One chat may answer several times, as guardians do.")
@click.option(
    "--settles",
    type=click.DateTime(["%Y-%m-%d"]),
    help="For a wave that is made now: the earliest day on which answers become anonymous (default: today).",
)
@click.option("--qr", type=click.Path(dir_okay=False, path_type=Path), help="FILE.svg or FILE.png for a poster.")
@as_json_option
@explained
def collect(*, questionnaire: str, settles: datetime | None, qr: Path | None, as_json: bool, **place: Any) -> None:
    """Make or find an open collector and print its addresses: form, web chat, and the bot's where there is one.

    The QR code leads to the one of the channel.
    """
    config = settings()
    day = settles.date() if settles else None
    wanted = collecting.Wanted(questionnaire=questionnaire, settles=day, public_url=config.public_url, **place)
    with opened(config) as sessions, sessions.begin() as session:
        made = collecting.collect(session, wanted)
        username = bots.username(session, config.bot_id)
    found = links.of(config.public_url, made.code, username or names.ask(config))
    if qr:
        links.draw(found.for_channel(wanted.channel), qr)
    data = {"wave": made.wave, "code": made.code, **found._asdict()}
    provisional = ["contact and organisation are provisional; give them with: surveyapp programme FILE"]
    say(data, as_json, *found.sentences(made.code), *(provisional if "programme" in made.made else []))


@main.command("doctor")
@click.option("--start", is_flag=True, help="Look only for what forbids starting; servers do before they start.")
@as_json_option
@explained
def doctor_command(*, start: bool, as_json: bool) -> None:
    """Look for whatever could break a promise: settings, database, disk, dates."""
    config = settings()
    with opened(config) as sessions:
        found = doctor.forbids_start(config, sessions) if start else doctor.examine(config, sessions)
    say([each._asdict() for each in found], as_json, *(f"{each.state:<8} {each.name}: {each.words}" for each in found))
    if any(each.state == "failure" for each in found):
        raise SystemExit(1)
