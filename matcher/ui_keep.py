"""What people keep, as the pages read it: the visit of this session, what is unseen, views, lists, recipients."""

from collections.abc import Mapping, Sequence

import streamlit as st

from matcher import desk, ui_data
from matcher.errors import MatcherError
from matcher.model import Call
from matcher.settings import Settings
from matcher.shelf import SavedView, Shortlist, Visit
from matcher.views import towns


def visit() -> Visit | None:
    """The visit that this session makes with its name; noted once a day, a pull and a name, not at every click.

    None where it cannot be noted: the list can be read all the same.
    """
    own, store = ui_data.settings(), ui_data.store()
    key = (own.database, own.region, ui_data.user(), store.revision("runs"), ui_data.actual_today())
    kept: tuple[object, Visit | None] = st.session_state.get("visit", (None, None))
    if kept[0] != key:
        try:
            kept = (key, desk.visit(store, own, user=ui_data.user()))
        except MatcherError:
            kept = (key, None)
        st.session_state["visit"] = kept
    return kept[1]


def first_visit() -> bool:
    """Whether this name has never looked at the list on an earlier day."""
    made = visit()
    return made is None or made.before is None


def unseen() -> frozenset[str]:
    """References of the calls that are new or changed since this user's visit before."""
    made, store = visit(), ui_data.store()
    if made is None:
        return frozenset()
    return _unseen(store, made, ui_data.settings().database, made.before_run, store.revision("runs"))


def views() -> list[SavedView]:
    """The saved views of the region."""
    own, store = ui_data.settings(), ui_data.store()
    return _views(store, own, own.database, own.region, store.revision("shelf"))


def lists() -> list[Shortlist]:
    """The named lists of the region."""
    own, store = ui_data.settings(), ui_data.store()
    return _lists(store, own, own.database, own.region, store.revision("shelf"))


def put_on_list(calls: Sequence[Call], name: str, chosen: int | None) -> Shortlist | None:
    """Put calls on the list of a name, a new one unless it is there, else on the chosen one; None if neither is said.

    Raises MatcherError.
    """
    wanted = " ".join(name.split())
    there = {one.name.casefold(): one for one in lists()}
    old = there.get(wanted.casefold()) if wanted else next((one for one in lists() if one.id == chosen), None)
    if old is not None:
        return desk.add_to_shortlist(ui_data.store(), shortlist=old, calls=calls, by=ui_data.user())
    if not wanted:
        return None
    return desk.create_shortlist(ui_data.store(), ui_data.settings(), name=wanted, by=ui_data.user(), calls=calls)


def recipients() -> list[desk.Recipient]:
    """The roles to which calls are handed on."""
    own = ui_data.settings()
    return _recipients(own, str(own.region_folder))


def roles(office: str) -> frozenset[str]:
    """The names, in every language, under which calls are handed on to a town; none where the file cannot be read."""
    try:
        known = recipients() if office else []
    except MatcherError:
        return frozenset()
    return frozenset(name for one in known if one.place == office for name in one.names.values())


def offices() -> Mapping[str, str]:
    """Names of the towns by key, for which people look and decide; none where the region's file cannot be read."""
    own = ui_data.settings()
    try:
        return _offices(own, str(own.region_folder))
    except MatcherError:
        return {}


def mission_city(office: str) -> bool | None:
    """Whether a town is a Mission City; None for the region as a whole and where the region's file does not say."""
    own = ui_data.settings()
    try:
        return _mission_cities(own, str(own.region_folder)).get(office)
    except MatcherError:
        return None


@st.cache_resource(show_spinner=False, max_entries=4)
def _mission_cities(_settings: Settings, folder: str) -> Mapping[str, bool]:
    return towns.mission_cities(desk.places(_settings))


@st.cache_resource(show_spinner=False, max_entries=16)
def _unseen(_store: desk.Store, _visit: Visit, database: str, run: int, revision: int) -> frozenset[str]:
    return desk.unseen(_store, visit=_visit)


@st.cache_resource(show_spinner=False, max_entries=4)
def _views(_store: desk.Store, _settings: Settings, database: str, region: str, revision: int) -> list[SavedView]:
    return desk.views(_store, _settings)


@st.cache_resource(show_spinner=False, max_entries=4)
def _lists(_store: desk.Store, _settings: Settings, database: str, region: str, revision: int) -> list[Shortlist]:
    return desk.shortlists(_store, _settings)


@st.cache_resource(show_spinner=False, max_entries=4)
def _recipients(_settings: Settings, folder: str) -> list[desk.Recipient]:
    return desk.recipients(_settings)


@st.cache_resource(show_spinner=False, max_entries=4)
def _offices(_settings: Settings, folder: str) -> Mapping[str, str]:
    towns = sorted(desk.places(_settings), key=lambda place: place.name)
    return {place.key: place.name for place in towns}
