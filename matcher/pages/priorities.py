"""Priorities: what is looked for, edited as a draft with its effect beside it, saved as versions."""

import streamlit as st

from matcher import ui, ui_draft, ui_draft_bar, ui_editor, ui_fields, ui_file, ui_lab, ui_versions

ui.header(ui.say("priorities.title"), lead=ui.say("priorities.lead"))
# In a container of their own: a message that comes or goes then moves nothing below it to another place.
with st.container(), ui.errors():
    news = ui_draft.told()
    if news is not None:
        ui.notice(news[1], kind=news[0])
    drafts = st.container()
    ui_versions.conflict()
left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
with left:
    key = ui_editor.choose()
right.caption(ui.md_escape(ui_versions.version_line(ui.profile())))
names = {name: ui.say(f"priorities.tab.{name}") for name in ("edit", "versions", "file", "search", "fields")}
tabs = dict(zip(names, st.tabs(list(names.values()), key=ui_draft.tabs_key(), on_change="rerun"), strict=True))

faults: list[str] = []
with tabs["edit"], ui.errors():
    left, right = st.columns(2, gap="medium")
    with left:
        ui_lab.way_down()
        faults = ui_editor.draw(key)
    # Known only now: whether an edit just made has begun a draft.
    with drafts:
        ui_draft_bar.offer()
    with right:
        ui_lab.draw(key, ready=not faults)
with ui.errors():
    ui_draft_bar.bar(ui_lab.guard(), faults)
with tabs["versions"], ui.errors():
    ui_versions.versions()
with tabs["file"], ui.errors():
    ui_file.file()
with tabs["search"], ui.errors():
    ui_fields.search()
with tabs["fields"], ui.errors():
    ui_fields.fields(key)
