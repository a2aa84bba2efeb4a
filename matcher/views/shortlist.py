"""The shortlist: every call ranked for the region's priorities, with its facts and where the office stands with it.

All stored calls are ranked, closed ones too, so that a filter never moves a score; `narrow` (in `filters.py`) leaves
out what nobody asked for and counts it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.ledger import Change, Decision
from matcher.model import Call, Noise, Priority, Profile
from matcher.rankers import Explanation, Ranker
from matcher.views._asked import describe
from matcher.views._facets import ORDERS, Facets, order_keys
from matcher.views._facts import TYPES, facts, with_eligibility
from matcher.views._search import also, texts
from matcher.views._standing import standing
from matcher.views.filters import Filters, Found, Listing, counts, narrow
from matcher.views.lessons import taught

__all__ = [
    "COLUMNS", "ORDERS", "Facets", "Filters", "Found", "Listing", "also", "build", "counts", "describe",
    "facts", "narrow", "order", "texts",
]  # fmt: skip

SHOWN_GRADES = ("strong", "partial")

COLUMNS = tuple(TYPES)


class _Names(dict[str, Any]):
    """Not copied: pandas copies `attrs` in depth with every row and column it hands out."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def build(
    ranker: Ranker,
    profile: Profile,
    today: date,
    *,
    decisions: Sequence[Decision] = (),
    changes: Sequence[Change] = (),
    only: str | None = None,
    top: int | None = None,
    explain: bool | None = None,
    language: str = "de",
    office: str | None = None,
    news: Collection[str] | None = None,
    known: pd.DataFrame | None = None,
    learned: Sequence[Decision] | None = None,
    offices: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """All calls of a fitted ranker, best first, one row a call (`COLUMNS`, and `score_<key>` per active priority).

    `score` and `priority` are the best of the active priorities, or those of `only`. Sums are whole units of
    `currency`, rates percent, unknown is None or <NA>. `top` cuts after so many rows; matched spellings (`terms`,
    `rule_only`) are filled for the returned rows if `top` is given or `explain` asks for it, else None; `reasons`
    fills them later. `news`: references of calls that are truly new (a first pull makes none); without it,
    those first seen later than the oldest. `known`: what `facts` gave for the same calls and day (saves time).
    `learned`: the decisions that the order has learned from; None: all of them.
    `attrs` holds `today`, `labels`, the names of the priorities for exports, and `offices`, those of the towns.
    Raises InputError for an unknown priority.
    """
    chosen = [profile.priority(only)] if only else [p for p in profile.priorities if p.active]
    calls = ranker.calls_
    base = facts(calls, today) if known is None else known
    if len(base) != len(calls):
        raise InputError(f"The facts are of {len(base)} calls, the ranking of {len(calls)}. Build the facts again.")
    columns: dict[str, Any] = {name: base[name].array for name in base.columns}
    lessons = taught(ranker, profile, decisions if learned is None else learned)
    columns.update(_scored(ranker, chosen, lessons))
    columns.update(
        standing(
            calls, list(base["status"]), today, decisions=decisions, changes=changes, language=language, office=office
        )
    )
    columns["new"] = _new(base["first_seen"], calls, news)
    columns["noise"] = _noise(calls, profile.noise)
    columns.update(rank=0, terms=[None] * len(calls), rule_only=[None] * len(calls))
    table = order(_table(columns, [p.key for p in chosen]), "score")
    table["rank"] = np.arange(1, len(table) + 1)
    table.attrs["today"] = today
    table.attrs["labels"] = _Names({p.key: dict(p.labels) for p in chosen})
    table.attrs["offices"] = _Names(offices or {})
    table = table if top is None else table.head(top).copy()
    wanted = top is not None if explain is None else explain
    return reasons(table, ranker, profile, lessons) if wanted else table


