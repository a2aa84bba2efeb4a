"""Other ways to rank calls, behind the contract of a ranker: what `quality` measures beside ours."""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.model import Call, Concept, Priority
from matcher.rankers import Explanation, Ranker, Reason, make
from matcher.rankers.concepts import Concepts


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
