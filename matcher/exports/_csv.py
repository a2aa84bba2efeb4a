"""CSV: one variant for spreadsheets of German offices, one for machines. Every cell is quoted."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from matcher.exports._cell import LONGEST, check_size, fitted, guarded
from matcher.exports._columns import chosen, column, heading, typed
from matcher.exports._provenance import notice, stamps
from matcher.words import plural, yes_no


def csv_german(
    table: pd.DataFrame,
    language: str = "de",
    provenance: Mapping[str, str] | None = None,
    *,
    columns: Sequence[str] | None = None,
    notes: list[str] | None = None,
) -> bytes:
    """For a double click in Excel: semicolons, UTF-8 with byte order mark, decimal comma, DD.MM.YYYY, no thousands.

    `columns` picks and orders the columns (`_columns.OFFICE` by default); `notes` receives a sentence if cells had to
    be cut. Text that looks like a formula gets an apostrophe. Raises InputError for unknown columns or too many rows.
    """
    check_size(len(table), language)
    names, told = chosen(table, columns), stamps(provenance or {}, language)
    cut = 0

    def shown(value: Any) -> str:
        nonlocal cut
        if value is None:
            return ""
        if isinstance(value, bool):
            return yes_no(value, language)
        if isinstance(value, int | float):
            return str(value).replace(".", ",")
        if isinstance(value, date):
            return f"{value.day:02}.{value.month:02}.{value.year:04}"
        text, was_cut = fitted(guarded(value), language)
        cut += was_cut
        return text

    cells = [[shown(v) for v in column(name, table, language, told)] for name in names]
    heads = [guarded(heading(name, table, language)) for name in names]
    if cut and notes is not None:
        notes.append(plural("exports.cut_cells", cut, language, most=LONGEST))
    return _written(heads, zip(*cells, strict=True), ";").encode("utf-8-sig")


def csv_machine(
    table: pd.DataFrame,
    provenance: Mapping[str, str] | None = None,
    *,
    columns: Sequence[str] | None = None,
) -> bytes:
    """For programs: commas, UTF-8, ISO dates (moments in UTC), decimal point, true/false, lists joined by "|".

    The columns of the table under their own names, then `data_of`, `scope`, `profile_version`, `notice`. Unknown is
    empty. Text that looks like a formula gets an apostrophe here, too, for people who open it all the same.
    """
    check_size(len(table), "en")
    names = list(table.columns) if columns is None else [n for n in chosen(table, columns) if n in table.columns]
    told = provenance or {}
    tail = {key: told.get(key, "") for key in ("data_of", "scope", "profile_version")}
    tail["notice"] = notice(told, "en") if told else ""
    rows = (
        [*(_machine(value) for value in row), *(guarded(value) for value in tail.values())]
        for row in zip(*(table[name] for name in names), strict=True)
    )
    return _written([guarded(name) for name in [*names, *tail]], rows, ",").encode("utf-8")


def _machine(value: Any) -> str:
    value = typed(value)
    if value is None:
        return ""
    if isinstance(value, list):
        return guarded("|".join(_machine(v) for v in value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(round(value, 4))
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, int) else guarded(value)


def _written(heads: Sequence[str], rows: Iterable[Sequence[str]], separator: str) -> str:
    # Quoting all: a bare carriage return or the other separator inside a cell must not open a new one.
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return target.getvalue()
