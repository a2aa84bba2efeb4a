"""A pull is published whole or not at all; whatever happens, the list of yesterday is still served."""

import gzip
import json
import signal
import threading
from collections import namedtuple
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher import guards, guards_manners
from matcher.errors import BusyError, GuardError, InputError, MatcherError, StoreError
from matcher.harvest import harvest
from matcher.harvest_intake import Intake
from matcher.ledger import Fact, Reject, Run, Scope
from matcher.model import Status
from matcher.sources import portal as source
from matcher.sources._http import Connection, Limits
from matcher.sources._page import Page
from matcher.sources._replay import Replay
from matcher.store import Parsed, Store
from matcher.views.runs import failure, sentence
from tests import fake_portal as fake
from tests.fake_portal import FakePortal, Record, cascade, copies, external, ghost, news, topic

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
DAY = date(2026, 11, 23)
LIMITS = Limits(connect=0.5, read=2, request=0.5, pull=30)
CALLS = [*(topic(n) for n in range(40)), *(cascade(n) for n in range(12)), external(1)]


class Clock:
    """A pull of these tests takes no time."""

    def __call__(self) -> float:
        return 0.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'calls.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a live list of yesterday that no test of this module may change."""
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('served') / 'calls.db'}")
    assert pull(opened, pages(CALLS), now=NOW - timedelta(days=1), today=DAY - timedelta(days=1)).exit_code == 0
    yield opened
    opened.close()


def pages(records: Iterable[Record], size: int = 100) -> list[Page]:
    """Records as the pages of one reading."""
    found = list(records)
    return [
        Page("mixed", number, len(found), found[start : start + size], rows=len(found[start : start + size]))
        for number, start in enumerate(range(0, len(found), size), 1)
    ]


def pull(store: Store, answers: Iterable[Page], scope: Scope = "live", name: str = "portal", **options: Any) -> Run:
    return harvest(
        store,
        name,
        answers,
        scope=scope,
        recorded_on=options.pop("recorded_on", None),
        now=options.pop("now", NOW),
        today=options.pop("today", DAY),
        clock=Clock(),
        **options,
    )


def live(store: Store, portal: FakePortal, limits: Limits = LIMITS, **options: Any) -> Run:
    sleep = options.pop("sleep", lambda seconds: None)
    with Connection(portal.address, limits=limits, allow_loopback=True, sleep=sleep) as connection:
        return pull(store, source.records(connection), **options)


def balanced(run: Run) -> bool:
    return run.received == run.new + run.changed + run.same + run.duplicates + sum(run.rejected.values())


def references(store: Store) -> list[str]:
    return [call.reference for call in store.calls()]


def without(records: list[Record], field: str, count: int) -> list[Record]:
    """The records, the first `count` of them without a metadata field."""
    bare = [{**r, "metadata": {k: v for k, v in r["metadata"].items() if k != field}} for r in records[:count]]
    return bare + records[count:]


# --- what is published ------------------------------------------------------------------------------------------


def test_the_first_live_pull_is_the_measure_and_raises_no_alert(store: Store) -> None:
    with FakePortal([*CALLS, ghost(1), news(2), *copies(topic(70), "de")]) as portal:
        run = live(store, portal)
    assert (run.state, run.exit_code, run.warnings) == ("published", 0, [])
    assert (
        run.message
        == "53 calls: the first list, so nothing in it counts as new; as of 23.11.2026 03:10, two scans agree."
    )
    assert run.reported == {"topic": 40, "cascade": 12, "external": 1}
    assert (run.received, run.new, run.duplicates, run.rejected) == (53, 53, 0, {})
    assert run.requests == len(portal.requests)
    assert run.api_version == "2.155"
    assert run.content_hash is not None
    assert run.tool.startswith("matcher ")
    assert run.fill["deadlines"] == 1
    assert "descriptionByte" in run.keys
    assert store.last_published() == run
    assert references(store) == sorted(r["reference"] for r in CALLS)
    assert store.changes() == []


def test_the_sentence_after_a_refresh(store: Store) -> None:
    with FakePortal(CALLS) as portal:
        live(store, portal)
    earlier = ["2027-01-26T00:00:00.000+0000"]
    today = [
        *(topic(n, deadlineDate=earlier) for n in range(3)),
        *CALLS[3:-2],
        external(1),
        *(topic(n) for n in range(60, 62)),
    ]
    with FakePortal(today) as portal:
        run = live(store, portal, now=NOW + timedelta(days=1), today=DAY + timedelta(days=1))
    assert run.message == "2 new, 3 deadlines changed, 1 lost; as of 24.11.2026 03:10, two scans agree."
    assert sentence(run, "en") == run.message.removesuffix(".")
    assert sentence(run, "de") == (
        "2 neu, 3 Fristen geändert, 1 verloren; Stand 24.11.2026, 03:10 Uhr, zwei Durchgänge stimmen überein"
    )
    assert (run.moved, run.baseline, run.agreed) == (3, False, True)
    assert run.kinds == {"topic": 42, "cascade": 11, "external": 1}
    kind = run.scans["topic"]
    assert (kind.readings, kind.received, kind.union, kind.late, kind.total) == (2, 84, 42, 0, 42)
    assert sum(scan.requests for scan in run.scans.values()) == run.requests
    assert run.bytes > 50_000
    assert run.seconds == 0
    assert (run.exit_code, run.new, run.changed, run.same, run.not_seen) == (0, 2, 3, 49, 1)
    assert store.runs(1) == [run]
    assert len(references(store)) == 55, "a call that was not seen is kept"


