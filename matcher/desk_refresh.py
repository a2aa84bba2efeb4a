"""Verbs that bring calls in: the shipped snapshot, the portal, a recorded folder. Reached through `desk`."""

from collections.abc import Callable
from pathlib import Path

from matcher.desk_clock import day_of, now
from matcher.desk_data import reparse
from matcher.errors import GuardError, InputError
from matcher.guards_manners import DAILY, check_manners
from matcher.harvest import harvest, reader
from matcher.ledger import Run
from matcher.settings import Settings
from matcher.sources import _replay, portal
from matcher.sources._faults import check_address, is_loopback
from matcher.sources._http import Connection
from matcher.store import Store

Progress = Callable[[int, int | None, str], None]


def seed(store: Store, settings: Settings, *, progress: Progress | None = None) -> Run | None:
    """Load the shipped snapshot into a store that has no calls yet; None if it has some."""
    if store.last_published() is not None:
        return None
    return refresh(store, settings, replay=settings.snapshot_folder, progress=progress)


def left_alone(store: Store, settings: Settings, *, by_hand: bool = True) -> GuardError | None:
    """Why the portal should not be asked just now (turned away, daily budget, a pull just made); None if it may."""
    if is_loopback(check_address(settings.portal, True)):
        return None
    # Each run has asked at least once, so more of them cannot fit into a day's budget.
    return check_manners(store.runs(DAILY, source="portal"), now(), by_hand)


def refresh(
    store: Store,
    settings: Settings,
    *,
    source: str = "portal",
    replay: Path | None = None,
    accept_change: bool = False,
    by_hand: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Pull a source (or a recorded folder) into the store. The run says how it went: exit code 0 or 10 is good.

    `by_hand`: a person waits for it; not within 15 minutes of the last pull. Raises InputError for an unknown source
    or a folder that is no recording, BusyError if another pull runs, GuardError where manners forbid to ask now.
    """
    moment = now()
    if replay is not None:
        recording = _replay.Replay(replay)
        return harvest(
            store,
            recording.source,
            recording.pages(),
            scope=recording.scope,
            recorded_on=recording.recorded_on,
            now=moment,
            today=recording.recorded_on or day_of(moment),
            accept_change=accept_change,
            progress=progress,
        )
    if source != "portal":
        raise InputError(f"There is no source {source!r} to pull. There is: portal (and `matcher sheet FILE`).")
    rude = left_alone(store, settings, by_hand=by_hand)
    if rude is not None:
        raise rude
    with Connection(settings.portal, settings.contact, allow_loopback=True) as connection:
        last = store.last_published(source)
        if last is not None and last.parser != reader(portal):
            # Otherwise what a better parser reads differently would be told as a change of the call.
            reparse(store)
        return harvest(
            store,
            source,
            portal.records(connection, progress=progress),
            scope="live",
            recorded_on=None,
            now=moment,
            today=day_of(moment),
            accept_change=accept_change,
            progress=progress,
        )
