"""The command line: every command on real data, its exit code, its JSON, its errors as sentences."""

import contextlib
import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from matcher import cli
from tests import browser
from tests.conftest import ROOT
from tests.fake_portal import FakePortal, snapshot, status

LIST_KEYS = {"reference", "identifier", "title", "priority", "score", "status", "deadline"}
MEASURES = {"MAP", "nDCG@10", "nDCG@30", "P@10", "R-precision"}


class Result:
    def __init__(self, code: int, out: str, err: str):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    """Run `matcher ARGUMENTS` in this process: exit code, output, errors."""

    def command(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["matcher", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        code = ended.value.code
        return Result(code if isinstance(code, int) else 0, out, err)

    return command


def test_shortlist_is_ranked_and_complete_as_json(demo: Path, run) -> None:
    result = run("shortlist", "--format", "json", "--top", "40")
    rows = json.loads(result.out)
    assert result.code == 0
    assert len(rows) == 40
    assert all(set(row) >= LIST_KEYS for row in rows)
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert {row["status"] for row in rows} <= {"open", "forthcoming"}


def test_one_priority_and_other_status_words(demo: Path, run) -> None:
    rows = json.loads(run("shortlist", "--priority", "logistics", "--format", "json", "--top", "5").out)
    assert {row["priority"] for row in rows} == {"logistics"}
    closed = json.loads(run("shortlist", "--status", "closed", "--format", "json", "--top", "500").out)
    assert {row["status"] for row in closed} == {"closed"}
    assert run("shortlist", "--status", "ajar").code == 2
    wrong = run("shortlist", "--priority", "fishing")
    assert wrong.code == 2
    assert "green" in wrong.err


def test_another_day_shows_another_list(demo: Path, run) -> None:
    early = json.loads(run("shortlist", "--format", "json", "--top", "500", "--today", "2026-08-22").out)
    late = json.loads(run("shortlist", "--format", "json", "--top", "500", "--today", "2027-06-01").out)
    assert len(late) < len(early)
    assert all(row["deadline"] is None or row["deadline"] >= "2027-06-01" for row in late)
    assert run("shortlist", "--today", "1.6.2027").code == 2


def test_german_csv_opens_in_german_excel(demo: Path, run, tmp_path: Path) -> None:
    target = tmp_path / "liste.csv"
    assert run("shortlist", "--format", "csv-de", "--out", str(target), "--top", "10").code == 0
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 11
    assert {"Rang", "Punktzahl", "Kennung", "Frist"} <= set(rows[0])
    assert all(len(row) == len(rows[0]) for row in rows)
    day = rows[1][rows[0].index("Frist")]
    assert len(day) == 10 and day[2] == day[5] == "."


def test_xlsx_needs_no_terminal(demo: Path, run, tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    assert run("shortlist", "--format", "xlsx", "--out", str(target)).code == 0
    assert target.read_bytes().startswith(b"PK")
    assert run("shortlist", "--format", "docx").code == 2


def test_explain_takes_an_identifier_and_adds_up(demo: Path, run) -> None:
    result = run("explain", "HORIZON-CID-2027-01-01", "--json")
    found = json.loads(result.out)
    assert result.code == 0
    assert found[0]["identifier"] == "HORIZON-CID-2027-01-01"
    for explanation in found[0]["priorities"].values():
        assert sum(reason["share"] for reason in explanation["reasons"]) == pytest.approx(
            explanation["score"], abs=0.05
        )
    assert run("explain", "NO-SUCH-CALL").code == 2


def test_evaluate_prints_every_measure(demo: Path, run) -> None:
    judged = ROOT / "data" / "judgements" / "grades.csv"
    figures = json.loads(run("evaluate", "--judgements", str(judged), "--json").out)
    assert set(figures) == {"green", "cyber", "industry", "logistics", "health", "city", "macro"}
    assert all(set(row) >= MEASURES for row in figures.values())
    plain = json.loads(run("evaluate", "--judgements", str(judged), "--ranker", "tfidf", "--json").out)
    assert figures["macro"]["MAP"] > plain["macro"]["MAP"]
    assert run("evaluate", "--judgements", str(judged), "--ranker", "magic").code == 2


def test_ideas_writes_a_run(demo: Path, run, tmp_path: Path) -> None:
    queries, target = tmp_path / "ideas.jsonl", tmp_path / "run.tsv"
    queries.write_text(
        '{"qid": "a", "text": "hydrogen for steel making"}\n{"qid": "b", "text": "", "title": "ports"}\n'
    )
    assert run("ideas", "--file", str(queries), "--run", str(target), "--top", "7").code == 0
    rows = [line.split("\t") for line in target.read_text().splitlines()]
    assert [row[2] for row in rows if row[0] == "a"] == [str(rank) for rank in range(1, 8)]
    queries.write_text('{"qid": "a", "text": "x"}\nnot json\n[]\n')
    target.unlink()
    wrong = run("ideas", "--file", str(queries), "--run", str(target))
    assert wrong.code == 2
    assert "line 2" in wrong.err and "line 3" in wrong.err
    assert not target.exists()


def test_a_single_idea_in_german_finds_english_calls(demo: Path, run) -> None:
    result = run("idea", "Wasserstoff aus Elektrolyse für Stahlwerke", "--top", "5")
    assert result.code == 0
    lines = result.out.splitlines()
    assert len(lines) == 5
    assert all("(offen" in line or "(angekündigt" in line for line in lines)
    with_closed = run("idea", "Wasserstoff aus Elektrolyse für Stahlwerke", "--top", "40", "--closed").out
    assert "(geschlossen, " in with_closed
    assert "(geschlossen" not in run("idea", "Wasserstoff aus Elektrolyse für Stahlwerke", "--top", "40").out


def test_the_list_tells_its_day_and_the_class_of_each_call_and_keeps_every_row(demo: Path, run) -> None:
    result = run("shortlist", "--priority", "logistics", "--top", "300", "--status", "all")
    assert result.code == 0
    assert result.err.splitlines()[0].startswith("Liste für den ")
    assert "; Daten vom " in result.err.splitlines()[0]
    lines = result.out.splitlines()
    assert len(lines) == 301
    assert "Passung" in lines[0] and {line.split()[1] for line in lines[1:]} >= {"stark", "schwach", "–"}
    assert "der 300 gezeigten Aufrufe enthalten kein Wort dieses Feldes" in result.err


def test_explain_speaks_german_and_lists_the_calls_of_a_shared_identifier(demo: Path, run) -> None:
    told = run("explain", "HORIZON-CID-2027-01-01", "--priority", "green")
    assert told.code == 0
    assert " von 100, " in told.out and " of 100" not in told.out
    assert "feedback:" not in told.out and "neighbours" not in told.out
    rows = json.loads(run("shortlist", "--status", "all", "--format", "json", "--top", "2000", "--all").out)
    names = [row["identifier"] for row in rows]
    shared = max(names, key=names.count)
    assert names.count(shared) > 3
    listed = run("explain", shared)
    assert listed.code == 0
    assert len(listed.out.splitlines()) == names.count(shared)
    assert "Referenz" in listed.err and "von 100" not in listed.out


def test_priorities_round_trip_and_faults(demo: Path, run, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    assert run("priorities", "export", str(file)).code == 0
    assert "Kein Unterschied" in run("priorities", "diff", str(file)).out
    text = file.read_text("utf-8")
    edited = text.replace("weight: 3", "weight: 2", 1)
    assert edited != text
    file.write_text(edited, "utf-8")
    assert run("priorities", "diff", str(file)).out.strip() != "Kein Unterschied."
    saved = run("priorities", "import", str(file), "--why", "less of it")
    assert saved.code == 0
    assert "Fassung 2" in saved.out
    file.write_text(text.replace("weight: 3", "weight: 9", 2), "utf-8")
    wrong = run("priorities", "import", str(file))
    assert wrong.code == 2
    told = [line for line in wrong.err.splitlines() if "9" in line]
    assert len(told) == len(set(told)) == 2
    assert "Fassung 3" not in run("priorities", "import", str(tmp_path / "none.yaml")).out


def test_faults_of_a_sheet_are_told_once_by_row_and_column_in_the_language_set(
    demo: Path, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "p.csv"
    assert run("priorities", "export", str(sheet)).code == 0
    lines = sheet.read_text("utf-8-sig").splitlines()
    kept = sheet.with_name("kept.csv")
    first = lines[5].replace('"renewable-hydrogen"', '""').split(";")
    first[lines[0].split(";").index('"Schreibweise"')] = '"Zeppelin"'
    kept.write_text("\n".join([*lines, ";".join(first)]), "utf-8")
    for command in ("check", "diff", "import"):
        assert (
            "Leere Schlüssel aus der ersten Schreibweise gebildet: zeppelin"
            in run("priorities", command, str(kept)).out
        )
    lines[1] = lines[1].replace('"3"', '"3,25"')
    lines[2] = lines[2].replace('"green"', '"gren"')
    lines[3] = lines[3].replace('"Konzept"', '"konzpt"')
    lines[4] += ';"am Rand"'
    lines[5] = lines[5].replace('"renewable-hydrogen"', '"Grün!"')
    sheet.write_text("\n".join(lines), "utf-8")
    for command in ("import", "check", "diff"):
        wrong = run("priorities", command, str(sheet))
        assert wrong.code == 2
        assert [line.strip() for line in wrong.err.splitlines()] == [
            "Nichts wurde übernommen. In der Datei sind 5 Fehler:",
            "Zeile 2, Spalte Gewicht: 3,25 geht nicht; erlaubt ist 1 bis 3 in Schritten von 0,5",
            "Zeile 3, Spalte Feld: gren gibt es hier nicht; möglich: green, cyber, industry, logistics, health, "
            "city; meinten Sie „green“?",
            "Zeile 4, Spalte Art: konzpt gibt es hier nicht; möglich: Konzept, Bremse; meinten Sie „Konzept“?",
            "Zeile 6, Spalte Schlüssel: „Grün!“ ist kein Schlüssel (kleine Buchstaben a bis z, Ziffern, "
            "Bindestriche); zum Beispiel „gruen“",
            "Zeile 5, Spalte 10: „am Rand“ steht unter keiner Überschrift; löschen Sie die Zelle oder setzen Sie sie "
            "unter eine",
        ]
    monkeypatch.setenv("MATCHER_LANGUAGE", "en")
    assert "row 2, column Gewicht: 3.25 is not allowed" in run("priorities", "check", str(sheet)).err


def add_field(run, folder: Path, key: str) -> None:
    """Save the priorities with one more that has a word of no call."""
    file = folder / "p.yaml"
    assert run("priorities", "export", str(file)).code == 0
    added = (
        f"priorities:\n  - key: {key}\n    labels: {{de: Luftschiffe, en: Airships}}\n    concepts:\n"
        "      - {key: ship, weight: 3, spellings: {en: [zeppelinry]}}\n"
    )
    file.write_text(file.read_text("utf-8").replace("priorities:\n", added, 1), "utf-8")
    assert run("priorities", "import", str(file)).code == 0


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_own_sheet_is_right_after_a_priority_was_added(demo: Path, run, tmp_path: Path, ending: str) -> None:
    sheet = tmp_path / f"p.{ending}"
    add_field(run, tmp_path, "ships")
    assert run("priorities", "export", str(sheet)).code == 0
    checked = run("priorities", "check", str(sheet))
    assert checked.code == 0, checked.err
    assert "Kein Unterschied" in run("priorities", "diff", str(sheet)).out


def test_a_priority_whose_words_no_call_has_says_so(demo: Path, run, tmp_path: Path) -> None:
    add_field(run, tmp_path, "ships")
    told = run("shortlist", "--priority", "ships", "--top", "7")
    assert told.code == 0 and "enthalten kein Wort dieses Feldes" in told.err
    assert "kein Wort dieses Feldes" not in run("shortlist", "--priority", "green", "--top", "7").err


def test_a_first_live_pull_replaces_the_demo_without_an_alert(demo: Path, run, monkeypatch) -> None:
    with FakePortal(snapshot()) as portal:
        monkeypatch.setenv("MATCHER_PORTAL", portal.address)
        first = run("refresh", "--json")
        again = run("refresh", "--json")
    record = json.loads(first.out)
    assert first.code in (0, 10)
    assert record["scope"] == "live"
    assert record["refused"] == 0
    assert record["changes"] == 0
    second = json.loads(again.out)
    assert (second["new"], second["changed"]) == (0, 0)
    assert second["received"] == second["stored"] + second["duplicates"] + sum(second["rejected"].values())
    shown = json.loads(run("shortlist", "--format", "json", "--top", "1000").out)
    assert 0 < len(shown) <= record["stored"]
    refused = run("refresh", "--replay", str(ROOT / "data" / "snapshot"))
    assert refused.code == 4


def test_a_broken_portal_keeps_the_list_and_says_so(demo: Path, run, monkeypatch) -> None:
    before = run("shortlist", "--format", "json", "--top", "50").out
    with FakePortal(snapshot(), faults=status(404)) as portal:
        monkeypatch.setenv("MATCHER_PORTAL", portal.address)
        result = run("refresh")
    assert result.code == 3
    assert "Der Abruf ist gescheitert: 127.0.0.1 lehnte die Anfrage ab (HTTP 404)" in result.out
    assert "Die aufgezeichnete Liste vom 22.08.2026 bleibt gültig" in result.out
    assert "Traceback" not in result.err
    assert run("shortlist", "--format", "json", "--top", "50").out == before


def test_doctor_names_each_finding(demo: Path, run, monkeypatch) -> None:
    monkeypatch.setenv("MATCHER_CONTACT", "office@example.org")
    with FakePortal(snapshot()) as portal:
        monkeypatch.setenv("MATCHER_PORTAL", portal.address)
        well = run("doctor", "--json")
    findings = {f["what"]: f for f in json.loads(well.out)}
    assert {"store", "disk", "sent", "got", "api version", "filter obeyed", "clock"} <= set(findings)
    assert all(f["ok"] for f in findings.values())
    assert well.code == 0
    ill = run("doctor")
    assert ill.code == 3
    assert "look  portal" in ill.out


def test_doctor_sees_a_missing_company_certificate(demo: Path, run, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    with FakePortal(snapshot()) as portal:
        monkeypatch.setenv("MATCHER_PORTAL", portal.address)
        result = run("doctor")
    assert "gone.pem" in result.out
    assert result.code == 2


def test_health_backup_restore(demo: Path, run, tmp_path: Path) -> None:
    facts = json.loads(run("health", "--json").out)
    assert facts["calls"] == 466
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy)).code == 0
    demo.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    for extra in ("-wal", "-shm"):
        demo.with_name(demo.name + extra).unlink(missing_ok=True)
    broken = run("shortlist")
    assert broken.code == 5
    assert run("restore", str(copy)).code == 0
    assert run("shortlist", "--format", "json", "--top", "3").code == 0


def test_reparse_reads_the_kept_records_without_an_alert(demo: Path, run) -> None:
    result = run("reparse")
    assert result.code == 0
    assert result.out.startswith("0 calls")


def test_an_empty_store_shows_the_shipped_calls(tmp_path: Path, run, monkeypatch) -> None:
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{tmp_path / 'new' / 'matcher.db'}")
    result = run("shortlist", "--top", "3", "--format", "json")
    assert result.code == 0
    assert len(json.loads(result.out)) == 3


def test_unknown_words_are_usage_errors(run) -> None:
    assert run("shortlist", "--colour", "blue").code == 2
    assert run("dance").code == 2


def test_a_real_host_is_not_asked_too_often(demo: Path, run, monkeypatch) -> None:
    """The manners hold before anything is sent: this machine's guard would fail the test otherwise."""
    from datetime import timedelta

    from matcher import desk
    from matcher.errors import GuardError
    from matcher.ledger import Run
    from matcher.settings import Settings

    settings = Settings()
    with desk.open_store(settings) as store:
        begun = store.begin(Run(source="portal", scope="live", started=desk.now() - timedelta(hours=2)))
        store.end(begun.model_copy(update={"state": "failed", "requests": 190, "finished": desk.now()}))
        with pytest.raises(GuardError, match="190 times in the last 24 hours"):
            desk.refresh(store, settings, by_hand=True)
        assert len(store.calls()) == 466
    result = run("refresh")
    assert result.code == 4
    assert result.err.startswith(
        "Es wurde nicht abgerufen: das Portal wurde in den letzten 24 Stunden 190 mal gefragt"
    )
    assert "Die aufgezeichnete Liste vom 22.08.2026 bleibt gültig" in result.err


def test_a_past_day_of_live_data_shows_what_was_known_then(demo: Path, run, monkeypatch, tmp_path: Path) -> None:
    """Two recorded live days: on the first, the call that came on the second is not in the list."""
    pages = [json.loads(p.read_text()) for p in sorted((ROOT / "data" / "snapshot").glob("type-1*.json"))]
    records = [record for page in pages for record in page["results"]]
    late = next(r["metadata"]["identifier"][0] for r in records if r["metadata"]["status"] == ["31094501"])
    for day in ("2026-08-20", "2026-08-22"):
        seen = [
            r
            for r in records
            if r["metadata"]["status"] != ["31094503"]
            and (day != "2026-08-20" or r["metadata"]["identifier"] != [late])
        ]
        folder = tmp_path / day
        folder.mkdir()
        (folder / "replay.yaml").write_text(f"source: portal\nscope: live\nrecorded_on: {day}\nnote: two days\n")
        for start in range(0, len(seen), 100):
            page = {**pages[0], "totalResults": len(seen), "pageNumber": start // 100 + 1}
            page["results"] = seen[start : start + 100]
            (folder / f"type-1-page-{start // 100 + 1:02}.json").write_text(json.dumps(page))
        assert run("refresh", "--replay", str(folder)).code in (0, 10)

    def listed(day: str) -> set[str]:
        rows = json.loads(run("shortlist", "--format", "json", "--top", "1000", "--today", day, "--all").out)
        return {row["identifier"] for row in rows}

    assert late in listed("2026-08-22")
    assert listed("2026-08-20") == listed("2026-08-22") - {late}


def test_the_glossary_speaks_for_a_german_profile(demo: Path) -> None:
    from matcher import desk
    from matcher.settings import Settings

    settings = Settings()
    with desk.open_store(settings) as store:
        fitted = desk.ranker(store, settings)
        priority = desk.profile(store, settings).priority("green")
    german = [c.model_copy(update={"spellings": {"de": c.spellings["de"]}}) for c in priority.concepts]
    twin = priority.model_copy(update={"concepts": german, "guards": [], "rules": []})
    best = max(zip(fitted.scores(twin), fitted.calls_, strict=True), key=lambda pair: pair[0])
    assert best[0] > 50
    assert not any(spelling in best[1].text for c in german for spelling in c.spellings["de"] if len(spelling) > 9)


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")
def test_whoever_ends_the_command_ends_the_dashboard(demo: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "matcher", "app", "--port", str(port), "--server.headless", "true"]
    with (tmp_path / "app.log").open("wb") as log:
        app = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        try:
            browser.wait_healthy(app, f"http://127.0.0.1:{port}", tmp_path / "app.log")
            app.terminate()
            assert app.wait(timeout=20) == 0
            with pytest.raises(ProcessLookupError):
                os.killpg(app.pid, 0)
            with socket.socket() as again:
                assert again.connect_ex(("127.0.0.1", port)) != 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(app.pid, signal.SIGKILL)
