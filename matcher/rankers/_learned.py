"""What officers' decisions teach about a priority: a linear model on the words of the calls they judged."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from matcher.ledger import Decision, Discard, State
from matcher.rankers._corpus import Corpus
from matcher.rankers._index import Floats

YES = {State.SHORTLISTED, State.FORWARDED, State.PREPARATION, State.APPLIED}
GAIN = 1.0
PRIOR = 6.0
"""Decisions at which the model is trusted half."""


class Learned(NamedTuple):
    """Units of the score for every call (either sign) and the word weights behind them (empty: not active)."""

    units: NDArray[np.float64]
    vector: Floats


def examples(corpus: Corpus, key: str, decisions: Sequence[Decision]) -> tuple[list[int], list[int]]:
    """Rows of calls taken and turned away as off topic for a priority; the last word on a call counts.

    A decision belongs to a call by reference, else to all calls of its identifier. "Not eligible", "no capacity" and
    the like say nothing about the topic. An "off topic" without a priority holds for all of them.
    """
    rows = {call.reference: i for i, call in enumerate(corpus.calls)}
    siblings: dict[str, list[int]] = {}
    for i, call in enumerate(corpus.calls):
        siblings.setdefault(call.identifier, []).append(i)
    said: dict[int, bool | None] = {}
    for decision in sorted(decisions, key=lambda d: d.at):
        off = decision.state is State.DISCARDED and decision.reason is Discard.OFF_TOPIC
        if decision.priority != key and not (decision.priority is None and off):
            continue
        verdict = True if decision.state in YES else False if off else None
        if verdict is None and decision.state is not State.NEW:
            continue
        own = rows.get(decision.reference)
        for row in [own] if own is not None else siblings.get(decision.identifier, []):
            said[row] = verdict
    return [r for r, v in said.items() if v is True], [r for r, v in said.items() if v is False]


def learn(corpus: Corpus, key: str, decisions: Sequence[Decision]) -> Learned:
    """Off (zeros, empty vector) until there is one yes and one off-topic no."""
    nothing = Learned(np.zeros(len(corpus.calls)), np.zeros(0, np.float32))
    if not decisions:
        return nothing
    yes, no = examples(corpus, key, decisions)
    if not yes or not no:
        return nothing
    rows = sorted(yes + no)
    taken = set(yes)
    matrix = corpus.matrix(rows)
    model = LinearSVC(C=0.5, class_weight="balanced", random_state=0, dual=True, max_iter=5000)
    model.fit(matrix, [r in taken for r in rows])
    vector = model.coef_.ravel().astype(np.float32)
    size = float(np.linalg.norm(vector))
    if size == 0:
        return nothing
    trust = len(rows) / (len(rows) + PRIOR)
    return Learned(GAIN * trust * size * corpus.likeness(vector), vector)
