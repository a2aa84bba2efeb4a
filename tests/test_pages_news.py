"""The page of what is new: decided, handed on, taken back item by item; empty in three ways; in both languages."""

import json
import re
import shutil
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from app_driver import opened, seen, small_recording, sound
from streamlit.testing.v1 import AppTest

from matcher import desk, desk_shelf, ui_keep, ui_keys, ui_news_decide, words
from matcher.desk_clock import day_of
from matcher.ledger import Discard, State
from matcher.settings import Settings
from matcher.sources import portal
from matcher.views.watch import watch_days

SINCE = {"since": "day", "from": "2026-08-01"}


def recorded(folder: Path, day: int, due: dict[str, str], without: Collection[str] = ()) -> Path:
    """A live recording of that day of August, `without` some topics; those in `due` get another deadline."""
    small_recording(folder)
    about = (folder / "replay.yaml").read_text("utf-8").replace("scope: demo", "scope: live")
    (folder / "replay.yaml").write_text(about.replace("2026-08-22", f"2026-08-{day}"), "utf-8")
    page = next(iter(sorted(folder.glob("type-1-page-*.json"))))
    data = json.loads(page.read_text("utf-8"))
    kept = []
    for record in data["results"]:
        reference = portal.parse(record).reference
        if reference in due:
            record["metadata"]["deadlineDate"] = [f"{due[reference]}T17:00:00.000+0000"]
        if reference not in without:
            kept.append(record)
    data["results"], data["totalResults"] = kept, len(kept)
    page.write_text(json.dumps(data), "utf-8")
    return folder


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What two pulls were made of: the second brings three topics (two of one call) and moves two deadlines."""
    folder = tmp_path_factory.mktemp("news")
    settings = Settings().with_database(f"sqlite:///{folder / 'first.db'}")
    page = next(iter(sorted(small_recording(folder / "all").glob("type-1-page-*.json"))))
    calls = [portal.parse(record) for record in json.loads(page.read_text("utf-8"))["results"]]
    by_call: dict[str, list[str]] = {}
    for call in calls:
        by_call.setdefault(call.call_identifier or "", []).append(call.reference)
    pair = next(sorted(refs)[2:4] for name, refs in sorted(by_call.items()) if name and len(refs) > 3)
    single = [c for c in calls if c.reference not in pair and len(c.deadlines) == 1]
    move = [single[0].reference, single[1].reference]
    alone = next(c.reference for c in single[2:] if c.call_identifier != single[0].call_identifier)
    # Years ahead, so that nothing is closed on the day this test runs.
    first = dict.fromkeys([*pair, alone, *move], "2098-12-01")
    second = first | dict.fromkeys(move, "2099-02-16")
    with desk.open_store(settings) as store:
        run = desk.refresh(store, settings, replay=recorded(folder / "one", 23, first, {*pair, alone}))
        assert run.state == "published", run.message
        shutil.copy(folder / "first.db", folder / "baseline.db")
        run = desk.refresh(store, settings, replay=recorded(folder / "two", 24, second))
        assert (run.state, run.new, run.moved) == ("published", 3, 2), run.message
    return {"folder": folder, "pair": pair, "alone": alone, "move": move, "second": second}


@pytest.fixture
def own(parts: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a copy of that database."""
    monkeypatch.setenv(
        "MATCHER_DATABASE", f"sqlite:///{shutil.copy(parts['folder'] / 'first.db', tmp_path / 'own.db')}"
    )
    monkeypatch.setenv("MATCHER_USER", "anna")
    return Settings()


def everything(language: str = "de", **more: str) -> AppTest:
    """The page with all news, those that concern no field too."""
    return opened("news", language=language, **{**SINCE, "all": "1", **more})


def drawn(app: AppTest) -> str:
    return "\n".join(json.dumps(json.loads(e.proto.json), ensure_ascii=False) for e in app.get("bidi_component"))


def item(app: AppTest, reference: str) -> AppTest:
    """The page with the item of this call in hand."""
    key = next(name for name, node in listed(app) if reference in json.dumps(node))
    app.session_state["news_item"] = key
    return sound(app.run())


def listed(app: AppTest) -> list[tuple[str, Any]]:
    """The items of the list; none where there is none."""
    return [
        one for e in app.get("bidi_component") if "news_items" in e.proto.id for one in keys(json.loads(e.proto.json))
    ]