def reasons(table: pd.DataFrame, ranker: Ranker, profile: Profile, learned: Sequence[Decision] = ()) -> pd.DataFrame:
    """The same rows with `terms` (spellings as found, strongest first), `rule_only` and who may apply filled.

    Meant for the rows that are shown: time grows with their number. `learned`: as of the scores in the table.
    """
    row_of = ranker.row_of
    filled = table.copy()
    if len(table) and filled["can_apply"].isna().any():
        mine = [ranker.calls_[row_of[reference]] for reference in filled["reference"]]
        filled = with_eligibility(filled, mine, table.attrs["today"])
    lessons = taught(ranker, profile, learned)
    terms: list[Any] = [None] * len(table)
    rule_only: list[Any] = [None] * len(table)
    for key, places in _places(table["priority"]).items():
        rows = [row_of[reference] for reference in table["reference"].iloc[places]]
        for place, why in zip(places, ranker.explain(rows, profile.priority(key), lessons), strict=True):
            terms[place], rule_only[place] = _terms(why), why.rule_only
    filled["terms"] = pd.Series(terms, dtype=object, index=table.index)
    filled["rule_only"] = pd.Series(rule_only, dtype=object, index=table.index)
    return filled


def order(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """The same rows by score, deadline (next first, then without, then past), budget (largest first) or newest.

    Equal rows follow by score, next deadline and reference, so the order never depends on how the rows came in.
    """
    return table.iloc[np.lexsort(order_keys(table, by))].reset_index(drop=True)


def _scored(ranker: Ranker, chosen: Sequence[Priority], decisions: Sequence[Decision]) -> dict[str, Any]:
    count = len(ranker.calls_)
    if not chosen:
        return {
            "priority": [None] * count, "score": np.zeros(count), "grade": ["none"] * count,
            "fields": [[] for _ in range(count)], "strong_fields": [[] for _ in range(count)],
        }  # fmt: skip
    scores: NDArray[np.float64] = np.column_stack([ranker.scores(p, decisions) for p in chosen])
    grades = [ranker.grades(scores[:, i]) for i in range(len(chosen))]
    best = scores.argmax(axis=1) if count else np.zeros(0, dtype=int)
    columns: dict[str, Any] = {f"score_{p.key}": scores[:, i] for i, p in enumerate(chosen)}
    columns["priority"] = [chosen[i].key for i in best]
    columns["score"] = scores[np.arange(count), best]
    columns["grade"] = [grades[i][row] for row, i in enumerate(best)]
    ranked = np.argsort(-scores, axis=1, kind="stable")
    columns["strong_fields"] = [
        [chosen[i].key for i in row if grades[i][place] == "strong"] for place, row in enumerate(ranked)
    ]
    columns["fields"] = [
        [chosen[i].key for i in row if grades[i][place] in SHOWN_GRADES] for place, row in enumerate(ranked)
    ]
    return columns


def _new(seen: pd.Series, calls: Sequence[Call], news: Collection[str] | None) -> list[bool]:
    if news is not None:
        known = frozenset(news)
        return [call.reference in known for call in calls]
    first = min((on for on in seen if on is not None), default=None)
    return [on is not None and on != first for on in seen]


def _noise(calls: Sequence[Call], noise: Sequence[Noise]) -> list[list[str]]:
    off = [n for n in noise if n.hidden]
    return [[n.key for n in off if _is_noise(call, n)] for call in calls]


def _is_noise(call: Call, noise: Noise) -> bool:
    return (
        call.kind in noise.kinds
        or call.programme in noise.programmes
        or (bool(noise.prefixes) and call.identifier.startswith(tuple(noise.prefixes)))
    )


def _terms(why: Explanation) -> list[str]:
    found = sorted((r for r in why.reasons if r.kind == "concept" and r.share > 0), key=lambda r: (-r.share, r.key))
    spelled: dict[str, str] = {}
    for word in (word for reason in found for word in reason.words):
        spelled.setdefault(word.casefold().replace("-", " "), word)
    return list(spelled.values())


def _places(keys: pd.Series) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        if key is not None:
            places.setdefault(key, []).append(place)
    return places


def _table(columns: dict[str, Any], keys: list[str]) -> pd.DataFrame:
    names = list(COLUMNS)
    after = names.index("grade") + 1
    types = {**TYPES, **{f"score_{key}": "float64" for key in keys}}
    names[after:after] = [f"score_{key}" for key in keys]
    rows = len(columns["reference"])
    return pd.DataFrame({name: pd.Series(columns[name], dtype=types[name], index=range(rows)) for name in names})
