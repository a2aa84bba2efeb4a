"""A draft measured while it is edited: ranks before and after, spread of points, nearest words. Nothing is fitted."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.ledger import Decision
from matcher.model import Call, Concept, Priority
from matcher.rankers import Ranker
from matcher.start_words import ENGLISH
from matcher.text import fold
from matcher.views import lab, shortlist
from matcher.views.verdict import Verdict, verdict

BORDERS = tuple(range(0, 101, 10))
SPREAD = ("from", "before", "after")
STATUSES = ("open", "forthcoming")
_LIGHT = ("reference", "identifier", "title", "days_left")
_MOVED = ("entering", "leaving")
_LEAST_LETTERS = 4


class Pool(NamedTuple):
    """The calls a preview ranks: positions in the ranker's `calls_`, and what a list shows of them, in that order,
    which is the order of calls with equal points."""

    rows: NDArray[np.intp]
    table: pd.DataFrame


class Preview(NamedTuple):
    """A draft of one priority against the saved one, over a pool of calls.

    `before`, `after`: points of each call of the pool. `above`: how many are strong or partial, before and after;
    `strong`: how many are strong after; `new`: no priority was saved under this key.
    `causes`: for calls that enter or leave, the key of the concept, guard or rule that moved most, and by how much.
    `verdict`: what it does against decisions, over all stored calls.
    """

    comparison: lab.Comparison
    causes: Mapping[str, tuple[str, float]]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    above: tuple[int, int]
    verdict: Verdict
    strong: int = 0
    new: bool = False


def pool(table: pd.DataFrame, calls: Sequence[Call], statuses: Collection[str] = STATUSES) -> Pool:
    """The calls the list shows at its start: of these statuses, without hidden noise. `table`: a full shortlist."""
    row_of = {call.reference: row for row, call in enumerate(calls)}
    wanted = table["status"].isin(list(statuses)) & (table["noise"].str.len() == 0)
    # In the order of calls with equal points: a preview then sorts by points alone.
    light = shortlist.order(table.loc[wanted, list(_LIGHT)].assign(score=0.0), "score").drop(columns="score")
    return Pool(np.array([row_of[reference] for reference in light["reference"]], dtype=np.intp), light)


def ranked(ranker: Ranker, calls: Pool, scores: NDArray[np.float64]) -> pd.DataFrame:
    """The calls of the pool that have points, as the list orders them: `score`, `grade` and `rank` from 1."""
    mine = scores[calls.rows]
    order = np.argsort(-mine, kind="stable")[: int((mine > 0).sum())]
    table, own = calls.table.iloc[order].reset_index(drop=True), mine[order]
    return table.assign(score=own, rank=np.arange(1, len(table) + 1), grade=ranker.grades(own))


def preview(
    ranker: Ranker,
    saved: Priority | None,
    draft: Priority,
    calls: Pool,
    decisions: Sequence[Decision] = (),
    top: int = 30,
    learned: Sequence[Decision] = (),
) -> Preview:
    """What a draft changes in the first `top`. Without a saved priority (a new one) every call there enters.

    `decisions`: what people said of calls, which the change is held against; `learned`: what moves scores.
    """
    old = saved or draft.model_copy(update={"concepts": [], "guards": [], "rules": []})
    scores = [ranker.scores(priority, learned) for priority in ((old, draft) if old != draft else (old,))]
    lists = [ranked(ranker, calls, found) for found in scores]
    comparison = lab.compare(lists[0], lists[-1], decisions, top)
    moved = comparison.table.loc[comparison.table["movement"].isin(_MOVED), "reference"]
    causes = lab.causes(ranker, list(moved), old, draft, learned) if len(moved) else {}
    above = [int(found["grade"].isin(shortlist.SHOWN_GRADES).sum()) for found in lists]
    decided = {decision.reference for decision in decisions}
    ranks = [{one: place for place, one in enumerate(found["reference"], 1) if one in decided} for found in lists]
    said = verdict(
        ranker, decisions, scores[0], scores[-1], ranks=(ranks[0], ranks[-1]),
        leaving=set(comparison.buried["reference"]), entering=set(comparison.lifted["reference"]),
    )  # fmt: skip
    pair = (scores[0][calls.rows], scores[-1][calls.rows])
    strong = int((lists[-1]["grade"] == "strong").sum())
    return Preview(comparison, causes, *pair, (above[0], above[-1]), said, strong, saved is None)


def brought(
    ranker: Ranker, references: Sequence[str], draft: Priority, decisions: Sequence[Decision] = ()
) -> dict[str, tuple[str, ...]]:
    """For each call the words of it that gave most points, as they stand there; for a rule its name.

    () where nothing the priority says is in the call, so that only its likeness to others speaks for it.
    """
    row_of = ranker.row_of
    known = [reference for reference in references if reference in row_of]
    concepts = {concept.key: concept for concept in draft.concepts}
    found: dict[str, tuple[str, ...]] = {}
    told = ranker.shares([row_of[reference] for reference in known], draft, decisions)
    for reference, reasons in zip(known, told, strict=True):
        best = next((r for r in reasons if r.kind in ("concept", "rule") and r.share > 0), None)
        words: tuple[str, ...] = ()
        if best is not None and best.kind == "concept":
            words = ranker.said(row_of[reference], concepts[best.key])
        found[reference] = () if best is None else words or (best.key,)
    return found


def borders(ranker: Ranker) -> list[tuple[str, int]]:
    """Classes and the points from which they hold, the lowest first; the lowest class itself is left out."""
    grades = ranker.grades(np.arange(0, 101, dtype=float))
    return [(now, points) for points, (last, now) in enumerate(pairwise(grades), start=1) if last != now]


def spread(before: NDArray[np.float64], after: NDArray[np.float64]) -> pd.DataFrame:
    """How many calls have how many points: one row for each ten points (`SPREAD`); calls without points left out."""
    counts = [np.histogram(scores[scores > 0], BORDERS)[0] for scores in (before, after)]
    return pd.DataFrame({"from": BORDERS[:-1], "before": counts[0], "after": counts[1]})


def english(ranker: Ranker, concept: Concept) -> list[str]:
    """The English of a concept: its own spellings, or what the dictionary says for the others; [] if it says none."""
    if concept.spellings.get("en"):
        return concept.spellings["en"]
    others = (text for texts in concept.spellings.values() for text in texts)
    return list(dict.fromkeys(meant for text in others for meant in ranker.english(text)))


def nearest(spellings: Sequence[str], known: Sequence[str], most: int = 4) -> list[str]:
    """Those of `known` that look most like the words of a concept that matches nothing; [] if none is near."""
    found: dict[str, None] = {}
    for word in (word for word in _parts(spellings) if word not in ENGLISH):
        alike = {fold(other): other for other in known if other[:2].casefold() == word[:2]}
        long = len(word) >= _LEAST_LETTERS
        near = [word] if word in alike else get_close_matches(word, alike, n=2, cutoff=0.8) if long else []
        found.update(dict.fromkeys(alike[other] for other in near))
    return list(found)[:most]


class Similar(NamedTuple):
    """Words that look like a concept, small but for abbreviations, and whether texts have a part of one of its terms.

    A part alone (sight, of a line of sight) is not like the term.
    """

    words: list[str]
    apart: bool


def similar(spellings: Sequence[str], known: Sequence[str], most: int = 4) -> Similar:
    """What to show beside a concept that matches nothing."""
    parts = {word for term in spellings if len(_parts([term])) > 1 for word in _parts([term])}
    near = nearest(spellings, known, most=most + len(parts))
    shown = dict.fromkeys(word if word.isupper() else word.lower() for word in near if fold(word) not in parts)
    return Similar(list(shown)[:most], any(fold(word) in parts for word in near))


def _parts(spellings: Sequence[str]) -> list[str]:
    """The words of some terms, folded, each once."""
    return list(dict.fromkeys(w for term in spellings for w in fold(term).replace("-", " ").split()))
