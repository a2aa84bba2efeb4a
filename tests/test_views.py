"""Tables people read: the shortlist with its filters, a call's facts, priorities as a sheet, lab, coverage, runs."""

# ruff: noqa: E501 (tables of examples read better in one line)

import inspect
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher import changes as change_classes
from matcher import rankers, region
from matcher.errors import InputError
from matcher.ledger import Change, Decision, Discard, Reject, Run, State
from matcher.model import (
    Budget,
    Call,
    Concept,
    Deadline,
    DeadlineModel,
    Kind,
    Link,
    Noise,
    Priority,
    Profile,
    Section,
    Status,
)
from matcher.rankers import Explanation, Passage, Ranker, Reason
from matcher.sources import portal
from matcher.views import call as call_view
from matcher.views import changes, coverage, gist, lab, runs, shortlist
from matcher.views import priorities as priority_table
from matcher.views._asked import describe
from matcher.views._facets import Facets
from matcher.views._search import matching
from matcher.views.filters import Filters, Found, counts, narrow
from matcher.views.hiding import hiding
from matcher.views.shortlist import COLUMNS, build, facts, order, reasons
from matcher.words import BRUSSELS, LANGUAGES, has, say

ROOT = Path(__file__).resolve().parent.parent

TODAY = date(2026, 11, 23)
PORTAL = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/topic-details/"


class Counting(Ranker):
    """Ten points for each spelling of a concept that stands in the title, times its weight; guards take away."""

    name: ClassVar[str] = "_counting"
    label: ClassVar[str] = "Counting"
    explained = 0

    def fit(self, calls: Sequence[Call]) -> Self:
        self.calls_ = list(calls)
        return self

    def _reasons(self, call: Call, priority: Priority) -> list[Reason]:
        found = []
        for kind, concepts in (("concept", priority.concepts), ("guard", priority.guards)):
            for concept in concepts:
                words = tuple(w for w in concept.spellings.get("en", []) if w in call.title.casefold())
                if words and concept.active:
                    found.append(Reason(kind, concept.key, 10 * concept.weight, ("title",), words))
        return found

    def scores(self, priority: Priority, decisions: Sequence[Decision] = ()) -> NDArray[np.float64]:
        totals = [sum(r.share for r in self._reasons(call, priority)) for call in self.calls_]
        return np.clip(np.array(totals, dtype=float), 0, 100)

    def explain(
        self, rows: Sequence[int], priority: Priority, decisions: Sequence[Decision] = ()
    ) -> list[Explanation]:
        self.explained += len(rows)
        found = []
        for row in rows:
            reasons = self._reasons(self.calls_[row], priority)
            score = sum(r.share for r in reasons)
            passage = Passage("title", self.calls_[row].title, ((0, 3),))
            hit = {r.key for r in reasons}
            missing = [c.key for c in priority.concepts if c.key not in hit]
            found.append(Explanation(score, self.grades(np.array([score]))[0], reasons, missing, passage, False))
        return found

    def ideas(self, text: str, title: str = "") -> NDArray[np.float64]:
        return np.array([float(f"{title} {text}".strip().lower() in call.title.lower()) for call in self.calls_])

    def grades(self, scores: NDArray[np.float64]) -> list[str]:
        return ["strong" if s >= 30 else "partial" if s >= 20 else "weak" if s >= 10 else "none" for s in scores]


def call(reference: str, title: str = "A call", **more: Any) -> Call:
    more.setdefault("identifier", f"ID-{reference}")
    more.setdefault("kind", Kind.TOPIC)
    return Call(reference=reference, source="portal", title=title, **more)


def concept(key: str, weight: float, *english: str) -> Concept:
    return Concept(key=key, weight=weight, spellings={"en": list(english)})


LOGISTICS = Priority(
    key="logistics",
    labels={"de": "Intelligente Logistik", "en": "Smart logistics"},
    concepts=[concept("port", 3, "port", "inland port"), concept("freight", 2, "freight")],
    guards=[concept("fish", -3, "fish")],
)
CITY = Priority(
    key="city",
    labels={"de": "Stadt", "en": "City"},
    concepts=[concept("city", 2, "city"), concept("port", 1, "port")],
)
PROFILE = Profile(
    region="test",
    priorities=[LOGISTICS, CITY],
    noise=[Noise(key="defence", labels={"de": "Verteidigung", "en": "Defence"}, prefixes=["EDF-"])],
    version=4,
)
CALLS = [
    call(
        "1", "Inland port freight", programme="43108390", programme_name="Horizon Europe",
        types_of_action=["HORIZON Innovation Actions"], opens=date(2026, 9, 1),
        deadlines=[Deadline(on=date(2027, 1, 26))], first_seen=date(2026, 9, 1), last_seen=TODAY,
        budget=Budget(total=12_000_000, project_from=3_000_000, project_to=4_000_000, projects=3, shared=False),
        links=[Link(kind="portal", url=f"{PORTAL}ID-1")], sections=[Section(kind="scope", text="Quay walls, smart grids")],
    ),
    call(
        "2", "City freight", deadline_model=DeadlineModel.TWO_STAGE, opens=date(2026, 5, 1),
        deadlines=[Deadline(on=date(2026, 9, 15), stage=1), Deadline(on=date(2027, 3, 15), stage=2)],
        budget=Budget(total=90_000_000, shared=True), first_seen=date(2026, 5, 1),
    ),
    call("3", "Port of fish", deadlines=[Deadline(on=date(2026, 11, 1))], first_seen=date(2026, 2, 1)),
    call(
        "4", "Vouchers for a city", kind=Kind.CASCADE, opens=date(2026, 11, 1),
        deadlines=[Deadline(on=date(2026, 11, 30), at=datetime(2026, 11, 30, 16, tzinfo=UTC))],
        budget=Budget(project_from=None, project_to=60_000),
    ),
    call("5", "Freight for armies", identifier="EDF-2026-X", opens=date(2027, 1, 1), deadlines=[Deadline(on=date(2027, 6, 1))]),
    call("6", "Open until further notice", portal_status=Status.OPEN),
]  # fmt: skip


@pytest.fixture
def ranker() -> Counting:
    return Counting().fit(CALLS)


