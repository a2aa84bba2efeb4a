"""What the commands share: the open store with its first data, progress on a terminal, errors as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from matcher.errors import InputError, MatcherError

if TYPE_CHECKING:
    from matcher import desk
    from matcher.ledger import Run
    from matcher.settings import Settings

console = Console(stderr=True, highlight=False)


def stop(error: MatcherError) -> int:
    """Print what happened (and every fault of an input) on stderr; the exit code."""
    faults = getattr(error, "faults", None) or []
    # A message that ends with the first faults would tell them twice.
    text = str(error).removesuffix(" | ".join(faults[:3])).rstrip() or str(error)
    console.print(text, style="red", markup=False, soft_wrap=True)
    for fault in faults:
        console.print(f"  {fault}", markup=False, soft_wrap=True)
    return error.exit_code


@contextmanager
def bar() -> Iterator[Callable[[int, int | None, str], None]]:
    """A progress callback; draws only on a terminal."""
    if not console.is_terminal:
        yield lambda done, total, text: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as drawing:
        task = drawing.add_task("", total=None)
        yield lambda done, total, text: drawing.update(task, completed=done, total=total, description=text)


@contextmanager
def shop(settings: Settings | None = None, *, seeded: bool = True) -> Iterator[tuple[desk.Store, Settings]]:
    """The open store and its settings. `seeded`: a store without calls loads the shipped snapshot first."""
    # Here, not above: `matcher --help` and `matcher app` need not wait for pandas and scikit-learn.
    from matcher import desk
    from matcher.settings import Settings

    chosen = settings or Settings()
    store = desk.open_store(chosen)
    try:
        if seeded:
            with bar() as progress:
                first = _seeded(store, chosen, progress)
            if first is not None:
                console.print(f"Loaded the shipped snapshot: {first.message}", markup=False, soft_wrap=True)
        yield store, chosen
    finally:
        store.close()


def _seeded(store: desk.Store, settings: Settings, progress: Callable[[int, int | None, str], None]) -> Run | None:
    """The first load; where there is nothing to load, that nothing can be ranked, before the reason."""
    from matcher import desk
    from matcher.words import say

    try:
        return desk.seed(store, settings, progress=progress)
    except MatcherError:
        console.print(say("ranking.no_calls", settings.language), markup=False, soft_wrap=True)
        raise


def day(text: str | None) -> date | None:
    """An ISO date of the command line; InputError for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a date. Write it as 2026-11-23.") from None


Today = Annotated[str | None, typer.Option(help="The day the list is for (YYYY-MM-DD).", metavar="DATE")]
