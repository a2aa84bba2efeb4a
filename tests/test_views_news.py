"""News: what is new since a day, grouped, without what concerns nobody, and what of it still waits for a word."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from matcher import rankers, region
from matcher.ledger import Change, Decision, Discard, State
from matcher.model import Call, Deadline, Kind, Status
from matcher.settings import Settings
from matcher.views import news, news_rows, shortlist, watch

MONDAY = date(2026, 11, 23)
EARLY = date(2026, 3, 1)


def a_call(number: int, **fields: Any) -> Call:
    base: dict[str, Any] = {
        "reference": f"r{number}", "source": "portal", "kind": Kind.TOPIC, "identifier": f"I-{number}",
        "title": f"Green hydrogen in steel works {number}", "portal_status": Status.OPEN, "first_seen": EARLY,
        "deadlines": [Deadline(on=date(2027, 1, 26))],
    }  # fmt: skip
    return Call(**{**base, **fields})


def moved(number: int, kind: str = "earlier", **fields: Any) -> Change:
    base: dict[str, Any] = {
        "reference": f"r{number}", "field": "deadline", "kind": kind, "on": MONDAY, "old": "2027-01-26",
        "new": "2026-12-30", "run": 2,
    }  # fmt: skip
    return Change(**{**base, **fields})


def said(number: int, state: State, run: int, **fields: Any) -> Decision:
    return Decision(
        reference=f"r{number}", identifier=f"I-{number}", state=state, by="anna", run=run, id=run,
        at=datetime(2026, 11, 20 + run, 9, tzinfo=UTC), **fields,
    )  # fmt: skip


def table_of(
    calls: list[Call], changes: list[Change], decisions: list[Decision], new: list[str], grades: dict[str, str] | None
) -> pd.DataFrame:
    table = shortlist.build(
        rankers.make("concepts").fit(calls), region.load(Settings().region_folder), MONDAY, decisions=decisions,
        changes=changes, news=new,
    )  # fmt: skip
    table["grade"] = [(grades or {}).get(reference, "strong") for reference in table["reference"]]
    table["noise"] = pd.Series([[] for _ in range(len(table))], dtype=object)
    return table


def told(
    calls: list[Call], changes: list[Change] = [], decisions: list[Decision] = [], new: list[str] = [],  # noqa: B006
    grades: dict[str, str] | None = None, since: date = MONDAY, **options: Any,
) -> news.News:  # fmt: skip
    table = table_of(calls, changes, decisions, new, grades)
    return news.build(table, changes, since, "de", decisions=decisions, **options)


def test_several_changes_of_a_day_are_one_item_named_by_the_worst() -> None:
    budget = moved(1, "budget", field="budget.total", old="1000000", new="2000000")
    found = told([a_call(1)], [budget, moved(1)])
    (item,) = found.items.to_dict("records")
    assert item["kind"] == "earlier"
    assert found.calls == 1
    assert item["change"] == (
        "Frist vorgezogen: 26.01.2027 → 30.12.2026; Budget gesamt geändert: 1 Mio. € → 2 Mio. €"
    )


def test_topics_of_a_call_are_one_item_and_stay_open_until_each_is_decided() -> None:
    calls = [a_call(n, call_identifier="CALL-A", first_seen=MONDAY) for n in (1, 2, 3)]
    new = [call.reference for call in calls]
    (item,) = told(calls, new=new).items.to_dict("records")
    assert (item["kind"], sorted(item["references"]), sorted(item["open"])) == ("new", new, new)
    one = [said(2, State.DISCARDED, 2, reason=Discard.TOO_BIG)]
    assert sorted(told(calls, [], one, new).items["open"][0]) == ["r1", "r3"]
    everything = [said(n, State.SHORTLISTED, 2) for n in (1, 2, 3)]
    assert told(calls, [], everything, new).items["open"][0] == []
    taken_back = [*everything, said(1, State.NEW, 2).model_copy(update={"id": 9})]
    assert told(calls, [], taken_back, new).items["open"][0] == ["r1"]


@pytest.mark.parametrize(
    ("state", "run", "kind", "waits"),
    [
        (State.SHORTLISTED, 1, "earlier", True),
        (State.SHORTLISTED, 2, "earlier", False),
        (State.DISCARDED, 1, "earlier", True),
        (State.DISCARDED, 1, "title", False),
        (State.DISCARDED, 2, "earlier", False),
        (State.NEW, 2, "earlier", True),
    ],
)
def test_a_change_waits_for_a_word_said_after_the_pull_that_found_it(
    state: State, run: int, kind: str, waits: bool
) -> None:
    reason = Discard.TOO_LATE if state is State.DISCARDED else None
    found = told([a_call(1)], [moved(1, kind)], [said(1, state, run, reason=reason)])
    assert bool(found.items["open"][0]) is waits


def test_what_concerns_no_priority_is_counted_unless_the_office_works_on_it() -> None:
    calls = [a_call(1), a_call(2), a_call(3)]
    changes = [moved(1), moved(2), moved(3)]
    grades = {"r1": "none", "r2": "none"}
    found = told(calls, changes, [said(2, State.PREPARATION, 1)], grades=grades)
    assert sorted(found.items["references"].explode()) == ["r2", "r3"]
    assert (found.unrelated, found.over) == (1, 0)
    assert told(calls, changes, grades=grades, fitting=False).unrelated == 0
    # Weak hits are few, not none; what fits says nothing about the rest.
    for first, second, relation in (("none", "none", "none"), ("weak", "none", "mixed"), ("weak", "weak", "hardly")):
        shown = told(calls, changes, grades={"r1": first, "r2": second}, fitting=False).items
        assert news.relation(shown) == relation
    assert news.relation(told([]).items) == "none"


def test_calls_that_are_over_are_counted_but_not_that_one_was_closed() -> None:
    gone = {"portal_status": Status.CLOSED, "deadlines": [Deadline(on=date(2026, 11, 1))]}
    calls = [a_call(1, **gone), a_call(2, **gone)]
    changes = [moved(1, "title"), moved(2, "closed", field="status", old="open", new="closed")]
    found = told(calls, changes, closed=False)
    assert (found.items["kind"].tolist(), found.over) == (["closed"], 1)
    assert len(told(calls, changes).items) == 2


def test_a_parked_call_comes_back_on_its_day() -> None:
    parked = said(1, State.PARKED, 1, until=MONDAY)
    (item,) = told([a_call(1)], [], [parked]).items.to_dict("records")
    assert (item["kind"], item["on"], item["open"]) == ("due", MONDAY, ["r1"])
    later = said(1, State.PARKED, 1, until=date(2026, 11, 24))
    assert len(told([a_call(1)], [], [later]).items) == 0
    again = said(1, State.READING, 2)
    assert len(told([a_call(1)], [], [parked, again]).items) == 0


ESSEN = "Essen · EU-Beauftragte/r"
TO_ESSEN = {"to": [ESSEN], "office": None}


@pytest.mark.parametrize(
    ("more", "open_"),
    [
        ([], [["r1"]]),
        # Its own word is the answer, whatever others say then; one that was taken back is none.
        ([(State.DISCARDED, 2, {"office": "essen", "reason": Discard.OFF_TOPIC})], [[]]),
        ([(State.SHORTLISTED, 2, {"office": "essen"}), (State.READING, 3, {})], []),
        ([(State.SHORTLISTED, 2, {"office": "essen"}), (State.NEW, 3, {"office": "essen"})], [["r1"]]),
        # Handed on again, it waits again; taken back by the region, it never came.
        ([(State.SHORTLISTED, 2, {"office": "essen"}), (State.FORWARDED, 3, TO_ESSEN)], [["r1"]]),
        ([(State.NEW, 2, {})], []),
        ([(State.FORWARDED, 2, {"to": ["Herne"]})], [["r1"]]),
    ],
)  # fmt: skip
def test_what_was_handed_on_to_a_town_waits_for_its_own_word(
    more: list[tuple[State, int, dict[str, Any]]], open_: list[list[str]]
) -> None:
    decisions = [said(1, State.FORWARDED, 1, **TO_ESSEN), *(said(1, state, run, **f) for state, run, f in more)]
    asked = {"decisions": decisions, "grades": {"r1": "none"}, "since": date(2026, 11, 20)}
    items = told([a_call(1)], **asked, office="essen", roles={ESSEN, "Essen · EU officer"}).items
    assert list(items["kind"]) == ["handed"] * len(open_)
    assert list(items["open"]) == open_
    if open_:
        assert str(items["change"].iloc[0]).startswith(f"Am {items['on'].iloc[0]:%d.%m.%Y} an Ihre Stadt")
        assert items["related"].all()
    assert len(told([a_call(1)], **asked, office="herne", roles={"Herne · EU-Beauftragte/r"}).items) == 0
    assert len(told([a_call(1)], **asked).items) == 0


@pytest.mark.parametrize(
    ("opens", "due", "days"),
    [
        (None, None, {28: 4, 14: 2, 84: 12}),
        (30, 60, {30: None, 28: 4, 14: 2}),
        # A deadline before the opening, as the portal has it now and then: its opening is too late to look again.
        (90, 40, {28: 4, 14: 2}),
        (-5, 14, {7: 0}),
        (None, 2, {1: 0}),
        (None, 1, {}),
        (None, 0, {}),
    ],
)
def test_no_call_is_watched_beyond_its_deadline(
    opens: int | None, due: int | None, days: dict[int, int | None]
) -> None:
    watched = a_call(
        1,
        opens=opens and MONDAY + timedelta(days=opens),
        deadlines=[] if due is None else [Deadline(on=MONDAY + timedelta(days=due))],
    )
    found = watch.watch_days(watched, MONDAY)
    assert list(found.items()) == [(MONDAY + timedelta(days=day), weeks) for day, weeks in days.items()]
    # A day of one's own holds if it lies before the deadline; else the last of these days that does.
    for asked in (1, 13, 20, 59, 200):
        expected = asked if due is None or asked < due else max(days, default=None)
        told = watch.watched_until(watched, MONDAY, MONDAY + timedelta(days=asked))
        assert told == (None if expected is None else MONDAY + timedelta(days=expected))
    over = a_call(2, deadlines=[Deadline(on=MONDAY - timedelta(days=9))])
    assert watch.watched_until(over, MONDAY, MONDAY + timedelta(days=90)) == MONDAY + timedelta(days=90)


@pytest.mark.parametrize(
    ("today", "due", "days"),
    [
        # Four weeks from a Saturday are a Saturday: the Monday after it.
        (5, None, {35: 4, 21: 2, 91: 12}),
        (6, None, {35: 4, 21: 2, 91: 12}),
        # The deadline is that Monday: the Friday before it.
        (5, 21, {18: 2}),
        (4, None, {32: 4, 18: 2, 88: 12}),
        # From a Friday nothing but the weekend is left.
        (4, 7, {5: 0}),
    ],
)
def test_no_call_comes_back_on_a_weekend(today: int, due: int | None, days: dict[int, int]) -> None:
    deadlines = [] if due is None else [Deadline(on=MONDAY + timedelta(days=due))]
    found = watch.watch_days(a_call(1, deadlines=deadlines), MONDAY + timedelta(days=today))
    assert list(found.items()) == [(MONDAY + timedelta(days=day), weeks) for day, weeks in days.items()]


def test_a_file_of_news_has_each_call_once_with_all_that_is_new() -> None:
    """In the order of the page; nothing but what stands there; the table of the page stays as it is."""
    calls = [a_call(1), a_call(2, first_seen=MONDAY), a_call(3), a_call(4)]
    changes = [
        moved(3),
        moved(3, "budget", field="budget.total", old="1000000", new="2000000", on=MONDAY + timedelta(1)),
    ]
    parked = said(4, State.PARKED, 1, until=MONDAY)
    table = table_of(calls, changes, [parked], ["r2"], None)
    before = table.copy()
    items = news.build(table, changes, MONDAY, "de", decisions=[parked]).items
    found = news_rows.rows(items, table, "de")
    assert list(found["reference"]) == list(dict.fromkeys(items["references"].explode()))
    assert sorted(found["reference"]) == ["r2", "r3", "r4"]
    assert list(found["rank"]) == [1, 2, 3]
    new = dict(zip(found["reference"], found["change"], strict=True))
    assert (new["r2"], new["r4"]) == ("Neu im Portal", "Wiedervorlage")
    assert new["r3"].startswith("Budget ") and "Frist" in new["r3"].split("; ")[1]
    pd.testing.assert_frame_equal(table, before)


def test_only_topics_that_stand_alike_are_decided_together() -> None:
    def row(priority: str, grade: str = "strong", yes: bool = True) -> SimpleNamespace:
        kinds = ["municipality"] if yes else []
        return SimpleNamespace(priority=priority, grade=grade, can_apply=kinds, cannot_apply=[])

    rows = {
        "a": row("city"), "b": row("city"), "c": row("health"), "d": row("city", "weak"), "e": row("city", yes=False),
        "f": row("city", "none"), "g": row("health", "none"),
    }  # fmt: skip
    assert news_rows.alike(list(rows), "a", rows) == ["a", "b"]
    assert news_rows.alike(["b", "c"], "a", rows) == ["b"]
    assert news_rows.alike(list(rows), "f", rows) == ["f", "g"], "what fits no priority has no best one"
