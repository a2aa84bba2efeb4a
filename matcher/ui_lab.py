"""The preview of a draft: the list before and after, what enters and leaves and why, and what each concept does."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from matcher import desk, desk_tune, ui, ui_data, ui_draft, ui_lab_parts, words
from matcher.ledger import Decision, Discard, State
from matcher.model import Priority
from matcher.ui_lab_parts import TOP
from matcher.ui_versions import against
from matcher.views import effects, lab

Key = tuple[object, ...]


def guard(key: str) -> str:
    """What the draft of a priority does against decisions of officers, in words; empty if nothing."""
    found = _current(key)
    if found is None:
        return ""
    comparison = found[0].comparison
    return against(len(comparison.buried), comparison.kept, len(comparison.lifted))


def draw(key: str) -> None:
    """The whole preview of one priority."""
    title = "priorities.preview.title" if _edited(key) else "priorities.preview.title_saved"
    st.markdown(f"**{ui.md_escape(ui.say(title))}**")
    found = _current(key)
    if found is None:
        ui.notice(ui.say("priorities.preview.no_calls"))
        return
    preview, priority, place = found
    comparison = preview.comparison
    _verdict(comparison, _edited(key))
    _figures(preview)
    found_doubts = desk_tune.doubts(ui_draft.current())
    mine = [d for d in found_doubts if key in d.priorities]
    ranker = ui.ranker()
    dead = [c for c in priority.concepts if c.active and not ranker.having(c).any()]
    names = {
        "list": ui.say("priorities.preview.list"),
        "moves": ui.say("priorities.preview.moves"),
        "effects": ui.say("priorities.preview.effects"),
        "doubts": ui.say("priorities.preview.doubts"),
        "spread": ui.say("priorities.preview.spread"),
    }
    tabs = st.tabs(list(names.values()), on_change="rerun", key=f"lab_tabs_{ui.language()}")
    for name, tab in zip(names, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "list":
                ui_lab_parts.listing(comparison)
            elif name == "moves":
                ui_lab_parts.moves(preview, priority)
            elif name == "effects":
                table = _cached_effects(
                    ui.ranker(), _pool(place[:-1]), priority, _decisions(ui.decisions(), key), place
                )
                ui_lab_parts.concept_effects(priority, table)
            elif name == "doubts":
                ui_lab_parts.doubts(mine, dead)
            else:
                ui_lab_parts.spread(preview)
    st.caption(ui.md_escape(ui.say("priorities.preview.scope", day=words.day(ui.today(), ui.language()))))


def _edited(key: str) -> bool:
    return any(edit.priority == key for edit in ui_draft.edits())


def _current(key: str) -> tuple[effects.Preview, Priority, Key] | None:
    """The preview of what stands in the draft; None without calls. Kept by content, so a rerun costs nothing."""
    if ui.last_run() is None:
        return None
    ranker, saved, draft = ui.ranker(), ui.profile(), ui_draft.current().priority(key)
    old = next((p for p in saved.priorities if p.key == key), None)
    store = ui.store()
    data: Key = (
        ui.settings().database, ui.settings().ranker, store.revision("calls"), store.revision("decisions"),
        ui_data.translations(), saved.version, ui.today(),
    )  # fmt: skip
    place = (*data, draft.model_dump_json())
    return _preview(ranker, _pool(data), old, draft, _decisions(ui.decisions(), key), place), draft, place


def _decisions(all_: Sequence[Decision], key: str) -> list[Decision]:
    """Those that say whether a call fits this priority: not discards for other reasons than the topic."""
    return [
        decision
        for decision in all_
        if decision.priority in (None, key)
        and (decision.state is not State.DISCARDED or decision.reason in (None, Discard.OFF_TOPIC))
    ]


def _pool(data: Key) -> effects.Pool:
    return _cached_pool(ui.table(), ui.ranker(), data)


@st.cache_resource(show_spinner=False, max_entries=4)
def _cached_pool(_table: pd.DataFrame, _ranker: desk.Ranker, data: Key) -> effects.Pool:
    return effects.pool(_table, _ranker.calls_)


@st.cache_resource(show_spinner=False, max_entries=32)
def _preview(
    _ranker: desk.Ranker,
    _pool: effects.Pool,
    _old: Priority | None,
    _draft: Priority,
    _decisions: list[Decision],
    place: Key,
) -> effects.Preview:
    return effects.preview(_ranker, _old, _draft, _pool, _decisions, TOP)


@st.cache_resource(show_spinner=False, max_entries=32)
def _cached_effects(
    _ranker: desk.Ranker, _pool: effects.Pool, _draft: Priority, _decisions: list[Decision], place: Key
) -> pd.DataFrame:
    return lab.effects(_ranker, _draft, _decisions, only=_pool.rows)


def _verdict(comparison: lab.Comparison, edited: bool) -> None:
    if not comparison.kept and not comparison.discarded:
        st.caption(ui.md_escape(ui.say("priorities.guard.none")))
        return
    if not edited:
        return
    what = against(len(comparison.buried), comparison.kept, len(comparison.lifted))
    if not what:
        ui.notice(ui.say("priorities.guard.fine", m=words.number(comparison.kept, ui.language())), kind="success")
        return
    ui.notice(ui.say("priorities.guard.sentence", what=what), kind="warning")
    lines = [
        f"{ui.say(f'priorities.guard.{sort}')}: {row.title}"
        for sort, table in (("buried", comparison.buried), ("lifted", comparison.lifted))
        for row in table.head(10).itertuples()
    ]
    st.text("\n".join(f"• {ui.plain(line)}" for line in lines))


def _figures(preview: effects.Preview) -> None:
    comparison, language = preview.comparison, ui.language()

    def figure(name: str, after: int, before: int | None, of: int | None = None, *, good: str = "normal") -> None:
        number = words.number(after, language)
        text = number if of is None else ui.say("priorities.preview.of", n=number, of=words.number(of, language))
        delta = None if before is None or before == after else after - before
        st.metric(
            ui.say(f"priorities.preview.{name}", top=TOP), text, delta=delta, width="content",
            delta_color="normal" if good == "normal" else "inverse" if good == "inverse" else "off",
            help=ui.say(f"priorities.preview.{name}_help", top=TOP),
        )  # fmt: skip

    with st.container(horizontal=True, gap="medium", key="lab_figures"):
        figure("above", preview.above[1], preview.above[0], good="off")
        figure("entering", int((comparison.table["movement"] == "entering").sum()), None)
        if comparison.kept:
            figure("kept", comparison.kept_after, comparison.kept_before, comparison.kept)
        if comparison.discarded:
            found = (comparison.discarded_after, comparison.discarded_before, comparison.discarded)
            figure("rejected", *found, good="inverse")
