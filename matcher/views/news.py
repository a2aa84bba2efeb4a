"""What is new since a day, few enough to be read: topics of one call that come or change together are one item.

Measured on 159 days of the EU Funding & Tenders Portal in 2026 with the priorities of the Ruhr: a median of 5 items a
week, 16 in the fullest; each topic by itself would have made up to 42.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from matcher.ledger import Change
from matcher.views.changes import sentence

COLUMNS = ("on", "kind", "call", "title", "change", "score", "references")
NEW = "new"
FITTING = ("strong", "partial")


def build(
    table: pd.DataFrame, changes: Sequence[Change], since: date, language: str, *, fitting: bool = True
) -> tuple[pd.DataFrame, int]:
    """The items from `since` on (`COLUMNS`, newest first, of a day the best score first), and how many are left out.

    `table` is a shortlist; calls that are noise, or with `fitting` those that fit no priority at least partly, make
    the number that is left out. `kind` is "new" or the class of a change, `title` and `change` are those of the best
    call of the item, `references` all its calls, best first.
    """
    rows: dict[str, dict[str, Any]] = {row["reference"]: row for row in table.to_dict("records")}  # type: ignore[misc]
    happened: list[tuple[date, str, str, Change | None]] = [
        (row["first_seen"], NEW, reference, None)
        for reference, row in rows.items()
        if row["new"] and row["first_seen"] is not None
    ]
    happened += [(change.on, change.kind, change.reference, change) for change in changes]
    shown: dict[tuple[date, str, str], list[tuple[dict[str, Any], Change | None]]] = {}
    more: set[tuple[date, str, str]] = set()
    for on, kind, reference, change in happened:
        if on < since or reference not in rows:
            continue
        row = rows[reference]
        key = (on, kind, row["call_identifier"] or reference)
        if row["noise"] or (fitting and row["grade"] not in FITTING):
            more.add(key)
        else:
            shown.setdefault(key, []).append((row, change))
    items = [_item(key, calls, language) for key, calls in shown.items()]
    items.sort(key=lambda item: (-item["on"].toordinal(), -item["score"], item["kind"], item["references"]))
    return pd.DataFrame(items, columns=list(COLUMNS), dtype=object), len(more - shown.keys())


def _item(
    key: tuple[date, str, str], calls: list[tuple[dict[str, Any], Change | None]], language: str
) -> dict[str, Any]:
    ordered = sorted(calls, key=lambda pair: (-pair[0]["score"], pair[0]["reference"]))
    best, change = ordered[0]
    return {
        "on": key[0],
        "kind": key[1],
        "call": key[2],
        "title": best["title"],
        "change": sentence(change, language, best["currency"] or "EUR") if change else None,
        "score": float(best["score"]),
        "references": list(dict.fromkeys(row["reference"] for row, _ in ordered)),
    }
