"""The store's promises, on SQLite and on PostgreSQL alike: each test gets a new, empty database."""

import importlib
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from store_making import DAY, NOW, call, parsed, publish, run

from matcher import migrations
from matcher.errors import BusyError, ConflictError, GuardError, InputError, MatcherError, StoreError
from matcher.ledger import Decision, Reject, State
from matcher.model import Budget, Concept, Deadline, Kind, Priority, Profile, Section, Status
from matcher.store import Life, Store
from matcher.store._tables import CALL, LIFE

NEXT = DAY + timedelta(days=1)
THIRD = DAY + timedelta(days=2)
EARLIER = DAY - timedelta(days=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store(database_url) as opened:
        yield opened


def profile(**fields: object) -> Profile:
    concept = Concept(key="port", weight=2.5, spellings={"en": ["inland port"], "de": ["Binnenhafen"]})
    return Profile(
        region="ruhr", priorities=[Priority(key="logistics", labels={"de": "Logistik"}, concepts=[concept])]
    )


def decision(reference: str = "00001TOPICSen", **fields: object) -> Decision:
    whole: dict[str, object] = {
        "reference": reference,
        "identifier": "HORIZON-CL5-2027-00001",
        "state": State.READING,
        "at": NOW,
        "by": "anna",
    }
    return Decision.model_validate(whole | fields)


# What comes back


def test_calls_come_back_as_they_went_in_without_html_in_the_order_of_their_references(store: Store) -> None:
    ones = [call(2), call(1, opens=date(2027, 1, 12), deadlines=[Deadline(on=date(2027, 9, 15), at=NOW, stage=1)])]
    publish(store, ones)
    dated = {"first_seen": DAY, "last_seen": DAY}
    assert store.calls() == [one.model_copy(update=dated | {"html": None}) for one in reversed(ones)]
    assert store.call("00001TOPICSen") == ones[1].model_copy(update=dated)
    assert store.call("nowhere") is None


def test_unknown_stays_unknown(store: Store) -> None:
    bare = call(budget=Budget(), deadlines=[], html=None, sections=[])
    publish(store, [bare])
    back = store.call(bare.reference)
    assert back is not None
    assert (back.budget.total, back.opens, back.html, back.deadlines) == (None, None, None, [])


def test_raw_records_come_back_with_their_source_and_time(store: Store) -> None:
    begun = store.begin(run())
    store.publish(begun, [parsed(call(n), {"n": n}) for n in range(450)], [], DAY)
    found = list(store.raws())
    assert [record for _, _, record in found] == [{"metadata": {"n": n}} for n in range(450)]
    assert {(source, fetched) for source, fetched, _ in found} == {("portal", NOW)}


def test_what_a_database_cannot_hold_never_reaches_it(store: Store) -> None:
    odd = call(title="a\0b", html="<p>\0\udfff</p>", keywords=["k\0", "\ud800"])
    begun = store.begin(run(message="m\0", warnings=["w\ud800"]))
    store.publish(begun, [parsed(odd, {"n": 1})], [Reject(reason="bad\0", key="k\ud800", excerpt="e\0" * 2000)], DAY)
    back = store.call(odd.reference)
    assert back is not None
    assert (back.title, back.html, back.keywords) == ("a\ufffdb", "<p>\ufffd\ufffd</p>", ["k\ufffd", "\ufffd"])
    (reject,) = store.rejects(begun.id or 0)
    assert (reject.reason, reject.key, len(reject.excerpt)) == ("bad\ufffd", "k\ufffd", 2048)
    assert store.add_decision(decision(note="n\0\ud800")).note == "n\ufffd\ufffd"
    assert store.verify() == []


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_no_number_without_end_is_saved(store: Store, weight: float) -> None:
    draft = profile()
    draft.priorities[0].concepts[0].weight = weight
    with pytest.raises(InputError, match=r"priorities.0.concepts.0.weight") as caught:
        store.save_profile(draft, 0)
    assert len(caught.value.faults) == 1
    assert store.profile("ruhr") is None


def test_times_without_zone_are_refused(store: Store) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(InputError, match="time zone"):
        store.add_decision(decision(at=naive))
    with pytest.raises(InputError, match="time zone"):
        store.begin(run().model_copy(update={"started": naive}))
    with pytest.raises(InputError, match="time zone"):
        store.publish(store.begin(run()), [parsed(call(), fetched=naive)], [], DAY)
    assert (store.calls(), store.decisions()) == ([], [])


def test_a_reference_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="longer than 500"):
        publish(store, [call(reference="x" * 501)])
    with pytest.raises(InputError, match="came twice"):
        publish(store, [call(1), call(2), call(1)])
    assert store.calls() == []


