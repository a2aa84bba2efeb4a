"""The verbs: what a person can ask for, one function each. Here "now" and "today" enter; below they are arguments.

Read `model.py` for the nouns first. Every function takes the open store (or the settings) first, all else by name.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from matcher import evaluate as quality
from matcher import rankers, region
from matcher.errors import InputError
from matcher.harvest import harvest
from matcher.ledger import Decision, Discard, Run, State
from matcher.model import Call, Place, Profile, Status
from matcher.rankers import Explanation, Ranker
from matcher.settings import Settings
from matcher.sources import _replay, portal, sheet
from matcher.sources._http import Connection
from matcher.store import Store
from matcher.views import shortlist as shortlist_view

BRUSSELS = ZoneInfo("Europe/Brussels")
Progress = Callable[[int, int | None, str], None]


def now() -> datetime:
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """The store of these settings, with the region's priorities in it; raises StoreError with what to do."""
    store = Store(settings.database)
    if store.profile(settings.region) is None:
        shipped = region.load(settings.region_folder)
        store.save_profile(shipped.model_copy(update={"by": "matcher", "at": now(), "why": "as shipped"}), seen=0)
    return store


def seed(store: Store, settings: Settings, *, progress: Progress | None = None) -> Run | None:
    """Load the shipped snapshot into a store that has no calls yet; None if it has some."""
    if store.last_published() is not None:
        return None
    return refresh(store, settings, replay=settings.snapshot_folder, progress=progress)


def refresh(
    store: Store,
    settings: Settings,
    *,
    source: str = "portal",
    replay: Path | None = None,
    accept_change: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Pull a source (or a recorded folder) into the store. The run record says how it went; `exit_code` 0 or 10 is good.

    Raises InputError for an unknown source or a folder that is no recording, BusyError if another pull runs.
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
            today=_day(moment),
            accept_change=accept_change,
            progress=progress,
        )
    if source != "portal":
        raise InputError(f"There is no source {source!r} to pull. There is: portal (and `matcher sheet FILE`).")
    connection = Connection(settings.portal, settings.contact, allow_loopback=True)
    return harvest(
        store,
        source,
        portal.records(connection, progress=progress),
        scope="live",
        recorded_on=None,
        now=moment,
        today=_day(moment),
        accept_change=accept_change,
        progress=progress,
    )


def add_sheet(store: Store, *, data: bytes) -> Run:
    """Replace the office's own side list by this CSV or XLSX; InputError lists every faulty row, nothing is stored."""
    moment = now()
    return harvest(
        store,
        "sheet",
        sheet.pages(data),
        scope=store.scope() or "live",
        recorded_on=None,
        now=moment,
        today=_day(moment),
    )


def reparse(store: Store) -> int:
    """Read all kept raw records again with today's parser; how many calls came out different. No download, no alert."""
    parsers = {"portal": portal.parse, "sheet": sheet.parse}
    return store.replace_parsed(parsers[source](record) for source, _, record in store.raws() if source in parsers)


def today(store: Store, *, override: date | None = None) -> date:
    """The day the lists are for: an asked one, the recorded day of demo data, else today in Brussels."""
    if override is not None:
        return override
    last = store.last_published()
    if last is not None and last.scope == "demo" and last.recorded_on is not None:
        return last.recorded_on
    return _day(now())


def profile(store: Store, settings: Settings) -> Profile:
    saved = store.profile(settings.region)
    if saved is None:
        raise InputError(f"The store holds no priorities for the region {settings.region!r}.")
    return saved


def places(settings: Settings) -> list[Place]:
    return region.places(settings.region_folder)


def ranker(store: Store, settings: Settings, *, name: str | None = None) -> Ranker:
    """The ranking method, fitted on all stored calls: seconds for thousands. Keep it while `revision("calls")` holds."""
    return rankers.make(name or settings.ranker).fit(store.calls())


def shortlist(
    fitted: Ranker,
    priorities: Profile,
    *,
    today: date,
    decisions: Sequence[Decision] = (),
    changes: Sequence[object] = (),
    only: str | None = None,
    top: int | None = None,
) -> pd.DataFrame:
    """All calls ranked for the priorities, best first, as a table (`views.shortlist.COLUMNS`)."""
    return shortlist_view.build(fitted, priorities, today, decisions=decisions, changes=changes, only=only, top=top)


def find(fitted: Ranker, name: str) -> list[Call]:
    """The calls with this reference, or all that share this identifier; InputError if there is none."""
    asked = name.strip()
    exact = [call for call in fitted.calls_ if call.reference == asked]
    found = exact or [call for call in fitted.calls_ if call.identifier.casefold() == asked.casefold()]
    if not found:
        raise InputError(f"No stored call has the reference or identifier {asked!r}.")
    return found


