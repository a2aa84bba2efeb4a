"""The roles of examples/postgres-roles.sql: what each may do, and what the database itself keeps it from."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from matcher.errors import StoreError
from matcher.harvest import harvest
from matcher.ledger import Decision, Run, State
from matcher.model import Concept, Priority, Profile
from matcher.shelf import SavedView, Visit
from matcher.sources._page import Page
from matcher.store import Store
from matcher.views.runs import failure
from tests.fake_portal import topic

SQL = Path(__file__).resolve().parent.parent / "examples" / "postgres-roles.sql"
ROLES = ("owner", "pull", "desk", "read")
NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
DAY = date(2026, 11, 23)
SECRET = "roles-of-a-test"


def profile(by: str) -> Profile:
    spelled = {"en": ["hydrogen"]}
    one = Priority(key="green", labels={"en": "Green"}, concepts=[Concept(key="h2", weight=1, spellings=spelled)])
    return Profile(region="ruhr", by=by, at=NOW, priorities=[one])


class Roles(NamedTuple):
    """The URL of the database for each role."""

    owner: str
    pull: str
    desk: str
    read: str


def run_file(url: str, prefix: str) -> None:
    """The file as it is, under names of this test: roles belong to the whole server."""
    import psycopg

    script = SQL.read_text("utf-8")
    for role in ROLES:
        script = script.replace(f"matcher_{role}", f"{prefix}_{role}")
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(script)


@pytest.fixture
def roles(postgres_database: str) -> Iterator[Roles]:
    prefix = f"t{uuid.uuid4().hex[:10]}"
    server = create_engine(postgres_database, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    run_file(postgres_database, prefix)
    with server.connect() as connection:
        for role in ROLES:
            connection.execute(text(f"ALTER ROLE {prefix}_{role} PASSWORD '{SECRET}'"))
    urls = [
        make_url(postgres_database).set(username=f"{prefix}_{role}", password=SECRET).render_as_string(False)
        for role in ROLES
    ]
    found = Roles(*urls)
    try:
        with Store(found.owner) as store:
            store.save_profile(profile("anna"), seen=0)
        run_file(postgres_database, prefix)
        run_file(postgres_database, prefix)
        yield found
    finally:
        with server.connect() as connection:
            for role in ROLES:
                connection.execute(text(f"DROP OWNED BY {prefix}_{role} CASCADE"))
                connection.execute(text(f"DROP ROLE {prefix}_{role}"))
        server.dispose()


def pull(url: str, numbers: range, days: int = 0) -> Run:
    records = [topic(n) for n in numbers]
    page = Page("topic", 1, len(records), records, rows=len(records))
    with Store(url) as store:
        return harvest(
            store, "portal", [page], scope="live", recorded_on=None, now=NOW + timedelta(days=days),
            today=DAY + timedelta(days=days),
        )  # fmt: skip


def note(text: str) -> Decision:
    return Decision(reference="x", identifier="I", state=State.READING, at=NOW, by="anna", note=text)


def denied(url: str, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    for statement in statements:
        with (
            engine.connect() as connection,
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        ):
            connection.execute(text(statement))
    engine.dispose()


def test_the_pull_pulls_and_reads_no_note(roles: Roles) -> None:
    with Store(roles.desk) as store:
        store.add_decision(note("a word in confidence"))
    assert pull(roles.pull, range(20)).exit_code == 0
    second = pull(roles.pull, range(1, 21), days=1)
    assert (second.exit_code, second.new, second.not_seen) == (0, 1, 1)
    with Store(roles.pull) as store:
        facts = store.health()
        assert (facts["readable"], facts["writable"], facts["decisions"]) == (True, True, 1)
        with pytest.raises(StoreError, match="may not do that"):
            store.decisions()
    denied(
        roles.pull, "SELECT body FROM decision", "INSERT INTO decision (reference) VALUES ('x')",
        "DELETE FROM decision", "UPDATE profile SET body = ''", "DROP TABLE call",
        "ALTER TABLE call ADD COLUMN x int", "CREATE TABLE other (x int)", "SELECT * FROM visit",
    )  # fmt: skip


def test_the_desk_works_and_can_neither_drop_nor_rewrite(roles: Roles) -> None:
    pull(roles.pull, range(20))
    with Store(roles.desk) as store:
        assert len(store.calls()) == 20
        store.add_decision(note("kept"))
        saved = store.save_profile(profile("bert"), seen=1)
        assert saved.version == 2
        view = store.save_view(SavedView(name="V", region="ruhr", query="q=x", by="anna", at=NOW))
        assert view.id is not None
        store.delete_view(view.id)
        for days in (0, 1):
            store.save_visit(Visit(region="ruhr", user="anna", at=NOW + timedelta(days=days)))
        facts = store.health()
        assert (facts["readable"], facts["writable"], facts["decisions"]) == (True, True, 1)
    denied(
        roles.desk, "DROP TABLE decision", "DROP TABLE call", "ALTER TABLE decision DROP COLUMN body",
        "ALTER TABLE call ADD COLUMN x int", "TRUNCATE decision", "UPDATE decision SET body = ''",
        "DELETE FROM decision", "UPDATE profile SET body = ''", "DELETE FROM profile", "UPDATE call SET body = ''",
        "DELETE FROM call", "INSERT INTO reject (run, reason, excerpt) VALUES (1, 'a', '')",
        "UPDATE matcher_schema SET version_num = '0001'", "CREATE TABLE other (x int)",
        "CREATE INDEX other ON decision (at)",
    )  # fmt: skip
    with pytest.raises(StoreError, match="may not do that") as refused:
        pull(roles.desk, range(10))
    assert "dieser Benutzer darf die Datenbank nicht schreiben" in failure(refused.value, "de")
    with Store(roles.desk) as store:
        assert [one.note for one in store.decisions()] == ["kept"]
        assert len(store.calls()) == 20


def test_the_reader_reads_only(roles: Roles) -> None:
    pull(roles.pull, range(20))
    with Store(roles.read) as store:
        assert len(store.calls()) == 20
        assert store.health()["writable"] is False
        with pytest.raises(StoreError, match="may not do that"):
            store.add_decision(note("no"))
    denied(roles.read, "DELETE FROM run", "UPDATE revision SET value = 0", "CREATE TABLE other (x int)")


def test_the_owner_brings_up_and_nobody_else_can(roles: Roles) -> None:
    denied(roles.owner.replace(make_url(roles.owner).username or "", make_url(roles.desk).username or ""),
           "ALTER TABLE raw DROP COLUMN lasting")  # fmt: skip
    engine = create_engine(roles.owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE raw DROP COLUMN lasting, DROP COLUMN parser, DROP COLUMN filled"))
        connection.execute(text("DROP TABLE backup"))
        connection.execute(text("UPDATE matcher_schema SET version_num = '0002'"))
    engine.dispose()
    for url in (roles.desk, roles.pull):
        with pytest.raises(StoreError, match="may not do that"):
            Store(url)
    with Store(roles.owner) as store:
        assert store.health()["schema"] == "0003"
