"""The house stays small and clean: sizes, names, calls that are never made, and nothing of anybody's machine."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from statistics import quantiles

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(file for name in ("surveyapp", "bots") for file in (ROOT / name).rglob("*.py"))
TEMPLATES = sorted((ROOT / "surveyapp" / "web" / "templates").rglob("*.html"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "handler"}


def functions() -> list[tuple[str, int]]:
    return [
        (f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_files_are_small() -> None:
    sizes = [len(file.read_text("utf-8").splitlines()) for file in SOURCES]
    assert max(sizes) <= 300, [str(file) for file, size in zip(SOURCES, sizes, strict=True) if size > 300]
    assert quantiles(sizes, n=10)[8] <= 220


def test_functions_are_short() -> None:
    found = functions()
    assert [name for name, size in found if size > 40] == []
    assert quantiles([size for _, size in found], n=10)[8] <= 20


def test_names_say_what_is_inside() -> None:
    assert not {file.stem for file in SOURCES} & FORBIDDEN_NAMES


@pytest.mark.parametrize(
    "pattern", [r"\|\s*safe\b", r"\{%\s*autoescape\s+false", r"\bon[a-z]+\s*=\s*[\"']", r"\sstyle\s*=\s*[\"']"]
)
def test_no_template_switches_off_what_protects(pattern: str) -> None:
    assert [str(file) for file in TEMPLATES if re.search(pattern, file.read_text("utf-8"))] == []


FORBIDDEN_CALLS = {
    r"\bMarkup\(": {"surveyapp/web/languages.py"},
    r"shell=True": set(),
    r"\bpickle\b": set(),
    r"os\.(system|popen)\(": set(),
    r"xml\.(etree|sax|dom)|import lxml|defusedxml": set(),
    r"request\.files|multipart": set(),
    r"md5|\bsha1\b|\bSHA1\b": set(),
    r"(?m)^(import|from) random": {"surveyapp/services/demo.py", "surveyapp/store/sessions.py"},
    r"hazmat\.primitives\.(?!hashes|kdf\.hkdf|ciphers\.aead)": set(),
    r"yaml\.load\(": {"surveyapp/engine/documents.py"},
    r"\beval\(|\bexec\(": set(),
    r"text\(f[\"']": {"surveyapp/services/keeping.py"},
    r"os\.environ": {
        "bots/__init__.py",
        "bots/__main__.py",
        "surveyapp/cli.py",
        "surveyapp/serving.py",
        "surveyapp/terminal.py",
        "surveyapp/web/__init__.py",
    },
    r"datetime\.now\(\)|utcnow": set(),
}
"""Pattern -> the files that may hold it, each for a reason that stands there."""


@pytest.mark.parametrize("pattern", FORBIDDEN_CALLS)
def test_a_dangerous_call_is_made_nowhere_else(pattern: str) -> None:
    found = {str(file.relative_to(ROOT)) for file in SOURCES if re.search(pattern, file.read_text("utf-8"))}
    assert found == FORBIDDEN_CALLS[pattern]


REASONED = {
    ("bots/names.py", "B310"),  # an address of http or https only, which is checked first
    ("surveyapp/processes.py", "B104"),  # every interface, when asked for with --public
    ("surveyapp/engine/documents.py", "B506"),  # a subclass of the safe loader
    ("surveyapp/store/tenancy.py", "B608"),  # a UUID, or a word of ours and hexadecimal digits
    ("surveyapp/web/languages.py", "B704"),  # texts of our catalogues, as Jinja's own takes them
    ("surveyapp/serving.py", "B108"),  # where gunicorn's heartbeat files never wait for a disk
}


def test_bandit_finds_nothing_without_a_reason() -> None:
    # B604 takes every argument named "shell" for a command line; here it is the frame of a page.
    command = [sys.executable, "-m", "bandit", "-q", "-r", "surveyapp", "bots", "-ll", "--skip", "B604", "-f", "json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    found = {(each["filename"], each["test_id"]) for each in json.loads(result.stdout)["results"]}
    assert found == REASONED


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT).stdout.split(
        "\n"
    )
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_nothing_of_a_machine_is_in_the_project() -> None:
    forbidden = re.compile(
        r"/(?:root|work)/(?!\.)|pypi\." + r"org|registry\.npmjs|deb\.debian|files\.python" + "hosted"
    )
    for file in tracked():
        if file.suffix in {
            ".py",
            ".md",
            ".txt",
            ".toml",
            ".yaml",
            ".html",
            ".css",
            ".js",
            ".po",
            ".pot",
            "",
        } and file != Path(__file__):
            assert not forbidden.search(file.read_text("utf-8", errors="replace")), file


def test_no_compiled_catalogue_and_no_picture_of_a_page_is_tracked() -> None:
    assert [file for file in tracked() if file.suffix in {".mo", ".png", ".db"}] == []
