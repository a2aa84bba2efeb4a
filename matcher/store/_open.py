"""Opening a database: created if absent, migrated if older, refused if anything else; never created over a file."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select, text

from matcher import log, migrations
from matcher.errors import BusyError, StoreError
from matcher.store._engine import refuse_network_drive, sqlite_engine
from matcher.store._faults import code_of, sentence, told
from matcher.store._lock import KEYS, advisory_lock, file_lock, lock_path, schema_lock
from matcher.store._tables import METADATA, PEOPLE

Folders = Sequence[Path]
UNFINISHED = (".part", "-wal", "-shm", "-journal")


def open_sqlite(path: Path, folders: Folders = (migrations.VERSIONS,)) -> None:
    """Afterwards a database of the newest schema lies at `path`. Raises StoreError and leaves the file as it was."""
    with told():
        path.parent.mkdir(parents=True, exist_ok=True)
    refuse_network_drive(path)
    newest = _newest(folders)
    if version_of(path) == newest:
        return
    with schema_lock(path):
        version = version_of(path)
        if version is None:
            _create(path, folders)
        elif version != newest:
            _refuse_unknown(version, folders)
            try:
                with file_lock(lock_path(path, "pull")):
                    copy(path, path.with_name(f"{path.name}.before-{newest}"))
                    _migrate_file(path, folders)
                log.event("migration", database=str(path), before=version, after=newest)
            except BusyError:
                raise StoreError(
                    "The database must be brought to a new version, but a pull is running. "
                    "Nothing was changed; start again when the pull has ended."
                ) from None


def open_postgres(engine: Engine, folders: Folders = (migrations.VERSIONS,)) -> None:
    """Afterwards the database has the newest schema; several programs may start at once."""
    newest = _newest(folders)
    with told(), engine.connect() as connection:
        if _version(connection) == newest:
            return
    with advisory_lock(engine, "schema", wait=True), told(), engine.begin() as connection:
        version = _version(connection)
        if version is not None and version != newest:
            _refuse_unknown(version, folders)
            free = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": KEYS["pull"]}).scalar()
            if not free:
                raise StoreError("The database must be brought to a new version, but a pull is running. Try later.")
        if version != newest:
            migrate(connection, folders)
    if version is not None and version != newest:
        log.event("migration", database="postgresql", before=version, after=newest)


def version_of(path: Path) -> str | None:
    """The schema version of a SQLite file, None if there is no file. Looks without writing."""
    if not path.exists():
        if path.with_name(path.name + "-wal").exists():
            raise StoreError(
                f"{path} is gone, but its companion {path.name}-wal is still there and may hold notes. "
                f"Nothing was written. Put the file back, or restore a backup.{_last_backup(path)}"
            )
        return None
    if not path.is_file():
        raise StoreError(f"{path} is not a file. It was left as it is; set another MATCHER_DATABASE.")
    with told():
        empty = path.stat().st_size == 0
    if empty:
        raise StoreError(f"{path} is empty. It was left as it is.{_last_backup(path)}")
    # Only SQLite itself may open the file: closing it by other means would drop the locks of this whole process.
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            query = f"SELECT version_num FROM {migrations.TABLE}"
            rows = connection.execute(query).fetchall() if (migrations.TABLE,) in found else []
    except sqlite3.Error as error:
        raise StoreError(f"{sentence(error)} ({path}){_last_backup(path)}").coded(code_of(error)) from error
    if len(rows) != 1:
        raise StoreError(f"{path} is a database, but not one of this program. It was left as it is.").coded("foreign")
    return str(rows[0][0])


def migrate(connection: Connection, folders: Folders = (migrations.VERSIONS,)) -> None:
    """Bring the schema up inside the caller's transaction; raises StoreError if a row of people's would be lost."""
    before = _people(connection)
    migrations.upgrade(connection, folders)
    after = _people(connection)
    lost = [name for name, rows in before.items() if after.get(name) != rows]
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        lost.append("references between tables")
    if lost:
        raise StoreError(
            f"Bringing the database to a new version would have changed {', '.join(lost)}. It was not done; "
            "the database is as it was. Please report this, and go on with the program's former version."
        )


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file in use, by the backup interface; `target` appears complete or not at all."""
    part = target.with_name(target.name + ".part")
    with told():
        part.unlink(missing_ok=True)
        try:
            with (
                closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as old,
                closing(sqlite3.connect(part)) as new,
            ):
                old.backup(new)
                new.execute("PRAGMA journal_mode=DELETE")
            put(part, target)
        finally:
            part.unlink(missing_ok=True)


def put(part: Path, target: Path) -> None:
    """Let a finished file take its place in one step that a power failure cannot undo."""
    with told():
        part.replace(target)
        if os.name == "posix":
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _create(path: Path, folders: Folders) -> None:
    # Made beside its place, so that a file of the right name is always a whole database.
    part = path.with_name(path.name + ".creating")
    with told():
        for tail in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + tail).unlink(missing_ok=True)
    _migrate_file(part, folders)
    # Switched on here once: two first users who both switch would lock each other out.
    with told(), closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    put(part, path)


def _migrate_file(path: Path, folders: Folders) -> None:
    engine = sqlite_engine(path, ours=False)
    try:
        with told(), engine.begin() as connection:
            migrate(connection, folders)
    finally:
        engine.dispose()


def _version(connection: Connection) -> str | None:
    version = migrations.current(connection)
    if version is None and set(inspect(connection).get_table_names()) & set(METADATA.tables):
        raise StoreError("The database holds tables of another program. Nothing was changed; give this one its own.")
    return version


def _newest(folders: Folders) -> str:
    return migrations.HEAD if tuple(folders) == (migrations.VERSIONS,) else migrations.known(folders)[0]


def _refuse_unknown(version: str, folders: Folders) -> None:
    if version not in migrations.known(folders):
        raise StoreError(
            f"The database was written by a newer version of this program (schema {version}). "
            "Nothing was changed. Install the newer program, or restore an older backup."
        ).coded("newer_schema")


def _people(connection: Connection) -> dict[str, int]:
    there = set(inspect(connection).get_table_names())
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in PEOPLE
        if table.name in there
    }


def _last_backup(path: Path) -> str:
    files = [*path.parent.glob(f"{path.name}.before-*"), *(path.parent / "backups").glob("*.db")]
    newest = max(
        (file for file in files if not file.name.endswith(UNFINISHED)), key=lambda f: f.stat().st_mtime, default=None
    )
    return f" The newest copy is {newest}: matcher restore {newest}" if newest else ""
