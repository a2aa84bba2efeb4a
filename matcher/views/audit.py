"""The missed-call audit: calls drawn at random from below the threshold, read blind, and what that says of the rest.

An answer is a decision that changes nothing about where a call stands (state *new*) with a marker as its note:
`audit 2026-08 of 312: no`. So it is kept, dated, signed and copied like every decision, and teaches the ranking
nothing: only decisions on a priority's topic do.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from math import exp, lgamma, log
from typing import NamedTuple

import pandas as pd

from matcher.ledger import Decision, State

SAMPLE = 20
ANSWERS = ("yes", "no", "unsure")
WITHDRAWN = "withdrawn"
_MARKER = re.compile(r"audit (\d{4}-\d{2}) of (\d+): (yes|no|unsure|withdrawn)")


class Answer(NamedTuple):
    """What was said of one call in the audit of a month; `below`: how many calls lay below the threshold then."""

    month: str
    reference: str
    answer: str
    below: int
    decision: Decision


class Misses(NamedTuple):
    """Estimate of missed calls among `below`: `low` to `high` at 95 %, `middle` the plain projection.

    `read` answered calls, of them `found` wanted and `unsure`. Unsure counts as no for `low` and `middle`, as yes for
    `high`, so that doubt widens the interval.
    """

    read: int
    found: int
    unsure: int
    below: int
    low: int
    middle: int
    high: int


def month_of(today: date) -> str:
    """The name of an audit: its month, 2026-08."""
    return f"{today:%Y-%m}"


def below(table: pd.DataFrame, decisions: Sequence[Decision] = ()) -> list[str]:
    """References of what an audit draws from, in order: open or forthcoming calls that fit no priority strongly or
    partially and that nobody decided on outside an audit. Hidden programmes are left out, as in the list."""
    decided = {d.reference for d in decisions if marker(d) is None}
    seen = table["status"].isin(["open", "forthcoming"]) & (table["noise"].str.len() == 0)
    low = seen & (table["fields"].str.len() == 0)
    return sorted(set(table.loc[low, "reference"]) - decided)


def draw(population: Iterable[str], month: str, read: Sequence[str] = (), size: int = SAMPLE) -> list[str]:
    """The calls of a month's audit: those already `read`, then others at random until there are `size`.

    Chance comes from the month and the reference alone: the same draw on every machine, whatever else is stored.
    """
    rest = sorted(set(population) - set(read), key=lambda reference: (_chance(month, reference), reference))
    return [*read, *rest[: max(0, size - len(read))]]


def note(month: str, population: int, answer: str) -> str:
    """The marker that a decision of an audit bears as its note."""
    return f"audit {month} of {population}: {answer}"


def marker(decision: Decision) -> tuple[str, int, str] | None:
    """Month, calls below the threshold and answer of a decision made in an audit; None for any other."""
    found = _MARKER.fullmatch(decision.note or "") if decision.state is State.NEW else None
    return (found[1], int(found[2]), found[3]) if found else None


def answers(decisions: Sequence[Decision], month: str | None = None) -> list[Answer]:
    """All answers, or those of one audit, in the order of reading; of several on one call in a month the last,
    unless it was withdrawn."""
    last: dict[tuple[str, str], Answer] = {}
    for decision in sorted(decisions, key=lambda d: (d.at, d.id or 0)):
        found = marker(decision)
        if not found or month not in (None, found[0]):
            continue
        last.pop((found[0], decision.reference), None)
        if found[2] != WITHDRAWN:
            last[found[0], decision.reference] = Answer(found[0], decision.reference, found[2], found[1], decision)
    return list(last.values())


def estimate(given: Sequence[Answer]) -> Misses | None:
    """What the answers of one audit say about all calls below the threshold; None without any."""
    if not given:
        return None
    read, population = len(given), max(answer.below for answer in given)
    found = sum(answer.answer == "yes" for answer in given)
    unsure = sum(answer.answer == "unsure" for answer in given)
    low, high = interval(found, read)[0], interval(found + unsure, read)[1]
    # What was found is no guess: there are at least as many, and at most all that were not read as no.
    least, most = found, population - (read - found - unsure)
    return Misses(
        read, found, unsure, population,
        min(max(round(low * population), least), most),
        min(max(round(found / read * population), least), most),
        min(max(round(high * population), least), most),
    )  # fmt: skip


def interval(found: int, read: int, sure: float = 0.95) -> tuple[float, float]:
    """The exact binomial (Clopper-Pearson) interval of a share: `found` of `read`, two-sided at `sure`."""
    tail = (1 - sure) / 2
    low = 0.0 if found == 0 else _solve(lambda p: 1 - _below(found - 1, read, p), tail)
    high = 1.0 if found == read else 1 - _solve(lambda p: _below(found, read, 1 - p), tail)
    return low, high


def _solve(growing: Callable[[float], float], goal: float) -> float:
    """Where a growing function of 0 … 1 reaches `goal`, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if growing(middle) < goal:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(most: int, tries: int, p: float) -> float:
    """Chance of at most `most` hits in `tries` tries."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return float(most >= tries)
    ways = lgamma(tries + 1)
    return min(
        1.0,
        sum(
            exp(ways - lgamma(k + 1) - lgamma(tries - k + 1) + k * log(p) + (tries - k) * log(1 - p))
            for k in range(most + 1)
        ),
    )


def _chance(month: str, reference: str) -> bytes:
    return sha256(f"{month} {reference}".encode()).digest()
