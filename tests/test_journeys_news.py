"""Monday with the news, in a real browser: read, decide by mouse and key, hand on, take back, keep the place."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_driver import small_recording
from test_pages_news import recorded

from matcher import desk
from matcher.ledger import Discard, State
from matcher.model import Call
from matcher.settings import Settings
from matcher.sources import portal
from tests import browser

DAY = "since=day&from=2026-08-01&all=1"


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[None]:
    browser.need_browser()
    with browser.chromium():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    browser.need_browser()
    return tmp_path_factory.mktemp("monday")


@pytest.fixture(scope="module")
def fresh(folder: Path) -> list[Call]:
    return five_new(folder)


def five_new(folder: Path) -> list[Call]:
    """Five calls that the second of two pulls brings, all open for years; the database lies in `folder`."""
    settings = Settings().with_database(f"sqlite:///{folder / 'calls.db'}")
    page = next(small_recording(folder / "all").glob("type-1-page-*.json"))
    calls = [portal.parse(record) for record in json.loads(page.read_text("utf-8"))["results"]]
    single = [c for c in calls if c.kind == "topic" and len(c.deadlines) == 1 and c.sections]
    chosen = {call.call_identifier: call for call in single if call.call_identifier}
    picked = [chosen[name] for name in sorted(chosen)][:5]
    due = {call.reference: "2098-12-01" for call in picked}
    with desk.open_store(settings) as store:
        first = recorded(folder / "one", 23, due, set(due))
        assert desk.refresh(store, settings, replay=first).state == "published"
        run = desk.refresh(store, settings, replay=recorded(folder / "two", 24, due))
        assert (run.state, run.new) == ("published", 5)
    return picked


@pytest.fixture(scope="module")
def address(folder: Path, fresh: list[Call]) -> Iterator[str]:
    with browser.served(folder) as running:
        yield running


def titles(page: Any) -> list[str]:
    return list(page.locator(".news h3 a").all_inner_texts())


def in_hand(page: Any) -> str:
    return str(page.locator(".st-key-news_head h2").inner_text())


def waits(page: Any, count: int) -> None:
    # Those that fit and the unrelated are counted apart.
    page.wait_for_function(
        """count => {
          const told = document.querySelector(".st-key-summary")?.innerText ?? "";
          const open = [...told.matchAll(/(\\d+) von \\d+ zu entscheiden/g)];
          return told !== "" && open.reduce((sum, one) => sum + Number(one[1]), 0) === count;
        }""",
        arg=count,
    )
    browser.settled(page)


def inside(locator: Any, frame: Any) -> bool:
    """Whether an element lies within another one, or within a box."""
    box, around = locator.bounding_box(), frame if isinstance(frame, dict) else frame.bounding_box()
    return bool(
        all(around[at] <= box[at] for at in "xy")
        and box["x"] + box["width"] <= around["x"] + around["width"]
        and box["y"] + box["height"] <= around["y"] + around["height"]
    )


def said(folder: Path, title: str) -> list[tuple[State, Discard | None, list[str]]]:
    settings = Settings().with_database(f"sqlite:///{folder / 'calls.db'}")
    with desk.open_store(settings) as store:
        reference = next(call.reference for call in store.calls() if call.title == title)
        return [(d.state, d.reason, d.to) for d in store.decisions(reference)]


def test_news_are_decided_handed_on_and_taken_back_without_losing_the_place(address: str, folder: Path) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/news?{DAY}")
        page.locator(".news h3 a").first.wait_for()
        waits(page, 5)
        # Who has chosen for whom to decide reads and decides at once.
        office = page.locator(".st-key-office input[role=combobox]")
        for town in ("Bochum", "Region"):
            office.click()
            browser.choose(page, town, town)
            page.locator(".st-key-news_head", has_text=f"Entscheidung für: {town}").wait_for()
            page.wait_for_function("() => !document.activeElement?.matches('input')")
        browser.settled(page)
        order = titles(page)
        assert (len(order), in_hand(page)) == (5, order[0])

        # Read to the end of the panel: what decides is still there.
        panel, acts = page.locator(".st-key-news_panel"), page.locator(".st-key-news_discard button")
        panel.evaluate("node => { node.scrollTop = node.scrollHeight; }")
        assert panel.evaluate("node => node.scrollTop") > 300
        assert inside(acts, panel)

        # Discarded with two clicks; the next one is in hand, the list keeps its order.
        page.locator(".st-key-news_discard button").click()
        page.get_by_text("zu groß", exact=True).click()
        waits(page, 4)
        assert said(folder, order[0]) == [(State.DISCARDED, Discard.TOO_BIG, [])]
        assert (titles(page), in_hand(page)) == (order, order[1])

        # One key.
        page.keyboard.press("i")
        waits(page, 3)
        assert said(folder, order[1]) == [(State.SHORTLISTED, None, [])]
        assert in_hand(page) == order[2]

        # Handed on: the mail first, then the note that it went out.
        browser.click(page.locator(".st-key-news_decide input[role=combobox]"))
        town = "Essen · EU-Beauftragte/r"
        # Many towns: only those near the top are drawn until letters are typed.
        browser.choose(page, "Essen", town)
        page.locator(".st-key-news_mailto").first.wait_for()
        browser.settled(page)
        link = page.locator(".st-key-news_mailto a:visible").first.get_attribute("href")
        assert link is not None and link.startswith("mailto:")
        assert said(folder, order[2]) == []
        page.locator(".st-key-news_forward_log button:visible").first.click()
        waits(page, 2)
        assert said(folder, order[2]) == [(State.FORWARDED, None, [town])]
        assert page.locator(".st-key-news_mail_again a").first.get_attribute("href") == link

        # Taken back: open again and in hand.
        page.get_by_role("button", name="Rückgängig").click()
        waits(page, 3)
        assert said(folder, order[2])[-1][0] is State.NEW
        assert in_hand(page) == order[2]

        # Taken along: the calls of the page in its order, each with what is new.
        page.get_by_role("button", name="Herunterladen").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="CSV für deutsches Excel").click()
        data = Path(waiting.value.path()).read_text("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(data), delimiter=";"))
        assert list(rows[0])[:2] == ["Rang", "Änderung"]
        assert [row["Titel (EN)"] for row in rows if row["Titel (EN)"] in order] == order
        assert all(row["Änderung"] for row in rows)
        page.keyboard.press("Escape")

        # The whole page and back: same list, same item, same address.
        before = page.url
        page.get_by_role("link", name="Ganze Seite").click()
        page.get_by_role("heading", name="Warum dieser Aufruf").wait_for()
        browser.settled(page)
        assert page.locator("h2.title").inner_text() == order[2]
        page.get_by_role("link", name="Zu Neues").click()
        page.locator(".news h3 a").first.wait_for()
        browser.settled(page)
        assert (page.url, titles(page), in_hand(page)) == (before, order, order[2])


def test_a_colleague_opens_the_same_item_and_a_phone_reads_it_first(address: str) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/news?{DAY}")
        page.locator(".news h3 a").nth(3).wait_for()
        browser.settled(page)
        wanted = titles(page)[3]
        page.locator(".news h3 a").nth(3).click()
        page.locator(".news > .here h3 a", has_text=wanted).wait_for()
        browser.settled(page)
        shared = page.url
    with browser.opened(width=390, height=844) as page:
        browser.go(page, f"{shared}&lang=en")
        page.locator(".st-key-news_head h2").wait_for()
        assert in_hand(page) == wanted
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator(".news h3 a").first.wait_for()
        head, first = (page.locator(css).first.bounding_box()["y"] for css in (".st-key-news_head", ".news"))
        assert head < first
        # What decides stays at the foot while one reads; the list is one touch away, and an item of it leads back.
        shown = {"x": 0, "y": 0, "width": 390, "height": 844}
        for name in ("news_shortlist", "news_off_topic", "news_next"):
            assert inside(page.locator(f".st-key-{name} button"), shown)
        page.get_by_role("link", name="To the list").click()
        page.locator(".news h3 a").first.click()
        browser.settled(page)
        page.wait_for_function(
            """() => {
              const top = document.querySelector(".st-key-news_head")?.getBoundingClientRect().top;
              return top >= 0 && top < 600;
            }"""
        )
        assert inside(page.locator(".st-key-news_off_topic button"), shown)
