"""Coverage: what the strategy finds at present, when nothing is due, and what fits no priority."""

import streamlit as st

from matcher import ui, ui_coverage, ui_report, words

ui.header(ui.say("coverage.title"), lead=ui.say("coverage.lead"))
table = ui_coverage.found()
day = words.day(ui.today(), ui.language())
st.caption(ui.md_escape(ui.say("coverage.scope", n=words.number(len(table), ui.language()), day=day)))
parts = {
    "matrix": ui_coverage.matrix,
    "months": ui_coverage.months,
    "pipeline": ui_coverage.pipeline,
    "blind": ui_coverage.blind,
    "overlap": ui_coverage.overlap,
    "trend": lambda _: ui_report.trend(),
    "export": ui_report.report,
}
labels = [ui.say(f"coverage.tab.{name}") for name in parts]
tabs = st.tabs(labels, on_change="rerun", key=f"coverage_tabs_{ui.language()}")
for tab, draw in zip(tabs, parts.values(), strict=True):
    if tab.open:
        with tab, ui.errors():
            draw(table)
