"""What colleagues decided on chosen calls while they were being chosen: both sides, call by call, and the choice."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from matcher import desk, ui, ui_clash, words
from matcher.errors import MatcherError
from matcher.ledger import Decision
from matcher.ui_look import el

CLASHES, SEEN, NEWEST, DONE, OF = "bulk_clashes", "bulk_seen", "bulk_newest", "bulk_clash_done", "bulk_clash_of"
MOST = 5


class Clash(NamedTuple):
    """What this session wanted to say on a call for an office (empty: the region), and a colleague's decision."""

    office: str
    mine: desk.Said
    theirs: Decision


def watch(references: Sequence[str]) -> Mapping[str, int]:
    """For each chosen call the last decision that was on the screen when it was chosen; called once in each run."""
    newest = max((d.id or 0 for d in ui.decisions()), default=0)
    # Who ticks a row has seen the page of the run before, not what this run has just read.
    before: int = st.session_state.get(NEWEST, newest)
    known: Mapping[str, int] = st.session_state.get(SEEN, {})
    seen = {reference: known.get(reference, before) for reference in references}
    st.session_state[SEEN], st.session_state[NEWEST] = seen, newest
    return seen


def keep(mine: desk.Said, outcome: desk.Outcome, office: str, own: Mapping[str, desk.Said] | None = None) -> None:
    """Remember the conflicts of a decision on several calls, to be shown until they are settled.

    `own`: what was to be said on each call, by reference, where that differs from `mine`.
    """
    said = own or {}
    st.session_state[CLASHES] = [
        Clash(office, said.get(theirs.reference, mine), theirs) for theirs in outcome.clashes
    ]
    st.session_state[DONE] = len(outcome.done)
    st.session_state[OF] = len(outcome.done) + len(outcome.clashes)


def panel() -> bool:
    """The open conflicts; whether there are any."""
    open_ones: list[Clash] = st.session_state.get(CLASHES) or []
    if not open_ones:
        return False
    spoken, known = ui.language(), ui.calls()
    count = words.number(st.session_state.get(OF, len(open_ones)), spoken)
    done = words.number(st.session_state.get(DONE, 0), spoken)
    ui.notice(ui.plural("shelf.bulk.clash", len(open_ones), of=count, done=done), kind="warning")
    for place, clash in enumerate(open_ones[:MOST]):
        theirs = clash.theirs
        call = known.get(theirs.reference)
        at = words.moment(theirs.at, spoken)
        nodes = [
            el("p", el("strong", call.title if call else theirs.identifier, lang="en")),
            el(
                "dl",
                el("dt", ui.say("shelf.bulk.theirs", by=theirs.by, at=at)), el("dd", *ui_clash.told_of(theirs)),
                el("dt", ui.say("shelf.decide.mine")), el("dd", *ui_clash.told(clash.mine)),
                css="facts",
            ),
        ]  # fmt: skip
        ui.paper(f"bulk_clash_{theirs.id}", nodes)
        with st.container(horizontal=True):
            st.button(
                ui.say("shelf.decide.keep_mine"), key=f"bulk_mine_{place}", type="primary", on_click=_mine,
                args=(clash,),
            )  # fmt: skip
            st.button(
                ui.say("shelf.decide.keep_theirs"), key=f"bulk_theirs_{place}", on_click=_settled, args=(clash,)
            )
    if len(open_ones) > MOST:
        st.caption(ui.plural("shelf.bulk.clash_more", len(open_ones) - MOST))
    return True


def _settled(clash: Clash) -> None:
    left: list[Clash] = st.session_state.get(CLASHES) or []
    st.session_state[CLASHES] = [one for one in left if one != clash]


def _mine(clash: Clash) -> None:
    """Save one's own all the same, on what is on the screen now; a still later decision is a new conflict."""
    _settled(clash)
    call = ui.calls().get(clash.theirs.reference)
    if call is None:
        return
    try:
        outcome = desk.decide_many(
            ui.store(), what=[(call, clash.mine)], by=ui.user(), office=clash.office or None,
            seen={call.reference: clash.theirs.id or 0},
        )  # fmt: skip
    except MatcherError as error:
        st.session_state["error"] = error
        return
    st.session_state[CLASHES] += [Clash(clash.office, clash.mine, theirs) for theirs in outcome.clashes]