# A pull


def test_the_run_record_counts_what_happened(store: Store) -> None:
    first = store.publish(store.begin(run()), [parsed(call(n)) for n in (1, 2, 3)], [Reject(reason="ghost")], DAY)
    assert (first.new, first.changed, first.same, first.rejected, first.received) == (3, 0, 0, {"ghost": 1}, 4)
    assert (first.state, first.exit_code, first.finished) == ("published", 0, NOW)
    second = publish(store, [call(1), call(2, title="Other"), call(4)], NEXT)
    assert (second.new, second.changed, second.same, second.not_seen, second.changes) == (1, 1, 1, 1, 1)
    assert second.content_hash != first.content_hash
    assert store.runs() == [second, first]
    assert store.runs(limit=1) == [second]
    assert store.last_published() == second
    assert store.scope() == "live"


def test_a_pull_whose_sum_is_wrong_is_not_published(store: Store) -> None:
    begun = store.begin(run(received=5, duplicates=1))
    with pytest.raises(MatcherError, match="received 5 records, but 3"):
        store.publish(begun, [parsed(call(1)), parsed(call(2))], [], DAY)
    assert store.calls() == []
    right = store.publish(begun, [parsed(call(n)) for n in range(4)], [], DAY)
    assert right.received == right.stored + right.duplicates == 5


def test_an_unchanged_refresh_writes_no_call_row(store: Store) -> None:
    publish(store, [call(n) for n in range(30)])

    def rows() -> list[object]:
        with store._read() as connection:
            return list(connection.execute(select(CALL).order_by(CALL.c.reference)).all())

    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement.split("SET")[0].split("(")[0].split()[-1].strip('"'))

    from sqlalchemy import event

    before, counted, raws = rows(), store.revision("calls"), list(store.raws())
    event.listen(store._engine, "before_cursor_execute", note)
    again = publish(store, [call(n) for n in range(30)], NEXT)
    event.remove(store._engine, "before_cursor_execute", note)
    assert (again.same, again.new, again.changed) == (30, 0, 0)
    assert (rows(), store.revision("calls"), list(store.raws())) == (before, counted, raws)
    assert {"run", "life", "revision"} <= set(written)
    assert not set(written) & {"call", "raw", "call_version", "change"}
    assert {one.last_seen for one in store.calls()} == {NEXT}


def test_a_wobbling_deadline_or_checksum_writes_no_call_row(store: Store) -> None:
    at = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)

    def wobbling(seconds: int) -> list[object]:
        moment = at + timedelta(seconds=seconds)
        return [call(1, deadlines=[Deadline(on=moment.date(), at=moment)], checksum=str(seconds))]

    publish(store, wobbling(0))
    counted = store.revision("calls")
    again = publish(store, wobbling(-1), NEXT)
    assert (again.same, again.changed, store.revision("calls"), store.changes()) == (1, 0, counted, [])
    moved = publish(store, wobbling(3600), THIRD)
    assert (moved.changed, [change.kind for change in store.changes()]) == (1, ["later"])


def test_changes_are_kept_with_their_run_and_day(store: Store) -> None:
    publish(store, [call(1), call(2)])
    moved = [Deadline(on=date(2027, 10, 1))]
    second = publish(store, [call(1, deadlines=moved, title="Other"), call(2)], NEXT)
    publish(store, [call(1, deadlines=moved, title="Third"), call(2)], THIRD)
    assert [(c.field, c.kind, c.old, c.new, c.on) for c in store.changes()] == [
        ("deadline", "later", "2027-09-15", "2027-10-01", NEXT),
        ("title", "title", "Clean rivers, part 1", "Other", NEXT),
        ("title", "title", "Other", "Third", THIRD),
    ]
    assert [c.on for c in store.changes(since=THIRD)] == [THIRD]
    assert [c.run for c in store.changes(run=second.id)] == [second.id, second.id]
    assert store.changes(reference="00002TOPICSen") == []


