"""What a pull would change, worked out before anything is written: reads short, keeps only what differs."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select

from matcher.changes import between, settle
from matcher.errors import BusyError, InputError
from matcher.ledger import Change, Run
from matcher.model import Call, Kind
from matcher.store._base import Database
from matcher.store._codec import Coded, Packed, code, read, unpack
from matcher.store._stand import MEANWHILE, Parsed, Reading, Stand, Unchanged
from matcher.store._tables import CALL, RAW

BATCH = 200
T = TypeVar("T")


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


class Planning(Database):
    def readings(self, source: str, parser: str) -> dict[str, Reading]:
        """The stored records of a source that this parser has read, by the hash of what lasts of each."""
        query = (
            select(RAW.c.lasting, RAW.c.reference, CALL.c.kind, RAW.c.filled)
            .join(CALL, CALL.c.reference == RAW.c.reference)
            .where(RAW.c.source == source, RAW.c.parser == parser, RAW.c.lasting.is_not(None))
        )
        with self._read() as connection:
            return {row.lasting: Reading(row.reference, row.kind, row.filled) for row in connection.execute(query)}

    def _plan(self, run: Run, items: Iterable[Parsed | Unchanged], stand: Stand, today: date) -> Plan:
        plan = Plan()
        records = run.scope == "live" and not stand.baseline
        for batch in batched(items, BATCH):
            self._stage(batch, stand, plan, today, run if records else None)
        if not stand.replaces:
            self._find_heirs(plan, stand, today, run if records else None)
        return plan

    def _stage(
        self, batch: list[Parsed | Unchanged], stand: Stand, plan: Plan, today: date, recorder: Run | None
    ) -> None:
        differing: list[tuple[Coded, bool]] = []
        for item in batch:
            coded = None if isinstance(item, Unchanged) else code(item.call)
            reference = item.reference if isinstance(item, Unchanged) else item.call.reference
            if coded is not None:
                reference = coded.call.reference
            _see(plan, reference, item.fetched)
            known = stand.known.get(reference)
            if isinstance(item, Unchanged) or coded is None:
                if known is None or (known.lasting, known.parser) != item[1:3]:
                    raise BusyError(MEANWHILE).coded("overtaken")
                continue
            digest = hashlib.sha256(item.raw).hexdigest()
            marks = (item.lasting, item.parser)
            if known is None or known.raw != digest or (known.lasting, known.parser) != marks:
                plan.raws.append(
                    {
                        "reference": reference,
                        "source": coded.call.source,
                        "fetched": item.fetched,
                        "digest": digest,
                        "data": item.raw,
                        "lasting": item.lasting,
                        "parser": item.parser,
                        "filled": item.filled,
                    }
                )
            if known is None:
                plan.new.append(coded.pack())
            elif known.hash != coded.hash:
                same = known.raw == digest or (known.lasting is not None and known.lasting == item.lasting)
                differing.append((coded, same))
        if differing:
            stored = self._stored([coded.call.reference for coded, _ in differing])
            for coded, same in differing:
                old, body = stored[coded.call.reference]
                _compare(plan, stand, coded, old, body, same, today, recorder)

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


def _see(plan: Plan, reference: str, fetched: datetime) -> None:
    if reference in plan.distinct:
        raise InputError(f"The call {reference} came twice in one pull; nothing was stored.")
    if fetched.utcoffset() is None:
        raise InputError(f"The record of {reference} has a time without time zone; nothing was stored.")
    plan.distinct.add(reference)
    plan.seen.append(reference)
    plan.latest = max(plan.latest or fetched, fetched)


def _compare(
    plan: Plan,
    stand: Stand,
    coded: Coded,
    old: Call,
    body: str,
    same_record: bool,
    today: date,
    recorder: Run | None,
) -> None:
    known = stand.known[coded.call.reference]
    settled = settle(old, coded.call)
    if code(settled).hash == known.hash:
        return
    coded = code(settled.model_copy(update={"checksum": coded.call.checksum}))
    if same_record:
        # The record is the same but for what changes anyway, so our parser changed: no version, no change.
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
