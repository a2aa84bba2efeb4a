"""Calls that were kept in another state: a list of the interesting ones says how many, and leads to them."""

from collections.abc import Mapping

import streamlit as st

from matcher import ui, ui_filters
from matcher.ledger import State
from matcher.views.filters import KEPT, KEPT_STATES


def line(found: Mapping[str, int]) -> None:
    """Where interesting calls are asked for: how many others were kept, in another state.

    `found`: how many calls each state has among those that pass all other filters.
    """
    chosen = ui_filters.value("state") or []
    if State.SHORTLISTED not in chosen or KEPT in chosen:
        return
    further = sum(found.get(state, 0) for state in KEPT_STATES if state not in chosen)
    if further:
        with st.container(horizontal=True, vertical_alignment="center", key="kept_too"):
            st.caption(ui.plural("matches.kept_too", further), width="content")
            st.button(ui.say("matches.kept_show"), key="kept_show", type="tertiary", on_click=_show_kept)


def _show_kept() -> None:
    st.session_state[ui_filters.key("state")] = [KEPT]
    ui_filters.first_page()
