"""A past day as the office saw it: calls, priorities, decisions and changes as they were by then. Reached through
`desk`.

Only for live data: a recording for demonstration has one day and no history.
"""

from datetime import date
from typing import NamedTuple

from matcher import rankers
from matcher.desk_clock import day_of, now
from matcher.desk_ideas import glossary
from matcher.errors import InputError
from matcher.ledger import Change, Decision
from matcher.model import Profile
from matcher.rankers import Ranker
from matcher.settings import Settings
from matcher.store import Store


class Then(NamedTuple):
    """What a list of the day is made of. `past`: as known then, else as known now. `news`: calls that were new."""

    day: date
    past: bool
    ranker: Ranker
    profile: Profile
    decisions: list[Decision]
    changes: list[Change]
    news: list[str]


def is_past(store: Store, day: date) -> bool:
    """Whether the store can tell how things were on that day: live data, a day that is over, calls known by then."""
    last = store.last_published()
    if last is None or last.scope != "live" or day >= day_of(now()):
        return False
    return any(life.first_seen <= day for life in store.life().values())


def first_day(store: Store) -> date | None:
    """The first day of which a list can be shown; None before the first live pull."""
    days = [life.first_seen for life in store.life().values()] if store.scope() == "live" else []
    return min(days, default=None)


def profile_of(store: Store, settings: Settings, *, day: date | None = None) -> Profile:
    """The priorities saved last by the end of `day` (before the first save: the first ones); None: the newest.

    Raises InputError for a region without priorities.
    """
    saved = store.profiles(settings.region)
    if not saved:
        raise InputError(f"The store holds no priorities for the region {settings.region!r}.")
    if day is None:
        return saved[0]
    return next((p for p in saved if p.at is None or day_of(p.at) <= day), saved[-1])


def then(store: Store, settings: Settings, *, day: date, todays_profile: bool = False) -> Then:
    """Everything a list of `day` is made of; the ranking method is fitted on the calls as known then (seconds).

    `todays_profile`: ranked by the newest priorities instead of those of that day. A day of which nothing is known,
    or that is not over, is ranked with what is known now.
    """
    past = is_past(store, day)
    calls = store.calls_as_of(day) if past else store.calls()
    fitted = rankers.make(settings.ranker).fit(calls).with_glossary(glossary(settings))
    known = {call.reference for call in calls}
    return Then(
        day=day,
        past=past,
        ranker=fitted,
        profile=profile_of(store, settings, day=day if past and not todays_profile else None),
        decisions=[d for d in store.decisions() if not past or day_of(d.at) <= day],
        changes=[c for c in store.changes() if not past or c.on <= day],
        news=[reference for reference in store.new_since(date.min) if reference in known],
    )
