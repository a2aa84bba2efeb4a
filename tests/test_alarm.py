"""Mail about failed pulls: at the first failure, once a day, and when it is over; a failing mail changes nothing."""

import email
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from matcher import alarm, doctor
from matcher.alarm import Letter
from matcher.errors import StoreError
from matcher.ledger import Fact, Run, kept
from matcher.settings import Settings
from matcher.settings_service import Service
from matcher.views.run_mail import letter
from tests.fake_portal import FakePortal, status, topic
from tests.mail_server import MailServer

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent
CANARY = "canary-p4ss"


def service(**values: Any) -> Service:
    return Service(**({"mail_from": "matcher@example.org", "mail_to": "a@example.org, b@example.org"} | values))


def over_smtp(server: MailServer, **values: Any) -> Service:
    return service(smtp_host="127.0.0.1", smtp_port=server.port, **({"smtp_starttls": False} | values))


def tell(chosen: Service, place: Path, failed: bool, hours: float = 0) -> tuple[str | None, list[str]]:
    """The trouble and what was written, `hours` after the first failure."""
    written: list[str] = []

    def write(what: alarm.What, since: datetime) -> Letter:
        written.append(f"{what} since {since:%d.%m. %H:%M}")
        return Letter(f"Betreff {what}", "Grüße\n")

    return alarm.tell(chosen, place, failed, NOW + timedelta(hours=hours), write), written


def test_the_first_failure_then_once_a_day_then_the_end(tmp_path: Path) -> None:
    chosen, place = service(mail_folder=tmp_path / "mail"), tmp_path / "state.json"
    course = [
        (False, 0),
        (True, 0),
        (True, 1),
        (True, 19),
        (True, 23),
        (True, 24),
        (True, 47),
        (False, 48),
        (False, 72),
    ]
    said = [tell(chosen, place, failed, hours)[1] for failed, hours in course]
    since = "since 23.11. 02:10"
    assert said == [
        [],
        [f"failed {since}"],
        [],
        [],
        [f"again {since}"],
        [],
        [f"again {since}"],
        [f"over {since}"],
        [],
    ]
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml"] * 4
    first = email.message_from_bytes(files[0].read_bytes(), policy=default)
    assert (first["Subject"], first["To"]) == ("Betreff failed", "a@example.org, b@example.org")
    assert first.get_content() == "Grüße\n"  # type: ignore[attr-defined]
    assert not place.exists()


def test_over_smtp_with_a_login(tmp_path: Path) -> None:
    with MailServer() as server:
        chosen = over_smtp(server, smtp_user="office", smtp_password=CANARY)
        assert tell(chosen, tmp_path / "state.json", True) == (None, ["failed since 23.11. 02:10"])
    assert server.logins == [("office", CANARY)]
    assert [one["Subject"] for one in server.letters] == ["Betreff failed"]
    assert server.letters[0]["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("fault", "values", "words"),
    [
        ({"AUTH": f"535 wrong {CANARY}"}, {"smtp_user": "office"}, "did not accept user and password"),
        ({"MAIL": f"550 no {CANARY}"}, {}, "refused it (SMTP 550)"),
        ({"RCPT": "550 nobody"}, {}, "refused every receiver"),
        ({"DATA": "452 full"}, {}, "refused it (SMTP 452)"),
        ({"STARTTLS": "454 not now"}, {"smtp_starttls": True}, "cannot be used (SMTPNotSupportedError)"),
        ({"drip": ""}, {}, "took longer than 0.3 seconds"),
        ({}, {"mail_to": ""}, "MATCHER_MAIL_FROM and MATCHER_MAIL_TO must be set"),
        ({}, {"mail_from": "a\nBcc: x@example.org"}, "is no address"),
    ],
)
def test_what_cannot_be_delivered_is_said_and_tried_again(
    fault: dict[str, str], values: dict[str, Any], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "WHOLE", 0.3 if "drip" in fault else 20)
    place = tmp_path / "state.json"
    with MailServer(fault) as server:
        trouble, _ = tell(over_smtp(server, smtp_password=CANARY, **values), place, True)
        assert server.letters == []
    assert trouble is not None
    assert words in trouble
    assert CANARY not in trouble
    with MailServer() as server:
        assert tell(over_smtp(server), place, True, 1) == (None, ["failed since 23.11. 02:10"])
        assert len(server.letters) == 1


def test_nobody_listens_and_a_folder_that_is_none(tmp_path: Path) -> None:
    with MailServer() as server:
        chosen = over_smtp(server)
    assert "cannot be used (ConnectionRefusedError)" in str(tell(chosen, tmp_path / "state.json", True)[0])
    (tmp_path / "mail").write_text("")
    assert "could not be written" in str(tell(service(mail_folder=tmp_path / "mail"), tmp_path / "s", True)[0])


def test_a_password_never_travels_unencrypted_to_another_host(tmp_path: Path) -> None:
    chosen = service(smtp_host="mail.example.org", smtp_user="office", smtp_password=CANARY, smtp_starttls=False)
    assert "would travel unencrypted" in str(tell(chosen, tmp_path / "state.json", True)[0])


