"""The whole list of the portal: nothing missed, nothing foreign, whatever the service does with its pages."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import GuardError, MatcherError, SourceError
from matcher.sources import portal as source
from matcher.sources._http import Connection, Limits
from matcher.sources._page import Asked, Page, UnreadableError, check_obedience, envelope, key_of, values
from tests import fake_portal as fake
from tests.fake_portal import FakePortal, Record, cascade, copies, external, ghost, news, snapshot, topic

LIMITS = Limits(connect=0.5, read=2, request=5, pull=30)
TOPICS = [topic(n) for n in range(250)]
SMALL = [*TOPICS[:12], cascade(1), cascade(2), external(1)]
NOISE = [ghost(1), ghost(2), news(3), *copies(topic(400), "de", "fr"), topic(401, status=["31094503"])]


def connect(portal: FakePortal, limits: Limits = LIMITS) -> Connection:
    return Connection(portal.address, limits=limits, allow_loopback=True, sleep=lambda seconds: None)


def read(portal: FakePortal, limits: Limits = LIMITS) -> list[Page]:
    with connect(portal, limits) as connection:
        return list(source.records(connection))


def references(pages: list[Page]) -> set[str]:
    return {str(record["reference"]) for page in pages for record in page.records}


def wanted(records: list[Record]) -> set[str]:
    return {record["reference"] for record in records}


def notes(pages: list[Page]) -> list[str]:
    return [note.text for page in pages for note in page.notes]


def topics(*pages: int) -> Callable[[fake.Request], bool]:
    """Requests for full pages of topics with one of these numbers; any number if none is given."""
    return lambda r: r.types == {"1"} and r.size > 1 and (not pages or r.page in pages)


def test_one_query_a_kind_with_its_own_sort() -> None:
    with FakePortal([*snapshot(), *NOISE]) as portal:
        pages = read(portal)
    assert references(pages) == wanted(snapshot())
    assert {page.query: page.total for page in pages} == {"topic": 421, "cascade": 40, "external": 5}
    asked = [(r.types, (r.parts or {}).get("sort"), r.page) for r in portal.requests if r.size == 100]
    sort = {"1": "identifier", "8": "callccm2Id", "2": "callIdentifier"}
    assert asked == [
        ({kind}, {"field": sort[kind], "order": "ASC"}, number)
        for kind, count in (("1", 5), ("8", 1), ("2", 1))
        for scan in (1, 2)
        for number in range(1, count + 1)
    ]
    assert all(r.parts and r.parts["languages"] == ["en"] for r in portal.requests)
    assert notes(pages) == []
    assert {page.api_version for page in pages} == {"2.155"}


def test_the_second_reading_passes_on_only_what_is_new_or_differs() -> None:
    late, changed = topic(500), topic(3, title=["Heat networks 3, corrected"])

    def nightly(exchange: fake.Exchange) -> None:
        if exchange.number == 4:
            exchange.portal.records = [changed if r["reference"] == changed["reference"] else r for r in TOPICS[:11]]
            exchange.portal.records.append(late)

    with FakePortal(TOPICS[:12], nightly) as portal:
        pages = read(portal)
    assert [r["reference"] for page in pages if page.scan == 1 for r in page.records] == sorted(wanted(TOPICS[:12]))
    second = [r for page in pages if page.scan == 2 for r in page.records]
    assert {r["reference"]: r["metadata"]["title"] for r in second} == {
        late["reference"]: late["metadata"]["title"],
        changed["reference"]: ["Heat networks 3, corrected"],
    }


def test_progress_counts_rows_and_never_falls() -> None:
    told: list[tuple[int, int | None, str]] = []
    with FakePortal([*TOPICS, cascade(1)]) as portal, connect(portal) as connection:
        reading = source.records(connection, lambda *step: told.append(step))
        pages = list(reading)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert all(expected is not None and done <= expected for done, expected, _ in told)
    assert told[0] == (100, 500, "Topics: page 1 of 3, reading 1")
    assert told[-1][0] == told[-1][1] == sum(page.rows for page in pages) == 502
    assert reading.requests == len(portal.requests) == 15


IGNORED: dict[str, tuple[fake.Fault, str]] = {
    "everything": (fake.filters_ignored, "record "),
    "on the second page only": (fake.when(topics(2), fake.filters_ignored), "record "),
    "without a sort only": (
        fake.when(lambda r: "sort" not in (r.parts or {}), fake.changed(lambda a: a.update(totalResults=541_009))),
        "it reports 541,009 results",
    ),
    "total": (
        fake.when(topics(3), fake.changed(lambda a: a.update(totalResults=10_000))),
        "it reports 10,000 results",
    ),
    "type": (fake.when(topics(2), fake.changed(lambda a: a["results"].append(news(1)))), "is of type 6"),
    "kind": (fake.when(topics(2), fake.changed(lambda a: a["results"].append(cascade(1)))), "is of type 8"),
    "status": (
        fake.when(topics(2), fake.changed(lambda a: a["results"].append(topic(999, status=["31094503"])))),
        "has status 31094503",
    ),
    "language": (
        fake.when(topics(2), fake.changed(lambda a: a["results"].append(copies(topic(999), "sv")[0]))),
        "is in language sv",
    ),
    "many unknown states": (
        fake.when(topics(2), fake.changed(lambda a: [r["metadata"].update(status=["1"]) for r in a["results"][:6]])),
        "6 of 100 records have a status code that is not known",
    ),
}


@pytest.mark.parametrize("name", IGNORED)
def test_an_ignored_filter_is_noticed_on_every_page(name: str) -> None:
    fault, words = IGNORED[name]
    with FakePortal([*NOISE, *TOPICS], fault) as portal, pytest.raises(GuardError) as caught:
        read(portal)
    assert "The service ignored our filter" in str(caught.value)
    assert words in str(caught.value)
    assert "the last list stays" in str(caught.value)
    assert caught.value.exit_code == 4


def test_one_unknown_status_is_kept_and_told() -> None:
    odd = fake.when(topics(1), fake.changed(lambda a: a["results"][0]["metadata"].update(status=["99999998"])))
    with FakePortal(SMALL, odd) as portal:
        pages = read(portal)
    assert references(pages) == wanted(SMALL)
    assert "50000000TOPICSen has a status nobody knows; it is shown as unknown." in notes(pages)


def test_a_field_that_is_missing_proves_nothing() -> None:
    bare: list[Record] = [{"reference": "1TOPICSen"}, {"metadata": None, "type": ["1"]}, {"metadata": []}, {}]
    assert check_obedience(bare, Asked(frozenset({"1"}))) == []


def test_fields_without_metadata_around_them_are_checked_too() -> None:
    with pytest.raises(GuardError, match="is of type 6"):
        check_obedience([{"reference": "1", "type": ["6"]}], Asked(frozenset({"1"})))


MENDED: dict[str, fake.Fault] = {
    "empty page": fake.empty_page,
    "repeated page": fake.page_again(1),
    "nothing found": fake.nothing_found,
    "other total": fake.changed(lambda a: a.update(totalResults=a["totalResults"] + 3)),
    "reset": fake.reset,
    "html": fake.body(b"<html></html>"),
    "short page": fake.changed(lambda a: a.update(results=a["results"][:60])),
}


@pytest.mark.parametrize("name", MENDED)
@pytest.mark.parametrize("number", [1, 4, 7])
def test_one_bad_answer_anywhere_costs_no_record(name: str, number: int) -> None:
    with FakePortal(TOPICS, {number: MENDED[name]}) as portal:
        assert references(read(portal)) == wanted(TOPICS)


def test_a_page_without_news_is_asked_for_once_more_only() -> None:
    with FakePortal(TOPICS) as portal:
        read(portal)
        usual = len(portal.requests)
    with FakePortal(TOPICS, {4: fake.empty_page}) as portal:
        assert references(read(portal)) == wanted(TOPICS)
    assert len(portal.requests) == usual + 1
    assert [r.page for r in portal.requests[2:6]] == [1, 2, 2, 3]


REFUSED: dict[str, tuple[fake.Fault, str]] = {
    "second page always empty": (fake.when(topics(2), fake.empty_page), "an empty page or the same page again"),
    "always the first page": (fake.when(topics(), fake.page_again(1)), "only 100 of 250 topics"),
    "second page always the first": (fake.when(topics(2), fake.page_again(1)), "only 100 of 250 topics"),
    "half of each page": (
        fake.when(topics(), fake.changed(lambda a: a.update(results=a["results"][:50]))),
        "The list came incomplete: 150 of 250 topics after",
    ),
    "all pages empty": (fake.when(topics(), fake.empty_page), "only 0 of 250 topics"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_that_stays_incomplete_is_refused(name: str) -> None:
    fault, words = REFUSED[name]
    with FakePortal(TOPICS, fault) as portal, pytest.raises(GuardError) as caught:
        read(portal, LIMITS._replace(requests=200))
    assert words in str(caught.value)
    assert "the last list stays" in str(caught.value)
    assert len(portal.requests) < 60


@pytest.mark.parametrize("most", [50, 20])
def test_a_lower_page_size_than_asked(most: int) -> None:
    with FakePortal(TOPICS) as portal:
        portal.most = most
        assert references(read(portal, LIMITS._replace(requests=100))) == wanted(TOPICS)


def test_a_page_size_lowered_on_the_way() -> None:
    def lower(exchange: fake.Exchange) -> None:
        if exchange.number == 4:
            exchange.portal.most = 50

    with FakePortal(TOPICS, lower) as portal:
        assert references(read(portal)) == wanted(TOPICS)


def test_a_total_that_moves_all_the_time() -> None:
    moving = fake.when(topics(), lambda e: e.answer.update(totalResults=250 - e.number % 2))
    with FakePortal(TOPICS, moving) as portal:
        pages = read(portal)
    assert references(pages) == wanted(TOPICS)


def test_a_record_that_closes_during_the_reading_is_no_hole() -> None:
    def closes(exchange: fake.Exchange) -> None:
        if exchange.number == 4:
            exchange.portal.records = TOPICS[1:]

    with FakePortal(TOPICS, closes) as portal:
        pages = read(portal)
    assert references(pages) == wanted(TOPICS)


def test_a_sort_that_drops_records_is_made_up_for() -> None:
    lacking = [topic(n, identifier=[]) for n in range(600, 640)]
    with FakePortal([*TOPICS[:60], *lacking]) as portal:
        pages = read(portal)
    assert references(pages) == wanted([*TOPICS[:60], *lacking])


def test_tied_sort_keys_lose_no_record() -> None:
    chance = random.Random(7)
    days = [f"2026-{month:02d}-{day:02d}T00:00:00.000+0000" for month in (9, 10, 11) for day in range(1, 9)]
    records = [topic(n, startDate=[chance.choice(days)]) for n in range(350)]
    missed = 0
    for seed in range(5):
        with FakePortal(records, seed=seed) as portal:
            portal.sort_by = "startDate"
            pages = read(portal)
        missed += len(wanted(records)) - len(references(pages))
        first = [page for page in pages if page.scan == 1]
        assert len(references(first)) < 350, "the ties of this test must cost the first reading something"
    assert missed == 0


def test_no_open_topic_at_all_cannot_be() -> None:
    with FakePortal([cascade(1)]) as portal, pytest.raises(SourceError, match="no open topic at all") as caught:
        read(portal)
    assert len(portal.requests) == 3
    assert "The last list stays." in str(caught.value)


def test_no_external_call_is_asked_for_again_and_then_believed() -> None:
    with FakePortal(TOPICS[:3]) as portal:
        pages = read(portal)
    assert [(p.query, p.total) for p in pages if p.query != "topic"] == [("cascade", 0), ("external", 0)]
    assert sum(r.types == {"2"} for r in portal.requests) == 3


def test_a_data_source_filter_that_finds_nothing_is_left_out() -> None:
    renamed = [topic(n, DATASOURCE=["SEDIA_2"]) for n in range(3)]
    with FakePortal(renamed) as portal:
        pages = read(portal)
    assert references(pages) == wanted(renamed)
    assert "Topics: read without the filter for the data source." in notes(pages)


def test_ghosts_that_were_not_asked_for_are_told() -> None:
    haunted = fake.when(topics(), fake.changed(lambda a: a["results"].append(ghost(1))))
    with FakePortal(TOPICS[:5], haunted) as portal:
        assert "1 records of an abandoned loader came although we asked for none." in notes(read(portal))


def test_requests_run_out_before_the_second_reading() -> None:
    with FakePortal(TOPICS) as portal:
        pages = read(portal, LIMITS._replace(requests=14))
    assert references(pages) == wanted(TOPICS)
    few = LIMITS._replace(requests=6)
    with FakePortal(TOPICS) as portal, pytest.raises(SourceError, match="stopped after 6 requests"):
        read(portal, few)


def test_results_that_are_no_objects_stay_in_the_count() -> None:
    page = envelope({"results": [None, 1, "x", [], {"reference": "1"}], "totalResults": 5}, "topic", 1)
    assert page.rows == len(page.records) == 5
    assert [key_of(record) for record in page.records] == [None, None, None, None, "1"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ENVELOPE = st.dictionaries(
    st.sampled_from(["results", "totalResults", "pageSize", "apiVersion", "pageNumber"]), JSON, max_size=5
)
RECORD = st.dictionaries(
    st.sampled_from(["metadata", "reference", "type", "status", "language", "x"]),
    JSON | st.dictionaries(st.sampled_from(["type", "status", "language", "REFERENCE"]), JSON, max_size=4),
    max_size=5,
)


@given(ENVELOPE)
def test_any_envelope_is_a_page_or_unreadable(answer: dict[str, Any]) -> None:
    try:
        page = envelope(answer, "topic", 1)
    except UnreadableError:
        assert (
            not isinstance(answer.get("results"), list)
            or not isinstance(answer.get("totalResults"), int | bool)
            or (isinstance(answer["totalResults"], bool) or answer["totalResults"] < 0)
        )
    else:
        assert page.rows == len(page.records) == len(answer["results"])
        assert page.size > 0


@given(st.lists(RECORD, max_size=4))
def test_any_record_obeys_or_not(records: list[Record]) -> None:
    try:
        check_obedience(records, Asked(frozenset({"1"})))
    except GuardError as fault:
        assert str(fault).isascii()
    for record in records:
        assert all(isinstance(value, str) and value for value in values(record, "type"))


def test_the_small_question_of_the_doctor() -> None:
    with FakePortal(SMALL) as portal, connect(portal) as connection:
        probe = source.probe(connection)
    assert probe.faults == []
    assert (probe.rows, probe.total, probe.api_version) == (5, 12, "2.155")
    assert {"results", "totalResults", "apiVersion"} <= set(probe.envelope)
    assert probe.date is not None
    assert probe.date.tzinfo is not None
    assert "apiKey" not in json.dumps(probe.sent)
    assert len(portal.requests) == 1
    with FakePortal([*SMALL, *NOISE], fake.filters_ignored) as portal, connect(portal) as connection:
        assert any("ignored our filter" in fault for fault in source.probe(connection).faults)
    with FakePortal([]) as portal, connect(portal) as connection:
        assert source.probe(connection).faults == ["The service reports no open topic at all."]
    with FakePortal([], fake.status(503)) as portal, connect(portal) as connection, pytest.raises(MatcherError):
        source.probe(connection)


def test_the_fake_service_answers_wrong_requests_as_the_real_one_does() -> None:
    query = {"bool": {"must": [{"terms": {"type": ["1"]}}]}}
    with FakePortal([*TOPICS, *NOISE]) as portal:
        url = portal.address + "?apiKey=SEDIA&text=***&pageSize=500&pageNumber=1"
        everything = len(TOPICS) + len(NOISE)
        assert requests.post(url, json={"query": query}, timeout=5).json()["totalResults"] == everything
        assert requests.post(url, data={"query": json.dumps(query)}, timeout=5).json()["totalResults"] == everything
        assert len(requests.post(url, json={}, timeout=5).json()["results"]) == 100
        typed = {"query": ("blob", json.dumps(query), "application/json")}
        assert requests.post(url, files=typed, timeout=5).json()["totalResults"] == 255
        plain = requests.post(url, files={"query": (None, json.dumps(query))}, timeout=5)
        assert (plain.status_code, plain.json()["type"]) == (500, "throwable")
        assert requests.get(url, timeout=5).status_code == 405
        assert requests.post(portal.address + "?apiKey=SEDIA", files=typed, timeout=5).status_code == 400
        wild = {"query": ("blob", json.dumps({"wildcard": {"title": "*"}}), "application/json")}
        answer = requests.post(url, files=wild, timeout=5)
        assert (answer.status_code, answer.json()["message"]) == (400, "Invalid Query format")
        orders = {
            str([r["reference"] for r in requests.post(url, files=typed, timeout=5).json()["results"]]) for _ in "ab"
        }
        assert len(orders) == 2
