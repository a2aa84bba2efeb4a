"""One named list: its calls in the order people gave them, moved and noted one by one; files, mail, changes."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_address, ui_downloads, ui_forward, ui_rows, ui_shortlists, words
from matcher.errors import MatcherError
from matcher.ledger import State
from matcher.shelf import Entry, Shortlist
from matcher.ui_look import Node, el
from matcher.views import changes as changes_view
from matcher.views import shortlist as shortlist_view

PER_PAGE, MOST_NAMED = 40, 3


def rows_of(chosen: Shortlist) -> pd.DataFrame:
    """The calls of the list as rows of the shortlist in its order, ranked by it, its notes before those of decisions.

    A call that is gone is replaced by the one that carries its identifier now; without one it is left out.
    """
    table = ui.table()
    place = {reference: row for row, reference in enumerate(table["reference"])}
    heirs = dict(zip(table["identifier"], table["reference"], strict=True))
    found: dict[str, Entry] = {}
    for entry in chosen.entries:
        reference = entry.reference if entry.reference in place else heirs.get(entry.identifier, "")
        if reference:
            found.setdefault(reference, entry)
    rows = table.iloc[[place[reference] for reference in found]].reset_index(drop=True)
    rows["rank"] = range(1, len(rows) + 1)
    rows["note"] = [entry.note or old for entry, old in zip(found.values(), rows["note"], strict=True)]
    rows = shortlist_view.reasons(rows, ui.ranker(), ui.profile(), ui.learned())
    rows.attrs = table.attrs
    st.session_state["order"] = list(rows["reference"])
    return rows


def output(chosen: Shortlist, rows: pd.DataFrame) -> None:
    """Files of the list and a mail about all of it."""
    spoken = ui.language()
    told = desk.provenance(ui.store(), ui.settings(), today=ui.today()) | {
        "filters": ui.say("shelf.lists.filter", name=chosen.name),
        "exported": desk.now().astimezone(ui.BRUSSELS).date().isoformat(),
        "rows": words.number(len(rows), spoken),
        "ranker": ui.ranker().label,
    }
    stamp = desk.now()

    def file(form: str, people: bool) -> Callable[[], bytes]:
        return lambda: exports.render(form, rows, language=spoken, provenance=told, stamp=stamp, people=people)

    with st.container(horizontal=True, key="list_output"):
        with st.popover(ui.say("shelf.lists.download"), icon=":material/download:", key="list_downloads"):
            ui_downloads.menu(file, "list", of=chosen.name, people="list_people")
        with st.popover(ui.say("shelf.lists.mail"), icon=":material/mail:", key="list_mail"):
            field = f"list_{chosen.id}"
            to, addresses = ui_forward.recipients(field)
            noted = st.toggle(ui.say("shelf.export.note"), key="list_mail_note")
            sent = rows if noted else rows.assign(note=None)
            turned = rows.loc[rows["state"] == State.DISCARDED, "title"]
            if len(turned):
                told_of = "; ".join(f"„{title}“" if spoken == "de" else f"“{title}”" for title in turned[:MOST_NAMED])
                ui.notice(ui.plural("shelf.lists.discarded", len(turned), list=told_of), kind="warning")
            newest = max((d.id or 0 for d in ui.decisions()), default=0)
            with ui_forward.letter(sent, told, addresses, "list_mailto", field=field, of=chosen.name, height=170):
                st.button(
                    ui.say("shelf.forward.log"), key="list_forward_log", icon=":material/forward_to_inbox:",
                    disabled=not to, on_click=ui_forward.log_all,
                    args=(list(rows["reference"]), field, ui.office(), newest),
                    help=ui.say("shelf.forward.log_help"),
                )  # fmt: skip


def entries(chosen: Shortlist, rows: pd.DataFrame) -> None:
    """The calls one by one, each with its facts, its note and the ways to move it."""
    pages = max(1, -(-len(chosen.entries) // PER_PAGE))
    page = min(int(st.session_state.get("list_page") or 1), pages)
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    known = {row.reference: row for row in rows.itertuples()}
    by_identifier = {row.identifier: row for row in rows.itertuples()}
    first = (page - 1) * PER_PAGE
    for at, entry in enumerate(chosen.entries[first : first + PER_PAGE], start=first):
        row = known.get(entry.reference) or by_identifier.get(entry.identifier)
        _entry(chosen, at, entry, row, ui_rows.cells(row, ui.language(), shorts) if row is not None else None)
    if pages > 1:
        st.pagination(pages, default=page, key="list_page")


def changed(rows: pd.DataFrame) -> list[Node]:
    """What pulls found changed in calls of the list, newest first."""
    titles = dict(zip(rows["reference"], rows["title"], strict=True))
    units = dict(zip(rows["reference"], rows["currency"], strict=True))
    own = sorted((c for c in ui.changes() if c.reference in titles), key=lambda c: (c.on, c.run or 0), reverse=True)
    if not own:
        return [el("p", ui.say("shelf.lists.no_changes"), css="muted small")]
    spoken = ui.language()
    lines = [
        el("li", el("span", words.day(c.on, spoken), css="muted"), " ",
           changes_view.sentence(c, spoken, units[c.reference]),
           el("p", el("span", titles[c.reference], lang="en"), css="small muted"))
        for c in own[:40]
    ]  # fmt: skip
    return [el("ul", *lines, css="changes")]


def _entry(chosen: Shortlist, at: int, entry: Entry, row: Any, said: ui_rows.Cells | None) -> None:
    number, last = words.number(at + 1, ui.language()), len(chosen.entries) - 1
    with st.container(key=f"entry_{at}", border=True, gap="xsmall"):
        if row is None or said is None:
            st.text(f"{number}. {ui.plain(ui.say('shelf.lists.gone', identifier=entry.identifier))}")
        else:
            st.page_link(
                ui.page("call"), label=f"{number}\\. {ui.md_escape(row.title)}", icon="",
                query_params=ui_address.kept("call", call=row.reference),
            )  # fmt: skip
            left = words.days_left(ui_rows.whole(row.days_left), ui.language())
            doubt = ui.say("facts.before_opening") if ui.say("facts.before_opening") in said.conditions else ""
            facts = [said.status, f"{said.deadline} ({left})", doubt, said.money, said.rate, said.state, said.news]
            shown = [fact for fact in (*facts, row.identifier) if fact and fact != ui_rows.DASH]
            st.caption(ui.md_escape(" · ".join(shown)))
        if entry.note:
            st.text(ui.plain(entry.note))
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            for name, icon, to, off in (
                ("up", "arrow_upward", at - 1, at == 0),
                ("down", "arrow_downward", at + 1, at == last),
                ("to_top", "vertical_align_top", 0, at < 2),
            ):
                st.button(
                    ui.say(f"shelf.lists.{name}"), key=f"entry_{at}_{name}", icon=f":material/{icon}:", disabled=off,
                    type="tertiary", on_click=_move, args=(chosen, entry.reference, to),
                )  # fmt: skip
            _note_menu(chosen, at, entry)
            st.button(
                ui.say("shelf.lists.remove"), key=f"entry_{at}_remove", icon=":material/close:", type="tertiary",
                wrap=False, on_click=_remove, args=(chosen, entry.reference),
            )  # fmt: skip


def _note_menu(chosen: Shortlist, at: int, entry: Entry) -> None:
    key = f"entry_note_{chosen.id}_{chosen.version}_{at}"
    name = ui.say("shelf.lists.entry_note")
    with st.popover(name, icon=":material/edit_note:", key=f"entry_{at}_menu", type="tertiary"):
        st.text_area(name, value=entry.note or "", key=key, max_chars=2000)
        st.button(
            ui.say("shelf.lists.entry_note_save"), key=f"entry_{at}_save", type="primary", on_click=_note,
            args=(chosen, entry.reference, key),
        )  # fmt: skip


def _move(chosen: Shortlist, reference: str, to: int) -> None:
    try:
        desk.move_in_shortlist(ui.store(), shortlist=chosen, reference=reference, to=to, by=ui.user())
    except MatcherError as error:
        ui_shortlists.act(error)


def _remove(chosen: Shortlist, reference: str) -> None:
    try:
        desk.remove_from_shortlist(ui.store(), shortlist=chosen, references=[reference], by=ui.user())
    except MatcherError as error:
        ui_shortlists.act(error)


def _note(chosen: Shortlist, reference: str, key: str) -> None:
    note = str(st.session_state.get(key) or "")
    try:
        desk.note_in_shortlist(ui.store(), shortlist=chosen, reference=reference, note=note, by=ui.user())
    except MatcherError as error:
        ui_shortlists.act(error)
