"""Commands about the priorities: export, import, check, diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli_common import console, shop
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.model import Profile

priorities = typer.Typer(help="Priorities as a YAML file people can review.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="A YAML file.")]


def _read(file: Path) -> tuple[str, Profile]:
    from matcher import desk

    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text: {error}.") from None
    return text, desk.read_priorities(text, name=file.name)


@priorities.command("export")
def export(file: File) -> None:
    """Write the saved priorities; comments and order of the shipped file (or of FILE itself) are kept."""
    from matcher import desk

    with shop(seeded=False) as (store, settings):
        base = file.read_text("utf-8") if file.exists() else desk.shipped_priorities(settings)
        file.write_text(desk.write_priorities(desk.profile(store, settings), base=base), "utf-8")
    console.print(f"Written to {file}", markup=False)


@priorities.command("import")
def load(file: File, why: Annotated[str, typer.Option(help="Kept with the version.")] = "imported") -> None:
    """Save the file's priorities as a new version; with any fault nothing is applied and all faults are listed."""
    from matcher import desk

    with shop(seeded=False) as (store, settings):
        _, draft = _read(file)
        current = desk.profile(store, settings)
        if draft.region != settings.region:
            raise InputError(f"{file} is for the region {draft.region!r}, this store serves {settings.region!r}.")
        saved = desk.tune(
            store, draft=draft.model_copy(update={"version": current.version}), by=settings.user, why=why
        )
        for line in desk.difference(current, saved):
            typer.echo(line)
        typer.echo(f"Saved as version {saved.version}.")


@priorities.command()
def check(file: File) -> None:
    """Read the file and list every fault (exit 2) or doubtful spot (exit 0) without saving."""
    from matcher import desk

    _, draft = _read(file)
    for line in desk.doubts(draft):
        typer.echo(line)
    count = sum(len(p.concepts) for p in draft.priorities)
    typer.echo(f"{len(draft.priorities)} priorities, {count} concepts, no fault.")


@priorities.command()
def diff(file: File) -> None:
    """What importing the file would change."""
    from matcher import desk

    with shop(seeded=False) as (store, settings):
        _, draft = _read(file)
        lines = desk.difference(desk.profile(store, settings), draft)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("No difference.")
