"""What people keep: views, lists, visits; brought up from the first schema, not overwritten, not lost by a pull."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import text
from store_making import DAY, NOTES, NOW, call, note, publish

from matcher import migrations
from matcher.errors import ConflictError, InputError
from matcher.ledger import Decision, State
from matcher.shelf import Entry, SavedView, Shortlist, Visit
from matcher.store import Store
from matcher.store._engine import postgres_engine, read_url, sqlite_engine, sqlite_path
from matcher.store._tables import METADATA

VIEW = SavedView(name="Wasserstoff", region="ruhr", query="priority=green&q=hydrogen", by="anna", at=NOW)
LIST = Shortlist(name="Runder Tisch", region="ruhr", by="anna", at=NOW)


def first_schema(url: str) -> None:
    """A database as the program before this one left it, with calls and NOTES notes."""
    path = sqlite_path(read_url(url))
    engine = sqlite_engine(path, ours=False) if path else postgres_engine(read_url(url))
    with engine.begin() as connection:
        migrations.upgrade(connection, target="0001")
        for number in range(NOTES):
            decision = note(number)
            connection.execute(
                text("INSERT INTO decision (reference, identifier, at, body) VALUES (:r, :i, :a, :b)"),
                {"r": decision.reference, "i": "I", "a": "2026-11-23 03:10:00", "b": decision.model_dump_json()},
            )
    engine.dispose()


def test_a_database_of_the_first_schema_is_brought_up_with_every_note(database_url: str) -> None:
    first_schema(database_url)
    with Store(database_url) as store:
        assert [d.note for d in store.decisions()] == [f"note {n}" for n in range(NOTES)]
        assert store.revision("shelf") == 0
        assert store.save_view(VIEW).id == 1
        assert store.verify() == []


def test_the_file_of_the_first_schema_is_kept_beside(tmp_path: Path) -> None:
    first_schema(f"sqlite:///{tmp_path / 'matcher.db'}")
    Store(f"sqlite:///{tmp_path / 'matcher.db'}").close()
    kept = tmp_path / "matcher.db.before-0003"
    shutil.copy(kept, tmp_path / "again.db")
    with Store(f"sqlite:///{tmp_path / 'again.db'}") as again:
        assert len(again.decisions()) == NOTES


def test_no_table_of_people_refers_to_a_call() -> None:
    for name in ("saved_view", "shortlist", "visit"):
        assert not METADATA.tables[name].foreign_keys


def test_views_come_back_in_their_order_and_can_be_taken_away_and_back(database_url: str) -> None:
    with Store(database_url) as store:
        second = store.save_view(VIEW.model_copy(update={"name": "Zweite", "place": 2}))
        first = store.save_view(VIEW.model_copy(update={"place": 1}))
        assert [v.name for v in store.views("ruhr")] == ["Wasserstoff", "Zweite"]
        assert store.views("twente") == []
        before = store.revision("shelf")
        gone = store.delete_view(first.id or 0)
        assert gone == first
        assert store.revision("shelf") > before
        assert store.views("ruhr") == [second]
        with pytest.raises(InputError, match="taken this away"):
            store.delete_view(first.id or 0)
        back = store.save_view(gone.model_copy(update={"id": None}))
        assert back.query == VIEW.query
        assert back.id != first.id


def test_a_name_is_given_once(database_url: str) -> None:
    with Store(database_url) as store:
        store.save_shortlist(LIST)
        with pytest.raises(ConflictError) as caught:
            store.save_shortlist(LIST.model_copy(update={"name": " runder TISCH"}))
        assert isinstance(caught.value.current, Shortlist)
        assert len(store.shortlists("ruhr")) == 1
        store.save_shortlist(LIST.model_copy(update={"region": "twente"}))


def test_who_saves_second_is_told_what_the_first_one_saved(database_url: str) -> None:
    with Store(database_url) as store:
        seen = store.save_shortlist(LIST)
        entry = Entry(reference="a", identifier="A")
        theirs = store.save_shortlist(seen.model_copy(update={"entries": [entry], "by": "bert"}))
        with pytest.raises(ConflictError, match="bert changed") as caught:
            store.save_shortlist(seen.model_copy(update={"name": "Mein Name"}))
        assert caught.value.current == theirs
        assert store.shortlists("ruhr") == [theirs]
        store.delete_shortlist(theirs.id or 0)
        with pytest.raises(ConflictError, match="taken") as caught:
            store.save_shortlist(theirs)
        assert caught.value.current is None


def test_of_twenty_savers_at_once_one_wins_and_nineteen_are_told(database_url: str) -> None:
    with Store(database_url) as store:
        seen = store.save_shortlist(LIST)
        barrier, won, told = Barrier(20), [], []

        def save(number: int) -> None:
            mine = seen.model_copy(update={"note": str(number)})
            barrier.wait()
            try:
                won.append(store.save_shortlist(mine))
            except ConflictError as error:
                told.append(error.current)

        threads = [Thread(target=save, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert told == [won[0]] * 19
        assert store.shortlists("ruhr") == won


@pytest.mark.parametrize(
    "bad",
    [
        VIEW.model_copy(update={"name": ""}),
        VIEW.model_copy(update={"name": "x" * 81}),
        VIEW.model_copy(update={"at": NOW.replace(tzinfo=None)}),
    ],
)
def test_what_is_no_view_is_not_stored(database_url: str, bad: SavedView) -> None:
    with Store(database_url) as store:
        with pytest.raises(InputError):
            store.save_view(bad)
        assert store.views("ruhr") == []


def test_texts_no_database_can_hold_are_cleaned(database_url: str) -> None:
    with Store(database_url) as store:
        saved = store.save_view(VIEW.model_copy(update={"name": "a\0b\ud800", "query": "q=%00"}))
        assert store.views("ruhr") == [saved]
        assert saved.name == "a\ufffdb\ufffd"


def test_a_visit_replaces_an_older_one_of_the_same_user(database_url: str) -> None:
    visit = Visit(user="anna", region="ruhr", at=NOW, run=3)
    with Store(database_url) as store:
        assert store.last_visit("ruhr", "anna") is None
        store.save_visit(visit)
        later = visit.model_copy(update={"at": NOW + timedelta(hours=1), "before": NOW})
        assert store.save_visit(later) == later
        assert store.save_visit(visit) == later
        assert store.last_visit("ruhr", "anna") == later
        assert store.last_visit("ruhr", "bert") is None


def test_a_pull_leaves_alone_what_people_keep(database_url: str) -> None:
    with Store(database_url) as store:
        publish(store, [call(1)])
        view = store.save_view(VIEW)
        kept = store.save_shortlist(
            LIST.model_copy(update={"entries": [Entry(reference="00001TOPICSen", identifier="I")]})
        )
        store.save_visit(Visit(user="anna", region="ruhr", at=NOW))
        publish(store, [call(2)], DAY + timedelta(days=1))
        assert store.views("ruhr") == [view]
        assert store.shortlists("ruhr") == [kept]
        assert store.last_visit("ruhr", "anna") is not None


def decision(by: str, office: str | None = None) -> Decision:
    return Decision(reference="r", identifier="i", state=State.READING, at=NOW, by=by, office=office)


def test_a_decision_on_what_somebody_else_decided_meanwhile_is_refused(database_url: str) -> None:
    with Store(database_url) as store:
        first = store.add_decision(decision("anna"), seen=0)
        theirs = store.add_decision(decision("bert"), seen=first.id)
        with pytest.raises(ConflictError, match="bert decided") as caught:
            store.add_decision(decision("anna"), seen=first.id)
        assert caught.value.current == theirs
        # Another office's say is no conflict, and who does not compare may always add.
        store.add_decision(decision("cem", "Bochum"), seen=0)
        store.add_decision(decision("anna"))
        assert [d.by for d in store.decisions("r")] == ["anna", "bert", "cem", "anna"]


@pytest.mark.parametrize("bad", [lambda: decision("x" * 3).model_copy(update={"at": NOW.replace(tzinfo=None)})])
def test_several_decisions_are_stored_whole_or_not_at_all(database_url: str, bad: Callable[[], Decision]) -> None:
    with Store(database_url) as store:
        with pytest.raises(InputError):
            store.add_decisions([decision("anna"), bad()])
        assert store.decisions() == []
        assert [d.id for d in store.add_decisions([decision("anna"), decision("bert")])] == [1, 2]
