"""What stands behind each row of a priority's list: words the call is about, words in passing, or only likeness."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matcher.ledger import Decision
from matcher.model import Priority
from matcher.rankers import GRADES, PLAINLY, Ranker

KINDS = ("fits", "passing", "alike")
TOGETHER = 2
"""Concepts that a call must have to fit if it says none of them plainly: one alone may be said in passing."""


class Rows(NamedTuple):
    """`kinds`: one of `KINDS` for each row. `whole`: no call behind the last row can fit."""

    kinds: list[str]
    whole: bool


def rows(
    ranker: Ranker,
    references: Sequence[str],
    grades: Sequence[str],
    draft: Priority,
    decisions: Sequence[Decision] = (),
    top: int | None = None,
) -> Rows:
    """The first rows of a list, best first, with their classes. `top`: the list was cut after so many.

    A call fits if it is strong, or if it has any class and says a concept plainly, has several or obeys a rule.
    """
    at = np.array([ranker.row_of[reference] for reference in references], dtype=np.intp)
    wanted = [concept for concept in draft.concepts if concept.active and concept.weight > 0]
    stress = np.array([ranker.stress(concept)[at] for concept in wanted]).reshape(len(wanted), len(at))
    ruled = [
        any(reason.kind == "rule" and reason.share > 0 for reason in reasons)
        for reasons in ranker.shares(list(map(int, at)), draft, decisions)
    ]
    kinds = []
    for place, grade in enumerate(grades):
        own = stress[:, place]
        said = int((own > 0).sum())
        told = ruled[place] or said >= TOGETHER or bool((own >= PLAINLY).any())
        fits = grade == GRADES[0] or (grade != GRADES[-1] and told)
        kinds.append("fits" if fits else "passing" if said or ruled[place] else "alike")
    return Rows(kinds, top is None or len(grades) < top or grades[-1] == GRADES[-1])
