"""A settled wave, released and written to a file in one step."""

from pathlib import Path

from surveyapp.reports_in_words import pages
from surveyapp.services import exporting, releasing
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
