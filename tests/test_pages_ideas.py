"""The page of ideas: calls for a pasted text, its words and translations, bad inputs; in both languages."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from matcher import cli, desk, desk_ideas, region, ui_ideas
from matcher.errors import InputError
from matcher.model import Concept
from matcher.settings import Settings
from matcher.views import ideas
from tests.app_driver import opened, seen, sound

GERMAN = "Ein Binnenhafen will Schiffe mit Wasserstoff betreiben."
ENGLISH = "A digital twin for ageing people in their neighbourhood, with hydrogen heating."


@pytest.fixture
def settings(demo: Path) -> Iterator[Settings]:
    yield Settings()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def fitted(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> desk.Ranker:
    path = tmp_path_factory.mktemp("ideas") / "calls.db"
    shutil.copy(demo_file, path)
    own = Settings().with_database(f"sqlite:///{path}")
    with desk.open_store(own) as store:
        return desk.ranker(store, own)


def asked(app: AppTest, text: str, title: str = "") -> AppTest:
    app.text_area(key="idea_text").set_value(text)
    app.text_input(key="idea_title").set_value(title)
    app.button(key="idea_search").click()
    return sound(app.run())


def listed(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """References of the calls on the page, in order."""
    drawn: list[str] = []
    real = ui_ideas._item

    def noted(number: int, row: object, found: object, shorts: object) -> object:
        drawn.append(row.reference)  # type: ignore[attr-defined]
        return real(number, row, found, shorts)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(ui_ideas, "_item", noted)
        sound(app.run())
    return drawn


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("de", ["Übersetzungen (", "Wasserstoff → hydrogen", "Lexikon der Felder", "beste zuerst", "geschlossen"]),
        ("en", ["Translations (", "Wasserstoff → hydrogen", "lexicon of the priorities", "best first", "closed"]),
    ],
)
def test_a_german_idea_finds_english_calls_and_says_through_which_words(
    settings: Settings, language: str, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = asked(opened("ideas", language=language), GERMAN)
    labels = "\n".join(box.label.replace("\\", "") for box in app.checkbox)
    assert [t for t in texts if t not in f"{seen(app)}\n{labels}"] == []
    with desk.open_store(settings) as store:
        titles = {call.reference: call.title.casefold() for call in store.calls()}
    first = [titles[reference] for reference in listed(app, monkeypatch)[:6]]
    about = ("hydrogen", "port", "vessel", "waterway", "shipping")
    assert sum(any(word in t for word in about) for t in first) >= 4, first


def test_each_translation_can_be_switched_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = asked(opened("ideas", language="en"), GERMAN)
    before = listed(app, monkeypatch)
    box = next(b for b in app.checkbox if "hydrogen" in b.label)
    box.uncheck()
    sound(app.run())
    assert listed(app, monkeypatch) != before


def test_a_wrong_translation_is_noted_beside_the_database_and_can_come_back(settings: Settings) -> None:
    shipped = (settings.region_folder / "glossary.yaml").read_bytes()
    app = asked(opened("ideas", language="en"), GERMAN)
    key = next(b for b in app.checkbox if "hydrogen" in b.label).key
    assert key is not None
    app.button(key=key.replace("_use_", "_wrong_")).click()
    sound(app.run())
    assert "is noted as wrong" in seen(app)
    assert not any("hydrogen" in b.label for b in app.checkbox)
    noted = desk_ideas.own_glossary(settings)
    assert noted.parent.parent.parent == Path(settings.database.removeprefix("sqlite:///")).parent
    assert '"wrong": true' in noted.read_text("utf-8")
    assert (settings.region_folder / "glossary.yaml").read_bytes() == shipped
    pair = [r for r in desk.glossary(settings) if r.get("de") == "Wasserstoff" and r.get("en") == "hydrogen"]
    assert pair and all(row.get("wrong") for row in pair)
    app.button(key="bridge_undo_0").click()
    sound(app.run())
    assert any("hydrogen" in b.label for b in app.checkbox)
    assert noted.read_text("utf-8").count("\n") == 2, "only ever appended"


def test_a_translation_is_added_and_counts_at_once(settings: Settings) -> None:
    app = asked(opened("ideas", language="de"), "Schwebebahnhofsumbau und Brandschutz")
    app.text_input(key="bridge_from").set_value("Schwebebahnhofsumbau")
    app.text_input(key="bridge_to").set_value("railway stations")
    app.button(key="bridge_save").click()
    sound(app.run())
    assert any("railway stations" in b.label for b in app.checkbox)
    assert "ist gemerkt und zählt ab jetzt" in seen(app)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("", "de", "Noch keine Idee eingegeben"),
        ("   \n ", "en", "No idea entered yet"),
        ("?!", "de", "zu kurz"),
        ("\u202e\u200b x", "en", "too short"),
        ("und der die das oder nicht", "de", "kein Wort, das Aufrufe voneinander unterscheidet"),
        ("the of and with", "en", "No word of this text tells calls apart"),
        ("qxzwv jjkkq", "en", "No word of this text tells calls apart"),
    ],
)
def test_an_idea_that_says_nothing_gets_a_sentence(settings: Settings, text: str, language: str, said: str) -> None:
    assert said in seen(asked(opened("ideas", language=language), text))


def test_three_megabytes_are_cut_and_it_is_said(settings: Settings) -> None:
    app = asked(opened("ideas", language="de"), "Wasserstoff im Hafen " * 150_000)
    text = seen(app)
    assert "Gelesen wurden die ersten 50.000 Zeichen" in text and "beste zuerst" in text


def test_the_text_stays_in_the_session(settings: Settings, tmp_path: Path) -> None:
    secret = "Geheimprojekt Zwiebelturm"
    app = asked(opened("ideas", language="de"), f"{GERMAN} {secret}", "Zwiebelturm")
    assert "Zwiebelturm" not in str(dict(app.query_params))
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and b"Zwiebelturm" in path.read_bytes()]
    assert kept == []


def test_hostile_text_stays_text(settings: Settings) -> None:
    app = asked(
        opened("ideas", language="en"), "hydrogen <img src=x onerror=alert(1)> [click](javascript:1) **bold**"
    )
    assert not [m for m in app.markdown if "<img" in m.value]


def test_clear_and_example(settings: Settings) -> None:
    app = opened("ideas", language="de")
    app.button(key="idea_example").click()
    sound(app.run())
    assert "beste zuerst" in seen(app) and any("Wasserstoff" in b.label for b in app.checkbox)
    app.button(key="idea_clear").click()
    assert "Noch keine Idee eingegeben" in seen(sound(app.run()))


def test_status_filter_counts_what_it_hides(settings: Settings) -> None:
    app = asked(opened("ideas", language="en"), ENGLISH)
    assert re.search(r"Not shown: .*\b\d+ closed", seen(app))
    app.session_state["idea_status"] = []
    assert "No call has this status" in seen(sound(app.run()))


def test_the_command_line_gives_the_calls_scores_and_reasons_of_the_page(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str, float, list[float]]] = []
    real = ui_ideas._item

    def noted(number: int, row: object, why: desk.Explanation, shorts: object) -> object:
        drawn.append((row.reference, row.score, [r.share for r in why.reasons]))  # type: ignore[attr-defined]
        return real(number, row, why, shorts)  # type: ignore[arg-type]

    app = asked(opened("ideas", language="de"), GERMAN, "Der Hafen")
    app.session_state["idea_status"] = ["open", "forthcoming", "closed", "unknown"]
    monkeypatch.setattr(ui_ideas, "_item", noted)
    sound(app.run())
    result = CliRunner().invoke(cli.app, ["idea", GERMAN, "--title", "Der Hafen", "--top", "15", "--json"])
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert [row["reference"] for row in rows] == [reference for reference, *_ in drawn[:15]]
    for row, (_, score, shares) in zip(rows, drawn, strict=False):
        assert row["score"] == pytest.approx(score)
        assert [reason["share"] for reason in row["reasons"]] == pytest.approx(shares)
        assert sum(shares) == pytest.approx(score, abs=1e-4)
    assert {"Wasserstoff", "Binnenhafen"} <= {pair["spelling"] for pair in rows[0]["translations"]}
    assert {"identifier", "title", "priority", "status", "deadline"} <= set(rows[0])


def test_the_command_line_says_why_in_the_words_of_the_page(settings: Settings) -> None:
    app = asked(opened("ideas", language="de"), GERMAN)
    result = CliRunner().invoke(cli.app, ["idea", GERMAN, "--top", "3", "--explain"])
    assert result.exit_code == 0 and "übersetzt (" in result.stdout and "Zusammen" in result.stdout
    assert "Kommt im Aufruf nicht vor" in result.stdout or "„" in result.stdout
    assert "Auch gesucht: " in result.stderr and "Wasserstoff → hydrogen" in result.stderr
    assert sound(app)


def test_translation_can_be_left_out_on_the_command_line(settings: Settings, tmp_path: Path) -> None:
    queries, with_, without = (tmp_path / name for name in ("q.jsonl", "with.tsv", "without.tsv"))
    queries.write_text(json.dumps({"qid": "1", "text": GERMAN}), "utf-8")
    for target, option in ((with_, "--translate"), (without, "--no-translate")):
        result = CliRunner().invoke(cli.app, ["ideas", "--file", str(queries), "--run", str(target), option])
        assert result.exit_code == 0, result.output
    assert with_.read_text("utf-8") != without.read_text("utf-8")
    result = CliRunner().invoke(cli.app, ["idea", f"{GERMAN} Hydrogen", "--no-translate", "--json", "--top", "1"])
    assert json.loads(result.stdout)[0]["translations"] == []


def test_a_translation_marked_as_wrong_counts_nowhere(settings: Settings) -> None:
    desk.mark_wrong(settings, spelling="Wasserstoff", english="hydrogen", by="test")
    result = CliRunner().invoke(cli.app, ["idea", GERMAN, "--json", "--top", "1"])
    assert "hydrogen" not in {pair["english"] for pair in json.loads(result.stdout)[0]["translations"]}
    with desk.open_store(settings) as store:
        ranker = desk.ranker(store, settings)
        german = Concept(key="h", weight=3, spellings={"de": ["Wasserstoff"]})
        assert not ranker.having(german).any(), "a concept that has only the German spelling"
        desk.withdraw(settings, spelling="Wasserstoff", english="hydrogen", by="test")
        assert desk.ranker(store, settings).having(german).any()


@pytest.mark.parametrize(
    ("text", "said"), [("", "Noch keine Idee"), ("?!", "zu kurz"), ("der die das", "kein Wort, das Aufrufe")]
)
def test_the_command_line_says_what_is_wrong_with_an_idea(settings: Settings, text: str, said: str) -> None:
    result = CliRunner().invoke(cli.app, ["idea", text, "--json"])
    assert result.exit_code == 0 and json.loads(result.stdout) == []
    assert said in " ".join(result.stderr.split())


def test_a_concept_of_a_priority_bridges_what_the_glossary_lacks(fitted: desk.Ranker, demo: Path) -> None:
    own = Settings()
    with desk.open_store(own) as store:
        profile = desk.profile(store, own)
    concept = (
        profile.priorities[0]
        .concepts[0]
        .model_copy(update={"spellings": {"de": ["Zwiebelturmheizung"], "en": ["tower heating"]}})
    )
    first = profile.priorities[0].model_copy(update={"concepts": [concept]})
    draft = profile.model_copy(update={"priorities": [first]})
    found = desk.bridges(fitted, [], draft, text="Eine Zwiebelturmheizung")
    assert [(b.spelling, b.english, b.origin) for b in found] == [
        ("Zwiebelturmheizung", "tower heating", f"priority:{first.key}")
    ]


def test_the_words_that_count_are_rare_and_each_stands_once(fitted: desk.Ranker) -> None:
    found = ideas.telling(ideas.words(fitted, "Hydrogen hydrogen HYDROGEN and the projects of electrolysers"))
    texts = [word.text.casefold() for word in found]
    assert texts.count("hydrogen") == 1 and "and" not in texts
    assert [w.worth for w in found] == sorted((w.worth for w in found), reverse=True)


@pytest.mark.parametrize(("spelling", "english"), [("", "x"), ("x", " "), ("x" * 81, "y")])
def test_a_translation_needs_two_short_words(settings: Settings, spelling: str, english: str) -> None:
    with pytest.raises(InputError):
        desk.add_translation(settings, spelling=spelling, english=english, by="test")
    assert not desk_ideas.own_glossary(settings).exists()


def test_an_unreadable_own_glossary_leaves_the_shipped_one_in_force(settings: Settings) -> None:
    shipped = desk.glossary(settings)
    path = desk_ideas.own_glossary(settings)
    path.parent.mkdir(parents=True)
    path.write_text("- {de: [", "utf-8")
    assert desk.glossary(settings) == shipped
    app = asked(opened("ideas", language="en"), GERMAN)
    assert "glossary.yaml is not sound YAML" in seen(app) and "best first" in seen(app)


def test_a_word_can_be_looked_up_with_origin_and_hits(settings: Settings) -> None:
    app = asked(opened("ideas", language="de"), GERMAN)
    app.text_input(key="bridge_word").set_value("Abwärmenutzungen")
    text = seen(sound(app.run()))
    assert "Abwärmenutzungen → waste heat use" in text.replace("\\", "") and "aus Teilen zusammengesetzt" in text
    app.text_input(key="bridge_word").set_value("Zwiebelturm")
    assert "Dazu steht nichts im Glossar" in seen(sound(app.run()))


def test_a_dutch_translation_is_added(settings: Settings) -> None:
    app = asked(opened("ideas", language="en"), "een zwevende trein voor de stad")
    app.radio(key="bridge_language").set_value("nl")
    app.text_input(key="bridge_from").set_value("zwevend")
    app.text_input(key="bridge_to").set_value("railway")
    app.button(key="bridge_save").click()
    sound(app.run())
    assert '"nl": "zwevend"' in desk_ideas.own_glossary(settings).read_text("utf-8")
    assert any("railway" in b.label for b in app.checkbox), "found by its inflected form at once"


def test_words_of_translated_groups_are_not_called_unknown(settings: Settings) -> None:
    text = seen(
        asked(opened("ideas", language="de"), "Ein digitaler Zwilling, grünem Wasserstoff und Zwiebelturmbau")
    )
    assert "ohne Übersetzung: Zwiebelturmbau" in text


def test_the_glossary_goes_out_and_in_as_the_same_yaml(settings: Settings) -> None:
    shipped = desk.glossary_text(settings)
    assert (
        shipped.startswith(b"# German and Dutch terms")
        and b"- {de: Wasserstoff, en: hydrogen, origin: lexicon}" in shipped
    )
    assert shipped == (settings.region_folder / "glossary.yaml").read_bytes(), "one line an entry, as it is kept"
    assert desk.import_glossary(settings, data=shipped, by="test")[:2] == (0, 0)
    assert not desk_ideas.own_glossary(settings).exists()
    desk.mark_wrong(settings, spelling="Wasserstoff", english="hydrogen", by="ada")
    desk.add_translation(settings, spelling="Öl-Pfand: 5", english="no", by="ada")
    changed = desk.glossary_text(settings)
    assert b"- {de: Wasserstoff, en: hydrogen, origin: lexicon, wrong: true}" in changed
    assert desk.import_glossary(settings, data=changed, by="test")[:2] == (0, 0), "what goes out says nothing new"
    before = desk.glossary(settings)
    assert desk.import_glossary(settings, data=shipped, by="test") == (
        1,
        0,
        len(region.glossary_rows(shipped, "x")) - 1,
    )
    assert desk.import_glossary(settings, data=changed, by="test")[:2] == (0, 1)
    strip = [{k: v for k, v in row.items() if k in ("de", "nl", "en", "wrong")} for row in before]
    assert [
        {k: v for k, v in row.items() if k in ("de", "nl", "en", "wrong")} for row in desk.glossary(settings)
    ] == strip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"- {de: [", "not sound YAML"),
        (b"de: Haus", "must be a list"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"- {de: Haus}", "1 faulty"),
        (b"- {de: Haus, en: " + b"x" * 90 + b"}", "1 faulty"),
        (b"#" * 1_000_001, "more than"),
        (b"- 1", "must be a list"),
        (b"[" * 5_000, "not sound YAML"),
    ],
)
def test_a_faulty_glossary_file_changes_nothing(settings: Settings, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        desk.import_glossary(settings, data=data, by="test")
    assert not desk_ideas.own_glossary(settings).exists()
