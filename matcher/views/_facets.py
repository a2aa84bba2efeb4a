"""The columns of a shortlist that filters, counts and orders read, as arrays: made once, then only looked up.

A shared table is asked at every click of every session, and Python objects cell by cell are too slow for that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.views._search import matching, searched

ORDERS = ("score", "deadline", "budget", "newest")
SCORED = ("score", "priority", "grade", "fields", "rank")
LOOSE = ("text", "through")
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
T = TypeVar("T")


class Codes(NamedTuple):
    """A column with one word a row: the position of each row's word in `names`, -1 without one."""

    at: Places
    names: list[str]

    def among(self, wanted: Collection[str]) -> Mask:
        hits = np.array([*(name in wanted for name in self.names), False], dtype=bool)
        found: Mask = hits[self.at]
        return found

    def tally(self, rows: Mask) -> NDArray[np.intp]:
        at = self.at[rows]
        return np.bincount(at[at >= 0], minlength=len(self.names))


class Sets(NamedTuple):
    """A column with several words a row: `has` of shape (rows, names)."""

    has: Mask
    names: list[str]

    def any_of(self, wanted: Collection[str]) -> Mask:
        columns = [i for i, name in enumerate(self.names) if name in wanted]
        return np.asarray(self.has[:, columns].any(axis=1), dtype=bool)

    def all_of(self, wanted: Collection[str]) -> Mask:
        if not set(wanted) <= set(self.names):
            return np.zeros(len(self.has), dtype=bool)
        columns = [self.names.index(name) for name in wanted]
        return np.asarray(self.has[:, columns].all(axis=1), dtype=bool)

    def tally(self, rows: Mask) -> NDArray[np.intp]:
        found: NDArray[np.intp] = self.has[rows].sum(axis=0, dtype=np.intp)
        return found