def test_only_a_changed_record_makes_a_change_never_our_parser(store: Store) -> None:
    record = {"title": "as received"}
    publish(store, [])
    store.publish(store.begin(run()), [parsed(call(1), record)], [], DAY)
    better = call(1, title="Read better", deadlines=[Deadline(on=date(2028, 1, 1))])
    again = store.publish(store.begin(run()), [parsed(better, record)], [], NEXT)
    assert (again.changed, again.same, store.changes()) == (0, 1, [])
    assert [one.title for one in store.calls()] == ["Read better"]
    assert len(store.call_versions(better.reference)) == 1


def test_reading_again_changes_bodies_without_a_change_event(store: Store) -> None:
    publish(store, [call(1), call(2)])
    counted = store.revision("calls")
    assert store.replace_parsed([call(1), call(2), call(3)]) == 0
    assert store.revision("calls") == counted
    assert store.replace_parsed(iter([call(1, title="Read better"), call(2), call(3)])) == 1
    assert [one.title for one in store.calls()] == ["Read better", "Clean rivers, part 2"]
    assert (store.changes(), len(store.call_versions("00001TOPICSen"))) == ([], 1)
    assert store.revision("calls") > counted
    assert store.verify() == []


def test_a_parser_that_fails_in_the_middle_changes_nothing(store: Store) -> None:
    publish(store, [call(n) for n in range(300)])

    def failing() -> Iterator[object]:
        yield from (call(n, title="half") for n in range(250))
        raise OSError("the network is gone")

    before = store.calls()
    with pytest.raises(OSError, match="network"):
        store.replace_parsed(failing())
    with pytest.raises(OSError, match="network"):
        store.publish(store.begin(run()), (parsed(one) for one in failing()), [], NEXT)
    assert store.calls() == before


# Life cycle


def test_absence_is_counted_and_return_is_noted(store: Store) -> None:
    both, one = [call(1), call(2)], [call(1)]
    publish(store, both)
    for day in range(1, 4):
        assert publish(store, one, DAY + timedelta(days=day)).not_seen == 1
    assert store.life()["00002TOPICSen"] == Life(DAY, DAY, 3, None, False)
    assert [c.last_seen for c in store.calls()] == [DAY + timedelta(days=3), DAY]
    back = DAY + timedelta(days=4)
    again = publish(store, both, back)
    assert (again.returned, again.new, again.not_seen) == (1, 0, 0)
    assert store.life()["00002TOPICSen"] == Life(DAY, back, 0, back, False)
    assert store.new_since(DAY) == []


def test_a_call_past_its_deadline_is_not_missed(store: Store) -> None:
    over = [call(1, deadlines=[Deadline(on=DAY)]), call(2, portal_status=Status.CLOSED, deadlines=[])]
    publish(store, [*over, call(3)])
    assert publish(store, [call(3)], NEXT).not_seen == 0
    assert len(store.calls()) == 3


def test_sources_do_not_miss_each_others_calls(store: Store) -> None:
    publish(store, [call(1)])
    own = call(9, kind=Kind.OWN, source="sheet")
    assert publish(store, [own], source="sheet").not_seen == 0
    assert publish(store, [call(1)], NEXT).not_seen == 0
    assert {life.absences for life in store.life().values()} == {0}
    last = store.last_published("sheet")
    assert last is not None
    assert last.source == "sheet"


def test_the_first_live_pull_of_a_source_is_its_baseline(store: Store) -> None:
    first = publish(store, [call(1)])
    second = publish(store, [call(1), call(2)], NEXT)
    sheet = publish(store, [call(9, kind=Kind.OWN, source="sheet")], NEXT, source="sheet")
    assert [store.is_baseline(r.id or 0) for r in (first, second, sheet)] == [True, False, True]
    assert store.new_since(DAY) == ["00002TOPICSen"]
    assert store.new_since(THIRD) == []


