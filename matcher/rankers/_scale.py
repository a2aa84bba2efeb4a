"""From raw points to the shown score: one fixed curve, so a score moves only when the call or the priority does.

A raw score is measured in the priority's own unit (`Matches.unit`): twice the worth of its average concept. So every
priority has the same scale although their words are not equally rare, and no best call of the day stretches it.
"""

import numpy as np
from numpy.typing import NDArray

STRONG, PARTIAL, WEAK = 60.0, 30.0, 8.0


def shown(raw: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
    """0 to 100: one unit is 60 points, each further unit closes 60 % of the gap to 100."""
    return np.asarray(100.0 * (1.0 - 0.4 ** (np.maximum(raw, 0.0) / unit)))


def grade(score: float) -> str:
    """strong, partial, weak or none."""
    if score >= STRONG:
        return "strong"
    if score >= PARTIAL:
        return "partial"
    return "weak" if score >= WEAK else "none"
