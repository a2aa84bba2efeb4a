"""What stands between a pull and the store: pure checks that refuse or warn, each against the last live pull.

The bands come from 164 daily readings of the EU Funding & Tenders Portal in 2026: the number of calls moved by at
most 9 % a day, except for two faults of the service (+179 % and -30 %). The first live pull is measured by nothing:
it is the measure of what comes after.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from matcher.ledger import Run
from matcher.model import Call, Kind, Status

SHRUNK, GROWN, MOVED = 0.20, 0.50, 0.05
# A kind with fewer calls than this may run dry by itself.
FEW = 10
MOST_UNREADABLE = 0.5
# So many calls must have lost a field before anyone is told.
LOST = 3
ACCEPT = "If the change is real, run `matcher refresh --accept-change` once."

# Manners towards a real host, on top of those of each request.
DAILY, MOST_OF_A_PULL = 200, 60
BETWEEN_PULLS_BY_HAND = timedelta(minutes=15)
TURNED_AWAY = ("(HTTP 403)", "(HTTP 429)")
TURNED_AWAY_FOR = timedelta(hours=24)

FIELDS: dict[str, Callable[[Call], bool]] = {
    "text": lambda call: bool(call.sections),
    "call_identifier": lambda call: bool(call.call_identifier),
    "programme": lambda call: bool(call.programme),
    "types_of_action": lambda call: bool(call.types_of_action),
    "destination": lambda call: bool(call.destination),
    "portal_status": lambda call: call.portal_status is not Status.UNKNOWN,
    "opens": lambda call: call.opens is not None,
    "deadlines": lambda call: bool(call.deadlines),
    "budget": lambda call: call.budget.total is not None,
    "keywords": lambda call: bool(call.keywords),
    "conditions": lambda call: bool(call.conditions),
    "deadline_model": lambda call: call.deadline_model is not None,
}


class Verdict(NamedTuple):
    """`refused` says why the pull must not be published, `warnings` what a person should look at."""

    refused: list[str]
    warnings: list[str]


def filled(call: Call) -> tuple[bool, ...]:
    """Which of FIELDS a call has, in their order."""
    return tuple(has(call) for has in FIELDS.values())


def fill_rates(calls: Iterable[tuple[bool, ...]]) -> dict[str, float]:
    """The part of the calls (0 to 1) that has each field; empty for no calls."""
    rows = list(calls)
    return {
        name: round(sum(column) / len(rows), 4) for name, column in zip(FIELDS, zip(*rows, strict=True), strict=False)
    }


def check_readable(readable: int, refused: int) -> Verdict:
    """Nothing to publish, or more than half unreadable: the form of the records has changed."""
    if not readable:
        why = "none of the records could be read" if refused else "it holds no call"
        return Verdict([f"{why}; the form of the records may have changed"], [])
    part = refused / (readable + refused)
    if part > MOST_UNREADABLE:
        return Verdict([f"{refused:,} records of {readable + refused:,} could not be read; their form changed"], [])
    if part > 0.01:
        return Verdict([], [f"{refused:,} records of {readable + refused:,} could not be read."])
    return Verdict([], [])


def check_size(calls: int, before: int) -> Verdict:
    """Distinct readable calls against those of the last live pull; a band of -20 % to +50 %."""
    if not before:
        return Verdict([], [])
    change = round(calls / before - 1, 6)
    said = f"{calls:,} calls instead of {before:,} ({change:+.0%})"
    if change < -SHRUNK or change > GROWN:
        return Verdict([said], [])
    return Verdict([], [f"{said} since the last pull."] if abs(change) > MOVED else [])


def check_kinds(kinds: Mapping[str, int], before: Mapping[str, int]) -> Verdict:
    """A kind of call that was there and now is not at all: an answer that came empty, not a market that closed."""
    gone = {kind: n for kind, n in before.items() if n and kind in set(Kind) and not kinds.get(kind)}
    return Verdict(
        [f"no {kind} call at all instead of {n:,}" for kind, n in sorted(gone.items()) if n >= FEW],
        [f"No {kind} call at all instead of {n:,}." for kind, n in sorted(gone.items()) if n < FEW],
    )


def check_fill(rates: Mapping[str, float], before: Mapping[str, float], calls: int) -> Verdict:
    """A field that is empty far more often than usual was renamed or changed its form."""
    refused, warnings = [], []
    for name, rate in rates.items():
        if name not in before:
            continue
        empty, usual = 1 - rate, 1 - before[name]
        if (empty - usual) * calls < LOST:
            continue
        said = f"{name.replace('_', ' ')} is empty in {empty:.0%} of the calls instead of {usual:.0%}"
        if empty > 0.5 and empty > min(2 * usual, usual + 0.2):
            refused.append(said)
        elif empty > 2 * usual:
            warnings.append(f"{said[0].upper()}{said[1:]}.")
    return Verdict(refused, warnings)


def check_keys(keys: Iterable[str], before: Iterable[str]) -> list[str]:
    """Fields of the raw records that no earlier pull had: for information, nothing is lost."""
    known = set(before)
    unknown = sorted(set(keys) - known) if known else []
    return [f"Note: unknown field {key!r} in the records; it is kept, but not read." for key in unknown]


def check(run: Run, kinds: Mapping[str, int], calls: int, last: Run | None, accept_change: bool) -> Verdict:
    """All guards on a pull that was read whole. `last`: the last live pull published of the source, None before one.

    `accept_change` turns refusals for size, kinds and fields into warnings; what cannot be read stays refused.
    """
    readable = check_readable(calls, run.refused)
    if last is None:
        return readable
    bands = [check_size(calls, last.stored), check_kinds(kinds, last.reported)]
    bands.append(check_fill(run.fill, last.fill, calls))
    refused = [why for verdict in bands for why in verdict.refused]
    warnings = [*readable.warnings, *(warning for verdict in bands for warning in verdict.warnings)]
    if accept_change:
        return Verdict(readable.refused, [*warnings, *(f"Accepted by a person: {why}." for why in refused)])
    return Verdict([*readable.refused, *refused], warnings)


def check_manners(runs: Iterable[Run], now: datetime, by_hand: bool) -> str | None:
    """Why a real host should not be asked just now, in a sentence; None if it may.

    `runs` of one source, newest first. At most 200 requests a day; by hand not within 15 minutes of a published
    pull; not for a day after two pulls in a row were turned away (HTTP 403 or 429).
    """
    live = [run for run in runs if run.scope == "live" and run.recorded_on is None]
    asked = sum(run.requests for run in live if now - run.started < timedelta(days=1))
    if asked + MOST_OF_A_PULL > DAILY:
        return f"The service was asked {asked} times in the last 24 hours; {DAILY} are the limit. Try again tomorrow."
    turned_away = [any(code in run.message for code in TURNED_AWAY) for run in live[:2]]
    if turned_away == [True, True] and now - live[0].started < TURNED_AWAY_FOR:
        until = live[0].started + TURNED_AWAY_FOR
        return f"The service turned us away twice. It is left alone until {until:%d.%m.%Y %H:%M} UTC; the list stays."
    ended = next((run.finished for run in live if run.state == "published" and run.finished), None)
    if by_hand and ended is not None and now - ended < BETWEEN_PULLS_BY_HAND:
        return "The list was pulled less than 15 minutes ago. Try again later."
    return None
