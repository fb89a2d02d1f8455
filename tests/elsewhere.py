"""The product on another machine: an empty environment that holds what the lock names and the wheel, and nothing else.

No package index is asked: the locked packages are copied from the environment that runs the tests.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent
_PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
_OURS = shutil.ignore_patterns(".git", ".venv", "instance", "screenshots", "__pycache__", ".*_cache", ".hypothesis")


def locked() -> Iterator[Distribution]:
    """Every package of the lock for running, in the very version it names."""
    for name, version in _PINNED.findall((ROOT / "requirements" / "runtime.txt").read_text("utf-8")):
        found = distribution(name)
        assert found.version == version, f"{name} is {found.version} here, {version} in the lock"
        yield found


def build_wheel(folder: Path) -> Path:
    """The wheel, built by the build backend that pyproject.toml names."""
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(folder), "."]
    subprocess.run(build, check=True, cwd=ROOT, capture_output=True)
    return next(folder.glob("surveyapp-*.whl"))


def pip(python: Path, *words: str) -> str:
    """Run this environment's pip on another one; nothing is fetched. Returns what it printed."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that every user of the machine can reach, which pytest's own can't be; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="surveyapp-elsewhere-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(python: str, folder: Path, wheel: Path) -> Path:
    """Make the environment of an interpreter; returns its folder of programs."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    programs = folder / "bin"
    packages = next(folder.glob("lib/python*/site-packages"))
    for package in locked():
        for file in package.files or ():
            if ".." not in file.parts:  # programs stand outside, with the path of another Python in them
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file.locate(), packages / file)
    pip(programs / "python", "install", "--no-index", "--no-deps", "--quiet", str(wheel))
    return programs


def checkout(folder: Path, programs: Path) -> Path:
    """A copy of this checkout whose dependencies are installed already."""
    shutil.copytree(ROOT, folder, ignore=_OURS)
    (folder / ".venv").symlink_to(programs.parent)
    (programs.parent / ".installed").touch()
    return folder
