"""The verbs about what people keep, hand on and bring along: views, visits, lists, forwarding, trackers."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from store_making import DAY, call, publish

from matcher import desk, desk_decide, desk_shelf, desk_tracker, words
from matcher.errors import ConflictError, InputError
from matcher.ledger import Discard, State
from matcher.model import Status
from matcher.region import places
from matcher.settings import Settings
from matcher.store import Store
from matcher.text import fold

OWN = Settings()
MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LATER = DAY + timedelta(days=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store(database_url) as opened:
        publish(opened, [call(n) for n in range(1, 6)])
        yield opened


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time on the desk's clock; replace its only element."""
    hands = [MORNING]
    for module in (desk_shelf, desk_decide):
        monkeypatch.setattr(module, "now", lambda: hands[0])
    return hands


def test_a_visit_lasts_a_day_and_knows_the_one_before(store: Store, clock: list[datetime]) -> None:
    first = desk.visit(store, OWN, user="anna")
    assert (first.at, first.before) == (MORNING, None)
    clock[0] = MORNING + timedelta(hours=6)
    assert desk.visit(store, OWN, user="anna").before is None
    clock[0] = MORNING + timedelta(days=7)
    assert desk.visit(store, OWN, user="anna").before == MORNING + timedelta(hours=6)
    clock[0] += timedelta(hours=1)
    assert desk.visit(store, OWN, user="anna").before == MORNING + timedelta(hours=6)
    assert desk.visit(store, OWN, user="bert").before is None


def test_unseen_is_what_pulls_brought_since_the_visit_before(store: Store, clock: list[datetime]) -> None:
    desk.visit(store, OWN, user="anna")
    clock[0] += timedelta(days=1)
    moved = call(2, title="Clean rivers, now wider")
    publish(store, [call(1), moved, *(call(n) for n in range(3, 7))], DAY + timedelta(days=1))
    visit = desk.visit(store, OWN, user="anna")
    assert desk.unseen(store, visit=visit) == {"00002TOPICSen", "00006TOPICSen"}
    clock[0] += timedelta(days=1)
    assert desk.unseen(store, visit=desk.visit(store, OWN, user="anna")) == frozenset()


def test_a_view_is_saved_replaced_taken_away_and_brought_back(store: Store) -> None:
    view = desk.save_view(store, OWN, name="  Meine   Sicht ", query="q=a", by="anna")
    assert view.name == "Meine Sicht"
    with pytest.raises(ConflictError):
        desk.save_view(store, OWN, name="meine sicht", query="q=b", by="bert")
    newer = desk.replace_view(store, view=view, query="q=c", by="bert")
    with pytest.raises(ConflictError):
        desk.replace_view(store, view=view, query="q=d", by="anna")
    gone = desk.delete_view(store, view=newer)
    assert desk.views(store, OWN) == []
    desk.restore_view(store, view=gone)
    assert [v.query for v in desk.views(store, OWN)] == ["q=c"]


def test_a_list_is_ordered_by_hand_and_keeps_what_colleagues_add(store: Store) -> None:
    one, two, three = (store.call(f"0000{n}TOPICSen") for n in (1, 2, 3))
    assert one and two and three
    mine = desk.create_shortlist(store, OWN, name="Tisch", by="anna", calls=[one, two])
    theirs = desk.add_to_shortlist(store, shortlist=mine, calls=[two, three], by="bert")
    assert theirs.references == [one.reference, two.reference, three.reference]
    # Added on an old sight: nothing of theirs is lost.
    assert desk.remove_from_shortlist(store, shortlist=mine, references=[two.reference], by="anna").references == [
        one.reference, three.reference,
    ]  # fmt: skip
    with pytest.raises(ConflictError):
        desk.move_in_shortlist(store, shortlist=mine, reference=one.reference, to=1, by="anna")
    now = desk.shortlists(store, OWN)[0]
    moved = desk.move_in_shortlist(store, shortlist=now, reference=three.reference, to=0, by="anna")
    assert moved.references == [three.reference, one.reference]
    noted = desk.note_in_shortlist(store, shortlist=moved, reference=one.reference, note=" fragen ", by="anna")
    assert [e.note for e in noted.entries] == [None, "fragen"]
    named = desk.rename_shortlist(store, shortlist=noted, name="Runder Tisch", by="anna", owner="BMR", note="montags")
    assert (named.name, named.owner, named.note) == ("Runder Tisch", "BMR", "montags")
    gone = desk.delete_shortlist(store, shortlist=named)
    assert desk.shortlists(store, OWN) == []
    with pytest.raises(ConflictError, match="taken"):
        desk.add_to_shortlist(store, shortlist=named, calls=[one], by="anna")
    assert desk.restore_shortlist(store, shortlist=gone).references == moved.references


