"""A page with a button and a number: what Streamlit and the browser take by themselves. The baseline of `pages`."""

import streamlit as st

st.session_state.setdefault("clicks", 0)


def count() -> None:
    st.session_state["clicks"] += 1


st.header("Empty page")
st.button("Click", on_click=count)
st.text(f"Clicked {st.session_state['clicks']} times")
