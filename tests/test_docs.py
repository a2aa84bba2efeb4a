"""The README describes every command, setting and exit code; a new one without a word there fails."""

import re

import pytest
import typer

from matcher import cli, errors
from matcher.settings import Settings
from matcher.settings_service import Service
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def commands() -> list[str]:
    group = typer.main.get_command(cli.app)
    names = []
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        names += [f"{name} {sub}" for sub in command.commands] if hasattr(command, "commands") else [name]
    return names


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    first, _, second = command.partition(" ")
    assert re.search(rf"`matcher {first}\b[^`]*{second}", README)


@pytest.mark.parametrize("name", sorted([*Settings.model_fields, *Service.model_fields]))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"MATCHER_{name.upper()}" in README


def test_every_exit_code_is_in_the_readme() -> None:
    section = README.split("### Exit codes", 1)[1].split("##", 1)[0]
    codes = {getattr(errors, name).exit_code for name in dir(errors) if name.endswith("Error")}
    assert all(re.search(rf"\b{code}\b", section) for code in codes)


def test_the_two_commands_are_the_makefiles() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^run:", makefile, re.M) and re.search(r"^test:", makefile, re.M)
    assert "make run" in README and "make test" in README


def test_pictures_of_the_readme_exist() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert len(pictures) >= 2
    assert [p for p in pictures if not (ROOT / p).is_file()] == []


def test_no_registry_and_no_machine_path_is_named() -> None:
    words = re.compile(r"files\.python" + r"hosted|py" + r"pi\.org|registry\.np" + r"mjs|/wor" + r"k/")
    named = [
        path.name
        for path in ROOT.rglob("*")
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".txt", ".cmd"} or path.name in {"Makefile", "run"}
        if ".venv" not in path.parts and ".git" not in path.parts and path.is_file()
        if words.search(path.read_text("utf-8", errors="replace"))
    ]
    assert named == []
