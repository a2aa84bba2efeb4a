"""What a pull would change, worked out before anything is written: reads short, keeps only what differs."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, select

from matcher.changes import between, settle
from matcher.errors import GuardError, InputError
from matcher.ledger import Change, Run, Scope
from matcher.model import Call, Kind
from matcher.store._base import Database, value_of
from matcher.store._codec import Coded, Packed, code, read, unpack
from matcher.store._runs import published
from matcher.store._tables import CALL, LIFE, RAW, RUN

BATCH = 200
T = TypeVar("T")


class Parsed(NamedTuple):
    """A call with the record it was read from: `raw` is zlib of the record's JSON, `fetched` has a time zone."""

    call: Call
    raw: bytes
    fetched: datetime


class Known(NamedTuple):
    """What is stored of a call before the pull; `raw` is the digest of its raw record."""

    hash: str
    raw: str | None
    since: date
    first_seen: date


class Stand(NamedTuple):
    """The state the plan was made from. The swap refuses to run on any other."""

    scope: Scope | None
    revision: int
    published: int | None
    day: date | None
    baseline: bool
    replaces: bool
    known: dict[str, Known]
    topics: dict[str, list[str]]


class Plan:
    """Rows to write. Bodies are kept as packed or encoded bytes, so 10,000 long calls fit into some 300 MB."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.distinct: set[str] = set()
        self.new: list[Packed] = []
        self.updated: list[tuple[Packed, date]] = []
        self.versions: list[dict[str, Any]] = []
        self.raws: list[dict[str, Any]] = []
        self.changes: list[Change] = []
        self.heirs: dict[str, date] = {}
        self.latest: datetime | None = None
        self.changed = 0

    @property
    def touches_calls(self) -> bool:
        return bool(self.new or self.updated)


def look(connection: Connection, run: Run) -> Stand:
    """The state of the store as far as the run's plan depends on it; raises GuardError if scopes would mix."""
    last = published(connection)
    scope = last.scope if last else None
    guard_scope(scope, run.scope)
    replaces = scope == "demo" and run.scope == "live"
    baseline = run.scope == "live" and published(connection, run.source, "live") is None
    query = (
        select(CALL.c.reference, CALL.c.hash, CALL.c.since, RAW.c.digest, LIFE.c.first_seen)
        .join(LIFE, LIFE.c.reference == CALL.c.reference)
        .join(RAW, RAW.c.reference == CALL.c.reference, isouter=True)
    )
    topics: dict[str, list[str]] = {}
    if replaces:
        query = query.where(CALL.c.kind == Kind.OWN.value)
    known = {
        row.reference: Known(row.hash, row.digest, row.since, row.first_seen) for row in connection.execute(query)
    }
    if not replaces:
        named = select(CALL.c.identifier, CALL.c.reference).where(
            CALL.c.kind == Kind.TOPIC.value, CALL.c.source == run.source
        )
        for identifier, reference in connection.execute(named.order_by(CALL.c.since)):
            topics.setdefault(identifier, []).append(reference)
    return Stand(
        scope=scope,
        revision=value_of(connection, "calls"),
        published=last.id if last else None,
        day=_day(connection, run),
        baseline=baseline,
        replaces=replaces,
        known=known,
        topics=topics,
    )


def guard_scope(stored: Scope | None, coming: Scope) -> None:
    """One database holds one data set; only the first live pull may take the place of the demo."""
    if stored in (None, coming) or (stored == "demo" and coming == "live"):
        return
    raise GuardError(
        f"This database holds {stored} data and the pull is {coming} data: they are never mixed. Nothing was "
        f"changed. Give the {coming} data a database of its own (MATCHER_DATABASE=sqlite:///path/to/{coming}.db)."
    )


