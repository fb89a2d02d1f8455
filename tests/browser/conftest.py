"""Browser tests meet the product's pages in Chromium."""

from .chromium import chromium, page_in

__all__ = ["chromium", "page_in"]
