"""Files people and programs open: German and machine CSV, XLSX, calendar, JSON, mail; hostile text stays text."""
# ruff: noqa: E501 (tables of examples read better in one line)

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from matcher import exports
from matcher.changes import between
from matcher.errors import InputError
from matcher.exports import call_lines, csv_german, csv_machine, file_name, ics, json_list, mail, mailto, xlsx
from matcher.exports._cell import LONGEST, cell, guarded
from matcher.ledger import Decision, Discard, State
from matcher.model import Budget, Call, Deadline, DeadlineModel, Kind, Link, Priority, Profile
from matcher.rankers import Explanation, Ranker, Reason
from matcher.views.shortlist import build

TODAY = date(2026, 11, 23)
LINK = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/topic-details/LIFE-2026-X"
ORIGIN = {
    "region": "ruhr", "today": "2026-11-23", "scope": "live", "data_of": "2026-11-23", "run": "7",
    "profile_version": "4", "tool": "matcher 0.1", "filters": "Status: offen", "order": "deadline",
}  # fmt: skip
DEMO = {**ORIGIN, "scope": "demo", "data_of": "2026-08-22"}
HEADS = [
    "Rang",
    "Punktzahl",
    "S3-Feld(er)",
    "Treffer-Begriffe",
    "Programm",
    "Kennung",
    "Titel (EN)",
    "Art der Maßnahme",
    "Förderquote",
    "Status",
    "Öffnung",
    "Frist",
    "Uhrzeit (Brüssel)",
    "Stufe",
    "Tage bis Frist",
    "Budget gesamt (€)",
    "Pool geteilt (ja/nein)",
    "Budget je Projekt von (€)",
    "bis (€)",
    "Erwartete Projekte",
    "Mindestkonsortium",
    "Zielgruppe",
    "Kommune?",
    "Räumliche Bedingung",
    "Bearbeitungsstand",
    "Zuständig",
    "Notiz",
    "Link",
    "Erstmals gesehen",
    "Zuletzt geändert",
    "Datenstand",
    "Konfigurationsversion",
]


class Flat(Ranker):
    name, label = "_flat", "Flat"

    def fit(self, calls: Any) -> "Flat":
        self.calls_ = list(calls)
        return self

    def scores(self, priority: Priority, decisions: Any = ()) -> Any:
        return np.linspace(87.5, 10, len(self.calls_)) if self.calls_ else np.zeros(0)

    def explain(self, rows: Any, priority: Priority, decisions: Any = ()) -> list[Explanation]:
        return [
            Explanation(1, "strong", [Reason("concept", "c", 1, ("title",), ("port", "quay"))], [], None, False)
            for _ in rows
        ]

    def ideas(self, text: str, title: str = "") -> Any:
        return np.zeros(len(self.calls_))

    def grades(self, scores: Any) -> list[str]:
        return ["strong" if s > 50 else "weak" for s in scores]


PROFILE = Profile(
    region="ruhr",
    priorities=[Priority(key="logistics", labels={"de": "Intelligente Logistik", "en": "Smart logistics"})],
)


def shortlist(*calls: Call) -> pd.DataFrame:
    return build(Flat().fit(calls), PROFILE, TODAY, explain=True)


def call(reference: str, **more: Any) -> Call:
    return Call(
        **{
            "reference": reference,
            "source": "portal",
            "kind": Kind.TOPIC,
            "identifier": "LIFE-2026-X",
            "title": "A call",
            **more,
        }
    )


FULL = call(
    "1TOPICSen", title="Ports for Köln & Çorlu", programme="LIFE", programme_name="LIFE", types_of_action=["LIFE Project Grants"],
    deadline_model=DeadlineModel.TWO_STAGE, opens=date(2026, 9, 1),
    deadlines=[Deadline(on=date(2027, 1, 26), stage=1), Deadline(on=date(2027, 8, 5), stage=2)],
    budget=Budget(total=12_000_000, project_from=3_000_000, project_to=4_000_000, projects=3, shared=True),
    links=[Link(kind="portal", url=LINK)], first_seen=date(2026, 9, 2), last_seen=TODAY,
)  # fmt: skip
CASCADE = call(
    "2COMPETITIVE_CALLen", kind=Kind.CASCADE, identifier="HORIZON-P", title="Vouchers",
    deadlines=[Deadline(on=date(2026, 11, 30), at=datetime(2026, 11, 30, 16, tzinfo=UTC))],
    budget=Budget(project_to=60_000, currency="CHF"),
)  # fmt: skip
OPEN = call("3", title="Without any date")
OVER = call("4", title="Over", deadlines=[Deadline(on=date(2026, 11, 1))])
TABLE = shortlist(FULL, CASCADE, OPEN, OVER)

NASTY = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "＝1+1", "＋1", "－1",
    "＠x", "﹦1", "|cmd", "%0A", '=HYPERLINK("http://x","y")', "{=1+1}", "=cmd|' /C calc'!A0", "a;=1+1", 'a";=1+1;"', "a,=1+1",
    "abc\r=1+1", "abc\r\n=1+1", "abc\n=1+1", "http://evil.example", "mailto:a@b.de", "file:///etc/passwd", "external:c:\\x.xlsx",
    "internal:Sheet2!A1", "\x00\x07\x1b[31m", "\ud800", "\u202egnp.exe", "x" * 40_000, "😀" * 20_000, "'", '"', "<script>", "{title}",
    "BEGIN:VEVENT", "a\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT", "007", "1-2", "1234567890123456789", "2026-09-15", "\u2028=1", "\u0085=1",
]  # fmt: skip
_text = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.builds("".join, st.lists(st.sampled_from(NASTY[:30]), max_size=3)),
)
hostile = _text.filter(lambda t: len(t) > 0)
hundred = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def evil(texts: list[str]) -> pd.DataFrame:
    """Rows whose every text, also that of the office, is hostile."""
    table = shortlist(*(call(str(i), deadlines=[Deadline(on=date(2027, 1, 1))]) for i in range(len(texts))))
    for name in (
        "title",
        "identifier",
        "programme_name",
        "link",
        "note",
        "owner",
        "change",
        "reference",
        "by",
        "office",
    ):
        table[name] = pd.Series(texts, dtype=object)
    for name in ("types_of_action", "terms", "fields"):
        table[name] = pd.Series([[t, t] for t in texts], dtype=object)
    return table


