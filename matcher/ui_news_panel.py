"""Beside the list of news: the item in hand, read, decided with one or two clicks, handed on; then the next one."""

from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_call, ui_clash, ui_facts, ui_forward, ui_news, ui_news_decide, ui_rows, ui_why, words
from matcher.model import Call
from matcher.ui_look import el
from matcher.ui_news_list import happened, rows_of


def draw(items: pd.DataFrame, place: int) -> None:
    """The item at `place` of the list."""
    item: Any = next(items.iloc[[place]].itertuples(index=False))
    rows = rows_of(list(item.references))
    with st.container(key="news_panel"):
        with st.container(key="news_acts"):
            ui_news_decide.told()
            _way(items, place)
            reference = _topic(item, rows)
            ui_news_decide.acts(items, place, item, reference)
        _read(item, ui.calls()[reference], reference)


def _way(items: pd.DataFrame, place: int) -> None:
    keys, numbers = list(items["key"]), (words.number(n, ui.language()) for n in (place + 1, len(items)))
    with st.container(horizontal=True, vertical_alignment="center", key="news_way"):
        for name, other, shortcut in (("previous", place - 1, "V"), ("next", place + 1, "N")):
            there = 0 <= other < len(keys)
            st.button(
                ui.say(f"news.act.{name}"), key=f"news_{name}", type="tertiary", disabled=not there,
                shortcut=shortcut, on_click=_go, args=(keys[other] if there else "",),
            )  # fmt: skip
            if name == "previous":
                n, of = numbers
                st.caption(ui.md_escape(ui.say("news.act.place", n=n, of=of)), width="content")


def _topic(item: Any, rows: dict[str, Any]) -> str:
    """Which call of the item is read; of several the person chooses."""
    if len(item.references) == 1:
        return str(item.references[0])
    name = f"news_topic_{item.key}"
    asked = st.session_state.pop("news_topic_asked", None)
    if asked in item.references:
        st.session_state[name] = asked
    titles = {reference: ui.plain(rows[reference].title) for reference in item.references}
    return str(
        st.selectbox(
            ui.say("news.act.topic"), list(titles), format_func=lambda r: titles[r], key=name,
            label_visibility="collapsed",
        )
    )  # fmt: skip


def _read(item: Any, call: Call, reference: str) -> None:
    """What happened, the facts, the mail, why, and the text."""
    row = ui_call.row_of(reference)
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    # What happened stands above the title already.
    said = ui_rows.cells(ui_call.first(row), ui.language(), shorts)._replace(news="")
    why = desk.explain(ui.ranker(), ui.profile(), reference=reference, decisions=ui.decisions())
    ui.paper("news_head", [el("p", el("strong", happened(item, reference)), css="happened"),
                           *ui_facts.head(call, ui_call.first(row), said)])  # fmt: skip
    newest = max((d.id or 0 for d in ui.decisions()), default=0)
    st.session_state[ui_clash.SEEN] = ((reference, ui.office()), newest)
    ui_forward.panel(call, row)
    ui.paper("news_facts", [*ui_facts.facts(call), *ui_facts.links(call)])
    st.subheader(ui.say("news.act.why"), anchor=False)
    ui.paper("news_why", ui_why.why(why))
    with st.expander(ui.say("news.act.text"), key=f"news_text_{reference}"):
        ui.paper("news_text", ui_why.text(call, ui_why.spellings(why)))


def _go(key: str) -> None:
    st.session_state[ui_news.key("item")] = key
