"""What officers' decisions teach about a priority: a linear model on the words of the calls they judged."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from matcher.ledger import Decision, Discard, State
from matcher.rankers._corpus import Corpus
from matcher.rankers._index import Floats

YES = {State.SHORTLISTED, State.FORWARDED, State.PREPARATION, State.APPLIED}
SLOPE, MIDDLE = 2.0, 1.0
"""Before any decision: odds of a yes by the score so far, even at one unit. So a model learns from surprises, and a
yes to a call that stood on top anyway moves little."""
STIFF = 0.1
"""How hard the model is to bend (weight of its squared length)."""
FIRM = 1e-6
"""Keeps the constant in bounds where the score so far separates the decisions already."""
STEPS = 25
MOST = 600


class Learned(NamedTuple):
    """Units of the score for every call (either sign) and the word weights behind them (empty: not active)."""

    units: NDArray[np.float64]
    vector: Floats


Voice = tuple[str, str, bool | None]
"""Reference, identifier, and what was said of the topic: yes, no, or taken back."""


def voices(key: str, decisions: Sequence[Decision]) -> tuple[Voice, ...]:
    """What decisions say about the topic of a priority, oldest first.

    "Not eligible", "no capacity" and the like say nothing about it. "Off topic" without a priority holds for all.
    """
    own = [d for d in decisions if d.priority == key or (d.priority is None and d.reason is Discard.OFF_TOPIC)]
    said = [d for d in sorted(own, key=lambda d: d.at) if _of_topic(d)]
    return tuple((d.reference, d.identifier, _verdict(d)) for d in said)


def _verdict(decision: Decision) -> bool | None:
    return None if decision.state is State.NEW else decision.state in YES


def _of_topic(decision: Decision) -> bool:
    """Whether a decision says anything about the topic: a yes, "off topic", or that an earlier word is taken back."""
    off = decision.state is State.DISCARDED and decision.reason is Discard.OFF_TOPIC
    return off or decision.state in YES or decision.state is State.NEW


def examples(corpus: Corpus, key: str, decisions: Sequence[Decision]) -> tuple[list[int], list[int]]:
    """Rows of calls taken and turned away as off topic for a priority; the last word on a call counts.

    A decision belongs to a call by reference, else to all calls of its identifier. Of very many decisions the latest
    `MOST` calls teach: the model is solved exactly, which more would make slow, and old tastes fade.
    """
    said: dict[int, bool | None] = {}
    for reference, identifier, verdict in voices(key, decisions):
        own = corpus.by_reference.get(reference)
        for row in [own] if own is not None else corpus.by_identifier.get(identifier, []):
            said.pop(row, None)
            said[row] = verdict
    latest = [(row, verdict) for row, verdict in said.items() if verdict is not None][-MOST:]
    return [r for r, v in latest if v], [r for r, v in latest if not v]


def learn(corpus: Corpus, key: str, decisions: Sequence[Decision], found: NDArray[np.float64]) -> Learned:
    """Logistic regression on word vectors with the score so far (`found`, units, shape (calls,)) as its start.

    How many were taken and how many turned away goes into a constant that is left out, and the mean of what the words
    give to all calls is taken off: decisions move calls against each other, not all of them up or down. Off (zeros,
    empty vector) until there is one yes and one off-topic no.
    """
    nothing = Learned(np.zeros(len(corpus.calls)), np.zeros(0, np.float32))
    if not decisions:
        return nothing
    yes, no = examples(corpus, key, decisions)
    if not yes or not no:
        return nothing
    rows = np.array(sorted(yes + no), np.int64)
    taken, size = np.isin(rows, yes).astype(float), len(rows)
    matrix, alike = corpus.kin(rows)
    start = SLOPE * (np.minimum(found[rows], 2 * MIDDLE) - MIDDLE)
    shares, constant = np.zeros(size), 0.0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(start + alike @ shares + constant, -30, 30)))
        wide = chance * (1 - chance)
        miss = np.append(chance - taken + STIFF * shares, (chance - taken).sum())
        step = _newton(alike, wide, miss)
        shares, constant = shares - step[:-1], constant - float(step[-1])
        if np.abs(step).max() < 1e-6:
            break
    vector = np.asarray(matrix.T @ shares, np.float32).ravel()
    alike_all = corpus.likeness(vector)
    return Learned(float(np.linalg.norm(vector)) / SLOPE * (alike_all - alike_all.mean()), vector)


def _newton(alike: NDArray[np.float64], wide: NDArray[np.float64], miss: NDArray[np.float64]) -> NDArray[np.float64]:
    """One step of Newton's method, shape (calls + 1,): the solution x of

        | wide * alike + STIFF * 1    wide             |
        | wide @ alike                sum(wide) + FIRM | x = miss

    by way of a symmetric matrix, which is half the work: with S = sqrt(wide) and B = STIFF * 1 + S alike S, the
    inverse of the upper left part is (1 - S B^-1 S alike) / STIFF.
    """
    root = np.sqrt(wide)
    factor = cho_factor(
        root[:, None] * alike * root + STIFF * np.eye(len(wide)), overwrite_a=True, check_finite=False
    )
    sides = np.column_stack([miss[:-1], wide])
    inner = cho_solve(factor, root[:, None] * (alike @ sides), check_finite=False)
    found, along = ((sides - root[:, None] * inner) / STIFF).T
    row = wide @ alike
    last = (miss[-1] - row @ found) / (wide.sum() + FIRM - row @ along)
    return np.append(found - along * last, last)
