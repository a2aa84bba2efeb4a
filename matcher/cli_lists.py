"""Commands that print lists: shortlist, explain, evaluate; those for ideas are in `cli_ideas`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from matcher.cli_common import Today, console, day, shop
from matcher.cli_explain import NoLearning, Only, Todays, explain, say_troubles, used
from matcher.cli_ideas import idea, ideas
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.model import Profile

Format = Annotated[str, typer.Option("--format", help="table, csv, csv-de, xlsx, json or ics.")]
Out = Annotated[Path | None, typer.Option(help="Write to this file instead of the screen.")]
# Wide enough that a call is one line for whatever reads the table.
PIPED = 1000
FORMATS = ("table", "csv", "csv-de", "xlsx", "json", "ics")


def attach(app: typer.Typer) -> None:
    for command in (shortlist, explain, evaluate, idea, ideas):
        app.command()(command)


def shortlist(
    priority: Only = None,
    top: Annotated[int, typer.Option(help="How many calls.", min=1)] = 30,
    status: Annotated[str, typer.Option(help="Status words, comma between them; or all.")] = "open,forthcoming",
    today: Today = None,
    form: Format = "table",
    out: Out = None,
    all_calls: Annotated[bool, typer.Option("--all", help="Also what the noise switches hide.")] = False,
    todays: Todays = False,
    no_learning: NoLearning = False,
) -> None:
    """Ranked matches, best first; of a past day of live data as known then, by the priorities of then."""
    from matcher import desk, exports

    if form not in FORMATS:
        raise InputError(f"There is no format {form!r}. There are: {', '.join(FORMATS)}.")
    with shop() as (store, settings):
        moment = desk.today(store, override=day(today))
        table, hidden = desk.matches(
            store, settings, today=moment, only=priority, statuses=_statuses(status), noise=all_calls, top=top,
            todays_profile=todays, learning=not no_learning,
        )  # fmt: skip
        ranked_by = used(store, settings, moment, todays)
        notes = desk.provenance(store, settings, today=moment, profile=ranked_by)
        if not desk.is_past(store, moment):
            _say_days(moment, notes["data_of"], settings.language)
            _say_limits(store, settings.language)
        if form == "table":
            _draw(table, settings.language)
            _say_hidden(hidden, ranked_by, settings.language)
            say_troubles(ranked_by, priority, settings.language)
            if priority:
                _say_wordless(table, settings.language)
            return
        data = exports.render(form, table, language=settings.language, provenance=notes)
    if out is None:
        typer.echo(data if form == "xlsx" else data.decode("utf-8"), nl=False)
    else:
        out.write_bytes(data)
        console.print(f"{len(table)} calls written to {out}", markup=False)


def _statuses(text: str) -> list[str]:
    from matcher.model import Status

    return list(Status) if text.strip().casefold() == "all" else [word.strip() for word in text.split(",")]


def _say_days(moment: date, data_of: str, language: str) -> None:
    """The day of the list and the day of its data, on stderr."""
    from matcher.words import day as spelled
    from matcher.words import say

    key, told = (
        ("list_of", {"data_of": spelled(date.fromisoformat(data_of), language)}) if data_of else ("list_without", {})
    )
    console.print(say(f"cli.{key}", language, day=spelled(moment, language), **told), markup=False, soft_wrap=True)


def _say_limits(store: Any, language: str) -> None:
    """That nothing can be ranked, or that the last pull came to nothing, on stderr."""
    from matcher.views import limits

    for line in (limits.of_calls(store.calls(), language), limits.of_runs(store.runs(), language)):
        if line:
            console.print(line, markup=False, soft_wrap=True)


def _say_wordless(rows: Any, language: str) -> None:
    """How many rows of one priority have none of its words and so no points, on stderr."""
    from matcher.words import say

    count = sum(not row.terms and round(row.score) == 0 for row in rows.itertuples())
    if count:
        console.print(say("cli.no_word", language, n=count, m=len(rows)), markup=False, soft_wrap=True)


def _say_hidden(hidden: dict[str, int], profile: Profile, language: str) -> None:
    """What each filter and each noise switch took away, in words, on stderr."""
    from matcher.words import say

    noise = {f"noise:{n.key}": n.labels.get(language) or n.key for n in profile.noise}
    for name, count in hidden.items():
        label = noise.get(name) or say(f"states.filter.{name}", language)
        console.print(say("exports.not_shown", language, count=count, what=label), markup=False)


def _draw(rows: Any, language: str) -> None:
    from matcher.words import day as spelled
    from matcher.words import say

    drawing = Table(box=None, pad_edge=False)
    for head in ("score", "grade", "priority", "deadline", "status", "identifier", "title"):
        drawing.add_column(say(f"columns.{head}", language), overflow="fold" if head == "identifier" else "ellipsis")
    for row in rows.itertuples():
        deadline = spelled(row.deadline, language) if row.deadline else "–"
        status = say(f"states.status.{row.status}", language)
        grade = "–" if row.grade == "none" else say(f"states.grade.{row.grade}", language)
        cells = (f"{row.score:.0f}", grade, row.priority, deadline, status, row.identifier, row.title)
        drawing.add_row(*(str(cell).replace("[", "\\[") for cell in cells))
    typer_console = type(console)(highlight=False, width=None if console.is_terminal else PIPED)
    typer_console.print(drawing)


def evaluate(
    judgements: Annotated[Path, typer.Option(help="CSV: reference,identifier,<priority keys>, grades 0 to 2.")],
    ranker: Annotated[str | None, typer.Option(help="Ranking method.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Quality of the ranking against judged calls (relevant at grade 1.5, gain 2^grade - 1)."""
    from matcher import desk

    with shop() as (store, settings):
        fitted = desk.ranker(store, settings, name=ranker)
        figures = desk.evaluate(fitted, desk.profile(store, settings), judgements=judgements)
    if as_json:
        typer.echo(json.dumps(figures, indent=1))
        return
    names = list(next(iter(figures.values())))
    typer.echo(f"{'':12}" + "".join(f"{name:>14}" for name in names))
    for key, row in figures.items():
        cells = "".join(f"{row[n]:>14.3f}" if isinstance(row[n], float) else f"{row[n]!s:>14}" for n in names)
        typer.echo(f"{key:12}{cells}")
