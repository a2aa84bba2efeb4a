"""Deciding on the item of news in hand with one or two clicks, for all its topics or one; undo; the mail."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_address, ui_keep, ui_news, words
from matcher.errors import ConflictError, MatcherError
from matcher.ledger import Decision, Discard, State
from matcher.model import Call
from matcher.views import shortlist
from matcher.views.audit import marker

UNDO, SAID = "news_undo", "news_said"
PARKED = (2, 4, 12)
MOST_USED = 50
Say = tuple[Sequence[str], str]


def acts(items: pd.DataFrame, place: int, item: Any, reference: str) -> None:
    """The decisions, each for all open topics of the item or for the one that is read."""
    chosen = [reference]
    with st.container(horizontal=True, vertical_alignment="center", key="news_decide"):
        if len(item.open) > 1 or (item.open and reference not in item.open):
            every = st.toggle(
                ui.say("news.act.all", n=words.number(len(item.open), ui.language())), value=True,
                key=f"news_every_{item.key}",
            )  # fmt: skip
            chosen = list(item.open) if every else chosen
        to: Say = (chosen, _following(items, place, set(chosen)))
        seen = max((d.id or 0 for d in ui.decisions()), default=0)
        for name, state, shortcut in (("shortlist", State.SHORTLISTED, "I"), ("read", State.READING, "P")):
            st.button(
                ui.say(f"news.act.{name}"), key=f"news_{name}", shortcut=shortcut, on_click=_decide,
                args=(to, desk.Said(state), seen), type="primary" if name == "shortlist" else "secondary",
            )  # fmt: skip
        _menus(ui.calls()[reference], to, seen)
        _forward(to, seen, f"news_forward_{item.key}")
        kept = {one: last for one in chosen if (last := _last(one)) is not None and last.state is not State.NEW}
        if len(kept) == len(chosen) and item.open:
            held = words.say(f"states.state.{kept[reference].state}", ui.language()) if reference in kept else ""
            st.button(
                ui.say("news.act.keep"), key="news_keep", shortcut="K", on_click=_keep, args=(to, kept, seen),
                help=ui.md_escape(ui.say("news.act.keep_help", state=held)),
            )  # fmt: skip
        st.page_link(
            ui.page("call"), label=ui.say("news.act.open_page"), icon=":material/open_in_full:",
            query_params=ui_address.kept("call", call=reference),
        )  # fmt: skip


def told() -> None:
    """What was just decided, with the way back; a conflict; an error."""
    error = st.session_state.pop("error", None)
    if error is not None:
        ui.show(error)
    kind, text = st.session_state.pop(SAID, ("", ""))
    if text:
        ui.notice(text, kind=kind)
    sent: Decision | None = st.session_state.pop("decided", None)
    if sent is not None and sent.state is State.FORWARDED:
        st.session_state[UNDO] = (st.session_state.get(ui_news.key("item")), [sent])
    before, made = st.session_state.get(UNDO) or ("", [])
    calls = ui.calls()
    if not made or made[0].reference not in calls:
        return
    said = {
        "title": calls[made[0].reference].title,
        "state": words.say(f"states.state.{made[0].state}", ui.language()),
    }
    more = ui.plural("news.act.done_more", len(made) - 1, **said) if made[1:] else ui.say("news.act.done", **said)
    with st.container(horizontal=True, vertical_alignment="center", key="news_done"):
        st.caption(f":green[:material/check:] {ui.md_escape(more)}", width="content")
        if made[0].state is State.FORWARDED:
            st.caption(ui.md_escape(ui.say("call.sent_to", to=", ".join(made[0].to))), width="content")
            st.link_button(
                ui.say("call.mailto"), _mail([d.reference for d in made]), icon=":material/mail:", key="news_mailto",
                type="tertiary",
            )  # fmt: skip
        st.button(
            ui.say("matches.undo"), key="news_undo_do", icon=":material/undo:", type="tertiary", shortcut="U",
            on_click=_undo, args=(before, made),
        )  # fmt: skip


def _menus(call: Call, to: Say, seen: int) -> None:
    """Decisions that need one more word: until when, why not."""
    days = _days(call)
    reasons = {reason: words.say(f"states.discard.{reason}", ui.language()) for reason in Discard}
    for name, labels in (("park", days), ("discard", reasons)):
        if labels:
            st.menu_button(
                ui.say(f"news.act.{name}"), list(labels), key=f"news_{name}", on_click=_chosen, args=(name, to, seen),
                format_func={choice: ui.md_escape(text) for choice, text in labels.items()}.__getitem__,
            )  # fmt: skip


def _forward(to: Say, seen: int, name: str) -> None:
    """A field and not a menu: there are as many roles as towns, and typing finds one."""
    names = _recipients()
    if names:
        st.selectbox(
            ui.say("news.act.forward"), names, index=None, placeholder=ui.say("news.act.forward"), key=name,
            format_func=ui.plain, label_visibility="collapsed", width=200, on_change=_forwarded,
            args=(to, seen, name),
        )  # fmt: skip


def _days(call: Call) -> dict[Any, str]:
    today, spoken = ui.today(), ui.language()
    found = {}
    if call.opens and call.opens > today:
        found[call.opens] = ui.say("news.act.park_opens", day=words.day(call.opens, spoken))
    for weeks in PARKED:
        day = today + timedelta(weeks=weeks)
        found.setdefault(day, ui.plural("news.act.park_weeks", weeks, day=words.day(day, spoken)))
    return found


def _recipients() -> list[str]:
    """Roles by name, those to whom calls went before first."""
    with ui.errors():
        known = [r.names.get(ui.language()) or r.names.get("de", r.key) for r in ui_keep.recipients()]
        used = [name for d in reversed(ui.decisions()) for name in d.to if name in known]
        return list(dict.fromkeys([*used[:MOST_USED], *known]))
    return []


def _chosen(name: str, to: Say, seen: int) -> None:
    choice: Any = st.session_state.get(f"news_{name}")
    if choice is None:
        return
    if name == "park":
        _decide(to, desk.Said(State.PARKED, until=choice), seen)
    else:
        _decide(to, desk.Said(State.DISCARDED, Discard(choice)), seen)


def _forwarded(to: Say, seen: int, name: str) -> None:
    choice = st.session_state.get(name)
    st.session_state[name] = None
    if choice:
        _decide(to, desk.Said(State.FORWARDED, to=(str(choice),)), seen)


def _decide(to: Say, said: desk.Said, seen: int) -> None:
    _write(to, dict.fromkeys(to[0], said), seen)


def _keep(to: Say, kept: dict[str, Decision], seen: int) -> None:
    """Say again what holds, so that the item is done."""
    said = {one: desk.Said(d.state, d.reason, until=d.until, to=tuple(d.to)) for one, d in kept.items()}
    _write(to, said, seen)


def _write(to: Say, said: dict[str, desk.Said], seen: int) -> None:
    known, spoken = ui.calls(), ui.language()
    what = [(known[one], said[one]) for one in to[0] if one in known]
    before = st.session_state.get(ui_news.key("item"))
    try:
        made = desk.decide_each(ui.store(), what=what, by=ui.user(), office=ui.office(), seen=seen)
    except ConflictError as error:
        theirs = error.current
        assert isinstance(theirs, Decision)
        st.session_state[SAID] = ("warning", ui.say(
            "news.act.conflict", by=theirs.by, state=words.say(f"states.state.{theirs.state}", spoken),
            at=words.moment(theirs.at, spoken),
        ))  # fmt: skip
        return
    except MatcherError as error:
        st.session_state["error"] = error
        return
    st.session_state[UNDO] = (before, made)
    st.session_state.pop("decided", None)
    st.session_state[ui_news.key("item")] = to[1]


def _undo(before: str, made: list[Decision]) -> None:
    calls = ui.calls()
    try:
        desk.take_back(ui.store(), done=made, calls=[calls[d.reference] for d in made], by=ui.user())
    except MatcherError as error:
        st.session_state["error"] = error
        return
    st.session_state.pop(UNDO, None)
    st.session_state[SAID] = ("success", ui.say("news.act.undone"))
    st.session_state[ui_news.key("item")] = before


def _following(items: pd.DataFrame, place: int, decided: set[str]) -> str:
    """The key of the item after this decision: itself while topics stay open, else the next open one, also from the
    top."""
    open_ = [set(references) - (decided if at == place else set()) for at, references in enumerate(items["open"])]
    order = [place, *range(place + 1, len(items)), *range(place)]
    return str(items["key"].iloc[next((at for at in order if open_[at]), place)])


def _last(reference: str) -> Decision | None:
    """What this office said last on a call."""
    office = ui.office() or None
    own = (d for d in reversed(ui.decisions()) if d.reference == reference and marker(d) is None)
    return next((d for d in own if office is None or d.office in (None, office)), None)


def _mail(references: list[str]) -> str:
    """The address that opens the mail program with what there is to say on these calls."""
    table = ui.table()
    rows = table[table["reference"].isin(references)].reset_index(drop=True)
    rows = shortlist.reasons(rows, ui.ranker(), ui.profile(), ui.decisions())
    told = desk.provenance(ui.store(), ui.settings(), today=ui.today())
    subject, text = exports.mail(rows, ui.language(), told)
    return exports.mailto([], subject, text)[0]
