"""The laboratory: what a draft of a priority changes against what is saved, and what each concept does."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.ledger import Decision, State
from matcher.model import Call, Concept, Priority
from matcher.rankers import Passage, Ranker, Reason

KEPT = (State.SHORTLISTED, State.FORWARDED, State.PREPARATION, State.APPLIED)
COLUMNS = (
    "movement", "reference", "identifier", "title", "rank_before", "rank_after", "moved", "score_before",
    "score_after", "grade_before", "grade_after", "state",
)  # fmt: skip
EFFECTS = ("role", "key", "weight", "active", "matches", "brings", "only_through", "share_of_scores")
FITS = ("strong", "partial", "weak")
_SHOWN = ("strong", "partial")
_LEAST = 1
"""Points, rounded, from which a call has a place in a list: with fewer it stands there by chance."""
_WRITTEN = ("concept", "guard", "rule")
_LEAST_MOVE = 0.05


class Comparison(NamedTuple):
    """What a draft does to the first `top` of a list.

    `table`: calls that stand there before or after. `buried`: kept by officers, and leaving; `lifted`: discarded, and
    entering (same columns). `kept`, `discarded`: such calls in the whole lists, `…_before` and `…_after` in the top;
    a call that is at least weak in neither list is of another subject, and not counted.
    """

    table: pd.DataFrame
    buried: pd.DataFrame
    lifted: pd.DataFrame
    kept: int
    kept_before: int
    kept_after: int
    discarded: int
    discarded_before: int
    discarded_after: int


def compare(before: pd.DataFrame, after: pd.DataFrame, decisions: Sequence[Decision], top: int = 30) -> Comparison:
    """Two shortlists of the same calls (built or narrowed alike), ranks by score; with next to no points none.

    `movement` is entering, leaving, up, down or same; `moved` counts places upwards. A call's last decision counts,
    of discards each, whatever its reason.
    """
    state: dict[str, State] = {}
    for decision in sorted(decisions, key=lambda d: (d.at, d.id or 0)):
        state[decision.reference] = decision.state
    both = before.merge(after, on="reference", how="outer", suffixes=("_before", "_after"))
    rank_before, rank_after = (_places(both, side) for side in ("before", "after"))
    within = [np.asarray((ranks <= top).fillna(False), dtype=bool) for ranks in (rank_before, rank_after)]
    said = [state.get(reference) for reference in both["reference"]]
    grades = zip(said, both["grade_before"], both["grade_after"], strict=True)
    measured = [s if was in FITS or now in FITS else None for s, was, now in grades]
    kept = np.array([s in KEPT for s in measured], dtype=bool)
    discarded = np.array([s is State.DISCARDED for s in measured], dtype=bool)
    was, now = within
    counts = (int(m.sum()) for m in (kept, kept & was, kept & now, discarded, discarded & was, discarded & now))
    # Below the top of both lists there is nothing to show, and that is nearly all of them.
    there = was | now
    table = _sides(both[there], rank_before[there], rank_after[there], was[there], now[there])
    table["state"] = pd.Series(
        [s.value if s else None for s, shown in zip(said, there, strict=True) if shown], table.index, object
    )
    buried, lifted = ((kept & was & ~now)[there], (discarded & ~was & now)[there])
    return Comparison(_sorted(table), _sorted(table[buried]), _sorted(table[lifted]), *counts)


def _places(both: pd.DataFrame, side: str) -> pd.Series:
    return both[f"rank_{side}"].astype("Float64").where(both[f"score_{side}"].astype(float).round() >= _LEAST)


def _sides(
    both: pd.DataFrame, before: pd.Series, after: pd.Series, was: NDArray[np.bool_], now: NDArray[np.bool_]
) -> pd.DataFrame:
    """One row a call with its rank, points and class on both sides, `state` still to come."""
    sides = {f"{name}_{side}": both[f"{name}_{side}"] for name in ("score", "grade") for side in ("before", "after")}
    return pd.DataFrame(
        {
            "movement": [_movement(*cells) for cells in zip(was, now, before, after, strict=True)],
            "reference": both["reference"],
            **{name: _either(both, name) for name in ("identifier", "title")},
            "rank_before": before.astype("Int64"),
            "rank_after": after.astype("Int64"),
            "moved": (before - after).astype("Int64"),
            **sides,
            "state": None,
        }
    )[list(COLUMNS)]


def effects(
    ranker: Ranker,
    priority: Priority,
    decisions: Sequence[Decision] = (),
    only: NDArray[np.intp] | None = None,
) -> pd.DataFrame:
    """What each concept and guard does to the list (`EFFECTS`), in their order; nothing is fitted.

    `matches`: calls that have it at all (0: a dead concept). For a concept `brings` counts the strong and partial
    calls that have it, `only_through` those of them that would fall below without it; for a guard the calls with a
    score that have it, and those it alone keeps from being strong or partial. `share_of_scores`: part of all points
    (0 to 1) that would be gone, or for a guard there, without it. `only`: count these rows.
    """
    within = np.zeros(len(ranker.calls_), dtype=bool)
    within[slice(None) if only is None else only] = True
    score = ranker.scores(priority, decisions)
    shown = _shown(ranker, score)
    total = float(score[within].sum()) or 1.0
    rows: list[tuple[Any, ...]] = []
    for role, concepts in (("concept", priority.concepts), ("guard", priority.guards)):
        for concept in concepts:
            has = ranker.having(concept) & within
            without = ranker.scores(_without(priority, concept), decisions)
            lost = _shown(ranker, without) ^ shown if concept.active else np.zeros(len(score), dtype=bool)
            lost &= has & (shown if role == "concept" else ~shown)
            brings = has & (shown if role == "concept" else (without > 0))
            share = abs(float((score - without)[has].sum())) / total if concept.active else 0.0
            counts = (int(mask.sum()) for mask in (has, brings, lost))
            rows.append((role, concept.key, concept.weight, concept.active, *counts, share))
    return pd.DataFrame(rows, columns=list(EFFECTS))


def example(
    ranker: Ranker, concept: Concept, scores: NDArray[np.float64], only: NDArray[np.intp] | None = None
) -> tuple[Call, Passage | None] | None:
    """The call with most points that has a concept, and the passage where it stands; None if no call has it.

    `scores`: points of every call. `only`: look among these rows.
    """
    within = np.zeros(len(ranker.calls_), dtype=bool)
    within[slice(None) if only is None else only] = True
    rows = np.flatnonzero(ranker.having(concept) & within)
    if not len(rows):
        return None
    best = int(rows[np.argmax(scores[rows])])
    alone = concept.model_copy(update={"weight": abs(concept.weight), "active": True, "cap": None})
    told = ranker.explain([best], Priority(key="alone", labels={}, concepts=[alone]))[0]
    return ranker.calls_[best], told.passage


def heard(ranker: Ranker, priority: Priority, only: NDArray[np.intp]) -> int | None:
    """How many calls of these rows have any active concept of a priority; None if no concept is active."""
    active = [concept for concept in priority.concepts if concept.active]
    if not active:
        return None
    return int(np.logical_or.reduce([ranker.having(concept) for concept in active])[only].sum())


def causes(
    ranker: Ranker, references: Sequence[str], old: Priority, new: Priority, decisions: Sequence[Decision] = ()
) -> dict[str, tuple[str, float]]:
    """For each call the key of the concept, guard or rule whose share moved most between two versions, and how far.

    Meant for the calls that enter or leave; calls in which nothing moved are left out. What people wrote comes before
    what followed from it (likeness to other calls, learned words): that is named only where nothing else moved.
    """
    row_of = ranker.row_of
    known = [reference for reference in references if reference in row_of]
    rows = [row_of[reference] for reference in known]
    found: dict[str, tuple[str, float]] = {}
    rest = []
    pairs = zip(ranker.shares(rows, old, decisions), ranker.shares(rows, new, decisions), strict=True)
    for reference, (was, now) in zip(known, pairs, strict=True):
        most = _most_moved(was, now, True)
        if most is None:
            rest.append(reference)
        else:
            found[reference] = most
    # Words are read only where nothing else names the cause.
    told = [ranker.explain([row_of[reference] for reference in rest], side, decisions) for side in (old, new)]
    for reference, before, after in zip(rest, *told, strict=True):
        most = _most_moved(before.reasons, after.reasons, False)
        if most is not None:
            found[reference] = most
    return found


def _most_moved(was: Sequence[Reason], now: Sequence[Reason], written: bool) -> tuple[str, float] | None:
    """Key and difference of what moved most of what people wrote or of what followed from it; None if nothing did."""
    moved: dict[str, float] = {}
    for sign, reasons in ((-1, was), (1, now)):
        for reason in reasons:
            if (reason.kind in _WRITTEN) is written:
                moved[reason.key] = moved.get(reason.key, 0.0) + sign * reason.share
    most = max(moved, key=lambda key: (abs(moved[key]), key), default=None)
    return (most, moved[most]) if most is not None and abs(moved[most]) >= _LEAST_MOVE else None


def _movement(was: bool, now: bool, before: Any, after: Any) -> str:
    if was != now:
        return "entering" if now else "leaving"
    if before is pd.NA or after is pd.NA or before == after:
        return "same"
    return "up" if after < before else "down"


def _either(both: pd.DataFrame, name: str) -> pd.Series:
    return both[f"{name}_after"].where(both[f"{name}_after"].notna(), both[f"{name}_before"])


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["rank_after", "rank_before", "reference"], kind="stable").reset_index(drop=True)


def _shown(ranker: Ranker, score: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.array([grade in _SHOWN for grade in ranker.grades(score)], dtype=bool)


def _without(priority: Priority, concept: Concept) -> Priority:
    return priority.model_copy(
        update={
            "concepts": [c for c in priority.concepts if c is not concept],
            "guards": [c for c in priority.guards if c is not concept],
        }
    )
