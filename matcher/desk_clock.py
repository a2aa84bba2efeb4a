"""The clock of the desk: the only place above the harvest that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def now() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in Brussels, where the portal's deadlines are counted."""
    return moment.astimezone(BRUSSELS).date()
