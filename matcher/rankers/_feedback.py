"""Likeness to a priority's own best calls: finds calls that say the same in words the priority does not list."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.rankers._corpus import Corpus, largest
from matcher.rankers._index import Floats

SEEDS = 60
BEST = 10
"""How many of the seeds must be as good as a call that fits before they are fully believed."""
MOST_WORDS = 120
FLOOR = 0.05
"""Likeness that two calls about different things have anyway."""
FULL_LIKENESS = 0.4
GAIN = 0.6
"""Units of the score that full likeness gives."""


class Feedback(NamedTuple):
    """Raw points in units for every call, the vector that gave them, and how sure the best calls make us, 0 to 1."""

    units: NDArray[np.float64]
    vector: Floats
    trust: float


def feedback(corpus: Corpus, direct: NDArray[np.float64], unit: float) -> Feedback:
    """`direct`: raw points of every call before feedback. Where no call fits well there is little to learn.

    A seed is compared with the other seeds, never with itself. How far the seeds are believed goes by the ten best,
    n seeds that repeat each other worth the square root of n: a word in the text that all calls of one destination
    share is little more evidence than the same word in one call.
    """
    seeds = np.flatnonzero(direct > 0)
    if len(seeds) > SEEDS:
        least = np.partition(direct[seeds], -SEEDS)[-SEEDS]
        seeds = seeds[direct[seeds] >= least]
    seeds = seeds[np.argsort(-direct[seeds], kind="stable")][:SEEDS]
    nothing = np.zeros(len(direct))
    if not len(seeds):
        return Feedback(nothing, np.zeros(0, np.float32), 0.0)
    weights = direct[seeds] / direct[seeds].sum()
    vector = largest(np.where(corpus.bare, np.float32(0), corpus.vector(seeds, weights)), MOST_WORDS)
    like = corpus.likeness(vector)
    like[seeds] -= weights / max(float(np.linalg.norm(vector)), 1e-9)
    voices = direct[seeds] / np.sqrt(1 + corpus.neighbours.among(seeds))
    trust = min(1.0, float(np.sort(voices)[-BEST:].sum()) / BEST / unit)
    units = GAIN * trust**2 * np.clip(like - FLOOR, 0, None) / (FULL_LIKENESS - FLOOR)
    return Feedback(units, vector, trust)


def kindred(corpus: Corpus, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosine of every call with the weighted sum of some calls, by the words that feedback learns from."""
    seeds = np.flatnonzero(weights > 0)
    if len(seeds) > SEEDS:
        seeds = np.sort(seeds[np.argsort(-weights[seeds], kind="stable")[:SEEDS]])
    if not len(seeds):
        return np.zeros(len(weights))
    told = corpus.vector(seeds, weights[seeds] / weights[seeds].sum())
    return corpus.likeness(largest(np.where(corpus.bare, np.float32(0), told), MOST_WORDS))
