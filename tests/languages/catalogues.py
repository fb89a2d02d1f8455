"""The five catalogues and a fresh extraction, read once."""

import io
import subprocess
import sys
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = ("et", "lv", "ru", "en", "uk")


@cache
def catalogue(language: str) -> Catalog:
    """The texts of a language."""
    file = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(file.read_bytes()), locale=language)


@cache
def template() -> Catalog:
    """The committed template."""
    return read_po(io.BytesIO((ROOT / "translations" / "messages.pot").read_bytes()))


def extracted(folder: Path) -> Catalog:
    """What the code and templates hold now."""
    made = folder / "fresh.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml", "-k", "N_"]
    subprocess.run([*command, "--add-comments=TRANSLATORS:", "-o", str(made), "."], cwd=ROOT, check=True)
    return read_po(io.BytesIO(made.read_bytes()))


def forms(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def sources(message: Message) -> tuple[str, ...]:
    """The English of a message, singular first."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)
