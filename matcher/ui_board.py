"""The shortlist that all sessions share, brought up to date with decisions at every look.

A decision that says something about a topic moves the scores of thousands of calls a little. Where that takes long it
is worked out beside, and shows at the next look after that; the decision itself shows at once.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from threading import Lock, Thread

import pandas as pd
import streamlit as st

from matcher import desk
from matcher.ledger import Change, Decision
from matcher.model import Profile
from matcher.views import shortlist
from matcher.views.board import Board

AT_ONCE = 2_000
"""Up to so many calls the scores are worked out at once: it takes no longer than a blink."""


def set_aside() -> None:
    """Leave what is kept for long out of the search for garbage.

    Streamlit searches all objects of the process after every run of a page; with ten thousand calls in memory that
    took five times as long as the page itself, and no answer goes out meanwhile.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Kept:
    """One board for all sessions. `make` builds it anew with all decisions so far (oldest first)."""

    def __init__(self, make: Callable[[Sequence[Decision]], Board], decisions: Sequence[Decision]):
        self._make = make
        self._lock = Lock()
        self._all = decisions
        self._board = make(decisions)
        self._work: Thread | None = None
        self._fault: Exception | None = None

    def now(self, decisions: Sequence[Decision]) -> Board:
        """The board with these decisions, or more if another session knew more already. Decisions are only appended.

        Raises what went wrong the last time scores were worked out beside.
        """
        with self._lock:
            if self._fault is not None:
                fault, self._fault = self._fault, None
                raise fault
            self._take(decisions)
            if self._board.stale and self._work is None:
                if len(self._board.table) <= AT_ONCE:
                    self._board = self._make(self._all)
                else:
                    self._work = Thread(target=self._renew, args=(self._all,), name="scores", daemon=True)
                    self._work.start()
            return self._board

    def settle(self) -> None:
        """Wait for what is being worked out beside."""
        work = self._work
        if work is not None:
            work.join()

    def _take(self, decisions: Sequence[Decision]) -> None:
        if len(decisions) > len(self._all):
            self._board = self._board.after(decisions[len(self._all) :])
            self._all = decisions

    def _renew(self, decisions: Sequence[Decision]) -> None:
        try:
            made = self._make(decisions)
        except Exception as fault:
            with self._lock:
                self._fault, self._work = fault, None
            return
        with self._lock:
            set_aside()
            self._board, self._work = made.after(self._all[len(decisions) :]), None


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


@st.cache_resource(show_spinner=False, max_entries=2)
def said(_store: desk.Store, database: str, region: str, calls: int) -> Said:
    """`calls`: their revision, for a restored copy counts that on, too, and may hold other decisions."""
    return Said(_store)


@st.cache_resource(show_spinner=False, max_entries=4)
def facts(_ranker: desk.Ranker, database: str, name: str, calls: int, today: date, eligibility: bool) -> pd.DataFrame:
    return shortlist.facts(_ranker.calls_, today, eligibility=eligibility)


@st.cache_resource(show_spinner=False, max_entries=6)
def kept(
    _ranker: desk.Ranker,
    _profile: Profile,
    _decisions: list[Decision],
    _changes: list[Change],
    _store: desk.Store,
    _facts: pd.DataFrame,
    key: tuple[object, ...],
    day: date,
    office: str,
    language: str,
) -> Kept:
    news = frozenset(_store.new_since(date.min))

    def make(decisions: Sequence[Decision]) -> Board:
        return Board(
            _ranker, _profile, day, decisions=decisions, changes=_changes, news=news, known=_facts,
            language=language, office=office,
        )  # fmt: skip

    shared = Kept(make, _decisions)
    set_aside()
    return shared


@st.cache_resource(show_spinner=False, max_entries=2)
def texts(_ranker: desk.Ranker, database: str, name: str, calls: int) -> Mapping[str, str]:
    return shortlist.texts(_ranker.calls_)


@st.cache_resource(show_spinner=False, max_entries=2)
def answers(database: str, calls: int, today: date) -> dict[str, shortlist.Answers]:
    """Who may apply, by reference, of the calls that somebody has seen in a list."""
    return {}