def keys(node: Any) -> list[tuple[str, Any]]:
    """The key of each item of the list with its drawing."""
    if isinstance(node, list):
        return [found for part in node for found in keys(part)]
    if not isinstance(node, dict):
        return []
    if node.get("tag") == "li":
        text = json.dumps(node)
        if '"tag": "h3"' in text:
            return [(text.split('"open": "')[1].split('"')[0], node)]
    return [found for part in node.values() for found in keys(part)]


def waiting(app: AppTest, language: str = "de") -> tuple[int, int]:
    """How many items are open and how many there are, by the two counts above the list."""
    pair, done = (
        (r"(\d+) von (\d+) zu entscheiden", r"(\d+) von (\d+) entschieden")
        if language == "de"
        else (r"(\d+) of (\d+) to decide", r"(\d+) of (\d+) decided")
    )
    told = [(int(n), int(of)) for n, of in re.findall(pair, seen(app))]
    told += [(0, int(of)) for _, of in re.findall(done, seen(app))]
    return sum(n for n, _ in told), sum(of for _, of in told)


def read(settings: Settings, ask: Any) -> Any:
    with desk.open_store(settings) as store:
        return ask(store)


def said(settings: Settings, reference: str) -> list[tuple[State, Discard | None]]:
    return [(d.state, d.reason) for d in read(settings, lambda store: store.decisions(reference))]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("de", ["3 neu, 2 Fristen geändert, 0 verloren", "Stand 24.08.2026", "4 Neuigkeiten zu 5 Aufrufen = "]),
        ("en", ["3 new, 2 deadlines changed, 0 lost", "as of 24", "4 news items of 5 calls = "]),
    ],
)
def test_all_news_are_told_with_old_and_new_value(own: Settings, language: str, texts: list[str]) -> None:
    app = everything(language)
    assert [text for text in texts if text not in seen(app)] == []
    assert waiting(app, language) == (4, 4)
    assert drawn(app).count("16.02.2099" if language == "de" else "16 Feb 2099") >= 2
    # The line of keys calls a decision what its button is called.
    keys = {name: ui_keys.KEYS[name] for name in ui_keys.QUICK}
    assert [k for name, k in keys.items() if f"{k} {app.button(key=f'news_{name}').label} · " not in seen(app)] == []


def test_only_what_fits_is_shown_the_rest_counted_and_one_click_away(own: Settings) -> None:
    app = opened("news", **SINCE)
    fitting = len(listed(app))
    before = [line for line in seen(app).splitlines() if "Bezug zu den Feldern" in line or "Passend" in line]
    assert f"Kaum Bezug zu den Feldern: {4 - fitting} von {4 - fitting} zu entscheiden" in seen(app)
    assert f"4 Neuigkeiten zu 5 Aufrufen = {fitting} passend + {4 - fitting} kaum passend" in seen(app)
    app.button(key="news_show_all").click()
    assert len(listed(sound(app.run()))) == 4
    assert [line for line in seen(app).splitlines() if "Bezug zu den Feldern" in line or "Passend" in line] == before
    assert app.query_params["all"] == "1"
    # The first of what was hidden is in hand, so that one sees what the click did.
    assert app.session_state["news_item"] == listed(app)[fitting][0]
    assert f"Kaum Bezug zu den Feldern: {4 - fitting}" in drawn(app)
    app.button(key="news_fitting").click()
    assert len(listed(sound(app.run()))) == fitting
    assert app.session_state["news_item"] == listed(app)[0][0]