def explain(
    fitted: Ranker,
    priorities: Profile,
    *,
    reference: str,
    only: str | None = None,
    decisions: Sequence[Decision] = (),
) -> dict[str, Explanation]:
    """Why a call stands where it stands, per priority key, best score first."""
    row = next((i for i, call in enumerate(fitted.calls_) if call.reference == reference), None)
    if row is None:
        raise InputError(f"No stored call has the reference {reference!r}.")
    wanted = [priorities.priority(only)] if only else [p for p in priorities.priorities if p.active]
    reasons = {p.key: fitted.explain([row], p, decisions)[0] for p in wanted}
    return dict(sorted(reasons.items(), key=lambda item: -item[1].score))


def tune(store: Store, *, draft: Profile, by: str, why: str) -> Profile:
    """Save edited priorities as a new version; ConflictError (with what is there now) if somebody saved first."""
    stamped = draft.model_copy(update={"at": now(), "by": by, "why": why})
    return store.save_profile(stamped, seen=draft.version)


def decide(
    store: Store,
    *,
    calls: Sequence[Call],
    state: State,
    by: str,
    priority: str | None = None,
    reason: Discard | None = None,
    note: str | None = None,
    owner: str | None = None,
    until: date | None = None,
    to: Sequence[str] = (),
    office: str | None = None,
) -> list[Decision]:
    """Write one decision for each call. Raises InputError where the state needs a reason or a date that is missing."""
    if state is State.DISCARDED and reason is None:
        raise InputError("A discarded call needs a reason, so that it can come back when that reason falls away.")
    if state is State.PARKED and until is None:
        raise InputError("A parked call needs the day on which it comes back.")
    moment = now()
    return [
        store.add_decision(
            Decision(
                reference=call.reference,
                identifier=call.identifier,
                state=state,
                at=moment,
                by=by,
                office=office,
                priority=priority,
                reason=reason,
                note=note or None,
                owner=owner or None,
                until=until,
                to=list(to),
            )
        )
        for call in calls
    ]


def read_priorities(text: str, *, name: str) -> Profile:
    """Priorities from YAML; InputError lists all faults with line and column."""
    return region.read(text, name)


def write_priorities(priorities: Profile, *, base: str | None = None) -> str:
    """Priorities as YAML; with `base`, its comments and order are kept."""
    return region.dump(priorities, base)


def shipped_priorities(settings: Settings) -> str:
    return (settings.region_folder / "priorities.yaml").read_text("utf-8")


def matches(
    store: Store,
    settings: Settings,
    *,
    today: date,
    only: str | None = None,
    statuses: Sequence[str] = ("open", "forthcoming"),
    noise: bool = False,
    top: int | None = None,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The ranked table as the command line and scripts want it, and how many calls each filter took away."""
    wrong = sorted(set(statuses) - {str(s) for s in Status})
    if wrong:
        raise InputError(f"There is no status {wrong[0]!r}. There are: {', '.join(Status)}.")
    priorities = profile(store, settings)
    if only:
        priorities.priority(only)
    fitted = ranker(store, settings)
    table = shortlist(fitted, priorities, today=today, decisions=store.decisions(), only=only)
    shown = [n.key for n in priorities.noise] if noise else [n.key for n in priorities.noise if not n.hidden]
    filters = shortlist_view.Filters(statuses=tuple(statuses), noise=tuple(shown))
    table, hidden = shortlist_view.narrow(table, filters)
    return (table.head(top) if top else table), hidden


def evaluate(
    store: Store, settings: Settings, *, judgements: Path, name: str | None = None
) -> dict[str, dict[str, float]]:
    """MAP, nDCG@10, nDCG@30, P@10 and R-precision per priority and macro, over the judged calls in the store."""
    judged = quality.judgements(judgements)
    return quality.measure(ranker(store, settings, name=name), profile(store, settings), judged)


def idea(fitted: Ranker, *, text: str, title: str = "", top: int = 20) -> list[tuple[Call, float]]:
    """The best calls for a project idea with their scores; equal scores in the order of their references."""
    scores = fitted.ideas(text, title)
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], fitted.calls_[i].reference))[:top]
    return [(fitted.calls_[i], float(scores[i])) for i in order]


def difference(old: Profile, new: Profile) -> list[str]:
    """What changed between two versions of the priorities, a sentence each."""
    return region.difference(old, new)


def doubts(draft: Profile) -> list[str]:
    """Spots of a profile worth a second look: duplicates, overlaps between priorities."""
    return region.check(draft)


def backup(store: Store, *, target: Path) -> str:
    """A verified copy of the store while it is in use; the sentence says what is in it."""
    return store.backup(target)


def _day(moment: datetime) -> date:
    return moment.astimezone(BRUSSELS).date()
