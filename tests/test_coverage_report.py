"""The coverage as a report: sheets with typed values, calls behind a cell, the trend, files that run nothing."""

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from matcher import desk, exports
from matcher.settings import Settings
from matcher.views import coverage, coverage_report
from matcher.views.coverage import ALL
from matcher.words import say

TODAY = date(2026, 8, 22)
NAMES = {"green": "Grün", "cyber": "Cyber"}
PROVENANCE = {"region": "coast", "today": "2026-08-22", "scope": "demo", "data_of": "2026-08-22", "tool": "matcher 1"}


def call(reference: str, fields: list[str], **more: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "reference": reference, "identifier": f"ID-{reference}", "call_identifier": "C", "title": f"Call {reference}",
        "programme": "P", "programme_name": "Programme", "fields": fields, "strong_fields": fields, "score": 70.0,
        "priority": "green", "status": "open", "opens": date(2026, 8, 1), "deadline": date(2026, 10, 6),
        "deadlines": [date(2026, 10, 6)], "days_left": 45, "budget_total": 20_000_000, "shared": False,
        "currency": "EUR", "link": "https://ec.europa.eu/x", "first_seen": date(2026, 6, 3), "new": True, "noise": [],
    }  # fmt: skip
    return plain | more


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        [
            call("A", ["green", "cyber"]),
            call("B", ["green"], budget_total=None, deadlines=[], deadline=None, days_left=None, title="=1+1"),
            call("C", [], score=12.0, title="+cmd|' /C calc'!A0"),
            call("D", ["cyber"], status="forthcoming", opens=date(2026, 11, 3), first_seen=date(2026, 7, 20)),
            call(
                "E",
                ["green"],
                status="closed",
                deadline=date(2026, 7, 1),
                deadlines=[date(2026, 7, 1)],
                days_left=-52,
            ),
        ]
    )


def ahead(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["status"] != "closed"].reset_index(drop=True)


def test_the_calls_behind_a_cell_are_as_many_as_it_says(table: pd.DataFrame) -> None:
    rows = ahead(table)
    months = coverage.months(rows, list(NAMES), TODAY).set_index("month")
    for key in (*NAMES, ALL):
        for month in months.index:
            assert len(coverage.due(rows, key, month, TODAY)) == months.loc[month, key]
    grid = coverage.pipeline(rows, list(NAMES)).set_index("month")
    assert {key: len(coverage.opening(rows, key, date(2026, 11, 1))) for key in (*NAMES, ALL)} == dict(
        grid.loc[date(2026, 11, 1)]
    )
    # Between the first and the last month none is left out, and together they hold every call.
    late = rows.assign(status="forthcoming", opens=[date(2026, 11, 5), *[date(2027, 2, 1)] * (len(rows) - 1)])
    grid = coverage.pipeline(late, list(NAMES)).set_index("month")
    assert list(grid.index) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
    assert not grid.loc[date(2026, 12, 1)].any() and grid[ALL].sum() == sum(map(bool, rows["fields"]))
    far = late.assign(opens=[date(2026, 11, 5), *[date(2041, 2, 1)] * (len(rows) - 1)])
    assert len(coverage.pipeline(far, list(NAMES))) == 2


