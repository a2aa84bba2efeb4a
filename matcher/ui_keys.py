"""The keys with which calls are decided, and the line that names them. Streamlit keeps C and R for itself."""

import streamlit as st

from matcher import ui, words
from matcher.ledger import Discard, State

KEYS = {
    "shortlist": "I", "read": "P", "off_topic": "X", "undo": "Z", "next": "J", "previous": "K", "save": "Ctrl+Enter",
    "park": "B", "keep": "G", "cancel": "Esc",
}  # fmt: skip
QUICK = {"shortlist": State.SHORTLISTED, "read": State.READING, "off_topic": State.DISCARDED}
"""What one key says at once; a discarded call is off topic then."""


def name(what: str) -> str:
    """What the button of a quick decision is called."""
    if what == "off_topic":
        return words.say("states.discard.off topic", ui.language())
    return words.say(f"states.state.{QUICK[what]}", ui.language())


def holds(what: str, state: str | None, reason: str | None) -> bool:
    """Whether a quick decision is what was said already: then its button is the filled one."""
    return state == QUICK[what] and (state != State.DISCARDED or reason == Discard.OFF_TOPIC)


def line(*names: str) -> None:
    """One line below the buttons: each key and what it does."""
    told = [f"{_named(one)} {name(one) if one in QUICK else ui.say(f'shelf.keys.{one}')}" for one in names]
    st.caption(ui.md_escape(f"{ui.say('shelf.keys.title')} {' · '.join(told)}"))


def _named(what: str) -> str:
    return ui.say("own.save_key") if what == "save" else KEYS[what]