def read_csv(data: bytes, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True))


# --- the guard -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NASTY[:19])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str):
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", ["A call", "1-2", "€ 5", "a=b", "über", "", "  plain", "(=1)"])
def test_plain_text_stays_as_it_is(text: str):
    assert guarded(text) == cell(text) == text


@given(hostile)
@hundred
def test_the_guard_leaves_no_start_of_a_formula_and_no_control_characters(text: str):
    shown = guarded(text)
    assert shown == "" or shown.strip()[:1] not in set("=+-@|%＝＋－＠")
    assert not set(shown) & {chr(c) for c in (*range(9), *range(11, 32), 0x7F)}
    assert "\r" not in shown
    shown.encode("utf-8")


# --- CSV -----------------------------------------------------------------------------------------------------------


def test_german_csv_bytes():
    data = csv_german(TABLE, "de", ORIGIN)
    assert data.startswith(b"\xef\xbb\xbf" + b'"Rang";"Punktzahl";"S3-Feld(er)"')
    assert data.count(b"\r\n") == len(TABLE) + 1
    rows = read_csv(data, ";")
    assert rows[0] == HEADS
    first = dict(zip(HEADS, rows[1], strict=True))
    assert first["Punktzahl"] == "87,5"
    assert first["S3-Feld(er)"] == "Intelligente Logistik"
    assert first["Treffer-Begriffe"] == "port; quay"
    assert first["Titel (EN)"] == "Ports for Köln & Çorlu"
    assert (first["Öffnung"], first["Frist"], first["Stufe"], first["Tage bis Frist"]) == (
        "01.09.2026", "26.01.2027", "Stufe 1/2", "64",
    )  # fmt: skip
    assert (first["Budget gesamt (€)"], first["Pool geteilt (ja/nein)"], first["bis (€)"]) == (
        "12000000",
        "ja",
        "4000000",
    )
    assert (first["Status"], first["Bearbeitungsstand"]) == ("offen", "neu")
    assert first["Datenstand"] == "23.11.2026 (EU Funding & Tenders Portal, © Europäische Union, CC BY 4.0)"
    assert first["Konfigurationsversion"] == "4"
    unknown = dict(zip(HEADS, rows[3], strict=True))
    for head in (
        "Frist",
        "Uhrzeit (Brüssel)",
        "Tage bis Frist",
        "Budget gesamt (€)",
        "Pool geteilt (ja/nein)",
        "Notiz",
    ):
        assert unknown[head] == "", head


def test_sums_in_another_currency_say_so_and_times_are_brussels():
    row = dict(zip(HEADS, read_csv(csv_german(TABLE, "de", ORIGIN), ";")[2], strict=True))
    assert row["bis (€)"] == "60000 CHF"
    assert row["Uhrzeit (Brüssel)"] == "17:00"


def test_columns_are_picked_and_ordered_and_the_source_always_comes_along():
    rows = read_csv(csv_german(TABLE, "de", DEMO, columns=["title", "score_logistics", "grade", "rate"]), ";")
    assert rows[0] == [
        "Titel (EN)",
        "Punktzahl: Intelligente Logistik",
        "Passung",
        "Förderquote",
        "Datenstand",
        "Konfigurationsversion",
    ]
    assert rows[1][4].startswith("DEMO, aufgezeichnet am 22.08.2026")
    with pytest.raises(InputError, match="'colour'"):
        csv_german(TABLE, "de", columns=["title", "colour"])


def test_columns_of_the_gates_are_taken_where_the_table_has_them():
    table = TABLE.assign(places=[["Duisburg", "Herne"], [], None, ["Unna"]], consortium="3 aus 3")
    rows = read_csv(csv_german(table, "de", ORIGIN), ";")
    places = rows[0].index("Passende Kommunen")
    assert [row[places] for row in rows[1:]] == ["Duisburg; Herne", "", "", "Unna"]
    assert rows[1][HEADS.index("Mindestkonsortium")] == "3 aus 3"


def test_machine_csv():
    data = csv_machine(TABLE, ORIGIN)
    assert not data.startswith(b"\xef\xbb\xbf")
    rows = [dict(zip(*pair, strict=True)) for pair in ((r0, r) for r0, *rs in [read_csv(data, ",")] for r in rs)]
    first = rows[0]
    assert list(first) == [*TABLE.columns, "data_of", "scope", "profile_version", "notice"]
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in first)
    assert (first["deadline"], first["score"], first["shared"], first["budget_total"]) == (
        "2027-01-26",
        "87.5",
        "true",
        "12000000",
    )
    assert first["deadlines"] == "2027-01-26|2027-08-05"
    assert rows[1]["deadline_moments"] == "2026-11-30T16:00:00Z"
    assert rows[2]["deadline"] == rows[2]["days_left"] == rows[2]["shared"] == ""
    assert "CC BY 4.0" in first["notice"]


