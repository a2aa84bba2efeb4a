"""Connections: what a URL means, and how every connection is set up so that no write is lost or left open."""

import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from matcher.errors import InputError, StoreError

BUSY_MS = 30_000
NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "davfs"}
MOUNTS = Path("/proc/self/mountinfo")


def read_url(text: str) -> URL:
    """The URL with its driver named; raises InputError (never showing the URL, it may hold a password)."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise InputError(
            "MATCHER_DATABASE is not a database URL. Write sqlite:///path/to/matcher.db or "
            "postgresql://user:password@host/database."
        ) from None
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername == "postgresql+psycopg":
        if find_spec("psycopg") is None:
            raise StoreError("PostgreSQL needs its driver: pip install 'eu-funding-matcher[postgres]'.")
        return url
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise InputError(f"Databases of the kind {url.drivername!r} are not supported: use SQLite or PostgreSQL.")
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise InputError("A SQLite database must be a file: sqlite:///path/to/matcher.db.")
    return url


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite URL, absolute; None for PostgreSQL."""
    return Path(url.database or "").absolute() if url.get_backend_name() == "sqlite" else None


def sqlite_engine(path: Path, *, ours: bool = True) -> Engine:
    """`ours=False`: for creating and migrating, without foreign keys, write-ahead log or a pool."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        **({"pool_size": 8, "max_overflow": 32} if ours else {"poolclass": NullPool}),
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
        # Transactions begin where `_begin` says: the driver would do it only at the first write, after the read.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if ours:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA foreign_keys={'ON' if ours else 'OFF'}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that wants to become a writer is refused at once, whatever the timeout: writers say so first.
        writer = connection.get_execution_options().get("writer", not ours)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def postgres_engine(url: URL) -> Engine:
    """Waits 10 s for a server and 30 s for a lock; checks each pooled connection before it is used."""
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=32,
        connect_args={"connect_timeout": 10, "options": f"-c lock_timeout={BUSY_MS} -c timezone=UTC"},
    )


def refuse_network_drive(path: Path) -> None:
    """SQLite's write-ahead log needs memory shared by all its users, which a network drive cannot give."""
    kind = drive_kind(path)
    if kind in NETWORK or (kind is not None and kind.startswith(("fuse.sshfs", "fuse.gluster"))):
        raise StoreError(
            f"The database lies on a network drive ({kind}), where SQLite would lose data. Nothing was written. "
            "Put it on a disk of this machine, or use PostgreSQL for a team (README)."
        )


def drive_kind(path: Path) -> str | None:
    """The kind of file system `path` lies on, as the system names it; None where it cannot be told."""
    if sys.platform == "win32":
        import ctypes

        remote = 4
        root = PurePath(path).anchor
        return "smb" if root.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(root) == remote else None
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    folder, found, kind = path.parent.resolve(), -1, None
    for line in lines:
        left, _, right = line.partition(" - ")
        mount = left.split(" ")[4].encode("latin-1", "replace").decode("unicode_escape", "replace")
        if len(mount) >= found and folder.is_relative_to(mount):
            found, kind = len(mount), right.split(" ")[0]
    return kind
