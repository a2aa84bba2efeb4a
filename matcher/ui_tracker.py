"""Taking over a tracker that an office has kept in Excel: what it would change, or all its faults row by row."""

import streamlit as st

from matcher import desk, ui, ui_wrong, words
from matcher.desk_tracker import Fault
from matcher.errors import InputError, MatcherError
from matcher.ledger import State
from matcher.views import wrong

ROUND, SAID = "tracker_round", "tracker_said"
MOST = 100


def panel() -> None:
    """The upload, what would be taken over for the region or the chosen town, and the button that does it."""
    said = st.session_state.pop(SAID, None)
    with st.expander(
        ui.say("shelf.tracker.title"), icon=":material/upload_file:", expanded=bool(said), key="tracker"
    ):
        if said:
            ui.notice(said, kind="success")
        st.caption(ui.say("shelf.tracker.lead"))
        name = f"tracker_file_{st.session_state.get(ROUND, 0)}"
        file = st.file_uploader(ui.say("shelf.tracker.file"), type=["csv", "xlsx"], max_upload_size=1, key=name)
        if file is not None:
            _look(file.getvalue())


def _look(data: bytes) -> None:
    try:
        tracker = desk.read_tracker(ui.store(), data=data, today=ui.today(), office=ui.office())
    except InputError as error:
        st.error(ui.md_escape(ui.say("shelf.tracker.unreadable")), icon=":material/error:")
        ui_wrong.draw(wrong.of(error, ui.language()), ui.language())
        return
    if tracker.faults:
        st.error(ui.md_escape(ui.plural("shelf.tracker.faults", len(tracker.faults))), icon=":material/error:")
        st.text("\n".join(_sentence(fault) for fault in tracker.faults[:MOST]))
        if len(tracker.faults) > MOST:
            st.caption(ui.plural("shelf.tracker.more", len(tracker.faults) - MOST))
        return
    if not tracker.what:
        ui.notice(ui.say("shelf.tracker.nothing"))
        return
    st.markdown(ui.md_escape(ui.plural("shelf.tracker.found", len(tracker.what))))
    tally: dict[State, int] = {}
    for _, told in tracker.what:
        tally[told.state] = tally.get(told.state, 0) + 1
    spoken = ui.language()
    states = (f"{words.say(f'states.state.{s}', spoken)}: {words.number(n, spoken)}" for s, n in tally.items())
    st.caption(ui.md_escape(" · ".join(states)))
    if tracker.empty:
        st.caption(ui.plural("shelf.tracker.empty", tracker.empty))
    st.button(ui.say("shelf.tracker.do"), type="primary", key="tracker_do", on_click=_take, args=(data,))


def _sentence(fault: Fault) -> str:
    told = ui.say(f"shelf.tracker.fault.{fault.kind}", value=ui.plain(fault.value))
    return ui.say("shelf.tracker.row", row=fault.row, column=ui.plain(fault.column), what=told)


def _take(data: bytes) -> None:
    try:
        done = desk.import_tracker(ui.store(), data=data, by=ui.user(), today=ui.today(), office=ui.office())
    except MatcherError as error:
        st.session_state["error"] = error
        return
    st.session_state[SAID] = ui.plural("shelf.tracker.done", len(done))
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
