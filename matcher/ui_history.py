"""The pulls of the past: a chart with its table, one pull looked at closely, and what it did not take."""

from collections import Counter

import altair as alt
import pandas as pd
import streamlit as st

from matcher import ui, words
from matcher.ledger import Reject, Run
from matcher.views import runs as runs_view
from matcher.words import BRUSSELS

INK = "#0b5d5e"
DAYS = {"de": "%d.%m.%y", "en": "%d %b %y"}
NAMES = (
    "started", "outcome", "source", "stored", "added", "altered", "same", "duplicates", "refused", "ghosts",
    "not_seen", "changes",
)  # fmt: skip
SCANS = ("kind", "readings", "received", "late", "union", "total", "agreed")


def history() -> None:
    """Draw the list of pulls and the one that was picked."""
    known = {run.id: run for run in ui.runs()}
    if not known:
        ui.notice(ui.say("data.history.none"))
        return
    _chart(list(known.values()))
    table = runs_view.build(list(known.values()), ui.language())
    st.dataframe(
        table[list(NAMES)],
        hide_index=True,
        height=min(35 * len(table) + 38, 290),
        column_config={name: ui.say(f"columns.{name}") for name in NAMES},
        alt=ui.say("data.history.table_alt"),
        key="history_table",
    )
    if len(known) == 1:
        _one(next(iter(known.values())))
        return
    names = {
        row.id: ui.plain(ui.say("data.history.pick_item", id=row.id, moment=row.started, outcome=row.outcome))
        for row in table.itertuples()
    }
    # A pull that came or ended since is looked at first, and under its new name.
    newest = next(iter(known.values()))
    picked = st.selectbox(
        ui.say("data.history.pick"), list(known), format_func=lambda number: names[number],
        key=f"run_picked_{newest.id}_{newest.state}",
    )  # fmt: skip
    _one(known[picked])


def kind_name(name: str) -> str:
    """What a total of the source counts, in the language of the session; else as the source calls it."""
    for key in (f"data.total.{name}", f"states.kind.{name}"):
        if words.has(key, ui.language()):
            return ui.say(key)
    return name


def _chart(found: list[Run]) -> None:
    done = [run for run in reversed(found) if run.state == "published" and run.source != "sheet"]
    if len(done) < 2:
        st.caption(ui.md_escape(ui.say("data.history.chart_few")))
        return
    language = ui.language()
    table = pd.DataFrame(
        {
            "when": [_day(run) for run in done],
            "calls": [run.stored for run in done],
            "label": [words.moment(run.started, language) for run in done],
            "count": [words.number(run.stored, language) for run in done],
        }
    )
    when, count = ui.say("data.history.axis_when"), ui.say("data.history.axis_count")
    base = alt.Chart(table).encode(
        x=alt.X("when:T", title=None, axis=alt.Axis(format=DAYS[language], labelOverlap=True, tickCount=6)),
        y=alt.Y("calls:Q", title=count, scale=alt.Scale(zero=True), axis=alt.Axis(format="d", tickCount=4)),
        tooltip=[alt.Tooltip("label:N", title=when), alt.Tooltip("count:N", title=count)],
    )
    chart = (base.mark_line(color=INK) + base.mark_point(color=INK, filled=True, size=60)).properties(height=180)
    first, last = (words.day(_day(run).date(), language) for run in (done[0], done[-1]))
    st.caption(f"**{ui.md_escape(ui.say('data.history.chart'))}**")
    st.altair_chart(chart, alt=ui.say("data.history.chart_alt", first=first, last=last), key="history_chart")


def _day(run: Run) -> pd.Timestamp:
    """When the list of a run is of: the day of a recording, else the moment of the pull in Brussels."""
    return pd.Timestamp(run.recorded_on or run.started.astimezone(BRUSSELS).replace(tzinfo=None))


def _one(run: Run) -> None:
    language = ui.language()

    def number(n: int) -> str:
        return words.number(n, language)

    with st.container(border=True, key="run_detail"):
        st.markdown(f"**{ui.md_escape(runs_view.sentence(run, language))}**")
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
        if run.scans:
            _scans(run)
        elif run.reported:
            totals = [f"{kind_name(name)} {number(n)}" for name, n in run.reported.items()]
            st.caption(ui.md_escape(f"{ui.say('data.history.reported')}: {', '.join(totals)}"))
        for title, lines in (
            ("warnings", runs_view.warnings(run, language)), ("notes", runs_view.notes(run, language)),
        ):  # fmt: skip
            if lines:
                st.caption(f"**{ui.md_escape(ui.say(f'data.history.{title}'))}**")
                st.text("\n".join(ui.plain(line) for line in lines))
        if run.message and run.state not in ("published", "running"):
            st.caption(f"**{ui.md_escape(ui.say('data.result.details'))}**")
            st.text(ui.plain(run.message))
        _refused(run)


def _scans(run: Run) -> None:
    """How often each kind was read and whether the readings agreed."""
    rows = [
        (kind_name(kind), scan.readings, scan.received, scan.late, scan.union, scan.total,
         ui.say(f"data.history.{'agree' if scan.agreed else 'differ'}"))
        for kind, scan in run.scans.items()
    ]  # fmt: skip
    st.dataframe(
        pd.DataFrame(rows, columns=list(SCANS)),
        hide_index=True,
        column_config={name: ui.say(f"data.history.scan_{name}") for name in SCANS},
        alt=ui.say("data.history.scans_alt"),
        key="scans_table",
    )


def _refused(run: Run) -> None:
    ghosts = run.rejected.get("ghost", 0)
    if ghosts:
        st.caption(ui.md_escape(ui.plural("data.refused.ghosts", ghosts)))
    st.markdown(f"**{ui.md_escape(ui.say('data.refused.title', n=words.number(run.refused, ui.language())))}**")
    if not run.refused:
        # A pull that broke off or still runs has taken nothing over.
        said = "none" if run.state == "published" else "none_taken"
        st.caption(ui.md_escape(ui.say(f"data.refused.{said}")))
        return
    for reason, n in run.rejected.items():
        if reason != "ghost":
            why = runs_view.reject_reason(reason, ui.language())
            st.text(ui.plain(ui.say("data.refused.by_reason", reason=why, n=words.number(n, ui.language()))))
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
    table = runs_view.rejects(kept, ui.language())
    plain = [
        f"{key or ui.say('data.refused.no_key')} · {why}"[:160]
        for key, why in zip(table["key"], table["rejected_because"], strict=True)
    ]
    times, seen = Counter(plain), Counter[str]()
    out = []
    for name in plain:
        seen[name] += 1
        out.append(f"{name} ({seen[name]})" if times[name] > 1 else name)
    return out
