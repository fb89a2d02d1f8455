"""What a test needs of the machine: missing it fails where everything must be there, and is skipped elsewhere."""

import os
from typing import NoReturn

import pytest


def unavailable(what: str) -> NoReturn:
    """End the test because the machine lacks something: a failure in CI, a skip with its reason elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and CI must have it")
    pytest.skip(what)
