"""What every format is written from: the frozen rows of a release, and everything that describes them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple


class Data(NamedTuple):
    """One profile of a frozen release.

    name            short, for file names: ``kuldiga-2010``
    titles          language -> what the release is about
    day             the day of the release; the only time that any file carries
    languages       of the labels, in the questionnaire's order
    columns         ids of the columns, in the order of the rows
    codebook        rows of ``codebook.csv``: for each column one that names it (code ``""``) and one for every code it
                    can hold, coarser labels and ``*`` included; keys as ``engine.sheet.codebook_header``
    rows            the rows as codes, without a header; from the start each time it is called
    size            how many rows there are
    profile         ``analyst`` (a row per response) or ``public`` (a row per class, column and code, with how many)
    synthetic       nobody real has answered
    report          ``report.json``
    report_pages    language -> the report as a page of HTML
    texts           item -> the lines of its file of approved texts, the header first
    """

    name: str
    titles: Mapping[str, str]
    day: date
    languages: tuple[str, ...]
    columns: tuple[str, ...]
    codebook: tuple[Mapping[str, str], ...]
    rows: Callable[[], Iterator[Sequence[str]]]
    size: int
    profile: str
    synthetic: bool
    report: bytes
    report_pages: Mapping[str, bytes]
    texts: Mapping[str, Sequence[Sequence[str]]]

    def title(self, language: str) -> str:
        """What the release is about, in this language if it has such a name."""
        return self.titles.get(language) or next(filter(None, self.titles.values()), self.name)
