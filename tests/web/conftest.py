"""Some tests of pages meet them in Chromium."""

from tests.browser.chromium import chromium, page_in

__all__ = ["chromium", "page_in"]
