"""From version to version without losing a row: what is created, brought up, refused, and survived."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Barrier, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, insert, inspect, make_url, select, text
from sqlalchemy.pool import NullPool
from store_making import DAY, NOTES, NOW, bring_up, call, fill, killed_at, publish

from matcher import migrations
from matcher.errors import StoreError
from matcher.ledger import Decision, State
from matcher.store import Store
from matcher.store._base import Database
from matcher.store._engine import postgres_engine, read_url, sqlite_engine, sqlite_path
from matcher.store._lock import file_lock, lock_path
from matcher.store._tables import METADATA

ROOT = Path(__file__).resolve().parent.parent

# Rebuilds the table that everything refers to, and one that holds what people typed.
REBUILD = '''
"""A version that exists only in this test."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0004", "0003", None, None

def upgrade():
    how = {"recreate": "always" if op.get_bind().dialect.name == "sqlite" else "never"}
    with op.batch_alter_table("call", **how) as table:
        table.add_column(sa.Column("extra", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE call SET extra = identifier")
    with op.batch_alter_table("decision", **how) as table:
        table.add_column(sa.Column("office", sa.String(), nullable=True))
        table.create_index("ix_decision_office", ["office"])
'''
EATS_NOTES = REBUILD + '    op.execute("DELETE FROM decision WHERE id = 1")\n'
BREAKS_REFERENCES = REBUILD + "    op.execute(\"DELETE FROM call WHERE reference LIKE '00001%'\")\n"


def folders(tmp_path: Path, script: str) -> tuple[Path, Path]:
    extra = tmp_path / "later"
    extra.mkdir(exist_ok=True)
    (extra / "v0004_later.py").write_text(script, encoding="utf-8")
    return migrations.VERSIONS, extra


def plain_engine(url: str) -> Engine:
    path = sqlite_path(read_url(url))
    return sqlite_engine(path, ours=False) if path else postgres_engine(read_url(url))


def ask(url: str, *queries: str) -> list[object]:
    engine = plain_engine(url)
    with engine.connect() as connection:
        found = [connection.execute(text(query)).scalar() for query in queries]
    engine.dispose()
    return found


COUNTS = ("SELECT count(*) FROM decision", "SELECT count(*) FROM call", "SELECT version_num FROM matcher_schema")


def test_the_newest_version_is_the_one_the_program_names() -> None:
    assert migrations.known()[0] == migrations.HEAD
    assert migrations.known() == sorted(migrations.known(), reverse=True)


def test_a_new_database_is_what_the_tables_say(database_url: str) -> None:
    Store(database_url).close()
    engine = plain_engine(database_url)
    with engine.connect() as connection:
        options = {"version_table": migrations.TABLE, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
        there = inspect(connection)
        for table in METADATA.sorted_tables:
            names = {constraint.name for constraint in table.constraints if constraint.name}
            # SQLite does not tell the name of a key that counts by itself.
            found = {there.get_pk_constraint(table.name)["name"] or f"pk_{table.name}"}
            found |= {one["name"] for one in there.get_foreign_keys(table.name)}
            found |= {one["name"] for one in there.get_unique_constraints(table.name)}
            assert {str(name) for name in names} == found
    engine.dispose()


def test_nothing_people_typed_hangs_on_a_call() -> None:
    for name in ("decision", "profile", "saved_view", "shortlist", "visit"):
        assert not METADATA.tables[name].foreign_keys
    assert not [key for table in METADATA.tables.values() for key in table.foreign_keys if key.ondelete]


def test_an_older_database_is_brought_up_with_every_note(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    bring_up(database_url, folders(tmp_path, REBUILD))
    assert ask(database_url, *COUNTS, "SELECT min(extra) FROM call") == [NOTES, 20, "0004", "HORIZON-CL5-2027-00001"]
    with_office = ask(database_url, "SELECT count(*) FROM decision WHERE office IS NULL")
    assert with_office == [NOTES]


def test_a_copy_of_the_file_as_it_was_is_kept_beside(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matcher.db'}"
    fill(url)
    bring_up(url, folders(tmp_path, REBUILD))
    kept = tmp_path / "matcher.db.before-0004"
    assert ask(f"sqlite:///{kept}", *COUNTS, "PRAGMA integrity_check") == [NOTES, 20, "0003", "ok"]
    with Store(f"sqlite:///{kept}") as former:
        assert len(former.decisions()) == NOTES


@pytest.mark.parametrize("released", sorted(migrations.known())[:-1])
def test_every_released_schema_is_brought_up_whole(released: str, database_url: str, tmp_path: Path) -> None:
    """The content of today's store under an older schema: opened, nothing is lost and the next pull goes on."""
    origin = f"sqlite:///{tmp_path / 'origin.db'}"
    fill(origin)
    older(database_url, released, origin)
    tables = [table for table in METADATA.tables if table not in ("revision", "backup")]
    counts = [f'SELECT count(*) FROM "{table}"' for table in tables]
    with Store(database_url) as store, Store(origin) as made:
        assert store.decisions() == made.decisions()
        assert len(store.decisions()) == NOTES
        assert (store.calls(), store.runs(), store.life()) == (made.calls(), made.runs(), made.life())
        assert [record for _, _, record in store.raws()] == [record for _, _, record in made.raws()]
        assert store.verify() == []
        assert ask(database_url, *counts) == ask(origin, *counts)
        again = publish(store, [call(number) for number in range(1, 21)], DAY + timedelta(days=1))
        assert (again.state, again.new, again.changed, again.same) == ("published", 0, 0, 20)
        store.backup(tmp_path / "copy.db")
        assert store.last_backup() is not None
    engine = plain_engine(database_url)
    with engine.connect() as connection:
        options = {"version_table": migrations.TABLE, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    engine.dispose()


def older(url: str, revision: str, origin: str) -> None:
    """A database of an older schema with the rows of another one, as far as it has their tables and columns."""
    source, target = plain_engine(origin), plain_engine(url)
    with source.connect() as old, target.begin() as connection:
        migrations.upgrade(connection, target=revision)
        there = inspect(connection)
        for table in METADATA.sorted_tables:
            if not there.has_table(table.name):
                continue
            names = {column["name"] for column in there.get_columns(table.name)}
            columns = [column for column in table.columns if column.name in names]
            rows = [dict(row._mapping) for row in old.execute(select(*columns))]
            if table.name == "revision":
                connection.execute(table.delete())
                rows = [row for row in rows if row["what"] != "shelf" or revision != "0001"]
            if rows:
                connection.execute(insert(table), rows)
            if rows and "id" in names and connection.dialect.name == "postgresql":
                counter = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
                connection.execute(text(f'SELECT setval({counter}, max(id)) FROM "{table.name}"'))
    source.dispose()
    target.dispose()


@pytest.mark.parametrize("script", [EATS_NOTES, REBUILD + "    raise RuntimeError('a mistake')\n"])
def test_a_version_that_would_lose_a_note_is_not_applied(database_url: str, tmp_path: Path, script: str) -> None:
    fill(database_url)
    with pytest.raises((StoreError, RuntimeError), match=r"decision|a mistake"):
        bring_up(database_url, folders(tmp_path, script))
    assert ask(database_url, *COUNTS) == [NOTES, 20, "0003"]
    bring_up(database_url, folders(tmp_path, REBUILD))
    assert ask(database_url, *COUNTS) == [NOTES, 20, "0004"]


def test_a_version_that_breaks_references_is_not_applied(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matcher.db'}"
    fill(url)
    with pytest.raises(StoreError, match="references between tables"):
        bring_up(url, folders(tmp_path, BREAKS_REFERENCES))
    assert ask(url, *COUNTS) == [NOTES, 20, "0003"]


def test_a_newer_database_is_refused_and_left_alone(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    bring_up(database_url, folders(tmp_path, REBUILD))
    with pytest.raises(StoreError, match=r"newer version.*schema 0004.*Nothing was changed"):
        Store(database_url)
    assert ask(database_url, *COUNTS) == [NOTES, 20, "0004"]


def test_no_new_version_while_a_pull_is_running(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    with Store(database_url) as store, store.pull_lock():
        with pytest.raises(StoreError, match="a pull is running"):
            bring_up(database_url, folders(tmp_path, REBUILD))
        assert len(store.decisions()) == NOTES
    bring_up(database_url, folders(tmp_path, REBUILD))
    assert ask(database_url, *COUNTS) == [NOTES, 20, "0004"]


def test_many_programs_may_start_at_once(database_url: str) -> None:
    barrier, opened, wrong = Barrier(8), [], []

    def start() -> None:
        barrier.wait()
        try:
            store = Store(database_url)
        except StoreError as error:
            wrong.append(error)
        else:
            opened.append(store)
            store.add_decision(Decision(reference="r", identifier="i", state=State.NEW, at=NOW, by="x"))

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(opened[0].decisions()) == 8
    for store in opened:
        store.close()


def test_another_programs_tables_are_left_alone(postgres_database: str) -> None:
    engine = postgres_engine(read_url(postgres_database))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE call (number int)"))
    engine.dispose()
    with pytest.raises(StoreError, match="another program"):
        Store(postgres_database)


def test_a_creation_that_waits_too_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "matcher.db"
    moments = iter([0.0, 61.0])
    with file_lock(lock_path(path, "schema")):
        monkeypatch.setattr("matcher.store._lock.time.monotonic", lambda: next(moments))
        with pytest.raises(StoreError, match="preparing this database"):
            Store(f"sqlite:///{path}")
    assert not path.exists()


@pytest.fixture
def chance() -> Callable[[float], float]:
    random = Random(20261123)
    return lambda most: random.uniform(0.0, most)


@pytest.fixture
def twin(database_url: str, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes another database with the same content, which nobody uses at that moment."""
    made: list[str] = []
    address = make_url(database_url)

    def make() -> str:
        if address.get_backend_name() == "sqlite":
            made.append(f"{address.database}.twin-{len(made)}")
            shutil.copy(address.database or "", made[-1])
            return f"sqlite:///{made[-1]}"
        made.append(f"{address.database}_{len(made)}")
        _server(database_url, f"CREATE DATABASE {made[-1]} TEMPLATE {address.database}")
        return address.set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    if address.get_backend_name() == "postgresql":
        for name in made:
            _server(database_url, f"DROP DATABASE {name} WITH (FORCE)")


def _server(url: str, command: str) -> None:
    server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(text(command))


def test_a_migration_killed_at_any_moment_can_be_done_again(
    database_url: str, twin: Callable[[], str], tmp_path: Path, chance: Callable[[float], float]
) -> None:
    fill(database_url, calls=200)
    versions = folders(tmp_path, REBUILD)
    found = []
    for most in (0.02, 0.04, 0.06, 0.1, 0.15):
        url = twin()
        killed_at(chance(most), bring_up, url, versions)
        assert ask(url, *COUNTS[:2]) == [NOTES, 200]
        found += ask(url, COUNTS[2])
        bring_up(url, versions)
        assert ask(url, *COUNTS, "SELECT count(*) FROM decision WHERE office IS NULL") == [NOTES, 200, "0004", NOTES]
    assert set(found) <= {"0003", "0004"}
    assert "0003" in found, "no kill came before the end: this test has become too slow to test anything"


def test_a_creation_killed_at_any_moment_can_be_done_again(tmp_path: Path, chance: Callable[[float], float]) -> None:
    path = tmp_path / "matcher.db"
    for _ in range(5):
        killed_at(chance(0.15), Store, f"sqlite:///{path}")
        with Store(f"sqlite:///{path}") as store:
            publish(store, [call(1)], DAY)
            assert store.verify() == []
        path.unlink()


def test_opening_does_not_load_the_migration_tool_when_nothing_is_to_be_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matcher.db'}"
    Store(url).close()
    code = f"import sys; from matcher.store import Store; Store({url!r}).close(); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_every_part_of_the_store_stands_on_the_database(database_url: str) -> None:
    with Store(database_url) as store:
        assert isinstance(store, Database)
        assert store.revision("runs") == 0
