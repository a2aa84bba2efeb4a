"""Handing calls on: to whom, the mail to copy or to open, and the note in the history that a call went out."""

from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_bulk_clash, ui_clash, ui_keep, ui_shortlists
from matcher.errors import ConflictError, MatcherError
from matcher.ledger import State
from matcher.model import Call

MOST = 300


def panel(call: Call, row: pd.DataFrame) -> None:
    """Recipients, mail text, the link that opens the mail program, and the button that logs it."""
    office = ui.office()
    key = f"forward_{call.reference}_{office}"
    with st.expander(ui.say("call.mail"), key="mail", icon=":material/mail:"):
        to, addresses = recipients(key)
        told = desk.provenance(ui.store(), ui.settings(), today=ui.today())
        # A note is for the house; who writes to a town may add it.
        noted = bool(row["note"].iloc[0]) and st.toggle(ui.say("shelf.export.note"), key=f"{key}_note")
        line = letter(row if noted else row.assign(note=None), told, addresses, "mailto", field=key)
        with line:
            st.button(
                ui.say("shelf.forward.log"), key="forward_log", type="primary", icon=":material/forward_to_inbox:",
                disabled=not to, on_click=_log, args=(call, key, office), help=ui.say("shelf.forward.log_help"),
            )  # fmt: skip


def recipients(key: str) -> tuple[list[str], list[str]]:
    """To whom: the names for the history (the chosen roles, else the addresses), and the typed addresses."""
    names: dict[str, str] = {}
    # A faulty file of recipients must not take the mail away: addresses can still be typed.
    with ui.errors():
        names = _names()
    # Without "select all": Enter would take every match and not the first. Nobody is chosen: one's own town least.
    st.multiselect(
        ui.say("shelf.forward.roles"), list(names), key=f"{key}_roles",
        select_all=False, filter_mode="contains",
        format_func=lambda k: ui.plain(names.get(k, k)), placeholder=ui.say("shelf.forward.choose"),
    )  # fmt: skip
    typed = addresses(f"{key}_to")
    return _to(key, names) or typed, typed


def _names() -> dict[str, str]:
    return {r.key: r.names.get(ui.language()) or r.names.get("de", r.key) for r in ui_keep.recipients()}


def _to(key: str, names: dict[str, str]) -> list[str]:
    return [names[one] for one in st.session_state.get(f"{key}_roles") or [] if one in names]


def chosen(key: str) -> list[str]:
    """To whom, as `recipients(key)` stands when a button is pressed: the last run of the page may know less.

    Raises MatcherError where the file of recipients cannot be read.
    """
    return _to(key, _names()) or split(st.session_state.get(f"{key}_to"))


def addresses(key: str) -> list[str]:
    """The addresses that the mail program shall fill in, as they are typed; kept for the session."""
    typed = st.text_input(
        ui.say("shelf.forward.addresses"), key=key, max_chars=MOST, persist_state="session",
        help=ui.say("shelf.forward.addresses_help"),
    )  # fmt: skip
    return split(typed)


def split(typed: object) -> list[str]:
    """The parts of a text between commas and semicolons."""
    return [part.strip() for part in str(typed or "").replace(";", ",").split(",") if part.strip()]


def link(rows: pd.DataFrame, told: dict[str, str], to: list[str], field: str) -> exports.Mailto:
    """The address that opens the mail on these rows in the mail program, with the request kept under `field`."""
    return exports.mailto(to, *_written(rows, told, st.session_state.get(f"{field}_ask")))


def request(rows: pd.DataFrame, field: str, *, named: bool = True) -> str:
    """What the mail asks of its recipient; kept for the session once it was changed, else of these rows and day.

    `named`: whether the field's name stands above it; else it shows where the field is empty.
    """
    key, usual = f"{field}_ask", exports.question(rows, ui.language())
    if st.session_state.get(key) in (None, st.session_state.get(f"{key}_usual")):
        st.session_state[key] = usual
    st.session_state[f"{key}_usual"] = usual
    return st.text_input(
        ui.say("shelf.forward.ask"), key=key, max_chars=MOST, persist_state="session",
        help=ui.say("shelf.forward.ask_help"), placeholder=None if named else ui.say("shelf.forward.ask"),
        label_visibility="visible" if named else "collapsed",
    )  # fmt: skip


def letter(
    rows: pd.DataFrame,
    told: dict[str, str],
    addresses: list[str],
    key: str,
    *,
    field: str,
    of: str = "",
    height: int | None = None,
    named: bool = True,
) -> Any:
    """The mail on these rows to copy, and the link that opens the mail program if every call fits into it.

    `field`: under which the request to the recipient is kept, `named`: whether its field is. `of`: the name of the
    list that the rows are. Returns the line of buttons, for more of them.
    """
    subject, text = _written(rows, told, request(rows, field, named=named), of)
    made = exports.mailto(addresses, subject, text)
    st.caption(ui.say("call.mail_help" if made.complete else "call.mailto_long"))
    st.code(f"{subject}\n\n{text}", language=None, wrap_lines=True, height=height or "content")
    line = st.container(horizontal=True)
    if made.complete:
        line.link_button(ui.say("call.mailto"), made.address, icon=":material/open_in_new:", key=key)
    if made.complete and made.shortened:
        st.caption(ui.say("call.mailto_cut"))
    return line


def log_all(references: list[str], key: str, office: str, seen: int) -> None:
    """Note in the history of every call of a list that it went out to those chosen under `key`; where a colleague of
    the office has decided since `seen`, the newest decision on the screen, both are shown and nothing is written."""
    known = ui.calls()
    try:
        mine = desk.Said(State.FORWARDED, to=tuple(chosen(key)))
        what = [(known[reference], mine) for reference in references if reference in known]
        before = {call.reference: seen for call, _ in what}
        outcome = desk.decide_many(ui.store(), what=what, by=ui.user(), seen=before, office=office or None)
    except MatcherError as error:
        ui_shortlists.act(error)
        return
    ui_bulk_clash.keep(mine, outcome, office)
    if outcome.done:
        told = ui.plural("shelf.forward.logged", len(outcome.done))
        st.session_state[ui_shortlists.SAID] = ("success", told)


def _written(rows: pd.DataFrame, told: dict[str, str], ask: str | None, of: str = "") -> tuple[str, exports.Letter]:
    office = ui.office()
    return exports.mail(
        rows, ui.language(), told, sender=_sender(), office=ui_keep.offices().get(office, office), of=of, ask=ask
    )


def _sender() -> str:
    """The name this session or the settings were given; that of the computer's account signs no mail."""
    name = str(st.session_state.get("user") or "").strip()
    return name if ui.settings().named or name != ui.settings().user else ""


def _log(call: Call, key: str, office: str) -> None:
    seen: tuple[object, int] = st.session_state.get(ui_clash.SEEN, (None, 0))
    to: list[str] = []
    try:
        to = chosen(key)
        made = desk.forward(ui.store(), call=call, to=to, by=ui.user(), office=office, seen=seen[1])
    except ConflictError as error:
        ui_clash.keep(error, call, office, desk.Said(State.FORWARDED, to=tuple(to)))
        return
    except MatcherError as error:
        st.session_state["error"] = error
        return
    ui_clash.note(made, office)
