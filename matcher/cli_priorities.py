"""Commands about the priorities: export, import, check, diff; as YAML, or as a sheet (CSV, XLSX)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli_common import console, shop
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.model import Profile

priorities = typer.Typer(
    help="Priorities as a file people can review: .yaml has everything, .csv and .xlsx the concepts and guards, one "
    "spelling a row.",
    no_args_is_help=True,
)
File = Annotated[Path, typer.Argument(help="A file that ends in .yaml, .csv or .xlsx.")]


def _form(file: Path) -> str:
    from matcher import desk_sheet

    form = file.suffix.lower().removeprefix(".")
    if form not in desk_sheet.ENDINGS:
        endings = ", ".join(f".{ending}" for ending in desk_sheet.ENDINGS)
        raise InputError(f"{file} must end in one of {endings}. Nothing was done.")
    return "yaml" if form == "yml" else form


def _read(file: Path, saved: Profile, language: str) -> Profile:
    """The priorities of a file; of a sheet those of `saved` with its concepts and guards.

    Prints the keys that were made where a sheet leaves them empty. Raises InputError with every fault in the language
    of the settings.
    """
    from matcher import desk, desk_sheet
    from matcher.views.faults import told
    from matcher.words import plural, say

    form, made = _form(file), list[str]()
    try:
        data = file.read_bytes()
        text = data.decode("utf-8-sig") if form == "yaml" else ""
    except (OSError, UnicodeDecodeError) as error:
        what = "UTF-8 text" if form == "yaml" else "a sheet"
        raise InputError(f"{file} cannot be read as {what}: {error}.") from None
    try:
        if form == "yaml":
            return desk.read_priorities(text, name=file.name)
        read = desk_sheet.read_sheet(data, saved, made)
    except InputError as error:
        faults = told(error.faults or [str(error)], language)
        raise InputError(plural("priorities.file.faults", len(faults), language), faults) from None
    if made:
        typer.echo(say("lab.file.derived", language, list=", ".join(made)))
    return read


@priorities.command("export")
def export(file: File) -> None:
    """Write the saved priorities. YAML keeps comments and order of the shipped file (or of FILE itself)."""
    from matcher import desk, desk_sheet, exports
    from matcher.words import say

    form = _form(file)
    with shop(seeded=False) as (store, settings):
        saved = desk.profile(store, settings)
        if form == "yaml":
            base = file.read_text("utf-8") if file.exists() else desk.shipped_priorities(settings)
            file.write_text(desk.write_priorities(saved, base=base), "utf-8")
        else:
            rows = desk_sheet.sheet_rows(saved)
            file.write_bytes(exports.sheet(rows, desk_sheet.HEADERS, form, settings.region))
    console.print(say("cli.written", settings.language, file=file), markup=False, soft_wrap=True)


@priorities.command("import")
def load(file: File, why: Annotated[str, typer.Option(help="Kept with the version.")] = "imported") -> None:
    """Save the file's priorities as a new version; with any fault nothing is applied and all faults are listed."""
    from matcher import desk
    from matcher.words import say

    with shop(seeded=False) as (store, settings):
        current = desk.profile(store, settings)
        draft = _read(file, current, settings.language)
        if draft.region != settings.region:
            raise InputError(f"{file} is for the region {draft.region!r}, this store serves {settings.region!r}.")
        lines = desk.difference(current, draft)
        if not lines:
            typer.echo(say("cli.same_kept", settings.language))
            return
        saved = desk.tune(
            store, draft=draft.model_copy(update={"version": current.version}), by=settings.user, why=why
        )
        for line in lines:
            typer.echo(line)
        typer.echo(say("cli.saved", settings.language, version=saved.version))


@priorities.command()
def check(file: File) -> None:
    """Read the file and list every fault (exit 2) or doubtful spot (exit 0) without saving."""
    from matcher import desk
    from matcher.words import say

    with shop(seeded=False) as (store, settings):
        # A sheet holds concepts and guards only: it is read against the saved fields, as diff and import do.
        draft = _read(file, desk.profile(store, settings), settings.language)
    for line in desk.doubts(draft):
        typer.echo(line)
    count = sum(len(p.concepts) for p in draft.priorities)
    typer.echo(say("cli.sound", settings.language, n=len(draft.priorities), concepts=count))


@priorities.command()
def diff(file: File) -> None:
    """What importing the file would change."""
    from matcher import desk
    from matcher.words import say

    with shop(seeded=False) as (store, settings):
        saved = desk.profile(store, settings)
        lines = desk.difference(saved, _read(file, saved, settings.language))
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo(say("cli.same", settings.language))
