"""Commands about regions: set up a new one from a text, list those there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli_common import Today, day, shop
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.desk_region import Start
    from matcher.settings import Settings

region = typer.Typer(help="Regions: set up a new one, list those there are.", no_args_is_help=True)
EXCERPT = 500
"""Characters of a call that are printed before it is labelled."""


@region.command("new")
def new(
    key: Annotated[str, typer.Argument(help="Name of the region's folder: small letters, digits, hyphens.")],
    text: Annotated[Path | None, typer.Option(help="A strategy text, German or English.")] = None,
    words: Annotated[Path | None, typer.Option(help="A list of words, by fields or not.")] = None,
    labels: Annotated[str, typer.Option(help="Languages of the names, comma between them.")] = "de,en",
    again: Annotated[bool, typer.Option("--again", help="Drop what was begun under this key.")] = False,
    unlabelled: Annotated[bool, typer.Option("--unlabelled", help="Label no calls.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write the folder without asking.")] = False,
    today: Today = None,
) -> None:
    """Set up a region: a draft from a text, twenty calls to label, first figures, its folder. Goes on where it was
    left; nothing is written before the end."""
    from matcher import desk, desk_region

    with shop() as (store, settings):
        moment, fitted = desk.today(store, override=day(today)), desk.ranker(store, settings)
        if again:
            desk_region.drop(settings, key)
        begun = desk_region.find(settings, key)
        if begun is not None and (text or words):
            raise InputError(f"{key!r} was begun already. Go on without a file, or begin anew with --again.")
        if begun is None:
            begun = desk_region.begin(
                settings, fitted, key=key, text=_read(text, words), languages=labels.split(","), by=settings.user,
                told=_told(settings), today=moment,
            )  # fmt: skip
        _show(begun, fitted, settings)
        if not unlabelled:
            begun = _label(begun, fitted, settings, moment)
            if begun is None:
                return
        begun = _figures(begun, fitted, settings)
        _top(begun, fitted, settings, moment)
        _write(begun, fitted, settings, yes)


@region.command("list")
def listing() -> None:
    """The regions there are, and those that were begun."""
    from matcher import desk_region
    from matcher.settings import Settings

    settings = Settings()
    for name, keys in (("known", desk_region.known(settings)), ("begun", desk_region.begun(settings))):
        typer.echo(_say(settings, f"cli.{name}", list=", ".join(keys) or _say(settings, "cli.none")))


def _say(settings: Settings, key: str, **values: object) -> str:
    from matcher.words import say

    return say(f"region.{key}", settings.language, **values)


def _kept(settings: Settings, key: str) -> str:
    from matcher import desk_region

    return _say(settings, "cli.keep", command=f"{desk_region.program()} region new {key}")


def _told(settings: Settings) -> dict[str, str]:
    from matcher import desk_region

    places = {"n": "{n}", "calls": "{calls}"}
    return {origin: _say(settings, f"origin.{origin}", **places) for origin in desk_region.ORIGINS}


def _read(text: Path | None, words: Path | None) -> str:
    files = [file for file in (text, words) if file is not None]
    if not files:
        raise InputError("A new region begins with a text: --text FILE (a strategy) or --words FILE (a list).")
    try:
        return "\n\n".join(file.read_text("utf-8-sig") for file in files)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The text cannot be read as UTF-8: {error}.") from None


def _name(begun: Start, key: str, language: str) -> str:
    labels = begun.profile.priority(key).labels
    return labels.get(language) or next(iter(labels.values()), key)


def _show(begun: Start, fitted: Any, settings: Settings) -> None:
    typer.echo(_say(settings, "cli.draft", region=begun.key))
    for number, priority in enumerate(begun.profile.priorities, start=1):
        grades = fitted.grades(fitted.scores(priority))
        shown = sum(grade in ("strong", "partial") for grade in grades)
        off = sum(not concept.active for concept in priority.concepts)
        label = f"{number}  {_name(begun, priority.key, settings.language)}"
        typer.echo(_say(settings, "cli.field", label=label, n=len(priority.concepts), off=off, shown=shown))
        if begun.open.get(priority.key):
            typer.echo("   " + _say(settings, "cli.open", list=", ".join(begun.open[priority.key])))
        guessed = [c.spellings for c in priority.concepts if c.note == _told(settings)["guess"]]
        if guessed:
            pairs = ", ".join(f"{said['de'][0]} → {said['en'][0]}" for said in guessed)
            typer.echo("   " + _say(settings, "cli.guessed", list=pairs))
    if begun.left_out:
        typer.echo(_say(settings, "cli.left_out", list="; ".join(begun.left_out)))


def _label(begun: Start, fitted: Any, settings: Settings, moment: Any) -> Start | None:
    """Put one call after the other; None where the person goes on later."""
    from matcher import desk_region

    if not begun.asked:
        begun = desk_region.ask(settings, begun, fitted, today=moment)
    calls = {call.reference: call for call in fitted.calls_}
    keys = [priority.key for priority in begun.profile.priorities]
    while begun.left:
        reference = begun.left[0]
        typer.echo(f"\n{len(begun.answers) + 1}/{len(begun.asked)}  {_about(calls.get(reference), reference)}")
        for number, key in enumerate(keys, start=1):
            typer.echo(f"   {number}  {_name(begun, key, settings.language)}")
        try:
            said = typer.prompt(_say(settings, "cli.ask"), default="", show_default=False).strip().lower()
        except typer.Abort:
            said = "q"
        if said == "q":
            typer.echo("\n" + _kept(settings, begun.key))
            return None
        if said == "u":
            last = next(reversed(begun.answers), None)
            begun = desk_region.answer(settings, begun, reference=last, fits=None) if last else begun
            continue
        numbers = [part.strip() for part in said.split(",") if part.strip()]
        if not all(part.isdigit() and 1 <= int(part) <= len(keys) for part in numbers):
            typer.echo(_say(settings, "cli.again", n=len(keys)))
            continue
        fits = [keys[int(part) - 1] for part in numbers]
        begun = desk_region.answer(settings, begun, reference=reference, fits=fits)
    return begun


def _about(call: Any, reference: str) -> str:
    if call is None:
        return reference
    text = " ".join(call.text.split())
    return f"{call.title}\n   {call.identifier}\n   {text[:EXCERPT]}{'…' if len(text) > EXCERPT else ''}"


def _figures(begun: Start, fitted: Any, settings: Settings) -> Start:
    """What the labels say, and concepts that only brought the wrong calls."""
    from matcher import desk_region
    from matcher.views.first_figures import sentences

    if not begun.answers:
        return begun
    told, doubts = desk_region.first(begun, fitted)
    typer.echo("")
    names = {priority.key: _name(begun, priority.key, settings.language) for priority in begun.profile.priorities}
    for line in sentences(told, names, settings.language):
        typer.echo(line)
    if doubts:
        wrong = ", ".join(f"{doubt.concept} ({names[doubt.priority]}, {doubt.calls})" for doubt in doubts)
        typer.echo(_say(settings, "list.doubt", list=wrong))
        try:
            wanted = typer.confirm(_say(settings, "cli.switch_off"), default=False)
        except typer.Abort:
            # The end of the input is no answer: the concepts stay, and the next question says how to go on.
            wanted = False
        if wanted:
            return desk_region.switch_off(settings, begun, doubts)
    return begun


def _top(begun: Start, fitted: Any, settings: Settings, moment: Any) -> None:
    from matcher import desk_region

    for priority in begun.profile.priorities:
        table = desk_region.listed(begun, fitted, today=moment, only=priority.key)
        typer.echo(f"\n{_name(begun, priority.key, settings.language)}")
        for row in table.itertuples():
            typer.echo(f"   {row.score:3.0f}  {row.identifier}  {row.title}")
        if table.empty:
            typer.echo("   " + _say(settings, "draft.none"))


def _write(begun: Start, fitted: Any, settings: Settings, yes: bool) -> None:
    from matcher import desk_region

    folder = settings.own_regions_folder / begun.key
    try:
        wanted = yes or typer.confirm("\n" + _say(settings, "cli.write", folder=folder), default=True)
    except typer.Abort:
        wanted = False
    if not wanted:
        typer.echo(_kept(settings, begun.key))
        return
    desk_region.write(settings, begun, fitted)
    typer.echo(_say(settings, "list.written", folder=folder))
    typer.echo(f"   {desk_region.command(settings, begun.key)}")
    typer.echo(_say(settings, "list.after"))