def test_the_answers_stand_in_the_order_of_the_questions_and_name_the_town(
    own: Settings, parts: dict[str, Any]
) -> None:
    app = item(everything(), parts["alone"])
    head = next(json.loads(e.proto.json) for e in app.get("bidi_component") if "news_head" in e.proto.id)
    asked = re.findall(r'"tag": "dt", "in": \["([^"]+)"\]', json.dumps(head, ensure_ascii=False))
    assert asked == ["Frist", "Dürfen wir?", "Geld", "Warum", "Worum es geht", "Was ist neu", "Wer ist dran"]
    assert "Entscheidung für: Region insgesamt" in drawn(app)
    # Calls that lift this one are told by their titles.
    like = next(line for line in drawn(app).split("Ähnlich wie andere Aufrufe")[1:])[:400]
    known = read(own, lambda store: store.calls())
    assert any(call.title[:60].rstrip() in like for call in known)
    assert not any(call.identifier in like for call in known)
    # A word of the town, and what another one said.
    with desk.open_store(own) as store:
        call = store.call(parts["alone"])
        assert call is not None
        desk.decide(store, calls=[call], state=State.SHORTLISTED, by="bert", office="essen")
    app = item(everything(office="bochum"), parts["alone"])
    assert "Entscheidung für: Bochum" in drawn(app)
    assert "Andere: Essen: interessant" in drawn(app)
    assert "noch nicht entschieden" in drawn(app)
    assert "nur eine Kommune" not in seen(app)
    region = item(everything(), parts["alone"])
    assert "Bei 1 hat nur eine Kommune für sich entschieden" in seen(region)
    whole = drawn(region)
    assert re.search(r'"Essen: "\]\}, "interessant · bert', whole)
    assert "Andere: " not in whole
    # The region's own word stays whatever a town says later or takes back; a town reads whose word it is.
    region.button(key="news_off_topic").click()
    sound(region.run())
    town = item(everything(office="bochum"), parts["alone"])
    assert waiting(town) == waiting(everything()) and "Region insgesamt: verworfen" in drawn(town)
    for press in ("read", "undo_do"):
        town.button(key=f"news_{press}").click()
        sound(town.run())
        assert waiting(town) == waiting(everything())
        assert "verworfen (passt thematisch nicht) · " in drawn(item(everything(), parts["alone"]))


def test_who_comes_back_to_a_decided_item_gets_the_first_open_one(own: Settings, parts: dict[str, Any]) -> None:
    app = item(everything(), parts["alone"])
    done = app.session_state["news_item"]
    app.button(key="news_shortlist").click()
    sound(app.run())
    app = everything(item=done)
    first = next(name for name, node in listed(app) if '"css": "done' not in json.dumps(node) and name != done)
    assert app.session_state["news_item"] == first
    # Chosen in the list, it is shown.
    app.session_state["news_item"] = done
    assert sound(app.run()).session_state["news_item"] == done


def test_one_click_decides_and_brings_the_next_one_and_undo_brings_it_back(
    own: Settings, parts: dict[str, Any]
) -> None:
    app = item(everything(), parts["alone"])
    before = app.session_state["news_item"]
    app.button(key="news_shortlist").click()
    sound(app.run())
    assert said(own, parts["alone"]) == [(State.SHORTLISTED, None)]
    assert waiting(app) == (3, 4)
    assert app.session_state["news_item"] != before
    app.button(key="news_undo_do").click()
    sound(app.run())
    assert waiting(app) == (4, 4)
    assert app.session_state["news_item"] == before
    assert said(own, parts["alone"])[-1] == (State.NEW, None)
    title = read(own, lambda store: store.call(parts["alone"])).title
    assert f"Zurückgenommen, wieder zu entscheiden: {title[:40]}" in seen(app)


def test_a_decision_holds_for_the_topic_on_the_screen_unless_all_are_asked_for(
    own: Settings, parts: dict[str, Any]
) -> None:
    app = item(everything(), parts["pair"][0])
    before, first = app.session_state["news_item"], app.session_state["news_topic"]
    assert "von 2 dieses Aufrufs" in drawn(app)
    app.menu_button(key="news_discard").click(Discard.TOO_BIG)
    sound(app.run())
    second = next(one for one in parts["pair"] if one != first)
    assert (said(own, first), said(own, second)) == ([(State.DISCARDED, Discard.TOO_BIG)], [])
    # The item stays with its other topic in hand until that is decided, too.
    assert (app.session_state["news_item"], app.session_state["news_topic"]) == (before, second)
    assert waiting(app) == (4, 4)
    assert "1 von 2 Themen entschieden" in drawn(app)
    app.button(key="news_read").click()
    sound(app.run())
    assert (said(own, second), waiting(app)) == ([(State.READING, None)], (3, 4))
    assert app.session_state["news_item"] != before


