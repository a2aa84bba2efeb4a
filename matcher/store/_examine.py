"""Looking into a store or a copy of one: what is in it, and whether it is what was stored."""

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from matcher.errors import StoreError
from matcher.model import Call
from matcher.store._codec import code, content_hash, digest, read, unpack
from matcher.store._faults import sentence, told
from matcher.store._open import version_of
from matcher.store._runs import published
from matcher.store._tables import CALL, DECISION, LIFE, PROFILE, RAW, REVISION

ROWS = 500
COPIED = ("reference", "source", "kind", "identifier", "portal_status", "last_deadline")
"""Columns that repeat what stands in the body."""


def readable(path: Path) -> bool:
    """Whether a SQLite file is a store whose structure is whole (its content is not looked at)."""
    try:
        version_of(path)
        with told(), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    except StoreError:
        return False


def examine(path: Path) -> tuple[list[str], str]:
    """The faults of a copy of today's schema and what is in it. Does not write."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30),
        poolclass=NullPool,
    )
    with told(), engine.connect() as connection:
        there = contents(connection)
        last = published(connection)
        day = f", state of {last.finished:%Y-%m-%d %H:%M} UTC" if last and last.finished else ""
        what = (
            f"{there['calls']} calls, {there['decisions']} decisions and "
            f"{there['profiles']} versions of priorities{day}"
        )
        return faults_of(connection), what


def structure_faults(connection: Connection) -> list[str]:
    """A quick look: the pages of a SQLite file, and whether the hashes of all calls are those last published."""
    faults: list[str] = []
    if connection.dialect.name == "sqlite":
        state = [row[0] for row in connection.exec_driver_sql("PRAGMA quick_check(10)")]
        faults += [] if state == ["ok"] else [f"structure: {line}" for line in state]
    hashes = connection.execute(select(CALL.c.reference, CALL.c.hash))
    return faults + _whole(connection, ((row[0], row[1]) for row in hashes))


def faults_of(connection: Connection) -> list[str]:
    faults: list[str] = []
    if connection.dialect.name == "sqlite":
        state = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        faults += [] if state == ["ok"] else [f"structure: {line}" for line in state[:10]]
        faults += [f"reference broken in {row[0]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    try:
        faults += _content_faults(connection)
    except (DBAPIError, StoreError) as error:
        faults.append(f"content: {error.args[0] if isinstance(error, StoreError) else sentence(error)}")
    return faults


def _content_faults(connection: Connection) -> list[str]:
    faults: list[str] = []
    hashes: list[tuple[str, str]] = []
    last = ""
    all_of_it = (
        select(CALL, RAW.c.data, RAW.c.digest, LIFE.c.first_seen)
        .join(RAW, RAW.c.reference == CALL.c.reference, isouter=True)
        .join(LIFE, LIFE.c.reference == CALL.c.reference, isouter=True)
    )
    while True:
        query = all_of_it.where(CALL.c.reference > last).order_by(CALL.c.reference).limit(ROWS)
        rows = connection.execute(query).all()
        for row in rows:
            hashes.append((row.reference, row.hash))
            if not _call_sound(row):
                faults.append(f"the call {row.reference} is not what was stored")
            if row.data is not None and hashlib.sha256(bytes(row.data)).hexdigest() != row.digest:
                faults.append(f"the raw record of {row.reference} is not what was received")
            if row.first_seen is None:
                faults.append(f"the call {row.reference} has lost its first day")
        if len(rows) < ROWS:
            break
        last = rows[-1].reference
    return faults + _whole(connection, hashes)


def _whole(connection: Connection, hashes: Iterable[tuple[str, str]]) -> list[str]:
    total = connection.execute(select(REVISION.c.digest).where(REVISION.c.what == "calls")).scalar()
    if total is not None and total != digest(hashes):
        return ["the calls as a whole are not those that were published"]
    return []


def _call_sound(row: Any) -> bool:
    try:
        html = unpack(row.html)
        packed = code(read(Call, row.body, html=html)).pack()
        same = content_hash(row.body.encode(), html.encode() if html is not None else None) == row.hash
    except (StoreError, UnicodeEncodeError):
        return False
    return same and all(getattr(packed, name) == getattr(row, name) for name in COPIED)


def contents(connection: Connection) -> dict[str, int]:
    tables = {"calls": CALL, "decisions": DECISION, "profiles": PROFILE}
    return {
        name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in tables.items()
    }
