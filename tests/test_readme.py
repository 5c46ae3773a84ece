"""What the README says is true."""

import re
import shlex
from pathlib import Path

import click
import pytest

from rag.settings import Settings
from ui.cli import dateline

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^ {4}\.venv/bin/(dateline.*)$", README, re.MULTILINE)))


def test_its_first_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"(?:^ {4}|`)make (\w+)", README, re.MULTILINE)
    assert targets[:2] == ["chat", "test"]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_line_in_it_is_understood(line: str) -> None:
    _, *arguments = shlex.split(line)
    command: click.Command = dateline
    context = click.Context(dateline)
    while isinstance(command, click.Group) and arguments:
        _, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command = found
    command.make_context(command.name, list(arguments))


def test_it_lists_every_setting_and_no_other() -> None:
    named = set(re.findall(r"DATELINE_[A-Z_]+", README))
    assert named == {f"DATELINE_{name.upper()}" for name in Settings.model_fields}


def test_every_file_it_links_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_no_committed_text_names_a_package_registry() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian"]
    for path in [*ROOT.glob("requirements/*"), ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / "README.md"]:
        text = path.read_text()
        assert not any(host in text for host in hosts), path
    assert "--hash=sha256:" in (ROOT / "requirements" / "run.txt").read_text()
