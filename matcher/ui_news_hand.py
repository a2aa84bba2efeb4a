"""Handing on from the page "What is new": the mail is read first, then logged."""

from collections.abc import Callable, Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from matcher import desk, ui, ui_forward, ui_keep, ui_keys
from matcher.views import shortlist

MAIL = "news_mail"
MOST_USED, LONGEST = 50, 120


def recipient(name: str) -> str:
    """To whom the calls go, empty until one is chosen. A field and no menu: typing finds one of many."""
    known = _recipients()
    chosen = st.selectbox(
        ui.say("news.act.forward"), known, index=None, placeholder=ui.say("news.act.forward"), key=name,
        format_func=ui.plain, label_visibility="collapsed", width=280, filter_mode="contains",
    )  # fmt: skip
    return " ".join(str(chosen or "").split())[:LONGEST]


def draft(to: str, references: Sequence[str], log: Callable[..., None], args: tuple[object, ...], name: str) -> None:
    """The mail about the calls, to copy or to open; only the button logs that it went out."""
    rows, told = _rows(references)
    with st.container(border=True, key="news_draft"):
        st.markdown(f"**{ui.md_escape(ui.plural('news.act.mail', len(references), to=to))}**")
        addresses = ui_forward.addresses(_address_key(to))
        with ui_forward.letter(rows, told, addresses, "news_mailto", field=name, height=190, named=False):
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
            ui.md_escape(ui.say("news.act.mail_again", to=to)), link, icon=":material/mail:", key="news_mail_again",
            type="tertiary", on_click=_opened,
        )  # fmt: skip


def _opened() -> None:
    st.session_state.pop(MAIL, None)


def _clear(name: str) -> None:
    st.session_state[name] = None


def _recipients() -> list[str]:
    """To whom calls went lately, addresses too, then the roles of one's own town, then all others."""
    with ui.errors():
        known = [r.names.get(ui.language()) or r.names.get("de", r.key) for r in ui_keep.recipients()]
        used = [name for d in reversed(ui.decisions()) for name in d.to]
        town = ui_keep.offices().get(ui.office(), "")
        own = [name for name in known if town and name.startswith(town)]
        return list(dict.fromkeys([*list(dict.fromkeys(used))[:MOST_USED], *own, *known]))
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
