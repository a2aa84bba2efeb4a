"""The English words of a run's record, for logs and scripts; people read `views.runs` in their own language."""

from zoneinfo import ZoneInfo

from matcher.ledger import Run

BRUSSELS = ZoneInfo("Europe/Brussels")
ACCEPT = "If the change is real, run `matcher refresh --accept-change` once."


def day_of(run: Run) -> str:
    """When a list was read: the day of a recording, else the minute in Brussels."""
    if run.recorded_on is not None:
        return f"{run.recorded_on:%d.%m.%Y}"
    return f"{(run.finished or run.started).astimezone(BRUSSELS):%d.%m.%Y %H:%M}"


def agreement(run: Run) -> str:
    """Whether the readings of a pull agreed, as the end of its sentence; empty where nothing was read twice."""
    if run.agreed is None:
        return ""
    late = sum(scan.late for scan in run.scans.values())
    if late:
        return f", the second scan found {late:,} more"
    return ", two scans agree" if run.agreed else ", the scans are not quite complete"