@pytest.fixture
def table(ranker: Counting) -> pd.DataFrame:
    return build(ranker, PROFILE, TODAY)


def row(table: pd.DataFrame, reference: str) -> Any:
    return table[table["reference"] == reference].iloc[0]


# --- the shortlist -------------------------------------------------------------------------------------------------


def test_columns_stand_in_their_order_with_the_scores_of_each_priority(table: pd.DataFrame):
    names = list(COLUMNS)
    at = names.index("grade") + 1
    assert list(table.columns) == [*names[:at], "score_logistics", "score_city", *names[at:]]


def test_the_best_priority_gives_score_and_grade(table: pd.DataFrame):
    first = table.iloc[0]
    assert (first["reference"], first["priority"], first["score"], first["grade"]) == ("1", "logistics", 50, "strong")
    assert first["fields"] == ["logistics"]
    assert row(table, "2")["score_city"] == row(table, "2")["score_logistics"] == 20
    assert row(table, "2")["fields"] == ["logistics", "city"]
    assert list(table["rank"]) == [1, 2, 3, 4, 5, 6]
    assert list(table["score"]) == sorted(table["score"], reverse=True)


def test_only_ranks_for_one_priority(ranker: Counting):
    table = build(ranker, PROFILE, TODAY, only="city")
    assert set(table["priority"]) == {"city"}
    assert "score_logistics" not in table
    assert row(table, "1")["score"] == 10
    with pytest.raises(InputError, match="logistics, city"):
        build(ranker, PROFILE, TODAY, only="space")


def test_facts_keep_unknown_unknown(table: pd.DataFrame):
    first, bare = row(table, "1"), row(table, "6")
    assert (first["deadline"], first["days_left"], first["budget_total"]) == (date(2027, 1, 26), 64, 12_000_000)
    assert (first["link"], first["shared"]) == (f"{PORTAL}ID-1", False)
    for name in (
        "deadline",
        "deadline_time",
        "stage",
        "opens",
        "shared",
        "programme",
        "owner",
        "note",
        "terms",
        "link",
    ):
        assert bare[name] is None, name
    for name in ("budget_total", "project_to", "projects", "days_left"):
        assert bare[name] is pd.NA, name
    assert bare["status"] == "open"


def test_deadlines_times_and_stages(table: pd.DataFrame):
    assert row(table, "2")["stage"] == "2 of 2"
    assert row(table, "2")["stage_one_over"]
    assert row(table, "4")["deadline_time"] == "17:00"
    assert row(table, "3")["status"] == "closed"
    assert row(table, "5")["status"] == "forthcoming"


def test_explanations_are_made_for_returned_rows_only(ranker: Counting):
    assert build(ranker, PROFILE, TODAY)["terms"].isna().all()
    assert ranker.explained == 0
    top = build(ranker, PROFILE, TODAY, top=2)
    assert ranker.explained == len(top) == 2
    assert top.iloc[0]["terms"] == ["port", "inland port", "freight"]
    assert not top.iloc[0]["rule_only"]
    shown, _ = narrow(build(ranker, PROFILE, TODAY), Filters())
    assert reasons(shown, ranker, PROFILE)["terms"].notna().all()
    assert build(ranker, PROFILE, TODAY, explain=True)["terms"].notna().all()


def test_the_order_does_not_depend_on_how_calls_came_in():
    forward = build(Counting().fit(CALLS), PROFILE, TODAY)
    backward = build(Counting().fit(CALLS[::-1]), PROFILE, TODAY)
    for by in shortlist.ORDERS:
        assert list(order(forward, by)["reference"]) == list(order(backward, by)["reference"]), by


def test_orders(table: pd.DataFrame):
    assert list(order(table, "deadline")["reference"]) == ["4", "1", "2", "5", "6", "3"]
    assert list(order(table, "budget")["reference"])[:2] == ["2", "1"]
    assert list(order(table, "newest")["reference"])[:2] == ["1", "2"]
    with pytest.raises(InputError, match="newest"):
        order(table, "luck")


def test_an_empty_store_and_a_profile_without_priorities_give_empty_or_unscored_tables():
    empty = build(Counting().fit([]), PROFILE, TODAY, top=10)
    assert len(empty) == 0 and list(COLUMNS[:3]) == list(empty.columns[:3])
    assert narrow(empty, Filters(search="port"))[1] == {}
    bare = build(Counting().fit(CALLS), Profile(region="x", priorities=[]), TODAY, explain=True)
    assert len(bare) == len(CALLS) and set(bare["grade"]) == {"none"}


def test_known_facts_give_the_same_table(ranker: Counting):
    known = facts(CALLS, TODAY)
    pd.testing.assert_frame_equal(build(ranker, PROFILE, TODAY, known=known), build(ranker, PROFILE, TODAY))
    with pytest.raises(InputError, match="Build the facts again"):
        build(ranker, PROFILE, TODAY, known=known.head(2))


# --- decisions and changes -----------------------------------------------------------------------------------------


def decided(reference: str, state: State, day: int = 10, **more: Any) -> Decision:
    more.setdefault("identifier", f"ID-{reference}")
    return Decision(reference=reference, state=state, at=datetime(2026, 11, day, 9, tzinfo=UTC), by="ab", **more)


def test_the_last_decision_holds_and_notes_stay(ranker: Counting):
    said = [
        decided("1", State.SHORTLISTED, 12, owner="Duisburg"),
        decided("1", State.READING, 11, note="look", owner="Essen"),
        decided("2", State.DISCARDED, reason=Discard.OFF_TOPIC),
    ]
    table = build(ranker, PROFILE, TODAY, decisions=said)
    first = row(table, "1")
    assert (first["state"], first["owner"], first["note"], first["decided"]) == (
        "shortlisted", "Duisburg", "look", date(2026, 11, 12),
    )  # fmt: skip
    assert (row(table, "2")["state"], row(table, "2")["reason"]) == ("discarded", "off topic")
    assert row(table, "3")["state"] == "expired"
    assert row(table, "6")["state"] == "new"


