"""The lines below an error: what the session's language has words for as text, the rest folded away and labelled."""

import streamlit as st

from matcher import words
from matcher.ui_text import md_escape, plain
from matcher.views.wrong import Wrong


def draw(wrong: Wrong, language: str) -> None:
    """Sentences first; what is known in English only opens with a click."""
    for line in wrong.said:
        st.caption(md_escape(line))
    if wrong.raw:
        with st.expander(words.say("pages.error_detail", language), type="compact"):
            st.text("\n".join(plain(line) for line in wrong.raw))
