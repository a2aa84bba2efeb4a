"""Calls outside a list that have words of a priority: those of concepts that no call of the list has, or of all."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.model import Call, Concept, Priority
from matcher.rankers import Ranker
from matcher.views.effects import STATUSES
from matcher.views.near import TITLE


class Asleep(NamedTuple):
    """A concept that no call of a list has, though stored calls do, and in how many of them."""

    concept: Concept
    calls: int

    @property
    def spelling(self) -> str:
        """What it is called first, in English if it can be."""
        return (self.concept.spellings.get("en") or next(iter(self.concept.spellings.values())))[0]


class Elsewhere(NamedTuple):
    """Calls outside a list that have a word of a priority, each kind with the best first.

    `closed` ones; `hidden`: open or forthcoming, so hidden by their programme; `undated`: of unknown status.
    """

    closed: list[Call]
    hidden: list[Call]
    undated: list[Call]


def asleep(ranker: Ranker, priority: Priority, only: NDArray[np.intp]) -> list[Asleep]:
    """The concepts that stand in stored calls but in none of these rows, those in most calls first."""
    found = []
    for concept in priority.concepts:
        if concept.active:
            having = ranker.having(concept)
            if having.any() and not having[only].any():
                found.append(Asleep(concept, int(having.sum())))
    return sorted(found, key=lambda a: (-a.calls, a.spelling))


def elsewhere(ranker: Ranker, priority: Priority, only: NDArray[np.intp], today: date) -> Elsewhere:
    """Where the words of a priority stand among the calls that are not in these rows.

    Calls that say one in their title come before all others: elsewhere it may be said in passing.
    """
    active = [concept for concept in priority.concepts if concept.active]
    nowhere = np.zeros(len(ranker.calls_))
    outside = np.ones(len(ranker.calls_), dtype=bool)
    outside[only] = False
    having = np.logical_or.reduce([nowhere > 0, *(ranker.having(concept) for concept in active)]) & outside
    stress = np.maximum.reduce([nowhere, *(ranker.stress(concept) for concept in active)])
    scores = ranker.scores(priority)
    rows = sorted(np.flatnonzero(having), key=lambda row: (stress[row] < TITLE, -scores[row], row))
    calls = [ranker.calls_[row] for row in rows]
    found = Elsewhere([], [], [])
    for call in calls:
        status = call.status(today)
        kind = found.closed if status == "closed" else found.hidden if status in STATUSES else found.undated
        kind.append(call)
    return found


def titles(calls: Sequence[Call], most: int) -> list[Call]:
    """The first calls, of those with one title only the first: topics of one call often share it."""
    first: dict[str, Call] = {}
    for call in calls:
        first.setdefault(call.title, call)
    return list(first.values())[:most]
