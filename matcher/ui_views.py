"""Saved views in the sidebar: one click each with its count of unseen calls; saving, replacing and taking away."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import streamlit as st

from matcher import desk, desk_shelf, ui, ui_address, ui_filters, ui_keep
from matcher.errors import ConflictError, MatcherError
from matcher.shelf import LONGEST_NAME, SavedView
from matcher.ui_address import Choice
from matcher.views.shortlist import Facets, Filters, Found

SAID, GONE = "view_said", "view_gone"


def panel(known: Mapping[str, Choice], facets: Facets) -> None:
    """The views of the region, one click each, and what can be done with the one on the screen."""
    kept, now = ui_keep.views(), _query(known)
    here = next((view for view in kept if view.query == now and (view.office or "") in ("", ui.office())), None)
    with ui.filter_slot(), st.container(key="views", gap=None):
        for view in kept:
            unseen = _unseen(view, known, facets)
            news = f" · {ui.plural('shelf.views.unseen', unseen)}" if unseen else ""
            # Not a link: one to the page on the screen leaves the address in the browser as it is.
            st.button(
                ui.md_escape(_name(view) + news), key=f"view_{view.id}", type="tertiary",
                icon=":material/bookmark_added:" if view is here else ":material/bookmark:", on_click=_show,
                args=(view, dict(known)),
            )  # fmt: skip
        with st.popover(
            ui.say("shelf.views.title"), icon=":material/bookmark_add:", key="view_menu", type="tertiary"
        ):
            _menu(here, kept, now)
        said = st.session_state.pop(SAID, None)
        if said:
            st.caption(ui.md_escape(said))
        if GONE in st.session_state:
            st.button(
                ui.say("matches.undo"), key="view_undo", icon=":material/undo:", on_click=_restore, type="tertiary"
            )


def news_of(facets: Facets, asked: Filters, texts: Mapping[str, str] | None) -> int:
    """How many calls are unseen among those that pass all other filters."""
    since = ui_keep.unseen()
    return int(Found(facets, replace(asked, since=since), texts).mask.sum()) if since else 0


def _menu(here: SavedView | None, kept: list[SavedView], now: str) -> None:
    if here is not None:
        st.caption(ui.md_escape(ui.say("shelf.views.is", name=here.name, by=here.by or "–")))
        st.button(
            ui.say("shelf.views.delete"), key="view_delete", icon=":material/delete:", on_click=_delete, args=(here,)
        )
        if len(kept) > 1:
            _places(here, kept)
    else:
        st.caption(ui.say("shelf.views.lead"))
        st.text_input(ui.say("shelf.views.name"), key="view_name", max_chars=LONGEST_NAME)
        st.button(ui.say("shelf.views.save"), key="view_save", type="primary", on_click=_save, args=(now,))
        if kept:
            names = {view.id: view.name for view in kept}
            st.selectbox(
                ui.say("shelf.views.replace"), list(names), index=None, key="view_replace", on_change=_replace,
                format_func=lambda n: ui.plain(names.get(n, "")), args=({v.id: v for v in kept}, now),
                placeholder=ui.say("shelf.views.choose"),
            )  # fmt: skip
    base = str(st.context.url or "").split("?")[0]
    st.caption(ui.say("shelf.views.address"))
    st.code(f"{base}?{now}" if now else base, language=None, wrap_lines=True)


def _name(view: SavedView) -> str:
    """The name of a view, with the town it is for."""
    return f"{view.name} ({ui_keep.offices().get(view.office, view.office)})" if view.office else view.name


def _places(here: SavedView, kept: list[SavedView]) -> None:
    """Ways to put the view on the screen elsewhere, and all of them by name."""
    order = [view.id or 0 for view in kept]
    at = order.index(here.id or 0)
    moved = {
        "up": [*order[: at - 1], order[at], order[at - 1], *order[at + 1 :]] if at else order,
        "down": [*order[:at], *order[at + 1 : at + 2], order[at], *order[at + 2 :]],
        "by_name": [view.id or 0 for view in desk_shelf.by_name(kept)],
    }
    icons = {"up": "arrow_upward", "down": "arrow_downward", "by_name": "sort_by_alpha"}
    with st.container(horizontal=True):
        for name, wanted in moved.items():
            st.button(
                ui.say(f"shelf.views.{name}"), key=f"view_{name}", icon=f":material/{icons[name]}:", on_click=_order,
                args=(wanted,), disabled=wanted == order, type="tertiary",
            )  # fmt: skip


def _order(wanted: list[int]) -> None:
    try:
        desk_shelf.order_views(ui.store(), ui.settings(), order=wanted)
    except MatcherError as error:
        st.session_state["error"] = error


def _query(known: Mapping[str, Choice]) -> str:
    """What the address says now, without page and language: the same text for the same view."""
    wanted = {name: texts for name, texts in ui_address.wanted_of(ui_filters.PAGE, known).items() if name != "page"}
    return urlencode(wanted, doseq=True)


def _unseen(view: SavedView, known: Mapping[str, Choice], facets: Facets) -> int:
    since = ui_keep.unseen()
    if not since:
        return 0
    values = parse_qs(view.query, keep_blank_values=True)
    filters = ui_filters.filters_of(lambda name: known[name].read(values.get(name)))
    texts = ui.texts() if filters.search else None
    return int(Found(facets, replace(filters, since=since), texts).mask.sum())


def _show(view: SavedView, known: Mapping[str, Choice]) -> None:
    """Set filters, order and columns as the view has them."""
    values = parse_qs(view.query, keep_blank_values=True)
    if view.office in ui_keep.offices():
        st.session_state["office"] = view.office
    for name, choice in known.items():
        st.session_state[ui_filters.key(name)] = choice.read(values.get(name))


def _save(query: str) -> None:
    name = str(st.session_state.get("view_name") or "").strip()
    if not name:
        st.session_state[SAID] = ui.say("shelf.views.nameless")
        return
    try:
        view = desk.save_view(
            ui.store(), ui.settings(), name=name, query=query, by=ui.user(), office=ui.office() or None
        )
    except ConflictError:
        st.session_state[SAID] = ui.say("shelf.views.taken", name=name)
        return
    except MatcherError as error:
        st.session_state["error"] = error
        return
    st.session_state["view_name"] = ""
    st.session_state.pop(GONE, None)
    st.session_state[SAID] = ui.say("shelf.views.saved", name=view.name)


def _replace(views: Mapping[int | None, SavedView], query: str) -> None:
    view = views.get(st.session_state.get("view_replace"))
    if view is None:
        return
    try:
        desk.replace_view(ui.store(), view=view, query=query, by=ui.user(), office=ui.office() or None)
        st.session_state[SAID] = ui.say("shelf.views.saved", name=view.name)
    except MatcherError as error:
        st.session_state["error"] = error


def _delete(view: SavedView) -> None:
    try:
        st.session_state[GONE] = desk.delete_view(ui.store(), view=view)
        st.session_state[SAID] = ui.say("shelf.views.deleted", name=view.name)
    except MatcherError as error:
        st.session_state["error"] = error


def _restore() -> None:
    try:
        view = desk.restore_view(ui.store(), view=st.session_state.pop(GONE))
        st.session_state[SAID] = ui.say("shelf.views.saved", name=view.name)
    except MatcherError as error:
        st.session_state["error"] = error
