"""Dates as the EU Funding & Tenders Portal writes them: a strict list of accepted forms, nothing guessed.

As observed in 2025 and 2026: `2027-04-08T00:00:00.000+0000`, `2023-05-11T02:00:00.000+0200` (a local offset),
`2027-04-08`, `2024-09-27+02:00 Europe/Brussels`, `23 November 2023`, `09 March 2023`, milliseconds since 1970.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?)?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?(?: [A-Z][A-Za-z]+/[A-Z][A-Za-z_]+)?"
)
_WORDS = re.compile(r"([0-9]{1,2}) ([A-Za-z]{3,9})\.? ([0-9]{4})")
_MILLISECONDS = re.compile(r"[0-9]{12,13}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip
EARLIEST, LATEST = 1990, 2100


class Moment(NamedTuple):
    """`day` as written by the source; `instant` (UTC, whole minute) only if a time and its offset are written."""

    day: date
    instant: datetime | None


def moment(raw: str) -> Moment | None:
    """`raw` read by one of the accepted forms; None if it is none of them, impossible, or outside 1990 to 2100."""
    try:
        found = _iso(raw) or _words(raw) or _epoch(raw)
    except (ValueError, OverflowError):
        return None
    return found if found and EARLIEST <= found.day.year <= LATEST else None


def topic_day(found: Moment) -> date:
    """The published day of a topic's date.

    Topics have days only; the clock is midnight UTC, written with the offset of whoever loaded it. So the day at
    midnight UTC holds, else the day as written: never a day moved by converting between zones.
    """
    at = found.instant
    return at.date() if at and (at.hour, at.minute) == (0, 0) else found.day


def _iso(raw: str) -> Moment | None:
    match = _ISO.fullmatch(raw)
    if match is None:
        return None
    day = date.fromisoformat(match[1])
    if match[2] is None or match[5] is None:
        return Moment(day, None)
    second = int(match[4] or 0)
    written = datetime(day.year, day.month, day.day, int(match[2]), int(match[3]), second, tzinfo=_zone(match[5]))
    # The seconds of one and the same deadline differ from pull to pull; nobody sets a deadline by the second.
    return Moment(day, written.replace(second=0).astimezone(UTC))


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _words(raw: str) -> Moment | None:
    match = _WORDS.fullmatch(raw)
    if match is None:
        return None
    name = match[2].lower()
    if name not in _FULL and name not in _MONTHS and name != "sept":
        return None
    return Moment(date(int(match[3]), _MONTHS.index(name[:3]) + 1, int(match[1])), None)


def _epoch(raw: str) -> Moment | None:
    if not _MILLISECONDS.fullmatch(raw):
        return None
    at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(raw))).replace(second=0, microsecond=0)
    return Moment(at.date(), at)
