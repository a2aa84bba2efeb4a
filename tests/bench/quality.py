"""`make bench-quality`: rivals and ours on the same calls and judgements, in one run and one table.

    python -m tests.bench.quality [--calls FOLDER] [--ideas FOLDER] [--draws N]

`--calls` is a replay folder (by default the recorded corpus beside the checkout, else the shipped snapshot). With
`--ideas` (a folder with `topics/` and `*.jsonl.gz`) free texts of funded projects are ranked too.
"""

import argparse
import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher import evaluate, region
from matcher.model import Call, Concept, Priority
from matcher.rankers import Explanation, Ranker, Reason, make
from matcher.rankers.concepts import Concepts
from matcher.sources._replay import Replay
from matcher.sources.portal import parse

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared"


def spellings(priority: Priority, language: str = "en") -> list[tuple[str, float]]:
    return [(s, c.weight) for c in priority.concepts if c.active for s in c.spellings.get(language, [])]


class Rival(Ranker):
    """Any function of documents that gives a score for a priority, behind the contract of a ranker."""

    name = "rival"

    def __init__(self, prepare: Callable[[list[Call]], Callable[[Priority], np.ndarray]]):
        self.prepare = prepare

    def fit(self, calls: list[Call]) -> "Rival":  # type: ignore[override]
        self.calls_, self._score = calls, self.prepare(calls)
        return self

    def scores(self, priority: Priority, decisions: object = ()) -> np.ndarray:  # type: ignore[override]
        return np.asarray(self._score(priority), float)

    def explain(self, rows: Sequence[int], priority: Priority, decisions: object = ()) -> list[Explanation]:
        scores = self.scores(priority)
        told = [(scores[row], [Reason("concept", "likeness", scores[row])]) for row in rows]
        return [Explanation(score, "none", reasons, [], None, False) for score, reasons in told]

    def grades(self, scores: np.ndarray) -> list[str]:
        return ["none"] * len(scores)

    def ideas(self, text: str, title: str = "") -> np.ndarray:
        said = Concept(key="idea", weight=1, spellings={"en": [f"{title} {text}"]})
        return self.scores(Priority(key="idea", labels={}, concepts=[said]))


def texts(calls: list[Call]) -> list[str]:
    return [f"{call.title}\n{call.text}" for call in calls]


def vectors(reduce: int | None = None, title: float = 0, **options: object) -> Callable[..., object]:
    """A TF-IDF of scikit-learn; a priority is the weighted sum of its spellings' vectors."""

    def prepare(calls: list[Call]) -> Callable[[Priority], np.ndarray]:
        vectorizer = TfidfVectorizer(**options)
        matrix = vectorizer.fit_transform(texts(calls))
        if title:
            matrix = matrix + title * vectorizer.transform([call.title for call in calls])
        svd = TruncatedSVD(reduce, random_state=0).fit(matrix) if reduce else None
        documents = svd.transform(matrix) if svd else matrix
        if svd:
            documents /= np.maximum(np.linalg.norm(documents, axis=1, keepdims=True), 1e-9)

        def score(priority: Priority) -> np.ndarray:
            words = spellings(priority)
            query = vectorizer.transform([s for s, _ in words]).T @ np.array([w for _, w in words])
            return documents @ (svd.transform(query.reshape(1, -1)).ravel() if svd else query)

        return score

    return prepare


def bm25(calls: list[Call]) -> Callable[[Priority], np.ndarray]:
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(texts(calls), stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False
    )

    def score(priority: Priority) -> np.ndarray:
        out = np.zeros(len(calls))
        for spelling, weight in spellings(priority):
            tokens = bm25s.tokenize(spelling, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False)[
                0
            ]
            if tokens:
                out += weight * index.get_scores(tokens)
        return out

    return score


def hits(calls: list[Call]) -> Callable[[Priority], np.ndarray]:
    """2 for each spelling in title or keywords, 1 for each in the text."""
    meta = [f"{c.title} {' '.join(c.keywords)}".lower() for c in calls]
    body = [c.text.lower() for c in calls]

    def score(priority: Priority) -> np.ndarray:
        words = [s.lower() for s, _ in spellings(priority)]
        return np.array([sum(2 * (w in m) + (w in b) for w in words) for m, b in zip(meta, body, strict=True)], float)

    return score


