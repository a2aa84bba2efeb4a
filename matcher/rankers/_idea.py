"""Calls for a free text: a project idea of one line or of three pages.

Five views of likeness are added: all words, words of the title, letters of the title, phrases, and how much of a
call's title the text covers. Words that are said again and again count little more (damping). The idea's own title
and its text are compared apart and mixed, so that a long text does not drown its own title. The weights are from the
middle of a flat region on funded projects whose topic is known, the same on either half of them.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.model import Call
from matcher.rankers._corpus import STEADY, Corpus
from matcher.rankers._fields import CALL, DESTINATION, FIELDS, TITLE
from matcher.rankers._index import Block, Floats, Phrase
from matcher.rankers._letters import Letters
from matcher.rankers._tokens import normal

WORDS, TITLES, LETTERS, PHRASES, COVER = 0.8, 0.4, 0.8, 0.5, 0.1
TEXT, LONG = 2.0, 300
"""A text of `LONG` words or more weighs `TEXT` times its title; a shorter one says less of itself, by the root."""
START, START_WORDS = 0.5, 60.0
"""A text says what it is about at its start: the first word counts half more than the last."""
SIDE_FIELDS = {TITLE: 1.0, CALL: 0.2, DESTINATION: 0.2}
PHRASE_FIELDS = np.array([1.0, 0.4, 0.3, 0.5, 0.2, 0.3, 0.0])
SLOPE = 0.75
"""How far long titles are measured by their length (1: in full)."""
MOST_COMMON_RUN = 0.2
MOST_PHRASES = 300
MOST_TEXT = 50_000

assert len(PHRASE_FIELDS) == len(FIELDS)


class Query(NamedTuple):
    """An idea as weights of words: `unit` with idf, `said` without, each of shape (words,)."""

    unit: Floats
    said: Floats


class Side:
    """What ideas need of one block, made when the first idea comes: title words and title letters."""

    def __init__(self, block: Block, calls: Sequence[Call], letters: Letters):
        counts = block.field_counts()
        self.fields = {field: counts[field] for field in SIDE_FIELDS}
        self.letters = letters.counts([call.title for call in calls])


class Ideas:
    """Free texts against a corpus."""

    def __init__(self, corpus: Corpus, letters: Letters | None = None, known: dict[int, Side] | None = None):
        self.corpus, self.letters = corpus, letters or Letters()
        self.sides = dict(known or {})
        for held in corpus.held:
            if id(held.block) not in self.sides:
                calls = [corpus.calls[r] if r >= 0 else corpus.calls[0] for r in held.at]
                self.sides[id(held.block)] = Side(held.block, calls, self.letters)
        total, words = len(corpus.calls), corpus.width
        self._rows = np.concatenate([h.at for h in corpus.held]) if corpus.held else np.zeros(0, np.int32)
        self._titles = self._stack_titles(words)
        self._cover = self._stack_cover(words)
        runs = len(self.letters.numbers)
        stacked = self._stack([self.sides[id(h.block)].letters for h in corpus.held], runs)
        frequency = np.bincount(stacked.indices, minlength=runs)
        idf = np.log((total + 1.0) / (frequency + 1.0)) + 1
        idf[frequency > MOST_COMMON_RUN * (total + STEADY)] = 0
        self._run_idf = idf.astype(np.float32)
        stacked.data *= self._run_idf[stacked.indices]
        self._runs = _unit(stacked).tocsc()

    def _stack(self, parts: list[sparse.csr_matrix], width: int) -> sparse.csr_matrix:
        """Blocks below each other in the order of `calls`; rows of calls that went are left out."""
        total = len(self.corpus.calls)
        for part in parts:
            part.resize((part.shape[0], width))
        if not parts:
            return sparse.csr_matrix((total, width), dtype=np.float32)
        alive = np.flatnonzero(self._rows >= 0)
        order = alive[np.argsort(self._rows[alive], kind="stable")]
        return sparse.vstack(parts, format="csr")[order]

    def _stack_titles(self, words: int) -> sparse.csc_matrix:
        out = sparse.csr_matrix((len(self.corpus.calls), words), dtype=np.float32)
        for field, weight in SIDE_FIELDS.items():
            part = self._stack([self.sides[id(h.block)].fields[field].copy() for h in self.corpus.held], words)
            part.data = 2.5 * part.data / (part.data + 1.5)
            part.data *= self.corpus.word_idf[part.indices]
            out = out + weight * _unit(part, SLOPE if field == TITLE else 1.0)
        return out.tocsc()

    def _stack_cover(self, words: int) -> sparse.csc_matrix:
        part = self._stack([self.sides[id(h.block)].fields[TITLE].copy() for h in self.corpus.held], words)
        part.data = self.corpus.word_idf[part.indices]
        whole = np.maximum(np.asarray(part.sum(axis=1)).ravel(), 1e-6)
        return (sparse.diags(1 / whole) @ part).tocsc()

    def tidy(self, text: str, title: str) -> tuple[str, str]:
        """Text and title as they are read."""
        return normal(text.replace("_x000D_", " "))[:MOST_TEXT], normal(title.replace("_x000D_", " "))

    def title_words(self, rows: Sequence[int], used: NDArray[np.intp]) -> sparse.csr_matrix:
        """Weights of the words `used` in the titles of some calls, shape (rows, used)."""
        return self._titles[:, used].tocsr()[rows]

    def title_cover(self, rows: Sequence[int], used: NDArray[np.intp]) -> sparse.csr_matrix:
        """What each of the words `used` is of the titles of some calls (1: all of it), shape (rows, used)."""
        return self._cover[:, used].tocsr()[rows]

    def weighted(self, text: str, title: str) -> list[tuple[str, float]]:
        """Text and title with their parts in the score, which are 1 together; what is empty has none."""
        if not text.strip() or not title.strip():
            return [(text or title, 1.0)]
        worth = TEXT * min(1.0, len(self.corpus.stems(text)) / LONG) ** 0.5
        return [(text, worth / (1 + worth)), (title, 1 / (1 + worth))]

    def query(self, text: str, title: str) -> Query:
        """Damped weights of the words of a text and its title, each brought to length 1 before they are mixed."""
        corpus = self.corpus
        unit, said = np.zeros(corpus.width, np.float32), np.zeros(corpus.width, np.float32)
        for part, share in self.weighted(*self.tidy(text, title)):
            stems = np.array(corpus.stems(part), np.int64)
            known = stems >= 0
            worth = 1 + START * np.exp(-np.arange(len(stems)) / START_WORDS)
            own = np.log1p(np.bincount(stems[known], weights=worth[known], minlength=len(unit)))
            vector = own * corpus.word_idf
            unit += (share * vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
            said += (share * own).astype(np.float32)
        return Query(unit, said)

    def parts(self, text: str, title: str) -> list[tuple[str, NDArray[np.float64]]]:
        """The five views, weighted, each of shape (calls,), with the name of its reason."""
        unit, said = self.query(text, title)
        used = np.flatnonzero(unit)
        return [
            ("words", WORDS * float(np.linalg.norm(unit)) * self.corpus.likeness(unit)),
            ("title", TITLES * np.asarray(self._titles[:, used] @ unit[used])),
            ("letters", LETTERS * self._letter_likeness(text, title)),
            ("phrases", self._phrase_likeness(text, title)),
            ("cover", COVER * np.asarray(self._cover[:, used] @ said[used])),
        ]

    def _letter_likeness(self, text: str, title: str) -> NDArray[np.float64]:
        query = self.letter_query(text, title)
        used = np.flatnonzero(query)
        return np.asarray(self._runs[:, used] @ query[used], np.float64)

    def letter_query(self, text: str, title: str) -> Floats:
        """Weights of the letter runs of an idea, shape (runs,)."""
        query = np.zeros(len(self._run_idf), np.float32)
        for part, share in self.weighted(*self.tidy(text, title)):
            runs = self.letters.counts([part], add=False)
            weights = runs.data * self._run_idf[runs.indices]
            query[runs.indices] += share * weights / (float(np.linalg.norm(weights)) or 1.0)
        return query

    def _phrase_likeness(self, text: str, title: str) -> NDArray[np.float64]:
        out = np.zeros(len(self.corpus.calls))
        for _, there in self.phrases(text, title):
            out += there
        return out

    def phrases(self, text: str, title: str) -> list[tuple[Phrase, NDArray[np.float64]]]:
        """The pairs of words of an idea that stand in calls, and what each gives to every call, shape (calls,)."""
        corpus, total = self.corpus, len(self.corpus.calls)
        rarity: dict[Phrase, float] = {}
        wanted: dict[Phrase, float] = {}
        for part, share in self.weighted(*self.tidy(text, title)):
            own = {phrase: float(np.log1p(n)) for phrase, n in Counter(_pairs(corpus, part)).items()}
            ranked = sorted(own, key=lambda p: (-own[p] * self._rarity(p), p))[:MOST_PHRASES]
            for phrase in ranked:
                if phrase not in rarity:
                    calls = len(np.unique(corpus.find(phrase).rows))
                    rarity[phrase] = float(np.log((total + STEADY) / (calls + 1))) if calls else 0.0
            size = float(np.sqrt(sum((own[p] * rarity[p]) ** 2 for p in ranked))) or 1.0
            for phrase in ranked:
                if rarity[phrase]:
                    wanted[phrase] = wanted.get(phrase, 0.0) + share * own[phrase] * rarity[phrase] ** 2 / size
        found = []
        for phrase, worth in wanted.items():
            hits, there = corpus.find(phrase), np.zeros(total)
            np.maximum.at(there, hits.rows, PHRASE_FIELDS[hits.fields] * np.minimum(hits.counts, 1))
            found.append((phrase, PHRASES * worth * there / np.maximum(corpus.norms, 1e-6)))
        return found

    def _rarity(self, phrase: Phrase) -> float:
        return float(self.corpus.word_idf[[stem for stem, _ in phrase]].sum())


def _pairs(corpus: Corpus, text: str) -> list[Phrase]:
    """Pairs of telling words that stand together or with one function word between them."""
    stems = corpus.stems(text)
    telling = [(i, s) for i, s in enumerate(stems) if s >= 0 and not corpus.function[s]]
    out = []
    for (i, _), (j, _) in pairwise(telling):
        if j - i <= 2 and all(s >= 0 for s in stems[i : j + 1]):
            out.append(tuple((s, False) for s in stems[i : j + 1]))
    return out


def _unit(matrix: sparse.csr_matrix, slope: float = 1.0) -> sparse.csr_matrix:
    """Rows divided by their length to the power of `slope` (the rest by the mean length)."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    mean = float(length[length > 0].mean()) if (length > 0).any() else 1.0
    scale = np.where(length > 0, 1 / (np.maximum(length, 1e-9) ** slope * mean ** (1 - slope)), 0)
    return (sparse.diags(scale) @ matrix).tocsr().astype(np.float32)