def test_a_topic_under_a_new_reference_is_not_new_and_keeps_its_history(store: Store) -> None:
    publish(store, [call(1)])
    heir = call(1, reference="99999TOPICSen", deadlines=[Deadline(on=date(2027, 10, 1))])
    publish(store, [heir], NEXT)
    assert store.new_since(DAY) == []
    assert store.life()["99999TOPICSen"].first_seen == DAY
    assert [(c.reference, c.kind) for c in store.changes()] == [("99999TOPICSen", "later")]


def test_cascade_calls_share_an_identifier_and_are_new_each(store: Store) -> None:
    siblings = [call(n, kind=Kind.CASCADE, identifier="HORIZON-SHARED") for n in (1, 2)]
    publish(store, siblings[:1])
    publish(store, siblings, NEXT)
    assert (store.new_since(DAY), store.changes()) == (["00002TOPICSen"], [])


# Memory


def test_any_past_day_can_be_shown(store: Store) -> None:
    publish(store, [call(1), call(2)])
    publish(store, [call(1, title="Second"), call(2), call(3)], NEXT)
    publish(store, [call(1, title="Third"), call(2, title="Second"), call(3)], THIRD)

    def known(day: date) -> list[tuple[str, str]]:
        return [(one.reference[:5], one.title) for one in store.calls_as_of(day)]

    assert known(EARLIER) == []
    assert known(DAY) == [("00001", "Clean rivers, part 1"), ("00002", "Clean rivers, part 2")]
    assert known(NEXT) == [("00001", "Second"), ("00002", "Clean rivers, part 2"), ("00003", "Clean rivers, part 3")]
    assert known(THIRD) == [(one.reference[:5], one.title) for one in store.calls()]
    assert {one.last_seen for one in store.calls_as_of(NEXT)} == {NEXT}
    versions = store.call_versions("00001TOPICSen")
    assert [(v.since, v.until, v.call.title) for v in versions] == [
        (DAY, NEXT, "Clean rivers, part 1"),
        (NEXT, THIRD, "Second"),
        (THIRD, None, "Third"),
    ]
    assert store.call_versions("nowhere") == []


def test_two_changes_on_one_day_show_the_last_of_them(store: Store) -> None:
    for title in ("first", "second", "third"):
        publish(store, [call(1, title=title)])
    assert [one.title for one in store.calls_as_of(DAY)] == ["third"]
    assert [v.call.title for v in store.call_versions("00001TOPICSen")] == ["first", "second", "third"]


# One database, one data set


def test_the_first_live_pull_takes_the_place_of_the_demo(store: Store) -> None:
    publish(store, [call(n) for n in range(1, 6)], EARLIER, scope="demo")
    publish(store, [call(9, kind=Kind.OWN, source="sheet")], EARLIER, scope="demo", source="sheet")
    store.add_decision(decision())
    store.save_profile(profile(), 0)
    live = publish(store, [call(4, title="Other"), call(6)])
    assert (live.new, live.changed, live.changes, live.not_seen) == (2, 0, 0, 0)
    assert [one.reference[:5] for one in store.calls()] == ["00004", "00006", "00009"]
    assert {one.first_seen for one in store.calls()[:2]} == {DAY}
    assert (store.changes(), store.new_since(EARLIER), store.scope()) == ([], [], "live")
    assert len(list(store.raws())) == 3
    assert (len(store.decisions()), store.profile("ruhr") is not None) == (1, True)
    assert store.verify() == []


@pytest.mark.parametrize(
    ("stored", "coming"),
    [("live", "demo"), ("live", "archive"), ("archive", "live"), ("archive", "demo"), ("demo", "archive")],
)
def test_data_sets_are_never_mixed(store: Store, stored: str, coming: str) -> None:
    publish(store, [call(1)], scope=stored)
    with pytest.raises(GuardError, match=r"never mixed.*MATCHER_DATABASE=") as caught:
        publish(store, [call(2)], NEXT, scope=coming)
    assert caught.value.exit_code == 4
    assert [one.reference for one in store.calls()] == ["00001TOPICSen"]
    assert store.scope() == stored


