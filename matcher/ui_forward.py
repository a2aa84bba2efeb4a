"""Handing a call on: to whom, the mail to copy or to open, and the note in the history that it went out."""

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_clash, ui_keep
from matcher.errors import ConflictError, MatcherError
from matcher.ledger import State
from matcher.model import Call

MOST = 300


def panel(call: Call, row: pd.DataFrame) -> None:
    """Recipients, mail text, the link that opens the mail program, and the button that logs it."""
    names: dict[str, str] = {}
    # A faulty file of recipients must not take the mail away: addresses can still be typed.
    with ui.errors():
        names = {r.key: r.names.get(ui.language()) or r.names.get("de", r.key) for r in ui_keep.recipients()}
    office = ui.office()
    key = f"forward_{call.reference}_{office}"
    with st.expander(ui.say("call.mail"), key="mail", icon=":material/mail:"):
        roles = st.multiselect(
            ui.say("shelf.forward.roles"), list(names), key=f"{key}_roles",
            default=[k for k in (office,) if k in names],
            format_func=lambda k: ui.plain(names.get(k, k)), placeholder=ui.say("shelf.forward.choose"),
        )  # fmt: skip
        typed = st.text_input(
            ui.say("shelf.forward.addresses"), key=f"{key}_to", max_chars=MOST,
            help=ui.say("shelf.forward.addresses_help"),
        )  # fmt: skip
        told = desk.provenance(ui.store(), ui.settings(), today=ui.today())
        # A note is for the house; who writes to a town may add it.
        noted = bool(row["note"].iloc[0]) and st.toggle(ui.say("shelf.export.note"), key=f"{key}_note")
        subject, text = exports.mail(row if noted else row.assign(note=None), ui.language(), told)
        st.caption(ui.say("call.mail_help"))
        st.code(f"{subject}\n\n{text}", language=None, wrap_lines=True)
        addresses = [part.strip() for part in str(typed or "").replace(";", ",").split(",") if part.strip()]
        link, cut = exports.mailto(addresses, subject, text)
        to = [names[k] for k in roles] or addresses
        with st.container(horizontal=True):
            st.link_button(ui.say("call.mailto"), link, icon=":material/open_in_new:", key="mailto")
            st.button(
                ui.say("shelf.forward.log"), key="forward_log", type="primary", icon=":material/forward_to_inbox:",
                disabled=not to, on_click=_log, args=(call, to, office), help=ui.say("shelf.forward.log_help"),
            )  # fmt: skip
        if cut:
            st.caption(ui.say("call.mailto_cut"))


def _log(call: Call, to: list[str], office: str) -> None:
    seen: tuple[object, int] = st.session_state.get(ui_clash.SEEN, (None, 0))
    try:
        made = desk.forward(ui.store(), call=call, to=to, by=ui.user(), office=office, seen=seen[1])
    except ConflictError as error:
        ui_clash.keep(error, call, office, desk.Said(State.FORWARDED, to=tuple(to)))
        return
    except MatcherError as error:
        st.session_state["error"] = error
        return
    ui_clash.note(made, office)
