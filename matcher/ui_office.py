"""For which town (or the region as a whole) this session looks and decides; the address says so too."""

import streamlit as st

from matcher import ui_data, ui_keep
from matcher.ui_look import TOWN
from matcher.ui_text import md_escape, plain

KEY, ADDRESS = "office", "office"


def choose() -> None:
    """The choice in the sidebar. An address that names a town sets it once; without one the session's own stays."""
    towns = {"": ui_data.say("shelf.office.region")}
    towns |= {key: plain(name) for key, name in ui_keep.offices().items()}
    asked = st.query_params.get(ADDRESS)
    if asked in towns and asked != st.session_state.get("office_address"):
        st.session_state[KEY] = asked
    if st.session_state.get(KEY, "") not in towns:
        st.session_state[KEY] = ""
    st.selectbox(
        ui_data.say("shelf.office.label"), list(towns), key=KEY, persist_state="session",
        help=ui_data.say("shelf.office.help"), format_func=lambda key: towns.get(key, key), on_change=_by_hand,
        filter_mode="contains",
    )  # fmt: skip
    chosen = ui_data.office()
    here = {ADDRESS: [chosen]} if chosen else {}
    st.session_state["address_everywhere"] = {**(st.session_state.get("address_everywhere") or {}), **here}
    if st.query_params.get_all(ADDRESS) != here.get(ADDRESS, []):
        if chosen:
            st.query_params[ADDRESS] = chosen
        else:
            st.query_params.pop(ADDRESS, None)
    st.session_state["office_address"] = st.query_params.get(ADDRESS)


def _by_hand() -> None:
    st.session_state[TOWN] = True


def line() -> None:
    """For which town decisions hold, or that they hold for the region as a whole."""
    chosen = ui_data.office()
    if chosen:
        told = ui_data.say("shelf.office.shown", name=ui_keep.offices().get(chosen, chosen))
        st.caption(f":material/location_city: **{md_escape(told)}**", width="content")
    else:
        st.caption(f":material/public: {md_escape(ui_data.say('shelf.office.shown_region'))}", width="content")
