"""What decisions teach: MAP on the judged calls that nobody decided on, with and without `DECISIONS` decisions.

Protocol. For each priority 20 of the judged calls are drawn and decided: yes from grade 1.5, else "off topic". Then
the *other* judged calls are ranked without and with these decisions, and both MAPs are of the same calls. Three ways
of drawing, ten draws each with fixed seeds:

    read     as officers do: 20 of the first 40 calls of the priority's own order
    wide     20 of the first 100
    random   20 of all judged calls; many draws hold no yes and then teach nothing, which counts as no gain

A priority whose drawn calls hold every relevant one has nothing left to rank and leaves that draw out.
Each is measured for the full priorities, for the shipped seed without rules, and for priorities as somebody would
first type them: their first three concepts and nothing else.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from matcher import evaluate
from matcher.evaluate import RELEVANT, Array, Judgements
from matcher.ledger import Decision, Discard, State
from matcher.model import Call, Priority, Profile
from matcher.rankers import Ranker

DECISIONS, DRAWS = 20, 10
DEPTHS = {"read": 40, "wide": 100, "random": None}
WHEN = datetime(2026, 8, 22, tzinfo=UTC)


def decision(call: Call, key: str, taken: bool) -> Decision:
    """A yes, or a no that says something about the topic."""
    return Decision(
        reference=call.reference,
        identifier=call.identifier,
        state=State.SHORTLISTED if taken else State.DISCARDED,
        reason=None if taken else Discard.OFF_TOPIC,
        at=WHEN,
        by="bench",
        priority=key,
    )


def drawn(depth: int | None, scores: Array, generator: np.random.Generator, size: int) -> np.ndarray:
    """Positions of the calls decided on: `size` of the first `depth` of the order (None: of all)."""
    order = np.argsort(-scores, kind="stable")
    return generator.choice(order[:depth], size, replace=False)


def gains(
    ranker: Ranker, profile: Profile, judged: Judgements, depth: int | None, size: int = DECISIONS
) -> dict[str, tuple[float, float]]:
    """By priority key: mean MAP on the rest without and with the decisions. Nothing left in any draw: no entry."""
    known: dict[str, Priority] = {p.key: p for p in profile.priorities}
    out = {}
    for key, (at, scores, grades) in evaluate.scored(ranker, profile, judged).items():
        pairs = []
        for seed in range(DRAWS):
            picked = drawn(depth, scores, np.random.default_rng(seed), size)
            rest = np.setdiff1d(np.arange(len(at)), picked)
            if not (grades[rest] >= RELEVANT).any():
                continue
            said = [decision(ranker.calls_[at[i]], key, bool(grades[i] >= RELEVANT)) for i in picked]
            taught = ranker.scores(known[key], said)[at]
            pairs.append([evaluate.figures(s[rest], grades[rest])["MAP"] for s in (scores, taught)])
        if pairs:
            without, with_ = np.mean(pairs, axis=0)
            out[key] = (float(without), float(with_))
    return out


def thin(profile: Profile) -> Profile:
    """Priorities as first typed: three concepts, no guard, no rule."""
    few = [p.model_copy(update={"concepts": p.concepts[:3], "guards": [], "rules": []}) for p in profile.priorities]
    return profile.model_copy(update={"priorities": few})


def table(ranker: Ranker, profiles: Sequence[tuple[str, Profile]], judged: Judgements) -> None:
    """Prints one row a profile and way of drawing, and what half of all judged calls would teach."""
    print(f"\nlearning: {DECISIONS} decisions a priority, MAP on the rest of the judged calls, mean of {DRAWS} draws")
    print(f"{'priorities':36} {'drawn':8} {'without':>8} {'with':>8} {'gain':>8}   gain by priority")
    for label, profile in profiles:
        for name, depth in DEPTHS.items():
            _row(label, name, gains(ranker, profile, judged, depth))
    half = len(judged.rows) // 2
    _row(profiles[0][0], f"{half}", gains(ranker, profiles[0][1], judged, None, half))
    print(f"(the last line: what {half} decisions drawn at random teach, as the most there is to gain)")


def _row(label: str, drawing: str, found: dict[str, tuple[float, float]]) -> None:
    without, with_ = np.mean(list(found.values()), axis=0)
    each = "  ".join(f"{key} {b - a:+.2f}" for key, (a, b) in found.items())
    print(f"{label:36} {drawing:8} {without:8.3f} {with_:8.3f} {with_ - without:+8.3f}   {each}", flush=True)
