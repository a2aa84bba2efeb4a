"""What officers' decisions teach about a priority: a linear model on the words of the calls they judged."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.ledger import Decision, Discard, State
from matcher.rankers._corpus import Corpus
from matcher.rankers._index import Floats

YES = {State.SHORTLISTED, State.FORWARDED, State.PREPARATION, State.APPLIED}
SLOPE, MIDDLE = 2.0, 1.0
"""Before any decision: odds of a yes by the score so far, even at one unit. So a model learns from surprises, and a
yes to a call that stood on top anyway moves little."""
STIFF = 0.1
"""How hard the model is to bend (weight of its squared length)."""
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
    said: list[Voice] = []
    # Chosen before they are sorted: of thousands, few speak of one priority.
    own = [d for d in decisions if d.priority == key or (d.priority is None and d.reason is Discard.OFF_TOPIC)]
    for decision in sorted(own, key=lambda d: d.at):
        off = decision.state is State.DISCARDED and decision.reason is Discard.OFF_TOPIC
        if decision.priority != key and not off:
            continue
        verdict = True if decision.state in YES else False if off else None
        if verdict is not None or decision.state is State.NEW:
            said.append((decision.reference, decision.identifier, verdict))
    return tuple(said)


def examples(corpus: Corpus, key: str, decisions: Sequence[Decision]) -> tuple[list[int], list[int]]:
    """Rows of calls taken and turned away as off topic for a priority; the last word on a call counts.

    A decision belongs to a call by reference, else to all calls of its identifier. Of very many decisions the latest
    `MOST` calls teach: the model is solved exactly, which more would make slow, and old tastes fade.
    """
    rows = {call.reference: i for i, call in enumerate(corpus.calls)}
    siblings: dict[str, list[int]] = {}
    for i, call in enumerate(corpus.calls):
        siblings.setdefault(call.identifier, []).append(i)
    said: dict[int, bool | None] = {}
    for reference, identifier, verdict in voices(key, decisions):
        own = rows.get(reference)
        for row in [own] if own is not None else siblings.get(identifier, []):
            said.pop(row, None)
            said[row] = verdict
    latest = [(row, verdict) for row, verdict in said.items() if verdict is not None][-MOST:]
    return [r for r, v in latest if v], [r for r, v in latest if not v]


def learn(corpus: Corpus, key: str, decisions: Sequence[Decision], units: NDArray[np.float64]) -> Learned:
    """Logistic regression on word vectors with the score so far (`units`, shape (calls,)) as its starting point.

    Off (zeros, empty vector) until there is one yes and one off-topic no.
    """
    nothing = Learned(np.zeros(len(corpus.calls)), np.zeros(0, np.float32))
    if not decisions:
        return nothing
    yes, no = examples(corpus, key, decisions)
    if not yes or not no:
        return nothing
    rows = np.array(sorted(yes + no))
    taken = np.isin(rows, yes).astype(float)
    matrix = corpus.matrix(rows)
    alike = np.asarray((matrix @ matrix.T).todense(), np.float64)
    start = SLOPE * (np.minimum(units[rows], 2 * MIDDLE) - MIDDLE)
    shares = np.zeros(len(rows))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(start + alike @ shares, -30, 30)))
        bend = (chance * (1 - chance))[:, None] * alike + STIFF * np.eye(len(rows))
        step = np.linalg.solve(bend, chance - taken + STIFF * shares)
        shares -= step
        if np.abs(step).max() < 1e-6:
            break
    vector = np.asarray(matrix.T @ shares, np.float32).ravel()
    return Learned(float(np.linalg.norm(vector)) / SLOPE * corpus.likeness(vector), vector)
