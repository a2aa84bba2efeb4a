"""Free texts: a line or three pages, shouted or quiet, English or German, find the calls they are about."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from test_rankers import BOILERPLATE, NASTY, call, fitted, snapshot

from matcher.model import Call, Section
from matcher.rankers import Ranker, make
from matcher.rankers._glossary import Term
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


NOISE = (
    "The consortium will hold meetings, write reports and deliver a data management plan to the partners. Work "
    "package one coordinates the project, work package two disseminates its results to citizens and industry. "
)


def sample() -> list[int]:
    """Every eleventh call that has a text worth the name."""
    return [i for i, c in enumerate(snapshot()) if len(c.text) > 200][::11]


def test_three_pages_of_noise_never_bury_the_title_of_an_idea() -> None:
    places = []
    for row in sample():
        scores = fitted().ideas(NOISE * 60, snapshot()[row].title)
        places.append(1 + int((scores > scores[row]).sum()))
    assert len(places) >= 30 and max(places) <= 3 and sum(p == 1 for p in places) >= 0.9 * len(places)


def test_a_first_sentence_counts_in_three_pages_of_noise_without_a_title() -> None:
    places = []
    for row in sample():
        scores = fitted().ideas(f"{snapshot()[row].title}. {NOISE * 60}")
        places.append(1 + int((scores > scores[row]).sum()))
    assert sum(p <= 10 for p in places) >= 0.9 * len(places) and max(places) <= 30


def test_full_length_calls_neither_sink_nor_rise_for_an_idea() -> None:
    def grown(i: int) -> Call:
        own = snapshot()[i]
        if i % 2 or not own.text:
            return own
        *before, last = own.sections
        fill = BOILERPLATE * (15_000 // len(BOILERPLATE))
        longer = Section(kind=last.kind, text=f"{last.text} {fill}")
        return own.model_copy(update={"sections": [*before, longer], "checksum": f"{own.checksum}+"})

    mixed = make("concepts").fit([grown(i) for i in range(len(snapshot()))])
    for row in sample():
        scores = mixed.ideas(snapshot()[row].title)
        assert 1 + int((scores > scores[row]).sum()) <= 3
    for text in (
        "waste heat for district heating",
        "hydrogen for steel",
        "care for older people at home",
        IDEAS[1][0],
    ):
        order = np.argsort(-fitted().ideas(text), kind="stable")[:30]
        scores = mixed.ideas(text)
        places = np.array([int((scores > scores[row]).sum()) for row in order])
        long = np.array([row % 2 == 0 and bool(snapshot()[row].text) for row in order])
        assert abs(np.median((places - np.arange(30))[long])) <= 6, text
        assert (places < 40).sum() >= 25, text


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("Kreislauflogistik: zirkuläre Logistik in Städten", "HORIZON-MISS-2027-04-CIT-CCRI-04"),
        ("Ausbau der Binnenwasserstraßen", "CEF-T-2026-COREGEN-IWWP-WORKS"),
    ],
)
def test_a_german_title_holds_its_own_against_noise(title: str, identifier: str) -> None:
    noise = (
        "Das Konsortium hält Sitzungen ab, schreibt Berichte und gibt den Partnern einen Datenmanagementplan. " * 60
    )
    assert rank(with_glossary().ideas(noise, title), identifier, with_glossary()) <= 3


def test_german_ideas_by_the_glossary() -> None:
    ranker = with_glossary()
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


SAYINGS = """
Wasserstoff Binnenhäfen Abwärmenutzung KI-gestützte Pflege grünem Wasserstoff im Hafen hydrogen ports inland waterways
CO2 circular economy waste heat cities Krankenhäuser R&D der die und of the qxzwv 5G
"""
SAID = st.lists(st.sampled_from(SAYINGS.split()), max_size=40).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(text=SAID | NASTY, title=SAID | NASTY)
def test_the_reasons_of_an_idea_add_up_to_its_score(text: str, title: str) -> None:
    ranker = with_glossary()
    scores = ranker.ideas(text, title)
    rows = [*np.argsort(-scores, kind="stable")[:15], *range(0, len(scores), 97)]
    for row, why in zip(rows, ranker.explain_idea(rows, text, title), strict=True):
        assert why.score == pytest.approx(float(scores[row]), abs=1e-9) and why.grade == ""
        assert sum(reason.share for reason in why.reasons) == pytest.approx(why.score, abs=1e-4)
        assert all(np.isfinite(reason.share) and reason.share > 0 for reason in why.reasons)
        assert {reason.kind for reason in why.reasons} <= {"word", "translation", "phrase", "letters"}, "none is left"


@pytest.mark.parametrize("name", ["concepts", "tfidf"])
def test_every_method_takes_an_idea_apart_or_gives_it_whole(name: str) -> None:
    ranker = fitted(name)
    scores = ranker.ideas("hydrogen for inland ports")
    best = int(np.argmax(scores))
    whys = ranker.explain_idea([best, best], "hydrogen for inland ports")
    assert len(whys) == 2 and whys[0] == whys[1]
    assert sum(r.share for r in whys[0].reasons) == pytest.approx(scores[best], abs=1e-4) and scores[best] > 0


def test_reasons_name_words_translations_with_origin_fields_and_what_is_missing() -> None:
    calls = [
        call("A", "Hydrogen for steel", "First things first. Waste heat of furnaces is used. Nothing more."),
        *[call(f"X{i}", f"Other matter {i}", "A text about nothing in particular.") for i in range(30)],
    ]
    rows = [
        {"de": "Wasserstoff", "en": "hydrogen", "origin": "lexicon"},
        {"de": "Abwärme", "en": "waste heat", "origin": "Ada"},
        {"de": "Hafen", "en": "matter", "origin": "own"},
    ]
    ranker = make("concepts").fit(calls).with_glossary(rows)
    [why] = ranker.explain_idea([0], "Abwärme und Wasserstoff für steel im Hafen")
    found = {reason.key: reason for reason in why.reasons}
    assert (found["Wasserstoff"].kind, found["Wasserstoff"].origin) == ("translation", "lexicon")
    assert found["Wasserstoff"].fields == ("title",) and found["Wasserstoff"].words == ("Hydrogen",)
    assert found["Abwärme"].origin == "Ada" and found["Abwärme"].fields == ("text",)
    assert found["steel"].kind == "word" and why.missing == ["Hafen"]
    assert why.passage is not None and why.passage.text == "Waste heat of furnaces is used."


def test_what_is_looked_for_as_well_can_be_chosen() -> None:
    ranker = with_glossary()
    assert not np.array_equal(ranker.ideas("Wasserstoff"), ranker.ideas("Wasserstoff", told=[]))
    terms = [Term("de", "Wasserstoff", "hydrogen", "own")]
    assert np.array_equal(ranker.ideas("Wasserstoff", told=terms), fitted().ideas("Wasserstoff", told=terms))


def with_glossary() -> Ranker:
    rows = [dict(row) for row in YAML(typ="safe").load(ROOT / "data" / "regions" / "ruhr" / "glossary.yaml")]
    return fitted().with_glossary(rows)


def test_title_and_text_are_compared_apart_and_a_longer_text_weighs_more() -> None:
    mix = fitted()._idea_index().weighted  # type: ignore[attr-defined]
    title, text = "Inland ports", "hydrogen for ships " * 40
    assert mix(text, "") == [(text, 1.0)] and mix("", title) == [(title, 1.0)]
    shares = [dict(mix(text[:cut], title))[title] for cut in (20, 200, 700)]
    assert 1 > shares[0] > shares[1] > shares[2] > 0.3
    assert all(sum(share for _, share in mix(text[:cut], title)) == pytest.approx(1) for cut in (20, 700))
    whole, apart = fitted().ideas(text, title), [fitted().ideas(text), fitted().ideas("", title)]
    assert (whole <= np.maximum(*apart) + 1e-4).all() and (whole >= np.minimum(*apart) - 1e-4).all()


@pytest.mark.parametrize(("titled", "least"), [(False, 0.47), (True, 0.51)])
def test_quality_on_funded_projects(shared: Path, titled: bool, least: float) -> None:
    calls = [parse(r) for page in Replay(shared / "bench" / "topics").pages() for r in page.records]
    ranker = make("concepts").fit(calls)
    where = {c.identifier: i for i, c in enumerate(calls)}
    with gzip.open(shared / "bench" / "objective.jsonl.gz", "rt", encoding="utf-8") as lines:
        queries = [json.loads(line) for line in lines][::4]
    gains = []
    for query in queries:
        scores = ranker.ideas(query["text"], query["title"] if titled else "")
        gains.append(max(1 / (1 + (scores > scores[where[i]]).sum()) for i in query["relevant"] if i in where))
    assert float(np.mean(gains)) >= least
