"""What the preview of a draft shows, one function a part: list, moves, effects of concepts, doubts, spread."""

import altair as alt
import pandas as pd
import streamlit as st

from matcher import desk_tune, ui, ui_address, ui_draft, words
from matcher.model import Concept, Priority, Profile
from matcher.ui_edits import doubt
from matcher.ui_edits import value as shown_value
from matcher.views import effects, lab

TOP = 30
COLOURS = ("#9db4b2", "#0b5d5e")


def _arrow(movement: str, moved: object) -> str:
    if movement == "entering":
        return ui.say("priorities.list.new")
    if movement == "leaving":
        return ui.say("priorities.list.gone")
    if movement == "same" or pd.isna(moved):  # type: ignore[call-overload]
        return ui.say("priorities.list.same")
    return ui.say(f"priorities.list.{movement}", n=abs(int(str(moved))))


def listing(comparison: lab.Comparison) -> None:
    table = comparison.table[comparison.table["movement"] != "leaving"].reset_index(drop=True)
    if table.empty:
        ui.notice(ui.say("priorities.preview.no_top"))
        return
    shown = pd.DataFrame(
        {
            "rank": table["rank_after"],
            "move": [_arrow(m, n) for m, n in zip(table["movement"], table["moved"], strict=True)],
            "score": table["score_after"].astype(float).round(),
            "title": table["title"],
        }
    )
    column = st.column_config
    config = {
        "rank": column.NumberColumn(_head("rank"), width=50),
        "move": column.TextColumn(_head("move"), width=70),
        "score": column.NumberColumn(_head("score"), format="%d", width=60),
        "title": column.TextColumn(_head("title"), width="large"),
    }
    picked = st.dataframe(
        shown, hide_index=True, column_config=config, height=500, on_select="rerun", selection_mode="single-row",
        alt=ui.say("priorities.list.alt"), key="lab_list",
    )  # fmt: skip
    _open(table, picked)


def _open(table: pd.DataFrame, picked: object) -> None:
    """A link to the picked call, so that a look at it is one click and the draft stays."""
    rows = getattr(getattr(picked, "selection", None), "rows", [])
    if rows and rows[0] < len(table):
        reference = str(table["reference"].iloc[rows[0]])
        label = f"{ui.say('priorities.list.open')}: {table['title'].iloc[rows[0]]}"
        if st.button(ui.md_escape(label[:120]), icon=":material/description:", key="lab_open"):
            st.switch_page(ui.page("call"), query_params=ui_address.kept("call", call=reference))


def moves(preview: effects.Preview, priority: Priority) -> None:
    table = preview.comparison.table
    if not table["movement"].isin(["entering", "leaving"]).any():
        ui.notice(ui.say("priorities.moves.none", top=TOP))
        return
    names = _concept_names(priority, ui.profile())
    for movement in ("entering", "leaving"):
        rows = table[table["movement"] == movement]
        if rows.empty:
            continue
        st.markdown(f"**{ui.md_escape(ui.say(f'priorities.moves.{movement}', top=TOP, n=len(rows)))}**")
        shown = pd.DataFrame(
            {
                "move": [_places(*pair) for pair in zip(rows["rank_before"], rows["rank_after"], strict=True)],
                "cause": [_cause(preview, reference, names) for reference in rows["reference"]],
                "title": rows["title"].to_list(),
            }
        )
        config = {
            "move": st.column_config.TextColumn(_head("rank"), width=85),
            "cause": st.column_config.TextColumn(_head("cause"), width=170),
            "title": st.column_config.TextColumn(_head("title"), width="large"),
        }
        st.dataframe(
            shown, hide_index=True, column_config=config, key=f"lab_{movement}",
            height=min(35 * len(shown) + 38, 330), alt=ui.say(f"priorities.moves.alt_{movement}", top=TOP),
        )  # fmt: skip


def _places(before: object, after: object) -> str:
    """Rank before and after, with a word for a call that has none."""
    shown = [ui.say("priorities.moves.out") if pd.isna(rank) else str(rank) for rank in (before, after)]  # type: ignore[call-overload]
    return " → ".join(shown)


def _cause(preview: effects.Preview, reference: str, names: dict[str, str]) -> str:
    found = preview.causes.get(reference)
    if found is None:
        return ui.say("priorities.moves.no_cause")
    key, points = found
    sign = "+" if points > 0 else "−"
    name = names.get(key) or ui.say("priorities.moves.alike")
    return f"{name} ({sign}{words.number(abs(points), ui.language(), 1)})"


