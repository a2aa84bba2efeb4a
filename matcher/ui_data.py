"""What the pages read, kept between runs: settings, the open store, the fitted ranker, the full table.

The only place with `st.cache_resource`. Every cache is keyed by a revision counted in the database, so what a
colleague saves elsewhere shows at the next click. Kept objects are shared by all sessions: nobody may change them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from matcher import desk, ui_board, words
from matcher.errors import MatcherError
from matcher.ledger import Change, Decision, Run
from matcher.model import Call, Profile
from matcher.settings import Settings
from matcher.views.board import Board

BRUSSELS = ZoneInfo("Europe/Brussels")
ABSENT = 3


def settings() -> Settings:
    """The settings of this run; read once in each, so that nothing sticks between runs."""
    kept: Settings = for_this_run("settings", Settings)
    return kept


def begin() -> None:
    """A run of the script begins: forget what the last one looked up."""
    st.session_state["run"] = {}


def for_this_run(name: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, looked up once in a run of the script."""
    kept: dict[str, Any] = st.session_state.setdefault("run", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]


def store() -> desk.Store:
    """The open store of these settings; raises StoreError with what to do."""
    own = settings()
    opened: desk.Store = for_this_run("store", lambda: _store(own, own.database, own.region))
    return opened


def revision(what: str) -> int:
    """As the store counts it, asked once in a run of the script and again after this process wrote."""
    opened = store()
    known: dict[str, int] = for_this_run(f"revisions {id(opened)} {opened.writes}", opened.revisions)
    return known[what]


def language() -> str:
    """The language of this session: de or en."""
    chosen = st.session_state.get("language")
    return chosen if chosen in words.LANGUAGES else settings().language


def say(key: str, **values: object) -> str:
    """The message `key` in the language of this session."""
    return words.say(key, language(), **values)


def plural(key: str, n: int, **values: object) -> str:
    """The message `key` (or `key` + "_one") for a number, in the language of this session."""
    return words.plural(key, n, language(), **values)


def user() -> str:
    """The short name or role that goes into decisions and saved priorities."""
    return str(st.session_state.get("user") or "").strip() or settings().user


def office() -> str:
    """The key of the town for which this session looks and decides; empty: the region as a whole."""
    return str(st.session_state.get("office") or "")


def last_run() -> Run | None:
    """The record of the last published pull, the office's own list left aside."""
    found: Run | None = for_this_run(f"last run {revision('runs')}", lambda: desk.last_pull(store()))
    return found


def runs() -> list[Run]:
    """The last pulls, newest first, those that failed too."""
    return _runs(store(), settings().database, revision("runs"))


def profile() -> Profile:
    """The saved priorities, newest version."""
    own, open_store = settings(), store()
    return _profile(open_store, own, own.database, own.region, revision("profile"))


def ranker() -> desk.Ranker:
    """The ranking method, fitted on all stored calls; made anew only when calls or translations changed."""
    own, open_store = settings(), store()
    with ui_board.patience("ranker", own, revision("calls"), say("pages.ranking")):
        return _ranker(open_store, own, own.database, own.ranker, revision("calls"), translations())


def translations() -> tuple[int, int]:
    """Differs when somebody added a translation or marked one as wrong."""
    own = settings()
    stamp: tuple[int, int] = for_this_run("translations", lambda: desk.glossary_stamp(own))
    return stamp


def decisions() -> list[Decision]:
    """All decisions of the region, oldest first."""
    own = settings()
    return ui_board.said(store(), own.database, own.region, revision("calls")).now(revision("decisions"))


def changes() -> list[Change]:
    """All changes of calls that pulls found."""
    open_store = store()
    return _changes(open_store, settings().database, revision("calls"))


def absent() -> Mapping[str, int]:
    """Calls that the last pulls did not bring, at least ABSENT of them in a row: how many pulls, by reference."""
    found: Mapping[str, int] = for_this_run("absent", lambda: _absent(store(), settings().database, revision("runs")))
    return found


