"""``make translations`` changes nothing where nothing is new."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.languages.catalogues import ROOT

PARTS = ("surveyapp", "bots", "translations")


def test_catalogues_that_are_made_again_are_the_same_bytes(tmp_path: Path) -> None:
    """The Makefile's own commands, on a copy of the tree. Where this fails, ``make translations`` mends it."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    programs = Path(sys.executable).parent
    installed = ["-o", f"{programs.parent}/.tested", f"VENV={programs.parent}", f"BIN={programs}"]
    subprocess.run(["make", "-s", *installed, "catalogues"], cwd=tmp_path, check=True)
    assert _bytes(tmp_path) == _bytes(ROOT)


def _bytes(root: Path) -> dict[str, bytes]:
    files = sorted((root / "translations").rglob("*.po*"))
    assert len(files) == 6
    return {str(file.relative_to(root)): file.read_bytes() for file in files}
