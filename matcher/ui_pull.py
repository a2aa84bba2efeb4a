"""The part of the page "Data" that pulls: a button, a bar while it runs, and one sentence when it has ended."""

import streamlit as st

from matcher import desk, ui, ui_stand, words
from matcher.desk_pull import Puller
from matcher.errors import MatcherError
from matcher.ledger import Run
from matcher.views import runs


@st.cache_resource(show_spinner=False, max_entries=8)
def puller(database: str) -> Puller:
    """The one pull of this process for a database, seen by all sessions."""
    return Puller()


def panel() -> None:
    """Button, progress and result. Clicks elsewhere neither stop a running pull nor wait for it."""
    pull = puller(ui.settings().database)
    if pull.running:
        _running(pull)
        return
    if pull.times:
        _result(pull)
    refused = pull.run is not None and pull.run.exit_code == 4
    if refused:
        st.checkbox(ui.say("data.refresh.accept"), key="pull_accept", help=ui.say("data.refresh.accept_help"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            ui.say("data.refresh.button"), type="primary", icon=":material/sync:", key="pull", on_click=_start,
            args=(pull, refused), help=ui.say("data.refresh.help"),
        )  # fmt: skip
        if ui.last_run() is None:
            st.button(
                ui.say("data.refresh.seed"), icon=":material/inventory_2:", key="seed", on_click=_seed, args=(pull,)
            )


def last_words() -> None:
    """How the last pull of live data went in one sentence, and why a later try came to nothing."""
    last, tried, spoken = ui.last_run(), ui_stand.later_try(), ui.language()
    if last is not None and last.scope == "live":
        st.caption(f"{ui.md_escape(ui.say('news.pull'))}: {ui.md_escape(runs.sentence(last, spoken))}")
    if tried is not None and not puller(ui.settings().database).times:
        ui.notice(runs.sentence(tried, spoken), kind="warning")


def told(run: Run) -> tuple[str, str]:
    """How a run ended: success, warning or error, and the sentence in the session's language."""
    kinds = {0: "success", 10: "warning"}
    kind = "warning" if run.state == "stopped" else kinds.get(run.exit_code or 0, "error")
    return kind, runs.sentence(run, ui.language())


def details(run: Run) -> list[str]:
    """All that a run has to say besides its sentence, in the session's language."""
    spoken = ui.language()
    return [*runs.reasons(run, spoken), *runs.warnings(run, spoken), *runs.notes(run, spoken)]


def tell(kind: str, text: str, details: list[str]) -> None:
    """A sentence in a box of its kind, below it the messages in full."""
    box = {"success": st.success, "warning": st.warning, "error": st.error}[kind]
    box(ui.md_escape(text), icon={"success": ":material/check:"}.get(kind, ":material/warning:"))
    if details:
        with st.expander(ui.say("data.result.details")):
            st.text("\n".join(ui.plain(line) for line in details[:60]))


def _start(pull: Puller, refused: bool) -> None:
    """What is ticked is read when the button is pressed: the last run of the page may not know it yet."""
    store, settings = ui.store(), ui.settings()
    accept = refused and bool(st.session_state.get("pull_accept"))
    pull.start(lambda progress: desk.refresh(store, settings, accept_change=accept, by_hand=True, progress=progress))


def _seed(pull: Puller) -> None:
    store, settings = ui.store(), ui.settings()
    pull.start(lambda progress: desk.seed(store, settings, progress=progress))


def _result(pull: Puller) -> None:
    if pull.error is not None:
        tell("error", runs.failure(pull.error, ui.language(), ui.last_run()), _lines(pull.error))
    elif pull.run is None:
        tell("warning", ui.say("data.refresh.nothing"), [])
    else:
        kind, text = told(pull.run)
        tell(kind, text, details(pull.run))


def _lines(error: MatcherError) -> list[str]:
    return [str(error), *getattr(error, "faults", [])]


def _running(pull: Puller) -> None:
    @st.fragment(run_every=1.0)
    def watch() -> None:
        if not pull.running:
            st.rerun()
        language = ui.language()
        done = words.number(pull.done, language)
        if pull.part is not None:
            text = ui.say("data.refresh.running", done=done, total=words.number(pull.total or 0, language))
        else:
            text = (
                ui.say("data.refresh.running_some", done=done) if pull.done else ui.say("data.refresh.running_start")
            )
        st.progress(pull.part or 0.0, text=ui.md_escape(text))
        st.caption(ui.md_escape(ui.say("data.refresh.running_note")))

    watch()