@given(st.lists(hostile, min_size=1, max_size=4))
@hundred
def test_hostile_text_makes_no_row_no_cell_and_no_formula_in_csv(texts: list[str]):
    table = evil(texts)
    people = ["title", "by", "office", "until", "reason"]
    for data, separator in (
        (csv_german(table, "de", ORIGIN), ";"), (csv_german(table, "de", ORIGIN, columns=people), ";"),
        (csv_machine(table, ORIGIN), ","),
    ):  # fmt: skip
        rows = read_csv(data, separator)
        assert len(rows) == len(texts) + 1
        assert len({len(row) for row in rows}) == 1
        # A reader that splits at the wrong separator or line end still finds no cell that starts a formula.
        for row in rows[1:]:
            for value in row:
                assert value.strip()[:1] not in set("=+@|%＝＋－＠"), value
                assert not value.strip().startswith("-") or re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", value), value


def test_numbers_below_zero_keep_their_sign():
    rows = read_csv(csv_german(shortlist(OVER), "de", ORIGIN), ";")
    assert rows[1][HEADS.index("Tage bis Frist")] == "-22"


def test_cells_that_are_too_long_are_cut_with_a_mark_and_reported():
    notes: list[str] = []
    table = shortlist(call("1", title="x" * 40_000), call("2", title="😀" * 20_000))
    rows = read_csv(csv_german(table, "de", ORIGIN, notes=notes), ";")
    at = HEADS.index("Titel (EN)")
    assert len(rows[1][at]) == LONGEST and rows[1][at].endswith("… (gekürzt)")
    assert len(rows[2][at].encode("utf-16-le")) // 2 <= LONGEST
    assert notes == [f"2 Zellen wurden auf {LONGEST} Zeichen gekürzt."]
    xlsx(table, "en", ORIGIN, notes=notes)
    assert notes[1] == f"2 cells were cut to {LONGEST} characters."


def test_too_many_rows_are_refused():
    many = pd.DataFrame({"title": ["x"] * 50_001})
    for export in (csv_german, csv_machine, xlsx, ics, json_list, mail):
        with pytest.raises(InputError, match=r"50.?001"):
            export(many)


# --- XLSX ----------------------------------------------------------------------------------------------------------


def test_workbook_has_typed_cells_links_filter_and_provenance():
    book = openpyxl.load_workbook(io.BytesIO(xlsx(TABLE, "de", ORIGIN)))
    assert book.sheetnames == ["Aufrufe", "Herkunft"]
    sheet = book["Aufrufe"]
    assert [c.value for c in sheet[1]] == HEADS
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:AF{len(TABLE) + 1}"
    first = dict(zip(HEADS, sheet[2], strict=True))
    assert first["Frist"].value == datetime(2027, 1, 26) and first["Frist"].number_format == "dd.mm.yyyy"  # noqa: DTZ001
    assert (first["Punktzahl"].value, first["Budget gesamt (€)"].value) == (87.5, 12_000_000)
    assert first["Link"].hyperlink.target == LINK
    assert first["Stufe"].value == "Stufe 1/2"
    assert dict(zip(HEADS, sheet[4], strict=True))["Frist"].value is None
    origin = {row[0].value: row[1].value for row in book["Herkunft"].iter_rows()}
    assert origin["Liste für den"] == "23.11.2026"
    assert (origin["Zeilen"], origin["Filter"], origin["Sortierung"]) == ("4", "Status: offen", "Frist")
    assert (origin["Konfigurationsversion"], origin["Datenart"]) == ("4", "Portal, aktuell")
    assert "CC BY 4.0" in origin["Quelle und Lizenz"] and "23.11.2026" in origin["Quelle und Lizenz"]


def test_demo_workbooks_say_so_and_the_same_list_gives_the_same_file():
    data = xlsx(TABLE, "de", DEMO)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[0] == "DEMO Aufrufe"
    assert any("Demodaten" in str(row[1].value) for row in book["Herkunft"].iter_rows())
    assert data == xlsx(TABLE, "de", DEMO)


def test_an_empty_list_is_still_a_file():
    empty = shortlist()
    assert openpyxl.load_workbook(io.BytesIO(xlsx(empty, "en", ORIGIN))).sheetnames == ["Calls", "Provenance"]
    assert len(read_csv(csv_german(empty, "de"), ";")) == 1
    assert json.loads(json_list(empty)) == []
    assert Calendar.from_ical(ics(empty)).walk("VEVENT") == []


