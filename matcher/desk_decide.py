"""Verbs about decisions: say something about calls, hand them on. Reached through `desk`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from matcher.desk_clock import now
from matcher.errors import ConflictError, InputError
from matcher.ledger import Decision, Discard, State
from matcher.model import Call
from matcher.store import Store
from matcher.text import squeeze
from matcher.views.audit import marker

MOST_RECIPIENTS = 20
LONGEST_RECIPIENT = 120


class Said(NamedTuple):
    """What one decision says; `to` only of a forwarded call.

    `run`: of an earlier decision that is said again, so that what later pulls changed still comes after it.
    """

    state: State
    reason: Discard | None = None
    note: str | None = None
    owner: str | None = None
    until: date | None = None
    to: tuple[str, ...] = ()
    run: int | None = None


class Outcome(NamedTuple):
    """What was written, and the colleagues' decisions for whose sake the rest was not."""

    done: list[Decision]
    clashes: list[Decision]


def decide(
    store: Store,
    *,
    calls: Sequence[Call],
    state: State,
    by: str,
    priority: str | None = None,
    reason: Discard | None = None,
    note: str | None = None,
    owner: str | None = None,
    until: date | None = None,
    to: Sequence[str] = (),
    office: str | None = None,
    seen: int | None = None,
) -> list[Decision]:
    """Write one decision for each call, all or none. `office`: a town; None is the region as a whole.

    Raises InputError where a state lacks the reason or date that it needs. `seen`: the id of the last decision that
    was on the screen (0: none); ConflictError with the colleague's decision if there is a later one of this office.
    """
    said = Said(state, reason, note or None, owner or None, until, tuple(to))
    _check(said)
    return decide_each(
        store, what=[(call, said) for call in calls], by=by, office=office, priority=priority, seen=seen
    )


def decide_each(
    store: Store,
    *,
    what: Sequence[tuple[Call, Said]],
    by: str,
    office: str | None = None,
    priority: str | None = None,
    seen: int | None = None,
) -> list[Decision]:
    """Write a decision of its own for each call, in one transaction; raises as `decide`."""
    moment, published = now(), store.last_published()
    made = []
    for call, said in what:
        _check(said)
        made.append(
            Decision(
                reference=call.reference,
                identifier=call.identifier,
                state=said.state,
                at=moment,
                by=by,
                office=office or None,
                priority=priority,
                reason=said.reason,
                note=said.note or None,
                owner=said.owner or None,
                until=said.until,
                to=list(said.to),
                run=said.run or (published.id if published else None),
            )
        )
    return store.add_decisions(made, seen)


def forward(
    store: Store,
    *,
    call: Call,
    to: Sequence[str],
    by: str,
    note: str | None = None,
    office: str | None = None,
    seen: int | None = None,
) -> Decision:
    """Log that a call was handed on, to whom and when; the mail itself is written by `exports.mail`.

    Raises InputError without any recipient, for more than 20, or for a name longer than 120 characters.
    """
    names = tuple(dict.fromkeys(name for name in map(squeeze, to) if name))
    if not names:
        raise InputError("Nobody is named to whom the call goes.")
    if len(names) > MOST_RECIPIENTS or any(len(name) > LONGEST_RECIPIENT for name in names):
        raise InputError(f"At most {MOST_RECIPIENTS} recipients of at most {LONGEST_RECIPIENT} characters each.")
    said = Said(State.FORWARDED, note=note, to=names)
    return decide_each(store, what=[(call, said)], by=by, office=office, seen=seen)[0]


def decide_many(
    store: Store,
    *,
    what: Sequence[tuple[Call, Said]],
    by: str,
    seen: Mapping[str, int],
    office: str | None = None,
) -> Outcome:
    """Write a decision for each call on which nobody of this office has decided since; the others stay as they are.

    `seen`: by reference the id of the last decision that was on the screen (0: none). Raises InputError as `decide`.
    """
    done: list[Decision] = []
    clashes: list[Decision] = []
    groups: dict[int, list[tuple[Call, Said]]] = {}
    for call, said in what:
        groups.setdefault(seen.get(call.reference, 0), []).append((call, said))
    for number, group in groups.items():
        left = list(group)
        while left:
            try:
                done += decide_each(store, what=left, by=by, office=office, seen=number)
                break
            except ConflictError as error:
                theirs = error.current
                if not isinstance(theirs, Decision):
                    raise
                clashes.append(theirs)
                left = [(call, said) for call, said in left if call.reference != theirs.reference]
    return Outcome(done, clashes)


def take_back(store: Store, *, done: Sequence[Decision], calls: Sequence[Call], by: str) -> int:
    """Say for each call again what its office said before `done`; the history keeps both. Returns how many.

    A call on which somebody of the office has decided since is left as that person said.
    """
    known = {call.reference: call for call in calls}
    what: list[tuple[Call, Said]] = []
    seen: dict[str, int] = {}
    for decision in done:
        call = known.get(decision.reference)
        heard = [d for d in store.decisions(decision.reference) if d.office == decision.office]
        said = [d for d in heard if marker(d) is None]
        if call is None or any((d.id or 0) > (decision.id or 0) for d in said):
            continue
        last = next((d for d in reversed(said) if (d.id or 0) < (decision.id or 0)), None)
        before = (
            Said(last.state, last.reason, until=last.until, to=tuple(last.to), run=last.run)
            if last
            else Said(State.NEW)
        )
        what.append((call, before))
        seen[call.reference] = max(d.id or 0 for d in (*done, *heard))
    if not what:
        return 0
    return len(decide_many(store, what=what, by=by, seen=seen, office=done[0].office).done)


def _check(said: Said) -> None:
    if said.state is State.DISCARDED and said.reason is None:
        raise InputError("A discarded call needs a reason, so that it can come back when that reason falls away.")
    if said.state is State.PARKED and said.until is None:
        raise InputError("A parked call needs the day on which it comes back.")
