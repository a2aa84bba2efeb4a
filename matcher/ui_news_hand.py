"""Handing on from the page "What is new": the mail is read first, then logged; and the way onto a named list."""

from collections.abc import Callable, Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_forward, ui_keep, ui_keys
from matcher.errors import ConflictError, MatcherError
from matcher.shelf import LONGEST_NAME
from matcher.views import shortlist

MAIL, ROUND = "news_mail", "news_put_round"
PUT_LAST, PUT_TOLD = "news_put_last", "news_put_told"
MOST_USED, LONGEST = 50, 120


def recipient(name: str) -> str:
    """To whom the calls go, empty until one is chosen. A field and no menu: typing finds one of many."""
    known = _recipients()
    chosen = st.selectbox(
        ui.say("news.act.forward"), known, index=None, placeholder=ui.say("news.act.forward"), key=name,
        format_func=ui.plain, label_visibility="collapsed", width=280,
    )  # fmt: skip
    return " ".join(str(chosen or "").split())[:LONGEST]


def draft(to: str, references: Sequence[str], log: Callable[..., None], args: tuple[object, ...], name: str) -> None:
    """The mail about the calls, to copy or to open; only the button logs that it went out."""
    rows, told = _rows(references)
    with st.container(border=True, key="news_draft"):
        st.markdown(f"**{ui.md_escape(ui.plural('news.act.mail', len(references), to=to))}**")
        addresses = ui_forward.addresses(_address_key(to))
        with ui_forward.letter(rows, told, addresses, "news_mailto", field=name, height=220):
            st.button(
                ui.say("shelf.forward.log"), key="news_forward_log", type="primary",
                icon=":material/forward_to_inbox:", shortcut=ui_keys.KEYS["save"], on_click=log, args=args,
                help=ui.say("shelf.forward.log_help"),
            )  # fmt: skip
            st.button(
                ui.say("news.act.cancel"), key="news_forward_cancel", type="tertiary",
                shortcut=ui_keys.KEYS["cancel"], on_click=_clear, args=(name,),
            )  # fmt: skip


def sent(to: str, references: Sequence[str], name: str, made: list[int | None]) -> None:
    """Keep the mail within reach as long as the decisions numbered `made` are the last ones, and empty the field."""
    rows, told = _rows(references)
    mail = ui_forward.link(rows, told, ui_forward.split(st.session_state.get(_address_key(to))), name)
    st.session_state[MAIL] = (to, mail.address if mail.complete else "", made)
    _clear(name)


def last_mail(made: list[int | None]) -> None:
    """The way to the mail that the decisions numbered `made` have logged, until it is opened."""
    to, link, of = st.session_state.get(MAIL) or ("", "", [])
    if link and of == made:
        st.link_button(
            ui.plain(ui.say("news.act.mail_again", to=to)), link, icon=":material/mail:", key="news_mail_again",
            type="tertiary", on_click=_opened,
        )  # fmt: skip


def list_menu(references: Sequence[str], said: str) -> None:
    """Put the calls on a named list, an old or a new one; `said` is where the session keeps what was done."""
    number = int(st.session_state.get(ROUND) or 0)
    with st.popover(ui.say("news.act.put"), icon=":material/playlist_add:", key=f"news_put_{number}"):
        told = st.session_state.pop(PUT_TOLD, "")
        if told:
            ui.notice(told, kind="warning")
        names = {one.id: one.name for one in ui_keep.lists()}
        # A key of its own for each round: what was typed or chosen for the call before must not stand here again.
        with st.form(f"news_put_form_{number}", border=False):
            if names:
                last = (
                    list(names).index(st.session_state[PUT_LAST]) if st.session_state.get(PUT_LAST) in names else None
                )
                st.selectbox(
                    ui.say("shelf.bulk.choose"), list(names), index=last,
                    key=f"news_put_id_{number}", placeholder="–", format_func=lambda n: ui.plain(names.get(n, "")),
                )  # fmt: skip
            st.text_input(
                ui.say("shelf.bulk.new" if names else "shelf.lists.new"), key=f"news_put_name_{number}",
                max_chars=LONGEST_NAME,
            )  # fmt: skip
            st.form_submit_button(
                ui.say("shelf.bulk.add"), key="news_put_do", on_click=_put, args=(references, said, number),
                type="primary",
            )  # fmt: skip


def _put(references: Sequence[str], said: str, number: int) -> None:
    known = ui.calls()
    calls = [known[reference] for reference in references if reference in known]
    name = str(st.session_state.get(f"news_put_name_{number}") or "")
    try:
        made = ui_keep.put_on_list(calls, name, st.session_state.get(f"news_put_id_{number}"))
    except ConflictError:
        st.session_state[PUT_TOLD] = ui.say("shelf.bulk.taken", name=name)
        return
    except MatcherError as error:
        st.session_state["error"] = error
        return
    if made is None:
        st.session_state[PUT_TOLD] = ui.say("shelf.bulk.nameless")
        return
    st.session_state[said] = ("success", ui.plural("shelf.bulk.added", len(calls), name=made.name))
    st.session_state[PUT_LAST] = made.id
    # A new key closes the menu.
    st.session_state[ROUND] = number + 1


def _opened() -> None:
    st.session_state.pop(MAIL, None)


def _clear(name: str) -> None:
    st.session_state[name] = None


def _recipients() -> list[str]:
    """Roles by name, those to whom calls went before first."""
    with ui.errors():
        known = [r.names.get(ui.language()) or r.names.get("de", r.key) for r in ui_keep.recipients()]
        used = [name for d in reversed(ui.decisions()) for name in d.to if name in known]
        return list(dict.fromkeys([*used[:MOST_USED], *known]))
    return []


def _address_key(to: str) -> str:
    """The field for the addresses of a recipient: typed once, they stand there for the next call, too."""
    return f"news_address_{crc32(to.encode()):08x}"


def _rows(references: Sequence[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """What there is to say on these calls, without notes of the house, and where it is from."""
    table = ui.table()
    rows = table[table["reference"].isin(list(references))].reset_index(drop=True)
    rows = shortlist.reasons(rows, ui.ranker(), ui.profile(), ui.decisions())
    rows.attrs = table.attrs
    return rows.assign(note=None), desk.provenance(ui.store(), ui.settings(), today=ui.today())