@given(st.lists(hostile, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_hostile_text_makes_no_formula_no_row_and_no_link_in_xlsx(texts: list[str]):
    table = evil(texts)
    sheet = openpyxl.load_workbook(
        io.BytesIO(xlsx(table, "de", {**ORIGIN, "filters": texts[0], texts[0]: texts[-1]}))
    )
    calls = sheet["Aufrufe"]
    assert calls.max_row == len(texts) + 1
    for page in sheet.worksheets:
        for row in page.iter_rows():
            for c in row:
                assert c.data_type != "f", c.value
                assert c.hyperlink is None
    titles = [row[HEADS.index("Titel (EN)")].value or "" for row in calls.iter_rows(min_row=2)]
    for shown, title in zip(titles, table["title"], strict=True):
        if len(cell(title)) < 10_000:
            assert shown == cell(title)


# --- calendar ------------------------------------------------------------------------------------------------------


def events(data: bytes) -> list[Any]:
    return Calendar.from_ical(data).walk("VEVENT")


def test_a_topic_is_a_whole_day_for_each_stage_ahead_with_two_reminders():
    first, second = events(ics(shortlist(FULL), "de", ORIGIN))
    assert (first["dtstart"].dt, first["dtend"].dt, second["dtstart"].dt) == (
        date(2027, 1, 26), date(2027, 1, 27), date(2027, 8, 5),
    )  # fmt: skip
    assert first["uid"] == "1TOPICSen-1@eu-funding-matcher" and second["uid"] == "1TOPICSen-2@eu-funding-matcher"
    assert [a["trigger"].dt.days for a in first.walk("VALARM")] == [-28, -7]
    assert first["summary"] == "Frist Stufe 1: Ports for Köln & Çorlu"
    assert "17:00" in first["description"] and first["url"] == LINK
    assert first["dtstamp"].dt == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_published_time_is_a_moment_in_utc():
    (event,) = events(ics(shortlist(CASCADE), "en", DEMO))
    assert event["dtstart"].dt == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert event["summary"] == "DEMO: Deadline: Vouchers"


def test_a_time_that_falls_on_the_next_day_in_brussels_stays_on_the_published_day():
    late = call(
        "5",
        kind=Kind.CASCADE,
        deadlines=[Deadline(on=date(2026, 12, 31), at=datetime(2026, 12, 31, 23, 59, tzinfo=UTC))],
    )
    table = shortlist(late)
    assert table.iloc[0]["deadline_time"] is None
    (event,) = events(ics(table))
    assert event["dtstart"].dt == date(2026, 12, 31)


def test_calls_without_deadline_or_past_give_no_event_and_a_change_raises_the_sequence():
    assert events(ics(shortlist(OPEN, OVER))) == []
    table = shortlist(FULL)
    assert events(ics(table))[0]["sequence"] == 0
    later = []
    for on in (date(2026, 11, 1), date(2026, 11, 20)):
        table["changed"] = pd.Series([on], dtype=object)
        later.append(events(ics(table))[0]["sequence"])
    assert 0 < later[0] < later[1]


@pytest.mark.parametrize("month", range(1, 13))
def test_no_day_shifts_in_any_month(month: int):
    days = [date(2027, month, d) for d in range(1, 29)]
    table = shortlist(*(call(str(i), deadlines=[Deadline(on=on)]) for i, on in enumerate(days)))
    assert sorted(e["dtstart"].dt for e in events(ics(table))) == days


@given(st.lists(hostile, min_size=1, max_size=3))
@hundred
def test_hostile_text_makes_no_event_in_a_calendar(texts: list[str]):
    data = ics(evil(texts), "de", ORIGIN)
    found = events(data)
    assert len(found) == len(texts)
    assert all(len(e.walk("VALARM")) == 2 for e in found)
    assert all("url" not in e for e in found)
    assert not set(data.decode("utf-8")) & {chr(c) for c in (*range(9), 11, 12, *range(14, 32))}


# --- JSON, mail, names ---------------------------------------------------------------------------------------------


def test_json_list_holds_what_scripts_rely_on():
    rows = json.loads(json_list(TABLE, ORIGIN))
    assert list(rows[0])[:7] == ["reference", "identifier", "title", "priority", "score", "status", "deadline"]
    assert (rows[0]["deadline"], rows[0]["score"], rows[0]["terms"]) == ("2027-01-26", 87.5, ["port", "quay"])
    assert (rows[2]["deadline"], rows[2]["budget_total"], rows[2]["days_left"]) == (None, None, None)
    assert rows[0]["scope"] == "live"


@given(st.lists(hostile, min_size=1, max_size=3))
@hundred
def test_hostile_text_is_valid_json(texts: list[str]):
    assert [r["title"] for r in json.loads(json_list(evil(texts)))] == [cell(t) for t in evil(texts)["title"]]


def test_a_mail_has_five_to_eight_lines_a_call():
    row = TABLE.iloc[0].to_dict()
    lines = call_lines(row, "de", TABLE.attrs["labels"])
    assert lines == [
        "Ports for Köln & Çorlu (LIFE-2026-X)",
        "Programm: LIFE; LIFE Project Grants",
        "Frist: 26.01.2027 (noch 64 Tage), Stufe 1 von 2, Uhrzeit nicht genannt, meist 17:00 Uhr Brüsseler Zeit; offen seit 01.09.2026",
        "Förderung: 3 Mio. € – 4 Mio. € je Projekt; insgesamt 12 Mio. €; nicht genannt: Förderquote (nachzulesen im Portal unter „Conditions and documents“)",
        "Wer: aus dem Aufruftext nicht zu erkennen, auch nicht für Kommunen (nachzulesen im Portal unter „Conditions and documents“)",
        "Warum passend: Intelligente Logistik (Stichworte: port, quay)",
        f"Link: {LINK}",
    ]
    for _, other in TABLE.iterrows():
        for language in ("de", "en"):
            full = other.to_dict() | {"note": "N", "change": "C", "changed": TODAY}
            for told in (call_lines(other.to_dict(), language), call_lines(full, language, today=TODAY)):
                assert 5 <= len(told) <= 8
            assert told[-2 if other["link"] else -1].endswith("N")
    bound = {
        **row,
        "can_apply": ["municipality"],
        "cannot_apply": [],
        "conditions": ["mission_city", "partners"],
        "partners": 3,
    }
    for short in (False, True):
        who = next(line for line in call_lines(bound, "de", short=short) if line.startswith("Wer: "))
        assert who == "Wer: Kommunen können sich bewerben; vielleicht nur Missionsstädte; mindestens 3 Partner"
    assert exports._mail.brief_lines(bound, "de", 80)[1].endswith("; vielleicht nur Missionsstädte")
    for hour, said in (("17:00", "17:00 Uhr Brüsseler Zeit;"), ("01:59", "01:59 Uhr Brüsseler Zeit (ungewöhnlich,")):
        assert said in call_lines({**row, "deadline_time": hour}, "de", TABLE.attrs["labels"])[2]


def test_a_mail_says_what_is_new_and_what_changed_from_what_to_what():
    before = call("5", deadlines=[Deadline(on=date(2027, 1, 26))], opens=date(2026, 12, 1), budget=Budget(total=9))
    after = before.model_copy(update={"deadlines": [Deadline(on=date(2027, 3, 1))], "budget": Budget(total=8)})
    seen = {"first_seen": date(2026, 11, 2)}
    after = after.model_copy(update=seen)
    moved = between(before, after, date(2026, 11, 20), 7)
    fresh = call("6", first_seen=date(2026, 11, 20))
    for language, changed, new, status in (
        ("de", "Geändert am 20.11.2026: Frist verlängert: 26.01.2027 → 01.03.2027; Budget gesamt geändert: 9 € → 8 €",
         "Neu im Portal seit 20.11.2026", "angekündigt, öffnet am 01.12.2026"),
        ("en", "Changed on 20 Nov 2026: Deadline extended: 26 Jan 2027 → 1 Mar 2027; Total budget changed: €9 → €8",
         "New on the portal since 20 Nov 2026", "forthcoming, opens on 1 Dec 2026"),
    ):  # fmt: skip
        table = build(
            Flat().fit([after, fresh]), PROFILE, TODAY, explain=True, language=language, changes=moved, news=["6"]
        )
        for short in (False, True):
            first, second = (call_lines(row, language, short=short, today=TODAY) for row in table.to_dict("records"))
            assert changed in first and any(line.endswith(status) for line in first)
            assert new in second
        # Nobody has to hear in spring what was new in autumn.
        old = call_lines(table.to_dict("records")[1], language, today=date(2027, 3, 1))
        assert not any(line.startswith("Ne") for line in old)
        # Open for weeks when it was first seen: new to us, not on the portal.
        late = table.to_dict("records")[1] | {"opens": date(2026, 10, 1)}
        assert not any(line.startswith("Ne") for line in call_lines(late, language, today=TODAY))
    assert (
        "Geändert am 20.11.2026"
        in mail(build(Flat().fit([after]), PROFILE, TODAY, explain=True, changes=moved), "de", ORIGIN)[1]
    )


def test_a_mail_of_one_and_of_many_calls():
    subject, text = mail(TABLE.head(1), "de", ORIGIN)
    assert subject == "EU-Förderaufruf: Ports for Köln & Çorlu"
    assert text.startswith("Guten Tag,\n\ndieser Förderaufruf") and "DEMO" not in text
    subject, text = mail(TABLE, "en", DEMO)
    assert subject == "DEMO: EU funding calls: 4 hints"
    assert "DEMO DATA, recorded on 22 Aug 2026" in text
    assert [line for line in text.split("\n") if re.match(r"[0-9]+\. ", line)] == [
        f"{n}. {title} ({identifier})"
        for n, (title, identifier) in enumerate(zip(TABLE["title"], TABLE["identifier"], strict=True), start=1)
    ]


@pytest.mark.parametrize(
    ("today", "due", "told"),
    [
        # Monday: the Friday of next week; Friday: that of the week after next.
        (date(2026, 11, 23), [], "04.12.2026"),
        (date(2026, 11, 27), [date(2027, 3, 1)], "11.12.2026"),
        (date(2026, 11, 23), [date(2026, 12, 5), date(2027, 3, 1)], "04.12.2026"),
        # Sooner where a deadline is: the last working day before it.
        (date(2026, 11, 23), [date(2026, 12, 4)], "03.12.2026"),
        (date(2026, 11, 23), [date(2027, 3, 1), date(2026, 11, 30)], "27.11.2026"),
        (date(2026, 11, 23), [date(2026, 11, 25)], "24.11.2026"),
        # No day left, and a deadline that is over.
        (date(2026, 11, 23), [date(2026, 11, 24)], None),
        (date(2026, 11, 23), [date(2026, 11, 23)], None),
        (date(2026, 11, 27), [date(2026, 11, 30)], None),
        (date(2026, 11, 23), [date(2026, 11, 1)], None),
        (date(2026, 11, 23), [date(2026, 11, 1), date(2027, 3, 1)], "04.12.2026"),
    ],
)
def test_a_mail_asks_for_an_answer_while_there_is_time(today: date, due: list[date], told: str | None):
    calls = [call(str(n), deadlines=[Deadline(on=on)]) for n, on in enumerate(due)] or [OPEN]
    table = build(Flat().fit(calls), PROFILE, today, explain=True)
    what = "Passt das" if len(calls) == 1 else "Passt etwas davon"
    by = f"bis zum {told} " if told else ""
    assert exports.question(table, "de") == f"{what} zu Ihren Vorhaben? Bitte geben Sie mir {by}kurz Bescheid."
    assert f"\n\n{exports.question(table, 'en')}\n\nWithout guarantee" in mail(table, "en", ORIGIN)[1]


def test_the_request_of_a_mail_may_be_another_or_none_and_the_office_signs():
    asked = "Passt das?\r\n\r\nBcc: x"
    text = mail(TABLE, "de", ORIGIN, ask=asked, sender="M. Beispiel", office="Essen\nHerne")[1]
    assert "\n\nPasst das? Bcc: x\n\nOhne Gewähr" in text
    assert text.endswith("\n\nFreundliche Grüße\nM. Beispiel\nEssen Herne\n")
    for wording in (text, *text.shorter):
        assert wording.count("Passt das? Bcc: x") == wording.count("Essen Herne") == 1
    silent = mail(TABLE, "de", ORIGIN, ask=" ", office="Essen")[1]
    assert "?" not in silent and silent.endswith("\n\nFreundliche Grüße\nEssen\n")


def test_a_mail_of_a_named_list_says_its_name_in_the_subject():
    name = "Herbst\r\nBcc: x  Wasserstoff"
    assert mail(TABLE, "de", ORIGIN, of=name)[0] == "Merkliste „Herbst Bcc: x Wasserstoff“: 4 EU-Aufrufe"
    assert mail(TABLE.head(1), "en", DEMO, of="H2")[0] == "DEMO: Shortlist “H2”: 1 EU call"
    assert mail(TABLE, "de", ORIGIN, of=" ")[0] == "EU-Förderaufrufe: 4 Hinweise"
    link = mailto([], *mail(many(5), "de", ORIGIN, of="{n} & " + "Wasserstoff " * 20)).address
    (subject,) = parse_qs(urlsplit(link).query)["subject"]
    assert subject.startswith("Merkliste „{n} & Wasserstoff") and subject.endswith(" …“: 5 EU-Aufrufe")


def test_mailto_opens_with_subject_and_text_and_nothing_else():
    link, shortened, complete = mailto(
        ["eu@duisburg.example", "x@y\r\nBcc: z@z.de", "a@b.de?cc=c@d.de", "no address"],
        "Größe\r\nBcc: x",
        "Zeile 1\nZeile & 2",
    )
    assert complete and not shortened
    parts = urlsplit(link)
    assert parts.path == "eu@duisburg.example"
    query = parse_qs(parts.query)
    assert query == {"subject": ["Größe Bcc: x"], "body": ["Zeile 1\r\nZeile & 2"]}


@given(st.lists(st.text(alphabet="aä€😀 ", min_size=1, max_size=300), min_size=60, max_size=80))
@hundred
def test_a_long_text_of_a_mailto_ends_with_a_whole_line_and_says_so(lines: list[str]):
    link, shortened, complete = mailto(["a@b.de"], "s", "\n".join(["x" * 40, *lines]))
    if not shortened:
        return
    assert len(link) <= 2_000 and not complete
    body = parse_qs(urlsplit(link).query)["body"][0].split("\r\n")
    assert body == [" ".join(line.split()) for line in ["x" * 40, *lines]][: len(body)]


def bodies(table: pd.DataFrame, sender: str = "") -> tuple[exports.Mailto, str]:
    subject, text = mail(table, "de", ORIGIN, sender=sender)
    made = mailto(["eu@bochum.example"], subject, text)
    assert len(made.address) <= 2_000
    return made, parse_qs(urlsplit(made.address).query)["body"][0].replace("\r\n", "\n")


def many(count: int, title: str = "Ports for Köln, part {n}: quays and the way to them") -> pd.DataFrame:
    more = {
        "opens": date(2026, 9, 1),
        "deadlines": [Deadline(on=date(2027, 1, 26))],
        "links": [Link(kind="portal", url=LINK)],
    }
    return shortlist(
        *(
            call(
                str(n),
                title=title.format(n=n),
                budget=Budget(total=12_000_000),
                **more,
            )
            for n in range(count)
        )
    )


def test_a_mail_of_two_calls_is_said_in_fewer_words_and_names_all_of_both():
    table = many(2)
    table.attrs = TABLE.attrs
    table["programme_name"] = "A programme with a very long name " * 9
    made, body = bodies(table, "M. Beispiel")
    assert made.shortened and made.complete
    for title in table["title"]:
        own = next(part for part in body.split("\n\n") if part[3:].startswith(title))
        assert [line.split(":")[0] for line in own.split("\n")[1:]] == [
            "Frist",
            "Förderung",
            "Wer",
            "Warum passend",
            "Link",
        ]
    assert body.startswith("Guten Tag,") and body.rstrip().endswith("Freundliche Grüße\nM. Beispiel")


def test_a_mail_of_six_calls_names_all_with_deadline_and_link():
    table = many(
        6, "Part {n}: sustainable and resilient inland ports as hubs of energy and of clean transport corridors"
    )
    made, body = bodies(table, "M. Beispiel")
    assert made.shortened and made.complete
    calls = [part.split("\n") for part in body.split("\n\n") if re.match(r"[0-9]\. ", part)]
    assert [head.partition(": ")[0] for head, _, _ in calls] == [f"{n}. Part {n - 1}" for n in range(1, 7)]
    for head, due, link in calls:
        assert head.endswith(" …") and table["title"][0][8:].startswith(head[11:-2])
        assert (due, link) == ("Frist: 26.01.2027", LINK)
    assert body.startswith("Guten Tag,") and body.rstrip().endswith("Freundliche Grüße\nM. Beispiel")
    # Where they fit, more of each title stands there.
    first = next(line for line in bodies(many(3, "Word " * 40))[1].split("\n") if line[:1] == "1")
    assert first.count("Word") == 21


def test_what_is_doubtful_about_a_deadline_stands_in_the_shortest_mail_too():
    odd = call("5", opens=date(2027, 2, 1), deadlines=[Deadline(on=date(2027, 1, 26))])
    table = shortlist(FULL, odd, OPEN, OVER).set_index("reference", drop=False)
    told = {
        reference: exports._mail.brief_lines(row, "de", 70)[1]
        for reference, row in zip(table["reference"], table.to_dict("records"), strict=True)
    }
    assert told == {
        "1TOPICSen": "Frist: 26.01.2027, Stufe 1 von 2",
        "5": "Frist: 26.01.2027; Bitte prüfen: Frist vor Öffnung, eines der beiden Daten stimmt nicht",
        "3": "Frist: keine genannt",
        "4": "Frist: 01.11.2026; geschlossen",
    }


def test_a_mail_of_many_calls_leaves_out_whole_calls_and_says_how_many():
    table = many(30)
    made, body = bodies(table)
    assert made.shortened and not made.complete
    told = [title for title in table["title"] if title in body]
    assert len(told) > 4 and f"… und {30 - len(told)} weitere Aufrufe" in body
    assert body.count(f"\n{LINK}\n") == len(told) and body.rstrip().endswith("Freundliche Grüße")


def test_a_subject_is_never_cut_within_a_word():
    table = TABLE.head(1).assign(title="Hafenwirtschaft " * 30)
    subject, text = mail(table, "de", ORIGIN)
    assert subject.endswith("Hafenwirtschaft …") and len(subject) < 180
    assert parse_qs(urlsplit(mailto([], subject, text).address).query)["subject"] == [subject]


def test_a_deadline_before_the_opening_is_marked_in_the_mail():
    row = shortlist(call("5", opens=date(2027, 2, 1), deadlines=[Deadline(on=date(2027, 1, 26))])).iloc[0]
    assert (
        "Bitte prüfen: Frist vor Öffnung, eines der beiden Daten stimmt nicht" in call_lines(row.to_dict(), "de")[2]
    )


@pytest.mark.parametrize(
    ("yes", "no", "partners", "told"),
    [
        (["municipality", "sme"], [], 3, "Wer: Kommunen können sich bewerben; außerdem: KMU; mindestens 3 Partner"),
        (
            ["sme"],
            [],
            None,
            "Wer: für Kommunen aus dem Aufruftext nicht zu erkennen (nachzulesen im Portal unter „Conditions and documents“); ja für: KMU",
        ),
        (
            [],
            [],
            None,
            "Wer: aus dem Aufruftext nicht zu erkennen, auch nicht für Kommunen (nachzulesen im Portal unter „Conditions and documents“)",
        ),
        (
            ["sme"],
            ["municipality"],
            1,
            "Wer: Kommunen können sich nicht bewerben; ja für: KMU; meist genügt ein Antragsteller",
        ),
    ],
)
def test_a_mail_says_first_what_holds_for_a_municipality(
    yes: list[str], no: list[str], partners: int | None, told: str
):
    row = TABLE.iloc[0].to_dict() | {"can_apply": yes, "cannot_apply": no, "partners": partners}
    assert told in call_lines(row, "de")
    assert exports.render("csv-de", TABLE, language="de", provenance=ORIGIN)


def test_the_german_csv_names_the_best_field_of_a_weak_call_and_says_if_a_municipality_may_apply():
    rows = read_csv(csv_german(TABLE, "de", ORIGIN), ";")
    told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert {row["S3-Feld(er)"] for row in told} == {"Intelligente Logistik"}
    assert {row["Kommune?"] for row in told} <= {"ja", "nein", "unklar"}
    assert "Passende Kommunen" not in rows[0]


def test_a_doubtful_date_is_marked_beside_it_in_every_file_and_only_there():
    odd = call("5", opens=date(2027, 2, 1), deadlines=[Deadline(on=date(2027, 1, 26))])
    late = FULL.model_copy(
        update={
            "reference": "7",
            "deadlines": [Deadline(on=date(2026, 11, 1), stage=1), Deadline(on=date(2027, 8, 5), stage=2)],
        }
    )
    table = shortlist(FULL, odd, late)
    told = {"5": "Bitte prüfen: Frist vor Öffnung", "7": "Stufe 1 ist vorbei: für neue Anträge zu spät"}
    expected = [told.get(reference) for reference in table["reference"]]
    columns = ["title", "deadline", "date_note"]
    for chosen in (None, columns):
        rows = read_csv(csv_german(table, "de", ORIGIN, columns=chosen), ";")
        at = rows[0].index("Hinweis zur Frist")
        assert [row[at] or None for row in rows[1:]] == expected
        book = openpyxl.load_workbook(io.BytesIO(xlsx(table, "de", ORIGIN, columns=chosen)))
        assert [row[at] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == expected
        assert "Hinweis zur Frist" not in read_csv(csv_german(TABLE, "de", ORIGIN, columns=chosen), ";")[0]
    assert [told["5"] in str(event["description"]) for event in events(ics(shortlist(FULL, odd), "de", ORIGIN))] == [
        False, False, True,
    ]  # fmt: skip


def test_recipients_leave_the_house_only_when_asked_for():
    sent = {"sent_to": [["Essen · EU"], None, None, None], "sent_on": [date(2026, 11, 20), None, None, None]}
    table = TABLE.assign(**{name: pd.Series(values, dtype=object) for name, values in sent.items()})
    table.attrs = TABLE.attrs
    for form in ("csv-de", "csv", "json"):
        for columns in (None, ["title", "sent_to", "sent_on", "owner"]):
            for people in (True, False):
                data = exports.render(
                    form, table, language="de", provenance=ORIGIN, columns=columns, people=people
                ).decode("utf-8")
                assert ("Essen" in data) == people
    rows = read_csv(csv_german(table, "de", ORIGIN), ";")
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["Weitergeleitet an"], told["Weitergeleitet am"]) == ("Essen · EU", "20.11.2026")
    # Only said to be forwarded: no mail was made here, and the file does not leave that open.
    bare = table.assign(sent_to=None, sent_on=None, state=["forwarded", "new", "new", "discarded"])
    bare.attrs = TABLE.attrs
    rows = read_csv(csv_german(bare, "de", ORIGIN), ";")
    at = rows[0].index("Weitergeleitet an")
    assert [row[at] for row in rows[1:]] == ["ohne Mail aus diesem Programm", "", "", ""]


def test_what_was_decided_and_the_deadline_before_stand_behind_the_offices_columns_where_there_is_any():
    moved = call("8", title="Moved", deadlines=[Deadline(on=date(2027, 3, 1))])
    changes = between(moved.model_copy(update={"deadlines": [Deadline(on=date(2027, 1, 26))]}), moved, TODAY, 7)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    said = [
        Decision(
            reference="1TOPICSen", identifier="x", state=State.DISCARDED, reason=Discard.TOO_BIG, at=at, by="=anna"
        ),
        Decision(
            reference="8",
            identifier="y",
            state=State.PARKED,
            until=date(2027, 1, 4),
            at=at,
            by="bert",
            office="herne",
        ),
        Decision(reference="3", identifier="z", state=State.READING, at=at, by="cem", office="gone"),
    ]
    table = build(
        Flat().fit([FULL, moved, OPEN]), PROFILE, TODAY, decisions=said, changes=changes, offices={"herne": "Herne"}
    )
    for language, heads in (
        ("de", ["Frist vorher", "Beobachtet bis", "Verworfen weil"]),
        ("en", ["Deadline before", "Parked until", "Discarded because"]),
    ):
        rows = read_csv(csv_german(table, language, ORIGIN), ";")
        assert rows[0][-3:] == heads
        reason = {"de": "zu groß", "en": "too big"}[language]
        assert sorted(row[-3:] for row in rows[1:]) == [
            ["", "", ""],
            ["", "", reason],
            ["26.01.2027", "04.01.2027", ""],
        ]
    cells = {row["title"]: row for row in table.to_dict("records")}
    assert (cells["Moved"]["deadline_before"], cells["Ports for Köln & Çorlu"]["deadline_before"]) == (
        date(2027, 1, 26), None,
    )  # fmt: skip
    # Picked: who decided, when and for whom; the name of a person only where people are asked for.
    picked = ["title", "decided", "by", "office"]
    for people in (True, False):
        data = exports.render("csv-de", table, language="de", provenance=ORIGIN, columns=picked, people=people)
        rows = read_csv(data, ";")
        told = {tuple(row[1 : len(picked) - (not people)]) for row in rows[1:]}
        names = [("'=anna",), ("bert",), ("cem",)] if people else [()] * 3
        assert told == {("20.11.2026", *name, town) for name, town in zip(names, ["", "Herne", "gone"], strict=True)}
        assert [head for head in rows[0] if head.startswith("Entschieden")] == [
            "Entschieden am", *(["Entschieden von"] if people else []), "Entschieden für",
        ]  # fmt: skip
    assert "anna" not in exports.render("csv", table, language="de", provenance=ORIGIN, people=False).decode("utf-8")


def test_fields_have_their_dutch_names_for_partners_who_ask_for_them():
    table = TABLE.copy()
    table.attrs = {
        "labels": {"logistics": {"de": "Intelligente Logistik", "en": "Smart logistics", "nl": "Slimme logistiek"}}
    }
    for language in ("de", "en"):
        rows = read_csv(csv_german(table, language, ORIGIN, columns=["title", "fields_nl"]), ";")
        assert rows[0][1].startswith("Prioriteiten")
        assert {row[1] for row in rows[1:]} == {"Slimme logistiek"}
    assert exports.dutch(["logistics", "x"], {"logistics": {"en": "Smart logistics"}}) == "Smart logistics; x"


def test_file_names():
    assert file_name("ruhr", date(2026, 11, 23), "csv-de") == "foerderaufrufe_ruhr_2026-11-23.csv"
    assert file_name("ruhr", date(2026, 11, 23), "xlsx", demo=True) == "DEMO_foerderaufrufe_ruhr_2026-11-23.xlsx"
    assert file_name("../Köln\\x", date(2026, 11, 23), "ics", language="en") == "funding_calls_koln-x_2026-11-23.ics"
    with pytest.raises(InputError, match="csv-de"):
        file_name("ruhr", date(2026, 11, 23), "exe")
    named = file_name("ruhr", date(2026, 11, 23), "xlsx", of="Prüfung KW 48 – für Gelsenkirchen")
    assert named == "foerderaufrufe_ruhr_pruefung-kw-48-fuer-gelsenkirchen_2026-11-23.xlsx"


@pytest.mark.parametrize("form", exports.FORMATS)
def test_render_makes_every_format(form: str):
    for language in ("de", "en"):
        assert exports.render(form, TABLE, language=language, provenance=DEMO)
    with pytest.raises(InputError, match="There are: csv"):
        exports.render("pdf", TABLE, language="de", provenance={})


# --- LibreOffice ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our German CSV and XLSX of hostile and real rows, opened and written again by LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    table = evil([t for t in NASTY if len(t) < 1_000])
    (folder / "hostile.csv").write_bytes(csv_german(table, "de", ORIGIN))
    (folder / "hostile.xlsx").write_bytes(xlsx(table, "de", ORIGIN))
    (folder / "real.csv").write_bytes(csv_german(TABLE, "de", ORIGIN))
    (folder / "real.xlsx").write_bytes(xlsx(TABLE, "de", ORIGIN))
    base = [
        program,
        "--headless",
        "--norestore",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to",
    ]
    # 59 semicolon, 34 quote, 76 UTF-8, first line 1, German (1031), detect dates and numbers.
    read = ["--infilter=CSV:59,34,76,1,,1031,false,true"]
    for target, names in (
        (["ods:calc8"], ("hostile.xlsx", "real.xlsx")),
        (["xlsx:Calc MS Excel 2007 XML", *read], ("hostile.csv", "real.csv")),
    ):
        out = folder / target[0].partition(":")[0]
        command = [*base, *target, "--outdir", str(out), *(str(folder / name) for name in names)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    return folder


def test_libreoffice_finds_no_formula_in_hostile_files(office: Path):
    rows = len([t for t in NASTY if len(t) < 1_000])
    book = openpyxl.load_workbook(office / "xlsx" / "hostile.xlsx")
    assert book.active.max_row == rows + 1
    assert [c.value for r in book.active.iter_rows() for c in r if c.data_type == "f"] == []
    content = zipfile.ZipFile(office / "ods" / "hostile.ods").read("content.xml").decode("utf-8")
    assert "=HYPERLINK(" in content
    assert "table:formula" not in content
    assert "xlink:href" not in content


def test_libreoffice_reads_umlauts_dates_and_numbers_of_the_german_csv(office: Path):
    sheet = openpyxl.load_workbook(office / "xlsx" / "real.xlsx").active
    assert [c.value for c in sheet[1]] == HEADS
    first = dict(zip(HEADS, (c.value for c in sheet[2]), strict=True))
    assert first["Titel (EN)"] == "Ports for Köln & Çorlu"
    assert first["Punktzahl"] == 87.5
    assert first["Frist"] == datetime(2027, 1, 26)  # noqa: DTZ001
    assert first["Stufe"] == "Stufe 1/2"
    assert first["Budget gesamt (€)"] == 12_000_000