def _concept_names(priority: Priority, saved: Profile) -> dict[str, str]:
    """The first spelling of each concept and guard, the note of each rule, before and after."""
    old = [p for p in saved.priorities if p.key == priority.key]
    rules = [rule for part in (*old, priority) for rule in part.rules]
    noted = {note: note for rule in rules for note in (rule.note, ", ".join(rule.prefixes)) if note}
    return noted | {
        concept.key: next((s for texts in concept.spellings.values() for s in texts), concept.key)
        for part in (*old, priority)
        for concept in (*part.concepts, *part.guards)
    }


def concept_effects(priority: Priority, table: pd.DataFrame) -> None:
    st.caption(ui.md_escape(ui.say("priorities.effects.lead")))
    names = _concept_names(priority, ui.profile())
    shown = pd.DataFrame(
        {
            "concept": [names.get(key, key) for key in table["key"]],
            "weight": [shown_value(weight) for weight in table["weight"]],
            "matches": table["matches"],
            "brings": table["brings"],
            "only": table["only_through"],
            "share": (100 * table["share_of_scores"]).round(1),
        }
    )[table["active"].astype(bool).to_numpy()]
    shown = shown.sort_values(["brings", "matches"], ascending=False, kind="stable")
    column = st.column_config
    config = {
        "concept": column.TextColumn(_column("concept"), width="medium"),
        "weight": column.TextColumn(_column("weight"), width=70),
        **{
            name: column.NumberColumn(
                ui.say(f"priorities.effects.{name}"), width=90, help=ui.say(f"priorities.effects.{name}_help")
            )
            for name in ("matches", "brings", "only")
        },
        "share": column.NumberColumn(ui.say("priorities.effects.share"), format="%.1f %%", width=80),
    }
    st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        height=520,
        alt=ui.say("priorities.effects.alt"),
        key="lab_effects",
    )
    best = shown[shown["brings"] > 0].head(1)
    for row in best.itertuples():
        told = ui.say("priorities.effects.sentence", concept=row.concept, n=row.brings, m=row.only)
        st.caption(ui.md_escape(told))


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
    known = ui.ranker().words()
    lines = []
    for concept in dead[:30]:
        spellings = concept.spellings.get("en") or next(iter(concept.spellings.values()))
        near = effects.nearest(spellings, known)
        key = "dead_near" if near else "dead_alone"
        lines.append(ui.say(f"priorities.effects.{key}", concept=spellings[0], words=", ".join(near)))
    st.text("\n".join(f"• {ui.plain(line)}" for line in lines))


def spread(preview: effects.Preview) -> None:
    """How many calls have how many points, before and after: columns, and a table with the class of each range."""
    table = effects.spread(preview.before, preview.after)
    names = {"before": ui.say("priorities.spread.before"), "after": ui.say("priorities.spread.after")}
    table["points"] = [f"{low}–{low + 10}" for low in table["from"]]
    grades = ui.ranker().grades(table["from"].to_numpy(dtype=float) + 9)
    table["grade"] = [ui.say(f"states.grade.{grade}") for grade in grades]
    # Nearly all calls have next to no points: drawn, they would flatten all that matters. The table has them.
    long = table[table["from"] >= 10].melt(["from", "points"], list(names), var_name="side", value_name="calls")
    long["side"] = long["side"].map(names)
    points, calls = ui.say("priorities.spread.points"), ui.say("priorities.spread.calls")
    chart = (
        alt.Chart(long)
        .mark_bar()
        .encode(
            x=alt.X("points:N", sort=None, title=points, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("side:N", sort=list(names.values())),
            y=alt.Y("calls:Q", title=calls, axis=alt.Axis(format="d", tickMinStep=1)),
            color=alt.Color("side:N", title=None, scale=alt.Scale(domain=list(names.values()), range=list(COLOURS))),
            tooltip=[alt.Tooltip("points:N", title=points), alt.Tooltip("calls:Q", title=calls)],
        )
        .properties(height=220)
        .configure_legend(orient="top")
    )
    st.altair_chart(chart, alt=ui.say("priorities.spread.alt"), key="lab_spread")
    config = {"points": points, "grade": ui.say("columns.grade"), **names}
    st.dataframe(
        table[list(config)], hide_index=True, column_config=config, key="lab_spread_table",
        height=35 * len(table) + 38, alt=ui.say("priorities.spread.alt"),
    )  # fmt: skip


def _head(name: str) -> str:
    return ui.say(f"priorities.list.{name}")


def _column(name: str) -> str:
    return ui.say(f"priorities.column.{name}")
