"""Two people at once, and what leaves the tool, in a real browser: nothing is overwritten, Excel reads every file."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matcher import desk
from matcher.ledger import Discard, State
from matcher.settings import Settings
from tests import browser

BOCHUM = "Bochum · EU-Beauftragte/r"


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[None]:
    browser.need_browser()
    with browser.chromium():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Path:
    browser.need_browser()
    made = tmp_path_factory.mktemp("team")
    shutil.copy(demo_file, made / "calls.db")
    return made


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    return Settings().with_database(f"sqlite:///{folder / 'calls.db'}")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with browser.served(folder) as running:
        yield running


def decided(settings: Settings, reference: str) -> Any:
    with desk.open_store(settings) as store:
        return store.decisions(reference)


def references(page: Any) -> list[str]:
    return [str(link.get_attribute("href")).partition("call=")[2] for link in page.locator(".calls h3 a").all()]


def tick(page: Any, places: Sequence[int]) -> None:
    for place in places:
        page.locator(".calls input[type=checkbox]").nth(place).check()
    page.get_by_text(f"{len(places)} ausgewählt").wait_for()
    browser.settled(page)


def test_the_monday(address: str, settings: Settings) -> None:
    """Twenty new calls decided, three of them handed on, one CSV saved."""
    with browser.opened() as page:
        browser.go(page, f"{address}/?priority=green&sort=newest&view=list")
        page.locator(".calls h3 a").first.wait_for()
        off = references(page)[:14]
        # Seventeen at one go: fourteen are off topic, three are interesting.
        tick(page, range(14))
        page.get_by_role("button", name="Verwerfen …").click()
        page.get_by_role("button", name="Verwerfen", exact=True).click()
        page.get_by_text("14 Aufrufe: verworfen.").wait_for()
        browser.settled(page)
        # What was said moves calls that are equally new; the next ones are those that now stand first.
        shown = references(page)
        good = [reference for reference in shown if reference not in off][:3]
        tick(page, [shown.index(reference) for reference in good])
        # A switch that was just set keeps the focus, and lets the keys through.
        browser.click(page.get_by_text("Aus Entscheidungen lernen"))
        browser.settled(page)
        page.keyboard.press("i")
        page.get_by_text("3 Aufrufe: interessant.").wait_for()
        browser.settled(page)
        # Three are read, handed on to a town, and logged.
        shown = references(page)
        said = {*off, *good}
        first = next(at for at in range(len(shown)) if not said & {*shown[at : at + 3]})
        page.locator(".calls h3 a").nth(first).click()
        for place in range(3):
            page.get_by_role("heading", name="Warum dieser Aufruf").wait_for()
            browser.settled(page)
            assert f"call={shown[first + place]}" in page.url
            choose_recipient(page, "bochum", BOCHUM)
            page.locator(".st-key-forward_log button:enabled:visible").first.click()
            page.locator(".history li", has_text=f"an {BOCHUM}").first.wait_for()
            browser.settled(page)
            if place < 2:
                page.keyboard.press("j")
                page.wait_for_url(f"**call={shown[first + place + 1]}**")
                browser.settled(page)
        browser.go(page, f"{address}/?state=forwarded&view=list")
        page.locator(".calls .state").first.wait_for()
        rows = german(download(page, "CSV für deutsches Excel"))
        assert [row["Bearbeitungsstand"] for row in rows] == ["weitergeleitet"] * 3
    with desk.open_store(settings) as store:
        last = {d.reference: d for d in store.decisions()}
    assert len(last) == 20
    assert [last[reference].state for reference in [*off, *good, *shown[first : first + 3]]] == [
        *[State.DISCARDED] * 14, *[State.SHORTLISTED] * 3, *[State.FORWARDED] * 3,
    ]  # fmt: skip


def choose_recipient(page: Any, typed: str, name: str) -> None:
    """As a person does it: what was typed while the page was still being drawn is typed again."""
    part = page.locator(".st-key-mail")
    chosen = part.locator("[data-testid=stMultiSelectTagsContainer]").get_by_text(name).first
    for _ in range(5):
        # The part stays open from one call to the next.
        if not part.get_by_role("combobox").is_visible():
            part.locator("summary").click()
        browser.click(part.get_by_role("combobox"))
        part.get_by_role("combobox").fill(typed)
        option = page.get_by_role("option", name=name, exact=True)
        option.or_(chosen).first.wait_for()
        if chosen.is_visible():
            break
        page.keyboard.press("Enter")
        browser.settled(page)
    chosen.wait_for()
    browser.settled(page)


def download(page: Any, name: str) -> Path:
    # A second press would fold the menu again.
    browser.settled(page)
    if not page.get_by_role("button", name=name).is_visible():
        page.get_by_role("button", name="Herunterladen").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return Path(waiting.value.path())


def german(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig")), delimiter=";"))


def test_two_browsers_edit_one_call(address: str, settings: Settings) -> None:
    with desk.open_store(settings) as store:
        call = next(c for c in store.calls() if c.sections and c.status(desk.today(store)) == "open")
    with browser.opened() as anna:
        browser.go(anna, f"{address}/call?call={call.reference}")
        bert = anna.context.new_page()
        browser.go(bert, f"{address}/call?call={call.reference}")
        write(anna, "anna", "interessant", "Dortmund hat Fläche")
        anna.keyboard.press("Control+Enter")
        anna.get_by_text("Gespeichert.", exact=True).wait_for()
        # Bert has the old page, and his own opinion.
        write(bert, "bert", "beantragt", "liegt schon beim Land")
        bert.locator("[class*=_save] button:visible").first.click()
        bert.get_by_text("Ihre Entscheidung ist noch nicht gespeichert").wait_for()
        browser.settled(bert)
        both = bert.locator(".st-key-clash dl").inner_text()
        for part in (
            "Von anna",
            "interessant",
            "Dortmund hat Fläche",
            "Von Ihnen",
            "beantragt",
            "liegt schon beim Land",
        ):
            assert part in both
        assert [d.by for d in decided(settings, call.reference)] == ["anna"]
        bert.get_by_role("button", name="Meine speichern").click()
        bert.locator(".history li", has_text="liegt schon beim Land").wait_for()
    said = decided(settings, call.reference)
    assert [(d.by, d.state) for d in said] == [("anna", State.SHORTLISTED), ("bert", State.APPLIED)]


def write(page: Any, name: str, state: str, note: str) -> None:
    field = page.locator(".st-key-user input")
    field.fill(name)
    field.press("Enter")
    browser.settled(page)
    browser.state(page, state)
    page.get_by_label("Notiz", exact=True).fill(note)
    page.get_by_label("Notiz", exact=True).press("Tab")
    browser.settled(page)


def discard_as_too_big(page: Any) -> None:
    """As a person does it: a menu that closed while the list was drawn is opened again."""
    done = page.get_by_role("button", name="Verwerfen", exact=True)
    chosen = page.get_by_role("radio", name="zu groß", checked=True)
    for _ in range(5):
        if not done.is_visible():
            browser.click(page.get_by_role("button", name="Verwerfen …"))
        browser.click(page.get_by_text("zu groß"))
        browser.settled(page)
        if done.is_visible() and chosen.count():
            break
    browser.click(done)


def test_of_twelve_one_was_decided_by_a_colleague_meanwhile(address: str, settings: Settings) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/?priority=cyber&view=list")
        page.locator(".calls h3 a").first.wait_for()
        chosen = references(page)[:12]
        tick(page, range(12))
        with desk.open_store(settings) as store:
            call = store.call(chosen[4])
            desk.decide(store, calls=[call], state=State.PREPARATION, by="cem", note="mit der Hochschule")
        discard_as_too_big(page)
        page.get_by_text("Bei 1 von 12 Aufrufen hat inzwischen jemand anders entschieden").wait_for()
        browser.settled(page)
        both = page.locator(".st-key-bulk_told dl").inner_text()
        for part in ("Von cem", "in Vorbereitung", "mit der Hochschule", "Von Ihnen", "verworfen", "zu groß"):
            assert part in both
        assert [d.by for d in decided(settings, chosen[4])] == ["cem"]
        others = [decided(settings, reference)[-1] for reference in chosen if reference != chosen[4]]
        assert [(d.state, d.reason) for d in others] == [(State.DISCARDED, Discard.TOO_BIG)] * 11
        # Left at that; and what was done is taken back, cem's word stays.
        page.get_by_role("button", name="Dabei belassen").click()
        page.get_by_role("button", name="Dabei belassen").wait_for(state="detached")
        browser.settled(page)
        page.get_by_role("button", name="Rückgängig").click()
        page.get_by_text("11 Entscheidungen zurückgenommen.").wait_for()
    states = [decided(settings, reference)[-1].state for reference in chosen]
    assert states == [State.PREPARATION if place == 4 else State.NEW for place in range(12)]


def test_csv_and_xlsx_of_the_screen_open_in_libreoffice(address: str, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    with browser.opened() as page:
        browser.go(page, f"{address}/?priority=health&sort=deadline&view=list")
        page.locator(".calls h3 a").first.wait_for()
        titles = page.locator(".calls h3").all_inner_texts()
        shutil.copy(download(page, "CSV für deutsches Excel"), tmp_path / "liste.csv")
        shutil.copy(download(page, "Excel (XLSX)"), tmp_path / "mappe.xlsx")
    base = [program, "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    # Semicolon, quote, UTF-8, from line 1, German, with dates and numbers: what a double click in Germany does.
    read = "--infilter=CSV:59,34,76,1,,1031,false,true"
    out = tmp_path / "read"
    for extra, name in (([read], "liste.csv"), ([], "mappe.xlsx")):
        command = [
            *base,
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            *extra,
            "--outdir",
            str(out),
            str(tmp_path / name),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    for name in ("liste", "mappe"):
        sheet = openpyxl.load_workbook(out / f"{name}.xlsx").worksheets[0]
        heads = [cell.value for cell in sheet[1]]
        rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
        assert [str(row["Titel (EN)"]) for row in rows][: len(titles)] == titles
        assert {"Öffnung", "Förderquote", "Art der Maßnahme"} <= set(heads)
        assert {str(row["S3-Feld(er)"]) for row in rows} & {"Gesundheitswirtschaft"}
        days = [row["Frist"] for row in rows if row["Frist"] is not None]
        assert days and all(isinstance(day, datetime) for day in days)
        assert days == sorted(days)
        assert all(isinstance(row["Punktzahl"], int | float) for row in rows)
        sums = [row["Budget gesamt (€)"] for row in rows if row["Budget gesamt (€)"] is not None]
        assert max(sums) >= 1_000_000 and all(isinstance(n, int | float) for n in sums)