@pytest.mark.parametrize("scope", ["demo", "archive"])
def test_other_data_sets_record_neither_changes_nor_absences(store: Store, scope: str) -> None:
    publish(store, [call(1), call(2)], scope=scope)
    again = publish(store, [call(1, title="Other"), call(3)], NEXT, scope=scope)
    assert (again.changed, again.changes, again.not_seen, store.changes(), store.new_since(DAY)) == (1, 0, 0, [], [])
    assert {life.absences for life in store.life().values()} == {0}


def test_an_older_state_never_replaces_a_newer_one(store: Store) -> None:
    publish(store, [call(1)], NEXT)
    with pytest.raises(GuardError, match="older state"):
        publish(store, [call(1, title="Old")], DAY)
    assert [one.title for one in store.calls()] == ["Clean rivers, part 1"]


# Runs


def test_a_run_that_was_killed_is_closed_by_the_next(store: Store) -> None:
    dead = store.begin(run())
    alive = store.begin(run())
    assert [(r.id, r.state) for r in store.runs()] == [(alive.id, "running"), (dead.id, "killed")]
    with pytest.raises(BusyError, match="closed by another"):
        store.publish(dead, [parsed(call(1))], [], DAY)
    assert store.calls() == []
    assert store.last_published() is None


def test_a_refused_run_keeps_its_reasons_and_the_published_list(store: Store) -> None:
    publish(store, [call(1)])
    begun = store.begin(run())
    ended = begun.model_copy(update={"state": "refused", "exit_code": 4, "message": "too few", "finished": NOW})
    store.end(ended, [Reject(reason="no title", key="x", excerpt="{}")])
    assert store.runs()[0] == ended
    assert store.rejects(begun.id or 0) == [Reject(reason="no title", key="x", excerpt="{}")]
    last = store.last_published()
    assert last is not None
    assert last.id != begun.id


def test_a_published_run_can_be_given_its_sentence_but_not_another_state(store: Store) -> None:
    done = publish(store, [call(1)])
    store.end(done.model_copy(update={"message": "1 new"}))
    assert store.runs()[0].message == "1 new"
    with pytest.raises(InputError, match="published cannot be recorded as failed"):
        store.end(done.model_copy(update={"state": "failed"}))
    with pytest.raises(InputError, match="never begun"):
        store.end(run())


def test_rejects_are_kept_for_ninety_days(store: Store) -> None:
    old = store.begin(run().model_copy(update={"started": NOW - timedelta(days=91)}))
    store.publish(old, [], [Reject(reason="old")], EARLIER)
    young = store.begin(run().model_copy(update={"started": NOW - timedelta(days=89)}))
    store.publish(young, [], [Reject(reason="young")], EARLIER)
    publish(store, [call(1)])
    assert store.rejects(old.id or 0) == []
    assert [reject.reason for reject in store.rejects(young.id or 0)] == ["young"]


def test_a_pull_prepared_before_another_was_published_is_not_swapped_in(store: Store) -> None:
    begun = store.begin(run())

    def slow() -> Iterator[object]:
        yield parsed(call(1))
        store.replace_parsed([call(5, title="Meanwhile")])
        yield parsed(call(2))

    publish(store, [call(5)])
    begun = store.begin(run())
    with pytest.raises(BusyError, match="start again"):
        store.publish(begun, slow(), [], NEXT)
    assert [one.title for one in store.calls()] == ["Meanwhile"]


# People


def test_each_saved_profile_is_a_version_and_a_conflict_shows_what_was_saved(store: Store) -> None:
    first = store.save_profile(profile().model_copy(update={"by": "anna", "at": NOW, "why": "seed"}), 0)
    second = store.save_profile(first.model_copy(update={"by": "bert", "why": "ports"}), first.version)
    assert (first.version, second.version) == (1, 2)
    assert store.profile("ruhr") == second
    assert store.profiles("ruhr") == [second, first]
    with pytest.raises(ConflictError, match="bert saved these priorities") as caught:
        store.save_profile(first.model_copy(update={"by": "carla"}), first.version)
    assert caught.value.current == second
    assert store.profile("ruhr") == second
    assert (store.profile("elsewhere"), store.profiles("elsewhere")) == (None, [])


