"""The calls of the news as rows of a file, each with what is new about it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matcher.views.filters import KEPT_STATES
from matcher.views.news import DUE
from matcher.words import say


def references(items: pd.DataFrame) -> list[str]:
    """The calls of the items in the order of the page, each once."""
    return list(dict.fromkeys(reference for told in items["references"] for reference in told))


def alike(references: Sequence[str], reference: str, rows: Mapping[str, Any]) -> list[str]:
    """Those of the topics of a call that stand like `reference`: the same best priority, grade and answer to a town.

    `rows`: the rows of the shortlist by reference. One decision for all of them says nothing unlike.
    """
    return [one for one in references if _stand(rows[one]) == _stand(rows[reference])]


def _stand(row: Any) -> tuple[str | None, str, bool, bool]:
    may, not_ = (isinstance(kinds, list) and "municipality" in kinds for kinds in (row.can_apply, row.cannot_apply))
    return row.priority if row.grade != "none" else None, row.grade, may, not_


def kept(table: pd.DataFrame) -> pd.DataFrame:
    """Of the shortlist the rows that were decided and not discarded."""
    return table[table["state"].isin(KEPT_STATES)]


def rows(items: pd.DataFrame, table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The rows of the shortlist `table` for the calls of the items, in their order; `change` says what is new."""
    place = {reference: at for at, reference in enumerate(table["reference"])}
    told: dict[str, list[str]] = {reference: [] for reference in references(items) if reference in place}
    for kind, calls, changes in zip(items["kind"], items["references"], items["told"], strict=True):
        for reference in calls:
            if reference in told:
                plain = say(f"news.kind.{'due' if kind == DUE else 'new_said'}", language)
                told[reference].append(changes.get(reference) or plain)
    found = table.iloc[[place[reference] for reference in told]].reset_index(drop=True)
    found["rank"] = range(1, len(found) + 1)
    found["change"] = ["; ".join(dict.fromkeys(said)) for said in told.values()]
    found.attrs = table.attrs
    return found