def recorded() -> date | None:
    """The day demo data was recorded; None for live data."""
    last = last_run()
    return last.recorded_on if last is not None and last.scope == "demo" else None


def actual_today() -> date:
    """The calendar day in Brussels."""
    return desk.now().astimezone(BRUSSELS).date()


def today() -> date:
    """The day the lists are for: of demo data the recorded day, unless this session asked for the real one."""
    recorded_on = None if st.session_state.get("as_of_today") else recorded()
    return recorded_on or actual_today()


def learned_until() -> int:
    """The number of the last decision that the order of today has learned from; 0: of none."""
    own = settings()
    return ui_board.learned_until((own.database, own.region), actual_today(), decisions)


def learned() -> list[Decision]:
    """What the order of this session has learned from, each decision under the priorities that it teaches."""
    own = settings()
    key = (own.database, own.region, own.ranker, revision("calls"), profile().version, translations())
    return ui_board.learned(ranker(), profile(), decisions(), key, learned_until())


def board() -> Board:
    """The table of `table` with what its filters read."""
    own, day = settings(), today()
    key = (
        own.database, own.region, own.ranker, revision("calls"), profile().version, translations(), learned_until(),
    )  # fmt: skip
    fitted = ranker()
    with ui_board.patience("board", own, revision("calls"), say("pages.ranking")):
        known = ui_board.facts(fitted, own.database, own.ranker, revision("calls"), day)
        shared = ui_board.kept(
            fitted, profile(), decisions(), learned(), changes(), store(), known, _towns, key, day, office(),
            language(),
        )  # fmt: skip
        return shared.now(decisions())


def _towns() -> Mapping[str, str]:
    """Names of the towns by key; where the region's file cannot be read, a table tells their keys."""
    try:
        return {place.key: place.name for place in desk.places(settings())}
    except MatcherError:
        return {}


def table() -> pd.DataFrame:
    """Every stored call, ranked for the saved priorities as of `today()`. Shared: never change it in place."""
    return board().table


def calls() -> Mapping[str, Call]:
    """All stored calls by reference."""
    return _calls(ranker(), settings().database, settings().ranker, revision("calls"))


def texts() -> Mapping[str, str]:
    """Folded full text of each call by reference, for the search."""
    return ui_board.texts(ranker(), settings().database, settings().ranker, revision("calls"))


@st.cache_resource(show_spinner=False, on_release=lambda kept: kept.close())
def _store(_settings: Settings, database: str, region: str) -> desk.Store:
    return desk.open_store(_settings)


@st.cache_resource(show_spinner=False, max_entries=2)
def _runs(_store: desk.Store, database: str, revision: int) -> list[Run]:
    return _store.runs(200)


@st.cache_resource(show_spinner=False, max_entries=4)
def _profile(_store: desk.Store, _settings: Settings, database: str, region: str, revision: int) -> Profile:
    return desk.profile(_store, _settings)


@st.cache_resource(show_spinner=False, max_entries=2)
def _ranker(
    _store: desk.Store, _settings: Settings, database: str, name: str, revision: int, said: tuple[int, int]
) -> desk.Ranker:
    """Fitted anew only once; after a pull or a word on a translation the one before lends what it knows."""
    known = _fitted()
    known[database, name] = desk.ranker(_store, _settings, name=name, known=known.get((database, name)))
    return known[database, name]


@st.cache_resource(show_spinner=False)
def _fitted() -> dict[tuple[str, str], desk.Ranker]:
    return {}


@st.cache_resource(show_spinner=False, max_entries=2)
def _changes(_store: desk.Store, database: str, revision: int) -> list[Change]:
    return _store.changes()


@st.cache_resource(show_spinner=False, max_entries=2)
def _absent(_store: desk.Store, database: str, revision: int) -> Mapping[str, int]:
    return {reference: life.absences for reference, life in _store.life().items() if life.absences >= ABSENT}


@st.cache_resource(show_spinner=False, max_entries=2)
def _calls(_ranker: desk.Ranker, database: str, name: str, revision: int) -> Mapping[str, Call]:
    return {call.reference: call for call in _ranker.calls_}
