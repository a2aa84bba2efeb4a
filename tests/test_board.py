"""The shared shortlist followed decision by decision equals the one built anew; filters on arrays equal a count."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matcher import rankers, region
from matcher.ledger import Change, Decision, Discard, State
from matcher.sources import portal
from matcher.sources._replay import Replay
from matcher.ui_board import Kept
from matcher.views import shortlist
from matcher.views.board import Board
from matcher.views.filters import _CHOICES, KEPT, KEPT_STATES, Filters, Found
from tests.app_driver import ROOT

TODAY = date(2026, 8, 22)
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)
PROFILE = region.load(ROOT / "data" / "regions" / "ruhr")
CALLS = [
    portal.parse(record) for page in list(Replay(ROOT / "data" / "snapshot").pages())[:1] for record in page.records
][:60]
RANKER = rankers.make("concepts").fit(CALLS)
FACTS = shortlist.facts(CALLS, TODAY, eligibility=True)
CHANGES = [
    Change(
        reference=CALLS[n].reference, field="deadline", kind="later", on=date(2026, 8, 8 + n), run=3,
        old="2027-01-12", new="2027-03-15",
    )
    for n in range(4)
]  # fmt: skip
KEYS = [priority.key for priority in PROFILE.priorities]
LEARNED = [
    Decision(
        id=n, reference=call.reference, identifier=call.identifier, at=BEGIN, by="ab", priority=KEYS[0],
        state=State.DISCARDED if n else State.APPLIED, reason=Discard.OFF_TOPIC if n else None, run=5,
    )
    for n, call in enumerate(CALLS[:2])
]  # fmt: skip


@st.composite
def decisions(draw: st.DrawFn) -> list[Decision]:
    """What people may say, on calls there are and on one that is gone, not always in the order of the clock."""
    said = []
    for number in range(draw(st.integers(0, 14))):
        call = CALLS[draw(st.integers(0, 11))]
        state = draw(st.sampled_from([s for s in State if s is not State.EXPIRED]))
        said.append(
            Decision(
                id=number + 1, identifier=call.identifier, state=state, by="ab",
                at=BEGIN + timedelta(hours=draw(HOURS)),
                reference=call.reference if draw(st.integers(0, 5)) else "gone",
                reason=draw(st.sampled_from(list(Discard))) if state is State.DISCARDED else None,
                until=TODAY + timedelta(days=draw(st.integers(-3, 3))) if state is State.PARKED else None,
                office=draw(st.sampled_from([None, "bochum", "essen"])),
                owner=draw(st.sampled_from([None, "cd", "ef"])),
                priority=draw(st.sampled_from([None, *KEYS])), note=draw(st.sampled_from([None, "port", "Notiz"])),
                run=draw(st.sampled_from([None, 1, 5])),
            )
        )  # fmt: skip
    return said


HOURS = st.integers(0, 400)
SLOW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def board(said: Any, office: str | None = None) -> Board:
    return Board(
        RANKER, PROFILE, TODAY, known=FACTS, decisions=said, changes=CHANGES, news=(), office=office, learned=LEARNED
    )  # fmt: skip


def kept(office: str | None = None) -> Kept:
    return Kept(board((), office), ())


@SLOW
@given(decisions(), st.lists(st.integers(0, 14)), st.sampled_from([None, "", "bochum"]))
def test_followed_step_by_step_it_equals_the_table_built_at_once(
    said: list[Decision], cuts: list[int], office: str | None
) -> None:
    shared = kept(office)
    for cut in sorted(cuts):
        shared.now(said[:cut])
    pd.testing.assert_frame_equal(shared.now(said).table, board(said, office).table)


def test_what_is_decided_while_people_work_moves_no_score_and_no_place() -> None:
    shared = kept()
    before = shared.now([]).table
    said = [d.model_copy(update={"id": n, "priority": KEYS[1]}) for n, d in enumerate(LEARNED, 1)]
    after = shared.now(said).table
    moved = Board(RANKER, PROFILE, TODAY, known=FACTS, decisions=said, news=(), learned=said).table
    scores = ["reference", "rank", "score", *(f"score_{key}" for key in KEYS)]
    pd.testing.assert_frame_equal(before[scores], after[scores])
    assert not moved[scores].equals(before[scores])
    assert set(after["state"]) == {*before["state"], "applied", "discarded"}


def test_a_look_with_older_decisions_sees_what_others_know_already() -> None:
    said = [
        Decision(id=n + 1, reference=c.reference, identifier=c.identifier, state=State.APPLIED, at=BEGIN, by="ab")
        for n, c in enumerate(CALLS[:2])
    ]
    shared = kept()
    newest = shared.now(said)
    assert shared.now(said[:1]) is newest
    assert newest.table["state"].value_counts()["applied"] == 2


WISHES = st.builds(
    Filters,
    priorities=st.lists(st.sampled_from(KEYS), max_size=2).map(tuple),
    statuses=st.lists(st.sampled_from(["open", "forthcoming", "closed"]), max_size=2).map(tuple),
    kinds=st.sampled_from([(), ("topic",), ("tender",)]),
    grades=st.lists(st.sampled_from(["strong", "partial", "weak", "nonsense"]), max_size=2).map(tuple),
    states=st.lists(st.sampled_from(["new", "discarded", "reading", "shortlisted"]), max_size=2).map(tuple),
    owners=st.sampled_from([(), ("cd",), ("nobody",)]),
    applicants=st.lists(st.sampled_from(["municipality", "sme"]), max_size=2).map(tuple),
    deadline_to=st.sampled_from([None, 0, 90]),
    project_from=st.sampled_from([None, 2_000_000]),
    since=st.one_of(
        st.none(),
        st.just(date(2026, 8, 9)),
        st.frozensets(st.sampled_from([c.reference for c in CALLS]), max_size=9),
    ),
    search=st.sampled_from(["", "energy", "-energy", '"port', "notiz"]),
    noise=st.sampled_from([(), ("all",)]),
    late=st.booleans(),
)


@SLOW
@given(decisions(), WISHES)
@example([], Filters(priorities=("green",), late=False))
def test_filters_and_counts_after_a_decision_equal_those_of_a_table_built_at_once(
    said: list[Decision], wish: Filters
) -> None:
    shared = kept()
    before = shared.now([])
    Found(before.facets, wish).counts()
    found = Found(shared.now(said).facets, wish)
    table = board(said).table
    shown, hidden = shortlist.narrow(table, wish)
    # Of a chosen priority the points order the list; `narrow` leaves the rows in the order of the table.
    ranked = shown.sort_values("rank").reset_index(drop=True)
    pd.testing.assert_frame_equal(found.listing("score").rows(), ranked)
    assert (found.hidden, found.counts()) == (hidden, shortlist.counts(table, wish))
    assert len(shown) + sum(hidden.values()) == len(table)


def fits(row: Any) -> list[str]:
    """The priorities that a call is listed under: strong or partial ones, and the best one unless nothing fits."""
    return row["fields"] if row["grade"] == "none" else list({*row["fields"], row["priority"]})


@SLOW
@given(decisions(), WISHES, st.sampled_from(shortlist.ORDERS))
def test_counts_and_orders_say_what_counting_row_by_row_says(said: list[Decision], wish: Filters, by: str) -> None:
    table = board(said).table
    found = Found(shortlist.Facets(table), wish)
    alone = {key: len(shortlist.narrow(table, replace(wish, priorities=(key,)))[0]) for key in KEYS}
    assert found.counts()["priorities"] == {key: count for key, count in alone.items() if count}
    for name, column in _CHOICES.items():
        if name == "priorities" and wish.grades:
            continue
        nobody = ("all",) if name == "noise" else None if name in ("deadline", "since") else ()
        others = Filters(**{**vars(wish), name: nobody})
        passing = shortlist.narrow(table, others)[0]
        tally = Counter(
            value
            for cell in ([fits(row) for _, row in passing.iterrows()] if column == "fitting" else passing[column])
            for value in (set(cell) if isinstance(cell, list) else {cell})
            if value is not None
        )
        if name == "states" and (of_interest := sum(tally[state] for state in KEPT_STATES)):
            tally[KEPT] = of_interest
        assert found.counts()[name] == dict(tally)
    listing = found.listing(by)
    whole = shortlist.order(shortlist.narrow(table, wish)[0], by)
    assert listing.references == list(whole["reference"])
    pd.testing.assert_frame_equal(listing.rows(), whole)
    if chosen := [f"score_{key}" for key in wish.priorities]:
        assert list(whole["score"]) == list(whole[chosen].max(axis=1)), "of the chosen ones, not of any other"
        assert all(f"score_{row['priority']}" in chosen for _, row in whole.iterrows())
    pd.testing.assert_frame_equal(listing.rows(2, 5), whole.iloc[2:5].reset_index(drop=True))
