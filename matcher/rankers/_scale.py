"""From raw points to the shown score: one fixed curve, so a score moves only when the call or the priority does.

A raw score is measured in the priority's own unit (`Matches.unit`): twice the worth of its average concept. So every
priority has the same scale although their words are not equally rare, and no best call of the day stretches it.
"""

import numpy as np
from numpy.typing import NDArray

STRONG, PARTIAL, WEAK = 60.0, 30.0, 8.0
FIT = 1.9
"""Units at which a call is called strong. Cut-offs that make 80 % of the strong calls of any five priorities relevant
lie between 48 and 51 points, and of the calls above them in the sixth priority 81 % were relevant (all together). The
cut-off is higher than that so that the promise also holds where words are ambiguous: at 60 points 162 of 176 were
relevant, in five priorities at least 80 % (in logistics, with 11 relevant calls in all, 8 of 10)."""


def shown(raw: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
    """0 to 100: `FIT` units are 60 points, as many again close 60 % of the gap that is left, and so on."""
    return np.asarray(100.0 * (1.0 - 0.4 ** (np.maximum(raw, 0.0) / (FIT * unit))))


def grade(score: float) -> str:
    """strong, partial, weak or none."""
    if score >= STRONG:
        return "strong"
    if score >= PARTIAL:
        return "partial"
    return "weak" if score >= WEAK else "none"
