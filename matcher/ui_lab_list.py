"""The list in the preview of a draft: what fits, and apart from it below a line what is only related."""

from textwrap import shorten
from typing import NamedTuple

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_address
from matcher.model import Priority
from matcher.ui_lab_parts import TOP, concept_names, head
from matcher.views import effects, fit

TALLEST, TALLEST_RELATED = 560, 340
ROW, PHONE_ROW, HEAD = 62, 84, 38
"""Pixels: rows in which titles and causes have two lines, on a phone three for both; lower ones do not wrap."""
LONGEST_TITLE = 66
"""Characters of a title that fit into a row; with the cause below it on a phone, too."""


class Listed(NamedTuple):
    """The rows that are shown with their `kind` (`fit.KINDS`), how many are too faint, whether no other fits."""

    table: pd.DataFrame
    faint: int
    whole: bool

    @property
    def fits(self) -> int:
        return len(self.grades)

    @property
    def grades(self) -> list[str]:
        """The class of each call that fits."""
        return [str(g) for g in self.table.loc[self.table["kind"] == "fits", "grade_after"]]


def listed(preview: effects.Preview, priority: Priority, ranker: desk.Ranker) -> Listed:
    """The first calls of the draft. Those with next to no points, which have no place, are only counted."""
    comparison = preview.comparison
    table = comparison.table[comparison.table["movement"] != "leaving"].reset_index(drop=True)
    found = fit.rows(
        ranker, list(table["reference"]), list(table["grade_after"]), priority, ui.learned(), TOP
    )  # fmt: skip
    faint = min(TOP, int((preview.after > 0).sum())) - len(table)
    return Listed(table.assign(kind=found.kinds), faint, found.whole)


def draw(listing: Listed, preview: effects.Preview, priority: Priority, ranker: desk.Ranker) -> None:
    """Both tables with points, class, the words that brought each call, and what moved."""
    table = listing.table
    if not any([*(c.active for c in priority.concepts), *(rule.active for rule in priority.rules)]):
        ui.notice(ui.say("priorities.preview.no_concepts"))
    elif table.empty and not any(concept.active for concept in priority.concepts):
        ui.notice(ui.say("priorities.preview.no_top"))
    if not table.empty:
        _tables(listing, preview, priority, ranker)
    if listing.faint:
        st.caption(ui.md_escape(ui.plural("priorities.list.faint", listing.faint)))


def weak_ones(listing: Listed, priority: Priority, *, saved: bool) -> None:
    """Why the page of calls may show fewer of the weak ones, with a link to those it shows."""
    if not (listing.table["grade_after"] == "weak").any():
        return
    with st.container(gap="xxsmall", key="lab_weak"):
        st.caption(ui.md_escape(ui.say("priorities.list.elsewhere")))
        if saved and priority.active:
            st.page_link(
                ui.page("matches"), label=ui.md_escape(ui.say("priorities.list.elsewhere_go")),
                icon=":material/arrow_forward:",
                query_params=ui_address.bare(priority=priority.key, grade="weak"),
            )  # fmt: skip


def _tables(listing: Listed, preview: effects.Preview, priority: Priority, ranker: desk.Ranker) -> None:
    table = listing.table
    names = concept_names(priority, ui.profile())
    brought = effects.brought(ranker, list(table["reference"]), priority, ui.learned())
    # Topics of one call often have one title; a narrow column shows its beginning only.
    twice = table["title"].duplicated(keep=False)
    shown = pd.DataFrame(
        {
            "rank": table["rank_after"],
            "move": [_arrow(m, n) for m, n in zip(table["movement"], table["moved"], strict=True)],
            "score": table["score_after"].astype(float).round(),
            "grade": [ui.say(f"states.grade.{grade}") for grade in table["grade_after"]],
            "title": table["title"].where(~twice, table["identifier"] + " · " + table["title"]),
            "word": [
                _word(brought.get(reference, ()), names, kind)
                for reference, kind in zip(table["reference"], table["kind"], strict=True)
            ],
        }
    )
    shown["title"] = [shorten(title, LONGEST_TITLE, placeholder=" …") for title in shown["title"]]
    moved = not preview.new and bool((table["movement"] != "same").any())
    # Titles and causes side by side are too wide for a phone.
    shown["both"] = [
        _both(title, word, f"{move}, {grade}" if moved else grade, kind)
        for title, word, move, grade, kind in zip(
            shown["title"], shown["word"], shown["move"], shown["grade"], table["kind"], strict=True
        )
    ]
    fits = (table["kind"] == "fits").to_numpy()
    if fits.any():
        _table(shown[fits], table[fits], moved=moved, related=False)
    if not fits.all():
        line = "related" if not fits.any() else "beyond" if listing.whole else "passing_line"
        st.markdown(f"**{ui.md_escape(ui.say(f'priorities.list.{line}', top=TOP))}**")
        st.caption(ui.md_escape(ui.say("priorities.list.related_why")))
        _table(shown[~fits], table[~fits], moved=moved, related=True)


