"""Beside the list of news: the item in hand, read, decided with one or two clicks, handed on; then the next one."""

from typing import Any

import pandas as pd
import streamlit as st

from matcher import (
    desk,
    ui,
    ui_address,
    ui_call,
    ui_facts,
    ui_keys,
    ui_news,
    ui_news_decide,
    ui_news_glance,
    ui_news_stand,
    ui_rows,
    ui_why,
    words,
)  # fmt: skip
from matcher.model import Call
from matcher.ui_look import Node, el
from matcher.ui_news_list import happened, rows_of
from matcher.views import news_rows


def draw(items: pd.DataFrame, place: int) -> str:
    """The item at `place` of the list. Returns which of its topics was just clicked: key and topic, or nothing."""
    item: Any = next(items.iloc[[place]].itertuples(index=False))
    reference = _topic(item)
    with st.container(key="news_panel"):
        with st.container(key="news_acts", gap="xsmall"):
            _way(items, place, reference)
            buttons = st.container(horizontal=True, vertical_alignment="center", key="news_decide", gap="xsmall")
            own = st.container()
            ui_news_decide.told(bool(st.session_state.get(f"news_forward_{item.key}")))
        mail = st.container(key="news_mail")
        clicked, together = _topics(item, reference) if len(item.references) > 1 else ("", [])
        to = ui_news_decide.way(items, place, together or [reference])
        with buttons:
            recipient = ui_news_decide.acts(item, reference, to, own)
        if recipient:
            with mail:
                ui_news_decide.forward(item, to, recipient)
        _read(item, ui.calls()[reference], reference, recipient)
        with st.container(key="news_keys"):
            known = ["shortlist", "read", "off_topic", "park", "undo", "next", "previous", "save"]
            known += ["keep"] if ui_news_decide.keepable(item, to) else []
            ui_keys.line(*known)
    return clicked


def _way(items: pd.DataFrame, place: int, reference: str) -> None:
    keys, numbers = list(items["key"]), (words.number(n, ui.language()) for n in (place + 1, len(items)))
    with st.container(horizontal=True, vertical_alignment="center", key="news_way", gap="small"):
        for name, other in (("previous", place - 1), ("next", place + 1)):
            there = 0 <= other < len(keys)
            st.button(
                ui.say(f"news.act.{name}"), key=f"news_{name}", type="tertiary", disabled=not there,
                shortcut=ui_keys.KEYS[name], on_click=_go, args=(keys[other] if there else "",),
            )  # fmt: skip
            if name == "previous":
                n, of = numbers
                st.caption(ui.md_escape(ui.say("news.act.place", n=n, of=of)), width="content")
        st.page_link(
            ui.page("call"), label=ui.say("news.act.open_page"), icon=":material/open_in_full:",
            query_params=ui_address.kept("call", call=reference),
        )  # fmt: skip
        with st.container(key="news_to_list", width="content"):
            st.markdown(f"[{ui.md_escape(ui.say('news.act.to_list'))}](#{ui_news.LIST})")


def _topic(item: Any) -> str:
    """Which call of the item is read: the one that was asked for, else the first open one."""
    asked = st.session_state.get("news_topic")
    if asked not in item.references:
        asked = next(iter(item.open), item.references[0])
        st.session_state["news_topic"] = asked
    return str(asked)


def _topics(item: Any, reference: str) -> tuple[str, list[str]]:
    """All topics of the item with what was said on them; the open ones that a decision shall hold for together.

    Offered are those alone that stand like the one that is read: unlike topics of a call are decided one by one.
    """
    rows, said = rows_of(list(item.references)), ui_news_stand.lasts()
    lines: list[Node] = []
    for one in item.references:
        title, stand = rows[one].title, ui_news_stand.together([one], said)
        shown = el("strong", title, lang="en") if one == reference else el(
            "a", title, lang="en", href=ui_rows.address(one), open=f"{item.key}{ui_news.BETWEEN}{one}"
        )  # fmt: skip
        lines.append(el("li", shown, el("span", f" · {stand}", css="small") if stand else ""))
    numbers = (item.references.index(reference) + 1, len(item.references))
    n, of = (words.number(number, ui.language()) for number in numbers)
    with st.container(key="news_topics", gap="xsmall"):
        result = ui.paper(
            "news_topics_of",
            [el("p", ui.say("news.topic_of", n=n, of=of), css="small"), el("ul", *lines, css="topics")],
        )
        alike = news_rows.alike(item.open, reference, rows)
        name = "all" if len(alike) == len(item.open) else "alike"
        every = len(alike) > 1 and st.checkbox(
            ui.say(f"news.act.{name}", n=words.number(len(alike), ui.language())), key=f"news_every_{item.key}"
        )
    return str(result.get("open") or ""), alike if every else []


def _read(item: Any, call: Call, reference: str, recipient: str) -> None:
    """What an officer asks first, why it fits, all facts, and the text."""
    row = ui_call.first(ui_call.row_of(reference))
    why = desk.explain(ui.ranker(), ui.profile(), reference=reference, decisions=ui.learned())
    mark = el("span", top=f"{ui.office()} {item.key} {reference} {recipient}", leave=not recipient)
    ui.paper("news_head", [*ui_news_glance.draw(call, row, happened(item, reference), why), mark])
    st.subheader(ui.say("news.act.why"), anchor=False)
    ui.paper("news_why", ui_why.why(why))
    st.subheader(ui.say("news.act.facts"), anchor=False)
    ui.paper("news_facts", [*ui_facts.facts(call), *ui_facts.links(call)])
    with st.expander(ui.say("news.act.text"), key=f"news_text_{reference}"):
        ui.paper("news_text", ui_why.text(call, ui_why.spellings(why)))


def _go(key: str) -> None:
    st.session_state[ui_news.key("item")] = key
    st.session_state["news_topic"] = ""