def test_all_open_topics_of_a_call_are_decided_together_when_that_is_ticked(
    own: Settings, parts: dict[str, Any]
) -> None:
    app = item(everything(), parts["pair"][0])
    every = app.checkbox(key=f"news_every_{app.session_state['news_item']}")
    assert every.value is False
    every.check()
    sound(app.run())
    app.button(key="news_off_topic").click()
    sound(app.run())
    assert [said(own, one) for one in parts["pair"]] == [[(State.DISCARDED, Discard.OFF_TOPIC)]] * 2
    assert waiting(app) == (3, 4)
    app.button(key="news_undo_do").click()
    assert waiting(sound(app.run())) == (4, 4)


def test_when_the_last_item_is_decided_the_page_says_so_and_leads_on(own: Settings, parts: dict[str, Any]) -> None:
    app = item(everything(), parts["pair"][0])
    for name in ("shortlist", "read", "off_topic", "shortlist"):
        assert "Fertig" not in seen(app)
        app.button(key=f"news_{name}").click()
        sound(app.run())
    app.button(key="news_shortlist").click()
    sound(app.run())
    assert waiting(app) == (0, 4)
    for text in (
        "Fertig: alle 4 Neuigkeiten",
        "1 in Prüfung, 3 interessant, 1 verworfen",
        "3 davon sind interessant",
    ):
        assert text in seen(app)
    # The file is offered once, and what was decided last can still be taken back.
    assert len([e for e in app.get("download_button") if "news_file_csv-de" in e.proto.id]) == 1
    assert "Alle 5 Aufrufe" in seen(app)
    app.toggle(key="news_kept").set_value(True)
    assert "Alle 4 Aufrufe" in seen(sound(app.run()))
    app.button(key="news_undo_do").click()
    assert "Fertig" not in seen(sound(app.run()))
    assert waiting(app) == (1, 4)


def body_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["body"][0].replace("\r\n", "\n")


def test_the_mail_comes_first_and_only_the_button_writes_that_a_call_was_handed_on(
    own: Settings, parts: dict[str, Any]
) -> None:
    app = item(everything(), parts["alone"])
    field = app.selectbox(key=f"news_forward_{app.session_state['news_item']}")
    town = next(name for name in field.options if "Essen" in name)
    field.set_value(town)
    sound(app.run())
    assert said(own, parts["alone"]) == []
    assert f"Mail an {town}" in seen(app)
    assert len(app.code) == 1
    link = next(e.proto for e in app.get("link_button") if "news_mailto" in e.proto.id)
    assert link.url.startswith("mailto:?subject=")
    next(t for t in app.text_input if str(t.key).startswith("news_address_")).set_value("eu@essen.example")
    app.text_input(key="user").set_value("EU-Stelle")
    sound(app.run())
    link = next(e.proto for e in app.get("link_button") if "news_mailto" in e.proto.id)
    assert link.url.startswith("mailto:eu@essen.example?subject=")
    assert app.code[0].value.endswith("EU-Stelle")
    # What the mail asks is changed in the field, and what stands there when the button is pressed counts.
    ask = next(t for t in app.text_input if str(t.key).endswith("_ask"))
    assert ask.value.startswith("Passt das zu Ihren Vorhaben?") and ask.value in app.code[0].value
    ask.set_value("Rufen Sie mich an?")
    app.selectbox(key="office").set_value("herne")
    sound(app.run())
    link = next(e.proto for e in app.get("link_button") if "news_mailto" in e.proto.id)
    for text in (app.code[0].value, body_of(link.url)):
        assert "\n\nRufen Sie mich an?\n\n" in text and "Vorhaben" not in text
        assert text.rstrip().endswith("EU-Stelle\nHerne")
    next(t for t in app.text_input if str(t.key).endswith("_ask")).set_value("")
    app.button(key="news_forward_log").click()
    sound(app.run())
    last = read(own, lambda store: store.decisions(parts["alone"]))[-1]
    assert (last.state, last.to) == (State.FORWARDED, [town])
    assert f"weitergeleitet (an {town})" in seen(app)
    # The mail stays within reach until the next item is decided.
    again = next(e.proto for e in app.get("link_button") if "news_mail_again" in e.proto.id)
    assert body_of(again.url) == body_of(link.url).replace("Rufen Sie mich an?\n\n", "")
    # While the next mail is prepared it steps back: one of both would be sent by mistake.
    field = next(box for box in app.selectbox if str(box.key).startswith("news_forward_"))
    field.set_value(town)
    sound(app.run())
    assert [e for e in app.get("link_button") if "news_mail_again" in e.proto.id] == []
    app.button(key="news_forward_cancel").click()
    sound(app.run())
    app.button(key="news_read").click()
    sound(app.run())
    assert [e for e in app.get("link_button") if "news_mail_again" in e.proto.id] == []
    # With the town that got it the call waits for its own word; nobody else is asked.
    for office, told, open_ in (("herne", 0, (3, 4)), ("essen", 1, (4, 4))):
        app = everything(office=office)
        assert drawn(app).count("an Ihre Stadt weitergeleitet, wartet") == 2 * told
        assert waiting(app) == open_
    # Its answer is told to the region, and is taken back by that town alone.
    app.button(key="news_read").click()
    sound(app.run())
    assert waiting(app) == (3, 4) and app.button(key="news_undo_do")
    assert re.search(r"an Ihre Stadt weitergeleitet(?!, wartet)", drawn(app))
    app.selectbox(key="office").set_value("")
    sound(app.run())
    assert "news_undo_do" not in {button.key for button in app.button}
    assert re.search(r'"Essen: in Prüfung · [^"]+"', drawn(app))
    assert re.search(r'"Antwort: Herne: weitergeleitet, [\d.]+"', drawn(app))


