"""A settled wave, released and written to a file in one step; and what its frozen files hold."""

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy.orm import Session

from surveyapp.reports_in_words import pages
from surveyapp.services import exporting, frozen, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.exporting import Exported, Options
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions

WAVE = "town/2010"
PLAIN = Options()


def release_to(sessions: Sessions, file: Path, wave: str = WAVE) -> Exported:
    """Release the wave's next batch and write the analysts' rows."""
    return write(sessions, releasing.make(sessions, wave, OPERATOR, Shell(pages)), file)


def write(
    sessions: Sessions, release: Release, file: Path, profile: str = "analyst", options: Options = PLAIN
) -> Exported:
    """Write a release."""
    with sessions.reading(release.org_id) as session:
        data, language = exporting.data_of(session, release, profile, options.language)
        return exporting.write(data, language, file, options)


def every_file(session: Session, release: Release) -> Iterator[tuple[str, bytes]]:
    """The frozen files of a release, and in the place of the zip what is in it."""
    for name in frozen.files_of(session, release):
        content = frozen.content(session, release, name)
        if name != frozen.ZIP:
            yield name, content
            continue
        with ZipFile(io.BytesIO(content)) as held:
            yield from ((f"{name} {each}", held.read(each)) for each in held.namelist())