def test_an_unchanged_list_writes_no_call(store: Store) -> None:
    with FakePortal(CALLS) as portal:
        first = live(store, portal)
        before = store.revision("calls")
        second = live(store, portal)
    assert (second.new, second.changed, second.same, second.changes) == (0, 0, 53, 0)
    assert store.revision("calls") == before
    assert second.content_hash == first.content_hash


def test_the_shipped_snapshot_loads_with_nothing_refused(store: Store) -> None:
    replay = Replay(fake.SNAPSHOT)
    steps: list[tuple[int, int | None, str]] = []
    run = pull(
        store,
        replay.pages(),
        replay.scope,
        recorded_on=replay.recorded_on,
        progress=lambda *step: steps.append(step),
    )
    assert (run.exit_code, run.new, run.rejected, run.warnings) == (0, 466, {}, [])
    assert run.message == "466 calls, demo data, as of 22.08.2026."
    assert run.reported == {"topic": 421, "cascade": 40, "external": 5}
    assert store.scope() == "demo"
    closed = [call for call in store.calls() if call.status(date(2026, 8, 22)) is Status.CLOSED]
    assert len(closed) == 52
    assert steps[-1] == (466, 466, "Storing")
    assert all(done <= (expected or 0) for done, expected, _ in steps)


@pytest.mark.parametrize(("folder", "calls"), [("corpus", 1301), ("bench/topics", 2564)])
def test_recorded_folders_load_with_nothing_refused(store: Store, shared: Path, folder: str, calls: int) -> None:
    replay = Replay(shared / folder)
    run = pull(store, replay.pages(), replay.scope, recorded_on=replay.recorded_on)
    assert (run.exit_code, run.stored, run.rejected, run.duplicates) == (0, calls, {}, 0)


def test_past_deadlines_are_stored_as_closed_in_every_scope(store: Store) -> None:
    past = topic(1, deadlineDate=["2024-03-05T00:00:00.000+0000"])
    run = pull(store, pages([past, topic(2)]))
    assert run.stored == 2
    assert {call.reference: call.status(DAY) for call in store.calls()} == {
        "50000001TOPICSen": Status.CLOSED,
        "50000002TOPICSen": Status.OPEN,
    }


@pytest.mark.parametrize("scope", ["live", "demo", "archive"])
def test_ghosts_are_dropped_and_counted_in_every_scope(store: Store, scope: Scope) -> None:
    run = pull(store, pages([topic(1), ghost(1), ghost(2)]), scope)
    assert (run.exit_code, run.stored, run.rejected, run.refused) == (0, 1, {"ghost": 2}, 0)
    assert balanced(run)
    assert run.id is not None
    assert [reject.reason for reject in store.rejects(run.id)] == ["ghost", "ghost"]


def test_the_first_live_pull_takes_the_place_of_the_demo(store: Store) -> None:
    replay = Replay(fake.SNAPSHOT)
    pull(store, replay.pages(), "demo", recorded_on=replay.recorded_on)
    run = pull(store, pages(CALLS))
    assert (run.exit_code, run.warnings, run.changes) == (0, [], 0)
    assert references(store) == sorted(r["reference"] for r in CALLS)
    refused = pull(store, replay.pages(), "demo", recorded_on=replay.recorded_on)
    assert (refused.state, refused.exit_code) == ("refused", 4)
    assert "never mixed" in refused.message
    assert store.scope() == "live"


# --- sorting out ------------------------------------------------------------------------------------------------


def test_unreadable_records_are_listed_with_reason_key_and_excerpt(store: Store) -> None:
    untitled = without([topic(1)], "title", 1)[0] | {"summary": ""}
    foreign = topic(2, type=["12"])
    nameless = {**topic(3), "reference": None}
    nameless["metadata"] = {k: v for k, v in nameless["metadata"].items() if k != "REFERENCE"}
    records = [*CALLS, untitled, foreign, nameless, {"unreadable": None}]
    run = pull(store, pages(records))
    assert run.exit_code == 10
    assert run.warnings == ["4 records of 57 could not be read."]
    assert (run.received, run.stored, run.refused) == (57, 53, 4)
    assert balanced(run)
    assert run.id is not None
    rejects = store.rejects(run.id)
    assert [r.key for r in rejects] == ["50000001TOPICSen", "50000002TOPICSen", None, None]
    assert all(r.reason and len(r.excerpt) <= 2000 for r in rejects)
    assert "HORIZON-CL5-2027-00001" in rejects[0].excerpt


def test_a_few_unreadable_records_are_no_warning(store: Store) -> None:
    records = [*(topic(n) for n in range(200)), {"reference": "x"}]
    assert pull(store, pages(records)).exit_code == 0


@pytest.mark.parametrize("scope", ["live", "demo", "archive"])
def test_records_that_can_mostly_not_be_read_are_refused(store: Store, scope: Scope) -> None:
    broken = without(CALLS, "type", 30)
    run = pull(store, pages(broken), scope, accept_change=True)
    assert (run.state, run.exit_code) == ("refused", 4)
    assert "30 records of 53 could not be read; their form changed" in run.message
    assert references(store) == []
    empty = pull(store, pages([]), scope)
    assert "it holds no call" in empty.message
    assert pull(store, pages([{"x": 1}]), scope).message.startswith(
        "The pull was refused: none of the records could be read; the form of the records may have changed."
    )


def test_no_person_can_accept_what_cannot_be_read(served: Store) -> None:
    before = references(served)
    run = pull(served, pages(without(CALLS, "type", 30)), accept_change=True)
    assert (run.state, run.exit_code) == ("refused", 4)
    assert references(served) == before


