"""The strategy against the calls: what each priority finds per programme, when, and where nothing comes.

All tables are made of a shortlist (usually narrowed to open and forthcoming calls). A call belongs to every priority
it fits strongly or partially (`fields`). Only euros are summed; what cannot be summed is counted beside.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

MATRIX = (
    "priority",
    "programme",
    "calls",
    "strong",
    "sum",
    "unknown_budgets",
    "shared_pots",
    "next_deadline",
    "single",
)
ALL = "all"
LONGEST = 48
"""Stands for every priority or programme in the margins of the matrix."""


def matrix(table: pd.DataFrame, priorities: Sequence[str]) -> pd.DataFrame:
    """Priority × programme (`MATRIX`), with margins `ALL`; cells without calls are left out.

    `sum`: euros known, a pot that several topics share counted once (known by call and total), so that rows do not
    add up to their margin where pots or calls overlap; None if nothing is known. `unknown_budgets`: calls without a
    sum or in another currency; `shared_pots`: shared pots in `sum`; `single`: calls that fit this priority alone.
    """
    rows = table.to_dict("records")
    cells: list[tuple[Any, ...]] = []
    for priority in [*priorities, ALL]:
        mine = [r for r in rows if (r["fields"] if priority == ALL else priority in r["fields"])]
        names = sorted({_programme(r) for r in mine})
        for programme in [*names, ALL]:
            some = mine if programme == ALL else [r for r in mine if _programme(r) == programme]
            if some:
                cells.append((priority, programme, *_cell(some, priority)))
    found = pd.DataFrame(cells, columns=list(MATRIX), dtype=object)
    return found.astype({"calls": "int64", "strong": "int64", "sum": "Int64", "unknown_budgets": "int64"}).astype(
        {"shared_pots": "int64", "single": "int64"}
    )


def months(table: pd.DataFrame, priorities: Sequence[str], today: date, ahead: int = 18) -> pd.DataFrame:
    """Deadlines per month: one row for each of the next `ahead` months, the present one first.

    `month` is its first day, then one column a priority and `ALL` (each call once). Months with 0 are the gaps.
    """
    firsts = [_month(today, plus) for plus in range(ahead)]
    tally = {first: dict.fromkeys([*priorities, ALL], 0) for first in firsts}
    for fields, deadlines in zip(table["fields"], table["deadlines"], strict=True):
        for first in {on.replace(day=1) for on in deadlines if on >= today} & set(firsts):
            for key in [*(k for k in fields if k in priorities), *([ALL] if fields else [])]:
                tally[first][key] += 1
    return pd.DataFrame(
        [{"month": first, **counts} for first, counts in tally.items()], columns=["month", *priorities, ALL]
    )


def pipeline(table: pd.DataFrame, priorities: Sequence[str]) -> pd.DataFrame:
    """Forthcoming calls by the month they open: `month`, one column a priority and `ALL` (each call once).

    Every month from the first to the last one, so that a gap is seen; only those with calls beyond `LONGEST` months.
    """
    tally: dict[date, dict[str, int]] = {}
    waiting = table[table["status"] == "forthcoming"]
    for fields, opens in zip(waiting["fields"], waiting["opens"], strict=True):
        if opens is not None and fields:
            counts = tally.setdefault(opens.replace(day=1), dict.fromkeys([*priorities, ALL], 0))
            for key in [*(k for k in fields if k in priorities), ALL]:
                counts[key] += 1
    months = sorted(tally)
    if months and (months[-1].year - months[0].year) * 12 + months[-1].month - months[0].month < LONGEST:
        months = [day.date() for day in pd.date_range(months[0], months[-1], freq="MS")]
    rows = [{"month": month, **tally.get(month, dict.fromkeys([*priorities, ALL], 0))} for month in months]
    return pd.DataFrame(rows, columns=["month", *priorities, ALL])


def overlap(table: pd.DataFrame) -> pd.DataFrame:
    """The calls that serve two or more priorities: most priorities first, then by score; with a column `serves`."""
    serves = pd.Series([len(fields) for fields in table["fields"]], index=table.index, dtype="int64")
    found = table.assign(serves=serves)[serves >= 2]
    return found.sort_values(["serves", "score", "reference"], ascending=[False, False, True]).reset_index(drop=True)


def blind(table: pd.DataFrame, least: int = 10_000_000) -> pd.DataFrame:
    """Large calls that fit no priority: those of `least` euros or more in total, largest first."""
    large = (table["budget_total"].fillna(0) >= least) & (table["currency"] == "EUR")
    alone = pd.Series([not fields for fields in table["fields"]], index=table.index, dtype=bool)
    found = table[large & alone]
    return found.sort_values(["budget_total", "reference"], ascending=[False, True]).reset_index(drop=True)


def euros(rows: Iterable[dict[Any, Any]]) -> tuple[int | None, int, int]:
    """Sum of known totals with each shared pot once, calls without a sum in euros, and shared pots in the sum."""
    alone: list[int] = []
    pots: dict[tuple[Any, int], bool] = {}
    unknown = 0
    for row in rows:
        if pd.isna(row["budget_total"]) or row["currency"] != "EUR":
            unknown += 1
            continue
        total = int(row["budget_total"])
        if row["shared"] is False:
            alone.append(total)
        else:
            # Where sharing cannot be told, equal totals of one call count once, too: better too few euros than twice.
            pot = (row["call_identifier"] or row["reference"], total)
            pots[pot] = pots.get(pot, False) or row["shared"] is True
    known = sum(alone) + sum(total for _, total in pots)
    return (known if alone or pots else None), unknown, sum(pots.values())


def _cell(rows: list[dict[Any, Any]], priority: str) -> tuple[Any, ...]:
    total, unknown, pots = euros(rows)
    ahead = [r["deadline"] for r in rows if r["deadline"] is not None and r["days_left"] >= 0]
    strong = sum(bool(r["strong_fields"] if priority == ALL else priority in r["strong_fields"]) for r in rows)
    single = sum(len(r["fields"]) == 1 for r in rows)
    return len(rows), strong, total, unknown, pots, min(ahead, default=None), single


def _programme(row: dict[Any, Any]) -> str:
    return row["programme_name"] or row["programme"] or "?"


def _month(today: date, plus: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + plus, 12)
    return date(year, month + 1, 1)


def due(table: pd.DataFrame, priority: str, month: date, today: date) -> pd.DataFrame:
    """The calls behind a cell of `months`: those with a deadline in that month that is not over, earliest first."""
    ahead = ([on for on in all_of if on >= today and on.replace(day=1) == month] for all_of in table["deadlines"])
    next_one = pd.Series([min(days, default=None) for days in ahead], index=table.index, dtype=object)
    there = next_one.notna() & _fits(table, priority)
    # Into an empty frame a whole column would bring its own rows.
    found = table[there].assign(deadline=next_one[there])
    return found.sort_values(["deadline", "score"], ascending=[True, False]).reset_index(drop=True)


def opening(table: pd.DataFrame, priority: str, month: date) -> pd.DataFrame:
    """The calls behind a cell of `pipeline`, first to open first."""
    opens = [on is not None and on.replace(day=1) == month for on in table["opens"]]
    there = pd.Series(opens, index=table.index, dtype=bool)
    found = table[(table["status"] == "forthcoming") & there & _fits(table, priority)]
    return found.sort_values(["opens", "score"], ascending=[True, False]).reset_index(drop=True)


TREND = ("month", "priority", "came", "ahead", "sum", "unknown_budgets")


def trend(table: pd.DataFrame, priorities: Sequence[str], today: date, back: int = 12) -> pd.DataFrame:
    """What the harvests brought: one row a month and priority (`TREND`), `ALL` counting each call once.

    `table`: all stored calls, closed ones too; those of hidden programmes are left out as in the matrix.
    `came`: calls that were new in the month (none of a first pull); `ahead`: calls known and not over at its end,
    with the euros in `sum` as in the matrix. The months begin with the first harvest, at most `back` of them; today's
    priorities rank all of them, so that months compare.
    """
    seen = [on for on in table["first_seen"] if on is not None]
    if not seen:
        return pd.DataFrame(columns=list(TREND))
    begins = min(seen).replace(day=1)
    firsts = [first for first in (_month(today, -plus) for plus in range(back - 1, -1, -1)) if first >= begins]
    rows, out = [row for row in table.to_dict("records") if not row["noise"]], []
    for first in firsts:
        end = min(_month(first, 1) - timedelta(days=1), today)
        known = [r for r in rows if r["first_seen"] is not None and r["first_seen"] <= end]
        ahead = [r for r in known if not r["deadlines"] or r["deadlines"][-1] >= end]
        for key in [*priorities, ALL]:
            mine = [r for r in ahead if (r["fields"] if key == ALL else key in r["fields"])]
            came = [r for r in known if r["new"] and r["first_seen"] >= first]
            new = sum(bool(r["fields"]) if key == ALL else key in r["fields"] for r in came)
            total, unknown, _ = euros(mine)
            out.append((first, key, new, len(mine), total, unknown))
    return pd.DataFrame(out, columns=list(TREND), dtype=object).astype(
        {"came": "int64", "ahead": "int64", "sum": "Int64", "unknown_budgets": "int64"}
    )


def _fits(table: pd.DataFrame, priority: str) -> pd.Series:
    said = [bool(fields) if priority == ALL else priority in fields for fields in table["fields"]]
    return pd.Series(said, index=table.index, dtype=bool)