def test_the_table_says_to_whom_a_call_was_forwarded_and_forgets_what_was_taken_back(ranker: Counting):
    town, other = ["Duisburg · EU"], ["Essen · EU"]

    def sent(*said: tuple[State, list[str]]) -> tuple[list[str] | None, date | None]:
        told = [decided("1", state, day, to=to) for day, (state, to) in enumerate(said, start=10)]
        found = row(build(ranker, PROFILE, TODAY, decisions=told), "1")
        return found["sent_to"], found["sent_on"]

    first, second = (State.FORWARDED, town), (State.FORWARDED, other)
    assert sent() == sent((State.SHORTLISTED, [])) == (None, None)
    assert sent(first, second, (State.APPLIED, [])) == ([*town, *other], date(2026, 11, 11))
    assert sent(first, (State.SHORTLISTED, [])) == (None, None)
    assert sent(first, second, first) == (town, date(2026, 11, 10))


def test_kept_calls_are_all_that_were_decided_and_not_discarded(ranker: Counting):
    said = [
        decided("1", State.SHORTLISTED), decided("2", State.FORWARDED), decided("4", State.APPLIED),
        decided("6", State.DISCARDED, reason=Discard.TOO_BIG),
    ]  # fmt: skip
    table = build(ranker, PROFILE, TODAY, decisions=said)
    for states, expected in (
        (("kept",), {"1", "2", "4"}), (("shortlisted",), {"1"}), (("kept", "discarded"), {"1", "2", "4", "6"}),
    ):  # fmt: skip
        wish = Filters(states=states)
        shown, hidden = narrow(table, wish)
        assert set(shown["reference"]) == expected and len(shown) + sum(hidden.values()) == len(table)
        assert counts(table, wish)["states"]["kept"] == 3
        assert Filters.from_query(wish.to_query()) == wish
        # Discarded calls hidden: what states ask for is shown all the same, and each state is counted.
        without = replace(wish, discarded=False)
        assert set(narrow(table, without)[0]["reference"]) == expected
    shown, hidden = narrow(table, Filters(discarded=False))
    assert "6" not in set(shown["reference"]) and hidden["discarded"] == 1
    assert counts(table, Filters(discarded=False))["states"]["discarded"] == 1
    assert Filters.from_query(Filters(discarded=False).to_query()) == Filters(discarded=False)
    assert describe(Filters(discarded=False), "de").endswith("; ohne verworfene")
    assert "alles, was nicht verworfen ist" in describe(Filters(states=("kept",)), "de")


def test_a_discarded_call_returns_with_the_cause_but_not_for_a_change_seen_before(ranker: Counting):
    said = [
        decided("1", State.DISCARDED, reason=Discard.TOO_LATE),
        decided("2", State.DISCARDED, reason=Discard.OTHER),
    ]
    moved = [
        Change(reference="1", field="deadline", kind="later", on=date(2026, 11, 20), old="2027-01-12", new="2027-01-26"),
        Change(reference="1", field="text", kind="text", on=date(2026, 11, 21)),
        Change(reference="2", field="deadline", kind="later", on=date(2026, 11, 10), old="2027-01-12", new="2027-03-15"),
    ]  # fmt: skip
    table = build(ranker, PROFILE, TODAY, decisions=said, changes=moved)
    back = row(table, "1")
    assert (back["state"], back["returned"], back["reason"]) == ("new", True, "too late")
    assert back["change"] == "Frist verlängert: 12.01.2027 → 26.01.2027"
    assert (row(table, "2")["state"], row(table, "2")["returned"]) == ("discarded", False)
    assert row(build(ranker, PROFILE, TODAY, changes=moved, language="en"), "2")["change"] == (
        "Deadline extended: 12 Jan 2027 → 15 Mar 2027"
    )


def test_a_parked_call_returns_on_its_day(ranker: Counting):
    said = [decided("1", State.PARKED, until=TODAY), decided("2", State.PARKED, until=date(2026, 11, 24))]
    table = build(ranker, PROFILE, TODAY, decisions=said)
    assert (row(table, "1")["state"], row(table, "1")["returned"]) == ("new", True)
    assert (row(table, "2")["state"], row(table, "2")["until"]) == ("parked until", date(2026, 11, 24))


def test_a_successor_inherits_the_decision_and_a_sibling_does_not():
    old = decided("gone", State.SHORTLISTED, identifier="ID-A")
    sibling = decided("8", State.DISCARDED, identifier="ID-A", reason=Discard.OTHER)
    calls = [call("7", identifier="ID-A"), call("8", identifier="ID-A")]
    table = build(Counting().fit(calls), PROFILE, TODAY, decisions=[old, sibling])
    assert row(table, "7")["state"] == "shortlisted"
    assert row(table, "8")["state"] == "discarded"


def test_each_office_sees_its_own_decisions_and_the_common_ones(ranker: Counting):
    said = [
        decided("1", State.SHORTLISTED, 11),
        decided("1", State.DISCARDED, 12, office="Alpen", reason=Discard.TOO_BIG),
        decided("2", State.READING, 11, office="Alpen"),
    ]
    duisburg = build(ranker, PROFILE, TODAY, decisions=said, office="Duisburg")
    alpen = build(ranker, PROFILE, TODAY, decisions=said, office="Alpen")
    assert (row(duisburg, "1")["state"], row(alpen, "1")["state"]) == ("shortlisted", "discarded")
    assert (row(duisburg, "2")["state"], row(alpen, "2")["state"]) == ("new", "reading")
    told = [[(row(table, n)["by"], row(table, n)["office"]) for n in "12"] for table in (duisburg, alpen)]
    assert told == [[("ab", None), (None, None)], [("ab", "Alpen")] * 2]


TOWNS = [None, "Alpen", "Duisburg"]


@pytest.mark.parametrize(
    ("said", "held"),
    [
        # Who speaks later, for itself or for all, takes nobody's word away.
        ([(None, "shortlisted"), ("Alpen", "discarded")], ["shortlisted", "discarded", "shortlisted"]),
        ([("Alpen", "discarded"), (None, "shortlisted")], ["shortlisted", "discarded", "shortlisted"]),
        # A word taken back leaves what the others say.
        ([(None, "shortlisted"), ("Alpen", "reading"), ("Alpen", "new")], ["shortlisted"] * 3),
        ([("Alpen", "applied"), ("Duisburg", "reading"), ("Duisburg", "new")], ["applied", "applied", "new"]),
        ([(None, "reading"), ("Alpen", "applied"), (None, "new")], ["applied", "applied", "new"]),
        # The region hears the towns, a town hears no other town.
        ([("Alpen", "applied"), ("Duisburg", "reading")], ["reading", "applied", "reading"]),
        ([("Alpen", "applied")], ["applied", "applied", "new"]),
    ],
)
def test_ones_own_word_holds_until_it_is_taken_back(
    ranker: Counting, said: list[tuple[str | None, str]], held: list[str]
) -> None:
    told = [
        decided("1", State(state), n + 1, office=office, reason=Discard.TOO_BIG if state == "discarded" else None)
        for n, (office, state) in enumerate(said)
    ]
    states = [row(build(ranker, PROFILE, TODAY, decisions=told, office=one), "1")["state"] for one in TOWNS]
    assert states == held


