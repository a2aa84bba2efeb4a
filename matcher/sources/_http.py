"""One polite connection to a search service. A search changes nothing there, so its POST may be repeated.

The form of the request, sizes and times: EU Funding & Tenders Portal, as observed up to October 2026.
"""

import http.client
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

import requests
import urllib3

from matcher import __version__, log
from matcher.errors import SourceError
from matcher.sources._faults import (
    check_address,
    date_of,
    is_loopback,
    moment_of,
    span,
    what_broke,
    when,
)
from matcher.sources._page import UnreadableError, decode, plain
from matcher.sources._status import KEPT, LATER, AgainError, check_status
from matcher.sources._wire import Watchdog, WatchedAdapter

TOOL = "eu-funding-matcher"
CHUNK = 65_536


class Limits(NamedTuple):
    """Seconds, bytes and counts. `pause` between two requests holds for real hosts, not for this machine itself."""

    connect: float = 5
    read: float = 60
    request: float = 120
    pull: float = 900
    body: int = 20_000_000
    tries: int = 4
    first_pause: float = 2
    retry_after: float = 300
    requests: int = 60
    pause: float = 1


class Answer(NamedTuple):
    """`body` as decoded, `doubled` keys that stood twice in one object, `date` the clock of the server."""

    body: dict[str, Any]
    doubled: list[str]
    size: int
    date: datetime | None


class _Session(requests.Session):
    """Never looks at a redirect: a broken target would be an error of the library before it is one of ours."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class Connection:
    """One request at a time to one address. `requests` counts every try, `left` what the pull may still ask.

    `bytes`: what was read of all answers, unpacked.
    """

    def __init__(
        self,
        address: str,
        contact: str = "",
        limits: Limits = Limits(),  # noqa: B008 - an immutable tuple
        *,
        allow_loopback: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ):
        self.host = check_address(address, allow_loopback)
        self.address, self.limits = address, limits
        self.requests = self.bytes = 0
        self._sleep, self._clock, self._chance = sleep, clock, chance
        self._asked_to_wait = 0.0
        self._begun = self._last = None  # type: float | None
        self.remote = not is_loopback(self.host)
        self._watchdog = Watchdog()
        self._session = _Session()
        self._session.auth = _no_login
        reach = plain(contact, 100).replace("(", "").replace(")", "").strip()
        self._session.headers.update(
            {
                "User-Agent": f"{TOOL}/{__version__}" + (f" (+{reach})" if reach else ""),
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
            }
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, WatchedAdapter(self._watchdog))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()
        self._watchdog.close()

    @property
    def left(self) -> int:
        return self.limits.requests - self.requests

    def post(
        self,
        parts: Mapping[str, object],
        params: Mapping[str, str | int],
        check: Callable[[dict[str, Any]], object] = lambda body: None,
    ) -> Answer:
        """Send `parts` (each as JSON with its own content type) and read the whole answer.

        `check` may raise UnreadableError, which counts as a failed try like a broken connection. Raises SourceError
        with a sentence for an officer when all tries failed or another try makes no sense.
        """
        tries = self.limits.tries
        for attempt in range(1, tries + 1):
            seconds = self._start()
            try:
                answer = self._once(parts, params, seconds)
                check(answer.body)
                return answer
            except (AgainError, UnreadableError) as fault:
                if attempt == tries:
                    said = f"{fault} ({tries} tries to reach {self.host}.) {KEPT} {LATER}"
                    raise SourceError(said).coded(fault.code, **fault.values) from None
                log.event("retry", host=self.host, attempt=attempt, code=fault.code, why=str(fault))
                self._wait(attempt, fault)
            finally:
                self._last = self._clock()
        raise ValueError("limits.tries must be 1 or more")

    def _start(self) -> float:
        """Wait as manners demand; the seconds this request may take."""
        if self.left <= 0:
            raise SourceError(
                f"The pull was stopped after {self.requests} requests, more than a pull should need. {KEPT} {LATER}"
            ).coded("many_requests", requests=self.requests)
        if self.remote and self._last is not None:
            self._sleep(max(0.0, self.limits.pause - (self._clock() - self._last)))
        self._begun = self._clock() if self._begun is None else self._begun
        self.requests += 1
        return min(self.limits.request, self._time_left())

    def _time_left(self) -> float:
        left = self.limits.pull - (self._clock() - (self._begun or 0.0))
        if left <= 0:
            raise SourceError(
                f"The pull took longer than {span(self.limits.pull)} and was stopped. {KEPT} {LATER}"
            ).coded("long_pull", seconds=self.limits.pull)
        return left

    def _wait(self, attempt: int, fault: SourceError) -> None:
        pause = self.limits.first_pause * 2 ** (attempt - 1) * (0.5 + self._chance())
        if isinstance(fault, AgainError) and fault.after is not None:
            pause = fault.after
            self._asked_to_wait += pause
            if self._asked_to_wait > self.limits.retry_after:
                until = moment_of(pause, fault.at)
                raise SourceError(
                    f"{self.host} asked us to come back {when(pause, fault.at)}. {KEPT} Wait until then."
                ).coded("come_back_at" if until else "come_back", until=until, seconds=pause, **fault.values)
        if pause >= self._time_left():
            raise SourceError(f"The pull would take longer than {span(self.limits.pull)}. {KEPT} {LATER}").coded(
                "long_pull", seconds=self.limits.pull
            )
        self._sleep(pause)

    def _once(self, parts: Mapping[str, object], params: Mapping[str, str | int], seconds: float) -> Answer:
        files = {name: ("blob", json.dumps(part).encode(), "application/json") for name, part in parts.items()}
        try:
            with (
                self._watchdog.limit(seconds),
                self._session.post(
                    self.address,
                    params=dict(params),
                    files=files,
                    timeout=(self.limits.connect, self.limits.read),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                check_status(response, self.host)
                body = self._read(response.iter_content(CHUNK))
        except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as fault:
            if self._watchdog.expired:
                raise self._late(seconds) from None
            said, code, values = what_broke(fault, self.host, self.limits.connect, self.limits.read)
            raise AgainError(said).coded(code, **values) from None
        if self._watchdog.expired:
            raise self._late(seconds)
        decoded, doubled = decode(body)
        return Answer(decoded, doubled, len(body), date_of(response.headers.get("Date")))

    def _late(self, seconds: float) -> AgainError:
        said = f"The answer of {self.host} took longer than {span(seconds)}."
        return AgainError(said).coded("slow", host=self.host, seconds=seconds)

    def _read(self, chunks: Iterable[bytes]) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            self.bytes += len(chunk)
            if len(body) > self.limits.body:
                raise SourceError(
                    f"The answer of {self.host} is larger than {self.limits.body / 1e6:,.0f} MB and was not read to "
                    f"its end. {KEPT} {LATER}"
                ).coded("large", host=self.host, megabytes=self.limits.body / 1e6)
        return bytes(body)


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps the library from looking for passwords in a .netrc file; the portal asks for none."""
    return request
