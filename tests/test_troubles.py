"""What keeps a priority from matching is said: no word, function words, unknown words, far too many, one alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from conftest import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_rankers import NASTY, call, fitted, priority
from typer.testing import CliRunner

from matcher import cli, desk, region
from matcher.model import Priority, Rule
from matcher.rankers import make
from matcher.settings import Settings
from matcher.views import troubles
from matcher.words import LANGUAGES
from tests.app_driver import opened, seen, sound

CASES = [
    (priority(), ["empty"]),
    (priority("the of", "und"), ["nothing"]),
    (priority("the of", "hydrogen storage"), ["stops"]),
    (priority("xqzt", "vlkj wrrt"), ["unknown"]),
    (priority("hydrogen"), ["one"]),
    (priority("hydrogen storage"), []),
    (priority("hydrogen", "waste heat"), []),
    (priority("hydrogen", *["one two three four five six seven eight nine ten eleven twelve thirteen"]), ["long"]),
    (priority("hydrogen", *[f"word{n}" for n in range(10_000)]), ["many"]),
]


@pytest.mark.parametrize(("wanted", "codes"), CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_trouble_is_found_and_said(wanted: Priority, codes: list[str], language: str) -> None:
    found = troubles.find(wanted, fitted())
    assert [trouble.code for trouble in found] == codes
    for trouble in found:
        said = troubles.sentence(trouble, language)
        assert "{" not in said and len(said) < 600
    assert fitted().scores(wanted).shape == (len(fitted().calls_),)


def test_numbers_and_names_stand_in_the_sentence() -> None:
    [many] = troubles.find(CASES[-1][0])
    assert (many.n, many.most) == (10_001, 500)
    assert "10.001" in troubles.sentence(many, "de") and "word499" in troubles.sentence(many, "de")
    assert "10,001" in troubles.sentence(many, "en") and troubles.sentence(many, "en").endswith("word503 ….")


def test_a_rule_alone_is_enough_and_switched_off_concepts_do_not_count() -> None:
    rule = Rule(prefixes=["CEF-"], add=2)
    assert troubles.find(priority(rules=[rule])) == []
    off = priority("hydrogen", rules=[rule.model_copy(update={"active": False})])
    off = off.model_copy(update={"concepts": [c.model_copy(update={"active": False}) for c in off.concepts]})
    assert [t.code for t in troubles.find(off)] == ["empty"]


def test_the_shipped_priorities_have_no_trouble() -> None:
    for wanted in region.load(ROOT / "data" / "regions" / "ruhr").priorities:
        assert troubles.find(wanted, fitted()) == []


def test_without_calls_nothing_is_unknown() -> None:
    assert troubles.find(priority("xqzt", "vlkj wrrt"), make("concepts").fit([])) == []


@settings(max_examples=150, deadline=None)
@given(words=st.lists(NASTY.filter(str.strip), max_size=6))
@example(words=["\ud800"])
def test_no_word_breaks_it(words: list[str]) -> None:
    wanted = priority(*words)
    ranker = make("concepts").fit([call("A", "Hydrogen"), call("B", "Ports")])
    scores = ranker.scores(wanted)
    assert ((scores >= 0) & (scores <= 100)).all()
    for trouble in troubles.find(wanted, ranker):
        assert troubles.sentence(trouble, "de")
        if trouble.code in ("empty", "nothing"):
            assert not scores.any(), "what finds nothing has no score"


@pytest.fixture
def dull(demo: Path) -> Iterator[None]:
    """A store whose first priority holds function words only."""
    own = Settings()
    with desk.open_store(own) as store:
        saved = desk.profile(store, own)
        empty = {"concepts": priority("the of").concepts, "rules": [], "guards": []}
        first = saved.priorities[0].model_copy(update=empty)
        draft = saved.model_copy(update={"priorities": [first, *saved.priorities[1:]]})
        desk.tune(store, draft=draft, by="test", why="test")
    yield
    streamlit.cache_resource.clear()


def test_the_command_line_says_it(dull: None) -> None:
    result = CliRunner().invoke(cli.app, ["shortlist", "--top", "3"])
    assert result.exit_code == 0
    assert "findet nichts: Es enthält nur Füllwörter (the of)" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("language", "said"), [("de", "enthält nur Füllwörter (the of)"), ("en", "holds only function words (the of)")]
)
def test_the_editor_says_it(dull: None, language: str, said: str) -> None:
    assert said in seen(sound(opened("priorities", language=language))).replace("\\", "")
