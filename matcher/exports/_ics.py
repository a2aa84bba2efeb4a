"""Deadlines as a calendar file: one event a deadline that is still ahead."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pandas as pd
from icalendar import Alarm, Calendar, Event

from matcher.exports._cell import cell, check_size, link
from matcher.exports._columns import date_note, typed
from matcher.exports._provenance import is_demo, notice
from matcher.text import squeeze
from matcher.words import day, say

ALARMS = (28, 7)
_BRUSSELS = ZoneInfo("Europe/Brussels")
_EPOCH = date(2020, 1, 1)
_HOST = "eu-funding-matcher"


def ics(
    table: pd.DataFrame,
    language: str = "de",
    provenance: Mapping[str, str] | None = None,
    *,
    stamp: datetime | None = None,
) -> bytes:
    """A calendar of all deadlines from each row's next one on; rows whose deadlines are past give none.

    A topic's deadline is a whole day ("usually 17:00 Brussels, check the portal"), one with a published time a moment
    in UTC. Reminders 28 and 7 days before. The UID is made of reference and place in the list of deadlines (for two
    stages: the stage), SEQUENCE grows with the day of the call's last change, so that a later file replaces the older
    event. `stamp` (DTSTAMP) is the moment of writing; without it the day of the list.
    """
    check_size(len(table), language)
    told = provenance or {}
    calendar = Calendar()
    calendar.add("prodid", f"-//{_HOST}//{language}//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", ("DEMO " if is_demo(told) else "") + say("exports.calendar.name", language))
    written = stamp or _day_of(told)
    for row in table.to_dict("records"):
        for number, on, at in _ahead(row):
            calendar.add_component(_event(row, number, on, at, language, told, written))
    data: bytes = calendar.to_ical()
    return data


def _ahead(row: Mapping[Any, Any]) -> list[tuple[int, date, datetime | None]]:
    left = typed(row.get("days_left"))
    first = row.get("deadline")
    if left is None or left < 0 or first is None:
        return []
    days = list(row["deadlines"])
    moments = list(row.get("deadline_moments") or [None] * len(days))
    return [(n, on, at) for n, (on, at) in enumerate(zip(days, moments, strict=True), start=1) if on >= first]


def _event(
    row: Mapping[Any, Any],
    number: int,
    on: date,
    at: datetime | None,
    language: str,
    told: Mapping[str, str],
    written: datetime,
) -> Event:
    title = squeeze(row["title"])
    stage = str(number) if row.get("stage") else None
    key = "exports.calendar.summary_stage" if stage else "exports.calendar.summary"
    demo = say("exports.calendar.demo", language) + ": " if is_demo(told) else ""
    timed = at is not None and at.astimezone(_BRUSSELS).date() == on
    event = Event()
    event.add("uid", f"{quote(cell(row['reference']), safe='')}-{number}@{_HOST}")
    event.add("sequence", max((row["changed"] - _EPOCH).days, 0) if row.get("changed") else 0)
    event.add("dtstamp", written)
    event.add("summary", demo + say(key, language, title=title, stage=stage))
    if at is not None and timed:
        event.add("dtstart", at.astimezone(UTC))
    else:
        event.add("dtstart", on)
        event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    note = say(f"exports.calendar.{'published' if timed else 'usual'}_time", language)
    url = link(row.get("link"), row.get("kind"))
    about = [
        row["identifier"], row.get("programme_name"), f"{day(on, language)}. {note}", date_note(row, language), url,
        notice(told, language),
    ]  # fmt: skip
    if url:
        event.add("url", url)
    event.add("description", "\n".join(squeeze(part) for part in about if part))
    for days in ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -timedelta(days=days))
        alarm.add("description", say("exports.calendar.alarm", language, days=days, title=title))
        event.add_component(alarm)
    return event


def _day_of(told: Mapping[str, str]) -> datetime:
    try:
        return datetime.fromisoformat(told.get("today") or told.get("data_of") or "").replace(tzinfo=UTC)
    except ValueError:
        return datetime(2026, 1, 1, tzinfo=UTC)
