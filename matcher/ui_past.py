"""Looking back, on the page "Data": the list of a past day as it was seen then, and why a call stood where it did."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_past_list, ui_why, words
from matcher.model import Call
from matcher.views import shortlist

MOST = 200
HEIGHT = 460
"""Pixels."""
NAMES = ("rank", "score", "priority", "title", "deadline", "state", "now_rank", "identifier")


def follow(tabs: str) -> None:
    """Open this part (in the tabs with the key `tabs`) when the address asks for a day, once for each address."""
    asked = st.query_params.get("past")
    if asked is None or st.session_state.get("past_followed") == asked:
        return
    st.session_state["past_followed"] = asked
    st.session_state[tabs] = ui.say("data.tab.past")
    with suppress(ValueError):
        st.session_state["past_day"] = date.fromisoformat(asked)


def link(call: Call) -> None:
    """From a call to where it stood a week ago; nothing where there is no past."""
    day = ui.actual_today() - timedelta(days=7)
    first = next((run for run in reversed(ui.runs()) if run.state == "published" and run.scope == "live"), None)
    if first is None:
        return
    begun = first.recorded_on or first.started.astimezone(ui.BRUSSELS).date()
    if begun < ui.actual_today():
        st.page_link(
            ui.page("data"), label=ui.say("past.link"), icon=":material/history:",
            query_params={"past": max(day, begun).isoformat(), "call": call.reference},
        )  # fmt: skip


def past() -> None:
    """Day, list and reasons. Nothing here can be changed."""
    first, spoken = desk.first_day(ui.store()), ui.language()
    last = ui.actual_today() - timedelta(days=1)
    st.caption(ui.md_escape(ui.say("past.lead")))
    if first is None or first > last:
        ui.notice(ui.say("past.none"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="past_controls"):
        wanted = st.session_state.get("past_day") or last - timedelta(days=27)
        st.session_state["past_day"] = min(max(wanted, first), last)
        day = st.date_input(ui.say("past.day"), max_value=last, format="DD.MM.YYYY", key="past_day", width=160)
        narrow = bool(st.session_state.get("narrow"))
        name = "past_view_narrow" if narrow else "past_view"
        st.session_state.setdefault(name, "list" if narrow else "table")
        view = st.segmented_control(
            ui.say("matches.view"), ["table", "list"], key=name, required=True,
            format_func=lambda v: ui.say(f"matches.views.{v}"),
        )  # fmt: skip
        todays = st.toggle(ui.say("past.todays"), key="past_todays", help=ui.say("past.todays_help"))
    if not isinstance(day, date):
        return
    if day < first:
        ui.notice(ui.say("past.early", day=words.day(day, spoken), first=words.day(first, spoken)))
        return
    seen, table = _list(day, todays)
    _say_what(seen, todays)
    shown, total = table.head(MOST), words.number(len(table), spoken)
    if len(table) > MOST:
        st.markdown(ui.md_escape(ui.say("past.count", n=total, shown=words.number(MOST, spoken))))
    else:
        st.markdown(ui.md_escape(ui.say("past.count_all", n=total)))
    labels = {p.key: p.labels for p in seen.profile.priorities}
    now = dict(zip(*(_now()[name] for name in ("reference", "rank")), strict=True))
    place = f"{day.isoformat()}_{todays}"
    if view == "list":
        # As high as the table, so that the reasons below are in sight; the list stays as it is when one is pressed.
        with st.container(height=HEIGHT, key="past_scroll"):
            reference = ui_past_list.draw(shown, labels, now, day, f"past_list_{place}")
    else:
        chosen = _draw(shown, labels, now, f"past_table_{place}")
        reference = str(shown["reference"].iloc[chosen]) if chosen is not None else None
    reference = reference or st.query_params.get("call")
    if reference:
        _why(seen, table, reference)
    elif len(table):
        st.caption(ui.md_escape(ui.say("past.hint_list" if view == "list" else "past.hint")))


def _list(day: date, todays: bool) -> tuple[desk.Then, pd.DataFrame]:
    own, store = ui.settings(), ui.store()
    stamp = (
        own.database, own.region, own.ranker, store.revision("calls"), store.revision("profile"),
        store.revision("decisions"), ui.translations(),
    )  # fmt: skip
    seen = _then(store, own, day, todays, stamp)
    return seen, _table(seen, day, todays, (*stamp, ui.office(), ui.language()))


def _say_what(seen: desk.Then, todays: bool) -> None:
    spoken, used = ui.language(), seen.profile
    told = {
        "day": words.day(seen.day, spoken), "version": used.version, "saved": words.moment(used.at, spoken),
        "by": used.by or "–",
    }  # fmt: skip
    line = ui.say("past.line_todays" if todays else "past.line", **told)
    ui.notice(f"{ui.say('past.read_only')}. {line}")


def _draw(rows: pd.DataFrame, labels: dict[str, dict[str, str]], now: dict[str, int], key: str) -> int | None:
    """The list of that day; the position of the chosen row."""
    spoken = ui.language()
    shown = pd.DataFrame(
        {
            "rank": rows["rank"],
            "score": [round(score) for score in rows["score"]],
            "priority": [ui.short_label(labels.get(k, {}).get(spoken) or str(k or "")) for k in rows["priority"]],
            "title": rows["title"],
            "deadline": rows["deadline"],
            "state": [words.say(f"states.state.{state}", spoken) for state in rows["state"]],
            "now_rank": pd.array([now.get(reference) for reference in rows["reference"]], dtype="Int64"),
            "identifier": rows["identifier"],
        }
    )
    names = {name: ui.say(f"columns.{name}") for name in NAMES if name != "now_rank"}
    picked = st.dataframe(
        shown,
        hide_index=True,
        height=min(35 * len(shown) + 38, HEIGHT),
        selection_mode="single-row",
        on_select="rerun",
        column_config={
            **names,
            "rank": st.column_config.NumberColumn(ui.say("past.then_rank"), width="small"),
            "now_rank": st.column_config.NumberColumn(ui.say("past.now_rank"), width="small"),
            "score": st.column_config.NumberColumn(names["score"], width="small"),
            "title": st.column_config.TextColumn(names["title"], width="large"),
            "deadline": st.column_config.DateColumn(names["deadline"], format="DD.MM.YYYY", width="small"),
        },
        alt=ui.say("past.table_alt"),
        key=key,
    )
    chosen = picked["selection"]["rows"]
    return int(chosen[0]) if chosen else None


def _why(seen: desk.Then, table: pd.DataFrame, reference: str) -> None:
    """The reasons of that day, with where the call stands today."""
    spoken, day = ui.language(), words.day(seen.day, ui.language())
    rows = table[table["reference"] == reference]
    if not len(rows):
        ui.notice(ui.say("past.not_there", day=day))
        return
    row: Any = next(rows.itertuples(index=False))
    today = _now()
    now: Any = next(today[today["reference"] == reference].itertuples(index=False), None)
    st.subheader(ui.md_escape(ui.say("past.why", day=day)), anchor=False)
    st.markdown(f"**{ui.md_escape(row.title)}**")
    told = (
        ui.say("past.now_line", rank=words.number(now.rank, spoken), score=words.number(now.score, spoken))
        if now is not None
        else ui.say("past.now_gone")
    )
    st.markdown(
        ui.md_escape(
            ui.say(
                "past.why_line",
                rank=words.number(row.rank, spoken),
                score=words.number(row.score, spoken),
                grade=words.say(f"states.grade.{row.grade}", spoken),
                state=words.say(f"states.state.{row.state}", spoken),
                now=told,
            )
        )
    )
    found = desk.explain(seen.ranker, seen.profile, reference=reference, decisions=seen.decisions)
    ui.paper("past_why", ui_why.why(found, seen.profile))


def _now() -> pd.DataFrame:
    """The list of today, narrowed like that of then."""
    table = ui.table()
    hidden = [n.key for n in ui.profile().noise if not n.hidden]
    return _numbered(shortlist.narrow(table, shortlist.Filters(noise=tuple(hidden)))[0])


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with their place among those that are shown."""
    return table.assign(rank=range(1, len(table) + 1))


@st.cache_resource(show_spinner=False, max_entries=4)
def _then(_store: desk.Store, _settings: Any, day: date, todays: bool, stamp: tuple[object, ...]) -> desk.Then:
    return desk.then(_store, _settings, day=day, todays_profile=todays)


@st.cache_resource(show_spinner=False, max_entries=4)
def _table(_seen: desk.Then, day: date, todays: bool, stamp: tuple[object, ...]) -> pd.DataFrame:
    town, spoken = (str(part) for part in stamp[-2:])
    table = shortlist.build(
        _seen.ranker, _seen.profile, day, decisions=_seen.decisions, changes=_seen.changes, news=_seen.news,
        language=spoken, office=town or None,
    )  # fmt: skip
    shown = tuple(n.key for n in _seen.profile.noise if not n.hidden)
    return _numbered(shortlist.narrow(table, shortlist.Filters(noise=shown))[0])
