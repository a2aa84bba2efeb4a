"""The way of one call or of a few onto a named list, an old or a new one."""

from collections.abc import Sequence

import streamlit as st

from matcher import ui, ui_keep
from matcher.errors import ConflictError, MatcherError
from matcher.shelf import LONGEST_NAME

ROUND, LAST, TOLD = "put_round", "put_last", "put_told"


def menu(references: Sequence[str], said: str) -> None:
    """Put the calls on a list; `said` is where the session keeps what was done, as its kind and its words."""
    number = int(st.session_state.get(ROUND) or 0)
    with st.popover(ui.say("news.act.put"), icon=":material/playlist_add:", key=f"put_{number}"):
        told = st.session_state.pop(TOLD, "")
        if told:
            ui.notice(told, kind="warning")
        names = {one.id: one.name for one in ui_keep.lists()}
        # A key of its own for each round: what was typed or chosen for the call before must not stand here again.
        with st.form(f"put_form_{number}", border=False):
            if names:
                last = list(names).index(st.session_state[LAST]) if st.session_state.get(LAST) in names else None
                st.selectbox(
                    ui.say("shelf.bulk.choose"), list(names), index=last,
                    key=f"put_id_{number}", placeholder="–", format_func=lambda n: ui.plain(names.get(n, "")),
                )  # fmt: skip
            st.text_input(
                ui.say("shelf.bulk.new" if names else "shelf.lists.new"), key=f"put_name_{number}",
                max_chars=LONGEST_NAME,
            )  # fmt: skip
            st.form_submit_button(
                ui.say("shelf.bulk.add"), key="put_do", on_click=_put, args=(references, said, number), type="primary"
            )


def _put(references: Sequence[str], said: str, number: int) -> None:
    known = ui.calls()
    calls = [known[reference] for reference in references if reference in known]
    name = str(st.session_state.get(f"put_name_{number}") or "")
    try:
        made = ui_keep.put_on_list(calls, name, st.session_state.get(f"put_id_{number}"))
    except ConflictError:
        st.session_state[TOLD] = ui.say("shelf.bulk.taken", name=name)
        return
    except MatcherError as error:
        st.session_state["error"] = error
        return
    if made is None:
        st.session_state[TOLD] = ui.say("shelf.bulk.nameless")
        return
    st.session_state[said] = ("success", ui.plural("shelf.bulk.added", len(calls), name=made.name))
    st.session_state[LAST] = made.id
    # A new key closes the menu.
    st.session_state[ROUND] = number + 1
