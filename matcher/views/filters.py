"""What a person asked to see of the shortlist, and how many rows each wish takes away: nothing is hidden silently."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.ledger import State
from matcher.model import Call
from matcher.views._search import fold, passing
from matcher.words import day, money_range, say

ACTIVE_STATES = tuple(state.value for state in State if state not in (State.DISCARDED, State.EXPIRED))
EVERY_NOISE = "all"
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Filters:
    """An empty tuple or None asks for nothing. The start: open and forthcoming calls without noise.

    `deadline_from`, `deadline_to`: days from today, both ends included. `project_from`, `project_to`: whole units, a
    call passes if its range per project touches them or is not stated. `priorities`: one of them fits strongly or
    partially, or is the best. `since`: new or changed on that day or later, or one of these references
    (what is unseen since a visit; not kept in a query). `search`: words (found at a word's
    start), "phrases" and −exclusions, all of them. `applicants`: one of them at least is not ruled out. `noise`: keys
    of noise to show, or "all". `late`: two-stage calls whose first stage is over, too.
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


def narrow(
    table: pd.DataFrame, filters: Filters, texts: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that pass all filters, ranked anew by score from 1, and how many rows each filter took away.

    A row is counted at the first filter it fails (the person's own, then `late`, `statuses`, `noise`), so the counts
    add up to what is missing. The search reads the table, and full texts where `texts` holds them.
    """
    left = np.ones(len(table), dtype=bool)
    hidden: dict[str, int] = {}
    for name, mask in _masks(table, filters, texts).items():
        if took := int((left & ~mask).sum()):
            hidden[name] = took
        left &= mask
    shown = table[left].reset_index(drop=True)
    if len(shown):
        shown["rank"] = shown["rank"].rank(method="first").astype("int64")
    return shown, hidden


def counts(
    table: pd.DataFrame, filters: Filters, texts: Mapping[str, str] | None = None
) -> dict[str, dict[str, int]]:
    """For each filter with choices: how many rows a value has among those that pass all *other* filters."""
    masks = _masks(table, filters, texts)
    found: dict[str, dict[str, int]] = {}
    for name, column in _CHOICES.items():
        rest = np.ones(len(table), dtype=bool)
        for other, mask in masks.items():
            if other.partition(":")[0] != name:
                rest &= mask
        tally: dict[str, int] = {}
        for cell in table[column].to_numpy()[rest]:
            for value in dict.fromkeys(cell if isinstance(cell, list) else [cell]):
                if value is not None:
                    tally[value] = tally.get(value, 0) + 1
        found[name] = dict(sorted(tally.items(), key=lambda item: (-item[1], item[0])))
    return found


def texts(calls: Iterable[Call]) -> dict[str, str]:
    """Folded title and text of each call by reference, for the search; make it once for a set of calls."""
    return {c.reference: fold("\n".join([c.title, c.call_title or "", c.destination or "", c.text])) for c in calls}


def describe(filters: Filters, language: str, labels: Mapping[str, str] | None = None) -> str:
    """The filters as a sentence for people, e.g. in an export; `labels` names the priorities and noise by key."""
    said: list[str] = []
    for name, group in _WORDS.items():
        if values := getattr(filters, name):
            known = [say(f"{group}.{v}", language) if group else (labels or {}).get(v, v) for v in values]
            said.append(_pair(name, ", ".join(known), language))
    if filters.deadline_from is not None or filters.deadline_to is not None:
        least, most = filters.deadline_from, filters.deadline_to
        key = "deadline_value" + ("_from" if most is None else "_to" if least is None else "")
        said.append(_pair("deadline", say(f"states.filter.{key}", language, least=least, most=most), language))
    if filters.project_from is not None or filters.project_to is not None:
        said.append(_pair("budget", money_range(filters.project_from, filters.project_to, "EUR", language), language))
    if filters.since is not None:
        visit = isinstance(filters.since, frozenset)
        when = say("states.filter.visit", language) if visit else day(filters.since, language)  # type: ignore[arg-type]
        said.append(_pair("since", when, language))
    if filters.search.strip():
        said.append(_pair("search", filters.search.strip(), language))
    if not filters.late:
        said.append(say("states.filter.not_late", language))
    return "; ".join(said) or say("exports.no_filters", language)


def _masks(table: pd.DataFrame, filters: Filters, texts: Mapping[str, str] | None) -> dict[str, Mask]:
    """Which rows pass, per filter that asks for something, in the order in which rows are counted."""
    masks: dict[str, Mask] = {}
    if filters.priorities:
        wanted = set(filters.priorities)
        pairs = zip(table["fields"], table["priority"], strict=True)
        masks["priorities"] = _mask(best in wanted or not wanted.isdisjoint(keys) for keys, best in pairs)
    if filters.programmes:
        masks["programmes"] = _among(table, "programme", filters.programmes) | _among(
            table, "programme_name", filters.programmes
        )
    for name, column in (
        ("kinds", "kind"),
        ("grades", "grade"),
        ("states", "state"),
        ("owners", "owner"),
        ("stages", "stage"),
    ):
        if values := getattr(filters, name):
            masks[name] = _among(table, column, values)
    if filters.types_of_action:
        wanted = set(filters.types_of_action)
        masks["types_of_action"] = _mask(not wanted.isdisjoint(types) for types in table["types_of_action"])
    if filters.deadline_from is not None or filters.deadline_to is not None:
        masks["deadline"] = _between(table["days_left"], filters.deadline_from, filters.deadline_to, np.nan)
    if filters.project_from is not None or filters.project_to is not None:
        masks["budget"] = _touches(table, filters.project_from, filters.project_to)
    if filters.applicants:
        wanted = set(filters.applicants)
        masks["applicants"] = _mask(not wanted <= set(no or ()) for no in table["cannot_apply"])
    if isinstance(since := filters.since, frozenset):
        masks["since"] = _mask(reference in since for reference in table["reference"])
    elif since is not None:
        masks["since"] = _mask(
            (new and first is not None and first >= since) or (changed is not None and changed >= since)
            for new, first, changed in zip(table["new"], table["first_seen"], table["changed"], strict=True)
        )
    if filters.search.strip():
        masks["search"] = _mask(passing(table, filters.search, texts or {}))
    if not filters.late:
        masks["late"] = ~table["stage_one_over"].to_numpy(dtype=bool)
    if filters.statuses:
        masks["statuses"] = _among(table, "status", filters.statuses)
    if EVERY_NOISE not in filters.noise:
        shown = set(filters.noise)
        for key in sorted({key for keys in table["noise"] for key in keys} - shown):
            masks[f"noise:{key}"] = _mask(key not in keys for keys in table["noise"])
    return masks


def _mask(passes: Iterable[bool]) -> Mask:
    return np.fromiter(passes, dtype=bool)


def _among(table: pd.DataFrame, column: str, values: Sequence[str]) -> Mask:
    wanted = set(values)
    return _mask(value in wanted for value in table[column])


def _between(column: pd.Series, least: int | None, most: int | None, unknown: float) -> Mask:
    values = column.astype("Float64").to_numpy(dtype=float, na_value=unknown)
    low, high = -np.inf if least is None else least, np.inf if most is None else most
    found: Mask = (values >= low) & (values <= high)
    return found


def _touches(table: pd.DataFrame, least: int | None, most: int | None) -> Mask:
    low = table["project_from"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    high = table["project_to"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    found: Mask = np.isnan(low) | (
        (high >= (-np.inf if least is None else least)) & (low <= (np.inf if most is None else most))
    )
    return found


def _pair(name: str, value: str, language: str) -> str:
    return f"{say(f'states.filter.{name}', language)}: {value}"


_READERS: dict[str, Callable[[str], Any]] = {
    "deadline_from": int, "deadline_to": int, "project_from": int, "project_to": int, "search": str,
    "since": date.fromisoformat, "late": lambda text: text != "False",
}  # fmt: skip
_CHOICES = {
    "priorities": "fields", "programmes": "programme_name", "statuses": "status", "kinds": "kind",
    "types_of_action": "types_of_action", "grades": "grade", "states": "state", "owners": "owner", "stages": "stage",
    "applicants": "can_apply", "noise": "noise",
}  # fmt: skip
_WORDS = {
    "priorities": None, "programmes": None, "statuses": "states.status", "kinds": "states.kind",
    "types_of_action": None, "grades": "states.grade", "states": "states.state", "owners": None, "stages": None,
    "applicants": "apply.applicant", "noise": None,
}  # fmt: skip
