"""What the preview of a draft tells of its concepts: effects with an example, doubts, and the spread of points."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from matcher import desk, desk_tune, ui, ui_draft, ui_lab_zero, ui_text, words
from matcher.model import Concept, Priority
from matcher.ui_edits import doubt
from matcher.ui_edits import value as shown_value
from matcher.ui_lab_parts import concept_names
from matcher.views import effects, lab

COLOURS = ("#9db4b2", "#0b5d5e")
LINE = "#b3541e"


def concept_effects(
    priority: Priority, table: pd.DataFrame, ranker: desk.Ranker, scores: NDArray[np.float64], rows: NDArray[np.intp]
) -> None:
    """`scores`: points of all calls; `rows`: the calls of the list."""
    st.caption(ui.md_escape(f"{ui.say('priorities.effects.lead')} {ui.say('lab.example.pick')}"))
    names = concept_names(priority, ui.profile())
    shown = pd.DataFrame(
        {
            "key": table["key"],
            "concept": [names.get(key, key) for key in table["key"]],
            "weight": [shown_value(weight) for weight in table["weight"]],
            "matches": table["matches"],
            "brings": table["brings"],
            "only": table["only_through"],
            "share": [_share(share) for share in table["share_of_scores"]],
        }
    )[table["active"].astype(bool).to_numpy()]
    shown = shown.sort_values(["brings", "matches"], ascending=False, kind="stable")
    column = st.column_config
    config = {
        "concept": column.TextColumn(_column("concept"), width=120),
        "weight": column.TextColumn(_column("weight"), width=62),
        **{
            name: column.NumberColumn(
                ui.say(f"priorities.effects.{name}"), width=width, help=ui.say(f"priorities.effects.{name}_help")
            )
            for name, width in (("matches", 92), ("brings", 60), ("only", 90))
        },
        "share": column.TextColumn(ui.say("priorities.effects.share"), width=66, alignment="right"),
    }
    picked = st.dataframe(
        shown, hide_index=True, column_config=config, column_order=list(config), height=440, on_select="rerun",
        selection_mode="single-row", alt=ui.say("priorities.effects.alt"), key="lab_effects",
    )  # fmt: skip
    best = shown[shown["brings"] > 0].head(1)
    for concept, brings, only in zip(best["concept"], best["brings"], best["only"], strict=True):
        name = "alone" if brings == only == 1 else "sentence"
        st.caption(ui.md_escape(ui.plural(f"priorities.effects.{name}", int(brings), concept=concept, m=only)))
    chosen = [at for at in getattr(getattr(picked, "selection", None), "rows", []) if at < len(shown)]
    key = str((shown.iloc[chosen] if chosen else best)["key"].iloc[0]) if chosen or len(best) else ""
    asked = next((c for c in (*priority.concepts, *priority.guards) if c.key == key), None)
    if asked is not None:
        _example(ranker, asked, names.get(key, key), scores, rows)


def _share(share: float) -> str:
    """Per cent as the language writes it, padded so that the column sorts as numbers do."""
    text = words.number(100 * share, ui.language(), 1)
    return f"{text.rjust(5, chr(0x2007))} %"


def _example(
    ranker: desk.Ranker, concept: Concept, name: str, scores: NDArray[np.float64], rows: NDArray[np.intp]
) -> None:
    """The passage of the best call that has a concept, its words in bold."""
    found = lab.example(ranker, concept, scores, rows)
    if found is None:
        st.caption(ui.md_escape(ui.say("lab.example.none", concept=name)))
        return
    call, passage = found
    st.markdown(f"**{ui.md_escape(ui.say('lab.example.head', concept=name, title=call.title))}**")
    if passage is not None:
        parts = ui_text.pieces(passage.text, passage.marks)
        st.markdown(
            "".join(f"**{ui.md_escape(t)}**" if marked and t.strip() else ui.md_escape(t) for t, marked in parts)
        )


def doubts(found: list[desk_tune.Doubt], dead: list[Concept]) -> None:
    language = ui.language()
    if found:
        st.caption(ui.md_escape(ui.say("priorities.doubts.lead")))
        st.text("\n".join(f"• {ui.plain(doubt(d, ui_draft.current()))}" for d in found[:40]))
    else:
        st.caption(ui.md_escape(ui.say("priorities.doubts.none")))
    if not dead:
        st.caption(ui.md_escape(ui.say("priorities.effects.dead_none")))
        return
    st.markdown(f"**{ui.md_escape(ui.say('priorities.effects.dead_title', n=len(dead)))}**")
    calls = words.number(len(ui.ranker().calls_), language)
    st.caption(ui.md_escape(ui.say("priorities.effects.dead", calls=calls)))
    ui_lab_zero.nearest(dead)


def spread(preview: effects.Preview) -> None:
    """How many calls have how many points, before and after: columns, and a table with the class of each range."""
    table = effects.spread(preview.before, preview.after)
    names = {"before": ui.say("priorities.spread.before"), "after": ui.say("priorities.spread.after")}
    table["points"] = [f"{low}–{low + 10}" for low in table["from"]]
    grades = ui.ranker().grades(table["from"].to_numpy(dtype=float) + 9)
    table["grade"] = [ui.say(f"states.grade.{grade}") for grade in grades]
    # Nearly all calls have next to no points: drawn, they would flatten all that matters. The table has them.
    long = table[table["from"] >= 10].melt(["from", "points"], list(names), var_name="side", value_name="calls")
    long["low"] = long["from"] + np.where(long["side"] == "before", 0.6, 5.1)
    long["high"] = long["from"] + np.where(long["side"] == "before", 4.9, 9.4)
    long["side"] = long["side"].map(names)
    long["floor"] = 0
    points, calls = ui.say("priorities.spread.points"), ui.say("priorities.spread.calls")
    lines = [(grade, at) for grade, at in effects.borders(ui.ranker()) if at >= 10]
    classes = pd.DataFrame([{"at": at, "grade": ui.say(f"states.grade.{grade}")} for grade, at in lines])
    told = [ui.say("lab.border.line", points=row.at, grade=row.grade) for row in classes.itertuples()]
    base = alt.Chart(long).encode(y=alt.Y("calls:Q", title=calls, axis=alt.Axis(format="d", tickMinStep=1)))
    bars = base.mark_bar().encode(
        x=alt.X("low:Q", title=points, scale=alt.Scale(domain=[10, 100]), axis=alt.Axis(tickCount=10, format="d")),
        x2="high:Q",
        y2="floor:Q",
        color=alt.Color("side:N", title=None, scale=alt.Scale(domain=list(names.values()), range=list(COLOURS))),
        tooltip=[alt.Tooltip("points:N", title=points), alt.Tooltip("calls:Q", title=calls)],
    )
    rules = alt.Chart(classes).mark_rule(color=LINE, strokeWidth=2, strokeDash=[4, 3]).encode(x="at:Q")
    labels = alt.Chart(classes).mark_text(color=LINE, align="left", dx=4, y=8).encode(x="at:Q", text="grade:N")
    chart = (bars + rules + labels).properties(height=220).configure_legend(orient="top")
    st.altair_chart(chart, alt=ui.say("priorities.spread.alt"), key="lab_spread")
    st.caption(ui.md_escape(ui.say("lab.border.lead", list=", ".join(told))))
    config = {"points": points, "grade": ui.say("columns.grade"), **names}
    st.dataframe(
        table[list(config)], hide_index=True, column_config=config, key="lab_spread_table",
        height=35 * len(table) + 38, alt=ui.say("priorities.spread.alt"),
    )  # fmt: skip


def _column(name: str) -> str:
    return ui.say(f"priorities.column.{name}")