class Planning(Database):
    def _plan(self, run: Run, items: Iterable[Parsed], stand: Stand, today: date) -> Plan:
        plan = Plan()
        records = run.scope == "live" and not stand.baseline
        for batch in batched(items, BATCH):
            self._stage(batch, stand, plan, today, run if records else None)
        if not stand.replaces:
            self._find_heirs(plan, stand, today, run if records else None)
        return plan

    def _stage(self, batch: list[Parsed], stand: Stand, plan: Plan, today: date, recorder: Run | None) -> None:
        differing: list[tuple[Coded, str]] = []
        for item in batch:
            coded = code(item.call)
            reference = coded.call.reference
            if reference in plan.distinct:
                raise InputError(f"The call {reference} came twice in one pull; nothing was stored.")
            if item.fetched.utcoffset() is None:
                raise InputError(f"The record of {reference} has a time without time zone; nothing was stored.")
            plan.distinct.add(reference)
            plan.seen.append(reference)
            plan.latest = max(plan.latest or item.fetched, item.fetched)
            known = stand.known.get(reference)
            digest = hashlib.sha256(item.raw).hexdigest()
            if known is None or known.raw != digest:
                plan.raws.append(
                    {
                        "reference": reference,
                        "source": coded.call.source,
                        "fetched": item.fetched,
                        "digest": digest,
                        "data": item.raw,
                    }
                )
            if known is None:
                plan.new.append(coded.pack())
            elif known.hash != coded.hash:
                differing.append((coded, digest))
        if differing:
            stored = self._stored([coded.call.reference for coded, _ in differing])
            for coded, digest in differing:
                old, body = stored[coded.call.reference]
                _compare(plan, stand, coded, old, body, digest, today, recorder)

    def _find_heirs(self, plan: Plan, stand: Stand, today: date, recorder: Run | None) -> None:
        """Topics that come back under a new reference inherit the first day and the history of the old one."""
        old_of: dict[str, str] = {}
        for new in plan.new:
            same = stand.topics.get(new.identifier, []) if new.kind is Kind.TOPIC else []
            if same:
                plan.heirs[new.reference] = min(stand.known[old].first_seen for old in same)
                gone = [old for old in same if old not in plan.distinct]
                if gone:
                    old_of[new.reference] = gone[-1]
        if recorder is None or not old_of:
            return
        stored = self._stored(list(old_of.values()))
        for new in plan.new:
            if new.reference in old_of:
                old, _ = stored[old_of[new.reference]]
                plan.changes += between(old, read(Call, new.body), today, recorder.id)

    def _stored(self, references: list[str]) -> dict[str, tuple[Call, str]]:
        found: dict[str, tuple[Call, str]] = {}
        for chunk in chunks(references):
            query = select(CALL.c.reference, CALL.c.body, CALL.c.html).where(CALL.c.reference.in_(chunk))
            with self._read() as connection:
                for row in connection.execute(query):
                    found[row.reference] = (read(Call, row.body, html=unpack(row.html)), row.body)
        return found


def _compare(
    plan: Plan,
    stand: Stand,
    coded: Coded,
    old: Call,
    body: str,
    digest: str,
    today: date,
    recorder: Run | None,
) -> None:
    known = stand.known[coded.call.reference]
    settled = settle(old, coded.call)
    if code(settled).hash == known.hash:
        return
    coded = code(settled.model_copy(update={"checksum": coded.call.checksum}))
    if known.raw == digest:
        # The record is the same to the byte, so it was our parser that changed: no version, no change.
        plan.updated.append((coded.pack(), known.since))
        return
    plan.changed += 1
    if coded.body.decode() == body:
        plan.updated.append((coded.pack(), known.since))
        return
    plan.updated.append((coded.pack(), today))
    plan.versions.append(
        {
            "reference": coded.call.reference,
            "since": known.since,
            "until": today,
            "body": zlib.compress(body.encode()),
        }
    )
    if recorder is not None:
        plan.changes += between(old, coded.call, today, recorder.id)


def chunks(items: list[T], size: int = 500) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _day(connection: Connection, run: Run) -> date | None:
    query = select(RUN.c.day).where(RUN.c.state == "published", RUN.c.source == run.source, RUN.c.scope == run.scope)
    return connection.execute(query.order_by(RUN.c.id.desc()).limit(1)).scalar()
