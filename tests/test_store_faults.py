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
from store_making import DAY, NOW, PROGRAMS, call, killed_at, note, parsed, publish, run

from matcher.errors import BusyError, ConflictError, MatcherError, StoreError
from matcher.model import Profile, Section
from matcher.store import Store
from matcher.store import _engine as engine_module
from matcher.store._engine import drive_kind

NEXT = DAY + timedelta(days=1)
LONG = [Section(kind="scope", text="Inland waterways and their locks. " * 60)]


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


def publish_for_ever(url: str, line: Any) -> None:
    """Publishes one generation of calls after the other; says each before it begins."""
    with Store(url) as store:
        for generation in range(1, 1000):
            line.send(generation)
            calls = [call(n, title=f"generation {generation}", sections=LONG) for n in range(300)]
            publish(store, calls, DAY + timedelta(days=generation))


def note_for_ever(url: str, line: Any) -> None:
    """Says each note after it was confirmed."""
    with Store(url) as store:
        for number in range(100_000):
            line.send(store.add_decision(note(number)).id)


def test_a_pull_killed_at_any_moment_leaves_no_half_pull_and_loses_no_note(database_url: str) -> None:
    random = Random(20261123)
    with Store(database_url) as store:
        publish(store, [call(n, title="generation 0", sections=LONG) for n in range(300)])
    confirmed: set[int] = set()
    states: list[str] = []
    for _ in range(5):
        pulling, pulls = PROGRAMS.Pipe(duplex=False)
        noting, notes = PROGRAMS.Pipe(duplex=False)
        programs = [
            PROGRAMS.Process(target=publish_for_ever, args=(database_url, pulls)),
            PROGRAMS.Process(target=note_for_ever, args=(database_url, notes)),
        ]
        for program in programs:
            program.start()
        pulls.close()
        notes.close()
        for _ in range(2):
            pulling.recv()
        programs[0].join(random.uniform(0.0, 0.4))
        for program in programs:
            program.kill()
            program.join()
            program.close()
        while noting.poll():
            try:
                confirmed.add(noting.recv())
            except EOFError:
                break
        pulling.close()
        noting.close()
        with Store(database_url) as store:
            assert len({one.title for one in store.calls()}) == 1
            assert confirmed <= {one.id for one in store.decisions()}
            assert store.verify() == []
            publish(store, [call(n, title="between", sections=LONG) for n in range(300)], DAY + timedelta(days=2000))
            states.append(store.runs(2)[1].state)
            with store._write() as connection:
                connection.execute(text("UPDATE run SET day = '2026-11-23'"))
    assert len(confirmed) > 5
    assert "killed" in states, "no kill came during a pull: this test no longer tests anything"
    assert set(states) <= {"killed", "published"}


def hold_the_lock(url: str) -> None:
    with Store(url) as store, store.pull_lock():
        store.add_decision(note(1))
        PROGRAMS.Event().wait()


def test_the_lock_of_a_killed_pull_is_free_again(database_url: str) -> None:
    with Store(database_url) as store:
        killed_at(0.5, hold_the_lock, database_url)
        with store.pull_lock():
            assert len(store.decisions()) == 1


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
    assert "damaged-1" in said
    assert path.with_name("matcher.db.damaged-1").exists()
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


# Crowded


def test_eight_editors_lose_no_update(database_url: str) -> None:
    rounds, conflicts, wrong = 12, [], []

    def edit(name: str) -> None:
        done = 0
        while done < rounds:
            current = store.profile("ruhr")
            draft = Profile(region="ruhr", priorities=[], by=name, why=f"{name} {done}")
            try:
                store.save_profile(draft, current.version if current else 0)
            except ConflictError as error:
                conflicts.append(error.current)
            except MatcherError as error:
                wrong.append(error)
                return
            else:
                done += 1
                store.add_decision(note(done))

    with Store(database_url) as store:
        threads = [Thread(target=edit, args=(f"officer {n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        versions = store.profiles("ruhr")
        assert [one.version for one in versions] == list(range(8 * rounds, 0, -1))
        assert {one.why for one in versions} == {f"officer {n} {done}" for n in range(8) for done in range(rounds)}
        assert len(store.decisions()) == store.revision("decisions") == 8 * rounds
        assert all(one is not None for one in conflicts)


def test_officers_read_and_write_while_a_pull_is_published(database_url: str) -> None:
    wrong: list[Exception] = []
    mixed: list[set[str]] = []
    over = Barrier(4)

    def work() -> None:
        try:
            over.wait()
            for number in range(15):
                titles = {one.title for one in store.calls()}
                if len(titles) > 1:
                    mixed.append(titles)
                store.add_decision(note(number))
        except Exception as error:
            wrong.append(error)

    with Store(database_url) as store:
        publish(store, [call(n, title="generation 0", sections=LONG) for n in range(150)])
        threads = [Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        over.wait()
        for number in range(1, 5):
            publish(store, [call(n, title=f"generation {number}", sections=LONG) for n in range(150)])
        for thread in threads:
            thread.join()
        assert (wrong, mixed) == ([], [])
        assert len(store.decisions()) == 45
        assert {one.title for one in store.calls()} == {"generation 4"}


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


def test_a_copy_made_while_others_write_is_whole(path: Path) -> None:
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
