"""Views, visits, named lists, forwarding and trackers on the pages, run without a browser."""

import csv
import io
import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from app_driver import opened, seen, small_recording, sound
from streamlit.testing.v1 import AppTest

from matcher import desk, desk_shelf, ui_grid
from matcher.ledger import Discard, State
from matcher.settings import Settings
from matcher.sources import portal
from matcher.views import shortlist

HOSTILE = "<script>alert(1)</script> ![x](https://evil.example/p) **b** $a$ :red[no] =1"
TODAY = date(2026, 8, 22)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the first hundred calls of the snapshot."""
    folder = tmp_path_factory.mktemp("shelf")
    settings = Settings().with_database(f"sqlite:///{folder / 'small.db'}")
    with desk.open_store(settings) as store:
        desk.refresh(store, settings, replay=small_recording(folder / "recording"))
    return folder / "small.db"


@pytest.fixture
def own(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a copy of it, as the app will read them."""
    path = Path(shutil.copy(small, tmp_path / "own.db"))
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{path}")
    monkeypatch.setenv("MATCHER_USER", "anna")
    return Settings()


def read(settings: Settings, ask: Any) -> Any:
    with desk.open_store(settings) as store:
        return ask(store)


def open_calls(settings: Settings, count: int = 3) -> list[Any]:
    found = read(settings, lambda store: [c for c in store.calls() if c.status(TODAY) == "open" and c.sections])
    return list(found[:count])


def drawn(app: AppTest) -> str:
    return "\n".join(json.dumps(json.loads(e.proto.json), ensure_ascii=False) for e in app.get("bidi_component"))


def grid_of(app: AppTest) -> str:
    return "table-" + str(app.dataframe[0].proto.id.partition("-table-")[2])


def rows(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["title"])


@pytest.mark.parametrize(("language", "word"), [("de", "erster Besuch"), ("en", "first visit")])
def test_a_first_visit_is_noted_once_and_said_so(own: Settings, language: str, word: str) -> None:
    app = opened("matches", language=language)
    assert any(word in option for option in app.selectbox(key="matches_since").options)
    first = read(own, lambda store: store.last_visit("ruhr", "anna"))
    assert first.before is None
    sound(app.run())
    assert read(own, lambda store: store.last_visit("ruhr", "anna")) == first


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the same calls as a first live pull, after which changes count."""
    folder = tmp_path_factory.mktemp("live")
    settings = Settings().with_database(f"sqlite:///{folder / 'live.db'}")
    with desk.open_store(settings) as store:
        assert desk.refresh(store, settings, replay=recorded(folder / "first", day=23)).state == "published"
    return folder / "live.db"


@pytest.fixture
def moving(live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a copy of that."""
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{shutil.copy(live, tmp_path / 'moving.db')}")
    monkeypatch.setenv("MATCHER_USER", "anna")
    return Settings()


def recorded(folder: Path, day: int, **metadata: list[str]) -> Path:
    """A live recording of that day of August; in one open topic `metadata` replaces what was there."""
    small_recording(folder)
    about = (folder / "replay.yaml").read_text("utf-8")
    about = about.replace("scope: demo", "scope: live").replace("2026-08-22", f"2026-08-{day}")
    (folder / "replay.yaml").write_text(about, "utf-8")
    page = next(iter(sorted(folder.glob("type-1-page-*.json"))))
    data = json.loads(page.read_text("utf-8"))
    chosen = next(record for record in data["results"] if movable(portal.parse(record)))
    data["totalResults"] = len(data["results"])
    chosen["metadata"].update(metadata)
    page.write_text(json.dumps(data), "utf-8")
    return folder


def movable(call: Any) -> bool:
    fixed = len(call.deadlines) != 1 or call.kind != "topic" or not call.sections
    return call.status(TODAY) == "open" and not fixed


def the_call(settings: Settings) -> Any:
    """The call that `recorded` changes."""
    folder = settings.database.removeprefix("sqlite:///") + ".recording"
    records = json.loads(
        next(iter(sorted(small_recording(Path(folder)).glob("type-1-page-*.json")))).read_text("utf-8")
    )
    reference = next(call for call in map(portal.parse, records["results"]) if movable(call)).reference
    return read(settings, lambda store: store.call(reference))


