"""Commands that print lists: shortlist, explain, evaluate; those for ideas are in `cli_ideas`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from matcher.cli_common import Today, console, day, shop
from matcher.cli_ideas import idea, ideas
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.model import Profile
    from matcher.rankers import Explanation, Ranker

Format = Annotated[str, typer.Option("--format", help="table, csv, csv-de, xlsx, json or ics.")]
Out = Annotated[Path | None, typer.Option(help="Write to this file instead of the screen.")]
Only = Annotated[str | None, typer.Option("--priority", help="Key of one priority.", metavar="KEY")]
Todays = Annotated[
    bool, typer.Option("--todays-priorities", help="Rank a past day by the newest priorities, not those of then.")
]
FORMATS = ("table", "csv", "csv-de", "xlsx", "json", "ics")


def attach(app: typer.Typer) -> None:
    for command in (shortlist, explain, evaluate, idea, ideas):
        app.command()(command)


def shortlist(
    priority: Only = None,
    top: Annotated[int, typer.Option(help="How many calls.", min=1)] = 30,
    status: Annotated[str, typer.Option(help="Status words, comma between them.")] = "open,forthcoming",
    today: Today = None,
    form: Format = "table",
    out: Out = None,
    all_calls: Annotated[bool, typer.Option("--all", help="Also what the noise switches hide.")] = False,
    todays: Todays = False,
) -> None:
    """Ranked matches, best first; of a past day of live data as known then, by the priorities of then."""
    from matcher import desk, exports

    if form not in FORMATS:
        raise InputError(f"There is no format {form!r}. There are: {', '.join(FORMATS)}.")
    with shop() as (store, settings):
        moment = desk.today(store, override=day(today))
        table, hidden = desk.matches(
            store, settings, today=moment, only=priority, statuses=status.split(","), noise=all_calls, top=top,
            todays_profile=todays,
        )  # fmt: skip
        used = _used(store, settings, moment, todays)
        notes = desk.provenance(store, settings, today=moment, profile=used)
        if form == "table":
            _draw(table, settings.language)
            _say_hidden(hidden, used, settings.language)
            _say_troubles(used, priority, settings.language)
            return
        data = exports.render(form, table, language=settings.language, provenance=notes)
    if out is None:
        typer.echo(data if form == "xlsx" else data.decode("utf-8"), nl=False)
    else:
        out.write_bytes(data)
        console.print(f"{len(table)} calls written to {out}", markup=False)


def _used(store: Any, settings: Any, day: date, todays: bool) -> Profile:
    """The priorities that rank a list of `day`; of a past day their version is told on stderr."""
    from matcher import desk
    from matcher.words import day as spelled
    from matcher.words import moment, say

    past, language = desk.is_past(store, day), settings.language
    used = desk.profile_of(store, settings, day=day if past and not todays else None)
    if past:
        told = {"day": spelled(day, language), "version": used.version, "saved": moment(used.at, language)}
        key = "past.line_todays" if todays else "past.line"
        console.print(say(key, language, by=used.by or "–", **told), markup=False, soft_wrap=True)
    return used


def _say_hidden(hidden: dict[str, int], profile: Profile, language: str) -> None:
    """What each filter and each noise switch took away, in words, on stderr."""
    from matcher.words import say

    noise = {f"noise:{n.key}": n.labels.get(language) or n.key for n in profile.noise}
    for name, count in hidden.items():
        label = noise.get(name) or say(f"states.filter.{name}", language)
        console.print(say("exports.not_shown", language, count=count, what=label), markup=False)


def _say_troubles(profile: Profile, only: str | None, language: str, fitted: Ranker | None = None) -> None:
    """What keeps a priority from matching, in words, on stderr."""
    from matcher.views import troubles

    for wanted in profile.priorities:
        if wanted.key == only or (only is None and wanted.active):
            label = wanted.labels.get(language) or wanted.key
            for trouble in troubles.find(wanted, fitted):
                console.print(f"{label}: {troubles.sentence(trouble, language)}", markup=False, soft_wrap=True)


def _draw(rows: Any, language: str) -> None:
    from matcher.words import day as spelled
    from matcher.words import say

    drawing = Table(box=None, pad_edge=False)
    for head in ("score", "priority", "deadline", "status", "identifier", "title"):
        drawing.add_column(say(f"columns.{head}", language), overflow="fold" if head == "identifier" else "ellipsis")
    for row in rows.itertuples():
        deadline = spelled(row.deadline, language) if row.deadline else "–"
        status = say(f"states.status.{row.status}", language)
        cells = (f"{row.score:.0f}", row.priority, deadline, status, row.identifier, row.title)
        drawing.add_row(*(str(cell).replace("[", "\\[") for cell in cells))
    typer_console = type(console)(highlight=False, width=None if console.is_terminal else 160)
    typer_console.print(drawing)


def explain(
    reference: str,
    priority: Only = None,
    today: Today = None,
    todays: Todays = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Why a call stands, or on a past day stood, where it does. Takes a reference or identifier (all its calls)."""
    from matcher import desk

    with shop() as (store, settings):
        moment = desk.today(store, override=day(today))
        _used(store, settings, moment, todays)
        seen = desk.then(store, settings, day=moment, todays_profile=todays)
        reports = [
            (
                call,
                desk.explain(
                    seen.ranker, seen.profile, reference=call.reference, only=priority, decisions=seen.decisions
                ),
            )
            for call in desk.find(seen.ranker, reference)
        ]
    if as_json:
        plain = [
            {
                "reference": c.reference,
                "identifier": c.identifier,
                "title": c.title,
                "priorities": {k: _plain(e) for k, e in found.items()},
            }
            for c, found in reports
        ]
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    for call, found in reports:
        typer.echo(f"{call.identifier}  {call.title}  [{call.reference}]")
        for key, explanation in found.items():
            _tell(key, explanation)
    if priority:
        _say_troubles(seen.profile, priority, settings.language, seen.ranker)


def _plain(explanation: Explanation) -> dict[str, Any]:
    passage = explanation.passage._asdict() if explanation.passage else None
    return {
        **explanation._asdict(),
        "reasons": [reason._asdict() for reason in explanation.reasons],
        "passage": passage,
    }


def _tell(key: str, explanation: Explanation) -> None:
    typer.echo(f"\n  {key}: {explanation.score:.1f} of 100, {explanation.grade}")
    if explanation.rule_only:
        typer.echo("    text too short: rule only")
    for reason in explanation.reasons:
        words = f" ({', '.join(reason.words)})" if reason.words else ""
        typer.echo(f"    {reason.share:+6.1f}  {reason.kind}: {reason.key}{words}  {', '.join(reason.fields)}")
    if explanation.missing:
        typer.echo(
            f"    not found: {', '.join(explanation.missing[:12])}{' …' if len(explanation.missing) > 12 else ''}"
        )
    if explanation.passage:
        typer.echo(f"    “{explanation.passage.text}”")


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
