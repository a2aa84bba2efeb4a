"""Decisions on one call: what the office says about it now, and everything it said before."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from matcher import desk, ui, words
from matcher.errors import MatcherError
from matcher.ledger import Decision, Discard, State
from matcher.model import Call
from matcher.ui_look import Node, el

# What a person can say; "expired" is the machine's word.
CHOICES = [state for state in State if state is not State.EXPIRED]


def panel(call: Call, said: Sequence[Decision]) -> None:
    """State, reason, owner, day and note; saving appends a decision."""
    spoken = ui.language()
    last = said[-1] if said else None
    # A new decision gives new widgets, so that they show what holds now.
    name = f"decide_{call.reference}_{last.id if last else 0}"
    with st.container(key="decide", border=True):
        st.subheader(ui.say("call.decision"), anchor=False)
        state = st.pills(
            ui.say("columns.state"), CHOICES, default=last.state if last and last.state in CHOICES else State.NEW,
            required=True, format_func=lambda s: words.say(f"states.state.{s}", spoken), key=f"{name}_state",
            label_visibility="collapsed",
        )  # fmt: skip
        reason = None
        if state is State.DISCARDED:
            before = last.reason if last and last.reason else Discard.OFF_TOPIC
            reason = st.selectbox(
                ui.say("columns.reason"), list(Discard), index=list(Discard).index(before),
                format_func=lambda r: words.say(f"states.discard.{r}", spoken), key=f"{name}_reason",
            )  # fmt: skip
        until: date | None = None
        if state is State.PARKED:
            until = st.date_input(
                ui.say("columns.until"), value=last.until if last and last.until else ui.today() + timedelta(days=30),
                format="DD.MM.YYYY", key=f"{name}_until",
            )  # fmt: skip
        owner = st.text_input(
            ui.say("columns.owner"), value=_latest(said, "owner"), max_chars=60, key=f"{name}_owner",
            placeholder=ui.say("pages.user"),
        )  # fmt: skip
        note = st.text_area(ui.say("columns.note"), max_chars=2000, key=f"{name}_note", height=90)
        if st.button(ui.say("call.save"), type="primary", key=f"{name}_save", width="stretch"):
            _save(call, State(state or State.NEW), reason, owner, note, until)
        done = st.session_state.pop("decided", None)
        if done == call.reference:
            ui.notice(ui.say("call.saved"), kind="success")


def history(said: Sequence[Decision]) -> list[Node]:
    """All decisions, newest first: who, when, what, why."""
    if not said:
        return [el("p", ui.say("call.no_history"), css="muted small")]
    return [el("ol", *[_entry(decision) for decision in reversed(said)], css="history")]


def _entry(decision: Decision) -> Node:
    spoken = ui.language()
    state = words.say(f"states.state.{decision.state}", spoken)
    more = []
    if decision.reason:
        more.append(words.say(f"states.discard.{decision.reason}", spoken))
    if decision.until:
        more.append(ui.say("call.until", day=words.day(decision.until, spoken)))
    if decision.to:
        more.append(ui.say("call.sent_to", to=", ".join(decision.to)))
    if decision.owner:
        more.append(f"{ui.say('columns.owner')}: {decision.owner}")
    return el(
        "li",
        el("p", el("strong", state), f" ({'; '.join(more)})" if more else ""),
        el("p", decision.note, css="note") if decision.note else "",
        el("p", f"{words.moment(decision.at, spoken)} · {decision.by}", css="small muted"),
    )


def _save(
    call: Call, state: State, reason: Discard | None, owner: str | None, note: str | None, until: date | None
) -> None:
    try:
        desk.decide(
            ui.store(), calls=[call], state=state, by=ui.user(), reason=reason, owner=(owner or "").strip(),
            note=(note or "").strip(), until=until,
        )  # fmt: skip
    except MatcherError as error:
        ui.show(error)
        return
    st.session_state["decided"] = call.reference
    st.rerun()


def _latest(said: Sequence[Decision], name: str) -> str:
    return next((str(value) for d in reversed(said) if (value := getattr(d, name))), "")
