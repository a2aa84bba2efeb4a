"""The page that sets up a region: from a text to a folder, left and taken up again, faults told; bilingual."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matcher import desk_region, region
from matcher.settings import Settings
from tests.app_driver import edited, opened, seen, sound

COAST = "Feld 1: Häfen und Schifffahrt\n- Binnenschifffahrt\n- Lachszucht\n\nFeld 2: Pflege / Care\nPflege, Krebs"


@pytest.fixture(autouse=True)
def settings(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("MATCHER_REGIONS_FOLDER", str(tmp_path / "regions"))
    yield Settings()


def pasted(language: str, text: str = COAST, key: str = "coast") -> AppTest:
    app = opened("region", language=language)
    app.text_input(key="region_new_key").set_value(key)
    app.text_area(key="region_paste").set_value(text)
    app.button(key="region_make").click()
    return sound(app.run())


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_a_text_to_a_folder(settings: Settings, language: str) -> None:
    app = pasted(language)
    text = seen(app)
    assert not app.error and {"de": "2 Felder mit", "en": "2 priorities with"}[language] in text
    assert "Lachszucht" in text, "a word without English is named"
    app.button(key="region_next").click()
    app = sound(app.run())
    assert {"de": "0 von 20", "en": "0 of 20"}[language] in "".join(str(p.proto) for p in app.get("progress"))
    first = desk_region.find(settings, "coast")
    assert first is not None and len(first.asked) == 20
    app.get("button_group")
    app.button(key="region_answer_save").click()
    app = sound(app.run())
    app.button(key="region_back").click()
    app = sound(app.run())
    app.button(key="region_answer_save").click()
    app = sound(app.run())
    kept = desk_region.find(settings, "coast")
    assert kept is not None and list(kept.answers.values()) == [[]]
    app.button(key="region_to_list").click()
    app = sound(app.run())
    assert {"de": "Erste Kennzahlen aus 1", "en": "First figures from 1"}[language] in seen(app)
    app.button(key="region_write").click()
    app = sound(app.run())
    folder = settings.own_regions_folder / "coast"
    assert "MATCHER_REGION=coast MATCHER_DATABASE=sqlite:///coast.db /" in seen(app)
    assert len(region.load(folder).priorities) == 2 and (folder / "judgements.csv").is_file()


def test_the_draft_is_edited_and_taken_up_again_later(settings: Settings) -> None:
    app = pasted("en")
    begun = desk_region.find(settings, "coast")
    assert begun is not None
    first = begun.profile.priorities[0]
    mark = f"coast_{first.key}_{begun.step}"
    row = [c.key for c in first.concepts].index("lachszucht")
    app.text_input(key=f"region_name_en_{mark}").set_value("Ports and shipping")
    app = edited(app, f"region_table_{mark}", rows={row: {"spellings_en": "salmon farming; fish farming"}})
    app.button(key=f"region_save_{mark}").click()
    sound(app.run())
    again = opened("region", language="en")
    again.button(key="region_resume_coast").click()
    assert not sound(again.run()).error
    kept = desk_region.find(settings, "coast")
    assert kept is not None and kept.profile.priorities[0].labels["en"] == "Ports and shipping"
    changed = next(c for c in kept.profile.priorities[0].concepts if c.key == "lachszucht")
    assert changed.spellings == {"en": ["salmon farming", "fish farming"], "de": ["Lachszucht"]}
    mark = f"coast_{first.key}_{kept.step}"
    again.button(key=f"region_remove_{mark}").click()
    sound(again.run())
    fewer = desk_region.find(settings, "coast")
    assert fewer is not None and [p.key for p in fewer.profile.priorities] == [begun.profile.priorities[1].key]


def test_going_on_takes_what_was_typed(settings: Settings) -> None:
    app = pasted("de", text=COAST.replace("- Lachszucht", "Die Lachszucht wächst, auch das Krabbenpulen lohnt sich."))
    begun = desk_region.find(settings, "coast")
    assert begun is not None
    first = begun.profile.priorities[0]
    words = begun.open[first.key]
    assert {"Lachszucht", "Krabbenpulen"} <= set(words)
    mark = f"coast_{first.key}_{begun.step}"
    app.text_input(key=f"region_name_en_{mark}").set_value("Ports and shipping")
    typed = {words.index("Lachszucht"): {"en": "salmon farming; fish farming"}}
    app = edited(app, f"region_open_{mark}", rows=typed)
    app.button(key="region_next").click()
    app = sound(app.run())
    kept = desk_region.find(settings, "coast")
    assert kept is not None and kept.asked, "the next step is open"
    field = kept.profile.priorities[0]
    assert field.labels["en"] == "Ports and shipping"
    (made,) = [c for c in field.concepts if c.spellings.get("de") == ["Lachszucht"]]
    assert made.spellings["en"] == ["salmon farming", "fish farming"] and made.active
    assert "Lachszucht" not in kept.open[first.key] and "Krabbenpulen" in kept.open[first.key]


def test_faults_are_told_and_nothing_is_kept(settings: Settings) -> None:
    app = pasted("de", key="Küste!")
    assert app.error and "„Küste!“ geht nicht als Schlüssel" in seen(app)
    app = pasted("de", key=settings.region)
    assert app.error and "gibt es schon" in seen(app)
    app = pasted("de", text=" ")
    assert app.error and "Der Text ist leer" in seen(app)
    assert desk_region.begun(settings) == []


def test_what_was_begun_can_be_dropped(settings: Settings) -> None:
    pasted("de")
    app = opened("region", language="de")
    app.button(key="region_drop_coast").click()
    assert not sound(app.run()).error
    assert desk_region.begun(settings) == []


def test_the_page_of_data_leads_here() -> None:
    app = opened("data", language="de")
    assert any("Neue Region anlegen" in link.label for link in app.get("page_link"))
