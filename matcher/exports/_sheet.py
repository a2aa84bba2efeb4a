"""A plain sheet people edit and bring back: rows of texts and numbers, as CSV for German Excel or as XLSX.

What is written comes back as it was: an apostrophe before a text that looks like a formula, and before one that
`unguarded` would shorten, is taken off again when the sheet is read.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from matcher.exports._cell import cell, guarded
from matcher.exports._xlsx import OPTIONS
from matcher.text import unguarded

FORMS = ("csv", "xlsx")
_WIDEST = 420


def sheet(rows: Sequence[Mapping[str, Any]], heads: Sequence[str], form: str, name: str) -> bytes:
    """The rows below `heads`: CSV with semicolons, byte order mark and decimal commas, or XLSX with a sheet `name`.

    Texts, numbers and None only. `form` is one of `FORMS`.
    """
    return _xlsx(rows, heads, name) if form == "xlsx" else _csv(rows, heads)


def _csv(rows: Sequence[Mapping[str, Any]], heads: Sequence[str]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_text(row.get(head)) for head in heads] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.10g}".replace(".", ",")
    text = guarded(str(value))
    # A text of its own that begins with an apostrophe must not lose it on the way back.
    return f"'{text}" if text == cell(str(value)) and unguarded(text) != text else text


def _xlsx(rows: Sequence[Mapping[str, Any]], heads: Sequence[str], name: str) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    page = book.add_worksheet(cell(name)[:31])
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    text = book.add_format({"valign": "top", "num_format": "@"})
    for at, title in enumerate(heads):
        page.write_string(0, at, title, head)
    for number, row in enumerate(rows, start=1):
        for at, title in enumerate(heads):
            value = row.get(title)
            if isinstance(value, int | float):
                page.write_number(number, at, value)
            elif value is not None:
                page.write_string(number, at, _text(value), text)
    page.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
    page.autofit(_WIDEST)
    page.freeze_panes(1, 0)
    book.close()
    return target.getvalue()
