"""Reading the whole list of the portal so that nothing is missed: one query a kind, two readings, their union.

As observed on the EU Funding & Tenders Portal up to October 2026: pages without a sort overlap and lose records;
a sort by a field that some records lack drops those; totals move while the nightly load runs; now and then an
answer is valid and empty.
"""

from collections.abc import Callable, Iterator
from math import ceil

from matcher.errors import GuardError, SourceError
from matcher.ledger import Fact, Scan
from matcher.sources._http import Connection
from matcher.sources._page import (
    TYPES,
    Asked,
    Page,
    check_obedience,
    check_total,
    envelope,
    fingerprint,
    key_of,
    unknown_status,
    values,
)
from matcher.sources._query import KINDS, LOADER, PAGE, Kind, request
from matcher.sources._status import KEPT, LATER

Progress = Callable[[int, int | None, str], None]

SCANS = 2
MOST_SCANS = 8
# Requests kept back for the kinds still to come before a third reading is made.
RESERVE = 10
COMPLETE = 0.99


class _MovedError(Exception):
    """The list changed under a reading: begin it again."""


class _State:
    """What is known of one kind while it is read. `totals` by whether the request was sorted."""

    def __init__(self, kind: Kind, seen: dict[str, str], totals: dict[bool, list[int]]):
        self.kind, self.seen, self.totals = kind, seen, totals
        self.scan = 0
        self.again = False
        self.rows = 0
        self.first = 0

    @property
    def most(self) -> int:
        return max((total for several in self.totals.values() for total in several), default=0)

    @property
    def least(self) -> int:
        """What the list must hold: the smaller total where it moved, the larger one where a sort dropped records."""
        return max(min(t for t in several if t) for several in self.totals.values() if any(several))


