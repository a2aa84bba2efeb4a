"""How complete the data is, on the page "Data": fields by kind of call, and how often records say who may apply."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from matcher import desk, ui, words
from matcher.ui_history import INK, kind_name
from matcher.views import unclear

ALL = "all"


def completeness() -> None:
    """Which part of the calls of the last pull has each field, beside the pull before; then who may apply."""
    done = [run for run in ui.runs() if run.state == "published" and run.source != "sheet" and run.fill]
    if done:
        _fields(done[0], done[1] if len(done) > 1 else None)
    else:
        ui.notice(ui.say("data.fill.none"))
    _unclear()


def _fields(last: Any, before: Any) -> None:
    kinds = [ALL, *sorted(last.fills, key=lambda kind: -last.kinds.get(kind, 0))]
    st.caption(ui.md_escape(ui.say("data.fill.lead")))
    kind = ALL
    if len(kinds) > 2:
        chosen = st.segmented_control(
            ui.say("data.fill.kind"), kinds, default=ALL, required=True, key="fill_kind",
            format_func=lambda name: _named(name, last.kinds),
        )  # fmt: skip
        kind = chosen or ALL
    now, old = ((run.fill if kind == ALL else run.fills.get(kind, {})) if run else {} for run in (last, before))
    names = {name: _field(name) for name in now}
    table = pd.DataFrame({"field": names.values(), "share": [100 * part for part in now.values()]})
    if old:
        table["before"] = [100 * old[name] if name in old else None for name in names]
    chart = (
        alt.Chart(table)
        .mark_bar(color=INK, height=12)
        .encode(
            x=alt.X(
                "share:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5, labelFlush=True)
            ),
            y=alt.Y("field:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
            tooltip=alt.value(None),
        )
        .properties(height=24 * len(table) + 20)
    )
    left, right = st.columns(2, gap="medium")
    left.altair_chart(chart, alt=ui.say("data.fill.chart_alt"), key="fill_chart")
    percent = {
        name: st.column_config.NumberColumn(ui.say(f"data.fill.{name}"), format="%.0f %%", width="small")
        for name in ("share", "before")
    }
    right.dataframe(
        table, hide_index=True, column_config={"field": ui.say("data.fill.field"), **percent}, key="fill_table",
        height=35 * len(table) + 38, alt=ui.say("data.fill.chart_alt"),
    )  # fmt: skip


def _unclear() -> None:
    """How often the records leave open who may apply."""
    own, spoken = ui.settings(), ui.language()
    applicants, conditions, count = _shares(
        ui.ranker(), own.database, ui.store().revision("calls"), ui.today(), spoken
    )
    if not count:
        return
    st.subheader(ui.say("data.unclear.title"), anchor=False)
    st.caption(ui.md_escape(ui.plural("data.unclear.lead", count)))
    left, right = st.columns([4, 5], gap="medium")
    answers = {
        name: st.column_config.NumberColumn(
            words.say(f"apply.answer.{name}", spoken), format="percent", width="small"
        )
        for name in ("yes", "no", "unclear")
    }
    left.dataframe(
        applicants.drop(columns="key"), hide_index=True, key="unclear_applicants",
        column_config={"label": ui.say("data.unclear.applicant"), **answers},
        alt=ui.say("data.unclear.alt_applicants"), height=35 * len(applicants) + 38,
    )  # fmt: skip
    if not len(conditions):
        return
    names = ("calls", "met", "unmet", "unclear", "unvalidated")
    counts = {
        name: st.column_config.NumberColumn(ui.say(f"data.unclear.{name}"), format="localized", width="small")
        for name in names
    }
    right.dataframe(
        conditions.drop(columns="key"), hide_index=True, key="unclear_conditions",
        column_config={"label": ui.say("data.unclear.condition"), **counts},
        alt=ui.say("data.unclear.alt_conditions"), height=35 * len(conditions) + 38,
    )  # fmt: skip
    st.caption(ui.md_escape(ui.say("data.unclear.note")))


def _named(kind: str, counts: Mapping[str, int]) -> str:
    if kind == ALL:
        return ui.say("data.fill.all")
    return f"{kind_name(kind)} ({words.number(counts.get(kind, 0), ui.language())})"


def _field(name: str) -> str:
    for key in (f"data.fill.name.{name}", f"states.field.{name}", f"facts.{name}", f"columns.{name}"):
        if words.has(key, ui.language()):
            return ui.say(key)
    return name


@st.cache_resource(show_spinner=False, max_entries=4)
def _shares(
    _ranker: desk.Ranker, database: str, revision: int, today: date, language: str
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    return unclear.build(_ranker.calls_, today, language)
