"""An uploaded table as rows of texts: CSV or XLSX, told apart by content, within limits checked before reading."""

import csv
import io
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl

from matcher.errors import InputError
from matcher.text import paragraphs

LARGEST = 1_000_000
LARGEST_UNPACKED = 20_000_000
MOST_ROWS = 5000
_MOST_COLUMNS = 60
_MOST_PARTS = 500
_SEPARATORS = (";", ",", "\t")
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (XLS)",
    b"%PDF": "a PDF",
    b"\xff\xfe": "a text in UTF-16",
    b"\xfe\xff": "a text in UTF-16",
}

Row = tuple[int, list[str]]
"""Row number as a spreadsheet counts (1 is the first row) and the cells, squeezed."""


def rows(data: bytes, score: Callable[[list[str]], int]) -> list[Row]:
    """The non-empty rows. `score` says how many cells of a row are known headings: it decides the CSV separator.

    Raises InputError for anything that is neither CSV nor XLSX, damaged, or beyond 1 MB, 20 MB unpacked, 5,000 rows.
    """
    if len(data) > LARGEST:
        raise InputError(f"The file has {len(data):,} bytes; at most {LARGEST:,} are read.")
    if not data.strip():
        raise InputError("The file is empty.")
    for start, name in _OTHERS.items():
        if data.startswith(start):
            raise InputError(f"This is {name}. Save the list as XLSX or as CSV (UTF-8).")
    found = _xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data, score)
    found = [(number, cells) for number, cells in found if any(cells)]
    if len(found) > MOST_ROWS:
        raise InputError(f"The list has more than {MOST_ROWS:,} rows. Split it.")
    return found


def _csv(data: bytes, score: Callable[[list[str]], int]) -> list[Row]:
    if b"\x00" in data:
        raise InputError("This is neither CSV nor XLSX. Save the list as XLSX or as CSV (UTF-8).")
    text = _decoded(data)
    first, _, rest = text.partition("\n")
    if first.strip().lower() in {f"sep={s}" for s in _SEPARATORS}:
        text = rest
    best: list[Row] = []
    fault: csv.Error | None = None
    for separator in _SEPARATORS:
        try:
            found = [
                (number, [paragraphs(cell) for cell in cells])
                for number, cells in enumerate(
                    csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1
                )
            ]
        except csv.Error as error:
            fault = error
            continue
        if not best or score(_heading(found)) > score(_heading(best)):
            best = found
    if not best:
        raise InputError(f"The CSV is damaged ({fault}). A text with quotation marks must double them.")
    return best


def _heading(found: list[Row]) -> list[str]:
    return next((cells for _, cells in found if any(cells)), [])


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("The text is neither UTF-8 nor Windows-1252. Save the list as CSV (UTF-8).")


def _xlsx(data: bytes) -> list[Row]:
    _check_parts(data)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations it leaves out; only the values matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            if not book.worksheets:
                raise InputError("The XLSX file has no sheet with cells.")
            lines = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True)
            return [(number, [_cell(value) for value in line]) for number, line in enumerate(lines, 1)]
    except InputError:
        raise
    except Exception as error:
        # A damaged workbook fails in openpyxl, zipfile or the XML parser, with any of their exceptions.
        raise InputError(f"The XLSX file is damaged ({type(error).__name__}). Save it again in Excel.") from error


def _check_parts(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
                raise InputError(f"The XLSX file unpacks to more than {LARGEST_UNPACKED:,} bytes; it is not read.")
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise InputError("This is not an XLSX file. Save the list as XLSX or as CSV (UTF-8).")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_markup(archive.read(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("The XLSX file is damaged or protected by a password.") from error


def _check_markup(markup: bytes) -> None:
    """No document type and no entities: Excel writes none, and they make small files large or read other files."""
    if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup or b"\x00" in markup[:64]:
        raise InputError("The XLSX file holds markup that Excel does not write; it is not read.")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if (value.hour, value.minute) == (0, 0) else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return paragraphs(str(value))
