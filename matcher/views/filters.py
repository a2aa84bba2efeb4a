"""What a person asked to see of the shortlist, and how many rows each wish takes away: nothing is hidden silently."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.ledger import State
from matcher.views._facets import Facets, Mask

ACTIVE_STATES = tuple(state.value for state in State if state not in (State.DISCARDED, State.EXPIRED))
KEPT = "kept"
KEPT_STATES = tuple(s.value for s in State if s not in (State.NEW, State.DISCARDED, State.EXPIRED))
EVERY_NOISE = "all"


@dataclass(frozen=True)
class Filters:
    """An empty tuple or None asks for nothing. The start: open and forthcoming calls without noise.

    `deadline_from`, `deadline_to`: days from today, both ends included. `project_from`, `project_to`: whole units, a
    call passes if its range per project touches them or is not stated. `priorities`: one of them fits strongly or
    partially, or is the best and fits at all. `since`: new or changed on that day or later, or one of these
    references (what is unseen since a visit; not kept in a query). `search`: words (found at a word's start),
    "phrases" and −exclusions, all of them. `applicants`: one of them at least is not ruled out. `noise`: keys
    of noise to show, or "all". `states`: "kept" is all of `KEPT_STATES`: whatever was decided
    but not discarded. `late`: two-stage calls whose first stage is over, too. `discarded`: what was discarded, too;
    where states are asked for, these say it.
    """

    priorities: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ("open", "forthcoming")
    deadline_from: int | None = None
    deadline_to: int | None = None
    kinds: tuple[str, ...] = ()
    types_of_action: tuple[str, ...] = ()
    project_from: int | None = None
    project_to: int | None = None
    grades: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    since: date | frozenset[str] | None = None
    search: str = ""
    noise: tuple[str, ...] = ()
    late: bool = True
    discarded: bool = True

    def to_query(self) -> dict[str, str]:
        """What differs from the start, as texts for an address: lists with bars, dates in ISO."""
        start, query = type(self)(), dict[str, str]()
        for field in fields(self):
            value = getattr(self, field.name)
            if value != getattr(start, field.name) and not isinstance(value, frozenset):
                query[field.name] = "|".join(value) if isinstance(value, tuple) else str(value)
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """The filters of an address; what cannot be read (old links, typing) counts as not asked for."""
        start, found = cls(), dict[str, Any]()
        for field in fields(cls):
            if (text := query.get(field.name)) is None:
                continue
            try:
                found[field.name] = (
                    _READERS[field.name](text) if field.name in _READERS else tuple(filter(None, text.split("|")))
                )
            except ValueError:
                found[field.name] = getattr(start, field.name)
        return cls(**found)


class Found:
    """The rows of a table that pass all filters. `hidden`: how many each filter took away; `mask`: which are left;
    `masks`: which rows each filter lets pass.

    A row is counted at the first filter it fails (the person's own, then `late`, `statuses`, `noise`), so the counts
    add up to what is missing. The search reads the table, and full texts where `texts` holds them. With priorities
    chosen, score, class and order are those of the best of them.
    """

    def __init__(self, facets: Facets, filters: Filters, texts: Mapping[str, str] | None = None):
        self._all, self._grades = facets, filters.grades
        self.facets = facets.through(filters.priorities)
        self.masks = _masks(self.facets, filters, texts)
        self.mask: Mask = np.ones(len(facets.table), dtype=bool)
        self.hidden: dict[str, int] = {}
        for name, mask in self.masks.items():
            if took := int((self.mask & ~mask).sum()):
                self.hidden[name] = took
            self.mask = self.mask & mask

    def counts(self) -> dict[str, dict[str, int]]:
        """For each filter with choices: how many rows a value has among those that pass all *other* filters.

        A priority counts what it shows when it alone is chosen: of its own class, where classes are asked for.
        """
        found: dict[str, dict[str, int]] = {}
        for name, column in _CHOICES.items():
            rest = self._rest(name, "discarded") if name == "states" else self._rest(name)
            values = self.facets.sets(column) if column in _MANY else self.facets.codes(column)
            tally = zip(values.names, values.tally(rest).tolist(), strict=True)
            found[name] = _ranked(tally)
        if kept := sum(found["states"].get(state, 0) for state in KEPT_STATES):
            found["states"][KEPT] = kept
        if self._grades:
            rest = self._rest("priorities", "grades")
            fitting = self.facets.sets("fitting").names
            found["priorities"] = _ranked((key, int((rest & self._of_class(key)).sum())) for key in fitting)
        return found

    def _of_class(self, key: str) -> Mask:
        grade = self._all.through((key,)).codes("grade")
        return self.facets.sets("fitting").any_of((key,)) & grade.among(self._grades)

    def behind(self, name: str, options: Mapping[str, Filters]) -> dict[str, int]:
        """How many rows each option of a filter, "deadline" say, leaves of those that pass all *other* filters."""
        rest = self._rest(name)
        return {option: int((rest & _masks(self.facets, asks, None)[name]).sum()) for option, asks in options.items()}

    def _rest(self, *names: str) -> Mask:
        rest = np.ones(len(self.mask), dtype=bool)
        for other, mask in self.masks.items():
            if other.partition(":")[0] not in names:
                rest &= mask
        return rest

    def listing(self, by: str) -> "Listing":
        """The rows in an order, ranked anew by score from 1."""
        order = self.facets.order(by)
        return Listing(self.facets.table, order[self.mask[order]])


class Listing:
    """Rows of a table in an order; a frame is made only of those that somebody wants to see."""

    def __init__(self, table: pd.DataFrame, places: NDArray[np.intp]):
        self.table, self.places = table, places
        ranks = table["rank"].to_numpy()[places]
        self._ranks = np.empty(len(places), dtype=np.int64)
        self._ranks[np.argsort(ranks, kind="stable")] = np.arange(1, len(places) + 1)

    def __len__(self) -> int:
        return len(self.places)

    @property
    def references(self) -> list[str]:
        found: list[str] = self.table["reference"].to_numpy()[self.places].tolist()
        return found

    def rows(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """The rows from one place to another as a table of their own; all of them without places."""
        shown = self.table.take(self.places[start:stop]).reset_index(drop=True)
        shown["rank"] = self._ranks[start:stop]
        return shown


def narrow(
    table: pd.DataFrame, filters: Filters, texts: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that pass all filters, scored and ranked as in `Found`, and how many rows each filter took away."""
    found = Found(Facets(table), filters, texts)
    return Listing(found.facets.table, np.flatnonzero(found.mask)).rows(), found.hidden


def counts(
    table: pd.DataFrame, filters: Filters, texts: Mapping[str, str] | None = None
) -> dict[str, dict[str, int]]:
    """`Found.counts` of a table."""
    return Found(Facets(table), filters, texts).counts()


def _masks(facets: Facets, filters: Filters, texts: Mapping[str, str] | None) -> dict[str, Mask]:
    """Which rows pass, per filter that asks for something, in the order in which rows are counted."""
    masks: dict[str, Mask] = {}
    if wanted := filters.priorities:
        masks["priorities"] = facets.sets("fitting").any_of(wanted)
    if wanted := filters.programmes:
        masks["programmes"] = facets.codes("programme").among(wanted) | facets.codes("programme_name").among(wanted)
    for name in ("kinds", "grades", "states", "owners", "stages"):
        if values := getattr(filters, name):
            if name == "states" and KEPT in values:
                values = (*values, *KEPT_STATES)
            masks[name] = facets.codes(_CHOICES[name]).among(values)
    if filters.types_of_action:
        masks["types_of_action"] = facets.sets("types_of_action").any_of(filters.types_of_action)
    if filters.deadline_from is not None or filters.deadline_to is not None:
        masks["deadline"] = _between(facets.numbers("days_left"), filters.deadline_from, filters.deadline_to)
    if filters.project_from is not None or filters.project_to is not None:
        masks["budget"] = _touches(facets, filters.project_from, filters.project_to)
    if filters.applicants:
        masks["applicants"] = ~facets.sets("cannot_apply").all_of(filters.applicants)
    if isinstance(since := filters.since, frozenset):
        masks["since"] = facets.of(since)
    elif since is not None:
        masks["since"] = facets.since(since)
    if filters.search.strip():
        masks["search"] = facets.text(filters.search, texts or {})
    if not filters.late:
        masks["late"] = ~facets.flags("stage_one_over")
    if not filters.discarded and not filters.states:
        masks["discarded"] = ~facets.codes("state").among((State.DISCARDED.value,))
    if filters.statuses:
        masks["statuses"] = facets.codes("status").among(filters.statuses)
    if EVERY_NOISE not in filters.noise:
        noise = facets.sets("noise")
        for key in sorted(set(noise.names) - set(filters.noise)):
            masks[f"noise:{key}"] = ~noise.any_of((key,))
    return masks


def _ranked(tally: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(sorted(((name, count) for name, count in tally if count), key=lambda item: (-item[1], item[0])))


def _between(values: NDArray[np.float64], least: int | None, most: int | None) -> Mask:
    low, high = -np.inf if least is None else least, np.inf if most is None else most
    found: Mask = (values >= low) & (values <= high)
    return found


def _touches(facets: Facets, least: int | None, most: int | None) -> Mask:
    low, high = facets.numbers("project_from"), facets.numbers("project_to")
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    found: Mask = np.isnan(low) | (
        (high >= (-np.inf if least is None else least)) & (low <= (np.inf if most is None else most))
    )
    return found


_READERS: dict[str, Callable[[str], Any]] = {
    "deadline_from": int, "deadline_to": int, "project_from": int, "project_to": int, "search": str,
    "since": date.fromisoformat, "late": lambda text: text != "False", "discarded": lambda text: text != "False",
}  # fmt: skip
_CHOICES = {
    "priorities": "fitting", "programmes": "programme_name", "statuses": "status", "kinds": "kind",
    "types_of_action": "types_of_action", "grades": "grade", "states": "state", "owners": "owner", "stages": "stage",
    "noise": "noise",
}  # fmt: skip
_MANY = ("fitting", "types_of_action", "noise")
