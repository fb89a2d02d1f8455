"""What the accessibility checks report, and what they have to be told about a page."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: the rule that is broken, where, and what is wrong there."""

    rule: str
    where: str
    problem: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.problem}"


@dataclass(frozen=True, slots=True)
class View:
    """What cannot be read off a page: the language it was asked for and whether answers are already known.

    ``forward`` are the button values that mean going on; ``tablet`` asks for targets of 60 instead of 44 CSS px.
    """

    language: str | None = None
    filled: bool = False
    tablet: bool = False
    forward: Collection[str] = ("next", "send", "agree")

    @property
    def target(self) -> int:
        """The smallest side of a control together with its label, in CSS px."""
        return 60 if self.tablet else 44


def report(findings: Collection[Finding]) -> str:
    """The findings as lines for an assertion message."""
    return "\n".join(str(finding) for finding in findings)
