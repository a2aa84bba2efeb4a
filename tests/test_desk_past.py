"""A past day as it was seen: calls, priorities and decisions of then; on the desk and on the command line."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from store_making import call, publish

from matcher import cli, desk
from matcher.ledger import Decision, State
from matcher.model import Section
from matcher.settings import Settings
from matcher.store import Store

FIRST, SECOND, THIRD = date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 10)
HYDROGEN = [Section(kind="scope", text="Electrolysers make green hydrogen for steel works. " * 4)]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{tmp_path / 'past.db'}")
    monkeypatch.setenv("MATCHER_LANGUAGE", "en")
    return Settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Two calls; two days later a third one, a decision and other priorities; a week later all is different again."""
    with desk.open_store(settings) as opened:
        shipped = desk.profile(opened, settings)
        first = shipped.model_copy(update={"at": at(FIRST), "by": "anna", "why": "first"})
        opened.save_profile(first, seen=shipped.version)
        publish(opened, [call(1, sections=HYDROGEN, title="Green hydrogen"), call(2)], FIRST)
        off = [p.model_copy(update={"active": p.key != "green"}) for p in shipped.priorities]
        opened.save_profile(
            first.model_copy(update={"priorities": off, "at": at(SECOND), "by": "bert", "why": "no green"}),
            seen=shipped.version + 1,
        )
        publish(opened, [call(1, sections=HYDROGEN, title="Green hydrogen"), call(2), call(3)], SECOND)
        opened.add_decision(decision(State.SHORTLISTED, SECOND))
        publish(opened, [call(1, sections=[], title="Withdrawn"), call(2), call(3)], THIRD)
        opened.add_decision(decision(State.APPLIED, THIRD))
        yield opened


def decision(state: State, day: date) -> Decision:
    one = call(1)
    return Decision(reference=one.reference, identifier=one.identifier, state=state, at=at(day), by="anna")


def test_a_past_day_has_the_calls_priorities_and_decisions_of_then(store: Store, settings: Settings) -> None:
    early, late = (desk.then(store, settings, day=day) for day in (FIRST, SECOND))
    assert (early.past, late.past) == (True, True)
    assert [len(seen.ranker.calls_) for seen in (early, late)] == [2, 3]
    assert [(seen.profile.by, seen.profile.priority("green").active) for seen in (early, late)] == [
        ("anna", True), ("bert", False),
    ]  # fmt: skip
    assert [[d.state for d in seen.decisions] for seen in (early, late)] == [[], [State.SHORTLISTED]]
    assert late.ranker.calls_[0].title == "Green hydrogen"
    assert (early.changes, late.changes) == ([], [])
    assert late.news == [call(3).reference]


def test_todays_priorities_can_rank_a_past_day(store: Store, settings: Settings) -> None:
    seen = desk.then(store, settings, day=FIRST, todays_profile=True)
    assert (seen.profile.by, len(seen.ranker.calls_)) == ("bert", 2)


def test_a_day_before_the_first_save_has_the_first_priorities(store: Store, settings: Settings) -> None:
    assert desk.profile_of(store, settings, day=date(2020, 1, 1)).version == 1
    assert desk.profile_of(store, settings).by == "bert"


@pytest.mark.parametrize("day", [date(2026, 2, 1), date(2099, 1, 1)])
def test_a_day_of_which_nothing_is_known_is_seen_as_today(store: Store, settings: Settings, day: date) -> None:
    seen = desk.then(store, settings, day=day)
    assert (seen.past, len(seen.ranker.calls_), len(seen.decisions)) == (False, 3, 2)
    assert seen.profile.by == "bert"


def test_demo_data_has_no_past(demo: Path) -> None:
    settings = Settings()
    with desk.open_store(settings) as opened:
        assert not desk.is_past(opened, date(2026, 8, 22))
        assert desk.first_day(opened) is None


def test_the_first_day_is_that_of_the_first_pull(store: Store) -> None:
    assert desk.first_day(store) == FIRST


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run `matcher ARGUMENTS`: output and errors."""

    def command(*arguments: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["matcher", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code in (0, None)
        return capfd.readouterr()

    return command


def test_the_command_line_says_which_version_ranked_a_past_day(run: Any) -> None:
    out, err = run("shortlist", "--today", "2026-03-01", "--format", "json", "--all")
    rows = {row["identifier"]: row for row in json.loads(out)}
    assert len(rows) == 2
    assert "As of 1 Mar 2026: priorities in version 2 (anna, 1 Mar 2026, 10:00)" in err
    best = rows["HORIZON-CL5-2027-00001"]
    assert (best["title"], best["priority"]) == ("Green hydrogen", "green")
    out, err = run("shortlist", "--today", "2026-03-01", "--format", "json", "--all", "--todays-priorities")
    assert "ranked by the priorities of today: version 3 (bert" in err
    assert next(r for r in json.loads(out) if r["title"] == "Green hydrogen")["priority"] != "green"


def test_explain_takes_a_past_day(run: Any) -> None:
    out, _ = run("explain", "HORIZON-CL5-2027-00001", "--today", "2026-03-01", "--json")
    (found,) = json.loads(out)
    assert found["title"] == "Green hydrogen"
    assert next(iter(found["priorities"])) == "green"
    out, _ = run("explain", "HORIZON-CL5-2027-00001", "--json")
    assert json.loads(out)[0]["title"] == "Withdrawn"
