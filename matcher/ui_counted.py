"""Choices whose labels change: with the counts they hold, with the language.

A browser keeps, and answers with, the label that it was shown; the server reads it by the labels that it drew last. A
count that changed in between makes the answer no option at all: Streamlit hands the text on as if it were the choice,
or forgets the choice. So every label that was shown is kept with its option, answers are read by these before anybody
sees them, and a choice whose label changed is sent to the browser again.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

LABELS, DRAWN, CHOSEN = "labels:", "drawn:", "chosen:"
MOST_LABELS = 1000


def one(label: str, names: Mapping[str, str], *, key: str, on_new: Callable[[], None], **more: Any) -> None:
    """A field with one choice. `names`: what the options are called now; `on_new`: once another is chosen."""
    tell(key, names)
    st.selectbox(
        label, list(names), key=key, format_func=lambda o: names.get(o, str(o)), on_change=_changed,
        args=(key, on_new), **more,
    )  # fmt: skip


def many(label: str, names: Mapping[str, str], *, key: str, on_new: Callable[[], None], **more: Any) -> None:
    """A field with any number of choices."""
    tell(key, names)
    # Without "select all": Enter would take every match and not the first.
    st.multiselect(
        label, list(names), key=key, format_func=lambda o: names.get(o, str(o)), on_change=_changed,
        args=(key, on_new), select_all=False, **more,
    )  # fmt: skip


def pills(label: str, names: Mapping[str, str], *, key: str, on_new: Callable[[], None], **more: Any) -> None:
    """Any number of choices, all in sight."""
    tell(key, names)
    st.pills(
        label, list(names), key=key, format_func=lambda o: names.get(o, str(o)), on_change=_changed,
        args=(key, on_new), selection_mode="multi", **more,
    )  # fmt: skip


def tell(key: str, names: Mapping[str, str]) -> None:
    """Before the field is drawn: keep its labels, and send the choice again if it is called otherwise now."""
    before: Mapping[str, str] = st.session_state.get(DRAWN + key) or {}
    if key in st.session_state:
        value = st.session_state[key]
        chosen = value if isinstance(value, list) else [value]
        if any(o in names and before.get(o, names[o]) != names[o] for o in chosen):
            st.session_state[key] = value
    if before != names:
        st.session_state[DRAWN + key] = dict(names)
        shown = {name: option for option, name in names.items()}
        older = {n: o for n, o in st.session_state.get(LABELS + key, {}).items() if n not in shown}
        st.session_state[LABELS + key] = dict([*older.items(), *shown.items()][-MOST_LABELS:])


def mend(fields: Mapping[str, Collection[str]]) -> None:
    """At the start of a run: each field, by its key, holds nothing but its options; an old label is read as what it
    meant, and where it meant nothing the last choice holds."""
    for key, options in fields.items():
        if key not in st.session_state:
            continue
        given = st.session_state[key]
        value = _meant(key, given)
        if isinstance(value, list):
            value = [o for o in dict.fromkeys(value) if o in options]
        elif value not in options:
            last = st.session_state.get(CHOSEN + key)
            value = last if last in options else next(iter(options), None)
        if value != given:
            st.session_state[key] = value
        st.session_state[CHOSEN + key] = value


def _meant(key: str, given: Any) -> Any:
    labels: Mapping[str, str] = st.session_state.get(LABELS + key) or {}
    return [labels.get(text, text) for text in given] if isinstance(given, list) else labels.get(given, given)


def _changed(key: str, on_new: Callable[[], None]) -> None:
    """The browser calls it a change, too, when only the label is another."""
    if _meant(key, st.session_state.get(key)) != st.session_state.get(CHOSEN + key):
        on_new()
