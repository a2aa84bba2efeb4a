"""Looking into a store or a copy of one: what is in it, and whether it is what was stored."""

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.pool import NullPool

from matcher.errors import StoreError
from matcher.store._codec import content_hash, digest
from matcher.store._faults import told
from matcher.store._open import version_of
from matcher.store._runs import published
from matcher.store._tables import CALL, DECISION, PROFILE, REVISION

ROWS = 500


def readable(path: Path) -> bool:
    """Whether a SQLite file is a store whose structure is whole (its content is not looked at)."""
    try:
        version_of(path)
        with told(), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    except StoreError:
        return False


def examine(path: Path) -> tuple[list[str], str]:
    """The faults of a copy and what is in it; raises StoreError if it is no copy at all. Does not write."""
    if version_of(path) is None:
        raise StoreError(f"There is no file {path}.")
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


def faults_of(connection: Connection) -> list[str]:
    faults: list[str] = []
    if connection.dialect.name == "sqlite":
        state = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        faults += [] if state == ["ok"] else [f"structure: {line}" for line in state[:10]]
        faults += [f"reference broken in {row[0]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    hashes: list[tuple[str, str]] = []
    last = ""
    while True:
        query = select(CALL.c.reference, CALL.c.hash, CALL.c.body, CALL.c.html).where(CALL.c.reference > last)
        rows = connection.execute(query.order_by(CALL.c.reference).limit(ROWS)).all()
        for row in rows:
            hashes.append((row.reference, row.hash))
            try:
                html = zlib.decompress(row.html) if row.html is not None else None
                sound = content_hash(row.body.encode(), html) == row.hash
            except (zlib.error, UnicodeEncodeError):
                sound = False
            if not sound:
                faults.append(f"the call {row.reference} is not what was stored")
        if len(rows) < ROWS:
            break
        last = rows[-1].reference
    total = connection.execute(select(REVISION.c.digest).where(REVISION.c.what == "calls")).scalar()
    if total is not None and total != digest(hashes):
        faults.append("the calls as a whole are not those that were published")
    return faults


def contents(connection: Connection) -> dict[str, int]:
    tables = {"calls": CALL, "decisions": DECISION, "profiles": PROFILE}
    return {
        name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in tables.items()
    }
