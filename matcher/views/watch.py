"""Until when a call that somebody wants to see again later is watched: never beyond its deadline."""

from datetime import date, timedelta

from matcher.model import Call
from matcher.views.news import watch_days


def watched_until(call: Call, today: date, until: date) -> date | None:
    """The day on which a call comes back that shall be watched until `until`: that day, or where its next deadline
    comes first the last one of `news.watch_days` before it; None if its deadline leaves no day for that."""
    due = call.next_deadline(today)
    if due is None or due.on < today or until < due.on:
        return until
    return max(watch_days(call, today), default=None)


def latest(call: Call, today: date) -> date | None:
    """The last day until which a call can be watched; None if no deadline ahead sets a limit."""
    due = call.next_deadline(today)
    return due.on - timedelta(days=1) if due is not None and due.on >= today else None