def _table(shown: pd.DataFrame, rows: pd.DataFrame, *, moved: bool, related: bool) -> None:
    column, key = st.column_config, "lab_related" if related else "lab_list"
    config = {
        "rank": column.NumberColumn(head("rank"), width=44),
        "move": column.TextColumn(head("move"), width=76),
        "score": column.NumberColumn(head("score"), width=54),
        "grade": column.TextColumn(head("grade"), width=72),
        "title": column.TextColumn(head("title"), width=180),
        "word": column.TextColumn(head("word"), width=120),
        "both": column.TextColumn(head("title"), width=216),
    }
    phone = bool(st.session_state.get("narrow"))
    order = ["rank", "score", "both"] if phone else ["rank", "move", "score", "grade", "title", "word"]
    if not phone and not moved:
        # Of a new priority every call is new; where nothing moved there is room for titles.
        order.remove("move")
        config["title"], config["word"] = (
            column.TextColumn(head(n), width=w) for n, w in (("title", 222), ("word", 150))
        )
    row = PHONE_ROW if phone else ROW
    picked = st.dataframe(
        shown, hide_index=True, column_config=config, column_order=order, on_select="rerun", row_height=row,
        height=min(row * len(shown) + HEAD, TALLEST_RELATED if related else TALLEST), selection_mode="single-row",
        key=key, alt=ui.say("priorities.list.alt_related" if related else "priorities.list.alt"),
    )  # fmt: skip
    _open(rows.reset_index(drop=True), picked, key)


def _arrow(movement: str, moved: object) -> str:
    if movement == "entering":
        return ui.say("priorities.list.new")
    if movement == "leaving":
        return ui.say("priorities.list.gone")
    if movement == "same" or pd.isna(moved):  # type: ignore[call-overload]
        return ui.say("priorities.list.same")
    return ui.say(f"priorities.list.{movement}", n=abs(int(str(moved))))


def _word(found: tuple[str, ...], names: dict[str, str], kind: str) -> str:
    """The words that brought a call, and whether it only says them in passing; the name of a rule is in `names`."""
    told = ", ".join(names.get(word, word) for word in found[:2])
    if not told:
        return ui.say("priorities.list.alike")
    return ui.say("priorities.list.passing", word=told) if kind == "passing" else told


def _both(title: str, word: str, grade: str, kind: str) -> str:
    """The title and below it why the call stands in the list."""
    why = word if kind == "alike" else ui.say("priorities.list.because", word=word)
    return f"{title} · {grade}, {why}"


def _open(table: pd.DataFrame, picked: object, key: str) -> None:
    """A link to the picked call, so that a look at it is one click and the draft stays."""
    rows = getattr(getattr(picked, "selection", None), "rows", [])
    if rows and rows[0] < len(table):
        reference = str(table["reference"].iloc[rows[0]])
        label = f"{ui.say('priorities.list.open')}: {table['title'].iloc[rows[0]]}"
        if st.button(ui.md_escape(label[:120]), icon=":material/description:", key=f"{key}_open"):
            st.switch_page(ui.page("call"), query_params=ui_address.kept("call", call=reference))
