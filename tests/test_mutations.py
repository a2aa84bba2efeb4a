"""Each guard does something: with it, a fault is caught; with it switched off, the very same fault comes through.

A handful in this process, on every push; `python -m tests.torture --only guards` switches all of them off in the
source and names the test that then fails.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from matcher import changes, desk_clock, guards
from matcher.errors import BusyError, GuardError, MatcherError, SourceError
from matcher.harvest import harvest
from matcher.ledger import Run
from matcher.model import Call, Status
from matcher.sources import _http, _scan, portal
from matcher.sources._http import Connection, Limits
from matcher.sources._page import TYPES, Page
from matcher.sources._query import KINDS, request
from matcher.sources._wire import Watchdog
from matcher.store import Store, _lock, _publish, _stand
from tests import fake_portal as fake
from tests.fake_portal import FakePortal, Record, cascade, ghost, news, topic

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
DAY = date(2026, 11, 23)
CALLS = [*(topic(n) for n in range(40)), *(cascade(n) for n in range(12))]
LIMITS = Limits(connect=10, read=10, request=30, pull=60, tries=1)
SHORT = LIMITS._replace(request=0.3)
"""Only where slowness is the fault: a loaded machine is slow too."""
Patch = pytest.MonkeyPatch


@contextmanager
def store(folder: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{folder / 'matcher.db'}") as opened:
        yield opened


def recorded(store: Store, records: list[Record], scope: Any = "live", day: date = DAY) -> Run:
    kinds: dict[str, list[Record]] = {}
    for record in records:
        kinds.setdefault(record["metadata"]["type"][0], []).append(record)
    answers = [Page(TYPES[kind], 1, len(rows), rows, rows=len(rows)) for kind, rows in kinds.items()]
    return harvest(store, "portal", answers, scope=scope, recorded_on=None, now=NOW, today=day)


def live(store: Store, fault: fake.Fault | None) -> Run:
    with (
        FakePortal([*CALLS, *(news(n) for n in range(5))], fault) as service,
        Connection(service.address, limits=LIMITS, allow_loopback=True) as connection,
    ):
        return harvest(
            store, "portal", portal.records(connection), scope="live", recorded_on=None, now=NOW, today=DAY
        )  # fmt: skip


def answered(fault: fake.Fault, limits: Limits = LIMITS) -> bool:
    """Whether one request to a service with this fault got an answer."""
    parts, params = request(KINDS[0], 1, True, 5, True)

    def check(body: dict[str, Any]) -> Page:
        return _scan.envelope(body, "topic", 1)

    with (
        FakePortal(CALLS, fault) as service,
        Connection(service.address, limits=limits, allow_loopback=True) as connection,
    ):
        try:
            connection.post(parts, params, check)
        except SourceError:
            return False
    return True


# What happens: each returns whether the fault was caught


def an_ignored_filter(folder: Path) -> bool:
    with store(folder) as opened:
        return live(opened, fake.filters_ignored).state == "refused"


def half_of_every_page(folder: Path) -> bool:
    half = fake.changed(lambda answer: answer.update(results=answer["results"][:9]))
    with store(folder) as opened:
        return live(opened, fake.when(lambda r: r.types == {"1"} and r.size > 1, half)).state == "refused"


def half_a_million(folder: Path) -> bool:
    with store(folder) as opened:
        run = live(opened, fake.changed(lambda answer: answer.update(totalResults=541_009)))
        return "ignored our filter" in run.message


def a_list_that_shrank(folder: Path) -> bool:
    with store(folder) as opened:
        recorded(opened, CALLS)
        return recorded(opened, CALLS[12:]).state == "refused" and len(opened.calls()) == 52


def a_field_that_vanished(folder: Path) -> bool:
    bare = [{**r, "metadata": {k: v for k, v in r["metadata"].items() if k != "deadlineDate"}} for r in CALLS]
    with store(folder) as opened:
        recorded(opened, CALLS)
        return recorded(opened, bare).state == "refused"


def a_kind_that_vanished(folder: Path) -> bool:
    with store(folder) as opened:
        recorded(opened, [*(topic(n) for n in range(90)), *(cascade(n) for n in range(12))])
        return recorded(opened, [topic(n) for n in range(95)]).state == "refused"


def a_ghost(folder: Path) -> bool:
    with store(folder) as opened:
        recorded(opened, [*CALLS, ghost(1)])
        return len(opened.calls()) == len(CALLS)


def demo_over_live(folder: Path) -> bool:
    with store(folder) as opened:
        recorded(opened, CALLS)
        return recorded(opened, CALLS[:5], "demo").state == "refused" and opened.scope() == "live"


def an_older_state(folder: Path) -> bool:
    with store(folder) as opened:
        recorded(opened, CALLS)
        return recorded(opened, CALLS, day=DAY - timedelta(days=1)).state == "refused"


def a_large_answer(folder: Path) -> bool:
    def large(exchange: fake.Exchange) -> None:
        exchange.body = b" " * 21_000_000 + exchange.body

    return not answered(large)


def a_dripping_answer(folder: Path) -> bool:
    def slow(exchange: fake.Exchange) -> None:
        exchange.head()
        for _ in range(8):
            exchange.wait(0.1)
            exchange.write(b" ")
        exchange.write(exchange.body)
        exchange.close()

    return not answered(slow, SHORT)


def a_redirect_with_an_answer(folder: Path) -> bool:
    def redirect(exchange: fake.Exchange) -> None:
        exchange.status = 302
        exchange.headers["Location"] = "https://evil.example/"

    return not answered(redirect)


def not_a_number(folder: Path) -> bool:
    return not answered(fake.body(b'{"results":[{"weight":NaN}],"totalResults":1}'))


def bytes_that_are_no_text(folder: Path) -> bool:
    return not answered(fake.body('{"results":["Förderung"],"totalResults":1}'.encode("latin-1")))


def results_that_are_no_list(folder: Path) -> bool:
    return not answered(fake.body(b'{"results":{"0":{}},"totalResults":1}'))


def a_record_that_was_not_counted(folder: Path) -> bool:
    with store(folder) as opened:
        begun = opened.begin(Run(source="portal", scope="live", started=NOW, received=7))
        try:
            opened.publish(begun, [], [], DAY)
        except MatcherError:
            return True
        return False


def a_second_pull(folder: Path) -> bool:
    with store(folder) as opened, opened.pull_lock():
        try:
            with opened.pull_lock():
                return False
        except BusyError:
            return True


def a_second_that_wobbles(folder: Path) -> bool:
    with store(folder) as opened:
        for second in (20, 19):
            wobbling = cascade(1, deadlineDate=[f"2027-03-01T17:00:{second}.000+0000"], checksum=[f"{second}"])
            recorded(opened, [*CALLS[:20], {**wobbling, "checksum": f"{second}"}])
        at = [f"2027-03-01T{time}.000+0000" for time in ("12:00:00", "11:59:59")]
        runs = [recorded(opened, [*CALLS[:20], cascade(2, deadlineDate=[moment])]) for moment in at]
        return runs[-1].changes == 0


def the_last_day(folder: Path) -> bool:
    call = portal.parse(topic(1, deadlineDate=["2026-11-23T00:00:00.000+0000"]))
    return call.status(DAY) is Status.OPEN


def half_past_midnight(folder: Path) -> bool:
    summer, winter = (datetime(2026, 7, 9, 22, 30, tzinfo=UTC), datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    return (desk_clock.day_of(summer), desk_clock.day_of(winter)) == (date(2026, 7, 10), DAY)


# How a guard is switched off


def nothing(*arguments: object, **options: object) -> list[str]:
    return []


def passed(*arguments: object, **options: object) -> guards.Verdict:
    return guards.Verdict([], [])


def without_watchdog(patch: Patch) -> None:
    @contextmanager
    def limit(self: Watchdog, seconds: float) -> Iterator[None]:
        yield

    patch.setattr(Watchdog, "limit", limit)


def lenient(body: bytes) -> tuple[dict[str, Any], list[str]]:
    return json.loads(body.decode("utf-8", "replace")), []


def unchecked(answer: dict[str, Any], query: str, number: int) -> Page:
    return Page(query, number, answer["totalResults"], list(answer["results"]))


def uncounted(run: Run, plan: object, rejects: object) -> Run:
    return run.model_copy(update={"state": "published", "exit_code": 0, "finished": NOW})


def without_scope(patch: Patch) -> None:
    for module in (_stand, _publish):
        patch.setattr(module, "guard_scope", nothing)


def without_day(patch: Patch) -> None:
    patch.setattr(_stand, "_day", lambda connection, run: None)


def closed_too_early(self: Call, today: date) -> Status:
    return Status.CLOSED if self.deadlines and self.deadlines[-1].on <= today else Status.OPEN


class Guard(NamedTuple):
    name: str
    caught: Callable[[Path], bool]
    off: Callable[[Patch], None]


GUARDS = (
    Guard("filter obedience", an_ignored_filter, lambda p: p.setattr(_scan, "check_obedience", nothing)),
    Guard("totals", half_of_every_page, lambda p: p.setattr(_scan, "COMPLETE", 0.0)),
    Guard("window", half_a_million, lambda p: p.setattr(_scan, "check_total", nothing)),
    Guard("size band", a_list_that_shrank, lambda p: p.setattr(guards, "SHRUNK", 1.0)),
    Guard("fill rate", a_field_that_vanished, lambda p: p.setattr(guards, "check_fill", passed)),
    Guard("kinds", a_kind_that_vanished, lambda p: p.setattr(guards, "check_kinds", passed)),
    Guard("ghost drop", a_ghost, lambda p: p.setattr(portal, "is_ghost", lambda record: False)),
    Guard("scope", demo_over_live, without_scope),
    Guard("older state", an_older_state, without_day),
    Guard(
        "byte cap", a_large_answer, lambda p: p.setattr(Connection, "_read", lambda self, chunks: b"".join(chunks))
    ),
    Guard("deadline watchdog", a_dripping_answer, without_watchdog),
    Guard("redirect", a_redirect_with_an_answer, lambda p: p.setattr(_http, "check_status", nothing)),
    Guard("NaN", not_a_number, lambda p: p.setattr(_http, "decode", lenient)),
    Guard("strict decoding", bytes_that_are_no_text, lambda p: p.setattr(_http, "decode", lenient)),
    Guard("results are a list", results_that_are_no_list, lambda p: p.setattr(_scan, "envelope", unchecked)),
    Guard("equation", a_record_that_was_not_counted, lambda p: p.setattr(_publish, "_counted", uncounted)),
    Guard("lock", a_second_pull, lambda p: p.setattr(_lock, "_take", lambda descriptor: True)),
    Guard("wobble", a_second_that_wobbles, lambda p: p.setattr(changes, "MINUTE", timedelta(0))),
    Guard("the day in Brussels", half_past_midnight, lambda p: p.setattr(desk_clock, "BRUSSELS", UTC)),
    Guard("closed from the next day", the_last_day, lambda p: p.setattr(Call, "status", closed_too_early)),
)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_catches_what_comes_through_without_it(guard: Guard, tmp_path: Path, monkeypatch: Patch) -> None:
    for name in ("on", "off"):
        (tmp_path / name).mkdir()
    assert guard.caught(tmp_path / "on"), f"{guard.name} does not catch its fault"
    guard.off(monkeypatch)
    assert not guard.caught(tmp_path / "off"), f"{guard.name} makes no difference"


def test_a_scope_that_would_be_mixed_is_named() -> None:
    with pytest.raises(GuardError, match="never mixed"):
        _stand.guard_scope("live", "demo")


# What the torture has found


def test_a_record_with_an_endless_identifier_does_not_end_the_pull(tmp_path: Path) -> None:
    with store(tmp_path) as opened:
        run = recorded(opened, [*CALLS, topic(99, identifier=["H" * 5000])])
        assert (run.state, run.stored, run.rejected) == ("published", 53, {})
        call = opened.call("50000099TOPICSen")
        assert call is not None
        assert call.identifier == "50000099TOPICSen"
        assert "The record has too long an identifier; its reference stands in." in call.remarks


def test_a_pull_may_follow_the_last_one_at_once(database_url: str) -> None:
    with Store(database_url) as opened:
        for _ in range(25):
            with opened.pull_lock():
                pass
