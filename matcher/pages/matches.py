"""The page "Calls": every call ranked for the region's priorities, filtered, decided on, taken along."""

import streamlit as st

from matcher import ui, ui_address, ui_bulk, ui_filters, ui_list, ui_views
from matcher.views import shortlist

table = ui.table()
choices = ui_filters.choices(table)
ui_address.load(ui_filters.PAGE, choices)

asked = ui_filters.asked()
if asked.applicants:
    table = ui.table(eligibility=True)
texts = ui.texts() if asked.search.strip() else None
found, hidden = shortlist.narrow(table, asked, texts)
counts = shortlist.counts(table, asked, texts)

ui.header(ui.say("pages.title.matches"))
ordered = shortlist.order(found, ui_filters.value("sort") or "score")
ui_list.toolbar(choices, ordered)
ui_views.panel(choices, table)
ui_filters.sidebar(choices, ui_list.with_noise(counts, table), ui_views.news_of(table, asked, texts))
st.session_state["order"] = list(ordered["reference"])
rows = ui_list.page_of(ordered)
ui_list.summary(ordered, rows, len(table), hidden, choices)
if len(ordered):
    chosen, opened = ui_list.draw(rows)
    ui_list.pager(ordered)
    ui_list.open_call(rows, opened)
    ui_bulk.bar(rows.iloc[chosen])
else:
    ui_list.nothing(asked, choices)
ui_address.save(ui_filters.PAGE, choices)