def test_each_region_reads_and_meets_only_its_own_decisions(database_url: str) -> None:
    """One database, two regions: what one says of a call neither shows nor stands in the way in the other."""
    with Store(database_url, region="ruhr") as ruhr, Store(database_url, region="coast") as coast:
        for store, name in ((ruhr, "ruhr"), (coast, "coast")):
            store.save_profile(profile().model_copy(update={"region": name, "at": NOW}), seen=0)
        ours = ruhr.add_decision(decision(note="ours"), seen=0)
        theirs = coast.add_decision(decision(note="theirs"), seen=0)
        assert (ours.region, theirs.region) == ("ruhr", "coast")
        assert (ruhr.decisions(), coast.decisions()) == ([ours], [theirs])
        assert coast.decisions("00001TOPICSen", after=ours.id or 0) == [theirs]
        with pytest.raises(ConflictError):
            ruhr.add_decision(decision(note="again"), seen=0)
    with Store(database_url) as all_of_it:
        assert all_of_it.decisions() == [ours, theirs]


def test_a_decision_without_a_region_is_that_of_the_only_one_there_was(database_url: str) -> None:
    with Store(database_url) as old:
        old.save_profile(profile().model_copy(update={"at": NOW - timedelta(days=9)}), seen=0)
        old.save_profile(profile().model_copy(update={"region": "coast", "at": NOW}), seen=0)
        before = old.add_decision(decision(at=NOW - timedelta(days=2)))
        unclear = old.add_decision(decision(at=NOW + timedelta(days=2)))
        assert before.region is None
    with Store(database_url, region="ruhr") as ruhr, Store(database_url, region="coast") as coast:
        assert ruhr.decisions() == [before, unclear]
        assert coast.decisions() == [unclear]


def test_decisions_are_appended_and_found_by_call_and_identifier(store: Store) -> None:
    said = [
        store.add_decision(decision(note="first")),
        store.add_decision(decision("00002TOPICSen")),
        store.add_decision(decision(state=State.PARKED, until=date(2027, 1, 1), to=["Hagen"])),
    ]
    assert [one.id for one in said] == sorted(one.id or 0 for one in said)
    assert store.decisions() == said
    assert store.decisions("00001TOPICSen") == [said[0], said[2]]
    assert store.decisions(identifier="HORIZON-CL5-2027-00001") == said


def test_counters_grow_with_their_content_and_with_nothing_else(store: Store) -> None:
    names = ("calls", "profile", "decisions", "runs")

    def counted() -> dict[str, int]:
        return {name: store.revision(name) for name in names}

    def grown(before: dict[str, int]) -> set[str]:
        return {name for name, value in counted().items() if value > before[name]}

    before = counted()
    publish(store, [call(1)])
    assert grown(before) == {"calls", "runs"}
    before = counted()
    publish(store, [call(1)], NEXT)
    assert grown(before) == {"runs"}
    before = counted()
    store.save_profile(profile(), 0)
    assert grown(before) == {"profile"}
    before = counted()
    store.add_decision(decision())
    assert grown(before) == {"decisions"}


# Keeping


def test_a_copy_holds_everything_and_can_be_restored_beside_an_open_store(store: Store, tmp_path: Path) -> None:
    url = store_url(store)
    publish(store, [call(n) for n in range(1, 4)])
    publish(store, [call(1, title="Other"), call(2), call(3)], NEXT)
    store.save_profile(profile(), 0)
    note = store.add_decision(decision(note="kept"))
    said = store.backup(tmp_path / "copies" / "monday.db")
    assert "3 calls, 1 decisions and 1 versions of priorities" in said
    before = (store.calls(), store.changes(), store.runs(), store.profiles("ruhr"), list(store.raws()))
    publish(store, [call(4)], THIRD)
    later = store.add_decision(decision(note="after the copy"))
    counters = [store.revision(name) for name in ("calls", "profile", "decisions", "runs")]
    said = Store.restore(url, tmp_path / "copies" / "monday.db")
    assert "What was there before is kept as" in said
    assert (store.calls(), store.changes(), store.runs(), store.profiles("ruhr"), list(store.raws())) == before
    assert store.decisions() == [note]
    assert store.verify() == []
    grown = [store.revision(name) for name in ("calls", "profile", "decisions", "runs")]
    assert all(new > old for new, old in zip(grown, counters, strict=True))
    assert store.add_decision(decision()).id not in (None, note.id)
    kept = Path(said.rsplit(" kept as ", 1)[1].rstrip("."))
    with Store(f"sqlite:///{kept}") as former:
        assert former.decisions() == [note, later]


