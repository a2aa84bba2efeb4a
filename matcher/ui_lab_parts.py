"""What the preview of a draft shows beside its list: what enters and leaves and why."""

import pandas as pd
import streamlit as st

from matcher import ui, words
from matcher.model import Priority, Profile
from matcher.views import effects

TOP = 30
FIRST = 10
"""Fewer calls than these that fit are few: then words are shown that would bring more."""


def moves(preview: effects.Preview, priority: Priority) -> None:
    if preview.new:
        ui.notice(ui.say("priorities.moves.new"))
        return
    table = preview.comparison.table
    if not table["movement"].isin(["entering", "leaving"]).any():
        moved = table["movement"].isin(["up", "down"]).any()
        ui.notice(ui.say(f"priorities.moves.{'order' if moved else 'none'}", top=TOP, n=len(table)))
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
            "move": st.column_config.TextColumn(head("rank"), width=85),
            "cause": st.column_config.TextColumn(head("cause"), width=170),
            "title": st.column_config.TextColumn(head("title"), width="large"),
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


def head(name: str) -> str:
    """The head of a column of the list."""
    return ui.say(f"priorities.list.{name}")
