"""The figures of quality before and after a draft, on the judged calls. They inform; the lead owns the strategy."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from matcher import evaluate as quality
from matcher.errors import InputError
from matcher.model import Priority, Profile
from matcher.rankers import Ranker
from matcher.settings import Settings

MEASURES = ("MAP", "nDCG@10", "R-precision")
SHOWN = ("strong", "partial")
Interval = quality.Interval


class Measured(NamedTuple):
    """One priority before and after, on the same judged calls.

    By measure: `before`, `after`, and `change` (after − before), each with its 95 % interval; all three are of the
    same draws, so that a change is surer than either figure. `calls`: judged and stored, `relevant`: of them.
    `lost`, `gained`: titles of relevant ones that fall below partial or rise to it; `noise`: of those judged
    irrelevant (0) that rise to partial.
    """

    before: dict[str, Interval]
    after: dict[str, Interval]
    change: dict[str, Interval]
    calls: int
    relevant: int
    lost: list[str]
    gained: list[str]
    noise: list[str]


def measured(
    fitted: Ranker, saved: Priority | None, draft: Priority, settings: Settings, *, draws: int = 1000, seed: int = 0
) -> Measured | None:
    """Half a second for a thousand draws. None where nothing can be compared: a new priority, or one not judged."""
    path = settings.judgements_file
    if saved is None or not Path(path).is_file():
        return None
    known = _judgements(str(path), Path(path).stat().st_mtime_ns)
    if draft.key not in known.keys:
        return None
    pair = []
    for priority in (saved, draft):
        alone = Profile(region="-", priorities=[priority.model_copy(update={"active": True})])
        try:
            pair.append(quality.scored(fitted, alone, known)[draft.key])
        except InputError:
            return None
    (at, was, grades), (_, now, _) = pair
    generator = np.random.default_rng(seed)
    exact = [_figures(scores, grades) for scores in (was, now)]
    drawn = []
    for _ in range(draws):
        pick = generator.integers(0, len(grades), len(grades))
        drawn.append([_figures(scores[pick], grades[pick]) for scores in (was, now)])
    samples = np.array(drawn)
    sides = [
        (exact[0], samples[:, 0]),
        (exact[1], samples[:, 1]),
        (exact[1] - exact[0], samples[:, 1] - samples[:, 0]),
    ]
    before, after, change = (
        {
            name: Interval(float(value[i]), *(float(b) for b in np.percentile(sample[:, i], [2.5, 97.5])))
            for i, name in enumerate(MEASURES)
        }
        for value, sample in sides
    )
    relevant = grades >= quality.RELEVANT
    up, down = (np.array([grade in SHOWN for grade in fitted.grades(scores)]) for scores in (now, was))

    def titles(mask: np.ndarray) -> list[str]:
        return [fitted.calls_[at[i]].title for i in np.flatnonzero(mask)]

    return Measured(
        before, after, change, len(grades), int(relevant.sum()),
        titles(relevant & down & ~up), titles(relevant & up & ~down), titles((grades == 0) & up & ~down),
    )  # fmt: skip


def _figures(scores: np.ndarray, grades: np.ndarray) -> np.ndarray:
    told = quality.figures(scores, grades)
    return np.array([told[name] for name in MEASURES])


@lru_cache(maxsize=2)
def _judgements(path: str, _changed: int) -> quality.Judgements:
    return quality.judgements(path)
