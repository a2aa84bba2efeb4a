"""What decisions, ticks and a turned page change of the page "Calls": drawn anew without the rest of the page.

The rest, filters and their counts say, stands as it was drawn as long as nothing that it shows changed; else the
whole page runs. So a press on the bar costs a dozen messages and not sixty.
"""

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from matcher import ui, ui_address, ui_bulk, ui_data, ui_filters, ui_hiding, ui_keep, ui_list, ui_views
from matcher.ui_address import Choice
from matcher.views.board import Board
from matcher.views.shortlist import Facets, Filters, Found, Listing

DECIDED = ("state", "owner")
"""Filters by what people decided, as the address names them."""
REST = "matches_rest"


class Shown(NamedTuple):
    """What the page shows now. `rest`: all that the part drawn by itself does not show, equal as long as it holds."""

    choices: Mapping[str, Choice]
    facets: Facets
    asked: Filters
    texts: Mapping[str, str] | None
    found: Found
    ordered: Listing
    counts: Mapping[str, Mapping[str, int]]
    news: int
    rest: Hashable


def look(board: Board, choices: Mapping[str, Choice]) -> Shown:
    """The calls that the filters of the session leave, with all counts."""
    asked = ui_filters.asked()
    texts = ui.texts() if asked.search.strip() else None
    found = Found(board.facets, asked, texts)
    order = ui_filters.value("sort") or "score"
    ordered = found.listing(order)
    counts = ui_list.counts(found)
    news = ui_views.news_of(board.facets, asked, texts)
    shown = [(name, *count.items()) for name, count in counts.items() if name != ui_filters.LISTS["state"]]
    view = ui_filters.value("view")
    # Cards have no columns to choose, and what is not drawn is not remembered.
    columns = (ui_filters.value("cols") or ()) if view == "table" else ()
    rest = (asked, order, view, *columns, len(ordered), news, *shown, _data())
    return Shown(choices, board.facets, asked, texts, found, ordered, counts, news, rest)


def _data() -> Hashable:
    """What was read apart from decisions; those, too, where a filter or a saved view asks for them."""
    queries = [view.query for view in ui_keep.views()]
    asked = any(ui_filters.value(name) for name in DECIDED)
    asked = asked or any(f"{name}=" in query for query in queries for name in DECIDED)
    return (
        ui.language(), ui.office(), ui.today(), *queries, len(ui.decisions()) if asked else 0,
        *(ui_data.revision(what) for what in ("calls", "runs", "profile", "shelf")),
    )  # fmt: skip


@st.fragment
def part(first: list[Shown], latest: ui_list.Latest, states: Any) -> None:
    """How many calls there are, the table with its pages, the states to choose from, and the bar.

    `first`: what the run of the whole page has just found, taken from the list; later the part looks for itself.
    `states`: the place of the choice of states.
    """
    with ui.errors():
        shown = first.pop() if first else _anew()
        latest.ordered = shown.ordered
        st.session_state["order"] = shown.ordered.references
        with states:
            ui_filters.states(shown.choices, shown.counts)
        rows = ui_list.page_of(shown.ordered)
        ui_list.summary(shown.ordered, rows, shown.found, shown.choices, shown.counts[ui_filters.LISTS["state"]])
        opened = None
        if len(shown.ordered):
            opened = ui_list.draw(rows)
            ui_list.pager(shown.ordered)
        else:
            ui_hiding.nothing(shown.facets, shown.asked, shown.texts, shown.choices)
        ui_list.open_call(rows, opened)
        ui_bulk.bar(rows["reference"].tolist())
        ui_address.save(ui_filters.PAGE, shown.choices)


def _anew() -> Shown:
    ui_data.begin()
    board = ui_data.board()
    choices = ui_filters.choices(board.facets)
    ui_address.mend(ui_filters.PAGE, choices)
    shown = look(board, choices)
    if shown.rest != st.session_state.get(REST):
        st.rerun()
    return shown