def test_a_record_beyond_two_megabytes_is_refused_alone(store: Store) -> None:
    run = pull(store, pages([*CALLS, topic(99, descriptionByte=["x" * 2_000_001])]))
    assert run.rejected == {"The record is larger than 2 MB.": 1}
    assert run.stored == 53


def test_a_fault_of_the_parser_costs_one_record() -> None:
    def parse(record: Record) -> Any:
        raise KeyError(record["reference"])

    intake = Intake(parse, None)
    intake.take(pages([topic(1)])[0], NOW)
    assert dict(intake.rejected) == {"The record cannot be read (KeyError).": 1}


def test_rejects_stay_few_and_fit_to_print() -> None:
    intake = Intake(source.parse, source.is_ghost)
    intake.take(pages([{"reference": f"{n}", "type": [f"{n}\n\x1b[1m"], "x": "\ud800"} for n in range(1200)])[0], NOW)
    assert sum(intake.rejected.values()) == 100
    for page in pages([{"reference": f"r{n}", "type": [f"t{n}"], "x": "\ud800\x00"} for n in range(1200)]):
        intake.take(page, NOW)
    assert sum(intake.rejected.values()) == 1300
    assert len(intake.rejects) == 1000
    assert len(intake.rejected) <= 51
    assert all(r.reason.isprintable() and r.excerpt.isprintable() and len(r.reason) <= 120 for r in intake.rejects)
    assert "of the rejected records the first 1,000 are listed." in [fact.text for fact in intake.facts()]


def test_of_two_versions_the_newer_one_wins_whatever_came_first(store: Store) -> None:
    old = topic(1, title=["Old"], esDA_IngestDate=["2026-10-04T04:12:41.938+0200"])
    new = topic(1, title=["New"], esDA_IngestDate=["2026-10-04T03:30:00.000+0000"])
    for answers in ([old, new, old], [new, old, new]):
        run = pull(store, pages(answers))
        assert (run.received, run.stored, run.duplicates) == (3, 1, 2)
        assert "1 calls came twice and differed; the newer one was taken." in run.notes
        assert run.exit_code == 0
        assert [call.title for call in store.calls()] == ["New"]


VARIANTS = [*CALLS[:12], *(topic(n, title=[f"Other {n}"]) for n in range(3)), ghost(1), ghost(2), {"reference": "x"}]


@given(st.permutations(VARIANTS), st.lists(st.sampled_from(VARIANTS), max_size=8), st.integers(1, 7))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_of_records_gives_the_same_list(
    order: list[Record], again: list[Record], size: int
) -> None:
    intake = Intake(source.parse, source.is_ghost)
    for page in pages([*order, *again], size):
        intake.take(page, NOW)
    assert intake.received == len(intake.held) + intake.duplicates + sum(intake.rejected.values())
    found = [(item.call, item.raw) for item in intake.parsed()]
    assert found == EXPECTED


def expected() -> list[tuple[Any, bytes]]:
    intake = Intake(source.parse, source.is_ghost)
    for page in pages(VARIANTS):
        intake.take(page, NOW)
    return [(item.call, item.raw) for item in intake.parsed()]


EXPECTED = expected()

MUTATED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*topic(1)["metadata"], "budgetOverview", "actions", "links", "keywords", "typesOfAction"]