class Reading:
    """An iterable of pages, to be read once; `requests` counts what it took, also when it broke off.

    `scans` says of each kind, by its name in `TYPES`, how it was read; it is filled as far as the reading came.
    """

    def __init__(self, connection: Connection, progress: Progress | None = None):
        self._connection = connection
        self._progress = progress
        self._loader_filter = True
        self._done = 0
        self._expected = 0
        self.scans: dict[str, Scan] = {}

    @property
    def requests(self) -> int:
        return self._connection.requests

    @property
    def bytes(self) -> int:
        return self._connection.bytes

    def __iter__(self) -> Iterator[Page]:
        for kind in KINDS:
            yield from self._kind(kind)

    def _kind(self, kind: Kind) -> Iterator[Page]:
        before = self._connection.requests
        state = _State(kind, {}, {})
        try:
            yield from self._whole(state)
        finally:
            self.scans[TYPES[kind.code]] = Scan(
                readings=state.scan,
                requests=self._connection.requests - before,
                received=state.rows,
                union=len(state.seen),
                late=max(0, len(state.seen) - state.first) if state.scan > 1 else 0,
                total=state.most,
            )

    def _whole(self, state: "_State") -> Iterator[Page]:
        kind = state.kind
        total = self._first(kind)
        if total == 0:
            yield Page(TYPES[kind.code], 1, 0, [], step=f"{kind.name}: none")
            return
        unsorted = self._ask(kind, 1, sort=False, size=1).total
        drops = unsorted > total
        self._expected += max(total, unsorted) * (SCANS + drops)
        state.totals = {True: [total], False: [unsorted] if unsorted else []}
        for sort in (True, True, *[False] * drops):
            if state.scan and self._connection.left < ceil(state.most / PAGE):
                break
            yield from self._scan(state, sort)
        while len(state.seen) < state.most and state.scan < MOST_SCANS:
            if self._connection.left - ceil(state.most / PAGE) < RESERVE:
                break
            known = len(state.seen)
            yield from self._scan(state, not drops)
            if len(state.seen) == known and known < COMPLETE * state.least:
                break
        yield from self._judge(state)

    def _judge(self, state: "_State") -> Iterator[Page]:
        """Raises GuardError for a list with holes; a warning where records are missing that may just have closed."""
        read, name, kind = len(state.seen), state.kind.name, TYPES[state.kind.code]
        if read < COMPLETE * state.least:
            raise GuardError(
                f"The list came incomplete: {read:,} of {state.least:,} {name.lower()} after {state.scan} "
                f"readings. Nothing was stored, the last list stays. {LATER}"
            ).coded("incomplete", read=read, total=state.least, kind=kind, readings=state.scan)
        notes = []
        if read < state.most:
            said = f"{name}: {read:,} read in {state.scan} readings, {state.most:,} reported."
            values: dict[str, str | int | float] = {"kind": kind, "read": read, "total": state.most}
            notes.append(Fact(code="short", values={**values, "readings": state.scan}, text=said))
        if state.scan < SCANS:
            said = f"{name}: read once only, a second reading would take too many requests."
            notes.append(Fact(code="read_once", values={"kind": kind}, text=said))
        if notes:
            yield Page(TYPES[state.kind.code], 0, state.most, [], scan=state.scan, notes=tuple(notes))

    def _first(self, kind: Kind) -> int:
        """The total of the kind. An empty answer is asked again, then without the filter for the data source."""
        for number in (1, 2, 3):
            self._loader_filter = number < 3
            total = self._ask(kind, 1, size=1).total
            if total:
                return total
        self._loader_filter = True
        if kind is KINDS[0]:
            raise SourceError(
                f"The service reports no open topic at all, three times in a row: that cannot be. {KEPT} {LATER}"
            ).coded("no_topics")
        return 0

    def _scan(self, state: "_State", sort: bool) -> Iterator[Page]:
        state.scan += 1
        try:
            yield from self._read(state, sort, patient=False)
        except _MovedError:
            state.again = True
            yield from self._read(state, sort, patient=True)
        if state.scan == 1:
            state.first = len(state.seen)

    def _read(self, state: "_State", sort: bool, patient: bool) -> Iterator[Page]:
        """One reading from the first page on. Not `patient`: raises _MovedError where the list moves under it."""
        mine: set[str] = set()
        number, size, repeated = 1, PAGE, False
        total: int | None = None
        while True:
            page = self._ask(state.kind, number, sort=sort)
            if not patient and (page.total == 0 or (total is not None and page.total != total)):
                raise _MovedError
            total, size = page.total, min(size, page.size)
            state.totals[sort].append(total)
            marks = {key_of(record) or fingerprint(record): fingerprint(record) for record in page.records}
            fresh = marks.keys() - mine
            mine |= fresh
            yield self._news(page, state)
            state.seen.update(marks)
            pages = ceil(total / size)
            if (total and len(mine) >= total) or (number > pages and total and not fresh):
                return
            if fresh:
                number, repeated = number + 1, False
            elif not repeated:
                repeated = True
            elif total and number >= pages:
                return
            elif patient:
                raise GuardError(
                    f"The service gave an empty page or the same page again, and only {len(mine):,} of "
                    f"{state.least:,} {state.kind.name.lower()}. Nothing was stored, the last list stays. {LATER}"
                ).coded("stuck", read=len(mine), total=state.least, kind=TYPES[state.kind.code])
            else:
                raise _MovedError
            if number > max(pages, 1) + 1:
                return

    def _news(self, page: Page, state: "_State") -> Page:
        """The page as it is passed on: after the first reading only what is new or differs."""
        self._done += page.rows
        state.rows += page.rows
        records = page.records
        later = state.scan > 1 or state.again
        if later:
            records = [r for r in records if state.seen.get(key_of(r) or fingerprint(r)) != fingerprint(r)]
        expected = max(self._expected, self._done)
        of = max(1, ceil(page.total / page.size))
        step = f"{state.kind.name}: page {page.number} of {of}, reading {state.scan}"
        if self._progress is not None:
            self._progress(self._done, expected, step)
        notes = list(page.notes)
        if not self._loader_filter:
            said = f"{state.kind.name}: read without the filter for the data source."
            notes.append(Fact(code="no_loader_filter", values={"kind": TYPES[state.kind.code]}, text=said))
        return page._replace(
            records=records, scan=2 if later else 1, expected=expected, step=step, notes=tuple(notes)
        )

    def _ask(self, kind: Kind, number: int, sort: bool = True, size: int = PAGE) -> Page:
        parts, params = request(kind, number, sort, size, self._loader_filter)
        answer = self._connection.post(parts, params, check=lambda body: envelope(body, "", number))
        page = envelope(answer.body, TYPES[kind.code], number)
        check_total(page.total)
        odd = check_obedience(page.records, Asked(frozenset({kind.code})))
        notes = [unknown_status(reference) for reference in odd]
        strangers = sum(not {LOADER}.issuperset(values(record, "DATASOURCE")) for record in page.records)
        if strangers and self._loader_filter:
            said = f"{strangers} records of an abandoned loader came although we asked for none."
            notes.append(Fact(code="strangers", values={"records": strangers}, text=said))
        if answer.doubled:
            said = f"{len(answer.doubled)} keys stood twice in one record; the later value was taken."
            notes.append(Fact(code="doubled", level="note", values={"keys": len(answer.doubled)}, text=said))
        return page._replace(notes=tuple(notes))


def records(connection: Connection, progress: Progress | None = None) -> Reading:
    """All open and forthcoming topics, cascade calls and external calls, each kind read twice.

    `progress(done, expected, text)` counts rows. Reading raises SourceError (cannot be reached, changed its form) or
    GuardError (ignored filter, incomplete list).
    """
    return Reading(connection, progress)
