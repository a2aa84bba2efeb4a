"""What all parts of the store share: one way to read, one way to write, counters that grow with the content."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal, Self

from sqlalchemy import Connection, Engine, select, update

from matcher.errors import StoreError
from matcher.store._engine import BUSY_MS, postgres_engine, read_url, sqlite_engine, sqlite_path
from matcher.store._faults import LOCKED, told
from matcher.store._open import open_postgres, open_sqlite
from matcher.store._tables import REVISION

What = Literal["calls", "profile", "decisions", "runs", "shelf"]


class Database:
    """A transaction per action: nothing here keeps a connection between two calls."""

    def __init__(self, url: str, *, region: str | None = None):
        """Opens the database, creating or migrating it; raises StoreError (nothing was changed) or InputError.

        `region`: whose decisions are read and written; None reads those of all and adds them as they are.
        """
        address = read_url(url)
        self.region = region
        self._path: Path | None = sqlite_path(address)
        self._queue = Lock()
        self.writes = 0
        """Grows with every transaction of this object that may have changed something."""
        self._engine: Engine
        self._reader: Engine
        self._writer: Engine
        if self._path:
            open_sqlite(self._path)
            self._engine = sqlite_engine(self._path)
            self._reader = self._engine
            self._writer = self._engine.execution_options(writer=True)
        else:
            self._engine = postgres_engine(address)
            try:
                open_postgres(self._engine)
            except BaseException:
                self._engine.dispose()
                raise
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writer = self._engine

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def revision(self, what: What) -> int:
        """A number that grows whenever this content does, counted in the database: the key of every cache above."""
        with self._read() as connection:
            return value_of(connection, what)

    def revisions(self) -> dict[str, int]:
        """All of them at once, by what they count."""
        with self._read() as connection:
            return {row.what: int(row.value) for row in connection.execute(select(REVISION.c.what, REVISION.c.value))}

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with told(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _write(self, *what: What) -> Iterator[Connection]:
        """One transaction. Writers take turns; on PostgreSQL they lock the rows of their counters, in one order."""
        with self._turn(), told(), self._writer.begin() as connection:
            for name in sorted(what):
                connection.execute(select(REVISION.c.value).where(REVISION.c.what == name).with_for_update())
            yield connection
        self.writes += 1

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """On SQLite, threads queue here: its own waiting sleeps longer and longer, and the unlucky one waits on."""
        if self._path is None:
            yield
            return
        if not self._queue.acquire(timeout=BUSY_MS / 1000):
            raise StoreError(LOCKED)
        try:
            yield
        finally:
            self._queue.release()


def value_of(connection: Connection, what: What) -> int:
    return int(connection.execute(select(REVISION.c.value).where(REVISION.c.what == what)).scalar_one())


def grow(connection: Connection, what: What) -> None:
    connection.execute(update(REVISION).where(REVISION.c.what == what).values(value=REVISION.c.value + 1))
