"""One connection against a service that misbehaves in every way seen, with short limits and no waiting."""

import itertools
import json
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError, SourceError
from matcher.sources._faults import check_address, wait_of
from matcher.sources._http import Connection, Limits
from matcher.sources._page import UnreadableError, decode, envelope
from matcher.sources._query import KINDS, request
from tests import fake_portal as fake
from tests.fake_portal import FakePortal, Fault, topic

SHORT = Limits(connect=0.5, read=0.5, request=0.3, pull=30)
LONG = Limits(connect=0.5, read=2, request=5, pull=30)


class Clock:
    """Time that passes only when someone sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def __call__(self) -> float:
        return sum(self.slept)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def connect(portal: FakePortal, clock: Clock, limits: Limits = LONG) -> Connection:
    return Connection(
        portal.address,
        "office@example.org",
        limits,
        allow_loopback=True,
        sleep=clock.sleep,
        clock=clock,
        chance=lambda: 0.5,
    )


def ask(connection: Connection) -> dict[str, Any]:
    parts, params = request(KINDS[0], 1, True, 5, True)
    with connection:
        return connection.post(parts, params, check=lambda body: envelope(body, "", 1)).body


def test_the_request_is_what_the_service_understands(clock: Clock) -> None:
    with FakePortal([topic(1)]) as portal:
        answer = ask(connect(portal, clock))
    (sent,) = portal.requests
    assert answer["totalResults"] == 1
    assert sent.params == {"apiKey": "SEDIA", "text": "***", "pageSize": "5", "pageNumber": "1"}
    assert sent.parts == {
        "query": {
            "bool": {
                "must": [
                    {"terms": {"type": ["1"]}},
                    {"terms": {"status": ["31094501", "31094502"]}},
                    {"terms": {"DATASOURCE": ["SEDIA"]}},
                ]
            }
        },
        "languages": ["en"],
        "sort": {"field": "identifier", "order": "ASC"},
    }
    assert sent.headers["user-agent"].startswith("eu-funding-matcher/")
    assert sent.headers["user-agent"].endswith("(+office@example.org)")
    assert sent.headers["accept"] == "application/json"
    assert "authorization" not in sent.headers


def test_a_contact_cannot_add_a_header(clock: Clock) -> None:
    with FakePortal([topic(1)]) as portal:
        connection = Connection(portal.address, "a\r\nX-Evil: 1 (ü)", LONG, allow_loopback=True)
        ask(connection)
    assert "x-evil" not in portal.requests[0].headers


TRANSIENT: dict[str, tuple[Fault, str]] = {
    "reset": (fake.reset, "cannot be reached or closed the connection"),
    "reset in the body": (fake.reset_in_body, "broke off in the middle"),
    "short body": (fake.short_body, "broke off in the middle"),
    "broken chunk": (fake.broken_chunk, "broke off in the middle"),
    "cut body": (fake.cut_body, "not complete JSON"),
    "not gzip": (fake.not_gzip, "broke off in the middle"),
    "429": (fake.status(429), "is busy (HTTP 429)"),
    "500": (fake.status(500), "has a fault (HTTP 500)"),
    "502": (fake.status(502), "has a fault (HTTP 502)"),
    "503": (fake.status(503), "is busy (HTTP 503)"),
    "504": (fake.status(504), "has a fault (HTTP 504)"),
    "503 nonsense": (fake.status(503, Retry_After="soon"), "is busy"),
    "503 negative": (fake.status(503, Retry_After="-5"), "is busy"),
    "503 past": (fake.status(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), "is busy"),
    "html": (fake.body(b"<html><p>Maintenance</p></html>", "text/html"), "a web page"),
    "text": (fake.body(b"We are back soon"), "not complete JSON"),
    "empty": (fake.body(b""), "empty"),
    "blank": (fake.body(b" \n"), "empty"),
    "null": (fake.body(b"null"), "not an object"),
    "list": (fake.body(b"[]"), "not an object"),
    "string": (fake.body(b'"maintenance"'), "not an object"),
    "number": (fake.body(b"7"), "not an object"),
    "no results": (fake.body(b"{}"), "no list of results"),
    "results are a text": (fake.body(b'{"results":"none","totalResults":0}'), "no list of results"),
    "error object": (fake.body(b'{"type":"throwable"}'), "no list of results"),
    "no total": (fake.body(b'{"results":[]}'), "how many results"),
    "true total": (fake.body(b'{"results":[],"totalResults":true}'), "how many results"),
    "utf-16": (fake.encoded("utf-16"), "not valid UTF-8"),
    "latin-1": (fake.body('{"results":["Förderung"]}'.encode("latin-1")), "not valid UTF-8"),
    "NaN": (fake.body(b'{"results":[],"totalResults":NaN}'), "not complete JSON"),
    "infinite": (fake.body(b'{"results":[{"weight":1e400}],"totalResults":1}'), "not complete JSON"),
    "huge number": (fake.body(b'{"results":[],"totalResults":' + b"9" * 5000 + b"}"), "not complete JSON"),
    "deep": (fake.body(b'{"results":' + b"[" * 1500 + b"]" * 1500 + b"}"), "nested more than 50"),
    "deep and cut": (fake.body(b'{"a":' * 100_000), "nested more than 50"),
}


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_fault_is_tried_again_and_then_told_in_a_sentence(name: str, clock: Clock) -> None:
    fault, words = TRANSIENT[name]
    with FakePortal([topic(1)], fault) as portal, pytest.raises(SourceError) as caught:
        ask(connect(portal, clock))
    told = str(caught.value)
    assert words in told
    assert "(4 tries to reach 127.0.0.1.) The last list stays. Try again in an hour" in told
    assert caught.value.exit_code == 3
    assert len(portal.requests) == 4
    assert clock.slept == [2, 4, 8]
    assert "apiKey" not in told
    assert "SEDIA" not in told
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_fault_that_passes_leaves_no_trace(name: str, clock: Clock) -> None:
    with FakePortal([topic(1)], {1: TRANSIENT[name][0]}) as portal:
        assert ask(connect(portal, clock))["totalResults"] == 1
    assert len(portal.requests) == 2


def test_pauses_differ_by_half(clock: Clock) -> None:
    chances = itertools.cycle([0.0, 1.0])
    with FakePortal([topic(1)], fake.reset) as portal, pytest.raises(SourceError):
        ask(
            Connection(
                portal.address,
                limits=LONG,
                allow_loopback=True,
                sleep=clock.sleep,
                clock=clock,
                chance=lambda: next(chances),
            )
        )
    assert clock.slept == [1, 6, 4]


FINAL: dict[str, tuple[Fault, str]] = {
    **{str(code): (fake.status(code), f"refused the request (HTTP {code})") for code in (400, 401, 403, 404, 405)},
    "302": (fake.status(302, Location="https://evil.example/x?apiKey=1"), "wants to send us to evil.example;"),
    "307": (fake.status(307, Location="http://127.0.0.1:1/"), "wants to send us to 127.0.0.1;"),
    "nowhere": (fake.status(301), "an unknown address"),
    "broken target": (fake.status(301, Location="https://[broken"), "an unknown address"),
    "a day": (fake.status(503, Retry_After="86400"), "asked us to come back at "),
    "for ever": (fake.status(429, Retry_After="999999999999999"), "asked us to come back in "),
    "a date": (fake.status(429, Retry_After="Fri, 31 Dec 2999 23:59:59 GMT"), "come back at 31.12.2999 23:59 UTC"),
    "3 GB": (fake.endless, "larger than 20 MB"),
    "bomb": (fake.gzip_bomb(60), "larger than 20 MB"),
}


@pytest.mark.parametrize("name", FINAL)
def test_a_fault_that_no_second_try_can_mend_ends_at_once(name: str, clock: Clock) -> None:
    fault, words = FINAL[name]
    with FakePortal([topic(1)], fault) as portal, pytest.raises(SourceError) as caught:
        ask(connect(portal, clock))
    assert words in str(caught.value)
    assert "The last list stays." in str(caught.value)
    assert caught.value.exit_code == 3
    assert len(portal.requests) == 1
    assert clock.slept == []


def test_redirects_are_not_followed(clock: Clock) -> None:
    with FakePortal([topic(1)]) as other:
        with FakePortal([topic(1)], fake.status(302, Location=other.address)) as portal, pytest.raises(SourceError):
            ask(connect(portal, clock))
        assert other.requests == []


def test_a_wait_within_limits_is_obeyed_until_they_are_used_up(clock: Clock) -> None:
    faults = [fake.status(429, Retry_After="120"), fake.status(503, Retry_After="120"), None]
    with FakePortal([topic(1)], faults) as portal:
        assert ask(connect(portal, clock, LONG._replace(pull=900)))["totalResults"] == 1
    assert clock.slept == [120, 120]
    again = Clock()
    with FakePortal([topic(1)], fake.status(429, Retry_After="120")) as portal, pytest.raises(SourceError) as caught:
        ask(connect(portal, again, LONG._replace(pull=900)))
    assert again.slept == [120, 120]
    assert "asked us to come back at" in str(caught.value)


@given(st.one_of(st.text(max_size=20), st.integers().map(str), st.datetimes().map(str), st.none()))
def test_any_retry_after_is_read_or_ignored(header: str | None) -> None:
    seconds = wait_of(header, datetime(2026, 11, 23, tzinfo=UTC))
    assert seconds is None or seconds >= 0


def test_a_retry_date_is_measured_by_the_clock_of_the_server() -> None:
    server = datetime(2031, 1, 1, 12, 0, tzinfo=UTC)
    assert wait_of(format_datetime(server + timedelta(seconds=90), usegmt=True), server) == 90
    assert wait_of(format_datetime(server + timedelta(seconds=90), usegmt=True), None) is None


DRIPS: dict[str, tuple[Fault, str]] = {
    "silent": (fake.silent, "took longer than 0.3 seconds"),
    "headers": (fake.drip_headers, "took longer than 0.3 seconds"),
    "body": (fake.drip_body, "took longer than 0.3 seconds"),
    "no end": (fake.drip_unlimited, "took longer than 0.3 seconds"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_a_slow_server_is_cut_off_from_outside(name: str, clock: Clock) -> None:
    fault, words = DRIPS[name]
    limits = SHORT._replace(read=10, tries=2)
    with FakePortal([topic(1)], fault) as portal, pytest.raises(SourceError) as caught:
        ask(connect(portal, clock, limits))
    assert words in str(caught.value)
    assert len(portal.requests) <= limits.tries
    assert clock.slept, "tried a second time after a pause"
    assert not [t for t in threading.enumerate() if isinstance(t, threading.Timer)]


def test_a_silent_server_is_left_by_the_read_limit_too(clock: Clock) -> None:
    limits = SHORT._replace(read=0.1, request=10, tries=1)
    with FakePortal([topic(1)], fake.silent) as portal, pytest.raises(SourceError, match=r"sent nothing for 0\.1 s"):
        ask(connect(portal, clock, limits))


def test_the_connection_works_after_it_was_cut(clock: Clock) -> None:
    with FakePortal([topic(1)], {1: fake.drip_body, 3: fake.drip_headers}) as portal:
        connection = connect(portal, clock, SHORT)
        parts, params = request(KINDS[0], 1, True, 5, True)
        with connection:
            for _ in range(3):
                assert connection.post(parts, params).body["totalResults"] == 1
    assert len(portal.requests) == 5


def test_the_whole_pull_has_a_limit() -> None:
    ticks = itertools.count(0, 100)
    with FakePortal([topic(1)]) as portal:
        parts, params = request(KINDS[0], 1, True, 5, True)
        with (
            Connection(portal.address, allow_loopback=True, clock=lambda: float(next(ticks))) as connection,
            pytest.raises(SourceError, match="took longer than 15 minutes and was stopped"),
        ):
            for _ in range(60):
                connection.post(parts, params)
    assert 1 < len(portal.requests) < 10


def test_the_limit_of_the_pull_cuts_a_request_too() -> None:
    limits = Limits(read=10, request=120, pull=0.3)
    with (
        FakePortal([topic(1)], fake.drip_body) as portal,
        pytest.raises(SourceError, match=r"longer than"),
    ):
        ask(Connection(portal.address, limits=limits, allow_loopback=True))
    assert len(portal.requests) == 1


def test_a_pull_asks_at_most_so_often(clock: Clock) -> None:
    with FakePortal([topic(1)]) as portal:
        parts, params = request(KINDS[0], 1, True, 5, True)
        connection = connect(portal, clock, LONG._replace(requests=3))
        with connection, pytest.raises(SourceError, match="stopped after 3 requests"):
            for _ in range(9):
                connection.post(parts, params)
    assert len(portal.requests) == 3


def test_a_second_passes_between_requests_to_a_real_host_and_none_on_loopback(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakePortal([topic(1)]) as portal:
        parts, params = request(KINDS[0], 1, True, 5, True)
        with connect(portal, clock) as connection:
            connection.post(parts, params)
            connection.post(parts, params)
            assert clock.slept == []
        monkeypatch.setattr("matcher.sources._http.is_loopback", lambda host: False)
        with connect(portal, clock) as connection:
            connection.post(parts, params)
            connection.post(parts, params)
            assert clock.slept == [1]


def test_large_answers_take_little_memory(clock: Clock) -> None:
    for fault in (fake.gzip_bomb(500), fake.endless):
        with FakePortal([topic(1)], fault) as portal:
            tracemalloc.start()
            with pytest.raises(SourceError, match="larger than 20 MB"):
                ask(connect(portal, clock))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 60_000_000


def test_nobody_there(clock: Clock) -> None:
    with FakePortal([]) as portal:
        address = portal.address
    connection = Connection(address, limits=LONG, allow_loopback=True, sleep=clock.sleep)
    with pytest.raises(SourceError, match=r"127.0.0.1 cannot be reached .*4 tries.* The last list stays"):
        ask(connection)
    assert len(clock.slept) == 3


def test_no_secure_connection(clock: Clock) -> None:
    with FakePortal([]) as portal:
        address = portal.address.replace("http://", "https://")
        connection = Connection(address, limits=LONG, allow_loopback=True, sleep=clock.sleep)
        with pytest.raises(SourceError, match="certificate was not accepted"):
            ask(connection)


def test_a_proxy_of_the_environment_is_used_and_its_password_never_told(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakePortal([topic(1)]) as portal:
        host = portal.address.split("/")[2]
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:secret-word@{host}")
        connection = Connection("https://api.tech.ec.europa.eu/x", limits=LONG, sleep=clock.sleep)
        with pytest.raises(SourceError) as caught:
            ask(connection)
    assert "The proxy did not let us through to api.tech.ec.europa.eu" in str(caught.value)
    assert "secret-word" not in str(caught.value)


def test_compressed_and_marked_answers_are_read(clock: Clock) -> None:
    record = topic(1, title=["Förderung “Wärme”"])
    faults = [fake.compressed, fake.encoded("utf-8-sig"), fake.when(lambda r: True, fake.encoded("utf-8"))]
    with FakePortal([record], faults) as portal:
        for _ in faults:
            answer = ask(connect(portal, clock))
            assert answer["results"][0]["metadata"]["title"] == ["Förderung “Wärme”"]
    assert len(portal.requests) == 3


def test_keys_that_stand_twice_are_noticed() -> None:
    body, doubled = decode(b'{"a": {"x": 1, "x": 2, "y": 1}, "results": [{"x": 1}, {"x": 2}]}')
    assert body["a"] == {"x": 2, "y": 1}
    assert doubled == ["x"]


def test_brackets_in_texts_are_no_depth() -> None:
    text = "[" * 1000 + '\\"{' + "]"
    assert decode(json.dumps({"a": text, "b": '"[['}).encode())[0]["a"] == text


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_unreadable(data: bytes) -> None:
    try:
        body, _ = decode(data)
    except UnreadableError as fault:
        assert str(fault).startswith("The answer is ")
    else:
        assert isinstance(body, dict)


def tricks() -> Iterator[str]:
    """Addresses that are not on a europa.eu host, or pretend to be, or use another scheme."""
    for host in (
        "example.org",
        "europa.eu.example.org",
        "evileuropa.eu",
        "europa.eu@example.org",
        "api.tech.ec.europa.eu@example.org",
        "user:pass@europa.eu",
        "europa.eu:444",
        "europa.eu:80",
        "europa.eu.",
        "europa.eu%2eexample.org",
        "europa.eu\\@example.org",
        "example.org\\.europa.eu",
        "example.org#.europa.eu",
        "example.org?.europa.eu",
        "europa。eu",
        "ｅｕｒｏｐａ.eu",
        "еuropa.eu",
        "EUROPA.EU",
        "europa.eu\n",
        "europa.eu\r\nHost: x",
        " europa.eu",
        "eu",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "[::]",
        "[::ffff:10.0.0.1]",
        "0.0.0.0",
        "127.0.0.1.nip.io",
        "localhost.example.org",
        "2130706433",
        "0x7f.1",
        "127.1",
        "127.0.0.999",
        "[fe80::1]",
        "metadata.google.internal",
    ):
        yield f"https://{host}/search"
    for scheme in ("http", "ftp", "file", "HTTPS", "javascript", "//"):
        yield f"{scheme}://api.tech.ec.europa.eu/search"
    yield from ("", "api.tech.ec.europa.eu", "file:///etc/passwd", "https:///x", "https://europa.eu/a b")
    yield "https://europa.eu/x?apiKey=secret"


@pytest.mark.parametrize("address", list(tricks()))
@pytest.mark.parametrize("loopback", [False, True])
def test_no_other_host_is_called(address: str, loopback: bool) -> None:
    with pytest.raises(
        InputError, match=r"is not allowed: it must begin with https:// and lie on a europa\.eu"
    ) as caught:
        check_address(address, loopback)
    assert "secret" not in str(caught.value)
    assert "pass" not in str(caught.value).replace("/passwd", "")


def test_loopback_only_where_it_was_allowed() -> None:
    for address in ("http://127.0.0.1:8000/x", "http://localhost/x", "http://[::1]:9/x", "https://127.0.0.1/x"):
        assert check_address(address, True) in ("127.0.0.1", "localhost", "::1")
        with pytest.raises(InputError):
            check_address(address, False)
    for address in ("https://api.tech.ec.europa.eu/search-api/prod/rest/search", "https://ec.europa.eu:443/"):
        assert check_address(address, False).endswith(".europa.eu")
