"""What a store does when killed, full, damaged, crowded or in the wrong place: it keeps what it had and says so."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event, text
from store_loops import LONG, crowd, kill_pulls
from store_making import DAY, NOW, PROGRAMS, call, note, parsed, publish, run

from matcher.errors import BusyError, StoreError
from matcher.model import Profile
from matcher.store import Store
from matcher.store import _engine as engine_module
from matcher.store._engine import drive_kind

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "matcher.db"


def at(path: Path) -> Store:
    return Store(f"sqlite:///{path}")


def state(store: Store) -> tuple[Any, ...]:
    return (
        store.calls(),
        store.changes(),
        store.decisions(),
        list(store.raws()),
        store.last_published(),
        store.scope(),
    )


# Killed


def test_a_pull_killed_at_any_moment_leaves_no_half_pull_and_loses_no_note(database_url: str) -> None:
    found = kill_pulls(database_url, times=5)
    assert (found.half, found.lost, found.unsound) == (0, 0, 0)
    assert found.notes > 5
    assert found.states["killed"] > 0, "no kill came during a pull: this test no longer tests anything"
    assert set(found.states) <= {"killed", "published"}


def hold_the_lock(url: str, line: Any) -> None:
    with Store(url) as store, store.pull_lock():
        line.send("held")
        line.recv()


def test_the_lock_of_a_killed_pull_is_free_again(database_url: str) -> None:
    ours, theirs = PROGRAMS.Pipe()
    with Store(database_url) as store:
        program = PROGRAMS.Process(target=hold_the_lock, args=(database_url, theirs))
        program.start()
        assert ours.recv() == "held"
        with pytest.raises(BusyError), store.pull_lock():
            pytest.fail("the lock was not held")
        program.kill()
        program.join()
        program.close()
        # On PostgreSQL the server frees the lock when it notices, which is soon but not at once.
        for _ in range(10_000):
            if not store.health()["pulling"]:
                break
        with store.pull_lock():
            assert store.health()["pulling"]
    ours.close()
    theirs.close()


def test_of_twenty_pulls_at_once_exactly_one_runs(database_url: str) -> None:
    start, end = Barrier(20), Barrier(20)
    ran: list[int] = []
    refused: list[BusyError] = []

    def pull(number: int) -> None:
        start.wait()
        try:
            with store.pull_lock():
                ran.append(number)
                end.wait()
        except BusyError as error:
            refused.append(error)
            end.wait()

    with Store(database_url) as store:
        threads = [Thread(target=pull, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(ran), len(refused)) == (1, 19)


# A statement fails


class Faulty:
    """Lets the n-th statement of a store fail as a full disk does."""

    def __init__(self, store: Store, number: int):
        self.store, self.left = store, number

    def __enter__(self) -> "Faulty":
        event.listen(self.store._engine, "before_cursor_execute", self._count)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.store._engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise sqlite3.OperationalError("database or disk is full")


def test_whichever_statement_of_a_pull_fails_nothing_is_half_stored(path: Path) -> None:
    with at(path) as store:
        publish(store, [call(1), call(2)])
        store.add_decision(note(1))
        before = state(store)
        coming = [parsed(one) for one in (call(1, title="Other"), call(3))]
        for number in range(1, 100):
            begun = store.begin(run())
            with Faulty(store, number) as faulty:
                try:
                    store.publish(begun, coming, [], NEXT)
                except StoreError as error:
                    assert "disk of the database is full" in str(error)
                    assert error.exit_code == 5
                else:
                    assert faulty.left > 0
                    break
            assert state(store) == before
        else:
            pytest.fail("a pull has more than 100 statements")
        assert number > 10
        assert [one.title for one in store.calls()] == ["Other", "Clean rivers, part 2", "Clean rivers, part 3"]
        assert store.verify() == []


@pytest.mark.parametrize("action", ["note", "profile", "end", "reparse"])
def test_whichever_statement_of_an_action_fails_it_is_as_if_never_tried(path: Path, action: str) -> None:
    with at(path) as store:
        publish(store, [call(1)])
        begun = store.begin(run())

        def act() -> None:
            if action == "note":
                store.add_decision(note(1))
            elif action == "profile":
                store.save_profile(Profile(region="ruhr", priorities=[]), 0)
            elif action == "end":
                store.end(begun.model_copy(update={"state": "failed"}))
            else:
                store.replace_parsed([call(1, title="Other")])

        before = (state(store), store.runs(), store.profiles("ruhr"))
        for number in range(1, 30):
            with Faulty(store, number) as faulty:
                try:
                    act()
                except StoreError:
                    assert faulty.left == 0
                else:
                    break
            assert (state(store), store.runs(), store.profiles("ruhr")) == before
        assert number > 2
        assert (state(store), store.runs(), store.profiles("ruhr")) != before


def test_a_really_full_disk_keeps_every_confirmed_row(path: Path) -> None:
    with at(path) as store:
        publish(store, [call(1)])
        kept = [store.add_decision(note(n)) for n in range(3)]

        def limit(connection: sqlite3.Connection, *_: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 6}")

        store._engine.dispose()
        event.listen(store._engine, "connect", limit)
        many = [parsed(call(n, sections=LONG)) for n in range(1, 200)]
        with pytest.raises(StoreError, match="disk of the database is full"):
            store.publish(store.begin(run()), many, [], NEXT)
        with pytest.raises(StoreError, match="disk of the database is full"):
            for number in range(10_000):
                kept.append(store.add_decision(note(number).model_copy(update={"note": "x" * 2000})))
        assert store.decisions() == kept
        assert len(store.calls()) == 1
        event.remove(store._engine, "connect", limit)
        store._engine.dispose()
        assert publish(store, [one.call for one in many], NEXT).new == 198
        assert (store.decisions(), store.verify()) == (kept, [])


def test_the_folder_that_cannot_be_made_is_named_as_a_fault(path: Path) -> None:
    path.write_text("a file where a folder is meant")
    with pytest.raises(StoreError):
        at(path / "inside" / "matcher.db")
    assert path.read_text() == "a file where a folder is meant"


# Damaged, foreign, empty


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters (id INTEGER)")
        connection.commit()


def headless(path: Path) -> None:
    at(path).close()
    data = bytearray(path.read_bytes())
    data[30:4096] = b"\0" * 4066
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_text("<html>Please log in</html>" * 300), "not a database of this program"),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), "left as it is"),
        (foreign, "not one of this program"),
        (headless, "left as it is"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: path.with_name("matcher.db-wal").write_bytes(b"x"), "is gone"),
    ],
    ids=["empty", "html", "short", "foreign", "headless", "folder", "only its log"],
)
def test_what_is_no_store_is_refused_and_left_as_it_is(path: Path, make: Any, words: str) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=words) as caught:
        at(path)
    assert caught.value.exit_code == 5
    assert (path.read_bytes() if path.is_file() else None) == before


def test_the_newest_copy_is_named_where_the_store_cannot_be_read(path: Path) -> None:
    with at(path) as store:
        copy = path.parent / "backups" / "monday.db"
        store.backup(copy)
    path.write_bytes(b"")
    with pytest.raises(StoreError, match=rf"matcher restore {copy}"):
        at(path)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_file_cut_short_raises_only_our_errors_and_is_restored(path: Path, cut: float) -> None:
    with at(path) as store:
        publish(store, [call(n, sections=LONG) for n in range(60)])
        kept = store.add_decision(note(1))
        store.backup(path.with_name("copy.db"))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(StoreError, match=r"damaged|restore"), at(path) as store:
        assert store.verify() != []
        state(store)
        pytest.fail("a file cut short was read whole")
    said = Store.restore(f"sqlite:///{path}", path.with_name("copy.db"))
    assert "set-aside-1" in said
    assert path.with_name("matcher.db.set-aside-1").exists()
    with at(path) as store:
        assert (store.decisions(), len(store.calls()), store.verify()) == ([kept], 60, [])


def test_damage_in_a_call_is_noticed(path: Path, tmp_path: Path) -> None:
    with at(path) as store:
        publish(store, [call(n, sections=LONG) for n in range(20)])
        assert store.verify() == []
    whole, random = path.read_bytes(), Random(1)
    spots = [spot for spot in range(len(whole)) if whole.startswith(b"Inland waterways", spot)]
    assert len(spots) > 500
    for number in range(60):
        spot = random.choice(spots) + random.randrange(16)
        data = bytearray(whole)
        data[spot] = random.choice([b for b in range(256) if b != data[spot]])
        place = tmp_path / f"damaged-{number}.db"
        place.write_bytes(data)
        with at(place) as store:
            faults = store.verify()
            assert faults, f"a byte at {spot} changed unseen"
            health = store.health()
            assert health["readable"], health
    with at(path) as store:
        assert store.verify() == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE call SET identifier = 'x' WHERE reference = '00001TOPICSen'", "the call 00001TOPICSen is not"),
        ("UPDATE call SET html = NULL WHERE reference = '00001TOPICSen'", "the call 00001TOPICSen is not"),
        ("UPDATE call SET html = {blob} WHERE reference = '00001TOPICSen'", "the call 00001TOPICSen is not"),
        ("UPDATE raw SET data = {blob} WHERE reference = '00001TOPICSen'", "the raw record of 00001TOPICSen"),
        ("UPDATE call SET hash = 'x' WHERE reference = '00001TOPICSen'", "the calls as a whole"),
        ("DELETE FROM life WHERE reference = '00001TOPICSen'", "00001TOPICSen"),
    ],
)
def test_what_was_altered_by_other_means_is_noticed(database_url: str, statement: str, words: str) -> None:
    with Store(database_url) as store:
        publish(store, [call(1), call(2)])
        with store._write() as connection:
            blob = "CAST('x' AS BLOB)" if connection.dialect.name == "sqlite" else "CAST('x' AS BYTEA)"
            connection.execute(text(statement.format(blob=blob)))
        assert any(words in fault for fault in store.verify())


def test_a_copy_that_is_not_sound_is_not_restored(path: Path) -> None:
    with at(path) as store:
        publish(store, [call(1)])
        copy = path.with_name("copy.db")
        store.backup(copy)
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("UPDATE call SET body = replace(body, 'rivers', 'ravers')")
            connection.commit()
        before = state(store)
        with pytest.raises(StoreError, match="not restored, for it is not sound"):
            Store.restore(f"sqlite:///{path}", copy)
        with pytest.raises(StoreError, match="There is no file"):
            Store.restore(f"sqlite:///{path}", path.with_name("nothing.db"))
        assert state(store) == before


def test_a_copy_is_restored_where_nothing_or_something_newer_lies(path: Path) -> None:
    with at(path) as store:
        kept = store.add_decision(note(1))
        copy = path.with_name("copy.db")
        store.backup(copy)
    place = path.with_name("elsewhere.db")
    assert "kept" not in Store.restore(f"sqlite:///{place}", copy)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("UPDATE matcher_schema SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreError, match="newer version"):
        at(place)
    assert "elsewhere.db.set-aside-1" in Store.restore(f"sqlite:///{place}", copy)
    with at(place) as store:
        assert store.decisions() == [kept]
    assert [one.name for one in path.parent.glob("*restoring*")] == []


# Crowded


def test_eight_officers_and_a_pull_lose_no_update(database_url: str) -> None:
    found = crowd(database_url, officers=8, seconds=1.5)
    assert found.wrong == []
    assert (found.lost, found.mixed) == (0, 0)
    assert found.saved > 0
    assert found.pulls > 0


def test_every_connection_is_set_up_for_power_loss_and_company(path: Path) -> None:
    with at(path) as store, store._read() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_writer_that_waits_too_long_is_told_that_another_saves(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_MS", 50)
    with at(path) as store, store._write():
        with at(path) as other, pytest.raises(StoreError, match="Somebody else is saving right now"):
            other.add_decision(note(1))
        assert store.decisions() == []


def test_the_log_of_a_pull_gives_its_space_back(path: Path) -> None:
    with at(path) as store:
        for number in range(3):
            publish(store, [call(n, title=f"generation {number}", sections=LONG) for n in range(300)])
            assert store.health()["wal_bytes"] == 0


def test_a_copy_made_while_others_write_is_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The note that a copy was made waits for its turn, which here comes only after it.
    monkeypatch.setattr("matcher.store._base.BUSY_MS", 50)
    with at(path) as store:
        publish(store, [call(n, sections=LONG) for n in range(100)])
        for number in range(5):
            store.add_decision(note(number))
        assert path.with_name("matcher.db-wal").stat().st_size > 0
        with store._write() as connection:
            connection.execute(text("DELETE FROM decision"))
            said = store.backup(path.with_name("copy.db"))
        assert "100 calls, 5 decisions" in said
        shutil.copy(path.with_name("copy.db"), path.with_name("alone.db"))
        with at(path.with_name("alone.db")) as copy:
            assert (len(copy.calls()), len(copy.decisions()), copy.verify()) == (100, 5, [])


# In the wrong place

MOUNTED = """22 1 0:21 / / rw,relatime - ext4 /dev/sda1 rw
35 22 0:40 / /srv/office\\040share rw shared:1 - {kind} server:/share rw
36 22 0:41 / /srv/local rw - xfs /dev/sdb1 rw
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    table = tmp_path / "mountinfo"
    monkeypatch.setattr(engine_module, "MOUNTS", table)
    yield table


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_drive_is_refused(mounts: Path, kind: str) -> None:
    mounts.write_text(MOUNTED.format(kind=kind), encoding="utf-8")
    assert drive_kind(Path("/srv/office share/data/matcher.db")) == kind
    with pytest.raises(StoreError, match=rf"network drive \({kind}\).*PostgreSQL"):
        engine_module.refuse_network_drive(Path("/srv/office share/data/matcher.db"))


