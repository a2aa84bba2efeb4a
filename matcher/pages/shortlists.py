"""Shortlists: named lists of calls, ordered by hand, with their notes, changes, downloads and mail."""

import streamlit as st

from matcher import ui, ui_bulk_clash, ui_shortlist, ui_shortlists, ui_tracker

ui.header(ui.say("pages.title.shortlists"), lead=ui.say("shelf.lists.lead"))
ui_shortlists.told()
ui_bulk_clash.panel()
chosen = ui_shortlists.choose()
if chosen is not None:
    rows = ui_shortlist.rows_of(chosen)
    ui_shortlists.about(chosen)
    if chosen.entries:
        ui_shortlist.output(chosen, rows)
        left, right = st.columns([2, 1], gap="large")
        with left:
            ui_shortlist.entries(chosen, rows)
        with right:
            st.subheader(ui.say("shelf.lists.changes"), anchor=False)
            ui.paper("list_changes", ui_shortlist.changed(rows))
    else:
        ui.notice(ui.say("shelf.lists.empty"))
st.space("small")
ui_tracker.panel()