def pull(settings: Settings, folder: Path, day: int, **metadata: list[str]) -> None:
    with desk.open_store(settings) as store:
        run = desk.refresh(store, settings, replay=recorded(folder, day, **metadata), accept_change=True)
        assert run.state == "published", run.message


CHRISTMAS = ["2026-12-24T17:00:00.000+0000"]


def test_what_a_pull_brings_after_a_visit_is_counted_and_can_be_shown_alone(
    moving: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = the_call(moving)
    opened("matches")
    pull(moving, tmp_path / "later", 24, deadlineDate=CHRISTMAS)
    # The next day.
    visit = read(moving, lambda store: store.last_visit("ruhr", "anna"))
    monkeypatch.setattr(desk_shelf, "now", lambda: visit.at + timedelta(days=1))
    read(moving, lambda store: desk.save_view(store, moving, name="Alle", query="", by="bert"))
    app = opened("matches")
    assert "seit meinem letzten Besuch (1)" in app.selectbox(key="matches_since").options
    assert "Alle · 1 neu" in seen(app)
    assert rows(opened("matches", since="visit")) == [call.title]


@pytest.mark.parametrize(
    ("metadata", "cause"),
    [
        ({"deadlineDate": CHRISTMAS}, "24.12.2026"),
        ({"typesOfAction": ["LIFE Project Grants"]}, "Art der Maßnahme geändert"),
    ],
)
def test_a_discarded_call_comes_back_when_a_later_pull_changes_what_matters(
    moving: Settings, tmp_path: Path, metadata: dict[str, list[str]], cause: str
) -> None:
    call = the_call(moving)
    with desk.open_store(moving) as store:
        desk.decide(store, calls=[call], state=State.DISCARDED, reason=Discard.TOO_LATE, by="anna")
        assert standing(store, moving, call.reference)[:2] == ("discarded", False)
    pull(moving, tmp_path / "same", 24)
    with desk.open_store(moving) as store:
        assert standing(store, moving, call.reference)[:2] == ("discarded", False)
    pull(moving, tmp_path / "changed", 25, **metadata)
    with desk.open_store(moving) as store:
        state, returned, change = standing(store, moving, call.reference)
    assert (state, returned) == ("new", True)
    assert cause in change
    app = opened("matches", q=call.identifier, status=["open", "forthcoming", "closed"], view="list")
    assert "wieder da: " in drawn(app)
    assert cause in drawn(app)


def standing(store: desk.Store, settings: Settings, reference: str) -> tuple[str, bool, str]:
    table = desk.shortlist(
        desk.ranker(store, settings), desk.profile(store, settings), today=TODAY,
        decisions=store.decisions(), changes=store.changes(),
    )  # fmt: skip
    row = table[table["reference"] == reference].iloc[0]
    return row["state"], bool(row["returned"]), row["change"]


def test_a_view_is_saved_found_again_taken_away_and_brought_back(own: Settings) -> None:
    app = opened("matches", q="water")
    app.text_input(key="view_name").set_value("Wasser")
    app.button(key="view_save").click()
    sound(app.run())
    assert [(v.name, v.query, v.by) for v in read(own, lambda s: s.views("ruhr"))] == [("Wasser", "q=water", "anna")]
    assert "bookmark_added" in app.button(key="view_1").proto.icon
    app.text_input(key="matches_q").set_value("steel")
    sound(app.run())
    app.button(key="view_1").click()
    sound(app.run())
    assert app.text_input(key="matches_q").value == "water"
    app.button(key="view_delete").click()
    sound(app.run())
    assert read(own, lambda s: s.views("ruhr")) == []
    app.button(key="view_undo").click()
    sound(app.run())
    assert [v.name for v in read(own, lambda s: s.views("ruhr"))] == ["Wasser"]


def test_a_name_that_is_taken_or_missing_is_said(own: Settings) -> None:
    read(own, lambda store: desk.save_view(store, own, name=HOSTILE, query="q=a", by="bert"))
    app = opened("matches", q="water")
    app.button(key="view_save").click()
    assert "Bitte einen Namen eingeben" in seen(sound(app.run()))
    app.text_input(key="view_name").set_value(HOSTILE)
    app.button(key="view_save").click()
    assert "gibt es schon" in seen(sound(app.run()))
    app.selectbox(key="view_replace").set_value(1)
    sound(app.run())
    assert [v.query for v in read(own, lambda s: s.views("ruhr"))] == ["q=water"]


def test_columns_follow_the_address_on_screen_and_in_files(own: Settings) -> None:
    app = opened("matches", cols=["title", "owner", "deadline", "total"])
    assert list(app.dataframe[0].proto.column_order) == ["title", "owner", "deadline", "total"]
    assert ui_grid.in_file(["title", "rate", "money", "title"], "csv-de") == [
        "title", "rate", "project_from", "project_to", "link",
    ]  # fmt: skip
    assert ui_grid.in_file(["rate"], "csv") == ["rate_low", "rate_high", "link"]


@pytest.mark.parametrize("form", ["csv", "csv-de", "xlsx"])
def test_every_column_of_the_screen_has_a_place_in_a_file(own: Settings, form: str) -> None:
    from matcher import exports

    with desk.open_store(own) as store:
        fitted, saved = desk.ranker(store, own), desk.profile(store, own)
        table = desk.shortlist(fitted, saved, today=TODAY, top=3)
    names = ui_grid.in_file([*ui_grid.FIXED, *ui_grid.TEXTS], form)
    full = shortlist.reasons(table, fitted, saved)
    data = exports.render(form, full, language="de", provenance={"data_of": "2026-08-22"}, columns=names)
    if form == "csv":
        heads = next(csv.reader(io.StringIO(data.decode())))
        assert set(names) <= set(heads)
    assert len(data) > 500


def test_chosen_calls_go_on_a_new_and_an_old_list(own: Settings) -> None:
    app = opened("matches")
    app.session_state[grid_of(app)] = {"selection": {"rows": [0, 2], "columns": [], "cells": []}}
    sound(app.run())
    app.text_input(key="bulk_list_name").set_value("Tisch")
    app.button(key="bulk_list_do").click()
    assert "2 Aufrufe auf „Tisch“ gesetzt." in seen(sound(app.run()))
    made = read(own, lambda store: store.shortlists("ruhr"))[0]
    assert len(made.entries) == 2
    app.session_state[grid_of(app)] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    sound(app.run())
    app.selectbox(key="bulk_list_id").set_value(made.id)
    app.button(key="bulk_list_do").click()
    sound(app.run())
    assert len(read(own, lambda store: store.shortlists("ruhr"))[0].entries) == 3


@pytest.mark.parametrize(("language", "word"), [("de", "noch keine Merkliste"), ("en", "no shortlist yet")])
def test_without_lists_the_page_says_how_to_make_one(own: Settings, language: str, word: str) -> None:
    app = opened("shortlists", language=language)
    assert word in seen(app)
    app.text_input(key="list_new_name").set_value(HOSTILE)
    app.button(key="list_create").click()
    sound(app.run())
    assert read(own, lambda store: store.shortlists("ruhr"))[0].name == HOSTILE


def test_a_list_is_ordered_by_hand_noted_renamed_and_taken_away(own: Settings) -> None:
    calls = open_calls(own)
    read(own, lambda store: desk.create_shortlist(store, own, name="Tisch", by="bert", calls=calls))

    def order() -> list[str]:
        return list(read(own, lambda store: store.shortlists("ruhr"))[0].references)

    app = opened("shortlists")
    titles = [e.proto.label.replace("\\", "") for e in app.get("page_link") if "call" in str(e.proto.page)]
    assert [t.partition(". ")[2] for t in titles if t[0].isdigit()] == [c.title for c in calls]
    app.button(key="entry_2_to_top").click()
    sound(app.run())
    assert order() == [calls[2].reference, calls[0].reference, calls[1].reference]
    app.button(key="entry_0_down").click()
    sound(app.run())
    assert order() == [calls[0].reference, calls[2].reference, calls[1].reference]
    note = next(
        area for area in app.text_area if str(area.key).startswith("entry_note_") and str(area.key).endswith("_0")
    )
    note.set_value(HOSTILE)
    app.button(key="entry_0_save").click()
    sound(app.run())
    assert read(own, lambda store: store.shortlists("ruhr"))[0].entries[0].note == HOSTILE
    assert HOSTILE in [text.value for text in app.text]
    app.button(key="entry_1_remove").click()
    sound(app.run())
    assert order() == [calls[0].reference, calls[1].reference]
    next(box for box in app.text_input if str(box.key).endswith("_name") and box.value == "Tisch").set_value("Runde")
    app.button(key="list_save").click()
    sound(app.run())
    assert read(own, lambda store: store.shortlists("ruhr"))[0].name == "Runde"
    app.button(key="list_delete").click()
    sound(app.run())
    assert read(own, lambda store: store.shortlists("ruhr")) == []
    app.button(key="list_undo").click()
    sound(app.run())
    assert order() == [calls[0].reference, calls[1].reference]


def test_who_moves_on_an_old_sight_sees_the_new_one_and_is_told(own: Settings) -> None:
    calls = open_calls(own)
    made = read(own, lambda store: desk.create_shortlist(store, own, name="Tisch", by="bert", calls=calls))
    app = opened("shortlists")
    read(own, lambda s: desk.remove_from_shortlist(s, shortlist=made, references=[calls[0].reference], by="cem"))
    app.button(key="entry_2_up").click()
    assert "cem hat diese Merkliste inzwischen geändert" in seen(sound(app.run()))
    assert read(own, lambda store: store.shortlists("ruhr"))[0].references == [c.reference for c in calls[1:]]


def test_a_call_that_is_gone_keeps_its_place_by_its_identifier(own: Settings) -> None:
    calls = open_calls(own, 1)
    from matcher.shelf import Entry, Shortlist

    entries = [
        Entry(reference="gone", identifier=calls[0].identifier, note="bleibt"),
        Entry(reference="lost", identifier="NIRGENDS-2026"),
    ]
    read(own, lambda store: store.save_shortlist(Shortlist(name="Alt", region="ruhr", entries=entries)))
    text = seen(opened("shortlists", language="en"))
    assert "NIRGENDS-2026: no longer stored" in text
    assert "bleibt" in text


def test_pages_know_the_list_of_their_address(own: Settings) -> None:
    for name in ("Eins", "Zwei"):
        read(own, lambda store, name=name: desk.create_shortlist(store, own, name=name, by="bert"))
    assert opened("shortlists", list="1").selectbox(key="list_id").value == 1
    assert opened("shortlists", list="x").selectbox(key="list_id").value == 2


def test_two_people_decide_and_the_second_sees_both_and_chooses(own: Settings) -> None:
    call = open_calls(own, 1)[0]
    app = opened("call", call=call.reference)
    read(
        own,
        lambda s: desk.decide(
            s, calls=[call], state=State.DISCARDED, reason=Discard.TOO_BIG, by="bert", note=HOSTILE
        ),
    )
    state_of(app).set_value(State.APPLIED)
    next(area for area in app.text_area if str(area.key).endswith("_note")).set_value("mein Satz")
    save(app)
    assert "bert hat am" in seen(app)
    assert "verworfen" in drawn(app)
    assert "mein Satz" in drawn(app)
    assert [d.by for d in read(own, lambda s: s.decisions(call.reference))] == ["bert"]
    app.button(key="clash_mine").click()
    sound(app.run())
    assert [(d.by, d.state, d.note) for d in read(own, lambda s: s.decisions(call.reference))][1:] == [
        ("anna", State.APPLIED, "mein Satz")
    ]
    app.button(key="decide_undo").click()
    sound(app.run())
    last = read(own, lambda s: s.decisions(call.reference))[-1]
    assert (last.state, last.reason) == (State.DISCARDED, Discard.TOO_BIG)


def test_the_second_may_leave_it_at_that(own: Settings) -> None:
    call = open_calls(own, 1)[0]
    app = opened("call", language="en", call=call.reference)
    read(own, lambda s: desk.decide(s, calls=[call], state=State.READING, by="bert"))
    sound(app.run())
    assert "bert has decided in the meantime: reading" in seen(app)
    save(app)
    app.button(key="clash_theirs").click()
    sound(app.run())
    assert len(read(own, lambda s: s.decisions(call.reference))) == 1
    assert state_of(app).value == State.READING


def state_of(app: AppTest) -> Any:
    return next(b for b in app.selectbox if re.fullmatch("decide_.*_state", str(b.key)))


def save(app: AppTest) -> None:
    next(b for b in app.button if str(b.key).startswith("decide_") and str(b.key).endswith("_save")).click()
    sound(app.run())


def test_a_town_has_a_state_of_its_own(own: Settings) -> None:
    call = open_calls(own, 1)[0]
    app = opened("call", call=call.reference)
    app.selectbox(key="office").set_value("bochum")
    sound(app.run())
    state_of(app).set_value(State.PREPARATION)
    save(app)
    assert [d.office for d in read(own, lambda s: s.decisions(call.reference))] == ["bochum"]
    assert "Bochum: " in drawn(app)
    assert opened("matches", q=call.identifier, state="in preparation").dataframe == []
    app.switch_page("matcher/pages/matches.py")
    app.query_params.update({"q": f'"{call.identifier}"', "state": "in preparation"})
    sound(app.run())
    assert call.title in rows(app)


def test_a_list_is_handed_on_as_one_mail_and_logged_for_each_call(own: Settings) -> None:
    calls = open_calls(own, 2)
    made = read(own, lambda s: desk.create_shortlist(s, own, name="Für Essen", by="anna", calls=calls))
    app = opened("shortlists")
    assert app.button(key="list_forward_log").disabled
    app.multiselect(key=f"list_{made.id}_roles").set_value(["essen"])
    app.text_input(key=f"list_{made.id}_to").set_value("eu@essen.example")
    sound(app.run())
    link = next(e.proto.url for e in app.get("link_button") if "list_mailto" in e.proto.id)
    assert link.startswith("mailto:eu@essen.example?subject=") and len(link) <= 2_000
    assert "Merkliste „Für Essen“: 2 EU-Aufrufe" in app.code[0].value
    assert "Passt etwas davon zu Ihren Vorhaben?" in app.code[0].value
    assert "dieser Liste ist hier verworfen" not in seen(app)
    # The usual request follows the language; one's own stays, on other pages too.
    german = app.text_input(key=f"list_{made.id}_ask").value
    app.session_state["language"] = "en"
    sound(app.run())
    assert german != app.text_input(key=f"list_{made.id}_ask").value in app.code[0].value
    app.text_input(key=f"list_{made.id}_ask").set_value("Bis Montag?")
    sound(app.run())
    app.switch_page("matcher/pages/matches.py")
    sound(app.run())
    app.session_state["language"] = "de"
    app.switch_page("matcher/pages/shortlists.py")
    sound(app.run())
    assert app.text_input(key=f"list_{made.id}_ask").value == "Bis Montag?"
    assert "\n\nBis Montag?\n\nDEMODATEN" in app.code[0].value
    # One more is chosen and the button pressed before the page was drawn again.
    app.multiselect(key=f"list_{made.id}_roles").set_value(["essen", "bochum"])
    app.button(key="list_forward_log").click()
    sound(app.run())
    said = read(own, lambda s: [d for c in calls for d in s.decisions(c.reference)])
    both = ["Essen · EU-Beauftragte/r", "Bochum · EU-Beauftragte/r"]
    assert [(d.state, d.to) for d in said] == [(State.FORWARDED, both)] * 2
    assert "Weiterleitung bei 2 Aufrufen vermerkt." in seen(app)
    assert "inzwischen jemand anders" not in seen(app)
    # A list can hold what its office has turned down since; who writes about it hears so.
    turned = calls[0]
    read(own, lambda s: desk.decide(s, calls=[turned], state=State.DISCARDED, reason=Discard.TOO_BIG, by="anna"))
    told = seen(sound(app.run()))
    assert f"1 Aufruf dieser Liste ist hier verworfen: „{turned.title}“" in told


def test_what_a_colleague_decided_meanwhile_is_not_written_over_by_the_mail_of_a_list(own: Settings) -> None:
    calls = open_calls(own, 2)
    made = read(own, lambda s: desk.create_shortlist(s, own, name="Für Essen", by="anna", calls=calls))
    app = opened("shortlists")
    app.multiselect(key=f"list_{made.id}_roles").set_value(["essen"])
    sound(app.run())
    read(own, lambda s: desk.decide(s, calls=calls[:1], state=State.APPLIED, by="cem"))
    app.button(key="list_forward_log").click()
    sound(app.run())
    assert [read(own, lambda s, c=c: s.decisions(c.reference)[-1].state) for c in calls] == [
        State.APPLIED, State.FORWARDED,
    ]  # fmt: skip
    assert "Bei 1 von 2 Aufrufen hat inzwischen jemand anders entschieden" in seen(app)
    app.button(key="bulk_mine_0").click()
    sound(app.run())
    said = read(own, lambda s: s.decisions(calls[0].reference))
    assert [d.state for d in said] == [State.APPLIED, State.FORWARDED]
    assert "inzwischen jemand anders" not in seen(app)


def test_a_call_is_handed_on_and_the_history_says_to_whom(own: Settings) -> None:
    call = open_calls(own, 1)[0]
    app = opened("call", call=call.reference)
    assert app.button(key="forward_log").disabled
    next(m for m in app.multiselect if str(m.key).endswith("_roles")).set_value(["essen"])
    next(t for t in app.text_input if str(t.key).startswith("forward_")).set_value("eu@essen.example, kein Ort")
    sound(app.run())
    link = next(e for e in app.get("link_button"))
    assert link.proto.url.startswith("mailto:eu@essen.example?subject=")
    next(m for m in app.multiselect if str(m.key).endswith("_roles")).set_value(["bochum"])
    app.button(key="forward_log").click()
    sound(app.run())
    done = read(own, lambda s: s.decisions(call.reference))[0]
    assert (done.state, done.to) == (State.FORWARDED, ["Bochum · EU-Beauftragte/r"])
    assert "an Bochum · EU-Beauftragte/r" in drawn(app)


@pytest.mark.parametrize(("language", "own_share"), [("de", "Eigenanteil 500.000"), ("en", "own share €0.5")])
def test_the_own_share_is_worked_out_at_the_rate_of_the_call(own: Settings, language: str, own_share: str) -> None:
    call = open_calls(own, 1)[0]
    app = opened("call", language=language, call=call.reference)
    app.text_input(key=f"share_{call.reference}_total").set_value("2 Mio" if language == "de" else "2m")
    app.number_input(key=f"share_{call.reference}_rate").set_value(75)
    sound(app.run())
    shown = app.text_input(key=f"share_{call.reference}_total").value
    assert shown == ("2.000.000" if language == "de" else "2,000,000")
    assert own_share.split()[0] in seen(app)
    assert ("0,5 Mio. €" if language == "de" else "€0.5 million") in seen(app)


def test_a_town_stands_in_the_address_and_in_its_views(own: Settings) -> None:
    app = opened("matches", office="bochum")
    assert app.session_state["office"] == "bochum"
    assert "bochum" in app.query_params["office"]
    app.text_input(key="view_name").set_value("Bochum neu")
    app.button(key="view_save").click()
    sound(app.run())
    view = read(own, lambda s: desk.views(s, own))[0]
    assert view.office == "bochum"
    other = opened("matches")
    assert "office" not in other.query_params
    other.button(key=f"view_{view.id}").click()
    sound(other.run())
    assert "bochum" in other.query_params["office"]
    assert "Bochum neu (Bochum)" in seen(other)
    assert "office" not in opened("matches", office="nowhere").query_params


def test_the_answer_of_an_audit_is_told_in_words(own: Settings) -> None:
    call = open_calls(own, 1)[0]
    read(own, lambda s: desk.decide(s, calls=[call], state=State.NEW, by="anna", note="audit 2026-08 of 312: no"))
    app = opened("call", call=call.reference)
    assert "Stichprobe vom Aug. 2026: zu Recht weit unten" in drawn(app)
    assert "of 312" not in drawn(app)


def filled(app: AppTest) -> list[str | None]:
    """The buttons of quick decisions that say what holds now."""
    quick = [b for b in app.button if str(b.key).startswith(("quick_", "bulk_"))]
    return [b.key for b in quick if b.proto.type == "primary" and not str(b.key).endswith("_do")]


def test_one_key_decides_in_the_call(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    call = open_calls(own, 1)[0]
    app = opened("call", call=call.reference)
    app.button(key="quick_off_topic").click()
    # Who presses the next key at once cuts the drawing of the page short; what was decided is written by then.
    with monkeypatch.context() as cut:
        cut.setattr("matcher.ui_call.way", lambda _: st.stop())
        sound(app.run())
    assert read(own, lambda s: s.decisions(call.reference))
    sound(app.run())
    last = read(own, lambda s: s.decisions(call.reference))[-1]
    assert (last.state, last.reason) == (State.DISCARDED, Discard.OFF_TOPIC)
    # Filled is what holds now. Who came by the address alone has no list to go through, and no keys for that.
    assert filled(app) == ["quick_off_topic"]
    assert "rückgängig" in seen(app) and "nächster" not in seen(app)
    app.button(key="decide_undo").click()
    sound(app.run())
    assert read(own, lambda s: s.decisions(call.reference))[-1].state is State.NEW
    assert filled(app) == []
    # The day that the button names, and the way onto a list.
    watch = app.button(key="quick_park")
    watch.click()
    sound(app.run())
    last = read(own, lambda s: s.decisions(call.reference))[-1]
    assert last.state is State.PARKED and last.until is not None
    assert watch.label == f"Beobachten bis {last.until:%d.%m.}" and filled(app) == ["quick_park"]
    app.text_input(key="put_name_0").set_value("Für Essen")
    app.button(key="put_do").click()
    sound(app.run())
    assert [entry.reference for entry in read(own, lambda s: desk.shortlists(s, own))[0].entries] == [call.reference]
    assert "auf „Für Essen“" in seen(app)


def test_similar_calls_lead_on(own: Settings) -> None:
    call = open_calls(own, 1)[0]
    app = opened("call", call=call.reference)
    links = re.findall(r'"open": "(\w+)"', drawn(app))
    assert len(links) >= 3
    assert call.reference not in links


class Uploaded:
    """What the upload of a file gives a page; AppTest cannot upload."""

    def __init__(self, data: bytes):
        self.data = data

    def getvalue(self) -> bytes:
        return self.data


@pytest.mark.parametrize(("language", "words"), [("de", "Zeile 3, Spalte Kennung"), ("en", "Row 3, column Kennung")])
def test_a_tracker_with_faults_names_them_and_a_good_one_is_taken_over(
    own: Settings, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    call = open_calls(own, 1)[0]
    good = f"Kennung;Stand;Zuständig;Notiz\n{call.identifier};interessant;anna;{HOSTILE}\n"
    bad = good + f"GIBT-ES-NICHT;interessant;;\n{call.identifier};{HOSTILE};;\n"
    files = [Uploaded(bad.encode()), Uploaded(b"%PDF-1.7")]
    monkeypatch.setattr("streamlit.file_uploader", lambda *_a, **_m: files[0] if files else None)
    app = opened("shortlists", language=language)
    assert words in seen(app)
    assert HOSTILE in "".join(text.value for text in app.text)
    assert "tracker_do" not in [button.key for button in app.button]
    files.pop(0)
    sound(app.run())
    assert app.error
    files[0] = Uploaded(good.encode())
    sound(app.run())
    app.button(key="tracker_do").click()
    files.pop()
    sound(app.run())
    done = read(own, lambda s: s.decisions(call.reference))[0]
    assert (done.state, done.owner, done.note, done.by) == (State.SHORTLISTED, "anna", HOSTILE, "anna")


def test_what_the_browser_kept_of_a_note_comes_back_as_a_draft_and_nothing_else_does(own: Settings) -> None:
    call, other = open_calls(own, 2)
    app = opened("call", call=call.reference)
    assert "noch nicht gespeichert" not in seen(app)
    app.session_state["typed_before"] = {
        f"decide_{call.reference}_7_note": "mit der Hochschule", f"decide_{call.reference}_bochum_7_note": "Bochum",
        f"decide_{other.reference}_0_note": "ein anderer Aufruf",
    }  # fmt: skip
    sound(app.run())
    assert app.text_area[0].value == "mit der Hochschule"
    assert "noch nicht gespeichert" in seen(app)
    assert len(app.session_state["typed_before"]) == 2
    save(app)
    assert [d.note for d in read(own, lambda s: s.decisions(call.reference))] == ["mit der Hochschule"]
    assert "noch nicht gespeichert" not in seen(app)
