"""The look that a theme cannot set, and the one component that draws lists, facts and marked texts.

`paper` takes a tree of plain values and builds elements from a list of allowed tags; every text becomes a text node.
So no text of a call, a colleague or a file can become HTML, a link or an image. Styles use the theme's variables.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from matcher import words

_FOLDER = Path(__file__).parent / "look"
TYPED, DONE, TOWN = "typed_before", "typed_done", "town_by_hand"
LONGEST_TYPED, MOST_DONE, LONGEST_NAME = 2_000, 50, 40

ICON = (_FOLDER / "icon.svg").read_text("utf-8").strip()
_page = st.components.v2.component(
    "matcher_page", css=(_FOLDER / "page.css").read_text("utf-8"), js=(_FOLDER / "page.js").read_text("utf-8"),
    isolate_styles=False,
)  # fmt: skip
_paper = st.components.v2.component(
    "matcher_paper", css=(_FOLDER / "paper.css").read_text("utf-8"), js=(_FOLDER / "paper.js").read_text("utf-8")
)

Node = dict[str, Any] | str


def el(tag: str, *inside: Node | None, css: str = "", lang: str = "", **more: Any) -> Node:
    """An element for `paper`. `more`: href (https on europa.eu or a page of ours), open, pick, part, label …"""
    node: dict[str, Any] = {"tag": tag, "in": [part for part in inside if part is not None and part != ""]}
    if css:
        node["css"] = css
    if lang:
        node["lang"] = lang
    return {**node, **{name: value for name, value in more.items() if value is not None}}


def dress(language: str, usual: str) -> None:
    """Give the page its styles, tell browsers and screen readers its language, learn whether it is a phone, what
    name was typed and what town chosen here before. `usual`: the name of everybody who types none."""
    known = bool(st.session_state.get("narrow"))
    done = st.session_state.get(DONE, [])
    typed = str(st.session_state.get("user") or "").strip()
    name = "" if typed == usual else typed
    data = {"language": language, "narrow": known, "own": _own(language), "done": done, "name": name}
    data["town"] = st.session_state.get("office") or "" if st.session_state.get(TOWN) else None
    said = _page(
        key="look", data=data, on_narrow_change=_nothing, on_typed_change=_typed,
        on_name_change=partial(_named, usual), on_town_change=_settled,
    )  # fmt: skip
    st.session_state["narrow"] = known or bool(said.get("narrow"))


@cache
def _own(language: str) -> list[list[str]]:
    """What Streamlit's own widgets may show, in each other language, and the same in this one."""
    here = {key: text for key, text in words.messages(language).items() if key.startswith("own.")}
    others = [words.messages(other) for other in words.LANGUAGES if other != language]
    return [[other[key], text] for key, text in here.items() for other in others]


def _named(usual: str) -> None:
    """Take the name that this browser was given before, unless another one was typed since."""
    told = st.session_state["look"].get("name")
    if isinstance(told, str) and st.session_state.get("user") in (None, "", usual):
        st.session_state["user"] = " ".join(told.split())[:LONGEST_NAME] or usual


def _settled() -> None:
    """Take the town that was chosen in this browser before, unless the address or this session names one."""
    told = st.session_state["look"].get("town")
    if isinstance(told, str) and not st.session_state.get("office") and "office" not in st.query_params:
        st.session_state["office"] = told[:LONGEST_NAME]


def _typed() -> None:
    """Take what was typed on calls before the page was loaded anew: texts by the key of their field."""
    told = st.session_state["look"].get("typed")
    texts = told.items() if isinstance(told, dict) else ()
    st.session_state[TYPED] = {k: v for k, v in texts if isinstance(v, str) and len(v) <= LONGEST_TYPED}


def forget(name: str) -> None:
    """What was typed into the fields whose keys begin with `name` is saved or taken back."""
    done = st.session_state.get(DONE, [])
    st.session_state[DONE] = [*done[-MOST_DONE:], (done[-1][0] + 1 if done else 1, class_of(name))]


def class_of(name: str) -> str:
    """A key as Streamlit writes it into the class of an element."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", name.strip())


def paper(
    key: str,
    nodes: list[Node],
    *,
    on_open: Callable[[], None] | None = None,
    on_pick: Callable[[], None] | None = None,
) -> Any:
    """Draw `nodes`. The result has `open` (reference just clicked) and `picked` (list of ticked references)."""
    return _paper(
        key=key, data={"nodes": nodes}, on_open_change=on_open or _nothing, on_picked_change=on_pick or _nothing
    )


def _nothing() -> None:
    return None
