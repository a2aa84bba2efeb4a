"""A record that came as it is stored is not read again, and nobody can tell from what comes of it."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from matcher import desk_data, guards, harvest
from matcher.errors import BusyError, RecordError
from matcher.ledger import Run, Scope
from matcher.model import Call
from matcher.sources import _stamp, portal
from matcher.sources._page import Page, Record
from matcher.store import Store
from tests.fake_portal import cascade, external, topic

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
DAY = date(2026, 11, 23)
CALLS = [*(topic(n) for n in range(20)), *(cascade(n) for n in range(12)), external(1)]
SOURCES = Path(portal.__file__).parent


class Reader:
    """The portal's parser, counting what it reads; `version` and `change` make it another one."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.read: list[str] = []
        self.version = "1"
        self.change: dict[str, Any] = {}
        self.refuses = ""
        self._parse = portal.parse
        patch.setattr(portal, "parse", self.parse)
        patch.setattr(portal, "parser_version", lambda: self.version)

    def parse(self, record: Record) -> Call:
        call = self._parse(record)
        self.read.append(call.reference)
        if call.reference == self.refuses:
            raise RecordError("of no use any more")
        return call.model_copy(update=self.change)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store(database_url) as opened:
        yield opened


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(monkeypatch)


def pull(store: Store, records: list[Record], days: int = 0, scope: Scope = "live", **options: Any) -> Run:
    page = Page("mixed", 1, len(records), records, rows=len(records))
    return harvest.harvest(
        store, "portal", [page], scope=scope, recorded_on=None, now=NOW + timedelta(days=days),
        today=DAY + timedelta(days=days), clock=lambda: 0.0, **options,
    )  # fmt: skip


def heavier(records: list[Record]) -> list[Record]:
    """The same list as it comes the next night: the service has weighed each record anew."""
    return [{**record, "weight": 0.123 + n, "apiVersion": "2.156"} for n, record in enumerate(records)]


def kept(store: Store) -> tuple[Any, ...]:
    return (store.calls(), store.changes(), list(store.raws()), store.revision("calls"))


def test_an_unchanged_list_is_not_read_again(store: Store, reader: Reader) -> None:
    first = pull(store, CALLS)
    assert len(reader.read) == 33
    before, lives = kept(store), store.life()
    second = pull(store, heavier(CALLS), days=1)
    assert len(reader.read) == 33
    assert (second.received, second.same, second.new, second.changed, second.changes) == (33, 33, 0, 0, 0)
    told = ("kinds", "fill", "fills", "keys", "content_hash", "duplicates", "rejected")
    assert [getattr(second, name) for name in told] == [getattr(first, name) for name in told]
    seen = [call.model_copy(update={"last_seen": DAY}) for call in store.calls()]
    assert (seen, *kept(store)[1:]) == before
    assert {life.last_seen for life in store.life().values()} == {DAY + timedelta(days=1)}
    assert {life._replace(last_seen=DAY) for life in store.life().values()} == set(lives.values())


def test_only_what_differs_is_read(store: Store, reader: Reader) -> None:
    pull(store, CALLS)
    reader.read.clear()
    moved = topic(3, deadlineDate=["2027-01-26T00:00:00.000+0000"])
    run = pull(store, [*CALLS[:3], moved, *CALLS[5:], topic(90)], days=1)
    assert sorted(reader.read) == sorted([moved["reference"], topic(90)["reference"]])
    assert (run.received, run.same, run.new, run.changed, run.moved, run.not_seen) == (33, 31, 1, 1, 1, 1)
    back = pull(store, CALLS, days=2)
    assert (back.same, back.changed, back.returned) == (32, 1, 1)


def test_copies_and_two_versions_in_one_pull(store: Store, reader: Reader) -> None:
    old = topic(1, title=["Old"], esDA_IngestDate=["2026-10-04T03:30:00.000+0000"])
    new = topic(1, title=["New"], esDA_IngestDate=["2026-10-04T04:12:41.938+0200"])
    newer = topic(1, title=["Newer"], esDA_IngestDate=["2026-10-05T03:30:00.000+0000"])
    pull(store, [old])
    for answers in ([old, *heavier([old]), new], [new, old], [old, newer], [newer, old, newer]):
        run = pull(store, answers)
        assert run.received == run.stored + run.duplicates
        assert run.stored == 1
        title = store.calls()[0].title
        assert title == ("Newer" if newer in answers else "Old"), "the newer one by its time, whatever came first"


