"""Until when a call that somebody wants to see again later is watched: never beyond its deadline."""

from datetime import date, timedelta

from matcher.model import Call

WATCHED_WEEKS = (4, 2, 12)


def watched_until(call: Call, today: date, until: date) -> date | None:
    """The day on which a call comes back that shall be watched until `until`: that day, or where its next deadline
    comes first the last one of `watch_days` before it; None if its deadline leaves no day for that."""
    due = call.next_deadline(today)
    if due is None or due.on < today or until < due.on:
        return until
    return max(watch_days(call, today), default=None)


def latest(call: Call, today: date) -> date | None:
    """The last day until which a call can be watched; None if no deadline ahead sets a limit."""
    due = call.next_deadline(today)
    return due.on - timedelta(days=1) if due is not None and due.on >= today else None


def watch_days(call: Call, today: date) -> dict[date, int | None]:
    """Days until which a call can be watched, the likeliest first, always before its next deadline, if there are any.

    Each with the weeks from today; None for its opening, 0 for half-way to a deadline that is too near for weeks.
    What falls on a weekend is the Monday after, or where the deadline comes first the Friday before.
    """
    due = call.next_deadline(today)
    last = due.on - timedelta(days=1) if due else date.max
    found: dict[date, int | None] = {call.opens: None} if call.opens and today < call.opens <= last else {}
    for weeks in WATCHED_WEEKS:
        day = _workday(today + timedelta(weeks=weeks), today, last)
        if day is not None:
            found.setdefault(day, weeks)
    if found or due is None:
        return found
    left = (due.on - today).days
    half = _workday(today + timedelta(days=left // 2), today, last) if left > 1 else None
    return {half: 0} if half else {}


def _workday(day: date, today: date, last: date) -> date | None:
    """The day, or a Monday or Friday near it, after today and no later than `last`; None if `day` is too late.

    A day of the weekend stays if there is nothing else.
    """
    if day > last:
        return None
    beyond = day.weekday() - 4
    if beyond <= 0:
        return day
    near = (day + timedelta(days=3 - beyond), day - timedelta(days=beyond))
    return next((one for one in near if today < one <= last), day)
