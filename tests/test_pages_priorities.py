"""The page of priorities: draft, preview, save, conflict, way back, file; in both languages, full and empty."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pandas as pd
import pytest
import streamlit as st
from hypothesis import strategies as st_
from streamlit.testing.v1 import AppTest

from matcher import desk, desk_concepts, desk_drafts, desk_sheet, desk_tune, exports
from matcher.ledger import Discard, State
from matcher.model import Call, Concept, Priority, Profile
from matcher.settings import Settings
from matcher.store import Store
from matcher.views import effects, shortlist, troubles
from tests.app_driver import edited, opened, seen, small_recording, sound

FIRST = "edit_concept_green_1"


@pytest.fixture(scope="module")
def shared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small store for all tests of this file: the ranker is fitted once; each test begins with new priorities."""
    folder = tmp_path_factory.mktemp("priorities")
    path = folder / "matcher.db"
    settings = Settings().with_database(f"sqlite:///{path}")
    with desk.open_store(settings) as store:
        desk.refresh(store, settings, replay=small_recording(folder / "recording"))
    return path


@pytest.fixture
def settings(shared_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{shared_file}")
    monkeypatch.setenv("MATCHER_USER", "Anna")
    own = Settings()
    for draft in desk_drafts.found(own, by="Anna").kept:
        desk_drafts.drop(own, draft.id)
    with desk.open_store(own) as store:
        first = store.profiles(own.region)[-1]
        newest = desk.profile(store, own)
        if desk_tune.edits(first, newest):
            desk.tune(store, draft=first.model_copy(update={"version": newest.version}), by="test", why="")
    yield own


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with desk.open_store(settings) as opened_store:
        yield opened_store


def saved(store: Store, settings: Settings) -> Profile:
    return desk.profile(store, settings)


def weight(profile: Profile, key: str = "hydrogen") -> float:
    return next(c.weight for c in profile.priority("green").concepts if c.key == key)


def top(app: AppTest) -> list[int]:
    """Points of the preview's list, first to last; what fits and what is only related together, by rank."""
    both = pd.concat(d.value for d in app.dataframe if "move" in d.value)
    return both.sort_values("rank")["score"].astype(int).to_list()


@pytest.mark.parametrize(
    ("language", "title", "tab"),
    [("de", "Felder und Konzepte", "Fassungen"), ("en", "Priorities and concepts", "Versions")],
)
def test_the_page_speaks_both_languages_and_shows_what_is_saved(
    settings: Settings, language: str, title: str, tab: str
) -> None:
    app = opened("priorities", language=language)
    text = seen(app)
    assert title in text and tab in text
    assert len(app.dataframe[0].value) == 32
    assert not [b for b in app.button if b.key == "draft_drop"]


def test_an_edit_shows_its_effect_before_anything_is_saved(store: Store, settings: Settings) -> None:
    calls = {call.reference: call for call in desk.ranker(store, settings).calls_}
    other, lower, farther = (calls[f"{n}TOPICSen"] for n in (50149595, 50127032, 51454550))
    # What fits neither before nor after is of another subject: it measures nothing here.
    desk.decide(store, calls=[other], state=State.SHORTLISTED, by="Bea")
    app = opened("priorities", language="en")
    before = top(app)
    assert "There are no decisions on this priority yet" in seen(app)
    edited(app, FIRST, rows={9: {"weight": 1.0}})
    text = seen(on_tab(app, "lab_tabs", "Entering and leaving"))
    assert "The first 30 hold the same 30 calls, in another order" in text and "changes nothing" not in text
    desk.decide(store, calls=[lower, farther], state=State.SHORTLISTED, by="Bea", priority="green")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    # No kept call is buried, but two of them lose: that is no good news.
    text = seen(app)
    assert "buries none of the 2 shortlisted calls, but 2 of them lose" in text and "lifts no rejected" not in text
    assert f"- {farther.title}: rank 15 → 20, fit weak → none\n- {lower.title}: fit strong → partial" in text
    on_tab(app, "lab_tabs", "List")
    assert "Draft with 1 change, not saved yet" in seen(app)
    assert "weight 3 → 1" in seen(app)
    assert top(app) != before
    assert weight(saved(store, settings)) == 3
    desk.decide(store, calls=[other, lower, farther], state=State.NEW, by="Bea", priority="green")


def test_a_field_whose_words_no_call_has_says_so_in_the_preview(store: Store, settings: Settings) -> None:
    began = saved(store, settings)
    green = began.priority("green")
    ships = Concept(key="ships", weight=3, spellings={"en": ["zeppelinry", "digital global gateways"]})
    arms = Concept(key="arms", weight=3, spellings={"en": ["missile"]})
    changed = green.model_copy(update={"concepts": [ships, arms], "guards": [], "rules": []})
    desk.tune(
        store, draft=began.model_copy(update={"priorities": [changed, *began.priorities[1:]]}), by="A", why="try"
    )
    sentence = "keinen offenen oder angekündigten Aufruf zu diesem Thema: Kein Wort dieses Feldes steht darin"
    app = opened("priorities", language="de")
    # The only one that runs is in a hidden programme: that is the headline, and it is named before closed ones.
    text, only = seen(app), "1 Aufruf dort enthält ein Wort dieses Feldes, in der Liste passt keiner"
    assert sentence not in text and only in text and "2 geschlossene Aufrufe enthalten auch ein Wort" in text
    # Where the words do stand, each call by its title, with why it is not in the list.
    named = [link.proto for link in app.get("page_link") if link.proto.page == "call"]
    told = "Backbone connectivity for Digital Global Gateways - {} (geschlossen am 30.06.2026)"
    labels = [link.label.replace("\\", "") for link in named]
    hidden = "Air and missile defence systems (ausgeblendetes Programm, Frist 16.02.2027)"
    assert labels == [hidden, told.format("Works"), told.format("Studies")]
    known = {call.reference: call.title for call in desk.ranker(store, settings).calls_}
    aims = [link.query_string.partition("call=")[2] for link in named]
    assert all(label.startswith(known[aim]) for label, aim in zip(labels, aims, strict=True))
    # Newer is what is newer than the data, on whatever day it is looked at.
    app.session_state["as_of_today"] = True
    assert "Neuere als die vom 22.08.2026 holt die Seite „Daten“" in seen(sound(app.run()))
    app.session_state["as_of_today"] = False
    # It stays named when others fit a little; without it, nothing runs.
    some = "1 offener oder angekündigter Aufruf in einem ausgeblendeten Programm enthält ein Wort dieses Feldes"
    edited(app, FIRST, added=[{"spellings_en": ["semiconductor"], "weight": 3.0}])
    labels = [one.proto.label.replace("\\", "") for one in app.get("page_link")]
    assert "Das Feld findet wenig" in seen(app) and some in seen(app) and labels.count(hidden) == 1
    edited(app, FIRST, deleted=[1])
    assert sentence in seen(app) and only not in seen(app)
    assert sentence not in seen(sound(app.selectbox(key="priorities_field").set_value("cyber").run()))


def test_a_second_edit_does_not_lose_the_first(settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    edited(app, FIRST, rows={0: {"weight": 1.0}, 3: {"active": False}})
    assert "Draft with 2 changes" in seen(app)


def test_the_draft_survives_another_priority_and_another_page(settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    sound(app.selectbox(key="priorities_field").set_value("cyber").run())
    assert "Draft with 1 change" in seen(app)
    app.switch_page("matcher/pages/data.py")
    sound(app.run())
    app.switch_page("matcher/pages/priorities.py")
    sound(app.run())
    sound(app.selectbox(key="priorities_field").set_value("green").run())
    assert "Draft with 1 change" in seen(app)
    assert app.dataframe[0].value["weight"].iloc[0] == 1


def test_a_new_row_without_key_and_language_lists_as_text_is_taken(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, added=[{"spellings_en": ["sponge city", "stormwater"], "weight": 2.5}])
    assert 'concept "sponge city" added (weight 2.5)' in seen(app)
    app.button(key="draft_save").click()
    sound(app.run())
    made = saved(store, settings).priority("green").concepts[-1]
    assert (made.key, made.spellings, made.note, made.cap) == (
        "sponge-city", {"en": ["sponge city", "stormwater"]}, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de", "Konzepte, Zeile 33, Englisch: keine Schreibweise in irgendeiner Sprache"),
        ("en", "Concepts, row 33, English: no spelling in any language"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_of_the_table_is_taken(
    store: Store, settings: Settings, language: str, told: str
) -> None:
    app = opened("priorities", language=language)
    edited(app, FIRST, rows={0: {"weight": 1.0}}, added=[{"weight": 2.0, "note": "no word"}])
    assert told in seen(app)
    assert not [b for b in app.button if b.key == "draft_save"]
    edited(app, FIRST, rows={0: {"weight": 1.0}}, added=[{"weight": 2.0, "spellings_en": ["levee"]}])
    assert told not in seen(app)
    assert [b for b in app.button if b.key == "draft_save"]


def test_saving_makes_a_version_with_author_and_reason_and_the_ranking_follows(
    store: Store, settings: Settings
) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    promised = top(app)
    app.text_input(key="draft_by").set_value("Lead")
    app.text_input(key="draft_why").set_value("too many hydrogen calls")
    sound(app.button(key="draft_save").click().run())
    now = saved(store, settings)
    assert (weight(now), now.by, now.why) == (1, "Lead", "too many hydrogen calls")
    assert f"Saved as version {now.version}" in seen(app)
    assert "Draft with" not in seen(app)
    assert top(app) == promised
    fitted = desk.ranker(store, settings)
    table = desk.shortlist(fitted, now, today=desk.today(store), only="green")
    listed, _ = shortlist.narrow(table, shortlist.Filters())
    assert listed["score"].head(30).round().astype(int).to_list() == promised


def test_the_preview_of_a_draft_is_the_list_after_saving_it(store: Store, settings: Settings) -> None:
    fitted, profile, day = desk.ranker(store, settings), saved(store, settings), desk.today(store)
    calls = effects.pool(desk.shortlist(fitted, profile, today=day), fitted.calls_)
    draft = profile.priority("green").model_copy(update={"guards": []})
    shown = effects.ranked(fitted, calls, fitted.scores(draft))
    after = profile.model_copy(update={"priorities": [draft]})
    table = desk.shortlist(fitted, after, today=day, only="green")
    listed, _ = shortlist.narrow(table, shortlist.Filters())
    assert listed["reference"].head(len(shown)).to_list() == shown["reference"].to_list()


def _only_by_other_words(store: Store, settings: Settings) -> list[Call]:
    """Three calls of the first 30 with a class that would not stand there by the first concept alone."""
    fitted, profile = desk.ranker(store, settings), saved(store, settings)
    table, _ = shortlist.narrow(
        desk.shortlist(fitted, profile, today=desk.today(store), only="green"), shortlist.Filters()
    )
    hydrogen = next(c for c in profile.priority("green").concepts if c.key == "hydrogen")
    bare = profile.priority("green").model_copy(update={"concepts": [hydrogen], "guards": [], "rules": []})
    first = table.head(30)
    only = set(first.loc[first["grade"] != "none", "reference"]) - _top(store, settings, bare)
    liked = [c for c in fitted.calls_ if c.reference in only][:3]
    assert len(liked) == 3
    return liked


def test_going_against_decisions_needs_a_reason(store: Store, settings: Settings) -> None:
    liked = _only_by_other_words(store, settings)
    desk.decide(store, calls=liked, state=State.SHORTLISTED, by="Bea", priority="green")
    app = opened("priorities", language="en")
    edited(app, FIRST, deleted=list(range(1, 32)))
    assert "buries" in seen(app) and "officers shortlisted" in seen(app)
    app.text_input(key="draft_by").set_value("LeadA")
    sound(app.button(key="draft_save").click().run())
    # Said in the form, where the button is, until there is a reason.
    (form,) = [block for block in app.get("popover") if block.proto.popover.label == "Save …"]
    assert any("Please give a reason" in one.value.replace("\\", "") for one in (*form.markdown, *form.warning))
    assert len(saved(store, settings).priority("green").concepts) == 32
    sound(app.text_input(key="draft_why").set_value("strategy of 2027").run())
    assert "Please give a reason" not in seen(app)
    sound(app.button(key="draft_save").click().run())
    # The name that was typed once is that of the session.
    assert saved(store, settings).by == app.session_state["user"] == "LeadA"
    edited(app, "edit_concept_green_2", rows={0: {"weight": 1.0}})
    assert (app.text_input(key="draft_by").value, app.text_input(key="draft_why").value) == ("LeadA", "")
    assert len(saved(store, settings).priority("green").concepts) == 1
    for call in liked:
        desk.decide(store, calls=[call], state=State.DISCARDED, by="Bea", priority="green", reason=Discard.TOO_LATE)


def _top(store: Store, settings: Settings, priority: object) -> set[str]:
    fitted, profile = desk.ranker(store, settings), saved(store, settings)
    calls = effects.pool(desk.shortlist(fitted, profile, today=desk.today(store)), fitted.calls_)
    return set(effects.ranked(fitted, calls, fitted.scores(priority))["reference"].head(30))  # type: ignore[arg-type]


def _with_weight(profile: Profile, weight: float) -> Profile:
    """Hydrogen of the first priority with another weight."""
    green, *others = profile.priorities
    concepts = [c.model_copy(update={"weight": weight}) if c.key == "hydrogen" else c for c in green.concepts]
    return profile.model_copy(update={"priorities": [green.model_copy(update={"concepts": concepts}), *others]})


def test_two_leads_in_conflict_see_both_values_and_lose_nothing(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}, 5: {"weight": 1.5}})
    theirs = desk.tune(store, draft=_with_weight(saved(store, settings), 2.0), by="Bea", why="less hydrogen")
    app.text_input(key="draft_why").set_value("hydrogen was too heavy")
    sound(app.button(key="draft_save").click().run())
    assert saved(store, settings).version == theirs.version
    assert "Bea has saved version" in seen(app) and "Nothing is overwritten" in seen(app)
    clash = next(d.value for d in app.dataframe if "theirs" in d.value)
    assert (clash["mine"].iloc[0], clash["theirs"].iloc[0]) == ("weight 1", "weight 2")
    sound(app.button(key="join_theirs").click().run())
    # What was written before the conflict still stands there, and nobody is overruled.
    assert app.text_input(key="draft_why").value == "hydrogen was too heavy" and "overrules" not in seen(app)
    sound(app.button(key="draft_save").click().run())
    now = saved(store, settings)
    assert (now.version, now.why) == (theirs.version + 1, "hydrogen was too heavy")
    assert (weight(now), weight(now, "hydrogen-infrastructure")) == (2, 1.5)
    # Who sets a value of their own against another's says why.
    row = {0: {"weight": 1.0}}
    edited(app, "edit_concept_green_3", rows=row)
    again = desk.tune(store, draft=_with_weight(now, 2.5), by="Bea", why="more")
    sound(app.run())
    sound(app.button(key="join_mine").click().run())
    assert f"overrules what Bea saved in version {again.version}" in seen(app)
    sound(app.button(key="draft_save").click().run())
    assert "Please give a reason" in seen(app) and saved(store, settings).version == again.version
    app.text_input(key="draft_why").set_value("the committee wants it")
    sound(app.button(key="draft_save").click().run())
    last = saved(store, settings)
    assert (weight(last), last.why) == (1, "the committee wants it") and "overrules" not in seen(app)


def test_any_version_comes_back_in_one_click_and_none_is_lost(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    sound(app.button(key="draft_save").click().run())
    before = store.profiles(settings.region)
    pair = [app.selectbox(key=f"version_{side}") for side in ("left", "right")]
    assert [box.value for box in pair] == [before[1].version, before[0].version]
    assert f"does this to version {before[0].version}" in seen(app) and "1 → 3" in seen(app)
    sound(app.button(key="version_back").click().run())
    after = store.profiles(settings.region)
    assert [p.version for p in after[1:]] == [p.version for p in before]
    assert weight(after[0]) == 3 and after[0].by == "Anna"
    assert "is in force again" in seen(app)
    assert app.selectbox(key="version_right").value == after[0].version
    sound(app.button(key="version_redo").click().run())
    assert weight(saved(store, settings)) == 1
    assert len(store.profiles(settings.region)) == len(after) + 1


def test_a_file_with_faults_lists_all_of_them_and_changes_nothing(store: Store, settings: Settings) -> None:
    text = desk.write_priorities(saved(store, settings), base=desk.shipped_priorities(settings))
    broken = text.replace("weight: 3,", "weight: 9,", 2).replace("region: ruhr", "region: ruhr\nsurprise: 1")
    app = opened("priorities", language="en")
    key = str(next(w.key for w in app.file_uploader))
    app.file_uploader(key=key).upload("priorities.yaml", broken.encode(), "application/yaml")
    sound(app.run())
    assert "The file has 3 faults" in seen(app)
    assert seen(app).count("line ") >= 3
    assert "Draft with" not in seen(app)


def test_a_sound_file_becomes_the_draft_after_a_look_at_what_it_changes(store: Store, settings: Settings) -> None:
    text = desk.write_priorities(saved(store, settings), base=desk.shipped_priorities(settings))
    app = opened("priorities", language="en")
    key = str(next(w.key for w in app.file_uploader))
    app.file_uploader(key=key).upload("priorities.yaml", text.replace("weight: 3,", "weight: 2.5,", 1).encode(), "")
    sound(app.run())
    assert "The file changes 1 thing" in seen(app)
    sound(app.button(key="yaml_take").click().run())
    assert "Draft with 1 change" in seen(app)
    assert app.dataframe[0].value["weight"].iloc[0] == 2.5


def test_a_new_priority_begins_with_its_lines_of_words(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="en")
    app.text_input(key="new_label_en").set_value("Drones and U-space")
    app.text_area(key="new_words").set_value("drones, unmanned aircraft = Drohnen\nU-space")
    sound(app.button(key="new_create").click().run())
    assert app.selectbox(key="priorities_field").value == "drones-and-u-space"
    assert app.session_state["priorities_tabs_en"] == "Edit"
    assert "priority added" in seen(app)
    sound(app.button(key="draft_save").click().run())
    made = saved(store, settings).priority("drones-and-u-space")
    assert [c.spellings for c in made.concepts] == [
        {"en": ["drones", "unmanned aircraft"], "de": ["Drohnen"]}, {"en": ["U-space"]},
    ]  # fmt: skip


def test_a_new_priority_without_a_hit_says_what_that_means_and_what_helps(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="de")
    app.text_input(key="new_label_de").set_value("Drohnen")
    app.text_area(key="new_words").set_value(
        "unmanned aircraft\nLuftraum\nZeppelinverkehr, Luftkissenböte\nSenkrechtstarter"
    )
    app.select_slider(key="new_weight").set_value(3.0)
    sound(app.button(key="new_create").click().run())
    draft = app.session_state["draft"].priorities[-1]
    assert [(c.weight, c.spellings) for c in draft.concepts] == [
        (3, {"en": ["unmanned aircraft"]}), (3, {"de": ["Luftraum"]}),
        (3, {"de": ["Zeppelinverkehr", "Luftkissenböte"]}), (3, {"de": ["Senkrechtstarter"]}),
    ]  # fmt: skip
    text = seen(app)
    assert "mit 4 Konzepten im Entwurf" in text and "Tragen Sie jetzt Konzepte ein" not in text
    assert "Als deutsch gelesen: Luftraum, Zeppelinverkehr, Luftkissenböte, Senkrechtstarter" in text
    assert "Davon stark" in text and "Neu in Top" not in text
    assert "keinen offenen oder angekündigten Aufruf zu diesem Thema" in text and "holt die Seite „Daten“" in text
    assert "Entwurf mit 5 Änderungen" in text
    assert "„Senkrechtstarter“ – Aufrufe sind englisch, und das Wörterbuch kennt kein englisches Wort dafür" in text
    # Told once: the words without a hit stand below, each with what looks like it.
    assert "In keinem gespeicherten Aufruf steht: " not in text
    assert "unknown" in {
        trouble.code
        for trouble in troubles.find(app.session_state["draft"].priorities[-1], desk.ranker(store, settings))
    }
    assert "Dieses Feld findet nichts über Wörter" not in text
    # Words of the calls near those, each with the titles it brings: a press takes one with its German.
    assert "air transport · bringt 1 Aufruf" in text and "Infrastructure Facility: Road & Air Transport" in text
    sound(app.button(key="near_air transport").click().run())
    taken = app.session_state["draft"].priorities[-1].concepts[-1]
    assert (taken.weight, taken.spellings) == (1.5, {"en": ["air transport"]})
    assert "near_air transport" not in {b.key for b in app.button} and "Entwurf mit 6 Änderungen" in seen(app)
    # What is like it by next to nothing has no place: it is counted only.
    (shown,) = [d.value for d in app.dataframe if "word" in d.value]
    assert list(shown["word"]) == ["Air Transport"]
    # On a phone the cause stands below the title.
    assert shown["both"].iloc[0].endswith(f"{shown['grade'].iloc[0]}, wegen Air Transport")
    text = seen(app)
    # The headline follows from what stands in the list, not from the number of words.
    assert "Das Feld findet wenig: 1 Aufruf passt" in text
    assert "Aufrufe mit weniger als 1 Punkt sind weggelassen" in text and "nur verwandt" not in text
    silent = text.partition("In keinem gespeicherten Aufruf steht: ")[2].partition("\n")[0]
    assert "Senkrechtstarter" in silent and "air transport" not in silent
    sound(app.button(key="draft_undo").click().run())
    text = seen(on_tab(app, "editor_tabs_drohnen", "Vorschläge"))
    assert "Noch passen zu wenige Aufrufe" in text and "aircraft · ähnliches Wort" in text.replace("**", "")
    # The other language is one click away, and the way back, too.
    on_tab(app, "editor_tabs_drohnen", "Umbauen")
    sound(app.selectbox(key="reshape_drohnen").set_value(draft.concepts[1].key).run())
    sound(app.button(key="reshape_swap").click().run())
    assert app.session_state["draft"].priorities[-1].concepts[1].spellings == {"en": ["Luftraum"]}


def test_calls_without_a_point_do_not_fill_the_list_of_a_weak_priority(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="de")
    app.text_input(key="new_label_de").set_value("Schwach")
    app.text_area(key="new_words").set_value("hydrogen")
    app.select_slider(key="new_weight").set_value(1.0)
    sound(app.button(key="new_create").click().run())
    # What fits stands alone, what is only like it below a line; the ranks go through.
    lists = [d.value for d in app.dataframe if "move" in d.value]
    shown = pd.concat(lists)
    assert len(lists) == 2 and len(shown) >= 10 and shown["score"].ge(1).all()
    assert list(shown["rank"]) == list(range(1, len(shown) + 1)) and "mit weniger als 1 Punkt" in seen(app)
    assert "ähnlich anderen" in set(lists[1]["word"]) - set(lists[0]["word"])
    assert "Darüber hinaus passt in den Daten nichts; diese Aufrufe sind nur verwandt" in seen(app)
    fitted, made = desk.ranker(store, settings), app.session_state["draft"].priorities[-1]
    calls = effects.pool(desk.shortlist(fitted, saved(store, settings), today=desk.today(store)), fitted.calls_)
    strong = ranker_grades(fitted, made, calls).count("strong")
    found = effects.preview(fitted, None, made, calls)
    assert found.new and found.strong == strong and not effects.preview(fitted, made, made, calls).new
    assert [m.value for m in app.metric if m.label == "Davon stark"] == [str(strong)]
    # Of a new priority every call is new.
    text = seen(on_tab(app, "lab_tabs", "Kommt und geht"))
    assert "Das Feld ist neu" in text and "Kommt in die ersten" not in text
    # A number that counts more than the preview says so, and so does a list that has more than the page of calls.
    on_tab(app, "lab_tabs", "Liste")
    for key, weak in (("schwach", False), ("logistics", True)):
        sound(app.selectbox(key="priorities_field").set_value(key).run())
        grades = {grade for d in app.dataframe if "word" in d.value for grade in d.value["grade"]}
        queries = [link.proto.query_string for link in app.get("page_link")]
        assert ("schwach" in grades) is weak is ("steht ein schwacher Aufruf nur bei dem Feld" in seen(app))
        assert any("priority=logistics" in query and "grade=weak" in query for query in queries) is weak
    assert "nicht mit" in opened("matches", language="de").pills(key="matches_priority").help


def ranker_grades(fitted: desk.Ranker, priority: Priority, calls: effects.Pool) -> list[str]:
    return fitted.grades(fitted.scores(priority)[calls.rows])


def test_a_row_that_was_only_added_is_no_fault_yet(settings: Settings) -> None:
    app = opened("priorities", language="de")
    edited(app, FIRST, added=[{"active": True, "weight": 2.0}])
    assert "Fehler" not in seen(app) and "Entwurf mit" not in seen(app)
    edited(app, FIRST, added=[{"active": True, "weight": 2.0, "spellings_de": ["Zeppelin"]}])
    assert "Entwurf mit 1 Änderung" in seen(app) and "doppelt Punkte" not in seen(app)
    # A German word in the row of another concept counts there as well, and that is said.
    edited(app, FIRST, added=[{"spellings_en": ["zeppelinry"], "spellings_de": ["Wasserstoff"], "weight": 2.0}])
    (told,) = [line for line in seen(app).splitlines() if "doppelt Punkte" in line]
    assert "„Wasserstoff“ (bei „zeppelinry“) und das Konzept „hydrogen“ suchen beide „hydrogen“ und geben" in told
    assert "ydrogen" in told.partition("zum Beispiel „")[2]
    assert told.strip().endswith("Eines von beiden löschen oder ausschalten.")


def test_the_reason_of_a_way_back_is_told_in_the_language_of_the_reader(store: Store, settings: Settings) -> None:
    began = saved(store, settings)
    desk.tune(store, draft=began, by="Anna", why="zurück zu Fassung 3")
    assert "rolled back to version 3" in seen(opened("priorities", language="en"))
    assert "zurück zu Fassung 3" in seen(opened("priorities", language="de"))
    began = saved(store, settings)
    desk.tune(store, draft=began, by="Anna", why="zurück zu Fassung 3, weil besser")
    assert "zurück zu Fassung 3, weil besser" in seen(opened("priorities", language="en"))


def test_search_finds_a_word_in_all_priorities_and_says_when_it_is_nowhere(settings: Settings) -> None:
    app = opened("priorities", language="de")
    sound(app.text_input(key="priorities_search").set_value("wasserstoff").run())
    found = next(d.value for d in app.dataframe if "part" in d.value)
    assert set(found["priority"]) >= {"Grüne Technologien"}
    sound(app.text_input(key="priorities_search").set_value("zeppelin*<b>").run())
    assert "„zeppelin*<b>“ steht in keinem Feld" in seen(app)


def test_discarding_brings_the_saved_version_back_into_the_editor(settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    sound(app.button(key="draft_drop").click().run())
    assert "Draft discarded" in seen(app)
    assert app.dataframe[0].value["weight"].iloc[0] == 3
    # A slip of the hand: one click brings the draft back.
    sound(app.button(key="draft_undo").click().run())
    assert "Draft with 1 change" in seen(app) and app.dataframe[0].value["weight"].iloc[0] == 1


def test_an_unsaved_draft_is_there_again_in_a_new_window(store: Store, settings: Settings) -> None:
    edited(opened("priorities", language="de"), FIRST, rows={0: {"weight": 1.0}})
    [kept] = desk_drafts.found(settings, by="Anna").kept
    assert not desk_drafts.found(settings, by="Bea").kept
    # Meanwhile somebody else saves: the draft is taken up all the same, as one that was overtaken.
    began = saved(store, settings)
    green = began.priority("green")
    other = green.model_copy(update={"concepts": green.concepts[:-1]})
    theirs = desk.tune(
        store, draft=began.model_copy(update={"priorities": [other, *began.priorities[1:]]}), by="Bea", why=""
    )
    app = opened("priorities", language="de")
    text = seen(app)
    assert "Nicht gespeicherter Entwurf von Anna, zuletzt geändert" in text and ", 1 Änderung: Grün" in text
    assert f"Gezeigt wird die gespeicherte Fassung {theirs.version}, kein Entwurf" in text
    assert "Entwurf mit" not in text
    sound(app.button(key=f"kept_on_{kept.id}").click().run())
    assert "Entwurf mit 1 Änderung" in seen(app) and "Bea hat" in seen(app)
    text = seen(app)
    assert "Nicht gespeicherter Entwurf" not in text and "Weiter geht es mit dem Entwurf von Anna vom" in text
    assert "Daneben liegt" not in text
    sound(app.button(key="join_theirs").click().run())
    sound(app.button(key="draft_save").click().run())
    now = saved(store, settings)
    assert (weight(now), len(now.priority("green").concepts)) == (1, len(green.concepts) - 1)
    assert now.version == theirs.version + 1
    assert desk_drafts.found(settings, by="Anna") == ([], [])
    # Dropped where it is offered, it is gone; a file that is no draft is named and stays.
    edited(opened("priorities", language="de"), FIRST, rows={0: {"weight": 2.0}})
    [kept] = desk_drafts.found(settings, by="Anna").kept
    app = opened("priorities", language="de")
    # With a second draft begun here the page tells which of them is shown, whose, from when and of what.
    edited(app, FIRST, rows={0: {"weight": 1.5}, 1: {"weight": 1.0}})
    text = seen(app)
    assert "Gezeigt wird Ihr Entwurf aus diesem Fenster (2 Änderungen: Grün" in text
    assert "Daneben liegt ein Entwurf von Anna, " in text and ", 1 Änderung: Grün" in text
    sound(app.button(key="draft_drop").click().run())
    sound(app.button(key=f"kept_drop_{kept.id}").click().run())
    assert "Entwurf verworfen" in seen(app) and not desk_drafts.found(settings, by="Anna").kept
    folder = next((settings.beside_database / desk_drafts.FOLDER).iterdir())
    (folder / "half.json").write_text('{"id": "half"', "utf-8")
    assert "half.json" in seen(sound(app.run())) and (folder / "half.json").is_file()
    (folder / "half.json").unlink()


def test_without_calls_the_editor_works_and_the_preview_says_why_it_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{tmp_path / 'empty.db'}")
    empty = tmp_path / "nothing"
    empty.mkdir()
    shutil.copy(Path(__file__).parent.parent / "data" / "snapshot" / "replay.yaml", empty)
    monkeypatch.setenv("MATCHER_SNAPSHOT_FOLDER", str(empty))
    st.cache_resource.clear()
    app = opened("priorities", language="en")
    assert "No calls loaded yet" in seen(app)
    assert len(app.dataframe[0].value) == 32


# ── reshaping and suggestions ──


def on_tab(app: AppTest, tabs: str, name: str) -> AppTest:
    """Another tab of the editor (`editor_tabs_green`) or of the preview (`lab_tabs`), by its words."""
    app.session_state[f"{tabs}_{app.session_state['language']}"] = name
    return sound(app.run())


def keys(app: AppTest, priority: str = "green") -> list[str]:
    draft: Profile = app.session_state["draft"]
    return [concept.key for concept in draft.priority(priority).concepts]


def test_a_concept_is_split_joined_moved_put_in_order_and_each_step_undone(settings: Settings) -> None:
    app = on_tab(opened("priorities", language="en"), "editor_tabs_green", "Reshape")
    before = keys(app)
    sound(app.text_input(key="reshape_search_green").set_value("Elektrolyse").run())
    chosen = str(app.selectbox(key="reshape_green").value)
    concept = next(c for c in app.session_state["draft"].priority("green").concepts if c.key == chosen)
    assert "Elektrolyse" in concept.spellings["de"]
    going = desk_concepts.spellings(concept)[0]
    sound(app.multiselect(key=f"split_green_{chosen}").set_value([going]).run())
    sound(app.button(key="reshape_split").click().run())
    assert len(keys(app)) == len(before) + 1 and "is split" in seen(app)
    assert len(app.dataframe[0].value) == len(before) + 1
    sound(app.button(key="draft_undo").click().run())
    assert keys(app) == before and "Draft with" not in seen(app)

    sound(app.text_input(key="reshape_search_green").set_value("").run())
    sound(app.selectbox(key="reshape_green").set_value("fuel-cells" if "fuel-cells" in before else before[3]).run())
    chosen = str(app.selectbox(key="reshape_green").value)
    sound(app.selectbox(key=f"join_green_{chosen}").set_value(before[0]).run())
    sound(app.button(key="reshape_join").click().run())
    assert keys(app) == before[1:] and "hydrogen" in _spellings(app, chosen)

    sound(app.selectbox(key=f"move_green_{chosen}").set_value("city").run())
    sound(app.button(key="reshape_move").click().run())
    assert chosen not in keys(app) and chosen in keys(app, "city")
    sound(app.button(key="draft_undo").click().run())
    sound(app.button(key="draft_undo").click().run())
    assert keys(app) == before and "Draft with" not in seen(app)

    sound(app.selectbox(key="reshape_green").set_value(before[1]).run())
    sound(app.button(key="place_first").click().run())
    assert keys(app)[:2] == [before[1], before[0]]
    assert "order of the concepts changed" in seen(app)


def test_a_slider_weighs_a_concept_and_follows_every_other_way(settings: Settings) -> None:
    app = on_tab(opened("priorities", language="de"), "editor_tabs_green", "Umbauen")
    slot, before = "weigh_green_hydrogen", top(app)
    assert app.select_slider(key=slot).value == 3
    sound(app.select_slider(key=slot).set_value(1.0).run())
    assert "Gewicht 3 → 1" in seen(app) and top(app) != before
    assert app.selectbox(key="reshape_green").value == "hydrogen"
    assert app.dataframe[0].value["weight"].iloc[0] == 1
    # The table and the way back move the slider, and the slider moves nothing back.
    edited(app, app_key(app), rows={0: {"weight": 2.5}})
    assert app.select_slider(key=slot).value == 2.5
    sound(app.button(key="draft_undo").click().run())
    assert app.select_slider(key=slot).value == 1
    sound(app.button(key="draft_undo").click().run())
    assert app.select_slider(key=slot).value == 3 and top(app) == before
    assert "Entwurf mit" not in seen(app)
    guard = app.session_state["draft"].priority("green").guards[0]
    sound(app.selectbox(key="reshape_green").set_value(guard.key).run())
    sound(app.select_slider(key=f"weigh_green_{guard.key}").set_value(-0.5).run())
    assert app.session_state["draft"].priority("green").guards[0].weight == -0.5


def app_key(app: AppTest) -> str:
    """The key of the table of concepts, which is another one whenever its base was built anew."""
    return f"edit_concept_green_{app.session_state['draft_visit']}"


def _spellings(app: AppTest, key: str) -> list[str]:
    draft: Profile = app.session_state["draft"]
    return next(c for c in draft.priority("green").concepts if c.key == key).spellings["en"]


def test_an_edit_in_the_table_can_be_undone_too(settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    edited(app, FIRST, rows={0: {"weight": 1.0}, 3: {"active": False}})
    sound(app.button(key="draft_undo").click().run())
    assert "Draft with 1 change" in seen(app)
    assert (app.dataframe[0].value["weight"].iloc[0], app.dataframe[0].value["active"].iloc[3]) == (1, True)
    sound(app.button(key="draft_undo").click().run())
    assert "Draft with" not in seen(app)


def test_with_a_fault_in_a_table_nothing_is_reshaped_over_it(settings: Settings) -> None:
    app = on_tab(opened("priorities", language="en"), "editor_tabs_green", "Reshape")
    edited(app, FIRST, added=[{"weight": 2.0, "note": "no word"}])
    assert "put right the faults in the tables first" in seen(app)
    assert not [b for b in app.button if b.key == "reshape_split"]


def test_priorities_take_another_order_and_it_is_saved(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="en")
    sound(app.button(key="order_up_cyber").click().run())
    assert "Order of the priorities changed" in seen(app)
    sound(app.button(key="draft_save").click().run())
    assert [p.key for p in saved(store, settings).priorities][:2] == ["cyber", "green"]


@pytest.mark.parametrize(("language", "tab"), [("de", "Vorschläge"), ("en", "Suggestions")])
def test_one_click_takes_a_suggested_word_and_one_turns_it_down(settings: Settings, language: str, tab: str) -> None:
    app = on_tab(opened("priorities", language=language), "editor_tabs_green", tab)
    adds = [b for b in app.button if str(b.key).startswith("suggest_add_")]
    assert len(adds) >= 3
    first, second = (str(button.key).removeprefix("suggest_add_") for button in adds[:2])
    sound(app.button(key=f"suggest_no_{first}").click().run())
    assert f"suggest_add_{first}" not in [b.key for b in app.button]
    before = len(keys(app))
    sound(app.button(key=f"suggest_add_{second}").click().run())
    assert len(keys(app)) == before + 1
    assert len(app.dataframe[0].value) == before + 1
    sound(app.button(key="suggest_again").click().run())
    assert f"suggest_add_{first}" in [b.key for b in app.button]


def test_a_suggested_spelling_goes_into_its_concept(settings: Settings) -> None:
    app = on_tab(opened("priorities", language="en"), "editor_tabs_cyber", "Suggestions")
    sound(app.selectbox(key="priorities_field").set_value("cyber").run())
    sound(app.selectbox(key="suggest_cyber").set_value("artificial-intelligence").run())
    adds = [b for b in app.button if str(b.key).startswith("suggest_add_")]
    assert adds
    sound(adds[0].click().run())
    draft: Profile = app.session_state["draft"]
    before = saved_concept(app.session_state["draft_base"])
    assert sum(map(len, saved_concept(draft).spellings.values())) == sum(map(len, before.spellings.values())) + 1


def saved_concept(profile: Profile) -> Concept:
    return next(c for c in profile.priority("cyber").concepts if c.key == "artificial-intelligence")


def test_a_hit_of_the_search_leads_to_its_concept(settings: Settings) -> None:
    app = opened("priorities", language="en")
    sound(app.text_input(key="priorities_search").set_value("truck").run())
    table = next(d.value for d in app.dataframe if "part" in d.value)
    app.session_state["search_table"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    sound(app.run())
    sound(app.button(key="search_go").click().run())
    assert app.session_state["priorities_tabs_en"] == "Edit"
    field = str(app.selectbox(key="priorities_field").value)
    label = saved_label(app.session_state["draft"], field)
    assert label.startswith(table["priority"].iloc[0])
    app = on_tab(app, f"editor_tabs_{field}", "Reshape")
    chosen = app.selectbox(key=f"reshape_{field}").value
    hit = next(c for c in app.session_state["draft"].priority(field).concepts if c.key == chosen)
    assert any("truck" in text for text in hit.spellings["en"])


def saved_label(profile: Profile, key: str) -> str:
    return profile.priority(key).labels["en"]


# ── preview ──


@pytest.mark.parametrize(
    ("language", "tab", "told"),
    [("de", "Güte", ["beurteilte Aufrufe", "R-Genauigkeit"]), ("en", "Quality", ["judged calls", "R-precision"])],
)
def test_figures_before_and_after_stand_in_the_preview(
    settings: Settings, language: str, tab: str, told: list[str]
) -> None:
    app = on_tab(opened("priorities", language=language), "lab_tabs", tab)
    edited(app, FIRST, deleted=list(range(1, 32)))
    table = next(d.value for d in app.dataframe if "reading" in d.value)
    assert told[0] in seen(app) and told[1] in set(table["measure"])
    assert len(table) == 3 and (table["before"] != table["after"]).any()


def test_an_example_from_the_calls_and_class_borders_are_shown(store: Store, settings: Settings) -> None:
    app = on_tab(opened("priorities", language="en"), "lab_tabs", "Effect of concepts")
    assert "for example in:" in seen(app)
    green = saved(store, settings).priority("green")
    edited(app, "edit_rule_green_1", deleted=list(range(len(green.rules))))
    edited(
        app,
        FIRST,
        deleted=list(range(len(green.concepts))),
        added=[{"spellings_en": ["semiconductor"], "weight": 3.0}],
    )
    assert '"semiconductor" brings 1 call, found only through this concept.' in seen(app)
    app = on_tab(app, "lab_tabs", "Spread")
    assert "from 30 points: partial, from 60 points: strong" in seen(app)


def test_the_guard_speaks_of_every_edited_priority_not_only_of_the_one_on_screen(
    store: Store, settings: Settings
) -> None:
    liked = _only_by_other_words(store, settings)
    desk.decide(store, calls=liked, state=State.SHORTLISTED, by="Bea", priority="green")
    app = opened("priorities", language="en")
    edited(app, FIRST, deleted=list(range(1, 32)))
    sound(app.selectbox(key="priorities_field").set_value("cyber").run())
    assert "of the 3 calls officers shortlisted" in seen(app)
    sound(app.button(key="draft_save").click().run())
    assert "Please give a reason" in seen(app)
    assert len(saved(store, settings).priority("green").concepts) == 32
    for call in liked:
        desk.decide(store, calls=[call], state=State.DISCARDED, by="Bea", priority="green", reason=Discard.TOO_LATE)


# ── sheets ──


def uploaded(app: AppTest, name: str, data: bytes) -> AppTest:
    key = str(next(w.key for w in app.file_uploader))
    app.file_uploader(key=key).upload(name, data, "")
    return sound(app.run())


def sheet(profile: Profile, form: str = "csv") -> bytes:
    return exports.sheet(desk_sheet.sheet_rows(profile), desk_sheet.HEADERS, form, "x")


def test_five_faults_of_a_sheet_are_named_in_german_and_nothing_is_taken(store: Store, settings: Settings) -> None:
    lines = sheet(saved(store, settings)).decode("utf-8-sig").splitlines()
    lines[1] = lines[1].replace('"3"', '"3,25"')
    lines[11] = lines[11].replace('"green"', '"gren"')
    lines[19] = lines[19].replace('"ja"', '"vielleicht"')
    lines[29] = lines[29].replace('"en"', '"fr"').replace('"de"', '"fr"').replace('"nl"', '"fr"')
    lines[30] = lines[30].replace('"Konzept"', '"Konzpt"')
    app = uploaded(opened("priorities", language="de"), "felder.csv", "\r\n".join(lines).encode())
    text = seen(app)
    assert "Zeile 2, Spalte Gewicht: 3,25 geht nicht; erlaubt ist 1 bis 3 in Schritten von 0,5" in text
    assert all(text.count(f"Zeile {n}, Spalte") == 1 for n in (2, 12, 20, 30, 31))
    assert "Zeile 12, Spalte Feld: gren gibt es hier nicht" in text and "meinten Sie „green“?" in text
    assert "Zeile 20, Spalte Aktiv: vielleicht ist weder ja noch nein" in text
    assert "Zeile 30, Spalte Sprache: fr gibt es hier nicht; möglich: en, de, nl" in text
    assert "Zeile 31, Spalte Art: Konzpt gibt es hier nicht" in text
    assert "Entwurf mit" not in text and not [b for b in app.button if b.key == "yaml_take"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sound_sheet_shows_what_it_changes_and_becomes_the_draft(
    store: Store, settings: Settings, form: str
) -> None:
    began = saved(store, settings)
    green = began.priority("green")
    first = green.concepts[0].model_copy(update={"weight": 2.5})
    changed = green.model_copy(update={"concepts": [first, *green.concepts[1:]]})
    other = began.model_copy(update={"priorities": [changed, *began.priorities[1:]]})
    app = uploaded(opened("priorities", language="en"), f"felder.{form}", sheet(other, form))
    assert "The file changes 1 thing" in seen(app) and "weight 3 → 2.5" in seen(app)
    sound(app.button(key="yaml_take").click().run())
    sound(app.button(key="draft_save").click().run())
    assert saved(store, settings).priorities == other.priorities


def test_the_same_sheet_changes_nothing_and_no_sheet_says_what_it_is(store: Store, settings: Settings) -> None:
    app = uploaded(opened("priorities", language="de"), "felder.xlsx", sheet(saved(store, settings), "xlsx"))
    assert "stimmt mit der gespeicherten Fassung überein" in seen(app)
    app = uploaded(opened("priorities", language="de"), "felder.xlsx", b"PK\x03\x04broken")
    assert "XLSX-Datei ist beschädigt" in seen(app)


# ── whatever is saved, nothing is lost ──

STEPS = st_.lists(
    st_.tuples(st_.sampled_from(["weight", "off", "gone", "back"]), st_.integers(0, 31)), min_size=1, max_size=6
)


@hypothesis.settings(
    max_examples=8, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(STEPS)
def test_any_row_of_saves_and_roll_backs_keeps_every_version(
    store: Store, settings: Settings, steps: list[tuple[str, int]]
) -> None:
    kept = {p.version: p for p in store.profiles(settings.region)}
    first = min(kept)
    for what, at in steps:
        newest = saved(store, settings)
        back = kept[sorted(kept)[at % len(kept)]]
        content = back if what == "back" else _stepped(kept[first], what, at)
        made = desk.tune(store, draft=content.model_copy(update={"version": newest.version}), by="A", why=what)
        assert made.version == newest.version + 1 and made.priorities == content.priorities
        kept[made.version] = made
        assert {p.version: p for p in store.profiles(settings.region)} == kept


@hypothesis.settings(
    max_examples=10, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(STEPS)
def test_the_preview_of_any_draft_is_the_list_after_saving_it(
    store: Store, settings: Settings, steps: list[tuple[str, int]]
) -> None:
    fitted, day, profile = desk.ranker(store, settings), desk.today(store), saved(store, settings)
    draft = profile
    for what, at in steps:
        draft = _stepped(draft, what, at)
    said = store.decisions()
    pool = effects.pool(desk.shortlist(fitted, profile, today=day, decisions=said), fitted.calls_)
    shown = effects.preview(fitted, profile.priority("green"), draft.priority("green"), pool, said, learned=said)
    made = desk.tune(store, draft=draft.model_copy(update={"version": profile.version}), by="A", why="")
    table = desk.shortlist(fitted, made, today=day, decisions=said, only="green")
    listed, _ = shortlist.narrow(table, shortlist.Filters())
    after = shown.comparison.table[shown.comparison.table["movement"] != "leaving"]
    assert listed["reference"].head(len(after)).to_list() == after["reference"].to_list()
    assert listed["score"].head(len(after)).to_list() == pytest.approx(after["score_after"].to_list())


def _stepped(profile: Profile, what: str, at: int) -> Profile:
    """The profile with one concept of the first priority changed."""
    green = profile.priority("green")
    concepts = list(green.concepts)
    if concepts:
        at %= len(concepts)
        own = concepts[at]
        if what == "gone":
            del concepts[at]
        elif what == "weight":
            concepts[at] = own.model_copy(update={"weight": 1.0 + at % 5 / 2})
        else:
            concepts[at] = own.model_copy(update={"active": not own.active})
    changed = green.model_copy(update={"concepts": concepts})
    return profile.model_copy(update={"priorities": [changed if p.key == "green" else p for p in profile.priorities]})
