"""The office's own side list: calls that are not on the portal (Interreg, EUI, EFRE.NRW, …), as CSV or XLSX.

One row a call, headings in German or English in any order. A file with any faulty row gives nothing at all, and every
fault is named with its row and column.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import openpyxl

from matcher.errors import InputError, RecordError
from matcher.model import Budget, Call, Deadline, DeadlineModel, Kind, Link, Section, Status
from matcher.sources import _sheet_cells as cells
from matcher.sources._page import Page
from matcher.sources._programmes import by_short
from matcher.sources._table import rows
from matcher.text import cut, fold, squeeze

LABEL = "Own list"
SOURCE = "sheet"
BY_HAND = True
"""What the office leaves out of its list is meant to be gone: no size band holds a shorter list back."""


class Column(NamedTuple):
    """A column by its key in a record, its German and English heading and what stands in the template's example."""

    key: str
    german: str
    english: str
    example: str
    needed: bool = False


COLUMNS = (
    Column("identifier", "Kennung", "Identifier", "BEISPIEL-2027-01", needed=True),
    Column("title", "Titel", "Title", "Grünflächen gegen Hitze in Innenstädten", needed=True),
    Column("programme", "Programm", "Programme", "Interreg Nordwesteuropa"),
    Column("text", "Beschreibung", "Description", "Städte erproben gemeinsam, wie Grünflächen bei Hitze helfen."),
    Column("opens", "Öffnung", "Opening", "01.03.2027"),
    Column("deadlines", "Frist", "Deadline", "15.06.2027; 15.12.2027"),
    Column("deadline_model", "Verfahren", "Procedure", "zweistufig"),
    Column("status", "Stand", "Status", "geplant"),
    Column("types_of_action", "Art der Förderung", "Type of action", "Zuschuss"),
    Column("total", "Budget gesamt", "Total budget", "20.000.000"),
    Column("project_from", "Je Projekt von", "Per project from", "500.000"),
    Column("project_to", "Je Projekt bis", "Per project to", "2.500.000"),
    Column("projects", "Projekte", "Projects", "10"),
    Column("currency", "Währung", "Currency", "EUR"),
    Column("keywords", "Schlagworte", "Keywords", "Klimaanpassung; Stadtgrün"),
    Column("link", "Link", "Link", "https://www.nweurope.eu/"),
    Column("organiser", "Träger", "Organiser", "Gemeinsames Sekretariat"),
    Column("duration", "Laufzeit", "Duration", "36 Monate"),
    Column("countries", "Länder", "Countries", "DE; NL; BE"),
    Column("conditions", "Bedingungen", "Conditions", "Mindestens drei Länder"),
    Column("note", "Bemerkung", "Note", "Termin laut Newsletter, noch nicht amtlich"),
)
_BY_HEADING = {fold(heading): column for column in COLUMNS for heading in (column.german, column.english)}
_EXAMPLE = COLUMNS[0].example
_NO_NAMES: dict[str, str] = {}


def read(data: bytes) -> list[Call]:
    """The calls of a CSV or XLSX file. Raises InputError with every fault in `.faults`; then nothing is returned."""
    found, faults = _records(data)
    calls: dict[str, Call] = {}
    seen: dict[str, str] = {}
    for record in found:
        names = {key: record[f"heading {key}"] for key in _KEYS if f"heading {key}" in record}
        call, wrong = _call(record, names)
        faults += [f"row {record['row']}, {fault}" for fault in wrong]
        if call is None:
            continue
        if call.reference in seen:
            faults.append(
                f"row {record['row']}, column {names['identifier']}: {call.identifier!r} stands in row "
                f"{seen[call.reference]} too; every call needs an identifier of its own"
            )
        seen.setdefault(call.reference, record["row"])
        calls[call.reference] = call
    _refuse(faults)
    if not calls:
        raise InputError("The list has headings but no calls.")
    return list(calls.values())


def pages(data: bytes) -> Iterator[Page]:
    """A file as the one page that a harvest takes. Raises InputError at once, as `read` does."""
    read(data)
    found, _ = _records(data)
    taken: list[dict[str, Any]] = [{key: record[key] for key in _KEYS if record.get(key)} for record in found]
    return iter([Page("own", 1, len(taken), taken, rows=len(taken), expected=len(taken), step="Own list")])


def parse(record: dict[str, Any]) -> Call:
    """One record of `pages` (column key to text) as a call. Raises RecordError naming all its faults."""
    texts = {key: value if isinstance(value, str) else "" for key, value in record.items()}
    call, faults = _call(texts, _NO_NAMES)
    if call is None or faults:
        raise RecordError("; ".join(faults))
    return call


def template(form: str = "csv", language: str = "de") -> bytes:
    """The template with headings and one example row, as `csv` (for Excel: semicolons, UTF-8 with mark) or `xlsx`."""
    heading = [column.german if language == "de" else column.english for column in COLUMNS]
    example = [column.example for column in COLUMNS]
    if form == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(heading)
        sheet.append(example)
        packed = io.BytesIO()
        book.save(packed)
        return packed.getvalue()
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([heading, example])
    return text.getvalue().encode("utf-8-sig")


