"""The part of the page "Data" that pulls: a button, a bar while it runs, and one sentence when it has ended."""

import streamlit as st

from matcher import desk, ui, words
from matcher.desk_pull import Puller
from matcher.errors import MatcherError
from matcher.ledger import Run
from matcher.ui_history import GOOD


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
    accept = False
    if pull.run is not None and pull.run.exit_code == 4:
        accept = st.checkbox(
            ui.say("data.refresh.accept"), key="pull_accept", help=ui.say("data.refresh.accept_help")
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            ui.say("data.refresh.button"), type="primary", icon=":material/sync:", key="pull", on_click=_start,
            args=(pull, accept), help=ui.say("data.refresh.help"),
        )  # fmt: skip
        if ui.last_run() is None:
            st.button(
                ui.say("data.refresh.seed"), icon=":material/inventory_2:", key="seed", on_click=_seed, args=(pull,)
            )


def sentence(run: Run, kept: str, baseline: bool) -> tuple[str, str]:
    """How a run ended, for people: success, warning or error, and the sentence in the session's language."""
    number, language = words.number, ui.language()
    if run.exit_code not in GOOD:
        if run.state == "stopped":
            return "warning", ui.say("data.result.stopped", kept=kept)
        code = run.exit_code if run.exit_code in (1, 2, 3, 4, 5, 6) else 1
        return "error", ui.say(f"data.error.{code}", kept=kept)
    counts = {name: number(getattr(run, name), language) for name in ("new", "changed", "not_seen", "stored")}
    moment = words.moment(run.finished or run.started, language)
    if run.source == "sheet":
        told = ui.say("data.result.sheet", **counts)
    elif run.recorded_on is not None:
        told = ui.say("data.result.loaded", day=words.day(run.recorded_on, language), **counts)
    else:
        told = ui.say("data.result.baseline" if baseline else "data.result.published", moment=moment, **counts)
    return ("warning" if run.exit_code == 10 else "success"), told


def kept() -> str:
    """What stays in force after a pull that was not published."""
    last, language = ui.last_run(), ui.language()
    if last is None:
        return ui.say("data.result.kept_nothing")
    if last.recorded_on is not None:
        return ui.say("data.result.kept_recorded", day=words.day(last.recorded_on, language))
    return ui.say("data.result.kept_live", moment=words.moment(last.finished or last.started, language))


def tell(kind: str, text: str, details: list[str]) -> None:
    """A sentence in a box of its kind, below it the exact messages."""
    box = {"success": st.success, "warning": st.warning, "error": st.error}[kind]
    box(ui.md_escape(text), icon={"success": ":material/check:"}.get(kind, ":material/warning:"))
    if details:
        with st.expander(ui.say("data.result.details")):
            st.text("\n".join(ui.plain(line) for line in details[:60]))


def _start(pull: Puller, accept: bool) -> None:
    store, settings = ui.store(), ui.settings()
    pull.start(lambda progress: desk.refresh(store, settings, accept_change=accept, by_hand=True, progress=progress))


def _seed(pull: Puller) -> None:
    store, settings = ui.store(), ui.settings()
    pull.start(lambda progress: desk.seed(store, settings, progress=progress))


def _result(pull: Puller) -> None:
    if pull.error is not None:
        code = pull.error.exit_code if pull.error.exit_code in (1, 2, 3, 4, 5, 6) else 1
        tell("error", ui.say(f"data.error.{code}", kept=kept()), _lines(pull.error))
    elif pull.run is None:
        tell("warning", ui.say("data.refresh.nothing"), [])
    else:
        run = pull.run
        baseline = run.id is not None and ui.store().is_baseline(run.id)
        kind, text = sentence(run, kept(), baseline)
        tell(kind, text, [line for line in [run.message, *run.warnings] if line])


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
