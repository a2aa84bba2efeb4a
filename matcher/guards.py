"""What stands between a pull and the store: pure checks that refuse or warn, each against the last live pull.

The bands come from 164 daily readings of the EU Funding & Tenders Portal in 2026: the number of calls moved by at
most 9 % a day, except for two faults of the service (+179 % and -30 %). The first live pull is measured by nothing:
it is the measure of what comes after.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from matcher.ledger import Fact, Level, Run
from matcher.model import Call, Kind, Status

SHRUNK, GROWN, MOVED = 0.20, 0.50, 0.05
# A kind with fewer calls than this may run dry by itself.
FEW = 10
MOST_UNREADABLE = 0.5
# So many calls must have lost a field before anyone is told.
LOST = 3

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


FIELDS_STAMP = hashlib.blake2b(" ".join(FIELDS).encode(), digest_size=4).hexdigest()


class Verdict(NamedTuple):
    """`refused` says why the pull must not be published, `warnings` what a person should look at."""

    refused: list[Fact]
    warnings: list[Fact]


def _fact(code: str, text: str, level: Level, **values: str | int | float) -> Fact:
    """Texts of reasons go into a sentence, those of warnings are one."""
    shown = text if level == "reason" else f"{text[0].upper()}{text[1:]}."
    return Fact(code=code, level=level, values=values, text=shown)


def _grave(verdict: Verdict) -> tuple[list[Fact], Level]:
    return verdict.refused, "reason"


def _light(verdict: Verdict) -> tuple[list[Fact], Level]:
    return verdict.warnings, "warning"


def filled(call: Call) -> tuple[bool, ...]:
    """Which of FIELDS a call has, in their order."""
    return tuple(has(call) for has in FIELDS.values())


def flags(filled: Iterable[bool]) -> str:
    """The same as a text of 0 and 1."""
    return "".join("1" if has else "0" for has in filled)


def fill_rates(calls: Iterable[tuple[bool, ...]]) -> dict[str, float]:
    """The part of the calls (0 to 1) that has each field; empty for no calls."""
    rows = list(calls)
    return {
        name: round(sum(column) / len(rows), 4) for name, column in zip(FIELDS, zip(*rows, strict=True), strict=False)
    }


def check_readable(readable: int, refused: int) -> Verdict:
    """Nothing to publish, or more than half unreadable: the form of the records has changed."""
    if not readable:
        why, code = (
            ("none of the records could be read", "none_readable") if refused else ("it holds no call", "empty")
        )
        return Verdict([_fact(code, f"{why}; the form of the records may have changed", "reason")], [])
    records = readable + refused
    part, said = refused / records, f"{refused:,} records of {records:,} could not be read"
    if part > MOST_UNREADABLE:
        why = f"{said}; their form changed"
        return Verdict([_fact("unreadable", why, "reason", refused=refused, records=records)], [])
    if part > 0.01:
        return Verdict([], [_fact("unreadable", said, "warning", refused=refused, records=records)])
    return Verdict([], [])


def check_size(calls: int, before: int) -> Verdict:
    """Distinct readable calls against those of the last live pull; a band of -20 % to +50 %."""
    if not before:
        return Verdict([], [])
    change = round(calls / before - 1, 6)
    said = f"{calls:,} calls instead of {before:,} ({change:+.0%})"
    if change < -SHRUNK or change > GROWN:
        return Verdict([_fact("size", said, "reason", calls=calls, before=before, change=change)], [])
    warned = _fact("size", f"{said} since the last pull", "warning", calls=calls, before=before, change=change)
    return Verdict([], [warned] if abs(change) > MOVED else [])


def check_kinds(kinds: Mapping[str, int], before: Mapping[str, int]) -> Verdict:
    """A kind of call that was there and now is not at all: an answer that came empty, not a market that closed."""
    gone = {kind: n for kind, n in before.items() if n and kind in set(Kind) and not kinds.get(kind)}
    verdict = Verdict([], [])
    for kind, n in sorted(gone.items()):
        some, level = _grave(verdict) if n >= FEW else _light(verdict)
        some.append(_fact("kind_gone", f"no {kind} call at all instead of {n:,}", level, kind=kind, before=n))
    return verdict


def check_fill(rates: Mapping[str, float], before: Mapping[str, float], calls: int, kind: str = "") -> Verdict:
    """A field that is empty far more often than usual was renamed or changed its form.

    `calls` of one `kind` (empty: of all kinds together). Fewer than FEW calls are never refused, only told.
    """
    verdict = Verdict([], [])
    for name, rate in rates.items():
        if name not in before:
            continue
        empty, usual = 1 - rate, 1 - before[name]
        if (empty - usual) * calls < LOST:
            continue
        grave = empty > 0.5 and empty > min(2 * usual, usual + 0.2)
        if not grave and empty <= 2 * usual:
            continue
        some, level = _grave(verdict) if grave and calls >= FEW else _light(verdict)
        of = f"{kind} calls" if kind else "calls"
        said = f"{name.replace('_', ' ')} is empty in {empty:.0%} of the {of} instead of {usual:.0%}"
        where = {"kind": kind} if kind else {}
        some.append(_fact("field_empty", said, level, field=name, share=empty, usual=usual, **where))
    return verdict


def check_fills(run: Run, last: Run) -> Verdict:
    """Field by field for each kind of call; over all kinds where an older record knows no more."""
    if not last.fills:
        return check_fill(run.fill, last.fill, sum(run.kinds.values()))
    bands = [
        check_fill(rates, last.fills[kind], run.kinds.get(kind, 0), kind)
        for kind, rates in sorted(run.fills.items())
        if kind in last.fills
    ]
    return Verdict([why for band in bands for why in band.refused], [one for band in bands for one in band.warnings])


def check_keys(keys: Iterable[str], before: Iterable[str]) -> list[Fact]:
    """Fields of the raw records that no earlier pull had: for information, nothing is lost."""
    known = set(before)
    unknown = sorted(set(keys) - known) if known else []
    return [
        Fact(
            code="unknown_field",
            level="note",
            values={"field": key},
            text=f"unknown field {key!r} in the records; it is kept, but not read.",
        )
        for key in unknown
    ]


def check(run: Run, last: Run | None, accept_change: bool) -> Verdict:
    """All guards on a pull that was read whole. `last`: the last live pull published of the source, None before one.

    `accept_change` turns refusals for size, kinds and fields into warnings; what cannot be read stays refused.
    """
    calls = sum(run.kinds.values())
    readable = check_readable(calls, run.refused)
    if last is None:
        return readable
    # Older records have only what the service reported of each kind.
    bands = [
        check_size(calls, last.stored),
        check_kinds(run.kinds, last.kinds or last.reported),
        check_fills(run, last),
    ]
    refused = [why for verdict in bands for why in verdict.refused]
    warnings = [*readable.warnings, *(warning for verdict in bands for warning in verdict.warnings)]
    if accept_change:
        accepted = [
            why.model_copy(update={"level": "accepted", "text": f"Accepted by a person: {why.text}."})
            for why in refused
        ]
        return Verdict(readable.refused, [*warnings, *accepted])
    return Verdict([*readable.refused, *refused], warnings)
