"""N4: faults of the network and of the service; each pull ends in time, in a named outcome, with yesterday's list."""

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator

from matcher.errors import MatcherError
from matcher.sources._http import Limits
from matcher.store import Store
from tests import fake_portal as fake
from tests.fake_portal import FakePortal, Fault, Request, cascade, external, ghost, news, topic
from tests.torture import work
from tests.torture.databases import Databases
from tests.torture.programs import Program
from tests.torture.report import Clock, Row, Say

LIMITS = Limits(connect=1, read=2, request=2, pull=8, first_pause=0.2, retry_after=4)
GRACE = 5.0
CALLS = [*(topic(n) for n in range(120)), *(cascade(n) for n in range(12)), external(1)]
NAMED = {3: "failed", 4: "refused"}


def _pages_of_topics(request: Request) -> bool:
    return request.types == {"1"} and request.size > 1


def _second_page(request: Request) -> bool:
    return _pages_of_topics(request) and request.page == 2


def drip_chunks(exchange: fake.Exchange) -> None:
    """A chunked answer, a byte a chunk, for ever."""
    exchange.headers["Transfer-Encoding"] = "chunked"
    exchange.head()
    exchange.close()
    while not exchange.wait(0.02):
        exchange.write(b"1\r\n \r\n")


def headers_for_ever(exchange: fake.Exchange) -> None:
    """One header after the other, as fast as they are read."""
    exchange.close()
    exchange.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        while not exchange.portal.closing.is_set():
            exchange.handler.wfile.write(b"X-More: " + b"a" * 1000 + b"\r\n")


def long_header(exchange: fake.Exchange) -> None:
    exchange.headers["X-Long"] = "a" * 70_000


def continue_for_ever(exchange: fake.Exchange) -> None:
    exchange.close()
    while not exchange.wait(0.02):
        exchange.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def no_http(exchange: fake.Exchange) -> None:
    exchange.close()
    exchange.write(b"220 mail.example ESMTP ready\r\n")


def two_lengths(exchange: fake.Exchange) -> None:
    exchange.headers["Content-Length"] = "7"


def delayed(seconds: float) -> Fault:
    """The right answer, each time a little too late for the pull as a whole."""

    def fault(exchange: fake.Exchange) -> None:
        exchange.wait(seconds)

    return fault


FAULTS: dict[str, Fault] = {
    "never answers": fake.silent,
    "drips headers": fake.drip_headers,
    "drips the body": fake.drip_body,
    "drips after the answer": fake.drip_unlimited,
    "drips chunks": drip_chunks,
    "headers for ever": headers_for_ever,
    "a header of 70 kB": long_header,
    "100 Continue for ever": continue_for_ever,
    "every answer late": delayed(1.5),
    "resets": fake.reset,
    "resets in the body": fake.reset_in_body,
    "half of the body": fake.short_body,
    "half without length": fake.cut_body,
    "two lengths": two_lengths,
    "broken chunk": fake.broken_chunk,
    "not gzip": fake.not_gzip,
    "not HTTP": no_http,
    "429": fake.status(429),
    "429 with a wait": fake.status(429, Retry_After="2"),
    "503 for a day": fake.status(503, Retry_After="86400"),
    "503 with nonsense": fake.status(503, Retry_After="soon"),
    "500": fake.status(500),
    "403": fake.status(403),
    "404": fake.status(404),
    "302": fake.status(302, Location="https://evil.example/"),
    "a web page": fake.body(b"<html>Maintenance</html>", "text/html"),
    "null": fake.body(b"null"),
    "empty": fake.body(b""),
    "UTF-16": fake.encoded("utf-16"),
    "NaN": fake.body(b'{"results":[],"totalResults":NaN}'),
    "nested 100,000 deep": fake.body(b"[" * 100_000),
    "gzip bomb": fake.gzip_bomb(60),
    "body without end": fake.endless,
    "renamed envelope": fake.changed(lambda answer: answer.update(hits=answer.pop("results"))),
    "nothing found": fake.nothing_found,
    "filters ignored": fake.filters_ignored,
    "541,009 results": fake.changed(lambda answer: answer.update(totalResults=541_009)),
    "pages empty": fake.when(_pages_of_topics, fake.empty_page),
    "second page empty": fake.when(_second_page, fake.empty_page),
    "first page again": fake.when(_second_page, fake.page_again(1)),
    "ghosts only": fake.when(_pages_of_topics, fake.changed(lambda a: a.update(results=[*map(ghost, range(40))]))),
}


