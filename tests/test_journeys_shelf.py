"""Working together, in a real browser: a colleague opens the link; a discarded call returns; a tracker comes in."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from app_driver import small_recording

from matcher import desk
from matcher.ledger import State
from matcher.settings import Settings
from matcher.sources import portal
from tests import browser

DAY = date(2026, 8, 22)


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[None]:
    browser.need_browser()
    with browser.chromium():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    browser.need_browser()
    return tmp_path_factory.mktemp("together")


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    """A database with a first live pull of a hundred calls."""
    own = Settings().with_database(f"sqlite:///{folder / 'calls.db'}")
    with desk.open_store(own) as store:
        assert desk.refresh(store, own, replay=recorded(folder / "first", 23)).state == "published"
    return own


@pytest.fixture(scope="module")
def address(folder: Path, settings: Settings) -> Iterator[str]:
    with browser.served(folder) as running:
        yield running


def recorded(folder: Path, day: int, *, move: str = "") -> Path:
    """A live recording of that day of August; the topic `move` gets another deadline, years ahead."""
    small_recording(folder)
    about = (folder / "replay.yaml").read_text("utf-8").replace("scope: demo", "scope: live")
    (folder / "replay.yaml").write_text(about.replace("2026-08-22", f"2026-08-{day}"), "utf-8")
    page = next(iter(sorted(folder.glob("type-1-page-*.json"))))
    data = json.loads(page.read_text("utf-8"))
    data["totalResults"] = len(data["results"])
    for record in data["results"]:
        if portal.parse(record).reference == move:
            record["metadata"]["deadlineDate"] = ["2099-12-24T17:00:00.000+0000"]
    page.write_text(json.dumps(data), "utf-8")
    return folder


def one_call(settings: Settings) -> Any:
    with desk.open_store(settings) as store:
        found = [c for c in store.calls() if len(c.deadlines) == 1 and c.kind == "topic" and c.sections]
        return next(c for c in found if c.status(DAY) == "forthcoming")


def everything(call: Any) -> str:
    """The address of the list with just this call, whatever its status is on the day this test runs."""
    return f'/?q="{call.identifier}"&status=open&status=forthcoming&status=closed&discarded=1&view=list'


def test_a_colleague_opens_the_link_and_sees_the_same_view(address: str) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/?status=open&status=forthcoming&status=closed&sort=deadline&view=list")
        page.locator(".st-key-matches_priority button", has_text="Smart City").click()
        page.wait_for_url("**priority=city**")
        browser.settled(page)
        page.get_by_role("button", name="Ansicht merken").click()
        page.get_by_label("Name der Ansicht").fill("Städte nach Frist")
        page.get_by_label("Name der Ansicht").press("Enter")
        browser.settled(page)
        page.locator(".st-key-view_save button").click()
        page.get_by_text("Ansicht „Städte nach Frist“ gespeichert.").wait_for()
        browser.settled(page)
        shared, mine = page.url, page.locator(".calls h3").all_inner_texts()
        assert len(mine) > 3
    with browser.opened() as page:
        browser.go(page, shared)
        page.locator(".calls h3 a").first.wait_for()
        assert page.locator(".calls h3").all_inner_texts() == mine
        # And from the other's sidebar, in English.
        browser.go(page, f"{address}/?lang=en")
        page.get_by_role("button", name="Städte nach Frist").click()
        page.wait_for_url("**priority=city**")
        page.locator(".calls h3 a").first.wait_for()
        browser.settled(page)
        assert page.locator(".calls h3").all_inner_texts() == mine
        assert "lang=en" in page.url


def test_a_discarded_call_returns_after_a_replayed_change(address: str, folder: Path, settings: Settings) -> None:
    call = one_call(settings)
    with browser.opened() as page:
        browser.go(page, f"{address}/call?call={call.reference}")
        browser.state(page, "verworfen")
        page.get_by_text("Verworfen weil").wait_for()
        browser.settled(page)
        page.get_by_role("button", name="Speichern").click()
        page.get_by_text("Gespeichert.", exact=True).wait_for()
        browser.settled(page)
        browser.go(page, address + everything(call))
        page.locator(".calls > li").first.wait_for()
        assert page.locator(".calls .state").inner_text() == "verworfen"
        with desk.open_store(settings) as store:
            run = desk.refresh(store, settings, replay=recorded(folder / "later", 24, move=call.reference))
            assert (run.state, run.changed) == ("published", 1)
        browser.go(page, address + everything(call))
        page.locator(".calls .news").wait_for()
        assert page.locator(".calls .state").count() == 0
        told = page.locator(".calls .news").inner_text()
        assert told.startswith("wieder da: Frist verlängert:")
        assert told.endswith("24.12.2099")


def test_a_tracker_with_faults_is_refused_whole_and_the_mended_one_taken_over(
    address: str, settings: Settings
) -> None:
    call = one_call(settings)
    lines = ["Kennung;Stand;Zuständig;Notiz", f"{call.identifier};in Vorbereitung;bert;Gespräch mit Überruhr"]
    bad = "\r\n".join([*lines, "GIBT-ES-NICHT;neu;;", f"{call.identifier};vielleicht;;"])
    with browser.opened() as page:
        browser.go(page, f"{address}/shortlists")
        page.get_by_text("Eigene Übersicht übernehmen").click()
        give(page, bad)
        page.get_by_text("3 Fehler. Es wurde nichts übernommen").wait_for()
        browser.settled(page)
        text = page.locator(".st-key-tracker").inner_text()
        assert "Zeile 3, Spalte Kennung: Kein gespeicherter Aufruf hat die Kennung „GIBT-ES-NICHT“." in text
        assert "Zeile 4, Spalte Kennung: Dieser Aufruf steht schon in Zeile 2." in text
        assert "Zeile 4, Spalte Stand: „vielleicht“ ist kein Stand." in text
        page.get_by_role("button", name="entfernen").first.click()
        browser.settled(page)
        give(page, "\r\n".join(lines))
        page.get_by_role("button", name="Übernehmen", exact=True).click()
        page.get_by_text("1 Eintrag übernommen.").wait_for()
        browser.go(page, address + everything(call))
        page.locator(".calls .state").wait_for()
        assert page.locator(".calls .state").inner_text() == "in Vorbereitung"
    with desk.open_store(settings) as store:
        last = store.decisions(call.reference)[-1]
    assert (last.state, last.owner, last.note) == (State.PREPARATION, "bert", "Gespräch mit Überruhr")


def give(page: Any, text: str) -> None:
    file = {"name": "../übersicht.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    page.locator(".st-key-tracker input[type=file]").set_input_files(files=[file])
    browser.settled(page)


def test_a_list_is_put_together_ordered_and_taken_along(address: str) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/?status=open&status=forthcoming&status=closed&view=list")
        page.locator(".calls h3 a").first.wait_for()
        titles = page.locator(".calls h3").all_inner_texts()[:2]
        for place in (0, 1):
            page.locator(".calls input[type=checkbox]").nth(place).check()
            page.get_by_text(f"{place + 1} ausgewählt").wait_for()
            browser.settled(page)
        browser.click(page.get_by_role("button", name="Auf Merkliste"))
        page.get_by_label("Neue Merkliste").fill("Runder Tisch")
        page.get_by_label("Neue Merkliste").press("Enter")
        browser.settled(page)
        browser.click(page.get_by_role("button", name="Hinzufügen"))
        page.get_by_text("2 Aufrufe auf „Runder Tisch“ gesetzt.").wait_for()
        browser.go(page, f"{address}/shortlists")
        browser.click(page.get_by_role("button", name="Nach unten").first)
        page.wait_for_function(
            "title => document.querySelector('.st-key-entry_0 a')?.innerText.includes(title)", arg=titles[1]
        )
        browser.settled(page)
        browser.click(page.get_by_role("button", name="Herunterladen"))
        with page.expect_download() as waiting:
            browser.click(page.get_by_role("button", name="CSV für deutsches Excel"))
        data = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(data), delimiter=";"))
        assert [(row["Rang"], row["Titel (EN)"]) for row in rows] == [("1", titles[1]), ("2", titles[0])]


def test_the_address_follows_from_call_to_call_and_back(address: str, settings: Settings) -> None:
    first = one_call(settings).reference
    with browser.opened() as page:
        browser.go(page, f"{address}/call?call={first}")
        title = page.locator("h2.title").inner_text()
        near = page.locator(".st-key-similar a").first
        other = near.inner_text()
        near.click()
        page.locator("h2.title", has_text=other).wait_for()
        browser.settled(page)
        assert f"call={first}" not in page.url
        page.go_back()
        page.locator("h2.title", has_text=title).wait_for()
        browser.settled(page)
        assert f"call={first}" in page.url
