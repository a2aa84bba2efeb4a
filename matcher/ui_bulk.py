"""Decisions on several chosen calls at once, and taking the last ones back. All is appended, nothing changed."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from matcher import desk, ui, words
from matcher.errors import MatcherError
from matcher.ledger import Decision, Discard, State

ROUND = "bulk_round"
UNDO = "bulk_undo"


def bar(rows: pd.DataFrame) -> None:
    """What can be decided for the chosen rows; nothing chosen: what was just decided, with the way back."""
    references = list(rows["reference"])
    if not references:
        _undo_bar()
        return
    with st.bottom.container(horizontal=True, vertical_alignment="center", key="bulk"):
        st.markdown(f"**{ui.plural('matches.chosen', len(references))}**", width="content")
        for name, state in (("shortlist", State.SHORTLISTED), ("read", State.READING)):
            st.button(
                ui.say(f"matches.{name}"), key=f"bulk_{name}", on_click=_decide, args=(references, state),
                type="primary" if name == "shortlist" else "secondary",
            )  # fmt: skip
        with st.popover(ui.say("matches.park"), key="bulk_park"):
            until = st.date_input(
                ui.say("matches.park_until"), value=ui.today() + timedelta(days=30), min_value=ui.today(),
                format="DD.MM.YYYY", key="bulk_until",
            )  # fmt: skip
            st.button(
                ui.say("matches.park_do"), key="bulk_park_do", on_click=_decide, args=(references, State.PARKED),
                kwargs={"until": until}, type="primary", disabled=not isinstance(until, date),
            )  # fmt: skip
        with st.popover(ui.say("matches.discard"), key="bulk_discard"):
            reason = st.radio(
                ui.say("matches.discard_why"), list(Discard), key="bulk_reason",
                format_func=lambda r: words.say(f"states.discard.{r}", ui.language()),
            )  # fmt: skip
            st.button(
                ui.say("matches.discard_do"), key="bulk_discard_do", on_click=_decide,
                args=(references, State.DISCARDED), kwargs={"reason": reason}, type="primary",
            )  # fmt: skip
        st.button(ui.say("matches.clear"), key="bulk_clear", on_click=fresh, type="tertiary")


def fresh() -> None:
    """Forget the ticks: the table starts anew under a new key."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _undo_bar() -> None:
    last: list[Decision] = st.session_state.get(UNDO) or []
    said = st.session_state.pop("bulk_said", None)
    if said:
        ui.notice(said, kind="success")
    if not last:
        return
    with st.bottom.container(horizontal=True, vertical_alignment="center", key="bulk"):
        state = words.say(f"states.state.{last[0].state}", ui.language())
        st.markdown(ui.md_escape(ui.plural("matches.done", len(last), state=state)), width="content")
        st.button(ui.say("matches.undo"), key="bulk_undo_do", icon=":material/undo:", on_click=_undo)


def _decide(
    references: Sequence[str], state: State, *, reason: Discard | None = None, until: date | None = None
) -> None:
    known = ui.calls()
    calls = [known[reference] for reference in references if reference in known]
    try:
        st.session_state[UNDO] = desk.decide(
            ui.store(), calls=calls, state=state, by=ui.user(), reason=reason, until=until
        )  # fmt: skip
    except MatcherError as error:
        st.session_state["error"] = error
    fresh()


def _undo() -> None:
    """Say for each call again what was said before; the history keeps both."""
    done: list[Decision] = st.session_state.pop(UNDO, [])
    calls = ui.calls()
    try:
        for decision in done:
            if decision.reference in calls:
                before = [d for d in ui.store().decisions(decision.reference) if (d.id or 0) < (decision.id or 0)]
                last = before[-1] if before else None
                desk.decide(
                    ui.store(), calls=[calls[decision.reference]], by=ui.user(),
                    state=last.state if last else State.NEW, reason=last.reason if last else None,
                    until=last.until if last else None,
                )  # fmt: skip
        st.session_state["bulk_said"] = ui.plural("matches.undone", len(done))
    except MatcherError as error:
        st.session_state["error"] = error
