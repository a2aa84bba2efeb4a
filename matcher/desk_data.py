"""Verbs about data and quality: the side list, reading again, copies, measuring. Reached through `desk`."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from matcher import __version__, log
from matcher import evaluate as quality
from matcher.desk_clock import day_of, now
from matcher.errors import RecordError
from matcher.guards import filled, flags
from matcher.harvest import harvest, reader
from matcher.ledger import Run
from matcher.model import Call, Profile
from matcher.rankers import Ranker
from matcher.settings import Settings
from matcher.sources import portal, sheet
from matcher.store import Store

SOURCES = {"portal": portal, "sheet": sheet}


def last_pull(store: Store) -> Run | None:
    """The last published run that says how old the data is: one of the office's own list counts only alone."""
    last = store.last_published()
    return (store.last_published("portal") or last) if last is not None and last.source == "sheet" else last


def add_sheet(store: Store, *, data: bytes) -> Run:
    """Replace the office's own side list by this CSV or XLSX; InputError lists all faulty rows, nothing is stored."""
    moment = now()
    return harvest(
        store,
        "sheet",
        sheet.pages(data),
        scope=store.scope() or "live",
        recorded_on=None,
        now=moment,
        today=day_of(moment),
    )


def reparse(store: Store) -> int:
    """Read all kept raw records again with today's parser; how many came out different. No download, no alert.

    A record that cannot be read any more leaves its call as it is.
    """

    def read() -> Iterator[Call]:
        for source, _, record in store.raws():
            if source in SOURCES:
                with suppress(RecordError):
                    yield SOURCES[source].parse(record)

    readers = {name: reader(module) for name, module in SOURCES.items()}

    def read_by(call: Call) -> tuple[str, str]:
        return readers.get(call.source, ""), flags(filled(call))

    return store.replace_parsed(read(), read_by)


def backup(store: Store, *, target: Path) -> str:
    """A verified copy of the store while it is in use; the sentence says what is in it."""
    return store.backup(target)


def restore(settings: Settings, *, copy: Path) -> str:
    """Put a verified copy in the place of the store; what was there stays beside it. The sentence names both."""
    said = Store.restore(settings.database, copy)
    log.event("restore", said=said)
    return said


def provenance(store: Store, settings: Settings, *, today: date, profile: Profile | None = None) -> dict[str, str]:
    """What every export carries: region, day of the list, data set, day of the data, version of the priorities.

    `profile`: the priorities that ranked the list; None: the newest.
    """
    last = last_pull(store)
    saved = profile or store.profile(settings.region)
    as_of = (last.recorded_on or day_of(last.finished or last.started)) if last else None
    return {
        "region": settings.region,
        "today": today.isoformat(),
        "scope": last.scope if last else "",
        "data_of": as_of.isoformat() if as_of else "",
        "run": str(last.id) if last else "",
        "profile_version": str(saved.version) if saved else "",
        "tool": f"matcher {__version__}",
    }


def evaluate(fitted: Ranker, priorities: Profile, *, judgements: Path) -> dict[str, dict[str, float]]:
    """MAP, nDCG@10, nDCG@30, P@10 and R-precision per priority and macro, over the judged calls in the store."""
    return quality.measure(fitted, priorities, quality.judgements(judgements))
