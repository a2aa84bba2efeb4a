"""The points of every call by what gave them, and what one call has of them as shares of its shown score."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.model import Concept
from matcher.rankers import Reason
from matcher.rankers._feedback import Feedback
from matcher.rankers._learned import Learned
from matcher.rankers._match import Matches, Share
from matcher.rankers._reasons import share_out
from matcher.rankers._scale import shown

Made = list[tuple[float, Reason]]
"""Raw points and the reason they are for, its share still 0."""


class Parts(NamedTuple):
    """Raw points of every call by what gave them; `up` and `down` are what speaks for and against it."""

    matches: Matches
    concepts: list[Share]
    guards: list[Share]
    rules: list[Share]
    feedback: Feedback
    near: NDArray[np.float64]
    learned: Learned
    up: NDArray[np.float64]
    down: NDArray[np.float64]

    def named(self, row: int) -> list[tuple[str, Concept, float]]:
        """Concepts and guards that a call has, each with its raw points."""
        sides = (("concept", self.matches.concepts, self.concepts), ("guard", self.matches.guards, self.guards))
        return [
            (kind, concept, value)
            for kind, found, shares in sides
            for (concept, _), share in zip(found, shares, strict=True)
            if (value := share.of(row))
        ]

    def of_rules(self, row: int) -> Made:
        """Rules that hold for a call."""
        rules = zip(self.matches.rules, self.rules, strict=True)
        return [(points.of(row), Reason("rule", rule.name, 0.0)) for (rule, _), points in rules if points.of(row)]

    def plain(self, row: int) -> Made:
        """All that makes the score of a call, without words."""
        made = [(value, Reason(kind, concept.key, 0.0)) for kind, concept, value in self.named(row)]
        made += self.of_rules(row)
        likenesses = (
            ("feedback", "feedback", self.feedback.units),
            ("feedback", "neighbours", self.near),
            ("learned", "learned", self.learned.units),
        )
        for kind, key, units in likenesses:
            if units[row]:
                made.append((self.matches.unit * float(units[row]), Reason(kind, key, 0.0)))
        return made

    def shared(self, row: int, made: Made) -> tuple[float, list[Reason]]:
        """The shown score of a call, and the reasons with their shares of it, largest first."""
        unit = self.matches.unit
        ups = [(v, r) for v, r in made if v > 0]
        downs = [(v, r) for v, r in made if v < 0]
        full = float(shown(self.up[[row]], unit)[0])
        score = float(shown(self.up[[row]] + self.down[[row]], unit)[0])
        shares = share_out([v for v, _ in ups], [v for v, _ in downs], full, score)
        reasons = [r._replace(share=s) for (_, r), s in zip(ups + downs, shares, strict=True)]
        return score, sorted(reasons, key=lambda r: (-abs(r.share), r.kind, r.key))
