"""N3, N8, N9: answers that are mutated, hostile or far too large."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from sqlalchemy import text

from matcher.errors import MatcherError
from matcher.harvest import harvest
from matcher.harvest_intake import Intake
from matcher.sources import portal as source
from matcher.sources._page import TYPES, Asked, Page, check_obedience, check_total, decode, envelope
from matcher.store import Store
from tests import fake_portal as fake
from tests.fake_portal import FakePortal, Record
from tests.torture import work
from tests.torture.databases import Databases
from tests.torture.programs import Program
from tests.torture.report import Clock, Row, Say

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
SEED = 20261123
Cell = tuple[Any, Any]

# --- mutated ----------------------------------------------------------------------------------------------------

JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**400, 1.5, -0.0, "", " ", "x", "0", "null", "\ud800", "\x00", "‮abc", "𝟙",
    "2026-02-30T00:00:00.000+0000", "9999-12-31", "<script>alert(1)</script>", "javascript:alert(1)", "=1+1", "[",
    '{"a":[', "31094503", "99", "a" * 5000, "é" * 600, [], {}, [None], [[]], [{}], [""], ["", None, 7], {"": ""},
    {"topicDetails": None}, [["x"]], [1, "a", {}], ["31094501", "31094503"], ["\ud800"], [{"a": [{"b": {}}]}],
)  # fmt: skip


def bases() -> list[Record]:
    """Records of every kind to begin with: real ones with little text and made ones with every field."""
    shipped = [record for record in fake.snapshot() if len(json.dumps(record)) < 6000]
    step = max(1, len(shipped) // 24)
    full = fake.topic(
        7,
        budgetOverview=[
            '{"budgetTopicActionMap":{"1":[{"action":"HORIZON-CL5-2027-00007 - RIA","budgetYearMap":{}}]}}'
        ],
        actions=['[{"deadlineDates":["08 April 2027"],"plannedOpeningDate":"01 January 2027"}]'],
        links=['[{"url":"https://ec.europa.eu/x","type":"apply"}]'],
        latestInfos=['[{"content":"x"}]'],
        keywords=["heat", "mines"],
        tags=["x"],
        topicConditions=["<p>Conditions</p>"],
    )
    return [*shipped[::step], full, fake.cascade(3), fake.external(4), fake.ghost(5)]


def mutated(random: Random, records: list[Record]) -> bytes:
    """An answer with up to four things wrong with it, somewhere in its structure or its bytes."""
    rows = [deepcopy(random.choice(records)) for _ in range(random.randint(1, 5))]
    answer: dict[str, Any] = {"apiVersion": "2.155", "totalResults": len(rows), "pageSize": 100, "results": rows}
    for _ in range(random.randint(1, 4)):
        _mutate(random, answer, within=random.random() < 0.9)
    body = json.dumps(answer).encode()
    return _damage(random, body) if random.random() < 0.15 else body


def _cells(value: Any) -> Iterator[Cell]:
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _cells(value[key])


def _mutate(random: Random, answer: dict[str, Any], within: bool) -> None:
    rows = answer.get("results")
    cells = list(_cells(rows if within and rows else answer))
    if not cells:
        return
    parent, key = random.choice(cells)
    value = parent[key]
    match random.randrange(7):
        case 0:
            del parent[key]
        case 1 if isinstance(parent, dict):
            parent[f"{key}x"] = parent.pop(key)
        case 2:
            parent[key] = [value]
        case 3 if isinstance(value, list):
            parent[key] = value * 3
        case 4 if isinstance(value, str):
            at = random.randint(0, len(value))
            parent[key] = (
                value[:at] + str(random.choice(JUNK)[:40] if isinstance(JUNK[at % 3], str) else "\x00") + value[at:]
            )
        case 5:
            parent[key] = json.dumps(value)
        case _:
            parent[key] = deepcopy(random.choice(JUNK))


def _damage(random: Random, body: bytes) -> bytes:
    at = random.randrange(len(body))
    match random.randrange(6):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + bytes([random.randrange(256)]) + body[at + 1 :]
        case 2:
            return body.replace(b"null", b"NaN", 1)
        case 3:
            return body.replace(b'"2.155"', b"1e999", 1)
        case 4:
            return body[:at] + random.choice((b"\xff", b"\\ud83d", b'"', b"[" * 60, b",")) + body[at:]
        case _:
            return b"\xef\xbb\xbf" + body.decode().encode("utf-16" if at % 2 else "utf-8")


def answers(where: Databases, times: int, clock: Clock, say: Say) -> list[Row]:
    """Each answer goes the whole way: decoded, checked, sorted out, stored, and its run record is added up."""
    random, records = Random(SEED), bases()
    ended: Counter[str] = Counter()
    crashes: Counter[str] = Counter()
    unequal = done = received = stored = rejected = duplicates = 0
    with where.new(lasting=False) as url, Store(url) as store:
        while done < times and not clock.over:
            done += 1
            body = mutated(random, records)
            try:
                run = harvest(store, "portal", _pages(body), scope="archive", recorded_on=DAY, now=NOW, today=DAY)
            except MatcherError as fault:
                ended[f"exit {fault.exit_code}"] += 1
                continue
            except Exception as fault:
                crashes[f"{type(fault).__name__}: {fault}"[:120]] += 1
                continue
            ended[f"{run.state}"] += 1
            refused = sum(run.rejected.values())
            if run.state == "published":
                received, stored = received + run.received, stored + run.stored
                duplicates, rejected = duplicates + run.duplicates, rejected + refused
                unequal += run.received != run.stored + run.duplicates + refused
            else:
                unequal += run.received < run.duplicates + refused
            if done % 1000 == 0:
                say(f"N3 {where.name}: {done:,} of {times:,} answers")
        wrong = _wrong_keys(store)
        unsound = len(store.verify())
    for crash, count in crashes.most_common(5):
        say(f"N3 {where.name}: {count} x {crash}")
    measured = (
        f"{done:,} answers ({', '.join(f'{n:,} {how}' for how, n in ended.most_common())}): {sum(crashes.values())} "
        f"crashes, {unequal} unequal, {received:,} received = {stored:,} stored + {duplicates:,} duplicates + "
        f"{rejected:,} rejected, {wrong} wrong keys, {unsound} unsound; {clock.elapsed:.0f} s"
    )
    ok = done >= times and not crashes and unequal == wrong == unsound == 0
    ok = ok and received == stored + duplicates + rejected and stored > 0 < rejected
    return [Row("N3", "mutated answers", f"{times:,}: 0 crashes, the sum holds", measured, ok, where.name)]


def _pages(body: bytes) -> Iterator[Page]:
    answer, _ = decode(body)
    page = envelope(answer, "mixed", 1)
    check_total(page.total)
    check_obedience(page.records, Asked(frozenset(TYPES), statuses=None))
    yield page


def _wrong_keys(store: Store) -> int:
    found = sum(not call.reference.strip() or not call.title.strip() for call in store.calls())
    with store._read() as connection:
        if connection.dialect.name == "sqlite":
            odd = "SELECT count(*) FROM call WHERE typeof(reference) <> 'text' OR typeof(identifier) <> 'text'"
            found += int(connection.execute(text(odd)).scalar_one())
    return found


# --- hostile ----------------------------------------------------------------------------------------------------

SIZE = 200_000


def hostile() -> dict[str, str]:
    """Texts that stall a careless reader of HTML, each about 200 kB."""

    def of(piece: str) -> str:
        return piece * (SIZE // len(piece))

    return {
        "nested div": of("<div>"),
        "nested lists": of("<ul><li>"),
        "nested tables": of("<table><tr><td>"),
        "open links": of('<a href="'),
        "open comments": of("<!--"),
        "open instructions": of("<?"),
        "angles": of("<"),
        "open scripts": of("<script>"),
        "formatting": "".join(f"<b id=x{i}>" for i in range(400)) + of("<p>x"),
        "attributes": "<p " + " ".join(f"a{i}=1" for i in range(SIZE // 8)) + ">x",
        "headings": of('<p class="topicdescriptionkind">Scope</p>x'),
        "links": of('<a href="https://ec.europa.eu/x">y</a>'),
        "entities": of("&#x"),
        "svg": of("<svg><desc>"),
        "closing": of("</div>"),
        "long word": of("a"),
        "blanks": of(" "),
        "marks": of("-* _"),
        "words": of("10.000 EUR per project of 5 to 6 million "),
    }


def html(where: Databases, times: int, clock: Clock, say: Say) -> list[Row]:
    worst, name = 0.0, ""
    for kind, body in hostile().items():
        for field in ("descriptionByte", "topicConditions", "destinationDetails", "title"):
            record = fake.topic(1, **{field: [body]})
            began = time.process_time()
            intake = Intake(source.parse, source.is_ghost)
            intake.take(Page("topic", 1, 1, [record], rows=1), NOW)
            took = time.process_time() - began
            if intake.received != len(intake.held) + sum(intake.rejected.values()):
                name = f"{kind} in {field} is not accounted for"
                worst = float("inf")
            if took > worst:
                worst, name = took, f"{kind} in {field}"
    say(f"N8: the slowest record took {worst:.2f} s ({name})")
    texts = list(hostile().values())
    # Spread over the pages: a page that is full of them would be larger than an answer may be.
    records = [
        fake.topic(n, descriptionByte=[texts[n // 5 % len(texts)]]) if n % 5 == 0 else fake.topic(n)
        for n in range(5 * times)
    ]
    with where.new() as url, FakePortal(records) as portal, Store(url) as store:
        began = time.monotonic()
        run = work.pulled(store, portal.address)
        took = time.monotonic() - began
        there = len(store.calls())
    whole = run.exit_code in (0, 10) and there == 5 * times
    return [
        Row("N8", "one record with 200 kB of hostile HTML", "at most 1 s", f"{worst:.2f} s ({name})", worst <= 1),
        Row("N8", f"a pull with {times} such records", "at most 60 s", f"{took:.1f} s, {there:,} calls stored, "
            f"exit {run.exit_code}", took <= 60 and whole, where.name),
    ]  # fmt: skip


# --- far too large ----------------------------------------------------------------------------------------------


def three_gigabytes(exchange: fake.Exchange) -> None:
    """A body of the length it promises, as fast as it is read."""
    exchange.head(3_000_000_000)
    exchange.close()
    block = b" " * 65_536
    while not exchange.portal.closing.is_set():
        try:
            exchange.handler.wfile.write(block)
        except OSError:
            return


LARGE: dict[str, Callable[[fake.Exchange], None]] = {
    "3 GB": three_gigabytes,
    "without end": fake.endless,
    "0.5 MB of gzip, 500 MB unpacked": fake.gzip_bomb(500),
}


def large(clock: Clock, say: Say) -> list[Row]:
    rows = []
    for name, fault in LARGE.items():
        with FakePortal([], fault) as portal:
            program = Program(work.swallow, portal.address)
            program.hear()
            began = time.monotonic()
            told, more = program.hear(120)
            took = time.monotonic() - began
            program.end(10)
            program.close()
        ok = "larger than 20 MB" in told and more < 60_000_000 and took < 60
        measured = f"{'stopped at 20 MB' if 'larger than' in told else told}, +{more / 1e6:.0f} MB, {took:.1f} s"
        rows.append(Row("N9", f"answer of {name}", "stopped at the cap, < 60 MB more", measured, ok))
        say(f"N9: {name}: {measured}")
    return rows
