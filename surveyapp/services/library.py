"""Questionnaire files: those that come with the product, by name, and anybody's own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from surveyapp.engine import check, documents
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.faults import Fault
from surveyapp.services.refusals import FileFault, Refusal

SHIPPED = Path(__file__).parent.parent / "library"
PUBLISHED = ("client_satisfaction_10", "client_satisfaction_short", "self_assessment_10", "site_poll_pension")
"""The shipped questionnaires, ready to be published; the other files are parts of them."""


def load(name: str) -> Questionnaire:
    """The questionnaire of a file, or a shipped one by its id. Raises Refusal "no_such_file" or "faulty_file"."""
    file = find(name)
    try:
        return documents.load(file.read_text("utf-8"), _Neighbours(file.parent))
    except documents.DocumentError as error:
        fault = FileFault(error.path, error.code, error.values)
    except UnicodeDecodeError:
        fault = FileFault("$", "not_yaml", {})
    raise Refusal("faulty_file", {"file": name}, (fault,))


def faults_of(name: str) -> tuple[Fault | FileFault, ...]:
    """Everything that is wrong with a file; nothing when it can be published. Raises Refusal "no_such_file"."""
    try:
        return check.faults(load(name))
    except Refusal as refusal:
        if not refusal.problems:
            raise
        return refusal.problems


def find(name: str) -> Path:
    """The file itself, or the shipped one with this id. Raises Refusal "no_such_file"."""
    for file in (Path(name), SHIPPED / f"{Path(name).name}.yaml"):
        if file.is_file():
            return file
    raise Refusal("no_such_file", {"file": name})


class _Neighbours(Mapping[str, str]):
    """The files a questionnaire may take parts from, by id: those in its folder, and the shipped ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, name: str) -> str:
        for folder in (self.folder, SHIPPED):
            file = folder / f"{name}.yaml"
            if file.name == f"{name}.yaml" and file.is_file():
                return file.read_text("utf-8")
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({file.stem for folder in (self.folder, SHIPPED) for file in folder.glob("*.yaml")})

    def __len__(self) -> int:
        return sum(1 for _ in self)
