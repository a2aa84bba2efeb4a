"""How harvests went, newest first, what they refused, and each in one or two sentences for people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from matcher.errors import MatcherError
from matcher.ledger import Fact, Reject, Run, kept
from matcher.views._run_words import ADVICE, ADVICE_BY_EXIT, as_of, rejected, told
from matcher.words import has, moment, number, plural, say

COLUMNS = (
    "started", "finished", "source", "scope", "outcome", "message", "received", "stored", "added", "altered", "same",
    "duplicates", "refused", "ghosts", "not_seen", "returned", "pages", "requests", "changes", "recorded_on", "state",
    "exit_code", "seconds", "id",
)  # fmt: skip
SHOWN = 3
"""So many reasons stand in a sentence; the record of the run has them all."""
REJECTS = ("rejected_because", "reason", "key", "excerpt")


def sentence(run: Run, language: str) -> str:
    """What happened, what was kept and what to do, in one or two sentences. Contains foreign text: escape it.

    After a good pull: "12 new, 3 deadlines changed, 0 lost; as of 23.11.2026 03:10, two scans agree", and where
    something should be looked at, a second sentence with the first warning.
    """
    if run.state == "published":
        done, found = _done(run, language), warnings(run, language)
        if not found:
            return done
        look = (
            plural("runs.done.look_more", len(found) - 1, language, warning=found[0])
            if found[1:]
            else say("runs.done.look", language, warning=found[0])
        )
        return f"{done}. {look}."
    if run.state == "running":
        return say("runs.lead.running", language, moment=moment(run.started, language))
    if run.state in ("killed", "stopped"):
        return f"{say(f'runs.lead.{run.state}', language)} {_rest(run.codes, 'start', language)}"
    return _undone(run.state, run.codes, run.exit_code, language)


def failure(error: MatcherError, language: str, last: Run | None = None, *, readable: bool = True) -> str:
    """The same for an error that came before there was a run; `last` is the published list that stays.

    `readable` is False where the store could not be asked for one.
    """
    facts = [Fact(code=error.code, level="reason", values=error.values)] if error.code else []
    return _undone(
        "not_begun",
        [*facts, kept(last) if readable else Fact(code="unreadable", level="kept")],
        error.exit_code,
        language,
    )


def reasons(run: Run, language: str) -> list[str]:
    """Why a run was not published, each reason without its full stop; empty for one that was."""
    return [text for fact in run.codes if fact.level == "reason" and (text := told(fact, language))]


def warnings(run: Run, language: str) -> list[str]:
    """What a person should look at. Runs of older versions have their warnings in English only."""
    facts = [fact for fact in run.codes if fact.level in ("warning", "accepted")]
    said = [told(fact, language) for fact in facts]
    if len(facts) < len(run.warnings) or None in said:
        return [line.removesuffix(".") for line in run.warnings]
    return [text for text in said if text]


def notes(run: Run, language: str) -> list[str]:
    """What is for information only; as `warnings`."""
    said = [told(fact, language) for fact in run.codes if fact.level == "note"]
    if len(said) < len(run.notes) or None in said:
        return [line.removesuffix(".") for line in run.notes]
    return [text for text in said if text]


def build(runs: Sequence[Run], language: str) -> pd.DataFrame:
    """One run a row (`COLUMNS`); received = stored + duplicates + refused + ghosts. Times are Brussels, in words."""
    rows = [_row(run, language) for run in sorted(runs, key=lambda r: (r.started, r.id or 0), reverse=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def rejects(found: Sequence[Reject], language: str) -> pd.DataFrame:
    """What a run did not store, one record a row (`REJECTS`): reason in words, reason as kept, key, excerpt."""
    rows = [(reject_reason(reject.reason, language), reject.reason, reject.key, reject.excerpt) for reject in found]
    return pd.DataFrame(rows, columns=list(REJECTS), dtype=object)


def outcome(run: Run, language: str) -> str:
    """How a run ended, in one to three words."""
    warned = run.state == "published" and run.exit_code == 10
    return say(f"states.run.{'warned' if warned else run.state}", language)


def _row(run: Run, language: str) -> dict[str, Any]:
    return {
        "started": moment(run.started, language),
        "finished": moment(run.finished, language) if run.finished else None,
        "source": _named(f"states.source.{run.source}", run.source, language),
        "scope": say(f"states.scope.{run.scope}", language),
        "outcome": outcome(run, language),
        "message": run.message,
        "received": run.received,
        "stored": run.stored,
        "added": run.new,
        "altered": run.changed,
        "same": run.same,
        "duplicates": run.duplicates,
        "refused": run.refused,
        "ghosts": run.rejected.get("ghost", 0),
        "not_seen": run.not_seen,
        "returned": run.returned,
        "pages": run.pages,
        "requests": run.requests,
        "changes": run.changes,
        "recorded_on": run.recorded_on,
        "state": run.state,
        "exit_code": run.exit_code,
        "seconds": _seconds(run.started, run.finished),
        "id": run.id,
    }


def _done(run: Run, language: str) -> str:
    stand = say("runs.done.as_of", language, moment=as_of(run, language))
    if run.source == "sheet":
        return plural("runs.done.sheet", run.stored, language, as_of=stand)
    if run.scope != "live":
        scope = say(f"states.scope.{run.scope}", language)
        return plural("runs.done.recorded", run.stored, language, scope=scope, as_of=stand)
    late = sum(scan.late for scan in run.scans.values())
    if run.agreed:
        stand += f", {say('runs.done.agreed', language)}"
    elif late:
        stand += f", {plural('runs.done.late', late, language)}"
    elif run.agreed is False:
        stand += f", {say('runs.done.differ', language)}"
    if run.baseline:
        return plural("runs.done.baseline", run.stored, language, as_of=stand)
    return say(
        "runs.done.changes",
        language,
        new=say("runs.done.new", language, n=number(run.new, language)),
        moved=plural("runs.done.moved", run.moved, language),
        lost=say("runs.done.lost", language, n=number(run.not_seen, language)),
        as_of=stand,
    )


def _undone(lead: str, facts: Sequence[Fact], exit_code: int | None, language: str) -> str:
    code = exit_code if exit_code in ADVICE_BY_EXIT else 1
    found = [fact for fact in facts if fact.level == "reason"]
    why = [text for fact in found if (text := told(fact, language))] or [say(f"runs.why.exit_{code}", language)]
    groups = [ADVICE.get(fact.code, ADVICE_BY_EXIT[code]) for fact in found] or [ADVICE_BY_EXIT[code]]
    # Where only a part of the reasons may be overruled, overruling is no advice.
    group = next((name for name in groups if name != "accept"), groups[0])
    because = "; ".join(why[:SHOWN])
    if len(why) > SHOWN:
        because = plural("runs.lead.more", len(why) - SHOWN, language, why=because)
    return f"{say(f'runs.lead.{lead}', language, why=because)} {_rest(facts, group, language)}"


def _rest(facts: Sequence[Fact], group: str, language: str) -> str:
    stays = next((text for fact in facts if fact.level == "kept" and (text := told(fact, language))), None)
    stays = stays or say("runs.kept.unknown", language)
    return say("runs.lead.rest", language, kept=stays, advice=say(f"runs.advice.{group}", language))


def _seconds(started: datetime, finished: datetime | None) -> float | None:
    return None if finished is None else round((finished - started).total_seconds(), 1)


def reject_reason(reason: str, language: str) -> str:
    """Why records were not taken, a key of `Run.rejected`, in words."""
    key = f"states.reject.{reason}"
    return say(key, language) if has(key, language) else rejected(reason, language)


def _named(key: str, else_: str, language: str) -> str:
    return say(key, language) if has(key, language) else else_