@pytest.mark.parametrize(
    ("deadlines", "moves", "before"),
    [
        (["2027-03-01"], [("later", "2027-01-26", "2027-03-01")], date(2027, 1, 26)),
        (["2027-03-01"], [("rolled", "2026-11-01", "2027-03-01")], date(2026, 11, 1)),
        # Moved twice: the day before the last move; a stage that is not the next one says nothing.
        (["2027-03-01"], [("later", "2027-01-05", "2027-01-26"), ("later", "2027-01-26", "2027-03-01")], date(2027, 1, 26)),
        (["2027-03-01", "2027-09-01"], [("later", "2027-08-01", "2027-09-01")], None),
        # A time late in the evening of Brussels is that day, not the next or the one before.
        (["2027-03-01"], [("earlier", "2027-03-10T22:59Z", "2027-03-01T22:59Z")], date(2027, 3, 10)),
        ([], [("removed", "2027-01-26 / 2027-09-01", None)], date(2027, 1, 26)),
        (["2027-03-01"], [("set", None, "2027-03-01")], None),
        (["2027-03-01"], [("later", "soon", "2027-03-01")], None),
        (["2027-03-01"], [], None),
    ],
)  # fmt: skip
def test_the_table_knows_the_deadline_before(
    deadlines: list[str], moves: list[tuple[str, str | None, str | None]], before: date | None
):
    own = call("1", deadlines=[Deadline(on=date.fromisoformat(on)) for on in deadlines])
    moved = [
        Change(reference="1", field="deadline", kind=kind, on=date(2026, 11, 10 + n), old=old, new=new)
        for n, (kind, old, new) in enumerate(moves)
    ]
    table = build(Counting().fit([own, call("2")]), PROFILE, TODAY, changes=moved)
    assert row(table, "1")["deadline_before"] == before
    assert row(table, "2")["deadline_before"] is None


# --- filters -------------------------------------------------------------------------------------------------------


def test_the_start_shows_open_and_forthcoming_without_noise_and_counts_what_it_hides(table: pd.DataFrame):
    shown, hidden = narrow(table, Filters())
    assert set(shown["reference"]) == {"1", "2", "4", "6"}
    assert hidden == {"statuses": 1, "noise:defence": 1}
    assert list(shown["rank"]) == [1, 2, 3, 4]
    assert set(narrow(table, Filters(noise=("defence",)))[0]["reference"]) == {"1", "2", "4", "5", "6"}
    assert narrow(table, Filters(statuses=(), noise=("all",)))[1] == {}


WISHES = [
    (Filters(priorities=("city",)), {"2", "4"}),
    (Filters(programmes=("Horizon Europe",)), {"1"}),
    (Filters(programmes=("43108390",)), {"1"}),
    (Filters(deadline_from=0, deadline_to=30), {"4"}),
    (Filters(deadline_from=60), {"1", "2"}),
    (Filters(kinds=("cascade",)), {"4"}),
    (Filters(types_of_action=("HORIZON Innovation Actions",)), {"1"}),
    (Filters(project_to=100_000), {"2", "4", "6"}),
    (Filters(project_from=1_000_000), {"1", "2", "6"}),
    (Filters(grades=("strong", "partial")), {"1", "2", "4"}),
    (Filters(states=("new",)), {"1", "2", "4", "6"}),
    (Filters(owners=("nobody",)), set()),
    (Filters(stages=("2 of 2",)), {"2"}),
    (Filters(since=date(2026, 8, 1)), {"1"}),
    (Filters(late=False), {"1", "4", "6"}),
    (Filters(search="freight"), {"1", "2"}),
    (Filters(search='"city freight"'), {"2"}),
    (Filters(search="freight −city"), {"1"}),
    (Filters(search="eight"), set()),
    (Filters(search="id-4"), {"4"}),
]


@pytest.mark.parametrize(("wish", "expected"), WISHES, ids=[str(w.to_query()) for w, _ in WISHES])
def test_each_filter(table: pd.DataFrame, wish: Filters, expected: set[str]):
    shown, hidden = narrow(table, wish)
    assert set(shown["reference"]) == expected
    assert sum(hidden.values()) == len(table) - len(shown)
    assert Filters.from_query(wish.to_query()) == wish
    assert describe(wish, "de") and describe(wish, "en")


@pytest.mark.parametrize(("wish", "expected"), WISHES, ids=[str(w.to_query()) for w, _ in WISHES])
def test_without_what_hides_calls_a_list_holds_all_that_search_and_priority_ask_for(
    table: pd.DataFrame, wish: Filters, expected: set[str]
):
    found = Found(Facets(table), wish)
    rest = hiding(found)
    start = Filters(statuses=(), noise=("all",))
    wider = narrow(table, replace(start, search=wish.search, priorities=wish.priorities))[0]
    assert len(wider) == len(expected) + rest.calls
    # Each named one hides something, and no other does.
    for name, mask in found.masks.items():
        if name not in ("search", "priorities"):
            asked = table["reference"].isin(set(wider["reference"]))
            assert bool((asked & ~mask).any()) == (name.partition(":")[0] in rest.filters)


def test_a_german_search_finds_the_english_word_as_a_whole_word():
    english = {"hafen": ["port"], "ki": ["AI"]}
    rows = [
        ("1", "seaports and a port"),
        ("2", "ports of the inland"),
        ("3", "support and aid"),
        ("4", "an ai, a port"),
    ]

    def found(search: str) -> list[str]:
        answers = matching(rows, search, {}, lambda word: english.get(word, ()))
        return [name for (name, _), hit in zip(rows, answers, strict=True) if hit]

    assert found("Hafen") == ["1", "2", "4"]
    assert found("Hafen KI") == ["4"]
    assert found("-Hafen") == ["3"]
    assert shortlist.also("Hafen −KI, port", lambda word: english.get(word, ())) == ["port"]


