"""A table as bytes: CSV for offices and for machines, XLSX, calendar, JSON, mail. Untrusted text is made safe here.

Every file says where it comes from (`provenance`: region, today, scope, data_of, profile_version, tool, and where
known filters, order, ranker, exported; dates in ISO); demo data are marked.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pandas as pd

from matcher.errors import InputError
from matcher.exports._call_lines import call_lines
from matcher.exports._columns import OF_PLACES, OFFICE, dutch, office
from matcher.exports._csv import csv_german, csv_machine
from matcher.exports._ics import ics
from matcher.exports._json import json_list
from matcher.exports._mail import Letter, Mailto, mail, mailto, question
from matcher.exports._report import REPORTS, report, report_name
from matcher.exports._sheet import sheet
from matcher.exports._xlsx import xlsx
from matcher.text import fold
from matcher.words import say

__all__ = [
    "FORMATS", "OFFICE", "OF_PLACES", "PEOPLE", "REPORTS", "Letter", "Mailto", "call_lines", "csv_german",
    "csv_machine", "dutch", "file_name", "ics", "json_list", "mail", "mailto", "office", "question", "render",
    "report", "report_name", "sheet", "xlsx",
]  # fmt: skip
PEOPLE = ("owner", "note", "sent_to", "sent_on", "by")
FORMATS = {"csv": "csv", "csv-de": "csv", "xlsx": "xlsx", "json": "json", "ics": "ics", "mail": "txt"}


def render(
    form: str,
    table: pd.DataFrame,
    *,
    language: str,
    provenance: Mapping[str, str],
    columns: Sequence[str] | None = None,
    notes: list[str] | None = None,
    stamp: datetime | None = None,
    people: bool = True,
) -> bytes:
    """The table in one of `FORMATS` (InputError for another); `notes` receives sentences on what had to be cut.

    `people=False` leaves out who is in charge, who decided, what was noted in the house and to whom it was
    forwarded (`PEOPLE`).
    """
    if not people:
        table = table.drop(columns=[name for name in PEOPLE if name in table])
        if columns is not None or form not in ("csv", "json"):
            columns = [name for name in columns or office(table) if name not in PEOPLE]
    if form == "csv":
        return csv_machine(table, provenance, columns=columns)
    if form == "csv-de":
        return csv_german(table, language, provenance, columns=columns, notes=notes)
    if form == "xlsx":
        return xlsx(table, language, provenance, columns=columns, notes=notes)
    if form == "json":
        return json_list(table, provenance)
    if form == "ics":
        return ics(table, language, provenance, stamp=stamp)
    if form == "mail":
        return mail(table, language, provenance)[1].encode("utf-8")
    raise InputError(f"There is no format {form!r}. There are: {', '.join(FORMATS)}.")


def file_name(region: str, day: date, kind: str, demo: bool = False, language: str = "de", *, of: str = "") -> str:
    """`foerderaufrufe_coast_2026-11-23.csv`; `kind` is one of `FORMATS`, demo data get the prefix DEMO_.

    `of`: the name of the list, told in plain letters behind the region.
    """
    if kind not in FORMATS:
        raise InputError(f"There is no format {kind!r}. There are: {', '.join(FORMATS)}.")
    place = _plain_letters(region) or "region"
    stem = "_".join(
        part
        for part in (say("exports.file_stem", language), place, _plain_letters(of.casefold().translate(_UMLAUTS)))
        if part
    )
    return f"{'DEMO_' if demo else ''}{stem}_{day.isoformat()}.{FORMATS[kind]}"


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _plain_letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40].strip("-")
