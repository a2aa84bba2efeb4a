"""N11: deadlines on every day of a year, in five time zones of the server.

Also a program, run once in each zone: `python -m tests.torture.days 365`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.torture.programs import quiet
from tests.torture.report import Clock, Row, Say

ROOT = Path(__file__).resolve().parent.parent.parent
ZONES = ("UTC", "Europe/Brussels", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")
BRUSSELS = ZoneInfo("Europe/Brussels")
FIRST = date(2026, 1, 1)
"""2026 changes its clocks on 29 March and 25 October."""


def forms() -> dict[str, Callable[[date], tuple[str, str]]]:
    """How the three kinds of call write their deadline: (type, text) for a day."""

    def cascade(day: date) -> tuple[str, str]:
        # 17:00 in Brussels is 15:00 or 16:00 UTC, as the clocks stand on that day.
        at = datetime(day.year, day.month, day.day, 17, tzinfo=BRUSSELS).astimezone(UTC)
        return "8", f"{at:%Y-%m-%dT%H:%M}:20.000+0000"

    return {
        "topic": lambda day: ("1", f"{day}T00:00:00.000+0000"),
        "cascade": cascade,
        "external": lambda day: ("2", f"{day}T23:59:59.000+0000"),
    }


def checked(days: int) -> Iterator[str]:
    """Every fault found, as a sentence; the clock of this process is only asked for its zone."""
    from matcher.desk_clock import day_of
    from matcher.exports import ics
    from matcher.model import Call, Status
    from matcher.rankers import make
    from matcher.region import load
    from matcher.sources.portal import parse
    from matcher.views import shortlist
    from tests import fake_portal as fake

    make_record = {"1": fake.topic, "8": fake.cascade, "2": fake.external}
    calls: list[tuple[str, date, Call]] = []
    for number in range(days):
        day = FIRST + timedelta(days=number)
        for name, form in forms().items():
            kind, written = form(day)
            call = parse(
                make_record[kind](number, deadlineDate=[written], startDate=["2025-01-01T00:00:00.000+0000"])
            )
            calls.append((name, day, call))
            found = [deadline.on for deadline in call.deadlines]
            if found != [day]:
                yield f"{name} of {day} is read as {found}"
                continue
            for today, status in ((day, Status.OPEN), (day + timedelta(days=1), Status.CLOSED)):
                if call.status(today) is not status:
                    yield f"{name} of {day} is {call.status(today)} on {today}"
        # What day it is on the desk, a second before and after midnight in Brussels.
        midnight = datetime(day.year, day.month, day.day, tzinfo=BRUSSELS) + timedelta(days=1)
        before, after = (midnight.astimezone(UTC) + timedelta(seconds=s) for s in (-1, 0))
        if (day_of(before), day_of(after)) != (day, day + timedelta(days=1)):
            yield f"around midnight after {day} the desk has {day_of(before)} and {day_of(after)}"
    folder = ROOT / "data" / "regions" / "ruhr"
    ranker = make("concepts").fit([call for _, _, call in calls])
    table = shortlist.build(ranker, load(folder), FIRST).set_index("reference")
    calendar = ics(table.reset_index(), "en", {"data_of": "2026-01-01"}).decode()
    events = calendar.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    starts = {_field(event, "URL") + _field(event, "UID"): _field(event, "DTSTART") for event in events}
    if len(starts) != len(calls):
        yield f"{len(starts)} entries in the calendar for {len(calls)} deadlines"
    for name, day, call in calls:
        row = table.loc[call.reference]
        if (row["deadline"], row["days_left"]) != (day, (day - FIRST).days):
            yield f"{name} of {day} is shown on {row['deadline']} in {row['days_left']} days"
        if name == "cascade" and row["deadline_time"] != "17:00":
            yield f"{name} of {day} is shown at {row['deadline_time']}"
        mine = [start for key, start in starts.items() if call.reference.lower() in key.lower()]
        if [_day(start) for start in mine] != [day]:
            yield f"{name} of {day} is in the calendar on {mine}"


def _day(start: str) -> date:
    """The day a calendar in Brussels shows an entry on."""
    if start.endswith("Z"):
        return datetime.strptime(start, "%Y%m%dT%H%M%S%z").astimezone(BRUSSELS).date()
    return date.fromisoformat(start)


def _field(event: str, name: str) -> str:
    lines = [line for line in event.splitlines() if line.startswith((f"{name}:", f"{name};"))]
    return lines[0].partition(":")[2] if lines else ""


def days(count: int, clock: Clock, say: Say) -> list[Row]:
    """The same check in a program of its own for each time zone."""
    found: dict[str, list[str]] = {}
    for zone in ZONES:
        command = [sys.executable, "-m", "tests.torture.days", str(count)]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=quiet() | {"TZ": zone},
            capture_output=True,
            text=True,
            timeout=clock.seconds,
            check=False,
        )
        said = json.loads(done.stdout) if done.returncode == 0 else {"faults": [done.stderr[-300:]], "zone": "?"}
        found[zone] = said["faults"]
        if said["zone"] == "?" or said["offset"] != -int(datetime.now(ZoneInfo(zone)).utcoffset().total_seconds()):  # type: ignore[union-attr]
            found[zone].append(f"the program did not run in the zone {zone}: {said}")
        for fault in found[zone][:5]:
            say(f"N11 {zone}: {fault}")
    wrong = sum(map(len, found.values()))
    measured = (
        f"{count * len(forms()) * len(found):,} deadlines in {len(found)} zones: {wrong} wrong; {clock.elapsed:.0f} s"
    )
    what = f"{count} days x 3 kinds, both clock changes, 5 zones"
    target = "0 on another day, 0 closed before the next"
    return [Row("N11", what, target, measured, wrong == 0 and len(found) == len(ZONES))]


if __name__ == "__main__":
    faults = list(checked(int(sys.argv[1])))
    offset = time.altzone if time.localtime().tm_isdst else time.timezone
    sys.stdout.write(json.dumps({"faults": faults, "zone": time.tzname[0], "offset": offset}))
