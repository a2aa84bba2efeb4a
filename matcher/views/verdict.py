"""What a draft does against the decisions of officers: calls they kept and it buries, rejected ones it lifts."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.ledger import Decision, State
from matcher.model import Call
from matcher.rankers import GRADES, Ranker
from matcher.views.lab import FITS, KEPT

SHOWN = ("strong", "partial")
FAR = 5
"""Places that a kept call has to fall to be named."""
Ranks = Mapping[str, int]


class Turned(NamedTuple):
    """A call whose fate changes: points before and after; `top`: it leaves or enters the first places of the list."""

    reference: str
    title: str
    before: float
    after: float
    top: bool


class Fallen(NamedTuple):
    """A kept call that is not buried but loses: its ranks and classes, before and after. No rank: not in the list."""

    reference: str
    title: str
    ranks: tuple[int | None, int | None]
    grades: tuple[str, str]

    @property
    def places(self) -> int:
        before, after = self.ranks
        return 0 if before is None or after is None else after - before


class Verdict(NamedTuple):
    """`kept` and `rejected`: how many stored calls officers kept or discarded as off topic, closed ones too; without
    those that are at least weak neither before nor after, for they are of another subject.

    `buried`: kept ones that leave the first places or fall below partial; `lifted`: rejected ones that enter the
    first places or rise to partial. Both the largest move first. `fallen`: other kept ones that lose their class or
    `FAR` places or more, the farthest first.
    """

    kept: int
    rejected: int
    buried: list[Turned]
    lifted: list[Turned]
    fallen: list[Fallen]


def last_states(decisions: Sequence[Decision]) -> dict[str, State]:
    """The last state of each call, by reference."""
    ordered = sorted(decisions, key=lambda d: (d.at, d.id or 0))
    return {decision.reference: decision.state for decision in ordered}


def verdict(
    ranker: Ranker,
    decisions: Sequence[Decision],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    *,
    leaving: Collection[str],
    entering: Collection[str],
    ranks: tuple[Ranks, Ranks] = ({}, {}),
) -> Verdict:
    """`before`, `after`: points of every call of `ranker.calls_`. `leaving`, `entering`: references that leave or
    enter the first places of the list. `ranks`: of the list before and after, at least those of decided calls."""
    state = last_states(decisions)
    rows = sorted(ranker.row_of[reference] for reference in state if reference in ranker.row_of)
    was, now = (dict(zip(rows, ranker.grades(scores[rows]), strict=True)) for scores in (before, after))
    kept, rejected = 0, 0
    buried: list[Turned] = []
    lifted: list[Turned] = []
    fallen: list[Fallen] = []
    for row in rows:
        call = ranker.calls_[row]
        said = state[call.reference]
        if was[row] not in FITS and now[row] not in FITS:
            continue
        shown = (was[row] in SHOWN, now[row] in SHOWN)
        if said in KEPT:
            kept += 1
            if call.reference in leaving or shown == (True, False):
                buried.append(_turned(call, before[row], after[row], call.reference in leaving))
                continue
            pair = tuple(side.get(call.reference) for side in ranks)
            one = Fallen(call.reference, call.title, (pair[0], pair[1]), (was[row], now[row]))
            if one.places >= FAR or GRADES.index(now[row]) > GRADES.index(was[row]):
                fallen.append(one)
        elif said is State.DISCARDED:
            rejected += 1
            if call.reference in entering or shown == (False, True):
                lifted.append(_turned(call, before[row], after[row], call.reference in entering))
    for found in (buried, lifted):
        found.sort(key=lambda one: (-abs(one.after - one.before), one.reference))
    fallen.sort(key=lambda one: (-one.places, one.reference))
    return Verdict(kept, rejected, buried, lifted, fallen)


def _turned(call: Call, before: float, after: float, top: bool) -> Turned:
    return Turned(call.reference, call.title, float(before), float(after), top)
