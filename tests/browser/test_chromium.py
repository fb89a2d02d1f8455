"""Each way of meeting a page is what it says."""

import pytest

from .chromium import PEOPLE, PageIn
from .screens import FOLDER, shoot

PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Trees</title><h1>Trees</h1>
<script>document.querySelector('h1').textContent = 'Trees that run'</script></html>"""

QUERIES = {
    "phone": "(width: 360px) and (pointer: coarse)",
    "narrow": "(width: 320px) and (height: 256px) and (resolution: 4dppx)",
    "tablet": "(width: 768px) and (pointer: coarse)",
    "desktop": "(width: 1280px) and (pointer: fine)",
    "without_javascript": "(scripting: none)",
    "forced_colours": "(forced-colors: active)",
    "reduced_motion": "(prefers-reduced-motion: reduce)",
    "dark": "(prefers-color-scheme: dark)",
    "more_contrast": "(prefers-contrast: more)",
}


@pytest.mark.parametrize("person", PEOPLE)
def test_a_page_is_met_as_it_says(page_in: PageIn, person: str) -> None:
    page = page_in(person)
    page.goto(f"data:text/html,{PAGE}")
    assert page.evaluate("(query) => matchMedia(query).matches", QUERIES[person]), QUERIES[person]


def test_without_javascript_no_script_runs(page_in: PageIn) -> None:
    headings = {}
    for person in ("phone", "without_javascript"):
        page = page_in(person)
        page.goto(f"data:text/html,{PAGE}")
        headings[person] = page.locator("h1").inner_text()
    assert headings == {"phone": "Trees that run", "without_javascript": "Trees"}


def test_screenshots_stay_out_of_the_repository(page_in: PageIn) -> None:
    page = page_in()
    page.goto(f"data:text/html,{PAGE}")
    file = shoot(page, "trees", "en")
    try:
        assert file.read_bytes().startswith(b"\x89PNG")
        assert f"{FOLDER.name}/" in (FOLDER.parent.parent / ".gitignore").read_text().split()
    finally:
        file.unlink()
