"""The office's own side list: CSV and XLSX in German or English, all faults by row and column, all or nothing."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InputError, RecordError
from matcher.model import Budget, Call, DeadlineModel, Kind, Status
from matcher.sources import _table, sheet
from matcher.views import wrong

ROOT = Path(__file__).resolve().parent.parent
HEAD = "Kennung;Titel;Frist;Budget gesamt;Link"


def csv(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines]).encode()


def xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def faults(data: bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        sheet.read(data)
    assert caught.value.exit_code == 2
    return caught.value.faults


def filled() -> bytes:
    """The template with its example made a real row."""
    return sheet.template().replace(b"BEISPIEL-2027-01", b"NWE 2027/1")


def test_every_column_of_the_template_arrives() -> None:
    (call,) = sheet.read(filled())
    assert (call.reference, call.source, call.kind, call.identifier) == (
        "OWN-NWE-2027-1",
        "sheet",
        Kind.OWN,
        "NWE 2027/1",
    )
    assert call.title == "Grünflächen gegen Hitze in Innenstädten"
    assert (call.programme, call.programme_name) == ("Interreg Nordwesteuropa", "Interreg Nordwesteuropa")
    assert call.text == "Städte erproben gemeinsam, wie Grünflächen bei Hitze helfen."
    assert call.opens == date(2027, 3, 1)
    assert [(d.on, d.stage) for d in call.deadlines] == [(date(2027, 6, 15), 1), (date(2027, 12, 15), 2)]
    assert (call.deadline_model, call.portal_status) == (DeadlineModel.TWO_STAGE, Status.FORTHCOMING)
    assert call.budget == Budget(total=20_000_000, project_from=500_000, project_to=2_500_000, projects=10)
    assert (call.types_of_action, call.keywords) == (["Zuschuss"], ["Klimaanpassung", "Stadtgrün"])
    assert [(link.kind, link.url) for link in call.links] == [("own", "https://www.nweurope.eu/")]
    assert (call.organiser, call.duration, call.countries) == (
        "Gemeinsames Sekretariat",
        "36 Monate",
        ["DE", "NL", "BE"],
    )
    assert (call.conditions, call.remarks) == (
        "Mindestens drei Länder",
        ["Termin laut Newsletter, noch nicht amtlich"],
    )


def test_the_shipped_template_is_the_one_the_code_writes() -> None:
    assert (ROOT / "data" / "templates" / "side_list.csv").read_bytes() == sheet.template()


@pytest.mark.parametrize(
    ("form", "language", "column"), [("csv", "de", "Kennung"), ("xlsx", "de", "Kennung"), ("csv", "en", "Identifier")]
)
def test_the_example_of_the_template_is_not_taken_for_a_call(form: str, language: str, column: str) -> None:
    expected = f"row 2, column {column}: is the example of the template; replace the row or delete it"
    assert faults(sheet.template(form, language)) == [expected]


def test_separators_encodings_and_forms_give_the_same_calls() -> None:
    expected = sheet.read(filled())
    text = filled().decode("utf-8-sig")
    table = [line for _, line in _table.rows(filled(), len)]
    for data in (
        text.encode(),
        text.encode("cp1252"),
        text.replace("\r\n", "\n").encode(),
        ("sep=;\r\n" + text).encode(),
        "\n".join("\t".join(line) for line in table).encode(),
        "\n".join(",".join(f'"{cell}"' for cell in line) for line in table).encode("utf-8-sig"),
        xlsx(*table),
        xlsx([], *table, [None, None]),
        sheet.template("csv", "en").replace(b"BEISPIEL-2027-01", b"NWE 2027/1"),
    ):
        assert sheet.read(data) == expected


def test_excel_cells_with_dates_and_numbers() -> None:
    (call,) = sheet.read(
        xlsx(["Titel", "Kennung", "Frist", "Budget gesamt"], ["T", 2027.0, date(2027, 10, 15), 1_500_000.0])
    )
    assert (call.identifier, call.deadlines[0].on, call.budget.total) == ("2027", date(2027, 10, 15), 1_500_000)


def test_dates_and_times() -> None:
    calls = sheet.read(csv("A;T;2027-06-15", "B;T;1.7.2027 12:00", 'C;T;"15.12.2027 12:00 Uhr; 01.02.2027"'))
    assert [(d.on, d.at) for d in calls[0].deadlines] == [(date(2027, 6, 15), None)]
    assert calls[1].deadlines[0].at == datetime(2027, 7, 1, 10, tzinfo=UTC)
    assert [d.at for d in calls[2].deadlines] == [None, datetime(2027, 12, 15, 11, tzinfo=UTC)]


def test_references_stay_the_same_whatever_the_row_or_case() -> None:
    one = sheet.read(csv("EFRE.NRW Grüne Städte;T;", "B;T;"))
    two = sheet.read(csv("B;T;", "", "efre.nrw  grüne städte;Other;"))
    assert one[0].reference == two[1].reference == "OWN-EFRE-NRW-GRUNE-STADTE"
    assert one[1].reference == two[0].reference == "OWN-B"


def test_all_faults_are_named_at_once_by_row_and_column() -> None:
    found = faults(
        csv(
            "A;Titel;31.13.2026;;",
            "",
            ";;;zwei Mio;http://example.org",
            "a;Noch einer;2027-02-30;1,5;",
            "B;T;;;;zu viel",
        )
    )
    assert found == [
        "row 6: there is a cell without a heading",
        "row 2, column Frist: '31.13.2026' is not a date, write TT.MM.JJJJ",
        "row 4, column Kennung: is empty",
        "row 4, column Titel: is empty",
        "row 4, column Budget gesamt: 'zwei Mio' is not a whole amount, write it like 1500000 or 1.500.000",
        "row 4, column Link: 'http://example.org' is not an address that begins with https://",
        "row 5, column Frist: '2027-02-30' is not a date, write TT.MM.JJJJ",
        "row 5, column Budget gesamt: '1,5' is not a whole amount, write it like 1500000 or 1.500.000",
    ]


def test_one_faulty_row_takes_all_back() -> None:
    assert len(sheet.read(csv("A;T;", "B;T;"))) == 2
    assert len(faults(csv("A;T;", "B;T;morgen"))) == 1


def test_the_same_identifier_twice() -> None:
    found = faults(csv("A/1;T;", "B;T;", "a 1;U;"))
    assert found == ["row 4, column Kennung: 'a 1' stands in row 2 too; every call needs an identifier of its own"]


@pytest.mark.parametrize(
    ("head", "row", "fault"),
    [
        ("Kennung;Titel;Fristt", "A;T;", "row 1: column 'Fristt' is not known"),
        ("Kennung;Frist", "A;", "row 1: column Titel is missing"),
        ("Kennung;Titel;Title", "A;T;U", "row 1: column Titel stands there twice"),
        (
            "Kennung;Titel;Verfahren",
            "A;T;dreistufig",
            "row 2, column Verfahren: 'dreistufig' is not known, write one of: einstufig",
        ),
        ("Kennung;Titel;Stand", "A;T;bald", "row 2, column Stand: 'bald' is not known, write one of: geplant"),
        ("Kennung;Titel;Währung", "A;T;Taler", "row 2, column Währung: 'Taler' is not a currency"),
        (
            "Kennung;Titel;Frist;Öffnung",
            "A;T;01.01.2027;02.01.2027",
            "row 2, column Öffnung: 02.01.2027 is after the last deadline",
        ),
        ("Kennung;Titel;Je Projekt von;Je Projekt bis", "A;T;2;1", "row 2, column Je Projekt bis: is less than"),
        (
            "Kennung;Titel;Verfahren;Frist",
            'A;T;zweistufig;"1.1.2027;2.1.2027;3.1.2027"',
            "row 2, column Frist: has more than two dates",
        ),
        ("Identifier;Title;Deadline", "A;T;32.01.2027", "row 2, column Deadline: '32.01.2027' is not a date"),
        ("Kennung;Titel", "--;T", "row 2, column Kennung: '--' has no letter or digit"),
        ("Kennung;Titel", "A" * 201 + ";T", "row 2, column Kennung: is longer than 200 characters"),
        (
            "Kennung;Titel;Link",
            "A;T;https://127.0.0.1/",
            "row 2, column Link: 'https://127.0.0.1/' is not an address",
        ),
    ],
)
def test_single_faults(head: str, row: str, fault: str) -> None:
    found = faults(csv(row, head=head))
    assert len(found) == 1
    assert found[0].startswith(fault)
    told = wrong.lines(found, "de")
    place = re.match(r"row (\d+)", found[0])
    assert place and told.raw == [] and told.said[0].startswith(f"Zeile {place[1]}")
    assert not re.search(r"\b(is|are|has|write|one of)\b", told.said[0])


def zipped(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def repacked(replace: str, content: bytes) -> bytes:
    """A real workbook with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(xlsx(["Kennung", "Titel"], ["A", "T"]))) as archive:
        return zipped({name: content if name == replace else archive.read(name) for name in archive.namelist()})


SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet/>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \r\n ", "empty", id="blank"),
        pytest.param(b";;;\r\n;;", "empty", id="separators"),
        pytest.param(csv("x" * 1_000_000), "at most 1,000,000", id="large"),
        pytest.param(b"\xd0\xcf\x11\xe0" + b"x" * 50, "old Excel", id="xls"),
        pytest.param(b"%PDF-1.7 Kennung;Titel", "PDF", id="pdf"),
        pytest.param("Kennung;Titel".encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(b"Kennung;Titel\r\nA\x00;T", "neither CSV nor XLSX", id="nul"),
        pytest.param(b"Kennung;Titel\r\n\x81;T", "neither UTF-8 nor Windows-1252", id="encoding"),
        pytest.param(b"<html><p>Hello;World", "headings", id="html"),
        pytest.param(b"A;B\r\n1;2", "headings", id="no headings"),
        pytest.param(csv(), "no calls", id="no calls"),
        pytest.param(b'Kennung;Titel\r\n"A"x;"T', "damaged", id="quotes"),
        pytest.param(csv(*["A;T;"] * 5001), "5,000 rows", id="rows"),
        pytest.param(b"PK\x03\x04" + b"x" * 100, "damaged", id="broken zip"),
        pytest.param(xlsx(["Kennung"])[:-200], "damaged", id="cut zip"),
        pytest.param(zipped({"content.xml": b"<a/>"}), "not an XLSX", id="another zip"),
        pytest.param(repacked(SHEET, b"<worksheet><sheetData><row"), "damaged", id="broken sheet"),
        pytest.param(repacked("xl/workbook.xml", b"<x/>"), "no sheet", id="broken book"),
        pytest.param(repacked(SHEET, BOMB), "markup", id="entities"),
        pytest.param(
            repacked(SHEET, b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'), "markup", id="doctype"
        ),
        pytest.param(repacked(SHEET, BOMB.decode().encode("utf-16")), "markup", id="entities in utf-16"),
        pytest.param(repacked("docProps/core.xml", b" " * 20_000_001), "20,000,000", id="unpacks large"),
        pytest.param(zipped({f"{n}.xml": b"" for n in range(501)}), "20,000,000", id="many parts"),
    ],
)
def test_what_is_no_list_is_refused_in_words(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sheet.read(data)


def test_a_sheet_of_a_million_rows_or_columns_is_left_early() -> None:
    cell = b'<c r="%s" t="inlineStr"><is><t>x</t></is></c>'
    far = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    wide = b"".join(b'<row r="%d">%s</row>' % (n, cell % b"XFD%d" % n) for n in range(1, 2000))
    for data in (
        repacked(SHEET, far % (b'<row r="1048576">%s</row>' % (cell % b"A1048576"))),
        repacked(SHEET, far % wide),
    ):
        with pytest.raises(InputError):
            sheet.read(data)


def test_a_long_description_is_cut_and_flagged() -> None:
    (call,) = sheet.read(csv(f"A;T;{'ä' * 120_000}", head="Kennung;Titel;Beschreibung"))
    assert len(call.text.encode()) == 200_000
    assert call.remarks == ["The description is longer than 200 KB and was cut."]


def test_cells_are_text_never_markup_or_formula() -> None:
    (call,) = sheet.read(csv('A;"=HYPERLINK(""https://evil.org"")\x07 För\xad\u200bderung"'))
    assert call.title == '=HYPERLINK("https://evil.org") Förderung'


def test_a_page_for_the_harvest_reads_back_to_the_same_calls() -> None:
    (page,) = sheet.pages(filled())
    assert (page.query, page.total, page.rows, len(page.records)) == ("own", 1, 1, 1)
    assert [sheet.parse(record) for record in page.records] == sheet.read(filled())
    moved = filled().replace(b"\r\n", b"\r\n\r\n", 1)
    assert next(sheet.pages(moved)).records == page.records


def test_pages_refuse_a_faulty_file_before_a_harvest_begins() -> None:
    with pytest.raises(InputError):
        sheet.pages(csv("A;T;morgen"))


@pytest.mark.parametrize(
    "record",
    [{}, {"identifier": "A"}, {"identifier": 5, "title": ["T"]}, {"identifier": "A", "title": "T", "opens": "x"}],
)
def test_parse_refuses_a_faulty_record_only_with_a_record_error(record: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        sheet.parse(record)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(st.sampled_from('Kennung;Titel,Frist"\r\n\t=1.5€ä')).map(str.encode)
    | st.lists(st.text(max_size=15), min_size=2, max_size=5).map(lambda cells: csv(";".join(cells)))
)
def test_any_file_is_a_list_of_calls_or_refused(data: bytes) -> None:
    try:
        calls = sheet.read(data)
    except InputError as refused:
        assert str(refused)
        return
    assert calls
    assert all(isinstance(call, Call) and call.reference.startswith("OWN-") for call in calls)
