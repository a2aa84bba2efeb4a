"""The preview of a draft: the list before and after, what enters and leaves and why, and what each concept does."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from matcher import (
    desk,
    desk_measure,
    desk_tune,
    ui,
    ui_data,
    ui_draft,
    ui_lab_doubled,
    ui_lab_effects,
    ui_lab_list,
    ui_lab_near,
    ui_lab_parts,
    ui_lab_quality,
    ui_lab_zero,
    ui_troubles,
    words,
)
from matcher.ledger import Decision, Discard, State
from matcher.model import Priority
from matcher.ui_edits import field_label
from matcher.ui_lab_parts import TOP
from matcher.views import absent, effects, lab

Key = tuple[object, ...]
ANCHOR = "preview"


def guard() -> str:
    """What the whole draft does against decisions of officers, in words, field by field; empty if nothing."""
    told = []
    edited = list(dict.fromkeys(edit.priority for edit in ui_draft.edits() if edit.priority))
    for key in edited:
        found = _current(key)
        if found is None:
            continue
        said = found[0].verdict
        what = ui_lab_quality.against(len(said.buried), said.kept, len(said.lifted))
        if what:
            label = field_label(key, ui_draft.current(), ui_draft.base())
            told.append(what if len(edited) == 1 else ui.say("lab.guard.named", label=label, what=what))
    return "; ".join(told)


def way_down() -> None:
    """A link to the preview, for windows so narrow that it stands below the editor; elsewhere the look hides it."""
    with st.container(key="lab_way"):
        st.markdown(f"[:material/arrow_downward: {ui.md_escape(ui.say('priorities.preview.way'))}](#{ANCHOR})")


def draw(key: str, *, ready: bool = True) -> None:
    """The whole preview of one priority. `ready`: its tables are faultless."""
    edited = _edited(key)
    title = "priorities.preview.title" if edited else "priorities.preview.title_saved"
    with st.container(key="lab_title"):
        st.subheader(ui.md_escape(ui.say(title)), anchor=ANCHOR)
    found = _current(key)
    if found is None:
        ui.notice(ui.say("priorities.preview.no_calls"))
        return
    preview, priority, place = found
    # Without the ranker: which concepts stand in no call, the list below says, each with what looks like it.
    ui_troubles.draw(priority)
    ui_lab_doubled.draw(priority, place)
    ui_lab_quality.verdict(preview.verdict, edited)
    _figures(preview)
    names = {name: ui.say(f"priorities.preview.{name}") for name in ("list", "moves", "effects", "doubts", "spread")}
    names["quality"] = ui.say("lab.tab.quality")
    tabs = st.tabs(list(names.values()), on_change="rerun", key=f"lab_tabs_{ui.language()}")
    for name, tab in zip(names, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "list":
                _list(preview, priority, place, ready)
            elif name == "moves":
                ui_lab_parts.moves(preview, priority)
            elif name == "effects":
                _effects(key, priority, place)
            elif name == "doubts":
                _doubts(key, priority)
            elif name == "spread":
                ui_lab_effects.spread(preview)
            else:
                saved = next((p for p in ui.profile().priorities if p.key == key), None)
                ui_lab_quality.quality(_measured(ui.ranker(), saved, priority, place), edited)
    st.caption(ui.md_escape(ui.say("priorities.preview.scope", day=words.day(ui.today(), ui.language()))))


def _list(preview: effects.Preview, priority: Priority, place: Key, ready: bool) -> None:
    """The list; where no call fits, first what that means and what helps, the nearest help first."""
    pool, ranker = _pool(place[:-1]), ui.ranker()
    heard, listing = lab.heard(ranker, priority, pool.rows), ui_lab_list.listed(preview, priority, ranker)
    nothing, few = heard is not None and listing.fits == 0, listing.fits < ui_lab_parts.FIRST
    if nothing:
        there = absent.elsewhere(ranker, priority, pool.rows, ui.today())
        ui_lab_zero.finding(heard or 0, there.hidden)
        ui_lab_zero.elsewhere(there)
    elif few or heard == 0:
        if few and listing.fits:
            ui_lab_zero.little(listing.grades)
        ui_lab_zero.hidden(absent.elsewhere(ranker, priority, pool.rows, ui.today()).hidden)
        ui_lab_zero.silent(ui_lab_zero.dead(priority, ranker))
        if found := absent.asleep(ranker, priority, pool.rows):
            theirs = priority.model_copy(update={"concepts": [one.concept for one in found]})
            ui_lab_zero.asleep(found, absent.elsewhere(ranker, theirs, pool.rows, ui.today()))
    if few:
        ui_lab_near.draw(priority, pool, place, nothing=nothing, ready=ready)
    ui_lab_list.draw(listing, preview, priority, ranker)
    ui_lab_list.weak_ones(listing, priority, saved=not preview.new)
    if nothing:
        ui_lab_zero.without(priority)


def _effects(key: str, priority: Priority, place: Key) -> None:
    ranker, pool, said = ui.ranker(), _pool(place[:-1]), ui.learned()
    table = _cached_effects(ranker, pool, priority, said, place)
    ui_lab_effects.concept_effects(priority, table, ranker, ranker.scores(priority, said), pool.rows)


def _doubts(key: str, priority: Priority) -> None:
    ranker = ui.ranker()
    mine = [found for found in desk_tune.doubts(ui_draft.current()) if key in found.priorities]
    ui_lab_effects.doubts(mine, ui_lab_zero.dead(priority, ranker))


def _edited(key: str) -> bool:
    return any(edit.priority == key for edit in ui_draft.edits())


def _current(key: str) -> tuple[effects.Preview, Priority, Key] | None:
    """The preview of what stands in the draft; None without calls. Kept by content, so a rerun costs nothing.

    A priority that is switched off or removed ranks nothing: all its calls are buried.
    """
    if ui.last_run() is None:
        return None
    ranker, saved = ui.ranker(), ui.profile()
    old = next((p for p in saved.priorities if p.key == key), None)
    draft = next((p for p in ui_draft.current().priorities if p.key == key), None)
    if draft is None and old is None:
        return None
    shown = _counting(draft) or _silent(old or draft)
    store = ui.store()
    data: Key = (
        ui.settings().database, ui.settings().ranker, store.revision("calls"), store.revision("decisions"),
        ui_data.translations(), saved.version, ui.today(), ui_data.learned_until(),
    )  # fmt: skip
    place = (*data, shown.model_dump_json())
    said = decisions_on(ui.decisions(), key)
    return _preview(ranker, _pool(data), _counting(old), shown, said, ui.learned(), place), shown, place


def _counting(priority: Priority | None) -> Priority | None:
    return priority if priority is not None and priority.active else None


def _silent(priority: Priority | None) -> Priority:
    assert priority is not None
    return priority.model_copy(update={"concepts": [], "guards": [], "rules": []})


def decisions_on(all_: Sequence[Decision], key: str) -> list[Decision]:
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
    _learned: list[Decision],
    place: Key,
) -> effects.Preview:
    return effects.preview(_ranker, _old, _draft, _pool, _decisions, TOP, _learned)


@st.cache_resource(show_spinner=False, max_entries=32)
def _cached_effects(
    _ranker: desk.Ranker, _pool: effects.Pool, _draft: Priority, _decisions: list[Decision], place: Key
) -> pd.DataFrame:
    return lab.effects(_ranker, _draft, _decisions, only=_pool.rows)


@st.cache_resource(show_spinner=False, max_entries=32)
def _measured(
    _ranker: desk.Ranker, _saved: Priority | None, _draft: Priority, place: Key
) -> desk_measure.Measured | None:
    return desk_measure.measured(_ranker, _saved, _draft, ui.settings())


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
        figure("above", preview.above[1], None if preview.new else preview.above[0], good="off")
        if preview.new:
            figure("strong", preview.strong, None)
        else:
            figure("entering", int((comparison.table["movement"] == "entering").sum()), None)
        if comparison.kept:
            figure("kept", comparison.kept_after, comparison.kept_before, comparison.kept)
        if comparison.discarded:
            found = (comparison.discarded_after, comparison.discarded_before, comparison.discarded)
            figure("rejected", *found, good="inverse")
