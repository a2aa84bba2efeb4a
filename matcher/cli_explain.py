"""The command that explains: why a call stands where it stands, in the language of the settings."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli_common import Today, console, day, shop

if TYPE_CHECKING:
    from matcher.model import Call, Priority, Profile
    from matcher.rankers import Explanation, Ranker, Reason

MOST_CALLS = 3
MOST_MISSING = 12
Only = Annotated[str | None, typer.Option("--priority", help="Key of one priority.", metavar="KEY")]
Todays = Annotated[
    bool, typer.Option("--todays-priorities", help="Rank a past day by the newest priorities, not those of then.")
]

NoLearning = Annotated[bool, typer.Option("--no-learning", help="As if nothing had been learned from decisions.")]


def used(store: Any, settings: Any, day: date, todays: bool) -> Profile:
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


def say_troubles(profile: Profile, only: str | None, language: str, fitted: Ranker | None = None) -> None:
    """What keeps a priority from matching, in words, on stderr."""
    from matcher.views import troubles

    for wanted in profile.priorities:
        if wanted.key == only or (only is None and wanted.active):
            label = wanted.labels.get(language) or wanted.key
            for trouble in troubles.find(wanted, fitted):
                console.print(f"{label}: {troubles.sentence(trouble, language)}", markup=False, soft_wrap=True)


def explain(
    reference: str,
    priority: Only = None,
    today: Today = None,
    todays: Todays = False,
    no_learning: NoLearning = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Why a call stands, or on a past day stood, where it does. Takes a reference, or an identifier of few calls."""
    from matcher import desk
    from matcher.views import limits

    with shop() as (store, settings):
        moment = desk.today(store, override=day(today))
        used(store, settings, moment, todays)
        seen = desk.then(store, settings, day=moment, todays_profile=todays)
        calls = desk.find(seen.ranker, reference)
        if len(calls) > MOST_CALLS and not as_json:
            _tell_calls(calls, settings.language)
            return
        learned = [] if no_learning else seen.decisions
        reports = [
            (
                call,
                desk.explain(seen.ranker, seen.profile, reference=call.reference, only=priority, decisions=learned),
            )
            for call in calls
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
    names = {p.key: p.labels.get(settings.language) or p.key for p in seen.profile.priorities}
    for call, found in reports:
        typer.echo(f"{call.identifier}  {call.title}  [{call.reference}]")
        for key, explanation in found.items():
            _tell(names.get(key, key), explanation, seen.profile.priority(key), settings.language)
        for line in limits.of_call(seen.ranker, call, settings.language):
            console.print(line, markup=False, soft_wrap=True)
    if priority:
        say_troubles(seen.profile, priority, settings.language, seen.ranker)


def _plain(explanation: Explanation) -> dict[str, Any]:
    passage = explanation.passage._asdict() if explanation.passage else None
    return {
        **explanation._asdict(),
        "reasons": [reason._asdict() for reason in explanation.reasons],
        "passage": passage,
    }


def _tell_calls(calls: list[Call], language: str) -> None:
    """The calls that share an identifier, briefly, so that one can be asked for."""
    from matcher.words import say

    console.print(say("cli.shared", language, n=len(calls), name=calls[0].identifier), markup=False, soft_wrap=True)
    for call in calls:
        typer.echo(f"{call.reference}  {call.title}")


def _tell(name: str, explanation: Explanation, priority: Priority, language: str) -> None:
    from matcher.words import number, say

    grade = say(f"states.grade.{explanation.grade}", language) if explanation.grade else "–"
    score = say("cli.score_of", language, score=number(explanation.score, language, 1), grade=grade)
    typer.echo(f"\n  {name}: {score}")
    if explanation.rule_only:
        typer.echo(f"    {say('facts.why.rule_only', language)}")
    for reason in explanation.reasons:
        words = f" ({', '.join(reason.words)})" if reason.words else ""
        points = f"{reason.share:+6.1f}".replace(".", "," if language == "de" else ".")
        typer.echo(f"    {points}  {_label(reason, priority, language)}{words}  {_where(reason, language)}".rstrip())
    if explanation.missing:
        more = " …" if len(explanation.missing) > MOST_MISSING else ""
        typer.echo(
            f"    {say('facts.why.not_found', language)}: {', '.join(explanation.missing[:MOST_MISSING])}{more}"
        )
    if explanation.passage:
        typer.echo(f"    “{explanation.passage.text}”")


def _label(reason: Reason, priority: Priority, language: str) -> str:
    """What a part of the score is for: its kind, and its concept or rule by name."""
    from matcher.views.call import rule_label
    from matcher.words import has, say

    for name in (reason.key, reason.kind):
        if has(f"call.reason.{name}", language):
            return say(f"call.reason.{name}", language)
    known = has(f"facts.why.{reason.kind}", language)
    kind = say(f"facts.why.{reason.kind}", language) if known else reason.kind
    said = rule_label(priority, reason.key, language) if reason.kind == "rule" else reason.key
    return kind if reason.key == reason.kind else f"{kind}: {said}"


def _where(reason: Reason, language: str) -> str:
    from matcher.words import has, say

    sections = (f"facts.section.{field}" for field in reason.fields)
    return ", ".join(
        say(key, language) if has(key, language) else field
        for key, field in zip(sections, reason.fields, strict=True)
    )
