"""What is new since a day, few enough to be read: topics of one call that come or change together are one item.

Measured on 159 days of the EU Funding & Tenders Portal in 2026 with the priorities that ship: a median of 5 items a
week, 16 in the fullest; each topic by itself would have made up to 42.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from matcher.ledger import Change, Decision, State
from matcher.model import Status
from matcher.views._standing import later, said_of
from matcher.views.changes import REVIVES, sentence
from matcher.views.handed import Handed, handed
from matcher.views.holding import holding
from matcher.words import BRUSSELS, day, say

COLUMNS = ("key", "on", "kind", "call", "title", "change", "score", "references", "open", "told", "related", "hit")
NEW, DUE, HANDED = "new", "due", "handed"
FITTING = ("strong", "partial")
# What the office works on is news whatever its score.
HELD = (State.READING, State.SHORTLISTED, State.FORWARDED, State.PREPARATION, State.APPLIED, State.PARKED)
# Of several changes on one day, the one that hurts first names the item.
FIRST = ("closed", "earlier", "stage added", "cut-off removed", "conditions", "types of action", "later", "rolled")

_Key = tuple[date, str, str]


class News(NamedTuple):
    """`items` (`COLUMNS`); how many more concern no priority (`unrelated`) or only calls that are over (`over`);
    how many different calls all of them together tell of (`calls`)."""

    items: pd.DataFrame
    unrelated: int
    over: int
    calls: int


class _Event(NamedTuple):
    on: date
    kind: str
    reference: str
    change: Change | None


def build(
    table: pd.DataFrame,
    changes: Sequence[Change],
    since: date,
    language: str,
    *,
    fitting: bool = True,
    closed: bool = True,
    decisions: Sequence[Decision] = (),
    office: str | None = None,
    roles: Collection[str] = (),
) -> News:
    """The items from `since` on, those that fit before the unrelated, newest first, of a day what was handed on, then
    the best score.

    `table` is a shortlist; left out and counted are calls that are noise, or with `fitting` those that fit no
    priority at least partly, unless the office worked on them before; with `closed` False also calls that are over.
    Topics that fit and topics that do not are items of their own (`related`), so that showing the latter leaves the
    former as they are; `hit` says whether any of its calls has at least weak hits (see `relation`).
    `kind` is "new", "due" (a parked call whose day has come), "handed" (others handed the call on to one of `roles`,
    the names of the town `office`) or the class of a change; `title` and `change` are those of the best call of the
    item, `references` all its calls, best first, `told` what each says of its change, `open` those on which `office`
    (None: anybody) has not decided since.
    """
    rows: dict[str, dict[str, Any]] = {row["reference"]: row for row in table.to_dict("records")}  # type: ignore[misc]
    heard = said_of(_callers(table), decisions, office)
    given = handed(said_of(_callers(table), decisions, None), office, roles) if office and roles else {}
    shown: dict[tuple[_Key, bool], list[tuple[dict[str, Any], Change | None]]] = {}
    unrelated: set[_Key] = set()
    over: set[_Key] = set()
    met: set[str] = set()
    for on, kind, reference, change in _events(rows, changes, given):
        if on < since or reference not in rows:
            continue
        met.add(reference)
        row = rows[reference]
        key = (on, kind, row["call_identifier"] or reference)
        if not closed and row["status"] == Status.CLOSED and kind != "closed":
            over.add(key)
            continue
        related = kind in (DUE, HANDED) or _worked_on(heard.get(reference, ()), change, office)
        related = related or (not row["noise"] and row["grade"] in FITTING)
        if related or not (fitting or row["noise"]):
            shown.setdefault((key, related), []).append((row, change))
        else:
            unrelated.add(key)
    last = {reference: one for reference, said in heard.items() if (one := holding(said, office)) is not None}
    answers = {reference: one.answer for reference, one in given.items() if one.answer is not None}
    items = _joined(
        [
            _item(key, related, calls, answers if key[1] == HANDED else last, language)
            for (key, related), calls in shown.items()
        ]
    )
    items.sort(
        key=lambda item: (
            not item["related"], -item["on"].toordinal(), item["kind"] != HANDED, -item["score"], item["kind"],
            item["references"],
        )
    )  # fmt: skip
    found = pd.DataFrame(items, columns=list(COLUMNS), dtype=object)
    told = {key for key, _ in shown}
    return News(found, len(unrelated - told), len(over - told - unrelated), len(met))


def _worked_on(said: Sequence[Decision], change: Change | None, office: str | None) -> bool:
    """Whether the office worked on a call when it changed. What it says afterwards moves no item."""
    before = [decision for decision in said if change is not None and later(change, decision)]
    held = holding(before, office)
    return held is not None and held.state in HELD


def _events(rows: dict[str, dict[str, Any]], changes: Sequence[Change], given: Mapping[str, Handed]) -> list[_Event]:
    found = [_Event(change.on, change.kind, change.reference, change) for change in changes]
    found += [
        _Event(one.by.at.astimezone(BRUSSELS).date(), HANDED, reference, None) for reference, one in given.items()
    ]
    for reference, row in rows.items():
        # What was handed on is news by that alone.
        if row["new"] and row["first_seen"] is not None and reference not in given:
            found.append(_Event(row["first_seen"], NEW, reference, None))
        if row["returned"] and row["until"] is not None:
            found.append(_Event(row["until"], DUE, reference, None))
    return found


def _callers(table: pd.DataFrame) -> Any:
    return list(table[["reference", "identifier"]].itertuples(index=False))


def _item(
    key: _Key,
    related: bool,
    calls: list[tuple[dict[str, Any], Change | None]],
    last: dict[str, Decision],
    language: str,
) -> dict[str, Any]:
    ordered = sorted(calls, key=lambda pair: (-pair[0]["score"], pair[0]["reference"]))
    best = ordered[0][0]
    told: dict[str, str] = {}
    if key[1] == HANDED:
        on = day(key[0], language)
        for name in (row["reference"] for row, _ in calls):
            told[name] = say(f"news.kind.handed_{'done' if name in last else 'said'}", language, day=on)
    for row, change in ordered:
        if change is not None:
            said = sentence(change, language, row["currency"] or "EUR")
            before = told.get(row["reference"])
            told[row["reference"]] = said if before is None else f"{before}; {said}"
    return {
        "key": "|".join((key[0].isoformat(), key[1], key[2], *([] if related else ["rest"]))),
        "on": key[0],
        "kind": key[1],
        "call": key[2],
        "title": best["title"],
        "change": told.get(best["reference"]),
        "score": float(best["score"]),
        "references": list(dict.fromkeys(row["reference"] for row, _ in ordered)),
        "open": list(
            dict.fromkeys(
                row["reference"] for row, change in ordered if _open(last.get(row["reference"]), key[1], change)
            )
        ),
        "told": told,
        "related": related,
        "hit": any(row["grade"] != "none" for row, _ in ordered),
    }


def relation(items: pd.DataFrame) -> str:
    """What the items that fit no priority have to do with them: hardly (all have weak hits), mixed, or none."""
    hits = [bool(hit) for hit, related in zip(items["hit"], items["related"], strict=True) if not related]
    return "none" if not any(hits) else "hardly" if all(hits) else "mixed"


def _open(last: Decision | None, kind: str, change: Change | None) -> bool:
    """Whether a call still waits for a word on what happened. A discarded one only after what can revive it."""
    if last is None or last.state is State.NEW or kind == DUE:
        return True
    if change is None or not later(change, last):
        return False
    return last.state is not State.DISCARDED or change.kind in REVIVES


def _joined(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Several changes of the same calls on the same day as one item."""
    together: dict[tuple[date, str, frozenset[str]], list[dict[str, Any]]] = {}
    rest = []
    for item in items:
        if item["kind"] in (NEW, DUE, HANDED):
            rest.append(item)
        else:
            together.setdefault((item["on"], item["call"], frozenset(item["references"])), []).append(item)
    return rest + [_one(group) for group in together.values()]


def _one(group: list[dict[str, Any]]) -> dict[str, Any]:
    def place(item: dict[str, Any]) -> tuple[int, str]:
        kind = item["kind"]
        return FIRST.index(kind) if kind in FIRST else len(FIRST), kind

    ordered = sorted(group, key=place)
    first = ordered[0]
    told = {
        reference: "; ".join(item["told"][reference] for item in ordered if reference in item["told"])
        for reference in first["references"]
    }
    waiting = {reference for item in group for reference in item["open"]}
    return {
        **first,
        "told": told,
        "change": told[first["references"][0]],
        "open": [reference for reference in first["references"] if reference in waiting],
    }
