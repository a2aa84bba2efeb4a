"""Commands for project ideas: idea, ideas. They translate and rank as the page does."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli_common import bar, console, shop
from matcher.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from matcher.desk import Bridge, Explanation, Store
    from matcher.model import Profile

Translate = Annotated[
    bool, typer.Option("--translate/--no-translate", help="Also look for the English of German and Dutch words.")
]
Top = Annotated[int, typer.Option(help="How many calls.", min=1)]


def idea(
    text: Annotated[str, typer.Argument(help="The idea; - reads it from the standard input.")],
    title: Annotated[str, typer.Option(help="Title of the idea; counts by itself, beside a long text too.")] = "",
    top: Top = 10,
    translate: Translate = True,
    explain: Annotated[bool, typer.Option("--explain", help="Why each call stands there, in points.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects, with the reasons.")] = False,
    closed: Annotated[
        bool, typer.Option("--closed", "--all", help="Also closed calls (--json has them always).")
    ] = False,
) -> None:
    """Calls for a project idea (German, Dutch or English, a line or three pages), as on the page of ideas."""
    from matcher import desk
    from matcher.views import ideas as view
    from matcher.words import day as spelled
    from matcher.words import number, say

    title, text = view.tidy(title)[0], text if text != "-" else sys.stdin.read()
    text, left = view.tidy(text)
    with shop() as (store, settings):
        language = settings.language
        if left:
            told = {"n": number(view.LONGEST, language), "left": number(left, language)}
            console.print(say("ideas.empty.cut", language, **told), markup=False)
        fitted, profile = desk.ranker(store, settings), desk.profile(store, settings)
        used: list[Bridge] = []
        lacking = "no_calls" if not fitted.calls_ else view.trouble(text, title)
        if not lacking:
            if translate:
                used = desk.translator(settings, profile).bridges(fitted, text=text, title=title)
            own = [
                *view.words(fitted, f"{title} {text}"),
                *view.english(fitted, [(b.spelling, b.english, "") for b in used]),
            ]
            lacking = view.trouble(text, title, view.telling(own))
        if lacking:
            console.print(say(f"ideas.empty.{lacking}", language), markup=False)
            if as_json:
                typer.echo("[]")
            return
        found = desk.idea(fitted, _calls(store, fitted, profile), text=text, title=title, used=used)
        table = found.head(top)
        left_out = 0 if closed or as_json else int((table["status"] == "closed").sum())
        if left_out:
            table = found[found["status"] != "closed"].head(top)
        references = list(table["reference"])
        whys = desk.explain_idea(fitted, references, text=text, title=title, used=used) if explain or as_json else []
    if as_json:
        typer.echo(json.dumps(_plain(table, whys, used), ensure_ascii=False, indent=1))
        return
    if used:
        pairs = dict.fromkeys(f"{b.spelling} → {b.english}" for b in used)
        console.print(f"{say('ideas.cli.translated', language)}: {', '.join(pairs)}", markup=False, soft_wrap=True)
    if left_out:
        console.print(say("cli.closed_left", language, n=left_out), markup=False)
    for place, row in enumerate(table.to_dict("records")):
        status = say(f"states.status.{row['status']}", language)
        due = f", {spelled(row['deadline'], language)}" if row["deadline"] else ""
        typer.echo(f"{place + 1:3}  {row['score']:5.1f}  {row['identifier']}  {row['title']}  ({status}{due})")
        if explain:
            _tell(whys[place], language, {p.key: p.labels.get(language, p.key) for p in profile.priorities})


def ideas(
    file: Annotated[Path, typer.Option(help='JSON lines {"qid", "text", "title"?}; may be .gz.')],
    run: Annotated[Path, typer.Option(help="Where to write qid, identifier, rank, score (tab separated).")],
    top: Top = 100,
    translate: Translate = True,
) -> None:
    """Rank all stored calls for many free texts."""
    from matcher import desk
    from matcher.views import ideas as view

    queries = _queries(file)
    with shop() as (store, settings), bar() as progress, run.open("w", encoding="utf-8") as target:
        fitted, profile = desk.ranker(store, settings), desk.profile(store, settings)
        known = desk.translator(settings, profile) if translate else None
        table = _calls(store, fitted, profile)
        for done, query in enumerate(queries, start=1):
            text, title = view.tidy(query["text"])[0], view.tidy(query["title"])[0]
            used = known.bridges(fitted, text=text, title=title) if known else []
            best = desk.idea(fitted, table, text=text, title=title, used=used).head(top)
            for rank, row in enumerate(best.itertuples(), start=1):
                target.write(f"{query['qid']}\t{row.identifier}\t{rank}\t{row.score:.4f}\n")
            progress(done, len(queries), "ideas")
    console.print(f"{len(queries)} ideas ranked into {run}", markup=False)


def _calls(store: Store, fitted: Any, profile: Profile) -> pd.DataFrame:
    """All stored calls as the page of ideas lists them."""
    from matcher import desk

    return desk.shortlist(fitted, profile, today=desk.today(store), decisions=store.decisions())


def _queries(file: Path) -> list[dict[str, str]]:
    opener = gzip.open if file.suffix == ".gz" else open
    queries: list[dict[str, str]] = []
    faults: list[str] = []
    with opener(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                query = json.loads(line)
                texts = {name: str(query.get(name) or "") for name in ("text", "title")}
                queries.append({"qid": str(query["qid"]), **texts})
            except (ValueError, KeyError, TypeError, AttributeError):
                faults.append(f"line {number} is not an object with qid and text")
    if faults:
        raise InputError(f"{file} was not read: {len(faults)} faulty lines, nothing was written.", faults)
    return queries


def _plain(table: pd.DataFrame, whys: list[Explanation], used: list[Bridge]) -> list[dict[str, Any]]:
    told = [bridge._asdict() for bridge in used]
    fields = ("reference", "identifier", "title", "priority", "score", "status")
    return [
        {
            **{name: row[name] for name in fields},
            "deadline": str(row["deadline"]) if row["deadline"] else None,
            "reasons": [reason._asdict() for reason in why.reasons],
            "missing": why.missing,
            "passage": why.passage._asdict() if why.passage else None,
            "translations": told,
        }
        for row, why in zip(table.to_dict("records"), whys, strict=True)
    ]


def _tell(why: Explanation, language: str, names: dict[str, str]) -> None:
    from matcher.views import ideas as view
    from matcher.words import say

    for line in view.lines(why, language, names):
        words = f" ({line.words})" if line.words else ""
        typer.echo(f"     {line.share:+6.1f}  {line.label}{words}  {line.where}".rstrip())
    typer.echo(f"     {why.score:6.1f}  {say('call.why_sum', language)}")
    if why.missing:
        typer.echo(f"     {say('ideas.why_missing', language)}: {', '.join(why.missing)}")
    if why.passage:
        typer.echo(f"     “{why.passage.text}”")
