"""Who answers for an installation: what its privacy and accessibility statements say about itself. Pure but for a file.

``statement.yaml`` in the instance folder, every text alike for all languages or one for each:

    organisation: Kuldīgas novada pašvaldība
    contact: {lv: "…", en: "…"}          # lines: post, telephone, e-mail
    enforcement: {lv: "…", en: "…"}      # the authority for accessibility
    authority: {lv: "…", en: "…"}        # the authority for data protection
    answer_days: 14
    checked_on: 2026-11-02
"""

from datetime import date
from pathlib import Path

import msgspec

from surveyapp.engine.definition import Wording
from surveyapp.services.refusals import FileFault, Refusal
from surveyapp.services.shapes import shaped

FILE = "statement.yaml"


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an installation says about itself; what it doesn't say is left out of its pages."""

    organisation: str | Wording = ""
    contact: str | Wording = ""
    enforcement: str | Wording = ""
    authority: str | Wording = ""
    answer_days: int = 14
    checked_on: date | None = None


def read(folder: Path) -> Statement:
    """The statement of an instance folder, empty when there is none. Raises Refusal "faulty_statement"."""
    file = folder / FILE
    if not file.is_file():
        return Statement()
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Refusal("faulty_statement", problems=(FileFault("$", "not_yaml", {}),)) from None
    return shaped(text, Statement, "faulty_statement")
