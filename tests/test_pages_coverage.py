"""The page of coverage: matrix, months, calls without and with several priorities; in both languages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from matcher import desk
from matcher.settings import Settings
from matcher.ui_text import short_label
from matcher.views.coverage import ALL
from matcher.words import say
from tests.app_driver import opened, seen, sound

TABS = ("matrix", "months", "pipeline", "blind", "overlap", "trend", "export")


@pytest.fixture(autouse=True)
def settings(demo_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The shipped snapshot; nothing here writes, so one store and one fit serve all tests."""
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{demo_file}")
    yield Settings()


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_tab_opens_in_both_languages(language: str) -> None:
    app = opened("coverage", language=language)
    for name in TABS:
        app.session_state[f"coverage_tabs_{language}"] = say(f"coverage.tab.{name}", language)
        assert not sound(app.run()).error
    assert say("coverage.title", language) in seen(app)


def test_the_margin_counts_each_call_once() -> None:
    app = opened("coverage", language="en")
    grid = next(d.value for d in app.dataframe if ALL in d.value).set_index("programme")
    total = grid.loc["All programmes", ALL]
    each = grid.loc["All programmes"].drop(ALL).sum()
    assert 0 < total < each, "calls that fit several priorities stand in each of them"
    assert grid.drop(index="All programmes")[ALL].sum() == total


def test_every_priority_has_a_row_in_the_chart_with_calls_or_without(settings: Settings) -> None:
    with desk.open_store(settings) as store:
        fields = [short_label(p.labels["en"]) for p in desk.profile(store, settings).priorities if p.active]
    spec = json.loads(opened("coverage", language="en").get("vega_lite_chart")[0].proto.spec)
    assert len(spec["layer"]) == 3 and len(fields) == 6
    assert all(layer["encoding"]["y"]["scale"]["domain"] == fields for layer in spec["layer"])


def test_a_cell_leads_to_its_calls() -> None:
    app = opened("coverage", language="en")
    app.session_state["matrix_table"] = {"selection": {"rows": [], "columns": [], "cells": [(0, "green")]}}
    sound(app.run())
    assert [b.label for b in app.button if b.key == "matrix_open" and "Green" in b.label]


def test_the_list_behind_a_cell_has_as_many_calls_as_it_says() -> None:
    """A call that fits weakly is not counted in the cell, so it must not stand in the list either."""
    app = opened("coverage", language="en")
    count = next(d.value for d in app.dataframe if "programme" in d.value)["industry"].iloc[0]
    app.session_state["matrix_table"] = {"selection": {"rows": [], "columns": [], "cells": [(0, "industry")]}}
    sound(app.run())
    grades = ["strong", "partial"]
    there = opened("matches", language="en", priority="industry", programme="Horizon Europe", grade=grades)
    assert count > 50 and f"of {count} calls" in seen(there)


def test_a_cell_that_was_pressed_in_the_chart_leads_to_its_calls_until_the_table_is_touched(
    settings: Settings,
) -> None:
    with desk.open_store(settings) as store:
        name = short_label(desk.profile(store, settings).priority("health").labels["en"])
    app = opened("coverage", language="en")
    app.session_state["matrix_heat"] = {"selection": {"cell": [{"field": name, "programme": "Horizon Europe"}]}}
    app.session_state["coverage_touched"] = "matrix_heat"
    sound(app.run())
    assert [b.label for b in app.button if b.key == "matrix_open" and name in b.label]
    app.session_state["coverage_touched"] = "matrix_table"
    assert not [b for b in sound(app.run()).button if b.key == "matrix_open"]
    app.session_state["coverage_touched"] = "matrix_heat"
    app.session_state["language"] = "de"
    sound(app.run())


def test_months_without_a_deadline_are_named(settings: Settings) -> None:
    app = opened("coverage", language="de")
    app.session_state["coverage_tabs_de"] = say("coverage.tab.months", "de")
    sound(app.run())
    text = seen(app)
    assert "keine Frist in" in text
    grid = next(d.value for d in app.dataframe if "month" in d.value)
    assert len(grid) == 18 and grid["month"].iloc[0] == "Aug. 2026"


@pytest.mark.parametrize(("tab", "table", "row"), [("months", "months_table", 1), ("pipeline", "pipeline_table", 0)])
def test_a_cell_of_a_month_leads_to_its_calls(tab: str, table: str, row: int) -> None:
    app = opened("coverage", language="en")
    app.session_state["coverage_tabs_en"] = say(f"coverage.tab.{tab}", "en")
    app.session_state[table] = {"selection": {"rows": [], "columns": [], "cells": [(row, ALL)]}}
    sound(app.run())
    count = next(d.value for d in app.dataframe if "month" in d.value)[ALL].iloc[row]
    assert len(next(d.value for d in app.dataframe if "near" in d.value)) == count


def test_one_harvest_is_no_trend_and_the_report_is_offered() -> None:
    app = opened("coverage", language="de")
    app.session_state["coverage_tabs_de"] = say("coverage.tab.trend", "de")
    assert "Ein Verlauf entsteht ab dem zweiten Monat" in seen(sound(app.run()))
    for what in ("came", "sum"):
        sound(app.segmented_control(key="trend_what").set_value(what).run())
    app.session_state["coverage_tabs_de"] = say("coverage.tab.export", "de")
    sound(app.run())
    assert {b.proto.label for b in app.get("download_button")} == {"Excel (XLSX)", "CSV-Dateien (ZIP)"}


def test_a_large_call_without_a_priority_is_listed_with_the_nearest(settings: Settings) -> None:
    app = opened("coverage", language="en")
    app.session_state["coverage_tabs_en"] = say("coverage.tab.blind", "en")
    sound(app.run())
    rows = next(d.value for d in app.dataframe if "near" in d.value)
    assert len(rows) and rows["budget"].str.startswith("€").all()
    fewer = sound(app.selectbox(key="blind_least").set_value(100_000_000).run())
    assert len(next(d.value for d in fewer.dataframe if "near" in d.value)) < len(rows)


def test_without_a_call_that_fits_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.app_driver import small_recording

    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{tmp_path / 'matcher.db'}")
    own = Settings()
    with desk.open_store(own) as store:
        desk.refresh(store, own, replay=small_recording(tmp_path / "recording"))
        profile = desk.profile(store, own)
        bare = [p.model_copy(update={"concepts": [], "guards": [], "rules": []}) for p in profile.priorities]
        desk.tune(store, draft=profile.model_copy(update={"priorities": bare}), by="test", why="")
    assert "no open or forthcoming call fits" in seen(opened("coverage", language="en"))
    st.cache_resource.clear()
