"""What a machine lacks is skipped with its reason, except in CI, where it fails."""

import pytest

from .needs import unavailable


def test_a_missing_program_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Java"):
        unavailable("no Java")


def test_a_missing_program_is_skipped_with_its_reason_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Java"):
        unavailable("no Java")
