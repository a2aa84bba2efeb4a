"""Quality: how good the order is, by judged calls, by the offices' decisions, by a blind sample from far down."""

import streamlit as st

from matcher import ui, ui_audit, ui_quality

ui.header(ui.say("quality.title"), lead=ui.say("quality.lead"))
parts = {
    "figures": ui_quality.figures,
    "misplaced": ui_quality.misplaced,
    "decisions": ui_quality.decisions,
    "audit": ui_audit.audit,
}
labels = [ui.say(f"quality.tab.{name}") for name in parts]
tabs = st.tabs(labels, on_change="rerun", key=f"quality_tabs_{ui.language()}")
for tab, draw in zip(tabs, parts.values(), strict=True):
    if tab.open:
        with tab, ui.errors():
            draw()
