"""What the preview of a draft shows first: the list with its moves, and what enters and leaves and why."""

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_address, words
from matcher.model import Priority, Profile
from matcher.views import effects

TOP = 30
FIRST = 10
"""Calls that are shown however few points they have."""


def _arrow(movement: str, moved: object) -> str:
    if movement == "entering":
        return ui.say("priorities.list.new")
    if movement == "leaving":
        return ui.say("priorities.list.gone")
    if movement == "same" or pd.isna(moved):  # type: ignore[call-overload]
        return ui.say("priorities.list.same")
    return ui.say(f"priorities.list.{movement}", n=abs(int(str(moved))))


def listing(preview: effects.Preview, priority: Priority, ranker: desk.Ranker) -> None:
    """The first calls of the draft with points, class, the words that brought them, and what moved.

    Calls with next to no points are left out and counted, but never of the first `FIRST`: people can judge those.
    """
    comparison = preview.comparison
    table = comparison.table[comparison.table["movement"] != "leaving"].reset_index(drop=True)
    points = table["score_after"].astype(float)
    faint = (points.round() < 1) & (table.index >= FIRST)
    table, points = table[~faint].reset_index(drop=True), points[~faint].reset_index(drop=True)
    if table.empty:
        ui.notice(ui.say("priorities.preview.no_top"))
        return
    if preview.above[1] < min(FIRST, len(table)):
        st.caption(
            ui.md_escape(
                ui.plural("priorities.list.weak", preview.above[1])
                if preview.above[1]
                else ui.say("priorities.list.none")
            )
        )
    if faint.any():
        st.caption(ui.md_escape(ui.plural("priorities.list.faint", int(faint.sum()))))
    names = concept_names(priority, ui.profile())
    words_of = effects.brought(ranker, list(table["reference"]), priority, ui.learned())
    shown = pd.DataFrame(
        {
            "rank": table["rank_after"],
            "move": [_arrow(m, n) for m, n in zip(table["movement"], table["moved"], strict=True)],
            "score": points.round().where(points.round() >= 1, points.round(1)),
            "grade": [ui.say(f"states.grade.{grade}") for grade in table["grade_after"]],
            "title": table["title"],
            "word": [_word(words_of.get(reference, ()), names) for reference in table["reference"]],
        }
    )
    column = st.column_config
    config = {
        "rank": column.NumberColumn(_head("rank"), width=44),
        "move": column.TextColumn(_head("move"), width=58),
        "score": column.NumberColumn(_head("score"), width=54),
        "grade": column.TextColumn(_head("grade"), width=72),
        "title": column.TextColumn(_head("title"), width=190),
        "word": column.TextColumn(_head("word"), width=150),
    }
    if preview.new:
        # Of a new priority every call is new.
        del config["move"]
    picked = st.dataframe(
        shown, hide_index=True, column_config=config, column_order=list(config), on_select="rerun",
        height=min(35 * len(shown) + 38, 500), selection_mode="single-row", alt=ui.say("priorities.list.alt"),
        key="lab_list",
    )  # fmt: skip
    _open(table, picked)


def _word(found: tuple[str, ...], names: dict[str, str]) -> str:
    """The words that brought a call; the name of a rule stands in `names`."""
    return ", ".join(names.get(word, word) for word in found[:2]) or ui.say("priorities.list.alike")


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
    names = concept_names(priority, ui.profile())
    for movement in ("entering", "leaving"):
        rows = table[table["movement"] == movement]
        if rows.empty:
            continue
        st.markdown(f"**{ui.md_escape(ui.say(f'priorities.moves.{movement}', top=TOP, n=len(rows)))}**")
        shown = pd.DataFrame(
            {
                "move": [_places(*pair) for pair in zip(rows["rank_before"], rows["rank_after"], strict=True)],
                "cause": [
                    _cause(preview, reference, names, new=pd.isna(before))
                    for reference, before in zip(rows["reference"], rows["rank_before"], strict=True)
                ],
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


def _cause(preview: effects.Preview, reference: str, names: dict[str, str], *, new: bool) -> str:
    """`new`: the call had no points before, so that no other call can have held it back."""
    found = preview.causes.get(reference)
    if found is None:
        return ui.say(f"priorities.moves.{'no_word' if new else 'no_cause'}")
    key, points = found
    sign = "+" if points > 0 else "−"
    name = names.get(key) or ui.say("priorities.moves.alike")
    return f"{name} ({sign}{words.number(abs(points), ui.language(), 1)})"


def concept_names(priority: Priority, saved: Profile) -> dict[str, str]:
    """The first spelling of each concept and guard, the note of each rule, before and after."""
    old = [p for p in saved.priorities if p.key == priority.key]
    rules = [rule for part in (*old, priority) for rule in part.rules]
    noted = {rule.name: rule.told(ui.language()) or rule.name for rule in rules}
    return noted | {
        concept.key: next((s for texts in concept.spellings.values() for s in texts), concept.key)
        for part in (*old, priority)
        for concept in (*part.concepts, *part.guards)
    }


def _head(name: str) -> str:
    return ui.say(f"priorities.list.{name}")
