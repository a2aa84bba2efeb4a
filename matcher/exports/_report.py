"""Several tables as one file, with their origin: a workbook of a sheet each, or a ZIP of CSV files for Excel."""

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import pandas as pd
import xlsxwriter

from matcher.exports._cell import cell, check_size, fitted, guarded, link
from matcher.exports._columns import typed
from matcher.exports._provenance import is_demo, lines
from matcher.exports._xlsx import DATES, OPTIONS
from matcher.text import fold
from matcher.words import say, yes_no

_WIDEST = 420
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
REPORTS = {"xlsx": "xlsx", "csv": "zip"}


def report(
    form: str, sheets: Mapping[str, pd.DataFrame], language: str, provenance: Mapping[str, str],
    notes: Mapping[str, str],
) -> bytes:  # fmt: skip
    """The tables by the name of their sheet; values int, float, bool, date, text or None. `form`: one of `REPORTS`.

    Text stays text, whatever it looks like. `notes` stand with the provenance on the last sheet. InputError for more
    rows than a sheet may have.
    """
    for table in sheets.values():
        check_size(len(table), language)
    told = [*notes.items(), *lines(provenance, language)]
    return _book(sheets, language, told, provenance) if form == "xlsx" else _zip(sheets, language, told)


def report_name(region: str, day: date, form: str, demo: bool, language: str) -> str:
    """`abdeckung_coast_2026-11-23.xlsx`; demo data get the prefix DEMO_."""
    place = re.sub(r"[^a-z0-9]+", "-", fold(region)).strip("-")[:40] or "region"
    stem = say("exports.report_stem", language)
    return f"{'DEMO_' if demo else ''}{stem}_{place}_{day.isoformat()}.{REPORTS[form]}"


def _book(
    sheets: Mapping[str, pd.DataFrame], language: str, told: list[tuple[str, str]], provenance: Mapping[str, str]
) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    moment = provenance.get("today") or "2026-01-01"
    book.set_properties(
        {"title": cell(say("exports.report_stem", language)), "created": datetime.fromisoformat(moment)}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    forms = {
        date: book.add_format({"num_format": DATES[language], "valign": "top"}),
        int: book.add_format({"num_format": "#,##0", "valign": "top"}),
        float: book.add_format({"num_format": "0.0", "valign": "top"}),
        str: book.add_format({"valign": "top"}),
    }
    for name, table in sheets.items():
        page = book.add_worksheet(_sheet_name(name, is_demo(provenance)))
        for at, title in enumerate(table.columns):
            page.write_string(0, at, cell(str(title)), head)
            for row, value in enumerate(table[title], start=1):
                _write(page, row, at, typed(value), forms, language)
        page.autofilter(0, 0, max(len(table), 1), max(len(table.columns) - 1, 0))
        page.autofit(_WIDEST)
        page.freeze_panes(1, 1)
    page = book.add_worksheet(_sheet_name(say("exports.sheet_provenance", language), False))
    bold, wrapped = (book.add_format({"valign": "top", **more}) for more in ({"bold": True}, {"text_wrap": True}))
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 100)
    for row, (label, value) in enumerate(told):
        page.write_string(row, 0, fitted(cell(label), language)[0], bold)
        page.write_string(row, 1, fitted(cell(value), language)[0], wrapped)
    book.close()
    return target.getvalue()


def _write(page: Any, row: int, at: int, value: Any, forms: Mapping[type, Any], language: str) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_string(row, at, yes_no(value, language), forms[str])
    elif isinstance(value, int | float):
        page.write_number(row, at, value, forms[type(value)])
    elif isinstance(value, date):
        page.write_datetime(row, at, datetime.combine(value, time()), forms[date])
    else:
        text = fitted(cell(str(value)), language)[0]
        url = link(text, None)
        if url:
            page.write_url(row, at, url, string=url)
        else:
            page.write_string(row, at, text, forms[str])


def _sheet_name(name: str, demo: bool) -> str:
    return _FORBIDDEN.sub(" ", f"DEMO {name}" if demo else name)[:31].strip()


def _zip(sheets: Mapping[str, pd.DataFrame], language: str, told: list[tuple[str, str]]) -> bytes:
    """One CSV a table as German offices open it: semicolons, byte order mark, decimal comma, DD.MM.YYYY."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for number, (name, table) in enumerate(sheets.items(), start=1):
            rows = [
                [_csv(typed(value), language) for value in row] for row in table.itertuples(index=False, name=None)
            ]
            _add(pack, f"{number:02}_{_file_name(name)}.csv", [[guarded(str(t)) for t in table.columns], *rows])
        origin = say("exports.sheet_provenance", language)
        pairs = [[guarded(label), guarded(value)] for label, value in told]
        _add(pack, f"{len(sheets) + 1:02}_{_file_name(origin)}.csv", pairs)
    return target.getvalue()


def _add(pack: zipfile.ZipFile, name: str, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    # A fixed time, so that the same tables give the same file.
    pack.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text.getvalue().encode("utf-8-sig"))


def _csv(value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_no(value, language)
    if isinstance(value, int | float):
        return str(value).replace(".", ",") if language == "de" else str(value)
    if isinstance(value, date):
        return f"{value.day:02}.{value.month:02}.{value.year:04}" if language == "de" else value.isoformat()
    return fitted(guarded(str(value)), language)[0]


def _file_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "sheet"
