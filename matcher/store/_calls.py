"""Reading what pulls brought: calls now and on any past day, their life cycle, raw records and changes."""

import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from matcher.ledger import Change
from matcher.model import Call
from matcher.store._base import Database
from matcher.store._codec import read, unpack, unpack_record
from matcher.store._tables import CALL, CHANGE, LIFE, RAW, VERSION

PAGE = 200
DATED = select(CALL.c.reference, CALL.c.body, CALL.c.since, LIFE.c.first_seen, LIFE.c.last_seen).join(LIFE)


class Life(NamedTuple):
    """Where a call stands in its life; `absences`: live pulls in a row without it.

    `returned`: the last day it came back after an absence. `news`: it was truly new when first seen (not in the first
    pull of a source, no successor of a known topic).
    """

    first_seen: date
    last_seen: date
    absences: int
    returned: date | None
    news: bool


class Version(NamedTuple):
    """A call as known from the day `since`; `until` (that day excluded) is None for the present one."""

    since: date
    until: date | None
    call: Call


class Calls(Database):
    def calls(self) -> list[Call]:
        """All calls without html, by reference. `last_seen` moves with revision("runs"), all else with "calls"."""
        with self._read() as connection:
            rows = connection.execute(DATED).all()
        calls = [read(Call, row.body, first_seen=row.first_seen, last_seen=row.last_seen) for row in rows]
        return sorted(calls, key=lambda call: call.reference)

    def call(self, reference: str) -> Call | None:
        """One call with its html; None if there is none."""
        with self._read() as connection:
            row = connection.execute(DATED.add_columns(CALL.c.html).where(CALL.c.reference == reference)).first()
        if row is None:
            return None
        return read(Call, row.body, html=unpack(row.html), first_seen=row.first_seen, last_seen=row.last_seen)

    def calls_as_of(self, day: date) -> list[Call]:
        """All calls as they were known at the end of `day`, without html, by reference."""
        earlier = (
            select(VERSION.c.reference, VERSION.c.body, LIFE.c.first_seen, LIFE.c.last_seen)
            .join(LIFE, LIFE.c.reference == VERSION.c.reference)
            .where(VERSION.c.since <= day, VERSION.c.until > day)
            .order_by(VERSION.c.id)
        )
        with self._read() as connection:
            now = connection.execute(DATED.where(CALL.c.since <= day)).all()
            then = connection.execute(earlier).all()
        bodies: dict[str, tuple[Any, Any]] = {row.reference: (row, zlib.decompress(row.body)) for row in then}
        bodies |= {row.reference: (row, row.body) for row in now}
        return [
            read(Call, body, first_seen=row.first_seen, last_seen=min(row.last_seen, day))
            for _, (row, body) in sorted(bodies.items())
            if row.first_seen <= day
        ]

    def call_versions(self, reference: str) -> list[Version]:
        """All states of a call, oldest first, the present one last; empty for an unknown reference."""
        earlier = select(VERSION).where(VERSION.c.reference == reference).order_by(VERSION.c.id)
        with self._read() as connection:
            old = [
                Version(row.since, row.until, read(Call, zlib.decompress(row.body)))
                for row in connection.execute(earlier)
            ]
            row = connection.execute(DATED.where(CALL.c.reference == reference)).first()
        if row is None:
            return []
        present = read(Call, row.body, first_seen=row.first_seen, last_seen=row.last_seen)
        return [*old, Version(row.since, None, present)]

    def life(self) -> dict[str, Life]:
        """The life cycle of every call by reference; moves with revision("runs")."""
        with self._read() as connection:
            rows = connection.execute(select(LIFE)).all()
        return {r.reference: Life(r.first_seen, r.last_seen, r.absences, r.returned, r.news) for r in rows}

    def new_since(self, day: date) -> list[str]:
        """References of calls first seen on `day` or later that are truly new: none of a first pull, no successor."""
        query = select(LIFE.c.reference).where(LIFE.c.news, LIFE.c.first_seen >= day)
        with self._read() as connection:
            return sorted(connection.execute(query).scalars())

    def raws(self) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
        """(source, fetched, record as received) of every call, by reference; holds no transaction in between."""
        last = ""
        while True:
            query = select(RAW).where(RAW.c.reference > last).order_by(RAW.c.reference).limit(PAGE)
            with self._read() as connection:
                rows = connection.execute(query).all()
            for row in rows:
                yield row.source, row.fetched, unpack_record(row.data)
            if len(rows) < PAGE:
                return
            last = rows[-1].reference

    def changes(
        self, since: date | None = None, reference: str | None = None, run: int | None = None
    ) -> list[Change]:
        """What published live runs changed, oldest first; of one day on, of one call, or by one run."""
        query = select(CHANGE).order_by(CHANGE.c.id)
        if since is not None:
            query = query.where(CHANGE.c.on >= since)
        if reference is not None:
            query = query.where(CHANGE.c.reference == reference)
        if run is not None:
            query = query.where(CHANGE.c.run == run)
        with self._read() as connection:
            rows = connection.execute(query).mappings().all()
        return [Change(**{name: value for name, value in row.items() if name != "id"}) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many rows each kind of thing has: calls, raws, versions, changes."""
        with self._read() as connection:
            return {
                name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for name, table in (("calls", CALL), ("raws", RAW), ("versions", VERSION), ("changes", CHANGE))
            }
