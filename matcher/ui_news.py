"""The frame of the page "What is new": since when, which item is in hand, what to do without news."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from matcher import ui, ui_address, ui_keep, words
from matcher.ledger import Change, Decision
from matcher.ui_address import Choice
from matcher.views import news
from matcher.words import BRUSSELS

PAGE = "news"
PERIODS = ("visit", "7", "14", "30", "day")
LONG = 30
PER_PAGE = 60
# Where the list begins, for the way to it on a phone.
LIST = "liste"
# Between the key of an item and the reference of one of its topics.
BETWEEN = "#"


class Period(NamedTuple):
    """From which day on; of changes only those that a pull after number `run` found."""

    since: date
    run: int = 0


def choices() -> dict[str, Choice]:
    """What stands in the address of the page."""
    return {
        "since": Choice("7" if ui_keep.first_visit() else "visit", PERIODS),
        "from": Choice(""),
        "all": Choice(False),
        "item": Choice(""),
    }


def key(name: str) -> str:
    """The key under which the session keeps a choice."""
    return f"{PAGE}_{name}"


def period() -> Period:
    """The period that was asked for."""
    asked, today = st.session_state.get(key("since")), ui.today()
    if asked == "day":
        return Period(_day())
    if asked in ("7", "14", "30"):
        return Period(today - timedelta(days=int(asked)))
    visit = ui_keep.visit()
    if visit is None or visit.before is None:
        return Period(today - timedelta(days=7))
    later = [run for run in ui.runs() if run.state == "published" and (run.id or 0) > visit.before_run]
    days = [run.recorded_on or run.started.astimezone(BRUSSELS).date() for run in later]
    return Period(min([visit.before.astimezone(BRUSSELS).date(), *days]), visit.before_run)


def found(asked: Period, everything: bool | None = None) -> news.News:
    """The news of the period for the office of this session; `everything`: also those that concern no field."""
    if everything is None:
        everything = bool(st.session_state.get(key("all")))
    own, store = ui.settings(), ui.store()
    stamp = (
        own.database, own.ranker, store.revision("calls"), ui.profile().version, store.revision("decisions"),
        ui.translations(), ui.today(), ui.office(), ui.language(), asked, everything,
    )  # fmt: skip
    return _found(ui.table(), ui.changes(), ui.decisions(), stamp)


def steady(items: pd.DataFrame, asked: Period) -> pd.DataFrame:
    """The items in the order in which this session first saw them: a decision teaches the ranking, but moves nothing
    under the eyes of who decides."""
    runs = ui.store().revision("runs")
    stamp = (ui.settings().database, runs, asked, ui.office())
    kept: tuple[object, list[str]] = st.session_state.get("news_order", (None, []))
    before = kept[1] if kept[0] == stamp else []
    place = {name: at for at, name in enumerate(before)}
    order = sorted(range(len(items)), key=lambda at: (place.get(items["key"].iloc[at], len(place)), at))
    found = items.iloc[order].reset_index(drop=True)
    st.session_state["news_order"] = (stamp, list(found["key"]))
    return found


def start_of_all() -> date:
    """The first day of the longest period."""
    return ui.today() - timedelta(days=LONG)


def controls() -> Any:
    """Since when; a day of one's own choice. Returns the line they stand on."""
    line = st.container(horizontal=True, vertical_alignment="center", key="news_controls")
    with line:
        st.markdown(ui.md_escape(ui.say("news.since")), width="content")
        st.segmented_control(
            ui.say("news.since"), list(PERIODS), key=key("since"), required=True, label_visibility="collapsed",
            format_func=_named, on_change=_afresh,
        )  # fmt: skip
        if st.session_state.get(key("since")) == "day":
            st.date_input(
                ui.say("news.day"), value=_day(), max_value=ui.today(), format="DD.MM.YYYY", key="news_day",
                width=160, label_visibility="collapsed", on_change=_take_day,
            )  # fmt: skip
    return line


def _named(name: str) -> str:
    """A period in words; the last visit with its day, where there was one."""
    visit = ui_keep.visit()
    if name == "visit" and visit is not None and visit.before is not None:
        return ui.say("news.period.visit_on", day=_near(visit.before))
    return ui.say(f"news.period.{name}")


def _near(at: datetime) -> str:
    return words.near_day(at.astimezone(BRUSSELS).date(), ui.today(), ui.language())


