"""The strategy against the calls: matrix with programmes, months without a deadline, calls without a priority."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from matcher import ui, words
from matcher.ui_grids import by_month, calls, column_of, field, heat, keys, touched
from matcher.views import coverage, shortlist
from matcher.views.coverage import ALL

MONTHS = 18
LEAST = (1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000)


def found() -> pd.DataFrame:
    """The calls the page is about: open and forthcoming, without hidden noise, ranked for all priorities."""
    table = ui.table()
    return table[table["status"].isin(["open", "forthcoming"]) & (table["noise"].str.len() == 0)]


def matrix(table: pd.DataFrame) -> None:
    """Priority × programme: calls, euros or next deadline; a cell leads to its calls."""
    cells = coverage.matrix(table, keys())
    inner = cells[(cells["priority"] != ALL) & (cells["programme"] != ALL)]
    if inner.empty:
        ui.notice(ui.say("coverage.nothing"))
        return
    names = {
        "calls": ui.say("coverage.matrix.calls"),
        "euros": ui.say("coverage.matrix.euros"),
        "next": ui.say("coverage.matrix.next"),
    }
    what = st.segmented_control(
        ui.say("coverage.matrix.show"), list(names), format_func=lambda name: names[name], default="calls",
        required=True, key="matrix_what",
    )  # fmt: skip
    order = cells[(cells["priority"] == ALL) & (cells["programme"] != ALL)].sort_values(
        ["calls", "programme"], ascending=[False, True]
    )
    programmes = list(order["programme"])
    charted = heat(
        inner.assign(field=inner["priority"].map(ui.short)),
        "programme",
        programmes,
        ui.say("coverage.matrix.chart_alt"),
        "matrix_heat",
    )
    at: dict[tuple[Any, Any], Any] = {(c.priority, c.programme): c for c in cells.itertuples()}
    columns = [*keys(), ALL]
    shown = pd.DataFrame(
        [
            {"programme": _programme(p), **{k: _cell(at.get((k, p)), what or "calls") for k in columns}}
            for p in [*programmes, ALL]
        ]
    )
    config: dict[str, Any] = {
        "programme": st.column_config.TextColumn(ui.say("coverage.programme"), pinned=True, width=210)
    }
    config |= {key: column_of(key) for key in columns}
    text = ui.say("coverage.matrix.table_alt", what=names[what or "calls"])
    picked = st.dataframe(
        shown, hide_index=True, column_config=config, key="matrix_table", on_select=lambda: touched("matrix_table"),
        selection_mode="single-cell", height="content" if len(shown) <= 19 else 700, alt=text,
    )  # fmt: skip
    margin = at[ALL, ALL]
    st.caption(
        ui.md_escape(ui.say("coverage.matrix.counted", pots=margin.shared_pots, unknown=margin.unknown_budgets))
    )
    marked = getattr(getattr(picked, "selection", None), "cells", [])
    row, column = marked[0] if marked else (0, "")
    cell = at.get((column, [*programmes, ALL][row])) if column in columns and row <= len(programmes) else None
    if charted:
        column, cell = charted[0], at.get(charted)
    if cell is None:
        st.caption(ui.md_escape(ui.say("coverage.matrix.hint")))
        return
    label = ui.plural("coverage.matrix.open", cell.calls, field=field(column), programme=_programme(cell.programme))
    if st.button(ui.md_escape(label), icon=":material/list:", key="matrix_open"):
        query: dict[str, list[str]] = {
            "priority": [] if column == ALL else [column],
            "programme": [] if cell.programme == ALL else [cell.programme],
            # The list also has calls that fit weakly; the cell does not count them.
            "grade": list(shortlist.SHOWN_GRADES),
        }
        st.switch_page(ui.page("matches"), query_params={name: texts for name, texts in query.items() if texts})


def months(table: pd.DataFrame) -> None:
    """Deadlines per month and priority, the gaps in words first."""
    grid = coverage.months(table, keys(), ui.today(), MONTHS)
    st.caption(ui.md_escape(ui.say("coverage.months.lead", n=MONTHS)))
    lines = []
    for key in keys():
        empty = [on for on, n in zip(grid["month"], grid[key], strict=True) if not n]
        if not empty:
            lines.append(ui.say("coverage.months.no_gap", field=ui.short(key), n=MONTHS))
            continue
        whole = ui.say("coverage.months.all_months", n=MONTHS)
        text = whole if len(empty) == MONTHS else _spans(empty)
        lines.append(ui.say("coverage.months.gap", field=ui.short(key), months=text))
    long = grid.melt("month", keys(), var_name="priority", value_name="calls")
    order = [words.month(on, ui.language()) for on in grid["month"]]
    long["month"] = [words.month(on, ui.language()) for on in long["month"]]
    charted = heat(
        long.assign(field=long["priority"].map(ui.short)),
        "month",
        order,
        ui.say("coverage.months.chart_alt"),
        "months_heat",
    )
    st.markdown(f"**{ui.md_escape(ui.say('coverage.months.gaps'))}**")
    st.text("\n".join(f"• {line}" for line in lines))
    picked = by_month(grid, "months", ui.say("coverage.months.table_alt"), charted)
    if picked:
        _behind("due", coverage.due(table, picked[1], picked[0], ui.today()), *picked)


def _spans(empty: list[date]) -> str:
    """Months in words, three or more in a row as the first and the last of them."""
    runs: list[list[date]] = []
    for on in empty:
        before = runs[-1][-1] if runs else None
        if before is not None and (on.year * 12 + on.month) - (before.year * 12 + before.month) == 1:
            runs[-1].append(on)
        else:
            runs.append([on])
    said = []
    for run in runs:
        names = [words.month(on, ui.language()) for on in run]
        whole = ui.say("coverage.months.span", first=names[0], last=names[-1])
        said += [whole] if len(run) > 2 else names
    return ", ".join(said)


def pipeline(table: pd.DataFrame) -> None:
    """Forthcoming calls by the month they open."""
    grid = coverage.pipeline(table, keys())
    st.caption(ui.md_escape(ui.say("coverage.pipeline.lead")))
    if grid.empty:
        ui.notice(ui.say("coverage.pipeline.none"))
        return
    long = grid.melt("month", keys(), var_name="priority", value_name="calls")
    order = [words.month(on, ui.language()) for on in grid["month"]]
    long["month"] = [words.month(on, ui.language()) for on in long["month"]]
    long["field"] = long["priority"].map(ui.short)
    charted = heat(long, "month", order, ui.say("coverage.pipeline.chart_alt"), "pipeline_heat")
    picked = by_month(grid, "pipeline", ui.say("coverage.pipeline.table_alt"), charted)
    if picked:
        _behind("opens", coverage.opening(table, picked[1], picked[0]), *picked)


def _behind(name: str, rows: pd.DataFrame, month: date, key: str) -> None:
    """The calls of a cell of months; a row leads to the call."""
    spoken = ui.language()
    title = ui.say(f"coverage.cells.{name}", field=field(key), month=words.month(month, spoken))
    st.markdown(f"**{ui.md_escape(title)}**")
    if rows.empty:
        ui.notice(ui.say("coverage.cells.none"))
        return
    opens = [words.day(on, spoken) for on in rows["opens"]]
    calls(rows.assign(near=opens), {"near": ui.say("coverage.cells.opens_on")}, name, title)


def blind(table: pd.DataFrame) -> None:
    """Large calls that fit no priority; a row leads to the call."""
    names = {n: words.money(n, "EUR", ui.language()) for n in LEAST}
    least = st.selectbox(
        ui.say("coverage.blind.least"),
        list(names),
        index=2,
        format_func=lambda n: names[n],
        key="blind_least",
        width=240,
    )
    st.caption(ui.md_escape(ui.say("coverage.blind.lead", least=names[least])))
    rows = coverage.blind(table, least)
    if rows.empty:
        ui.notice(ui.say("coverage.blind.none"))
        return
    st.caption(ui.md_escape(ui.plural("coverage.blind.found", len(rows))))
    near = [
        f"{ui.short(key)} ({words.number(score, ui.language())})" if score else "–"
        for key, score in zip(rows["priority"], rows["score"], strict=True)
    ]
    calls(
        rows.assign(near=near),
        {"near": ui.say("coverage.blind.nearest")},
        "blind",
        ui.say("coverage.blind.table_alt"),
    )


def overlap(table: pd.DataFrame) -> None:
    """Calls that serve several priorities; a row leads to the call."""
    st.caption(ui.md_escape(ui.say("coverage.overlap.lead")))
    rows = coverage.overlap(table)
    if rows.empty:
        ui.notice(ui.say("coverage.overlap.none"))
        return
    serves = [", ".join(ui.short(key) for key in fields) for fields in rows["fields"]]
    calls(
        rows.assign(near=serves),
        {"near": ui.say("coverage.overlap.serves")},
        "overlap",
        ui.say("coverage.overlap.table_alt"),
    )


def _cell(cell: Any, what: str) -> Any:
    """A cell of the matrix in words; an empty one is a dash, an unknown sum says so."""
    if cell is None:
        return 0 if what == "calls" else ui.say("coverage.matrix.none")
    if what == "calls":
        return int(cell.calls)
    if what == "euros":
        return (
            ui.say("coverage.matrix.unknown")
            if pd.isna(cell.sum)
            else words.money(int(cell.sum), "EUR", ui.language())
        )
    on: date | None = cell.next_deadline
    return words.day(on, ui.language()) if on else ui.say("coverage.matrix.none")


def _programme(name: str) -> str:
    return ui.say("coverage.all_programmes") if name == ALL else name
