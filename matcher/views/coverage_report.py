"""The coverage as the sheets of a monitoring report: every view of the page, values typed, headings in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from matcher.views import coverage
from matcher.views.coverage import ALL
from matcher.words import money, say

LISTED = ("identifier", "title", "programme", "fields", "score", "status", "opens", "deadline", "budget", "link")


def sheets(
    table: pd.DataFrame,
    everything: pd.DataFrame,
    names: Mapping[str, str],
    today: date,
    language: str,
    *,
    least: int = 10_000_000,
) -> dict[str, pd.DataFrame]:
    """Sheets by name: calls, euros, next deadline by priority and programme, months, blind list, overlap, pipeline,
    trend.

    `table`: the calls of the page, `everything`: all stored ones, for the trend. `names`: what each priority is
    called, in its order. Counts and whole euros are ints, dates are dates, what is unknown or empty is None.
    """

    def text(key: str, **values: object) -> str:
        return say(f"coverage.report.{key}", language, **values)

    keys = list(names)
    # Two priorities may bear one name; two columns may not.
    names = {k: f"{name} ({k})" if list(names.values()).count(name) > 1 else name for k, name in names.items()}
    cells = coverage.matrix(table, keys)
    months = coverage.months(table, keys, today)
    heads = {**names, ALL: say("coverage.all", language)}
    return {
        text("calls"): _matrix(cells, heads, language, lambda cell: int(cell.calls) if cell else 0),
        text("euros"): _euros(cells, heads, language),
        text("next"): _matrix(cells, heads, language, lambda cell: cell.next_deadline if cell else None),
        text("months"): _by_month(months, heads, language),
        text("gaps"): _gaps(months, names, language),
        text("blind"): _calls(coverage.blind(table, least), names, language),
        text("overlap"): _calls(coverage.overlap(table), names, language),
        text("pipeline"): _by_month(coverage.pipeline(table, keys), heads, language),
        text("trend"): _trend(coverage.trend(everything, keys, today), heads, language),
    }


def notes(table: pd.DataFrame, names: Mapping[str, str], language: str, *, least: int = 10_000_000) -> dict[str, str]:
    """How the sheets count, for the sheet of their origin."""
    cells = coverage.matrix(table, list(names))
    margin = cells[(cells["priority"] == ALL) & (cells["programme"] == ALL)]
    pots, unknown = (int(margin[name].sum()) for name in ("shared_pots", "unknown_budgets"))
    return {
        say("coverage.report.basis", language): say("coverage.report.basis_text", language, n=len(table)),
        say("coverage.report.sums", language): say("coverage.matrix.counted", language, pots=pots, unknown=unknown),
        say("coverage.report.blind", language): say(
            "coverage.blind.lead", language, least=money(least, "EUR", language)
        ),
        say("coverage.report.trend", language): say("coverage.trend.lead", language),
    }


def _matrix(
    cells: pd.DataFrame, heads: Mapping[str, str], language: str, value: Callable[[Any], Any]
) -> pd.DataFrame:
    """Programmes down, priorities across, the margins last."""
    at = {(cell.priority, cell.programme): cell for cell in cells.itertuples()}
    programmes = [*_programmes(cells), ALL]
    named = {say("coverage.programme", language): [_programme(name, language) for name in programmes]}
    told = {head: [value(at.get((key, p))) for p in programmes] for key, head in heads.items()}
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in {**named, **told}.items()})


def _euros(cells: pd.DataFrame, heads: Mapping[str, str], language: str) -> pd.DataFrame:
    """As the others, with what a sum leaves out beside it: calls without euros, shared pots counted once."""
    found = _matrix(cells, heads, language, lambda cell: None if not cell or pd.isna(cell.sum) else int(cell.sum))
    at = {cell.programme: cell for cell in cells[cells["priority"] == ALL].itertuples()}
    for name in ("unknown_budgets", "shared_pots"):
        counts = [int(getattr(at[p], name)) if p in at else 0 for p in [*_programmes(cells), ALL]]
        found[say(f"coverage.report.{name}", language)] = pd.Series(counts, dtype=object)
    return found


def _programmes(cells: pd.DataFrame) -> list[str]:
    margin = cells[(cells["priority"] == ALL) & (cells["programme"] != ALL)]
    return list(margin.sort_values(["calls", "programme"], ascending=[False, True])["programme"])


def _programme(name: str, language: str) -> str:
    return say("coverage.all_programmes", language) if name == ALL else name


def _by_month(grid: pd.DataFrame, heads: Mapping[str, str], language: str) -> pd.DataFrame:
    counts = {head: pd.Series([int(n) for n in grid[key]], dtype=object) for key, head in heads.items()}
    return pd.DataFrame(
        {say("coverage.months.month", language): pd.Series(list(grid["month"]), dtype=object), **counts}
    )


def _gaps(months: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    rows = [
        (name, month)
        for key, name in names.items()
        for month, n in zip(months["month"], months[key], strict=True)
        if not n
    ]
    return pd.DataFrame(
        rows, columns=[say("coverage.field", language), say("coverage.report.gap", language)], dtype=object
    )


def _calls(rows: pd.DataFrame, names: Mapping[str, str], language: str) -> pd.DataFrame:
    def served(row: Mapping[Any, Any]) -> str:
        keys: Sequence[str] = row["fields"] or ([row["priority"]] if row["score"] else [])
        return ", ".join(names.get(key, key) for key in keys)

    listed = [
        (
            row["identifier"], row["title"], row["programme_name"] or row["programme"], served(row),
            round(float(row["score"]), 1), say(f"states.status.{row['status']}", language), row["opens"],
            row["deadline"], None if pd.isna(row["budget_total"]) else int(row["budget_total"]), row["link"],
        )
        for row in rows.to_dict("records")
    ]  # fmt: skip
    heads = [say(f"coverage.report.column.{name}", language) for name in LISTED]
    return pd.DataFrame(listed, columns=heads, dtype=object)


def _trend(rows: pd.DataFrame, heads: Mapping[str, str], language: str) -> pd.DataFrame:
    listed = [
        (
            row["month"], heads[row["priority"]], row["came"], row["ahead"],
            None if pd.isna(row["sum"]) else int(row["sum"]), row["unknown_budgets"],
        )
        for row in rows.to_dict("records")
    ]  # fmt: skip
    names = (
        say("coverage.months.month", language), say("coverage.field", language), say("coverage.trend.came", language),
        say("coverage.trend.ahead", language), say("coverage.trend.sum", language),
        say("coverage.report.unknown_budgets", language),
    )  # fmt: skip
    return pd.DataFrame(listed, columns=list(names), dtype=object)
