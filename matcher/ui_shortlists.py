"""Which named list the page "Shortlists" shows, and what is done to it as a whole: make, rename, take away."""

import streamlit as st

from matcher import desk, ui, ui_keep, words
from matcher.errors import ConflictError, MatcherError
from matcher.shelf import LONGEST_NAME, Shortlist

GONE, SAID, HERE = "list_gone", "list_said", "list"


def told() -> None:
    """What was just done, with the way back, or why it was not."""
    said, error = st.session_state.pop(SAID, None), st.session_state.pop("error", None)
    if error is not None:
        ui.show(error)
    if said:
        ui.notice(said[1], kind=said[0])
    if GONE in st.session_state:
        st.button(ui.say("matches.undo"), key="list_undo", icon=":material/undo:", on_click=_restore)


def choose() -> Shortlist | None:
    """The list of the address, or the last one; None (and words on the page) if there is none."""
    found = ui_keep.lists()
    with st.container(horizontal=True, vertical_alignment="bottom", key="lists_bar"):
        chosen = _select(found) if found else None
        with st.popover(ui.say("shelf.lists.new"), icon=":material/add:", key="list_new"):
            st.text_input(ui.say("shelf.lists.name"), key="list_new_name", max_chars=LONGEST_NAME)
            st.button(ui.say("shelf.lists.create"), key="list_create", type="primary", on_click=_create)
        if chosen is not None:
            with st.popover(ui.say("shelf.lists.edit"), icon=":material/edit:", key="list_edit"):
                _edit(chosen)
    if not found:
        ui.notice(ui.say("shelf.lists.none"))
    return chosen


def about(chosen: Shortlist) -> None:
    """How long the list is, whose it is, who changed it last, and its note."""
    spoken = ui.language()
    parts = [ui.plural("shelf.lists.count", len(chosen.entries))]
    if chosen.owner:
        parts.append(ui.say("shelf.lists.owned", owner=chosen.owner))
    if chosen.at:
        parts.append(ui.say("shelf.lists.about", by=chosen.by or "–", moment=words.moment(chosen.at, spoken)))
    st.caption(ui.md_escape(" · ".join(parts)))
    if chosen.note:
        st.text(ui.plain(chosen.note))


def act(error: MatcherError) -> None:
    """Keep an error for the top of the page; a conflict says who was faster."""
    if isinstance(error, ConflictError) and isinstance(error.current, Shortlist):
        st.session_state[SAID] = ("warning", ui.say("shelf.lists.conflict", by=error.current.by or "–"))
    else:
        st.session_state["error"] = error


def _select(found: list[Shortlist]) -> Shortlist:
    known = {one.id: one for one in found}
    asked = st.query_params.get(HERE, "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    stayed = st.session_state.get("page_before") == "shortlists" and asked == st.session_state.get("list_address")
    if not stayed and wanted in known:
        st.session_state["list_id"] = wanted
    if st.session_state.get("list_id") not in known:
        st.session_state["list_id"] = found[-1].id
    st.selectbox(
        ui.say("shelf.lists.choose"), list(known), key="list_id", persist_state="session", width=360,
        format_func=lambda n: ui.plain(known[n].name) if n in known else "–",
    )  # fmt: skip
    chosen = known[st.session_state["list_id"]]
    if asked != str(chosen.id):
        st.query_params[HERE] = str(chosen.id)
    st.session_state["list_address"] = str(chosen.id)
    return chosen


def _edit(chosen: Shortlist) -> None:
    key = f"list_{chosen.id}_{chosen.version}"
    st.text_input(ui.say("shelf.lists.name"), value=chosen.name, key=f"{key}_name", max_chars=LONGEST_NAME)
    st.text_input(ui.say("shelf.lists.owner"), value=chosen.owner or "", key=f"{key}_owner", max_chars=60)
    st.text_area(ui.say("shelf.lists.note"), value=chosen.note or "", key=f"{key}_note", max_chars=2000)
    with st.container(horizontal=True):
        st.button(ui.say("shelf.lists.save"), key="list_save", type="primary", on_click=_save, args=(chosen, key))
        st.button(
            ui.say("shelf.lists.delete"),
            key="list_delete",
            icon=":material/delete:",
            on_click=_delete,
            args=(chosen,),
        )


def _create() -> None:
    name = str(st.session_state.get("list_new_name") or "").strip()
    if not name:
        st.session_state[SAID] = ("warning", ui.say("shelf.lists.nameless"))
        return
    try:
        made = desk.create_shortlist(ui.store(), ui.settings(), name=name, by=ui.user())
    except ConflictError:
        st.session_state[SAID] = ("warning", ui.say("shelf.lists.taken", name=name))
        return
    except MatcherError as error:
        act(error)
        return
    st.session_state["list_new_name"] = ""
    st.session_state["list_id"] = made.id


def _save(chosen: Shortlist, key: str) -> None:
    name, owner, note = (str(st.session_state.get(f"{key}_{part}") or "") for part in ("name", "owner", "note"))
    if not name.strip():
        st.session_state[SAID] = ("warning", ui.say("shelf.lists.nameless"))
        return
    try:
        desk.rename_shortlist(ui.store(), shortlist=chosen, name=name, by=ui.user(), owner=owner, note=note.strip())
    except ConflictError as error:
        if isinstance(error.current, Shortlist) and error.current.id != chosen.id:
            st.session_state[SAID] = ("warning", ui.say("shelf.lists.taken", name=name))
        else:
            act(error)
    except MatcherError as error:
        act(error)


def _delete(chosen: Shortlist) -> None:
    try:
        st.session_state[GONE] = desk.delete_shortlist(ui.store(), shortlist=chosen)
        st.session_state[SAID] = ("success", ui.say("shelf.lists.deleted", name=chosen.name))
    except MatcherError as error:
        act(error)


def _restore() -> None:
    try:
        st.session_state["list_id"] = desk.restore_shortlist(ui.store(), shortlist=st.session_state.pop(GONE)).id
    except MatcherError as error:
        act(error)
