"""No region stands in the program: no name of the shipped one in code or words, and none on a page of another one."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matcher import desk, region
from matcher.settings import Settings, first_region
from matcher.words import messages
from tests.app_driver import opened, seen, sound
from tests.conftest import ROOT

SHIPPED = ROOT / "data" / "regions" / first_region()
PAGES = ("matches", "news", "shortlists", "ideas", "priorities", "coverage", "quality", "data", "region")
# Towns whose names are also plain words or parts of the portal's own texts.
AMBIGUOUS = {"kreisfreie Stadt", "Essen"}


def names() -> list[str]:
    """What belongs to the shipped region: its key, municipalities and Kreise, organisations, its lands and bodies."""
    towns = {name for place in region.places(SHIPPED) for name in (place.name, place.district)}
    towns |= {part for town in towns for part in re.split(r"[/(),]\s*| an der | am ", town) if len(part) > 3}
    bodies = {actor.name for actor in region.actors(SHIPPED)}
    bodies |= {"Metropole", "Regionalverband", "RVR", "BMR", "Emscher", "Lippe", "Rhein-Waal", "Ruhrgebiet"}
    return sorted((towns | bodies) - AMBIGUOUS)


def pattern() -> re.Pattern[str]:
    """Any of the names as written, and the region's key in any case, also as the start of a longer name."""
    exact = "|".join(re.escape(name) for name in names())
    key = re.escape(first_region())
    return re.compile(rf"(?<!\w)(?:{exact})(?!\w)|(?<![^\W_])(?i:{key})(?!\w*(?:t|te|ten)\b)")


def test_the_names_are_those_of_53_municipalities_and_more() -> None:
    found = names()
    assert len(region.places(SHIPPED)) == 53 and len(found) > 100
    wanted = pattern()
    for said in (
        "in Duisburg.",
        "Metropole Ruhr",
        "RUHR_KEY",
        '"ruhr"',
        "des Ruhrgebiets",
        "Kreis Wesel",
        "duisport",
    ):
        assert wanted.search(said), said
    assert not wanted.search("beruhrt ruhrte truhr Essensgeld")


def program() -> list[Path]:
    files = [path for path in (ROOT / "matcher").rglob("*") if path.is_file() and "_data" not in path.parts]
    kinds = {".py", ".toml", ".css", ".js", ".svg"}
    return [ROOT / "app.py", *sorted(path for path in files if path.suffix in kinds)]


@pytest.mark.parametrize("path", program(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_name_of_a_region_stands_in_the_program(path: Path) -> None:
    found = [match[0] for match in pattern().finditer(path.read_text("utf-8"))]
    assert found == [], "a region's names belong in its folder below data/regions"


def test_no_message_names_a_region() -> None:
    wanted = pattern()
    assert [key for code in ("de", "en", "nl") for key, said in messages(code).items() if wanted.search(said)] == []


# ── another region, the whole app ──


@pytest.fixture(scope="module")
def twente_file(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("twente") / "twente.db"
    settings = Settings(region="twente").with_database(f"sqlite:///{path}")
    with desk.open_store(settings) as store:
        assert desk.seed(store, settings) is not None
    return path


@pytest.fixture(autouse=True)
def settings(
    twente_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    path = tmp_path / "matcher.db"
    shutil.copy(twente_file, path)
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{path}")
    monkeypatch.setenv("MATCHER_REGION", "twente")
    yield Settings()


def everything(app: AppTest) -> str:
    """All that stands on a page: texts, tables, drawn lists, options of widgets."""
    papers = [json.dumps(json.loads(e.proto.json), ensure_ascii=False) for e in app.get("bidi_component")]
    tables = [frame.value.to_csv() for frame in app.dataframe]
    options = [option for box in (*app.selectbox, *app.multiselect) for option in box.options]
    return "\n".join([seen(app), *papers, *tables, *map(str, options)])


def strangers(text: str, store: desk.Store) -> list[str]:
    """Names of the shipped region on a page, those left aside that calls themselves speak of."""
    wanted = {match[0] for match in pattern().finditer(text)}
    said = "\n".join(f"{call.title} {call.text} {call.organiser} {call.conditions}" for call in store.calls())
    return sorted(name for name in wanted if name not in said)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_another_region_shows_nothing_of_the_shipped_one(
    settings: Settings, page: str, language: str
) -> None:
    app = opened(page, language=language)
    texts = [everything(app)]
    for control in app.get("tab_container") or []:
        texts.append(str(control.proto))
    with desk.open_store(settings) as store:
        assert strangers("\n".join(texts), store) == []
    assert not app.error


@pytest.mark.parametrize(
    ("page", "tabs"),
    [
        ("coverage", ("matrix", "months", "pipeline", "blind", "overlap")),
        ("quality", ("figures", "misplaced", "decisions", "audit")),
        ("data", ("history", "changes", "fill", "sheet", "storage", "limits", "licence")),
    ],
)
def test_every_tab_of_another_region_opens(settings: Settings, page: str, tabs: tuple[str, ...]) -> None:
    app = opened(page, language="de")
    for tab in tabs:
        app.session_state[f"{page}_tabs_de"] = messages("de")[f"{page}.tab.{tab}"]
        assert not sound(app.run()).error
        with desk.open_store(settings) as store:
            assert strangers(everything(app), store) == []


def test_a_call_of_another_region_is_explained_by_its_own_priorities(settings: Settings) -> None:
    with desk.open_store(settings) as store:
        best = desk.shortlist(desk.ranker(store, settings), desk.profile(store, settings), today=desk.today(store))
        app = opened("call", language="de", call=str(best["reference"][0]))
        text = everything(app)
        assert strangers(text, store) == []
    labels = [p.labels["de"] for p in region.load(settings.region_folder).priorities]
    assert any(label in text for label in labels)


def test_without_judged_calls_quality_and_learning_cope(settings: Settings) -> None:
    assert settings.judged is None
    text = seen(opened("quality", language="en"))
    assert "No calls are judged for the region 'twente' yet" in text
    with desk.open_store(settings) as store:
        fitted, profile = desk.ranker(store, settings), desk.profile(store, settings)
        table = desk.shortlist(fitted, profile, today=desk.today(store))
        calls = [next(c for c in fitted.calls_ if c.reference == r) for r in table["reference"][:2]]
        key = profile.priorities[0].key
        desk.decide(store, calls=calls[:1], state="shortlisted", by="kb", priority=key)
        desk.decide(store, calls=calls[1:], state="discarded", reason="off topic", by="kb", priority=key)
        after = desk.shortlist(fitted, profile, today=desk.today(store), decisions=store.decisions())
    assert len(after) == len(table) and after["score"].between(0, 100).all()
    st.cache_resource.clear()
