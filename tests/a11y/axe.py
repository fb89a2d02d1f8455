"""axe-core on a page, every rule for WCAG 2.2 AA and the best practices, undecided results included."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .findings import Finding

UNDECIDED: dict[str, str] = {}
"""axe rule -> why it may end undecided here; a rule that is not listed must come to a result."""

_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
}


def axe(page: Page) -> list[Finding]:
    """Violations, and results axe could not decide; needs a context that runs JavaScript."""
    page.wait_for_load_state()  # of a page still arriving only the beginning would be looked at
    answer = Axe().run(page, options=_OPTIONS).response
    undecided = [result for result in answer["incomplete"] if result["id"] not in UNDECIDED]
    return [
        Finding(f"axe-{result['id']}", node["html"][:100], " ".join(node["failureSummary"].split()))
        for result in [*answer["violations"], *undecided]
        for node in result["nodes"]
    ]
