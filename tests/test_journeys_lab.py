"""The project lead's laboratory in a real browser: change, be warned, save, roll back; a sheet; two leads at once."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher import desk
from matcher.ledger import Discard, State
from matcher.model import Profile
from matcher.settings import Settings
from matcher.views import effects
from tests import browser

GRID = "[data-testid=stDataFrame]"
HEAD, ROW = 34, 33
ACTIVE, WEIGHT = (1, 70), (3, 305)
"""The columns of the switch and the weight in the table of concepts: number, and pixels from its left edge."""


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[None]:
    browser.need_browser()
    with browser.chromium():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    browser.need_browser()
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    """The store that the browser is served from, with the demonstration data and no decision."""
    own = Settings().with_database(f"sqlite:///{folder / 'calls.db'}")
    with desk.open_store(own) as store:
        desk.seed(store, own)
    return own


@pytest.fixture(scope="module")
def address(folder: Path, settings: Settings) -> Iterator[str]:
    with browser.served(folder) as running:
        yield running


def saved(settings: Settings) -> Profile:
    with desk.open_store(settings) as store:
        return desk.profile(store, settings)


def versions(settings: Settings) -> list[Profile]:
    with desk.open_store(settings) as store:
        return store.profiles(settings.region)


def opened(page: Any, address: str, language: str = "de") -> None:
    browser.go(page, f"{address}/priorities?lang={language}")
    # The preview is drawn last; a click into the table before it stands would be lost.
    page.locator(".st-key-lab_list").locator(GRID).wait_for()
    browser.settled(page)


def enter(page: Any, column: tuple[int, int], row: int) -> None:
    """Press Enter on a cell of the table of concepts; the table is a canvas, so by place."""
    number, x = column
    browser.cell(page.locator(GRID).first, number, row, x, HEAD + ROW * row + ROW / 2)
    page.keyboard.press("Enter")


def weigh(page: Any, row: int, weight: str) -> None:
    """Another weight for a concept."""
    enter(page, WEIGHT, row)
    page.get_by_role("option", name=weight, exact=True).click()


def draft(page: Any, text: str) -> None:
    page.locator(".st-key-draft_bar").get_by_text(text).wait_for()
    browser.settled(page)


def on(page: Any, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()
    browser.settled(page)


def order(settings: Settings) -> list[str]:
    with desk.open_store(settings) as store:
        table, _ = desk.matches(store, settings, today=desk.today(store), only="green", top=30)
    return [str(reference) for reference in table["reference"]]


def test_change_a_weight_be_warned_save_with_a_reason_and_roll_back(address: str, settings: Settings) -> None:
    """Officers kept the calls that stand in the list by circular economy alone; the draft takes that away."""
    began, before = saved(settings), order(settings)
    with desk.open_store(settings) as store:
        fitted = desk.ranker(store, settings)
        green = began.priority("green")
        loop = next(c for c in green.concepts if c.key == "circular-economy")
        off = loop.model_copy(update={"active": False})
        less = green.model_copy(update={"concepts": [off if c is loop else c for c in green.concepts]})
        day = desk.today(store)
        table = desk.shortlist(fitted, began, today=day)
        pool = effects.pool(table, fitted.calls_)
        gone = effects.preview(fitted, green, less, pool).comparison.table.query("movement == 'leaving'")
        calls = [call for call in fitted.calls_ if call.reference in set(gone["reference"])][:4]
        desk.decide(store, calls=calls, state=State.SHORTLISTED, by="Bea", priority="green")
        pool = effects.pool(desk.shortlist(fitted, began, today=day, decisions=store.decisions()), fitted.calls_)
        said = effects.preview(fitted, green, less, pool, store.decisions()).verdict
        assert said.kept == len(calls) and said.buried
    with browser.opened() as page:
        opened(page, address)
        weigh(page, 0, "1")
        draft(page, "Entwurf mit 1 Änderung")
        # The order moves before anything is saved, and a step back takes it back.
        on(page, "Kommt und geht")
        page.get_by_text("Kommt in die ersten 30").first.wait_for()
        on(page, "Güte")
        page.get_by_text("beurteilte Aufrufe").wait_for()
        page.get_by_role("button", name="Rückgängig").click()
        page.get_by_text("Entwurf mit").wait_for(state="detached")
        browser.settled(page)

        # The slider weighs, too; what was not saved is offered again where the page is loaded anew.
        on(page, "Umbauen")
        slider = page.locator("[class*=st-key-weigh_]")
        slider.locator("input[type=range]").focus()
        page.keyboard.press("ArrowLeft")
        draft(page, "Entwurf mit 1 Änderung")
        slider.get_by_text("2,5", exact=True).wait_for()
        opened(page, address)
        page.get_by_role("button", name="Damit weiterarbeiten").click()
        draft(page, "Entwurf mit 1 Änderung")
        on(page, "Umbauen")
        slider.get_by_text("2,5", exact=True).wait_for()
        page.get_by_role("button", name="Entwurf verwerfen").click()
        page.get_by_text("Entwurf mit").wait_for(state="detached")
        browser.settled(page)
        on(page, "Konzepte")

        # A concept is switched off: what officers kept is buried, and that is said.
        row = next(i for i, concept in enumerate(green.concepts) if concept.key == "circular-economy")
        enter(page, ACTIVE, row)
        draft(page, "Entwurf mit 1 Änderung")
        page.get_by_text(f"verdrängt {len(said.buried)} der {said.kept} Aufrufe").first.wait_for()
        page.locator("li", has_text=said.buried[0].title[:40]).first.wait_for()
        page.get_by_role("button", name="Speichern").click()
        page.get_by_role("button", name="Als Fassung 2 speichern").click()
        page.get_by_text("Bitte begründen Sie das").first.wait_for()
        browser.settled(page)
        assert saved(settings).version == began.version

        page.get_by_label("Begründung (nötig)").fill("Kreislauf übernimmt ein anderes Feld")
        page.keyboard.press("Tab")
        browser.settled(page)
        page.get_by_role("button", name="Als Fassung 2 speichern").click()
        page.get_by_text("Gespeichert als Fassung 2").first.wait_for()
        browser.settled(page)
        now = saved(settings)
        assert (now.version, now.why) == (2, "Kreislauf übernimmt ein anderes Feld")
        assert order(settings) != before

        # One click brings the first version back, as a third.
        on(page, "Fassungen")
        page.get_by_role("button", name="Zurück zu Fassung 1").click()
        page.get_by_text("gilt wieder").first.wait_for()
        browser.settled(page)

        # Another language renames the priority that is edited and chooses no other.
        browser.go(page, f"{address}/priorities?lang=de&field=logistics")
        chosen = page.locator(".st-key-priorities_field input")
        browser.settled(page)
        assert chosen.input_value() == saved(settings).priority("logistics").labels["de"]
        page.get_by_text("EN", exact=True).click()
        page.get_by_role("tab", name="Versions", exact=True).click()
        browser.settled(page)
        page.get_by_role("tab", name="Edit", exact=True).click()
        browser.settled(page)
        assert chosen.input_value() == saved(settings).priority("logistics").labels["en"]
        assert "field=logistics" in page.url
    assert [p.version for p in versions(settings)] == [3, 2, 1]
    assert saved(settings).priorities == began.priorities
    with desk.open_store(settings) as store:
        for call in calls:
            desk.decide(store, calls=[call], state=State.DISCARDED, by="Bea", priority="green", reason=Discard.OTHER)


def test_a_sheet_with_five_faults_is_refused_mended_and_taken(
    address: str, settings: Settings, tmp_path: Path
) -> None:
    began = saved(settings)
    with browser.opened() as page:
        opened(page, address, "en")
        on(page, "File")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Sheet as CSV").click()
        text = Path(waiting.value.path()).read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        place = {head: at for at, head in enumerate(rows[0])}
        faulty = [list(row) for row in rows]
        for number, head, value in (
            (1, "Gewicht", "9"), (11, "Feld", "gren"), (19, "Aktiv", "perhaps"), (29, "Sprache", "fr"),
            (30, "Art", "Konzpt"),
        ):  # fmt: skip
            faulty[number][place[head]] = value
        # The second spelling of a concept repeats its weight; a sheet that says it once says it clearly.
        for other in (2, 3):
            faulty[other][place["Gewicht"]] = ""
        page.locator("input[type=file]").set_input_files(_file(tmp_path / "faulty.csv", faulty))
        page.get_by_text("The file has 5 faults").wait_for()
        browser.settled(page)
        listed = page.get_by_role("tabpanel").filter(has_text="The file has 5 faults").inner_text()
        for told in ("row 2, column Gewicht", "row 12, column Feld", "row 20, column Aktiv", "row 30, column Sprache",
                     "row 31, column Art", "did you mean"):  # fmt: skip
            assert told in listed
        assert page.get_by_role("button", name="Take over as draft").count() == 0

        mended = [list(row) for row in rows]
        for other in (1, 2, 3):
            mended[other][place["Gewicht"]] = "2,5"
        page.locator("input[type=file]").set_input_files(_file(tmp_path / "mended.csv", mended))
        page.get_by_text("The file changes 1 thing").wait_for()
        page.get_by_role("button", name="Take over as draft").click()
        draft(page, "Draft with 1 change")
        page.get_by_role("button", name="Save").click()
        version = began.version + 1
        page.get_by_role("button", name=f"Save as version {version}").click()
        page.get_by_text(f"Saved as version {version}").first.wait_for()
        browser.settled(page)
    now = saved(settings)
    assert now.version == version and now.priority("green").concepts[0].weight == 2.5
    assert now.priorities[1:] == began.priorities[1:]


def _file(path: Path, rows: list[list[str]]) -> str:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return str(path)


def test_two_leads_at_once_see_both_values_and_lose_nothing(address: str, settings: Settings) -> None:
    began = saved(settings)
    with browser.opened() as first:
        opened(first, address, "en")
        second = browser.another(first.context.browser)
        opened(second, address, "en")
        weigh(first, 1, "1")
        draft(first, "Draft with 1 change")
        weigh(second, 1, "2")
        draft(second, "Draft with 1 change")
        weigh(second, 2, "1.5")
        draft(second, "Draft with 2 changes")
        for page in (first, second):
            page.get_by_role("button", name="Save").click()
            page.get_by_role("textbox", name="Reason").fill("agreed with all")
            page.keyboard.press("Tab")
            browser.settled(page)
        for page in (first, second):
            page.get_by_role("button", name=f"Save as version {began.version + 1}").click()
            browser.settled(page)
        first.get_by_text(f"Saved as version {began.version + 1}").first.wait_for()
        second.get_by_text("Nothing is overwritten").first.wait_for()
        assert [c.weight for c in saved(settings).priority("green").concepts[1:3]] == [1.0, 3.0]
        second.get_by_role("button", name="in a dispute mine wins").click()
        draft(second, "Draft with 2 changes")
        # Whose value holds against another's says why; what was written before the conflict still stands there.
        second.get_by_role("button", name="Save").click()
        second.get_by_text("This draft overrules what").wait_for()
        assert second.get_by_label("Reason (required)").input_value() == "agreed with all"
        second.get_by_role("button", name=f"Save as version {began.version + 2}").click()
        second.get_by_text(f"Saved as version {began.version + 2}").first.wait_for()
    assert [c.weight for c in saved(settings).priority("green").concepts[1:3]] == [2.0, 1.5]
    weights = {p.version: [c.weight for c in p.priority("green").concepts[1:3]] for p in versions(settings)}
    assert weights[began.version + 1] == [1.0, 3.0]
