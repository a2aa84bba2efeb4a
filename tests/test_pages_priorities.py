"""The page of priorities: draft, preview, save, conflict, way back, file; in both languages, full and empty."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matcher import desk, desk_tune
from matcher.ledger import Discard, State
from matcher.model import Profile
from matcher.settings import Settings
from matcher.store import Store
from matcher.views import effects, shortlist
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
    """Points of the preview's list, first to last."""
    return next(d.value for d in app.dataframe if "move" in d.value)["score"].astype(int).to_list()


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
    app = opened("priorities", language="en")
    before = top(app)
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    assert "Draft with 1 change, not saved yet" in seen(app)
    assert "weight 3 → 1" in seen(app)
    assert top(app) != before
    assert weight(saved(store, settings)) == 3


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


def test_going_against_decisions_needs_a_reason(store: Store, settings: Settings) -> None:
    fitted, profile = desk.ranker(store, settings), saved(store, settings)
    table, _ = shortlist.narrow(
        desk.shortlist(fitted, profile, today=desk.today(store), only="green"), shortlist.Filters()
    )
    hydrogen = next(c for c in profile.priority("green").concepts if c.key == "hydrogen")
    bare = profile.priority("green").model_copy(update={"concepts": [hydrogen], "guards": [], "rules": []})
    only = set(table["reference"].head(30)) - _top(store, settings, bare)
    liked = [c for c in fitted.calls_ if c.reference in only][:3]
    assert len(liked) == 3
    desk.decide(store, calls=liked, state=State.SHORTLISTED, by="Bea", priority="green")
    app = opened("priorities", language="en")
    edited(app, FIRST, deleted=list(range(1, 32)))
    assert "buries" in seen(app) and "officers shortlisted" in seen(app)
    sound(app.button(key="draft_save").click().run())
    assert "Please give a reason" in seen(app)
    assert len(saved(store, settings).priority("green").concepts) == 32
    app.text_input(key="draft_why").set_value("strategy of 2027")
    sound(app.button(key="draft_save").click().run())
    assert len(saved(store, settings).priority("green").concepts) == 1
    for call in liked:
        desk.decide(store, calls=[call], state=State.DISCARDED, by="Bea", priority="green", reason=Discard.TOO_LATE)


def _top(store: Store, settings: Settings, priority: object) -> set[str]:
    fitted, profile = desk.ranker(store, settings), saved(store, settings)
    calls = effects.pool(desk.shortlist(fitted, profile, today=desk.today(store)), fitted.calls_)
    return set(effects.ranked(fitted, calls, fitted.scores(priority))["reference"].head(30))  # type: ignore[arg-type]


def test_two_leads_in_conflict_see_both_values_and_lose_nothing(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}, 5: {"weight": 1.5}})
    began = saved(store, settings)
    green = began.priority("green")
    concepts = [c.model_copy(update={"weight": 2.0}) if c.key == "hydrogen" else c for c in green.concepts]
    other = began.model_copy(
        update={"priorities": [green.model_copy(update={"concepts": concepts}), *began.priorities[1:]]}
    )
    theirs = desk.tune(store, draft=other, by="Bea", why="less hydrogen")
    sound(app.button(key="draft_save").click().run())
    assert saved(store, settings).version == theirs.version
    assert "Bea has saved version" in seen(app) and "Nothing is overwritten" in seen(app)
    clash = next(d.value for d in app.dataframe if "theirs" in d.value)
    assert (clash["mine"].iloc[0], clash["theirs"].iloc[0]) == ("weight 1", "weight 2")
    sound(app.button(key="join_theirs").click().run())
    sound(app.button(key="draft_save").click().run())
    now = saved(store, settings)
    assert now.version == theirs.version + 1
    assert (weight(now), weight(now, "hydrogen-infrastructure")) == (2, 1.5)


def test_any_version_comes_back_in_one_click_and_none_is_lost(store: Store, settings: Settings) -> None:
    app = opened("priorities", language="en")
    edited(app, FIRST, rows={0: {"weight": 1.0}})
    sound(app.button(key="draft_save").click().run())
    before = store.profiles(settings.region)
    sound(app.selectbox(key="version_left").set_value(before[1].version).run())
    sound(app.button(key="version_back").click().run())
    after = store.profiles(settings.region)
    assert [p.version for p in after[1:]] == [p.version for p in before]
    assert weight(after[0]) == 3 and after[0].by == "Anna"
    assert "is in force again" in seen(app)


def test_a_file_with_faults_lists_all_of_them_and_changes_nothing(store: Store, settings: Settings) -> None:
    text = desk.write_priorities(saved(store, settings), base=desk.shipped_priorities(settings))
    broken = text.replace("weight: 3,", "weight: 9,", 2).replace("region: ruhr", "region: ruhr\nsurprise: 1")
    app = opened("priorities", language="en")
    key = next(w.key for w in app.file_uploader)
    app.file_uploader(key=key).upload("priorities.yaml", broken.encode(), "application/yaml")
    sound(app.run())
    assert "The file has 3 faults" in seen(app)
    assert seen(app).count("line ") >= 3
    assert "Draft with" not in seen(app)


def test_a_sound_file_becomes_the_draft_after_a_look_at_what_it_changes(store: Store, settings: Settings) -> None:
    text = desk.write_priorities(saved(store, settings), base=desk.shipped_priorities(settings))
    app = opened("priorities", language="en")
    key = next(w.key for w in app.file_uploader)
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
    assert "priority added" in seen(app)
    sound(app.button(key="draft_save").click().run())
    made = saved(store, settings).priority("drones-and-u-space")
    assert [c.spellings for c in made.concepts] == [
        {"en": ["drones", "unmanned aircraft"], "de": ["Drohnen"]}, {"en": ["U-space"]},
    ]  # fmt: skip


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
