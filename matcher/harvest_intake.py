"""What a pull has brought so far: each record becomes a held call, a duplicate or a reject, and is counted as one.

Calls and records are held packed, so that ten thousand long ones fit into memory beside everything else.
"""

import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from matcher import guards
from matcher.errors import RecordError
from matcher.ledger import Fact, Reject
from matcher.model import Call
from matcher.sources._page import Page, Record, key_of, lasting, plain, values
from matcher.store import Parsed, Reading, Unchanged
from matcher.text import RECORD_LIMIT

GHOST = "ghost"
EXCERPT = 2000
MOST_REJECTS = 1000
MOST_REASONS = 50
MOST_KEYS = 500
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,59}")


class Held(NamedTuple):
    """A call (zlib of its JSON) and its record; both empty for one that is stored already and was not read again.

    `lasting` is the hash of what lasts of the record; with the time before it, `rank` tells which of two versions of
    a call is the newer one.
    """

    call: bytes
    raw: bytes
    fetched: datetime
    ingested: float
    lasting: str
    filled: tuple[bool, ...]
    kind: str

    @property
    def rank(self) -> tuple[float, str]:
        return self.ingested, self.lasting


class Intake:
    """`known`: what is stored of records that `parser` has read, by the hash of what lasts of each."""

    def __init__(
        self,
        parse: Callable[[Record], Call],
        is_ghost: Callable[[Record], bool] | None,
        parser: str = "",
        known: Mapping[str, Reading] | None = None,
    ):
        self._parse, self._is_ghost = parse, is_ghost
        self._parser, self._known = parser, known or {}
        self.held: dict[str, Held] = {}
        self.rejects: list[Reject] = []
        self.rejected: Counter[str] = Counter()
        self.reported: dict[str, int] = {}
        self.keys: set[str] = set()
        self.api_version: str | None = None
        self.pages = self.received = self.duplicates = self.conflicts = self.late = 0
        self.read_twice = False
        self._seen_keys: set[str] = set()
        self._facts: dict[str, Fact] = {}
        self._digests: set[str] = set()

    def take(self, page: Page, fetched: datetime) -> None:
        """Sort out the records of a page, received at `fetched`."""
        self.pages += page.number > 0
        self.reported[page.query] = page.total
        self.api_version = page.api_version or self.api_version
        self.read_twice = self.read_twice or page.scan > 1
        self._facts.update({fact.text: fact for fact in page.notes})
        for record in page.records:
            self.received += 1
            self._sort_out(record, fetched, late=page.scan > 1)

    @property
    def accounted(self) -> int:
        """Records that became a call, a duplicate or a reject: all that were received, once a page is through."""
        return len(self.held) + self.duplicates + sum(self.rejected.values())

    def _sort_out(self, record: Record, fetched: datetime, late: bool) -> None:
        if self._is_ghost is not None and self._is_ghost(record):
            self._reject(GHOST, record, b"")
            return
        mark = hashlib.blake2b(_bytes(lasting(record)), digest_size=16).hexdigest()
        if mark in self._digests:
            self.duplicates += 1
            return
        known = self._known.get(mark)
        if known is not None:
            filled = tuple(flag == "1" for flag in known.filled)
            self._digests.add(mark)
            held = Held(b"", b"", fetched, _ingested(record), mark, filled, known.kind)
            self._hold(known.reference, held, record, late)
            return
        raw = _bytes(record)
        if len(raw) > RECORD_LIMIT:
            self._reject(f"The record is larger than {RECORD_LIMIT / 1e6:.0f} MB.", record, raw)
            return
        try:
            call = self._parse(record)
            packed = zlib.compress(call.model_dump_json(exclude_defaults=True).encode(), 1)
        except RecordError as fault:
            self._reject(str(fault), record, raw)
            return
        except Exception as fault:
            # A record that breaks the parser is one record less, not the end of the pull; it is listed with its name.
            self._reject(f"The record cannot be read ({type(fault).__name__}).", record, raw)
            return
        self._digests.add(mark)
        ingested, filled = _ingested(record), guards.filled(call)
        held = Held(packed, zlib.compress(raw, 4), fetched, ingested, mark, filled, call.kind.value)
        self._hold(call.reference, held, record, late)

    def _hold(self, reference: str, held: Held, record: Record, late: bool) -> None:
        before = self.held.get(reference)
        if before is None:
            self.late += late
            self._note_keys(record)
        else:
            self.duplicates += 1
            self.conflicts += 1
            if before.rank > held.rank:
                return
        self.held[reference] = held

    def _note_keys(self, record: Record) -> None:
        metadata = record.get("metadata")
        if isinstance(metadata, dict) and not self._seen_keys.issuperset(metadata):
            self._seen_keys.update(metadata)
            self.keys.update([key for key in metadata if _KEY.fullmatch(key)][:MOST_KEYS])

    def _reject(self, reason: str, record: Record, raw: bytes) -> None:
        reason = plain(reason, 120)
        if reason not in self.rejected and len(self.rejected) >= MOST_REASONS:
            reason = "other"
        self.rejected[reason] += 1
        if len(self.rejects) < MOST_REJECTS:
            key = key_of(record)
            excerpt = plain(raw.decode(), EXCERPT)
            self.rejects.append(Reject(reason=reason, key=plain(key, 100) if key else None, excerpt=excerpt))

    def parsed(self) -> Iterator[Parsed | Unchanged]:
        """The held calls by reference, unpacked one by one."""
        for reference in sorted(self.held):
            held = self.held[reference]
            if not held.call:
                yield Unchanged(reference, held.lasting, self._parser, held.fetched)
                continue
            call = Call.model_validate_json(zlib.decompress(held.call))
            if not self._parser:
                yield Parsed(call, held.raw, held.fetched)
                continue
            yield Parsed(call, held.raw, held.fetched, held.lasting, self._parser, guards.flags(held.filled))

    def fill(self) -> dict[str, float]:
        return guards.fill_rates(held.filled for held in self.held.values())

    def fills(self) -> dict[str, dict[str, float]]:
        """The fill rates of each kind of call."""
        return {
            kind: guards.fill_rates(held.filled for held in self.held.values() if held.kind == kind)
            for kind in sorted(self.kinds())
        }

    def kinds(self) -> dict[str, int]:
        return dict(Counter(held.kind for held in self.held.values()))

    def facts(self) -> list[Fact]:
        """What the pages had to say, and what was noticed while they were sorted out."""
        facts = list(self._facts.values())
        if self.conflicts:
            said = f"{self.conflicts:,} calls came twice and differed; the newer one was taken."
            facts.append(Fact(code="conflicts", level="note", values={"calls": self.conflicts}, text=said))
        if self.late:
            said = f"the second scan found {self.late:,} calls that the first had missed."
            facts.append(Fact(code="late", level="note", values={"calls": self.late}, text=said))
        if len(self.rejects) < sum(self.rejected.values()):
            said = f"of the rejected records the first {len(self.rejects):,} are listed."
            facts.append(Fact(code="rejects_cut", level="note", values={"listed": len(self.rejects)}, text=said))
        return facts


def _ingested(record: Record) -> float:
    """When the service loaded the record, as a number to compare; 0 if it does not say."""
    for name in ("esDA_IngestDate", "es_IngestDate"):
        for value in values(record, name):
            with suppress(ValueError, OverflowError):
                return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
    return 0.0


def _bytes(record: Record) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), default=str).encode()