@contextlib.contextmanager
def _deaf() -> Iterator[str]:
    """An address that takes connections and reads nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/rest/search"


@contextlib.contextmanager
def _nobody() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"http://127.0.0.1:{port}/rest/search"


@contextlib.contextmanager
def _hangs_up() -> Iterator[str]:
    """An address that takes connections and closes them at once."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def serve() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError, OSError):
                    server.accept()[0].close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/rest/search"
        finally:
            over.set()
            thread.join()


@contextlib.contextmanager
def _no_tls() -> Iterator[str]:
    with FakePortal(CALLS) as portal:
        yield portal.address.replace("http://", "https://")


ADDRESSES = {"reads nothing": _deaf, "nobody there": _nobody, "hangs up": _hangs_up, "no TLS": _no_tls}


def faults(where: Databases, times: int, clock: Clock, say: Say) -> list[Row]:
    """Each fault is met by a program of its own, so that one that hangs is seen, killed and counted."""
    names = [*FAULTS, *ADDRESSES][:: max(1, round(len(FAULTS) / times))] if times < 30 else [*FAULTS, *ADDRESSES]
    worst, slow = 0.0, ""
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    manual = 0
    with where.new() as url, FakePortal([*CALLS, *(news(n) for n in range(5))]) as portal, Store(url) as store:
        work.pulled(store, portal.address)
        before = [call.reference for call in store.calls()]
        for name in names:
            if clock.over:
                break
            portal.faults = FAULTS.get(name)
            with ADDRESSES[name]() if name in ADDRESSES else contextlib.nullcontext(portal.address) as address:
                program = Program(work.pull, url, address, LIMITS)
                program.hear()
                began = time.monotonic()
                ended = program.end(LIMITS.pull + GRACE)
                took = time.monotonic() - began
                said = [text for text in program.hear_all() if isinstance(text, tuple)]
                program.close()
            state, code, message = said[-1] if said else ("hung" if not ended else "crashed", None, "")
            outcomes[state] += 1
            if took > worst:
                worst, slow = took, name
            if NAMED.get(code or 0) != state or " stays." not in message or "Traceback" in message:
                wrong.append(f"{name}: {state} {code} {message[:90]}")
            if [call.reference for call in store.calls()] != before:
                wrong.append(f"{name}: the list changed")
            portal.faults = None
            try:
                again = work.pulled(store, portal.address)
                manual += again.exit_code not in (0, 10)
            except MatcherError as fault:
                say(f"N4: after {name}: {fault}")
                manual += 1
    for line in wrong:
        say(f"N4: {line}")
    count = sum(outcomes.values())
    measured = (
        f"{count} faults: {', '.join(f'{n} {state}' for state, n in outcomes.most_common())}; slowest {worst:.1f} s "
        f"({slow}) of {LIMITS.pull + GRACE:.0f} s; {len(wrong)} wrong; {clock.elapsed:.0f} s"
    )
    return [
        Row("N4", "faults of the network", f"{min(times, 30)}: within {LIMITS.pull:.0f} s + 5 s, named, list kept",
            measured, count >= min(times, 30) and not wrong and worst <= LIMITS.pull + GRACE, where.name),
        Row("N13", "pull again after each fault of the network", "0 manual steps", f"{count} pulls, {manual} failed",
            manual == 0 < count, where.name),
    ]  # fmt: skip