def test_the_search_reads_full_texts_where_given(table: pd.DataFrame):
    texts = shortlist.texts(CALLS)
    assert list(narrow(table, Filters(search="smart"), texts)[0]["reference"]) == ["1"]
    assert list(narrow(table, Filters(search='„quay walls"'), texts)[0]["reference"]) == ["1"]
    assert len(narrow(table, Filters(search='-"smart grids"'), texts)[0]) == 3
    assert len(narrow(table, Filters(search="smart"))[0]) == 0


@pytest.mark.parametrize(
    "typed", ["", " ", '"', '""', "-", "--", '-"', "−", '"open quote', "a" * 5000, "\x00\ud800", "%{x}("]
)
def test_any_search_is_read(table: pd.DataFrame, typed: str):
    shown, hidden = narrow(table, Filters(search=typed))
    assert len(shown) + sum(hidden.values()) == len(table)


def test_umlauts_and_case_do_not_matter():
    calls = [call("1", "Wasserstraße im Ruhrgebiet für Schiffe")]
    table = build(Counting().fit(calls), PROFILE, TODAY)
    for typed in ("WASSERSTRASSE", "wasserstraße", "für", "fur", "fu\u0308r"):
        assert len(narrow(table, Filters(search=typed, statuses=()))[0]) == 1, typed


def test_counts_are_those_of_all_other_filters(table: pd.DataFrame):
    found = counts(table, Filters(kinds=("cascade",)))
    assert found["kinds"] == {"topic": 3, "cascade": 1}
    assert found["statuses"] == {"open": 1}
    assert counts(table, Filters())["priorities"] == {"city": 2, "logistics": 2}


@pytest.mark.parametrize("key", ["logistics", "city"])
def test_a_priority_lists_no_call_that_does_not_fit_it_and_as_many_as_it_counts(table: pd.DataFrame, key: str):
    shown, _ = narrow(table, Filters(priorities=(key,), statuses=(), noise=("all",)))
    assert row(table, "6")["grade"] == "none" and "6" not in set(shown["reference"])
    assert len(shown) == counts(table, Filters(statuses=(), noise=("all",)))["priorities"][key]
    weak = row(table, "3")
    assert (weak["priority"], weak["grade"], weak["fields"]) == ("city", "weak", [])
    assert ("3" in set(shown["reference"])) == (key == "city")


def test_an_address_that_cannot_be_read_asks_for_nothing():
    read = Filters.from_query({"deadline_to": "soon", "since": "2026-02-31", "other": "x", "kinds": "cascade|topic"})
    assert read == Filters(kinds=("cascade", "topic"))


def test_the_description_names_values_in_words():
    wish = Filters(priorities=("city",), deadline_to=60, project_to=3_000_000, since=TODAY, search="x", late=False)
    assert describe(wish, "de", {"city": "Stadt"}) == (
        "Feld: Stadt; Status: offen, angekündigt; Fristfenster: in höchstens 60 Tagen; "
        "Förderung je Projekt: bis 3 Mio. €; Neu oder geändert seit: 23.11.2026; Suche: x; "
        "ohne zweistufige Aufrufe, deren Stufe 1 vorbei ist"
    )


# --- one call ------------------------------------------------------------------------------------------------------


def test_facts_of_a_call_stand_in_the_officers_order_and_never_say_zero_for_unknown():
    rows = call_view.facts(CALLS[0], TODAY, "de", change="Frist verlängert", changed=TODAY)
    told = dict(rows)
    keys = [key for key, _ in rows]
    assert (
        keys.index("title")
        < keys.index("deadline")
        < keys.index("budget_project")
        < keys.index("types_of_action")
        < keys.index("changed")
    )
    assert told["deadline"] == "26.01.2027 (noch 64 Tage), meist 17:00 Uhr Brüssel, bitte im Portal prüfen"
    assert told["budget_project"] == "3 Mio. € – 4 Mio. €"
    assert told["budget_total"] == "12 Mio. € (nur für dieses Thema)"
    assert told["rate"] == "70–100 % (Kommunen und andere Gemeinnützige 100 %; übliche Quote, bitte im Aufruf prüfen)"
    assert told["may_apply"].startswith("Kommune, ") and told["conditions"] == "mindestens 3 Partner"
    assert told["changed"] == "23.11.2026: Frist verlängert"
    bare = dict(call_view.facts(CALLS[5], TODAY, "en"))
    for key in (
        "budget_project",
        "budget_total",
        "projects",
        "rate",
        "opens",
        "types_of_action",
        "changed",
        "deadlines",
    ):
        assert bare[key] == "not stated", key
    assert bare["deadline"] == "no deadline"
    for language in LANGUAGES:
        for one in CALLS:
            assert all(
                say(f"facts.{key}", language) and value for key, value in call_view.facts(one, TODAY, language)
            )


def test_two_stages_and_published_times_are_said():
    two = dict(call_view.facts(CALLS[1], TODAY, "en"))
    assert two["deadline"].endswith("Stage 2 of 2, Stage 1 is over: too late for new applicants")
    assert two["deadlines"] == "15 Sep 2026 (Stage 1 of 2, over); 15 Mar 2027 (Stage 2 of 2)"
    assert "17:00 Brussels, as published" in dict(call_view.facts(CALLS[3], TODAY, "en"))["deadline"]
    # What the portal's own words contradict is said beside them.
    named = CALLS[0].model_copy(update={"identifier": "HORIZON-CL5-2027-04-Two-Stage-D2-07"})
    named = named.model_copy(update={"deadline_model": DeadlineModel.SINGLE})
    assert dict(call_view.facts(named, TODAY, "en"))["deadline_model"].startswith(
        "single-stage (so the portal; the id"
    )
    assert "two-stage" not in dict(call_view.facts(CALLS[0], TODAY, "en"))["deadline_model"]
    opened = CALLS[0].model_copy(update={"portal_status": Status.FORTHCOMING, "opens": TODAY - timedelta(days=3)})
    told = dict(call_view.facts(opened, TODAY, "en"))
    assert (told["status"], told["portal_status"].partition(";")[0]) == ("open", "forthcoming")
    due = CALLS[3].deadlines[-1]
    for hour, doubt in ((0, True), (5, True), (6, False), (23, False)):
        at = datetime(due.on.year, due.on.month, due.on.day, hour, 59, tzinfo=BRUSSELS).astimezone(UTC)
        night = CALLS[3].model_copy(update={"deadlines": [due.model_copy(update={"at": at})]})
        assert ("unusual" in dict(call_view.facts(night, TODAY, "en"))["deadline"]) is doubt


