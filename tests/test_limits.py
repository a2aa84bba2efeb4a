"""R1 to R9 of bad input to the ranking: each has its own sentence in German and English, and breaks nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit
from conftest import ROOT
from test_rankers import call, fitted, priority
from typer.testing import CliRunner

from matcher import cli, desk, region
from matcher.errors import MatcherError
from matcher.ledger import Run
from matcher.model import Call
from matcher.rankers import make
from matcher.settings import Settings
from matcher.views import limits, shortlist, troubles
from matcher.words import LANGUAGES, say
from tests.app_driver import opened, seen, small_recording

LONG = "hydrogen storage for cities " * 2_000


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{tmp_path / 'own.db'}")
    monkeypatch.setenv("MATCHER_SNAPSHOT_FOLDER", str(small_recording(tmp_path / "snapshot")))
    streamlit.cache_resource.clear()
    yield Settings()
    streamlit.cache_resource.clear()


def told(*command: str) -> str:
    """What a command says beside its list, and of what stops it."""
    result = CliRunner().invoke(cli.app, list(command))
    stopped = result.exception
    assert stopped is None or isinstance(stopped, MatcherError), result.output
    why = [str(stopped), *(getattr(stopped, "faults", None) or [])] if stopped else []
    return " ".join(" ".join([result.stderr, *why]).split())


def start(key: str, language: str) -> str:
    """The first sentence of a message up to its first hole."""
    return say(f"ranking.{key}", language, n="§", most="§", when="§").partition("§")[0]


def lasting(store: desk.Store, **changes: Any) -> Call:
    """A stored call with other texts."""
    changed = store.calls()[0].model_copy(update=changes)
    store.replace_parsed([changed])
    return changed


@pytest.mark.parametrize("language", LANGUAGES)
def test_r1_nothing_to_rank_is_said(own: Settings, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_LANGUAGE", language)
    (own.snapshot_folder / "replay.yaml").rename(own.snapshot_folder / "gone.yaml")
    assert say("ranking.no_calls", language) in told("shortlist")
    assert limits.of_calls([], language) == say("ranking.no_calls", language)
    bare = [call("A", "– 12"), call("B", "…")]
    assert limits.of_calls(bare, language) == say("ranking.no_text", language, n="2")
    assert limits.of_calls([*bare, call("C", "Ports")], language) is None
    assert not make("concepts").fit(bare).scores(priority("hydrogen")).any()


@pytest.mark.parametrize(
    ("language", "weight", "shown"),
    [("de", ".nan", "'.nan'"), ("en", "-3", "-3"), ("de", "1e9", "1e9"), ("en", "null", "")],
)
def test_r3_and_r8_no_weight_is_refused_with_its_place(
    tmp_path: Path, own: Settings, language: str, weight: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_LANGUAGE", language)
    text = (ROOT / "data" / "regions" / "ruhr" / "priorities.yaml").read_text("utf-8")
    file = tmp_path / "priorities.yaml"
    file.write_text(text.replace("key: hydrogen, weight: 3", f"key: hydrogen, weight: {weight}", 1), "utf-8")
    said = told("priorities", "import", str(file))
    assert {"de": "Nichts wurde übernommen", "en": "Nothing was taken over"}[language] in said
    assert "green, hydrogen, weight" in said and shown in said
    with desk.open_store(own) as store:
        assert desk.profile(store, own).version == 1


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u200f", "\u202e"])
def test_r4_signs_that_nobody_sees_change_nothing_and_are_named(sign: str) -> None:
    wanted = priority(f"hydro{sign}gen storage")
    assert (fitted().scores(wanted) == fitted().scores(priority("hydrogen storage"))).all()
    [found] = troubles.find(wanted, fitted())
    assert (found.code, found.names) == ("signs", ("hydrogen storage",))
    assert "unsichtbare Zeichen" in troubles.sentence(found, "de")
    assert "invisible characters" in troubles.sentence(found, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_r5_and_r7_a_call_says_how_far_it_was_read_and_that_scores_move(
    own: Settings, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_LANGUAGE", language)
    with desk.open_store(own) as store:
        desk.seed(store, own)
        section = next(s for c in store.calls() for s in c.sections).model_copy(update={"text": LONG})
        long = lasting(store, sections=[section])
        short = store.calls()[1]
        fits = desk.ranker(store, own)
    page, said = seen(opened("call", language=language, call=long.reference)), told("explain", long.reference)
    for text in (page, said):
        assert start("moving", language) in text and start("long", language) in text
        assert {"de": "56.000", "en": "56,000"}[language] in text
    assert [line.startswith(start("moving", language)) for line in limits.of_call(fits, short, language)] == [True]


def test_r6_equal_scores_follow_the_next_deadline_and_then_the_reference() -> None:
    twins = [call(name, "Hydrogen storage") for name in "CAB"]
    day = datetime(2026, 8, 22, tzinfo=UTC).date()
    profile = region.load(ROOT / "data" / "regions" / "ruhr")
    tables = [shortlist.build(make("concepts").fit(some), profile, day) for some in (twins, twins[::-1])]
    assert [list(table["reference"]) for table in tables] == [sorted(c.reference for c in twins)] * 2
    assert "gleichen Punkten" in say("matches.score_help", "de") and "equal scores" in say("matches.score_help", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", limits.UNDONE)
def test_r9_a_pull_that_came_to_nothing_leaves_list_and_scores_and_says_so(language: str, state: Any) -> None:
    at = datetime(2026, 8, 22, 6, tzinfo=UTC)
    good = Run(source="portal", scope="live", started=at, finished=at, state="published")
    bad = good.model_copy(update={"state": state})
    said = limits.of_runs([bad, good], language) or ""
    assert said.startswith(start(f"unfinished_{state}", language)) and "22" in said
    assert limits.of_runs([good, bad], language) is None and limits.of_runs([], language) is None
    sheet = bad.model_copy(update={"source": "sheet"})
    assert limits.of_runs([sheet, good], language) is None


def test_r9_the_command_line_says_it_of_a_killed_pull(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.open_store(own) as store:
        desk.seed(store, own)
        killed = store.runs()[0].model_copy(update={"state": "killed"})
        before = [c.reference for c in store.calls()]
    monkeypatch.setattr(desk.Store, "runs", lambda store, *most: [killed])
    assert start("unfinished_killed", "de") in told("shortlist")
    with desk.open_store(own) as store:
        assert [c.reference for c in store.calls()] == before
