"""axe-core on a page, every rule for WCAG 2.2 AA and the best practices, undecided results included."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from .findings import Finding

UNDECIDED: dict[str, str] = {
    "th-has-data-cells": "a name above its figures is the head of its group of rows (HTML's scope=rowgroup), which axe looks for in one row"
}
"""axe rule -> why it may end undecided here; a rule that is not listed must come to a result."""

_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
    "selectors": False,
    "preload": {"assets": ["media"]},
}

# Only what is reported leaves the page: all that passed is a hundred times as much.
_RUN = """async (options) => {
  const {violations, incomplete} = await axe.run(options);
  const rows = (results, undecided) => results.flatMap(({id, nodes}) =>
    nodes.map(({html, failureSummary}) => [id, undecided, html, failureSummary]));
  return [...rows(violations, false), ...rows(incomplete, true)];
}"""


def axe(page: Page) -> list[Finding]:
    """Violations, and results axe could not decide; needs a context that runs JavaScript."""
    page.wait_for_load_state()  # of a page still arriving only the beginning would be looked at
    page.evaluate(AXE_SCRIPT)
    return [
        Finding(f"axe-{rule}", html[:100], " ".join(summary.split()))
        for rule, undecided, html, summary in page.evaluate(_RUN, _OPTIONS)
        if not (undecided and rule in UNDECIDED)
    ]
