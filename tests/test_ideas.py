"""Free texts: a line or three pages, shouted or quiet, English or German, find the calls they are about."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from ruamel.yaml import YAML
from test_rankers import fitted, snapshot

from matcher.rankers import Ranker, make
from matcher.sources._replay import Replay
from matcher.sources.portal import parse

IDEAS = [
    ("Inland waterways for freight", "CEF-T-2026-COREGEN-IWWP-WORKS"),
    ("circular logistics in cities: reverse flows, shared depots", "HORIZON-MISS-2027-04-CIT-CCRI-04"),
    ("AUTONOMOUS VESSELS FOR SHORT SEA SHIPPING AND INLAND WATERWAYS", "HORIZON-CL5-2027-03-D5-16"),
    (
        "we want to save CO2 by piping it to a store under the sea, with a European policy",
        "HORIZON-CL5-2027-02-D3-31",
    ),
]


def rank(scores: np.ndarray, identifier: str, ranker: Ranker) -> int:
    order = np.argsort(-scores, kind="stable")
    return next(r for r, i in enumerate(order, start=1) if ranker.calls_[i].identifier == identifier)


@pytest.mark.parametrize(("text", "identifier"), IDEAS)
def test_an_idea_finds_its_call(text: str, identifier: str) -> None:
    scores = fitted().ideas(text)
    assert scores.shape == (len(snapshot()),)
    assert scores.min() >= 0 and scores.max() <= 100
    assert rank(scores, identifier, fitted()) <= 5


def test_a_long_text_does_not_lose_to_its_own_title() -> None:
    noise = (
        "The consortium will hold meetings, write reports and deliver a data management plan to the partners. " * 60
    )
    scores = fitted().ideas(noise, "Advancing circular logistics solutions in cities")
    assert rank(scores, "HORIZON-MISS-2027-04-CIT-CCRI-04", fitted()) <= 3


def test_german_ideas_by_the_glossary() -> None:
    rows = [dict(row) for row in YAML(typ="safe").load(ROOT / "data" / "regions" / "ruhr" / "glossary.yaml")]
    ranker = fitted().with_glossary(rows)  # type: ignore[attr-defined]
    scores = ranker.ideas("Binnenschifffahrt und Häfen")
    assert rank(scores, "CEF-T-2026-COREGEN-IWWP-WORKS", ranker) <= 10
    best = int(np.argmax(ranker.ideas("Wasserstoffspeicher")))
    assert "hydrogen" in f"{snapshot()[best].title} {snapshot()[best].text}".lower()
    plain = np.array_equal(fitted().ideas("hydrogen storage"), ranker.ideas("hydrogen storage"))
    assert plain


@pytest.mark.parametrize("text", ["", "   ", "of the and", "xqzt vlkj", "\u202e\u200f", "_x000D_"])
def test_a_text_that_says_nothing_finds_nothing_much(text: str) -> None:
    scores = fitted().ideas(text)
    assert np.isfinite(scores).all() and scores.max() < 30


def test_same_text_same_scores() -> None:
    assert np.array_equal(fitted().ideas("waste heat for homes"), fitted().ideas("waste heat for homes"))


def test_quality_on_funded_projects(shared: Path) -> None:
    calls = [parse(r) for page in Replay(shared / "bench" / "topics").pages() for r in page.records]
    ranker = make("concepts").fit(calls)
    where = {c.identifier: i for i, c in enumerate(calls)}
    with gzip.open(shared / "bench" / "objective.jsonl.gz", "rt", encoding="utf-8") as lines:
        queries = [json.loads(line) for line in lines][::4]
    gains = []
    for query in queries:
        scores = ranker.ideas(query["text"])
        gains.append(max(1 / (1 + (scores > scores[where[i]]).sum()) for i in query["relevant"] if i in where))
    assert float(np.mean(gains)) >= 0.44
