"""Log lines for machines: what is said of a pull, and that no password ever is."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from matcher import cli_alarm, doctor, log
from matcher.errors import InputError
from matcher.harvest import harvest
from matcher.ledger import Run, Scan
from matcher.settings import Settings
from matcher.settings_service import Service
from matcher.sources import portal as source
from matcher.sources._http import Connection, Limits
from matcher.store import Store
from tests.fake_portal import FakePortal, status, topic

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
CANARIES = ("canary-db", "canary/mail", "canary proxy")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    written = io.StringIO()
    yield written
    log.set_up("")


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MATCHER_DATABASE", f"postgresql://office:{CANARIES[0]}@127.0.0.1:9/matcher")
    monkeypatch.setenv("MATCHER_SMTP_PASSWORD", CANARIES[1])
    monkeypatch.setenv("HTTPS_PROXY", "http://office:canary%20proxy@127.0.0.1:9")
    return Settings()


def events(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_pull_in_lines(lines: io.StringIO, tmp_path: Path) -> None:
    log.set_up("json", stream=lines)
    records = [topic(n) for n in range(20)]
    with Store(f"sqlite:///{tmp_path / 'a.db'}") as store, FakePortal(records, {2: status(503)}) as service:
        limits = Limits(connect=1, read=5, request=5, pull=30)
        for _ in range(2):
            with Connection(service.address, limits=limits, allow_loopback=True, sleep=lambda s: None) as connection:
                harvest(
                    store, "portal", source.records(connection), scope="live", recorded_on=None, now=NOW,
                    today=date(2026, 11, 23), clock=lambda: 0.0,
                )  # fmt: skip
            service.faults = status(404)
        store.backup(tmp_path / "copy.db")
    said = events(lines)
    assert [one["event"] for one in said if one["event"] != "page read"] == [
        "pull started", "retry", "published", "pull started", "failed", "backup",
    ]  # fmt: skip
    retry = next(one for one in said if one["event"] == "retry")
    assert (retry["host"], retry["attempt"], retry["code"]) == ("127.0.0.1", 1, "busy")
    read = next(one for one in said if one["event"] == "page read")
    assert (read["run"], read["rows"], read["total"]) == (1, 20, 20)
    published = next(one for one in said if one["event"] == "published")
    assert (published["exit_code"], published["seconds"]) == (0, 0.0)
    assert all(one["at"].endswith("Z") for one in said)


def test_no_secret_in_any_line(lines: io.StringIO, canaries: Settings) -> None:
    secrets = Service().secrets(canaries)
    for canary in CANARIES:
        assert canary in secrets
    for style in ("json", "text"):
        log.set_up(style, secrets, lines)
        for canary in CANARIES:
            log.event("fault", why=f"it said {canary}, and then", address=canaries.database)
            log.event(f"odd {canary}", proxy="http://office:canary%20proxy@127.0.0.1:9", other="ftp://a:b-c@host/x")
    assert lines.getvalue().count(log.MASK) > 10
    for canary in (*CANARIES, "canary%20proxy", "b-c"):
        assert canary not in lines.getvalue()


def test_one_line_an_event_whatever_is_in_it(lines: io.StringIO) -> None:
    log.set_up("text", stream=lines)
    log.event("odd", why="a\nb\r\u2028c\x1b[31m\ud800" + "x" * 5000, none=None)
    (line,) = lines.getvalue().splitlines()
    assert len(line) < 1200
    assert "none" not in line
    line.encode()


def test_off_until_it_is_asked_for(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    log.set_up("json", stream=lines)
    log.set_up("", stream=lines)
    log.event("quiet")
    assert lines.getvalue() == ""
    monkeypatch.setenv("MATCHER_LOG", "loud")
    with pytest.raises(InputError, match="MATCHER_LOG"):
        cli_alarm.set_up_log()


def test_health_has_what_a_watchdog_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "now", lambda: datetime(2026, 11, 25, 2, 10, tzinfo=UTC))
    settings = Settings().with_database(f"sqlite:///{tmp_path / 'a.db'}")
    agreed = {"topic": Scan(readings=2, union=3, total=3)}
    with Store(settings.database) as store:
        assert doctor.health(store, settings)["last_verified_hours"] is None
        for days, scans, code in ((0, agreed, 0), (1, {"topic": Scan(readings=1, union=3, total=3)}, 10)):
            at = datetime(2026, 11, 23 + days, 2, 10, tzinfo=UTC)
            run = store.begin(Run(source="portal", scope="live", started=at, scans=scans, exit_code=code))
            store.publish(run.model_copy(update={"finished": at}), [], [], at.date())
        store.end(store.begin(Run(source="portal", scope="live", started=at)).model_copy(
            update={"state": "refused", "exit_code": 4}))  # fmt: skip
        store.backup(tmp_path / "copy.db")
        facts = doctor.health(store, settings)
        assert (facts["last_pull_hours"], facts["last_verified_hours"]) == (24.0, 48.0)
        assert (facts["last_state"], facts["last_exit_code"], facts["schema"]) == ("refused", 4, "0003")
        assert facts["integrity"] == []
        assert facts["free_bytes"] > 0
        assert facts["backup"]["verified"] is True
        assert facts["backup"]["there"] is True
        assert facts["exit_code"] == 0
        json.dumps(facts)
        (tmp_path / "copy.db").write_bytes(b"cut")
        assert doctor.health(store, settings)["backup"]["there"] is False
        with store._write("calls") as connection:
            connection.exec_driver_sql("UPDATE revision SET digest = 'x' WHERE what = 'calls'")
        broken = doctor.health(store, settings)
        assert (broken["exit_code"], len(broken["integrity"])) == (5, 1)
