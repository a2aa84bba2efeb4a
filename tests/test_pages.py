"""The pages "Calls" and "Call" and the frame around them, run without a browser (Streamlit's own AppTest)."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from matcher import desk, ui_press, ui_text, words
from matcher.ledger import Discard, State
from matcher.model import Deadline
from matcher.settings import Settings
from matcher.ui_address import Choice
from matcher.ui_windows import APPLICANTS, DUE, MONEY

ROOT = Path(__file__).resolve().parent.parent
CALL = "matcher/pages/call.py"
MATCHES = "matcher/pages/matches.py"
HOSTILE = (
    "<script>alert(1)</script> ![x](https://evil.example/p.png) [log in](javascript:alert(1)) "
    "**bold** $a$ :red[no] :material/warning: `code` =1+1"
)
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped snapshot, for tests that only read."""
    file = tmp_path_factory.mktemp("pages") / "calls.db"
    settings = Settings().with_database(f"sqlite:///{file}")
    store = desk.open_store(settings)
    desk.seed(store, settings)
    store.close()
    return file


@pytest.fixture
def own(full: Path, tmp_path: Path) -> Path:
    """A copy of it, for tests that write."""
    return Path(shutil.copy(full, tmp_path / "own.db"))


@pytest.fixture
def opened(full: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the app: `database`, `on` (a page's file) and the parameters of the address."""
    for name in list(os.environ):
        if name.startswith("MATCHER_"):
            monkeypatch.delenv(name)

    def start(database: Path = full, on: str = MATCHES, **address: str | list[str]) -> AppTest:
        monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{database}")
        monkeypatch.setenv("MATCHER_USER", "anna")
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if on != MATCHES:
            app.run()
            app.switch_page(on)
        app.query_params.clear()
        app.query_params.update(address)
        app.run()
        assert not app.exception
        return app

    yield start


def store_of(database: Path) -> desk.Store:
    return desk.open_store(Settings().with_database(f"sqlite:///{database}"))


def first_call(database: Path, place: int = 0) -> Any:
    store = store_of(database)
    calls = [call for call in store.calls() if call.status(date(2026, 8, 22)) == "open" and call.sections]
    store.close()
    return calls[place]


def drawn(app: AppTest) -> str:
    """Everything the component `paper` was given to draw."""
    return "\n".join(json.dumps(json.loads(e.proto.json), ensure_ascii=False) for e in app.get("bidi_component"))


def shown(app: AppTest) -> str:
    """All texts outside tables and papers."""
    kinds = (app.markdown, app.caption, app.header, app.subheader, app.error, app.warning, app.info, app.success)
    return "\n".join(re.sub(r"\\(.)", r"\1", element.value) for kind in kinds for element in kind)


def hidden(app: AppTest) -> list[int]:
    sentence = re.search(r"(?:Nicht gezeigt|Not shown): (.*?)\.$", shown(app), re.MULTILINE)
    return [int(n) for n in re.findall(r"(\d+) \(", sentence[1])] if sentence else []


def found(app: AppTest) -> int:
    sentence = re.search(r"(\d+) (?:von|of) (\d+)", shown(app))
    assert sentence
    return int(sentence[2] if "(gespeichert" in shown(app) or "(stored" in shown(app) else sentence[1])


def test_first_start_loads_the_demonstration_data_and_says_so(opened: Open, tmp_path: Path) -> None:
    app = opened(tmp_path / "empty.db")
    assert "Demodaten vom 22.08.2026; Tage bis zur Frist ab diesem Tag gezählt" in shown(app)
    assert len(app.dataframe[0].value) == 50
    assert found(app) + sum(hidden(app)) == 466


def test_a_store_that_stays_empty_says_where_to_get_calls(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_SNAPSHOT_FOLDER", str(tmp_path / "no-snapshot"))
    app = opened(tmp_path / "empty.db")
    assert "noch keine Aufrufe gespeichert" in shown(app)
    assert not app.dataframe


def test_an_unreadable_database_is_a_sentence_not_a_traceback(opened: Open, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database" * 100)
    app = opened(broken)
    assert len(app.error) == 1
    assert "Datenbank" in app.error[0].value
    assert not app.dataframe
    # German throughout; the message as it came opens with a click.
    said = [element.value for element in app.caption]
    assert said == [r"Die Datenbank ist keine dieses Programms\."]
    (raw,) = app.text
    assert "broken.db" in raw.value and not any("broken.db" in line for line in said)
    assert [e.label for e in app.expander] == ["Technische Einzelheiten (englisch)"]
    english = opened(broken, lang="en")
    assert any("broken" in element.value for element in english.caption) and not english.expander


@pytest.mark.parametrize(
    ("language", "title", "status", "deadline"),
    [
        ("de", "Aufrufe", {"offen", "angekündigt"}, r"\d\d\.\d\d\.\d{4}"),
        ("en", "Calls", {"open", "forthcoming"}, r"\d+ \w{3} \d{4}"),
    ],
)  # fmt: skip
def test_the_list_speaks_the_language_of_the_address(
    opened: Open, language: str, title: str, status: set[str], deadline: str
) -> None:
    app = opened(lang=language)
    assert app.header[0].value == title
    table = app.dataframe[0].value
    assert set(table["status"]) <= status
    assert all(re.fullmatch(deadline, text) for text in table["deadline"] if text != "–")
    assert any("€" in text for text in table["money"])
    assert list(table["score"]) == sorted(table["score"], reverse=True)


def test_filters_come_from_the_address_and_are_kept_in_it(opened: Open) -> None:
    app = opened(priority=["city", "health"], status="open", sort="deadline")
    assert app.pills(key="matches_priority").value == ["city", "health"]
    assert set(app.dataframe[0].value["status"]) == {"offen"}
    assert found(app) + sum(hidden(app)) == 466
    days = [int(text) for text in app.dataframe[0].value["left"] if text != "–"]
    assert days == sorted(days)
    app.pills(key="matches_priority").set_value(["city"]).run()
    assert app.query_params == {"priority": "city", "status": "open", "sort": "deadline"}
    app.pills(key="matches_priority").set_value([]).run()
    app.selectbox(key="matches_due").set_value("60").run()
    assert app.query_params == {"status": "open", "sort": "deadline", "due": "60"}
    assert max(int(text) for text in app.dataframe[0].value["left"]) <= 60


def test_a_label_with_an_outdated_count_is_read_as_the_choice_it_meant(opened: Open) -> None:
    app = opened(priority="health", due="180", grade=["strong", "weak"])
    due, grade = app.selectbox(key="matches_due"), app.multiselect(key="matches_grade")
    outdated = next(text for text in due.options if text.startswith("in 6 Monaten"))
    strong = next(text for text in grade.options if text.startswith("stark"))
    app.pills(key="matches_priority").set_value(["city"]).run()
    asked = {"priority": "city", "due": "180", "grade": ["strong", "weak"]}
    now = {*app.selectbox(key="matches_due").options, *app.multiselect(key="matches_grade").options}
    assert app.query_params == asked and not {outdated, strong} & now
    # So a browser answers that was shown the labels before; and a label that nobody ever showed.
    for text in (outdated, "in 6 Monaten · 4711"):
        due, grade = app.selectbox(key="matches_due"), app.multiselect(key="matches_grade")
        due.options, grade.options = [*due.options, text], [*grade.options, strong, "stark · 4711"]
        due.set_value(text)
        grade.set_value([strong, "weak", "stark · 4711"]).run()
        assert app.query_params == asked and app.selectbox(key="matches_due").value == "180"
        assert app.multiselect(key="matches_grade").value == ["strong", "weak"]


def test_what_cannot_be_read_in_an_address_is_not_asked_for(opened: Open) -> None:
    app = opened(priority=["nonsense", "city"], sort="upside-down", page="999", money="-1", view="cube")
    assert app.pills(key="matches_priority").value == ["city"]
    assert app.selectbox(key="matches_sort").value == "score"
    assert len(app.dataframe[0].value) > 0


def test_show_all_takes_away_what_hides_and_keeps_search_and_priority(opened: Open) -> None:
    app = opened()
    app.button(key="matches_show_all").click().run()
    assert (found(app), hidden(app)) == (466, [])
    app.button(key="matches_reset").click().run()
    assert app.query_params == {}
    app = opened(q="hydrogen", priority="green", due="60", applicant="municipality")
    before, label = found(app), app.button(key="matches_show_all").label.replace("\\", "")
    more = re.fullmatch(r"(\d+) weitere zeigen \(ohne Filter: Fristfenster, Status\)", label)
    assert before and more
    app.button(key="matches_show_all").click().run()
    assert found(app) == before + int(more[1])
    # What hides nothing stays too; a search and a priority are no filters in the way.
    assert app.query_params["q"] == "hydrogen"
    assert (app.query_params["priority"], app.query_params["applicant"]) == ("green", "municipality")
    assert "matches_show_all" not in [b.key for b in app.button]


def test_search_with_phrase_and_exclusion(opened: Open) -> None:
    phrase = opened(q='"inland waterways"')
    assert 0 < found(phrase) < 40
    without = opened(q='"inland waterways" -works')
    assert found(without) < found(phrase)


def test_an_empty_list_says_what_to_do(opened: Open) -> None:
    app = opened(q='"no call says this"', priority="green")
    assert not app.dataframe
    assert 'Kein Aufruf enthält alles von: "no call says this"' in shown(app)
    assert "Kein Aufruf enthält alle Wörter der Suche" in shown(app)
    assert not {"matches_show_hidden", "matches_show_all"} & {b.key for b in app.button}
    app.button(key="matches_drop_search").click().run()
    assert (found(app) > 0, app.query_params["priority"], "q" in app.query_params) == (True, "green", False)
    app = opened(q='"no call says this"')
    app.button(key="matches_reset_here").click().run()
    assert len(app.dataframe[0].value) == 50


def test_an_empty_list_counts_what_filters_hide_and_one_press_shows_it(opened: Open) -> None:
    """Only those that hide something go; a priority goes only where nothing fits it whatever the others are."""
    app = opened(q="hydrogen", priority="green", status="closed", due="30")
    told = r"(\d+) Aufrufe enthalten alle Wörter der Suche, aber Filter blenden sie aus: Fristfenster, Status\."
    count = re.search(told, shown(app))
    assert count and not app.dataframe and "Kein Aufruf enthält" not in shown(app)
    app.button(key="matches_show_hidden").click().run()
    assert found(app) == int(count[1])
    assert (app.query_params["q"], app.query_params["priority"]) == ("hydrogen", "green")
    app = opened(q="hydrogen valley", priority="cyber")
    count = re.search(told.replace("Fristfenster", "Feld"), shown(app))
    assert count and not app.dataframe
    app.button(key="matches_show_hidden").click().run()
    assert (found(app), app.query_params["q"]) == (int(count[1]), "hydrogen valley")
    assert "priority" not in app.query_params


def test_a_search_that_names_a_filter_leads_to_it(opened: Open) -> None:
    """In either language, by the labels of the filters themselves; the other words stay in the search."""
    app = opened(q="angekündigt Wasserstoff")
    assert not app.dataframe
    label = next(b.label for b in app.button if b.key == "matches_named_0").replace("\\", "")
    count = int(re.fullmatch(r"Status: angekündigt \((\d+) Aufrufe?\)", label)[1])  # type: ignore[index]
    app.button(key="matches_named_0").click().run()
    assert (app.text_input(key="matches_q").value, found(app)) == ('"wasserstoff"', count)
    assert app.pills(key="matches_status").value == ["forthcoming"]
    assert [b for b in opened(q="angekündigtes").button if str(b.key).startswith("matches_named_")] == []


def test_pages_of_the_list_follow_each_other(opened: Open) -> None:
    first, second = opened(), opened(page="2")
    assert second.dataframe[0].value["score"].max() <= first.dataframe[0].value["score"].min()
    assert not set(first.dataframe[0].value["identifier"]) & set(second.dataframe[0].value["identifier"])


def test_the_list_view_draws_every_call_as_a_link(opened: Open) -> None:
    app = opened(view="list", lang="en", priority="logistics")
    assert not app.dataframe
    text = drawn(app)
    assert text.count('"css": "what"') == min(found(app), 50)
    assert '"href": "call?call=' in text
    assert '"lang": "en"' in text
    # The rule recedes, what is not the rule stands out.
    assert '"in": ["Municipality: yes, 3 partners or more"], "css": "fact muted"' in text
    assert '{"tag": "strong", "in": ["Municipality: yes, usually also alone"]}' in text


def test_a_small_screen_starts_with_the_list_unless_the_address_asks_for_the_table(opened: Open) -> None:
    for address, view in (({}, "list"), ({"view": "table"}, "table")):
        app = opened(status="open", **address)
        app.session_state["narrow"] = True
        app.run()
        assert app.segmented_control(key="matches_view").value == view
        assert bool(app.dataframe) == (view == "table")


def test_the_list_of_an_applicant_has_nobody_who_is_ruled_out(opened: Open) -> None:
    app = opened(applicant="municipality", status=["open", "forthcoming", "closed", "unknown"])
    shown_rows = app.dataframe[0].value
    # A plain yes would stand on nearly every call: how many partners it takes tells them apart, and once.
    assert (
        {"ja, ab 3"} < set(shown_rows["apply"]) <= {"ja", "ja, ab 2", "ja, ab 3", "ja, allein", "ja, wenn", "unklar"}
    )
    told = shown_rows["apply"].str.contains("^ja, a")
    assert not shown_rows["conditions"][told].str.contains("Partner|Antragsteller").any()
    # What only some places may ask for is no plain yes.
    cities = opened(
        applicant="municipality", q="HORIZON-MISS CIT", status=["open", "forthcoming", "closed"], noise="all"
    )
    perhaps = cities.dataframe[0].value["conditions"].str.contains("Missionsstädte")
    assert set(cities.dataframe[0].value["apply"][perhaps]) == {"ja, wenn"}


def test_a_chosen_field_is_listed_as_its_preview_has_it(opened: Open) -> None:
    app = opened(priority="logistics", lang="en")
    assert "Score, class and order for Smart logistics" in shown(app)
    with desk.open_store(Settings()) as store:
        fitted, priorities = desk.ranker(store, Settings()), desk.profile(store, Settings())
    alone = desk.shortlist(fitted, priorities, today=date(2026, 8, 22), only="logistics")
    listed = list(app.session_state["order"])
    scores = dict(zip(alone["reference"], alone["score"], strict=True))
    assert listed == [reference for reference in alone["reference"] if reference in set(listed)]
    rows = [round(scores[reference]) for reference in listed[:50]]
    assert [round(score) for score in app.dataframe[0].value["score"]] == rows


@pytest.mark.parametrize(("parameter", "names"), [("due", DUE), ("money", MONEY), ("applicant", APPLICANTS)])
def test_each_choice_counts_what_it_will_show(opened: Open, parameter: str, names: Iterable[str]) -> None:
    app = opened(priority="green")
    box = (app.multiselect if parameter == "applicant" else app.selectbox)(key=f"matches_{parameter}")
    told = [int(text.rpartition(" · ")[2]) for text in box.options if " · " in text]
    shown = [found(opened(priority="green", **{parameter: name})) for name in names]
    assert [count for count in told if count] == [count for count in shown if count] != []


def test_demonstration_data_can_be_shown_as_of_today(opened: Open, own: Path) -> None:
    app = opened()
    app.toggle(key="as_of_today").set_value(True).run()
    today = words.day(desk.now().astimezone(words.BRUSSELS).date(), "de")
    assert f"Demodaten vom 22.08.2026; Tage bis zur Frist ab heute, {today}, gezählt" in shown(app)
    assert not app.exception
    # What is no demonstration is always counted from today; data of a day before says so, too.
    store = sqlite3.connect(own)
    for scope, name in (("archive", "Archivdaten vom 22.08.2026"), ("live", "Portaldaten vom 22.08.2026, vor ")):
        with store:
            store.execute(
                'UPDATE run SET scope = ?, body = replace(body, \'"scope":"demo"\', ?)',
                (scope, f'"scope":"{scope}"'),
            )
            store.execute('UPDATE run SET body = replace(body, \'"scope":"archive"\', ?)', (f'"scope":"{scope}"',))
        told = shown(opened(own))
        assert name in told and f"; Tage bis zur Frist ab heute, {today}, gezählt" in told
    store.close()


def test_language_switch_keeps_the_filters(opened: Open) -> None:
    app = opened(priority="city")
    app.segmented_control(key="language").set_value("en").run()
    assert app.header[0].value == "Calls"
    assert app.query_params == {"priority": "city", "lang": "en"}


@pytest.mark.parametrize(("language", "why"), [("de", "Warum dieser Aufruf"), ("en", "Why this call")])
def test_a_call_shows_facts_reasons_and_text(opened: Open, full: Path, language: str, why: str) -> None:
    call = first_call(full)
    app = opened(on=CALL, call=call.reference, lang=language)
    assert why in shown(app)
    text = drawn(app)
    assert json.dumps(call.title, ensure_ascii=False)[1:-1] in text
    assert call.identifier in text
    assert ("keine Angabe" if language == "de" else "not stated") in text or call.budget.total is not None
    assert "https://ec.europa.eu/" in text
    assert call.sections[0].text.split("\n")[0][:20].split(" ")[0] in text


def test_the_parts_of_a_score_add_up_on_the_screen(opened: Open, full: Path) -> None:
    app = opened(on=CALL, call=first_call(full).reference, lang="en")
    (why,) = [e for e in app.get("bidi_component") if '"css": "why"' in e.proto.json]
    for priority in json.loads(why.proto.json)["nodes"]:
        tables = [node for node in priority["in"] if isinstance(node, dict) and node["tag"] == "table"]
        if not tables:
            continue
        *parts, total = [row["in"][-1]["in"][0] for row in tables[0]["in"][1]["in"]]
        values = [float(part.replace("−", "-")) for part in parts]
        assert sum(values) == pytest.approx(float(total), abs=0.05 * len(values) + 0.05)


def test_an_unknown_call_and_none_at_all_lead_back_to_the_list(opened: Open) -> None:
    assert "ist nicht gespeichert" in shown(opened(on=CALL, call="no-such-call"))
    assert "In der Adresse steht kein Aufruf" in shown(opened(on=CALL))


def test_a_decision_is_stored_with_name_and_shown_in_the_history(opened: Open, own: Path) -> None:
    call = first_call(own)
    app = opened(own, on=CALL, call=call.reference)
    name = f"decide_{call.reference}_0"
    # One row of buttons decides; where the call stands is a field.
    quick = [b.label for b in app.button if str(b.key).startswith("quick_")]
    assert quick[:3] == ["interessant", "in Prüfung", "passt thematisch nicht"]
    assert not app.pills and app.selectbox(key=f"{name}_state").value == State.NEW
    app.selectbox(key=f"{name}_state").set_value(State.DISCARDED).run()
    assert "„verworfen“ ist gewählt, aber noch nicht gespeichert." in shown(app)
    # A look at the next call loses nothing.
    assert "J nächster · K voriger" in shown(app)
    app.button(key="way_next").click().run()
    assert "noch nicht gespeichert" not in shown(app)
    app.button(key="way_previous").click().run()
    assert app.selectbox(key=f"{name}_state").value == State.DISCARDED
    app.selectbox(key=f"{name}_reason").set_value(Discard.TOO_BIG)
    app.text_area(key=f"{name}_note").set_value("Konsortium zu groß")
    app.button(key=f"{name}_save").click().run()
    assert re.search(r"Letzte Notiz \(anna, .+\): Konsortium zu groß", shown(app))
    assert not app.exception
    store = store_of(own)
    (decision,) = store.decisions(call.reference)
    store.close()
    assert (decision.state, decision.reason, decision.by) == (State.DISCARDED, Discard.TOO_BIG, "anna")
    assert decision.note == "Konsortium zu groß"
    assert "Gespeichert." in shown(app) and "noch nicht gespeichert" not in shown(app)
    assert "Konsortium zu groß" in drawn(app)
    listed = opened(own, state=["discarded"])
    assert found(listed) == 1
    assert list(listed.dataframe[0].value["state"]) == ["verworfen"]
    # Elsewhere it is out of the way until it is asked for, and counted as hidden.
    title = f'"{call.title}"'
    away = opened(own, q=title)
    assert not away.dataframe and "Verworfene" in shown(away)
    away.button(key="matches_show_hidden").click().run()
    assert list(away.dataframe[0].value["state"]) == ["verworfen"] and away.query_params["discarded"] == "1"
    assert found(opened(own, q=title, discarded="1")) == 1


def test_what_was_typed_on_a_call_comes_back_until_it_is_saved(opened: Open, own: Path) -> None:
    call = first_call(own)
    app = opened(own, on=CALL, call=call.reference)
    name = f"decide_{call.reference}_0"
    assert "noch nicht gespeichert" not in shown(app)
    app.text_area(key=f"{name}_note").set_value("Partner in Herne fragen")
    app.text_input(key=f"{name}_owner").set_value("Umweltamt").run()
    assert "Eingabe noch nicht gespeichert" in shown(app)
    app.query_params["call"] = first_call(own, 1).reference
    app.run()
    assert all(area.value == "" for area in app.text_area) and "noch nicht gespeichert" not in shown(app)
    app.query_params["call"] = call.reference
    app.run()
    assert app.text_area(key=f"{name}_note").value == "Partner in Herne fragen"
    assert app.text_input(key=f"{name}_owner").value == "Umweltamt"
    app.button(key=f"{name}_save").click().run()
    assert not app.exception and "Eingabe noch nicht gespeichert" not in shown(app)
    store = store_of(own)
    (decision,) = store.decisions(call.reference)
    store.close()
    assert (decision.note, decision.owner) == ("Partner in Herne fragen", "Umweltamt")


def test_a_deadline_before_the_opening_is_marked_on_the_page_and_in_the_list(opened: Open, own: Path) -> None:
    store = store_of(own)
    call = next(c for c in store.calls() if len(c.deadlines) == 1 and c.status(date(2026, 8, 22)) == "open")
    sign = "Bitte prüfen: Frist vor Öffnung"
    assert sign not in drawn(opened(own, on=CALL, call=call.reference))
    store.replace_parsed([call.model_copy(update={"opens": call.deadlines[0].on + timedelta(days=1)})])
    settings = Settings().with_database(f"sqlite:///{own}")
    desk.create_shortlist(store, settings, name="Tisch", by="anna", calls=[call])
    store.close()
    assert sign in shown(opened(own, on="matcher/pages/shortlists.py"))
    page = drawn(opened(own, on=CALL, call=call.reference))
    assert page.count(sign) == 1
    due = call.deadlines[0].on
    assert f"Frist {due:%d.%m.%Y} liegt vor der Öffnung am {due + timedelta(days=1):%d.%m.%Y}" in page
    every = ["open", "forthcoming", "closed"]
    assert sign in drawn(opened(own, q=f'"{call.identifier}"', view="list", status=every, noise="all"))


def test_the_list_says_for_which_town_is_decided(opened: Open) -> None:
    assert "Entscheidungen für die Region insgesamt" in shown(opened())
    assert "Entscheidungen für Gelsenkirchen" in shown(opened(office="gelsenkirchen"))


def test_chosen_calls_are_decided_together_and_taken_back(opened: Open, own: Path) -> None:
    app = opened(own, priority="city")
    two = list(app.dataframe[0].value["identifier"][:2])
    grid = "table-" + app.dataframe[0].proto.id.partition("-table-")[2]
    app.session_state[grid] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run()
    assert [b.proto.type for b in app.button if b.key in ("bulk_shortlist", "bulk_read")] == ["secondary"] * 2
    app.button(key="bulk_shortlist").click().run()
    # Ticked again, the button is filled that says what holds for all of them.
    grid = "table-" + app.dataframe[0].proto.id.partition("-table-")[2]
    app.session_state[grid] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run()
    assert [b.proto.type for b in app.button if b.key in ("bulk_shortlist", "bulk_read")] == ["primary", "secondary"]
    app.button(key="bulk_clear").click().run()
    store = store_of(own)
    assert sorted(d.identifier for d in store.decisions()) == sorted(two)
    assert {d.state for d in store.decisions()} == {State.SHORTLISTED}
    app.button(key="bulk_undo_do").click().run()
    assert [d.state for d in store.decisions()][2:] == [State.NEW, State.NEW]
    assert "2 Entscheidungen zurückgenommen" in shown(app)

    # A quick hand: the reason is chosen and the button pressed before the page was drawn again.
    grid = "table-" + app.dataframe[0].proto.id.partition("-table-")[2]
    app.session_state[grid] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run()
    app.radio(key="bulk_reason").set_value(Discard.TOO_BIG)
    app.button(key="bulk_discard_do").click().run()
    assert [d.reason for d in store.decisions()][4:] == [Discard.TOO_BIG] * 2
    store.close()


def test_what_is_watched_comes_back_before_its_deadline_and_kept_calls_stay_in_sight(opened: Open, own: Path) -> None:
    store = store_of(own)
    day = date(2026, 8, 22)
    calls = [c for c in store.calls() if c.kind == "topic" and c.status(day) == "open"][:3]
    due = [day + timedelta(days=days) for days in (400, 60, 1)]
    store.replace_parsed(
        [
            c.model_copy(update={"title": f"Quagga {on}", "opens": None, "deadlines": [Deadline(on=on)]})
            for c, on in zip(calls, due, strict=True)
        ]
    )
    store.close()
    app = opened(own, q="Quagga", noise="all")
    assert set(app.dataframe[0].value["title"]) == {f"Quagga {on}" for on in due}
    grid = "table-" + app.dataframe[0].proto.id.partition("-table-")[2]
    app.session_state[grid] = {"selection": {"rows": [0, 1, 2], "columns": [], "cells": []}}
    app.run()
    app.date_input(key="bulk_until").set_value(day + timedelta(days=100)).run()
    cut = f"1 Aufruf kommt früher wieder, weil seine Frist vorher abläuft: „Quagga {due[1]}“ (21.09.2026)."
    refused = f"1 Aufruf wird nicht beobachtet, weil seine Frist zu nahe ist: „Quagga {due[2]}“."
    assert cut in shown(app) and refused in shown(app)
    app.button(key="bulk_park_do").click().run()
    assert f"{cut} {refused}" in shown(app)
    store = store_of(own)
    until = {d.reference: d.until for d in store.decisions()}
    assert until == {calls[0].reference: day + timedelta(days=100), calls[1].reference: date(2026, 9, 21)}

    # Who asks for the interesting ones hears of those that went further, and sees all with one click.
    desk.decide(store, calls=calls[:1], state=State.SHORTLISTED, by="anna")
    desk.decide(store, calls=calls[1:2], state=State.FORWARDED, to=["Essen"], by="anna")
    store.close()
    app = opened(own, q="Quagga", state="shortlisted", cols=["title", "sent", "until", "decided"])
    assert list(app.dataframe[0].value["title"]) == [f"Quagga {due[0]}"]
    assert "1 weiterer ist in Prüfung, beobachtet, weitergeleitet" in shown(app)
    app.button(key="kept_show").click().run()
    kept = dict(zip(app.dataframe[0].value["title"], app.dataframe[0].value["sent"], strict=True))
    assert set(kept) == {f"Quagga {on}" for on in due[:2]}
    by = app.dataframe[0].value["decided"]
    assert [text.partition(", ")[2] for text in by] == ["anna", "anna"]
    assert kept[f"Quagga {due[0]}"] == "" and kept[f"Quagga {due[1]}"].startswith("Essen (")
    assert app.query_params["state"] == "kept" and "1 weiterer" not in shown(app)
    assert "Jetzt nicht in der Datei: Zuständige, Notizen, Empfänger" in shown(app)
    assert "Jetzt nicht" not in shown(app.toggle(key="with_people").set_value(True).run())


def test_texts_of_calls_and_people_are_shown_as_they_are(opened: Open, own: Path) -> None:
    store = store_of(own)
    call = first_call(own)
    twin = call.model_copy(update={"reference": call.reference + "x", "title": HOSTILE + " twin"})
    store.replace_parsed([call.model_copy(update={"title": HOSTILE, "programme_name": HOSTILE}), twin])
    desk.decide(store, calls=[call], state=State.READING, by=HOSTILE, note=HOSTILE, owner=HOSTILE)
    store.close()
    for app in (
        opened(own, q="script"),
        opened(own, view="list", q="script"),
        opened(own, on=CALL, call=call.reference),
        opened(own, on=CALL, call=HOSTILE),
    ):
        assert_escaped(app)
    assert json.dumps(HOSTILE)[1:-1] in drawn(opened(own, on=CALL, call=call.reference))


def assert_escaped(app: AppTest) -> None:
    """No element that reads Markdown holds one of the dangerous signs without a backslash before it."""
    marks = [*app.markdown, *app.caption, *app.header, *app.subheader, *app.error, *app.warning]
    texts = [element.value for element in marks]
    texts += [str(e.label) for kind in (app.button, app.selectbox, app.multiselect, app.toggle) for e in kind]
    suspects = [text for text in texts if "alert" in text]
    for text in suspects:
        bare = re.sub(r"\\.", "", text)
        assert not re.search(r"[<>\[\]`$]|\!\(", bare), text


def test_links_of_a_call_lead_to_the_union_only(opened: Open, own: Path) -> None:
    call = first_call(own)
    bad = [
        "javascript:alert(1)",
        "http://ec.europa.eu/x",
        "https://ec.europa.eu.evil.example/",
        "https://evil.example/a",
    ]
    links = [link.model_copy(update={"url": url}) for url in bad for link in call.links[:1]]
    store = store_of(own)
    store.replace_parsed([call.model_copy(update={"links": links})])
    store.close()
    text = drawn(opened(own, on=CALL, call=call.reference))
    hrefs = re.findall(r'"href": "([^"]*)"', text)
    assert [href for href in hrefs if not href.startswith("call?call=")] == []
    assert "https://evil.example/a" in text
    assert "javascript" not in text


@given(st.text(max_size=60))
def test_escaping_keeps_every_letter_and_no_power(text: str) -> None:
    escaped = ui_text.md_escape(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>\[\]`$*_:!]", escaped.replace("\\\\", "")) or "\\" in text
    kept = re.sub(r"\\(.)", r"\1", escaped)
    assert [sign for sign in kept if sign.isalnum()] == [sign for sign in text if sign.isalnum()]
    assert "\n" not in escaped


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://ec.europa.eu/info/x?a=b#c", True), ("https://europa.eu", True), ("https://eit.europa.eu/", True),
        ("http://ec.europa.eu/", False), ("https://europa.eu.example/", False), ("https://noteuropa.eu/", False),
        ("https://u:p@ec.europa.eu/", False), ("https://ec.europa.eu:8443/", False), ("//ec.europa.eu", False),
        ("javascript:alert(1)//europa.eu", False), ("data:text/html,europa.eu", False), ("", False), (None, False),
        ("https://ec.europa.eu/ x", False), ("https://ec.europa.eu/\nx", False), ("https://[bad/", False),
    ],
)  # fmt: skip
def test_only_https_of_the_union_is_a_link(url: str | None, good: bool) -> None:
    assert (ui_text.safe_link(url) == url) is (good or url is None)
    assert good or ui_text.safe_link(url) is None


def test_marks_cut_a_text_without_losing_a_letter() -> None:
    text = "Green hydrogen and green steel, hydrogenated"
    marks = ui_text.find_marks(text, ["hydrogen", "green steel", "", "(x"])
    assert [text[a:b] for a, b in marks] == ["hydrogen", "green steel"]
    pieces = ui_text.pieces(text, [*marks, (0, 3), (2, 9), (500, 600)])
    assert "".join(part for part, _ in pieces) == text
    assert [part for part, on in pieces if on] == ["Gre", "en hyd", "rogen", "green steel"]


@pytest.mark.parametrize(
    ("choice", "value", "texts"),
    [
        (Choice([], ["a", "b"]), ["b", "a"], ["b", "a"]),
        (Choice(["a"], ["a", "b"]), [], [""]),
        (Choice(["a"], ["a", "b"]), ["a"], []),
        (Choice(True), False, ["0"]),
        (Choice("1", digits=True), "3", ["3"]),
        (Choice("x", ["x", "y"]), "y", ["y"]),
    ],
)
def test_an_address_gives_back_what_was_written(choice: Choice, value: Any, texts: list[str]) -> None:
    assert choice.write(value) == texts
    assert choice.read(texts or None) == value


@pytest.mark.parametrize("texts", [["0"], ["-1"], ["1e3"], ["²"], ["123456789"], [""]])
def test_a_page_number_that_is_none_is_the_first(texts: list[str]) -> None:
    assert Choice("1", digits=True).read(texts) == "1"


def test_what_a_press_does_is_not_broken_off_and_the_drawing_after_it_is() -> None:
    def next_press() -> None:
        raise InterruptedError

    ui_press.keep_all()
    state = SafeSessionState(SessionState(), next_press)
    state.on_script_will_rerun(WidgetStates())
    with pytest.raises(InterruptedError):
        state["page"] = 1
