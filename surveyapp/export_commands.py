"""``surveyapp export``: a release in a format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from surveyapp.services import audit, exporting, frozen
from surveyapp.services.audit import OPERATOR
from surveyapp.services.exporting import Exported, Options
from surveyapp.services.refusals import Refusal
from surveyapp.services.waves import find_wave
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from surveyapp.terminal import as_json_option, explained, opened, progress, say, settings


@click.command()
@click.argument("wave", metavar="PROGRAMME/WAVE")
@click.option(
    "--out",
    required=True,
    metavar="FILE|DIR/",
    help="FILE.zip, FILE.csv, FILE.xlsx, FILE.sav, FILE.parquet; or DIR/ for Parquet parted by organisation and wave.",
)
@click.option("--profile", type=click.Choice(list(frozen.PROFILES)), default="analyst", show_default=True)
@click.option("--batch", type=click.IntRange(1), help="Which batch, where a wave was released in several.")
@click.option("--joined", is_flag=True, help="The rows of all batches in one FILE.csv, one batch after the other.")
@click.option("--lang", metavar="LANGUAGE", help="Language of labels; the questionnaire's first if not given.")
@click.option("--labels", is_flag=True, help="Labels in the place of codes, in .xlsx and in CSV for spreadsheets.")
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: semicolons, marked as UTF-8, no formulas.")
@as_json_option
@explained
def export(*, wave: str, out: str, profile: str, batch: int | None, as_json: bool, **options: Any) -> None:
    """Write an existing release in a format: with codes, and a codebook of what they mean. Never raw rows."""
    wanted = Options(options["lang"], labels=options["labels"], excel=options["excel"])
    if options["joined"] and (profile != "analyst" or batch or wanted != Options()):
        raise Refusal("only_csv")
    written = []
    with opened(settings()) as sessions:
        if options["joined"]:
            written.append(_join(sessions, wave, Path(out)))
        for release, file in () if options["joined"] else _files(sessions, wave, out, profile, batch):
            done = _write(sessions, release, file, profile, wanted)
            written.append(
                {"wave": wave, "batch": release.batch, "profile": profile, "file": str(file), **done._asdict()}
            )
    lines = [f"{each['file']}: {each['responses']} rows, {each['columns']} columns" for each in written]
    say(written if out.endswith("/") else written[0], as_json, *lines)


def _files(sessions: Sessions, name: str, out: str, profile: str, batch: int | None) -> list[tuple[Release, Path]]:
    with sessions.reading() as session:
        chosen = exporting.chosen(session, find_wave(session, name), batch)
        if not out.endswith("/"):
            return [(exporting.only(chosen), Path(out))]
        large = exporting.with_rows(session, chosen, profile)
        files = [(release, exporting.folder_of(session, Path(out), release, profile)) for release in large]
    for _, file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    return files


def _write(sessions: Sessions, release: Release, file: Path, profile: str, options: Options) -> Exported:
    with sessions.reading(release.org_id) as session, progress("writing") as shown:
        data, language = exporting.data_of(session, release, profile, options.language)
        done = exporting.write(data, language, file, options, shown)
    _note(sessions, [release], profile, file, done)
    return done


def _join(sessions: Sessions, name: str, file: Path) -> dict[str, Any]:
    with sessions.reading() as session:
        releases = exporting.with_rows(session, exporting.chosen(session, find_wave(session, name)))
        done = exporting.join(session, releases, file)
    _note(sessions, releases, "analyst", file, done)
    batches = [each.batch for each in releases]
    return {"wave": name, "batches": batches, "profile": "analyst", "file": str(file), **done._asdict()}


def _note(sessions: Sessions, releases: Sequence[Release], profile: str, file: Path, done: Exported) -> None:
    told = {"profile": profile, "format": file.suffix.removeprefix("."), "rows": done.responses, "sha256": done.sha256}
    with sessions.begin(releases[0].org_id) as session:
        for release in releases:
            audit.record(session, release.org_id, OPERATOR, "release_exported", release.id, **told)
