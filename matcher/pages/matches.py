"""The page "Calls": every call ranked for the region's priorities, filtered, decided on, taken along."""

import streamlit as st

from matcher import ui, ui_address, ui_bulk, ui_data, ui_filters, ui_list, ui_views
from matcher.views import limits, shortlist

board = ui_data.board()
choices = ui_filters.choices(board.facets)
ui_address.load(ui_filters.PAGE, choices)

asked = ui_filters.asked()
facets, table = board.facets, board.table
texts = ui.texts() if asked.search.strip() else None
found = shortlist.Found(facets, asked, texts)

ui.header(ui.say("pages.title.matches"))
ordered = found.listing(ui_filters.value("sort") or "score")
ui_list.toolbar(choices, ordered)
ui_views.panel(choices, facets)
counts = ui_list.counts(found)
ui_filters.sidebar(choices, counts, ui_views.news_of(facets, asked, texts))
ui_list.learning()
st.session_state["order"] = ordered.references
rows = ui_list.page_of(ordered)
ui_list.summary(ordered, rows, len(table), found.hidden, choices, counts["states"])
if len(ordered):
    opened = ui_list.draw(rows)
    ui_list.pager(ordered)
    ui_list.open_call(rows, opened)
else:
    ui_list.nothing(facets, asked, texts, choices)
if limit := limits.of_calls(ui.ranker().calls_, ui.language()):
    ui.notice(limit, kind="warning")
ui_bulk.bar(rows["reference"].tolist())
ui_address.save(ui_filters.PAGE, choices)
