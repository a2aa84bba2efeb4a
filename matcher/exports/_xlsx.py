"""XLSX: typed dates and numbers, links, frozen header, filter, and a second sheet on where it all comes from."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pandas as pd
import xlsxwriter

from matcher.exports._cell import LONGEST, cell, check_size, fitted, link
from matcher.exports._columns import chosen, column, heading
from matcher.exports._provenance import is_demo, lines, stamps
from matcher.words import plural, say, yes_no

OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
DATES = {"de": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
_WIDEST = 420


def xlsx(
    table: pd.DataFrame,
    language: str = "de",
    provenance: Mapping[str, str] | None = None,
    *,
    columns: Sequence[str] | None = None,
    notes: list[str] | None = None,
) -> bytes:
    """The list as a workbook of two sheets: the calls, and their provenance with source and licence.

    Text is written as text, whatever it looks like; only addresses that pass `link` become links. Cells longer than
    Excel keeps are cut with a mark; how many stands on the second sheet and in `notes`.
    Raises InputError for unknown columns or too many rows.
    """
    check_size(len(table), language)
    told = dict(provenance or {})
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": cell(say("exports.sheet_calls", language)), "created": _created(told)})
    cut = _calls(book, table, chosen(table, columns), language, told)
    told.setdefault("rows", str(len(table)))
    if cut:
        told["cut"] = plural("exports.cut_cells", cut, language, most=LONGEST)
        if notes is not None:
            notes.append(told["cut"])
    _origin(book, told, language)
    book.close()
    return target.getvalue()


def _calls(book: Any, table: pd.DataFrame, names: list[str], language: str, told: Mapping[str, str]) -> int:
    name = say("exports.sheet_calls", language)
    sheet = book.add_worksheet(f"DEMO {name}" if is_demo(told) else name)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    forms = {
        date: book.add_format({"num_format": DATES[language], "valign": "top"}),
        int: book.add_format({"num_format": "#,##0", "valign": "top"}),
        float: book.add_format({"num_format": "0.0", "valign": "top"}),
        str: book.add_format({"valign": "top"}),
    }
    linked = book.get_default_url_format()
    cut = 0
    kinds = list(table["kind"]) if "kind" in table else [None] * len(table)
    stamped = stamps(told, language)
    for at, key in enumerate(names):
        sheet.write_string(0, at, cell(heading(key, table, language)), head)
        for row, value in enumerate(column(key, table, language, stamped), start=1):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_string(row, at, yes_no(value, language), forms[str])
            elif isinstance(value, int | float):
                sheet.write_number(row, at, value, forms[type(value)])
            elif isinstance(value, date):
                sheet.write_datetime(row, at, datetime.combine(value, time()), forms[date])
            else:
                text, was_cut = fitted(cell(value), language)
                cut += was_cut
                url = link(text, kinds[row - 1]) if key == "link" else None
                if url:
                    sheet.write_url(row, at, url, linked, string=url)
                else:
                    sheet.write_string(row, at, text, forms[str])
    if names:
        sheet.autofilter(0, 0, max(len(table), 1), len(names) - 1)
        sheet.autofit(_WIDEST)
    sheet.freeze_panes(1, 0)
    return cut


def _origin(book: Any, told: Mapping[str, str], language: str) -> None:
    sheet = book.add_worksheet(say("exports.sheet_provenance", language))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for row, (label, value) in enumerate(lines(told, language)):
        sheet.write_string(row, 0, fitted(cell(label), language)[0], bold)
        sheet.write_string(row, 1, fitted(cell(value), language)[0], wrapped)


def _created(told: Mapping[str, str]) -> datetime:
    """The day of the list, so that the same list gives the same file."""
    try:
        return datetime.fromisoformat(told.get("today", ""))
    except ValueError:
        return datetime(2026, 1, 1, tzinfo=UTC)
