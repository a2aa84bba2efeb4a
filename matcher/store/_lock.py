"""Locks that vanish with their holder: on a file beside a SQLite database, or as a PostgreSQL advisory lock."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from matcher.errors import BusyError, StoreError
from matcher.store._faults import told

KEYS = {"pull": 0x6D617463_01, "schema": 0x6D617463_02}
PULLING = "Another pull is running. Nothing was done; the last published list stays. Try again when it has ended."

if os.name == "nt":
    import msvcrt

    def _take(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def file_lock(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path`; raises BusyError if another holds it for longer than `wait` seconds."""
    with told():
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        until = time.monotonic() + wait
        while not _take(descriptor):
            if time.monotonic() >= until:
                raise BusyError(PULLING).coded("pulling")
            time.sleep(0.02)
        yield
    finally:
        # Closing releases the lock; the file stays, for removing it would let two holders in.
        os.close(descriptor)


@contextmanager
def advisory_lock(engine: Engine, name: str, wait: bool = False) -> Iterator[None]:
    """Hold a PostgreSQL advisory lock of this database on a connection of its own."""
    with told():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with told():
            if wait:
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": KEYS[name]})
            elif not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEYS[name]}).scalar():
                raise BusyError(PULLING).coded("pulling")
        yield
    finally:
        # The server notices a dropped connection a moment later, too late for a pull that follows at once.
        with suppress(SQLAlchemyError):
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
        # Dropping it frees the lock whatever state the connection is in.
        connection.invalidate()
        connection.close()


def advisory_lock_held(engine: Engine, name: str) -> bool:
    """Whether anybody holds a PostgreSQL advisory lock of this database; takes none. False if it cannot be told."""
    query = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND classid::bigint = :high AND objid::bigint = :low"
    )
    try:
        with told(), engine.connect() as connection:
            held = connection.execute(query, {"high": KEYS[name] >> 32, "low": KEYS[name] & 0xFFFFFFFF}).scalar_one()
    except StoreError:
        return False
    return bool(held)


def lock_path(database: Path, name: str) -> Path:
    """Where the lock file `name` of a SQLite database lies."""
    return database.with_name(f"{database.name}.{name}.lock")


@contextmanager
def schema_lock(database: Path) -> Iterator[None]:
    """One process at a time creates or migrates a SQLite database; others wait up to a minute."""
    try:
        with file_lock(lock_path(database, "schema"), wait=60):
            yield
    except BusyError:
        raise StoreError("Another program has been preparing this database for a minute. Try again later.") from None
