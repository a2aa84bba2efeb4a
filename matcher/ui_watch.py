"""Until when calls are watched: never beyond a deadline, and where that cuts a chosen day it is said call by call."""

from collections.abc import Mapping, Sequence
from datetime import date

from matcher import ui, words
from matcher.views import watch

MOST, LONGEST = 5, 60


def days(references: Sequence[str], until: date) -> dict[str, date | None]:
    """For each stored call the day on which it comes back; None where its deadline leaves no day for that."""
    known = ui.calls()
    return {one: watch.watched_until(known[one], ui.today(), until) for one in references if one in known}


def lines(chosen: Mapping[str, date | None], until: date) -> list[str]:
    """Which of these calls come back before `until`, and which cannot be watched, because of their deadlines."""
    groups: dict[str, list[tuple[str, date | None]]] = {
        "park_cut": [(one, day) for one, day in chosen.items() if day and day < until],
        "park_refused": [(one, None) for one, day in chosen.items() if day is None],
    }
    return [ui.plural(f"matches.{name}", len(found), list=_named(found)) for name, found in groups.items() if found]


def _named(found: Sequence[tuple[str, date | None]]) -> str:
    known = ui.calls()
    titles = [
        ui.say("matches.park_named", title=_short(known[one].title))
        + (f" ({words.day(day, ui.language())})" if day else "")
        for one, day in found[:MOST]
    ]
    return "; ".join(titles) + (" …" if len(found) > MOST else "")


def _short(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[:LONGEST].rstrip()} …"