def place(items: pd.DataFrame) -> int:
    """Which item is in hand: the one of the address, else the first open one, else the first.

    Who comes to the page with an item that is done, from a bookmark or another page, gets the first open one; so does
    who now looks for another town.
    """
    keys, asked = list(items["key"]), str(st.session_state.get(key("item")) or "")
    first = next((at for at, waiting in enumerate(items["open"]) if waiting), 0)
    found = keys.index(asked) if asked in keys else first
    before = (st.session_state.get("page_before"), st.session_state.get("news_office"))
    if before != (PAGE, ui.office()) and not items["open"].iloc[found]:
        found = first
    st.session_state["news_office"] = ui.office()
    st.session_state[key("item")] = keys[found]
    return found


def sides() -> tuple[Any, Any]:
    """Where the list and the item in hand stand: beside each other; on a phone the styles put the item first.

    The same elements for both: where they differ, the first run on a phone shows everything twice for a moment.
    """
    with st.container(key="news_sides"):
        left, right = st.columns([9, 11], gap="medium")
    with left, st.container(key="news_list_title"):
        st.subheader(ui.say("news.region"), anchor=LIST)
    return left, right


def follow(clicked: str) -> None:
    """Take the item (and topic) in hand that was clicked in the list."""
    if clicked:
        item, _, topic = clicked.partition(BETWEEN)
        st.session_state[key("item")] = item
        st.session_state["news_topic"] = topic
        st.rerun()


def nothing(asked: Period) -> None:
    """Why there is nothing to read and what to do, by what is loaded."""
    last, spoken = ui.last_run(), ui.language()
    live = [run for run in ui.runs() if run.state == "published" and run.scope == "live" and run.source != "sheet"]
    if last is not None and not live:
        day = words.day(last.recorded_on or (last.finished or last.started).astimezone(BRUSSELS).date(), spoken)
        name, told = "demo", ui.say("news.empty.demo", day=day)
        title = ui.say("news.empty.demo_title")
    elif len(live) == 1:
        first = live[0]
        day = words.day(first.recorded_on or (first.finished or first.started).astimezone(BRUSSELS).date(), spoken)
        name, told = "baseline", ui.say("news.empty.baseline", day=day)
        title = ui.say("news.empty.baseline_title")
    else:
        name, told = "none", ui.say("news.empty.none")
        title = ui.say("news.empty.none_title", day=words.day(asked.since, spoken))
    with st.container(border=True, key=f"news_empty_{name}"):
        st.subheader(ui.md_escape(title), anchor=False)
        st.markdown(ui.md_escape(told))
        with st.container(horizontal=True):
            if name == "none" and (ui.today() - asked.since).days < LONG:
                st.button(ui.say("news.earlier_show"), key="news_longer", type="primary", on_click=longer)
            st.page_link(ui.page("data"), label=ui.say("news.empty.to_data"), icon=":material/database:")
            st.page_link(
                ui.page("matches"), label=ui.say("news.empty.to_matches"), icon=":material/list:",
                query_params=ui_address.kept("matches"),
            )  # fmt: skip


def longer() -> None:
    """Take the longest period, from its first open item on."""
    st.session_state[key("since")] = "30"
    _afresh()


def _afresh() -> None:
    """Another period: begin with its first open item."""
    st.session_state[key("item")] = ""
    st.session_state["news_topic"] = ""


def _day() -> date:
    try:
        return min(date.fromisoformat(str(st.session_state.get(key("from")) or "")), ui.today())
    except ValueError:
        return ui.today() - timedelta(days=LONG)


def _take_day() -> None:
    chosen = st.session_state.get("news_day")
    if isinstance(chosen, date):
        st.session_state[key("from")] = chosen.isoformat()
    _afresh()


@st.cache_resource(show_spinner=False, max_entries=12)
def _found(
    _table: pd.DataFrame, _changes: Sequence[Change], _decisions: Sequence[Decision], stamp: tuple[object, ...]
) -> news.News:
    town, spoken, asked, everything = stamp[-4:]
    assert isinstance(town, str) and isinstance(spoken, str) and isinstance(asked, Period)
    later = [change for change in _changes if change.run is None or change.run > asked.run]
    return news.build(
        _table, later, asked.since, spoken, fitting=not everything, closed=False, decisions=_decisions,
        office=town or None, roles=ui_keep.roles(town),
    )  # fmt: skip