@given(st.lists(st.tuples(st.sampled_from([*FIELDS, "reference", "metadata", "summary"]), MUTATED), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_mutated_record_is_a_call_or_a_reject(changes: list[tuple[str, Any]]) -> None:
    record = topic(1)
    for name, value in changes:
        if name in record:
            record[name] = value
        elif isinstance(record["metadata"], dict):
            record["metadata"] = {**record["metadata"], name: value}
    intake = Intake(source.parse, source.is_ghost)
    for page in pages([record, topic(2)]):
        intake.take(page, NOW)
    assert intake.received == 2 == len(intake.held) + intake.duplicates + sum(intake.rejected.values())
    for item in intake.parsed():
        assert item.call.reference
        assert item.call.title
        item.call.model_dump_json().encode()


# --- guards -----------------------------------------------------------------------------------------------------


def refused(store: Store, records: list[Record], words: str) -> None:
    """The pull is refused with these words and code 4, the list of yesterday stays, a person may overrule it."""
    before, last = references(store), store.last_published()
    run = pull(store, pages(records))
    assert (run.state, run.exit_code) == ("refused", 4)
    assert words in run.message
    assert run.message.startswith("The pull was refused: ")
    assert (
        "The list of 22.11.2026 03:10 stays. If the change is real, run `matcher refresh --accept-change`"
        in run.message
    )
    assert references(store) == before
    assert store.last_published() == last
    assert store.runs(1) == [run]


def test_a_list_that_shrank_is_refused_until_a_person_accepts_it(store: Store) -> None:
    pull(store, pages(CALLS), now=NOW - timedelta(days=1), today=DAY - timedelta(days=1))
    refused(store, CALLS[:40], "40 calls instead of 53 (-25%)")
    run = pull(store, pages(CALLS[:40]), accept_change=True)
    assert (run.state, run.exit_code) == ("published", 10)
    assert "Accepted by a person: 40 calls instead of 53 (-25%)." in run.warnings
    assert pull(store, pages(CALLS[:40])).exit_code == 0, "what was accepted is the measure of the next pull"


def test_a_list_that_grew_is_refused(served: Store) -> None:
    refused(served, [*CALLS, *(topic(n) for n in range(100, 130))], "83 calls instead of 53 (+57%)")


def test_a_kind_that_vanished_is_refused(store: Store) -> None:
    with FakePortal([*(topic(n) for n in range(90)), *(cascade(n) for n in range(12)), external(1)]) as portal:
        live(store, portal)
        portal.records = [topic(n) for n in range(95)]
        run = live(store, portal)
    assert (run.state, run.exit_code) == ("refused", 4)
    assert "no cascade call at all instead of 12" in run.message
    assert "external" not in run.message, "a kind with few calls may run dry"
    assert len(references(store)) == 103


def test_a_field_that_vanished_is_refused(served: Store) -> None:
    bare = without(CALLS, "deadlineDate", 53)
    refused(served, bare, "deadlines is empty in 100% of the topic calls instead of 0%")
    renamed = [{**r, "metadata": {**r["metadata"], "startDay": r["metadata"]["startDate"]}} for r in CALLS]
    refused(served, without(renamed, "startDate", 53), "opens is empty in 100% of the topic calls instead of 0%")


def test_a_field_that_vanished_from_one_kind_is_refused(served: Store) -> None:
    bare = [*CALLS[:40], *without(CALLS[40:52], "deadlineDate", 12), *CALLS[52:]]
    refused(served, bare, "deadlines is empty in 100% of the cascade calls instead of 0%")
    run = pull(served, pages(bare))
    assert run.fill["deadlines"] > 0.7, "over all kinds together it would have passed with a warning"
    assert "die Angabe „Frist“ fehlt bei 100 % der Aufrufe (Kaskadenaufrufe), sonst bei 0 %" in sentence(run, "de")


def test_a_kind_with_few_calls_is_told_of_and_not_refused(store: Store) -> None:
    some = [*CALLS[:52], *(external(n) for n in range(1, 6))]
    pull(store, pages(some))
    run = pull(store, pages([*some[:52], *without(some[52:], "deadlineDate", 5)]))
    assert (run.state, run.exit_code) == ("published", 10)
    assert run.warnings == ["Deadlines is empty in 100% of the external calls instead of 0%."]


def test_records_of_before_the_kinds_are_still_a_measure(store: Store) -> None:
    last = pull(store, pages(CALLS))
    older = {"kinds": {}, "fills": {}, "reported": {"topic": 40, "cascade": 12, "external": 1}}
    store.end(last.model_copy(update=older))
    refused_of = pull(store, pages(CALLS[:40] + [external(1)] + [topic(n) for n in range(50, 60)]))
    assert "no cascade call at all instead of 12" in refused_of.message
    bare = pull(store, pages(without(CALLS, "deadlineDate", 53)))
    assert "deadlines is empty in 100% of the calls instead of 0%" in bare.message


def test_a_kind_that_vanished_from_mixed_pages_is_refused(served: Store) -> None:
    """A recording whose pages mix kinds reports no total of each; what was read of each kind is the measure."""
    mixed = sorted(CALLS, key=lambda record: record["reference"])
    assert served.last_published().reported == {"mixed": 53}  # type: ignore[union-attr]
    less = [r for r in mixed if r["metadata"]["type"] != ["8"]]
    refused(served, [*less, *(topic(n) for n in range(60, 72))], "no cascade call at all instead of 12")


def test_a_field_that_is_empty_more_often_is_told(store: Store) -> None:
    pull(store, pages(CALLS))
    run = pull(store, pages(without(CALLS, "deadlineDate", 10)))
    assert (run.state, run.exit_code) == ("published", 10)
    assert run.warnings == ["Deadlines is empty in 25% of the topic calls instead of 0%."]


def test_a_list_that_moved_a_little_is_told(store: Store) -> None:
    pull(store, pages(CALLS))
    run = pull(store, pages(CALLS[4:]))
    assert (run.exit_code, run.warnings) == (10, ["49 calls instead of 53 (-8%) since the last pull."])


def test_an_unknown_field_is_noted_once_and_is_no_warning(store: Store) -> None:
    pull(store, pages(CALLS))
    more = [topic(0, newField=["x"]), *CALLS[1:]]
    run = pull(store, pages(more))
    assert run.exit_code == 0
    assert run.notes == ["unknown field 'newField' in the records; it is kept, but not read."]
    assert run.warnings == []
    assert pull(store, pages(CALLS)).notes == []
    assert pull(store, pages(more)).notes == []


def test_failed_pulls_are_no_measure(store: Store) -> None:
    pull(store, pages(CALLS))
    assert pull(store, pages(CALLS[:10])).exit_code == 4
    assert pull(store, pages(CALLS)).exit_code == 0


def test_demo_and_archive_know_no_bands(store: Store) -> None:
    pull(store, pages(CALLS), "archive")
    run = pull(store, pages(without(CALLS, "deadlineDate", 5)[:5]), "archive")
    assert (run.exit_code, run.warnings) == (0, [])


@pytest.mark.parametrize(
    ("calls", "before", "outcome"),
    [
        (743, 0, "ok"), (2071, 743, "refused"), (1043, 1490, "refused"), (800, 1000, "warned"),
        (799, 1000, "refused"), (1500, 1000, "warned"), (1501, 1000, "refused"), (950, 1000, "ok"),
        (949, 1000, "warned"), (1050, 1000, "ok"), (1051, 1000, "warned"), (1000, 1000, "ok"),
    ],
)  # fmt: skip
def test_the_band_of_size(calls: int, before: int, outcome: str) -> None:
    verdict = guards.check_size(calls, before)
    assert ("refused" if verdict.refused else "warned" if verdict.warnings else "ok") == outcome


@pytest.mark.parametrize(
    ("rate", "before", "outcome"),
    [
        (0.41, 0.41, "ok"), (0.0, 0.41, "refused"), (0.30, 0.41, "ok"), (0.49, 0.99, "refused"),
        (0.85, 0.99, "warned"), (0.75, 0.85, "ok"), (0.69, 0.85, "warned"), (0.4, 0.85, "refused"),
        (1.0, 0.2, "ok"), (0.998, 1.0, "ok"),
    ],
)  # fmt: skip
def test_the_band_of_fill(rate: float, before: float, outcome: str) -> None:
    verdict = guards.check_fill({"text": rate, "unheard of": 0.0}, {"text": before}, 700)
    assert ("refused" if verdict.refused else "warned" if verdict.warnings else "ok") == outcome


def run_at(
    minutes: int, state: str = "published", message: str = "", asked: int = 30, codes: list[Fact] | None = None
) -> Run:
    """A live pull that began so many minutes ago."""
    return Run.model_validate(
        {
            "source": "portal",
            "scope": "live",
            "started": NOW - timedelta(minutes=minutes),
            "finished": NOW - timedelta(minutes=minutes),
            "state": state,
            "message": message,
            "requests": asked,
            "codes": codes or [],
        }
    )


def away(code: str = "busy", **values: Any) -> list[Fact]:
    return [Fact(code=code, level="reason", values={"host": "api.tech.ec.europa.eu", "status": 429, **values})]


AWAY = "api.tech.ec.europa.eu refused the request (HTTP 403): the form of the request may have changed."
BUSY = "api.tech.ec.europa.eu is busy (HTTP 429). (4 tries to reach it.)"


@pytest.mark.parametrize(
    ("runs", "by_hand", "words"),
    [
        ([], True, None),
        ([run_at(14)], True, "less than 15 minutes ago"),
        ([run_at(14)], False, None),
        ([run_at(16)], True, None),
        ([run_at(5, "failed"), run_at(30)], True, None),
        ([run_at(60 * n) for n in range(1, 5)], False, None),
        ([run_at(60 * n) for n in range(1, 6)], False, "asked 150 times in the last 24 hours"),
        ([run_at(60 * n) for n in range(20, 26)], False, None),
        ([run_at(60, "failed", AWAY), run_at(120, "failed", BUSY)], False, "left alone until 24.11.2026 01:10 UTC"),
        ([run_at(60, "failed", AWAY), run_at(120)], False, None),
        ([run_at(25 * 60, "failed", AWAY), run_at(26 * 60, "failed", AWAY)], False, None),
        ([run_at(1, "failed", codes=away()), run_at(2, "failed", codes=away())], True, "until 24.11.2026 02:09 UTC"),
        ([run_at(1, "failed", codes=away(status=503)), run_at(2, "failed", codes=away())], False, None),
        ([run_at(1, "killed", asked=0), run_at(9, "failed", AWAY), run_at(99, "failed", AWAY)], False, "left alone"),
        # One trial a day later; turned away again, it is another day.
        ([run_at(60, "failed", AWAY), run_at(1550, "failed", AWAY)], False, "left alone until 24.11.2026 01:10 UTC"),
        ([run_at(60, "failed", codes=away("come_back", seconds=7200.0))], False, "until 23.11.2026 03:10 UTC"),
        ([run_at(60, "failed", codes=away("come_back_at", seconds=3000.0))], False, None),
        ([run_at(60, "failed", codes=away("come_back", seconds=9e9))], False, "until 30.11.2026 01:10 UTC"),
        ([run_at(60 * n, "killed", asked=0) for n in range(1, 4)], False, "asked 180 times"),
        ([run_at(60 * n, "stopped", asked=5) for n in range(1, 4)], False, None),
    ],
)
def test_manners_towards_a_real_host(runs: list[Run], by_hand: bool, words: str | None) -> None:
    told = guards_manners.check_manners(runs, NOW, by_hand)
    assert (told is None) if words is None else (told is not None and words in str(told))
    assert told is None or "Es wurde nicht abgerufen" in failure(told, "de")


def test_a_disk_that_could_become_full_is_not_pulled_onto(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pull(store, pages(CALLS))
    before, size = references(store), store.health()["bytes"]
    disk = namedtuple("disk", "total used free")
    for free, code in ((3 * size - 1, 5), (4 * size, 0)):
        monkeypatch.setattr("shutil.disk_usage", lambda path, free=free: disk(9 * size, 0, free))
        with FakePortal(CALLS) as portal:
            run = live(store, portal)
            assert run.exit_code == code
            assert (len(portal.requests) == 0) == (code == 5), "nobody is asked for what cannot be stored"
        assert references(store) == before
    assert "braucht 1 MB. Die Liste vom" in sentence(store.runs()[1], "de")


# --- what goes wrong --------------------------------------------------------------------------------------------


def topics_only(fault: fake.Fault) -> fake.Fault:
    return fake.when(lambda r: r.types == {"1"} and r.size > 1, fault)


BROKEN: dict[str, tuple[fake.Fault, int, str]] = {
    "silent": (fake.silent, 3, "took longer than 0.2 seconds"),
    "drip in headers": (fake.drip_headers, 3, "took longer than 0.2 seconds"),
    "drip in body": (fake.drip_body, 3, "took longer than 0.2 seconds"),
    "drip without end": (fake.drip_unlimited, 3, "took longer than 0.2 seconds"),
    "reset": (fake.reset, 3, "cannot be reached or closed the connection"),
    "reset in the body": (fake.reset_in_body, 3, "broke off in the middle"),
    "short body": (fake.short_body, 3, "broke off in the middle"),
    "broken chunk": (fake.broken_chunk, 3, "broke off in the middle"),
    "cut body": (fake.cut_body, 3, "not complete JSON"),
    "not gzip": (fake.not_gzip, 3, "broke off in the middle"),
    "bomb": (fake.gzip_bomb(30), 3, "larger than 20 MB"),
    "endless": (fake.endless, 3, "larger than 20 MB"),
    "busy": (fake.status(429), 3, "is busy (HTTP 429)"),
    "busy for a day": (fake.status(503, Retry_After="86400"), 3, "asked us to come back at"),
    "fault": (fake.status(500), 3, "has a fault (HTTP 500)"),
    "forbidden": (fake.status(403), 3, "refused the request (HTTP 403)"),
    "not found": (fake.status(404), 3, "refused the request (HTTP 404)"),
    "redirect": (fake.status(302, Location="https://evil.example/"), 3, "send us to evil.example"),
    "html": (fake.body(b"<html>"), 3, "a web page"),
    "null": (fake.body(b"null"), 3, "not an object"),
    "list": (fake.body(b"[]"), 3, "not an object"),
    "empty": (fake.body(b""), 3, "is empty"),
    "not utf-8": (fake.encoded("utf-16"), 3, "not valid UTF-8"),
    "NaN": (fake.body(b'{"results":[],"totalResults":NaN}'), 3, "not complete JSON"),
    "deep": (fake.body(b"[" * 100_000), 3, "nested more than 50"),
    "renamed envelope": (fake.changed(lambda a: a.update(hits=a.pop("results"))), 3, "no list of results"),
    "nothing found": (fake.nothing_found, 3, "no open topic at all"),
    "filters ignored": (fake.filters_ignored, 4, "ignored our filter"),
    "half a million": (fake.changed(lambda a: a.update(totalResults=541_009)), 4, "541,009 results"),
    "empty pages": (topics_only(fake.empty_page), 4, "0 of 40 topics after 3 readings"),
    "half pages": (topics_only(fake.changed(lambda a: a.update(results=a["results"][:9]))), 4, "incomplete"),
    "ghosts only": (topics_only(fake.changed(lambda a: a.update(results=[*map(ghost, range(40))]))), 4, "refused"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_failed_pull_ends_in_a_sentence_and_yesterdays_list_is_served(served: Store, name: str) -> None:
    fault, code, words = BROKEN[name]
    before, last = references(served), served.last_published()
    slow = "took longer" in words
    limits = LIMITS._replace(request=0.2, tries=2) if slow else LIMITS
    with FakePortal([*CALLS, *(news(n) for n in range(5))], fault) as portal:
        run = live(served, portal, limits)
    assert run.exit_code == code
    assert run.state == ("failed" if code == 3 else "refused")
    assert words in run.message
    assert " stays." in run.message
    assert "Traceback" not in run.message
    assert "apiKey" not in run.message
    assert run.finished is not None
    # A request given up after 0.2 seconds need not have come through to a loaded machine's portal.
    assert run.requests == limits.tries >= len(portal.requests) if slow else run.requests == len(portal.requests) > 0
    assert served.runs(1) == [run]
    assert references(served) == before
    assert served.last_published() == last


FINAL = ("larger", "asked", "refused", "send")


@pytest.mark.parametrize("name", [n for n, (_, code, w) in BROKEN.items() if code == 3 and not w.startswith(FINAL)])
def test_a_fault_that_passes_changes_nothing_in_the_list(served: Store, name: str) -> None:
    limits = LIMITS._replace(request=0.2) if "took longer" in BROKEN[name][2] else LIMITS
    with FakePortal(CALLS, {4: BROKEN[name][0]}) as portal:
        intake = Intake(source.parse, source.is_ghost)
        with Connection(portal.address, limits=limits, allow_loopback=True, sleep=lambda s: None) as connection:
            for page in source.records(connection):
                intake.take(page, NOW)
    assert sorted(intake.held) == references(served)


def test_nobody_there(served: Store) -> None:
    with FakePortal([]) as portal:
        pass
    run = live(served, portal)
    assert (run.exit_code, run.state) == (3, "failed")
    assert "127.0.0.1 cannot be reached" in run.message


def test_a_second_pull_does_not_begin(served: Store) -> None:
    runs = served.runs()
    with served.pull_lock(), pytest.raises(BusyError) as caught:
        pull(served, pages(CALLS))
    assert caught.value.exit_code == 6
    assert served.runs() == runs
    assert pull(served, pages(CALLS[:9])).exit_code == 4, "the lock is free again"


class Failing(Store):
    """A store that fails while it publishes."""

    error: BaseException = StoreError("The disk is full. Nothing was saved.")

    def publish(self, run: Run, items: Iterable[Parsed], rejects: Iterable[Reject], today: date) -> Run:
        raise self.error


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (StoreError("The disk is full. Nothing was saved."), "failed", 5),
        (BusyError("Another pull was published meanwhile."), "failed", 6),
        (GuardError("An older state never replaces a newer one."), "refused", 4),
        (KeyboardInterrupt(), "stopped", 130),
        (SystemExit(143), "stopped", 143),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_a_store_that_fails(tmp_path: Path, error: BaseException, state: str, code: int) -> None:
    store = Failing(f"sqlite:///{tmp_path / 'calls.db'}")
    store.error = error
    run = pull(store, pages(CALLS))
    assert (run.state, run.exit_code) == (state, code)
    assert run.message == (
        str(error) if isinstance(error, MatcherError) else "The pull was stopped; nothing of it was stored."
    )
    assert run.stored == 0
    assert store.runs(1) == [run]
    assert references(store) == []
    store.close()


def test_a_store_that_cannot_even_note_the_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Failing(f"sqlite:///{tmp_path / 'calls.db'}")

    def full(run: Run, rejects: Iterable[Reject] = ()) -> Run:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(store, "end", full)
    run = pull(store, pages(CALLS))
    assert (run.state, run.exit_code, run.message) == ("failed", 5, "The disk is full. Nothing was saved.")
    store.close()


def test_a_bug_ends_the_run_and_is_not_hidden(store: Store) -> None:
    def broken() -> Iterator[Page]:
        yield pages(CALLS)[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pull(store, broken())
    (run,) = store.runs()
    assert (run.state, run.exit_code, run.received) == ("failed", 1, 53)
    assert "a fault of this program" in run.message


@pytest.fixture
def heeded() -> Iterator[None]:
    """A program that a shell has put into the background ignores Ctrl + C; here it is heeded all the same."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_pull_can_be_stopped(served: Store, sign: signal.Signals, heeded: None) -> None:
    before, handler = references(served), signal.getsignal(signal.SIGTERM)

    def stopped() -> Iterator[Page]:
        yield pages(CALLS)[0]
        signal.raise_signal(sign)
        yield pages(CALLS)[0]

    run = pull(served, stopped())
    assert (run.state, run.exit_code) == ("stopped", 128 + sign)
    assert run.message == "The pull was stopped; nothing of it was stored."
    assert run.received == 53
    assert references(served) == before
    assert signal.getsignal(signal.SIGTERM) is handler
    assert pull(served, pages(CALLS[:9])).exit_code == 4, "the lock is free again"


def test_a_pull_stopped_in_the_middle_of_a_record_adds_up(served: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []

    def parse(record: dict[str, object]) -> object:
        begun.append(record)
        if len(begun) == 10:
            signal.raise_signal(signal.SIGTERM)
        return real(record)

    real = source.parse
    monkeypatch.setattr(source, "parse", parse)
    monkeypatch.setattr(served, "readings", lambda *_: {})
    run = pull(served, pages(CALLS))
    assert (run.state, run.exit_code, run.received, len(begun)) == ("stopped", 143, 9, 10)


def test_a_pull_in_a_thread_leaves_signals_alone(store: Store) -> None:
    handler, runs = signal.getsignal(signal.SIGTERM), []
    thread = threading.Thread(target=lambda: runs.append(pull(store, pages(CALLS))))
    thread.start()
    thread.join()
    assert runs[0].exit_code == 0
    assert signal.getsignal(signal.SIGTERM) is handler


def test_an_unknown_source(store: Store) -> None:
    for name in ("nowhere", "_page", "", "portal.x"):
        with pytest.raises(InputError, match=r"There is no source .* There are: .*portal"):
            pull(store, [], name=name)
    assert store.runs() == []


def test_a_count_that_does_not_add_up_is_never_published(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Intake, "_reject", lambda *args: None)
    with pytest.raises(MatcherError, match="54 records were received, but 53 are accounted for"):
        pull(store, pages([*CALLS, ghost(1)]))
    assert store.last_published() is None


# --- recorded folders -------------------------------------------------------------------------------------------


def recorded(
    folder: Path, records: list[Record], scope: str = "live", total: int | None = None, **more: str
) -> Replay:
    """A folder of recorded answers, a page for each kind."""
    folder.mkdir(exist_ok=True)
    lines = {"source": "portal", "scope": scope, "recorded_on": "2026-11-22"}
    (folder / "replay.yaml").write_text("".join(f"{k}: {v}\n" for k, v in lines.items()), "utf-8")
    for kind in sorted({r["metadata"]["type"][0] for r in records}):
        rows = [r for r in records if r["metadata"]["type"][0] == kind]
        for number, start in enumerate(range(0, len(rows), 100), 1):
            answer = {"apiVersion": "2.151", "totalResults": total or len(rows), "results": rows[start : start + 100]}
            (folder / f"type-{kind}-page-{number:02d}.json").write_text(json.dumps(answer), "utf-8")
    return Replay(folder)


def replayed(store: Store, replay: Replay, **options: Any) -> Run:
    return pull(store, replay.pages(), replay.scope, name=replay.source, recorded_on=replay.recorded_on, **options)


def test_a_live_recording_goes_through_all_guards(store: Store, tmp_path: Path) -> None:
    assert replayed(store, recorded(tmp_path / "1", CALLS)).exit_code == 0
    run = replayed(store, recorded(tmp_path / "2", CALLS[:30]))
    assert (run.exit_code, run.state) == (4, "refused")
    assert "no cascade call at all instead of 12. The list of 22.11.2026 stays." in run.message
    assert replayed(store, recorded(tmp_path / "3", CALLS[1:])).not_seen == 1


NOT_ASKED = {
    "news": news(1),
    "tender": topic(1, type=["0"]),
    "closed": topic(999, status=["31094503"]),
    "swedish": copies(topic(999), "sv")[0],
}


@pytest.mark.parametrize("name", NOT_ASKED)
def test_a_live_recording_must_obey_what_was_asked(served: Store, tmp_path: Path, name: str) -> None:
    before = references(served)
    run = replayed(served, recorded(tmp_path / "x", [*CALLS, NOT_ASKED[name]]))
    assert (run.exit_code, run.state) == (4, "refused")
    assert "The service ignored our filter" in run.message
    assert references(served) == before


def test_demo_and_archive_take_any_status(store: Store, tmp_path: Path) -> None:
    closed = topic(1, status=["31094503"])
    assert replayed(store, recorded(tmp_path / "x", [*CALLS[2:], closed], "archive")).exit_code == 0
    for number, name in enumerate(("news", "tender", "swedish")):
        folder = tmp_path / f"y{number}"
        assert replayed(store, recorded(folder, [*CALLS, NOT_ASKED[name]], "archive")).exit_code == 4


def test_totals_are_compared_with_the_rows(store: Store, tmp_path: Path) -> None:
    topics = [topic(n) for n in range(150)]
    run = replayed(store, recorded(tmp_path / "1", topics, total=200))
    assert (run.exit_code, run.state) == (4, "refused")
    assert "The recording is incomplete: 150 of 200 reported records (topic) are in the recording" in run.message
    assert replayed(store, recorded(tmp_path / "2", topics, total=12_000)).message.startswith("The service ignored")
    few = replayed(store, recorded(tmp_path / "3", topics, total=151))
    assert (few.exit_code, few.warnings) == (10, ["150 of 151 reported records (topic) are in the recording."])


def test_totals_of_an_archive_are_told_only(store: Store, tmp_path: Path) -> None:
    run = replayed(store, recorded(tmp_path / "1", [topic(n) for n in range(50)], "archive", total=12_000))
    assert (run.exit_code, run.stored) == (10, 50)


def test_pages_may_be_packed_and_mixed_and_repeated(store: Store, tmp_path: Path) -> None:
    replay = recorded(tmp_path, [*CALLS, ghost(1)])
    one = {"totalResults": 54, "results": [*CALLS[:20], ghost(1)]}
    two = {"totalResults": 54, "results": CALLS[15:]}
    for path in replay.files:
        path.unlink()
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(json.dumps(one).encode()))
    (tmp_path / "b.json").write_text(json.dumps(two), "utf-8-sig")
    run = replayed(store, Replay(tmp_path))
    assert (run.exit_code, run.stored, run.duplicates, run.rejected) == (0, 53, 5, {"ghost": 1})
    assert balanced(run)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html>", "The answer is a web page"),
        (b'{"results": []', "not complete JSON"),
        (b'{"totalResults": 1}', "no list of results"),
        (b"\xff\xfe", "not valid UTF-8"),
        (None, "The file cannot be read."),
    ],
)
def test_a_damaged_recording_publishes_nothing(served: Store, tmp_path: Path, data: bytes | None, words: str) -> None:
    before = references(served)
    replay = recorded(tmp_path, CALLS)
    name = "type-9.json" if data else "type-9.json.gz"
    (tmp_path / name).write_bytes(data or b"\x1f\x8bnot packed")
    run = replayed(served, Replay(tmp_path))
    assert replay.note == ""
    assert (run.exit_code, run.state) == (3, "failed")
    assert f"{name}: " in run.message
    assert words in run.message
    assert references(served) == before


def test_what_a_folder_says_of_itself(tmp_path: Path) -> None:
    recorded(tmp_path, CALLS)
    (tmp_path / "replay.yaml").write_text(
        "# a recording\n---\nsource: 'portal'\nscope: demo   # or live\nrecorded_on: \"2026-08-22\"\n"
        "note: >\n  Facts: as recorded.\n  Texts: our own.\n",
        "utf-8",
    )
    replay = Replay(tmp_path)
    assert (replay.source, replay.scope, replay.recorded_on) == ("portal", "demo", date(2026, 8, 22))
    assert replay.note == "Facts: as recorded. Texts: our own."


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["source is missing", "scope is missing", "recorded_on is missing"]),
        (
            "source: portal\nscope: Live\nrecorded_on: 22.08.2026\n",
            [
                "scope is 'Live'; it can be live, demo, archive",
                "recorded_on is '22.08.2026'; it must be a day such as 2026-08-22",
            ],
        ),
        ("source: portal\nscope: live\n", ["recorded_on is missing"]),
    ],
)
def test_all_faults_of_a_folder_are_named_at_once(tmp_path: Path, text: str, faults: list[str]) -> None:
    recorded(tmp_path, CALLS)
    (tmp_path / "replay.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match="Nothing was loaded") as caught:
        Replay(tmp_path)
    assert caught.value.faults == faults
    assert caught.value.exit_code == 2


def test_folders_that_are_no_recordings(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match=r"There is no readable replay\.yaml in .* Nothing was loaded"):
            Replay(folder)
    (tmp_path / "replay.yaml").write_text("source: portal\nscope: live\nrecorded_on: 2026-08-22\n")
    with pytest.raises(InputError, match="no recorded answer"):
        Replay(tmp_path)


def test_the_recorded_traps_are_refused_or_dropped(store: Store, shared: Path, tmp_path: Path) -> None:
    """Raw answers of the portal: with ignored filters, news only, a topic beside a ghost."""
    for name, code, words in (
        ("filters-ignored-2025.json", 4, "The service ignored our filter"),
        ("news-only-2025.json", 4, "The service ignored our filter"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "replay.yaml").write_text("source: portal\nscope: live\nrecorded_on: 2026-08-22\n")
        (folder / name).write_bytes((shared / "recorded" / name).read_bytes())
        run = replayed(store, Replay(folder))
        assert (run.exit_code, words in run.message) == (code, True)
    answer = json.loads((shared / "recorded" / "topic-and-ghost-2026.json").read_text("utf-8"))
    intake = Intake(source.parse, source.is_ghost)
    intake.take(pages(answer["results"])[0], NOW)
    assert list(intake.held) == ["50138952TOPICSen"]
    assert dict(intake.rejected) == {"ghost": 1}
