"""The page "Calls": every call ranked for the region's priorities, filtered, decided on, taken along."""

import streamlit as st

from matcher import ui, ui_address, ui_calls, ui_data, ui_filters, ui_list, ui_views
from matcher.views import limits

board = ui_data.board()
choices = ui_filters.choices(board.facets)
ui_address.load(ui_filters.PAGE, choices)

shown = ui_calls.look(board, choices)
st.session_state[ui_calls.REST] = shown.rest
latest = ui_list.Latest(shown.ordered)

ui.header(ui.say("pages.title.matches"))
ui_list.toolbar(choices, latest)
ui_views.panel(choices, board.facets)
states = ui_filters.sidebar(choices, shown.counts, shown.news)
ui_list.learning()
ui_calls.part([shown], latest, states)
if limit := limits.of_calls(ui.ranker().calls_, ui.language()):
    ui.notice(limit, kind="warning")