def test_a_disk_of_this_machine_is_not_refused(mounts: Path) -> None:
    mounts.write_text(MOUNTED.format(kind="nfs"), encoding="utf-8")
    assert drive_kind(Path("/srv/local/matcher.db")) == "xfs"
    assert drive_kind(Path("/srv/office/matcher.db")) == "ext4"
    engine_module.refuse_network_drive(Path("/srv/local/matcher.db"))
    mounts.unlink()
    assert drive_kind(Path("/srv/local/matcher.db")) is None
    engine_module.refuse_network_drive(Path("/srv/local/matcher.db"))


def test_no_value_that_was_being_saved_stands_in_an_error(path: Path) -> None:
    with at(path) as store:
        store.add_decision(note(1))
        with store._write() as connection:
            connection.execute(text("ALTER TABLE decision RENAME COLUMN body TO other"))
        secret = note(2).model_copy(update={"note": "a private remark"})
        with pytest.raises(StoreError) as caught:
            store.add_decision(secret)
        error: BaseException | None = caught.value
        while error is not None:
            assert "private remark" not in str(error)
            error = error.__cause__ or error.__context__


def test_times_are_kept_to_the_moment(database_url: str) -> None:
    moment = NOW.replace(microsecond=123456)
    with Store(database_url) as store:
        store.publish(store.begin(run()), [parsed(call(1), fetched=moment)], [], DAY)
        assert [fetched for _, fetched, _ in store.raws()] == [moment]
