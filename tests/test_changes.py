"""What counts as a change of a call, and what only looks like one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from store_making import call

from matcher.changes import between, settle, share_of_words
from matcher.model import Budget, Call, Deadline, DeadlineModel, Section, Status

ON = date(2026, 11, 23)
SPRING, SUMMER, AUTUMN = date(2027, 3, 1), date(2027, 6, 1), date(2027, 9, 15)
PAST = date(2026, 9, 1)


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str | None, str | None]]:
    found = between(call(**old), call(**new), ON, run=7)
    assert all(change.on == ON and change.run == 7 and change.reference == call().reference for change in found)
    return [(change.field, change.kind, change.old, change.new) for change in found]


def days(*on: date, stages: bool = False, **fields: Any) -> dict[str, Any]:
    return {"deadlines": [Deadline(on=d, stage=n if stages else None) for n, d in enumerate(on, 1)], **fields}


def timed(*at: datetime) -> dict[str, Any]:
    return {"deadlines": [Deadline(on=moment.date(), at=moment) for moment in at]}


CUT_OFF = {"deadline_model": DeadlineModel.CUT_OFF}
TWO = {"deadline_model": DeadlineModel.TWO_STAGE}
NOON = datetime(2027, 6, 1, 12, 0, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (days(SPRING), days(SPRING), []),
        (days(SPRING), days(SUMMER), [("deadline", "later", "2027-03-01", "2027-06-01")]),
        (days(SUMMER), days(SPRING), [("deadline", "earlier", "2027-06-01", "2027-03-01")]),
        (days(), days(SPRING), [("deadline", "set", None, "2027-03-01")]),
        (days(SPRING), days(), [("deadline", "removed", "2027-03-01", None)]),
        (days(PAST, **CUT_OFF), days(SPRING, **CUT_OFF), [("deadline", "rolled", "2026-09-01", "2027-03-01")]),
        (days(PAST, SPRING), days(SPRING), [("deadline", "rolled", "2026-09-01", "2027-03-01")]),
        (days(PAST, SPRING), days(SPRING, AUTUMN), [("deadline", "rolled", "2026-09-01", "2027-03-01")]),
        (days(PAST), days(SPRING), [("deadline", "later", "2026-09-01", "2027-03-01")]),
        (
            days(SPRING),
            days(SPRING, AUTUMN),
            [("deadline", "cut-off added", "2027-03-01", "2027-03-01 / 2027-09-15")],
        ),
        (days(SPRING), days(PAST, SPRING), []),
        (
            days(SPRING, SUMMER, AUTUMN),
            days(SPRING, AUTUMN),
            [("deadline", "cut-off removed", "2027-03-01 / 2027-06-01 / 2027-09-15", "2027-03-01 / 2027-09-15")],
        ),
        (days(SPRING, AUTUMN), days(SUMMER, AUTUMN), [("deadline", "later", "2027-03-01", "2027-06-01")]),
        (days(SPRING, SUMMER), days(AUTUMN), [("deadline", "later", "2027-03-01", "2027-09-15")]),
        (
            days(SPRING, stages=True),
            days(SPRING, AUTUMN, stages=True),
            [("deadline", "stage added", "2027-03-01", "2027-03-01 / 2027-09-15")],
        ),
        (
            days(SPRING, AUTUMN, **TWO),
            days(SPRING, **TWO),
            [("deadline", "stage removed", "2027-03-01 / 2027-09-15", "2027-03-01")],
        ),
        (days(PAST, AUTUMN, **TWO), days(AUTUMN, **TWO), []),
        (
            days(SPRING, SUMMER, stages=True),
            days(SPRING, AUTUMN, stages=True),
            [("deadline 2", "later", "2027-06-01", "2027-09-15")],
        ),
        (timed(NOON), timed(NOON - timedelta(seconds=1)), []),
        (timed(NOON.replace(second=0)), timed(NOON.replace(second=0) - timedelta(seconds=1)), []),
        (timed(NOON.replace(hour=0, second=0)), timed(NOON.replace(hour=0, second=0) - timedelta(seconds=1)), []),
        (
            timed(NOON),
            timed(NOON + timedelta(hours=5)),
            [("deadline", "later", "2027-06-01T12:00Z", "2027-06-01T17:00Z")],
        ),
        (days(SUMMER), timed(NOON), []),
        (days(SPRING), timed(NOON), [("deadline", "later", "2027-03-01", "2027-06-01")]),
    ],
)
def test_deadlines(old: dict[str, Any], new: dict[str, Any], expected: list[Any]) -> None:
    assert changes(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"opens": SPRING}, {"opens": SUMMER}, [("opens", "opening moved", "2027-03-01", "2027-06-01")]),
        ({}, {"opens": SUMMER}, [("opens", "opening set", None, "2027-06-01")]),
        ({"opens": SPRING}, {}, [("opens", "opening removed", "2027-03-01", None)]),
        (
            {"portal_status": Status.FORTHCOMING},
            {"portal_status": Status.OPEN},
            [("status", "opened", "forthcoming", "open")],
        ),
        ({"portal_status": Status.OPEN}, {"portal_status": Status.CLOSED}, [("status", "closed", "open", "closed")]),
        (
            {"portal_status": Status.CLOSED},
            {"portal_status": Status.OPEN},
            [("status", "reopened", "closed", "open")],
        ),
        (
            {"portal_status": Status.OPEN},
            {"portal_status": Status.FORTHCOMING},
            [("status", "postponed", "open", "forthcoming")],
        ),
        ({"portal_status": Status.UNKNOWN}, {"portal_status": Status.OPEN}, []),
        (
            {"budget": Budget(total=5)},
            {"budget": Budget(total=6, projects=2)},
            [("budget.total", "budget", "5", "6"), ("budget.projects", "budget", None, "2")],
        ),
        ({"budget": Budget(shared=None)}, {"budget": Budget(shared=True)}, []),
        ({"title": "Clean  Rivers"}, {"title": "clean rivers"}, []),
        ({"title": "Clean rivers"}, {"title": "Clean ports"}, [("title", "title", "Clean rivers", "Clean ports")]),
        (
            {"conditions": "Three partners"},
            {"conditions": "Two partners"},
            [("conditions", "conditions", "Three partners", "Two partners")],
        ),
        (
            {"types_of_action": ["HORIZON  Innovation Actions"]},
            {"types_of_action": ["HORIZON Innovation Actions"]},
            [],
        ),
        (
            {"types_of_action": ["RIA"]},
            {"types_of_action": ["RIA", "IA"]},
            [("types_of_action", "types of action", "RIA", "RIA / IA")],
        ),
        ({"html": "<p>a</p>"}, {"html": "<p>b</p>"}, []),
        ({"checksum": "a"}, {"checksum": "b"}, []),
    ],
)
def test_other_fields(old: dict[str, Any], new: dict[str, Any], expected: list[Any]) -> None:
    assert changes(old, new) == expected


def test_a_text_has_changed_only_when_more_than_one_word_in_twenty_has() -> None:
    words = [f"word{n}" for n in range(100)]

    def with_text(many: int) -> dict[str, Any]:
        return {"sections": [Section(kind="scope", text=" ".join(["other"] * many + words[many:]))]}

    assert changes(with_text(0), with_text(5)) == []
    assert changes(with_text(0), with_text(6)) == [("text", "text", "100", "100")]
    assert changes({"sections": []}, with_text(0)) == [("text", "text", None, "100")]
    moved = {"sections": [Section(kind="objective", text=" ".join(reversed(words)).upper())]}
    assert changes(with_text(0), moved) == []


def test_the_share_of_words_is_symmetric_and_between_nothing_and_all() -> None:
    assert share_of_words("", "") == 0.0
    assert share_of_words("a b", "c d") == 1.0
    assert share_of_words("a b c d", "a b c") == share_of_words("a b c", "a b c d") == 0.25


def test_a_long_value_is_cut() -> None:
    (change,) = between(call(), call(title="x" * 1000), ON)
    assert change.new is not None
    assert len(change.new) == 300
    assert change.new.endswith("…")


def test_settle_takes_only_what_wobbles_from_the_old_state() -> None:
    old = call(**timed(NOON), checksum="old")
    new = call(**timed(NOON - timedelta(seconds=59)), checksum="new", title="Other")
    settled = settle(old, new)
    assert settled == call(**timed(NOON), checksum="old", title="Other")
    moved = call(**timed(NOON + timedelta(minutes=1)))
    assert settle(old, moved).deadlines == moved.deadlines


def test_every_pair_of_the_same_call_is_unchanged() -> None:
    one = call(**timed(NOON), opens=SPRING, conditions="c", types_of_action=["IA"])
    assert between(one, Call.model_validate(one.model_dump()), ON) == []
