"""What a grant officer does, in a real browser: read, filter, understand, tune, take along; by keyboard, by phone."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher import desk
from matcher.settings import Settings
from tests import browser

GRID = "[data-testid=stDataFrame]"
HEAD, ROW = 36, 36
HOSTILE = '<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script> ![p](https://evil.example/p.png)'


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[None]:
    browser.need_browser()
    with browser.chromium():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    browser.need_browser()
    return tmp_path_factory.mktemp("journeys")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """One running app on an empty database: its first visitor sees the demonstration data being loaded."""
    with browser.served(folder) as running:
        yield running


def summary(page: Any) -> str:
    return str(page.locator(".st-key-summary").inner_text())


def after(page: Any, act: Any) -> None:
    """Do something that changes how many calls are shown, and wait until it has."""
    before = summary(page)
    act()
    page.wait_for_function(
        "text => (document.querySelector('.st-key-summary')?.innerText ?? text) !== text", arg=before
    )
    browser.settled(page)


def click_row(page: Any, row: int, x: int) -> None:
    """Click into the grid; it is a canvas, so by place."""
    grid = page.locator(GRID).first
    # It takes a click once it has its rows; those stand beside the canvas for screen readers.
    grid.locator(f"td[data-testid$='-{row}']").first.wait_for(state="attached")
    box = grid.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + HEAD + ROW * row + ROW / 2)


def listed(page: Any, address: str) -> list[str]:
    """The calls of the field "green" as the list has them, in its order."""
    browser.go(page, f"{address}/?priority=green&view=list")
    page.locator(".calls h3 a").first.wait_for()
    return [str(link.get_attribute("href")) for link in page.locator(".calls h3 a").all()]


def test_open_filter_read_why_tune_and_take_along(address: str) -> None:
    with browser.opened() as page:
        # Open: at least twelve calls on the first screen.
        browser.go(page, address)
        page.locator(GRID).first.wait_for()
        top = page.locator(GRID).first.bounding_box()["y"]
        assert (900 - top - HEAD) // ROW >= 12
        assert "398 Aufrufen" in summary(page)
        assert "Demodaten" in page.locator(".st-key-page_header").inner_text()

        # Filter: the address says so.
        after(page, lambda: page.locator(".st-key-matches_priority button", has_text="Logistik").click())
        assert "priority=logistics" in page.url
        shown = int(re.search(r"(\d+) von 466", summary(page))[1])  # type: ignore[index]

        # Read why, and come back to the same list.
        filtered = page.url
        click_row(page, 1, 200)
        page.get_by_role("heading", name="Warum dieser Aufruf").wait_for()
        browser.settled(page)
        assert "call?" in page.url
        total = page.locator(".why[open] .sum .number").inner_text()
        parts = page.locator(".why[open] .reasons tbody tr:not(.sum) .number").all_inner_texts()
        numbers = [float(part.replace("−", "-").replace("+", "").replace(",", ".")) for part in parts]
        assert len(numbers) > 1
        assert abs(sum(numbers) - float(total.replace(",", "."))) <= 0.05 * (len(numbers) + 1)
        assert page.locator("mark").count() > 0
        page.get_by_role("link", name="Zur Liste").click()
        page.locator(GRID).first.wait_for()
        browser.settled(page)
        assert page.url == filtered

        # Take along: exactly the calls on screen, for German Excel.
        page.get_by_role("button", name="Herunterladen").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="CSV für deutsches Excel").click()
        file = waiting.value
        assert file.suggested_filename == "DEMO_foerderaufrufe_ruhr_2026-08-22.csv"
        data = Path(file.path()).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) == shown
        assert {"Rang", "Punktzahl", "Titel (EN)", "Frist", "Link"} <= set(rows[0])
        assert re.fullmatch(r"\d+,\d+", rows[0]["Punktzahl"])
        assert all(re.fullmatch(r"\d\d\.\d\d\.\d{4}", row["Frist"]) for row in rows if row["Frist"])
        for name, ending, start in (
            ("Excel (XLSX)", ".xlsx", b"PK"),
            ("Fristen als Kalender", ".ics", b"BEGIN:VCALENDAR"),
        ):
            with page.expect_download() as waiting:
                page.get_by_role("button", name=name).click()
            assert waiting.value.suggested_filename.startswith("DEMO_")
            assert waiting.value.suggested_filename.endswith(ending)
            assert Path(waiting.value.path()).read_bytes().startswith(start)


def test_a_changed_weight_changes_the_order(address: str) -> None:
    with browser.opened() as page:
        before = listed(page, address)
        browser.go(page, f"{address}/priorities")
        # The preview is drawn last; a click into the table before it stands would be lost.
        page.locator(".st-key-lab_list").locator(GRID).wait_for()
        browser.settled(page)
        # The column of weights, first concept: hydrogen from 3 to 1.
        browser.cell(page.locator(GRID).first, 3, 0, 305, HEAD + ROW / 2)
        page.keyboard.press("Enter")
        page.get_by_role("option", name="1", exact=True).click()
        page.get_by_text("Entwurf mit 1 Änderung").wait_for()
        browser.settled(page)
        page.get_by_role("button", name="Speichern").click()
        page.get_by_role("button", name="Als Fassung 2 speichern").click()
        page.get_by_text("Gespeichert als Fassung 2").first.wait_for()
        browser.settled(page)
        assert listed(page, address) != before


def test_by_keyboard_on_a_phone_in_english(address: str) -> None:
    with browser.opened(width=390, height=844) as page:
        browser.go(page, f"{address}/?lang=en")
        # Nobody asked for the list: a phone starts with it.
        first = page.locator(".calls h3 a").first
        first.wait_for()
        browser.settled(page)
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator(".calls").first.bounding_box()["y"] < 844 / 2
        title = first.inner_text()
        # Focus and key at once: a run that the browser's memory starts late draws the list anew in between.
        first.press("Enter")
        page.get_by_role("heading", name="Why this call").wait_for()
        browser.settled(page)
        assert page.locator("h2.title").inner_text() == title
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.go_back()
        page.locator(".calls h3 a").first.wait_for()


def test_decide_on_two_calls_at_once_and_see_it_in_a_second_browser(address: str) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/?priority=health&lang=de&discarded=1")
        page.locator(GRID).first.wait_for()
        for row in (0, 1):
            click_row(page, row, 16)
            page.get_by_text(f"{row + 1} ausgewählt").wait_for()
            browser.settled(page)
        page.get_by_role("button", name="Verwerfen …").click()
        page.get_by_text("zu groß").click()
        browser.settled(page)
        page.get_by_role("button", name="Verwerfen", exact=True).click()
        page.get_by_text("2 Aufrufe: verworfen.").wait_for()
        browser.settled(page)
        # The rest of the page stood still; its files and the choice of states know of it all the same.
        page.locator(".st-key-downloads button").click()
        with page.expect_download() as got:
            page.locator(".st-key-download_csv button").click()
        rows = csv.DictReader(io.StringIO(Path(got.value.path()).read_text("utf-8-sig")))
        assert [row["state"] for row in rows].count("discarded") == 2
        page.keyboard.press("Escape")
        browser.click(page.locator(".st-key-matches_state input"))
        page.get_by_text("verworfen · 2").wait_for()
    with browser.opened() as page:
        browser.go(page, f"{address}/?state=discarded&view=list")
        page.locator(".calls > li").first.wait_for()
        assert page.locator(".calls > li").count() == 2
        assert page.locator(".calls .state").all_inner_texts() == ["verworfen", "verworfen"]
        # Here a decision moves every count, and takes its call out of the list.
        page.locator(".calls input[type=checkbox]").first.click()
        page.locator(".st-key-bulk_read button").click()
        page.locator(".calls > li").nth(1).wait_for(state="detached")
        # And with the counts the labels of what is chosen; what is chosen stays, also for what is pressed next.
        browser.go(page, f"{address}/?priority=health&due=180&grade=strong&grade=partial&view=list")
        page.locator(".calls > li").first.wait_for()
        asked, before, due = page.url, summary(page), page.locator(".st-key-matches_due input")
        label = str(due.input_value())
        assert label.startswith("in 6 Monaten · ")
        page.locator(".calls input[type=checkbox]").first.click()
        after(page, page.locator(".st-key-bulk_off_topic button").click)
        page.locator(".st-key-bulk_undo_do button").wait_for()
        assert (page.url, int(due.input_value().split(" · ")[1])) == (asked, int(label.split(" · ")[1]) - 1)
        after(page, lambda: page.keyboard.press("z"))
        assert (page.url, summary(page), due.input_value()) == (asked, before, label)


def test_hostile_texts_stay_texts(folder: Path, address: str) -> None:
    """Last in this file: it puts a call into the database of the running app, as another process may."""
    store = desk.open_store(Settings().with_database(f"sqlite:///{folder / 'calls.db'}"))
    call = next(call for call in store.calls() if call.status(desk.today(store)) == "open" and call.sections)
    bad = {"title": HOSTILE, "organiser": HOSTILE, "programme_name": HOSTILE}
    store.replace_parsed([call.model_copy(update=bad)])
    store.close()
    with browser.opened() as page:
        for place in (
            "/?q=evil.example",
            "/?q=evil.example&view=list",
            "/call?call=%3Cimg%3E",
            f"/call?call={call.reference}",
        ):
            browser.go(page, address + place)
            assert page.evaluate("window.__pwned") is None
            assert page.locator("img[src*=evil], img[src='x'], a[href^='http'][href*=evil]").count() == 0
        assert page.locator("h2.title").inner_text() == HOSTILE