def rivals() -> dict[str, Ranker]:
    tuned = {"sublinear_tf": True, "max_df": 0.1, "ngram_range": (1, 2), "stop_words": "english"}
    return {
        "hit counting (2 metadata, 1 text)": Rival(hits),
        "TF-IDF, scikit-learn defaults": Rival(vectors()),  # type: ignore[arg-type]
        "TF-IDF, tuned (1-2-grams, title)": Rival(vectors(title=1.0, **tuned)),  # type: ignore[arg-type]
        "TF-IDF, letters 3-5": Rival(vectors(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)),  # type: ignore[arg-type]
        "LSA, 100 dimensions": Rival(vectors(reduce=100, **tuned)),  # type: ignore[arg-type]
        "BM25 (bm25s, stems)": Rival(bm25),
        "ours without feedback": Concepts(with_feedback=False),
        "ours": make("concepts"),
    }


def read(folder: Path) -> list[Call]:
    calls = [parse(record) for page in Replay(folder).pages() for record in page.records]
    return sorted(calls, key=lambda call: call.reference)


def priorities(folder: Path, draws: int) -> None:
    calls, profile = read(folder), region.load(ROOT / "data" / "regions" / "ruhr")
    judged = evaluate.judgements(ROOT / "data" / "judgements" / "grades.csv")
    print(f"{len(calls)} calls of {folder.name}, {len(judged.rows)} judged; 95 % intervals over judged calls\n")
    print(f"{'method':36} {'MAP':^20} {'nDCG@10':^20} {'R-precision':^20}")
    for label, ranker in rivals().items():
        row = evaluate.intervals(ranker.fit(calls), profile, judged, draws=draws)["macro"]
        cells = [row[m] for m in ("MAP", "nDCG@10", "R-precision")]
        print(f"{label:36} " + " ".join(f"{c.value:.3f} [{c.low:.3f}, {c.high:.3f}]" for c in cells))
    ours = evaluate.intervals(ranker, profile, judged, draws=draws)
    print("\nours by priority")
    for key, row in ours.items():
        cells = [row[m] for m in ("MAP", "nDCG@10", "R-precision")]
        print(f"{key:36} " + " ".join(f"{c.value:.3f} [{c.low:.3f}, {c.high:.3f}]" for c in cells))
    print("\nrelevant of the shown, by class")
    for key, classes in evaluate.promise(ranker, profile, judged).items():
        print(f"{key:36} " + "  ".join(f"{c} {right}/{shown}" for c, (shown, right) in classes.items()))


def ideas(folder: Path) -> None:
    calls = read(folder / "topics")
    where = {call.identifier: i for i, call in enumerate(calls)}
    rankers = {"TF-IDF, scikit-learn defaults": make("tfidf").fit(calls), "ours": make("concepts").fit(calls)}
    print(f"\n{len(calls)} topics; ideas are texts of projects that one of them funded\n")
    print(f"{'method':36} {'queries':12} {'MRR':>14} {'recall@10':>12}")
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            queries = [json.loads(line) for line in lines]
        titled = not file.name.startswith("objective")
        for label, ranker in rankers.items():
            ranks = []
            for query in queries:
                scores = ranker.ideas(query["text"], query["title"] if titled else "")
                at = [where[i] for i in query["relevant"] if i in where]
                ranks.append(min(1 + int((scores > scores[i]).sum() + (scores[:i] == scores[i]).sum()) for i in at))
            gains = 1 / np.array(ranks)
            error = gains.std(ddof=1) / len(gains) ** 0.5
            found = (np.array(ranks) <= 10).mean()
            print(f"{label:36} {file.name[:-9]:12} {gains.mean():.3f} ± {error:.3f} {found:12.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    corpus = SHARED / "corpus"
    parser.add_argument("--calls", type=Path, default=corpus if corpus.is_dir() else ROOT / "data" / "snapshot")
    parser.add_argument("--ideas", type=Path, default=SHARED / "bench" if (SHARED / "bench").is_dir() else None)
    parser.add_argument("--draws", type=int, default=500)
    chosen = parser.parse_args()
    priorities(chosen.calls, chosen.draws)
    if chosen.ideas:
        ideas(chosen.ideas)


if __name__ == "__main__":
    main()
