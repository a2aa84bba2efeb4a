"""Data: what was loaded when, how complete it is, what was refused, and what this tool does not cover."""

import streamlit as st

from matcher import ui, ui_past, ui_pull, words
from matcher.desk_clock import day_of
from matcher.ui_fill import completeness
from matcher.ui_history import history
from matcher.ui_state import changes, elsewhere, licence, own_list, storage

language = ui.language()
ui.header(ui.say("data.title"), lead=ui.say("data.lead"))
run = ui.last_run()

if run is None:
    ui.notice(f"{ui.say('data.now.empty_title')}. {ui.say('data.now.empty')}")
else:
    moment = run.finished or run.started
    day = run.recorded_on or day_of(moment)
    age = max(0, (ui.actual_today() - day).days)
    with st.container(horizontal=True, gap="medium", key="data_now"):
        count = ui.store().counts()["calls"]
        st.metric(
            ui.say("data.now.calls"),
            words.number(count, language),
            help=ui.say("data.now.calls_help"),
            width="content",
        )
        st.metric(ui.say("data.now.as_of"), words.day(day, language), width="content")
        st.metric(
            ui.say("data.now.age"),
            ui.plural("data.now.age_days", age) if age else ui.say("data.now.age_today"),
            width="content",
        )
        st.metric(ui.say("data.now.set"), ui.say(f"data.now.{run.scope}"), width="content")
    if run.scope != "live":
        shown = words.day(day, language)
        st.caption(ui.md_escape(ui.say(f"data.now.sentence_{run.scope}", day=shown)))
    ui_pull.last_words()
    if run.scope == "live" and age >= ui.STALE_DAYS:
        ui.notice(ui.say("data.now.sentence_old", n=words.number(age, language)), kind="warning")

with ui.errors():
    ui_pull.panel()

parts = {
    "history": history,
    "changes": changes,
    "past": ui_past.past,
    "fill": completeness,
    "sheet": own_list,
    "storage": storage,
    "limits": elsewhere,
    "licence": licence,
}
ui_past.follow(f"data_tabs_{language}")
tabs = st.tabs([ui.say(f"data.tab.{name}") for name in parts], on_change="rerun", key=f"data_tabs_{language}")
for tab, draw in zip(tabs, parts.values(), strict=True):
    if tab.open:
        with tab, ui.errors():
            draw()

st.page_link(ui.page("region"), label=ui.say("region.link"), icon=":material/add_location_alt:")
