"""The Monday without a mouse, in a real browser: read the news, decide, take back, hand on, take a file along."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_journeys_news import DAY, five_new, said, titles, waits

from matcher import desk
from matcher.ledger import Discard, State
from matcher.settings import Settings
from tests import browser

TOWN = "Essen · EU-Beauftragte/r"
HAS_FOCUS = """node => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at === node;
}"""
MOST_STEPS = 150


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[None]:
    browser.need_browser()
    with browser.chromium():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    browser.need_browser()
    made = tmp_path_factory.mktemp("keys")
    assert len(five_new(made)) == 5
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with browser.served(folder) as running:
        yield running


def reach(page: Any, locator: Any, key: str = "Tab") -> None:
    """Press Tab (or Shift+Tab) until the element has the focus."""
    locator.wait_for()
    for _ in range(MOST_STEPS):
        if locator.evaluate(HAS_FOCUS):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {locator}")


def hand(page: Any, title: str) -> None:
    """Wait until the item of this title is in hand."""
    page.locator(".st-key-news_head h2", has_text=title).wait_for()
    browser.settled(page)


def pick(page: Any, field: Any, typed: str, name: str) -> None:
    """Choose the first match of what is typed into a field with many choices."""
    reach(page, field)
    browser.choose(page, typed, name)


def test_the_monday_without_a_mouse(address: str, folder: Path) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/news?{DAY}")
        page.locator(".news h3 a").first.wait_for()
        waits(page, 5)
        order = titles(page)

        # Read: to the next and back, then the whole text.
        hand(page, order[0])
        page.keyboard.press("j")
        hand(page, order[1])
        page.keyboard.press("k")
        hand(page, order[0])
        text = page.locator("[class*=st-key-news_text_]").first
        reach(page, text.locator("summary"))
        page.keyboard.press("Enter")
        text.locator("h4, p").first.wait_for()
        browser.settled(page)

        # Decide with one key each, and take one back.
        page.keyboard.press("i")
        waits(page, 4)
        hand(page, order[1])
        page.keyboard.press("x")
        waits(page, 3)
        page.keyboard.press("z")
        waits(page, 4)
        hand(page, order[1])
        # A finger that stays on the key decides once, and nothing of what comes next.
        page.keyboard.down("x")
        waits(page, 3)
        hand(page, order[2])
        for _ in range(5):
            page.keyboard.down("x")
        page.keyboard.up("x")
        browser.settled(page)
        waits(page, 3)
        hand(page, order[2])
        assert said(folder, order[0]) == [(State.SHORTLISTED, None, [])]
        off = (State.DISCARDED, Discard.OFF_TOPIC, [])
        assert said(folder, order[1]) == [off, (State.NEW, None, []), off]

        # While the mail is prepared no letter decides; Escape goes back.
        town, draft = page.locator(".st-key-news_decide input[role=combobox]"), page.locator(".st-key-news_draft")
        pick(page, town, "Essen", TOWN)
        page.locator(".st-key-news_mailto a").first.wait_for()
        browser.settled(page)
        reach(page, page.locator(".st-key-news_forward_log button:visible").first)
        for key in ("x", "i", "j", "Escape"):
            page.keyboard.press(key)
        draft.first.wait_for(state="detached")
        waits(page, 3)
        hand(page, order[2])
        assert said(folder, order[2]) == []

        # Hand on: a few letters of the town, the mail, the key that logs it; the next letter is no longer typed.
        pick(page, town, "Essen", TOWN)
        page.locator(".st-key-news_mailto a").first.wait_for()
        browser.settled(page)
        assert said(folder, order[2]) == []
        page.keyboard.press("Control+Enter")
        waits(page, 2)
        hand(page, order[3])
        page.keyboard.press("x")
        waits(page, 1)
        assert said(folder, order[2]) == [(State.FORWARDED, None, [TOWN])]
        assert said(folder, order[3]) == [off]

        # Take along what went out: the page of all calls, a filter, the menu of files.
        reach(page, page.get_by_test_id("stSidebarNavLink").filter(has_text="Aufrufe"), "Shift+Tab")
        page.keyboard.press("Enter")
        page.get_by_test_id("stDataFrame").first.wait_for()
        browser.settled(page)
        pick(page, page.locator(".st-key-matches_state input[role=combobox]"), "weiter", "weitergeleitet")
        page.wait_for_url("**state=forwarded**")
        browser.settled(page)
        page.keyboard.press("Escape")
        # The table is passed by: there a cell opens its call as soon as it is reached.
        reach(page, page.get_by_role("button", name="Herunterladen"))
        page.keyboard.press("Enter")
        reach(page, page.get_by_role("button", name="CSV für deutsches Excel"))
        with page.expect_download() as waiting:
            page.keyboard.press("Enter")
        data = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data), delimiter=";"))
    assert [(row["Titel (EN)"], row["Bearbeitungsstand"]) for row in rows] == [(order[2], "weitergeleitet")]


def test_what_was_typed_is_there_again_when_the_page_is_loaded_anew(address: str, folder: Path) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/?status=open&status=forthcoming&status=closed&view=list")
        # Who I am is kept by this browser: a decision after a reload bears the same name.
        name = page.locator(".st-key-user input")
        name.fill("Kessler")
        name.press("Enter")
        page.wait_for_function("() => localStorage.getItem('matcher-name') === 'Kessler'")
        browser.settled(page)
        # So is the town that was chosen; one that only an address names is not kept.
        pick(page, page.locator(".st-key-office input"), "Herne", "Herne")
        page.wait_for_function("() => localStorage.getItem('matcher-town') === 'herne'")
        browser.settled(page)
        browser.go(page, f"{address}/?office=essen&view=list")
        page.wait_for_function("() => document.querySelector('.st-key-office input')?.value === 'Essen'")
        browser.settled(page)
        assert page.evaluate("localStorage.getItem('matcher-town')") == "herne"
        browser.go(page, f"{address}/?view=list")
        page.wait_for_function("() => document.querySelector('.st-key-office input')?.value === 'Herne'")
        page.wait_for_url("**office=herne**")
        browser.settled(page)
        pick(page, page.locator(".st-key-office input"), "Region", "Region insgesamt")
        page.wait_for_function("() => localStorage.getItem('matcher-town') === null")
        browser.settled(page)
        browser.go(page, f"{address}/?status=open&status=forthcoming&status=closed&view=list")
        # The name that the browser keeps draws the page once more.
        page.wait_for_function("() => document.querySelector('.st-key-user input')?.value === 'Kessler'")
        browser.settled(page)
        link = page.locator(".calls h3 a").first
        reach(page, link)
        page.keyboard.press("Enter")
        note = page.get_by_label("Notiz", exact=True)
        note.wait_for()
        browser.settled(page)
        reach(page, note)
        page.keyboard.type("Dortmund fragen: Fläche")
        page.reload()
        page.get_by_text("Eingabe noch nicht gespeichert").wait_for()
        browser.settled(page)
        assert note.input_value() == "Dortmund fragen: Fläche"
        page.wait_for_function("() => document.querySelector('.st-key-user input')?.value === 'Kessler'")
        browser.settled(page)
        reach(page, note)
        page.keyboard.press("Control+Enter")
        page.locator(".history li", has_text="Dortmund fragen: Fläche").filter(has_text="Kessler").wait_for()
        browser.settled(page)
        # Saved is saved: the next reload brings no draft back.
        page.wait_for_function("() => sessionStorage.getItem('matcher-typed') === '{}'")


def test_whoever_presses_the_next_key_at_once_loses_no_decision(address: str, folder: Path) -> None:
    settings = Settings().with_database(f"sqlite:///{folder / 'calls.db'}")
    with browser.opened() as page:
        browser.go(page, f"{address}/?status=open&status=forthcoming&status=closed&view=list&office=dorsten")
        page.locator(".calls h3 a").first.click()
        place = page.locator(".st-key-way")
        for number in range(1, 9):
            place.get_by_text(f"{number} von ").wait_for()
            browser.settled(page)
            page.keyboard.press("p")
            page.keyboard.press("j")
        place.get_by_text("9 von ").wait_for()
        browser.settled(page)
    with desk.open_store(settings) as store:
        told = [one.reference for one in store.decisions() if one.office == "dorsten"]
    assert len(told) == len(set(told)) == 8
