"""Copies of the whole store and their way back, its health, and the check that nothing in it was damaged.

A copy is always a SQLite file of the same schema, whatever the database: it can be restored into either kind.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, text, update

from matcher import log, migrations
from matcher.errors import BusyError, StoreError
from matcher.ledger import Run
from matcher.store._base import Database
from matcher.store._codec import read
from matcher.store._engine import read_url, sqlite_path
from matcher.store._examine import ROWS, contents, examine, faults_of, readable, structure_faults
from matcher.store._faults import told
from matcher.store._lock import advisory_lock, advisory_lock_held, file_lock, lock_path
from matcher.store._open import copy, open_sqlite, put, version_of
from matcher.store._runs import published
from matcher.store._tables import BACKUP, IN_ORDER, REVISION, RUN

ROOM_TIMES = 3


class Keeping(Database):
    @contextmanager
    def pull_lock(self) -> Iterator[None]:
        """Held while one program pulls; raises BusyError at once if another holds it. Freed if its holder dies."""
        # The short wait is for `health`, which takes the lock for a moment to see whether it is free.
        lock = file_lock(lock_path(self._path, "pull"), 0.2) if self._path else advisory_lock(self._engine, "pull")
        with lock:
            yield

    def backup(self, path: Path | str) -> str:
        """A verified copy at `path` while the store is in use; it appears whole or not at all. Says what is in it."""
        target = Path(path).absolute()
        if self._path and target.resolve() == self._path.resolve():
            raise StoreError("The copy cannot lie in the place of the database itself.")
        with told():
            target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        if self._path:
            copy(self._path, part)
        else:
            _discard(part)
            open_sqlite(part)
            with Database(f"sqlite:///{part}") as other, self._read() as source, other._write() as place:
                _move(source, place)
        _fold(part)
        faults, what = examine(part)
        if faults:
            _discard(part)
            raise StoreError(f"The copy was not kept, for it is not sound: {'; '.join(faults[:3])}.")
        put(part, target)
        self._note_copy(target, what)
        log.event("backup", file=str(target), holds=what)
        return f"{target} holds {what}."

    def _note_copy(self, target: Path, what: str) -> None:
        # The copy is good whether or not this can be written: the disk may be full, the user may only read.
        made = target.stat()
        at = datetime.fromtimestamp(made.st_mtime, UTC)
        row = {"at": at, "file": str(target), "bytes": made.st_size, "holds": what}
        with suppress(StoreError), self._write() as connection:
            connection.execute(insert(BACKUP).values(row))

    def last_backup(self) -> dict[str, Any] | None:
        """The newest verified copy: `at` (ISO, UTC), `file`, `bytes`, `holds`, and `there`: whether it still is."""
        with self._read() as connection:
            row = connection.execute(select(BACKUP).order_by(BACKUP.c.id.desc()).limit(1)).first()
        if row is None:
            return None
        place = Path(row.file)
        there = place.is_file() and place.stat().st_size == row.bytes
        at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
        return {"at": at.isoformat(), "file": row.file, "bytes": row.bytes, "holds": row.holds, "there": there}

    def check_room(self) -> None:
        """Raises StoreError where a pull could fill the disk of a SQLite file; a server looks after its own disk."""
        if self._path is None:
            return
        with told():
            size, free = self._path.stat().st_size, shutil.disk_usage(self._path.parent).free
        if free < ROOM_TIMES * size:
            needed = -(-ROOM_TIMES * size // 10**6)
            raise StoreError(
                f"The disk of the database has {free // 10**6:,} MB free, a pull wants {needed:,} MB (three times "
                "the database). Nothing was pulled; free some space and try again."
            ).coded("disk_low", free=free // 10**6, needed=needed)

    def integrity(self) -> list[str]:
        """Damage that can be found without reading the content: in seconds for a large store, unlike `verify`."""
        with self._read() as connection:
            return structure_faults(connection)

    def verify(self) -> list[str]:
        """Every damage found in structure and content, as sentences; an empty list when all is sound."""
        with self._read() as connection:
            return faults_of(connection)

    def health(self) -> dict[str, Any]:
        """State of the store for `matcher health`: readable, writable, schema, sizes in bytes, last published run."""
        report: dict[str, Any] = {"database": "sqlite" if self._path else "postgresql", "readable": False}
        report |= {"writable": False, "schema": None, "problem": None}
        try:
            with self._read() as connection:
                report["schema"] = migrations.current(connection)
                last = published(connection)
                report["scope"] = last.scope if last else None
                report["published"] = last.finished.isoformat() if last and last.finished else None
                report["recorded_on"] = last.recorded_on.isoformat() if last and last.recorded_on else None
                report |= contents(connection)
                running = select(func.count()).select_from(RUN).where(RUN.c.state == "running")
                report["runs_open"] = connection.execute(running).scalar_one()
                newest = connection.execute(select(RUN.c.body).order_by(RUN.c.id.desc()).limit(1)).scalar()
                report["last_exit_code"] = read(Run, newest).exit_code if newest else None
                report["last_state"] = read(Run, newest).state if newest else None
                if not self._path:
                    size = text("SELECT pg_database_size(current_database())")
                    report["bytes"] = connection.execute(size).scalar_one()
            report["readable"] = True
            with self._write() as connection:
                connection.execute(update(REVISION).values(value=REVISION.c.value + 1))
                connection.rollback()
            report["writable"] = True
        except StoreError as error:
            report["problem"] = str(error)
        report["pulling"] = self._pulling()
        if self._path:
            wal = self._path.with_name(self._path.name + "-wal")
            report["file"] = str(self._path)
            report["bytes"] = self._path.stat().st_size
            report["wal_bytes"] = wal.stat().st_size if wal.exists() else 0
            report["free_bytes"] = shutil.disk_usage(self._path.parent).free
        return report

    def _pulling(self) -> bool:
        if self._path is None:
            return advisory_lock_held(self._engine, "pull")
        try:
            with file_lock(lock_path(self._path, "pull")):
                return False
        except BusyError:
            return True

    @staticmethod
    def restore(url: str, path: Path | str) -> str:
        """Put the verified copy at `path` in the place of the database; what was there is kept. Says both.

        Works beside open sessions. A SQLite file that cannot be read is moved aside, never deleted. Raises BusyError
        while a pull is running.
        """
        source = Path(path).absolute()
        place = sqlite_path(read_url(url))
        near = place or source
        work = near.with_name(near.name + ".restoring")
        if version_of(source) is None:
            raise StoreError(f"There is no file {source}.")
        try:
            copy(source, work)
            open_sqlite(work)
            faults, what = examine(work)
            if faults:
                raise StoreError(f"{source} was not restored, for it is not sound: {'; '.join(faults[:3])}.")
            target = _openable(url, place)
            if target is None:
                assert place is not None
                with file_lock(lock_path(place, "pull")):
                    aside = _set_aside(place)
                    _fold(work)
                    put(work, place)
                kept = f" What was there before is kept as {aside}." if aside else ""
                return f"Restored {what} from {source}.{kept}"
            with target, Keeping(f"sqlite:///{work}") as other, target.pull_lock():
                before = _free_name(near, "before-restore")
                target.backup(before)
                with other._read() as origin, target._write("calls", "decisions", "profile", "runs", "shelf") as goal:
                    _move(origin, goal)
            return f"Restored {what} from {source}. What was there before is kept as {before}."
        finally:
            _discard(work)


def _openable(url: str, place: Path | None) -> Keeping | None:
    """The store at `url`; None if there is only a SQLite file that cannot be used, or none at all."""
    if place and not (place.exists() and readable(place)):
        return None
    try:
        return Keeping(url)
    except StoreError:
        if place is None:
            raise
        return None


def _move(source: Connection, target: Connection) -> None:
    """Make `target`'s content that of `source`; its counters grow beyond both, so that no cache stays."""
    tables = [table for table in IN_ORDER if table is not REVISION]
    for table in reversed(tables):
        target.execute(delete(table))
    for table in tables:
        rows = source.execute(select(table).order_by(*table.primary_key.columns)).mappings()
        for chunk in rows.partitions(ROWS):
            target.execute(insert(table), [dict(row) for row in chunk])
        if target.dialect.name == "postgresql" and "id" in table.c:
            counter = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
            highest = f"GREATEST(max(id), pg_sequence_last_value({counter}::regclass))"
            target.execute(
                text(f'SELECT setval({counter}, {highest}) FROM "{table.name}" HAVING {highest} IS NOT NULL')
            )
    for row in source.execute(select(REVISION)):
        grown = case((REVISION.c.value > row.value, REVISION.c.value), else_=row.value) + 1
        target.execute(update(REVISION).where(REVISION.c.what == row.what).values(value=grown, digest=row.digest))


def _set_aside(place: Path) -> Path | None:
    """Where what lies at `place` was moved to, with its companions; None if nothing lies there."""
    there = [tail for tail in ("", "-wal", "-shm") if place.with_name(place.name + tail).exists()]
    kept = _free_name(place, "set-aside")
    with told():
        for tail in reversed(there):
            place.with_name(place.name + tail).replace(kept.with_name(kept.name + tail))
    return kept if there else None


def _free_name(place: Path, what: str) -> Path:
    """The first of place.what-1, place.what-2 … that does not exist."""
    number = 1
    while (name := place.with_name(f"{place.name}.{what}-{number}")).exists():
        number += 1
    return name


def _fold(path: Path) -> None:
    """Make a SQLite file whole without companions, so that it can be moved."""
    with told(), closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _discard(path: Path) -> None:
    for tail in ("", "-wal", "-shm", "-journal", ".schema.lock", ".pull.lock"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
