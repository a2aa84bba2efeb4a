"""The databases of the torture: SQLite in a folder that goes away, PostgreSQL where it is there or can be made."""

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests import postgres

MEMORY = Path("/dev/shm")


class Databases:
    """Makes new, empty databases of one kind, and twins of one that nobody uses at that moment."""

    def __init__(self, name: str, folder: Path, server: str = ""):
        self.name, self.folder, self._server = name, folder, server

    @contextlib.contextmanager
    def new(self, like: str = "", lasting: bool = True) -> Iterator[str]:
        """The URL of a database, with the content of `like` if given; gone afterwards.

        `lasting=False`: in memory where the machine has such a folder, for parts that ask nothing of the disk.
        """
        mark = f"torture_{uuid.uuid4().hex[:12]}"
        if not self._server:
            place = Path(tempfile.mkdtemp(prefix=mark, dir=self.folder if lasting or not MEMORY.is_dir() else MEMORY))
            if like:
                shutil.copy(make_url(like).database or "", place / "matcher.db")
            try:
                yield f"sqlite:///{place / 'matcher.db'}"
            finally:
                shutil.rmtree(place)
            return
        address = make_url(self._server)
        template = f" TEMPLATE {make_url(like).database}" if like else ""
        self._command(f"CREATE DATABASE {mark}{template}")
        try:
            yield address.set(database=mark).render_as_string(hide_password=False)
        finally:
            self._command(f"DROP DATABASE {mark} WITH (FORCE)")

    def _command(self, words: str) -> None:
        server = create_engine(make_url(self._server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with server.connect() as connection:
            connection.execute(text(words))
        server.dispose()


@contextlib.contextmanager
def kinds(wanted: str = "") -> Iterator[list[Databases]]:
    """SQLite, and PostgreSQL by MATCHER_TEST_DATABASE or in a cluster made for the purpose; `wanted` names one."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="matcher-torture-")))
        found = [Databases("SQLite", folder)] if wanted in ("", "sqlite") else []
        if wanted in ("", "postgresql"):
            server = os.environ.get("MATCHER_TEST_DATABASE", "")
            if not server and postgres.programs() is not None:
                cluster = Path(tempfile.mkdtemp(prefix="matcher-postgres-"))
                stack.callback(postgres.stop, cluster)
                server = postgres.start(cluster)
            if server:
                found.append(Databases("PostgreSQL", folder, server))
        yield found
