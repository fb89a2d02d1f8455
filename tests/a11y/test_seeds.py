"""The checks find nothing on clean pages, and each of 25 defects, planted alone, on three different pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import PageIn
from tests.serving import served

from .axe import axe
from .checks import check, findings
from .findings import View, report
from .planting import NoPlaceError, Seed, planted
from .samples import FOLDER, LANGUAGES, NAMES, site
from .seeds import SEEDS
from .source import check_source
from .vnu import validate

WANTED = 3


@pytest.fixture(scope="module", name="site")
def fixture_site() -> Iterator[str]:
    with served(site()) as address:
        yield address


def catch(page: Page, view: View, seed: Seed) -> str | None:
    """Who catches the planted defect: 'own checks', 'axe' or nobody."""
    if any(finding.rule in seed.rules for finding in findings(page, view)):
        return "own checks"
    return "axe" if any(finding.rule in seed.rules for finding in axe(page)) else None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("person", ["phone", "desktop", "dark"])
def test_a_clean_page_gives_no_findings(page_in: PageIn, site: str, name: str, person: str) -> None:
    page = page_in(person)
    page.goto(f"{site}/{name}.html")
    found = [*axe(page), *check(page, View(LANGUAGES[name]))]
    assert not found, report(found)


def test_a_clean_page_gives_no_findings_without_javascript(page_in: PageIn, site: str) -> None:
    page = page_in("without_javascript")
    for name in NAMES:
        page.goto(f"{site}/{name}.html")
        found = check(page, View(LANGUAGES[name]))
        assert not found, report(found)


def test_clean_pages_are_clean_as_they_are_sent() -> None:
    pages = {name: (FOLDER / f"{name}.html").read_bytes() for name in NAMES}
    found = [finding for name in NAMES for finding in check_source(pages[name], View(LANGUAGES[name]), "")]
    assert not (found := [*found, *validate(pages)]), report(found)


def test_rewriting_a_page_plants_nothing_by_itself(page_in: PageIn, site: str) -> None:
    page = page_in("phone")
    for name in NAMES:
        page.goto(f"{site}/{name}.html")
        with planted(page, lambda rewrite: None):
            found = [*axe(page), *check(page, View(LANGUAGES[name]))]
        assert not found, report(found)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_planted_defect_is_caught(page_in: PageIn, site: str, seed: Seed) -> None:
    page = page_in("phone")
    caught = {}
    for name in NAMES:
        page.goto(f"{site}/{name}.html")
        try:
            with planted(page, seed.plant):
                caught[name] = catch(page, View(), seed)
        except NoPlaceError:
            continue
        if len(caught) == WANTED:
            break
    assert len(caught) == WANTED
    assert all(caught.values()), caught