def test_bars_add_up_to_the_score():
    reasons = [
        Reason("concept", "port", 40.0, ("title",), ("port",)),
        Reason("guard", "fish", -9.0),
        Reason("rule", "CEF", 4.0),
    ]
    why = call_view.why(Explanation(35.5, "strong", reasons, ["freight"], None, False), LOGISTICS, "en")
    assert list(why["kind"]) == ["concept", "guard", "rule", "rounding"]
    assert list(why["label"]) == ["port", "fish", "Programme rule: CEF", "Rounding"]
    assert why["share"].sum() == pytest.approx(35.5)
    assert why["found_in"].iloc[0] == ["Title"]
    assert call_view.missing(Explanation(0, "none", [], ["freight", "gone"], None, False), LOGISTICS, "de") == [
        "freight",
        "gone",
    ]


# --- priorities as a table -----------------------------------------------------------------------------------------

RICH = LOGISTICS.model_copy(
    update={
        "concepts": [
            Concept(key="port", weight=2.5, spellings={"en": ["port"], "de": ["Hafen"]}, note="core", cap=0.4),
            Concept(key="rail", weight=1, spellings={"nl": ["spoor"]}, active=False),
        ]
    }
)


@pytest.mark.parametrize("as_text", [False, True])
def test_a_priority_survives_the_table(as_text: bool):
    for priority in (RICH, CITY, Priority(key="empty", labels={"de": "leer"})):
        table = priority_table.build(priority, as_text=as_text)
        assert list(table.columns) == list(priority_table.COLUMNS)
        assert priority_table.read(table, priority) == priority


def test_a_row_added_in_an_editor_has_missing_values_that_become_nothing():
    table = priority_table.build(RICH, as_text=True).astype(object)
    table.loc[len(table)] = {
        "weight": 2.0,
        "spellings_en": "Barge;  barge traffic\nbarge traffic",
        "active": np.nan,
        "key": np.nan,
        "note": pd.NA,
    }
    table.loc[len(table)] = dict.fromkeys(table.columns, np.nan)
    table.loc[len(table)] = {"weight": -1.5, "spellings_en": np.array(["Barge"]), "active": True}
    read = priority_table.read(table, RICH)
    added = read.concepts[-1]
    assert added == Concept(key="barge", weight=2, spellings={"en": ["Barge", "barge traffic"]})
    assert read.guards[-1] == Concept(key="barge-2", weight=-1.5, spellings={"en": ["Barge"]})
    assert len(read.concepts) == 3


def test_every_fault_is_named_by_row_and_column_and_nothing_is_applied():
    table = pd.DataFrame(
        [
            {"key": "a", "weight": 0, "spellings_en": "x"},
            {"key": "b", "weight": 2.2, "spellings_en": ""},
            {"key": "b", "weight": True, "spellings_en": "y", "cap": 2},
            {"key": "Ü b", "weight": "drei", "spellings_en": "z", "active": "maybe"},
            {"key": "c", "weight": 1, "spellings_en": "?"},
            {"key": "d", "weight": None, "spellings_de": "w" * 101},
        ],
        dtype=object,
    )
    with pytest.raises(InputError) as caught:
        priority_table.read(table, RICH)
    faults = caught.value.faults
    for start in (
        "Row 1, weight: 0", "Row 2, weight: 2.2", "Row 2, spellings_en: there is no", "Row 3, weight: True", "Row 3, cap: 2",
        "Row 3, key: 'b' is in row 2", "Row 4, weight: 'drei'", "Row 4, key: 'Ü b'", "Row 4, active: 'maybe'",
        "Row 5, spellings_en: '?'", "Row 6, weight: it is empty", "Row 6, spellings_de: 'wwww",
    ):  # fmt: skip
        assert any(fault.startswith(start) for fault in faults), start
    assert len(faults) == 12


@given(st.lists(st.fixed_dictionaries({}, optional={name: st.one_of(st.none(), st.floats(), st.text(max_size=12), st.booleans(), st.lists(st.text(max_size=5), max_size=3)) for name in priority_table.COLUMNS}), max_size=4))  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_any_table_is_read_or_refused_with_faults(rows: list[dict[str, Any]]):
    table = pd.DataFrame(rows, columns=list(priority_table.COLUMNS), dtype=object)
    try:
        read = priority_table.read(table, RICH)
    except InputError as error:
        assert error.faults
    else:
        assert priority_table.read(priority_table.build(read), read) == read


# --- the laboratory ------------------------------------------------------------------------------------------------


def test_a_draft_against_the_saved_list(ranker: Counting):
    draft = PROFILE.model_copy(
        update={
            "priorities": [LOGISTICS.model_copy(update={"concepts": [concept("fish", 3, "fish", "port of")]}), CITY]
        }
    )
    said = [
        decided("1", State.SHORTLISTED), decided("2", State.READING), decided("3", State.DISCARDED, reason=Discard.OFF_TOPIC),
        decided("4", State.SHORTLISTED, 1), decided("4", State.DISCARDED, 2, reason=Discard.OTHER),
    ]  # fmt: skip
    before, after = (build(ranker, p, TODAY, only="logistics") for p in (PROFILE, draft))
    after.loc[after["reference"] == "3", ["score", "grade"]] = 99.0, "strong"
    after = shortlist.order(after, "score")
    after["rank"] = range(1, 7)
    found = lab.compare(before, after, said, top=1)
    assert list(found.table.columns) == list(lab.COLUMNS)
    assert dict(zip(found.table["reference"], found.table["movement"], strict=True)) == {
        "3": "entering",
        "1": "leaving",
    }
    assert list(found.buried["reference"]) == ["1"] and list(found.lifted["reference"]) == ["3"]
    # The other call that was discarded is of no class in either list: it counts nowhere.
    assert found[3:] == (1, 1, 0, 1, 0, 1)
    every = [decided(n, State.SHORTLISTED) for n in "123456"]
    graded = before["grade"].ne("none") | before["reference"].isin(after.loc[after["grade"] != "none", "reference"])
    assert lab.compare(before, after, every).kept == graded.sum() < len(before)
    same = lab.compare(before, before, said)
    assert set(same.table["movement"]) == {"same"} and len(same.buried) == len(same.lifted) == 0
    for movement in ("entering", "leaving", "up", "down", "same"):
        assert say(f"states.movement.{movement}", "de")


