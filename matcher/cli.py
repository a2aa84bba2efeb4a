"""The same verbs as the dashboard's, on the command line. Exit codes: README, "Exit codes"."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from matcher import __version__
from matcher.cli_alarm import set_up_log
from matcher.cli_common import stop
from matcher.cli_data import attach as attach_data
from matcher.cli_lists import attach as attach_lists
from matcher.cli_priorities import priorities
from matcher.cli_region import region
from matcher.errors import MatcherError
from matcher.settings import Settings, app_file, home_folder

app = typer.Typer(
    name="matcher",
    help="EU funding calls, ranked against the priorities of a region, with reasons.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.add_typer(priorities, name="priorities")
app.add_typer(region, name="region")
attach_data(app)
attach_lists(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"matcher {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Settings come from MATCHER_* variables (README, "Configuration")."""
    set_up_log()


def _serve(settings: Settings, port: int | None, extra: list[str]) -> None:
    """Run the dashboard with these settings, until it ends or is told to.

    This process becomes the server where the system can do that: whoever ends the command ends the server.
    """
    command = [sys.executable, "-m", "matcher.ui_serve", "run", str(app_file())]
    command += [*(["--server.port", str(port)] if port else []), *extra]
    environment, folder = settings.environment(), app_file().parent
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.chdir(folder)
        os.execve(sys.executable, command, environment)
    try:
        code = subprocess.run(command, env=environment, cwd=folder, check=False).returncode
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)


Port = Annotated[int | None, typer.Option(help="Port of the dashboard; without it 8501 or the next free one.")]
Passed = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command("app", context_settings=Passed)
def dashboard(context: typer.Context, port: Port = None) -> None:
    """Open the dashboard on this machine; a store without calls first loads the shipped snapshot."""
    _serve(Settings(), port, context.args)


@app.command(context_settings=Passed)
def demo(context: typer.Context, port: Port = None) -> None:
    """Open the dashboard on the shipped snapshot, in a database of its own."""
    folder = home_folder()
    folder.mkdir(parents=True, exist_ok=True)
    _serve(Settings().with_database(f"sqlite:///{folder / 'demo.db'}"), port, context.args)


def main() -> None:
    """The entry point: errors become one sentence on stderr and an exit code."""
    try:
        app()
    except MatcherError as error:
        sys.exit(stop(error))


if __name__ == "__main__":
    main()
