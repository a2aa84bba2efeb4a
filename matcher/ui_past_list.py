"""The list of a past day for keyboard, screen reader and phone: what its table says, every call a link of its own."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from matcher import ui, words
from matcher.ui_look import Node, el
from matcher.ui_rows import rows_of


def draw(
    rows: pd.DataFrame, labels: Mapping[str, Mapping[str, str]], now: Mapping[str, int], day: date, key: str
) -> str | None:
    """The rows in their order; the reference of the call that was pressed last in this list, None before that.

    `now`: today's place by reference. `labels`: those of that day's priorities by key and language.
    """
    nodes = [_item(row, labels, now.get(row.reference), day) for row in rows_of(rows)]
    pressed = ui.paper(key, [el("ol", *nodes, css="calls then")]).get("open")
    if pressed:
        st.session_state[f"{key}_pressed"] = str(pressed)
    asked: str | None = st.session_state.get(f"{key}_pressed")
    return asked if asked in set(rows["reference"]) else None


def _item(row: Any, labels: Mapping[str, Mapping[str, str]], now: int | None, day: date) -> Node:
    spoken = ui.language()
    points, rank = words.number(row.score, spoken), words.number(row.rank, spoken)
    field = ui.short_label(labels.get(row.priority, {}).get(spoken) or str(row.priority or ""))
    link = el("a", row.title, lang="en", href=_address(row.reference, day), open=row.reference)
    today = ui.say("past.rank_now", rank=words.number(now, spoken)) if now is not None else ui.say("past.rank_gone")
    return el(
        "li",
        el(
            "div",
            el("div", el("div", css="bar", part=float(row.score)), css="rail"),
            el("span", points, css="points"),
            css="score", hint=ui.say("past.points", points=points),
        ),
        el(
            "div",
            el("h3", f"{rank}. ", link),
            el(
                "p",
                el("span", field, css="chip") if field else "",
                el("span", words.day(row.deadline, spoken), css="fact") if row.deadline else "",
                el("span", today, css="fact"),
            ),
            el("p", el("span", row.identifier, lang="en"), css="small"),
            css="what",
        ),
        el(
            "div",
            el("span", words.say(f"states.state.{row.state}", spoken), css="tag state") if row.state != "new" else "",
            css="where",
        ),
    )  # fmt: skip


def _address(reference: str, day: date) -> str:
    """The address of this list with the reasons of a call below it, relative to this page."""
    safe = re.fullmatch(r"[\w.~-]+", reference, re.ASCII)
    return f"data?past={day.isoformat()}" + (f"&call={reference}" if safe else "")