def test_calls_that_are_only_in_one_list_enter_or_leave(table: pd.DataFrame):
    half = table.iloc[1:].assign(rank=range(1, len(table)))
    gone = lab.compare(table, half, [], top=3).table
    assert dict(zip(gone["reference"], gone["movement"], strict=True))[table.iloc[0]["reference"]] == "leaving"
    assert gone["rank_after"].isna().sum() == 1
    # With less than 1 point a call has no place, on either side.
    weak = table.assign(score=[0.4, *table["score"][1:]])
    assert list(lab.compare(table, weak, [], top=1).table["movement"]) == ["leaving"]
    assert list(lab.compare(weak, table, [], top=1).table["movement"]) == ["entering"]
    assert lab.compare(weak, weak, [], top=1).table.empty


def test_effects_count_what_a_concept_brings_alone(ranker: Counting):
    priority = LOGISTICS.model_copy(update={"concepts": [*LOGISTICS.concepts, concept("dead", 2, "zeppelin")]})
    found = lab.effects(ranker, priority).set_index("key")
    # Strong and partial: 1 (port and freight), 2 and 5 (freight). Without freight 2 and 5 fall to nothing.
    assert (found.loc["freight", "brings"], found.loc["freight", "only_through"]) == (3, 2)
    assert (found.loc["port", "brings"], found.loc["port", "only_through"]) == (1, 0)
    assert found.loc["port", "share_of_scores"] == pytest.approx(30 / 90)
    assert (found.loc["fish", "role"], found.loc["fish", "only_through"]) == ("guard", 1)
    assert list(found.index[found["matches"] == 0]) == ["dead"]


def test_causes_name_the_concept_that_moved_a_call(ranker: Counting):
    draft = LOGISTICS.model_copy(update={"concepts": [concept("port", 1, "port"), *LOGISTICS.concepts[1:]]})
    assert lab.causes(ranker, ["1", "2", "gone"], LOGISTICS, draft) == {"1": ("port", -20.0)}


# --- coverage ------------------------------------------------------------------------------------------------------


def test_the_matrix_counts_euros_once_and_says_what_is_unknown():
    pot = Budget(total=50_000_000, shared=True)
    calls = [
        call("a", "port freight", programme_name="CEF", call_identifier="C1", budget=pot, deadlines=[Deadline(on=date(2027, 2, 1))]),
        call("b", "port freight", programme_name="CEF", call_identifier="C1", budget=pot, deadlines=[Deadline(on=date(2027, 1, 5))]),
        call("c", "port freight city", programme_name="LIFE", budget=Budget(total=7_000_000, shared=False)),
        call("d", "city freight", programme_name="LIFE", budget=Budget(total=7_000_000, shared=False, currency="GBP")),
        call("e", "nothing", programme_name="LIFE", budget=Budget(total=70_000_000, shared=False)),
    ]  # fmt: skip
    table = build(Counting().fit(calls), PROFILE, TODAY)
    cells = {(c.priority, c.programme): c for c in coverage.matrix(table, ["logistics", "city"]).itertuples()}
    cef = cells["logistics", "CEF"]
    assert (cef.calls, cef.sum, cef.unknown_budgets, cef.shared_pots, cef.next_deadline) == (
        2,
        50_000_000,
        0,
        1,
        date(2027, 1, 5),
    )
    life = cells["logistics", "LIFE"]
    assert (life.calls, life.sum, life.unknown_budgets, life.next_deadline) == (2, 7_000_000, 1, None)
    every = cells[coverage.ALL, coverage.ALL]
    assert (every.calls, every.sum, every.strong, every.single) == (4, 57_000_000, 3, 2)
    assert ("city", "CEF") not in cells
    assert list(coverage.blind(table)["reference"]) == ["e"]
    assert set(coverage.overlap(table)["reference"]) == {"c", "d"}


def test_months_without_a_deadline_are_there_with_zero(table: pd.DataFrame):
    months = coverage.months(table, ["logistics", "city"], TODAY)
    assert (
        len(months) == 18
        and months["month"].iloc[0] == date(2026, 11, 1)
        and months["month"].iloc[-1] == date(2028, 4, 1)
    )
    by_month = months.set_index("month")
    assert by_month.loc[date(2027, 1, 1), "logistics"] == 1
    assert by_month.loc[date(2026, 12, 1), "all"] == 0
    assert by_month.loc[date(2027, 3, 1), ["logistics", "city", "all"]].tolist() == [1, 1, 1]
    assert coverage.pipeline(table, ["logistics"])["month"].tolist() == [date(2027, 1, 1)]


# --- runs and changes ----------------------------------------------------------------------------------------------


def test_runs_come_newest_first_and_counts_add_up():
    early = Run(source="portal", scope="demo", started=datetime(2026, 11, 1, 5, tzinfo=UTC), state="failed", id=1)
    late = Run(
        source="portal", scope="live", started=datetime(2026, 11, 2, 5, tzinfo=UTC), finished=datetime(2026, 11, 2, 5, 1, tzinfo=UTC),
        state="published", received=12, new=5, changed=1, same=2, duplicates=1, rejected={"ghost": 2, "no title": 1}, id=2,
    )  # fmt: skip
    table = runs.build([early, late], "de")
    first = table.iloc[0]
    assert (first["id"], first["outcome"], first["scope"], first["seconds"]) == (
        2,
        "übernommen",
        "Portal, aktuell",
        60.0,
    )
    assert first["received"] == first["stored"] + first["duplicates"] + first["refused"] + first["ghosts"]
    assert table.iloc[1]["finished"] is None
    told = runs.rejects([Reject(reason="ghost"), Reject(reason="no title", key="k")], "en")
    assert list(told["rejected_because"]) == ["Ghost record of an abandoned loader", "no title"]


