"""The checks find nothing on the product's pages, and each of 25 defects, planted alone, on three of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import PageIn
from tests.conftest import new_sqlite

from .axe import axe
from .checks import check, check_together, findings
from .findings import View, report
from .planting import NoPlaceError, Seed, planted
from .product import Specimen, specimens
from .seeds import SEEDS
from .vnu import validate

WANTED = 3


@pytest.fixture(scope="module", name="pages")
def fixture_pages(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Specimen, ...]]:
    with specimens(new_sqlite(tmp_path_factory.mktemp("pages"), migrated_file)) as pages:
        yield pages


def catcher(page: Page, view: View, seed: Seed) -> str | None:
    """Who catches the planted defect: the project's own checks, axe or nobody."""
    if any(finding.rule in seed.rules for finding in findings(page, view)):
        return "own checks"
    return "axe" if any(finding.rule in seed.rules for finding in axe(page)) else None


def test_a_clean_page_gives_no_findings(page_in: PageIn, pages: tuple[Specimen, ...]) -> None:
    page = page_in("phone")
    for specimen in pages:
        page.goto(specimen.address)
        found = [*axe(page), *check(page, specimen.view)]
        assert not found, f"{specimen.name}\n{report(found)}"


def test_a_clean_page_gives_no_findings_without_javascript(page_in: PageIn, pages: tuple[Specimen, ...]) -> None:
    page = page_in("without_javascript")
    page.goto(pages[1].address)
    found = check(page, pages[1].view)
    assert not found, report(found)


def test_clean_pages_are_valid_and_agree_with_each_other(pages: tuple[Specimen, ...]) -> None:
    found = validate({specimen.name: specimen.html for specimen in pages})
    russian = [(specimen.name, specimen.html) for specimen in pages if specimen.view.language == "ru"]
    assert not (found := [*found, *check_together(russian)]), report(found)


def test_rewriting_a_page_plants_nothing_by_itself(page_in: PageIn, pages: tuple[Specimen, ...]) -> None:
    page = page_in("phone")
    page.goto(pages[1].address)
    with planted(page, lambda rewrite: None):
        found = [*axe(page), *check(page, pages[1].view)]
    assert not found, report(found)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_planted_defect_is_caught(page_in: PageIn, pages: tuple[Specimen, ...], seed: Seed) -> None:
    page = page_in("phone")
    caught: dict[str, str | None] = {}
    for specimen in pages:
        if len(caught) == WANTED:
            break
        page.goto(specimen.address)
        try:
            with planted(page, seed.plant):
                caught[specimen.name] = catcher(page, specimen.view, seed)
        except NoPlaceError:
            continue
    assert len(caught) == WANTED, f"only {list(caught)} have a place for it"
    assert None not in caught.values(), caught
