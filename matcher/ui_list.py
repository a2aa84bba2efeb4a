"""The parts of the page "Calls" around its table: search and order, what is shown and what not, pages, downloads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from matcher import (
    desk,
    exports,
    ui,
    ui_address,
    ui_bulk,
    ui_counted,
    ui_downloads,
    ui_filters,
    ui_grid,
    ui_hiding,
    ui_kept,
    ui_rows,
    ui_windows,
    words,
)
from matcher.ui_address import Choice
from matcher.ui_board import LEARNING
from matcher.views import shortlist
from matcher.views.shortlist import Found, Listing

PER_PAGE = 50


@dataclass
class Latest:
    """The calls as they were drawn last: a file is made of these, though its button was drawn before."""

    ordered: Listing


def toolbar(known: Mapping[str, Choice], latest: Latest) -> None:
    """Search, order, view and downloads, in one line."""
    spoken = ui.language()
    with st.container(horizontal=True, vertical_alignment="bottom", key="toolbar"):
        st.text_input(
            ui.say("matches.search"), type="search", key=ui_filters.key("q"),
            placeholder=ui.say("matches.search_hint"), help=ui.say("matches.search_help"),
            on_change=ui_filters.first_page, max_chars=300,
        )  # fmt: skip
        ui_counted.one(
            ui.say("matches.sort"),
            {o: words.say(f"states.order.{o}", spoken) for o in known["sort"].options or ()},
            key=ui_filters.key("sort"), on_new=ui_filters.first_page, width=160,
        )  # fmt: skip
        st.segmented_control(
            ui.say("matches.view"), list(known["view"].options or ()), key=ui_filters.key("view"), required=True,
            format_func=lambda v: ui.say(f"matches.views.{v}"),
        )  # fmt: skip
        if ui_filters.value("view") == "table":
            ui_grid.picker()
        if len(latest.ordered):
            _downloads(latest)


def counts(found: Found) -> dict[str, Mapping[str, int]]:
    """How many calls each choice leads to, and how many stored calls each group of hidden programmes has."""
    noise = found.facets.sets("noise")
    tally = zip(noise.names, noise.has.sum(axis=0).tolist(), strict=True)
    behind = {name: found.behind(asks, options) for name, (asks, options) in ui_windows.options().items()}
    return {**found.counts(), **behind, "noise": dict(tally)}


def page_of(ordered: Listing) -> pd.DataFrame:
    """The rows of the page that the address asks for; the last page if it asks for too much."""
    pages = max(1, -(-len(ordered) // PER_PAGE))
    page = min(int(ui_filters.value("page") or 1), pages)
    st.session_state[ui_filters.key("page")] = str(page)
    return ordered.rows((page - 1) * PER_PAGE, page * PER_PAGE)


def summary(
    ordered: Listing,
    rows: pd.DataFrame,
    found: Found,
    known: Mapping[str, Choice],
    states: Mapping[str, int],
) -> None:
    """How many calls are shown, what hides the others and how to see them, and the downloads.

    `states`: how many calls each state has among those that pass all other filters.
    """
    spoken = ui.language()
    stored = words.number(len(found.facets.table), spoken)
    with st.container(horizontal=True, vertical_alignment="center", key="summary"):
        if len(ordered) > PER_PAGE:
            first = (int(ui_filters.value("page")) - 1) * PER_PAGE + 1
            numbers = {"first": first, "last": first + len(rows) - 1, "n": len(ordered)}
            shown = ui.say(
                "matches.count_range", total=stored, **{k: words.number(v, spoken) for k, v in numbers.items()}
            )
        else:
            shown = ui.plural("matches.count", len(ordered), total=stored)
        away = f" {ui_filters.hidden_sentence(found.hidden)}" if found.hidden else ""
        st.markdown(f"**{ui.md_escape(shown)}**{ui.md_escape(away)}", width="content")
        ui_hiding.more(found, known)
        if chosen := ui_filters.value("priority"):
            fields = ", ".join(ui.short(key) for key in chosen)
            st.caption(ui.md_escape(ui.say("matches.scored_for", fields=fields)), width="content")
        if others := shortlist.also(str(ui_filters.value("q") or ""), ui.ranker().english):
            st.caption(ui.md_escape(ui.say("matches.search_also", words=", ".join(others))), width="content")
    ui_kept.line(states)
    error = st.session_state.pop("error", None)
    if error is not None:
        ui.show(error)


def draw(rows: pd.DataFrame) -> int | None:
    """The rows as table or list, with their ticks; the one to open."""
    name = f"{ui_filters.value('view')}-{st.session_state.get(ui_bulk.ROUND, 0)}"
    applicant = (ui_filters.value("applicant") or ["municipality"])[0]
    shown = ui_rows.items if ui_filters.value("view") == "list" else ui_grid.grid
    st.session_state[ui_bulk.TICKED], opened = shown(rows, name, applicant, ui_bulk.ticked())
    return opened


def learning() -> None:
    """The switch of what decisions teach, below the filters."""
    with ui.filter_slot():
        st.toggle(
            ui.say("matches.learning"), value=True, key=LEARNING, help=ui.say("matches.learning_help"),
            persist_state="session",
        )  # fmt: skip


def pager(ordered: Listing) -> None:
    pages = -(-len(ordered) // PER_PAGE)
    if pages > 1:
        page = int(ui_filters.value("page"))
        name = f"matches_pager_{page}"
        st.pagination(pages, default=page, key=name, on_change=_turn, args=(name,))


def _turn(name: str) -> None:
    st.session_state[ui_filters.key("page")] = str(st.session_state[name])


def open_call(rows: pd.DataFrame, opened: int | None) -> None:
    """Go to the call that was clicked; the way back keeps filters and page."""
    if opened is not None:
        ui_bulk.redraw()
        reference = str(rows["reference"].iloc[opened])
        st.switch_page(ui.page("call"), query_params=ui_address.kept("call", call=reference))


def _downloads(latest: Latest) -> None:
    told = _provenance(latest.ordered)
    with st.popover(ui.say("matches.download"), icon=":material/download:", key="downloads"):
        st.caption(ui.plural("matches.download_lead", len(latest.ordered)))
        as_shown = st.toggle(
            ui.say("shelf.columns.as_shown"), key="as_shown", help=ui.say("shelf.columns.as_shown_help"),
            persist_state="session",
        )  # fmt: skip
        ui_downloads.menu(_maker(latest, told, as_shown), "download")


def _provenance(ordered: Listing) -> dict[str, str]:
    profile, spoken = ui.profile(), ui.language()
    names = {p.key: ui.label(p.key) for p in profile.priorities} | {n.key: ui.label(n.key) for n in profile.noise}
    return desk.provenance(ui.store(), ui.settings(), today=ui.today(), profile=profile) | {
        "filters": shortlist.describe(ui_filters.asked(), spoken, names),
        "order": ui_filters.value("sort") or "score",
        "exported": desk.now().astimezone(ui.BRUSSELS).date().isoformat(),
        "rows": words.number(len(ordered), spoken),
        "ranker": ui.ranker().label,
    }


def _maker(latest: Latest, told: Mapping[str, str], as_shown: bool) -> Callable[[str, bool], Callable[[], bytes]]:
    """Makes a file of a form when somebody asks for it. What it needs is fetched now: later there is no session."""
    ranker, profile, learned, spoken, stamp = ui.ranker(), ui.profile(), ui.learned(), ui.language(), desk.now()
    shown = ui_grid.chosen() if as_shown else None

    def file(form: str, people: bool) -> Callable[[], bytes]:
        columns = ui_grid.in_file(shown, form) if shown is not None else None

        def make() -> bytes:
            ordered = latest.ordered
            full = ordered.rows()
            if form != "ics":
                full = shortlist.reasons(full, ranker, profile, learned)
                full.attrs = ordered.table.attrs
            return exports.render(
                form, full, language=spoken, provenance=told, columns=columns, stamp=stamp, people=people
            )

        return make

    return file
