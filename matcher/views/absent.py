"""Concepts of a priority that no call of its list has, though other stored calls do."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.model import Priority
from matcher.rankers import Ranker


class Asleep(NamedTuple):
    """A concept that no call of a list has, though stored calls do: its first spelling and in how many of them."""

    spelling: str
    calls: int


def asleep(ranker: Ranker, priority: Priority, only: NDArray[np.intp]) -> list[Asleep]:
    """The concepts that stand in stored calls but in none of these rows, those in most calls first."""
    found = []
    for concept in priority.concepts:
        if concept.active:
            having = ranker.having(concept)
            if having.any() and not having[only].any():
                spellings = concept.spellings.get("en") or next(iter(concept.spellings.values()))
                found.append(Asleep(spellings[0], int(having.sum())))
    return sorted(found, key=lambda a: (-a.calls, a.spelling))
