"""The pulls of the past: a chart with its table, one pull looked at closely, and what it did not take."""

from collections import Counter

import altair as alt
import pandas as pd
import streamlit as st

from matcher import ui, words
from matcher.ledger import Reject, Run
from matcher.words import BRUSSELS

SHOWN = 50
INK = "#0b5d5e"
GOOD = (0, 10)


def history() -> None:
    """Draw the list of pulls and the one that was picked."""
    runs = ui.store().runs(SHOWN)
    if not runs:
        ui.notice(ui.say("data.history.none"))
        return
    _chart(runs)
    _table(runs)
    if len(runs) == 1:
        _one(runs[0])
        return
    known = {run.id: run for run in runs}
    names = {run.id: _name(run) for run in runs}
    picked = st.selectbox(
        ui.say("data.history.pick"), list(known), format_func=lambda number: names[number], key="run_picked"
    )
    _one(known[picked])


def outcome(run: Run) -> str:
    """How a run ended, in one or two words of the session's language."""
    warned = run.state == "published" and run.exit_code == 10
    return ui.say(f"data.outcome.{'warned' if warned else run.state}")


def source(run: Run) -> str:
    """Where a run read, in the session's language."""
    key = f"data.source.{run.source}"
    return ui.say(key) if words.has(key, ui.language()) else run.source


def _name(run: Run) -> str:
    at = words.moment(run.started, ui.language())
    return ui.plain(ui.say("data.history.pick_item", id=run.id, moment=at, outcome=outcome(run)))


def _chart(runs: list[Run]) -> None:
    done = [run for run in reversed(runs) if run.state == "published" and run.source != "sheet"]
    if len(done) < 2:
        st.caption(ui.md_escape(ui.say("data.history.chart_few")))
        return
    language = ui.language()
    table = pd.DataFrame(
        {
            "when": [run.started.astimezone(BRUSSELS).replace(tzinfo=None) for run in done],
            "calls": [run.stored for run in done],
            "label": [words.moment(run.started, language) for run in done],
            "count": [words.number(run.stored, language) for run in done],
        }
    )
    when, count = ui.say("data.history.axis_when"), ui.say("data.history.axis_count")
    base = alt.Chart(table).encode(
        x=alt.X("when:T", title=None, axis=alt.Axis(format="%d.%m.%y", labelOverlap=True, tickCount=6)),
        y=alt.Y("calls:Q", title=count, scale=alt.Scale(zero=True), axis=alt.Axis(format="d", tickCount=4)),
        tooltip=[alt.Tooltip("label:N", title=when), alt.Tooltip("count:N", title=count)],
    )
    chart = (base.mark_line(color=INK) + base.mark_point(color=INK, filled=True, size=60)).properties(height=180)
    first, last = (words.day(run.started.astimezone(BRUSSELS).date(), language) for run in (done[0], done[-1]))
    st.caption(f"**{ui.md_escape(ui.say('data.history.chart'))}**")
    st.altair_chart(chart, alt=ui.say("data.history.chart_alt", first=first, last=last), key="history_chart")


def _table(runs: list[Run]) -> None:
    language = ui.language()
    names = (
        "started",
        "outcome",
        "source",
        "received",
        "added",
        "altered",
        "same",
        "duplicates",
        "refused",
        "ghosts",
    )
    rows = [
        (
            words.moment(run.started, language),
            outcome(run),
            source(run),
            *(run.received, run.new, run.changed, run.same, run.duplicates, run.refused),
            run.rejected.get("ghost", 0),
        )
        for run in runs
    ]
    table = pd.DataFrame(rows, columns=list(names))
    st.dataframe(
        table,
        hide_index=True,
        height=min(35 * len(table) + 38, 290),
        column_config={
            name: ui.say("data.history.ghosts" if name == "ghosts" else f"columns.{name}") for name in names
        },
        alt=ui.say("data.history.table_alt"),
        key="history_table",
    )


def _one(run: Run) -> None:
    language = ui.language()

    def number(n: int) -> str:
        return words.number(n, language)

    with st.container(border=True, key="run_detail"):
        st.text(
            ui.say(
                "data.history.equation",
                received=number(run.received),
                new=number(run.new),
                changed=number(run.changed),
                same=number(run.same),
                duplicates=number(run.duplicates),
                rejected=number(sum(run.rejected.values())),
            )
        )
        if run.reported:
            totals = [f"{_kind(name)} {number(n)}" for name, n in run.reported.items()]
            st.caption(ui.md_escape(f"{ui.say('data.history.reported')}: {', '.join(totals)}"))
        if run.warnings:
            st.caption(f"**{ui.md_escape(ui.say('data.history.warnings'))}**")
            st.text("\n".join(ui.plain(line) for line in run.warnings))
        if run.message and run.exit_code not in GOOD:
            st.caption(f"**{ui.md_escape(ui.say('data.result.details'))}**")
            st.text(ui.plain(run.message))
        _refused(run)


def _kind(name: str) -> str:
    """What a total of the source counts, in the language of the session; else as the source calls it."""
    for key in (f"data.total.{name}", f"states.kind.{name}"):
        if words.has(key, ui.language()):
            return ui.say(key)
    return name


def _refused(run: Run) -> None:
    ghosts = run.rejected.get("ghost", 0)
    if ghosts:
        st.caption(ui.md_escape(ui.plural("data.refused.ghosts", ghosts)))
    st.markdown(f"**{ui.md_escape(ui.say('data.refused.title', n=words.number(run.refused, ui.language())))}**")
    if not run.refused:
        st.caption(ui.md_escape(ui.say("data.refused.none")))
        return
    for reason, n in run.rejected.items():
        if reason != "ghost":
            st.text(ui.plain(ui.say("data.refused.by_reason", reason=reason, n=words.number(n, ui.language()))))
    kept = [reject for reject in ui.store().rejects(run.id or 0) if reject.reason != "ghost"]
    if not kept:
        st.caption(ui.md_escape(ui.say("data.refused.gone")))
        return
    names = [ui.plain(name) for name in _names(kept)]
    picked = st.selectbox(
        ui.say("data.refused.pick"),
        range(len(kept)),
        format_func=lambda i: names[i],
        key="reject_picked",
    )
    st.caption(ui.md_escape(ui.say("data.refused.excerpt")))
    st.code(ui.plain(kept[picked].excerpt), language=None, wrap_lines=True)


def _names(kept: list[Reject]) -> list[str]:
    """A name for each refused record; equal ones are numbered, so that each can be picked."""
    plain = [f"{reject.key or ui.say('data.refused.no_key')} · {reject.reason}"[:160] for reject in kept]
    times, seen = Counter(plain), Counter[str]()
    out = []
    for name in plain:
        seen[name] += 1
        out.append(f"{name} ({seen[name]})" if times[name] > 1 else name)
    return out