class Facets:
    """Arrays of `table`, each made when it is first asked for. The table must not change afterwards.

    `english`: what a typed word is called in the calls, for the search.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        known: Mapping[tuple[str, str], Any] | None = None,
        english: Callable[[str], Sequence[str]] = lambda word: (),
    ):
        self.table, self.english = table, english
        self._known: dict[tuple[str, str], Any] = dict(known or {})

    def moved(self, table: pd.DataFrame, columns: Collection[str]) -> "Facets":
        """The facets of a table that differs in these columns only."""
        kept = {
            place: made for place, made in self._known.items() if place[1] not in columns and place[0] not in LOOSE
        }
        return Facets(table, kept, self.english)

    def through(self, priorities: Sequence[str]) -> "Facets":
        """The same rows, scored for the best of some priorities only and ranked by that; without any, as they are."""
        chosen = [key for key in priorities if f"score_{key}" in self.table.columns]
        return self._once("through", "|".join(chosen), lambda: self._through(chosen)) if chosen else self

    def _through(self, chosen: Sequence[str]) -> "Facets":
        self.sets("fitting")
        self._alphabet()
        table = _scored_for(self.table, chosen)
        kept = {p: made for p, made in self._known.items() if p[0] not in ("order", "through") and p[1] not in SCORED}
        made = Facets(table, kept, self.english)
        rank = np.empty(len(table), dtype=np.int64)
        rank[made.order("score")] = np.arange(1, len(table) + 1)
        made.table = table.assign(rank=rank)
        return made

    def codes(self, column: str) -> Codes:
        def make() -> Codes:
            at, names = pd.factorize(self.table[column].to_numpy(dtype=object))
            return Codes(at, [str(name) for name in names])

        return self._once("codes", column, make)

    def sets(self, column: str) -> Sets:
        """A column of lists; `fitting` is `fields` with the best priority of a call that fits it weakly."""

        def make() -> Sets:
            places: dict[str, int] = {}
            rows: list[int] = []
            columns: list[int] = []
            for row, cell in enumerate(_fitting(self.table) if column == "fitting" else self.table[column]):
                for name in cell if isinstance(cell, list) else ():
                    rows.append(row)
                    columns.append(places.setdefault(name, len(places)))
            has = np.zeros((len(self.table), len(places)), dtype=bool)
            has[rows, columns] = True
            return Sets(has, list(places))

        return self._once("sets", column, make)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column of numbers; NaN where there is none."""

        def make() -> NDArray[np.float64]:
            found = self.table[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            return np.asarray(found, dtype=np.float64)

        return self._once("numbers", column, make)

    def days(self, column: str) -> NDArray[np.intp]:
        """A column of days as ordinals; 0 where there is none."""
        return self._once(
            "days",
            column,
            lambda: np.array([on.toordinal() if on else 0 for on in self.table[column]], dtype=np.intp),
        )

    def flags(self, column: str) -> Mask:
        return self._once("flags", column, lambda: self.table[column].to_numpy(dtype=bool))

    def of(self, references: Collection[str]) -> Mask:
        """Which rows are of these references."""
        place: dict[str, int] = self._once(
            "place", "reference", lambda: {r: i for i, r in enumerate(self.table["reference"])}
        )
        found = np.zeros(len(self.table), dtype=bool)
        found[[place[reference] for reference in references if reference in place]] = True
        return found

    def since(self, day: date) -> Mask:
        """Which rows are new or changed on a day or later."""
        found: Mask = self.flags("new") & (self.days("first_seen") >= day.toordinal())
        return found | (self.days("changed") >= day.toordinal())

    def text(self, search: str, texts: Mapping[str, str]) -> Mask:
        """Which rows have what a search asks for, in the table or in their folded full texts; the last is kept."""
        last = self._known.get(("text", "last"))
        if last is None or last[:2] != (search, bool(texts)):
            rows: list[str] = self._once("text", "rows", lambda: searched(self.table))
            pairs = zip(self.table["reference"], rows, strict=True)
            found = np.fromiter(matching(pairs, search, texts, self.english), dtype=bool, count=len(rows))
            last = self._known["text", "last"] = (search, bool(texts), found)
        mask: Mask = last[2]
        return mask

    def order(self, by: str) -> Places:
        """Positions of all rows in an order."""
        return self._once("order", by, lambda: np.lexsort(order_keys(self.table, by, self._alphabet())))

    def _alphabet(self) -> NDArray[np.float64]:
        return self._once("alphabet", "reference", lambda: _alphabetical(self.table["reference"]))

    def _once(self, kind: str, column: str, make: Callable[[], T]) -> T:
        made: T | None = self._known.get((kind, column))
        if made is None:
            made = self._known[kind, column] = make()
        return made


def order_keys(
    table: pd.DataFrame, by: str, alphabet: NDArray[np.float64] | None = None
) -> Sequence[NDArray[np.float64]]:
    """Keys for `lexsort`, the last one first; equal rows by score, next deadline and reference.

    By score, deadline (next first, then without, then past), budget (largest first) or newest; InputError else.
    `alphabet`: the place of each row's reference among all of them, where it is known.
    """
    if by not in ORDERS:
        raise InputError(f"There is no order {by!r}. There are: {', '.join(ORDERS)}.")
    left = table["days_left"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    score = -table["score"].to_numpy(dtype=float)
    due = np.where(np.isnan(left), 1e6, np.where(left < 0, 2e6 - left, left))
    reference = _alphabetical(table["reference"]) if alphabet is None else alphabet
    keys = [reference, due, score]
    if by == "deadline":
        keys = [reference, score, due]
    elif by == "budget":
        keys.append(-table["budget_total"].astype("Float64").to_numpy(dtype=float, na_value=-1.0))
    elif by == "newest":
        for name in ("opens", "first_seen"):
            keys.append(np.array([-(on.toordinal() if on else 0) for on in table[name]], dtype=float))
    return keys


def _alphabetical(column: pd.Series) -> NDArray[np.float64]:
    words: list[str] = column.tolist()
    ranks = np.empty(len(words), dtype=float)
    ranks[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
    return ranks


def _scored_for(table: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    scores: NDArray[np.float64] = table[[f"score_{key}" for key in chosen]].to_numpy(dtype=float)
    wanted = frozenset(chosen)
    cells = zip(table["fields"], table["strong_fields"], table["priority"], table["grade"], strict=True)
    grades = [
        "strong"
        if not wanted.isdisjoint(strong)
        else "partial"
        if not wanted.isdisjoint(fields)
        else grade
        if best in wanted
        else "none"
        for fields, strong, best, grade in cells
    ]
    # One field or none is in order as it is: so are most calls.
    fields = [own if len(own) < 2 else sorted(own, key=lambda key: key not in wanted) for own in table["fields"]]
    best = [chosen[at] for at in scores.argmax(axis=1)] if len(table) else []
    new = {"score": scores.max(axis=1), "priority": best, "grade": grades, "fields": fields}
    return table.assign(**{name: pd.Series(new[name], dtype=table[name].dtype, index=table.index) for name in new})


def _fitting(table: pd.DataFrame) -> list[list[str]]:
    """The priorities each call fits: strongly, partially, or as its best one weakly."""
    cells = zip(table["fields"], table["priority"], table["grade"], strict=True)
    return [[*fields, *([best] if grade != "none" and best not in fields else [])] for fields, best, grade in cells]