def test_the_trend_counts_newcomers_stock_and_euros_by_month(table: pd.DataFrame) -> None:
    hidden = pd.DataFrame([call("N", ["cyber"], noise=["abroad"])])
    everything = pd.concat([table, hidden], ignore_index=True)
    rows = coverage.trend(everything, list(NAMES), TODAY).set_index(["month", "priority"])
    assert list(dict.fromkeys(m for m, _ in rows.index)) == [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    june, july, august = (rows.loc[(date(2026, m, 1), ALL)] for m in (6, 7, 8))
    assert (june["came"], june["ahead"]) == (3, 3), "A, B and the one that closed since; C fits nothing"
    assert (july["came"], july["ahead"]) == (1, 3) and (august["came"], august["ahead"]) == (0, 3)
    assert august["sum"] == 40_000_000 and august["unknown_budgets"] == 1
    assert rows.loc[(date(2026, 7, 1), "cyber"), "ahead"] == 2
    cells = coverage.matrix(ahead(table), list(NAMES))
    whole = cells[(cells["programme"] == ALL) & (cells["priority"] == ALL)].iloc[0]
    assert (august["ahead"], august["sum"]) == (whole["calls"], whole["sum"])
    baseline = coverage.trend(table.assign(new=False), list(NAMES), TODAY)
    assert baseline["came"].sum() == 0
    assert coverage.trend(table.assign(first_seen=None), list(NAMES), TODAY).empty
    assert len(set(coverage.trend(table, list(NAMES), date(2028, 1, 5))["month"])) == 12


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_workbook_has_every_view_typed_and_nothing_that_runs(table: pd.DataFrame, language: str) -> None:
    rows = ahead(table)
    sheets = coverage_report.sheets(rows, table, NAMES, TODAY, language)
    notes = coverage_report.notes(rows, NAMES, language)
    data = exports.report("xlsx", sheets, language, PROVENANCE, notes)
    book = load_workbook(io.BytesIO(data))
    parts = ("calls", "euros", "next", "months", "gaps", "blind", "overlap", "pipeline", "trend")
    assert book.sheetnames[:-1] == [f"DEMO {say(f'coverage.report.{part}', language)}"[:31].strip() for part in parts]
    by_part = dict(zip(parts, book.worksheets[:-1], strict=True))
    heads = [cell.value for cell in by_part["calls"][1]]
    assert heads == [say("coverage.programme", language), "Grün", "Cyber", say("coverage.all", language)]
    assert [cell.value for cell in by_part["calls"][2]] == ["Programme", 2, 2, 3]
    assert [cell.value for cell in by_part["euros"][2]][1:] == [20_000_000, 40_000_000, 40_000_000, 1, 0]
    assert isinstance(by_part["next"]["B2"].value, datetime) and by_part["next"]["B2"].value.date() == date(
        2026, 10, 6
    )
    assert by_part["months"].max_row == 19 and isinstance(by_part["months"]["A2"].value, datetime)
    blind = by_part["blind"][2]
    assert blind[1].value == "+cmd|' /C calc'!A0" and blind[1].data_type == "s" and blind[8].value == 20_000_000
    assert blind[9].hyperlink.target == "https://ec.europa.eu/x"
    assert all(cell.data_type != "f" for page in book.worksheets for row in page.iter_rows() for cell in row)
    told = {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}
    assert set(notes) <= set(told) and any("DEMO" in str(v) for v in told.values())
    assert data == exports.report("xlsx", sheets, language, PROVENANCE, notes), "the same tables give the same file"


def test_the_csv_files_open_in_german_excel(table: pd.DataFrame) -> None:
    sheets = coverage_report.sheets(ahead(table), table, NAMES, TODAY, "de")
    data = exports.report("csv", sheets, "de", PROVENANCE, {})
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        assert len(pack.namelist()) == 10 and pack.namelist()[0] == "01_aufrufe.csv"
        texts = {name: pack.read(name) for name in pack.namelist()}
    assert all(text.startswith(b"\xef\xbb\xbf") for text in texts.values())
    rows = {n: list(csv.reader(io.StringIO(t.decode("utf-8-sig")), delimiter=";")) for n, t in texts.items()}
    assert rows["03_nachste-fristen.csv"][1][1] == "06.10.2026"
    (blind,) = rows["06_ohne-feld.csv"][1:]
    assert blind[1] == "'+cmd|' /C calc'!A0" and blind[4] == "12,0"


def test_two_priorities_of_one_name_keep_their_columns(table: pd.DataFrame) -> None:
    sheets = coverage_report.sheets(ahead(table), table, {"green": "Same", "cyber": "Same"}, TODAY, "en")
    assert list(sheets["Calls"].columns)[1:3] == ["Same (green)", "Same (cyber)"]


def test_a_region_without_calls_gives_a_report_all_the_same(table: pd.DataFrame) -> None:
    sheets = coverage_report.sheets(table.head(0), table.head(0), NAMES, TODAY, "de")
    book = load_workbook(io.BytesIO(exports.report("xlsx", sheets, "de", PROVENANCE, {})))
    assert len(book.sheetnames) == 10


def test_names_of_files_say_region_day_and_demo() -> None:
    assert exports.report_name("coast", TODAY, "xlsx", False, "de") == "abdeckung_coast_2026-08-22.xlsx"
    assert exports.report_name("Küste!", TODAY, "csv", True, "en") == "DEMO_coverage_kuste_2026-08-22.zip"


@pytest.fixture
def real(demo_file: Path) -> Iterator[dict[str, pd.DataFrame]]:
    settings = Settings().with_database(f"sqlite:///{demo_file}")
    with desk.open_store(settings) as store:
        profile = desk.profile(store, settings)
        everything = desk.shortlist(desk.ranker(store, settings), profile, today=desk.today(store))
    open_now = everything["status"].isin(["open", "forthcoming"]) & (everything["noise"].str.len() == 0)
    names = {p.key: p.labels["de"] for p in profile.priorities}
    yield coverage_report.sheets(everything[open_now], everything, names, TODAY, "de")


def test_the_shipped_calls_open_in_libreoffice(real: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    file = tmp_path / "report.xlsx"
    file.write_bytes(exports.report("xlsx", real, "de", PROVENANCE, {}))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir",
         str(tmp_path), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert "Alle Felder" in (tmp_path / "report.csv").read_text("utf-8")
    margin = real["Aufrufe"].iloc[-1]
    assert margin["Programm"] == "Alle Programme" and margin["Alle Felder"] > 50
