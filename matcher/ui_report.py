"""The trend of the coverage and its report as a file."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, words
from matcher.ui_grids import field, keys
from matcher.views import coverage, coverage_report
from matcher.views.coverage import ALL

SHOWN = ("came", "ahead", "sum")


def trend() -> None:
    """New calls, stock and its euros by month, as lines and as a table."""
    st.caption(ui.md_escape(ui.say("coverage.trend.lead")))
    rows = coverage.trend(ui.table(), keys(), ui.today())
    if rows.empty:
        ui.notice(ui.say("coverage.trend.none"))
        return
    spoken, months = ui.language(), list(dict.fromkeys(rows["month"]))
    if len(months) < 2:
        ui.notice(ui.say("coverage.trend.young", month=words.month(months[0], spoken)))
    what = st.segmented_control(
        ui.say("coverage.trend.show"), SHOWN, format_func=lambda name: ui.say(f"coverage.trend.{name}"),
        default="ahead", required=True, key="trend_what",
    )  # fmt: skip
    name = what or "ahead"
    told = ui.say(f"coverage.trend.{name}")
    if len(months) > 1:
        _lines(rows, name, ui.say("coverage.trend.chart_alt", what=told))
    grid = rows.pivot(index="month", columns="priority", values=name).reindex(months)
    shown = pd.DataFrame(
        {
            "month": [words.month(on, spoken) for on in months],
            **{key: [_value(n, name) for n in grid[key]] for key in [*keys(), ALL]},
        }
    )
    config: dict[str, Any] = {"month": ui.say("coverage.months.month"), **{key: field(key) for key in [*keys(), ALL]}}
    st.dataframe(
        shown, hide_index=True, column_config=config, key="trend_table",
        alt=ui.say("coverage.trend.table_alt", what=told),
    )  # fmt: skip


def _value(n: Any, name: str) -> Any:
    if name != "sum":
        return int(n)
    return ui.say("coverage.matrix.unknown") if pd.isna(n) else words.money(int(n), "EUR", ui.language())


def _lines(rows: pd.DataFrame, name: str, text: str) -> None:
    spoken = ui.language()
    some = rows[rows["priority"] != ALL]
    drawn = pd.DataFrame(
        {
            "month": [words.month(on, spoken) for on in some["month"]],
            "field": some["priority"].map(ui.short),
            "n": some[name].astype("float64") / (1e6 if name == "sum" else 1),
        }
    )
    order, below = list(dict.fromkeys(drawn["month"])), alt.Legend(columns=2, orient="bottom")
    chart = (
        alt.Chart(drawn)
        .mark_line(point=True)
        .encode(
            x=alt.X("month:N", sort=order, title=None, axis=alt.Axis(labelAngle=-40)),
            y=alt.Y("n:Q", title=ui.say("coverage.trend.millions") if name == "sum" else None),
            color=alt.Color("field:N", title=None, sort=[ui.short(k) for k in keys()], legend=below),
        )
        .properties(height=340)
    )  # fmt: skip
    st.altair_chart(chart, alt=text, key="trend_chart")


def report(table: pd.DataFrame) -> None:
    """All views as a workbook or as CSV files; made when asked for."""
    spoken, store, settings = ui.language(), ui.store(), ui.settings()
    names = {key: ui.label(key) for key in keys()}
    everything, day = ui.table(), ui.today()
    st.markdown(ui.md_escape(ui.say("coverage.report.lead")))
    told = desk.provenance(store, settings, today=day, profile=ui.profile())
    listed = [
        ui.say(f"coverage.report.{name}")
        for name in ("calls", "euros", "next", "months", "gaps", "blind", "overlap", "pipeline", "trend")
    ]
    st.caption(ui.md_escape(ui.say("coverage.report.sheets", list=", ".join(listed))))

    def file(form: str) -> Any:
        def made() -> bytes:
            sheets = coverage_report.sheets(table, everything, names, day, spoken)
            return exports.report(form, sheets, spoken, told, coverage_report.notes(table, names, spoken))

        return made

    with st.container(horizontal=True):
        for form in exports.REPORTS:
            st.download_button(
                ui.say(f"coverage.report.{form}"), data=file(form), key=f"report_{form}", on_click="ignore",
                icon=":material/download:", type="primary" if form == "xlsx" else "secondary",
                file_name=exports.report_name(settings.region, day, form, told["scope"] == "demo", spoken),
            )  # fmt: skip
