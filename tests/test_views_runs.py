"""How a pull ended, in one or two sentences of both languages: what happened, what stays, what to do."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from matcher.errors import GuardError, StoreError
from matcher.harvest_intake import Intake
from matcher.ledger import Fact, Run, Scan, kept
from matcher.sources import portal
from matcher.sources._page import Page
from matcher.views import runs
from matcher.words import messages

AT = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
TWICE = {"topic": Scan(readings=2, requests=4, received=20, union=10, total=10)}
LAST = Run(source="portal", scope="live", started=AT, finished=AT, state="published")


def run_of(**values: Any) -> Run:
    return Run(
        **({"source": "portal", "scope": "live", "started": AT, "finished": AT, "state": "published"} | values)
    )


def test_the_sentence_after_a_good_pull() -> None:
    run = run_of(new=12, moved=3, scans=TWICE)
    assert runs.sentence(run, "en") == (
        "12 new, 3 deadlines changed, 0 lost; as of 23.11.2026 03:10, two scans agree"
    )
    assert runs.sentence(run, "de") == (
        "12 neu, 3 Fristen geändert, 0 verloren; Stand 23.11.2026, 03:10 Uhr, zwei Durchgänge stimmen überein"
    )


def test_readings_that_disagree_are_said() -> None:
    late = {"topic": Scan(readings=3, union=10, total=10, late=2)}
    assert runs.sentence(run_of(scans=late), "en").endswith("03:10, the second scan found 2 more")
    short = {"topic": Scan(readings=8, union=9, total=10)}
    assert runs.sentence(run_of(scans=short), "en").endswith("03:10, the scans are not quite complete")
    assert runs.sentence(run_of(), "en").endswith("as of 23.11.2026 03:10")


def test_first_list_recording_and_own_list() -> None:
    assert runs.sentence(run_of(new=7, baseline=True), "en").startswith("7 calls as the first list, so nothing")
    demo = run_of(new=466, scope="demo", recorded_on=date(2026, 8, 22))
    assert runs.sentence(demo, "de") == "466 Aufrufe geladen (Demodaten); Stand 22.08.2026"
    assert runs.sentence(run_of(source="sheet", new=1), "de").startswith("Eigene Liste mit 1 Eintrag übernommen")


def test_a_warning_makes_a_second_sentence() -> None:
    empty = Fact(code="field_empty", values={"field": "deadlines", "kind": "topic", "share": 0.2, "usual": 0.0})
    size = Fact(code="size", level="accepted", values={"calls": 1100, "before": 1453, "change": -0.243})
    note = Fact(code="late", level="note", values={"calls": 2})
    run = run_of(exit_code=10, codes=[note, empty, size])
    assert runs.warnings(run, "de") == [
        "die Angabe „Frist“ fehlt bei 20 % der Aufrufe (Themen), sonst bei 0 %",
        "von einem Menschen übernommen: 1.100 statt 1.453 Aufrufe (−24 %)",
    ]
    assert runs.notes(run, "en") == ["the second scan found 2 calls that the first had missed"]
    assert runs.sentence(run, "en").endswith(
        "Please look: “Deadline” is missing in 20% of the calls (Topics), usually in 0% (and 1 more warning)."
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_stays_and_what_to_do(language: str) -> None:
    size = Fact(code="size", level="reason", values={"calls": 40, "before": 53, "change": -0.25})
    gone = Fact(code="none_readable", level="reason")
    refused = {"state": "refused", "exit_code": 4}
    accept = runs.sentence(run_of(**refused, codes=[size, kept(LAST)]), language)
    assert "23" in accept
    assert "--accept-change" in accept
    both = runs.sentence(run_of(**refused, codes=[size, gone, kept(None)]), language)
    assert "--accept-change" not in both, "unreadable records are never accepted"
    assert both.count(". ") == 1, "two sentences"
    stopped = runs.sentence(run_of(state="stopped", exit_code=130), language)
    assert messages(language)["runs.kept.unknown"] in stopped


def test_an_error_before_there_was_a_run() -> None:
    rude = GuardError("…").coded("budget", asked=190, limit=200)
    assert runs.failure(rude, "de", LAST) == (
        "Es wurde nicht abgerufen: das Portal wurde in den letzten 24 Stunden 190 mal gefragt, 200 sind die Grenze. "
        "Die Liste vom 23.11.2026, 03:10 Uhr bleibt gültig; zu tun ist nichts, der nächste Abruf geht danach wieder."
    )
    assert "could not be read or written" in runs.failure(StoreError("?"), "en")


def test_records_of_older_versions_still_load_and_are_said() -> None:
    old = Run.model_validate_json(
        '{"source":"portal","scope":"live","started":"2026-11-23T02:10:00Z","state":"published","exit_code":10,'
        '"warnings":["Note: unknown field.","49 calls instead of 53 (-8%) since the last pull."],"new":2}'
    )
    assert (old.warnings, old.notes) == (["49 calls instead of 53 (-8%) since the last pull."], ["unknown field."])
    assert runs.warnings(old, "de") == ["49 calls instead of 53 (-8%) since the last pull"]
    assert runs.sentence(old, "de").startswith("2 neu, 0 Fristen geändert, 0 verloren; Stand 23.11.2026")
    assert Run.model_validate(old.model_dump()) == old
    failed = run_of(state="failed", exit_code=3)
    assert runs.sentence(failed, "de").startswith("Der Abruf ist gescheitert: das Portal ist nicht erreichbar oder")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"metadata": {"type": ["6"]}}, "Der Eintrag ist von der Art '6'; nur Themen (1)"),
        ({"metadata": {"type": ["1"]}}, "Der Eintrag hat keine Kennung"),
        ({"metadata": {"type": ["1"]}, "reference": "R"}, "Der Eintrag hat keinen Titel."),
        ({"metadata": {"type": ["1"], "x": ["x" * 2_100_000]}, "reference": "R"}, "Der Eintrag ist größer als 2 MB."),
        ({"metadata": 1, "reference": {}}, "Der Eintrag ist"),
    ],
)
def test_why_a_record_was_not_taken_is_said_in_german(record: dict[str, Any], words: str) -> None:
    intake = Intake(portal.parse, portal.is_ghost)
    intake.take(Page("topic", 1, 1, [record], rows=1), AT)
    (reason,) = intake.rejected
    assert runs.reject_reason(reason, "de").startswith(words)
    assert runs.reject_reason(reason, "en") != "", "and in English"
    assert runs.rejects(intake.rejects, "de")["rejected_because"].tolist()[0].startswith(words)


def test_a_reason_nobody_foresaw_stays_as_it_is() -> None:
    assert runs.reject_reason("Zeile 3: kein Titel", "de") == "Zeile 3: kein Titel"
    assert runs.reject_reason("The record R1 has no title.", "de") == "Der Eintrag hat keinen Titel."
    assert (
        runs.reject_reason("The record cannot be read (KeyError).", "de")
        == "Der Eintrag ist nicht lesbar (KeyError)."
    )


def test_a_code_of_another_version_is_no_crash() -> None:
    strange = Fact(code="of_tomorrow", level="reason")
    lacking = Fact(code="size", level="reason")
    for fact in (strange, lacking):
        run = run_of(state="refused", exit_code=4, codes=[fact])
        assert "a guard refused the list" in runs.sentence(run, "en")