def test_an_item_is_put_on_a_named_list_and_stays_open(own: Settings, parts: dict[str, Any]) -> None:
    app = item(everything(), parts["alone"])
    app.text_input(key="put_name_0").set_value("Vorlage Stahl")
    app.button(key="put_do").click()
    sound(app.run())
    (made,) = read(own, lambda store: store.shortlists("ruhr"))
    assert (made.name, [entry.reference for entry in made.entries]) == ("Vorlage Stahl", [parts["alone"]])
    assert "1 Aufruf auf „Vorlage Stahl“ gesetzt" in seen(app)
    assert waiting(app) == (4, 4)
    # For the next call the field is empty and the list chosen; a name that is there means that list.
    assert app.text_input(key="put_name_1").value == ""
    assert app.selectbox(key="put_id_1").value == made.id
    app.text_input(key="put_name_1").set_value("vorlage stahl ")
    app.button(key="put_do").click()
    sound(app.run())
    assert [one.name for one in read(own, lambda store: store.shortlists("ruhr"))] == ["Vorlage Stahl"]


def test_a_key_pressed_twice_is_no_conflict_with_oneself(
    own: Settings, parts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = item(everything(), parts["alone"])
    app.button(key="news_shortlist").click()
    # The second press is sent from the same screen as the first: it repeats what the first has just written.
    monkeypatch.setattr(ui_news_decide, "_hand", lambda item, topic: None)
    write = ui_news_decide._write
    monkeypatch.setattr(ui_news_decide, "_write", lambda *asked: [write(*asked), write(*asked)][0])
    sound(app.run())
    assert said(own, parts["alone"]) == [(State.SHORTLISTED, None)]
    assert "war schneller" not in seen(app) and "hat nichts entschieden" in seen(app)
    assert "hat nichts entschieden" not in seen(sound(app.run()))


def test_a_change_of_a_shortlisted_call_is_noted_with_one_click(own: Settings, parts: dict[str, Any]) -> None:
    moved = sorted(parts["move"])[0]
    with desk.open_store(own) as store:
        call = store.call(moved)
        assert call is not None
        made = desk.decide(store, calls=[call], state=State.SHORTLISTED, by="bert")[0]
        first = next(run for run in store.runs() if run.baseline)
        store.add_decision(made.model_copy(update={"id": None, "run": first.id}))
    app = item(everything(), moved)
    assert waiting(app) == (4, 4)
    assert "G zur Kenntnis" in seen(app)
    app.button(key="news_keep").click()
    sound(app.run())
    assert waiting(app) == (3, 4)
    assert ": zur Kenntnis genommen, bleibt interessant" in seen(app)
    # Where nothing was said before there is nothing to keep, and no key for it.
    assert [b for b in item(app, parts["alone"]).button if b.key == "news_keep"] == []
    assert "G zur Kenntnis" not in seen(app)
    assert said(own, moved)[-1] == (State.SHORTLISTED, None)
    app.button(key="news_undo_do").click()
    assert waiting(sound(app.run())) == (4, 4)


def test_a_parked_call_waits_for_its_day(own: Settings, parts: dict[str, Any]) -> None:
    app = item(everything(), parts["alone"])
    call, today = read(own, lambda store: store.call(parts["alone"])), day_of(desk.now())
    first, second, *_ = watch_days(call, today)
    # The button names the day that it takes.
    assert app.button(key="news_park_now").label == f"Beobachten bis {words.near_day(first, today, 'de')}"
    app.menu_button(key="news_park").click(second)
    sound(app.run())
    assert read(own, lambda store: store.decisions(parts["alone"]))[-1].until == second
    assert f"beobachten (bis {second:%d.%m.%Y})" in drawn(app)
    # A day of one's own; what stands in the field when the button is pressed holds.
    item(app, parts["alone"])
    app.menu_button(key="news_park").click("other")
    sound(app.run())
    free = today + timedelta(days=3)
    app.date_input(key="news_day_chosen").set_value(free)
    app.button(key="news_own_watch_do").click()
    sound(app.run())
    last = read(own, lambda store: store.decisions(parts["alone"]))[-1]
    assert (last.state, last.until) == (State.PARKED, free)
    assert [field for field in app.date_input if field.key == "news_day_chosen"] == []


def test_a_colleague_who_was_faster_is_named_and_nothing_is_overwritten(own: Settings, parts: dict[str, Any]) -> None:
    app = item(everything(), parts["alone"])
    with desk.open_store(own) as store:
        call = store.call(parts["alone"])
        assert call is not None
        desk.decide(store, calls=[call], state=State.DISCARDED, reason=Discard.NO_PARTNER, by="bert")
    app.button(key="news_shortlist").click()
    sound(app.run())
    assert "bert war schneller: verworfen" in seen(app)
    assert said(own, parts["alone"]) == [(State.DISCARDED, Discard.NO_PARTNER)]


def test_since_my_last_visit_shows_what_came_after_it(
    own: Settings, parts: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(parts["folder"] / "baseline.db", own.database.removeprefix("sqlite:///"))
    opened("matches")
    visit = read(own, lambda store: store.last_visit("ruhr", "anna"))
    with desk.open_store(own) as store:
        desk.refresh(store, own, replay=recorded(tmp_path / "two", 24, parts["second"]))
    monkeypatch.setattr(desk_shelf, "now", lambda: visit.at + timedelta(days=1))
    app = opened("news", all="1")
    assert app.session_state["news_since"] == "visit"
    assert waiting(app) == (4, 4)
    day = words.near_day(visit.at.astimezone(words.BRUSSELS).date(), visit.at.date(), "de")
    assert f"meinem Besuch am {day}" in [one.content for e in app.get("button_group") for one in e.proto.options]
    # On a phone the sum comes last: the first item shall be seen at once.
    total = "Neuigkeiten zu"
    texts = [part.value for part in app.caption]
    app.session_state["narrow"] = True
    phone = [part.value for part in sound(app.run()).caption]
    assert [sum(total in text for text in one) for one in (texts, phone)] == [1, 1]
    assert total in phone[-1] and total not in texts[-1]


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Noch gibt es nichts Neues"), ("en", "There is nothing new yet")]
)
def test_demo_data_say_that_they_have_no_news_and_how_news_arise(demo: Path, language: str, word: str) -> None:
    app = opened("news", language=language)
    assert word in seen(app)


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Der Ausgangspunkt ist gelegt"), ("en", "starting point is set")]
)
def test_after_the_first_pull_the_page_says_that_it_is_the_starting_point(
    own: Settings, parts: dict[str, Any], language: str, word: str
) -> None:
    shutil.copy(parts["folder"] / "baseline.db", own.database.removeprefix("sqlite:///"))
    assert word in seen(opened("news", language=language))