CHANGED = [
    ("deadline", "earlier", "2027-01-26", "2026-09-30", "Frist vorgezogen: 26.01.2027 → 30.09.2026"),
    (
        "deadline",
        "later",
        "2026-11-30T16:00Z",
        "2026-12-01T16:00Z",
        "Frist verlängert: 30.11.2026, 17:00 Uhr → 01.12.2026, 17:00 Uhr",
    ),
    ("deadline 2", "later", "2027-01-26", "2027-09-30", "Frist der 2. Stufe verlängert: 26.01.2027 → 30.09.2027"),
    ("opens", "opening moved", "2026-12-01", "2027-01-01", "Öffnung verschoben: 01.12.2026 → 01.01.2027"),
    ("status", "opened", "forthcoming", "open", "Jetzt offen"),
    ("budget.total", "budget", "12000000", None, "Budget gesamt geändert: 12 Mio. CHF → nichts"),
    ("text", "text", "1200", "1350", "Text überarbeitet: 1.200 → 1.350 Wörter"),
    ("title", "title", "2026-01-01", "B", "Titel geändert: 2026-01-01 → B"),
    ("colour", "repainted", "red", "blue", "colour: red → blue"),
]


@pytest.mark.parametrize(("field", "kind", "old", "new", "expected"), CHANGED, ids=[c[1] + c[0] for c in CHANGED])
def test_a_change_in_words(field: str, kind: str, old: str, new: str | None, expected: str):
    assert (
        changes.sentence(Change(reference="1", field=field, kind=kind, on=TODAY, old=old, new=new), "de", "CHF")
        == expected
    )


def test_every_class_of_change_has_words():
    known = re.findall(r'"([a-z -]+)"', inspect.getsource(change_classes)) + [
        f"opening {k}" for k in ("moved", "set", "removed")
    ]
    classes = {"later", "earlier", "rolled", "set", "removed", "stage added", "stage removed", "cut-off added", "cut-off removed",
               "opened", "closed", "reopened", "postponed", "budget", "title", "text", "conditions", "types of action"}  # fmt: skip
    assert classes | set(known) >= changes.REVIVES
    for language in LANGUAGES:
        for kind in classes | {"opening moved", "opening set", "opening removed"}:
            assert has(f"states.change.{kind}", language), kind


def test_the_feed_is_newest_first_and_keeps_calls_that_are_gone():
    feed = changes.build(
        [
            Change(reference="1", field="title", kind="title", on=date(2026, 11, 1), old="a", new="b"),
            Change(reference="gone", field="status", kind="closed", on=TODAY, old="open", new="closed"),
        ],
        {c.reference: c for c in CALLS},
        "en",
    )
    assert list(feed["change"]) == ["Now closed", "Title changed: a → b"]
    assert feed.iloc[0]["title"] is None and feed.iloc[1]["title"] == "Inland port freight"


# --- the snapshot --------------------------------------------------------------------------------------------------


def test_the_shipped_snapshot_gives_full_tables():
    snapshot, regions = ROOT / "data" / "snapshot", ROOT / "data" / "regions"
    pages = [json.loads(page.read_text("utf-8")) for page in sorted(snapshot.glob("type-*.json"))]
    calls = [portal.parse(record) for page in pages for record in page["results"]]
    profile = region.load(regions / "ruhr")
    recorded = date(2026, 8, 22)
    table = build(rankers.make("tfidf").fit(calls), profile, recorded, top=50)
    assert len(table) == 50 and table["terms"].notna().all()
    full = build(rankers.make("tfidf").fit(calls), profile, recorded)
    shown, hidden = narrow(full, Filters())
    assert len(full) == 466 and len(shown) + sum(hidden.values()) == 466
    assert hidden["statuses"] == 52
    keys = [p.key for p in profile.priorities]
    assert coverage.matrix(shown, keys)["calls"].min() > 0
    assert len(coverage.months(shown, keys, recorded)) == 18
    for one in calls:
        for language in LANGUAGES:
            assert all(value for _, value in call_view.facts(one, recorded, language))
    for priority in profile.priorities:
        assert priority_table.read(priority_table.build(priority, as_text=True), priority) == priority


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("2.500.000", "de", 2_500_000), ("2,500,000", "en", 2_500_000), ("2 500 000 €", "de", 2_500_000),
        ("2,5 Mio. €", "de", 2_500_000), ("2.5 m", "en", 2_500_000), ("2.500", "de", 2_500), ("2,500", "en", 2_500),
        ("2.500", "en", 2_500), ("1.234.567,89", "de", 1_234_568), ("300 Tsd.", "de", 300_000), ("12,5", "de", 12),
        ("0", "de", 0), ("1,25 Mio", "de", 1_250_000), ("1.125 Mio", "en", 1_125_000), ("", "de", None),
        ("viel", "de", None), ("-5", "de", None), ("2 Schafe", "de", None), ("9999999999999999", "de", None),
        ("=1+1", "de", None), (".", "de", None),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_type_them(text: str, language: str, wanted: int | None) -> None:
    assert call_view.read_sum(text, language) == wanted


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([], ""),
        ([("expected outcome", "Results count."), ("scope", "Scope: Ports get hydrogen. Ships burn it.")],
         "Ports get hydrogen. Ships burn it."),
        ([("text", "\u00a0Waste heat of 1.5 MW warms homes.\n\nIt is piped. " + "More of it is needed here. " * 20)],
         "Waste heat of 1.5 MW warms homes. It is piped." + " More of it is needed here." * 10),
        ([("scope", "word " * 100)], "word " * 63 + "word …"),
        ([("scope", "x" * 400)], "x" * 320 + " …"),
    ],
)  # fmt: skip
def test_the_gist_of_a_call_is_its_own_first_sentences(texts: list[tuple[str, str]], told: str) -> None:
    sections = [Section(kind=kind, text=text) for kind, text in texts]
    assert gist.gist(CALLS[0].model_copy(update={"sections": sections})) == told
