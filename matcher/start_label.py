"""Calls put before a person to try a draft on, and what the answers say of it. Pure; a ranker is only asked."""

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from matcher.evaluate import figures
from matcher.model import Profile
from matcher.rankers import Ranker

SIZE = 20
SHOWN = ("strong", "partial")
FITS = 2.0
"""The grade of a call that fits, as in a file of judgements; one that does not has 0."""


class First(NamedTuple):
    """First figures of a priority: labelled calls and those that fit; strong ones and those that fit; and the average
    precision of the labelled calls in the order of the draft (None: none fits)."""

    labelled: int
    fits: int
    strong: int
    strong_fits: int
    precision: float | None


class Doubt(NamedTuple):
    """A concept whose labelled calls (three or more) all do not fit its priority."""

    priority: str
    concept: str
    calls: int


def propose(ranker: Ranker, profile: Profile, among: Collection[str], size: int = SIZE) -> list[str]:
    """References to label, of those `among`: for each priority in turn its best calls and those nearest to the border
    between the calls it shows and the rest, where the draft is least sure. The same for the same draft and calls."""
    rows = [row for row, call in enumerate(ranker.calls_) if call.reference in among]
    queues = []
    for priority in profile.priorities:
        if not priority.active or not rows:
            continue
        scores = ranker.scores(priority)[rows]
        order = [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > 0]
        shown = sum(grade in SHOWN for grade in ranker.grades(scores))
        unsure = sorted(range(len(order)), key=lambda place: (abs(place - shown + 0.5), place))
        pairs = zip_longest(order, (order[place] for place in unsure))
        queues.append([rows[i] for pair in pairs for i in pair if i is not None])
    picked: dict[int, None] = {}
    for turn in zip_longest(*queues):
        for place, row in enumerate(turn):
            # A call that another priority brought already gives this one its next call, so that none goes short.
            while row is not None and row in picked:
                row = next((r for r in queues[place] if r not in picked), None)
            if row is not None and len(picked) < size:
                picked[row] = None
    rest = (row for row in rows if row not in picked)
    while len(picked) < size and (row := next(rest, None)) is not None:
        picked[row] = None
    return [ranker.calls_[row].reference for row in picked]


def first_figures(ranker: Ranker, profile: Profile, answers: Mapping[str, Sequence[str]]) -> dict[str, First]:
    """By active priority, what the labelled calls say. They were picked, not drawn: good for finding faults of a
    draft, not for comparing it with others."""
    rows = [row for row, call in enumerate(ranker.calls_) if call.reference in answers]
    out = {}
    for priority in profile.priorities:
        if not priority.active:
            continue
        scores = ranker.scores(priority)[rows]
        fits = np.array([priority.key in answers[ranker.calls_[row].reference] for row in rows], dtype=bool)
        strong = np.array([grade == "strong" for grade in ranker.grades(scores)], dtype=bool)
        told = figures(scores, np.where(fits, FITS, 0.0))["MAP"] if fits.any() else None
        out[priority.key] = First(len(rows), int(fits.sum()), int(strong.sum()), int((strong & fits).sum()), told)
    return out


def doubts(ranker: Ranker, profile: Profile, answers: Mapping[str, Sequence[str]]) -> list[Doubt]:
    """Concepts that brought only calls a person turned away, most calls first."""
    rows = {row: call.reference for row, call in enumerate(ranker.calls_) if call.reference in answers}
    found = []
    for priority in profile.priorities:
        for concept in priority.concepts if priority.active else ():
            if concept.active:
                has = ranker.having(concept)
                said = [priority.key in answers[reference] for row, reference in rows.items() if has[row]]
                if len(said) >= 3 and not any(said):
                    found.append(Doubt(priority.key, concept.key, len(said)))
    return sorted(found, key=lambda doubt: (-doubt.calls, doubt.priority, doubt.concept))


def judgements(calls: Mapping[str, str], profile: Profile, answers: Mapping[str, Sequence[str]]) -> str:
    """The labels as a file of judgements (`reference,identifier,<keys…>`); `calls`: identifier by reference."""
    keys = [priority.key for priority in profile.priorities]
    lines = [",".join(["reference", "identifier", *keys])]
    for reference, fits in answers.items():
        if reference in calls:
            grades = [f"{FITS if key in fits else 0:g}" for key in keys]
            lines.append(",".join([_cell(reference), _cell(calls[reference]), *grades]))
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text
