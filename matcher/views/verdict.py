"""What a draft does against the decisions of officers: calls they kept and it buries, rejected ones it lifts."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.ledger import Decision, State
from matcher.model import Call
from matcher.rankers import Ranker
from matcher.views.lab import KEPT

SHOWN = ("strong", "partial")


class Turned(NamedTuple):
    """A call whose fate changes: points before and after; `top`: it leaves or enters the first places of the list."""

    reference: str
    title: str
    before: float
    after: float
    top: bool


class Verdict(NamedTuple):
    """`kept` and `rejected`: how many stored calls officers kept or discarded as off topic, closed ones too.

    `buried`: kept ones that leave the first places or fall below partial; `lifted`: rejected ones that enter the
    first places or rise to partial. Both the largest move first.
    """

    kept: int
    rejected: int
    buried: list[Turned]
    lifted: list[Turned]


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
) -> Verdict:
    """`before`, `after`: points of every call of `ranker.calls_`. `leaving`, `entering`: references that leave or
    enter the first places of the list."""
    state = last_states(decisions)
    rows = sorted(ranker.row_of[reference] for reference in state if reference in ranker.row_of)
    was, now = (dict(zip(rows, ranker.grades(scores[rows]), strict=True)) for scores in (before, after))
    kept, rejected = 0, 0
    buried: list[Turned] = []
    lifted: list[Turned] = []
    for row in rows:
        call = ranker.calls_[row]
        said = state[call.reference]
        shown = (was[row] in SHOWN, now[row] in SHOWN)
        if said in KEPT:
            kept += 1
            if call.reference in leaving or shown == (True, False):
                buried.append(_turned(call, before[row], after[row], call.reference in leaving))
        elif said is State.DISCARDED:
            rejected += 1
            if call.reference in entering or shown == (False, True):
                lifted.append(_turned(call, before[row], after[row], call.reference in entering))
    for found in (buried, lifted):
        found.sort(key=lambda one: (-abs(one.after - one.before), one.reference))
    return Verdict(kept, rejected, buried, lifted)


def _turned(call: Call, before: float, after: float, top: bool) -> Turned:
    return Turned(call.reference, call.title, float(before), float(after), top)
