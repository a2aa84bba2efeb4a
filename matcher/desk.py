"""The verbs: what a person can ask for, one function each. Here "now" and "today" enter; below they are arguments.

Read `model.py` for the nouns first. Every function takes the open store (or the settings) first, all else by name.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date

import pandas as pd

from matcher import rankers, region
from matcher.desk_clock import day_of, now
from matcher.desk_data import add_sheet, backup, evaluate, last_pull, provenance, reparse, restore
from matcher.desk_decide import Outcome, Said, decide, decide_each, decide_many, forward, take_back
from matcher.desk_glossary import glossary_text, import_glossary
from matcher.desk_ideas import (
    Bridge,
    Translator,
    add_translation,
    bridges,
    explain_idea,
    glossary,
    glossary_stamp,
    idea,
    idea_scores,
    mark_wrong,
    translator,
    withdraw,
)
from matcher.desk_past import Then, first_day, is_past, profile_of, then
from matcher.desk_priorities import (
    difference,
    doubts,
    read_priorities,
    shipped_priorities,
    tune,
    write_priorities,
)
from matcher.desk_refresh import left_alone, refresh, seed
from matcher.desk_shelf import (
    Recipient,
    add_to_shortlist,
    create_shortlist,
    delete_shortlist,
    delete_view,
    move_in_shortlist,
    note_in_shortlist,
    recipients,
    remove_from_shortlist,
    rename_shortlist,
    replace_view,
    restore_shortlist,
    restore_view,
    save_view,
    shortlists,
    similar,
    unseen,
    views,
    visit,
)
from matcher.desk_tracker import Tracker, import_tracker, read_tracker
from matcher.errors import ConflictError, InputError
from matcher.ledger import Change, Decision
from matcher.model import Call, Place, Profile, Status
from matcher.rankers import Explanation, Ranker
from matcher.settings import Settings
from matcher.store import Store
from matcher.views import shortlist as shortlist_view
from matcher.views.lessons import taught

__all__ = [
    "Bridge", "Explanation", "Outcome", "Ranker", "Recipient", "Said", "Store", "Then", "Tracker", "Translator",
    "add_sheet", "add_to_shortlist", "add_translation", "backup", "bridges", "create_shortlist", "decide",
    "decide_each", "decide_many", "delete_shortlist", "delete_view", "difference", "doubts", "evaluate", "explain",
    "explain_idea", "find", "first_day", "forward", "glossary", "glossary_stamp", "glossary_text", "idea",
    "idea_scores", "import_glossary", "import_tracker", "is_past", "last_pull", "left_alone", "mark_wrong",
    "matches", "move_in_shortlist", "note_in_shortlist", "now", "open_store", "places", "profile", "profile_of",
    "provenance", "ranker", "read_priorities", "read_tracker", "recipients", "refresh", "remove_from_shortlist",
    "rename_shortlist", "reparse", "replace_view", "restore", "restore_shortlist", "restore_view", "save_view",
    "seed", "shipped_priorities", "shortlist", "shortlists", "similar", "take_back", "then", "today", "translator",
    "tune", "unseen", "views", "visit", "withdraw", "write_priorities",
]  # fmt: skip


def open_store(settings: Settings) -> Store:
    """The store of these settings, with the region's priorities in it; raises StoreError with what to do."""
    store = Store(settings.database, region=settings.region)
    try:
        if store.profile(settings.region) is None:
            shipped = region.load(settings.region_folder).model_copy(update={"by": "matcher", "at": now()})
            # Two programs may open a new store at once: the other one then has saved the same.
            with suppress(ConflictError):
                store.save_profile(shipped.model_copy(update={"why": "as shipped"}), seen=0)
    except BaseException:
        store.close()
        raise
    return store


def today(store: Store, *, override: date | None = None) -> date:
    """The day the lists are for: an asked one, the recorded day of demo data, else today in Brussels."""
    if override is not None:
        return override
    last = last_pull(store)
    if last is not None and last.scope == "demo" and last.recorded_on is not None:
        return last.recorded_on
    return day_of(now())


def profile(store: Store, settings: Settings) -> Profile:
    saved = store.profile(settings.region)
    if saved is None:
        raise InputError(f"The store holds no priorities for the region {settings.region!r}.")
    return saved


def places(settings: Settings) -> list[Place]:
    return region.places(settings.region_folder)


def ranker(store: Store, settings: Settings, *, name: str | None = None, known: Ranker | None = None) -> Ranker:
    """The ranking method, fitted on all stored calls (seconds), with the region's glossary.

    Keep it while `revision("calls")` is the same. `known`: an earlier one, of which calls that stayed are reused.
    """
    calls = store.calls()
    wanted = rankers.make(name or settings.ranker)
    if known is not None and type(known) is type(wanted):
        return known.updated(calls).with_glossary(glossary(settings))
    return wanted.fit(calls).with_glossary(glossary(settings))


def shortlist(
    fitted: Ranker,
    priorities: Profile,
    *,
    today: date,
    decisions: Sequence[Decision] = (),
    changes: Sequence[Change] = (),
    news: Collection[str] | None = None,
    only: str | None = None,
    top: int | None = None,
    learned: Sequence[Decision] | None = None,
) -> pd.DataFrame:
    """All calls ranked for the priorities, best first, as a table (`views.shortlist.COLUMNS`).

    `news`: references that count as new (`store.new_since`). `learned`: the decisions that the order has learned
    from; None: all of them.
    """
    return shortlist_view.build(
        fitted, priorities, today, decisions=decisions, changes=changes, news=news, only=only, top=top,
        learned=learned,
    )  # fmt: skip


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
    """Why a call stands where it stands, per priority key, best score first.

    `decisions`: those that the order has learned from.
    """
    row = fitted.row_of.get(reference)
    if row is None:
        raise InputError(f"No stored call has the reference {reference!r}.")
    wanted = [priorities.priority(only)] if only else [p for p in priorities.priorities if p.active]
    learned = taught(fitted, priorities, decisions)
    reasons = {p.key: fitted.explain([row], p, learned)[0] for p in wanted}
    return dict(sorted(reasons.items(), key=lambda item: -item[1].score))


def matches(
    store: Store,
    settings: Settings,
    *,
    today: date,
    only: str | None = None,
    statuses: Sequence[str] = ("open", "forthcoming"),
    noise: bool = False,
    top: int | None = None,
    todays_profile: bool = False,
    learning: bool = True,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The ranked table as the command line and scripts want it, and how many calls each filter took away.

    For a past day of live data it holds calls, decisions and changes as they were known that day, ranked by the
    priorities of then (`profile_of`), or with `todays_profile` by the newest. Without `learning` decisions move no
    score.
    """
    wrong = sorted(set(statuses) - {str(s) for s in Status})
    if wrong:
        raise InputError(f"There is no status {wrong[0]!r}. There are: {', '.join(Status)}.")
    seen = then(store, settings, day=today, todays_profile=todays_profile)
    priorities = seen.profile
    learned = seen.decisions if learning else []
    table = shortlist(
        seen.ranker,
        priorities,
        today=today,
        decisions=seen.decisions,
        changes=seen.changes,
        news=seen.news,
        only=only,
        learned=learned,
    )
    shown = [n.key for n in priorities.noise] if noise else [n.key for n in priorities.noise if not n.hidden]
    filters = shortlist_view.Filters(statuses=tuple(statuses), noise=tuple(shown))
    table, hidden = shortlist_view.narrow(table, filters)
    return shortlist_view.reasons(table.head(top) if top else table, seen.ranker, priorities, learned), hidden
