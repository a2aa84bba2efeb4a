"""The shortlist that sessions share, brought up to date with decisions at every look.

A decision shows at once where it stands. What it teaches moves the scores of thousands of calls a little: that shows
from the next day, the same for everybody, so that no order moves under the hands of somebody who works in it.
"""

import gc
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from threading import Lock

import pandas as pd
import streamlit as st

from matcher import desk
from matcher.desk_clock import day_of
from matcher.ledger import Change, Decision
from matcher.model import Profile
from matcher.settings import Settings
from matcher.views import lessons, shortlist
from matcher.views.board import Board

LEARNING = "learning"


def set_aside() -> None:
    """Leave what is kept for long out of the search for garbage.

    Streamlit searches all objects of the process after every run of a page; with ten thousand calls in memory that
    took five times as long as the page itself, and no answer goes out meanwhile.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@contextmanager
def patience(what: str, own: Settings, calls: int, text: str) -> Iterator[None]:
    """Say `text` beside the page where the block works on calls that this server has not seen yet: seconds for
    thousands. `calls`: their revision; `what`: the step, each is told for itself."""
    place = (own.database, own.ranker, what)
    if _done().get(place) == calls:
        yield
        return
    with st.spinner(text):
        yield
    _done()[place] = calls


class Kept:
    """One board for all sessions that have learned the same; it starts with the decisions so far (oldest first)."""

    def __init__(self, board: Board, decisions: Sequence[Decision]):
        self._lock = Lock()
        self._all = decisions
        self._board = board

    def now(self, decisions: Sequence[Decision]) -> Board:
        """The board with these decisions, or more if another session knew more already; they are only appended."""
        with self._lock:
            if len(decisions) > len(self._all):
                self._board = self._board.after(decisions[len(self._all) :])
                self._all = decisions
            return self._board


class Said:
    """All decisions, oldest first; at every look only those that came since the last are read."""

    def __init__(self, store: desk.Store):
        self._store = store
        self._lock = Lock()
        self._all: list[Decision] = []
        self._revision = -1

    def now(self, revision: int) -> list[Decision]:
        with self._lock:
            if revision != self._revision:
                last = (self._all[-1].id or 0) if self._all else 0
                self._all = [*self._all, *self._store.decisions(after=last)]
                self._revision = revision
            return self._all


@st.cache_resource(show_spinner=False)
def _done() -> dict[tuple[str, str, str], int]:
    """Of which revision of the calls each step was done last."""
    return {}


@st.cache_resource(show_spinner=False, max_entries=2)
def said(_store: desk.Store, database: str, region: str, calls: int) -> Said:
    """`calls`: their revision, for a restored copy counts that on, too, and may hold other decisions."""
    return Said(_store)


@st.cache_resource(show_spinner=False, max_entries=4)
def facts(_ranker: desk.Ranker, database: str, name: str, calls: int, today: date) -> pd.DataFrame:
    return shortlist.facts(_ranker.calls_, today, eligibility=True)


def learned_until(place: Hashable, day: date, said: Callable[[], Sequence[Decision]]) -> int:
    """The number of the last decision that the order of a day has learned from; 0: none, or learning is off.

    Of those made before `day` in Brussels: later ones, one's own too, show where they stand but move nothing, and a
    page loaded again shows the same order. `place`: whose decisions are `said`.
    """
    kept: tuple[object, int] = st.session_state.get("learned_until", (None, 0))
    if kept[0] != (place, day):
        earlier = (d.id or 0 for d in said() if lessons.speaks(d) and day_of(d.at) < day)
        kept = ((place, day), max(earlier, default=0))
        st.session_state["learned_until"] = kept
    return kept[1] if st.session_state.get(LEARNING, True) else 0


@st.cache_resource(show_spinner=False, max_entries=4)
def learned(
    _ranker: desk.Ranker, _profile: Profile, _decisions: Sequence[Decision], key: tuple[object, ...], until: int
) -> list[Decision]:
    """What the decisions up to the number `until` teach, by the priorities of the profile."""
    return lessons.taught(_ranker, _profile, [d for d in _decisions if (d.id or 0) <= until])


@st.cache_resource(show_spinner=False, max_entries=8)
def kept(
    _ranker: desk.Ranker,
    _profile: Profile,
    _decisions: list[Decision],
    _learned: list[Decision],
    _changes: list[Change],
    _store: desk.Store,
    _facts: pd.DataFrame,
    _offices: Callable[[], Mapping[str, str]],
    key: tuple[object, ...],
    day: date,
    office: str,
    language: str,
) -> Kept:
    board = Board(
        _ranker, _profile, day, decisions=_decisions, changes=_changes, news=frozenset(_store.new_since(date.min)),
        known=_facts, language=language, office=office, learned=_learned, offices=_offices(),
    )  # fmt: skip
    shared = Kept(board, _decisions)
    set_aside()
    return shared


@st.cache_resource(show_spinner=False, max_entries=2)
def texts(_ranker: desk.Ranker, database: str, name: str, calls: int) -> Mapping[str, str]:
    return shortlist.texts(_ranker.calls_)
