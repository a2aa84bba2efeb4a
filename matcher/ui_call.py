"""The frame of the page "Call": which call, the way through the list, what changed."""

from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_address, ui_keys, words
from matcher.errors import InputError
from matcher.model import Call
from matcher.ui_look import Node, el
from matcher.views import changes as changes_view
from matcher.views import shortlist

PAGE = "call"


def asked() -> Call | None:
    """The call of the address; None (and words on the page) if there is none, or several share the identifier."""
    name = st.query_params.get("call", "")
    try:
        found = desk.find(ui.ranker(), name) if name else []
    except InputError:
        found = []
    if len(found) == 1:
        return found[0]
    ui.header(ui.say("pages.title.call"))
    if found:
        st.markdown(ui.md_escape(ui.say("call.several", name=name)))
        for call in found:
            query = ui_address.kept(PAGE, call=call.reference)
            day = words.day(call.opens, ui.language())
            st.page_link(ui.page("call"), label=ui.md_escape(f"{call.title} ({day})"), query_params=query, icon="")
        return None
    ui.notice(ui.say("call.unknown", name=name) if name else ui.say("call.none"), kind="warning")
    _back()
    return None


def row_of(reference: str) -> pd.DataFrame:
    """The call's row of the shortlist, with its matched words."""
    table = ui.table()
    one = table[table["reference"] == reference].reset_index(drop=True)
    told = shortlist.reasons(one, ui.ranker(), ui.profile(), ui.learned())
    told.attrs = table.attrs
    return told


def way(reference: str) -> list[str]:
    """Back to the list as it was left, and the neighbours in its order; which of the two there are."""
    order: list[str] = st.session_state.get("order") or []
    place = order.index(reference) if reference in order else None
    with st.container(horizontal=True, vertical_alignment="center", key="way"):
        _back()
        st.space("stretch")
        if place is None:
            return []
        spoken, found = ui.language(), []
        for name, other in (("previous", place - 1), ("next", place + 1)):
            if name == "next":
                numbers = {"n": words.number(place + 1, spoken), "of": words.number(len(order), spoken)}
                st.caption(ui.md_escape(ui.say("call.place", **numbers)), width="content")
            there = 0 <= other < len(order)
            found += [name] if there else []
            # Not a link: one to the page on the screen leaves the address in the browser as it is.
            st.button(
                ui.say(f"call.{name}"), disabled=not there, key=f"way_{name}", type="tertiary", on_click=_go,
                args=(order[other] if there else reference,), shortcut=ui_keys.KEYS[name],
            )  # fmt: skip
    return found


def top(reference: str) -> Node:
    """The mark by which the page begins another call at its top, where a key led to it from further down."""
    return el("span", top=reference)


def changed(call: Call) -> list[Node]:
    """What pulls found changed in this call, newest first."""
    own = [change for change in ui.changes() if change.reference == call.reference]
    if not own:
        return [el("p", ui.say("call.no_changes"), css="muted small")]
    spoken = ui.language()
    lines = [
        el("li", el("span", words.day(change.on, spoken), css="muted"), " ",
           changes_view.sentence(change, spoken, call.budget.currency))
        for change in sorted(own, key=lambda c: c.on, reverse=True)
    ]  # fmt: skip
    return [el("ul", *lines, css="changes")]


def first(row: pd.DataFrame) -> Any:
    """The only row as a named tuple."""
    return next(row.itertuples(index=False))


def _go(reference: str) -> None:
    st.query_params["call"] = reference


def _back() -> None:
    name = ui.came_from()
    key = f"call.back_{name}" if words.has(f"call.back_{name}", ui.language()) else "call.back"
    st.page_link(
        ui.page(name), label=ui.say(key), icon=":material/arrow_back:", query_params=ui_address.kept(name)
    )  # fmt: skip
