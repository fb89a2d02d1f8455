"""Analysts are somebody of the staff, too."""

from tests.web.manage.conftest import pages, sessions

__all__ = ["pages", "sessions"]