_KEYS = [column.key for column in COLUMNS]


def _refuse(faults: list[str]) -> None:
    if faults:
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InputError(f"The list has {count}; nothing was taken over.", faults)


def _records(data: bytes) -> tuple[list[dict[str, str]], list[str]]:
    found = rows(data, lambda line: sum(fold(cell) in _BY_HEADING for cell in line))
    if not found:
        raise InputError("The file is empty.")
    (number, heading), *lines = found
    columns = [_BY_HEADING.get(fold(cell)) for cell in heading]
    if not any(columns):
        needed = " and ".join(column.german for column in COLUMNS if column.needed)
        raise InputError(f"The first row must hold headings, at least {needed}. Take the template.")
    faults = [
        f"row {number}: column {cell!r} is not known; known are {', '.join(c.german for c in COLUMNS)}"
        for cell, column in zip(heading, columns, strict=True)
        if cell and column is None
    ]
    keys = [column.key for column in columns if column]
    faults += [f"row {number}: column {c.german} stands there twice" for c in COLUMNS if keys.count(c.key) > 1]
    faults += [f"row {number}: column {c.german} is missing" for c in COLUMNS if c.needed and c.key not in keys]
    if any(c.needed and c.key not in keys for c in COLUMNS):
        _refuse(faults)
    found_records = []
    for row, line in lines:
        record = {"row": str(row)}
        for cell, title, column in zip(line, heading, columns, strict=False):
            if column:
                record[column.key] = cell
                record[f"heading {column.key}"] = title
        if any(line[len(heading) :]) or any(cell and not title for cell, title in zip(line, heading, strict=False)):
            faults.append(f"row {row}: there is a cell without a heading")
        found_records.append(record)
    return found_records, faults


def _call(record: dict[str, str], names: dict[str, str]) -> tuple[Call | None, list[str]]:
    """The call of a row, or None and what is wrong with it, each fault beginning with its column."""
    faults = cells.Faults({c.key: names.get(c.key, c.german) for c in COLUMNS})
    text = {key: record.get(key, "").strip() for key in _KEYS}
    identifier, title = squeeze(text["identifier"]), squeeze(text["title"])
    for key, value in (("identifier", identifier), ("title", title)):
        if not value:
            faults.add(key, "is empty")
    if identifier == _EXAMPLE:
        faults.add("identifier", "is the example of the template; replace the row or delete it")
    reference = cells.reference(identifier, faults)
    opens = cells.day(text["opens"], "opens", faults)
    model = cells.choice(text["deadline_model"], cells.MODELS, "deadline_model", faults)
    deadlines = _deadlines(text["deadlines"], model, opens, faults)
    budget = _budget(text, faults)
    status = cells.choice(text["status"], cells.STATUS, "status", faults)
    link = cells.link(text["link"], faults)
    programme = squeeze(text["programme"]) or None
    known = by_short(programme)
    if faults.found:
        return None, faults.found
    description, long = cut(text["text"])
    remarks = [squeeze(text["note"])] if text["note"] else []
    if long:
        remarks.append("The description is longer than 200 KB and was cut.")
    call = Call(
        reference=reference,
        source=SOURCE,
        kind=Kind.OWN,
        identifier=identifier,
        title=title,
        sections=[Section(kind="text", text=description)] if description else [],
        programme=programme,
        programme_name=known.name if known else programme,
        types_of_action=cells.several(text["types_of_action"]),
        deadline_model=model,
        opens=opens,
        deadlines=deadlines,
        portal_status=status or Status.UNKNOWN,
        budget=budget,
        keywords=cells.several(text["keywords"]),
        links=[Link(kind="own", url=link)] if link else [],
        conditions=text["conditions"] or None,
        organiser=squeeze(text["organiser"]) or None,
        duration=squeeze(text["duration"]) or None,
        countries=cells.several(text["countries"]),
        remarks=remarks,
    )
    return call, []


def _deadlines(text: str, model: DeadlineModel | None, opens: date | None, faults: cells.Faults) -> list[Deadline]:
    found = cells.deadlines(text, faults)
    if found and opens and opens > found[-1].on:
        faults.add("opens", f"{opens:%d.%m.%Y} is after the last deadline")
    if model is DeadlineModel.TWO_STAGE:
        if len(found) > 2:
            faults.add("deadlines", "has more than two dates, but the procedure has two stages")
        return [d.model_copy(update={"stage": stage}) for stage, d in enumerate(found, 1)]
    return found


def _budget(text: dict[str, str], faults: cells.Faults) -> Budget:
    total, least, most, projects = (
        cells.amount(text[key], key, faults) for key in ("total", "project_from", "project_to", "projects")
    )
    if least and most and least > most:
        faults.add("project_to", "is less than the amount from which projects are funded")
    currency = cells.currency(text["currency"], faults)
    return Budget(total=total, project_from=least, project_to=most, projects=projects, currency=currency)
