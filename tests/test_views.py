"""Tables people read: the shortlist with its filters, a call's facts, priorities as a sheet, lab, coverage, runs."""

# ruff: noqa: E501 (tables of examples read better in one line)

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.ledger import Change, Decision, Discard, State
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
from matcher.views import shortlist
from matcher.views.filters import Filters, counts, describe, narrow
from matcher.views.shortlist import COLUMNS, build, facts, order, reasons

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


def test_ten_thousand_calls_and_five_thousand_decisions_are_fast():
    calls = [
        CALLS[i % 5].model_copy(
            update={"reference": f"r{i}", "identifier": f"I{i}", "title": f"{CALLS[i % 5].title} {i}"}
        )
        for i in range(10_000)
    ]
    said = [decided(f"r{i}", State.READING, note="n", identifier=f"I{i}") for i in range(5_000)]
    fixed = np.linspace(0, 100, 10_000)

    class Fixed(Counting):
        name = "_fixed"

        def scores(self, priority: Priority, decisions: Sequence[Decision] = ()) -> NDArray[np.float64]:
            return np.roll(fixed, len(priority.key))

    six = Profile(
        region="t", priorities=[CITY.model_copy(update={"key": "k" * n}) for n in range(1, 7)], noise=PROFILE.noise
    )
    ranker = Fixed().fit(calls)
    began = time.perf_counter()
    table = build(ranker, six, TODAY, decisions=said)
    built = time.perf_counter() - began
    texts = shortlist.texts(calls)
    began = time.perf_counter()
    narrow(table, Filters(search="port -fish", grades=("strong",)), texts)
    narrowed = time.perf_counter() - began
    assert len(table) == 10_000
    assert built < 3.0, f"{built:.2f} s"
    assert narrowed < 1.0, f"{narrowed:.2f} s"
