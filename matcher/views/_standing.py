"""Where each call stands with the office: its last decision, what brings it back, its last change in words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from matcher.ledger import Change, Decision, State
from matcher.model import Call, Status
from matcher.views._facts import BRUSSELS
from matcher.views.changes import REVIVES, sentence
from matcher.views.holding import heard, holding

COLUMNS = (
    "state", "reason", "owner", "note", "until", "returned", "decided", "by", "office", "changed", "change",
    "deadline_before", "sent_to", "sent_on",
)  # fmt: skip
BEFORE_SENT = (State.NEW, State.READING, State.SHORTLISTED)
MOVED = ("later", "earlier", "rolled")
LAPSES = (State.NEW, State.READING, State.SHORTLISTED, State.PARKED)


def standing(
    calls: Sequence[Call],
    statuses: Sequence[str],
    today: date,
    *,
    decisions: Sequence[Decision] = (),
    changes: Sequence[Change] = (),
    language: str,
    office: str | None = None,
) -> dict[str, list[Any]]:
    """`COLUMNS` as lists in the order of `calls`.

    With `office` the decisions of that office and of the region as a whole count, else all; `holding` says which. A
    decision on a reference that is gone counts for the calls that carry its identifier now. A discarded call is new
    again (`returned`) after a change by a later pull that can alter the verdict, a parked one on its day.
    """
    said = said_of(calls, decisions, office)
    moved = moves_of(changes)
    rows = [
        row(call, said.get(call.reference, ()), moved.get(call.reference, ()), status, today, language, office)
        for call, status in zip(calls, statuses, strict=True)
    ]
    return {name: list(values) for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=False)} or {
        name: [] for name in COLUMNS
    }


class Roll(NamedTuple):
    """Which calls there are: their references, and those that carry an identifier now."""

    here: frozenset[str]
    heirs: Mapping[str, list[str]]


def roll(calls: Sequence[Call]) -> Roll:
    heirs: dict[str, list[str]] = {}
    for call in calls:
        heirs.setdefault(call.identifier, []).append(call.reference)
    return Roll(frozenset(call.reference for call in calls), heirs)


def said_of(calls: Sequence[Call], decisions: Sequence[Decision], office: str | None) -> dict[str, list[Decision]]:
    """What `office` (None: anybody) said on each call by reference, oldest first, as `standing` counts it."""
    return said_among(roll(calls), decisions, office)


def said_among(known: Roll, decisions: Sequence[Decision], office: str | None) -> dict[str, list[Decision]]:
    """The same for calls whose roll was made before."""
    said: dict[str, list[Decision]] = {}
    for decision in sorted(decisions, key=in_time):
        if not heard(decision, office):
            continue
        gone = decision.reference not in known.here
        for reference in known.heirs.get(decision.identifier, ()) if gone else (decision.reference,):
            said.setdefault(reference, []).append(decision)
    return said


def in_time(decision: Decision) -> tuple[datetime, int]:
    """The order in which decisions hold."""
    return decision.at, decision.id or 0


def moves_of(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """The changes of each call by reference."""
    moved: dict[str, list[Change]] = {}
    for change in changes:
        moved.setdefault(change.reference, []).append(change)
    return moved


def row(
    call: Call,
    said: Sequence[Decision],
    moved: Sequence[Change],
    status: str,
    today: date,
    language: str,
    office: str | None,
) -> tuple[Any, ...]:
    """`COLUMNS` of one call; `said`: what `said_of` gives for it."""
    changed, change = _news(moved, language, call.budget.currency)
    before = deadline_before(call, moved, today) if moved else None
    last = holding(said, office)
    if last is None:
        state = State.EXPIRED if status == Status.CLOSED else State.NEW
        return state.value, None, None, None, None, False, None, None, None, changed, change, before, None, None
    owner = next((d.owner for d in reversed(said) if d.owner), None)
    note = next((d.note for d in reversed(said) if d.note), None)
    state, returned = last.state, False
    if state is State.PARKED and last.until is not None and last.until <= today:
        state, returned = State.NEW, True
    if state is State.DISCARDED:
        causes = [c for c in moved if c.kind in REVIVES and later(c, last)]
        if causes:
            state, returned = State.NEW, True
            changed, change = _news(causes, language, call.budget.currency)
    if status == Status.CLOSED and state in LAPSES:
        state = State.EXPIRED
    reason = last.reason.value if last.reason else None
    return (
        state.value, reason, owner, note, last.until, returned, last.at.date(), last.by, last.office, changed, change,
        before, *_sent(said),
    )  # fmt: skip


def deadline_before(call: Call, moved: Sequence[Change], today: date) -> date | None:
    """The day that the call's next deadline was moved from, or that of the deadline it has no longer; else None."""
    due = call.next_deadline(today)
    kinds = MOVED if due else ("removed",)
    for change in sorted(moved, key=lambda c: (c.on, c.run or 0), reverse=True):
        if change.kind in kinds and change.field.startswith("deadline"):
            old, new = _day(change.old), _day(change.new)
            if old is not None and (due is None or new == due.on):
                return old
    return None


def _day(shown: str | None) -> date | None:
    """The day in Brussels of a deadline as changes show it, of several the first."""
    first = (shown or "").partition(" / ")[0]
    try:
        if "T" in first:
            return datetime.fromisoformat(first.replace("Z", "+00:00")).astimezone(BRUSSELS).date()
        return date.fromisoformat(first)
    except ValueError:
        return None


def _sent(said: Sequence[Decision]) -> tuple[list[str] | None, date | None]:
    """To whom a call was forwarded, in order, and when last; what was taken back does not count.

    Taking back says again what was said before: an earlier state, or the recipients before the last ones.
    """
    sent: list[Decision] = []
    for decision in said:
        if decision.state in BEFORE_SENT:
            sent = []
        elif decision.state is State.FORWARDED:
            place = next((n for n, one in enumerate(sent) if one.to == decision.to), len(sent))
            sent = [*sent[:place], sent[place] if place < len(sent) else decision]
    to = list(dict.fromkeys(name for one in sent for name in one.to))
    return (to, sent[-1].at.date()) if sent else (None, None)


def _news(moved: Sequence[Change], language: str, currency: str) -> tuple[date | None, str | None]:
    """The day of the last changes and all of that day in words, those first that can alter a verdict."""
    last = max((change.on for change in moved), default=None)
    newest = sorted((c for c in moved if c.on == last), key=lambda c: (c.kind not in REVIVES, -(c.run or 0)))
    return last, "; ".join(dict.fromkeys(sentence(c, language, currency) for c in newest)) or None


def later(change: Change, decision: Decision) -> bool:
    """Whether a pull found the change after the decision; by the day where one of them does not know its pull."""
    if change.run is not None and decision.run is not None:
        return change.run > decision.run
    return change.on > decision.at.date()
