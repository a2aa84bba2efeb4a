"""A script for Streamlit that shows every hostile string through `md_escape`, to be read letter for letter."""

import streamlit as st

from matcher.ui_text import md_escape
from tests import hostile

# Signs that Streamlit turns into others although they are escaped.
TURNED = (
    ":streamlit:",
    "a -> b",
    "a <- b",
    "a -- b",
    "a --- b",
    ">= <= ~= !=",
    "a --> b",
    ":+1: :smile:",
    "$x$ -> $y$",
)
ADDRESS = "http://127.0.0.1:9"


def texts() -> list[str]:
    return [*TURNED, *hostile.strings(1000, ADDRESS)]


if __name__ == "__main__":
    st.header("texts")
    for number, text in enumerate(texts()):
        with st.container(key=f"text_{number}_end"):
            st.markdown(md_escape(text))
    st.subheader("end")
