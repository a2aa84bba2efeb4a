"""Title words of calls that say a priority only in passing: with one of them such a call is about the subject, too.

Titles count more than texts: one call is enough, if its text has the word beside what the priority says.
"""

import re
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.model import Concept, Priority
from matcher.rankers import PLAINLY, Ranker
from matcher.start_words import ENGLISH
from matcher.text import fold

RARE = 3
"""Calls that may have the word: a commoner one in a title is the language of titles."""
SHORTEST = 3
MOST_CALLS, MOST_WORDS = 5, 2
"""Calls whose titles are read, the best first, and words taken of one title, the rarest first."""
BESIDE = 100
"""Characters of the text between the word and the priority's own, at most."""
_WORD = re.compile(r"[^\W\d_][\w]*(?:-[\w]+)*")

Found = tuple[str, int, int]
"""A word, how many calls of the list have it, and the position of the call that led to it."""


def words(ranker: Ranker, priority: Priority, only: NDArray[np.intp], there: Collection[str]) -> list[Found]:
    """Of each call of the list that has one concept and says it nowhere plainly. `there`: folded words to leave."""
    active = [concept for concept in priority.concepts if concept.active]
    if not active:
        return []
    stress = np.array([ranker.stress(concept)[only] for concept in active])
    passing = (stress.max(axis=0) > 0) & (stress.max(axis=0) < PLAINLY) & ((stress > 0).sum(axis=0) == 1)
    scores = ranker.scores(priority)[only]
    best = [at for at in np.argsort(-scores, kind="stable") if passing[at]][:MOST_CALLS]
    found: dict[str, Found] = {}
    for at in best:
        row, own = int(only[at]), active[int(stress[:, at].argmax())]
        text, said = fold(ranker.calls_[row].text), [fold(word) for word in ranker.said(row, own)]
        rare = _rare(ranker, ranker.calls_[row].title, only, there)
        for word, calls in [one for one in rare if _beside(text, fold(one[0]), said)][:MOST_WORDS]:
            found.setdefault(fold(word), (word, calls, row))
    return list(found.values())


def _beside(text: str, word: str, said: Sequence[str]) -> bool:
    places = [[place.start() for place in re.finditer(re.escape(one), text)] for one in (word, *said)]
    return any(abs(one - other) <= BESIDE for one in places[0] for own in places[1:] for other in own)


def _rare(ranker: Ranker, title: str, only: NDArray[np.intp], there: Collection[str]) -> Sequence[tuple[str, int]]:
    """The rare words of a title and in how many calls of the list each stands, the rarest and longest first."""
    rare = []
    for word in dict.fromkeys(_WORD.findall(title)):
        if len(word) < SHORTEST or fold(word) in ENGLISH or fold(word) in there:
            continue
        has = ranker.having(Concept(key="word", weight=1.0, spellings={"en": [word]}))
        if 0 < has.sum() <= RARE:
            rare.append((word if word.isupper() else word.lower(), int(has[only].sum())))
    return sorted(rare, key=lambda one: (one[1], -len(one[0])))