def test_another_parser_reads_everything_and_tells_no_change(store: Store, reader: Reader) -> None:
    pull(store, CALLS)
    reader.read.clear()
    reader.version, reader.change = "2", {"keywords": ["read better"]}
    run = pull(store, heavier(CALLS), days=1)
    assert len(reader.read) == 33
    assert (run.same, run.changed, run.changes) == (33, 0, 0)
    assert all(call.keywords == ["read better"] for call in store.calls())
    pull(store, CALLS, days=2)
    assert len(reader.read) == 33


def test_other_fields_to_look_at_are_another_reader(store: Store, reader: Reader, monkeypatch: Any) -> None:
    pull(store, CALLS)
    monkeypatch.setattr(guards, "FIELDS_STAMP", "other")
    pull(store, CALLS)
    assert len(reader.read) == 66


def test_reading_again_notes_the_parser(store: Store, reader: Reader) -> None:
    pull(store, CALLS)
    reader.version, reader.change = "2", {"keywords": ["read better"]}
    assert desk_data.reparse(store) == 33
    reader.read.clear()
    run = pull(store, CALLS, days=1)
    assert (reader.read, run.same, run.changes) == ([], 33, 0)
    assert run.fill["keywords"] == 1
    assert desk_data.reparse(store) == 0


def test_what_the_new_parser_cannot_read_is_refused_and_not_skipped(store: Store, reader: Reader) -> None:
    pull(store, CALLS)
    reader.version, reader.refuses = "2", CALLS[0]["reference"]
    assert desk_data.reparse(store) == 0
    run = pull(store, CALLS, days=1)
    assert (run.same, run.rejected) == (32, {"of no use any more": 1})


def test_a_call_put_in_by_other_means_is_read_again(store: Store, reader: Reader) -> None:
    pull(store, CALLS)
    reader.read.clear()
    edited = store.calls()[0].model_copy(update={"title": "Edited"})
    assert store.replace_parsed([edited]) == 1
    pull(store, CALLS, days=1)
    assert reader.read == [edited.reference]
    assert "Edited" not in {call.title for call in store.calls()}


def test_a_store_that_changes_meanwhile_is_no_base(store: Store, reader: Reader) -> None:
    pull(store, CALLS)

    def pages() -> Iterator[Page]:
        yield Page("mixed", 1, 33, CALLS, rows=33)
        store.replace_parsed([store.calls()[0].model_copy(update={"title": "Meanwhile"})])

    run = harvest.harvest(
        store, "portal", pages(), scope="live", recorded_on=None, now=NOW, today=DAY, clock=lambda: 0.0
    )
    assert (run.state, run.exit_code) == ("failed", BusyError.exit_code)
    assert store.runs(1)[0].codes[0].code == "overtaken"


def test_the_demo_is_no_base_for_the_first_live_pull(store: Store, reader: Reader) -> None:
    pull(store, CALLS, scope="demo")
    run = pull(store, CALLS, days=1)
    assert (run.state, run.new, len(reader.read)) == ("published", 33, 66)


def test_records_of_before_the_stamp_are_read_once_more(store: Store, reader: Reader, monkeypatch: Any) -> None:
    monkeypatch.delattr(portal, "parser_version")
    first = pull(store, CALLS)
    assert first.parser == ""
    monkeypatch.setattr(portal, "parser_version", lambda: "1", raising=False)
    assert pull(store, CALLS).same == 33
    assert pull(store, CALLS).same == 33
    assert len(reader.read) == 66


def test_the_stamp_covers_everything_a_call_is_read_with() -> None:
    found, left = set(), ["_parse"]
    outside: set[str] = set()
    while left:
        name = left.pop()
        found.add(name)
        for node in ast.walk(ast.parse((SOURCES / f"{name}.py").read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or node.module is None:
                outside |= {a.name.split(".")[0] for a in node.names} if isinstance(node, ast.Import) else set()
                continue
            module = node.module
            names = [a.name for a in node.names] if module == "matcher.sources" else [module.rpartition(".")[2]]
            if module.startswith("matcher.sources"):
                left += [one for one in names if one not in found]
            else:
                outside.add(module if module.startswith("matcher.") else module.split(".")[0])
    assert found == set(_stamp.READERS)
    assert {one for one in outside if one.startswith("matcher.")} <= {
        "matcher.text",
        "matcher.model",
        "matcher.errors",
    }
    assert outside & {"lxml", "nh3", "selectolax", "bs4"} <= set(_stamp.LIBRARIES)
    assert len(_stamp.parser_version()) == 16