def test_a_note_that_cannot_be_read_or_written_costs_a_mail_at_most(tmp_path: Path) -> None:
    place = tmp_path / "state.json"
    place.write_text('["not a state"]')
    chosen = service(mail_folder=tmp_path / "mail")
    assert tell(chosen, place, True)[1] == ["failed since 23.11. 02:10"]
    (tmp_path / "file").write_text("")
    trouble, written = tell(chosen, tmp_path / "file" / "state.json", True)
    assert written == ["failed since 23.11. 02:10"]
    assert "may come twice" in str(trouble)


def test_the_letter_says_what_happened_in_both_languages() -> None:
    last = Run(source="portal", scope="live", started=NOW, finished=NOW, state="published")
    size = Fact(code="size", level="reason", values={"calls": 40, "before": 53, "change": -0.25})
    run = Run(
        source="portal", scope="live", started=NOW, state="refused", exit_code=4, message="The pull was refused: …",
        codes=[size, kept(last)],
    )  # fmt: skip
    about: dict[str, Any] = {"since": NOW, "now": NOW, "region": "ruhr", "host": "server"}
    subject, text = letter("failed", run, "de", **about)
    assert subject == "EU-Förderaufrufe: Abruf nicht übernommen (Code 4)"
    assert text.startswith("Der Abruf wurde nicht übernommen: 40 statt 53 Aufrufe (−25 %). Die Liste vom 23.11.2026")
    assert "Beginn: 23.11.2026, 03:10 Uhr" in text
    subject, text = letter("again", StoreError("The disk is full."), "en", last=last, **about)
    assert subject == "EU funding calls: pull still fails (code 5)"
    assert "No list has been published since 23 Nov 2026, 03:10." in text
    assert "The disk is full." in text
    subject, text = letter("over", last.model_copy(update={"exit_code": 0}), "de", **about)
    assert subject == "EU-Förderaufrufe: Abruf geht wieder"
    assert "0 neu, 0 Fristen geändert, 0 verloren; Stand 23.11.2026, 03:10 Uhr." in text


def refresh(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")}
    environment |= {"MATCHER_DATABASE": f"sqlite:///{folder / 'matcher.db'}", "NO_PROXY": "127.0.0.1", **variables}
    command = [sys.executable, "-m", "matcher", "refresh"]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )


def test_the_command_tells_and_its_exit_code_stays(tmp_path: Path) -> None:
    mail = {"MATCHER_MAIL_FROM": "m@example.org", "MATCHER_MAIL_TO": "a@example.org", "MATCHER_SMTP_USER": "office"}
    mail |= {"MATCHER_SMTP_PASSWORD": CANARY, "MATCHER_SMTP_STARTTLS": "false", "MATCHER_SMTP_HOST": "127.0.0.1"}
    mail |= {"HTTPS_PROXY": f"http://proxy:{CANARY}-proxy@127.0.0.1:9", "MATCHER_LOG": "json"}
    with FakePortal([topic(1)], status(404)) as portal, MailServer() as server:
        mail |= {"MATCHER_PORTAL": portal.address, "MATCHER_SMTP_PORT": str(server.port)}
        failed = refresh(tmp_path, **mail)
        assert failed.returncode == 3
        assert [one["Subject"] for one in server.letters] == ["EU-Förderaufrufe: Abruf nicht übernommen (Code 3)"]
        assert "Es ist weiterhin nichts geladen" in server.letters[0].get_content()  # type: ignore[attr-defined]
        (tmp_path / "broken").mkdir()
        (tmp_path / "broken" / "matcher.db").write_text("no database")
        store = refresh(tmp_path / "broken", **mail | {"MATCHER_LANGUAGE": "en"})
        assert store.returncode == 5
        assert server.letters[1]["Subject"] == "EU funding calls: pull not published (code 5)"
        assert "not one of this program. The list until now cannot be read" in store.stderr
        portal.faults = None
        good = refresh(tmp_path, **mail)
        assert good.returncode == 0
        assert server.letters[2]["Subject"] == "EU-Förderaufrufe: Abruf geht wieder"
        assert "1 Aufruf als erste Liste" in good.stdout
        portal.faults = status(404)
    without = refresh(tmp_path, **mail | {"MATCHER_PORTAL": "http://127.0.0.1:9/search"})
    assert without.returncode == 3
    assert "The mail was not sent" in without.stderr
    for done in (failed, store, good, without):
        assert CANARY not in done.stdout + done.stderr
    events = [json.loads(line) for line in failed.stderr.splitlines() if line.startswith("{")]
    assert [event["event"] for event in events] == ["pull started", "failed", "mail"]


def test_the_check_says_what_a_mail_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor._mail().ok
    monkeypatch.setenv("MATCHER_SMTP_HOST", "mail.example.org")
    assert (doctor._mail().ok, doctor._mail().found) == (False, "to mail.example.org")
    monkeypatch.setenv("MATCHER_MAIL_FROM", "m@example.org")
    monkeypatch.setenv("MATCHER_MAIL_TO", " , a@example.org")
    assert doctor._mail().ok


def test_where_it_is_noted(tmp_path: Path) -> None:
    settings = Settings().with_database(f"sqlite:///{tmp_path / 'x' / 'matcher.db'}")
    assert service().state_file(settings) == tmp_path / "x" / "matcher-mail.json"
    assert service(mail_folder=tmp_path).state_file(settings) == tmp_path / "matcher-mail.json"
    server = settings.with_database("postgresql+psycopg://matcher@127.0.0.1/matcher")
    assert service().state_file(server).name == "matcher-mail.json"
