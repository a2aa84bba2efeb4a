"""Commands about the data: refresh, sheet, reparse, doctor, health, backup, restore."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli_common import bar, console, shop
from matcher.errors import InputError, MatcherError

if TYPE_CHECKING:
    from matcher.ledger import Run

Json = Annotated[bool, typer.Option("--json", help="Print a JSON object for scripts.")]


def attach(app: typer.Typer) -> None:
    for command in (refresh, sheet, reparse, health, backup, restore):
        app.command()(command)
    app.command("doctor")(check)


def _report(run: Run, as_json: bool, language: str) -> None:
    if as_json:
        typer.echo(
            json.dumps({**run.model_dump(mode="json"), "stored": run.stored, "refused": run.refused}, indent=1)
        )
        return
    from matcher.views import runs

    typer.echo(runs.sentence(run, language))
    typer.echo(
        f"received {run.received} = stored {run.stored} (new {run.new}, changed {run.changed}, same {run.same})"
        f" + duplicates {run.duplicates} + rejected {sum(run.rejected.values())} · refused {run.refused}"
        f" · not seen {run.not_seen} · pages {run.pages} · requests {run.requests}"
    )
    for reason, count in sorted(run.rejected.items()):
        typer.echo(f"rejected: {reason}: {count}")
    for warning in run.warnings:
        typer.echo(f"warning: {warning}")
    for note in run.notes:
        typer.echo(f"note: {note}")


def refresh(
    replay: Annotated[Path | None, typer.Option(help="Read this folder of recorded answers instead.")] = None,
    source: Annotated[str, typer.Option(help="Which source to pull.")] = "portal",
    accept_change: Annotated[
        bool,
        typer.Option("--accept-change", help="Publish once although its size left the band."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Pull the portal (or a recorded folder) into the store. Exit: 0 or 10 published, 3 to 6 not published."""
    from matcher import desk
    from matcher.cli_alarm import last_list, watched
    from matcher.settings import Settings
    from matcher.views.runs import failure

    chosen = Settings()
    try:
        with watched(chosen) as runs, shop(chosen, seeded=False) as (store, settings):
            with bar() as progress:
                run = desk.refresh(
                    store, settings, source=source, replay=replay, accept_change=accept_change, progress=progress,
                    by_hand=sys.stdin.isatty(),
                )  # fmt: skip
            runs.append(run)
            _report(run, as_json, settings.language)
    except MatcherError as error:
        if not error.code:
            raise
        last, readable = last_list(chosen)
        said = failure(error, chosen.language, last, readable=readable)
        console.print(said, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(error.exit_code) from None
    raise typer.Exit(run.exit_code or 0)


def sheet(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX made from the template (README, 'Side list').")],
    as_json: Json = False,
) -> None:
    """Replace the office's own side list (calls that are not on the portal) by this file, whole or not at all."""
    from matcher import desk

    with shop() as (store, settings):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}.") from None
        run = desk.add_sheet(store, data=data)
        _report(run, as_json, settings.language)
    raise typer.Exit(run.exit_code or 0)


def reparse() -> None:
    """Read all kept raw records again with today's parser. No download, and no change is reported because of it."""
    from matcher import desk

    with shop() as (store, _):
        typer.echo(f"{desk.reparse(store)} calls read differently than before.")


def check(as_json: Json = False) -> None:
    """One small live request and a look at database, disk and clock: each line ok, or what to do."""
    from matcher import doctor
    from matcher.settings import Settings

    findings = doctor.examine(Settings())
    if as_json:
        typer.echo(json.dumps([f._asdict() for f in findings], indent=1))
    else:
        for finding in findings:
            typer.echo(f"{'ok  ' if finding.ok else 'look'}  {finding.what}: {finding.found}")
            if not finding.ok:
                typer.echo(f"      {finding.advice}")
    raise typer.Exit(doctor.exit_code(findings))


def health(as_json: Json = False) -> None:
    """State of the store for a watchdog: last pull and its age, schema, size, free disk. Exit 0, 5 or 10."""
    from matcher import doctor

    with shop(seeded=False) as (store, settings):
        facts = doctor.health(store, settings)
    if as_json:
        typer.echo(json.dumps(facts, indent=1, default=str))
    else:
        for key, value in facts.items():
            typer.echo(f"{key}: {value}")
    raise typer.Exit(int(facts["exit_code"]))


def backup(file: Annotated[Path, typer.Argument(help="The copy to write; must not exist yet.")]) -> None:
    """Write a verified copy of the store (SQLite) while it is in use."""
    from matcher import desk

    with shop(seeded=False) as (store, _):
        typer.echo(desk.backup(store, target=file))


def restore(file: Annotated[Path, typer.Argument(help="A copy made by `matcher backup`.")]) -> None:
    """Put a copy in the place of the store; what is there now is kept beside it."""
    from matcher import desk
    from matcher.settings import Settings

    typer.echo(desk.restore(Settings(), copy=file))
    console.print("Restart the dashboard if it is open.")