def test_forwarding_is_logged_with_recipients_and_day(store: Store, clock: list[datetime]) -> None:
    one = store.call("00001TOPICSen")
    assert one
    done = desk.forward(store, call=one, to=["EU-Beauftragte/r Stadt Bochum ", "", "a@b.de", "a@b.de"], by="anna")
    assert done.state is State.FORWARDED
    assert done.to == ["EU-Beauftragte/r Stadt Bochum", "a@b.de"]
    assert store.decisions(one.reference)[0].at == clock[0]
    for bad in ([], ["  "], ["x" * 121], [str(n) for n in range(21)]):
        with pytest.raises(InputError):
            desk.forward(store, call=one, to=bad, by="anna")
    with pytest.raises(ConflictError) as caught:
        desk.forward(store, call=one, to=["Essen"], by="bert", seen=0)
    assert caught.value.current == done


def test_taking_back_leaves_other_offices_alone(store: Store) -> None:
    one = store.call("00001TOPICSen")
    assert one
    desk.decide(store, calls=[one], state=State.READING, by="anna")
    desk.decide(store, calls=[one], state=State.APPLIED, by="cem", office="Bochum")
    done = desk.decide(store, calls=[one], state=State.DISCARDED, reason=Discard.TOO_BIG, by="anna")
    assert desk.take_back(store, done=done, calls=[one], by="anna") == 1
    said = store.decisions(one.reference)
    assert (said[-1].state, said[-1].office) == (State.READING, None)
    assert [d.state for d in said if d.office == "Bochum"] == [State.APPLIED]


def test_every_recipient_is_a_role_and_every_place_one_of_the_region() -> None:
    found = desk.recipients(OWN)
    towns = {place.key: place.name for place in places(OWN.region_folder)}
    assert {r.place for r in found if r.place} == set(towns)
    assert len({r.key for r in found}) == len(found)
    for recipient in found:
        assert set(recipient.names) == {"de", "en"}
        assert "@" not in "".join(recipient.names.values())
        assert recipient.place is None or towns[recipient.place] in recipient.names["de"]


GERMAN = """Kennung;Stand;Zuständig;Notiz;Verworfen weil;Zurück am;Titel
HORIZON-CL5-2027-00001;verworfen;anna;"Zeile 1
Zeile 2";zu groß;;egal
horizon-cl5-2027-00002;beobachten;;;;01.03.2027;
00003TOPICSen;In  Prüfung;bert;'=kein Befehl;;;
HORIZON-CL5-2027-00004;;;nur eine Notiz;;;
HORIZON-CL5-2027-00005;;;;;;
"""


def test_a_german_tracker_is_taken_over_whole(store: Store) -> None:
    done = desk.import_tracker(store, data=GERMAN.encode("cp1252"), by="anna", today=DAY)
    told = [(d.reference[4], d.state, d.reason, d.owner, d.note, d.until and d.until.isoformat()) for d in done]
    assert told == [
        ("1", State.DISCARDED, Discard.TOO_BIG, "anna", "Zeile 1\nZeile 2", None),
        ("2", State.PARKED, None, None, None, "2027-03-01"),
        ("3", State.READING, None, "bert", "=kein Befehl", None),
        ("4", State.NEW, None, None, "nur eine Notiz", None),
    ]
    assert store.decisions() == done
    # Once more: a row without a state keeps what holds.
    again = b"Identifier,Owner\nHORIZON-CL5-2027-00002,cem\n"
    kept = desk.import_tracker(store, data=again, by="anna", today=DAY)[0]
    assert (kept.state, str(kept.until), kept.owner) == (State.PARKED, "2027-03-01", "cem")


def test_an_english_workbook_is_taken_over(store: Store) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Note", "Identifier", "State", "Until"])
    sheet.append(["wait", "HORIZON-CL5-2027-00001", "parked until", datetime(2027, 2, 1)])  # noqa: DTZ001
    sheet.append([None, "HORIZON-CL5-2027-00002", "discarded", None])
    target = io.BytesIO()
    book.save(target)
    done = desk.import_tracker(store, data=target.getvalue(), by="anna", today=DAY)
    assert [(d.state, d.reason, str(d.until)) for d in done] == [
        (State.PARKED, None, "2027-02-01"), (State.DISCARDED, Discard.OTHER, "None"),
    ]  # fmt: skip


FAULTY = """Kennung;Stand;Verworfen weil;Zurück am;Zuständig
HORIZON-CL5-2027-00001;verworfen;;;
GIBT-ES-NICHT;interessant;;;
;interessant;;;
HORIZON-CL5-2027-00001;vielleicht;;;
HORIZON-CL5-2027-00002;verworfen;keine Lust;31.02.2027;{long}
"""


def test_every_fault_is_named_with_its_row_and_nothing_is_stored(store: Store) -> None:
    data = FAULTY.format(long="x" * 61).encode()
    tracker = desk.read_tracker(store, data=data, today=DAY)
    assert [(f.row, f.kind, f.column) for f in tracker.faults] == [
        (3, "unknown_call", "Kennung"), (4, "no_identifier", "Kennung"), (5, "twice", "Kennung"),
        (5, "state", "Stand"),
        (6, "reason", "Verworfen weil"), (6, "day", "Zurück am"), (6, "long", "Zuständig"),
    ]  # fmt: skip
    with pytest.raises(InputError) as caught:
        desk.import_tracker(store, data=data, by="anna", today=DAY)
    assert caught.value.faults[0] == "row 3, column Kennung: no stored call has the identifier 'GIBT-ES-NICHT'"
    assert len(caught.value.faults) == 7
    assert store.decisions() == []


