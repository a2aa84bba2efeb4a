"""Grids and lists of the page "Coverage": shades with their numbers, months by priority, calls to open."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from matcher import ui, ui_address, words
from matcher.views.coverage import ALL

SHOWN = 200
LEAST_WIDE = 90
TOUCHED = "coverage_touched"
# Of all of them the ink below is told apart well: 5 to 1 on the darkest.
SHADES, INK = ("#eef3f2", "#5fa3a1"), "#17262b"


def keys() -> list[str]:
    return [priority.key for priority in ui.profile().priorities if priority.active]


def field(key: str) -> str:
    return ui.say("coverage.all") if key == ALL else ui.short(key)


def column_of(key: str) -> Any:
    """A column of a field, as wide as its name: a name that is cut is read wrongly."""
    name = field(key)
    return st.column_config.Column(name, width=max(LEAST_WIDE, 24 + round(6.4 * len(name))))


def heat(table: pd.DataFrame, across: str, order: list[str], text: str, key: str) -> tuple[str, str] | None:
    """Counts as shades: one row a priority, calls or none, the number in each cell. Priority and column of the cell
    that was pressed, as long as no cell of the table below (`touched`) was since."""
    fields = [ui.short(k) for k in keys()]
    most = int(table["calls"].max() or 1)
    # On a phone slanted names would cover each other, and every other one would be left out.
    narrow = bool(st.session_state.get("narrow"))
    below = alt.Axis(labelAngle=-90 if narrow else -40, labelLimit=130 if narrow else 170, labelOverlap=False)
    base = alt.Chart(table[["field", across, "calls"]]).encode(
        x=alt.X(f"{across}:N", sort=order, title=None, axis=below),
        # A priority without a call has a row, too: the gap is what is looked for.
        y=alt.Y(
            "field:N",
            sort=fields,
            title=None,
            axis=alt.Axis(labelLimit=110 if narrow else 200),
            scale=alt.Scale(domain=list(dict.fromkeys(fields))),
        ),
    )
    shade = alt.Color("calls:Q", legend=None, scale=alt.Scale(range=list(SHADES), domain=[0, most]))
    number = base.mark_text(fontSize=11, color=INK).encode(text="calls:Q")
    # On top of the numbers, so that a press on one of them is a press on its cell.
    pressed = alt.selection_point(name="cell", fields=["field", across], on="click", clear=False)
    cover = base.mark_rect(fill="transparent", cursor="pointer").encode(tooltip=alt.value(None)).add_params(pressed)
    chart = (base.mark_rect().encode(color=shade) + number + cover).properties(
        height=32 * len(fields) + (140 if narrow else 110)
    )
    event: Any = st.altair_chart(chart, alt=text, key=key, on_select=lambda: touched(key), selection_mode="cell")
    cells = event.get("selection", {}).get("cell") or []
    if not cells or st.session_state.get(TOUCHED) != key:
        return None
    # Names of before may be gone: another language, a field with another name.
    chosen = {ui.short(k): k for k in keys()}.get(cells[0]["field"])
    return (chosen, str(cells[0][across])) if chosen and cells[0][across] in order else None


def touched(key: str) -> None:
    """Chart or table in which a cell was pressed last: that one leads to calls."""
    st.session_state[TOUCHED] = key


def by_month(
    grid: pd.DataFrame, name: str, text: str, charted: tuple[str, str] | None = None
) -> tuple[Any, str] | None:
    """Counts by month and priority; the month and priority of a cell that was clicked and holds calls, here or in the
    chart (`charted`)."""
    shown = grid.assign(month=[words.month(on, ui.language()) for on in grid["month"]])
    config: dict[str, Any] = {
        "month": ui.say("coverage.months.month"),
        **{key: column_of(key) for key in [*keys(), ALL]},
    }
    picked = st.dataframe(
        shown, hide_index=True, column_config=config, height="content" if len(shown) <= 20 else 720, alt=text,
        key=f"{name}_table", on_select=lambda: touched(f"{name}_table"), selection_mode="single-cell",
    )  # fmt: skip
    if charted:
        return grid["month"].iloc[list(shown["month"]).index(charted[1])], charted[0]
    marked = getattr(getattr(picked, "selection", None), "cells", [])
    row, column = marked[0] if marked else (0, "")
    if column not in (*keys(), ALL) or row >= len(grid):
        st.caption(ui.md_escape(ui.say("coverage.cells.hint")))
        return None
    return grid["month"].iloc[row], column


def calls(rows: pd.DataFrame, more: dict[str, str], name: str, text: str) -> None:
    language = ui.language()
    if len(rows) > SHOWN:
        numbers = {"n": words.number(SHOWN, language), "total": words.number(len(rows), language)}
        st.caption(ui.md_escape(ui.say("coverage.list.more", **numbers)))
    rows = rows.head(SHOWN).reset_index(drop=True)
    budget = [
        words.money(None if pd.isna(n) else int(n), c or "EUR", language)
        for n, c in zip(rows["budget_total"], rows["currency"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "title": rows["title"], "programme": rows["programme_name"], "budget": budget,
            "deadline": [words.day(on, language) for on in rows["deadline"]], **{key: rows[key] for key in more},
        }
    )  # fmt: skip
    config = {n: ui.say(f"coverage.list.{n}") for n in ("title", "budget", "deadline")} | more
    config["programme"] = ui.say("coverage.programme")
    picked = st.dataframe(
        shown, hide_index=True, column_config=config, on_select="rerun", selection_mode="single-row",
        height="content" if len(shown) <= 16 else 620, alt=text, key=f"{name}_table",
    )  # fmt: skip
    marked = getattr(getattr(picked, "selection", None), "rows", [])
    if marked and marked[0] < len(rows):
        reference, title = (str(rows[column].iloc[marked[0]]) for column in ("reference", "title"))
        label = f"{ui.say('coverage.list.open')}: {title}"
        if st.button(ui.md_escape(label[:120]), icon=":material/description:", key=f"{name}_open"):
            st.switch_page(ui.page("call"), query_params=ui_address.kept("call", call=reference))
