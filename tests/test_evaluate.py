"""Measures of quality: right against scikit-learn, with intervals, and refused when the file is faulty."""

from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from sklearn.metrics import average_precision_score, ndcg_score
from test_rankers import fitted, snapshot

from matcher import evaluate, region
from matcher.errors import InputError
from matcher.evaluate import Judged, Judgements, figures

FILE = ROOT / "data" / "judgements" / "grades.csv"


@pytest.fixture(scope="module")
def judged() -> Judgements:
    return evaluate.judgements(FILE)


@pytest.fixture(scope="module")
def profile() -> region.Profile:  # type: ignore[name-defined]
    return region.load(ROOT / "data" / "regions" / "ruhr")


def test_measures_agree_with_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    for _ in range(20):
        scores = generator.permutation(40).astype(float)
        grades = generator.choice([0, 0.5, 1, 1.5, 2], 40)
        found = figures(scores, grades)
        for depth in (10, 30):
            expected = ndcg_score([2.0**grades - 1], [scores], k=depth)
            assert found[f"nDCG@{depth}"] == pytest.approx(expected)
        assert found["MAP"] == pytest.approx(average_precision_score(grades >= 1.5, scores))


def test_measures_by_hand() -> None:
    found = figures(np.array([5.0, 4, 3, 2, 1]), np.array([2.0, 0, 1.5, 1, 0]))
    assert found["MAP"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["P@10"] == pytest.approx(2 / 5)
    assert found["R-precision"] == pytest.approx(0.5)
    assert set(figures(np.array([1.0]), np.array([1.0])).values()) == {0.0}


def test_equal_scores_keep_the_order_of_references(judged: Judgements) -> None:
    assert figures(np.zeros(4), np.array([2.0, 0, 0, 0]))["MAP"] == 1
    assert figures(np.zeros(4), np.array([0.0, 0, 0, 2]))["MAP"] == 0.25
    assert len(judged.rows) == 466


def test_every_priority_and_the_mean_is_measured(judged: Judgements, profile: object) -> None:
    found = evaluate.measure(fitted(), profile, judged)  # type: ignore[arg-type]
    assert list(found) == [*judged.keys, "macro"]
    assert all(tuple(row) == evaluate.MEASURES for row in found.values())
    mean = np.mean([found[k]["MAP"] for k in judged.keys])
    assert found["macro"]["MAP"] == pytest.approx(mean)


def test_ours_is_better_than_the_plain_rival_beyond_chance(judged: Judgements, profile: object) -> None:
    ours = evaluate.intervals(fitted(), profile, judged, draws=100)  # type: ignore[arg-type]
    plain = evaluate.intervals(fitted("tfidf"), profile, judged, draws=100)  # type: ignore[arg-type]
    for found in (ours, plain):
        for row in found.values():
            assert all(0 <= i.low <= i.high <= 1 for i in row.values())
    assert ours["macro"]["MAP"].low > plain["macro"]["MAP"].high
    assert ours["logistics"]["MAP"].high - ours["logistics"]["MAP"].low > 0.05
    assert evaluate.intervals(fitted(), profile, judged, draws=100) == ours  # type: ignore[arg-type]


def test_misses_are_named_in_both_directions(judged: Judgements, profile: object) -> None:
    high, low = evaluate.misses(fitted("tfidf"), profile, judged)["city"]  # type: ignore[arg-type]
    assert high and all(m.grade == 0 for m in high) and [m.rank for m in high] == sorted(m.rank for m in high)
    assert low and all(m.grade >= 1.5 for m in low) and low[0].rank > high[-1].rank
    assert high[0].title == next(c.title for c in snapshot() if c.reference == high[0].reference)


def test_calls_that_are_not_stored_are_left_out(profile: object) -> None:
    stored, key = snapshot()[0], "green"
    rows = (Judged(stored.reference, "x", {key: 2.0}), Judged("nowhere", "y", {key: 2.0}))
    found = evaluate.measure(fitted(), profile, Judgements((key,), rows))  # type: ignore[arg-type]
    assert found[key]["MAP"] == 1
    with pytest.raises(InputError, match="None of the judged"):
        evaluate.measure(fitted(), profile, Judgements((key,), rows[1:]))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="No priority"):
        evaluate.measure(fitted(), profile, Judgements(("other",), rows))  # type: ignore[arg-type]


def test_a_faulty_file_is_refused_with_all_lines(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("reference,identifier,green\nA,a,2\nB,b,3\nC,c\nD,d,x\nA,a,1\nE,e,\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        evaluate.judgements(path)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["line 3", "line 4", "line 5", "line 6"]
    path.write_text("name,green\n", encoding="utf-8")
    with pytest.raises(InputError, match="header"):
        evaluate.judgements(path)
    with pytest.raises(InputError, match="cannot be read"):
        evaluate.judgements(tmp_path / "missing.csv")


def test_on_the_recorded_corpus(shared: Path, judged: Judgements, profile: object) -> None:
    from matcher.rankers import make
    from matcher.sources._replay import Replay
    from matcher.sources.portal import parse

    calls = [parse(r) for page in Replay(shared / "corpus").pages() for r in page.records]
    found = evaluate.measure(make("concepts").fit(calls), profile, judged)["macro"]  # type: ignore[arg-type]
    assert found["MAP"] >= 0.87 and found["R-precision"] >= 0.79 and found["nDCG@10"] >= 0.96
