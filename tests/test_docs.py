"""What the documents say is so: links lead somewhere, and every setting and command is told of."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from surveyapp.cli import main
from surveyapp.engine.definition import RESERVED_IDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    for target, anchor in LINK.findall(file.read_text("utf-8")):
        there = (file.parent / target) if target else file
        assert there.exists(), f"{file.name} leads to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor[1:] in anchors, f"{file.name} leads to {target}{anchor}"


def test_every_setting_is_told_of_and_every_one_told_of_is_read() -> None:
    source = "".join((ROOT / "surveyapp" / name).read_text("utf-8") for name in ("config.py", "serving.py"))
    read = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source))
    table = README.partition("## Settings")[2].partition("## ")[0]
    told = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
    assert "DATABASE_URL" in read
    assert told == read


def test_every_command_is_told_of_and_every_one_told_of_is_there() -> None:
    table = README.partition("## Command line")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(main.commands)


def test_options_in_examples_are_options() -> None:
    for name, rest in re.findall(r"surveyapp (\w+)([^`\n]*)", README):
        if command := main.commands.get(name):
            if isinstance(command, click.Group):
                command = command.commands[rest.split()[0]]
            known = {option for each in command.params for option in each.opts} | {"--help"}
            assert set(re.findall(r"--[\w-]+", rest)) <= known, f"surveyapp {name}{rest}"


def test_the_first_steps_lead_as_far_as_a_newcomer_gets_alone(tmp_path: Path) -> None:
    steps = README.partition("From an empty database")[2].partition("\n## ")[0]
    ended = {}
    for line in re.findall(r"^surveyapp (.+)$", steps, re.MULTILINE):
        command, *words = shlex.split(line)
        words = [str(tmp_path / word) if word.endswith(".zip") else word for word in words]
        if command != "serve":
            ended[command] = CliRunner().invoke(main, [command, *words], env={"INSTANCE_DIR": str(tmp_path / "trial")})
    assert list(ended) == ["upgrade", "publish", "collect", "settle", "release", "export"]
    assert [result.exit_code for result in ended.values()] == [0, 0, 0, 0, 1, 1]
    assert "/r/" in ended["collect"].output
    assert "fewer than 5" in ended["release"].output
    assert "surveyapp release" in ended["export"].output


def test_every_id_that_is_taken_is_told_of() -> None:
    words = (ROOT / "docs/questionnaires.md").read_text("utf-8").partition("## What can't be an id")[2]
    assert set(re.findall(r"`(\w+)`", words.partition("A page's id")[0])) == RESERVED_IDS


def test_make_targets_told_of_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    told = {
        word
        for line in re.findall(r"^make ([a-z ]+?) *(?:#|$)", README + contributing, re.MULTILINE)
        for word in line.split()
    }
    assert told
    assert told <= targets