def test_a_copy_moves_to_another_kind_of_database(postgres_database: str, tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'office.db'}") as office:
        publish(office, [call(1)])
        office.add_decision(decision())
        office.backup(tmp_path / "copy.db")
        Store.restore(postgres_database, tmp_path / "copy.db")
        with Store(postgres_database) as team:
            assert (team.calls(), team.decisions()) == (office.calls(), office.decisions())
            assert publish(team, [call(1), call(2)], NEXT).same == 1


def test_no_restore_while_a_pull_is_running(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "copy.db")
    store.add_decision(decision())
    with store.pull_lock(), pytest.raises(BusyError):
        Store.restore(store_url(store), tmp_path / "copy.db")
    assert len(store.decisions()) == 1


def test_one_pull_at_a_time(store: Store) -> None:
    with Store(store_url(store)) as other:
        with store.pull_lock():
            assert store.health()["pulling"] is True
            with pytest.raises(BusyError, match="Another pull is running") as caught, other.pull_lock():
                pytest.fail("two pulls at once")
            assert caught.value.exit_code == 6
        with other.pull_lock():
            assert store.health()["pulling"] is True
        assert store.health()["pulling"] is False


def test_health_says_what_is_there_and_changes_nothing(store: Store) -> None:
    publish(store, [call(1)])
    counted = store.revision("calls")
    health = store.health()
    assert (health["readable"], health["writable"], health["problem"]) == (True, True, None)
    assert health["schema"] == migrations.HEAD
    assert (health["scope"], health["calls"], health["runs_open"]) == ("live", 1, 0)
    assert health["published"] == NOW.isoformat()
    assert health["bytes"] > 10_000
    assert "password" not in str(health)
    assert store.revision("calls") == counted


def test_a_reader_sees_one_moment(store: Store) -> None:
    publish(store, [call(1), call(2)])
    with store._read() as connection:
        before = connection.execute(select(CALL.c.reference)).all()
        publish(store, [call(1), call(2), call(3)], NEXT)
        assert connection.execute(select(CALL.c.reference)).all() == before
        assert len(connection.execute(select(LIFE.c.reference)).all()) == 2
    assert len(store.calls()) == 3


def test_the_package_can_be_imported_again_as_streamlit_does(database_url: str) -> None:
    kept = {name: module for name, module in sys.modules.items() if name.startswith("matcher.store")}
    try:
        for name in kept:
            del sys.modules[name]
        again = importlib.import_module("matcher.store")
        assert again.Store is not Store
        with again.Store(database_url) as store:
            assert store.calls() == []
    finally:
        for name in [name for name in sys.modules if name.startswith("matcher.store")]:
            del sys.modules[name]
        sys.modules.update(kept)
        sys.modules["matcher"].store = kept["matcher.store"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://a:secret@b/c", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true"]
)
def test_a_wrong_address_is_named_without_its_password(url: str) -> None:
    with pytest.raises((InputError, StoreError)) as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_said_so_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        Store("postgres://anna:secret@127.0.0.1:1/matcher")
    assert "secret" not in f"{caught.value}"


def store_url(store: Store) -> str:
    url: str = store._engine.url.render_as_string(hide_password=False)
    return url


def test_long_texts_survive(store: Store) -> None:
    text = "Wörter – und «Zeichen» 𝔘 " * 8_000
    publish(store, [call(1, sections=[Section(kind="scope", text=text)], html=text)])
    back = store.call("00001TOPICSen")
    assert back is not None
    assert (back.text, back.html) == (text, text)