@pytest.mark.parametrize("data", [b"", b"Titel;Notiz\na;b\n", b"%PDF-1.4", b"\x00\x01"])
def test_what_is_no_tracker_is_refused(store: Store, data: bytes) -> None:
    with pytest.raises(InputError):
        desk.import_tracker(store, data=data, by="anna", today=DAY)


def test_of_siblings_with_one_identifier_those_count_that_are_not_over(store: Store) -> None:
    over = call(7, identifier="TWIN", portal_status=Status.CLOSED)
    publish(store, [*(call(n) for n in range(1, 7)), over, call(8, identifier="TWIN")], DAY + timedelta(days=1))
    done = desk.import_tracker(store, data=b"Identifier;State\nTWIN;reading\n", by="anna", today=DAY)
    assert [d.reference for d in done] == ["00008TOPICSen"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_tracker_may_say_what_the_screen_says(language: str) -> None:
    for state in State:
        assert desk_tracker._STATE[fold(words.say(f"states.state.{state}", language))] is state
    for reason in Discard:
        assert desk_tracker._REASON[fold(words.say(f"states.discard.{reason}", language))] is reason
    for key in ("identifier", "state", "owner", "note", "reason", "until"):
        names = {fold(name) for name in desk_tracker.HEADINGS[key]}
        assert fold(words.say(f"columns.{key}", language)) in names
    for key in ("state", "owner", "note", "reason", "until"):
        head = words.say(f"exports.header.{key}", language)
        assert fold(head) in {fold(name) for name in desk_tracker.HEADINGS[key]}


def test_similar_calls_leave_out_the_call_itself_and_its_siblings(store: Store) -> None:
    fitted = desk.ranker(store, OWN)
    found = desk.similar(fitted, reference="00001TOPICSen", top=3)
    assert len(found) == 3
    assert "00001TOPICSen" not in [near.reference for near, _ in found]
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    with pytest.raises(InputError):
        desk.similar(fitted, reference="none")


def test_taking_back_keeps_that_a_later_pull_changed_the_call(store: Store) -> None:
    known = next(c for c in store.calls() if c.reference == "00002TOPICSen")
    first = desk.decide(store, calls=[known], state=State.SHORTLISTED, by="anna")[0]
    publish(store, [call(1), call(2, title="Clean rivers, now wider"), *(call(n) for n in range(3, 6))], LATER)
    done = desk.decide(store, calls=[known], state=State.DISCARDED, reason=Discard.TOO_BIG, by="anna")
    assert first.run != done[0].run
    desk.take_back(store, done=done, calls=[known], by="anna")
    last = store.decisions(known.reference)[-1]
    assert (last.state, last.run) == (State.SHORTLISTED, first.run)


def test_of_several_calls_those_are_decided_on_which_nobody_was_faster(store: Store) -> None:
    calls = sorted(store.calls(), key=lambda call: call.reference)[:3]
    theirs = desk.decide(store, calls=[calls[1]], state=State.APPLIED, by="bert", note="with Bochum")[0]
    elsewhere = desk.decide(store, calls=[calls[2]], state=State.APPLIED, by="cem", office="bochum")
    mine = desk.Said(State.DISCARDED, Discard.TOO_BIG)
    seen = dict.fromkeys((call.reference for call in calls), 0)
    outcome = desk.decide_many(store, what=[(call, mine) for call in calls], by="anna", seen=seen)
    assert [d.reference for d in outcome.done] == [calls[0].reference, calls[2].reference]
    assert outcome.clashes == [theirs]
    assert store.decisions(calls[1].reference) == [theirs]
    # Taking back leaves what a colleague said since.
    later = desk.decide(store, calls=[calls[0]], state=State.PREPARATION, by="bert")[0]
    assert desk.take_back(store, done=outcome.done, calls=calls, by="anna") == 1
    assert store.decisions(calls[0].reference)[-1] == later
    assert [d.state for d in store.decisions(calls[2].reference) if d.office is None][-1] is State.NEW
    assert store.decisions(calls[2].reference)[0] == elsewhere[0]


def test_views_are_ordered_by_hand_and_by_name(store: Store) -> None:
    own = Settings()
    names = ("Zug", "Äpfel", "abwasser")
    made = [desk.save_view(store, own, name=name, query="", by="anna") for name in names]
    numbers = {view.name: view.id or 0 for view in made}
    order = [numbers["abwasser"], numbers["Zug"], 999, numbers["Zug"]]
    assert [view.name for view in desk_shelf.order_views(store, own, order=order)] == ["abwasser", "Zug", "Äpfel"]
    assert [view.name for view in desk_shelf.by_name(made)] == ["abwasser", "Äpfel", "Zug"]
    desk.save_view(store, own, name="Neu", query="", by="anna", office="bochum")
    last = desk.views(store, own)[-1]
    assert (last.name, last.office) == ("Neu", "bochum")
    assert desk.replace_view(store, view=last, query="q=x", by="bert").office is None
