"""The versions of the schema and the way from one to the next; runs inside a transaction the caller opened.

A new version is a file `versions/v000N_what.py` (revision "000N", down_revision the one before), and HEAD below. All
constraints have names. Tables are rebuilt in batch mode on SQLite, so the caller must have foreign keys switched off.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).resolve().parent / "versions"
TABLE = "matcher_schema"
HEAD = "0003"


def current(connection: Connection) -> str | None:
    """The version of the schema in this database; None when there is none."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()


def known(folders: Sequence[Path] = (VERSIONS,)) -> list[str]:
    """All versions this program can read or bring up, newest first."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(VERSIONS.parent), version_locations=[str(folder) for folder in folders])
    return [revision.revision for revision in script.walk_revisions()]


def upgrade(connection: Connection, folders: Sequence[Path] = (VERSIONS,), target: str = "head") -> None:
    """Bring the schema to `target`. Neither begins nor commits: all of it or nothing is up to the caller."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(VERSIONS.parent), version_locations=[str(folder) for folder in folders])

    def steps(revision: object, _context: object) -> object:
        return script._upgrade_revs(target, revision)  # type: ignore[arg-type]

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(
            connection=connection, version_table=TABLE, transactional_ddl=True, render_as_batch=True
        )
        with environment.begin_transaction():
            environment.run_migrations()
