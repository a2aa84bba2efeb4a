"""Which decisions teach which priority, and when what they teach shows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from matcher import desk, rankers, region
from matcher.ledger import Decision, Discard, State
from matcher.model import Call
from matcher.rankers import Ranker
from matcher.settings import Settings
from matcher.sources import portal
from matcher.sources._replay import Replay
from matcher.ui_bulk import TICKED
from matcher.views import lessons, shortlist
from tests.app_driver import ROOT, opened, seen, small_recording, sound

PROFILE = region.load(ROOT / "data" / "regions" / "ruhr")
KEYS = [priority.key for priority in PROFILE.priorities]
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def fitted() -> Ranker:
    page = next(iter(Replay(ROOT / "data" / "snapshot").pages()))
    return rankers.make("concepts").fit([portal.parse(record) for record in page.records])


@pytest.fixture(scope="module")
def table(fitted: Ranker) -> Any:
    return shortlist.build(fitted, PROFILE, date(2026, 8, 22)).set_index("reference")


def said(call: Call, state: State = State.SHORTLISTED, number: int = 1, **more: Any) -> Decision:
    at = BEGIN + timedelta(hours=number)
    return Decision(
        id=number, reference=call.reference, identifier=call.identifier, state=state, at=at, by="ab", **more
    )


def fitting(fitted: Ranker, table: Any, most: int = 1) -> Call:
    """A call that fits one priority or more, but not all."""
    return next(c for c in fitted.calls_ if 1 <= len(table.loc[c.reference, "fields"]) <= most)


def test_a_yes_without_a_priority_teaches_those_that_the_call_fits(fitted: Ranker, table: Any) -> None:
    call = fitting(fitted, table, most=3)
    made = lessons.taught(fitted, PROFILE, [said(call)])
    assert sorted(d.priority or "" for d in made) == sorted(table.loc[call.reference, "fields"])
    assert {(d.reference, d.state, d.at) for d in made} == {(call.reference, State.SHORTLISTED, said(call).at)}


def test_a_call_that_fits_nothing_teaches_nothing_and_off_topic_teaches_where_it_fits(
    fitted: Ranker, table: Any
) -> None:
    off = next(c for c in fitted.calls_ if not table.loc[c.reference, "fields"])
    call = fitting(fitted, table)
    no = {"state": State.DISCARDED, "reason": Discard.OFF_TOPIC}
    assert lessons.taught(fitted, PROFILE, [said(off), said(off, **no)]) == []
    assert [d.priority for d in lessons.taught(fitted, PROFILE, [said(call, **no)])] == table.loc[
        call.reference, "fields"
    ]


def test_reasons_of_an_office_are_no_word_on_the_topic(fitted: Ranker, table: Any) -> None:
    call = fitting(fitted, table)
    others = [said(call, State.DISCARDED, reason=r) for r in Discard if r is not Discard.OFF_TOPIC]
    others += [said(call, State.READING), said(call, State.PARKED, until=date(2026, 9, 1))]
    others += [said(call, State.NEW, note="audit 2026-08 of 312: yes")]
    assert lessons.taught(fitted, PROFILE, others) == []
    assert not [d for d in others if lessons.speaks(d)]


def test_a_named_priority_is_taught_as_it_stands_and_lessons_are_lessons_again(fitted: Ranker, table: Any) -> None:
    call = fitting(fitted, table)
    other = next(key for key in KEYS if key not in table.loc[call.reference, "fields"])
    made = lessons.taught(fitted, PROFILE, [said(call, priority=other), said(call, number=2)])
    assert [d.priority for d in made] == [other, *table.loc[call.reference, "fields"]]
    assert lessons.taught(fitted, PROFILE, made) == made


def test_what_is_taken_back_teaches_nothing_any_more(fitted: Ranker, table: Any) -> None:
    taken = fitting(fitted, table)
    key = table.loc[taken.reference, "fields"][0]
    other = next(c for c in fitted.calls_ if key in table.loc[c.reference, "fields"] and c is not taken)
    both = [said(taken), said(other, State.DISCARDED, number=2, reason=Discard.OFF_TOPIC)]
    plain = fitted.scores(PROFILE.priority(key))
    learned = fitted.scores(PROFILE.priority(key), lessons.taught(fitted, PROFILE, both))
    assert abs(learned - plain).max() > 0
    back = lessons.taught(fitted, PROFILE, [*both, said(taken, State.NEW, number=3)])
    assert (fitted.scores(PROFILE.priority(key), back) == plain).all()


def test_which_priorities_a_decision_teaches_does_not_hang_on_what_was_learned(fitted: Ranker, table: Any) -> None:
    some = [c for c in fitted.calls_ if table.loc[c.reference, "fields"]][:12]
    everything = [
        said(c, State.DISCARDED if n % 2 else State.APPLIED, n + 1, reason=Discard.OFF_TOPIC if n % 2 else None)
        for n, c in enumerate(some)
    ]
    alone = [one for d in everything for one in lessons.taught(fitted, PROFILE, [d])]
    assert lessons.taught(fitted, PROFILE, everything) == alone


def test_a_decision_on_a_call_that_is_gone_teaches_by_its_heir(fitted: Ranker, table: Any) -> None:
    call = fitting(fitted, table)
    gone = said(call).model_copy(update={"reference": "gone"})
    made = lessons.taught(fitted, PROFILE, [gone])
    assert {(d.reference, d.priority) for d in made} >= {
        (call.reference, k) for k in table.loc[call.reference, "fields"]
    }


def test_an_inactive_priority_is_taught_nothing(fitted: Ranker, table: Any) -> None:
    call = fitting(fitted, table)
    key = table.loc[call.reference, "fields"][0]
    off = PROFILE.model_copy(
        update={"priorities": [p.model_copy(update={"active": p.key != key}) for p in PROFILE.priorities]}
    )
    assert lessons.taught(fitted, off, [said(call)]) == []


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    for name, value in {
        "MATCHER_DATABASE": f"sqlite:///{tmp_path / 'own.db'}",
        "MATCHER_SNAPSHOT_FOLDER": str(small_recording(tmp_path / "snapshot")),
    }.items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    yield Settings()
    st.cache_resource.clear()


def scores(app: Any) -> list[tuple[str, float]]:
    rows = app.dataframe[0].value
    return list(zip(rows["identifier"], rows["score"], strict=True))


def at_odds(own: Settings) -> list[Call]:
    """Two calls that fit the same priority and stand on the first page, to be wanted and turned away."""
    with desk.open_store(own) as store:
        table = desk.shortlist(desk.ranker(store, own), desk.profile(store, own), today=desk.today(store))
        first = table[table["status"].isin(["open", "forthcoming"])].head(30)
        key = first["fields"].explode().value_counts().index[0]
        fits = first[[key in fields for fields in first["fields"]]]["reference"]
        return [store.call(fits.iloc[-1]), store.call(fits.iloc[0])]


def test_what_a_colleague_teaches_shows_from_the_next_day_and_no_tick_is_lost(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("matches", discarded="1")
    before, order = scores(app), list(app.session_state["order"])
    wanted, off = at_odds(own)
    rows = [n for n in range(40) if order[n] not in (wanted.reference, off.reference)][:2]
    ticks = [order[n] for n in rows]
    grid = "table-" + app.dataframe[0].proto.id.partition("-table-")[2]
    app.session_state[grid] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    sound(app.run())
    assert app.session_state[TICKED] == ticks
    with desk.open_store(own) as store:
        desk.decide(store, calls=[wanted], state=State.SHORTLISTED, by="cem")
        desk.decide(store, calls=[off], state=State.DISCARDED, reason=Discard.OFF_TOPIC, by="cem")
    sound(app.run())
    assert scores(app) == before
    assert {"interessant", "verworfen"} <= set(app.dataframe[0].value["state"])
    assert app.session_state[TICKED] == ticks
    app.selectbox(key="matches_sort").set_value("deadline")
    sound(app.run())
    app.text_input(key="matches_q").set_value("Wort, das es nicht gibt")
    sound(app.run())
    assert app.session_state[TICKED] == ticks
    assert "2 ausgewählt** (davon 2 nicht in dieser Ansicht)" in seen(app)
    app.button(key="bulk_read").click()
    sound(app.run())
    assert app.session_state[TICKED] == []
    with desk.open_store(own) as store:
        assert [d.reference for d in store.decisions() if d.state is State.READING] == ticks
    assert scores(opened("matches", discarded="1")) == before, "a page loaded again shows the same"
    tomorrow = desk.now() + timedelta(days=1)
    monkeypatch.setattr(desk, "now", lambda: tomorrow)
    later = opened("matches", discarded="1")
    assert scores(later) != before
    later.toggle(key="learning").set_value(False)
    sound(later.run())
    assert scores(later) == before
