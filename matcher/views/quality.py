"""Quality in use: what officers' decisions say about the ranking, month by month. No DataFrame leaves without a name.

The ranking is asked without what it learned from decisions, else it would be tested on its own lessons.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from matcher.ledger import Decision, Discard, State
from matcher.model import Call, Profile
from matcher.rankers import Ranker
from matcher.views.audit import marker

TOP = 10
LEAST = 5
"""Verdicts under which a figure says nothing and is not shown."""
YES = (State.SHORTLISTED, State.FORWARDED, State.PREPARATION, State.APPLIED)
BRUSSELS = ZoneInfo("Europe/Brussels")

MONTHS = ("month", "verdicts", "top", "wanted", "precision", "timed", "days")


class Verdict(NamedTuple):
    """What the office said of the topic of a call; `priority` is that of the decision, None for all."""

    reference: str
    wanted: bool
    on: date
    priority: str | None


def verdicts(decisions: Sequence[Decision], known: Mapping[str, Call]) -> list[Verdict]:
    """The last verdict on each stored call, oldest first: taken, or turned away as off topic.

    "Not eligible", "no capacity" and the like say nothing about the ranking; a verdict taken back is none.
    """
    last: dict[str, Verdict] = {}
    for decision in sorted(decisions, key=lambda d: (d.at, d.id or 0)):
        if decision.reference not in known or marker(decision) is not None:
            continue
        off = decision.state is State.DISCARDED and decision.reason is Discard.OFF_TOPIC
        if decision.state in YES or off:
            wanted, on = decision.state in YES, decision.at.astimezone(BRUSSELS).date()
            last.pop(decision.reference, None)
            last[decision.reference] = Verdict(decision.reference, wanted, on, decision.priority)
        elif decision.state is State.NEW:
            last.pop(decision.reference, None)
    return list(last.values())


def months(ranker: Ranker, profile: Profile, decisions: Sequence[Decision], news: Sequence[str]) -> pd.DataFrame:
    """One row for each month with verdicts (`MONTHS`), newest first, `month` its first day.

    `precision`: of the (at most) ten best ranked calls that got a verdict in the month, the part that was wanted
    (0 to 1); `wanted` and `top` are the counts. `days`: median of days from first seen to the first decision, over
    the `timed` calls among `news` (references that came after the first pull). None under `LEAST`.
    """
    known = {call.reference: call for call in ranker.calls_}
    best = _best(ranker, profile)
    waited = waiting(decisions, known, news)
    by_month: dict[date, list[Verdict]] = {}
    for verdict in verdicts(decisions, known):
        by_month.setdefault(verdict.on.replace(day=1), []).append(verdict)
    rows = []
    for month in sorted(set(by_month) | set(waited), reverse=True):
        mine = sorted(by_month.get(month, []), key=lambda v: (-best[v.reference], v.reference))[:TOP]
        wanted, days = sum(v.wanted for v in mine), waited.get(month, [])
        rows.append(
            (
                month, len(by_month.get(month, [])), len(mine), wanted,
                wanted / len(mine) if len(mine) >= LEAST else None,
                len(days), float(median(days)) if len(days) >= LEAST else None,
            )
        )  # fmt: skip
    types = {"verdicts": "int64", "top": "int64", "wanted": "int64", "precision": "Float64", "timed": "int64"}
    return pd.DataFrame(rows, columns=list(MONTHS)).astype({**types, "days": "Float64"})


def waiting(decisions: Sequence[Decision], known: Mapping[str, Call], news: Sequence[str]) -> dict[date, list[int]]:
    """Days from the first sight of a call to the first thing the office said of it, by month of the decision."""
    first: dict[str, date] = {}
    for decision in sorted(decisions, key=lambda d: (d.at, d.id or 0)):
        if marker(decision) is None:
            first.setdefault(decision.reference, decision.at.astimezone(BRUSSELS).date())
    out: dict[date, list[int]] = {}
    for reference in news:
        call, on = known.get(reference), first.get(reference)
        if call is not None and on is not None and call.first_seen is not None and on >= call.first_seen:
            out.setdefault(on.replace(day=1), []).append((on - call.first_seen).days)
    return out


def classes(ranker: Ranker, profile: Profile, decisions: Sequence[Decision]) -> dict[str, tuple[int, int]]:
    """By class (strong, partial, weak, none) of the best priority: calls with a verdict, and those wanted."""
    known = {call.reference: call for call in ranker.calls_}
    best, found = _best(ranker, profile), verdicts(decisions, known)
    graded = ranker.grades(np.array([best[v.reference] for v in found], dtype=float))
    return {
        grade: (graded.count(grade), sum(v.wanted for v, g in zip(found, graded, strict=True) if g == grade))
        for grade in ("strong", "partial", "weak", "none")
    }


def _best(ranker: Ranker, profile: Profile) -> dict[str, float]:
    """The best score of each call over the active priorities, nothing learned from decisions."""
    active = [p for p in profile.priorities if p.active]
    scores = np.max([ranker.scores(p) for p in active], axis=0) if active else np.zeros(len(ranker.calls_))
    return {call.reference: float(score) for call, score in zip(ranker.calls_, scores, strict=True)}
