"""Whether a word is the language in which programmes write their calls and says nothing of a subject.

What no title says is measured in two ways, without a list: whether calls copy the words round it from one another
("is expected to deliver results"), and whether a phrase is made of words only that stand in many calls of any subject
("research topic").
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matcher.model import Call, Concept
from matcher.rankers import Ranker
from matcher.text import fold
from matcher.views import shared

NAMED = 0.15
"""Least part of the calls with a word that say it in their title or keywords, for it to be a subject of calls."""
COMMON = 0.08
"""Part of all calls from which on a word is common: a phrase of nothing else tells no subject."""
COPIED, COPIES = 0.5, 3
"""Part of the chosen calls with a word in which the words round it are copied: `COPIES` calls at least have them."""
ROUND = 3
"""Words on one side of a word that make a copy."""
MOST_CALLS, LONGEST, REACH = 40, 8_000, 90
"""Calls that are read, characters of each, and characters in which the words round a word are looked for."""
SHORTEST, ENDING = 4, 2
"""Letters of a word that must be the same, and those of an ending that need not."""
_WORD = re.compile(r"[^\W_]+")


def formal(ranker: Ranker, text: str, chosen: NDArray[np.intp]) -> bool:
    """`chosen`: the calls (positions in `calls_`) that led to the word or phrase; those that have it count."""
    rows = np.flatnonzero(ranker.having(_alone(text)))
    if not len(rows):
        return False
    read = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_CALLS)).astype(np.intp)]
    calls, word = [ranker.calls_[row] for row in read], _pattern(text)
    if sum(_named(call, word) for call in calls) >= NAMED * len(calls):
        return False
    parts = _WORD.findall(text)
    if len(parts) > 1 and all(ranker.having(_alone(part)).mean() > COMMON for part in parts):
        return True
    own = np.isin(read, chosen)
    places = [_round(call, word) for call in calls]
    counts = Counter(place for of_call in places for place in of_call)
    copied = np.array([any(counts[place] >= COPIES for place in of_call) for of_call in places])
    return bool(copied[own if own.any() else slice(None)].mean() >= COPIED)


def subjects(ranker: Ranker, chosen: NDArray[np.intp], known: Sequence[tuple[str, str]], most: int) -> Iterator[str]:
    """Words and phrases that the chosen calls share and that tell what they are about, the most telling first."""
    calls = [ranker.calls_[row] for row in chosen]
    for told in ranker.telling(chosen, known, most):
        if shared.meant(calls, told.text, told.inside) and not formal(ranker, told.text, chosen):
            yield told.text


def _named(call: Call, word: re.Pattern[str]) -> bool:
    return any(word.search(_words(part)) for part in (call.title, *call.keywords))


def _round(call: Call, word: re.Pattern[str]) -> set[tuple[str, ...]]:
    """The words before and those after each place of a word."""
    text, found = _words(call.text[:LONGEST]), set[tuple[str, ...]]()
    for place in word.finditer(text):
        start, end = place.span()
        before, after = text[max(start - REACH, 0) : start].split(), text[end : end + REACH].split()
        if len(before) >= ROUND:
            found.add(("before", *before[-ROUND:]))
        if len(after) >= ROUND:
            found.add(("after", *after[:ROUND]))
    return found


def _pattern(text: str) -> re.Pattern[str]:
    stems = (re.escape(word[: max(SHORTEST, len(word) - ENDING)]) for word in _WORD.findall(fold(text)))
    return re.compile(r"(?<!\S)" + " ".join(rf"{stem}\S*" for stem in stems))


@lru_cache(maxsize=2_000)
def _words(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def _alone(text: str) -> Concept:
    return Concept(key="word", weight=1.0, spellings={"en": [text]})