def test_without_news_in_the_period_a_longer_one_is_offered(own: Settings) -> None:
    app = opened("news", since="7")
    assert "Nichts Neues seit" in seen(app)
    app.button(key="news_longer").click()
    sound(app.run())
    assert app.session_state["news_since"] == "30"


def looked_back(language: str, day: str, **query: str) -> AppTest:
    """The part "Looking back" of the page of data for a day."""
    return opened("data", language=language, past=day, **query)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_past_day_shows_its_list_for_reading_with_the_version_that_ranked_it(own: Settings, language: str) -> None:
    app = looked_back(language, "2026-08-23")
    early = next(d.value for d in app.dataframe if "now_rank" in d.value)
    assert "Fassung 1 (matcher" in seen(app) if language == "de" else "version 1 (matcher" in seen(app)
    late = next(d.value for d in looked_back(language, "2026-08-24").dataframe if "now_rank" in d.value)
    assert len(late) - len(early) == 3
    assert list(early["rank"]) == list(range(1, len(early) + 1))


def test_the_list_of_a_past_day_is_there_for_reading_without_a_table(own: Settings) -> None:
    app = looked_back("de", "2026-08-24")
    table = next(d.value for d in app.dataframe if "now_rank" in d.value)
    app.segmented_control(key="past_view").set_value("list")
    sound(app.run())
    assert not [d for d in app.dataframe if "now_rank" in d.value]
    drawn = next(e for e in app.get("bidi_component") if "past_list" in e.proto.id)
    rows = json.loads(drawn.proto.json)["nodes"][0]["in"]
    titles = [row["in"][1]["in"][0]["in"] for row in rows]
    assert [title[1]["in"][0] for title in titles] == list(table["title"])
    assert [title[0] for title in titles] == [f"{rank}. " for rank in table["rank"]]
    assert rows[0]["in"][1]["in"][0]["in"][1]["href"].startswith("data?past=2026-08-24&call=")


