"""The page of one call."""

import streamlit as st

from matcher import ui

ui.header(ui.say("pages.title.call"))
st.text(st.query_params.get("call"))
