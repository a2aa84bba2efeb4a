"""The plain rival: scikit-learn's TF-IDF as it comes, a priority as one bag of weighted spellings. For comparison."""

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.errors import InputError
from matcher.ledger import Decision
from matcher.model import Call, Priority
from matcher.rankers import Explanation, Ranker, Reason
from matcher.rankers._glossary import Term
from matcher.rankers._scale import grade


class Tfidf(Ranker):
    """Title and text as one document, default settings, cosine. Guards, rules and decisions are not used."""

    name: ClassVar[str] = "tfidf"
    label: ClassVar[str] = "Plain TF-IDF"

    def fit(self, calls: Sequence[Call]) -> Self:
        self.calls_ = list(calls)
        self._vectorizer = TfidfVectorizer()
        texts = [f"{call.title}\n{call.text}" for call in self.calls_]
        try:
            self._matrix = self._vectorizer.fit_transform(texts)
        except ValueError:  # no word in any call: nothing can be found
            self._matrix = None
        return self

    def _query(self, priority: Priority) -> NDArray[np.float64]:
        vector = np.zeros(self._matrix.shape[1])
        for concept in priority.concepts:
            if concept.active:
                spellings = [s for all_ in concept.spellings.values() for s in all_]
                found = self._vectorizer.transform([" ".join(spellings)])
                vector += concept.weight * np.asarray(found.todense()).ravel()
        norm = np.linalg.norm(vector)
        return np.asarray(vector / norm if norm else vector)

    def scores(self, priority: Priority, decisions: Sequence[Decision] = ()) -> NDArray[np.float64]:
        if not hasattr(self, "calls_"):
            raise InputError("This ranking was not fitted on any calls yet. Fit it first.")
        if self._matrix is None:
            return np.zeros(len(self.calls_))
        return np.asarray(100.0 * np.clip(self._matrix @ self._query(priority), 0, 1))

    def explain(
        self, rows: Sequence[int], priority: Priority, decisions: Sequence[Decision] = ()
    ) -> list[Explanation]:
        scores = self.scores(priority)
        if self._matrix is None:
            return [Explanation(0.0, "none", [], [], None, False) for _ in rows]
        query, names, out = self._query(priority), self._vectorizer.get_feature_names_out(), []
        for row in rows:
            part = self._matrix[row]
            gains = 100.0 * part.data * query[part.indices]
            order = [i for i in np.argsort(-gains, kind="stable") if gains[i] > 0]
            words = [str(names[part.indices[i]]) for i in order]
            reasons = [Reason("concept", w, float(gains[i]), (), (w,)) for w, i in zip(words, order, strict=True)]
            score = float(scores[row])
            out.append(Explanation(score, grade(score), reasons, [], None, False))
        return out

    def grades(self, scores: NDArray[np.float64]) -> list[str]:
        return [grade(float(s)) for s in scores]

    def ideas(self, text: str, title: str = "", told: Sequence[Term] | None = None) -> NDArray[np.float64]:
        if self._matrix is None:
            return np.zeros(len(self.calls_))
        english = " . ".join(term.english for term in told or ())
        query = self._vectorizer.transform([f"{title}\n{text}\n{english}"])
        return np.asarray(100.0 * np.clip((self._matrix @ query.T).toarray().ravel(), 0, 1))
