"""The page "Call": the facts in the officer's order, why it fits, its text, and what the office says about it."""

import streamlit as st

from matcher import desk, ui, ui_beside, ui_call, ui_decide, ui_facts, ui_forward, ui_past, ui_rows, ui_why
from matcher.views import limits

call = ui_call.asked()
if call is not None:
    ways = ui_call.way(call.reference)
    row = ui_call.row_of(call.reference)
    said = ui_rows.cells(ui_call.first(row), ui.language(), {p.key: ui.short(p.key) for p in ui.profile().priorities})
    found = desk.explain(ui.ranker(), ui.profile(), reference=call.reference, decisions=ui.learned())
    decisions = ui.store().decisions(call.reference)

    ui.paper("head", [*ui_facts.head(call, ui_call.first(row), said), ui_call.top(call.reference)])
    ui.state_line()
    with st.container(key="call_sides"):
        reading, side = st.columns([2, 1], gap="large")
    with reading:
        ui.paper("facts", ui_facts.facts(call))
        ui_beside.own_share(call)
        st.subheader(ui.say("call.why"), anchor=False)
        st.caption(ui.say("call.why_help"))
        ui.paper("why", ui_why.why(found))
        for line in limits.of_call(ui.ranker(), call, ui.language()):
            st.caption(ui.md_escape(line))
        st.subheader(ui.say("call.text"), anchor=False)
        ui.paper("text", ui_why.text(call, ui_why.spellings(found)))
    with side:
        ui_decide.panel(call, decisions, ways)
        st.subheader(ui.say("facts.links"), anchor=False)
        ui.paper("links", ui_facts.links(call))
        ui_forward.panel(call, row)
        st.subheader(ui.say("call.changes"), anchor=False)
        ui.paper("changes", ui_call.changed(call))
        ui_past.link(call)
        st.subheader(ui.say("call.history"), anchor=False)
        ui.paper("history", ui_decide.history(decisions))
        ui_beside.similar(call)
