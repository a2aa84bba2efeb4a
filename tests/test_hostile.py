"""N6, small: hostile strings through the real app in Chromium and through every file; all of them in torture."""

import ast
import shutil
from pathlib import Path

import pytest

from matcher.ui_text import md_escape
from tests import browser, hostile, hostile_app, hostile_texts

SMALL = 50


def test_there_are_a_thousand_and_they_are_the_same_every_time() -> None:
    texts = hostile.strings(1000, "http://127.0.0.1:9")
    assert len(set(texts)) == 1000
    assert texts == hostile.strings(1000, "http://127.0.0.1:9")
    assert sum("127.0.0.1:9" in text for text in texts) > 150
    assert set(hostile.strings(SMALL, "x")) <= set(hostile.strings(1000, "x"))


def test_the_checks_see_what_they_are_for() -> None:
    """A check that passes everything would prove nothing."""
    assert hostile.csv_faults(b'"a";"b"\r\n"=1+1";"x"\r\n', ";", 1) == ["formula '=1+1'"]
    assert hostile.csv_faults(b'"a";"b"\r\n"x";"y"\r\n"x"\r\n', ";", 1) == ["2 rows instead of 1", "a row of 1 cells"]
    assert hostile.mailto_faults("mailto:a@b.eu?subject=x&body=y&bcc=z") == [
        "headers ['bcc', 'body', 'subject']",
        "a recipient",
    ]
    assert hostile.is_formula("\u200b＝1+1")
    assert not hostile.is_formula("-12,5")


def test_lone_surrogates_do_not_reach_the_screen() -> None:
    assert md_escape("a\ud800b") == "ab"


@pytest.mark.parametrize("path", sorted((browser.ROOT / "matcher").glob("ui*.py")), ids=lambda path: path.stem)
def test_choices_of_a_select_box_are_not_escaped(path: Path) -> None:
    """They are no Markdown: a town would be called "Recklinghausen \\(Kreis\\)"."""
    boxes = [
        call
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("selectbox", "multiselect", "_many"))
    ]
    formats = [ast.unparse(k.value) for box in boxes for k in box.keywords if k.arg == "format_func"]
    formats += [ast.unparse(box.args[3]) for box in boxes if ast.unparse(box.func) == "_many" and len(box.args) > 3]
    assert [one for one in formats if "md_escape" in one] == []


def test_nothing_runs_nothing_is_fetched_and_every_text_is_shown(tmp_path: Path) -> None:
    browser.need_browser()
    with hostile_app.canary() as canary:
        world = hostile_app.build(tmp_path, hostile.strings(SMALL, canary.address))
        assert hostile_app.sweep(world, canary, lambda _: None) == []


def test_files_hold_no_formula_no_row_and_no_event_too_many(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    world = hostile_app.build(tmp_path, hostile.strings(120, "http://127.0.0.1:9"))
    assert hostile_app.files(world, tmp_path) == []


def test_an_escaped_text_is_shown_letter_for_letter(tmp_path: Path) -> None:
    browser.need_browser()
    script = Path(hostile_texts.__file__)
    with browser.running(tmp_path, script) as (address, _), browser.opened() as page:
        page.goto(address)
        page.get_by_role("heading", name="end").wait_for()
        browser.settled(page)
        wrong, links = hostile_app.altered(page, hostile_texts.texts()), hostile_app.linked(page)
    assert wrong == []
    assert links == []