def test_looking_back_says_why_a_call_stood_there_and_where_it_stands_now(
    own: Settings, parts: dict[str, Any]
) -> None:
    app = looked_back("de", "2026-08-24", call=parts["alone"])
    assert "Warum dieser Aufruf am 24.08.2026 dort stand" in seen(app)
    assert "Damals Rang" in seen(app) and "Heute: Rang" in seen(app)
    assert [e for e in app.get("bidi_component") if "past_why" in e.proto.id]
    before = looked_back("de", "2026-08-23", call=parts["alone"])
    assert "am 23.08.2026 noch nicht bekannt" in seen(before)


def test_demo_data_cannot_be_looked_back_on_and_says_so(demo: Path) -> None:
    assert "Demodaten haben nur einen Tag" in seen(looked_back("de", "2026-08-01"))


def test_a_call_leads_to_where_it_stood(own: Settings, parts: dict[str, Any]) -> None:
    app = opened("call", call=parts["alone"])
    link = next(e.proto for e in app.get("page_link") if e.proto.label == "Stand an einem früheren Tag")
    assert parts["alone"] in link.query_string


def test_a_town_hears_whether_it_is_a_mission_city(own: Settings) -> None:
    known = {
        office: ui_keep._mission_cities(own, str(own.region_folder)).get(office)
        for office in ("dortmund", "essen", "")
    }
    assert known == {"dortmund": True, "essen": False, "": None}
    for office, said in (("dortmund", "Dortmund ist Missionsstadt"), ("essen", "Essen ist keine Missionsstadt")):
        app = AppTest.from_function(glance, args=(office,), default_timeout=60)
        assert said in seen(sound(app.run()))
        # Of topics with different states each state says of how many; of one for all there is nothing to count.
        assert "2 interessant, 1 verworfen (zu groß)" in seen(app)
        assert "alle: interessant" in seen(app)


def glance(office: str) -> None:
    """What the news say on "may we apply" to a town, and on three topics that were decided."""
    from types import SimpleNamespace

    import streamlit as st

    from matcher import ui_news_glance, ui_news_stand
    from matcher.ledger import Discard, State

    st.session_state["office"] = office
    st.session_state["language"] = "de"
    said, row = SimpleNamespace(apply="ja", conditions=[]), SimpleNamespace(conditions=["mission_city"])
    st.text(" ".join(str(node) for node in ui_news_glance._apply(said, row)))
    taken = SimpleNamespace(state=State.SHORTLISTED, reason=None, until=None, to=[], office=office)
    turned = SimpleNamespace(state=State.DISCARDED, reason=Discard.TOO_BIG, until=None, to=[], office=office)
    st.text(ui_news_stand.together(["a", "b", "c"], {"a": taken, "b": turned, "c": taken}))
    st.text(f"alle: {ui_news_stand.together(['a', 'c'], {'a': taken, 'c': taken})}")
