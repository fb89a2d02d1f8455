"""Everything that anybody may have of a release in one zip, made of what was drawn up and frozen beside it."""

from functools import partial
from tempfile import TemporaryFile

from surveyapp.formats import archive
from surveyapp.services import frozen
from surveyapp.services.drawing import Drawn
from surveyapp.services.gathering import Gathered

_PIECE = 2**20


def with_public_zip(gathered: Gathered, drawn: Drawn) -> Drawn:
    """What was drawn up, and the zip; nothing more of so few people that there are no tables.

    Labels are in the questionnaire's first language, as ``surveyapp export`` writes them when not told otherwise.
    """
    if frozen.TABLES not in drawn.files:
        return drawn
    readers = {name: partial(iter, pieces) for name, pieces in drawn.files.items()}
    data = frozen.described(gathered.source.questionnaire, readers, gathered.entry.made, "public")
    with TemporaryFile() as file:
        archive.write(data, file, data.languages[0])
        file.seek(0)
        pieces = list(iter(partial(file.read, _PIECE), b""))
    return drawn._replace(files={**drawn.files, frozen.ZIP: pieces})
