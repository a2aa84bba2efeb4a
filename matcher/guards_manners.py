"""Manners towards a real host, on top of those of each request: how often to ask it, and when to leave it alone.

The circuit breaker: two pulls in a row that were turned away (HTTP 403 or 429) open it for a day; then one pull is
let through, and if that is turned away too, it is open for another day. A host that names a time is left alone until
then. All of it is counted in the run records, so it holds for every program that pulls into the same store.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from matcher.errors import GuardError
from matcher.ledger import Run

DAILY, MOST_OF_A_PULL = 200, 60
DAY = timedelta(days=1)
BETWEEN_PULLS_BY_HAND = timedelta(minutes=15)
TURNED_AWAY = (403, 429)
TURNED_AWAY_FOR = DAY
# A host that wants to be left alone for longer than this is asked again all the same, once.
LONGEST_WAIT = timedelta(days=7)


def check_manners(runs: Iterable[Run], now: datetime, by_hand: bool) -> GuardError | None:
    """Why a real host should not be asked just now; None if it may be.

    `runs` of one source of at least the last day, newest first. At most 200 requests a day; by hand not within 15
    minutes of a published pull; not while the circuit breaker is open.
    """
    live = [run for run in runs if run.scope == "live" and run.recorded_on is None]
    until = left_alone_until(live)
    if until is not None and now < until:
        return GuardError(
            f"The service turned us away. It is left alone until {until.astimezone(UTC):%d.%m.%Y %H:%M} UTC; "
            "the list stays."
        ).coded("turned_away", until=f"{until.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
    asked = asked_since(live, now - DAY)
    if asked + MOST_OF_A_PULL > DAILY:
        return GuardError(
            f"The service was asked {asked} times in the last 24 hours; {DAILY} are the limit. Try again tomorrow."
        ).coded("budget", asked=asked, limit=DAILY)
    ended = next((run.finished for run in live if run.state == "published" and run.finished), None)
    if by_hand and ended is not None and now - ended < BETWEEN_PULLS_BY_HAND:
        return GuardError("The list was pulled less than 15 minutes ago. Try again later.").coded(
            "too_soon", minutes=int(BETWEEN_PULLS_BY_HAND.total_seconds() // 60)
        )
    return None


def asked_since(live: Iterable[Run], moment: datetime) -> int:
    """Requests since then. What a killed or still running pull has asked nobody knows: the most it may is taken."""
    return sum(_asked(run) for run in live if run.started > moment)


def left_alone_until(live: Sequence[Run]) -> datetime | None:
    """Until when the circuit breaker is open, which may be past; None if it is closed. `live`: newest first."""
    ended = [run for run in live if run.state not in ("running", "killed", "stopped")]
    if not ended:
        return None
    last = ended[0]
    waits = [turned_away(run) for run in ended[:2]]
    until = [last.started + waits[0]] if waits[0] else []
    if len(waits) == 2 and waits[0] is not None and waits[1] is not None:
        until.append(last.started + TURNED_AWAY_FOR)
    return max(until, default=None)


def turned_away(run: Run) -> timedelta | None:
    """How long a run was asked to stay away, zero if without a time; None if it was not turned away."""
    for fact in run.codes:
        if fact.level != "reason":
            continue
        if fact.code in ("come_back", "come_back_at"):
            seconds = min(float(fact.values.get("seconds", 0)), LONGEST_WAIT.total_seconds())
            return timedelta(seconds=seconds)
        if fact.values.get("status") in TURNED_AWAY:
            return timedelta()
    if not run.codes and any(f"(HTTP {status})" in run.message for status in TURNED_AWAY):
        return timedelta()
    return None


def _asked(run: Run) -> int:
    return max(run.requests, MOST_OF_A_PULL) if run.state in ("killed", "running") else run.requests
