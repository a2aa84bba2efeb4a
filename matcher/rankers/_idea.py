"""Calls for a free text: a project idea of one line or of three pages.

Five views of likeness are added: all words, words of the title, letters of the title, phrases, and how much of a
call's title the text covers. Words that are said again and again count little more (damping), and the idea's own
title counts three times, so that a long text does not lose to its own title. The weights were chosen on one half of
funded projects whose topic is known and checked on the other.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.model import Call
from matcher.rankers._corpus import STEADY, Corpus
from matcher.rankers._fields import CALL, DESTINATION, FIELDS, TITLE
from matcher.rankers._index import Block, Floats, Phrase
from matcher.rankers._letters import Letters
from matcher.rankers._tokens import normal

WORDS, TITLES, LETTERS, PHRASES, COVER = 1.0, 0.4, 0.8, 0.4, 0.1
OWN_TITLE = 3.0
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

    def vector(self, text: str, title: str) -> Floats:
        """Damped word weights of a text and its title, shape (words,), idf included."""
        corpus = self.corpus
        out = np.zeros(corpus.width, np.float32)
        for part, gain in ((text, 1.0), (title, OWN_TITLE)):
            stems = np.array(corpus.stems(part), np.int64)
            known = stems >= 0
            worth = 1 + START * np.exp(-np.arange(len(stems)) / START_WORDS)
            counts = np.bincount(stems[known], weights=worth[known], minlength=len(out))
            out += (gain * np.log1p(counts) * corpus.word_idf).astype(np.float32)
        return out

    def parts(self, text: str, title: str) -> list[tuple[str, NDArray[np.float64]]]:
        """The five views, weighted, each of shape (calls,), with the name of its reason."""
        text, title = self.tidy(text, title)
        vector = self.vector(text, title)
        unit = vector / max(float(np.linalg.norm(vector)), 1e-9)
        used = np.flatnonzero(unit)
        said = vector / np.maximum(self.corpus.word_idf, 1e-9)
        return [
            ("words", WORDS * self.corpus.likeness(vector)),
            ("title", TITLES * np.asarray(self._titles[:, used] @ unit[used])),
            ("letters", LETTERS * self._letter_likeness(text, title)),
            ("phrases", PHRASES * self._phrase_likeness(text, title)),
            ("cover", COVER * np.asarray(self._cover[:, used] @ said[used]) / (OWN_TITLE if title else 1.0)),
        ]

    def _letter_likeness(self, text: str, title: str) -> NDArray[np.float64]:
        query = self.letter_query(text, title)
        used = np.flatnonzero(query)
        return np.asarray(self._runs[:, used] @ query[used], np.float64)

    def letter_query(self, text: str, title: str) -> Floats:
        """Weights of the letter runs of an idea, of length 1, shape (runs,)."""
        runs = self.letters.counts([text, title], add=False)
        width = len(self._run_idf)
        query = np.zeros(width, np.float32)
        for part, gain in ((runs[0], 1.0), (runs[1], 2.0)):
            own = part.copy()
            own.data = own.data * self._run_idf[own.indices]
            size = np.sqrt((own.data**2).sum()) or 1.0
            query[own.indices] += gain * own.data / size
        return np.asarray(query / (np.linalg.norm(query) or 1.0), np.float32)

    def _phrase_likeness(self, text: str, title: str) -> NDArray[np.float64]:
        out = np.zeros(len(self.corpus.calls))
        for _, there in self.phrases(text, title):
            out += there / PHRASES
        return out

    def phrases(self, text: str, title: str) -> list[tuple[Phrase, NDArray[np.float64]]]:
        """The pairs of words of an idea that stand in calls, and what each gives to every call, shape (calls,)."""
        corpus, total = self.corpus, len(self.corpus.calls)
        wanted: dict[Phrase, float] = {}
        for part, gain in ((text, 1.0), (title, 2.0)):
            counts: dict[Phrase, int] = {}
            for phrase in _pairs(corpus, part):
                counts[phrase] = counts.get(phrase, 0) + 1
            for phrase, count in counts.items():
                wanted[phrase] = wanted.get(phrase, 0.0) + gain * float(np.log1p(count))
        found, size = [], 0.0
        ranked = sorted(wanted.items(), key=lambda t: (-t[1] * self._rarity(t[0]), t[0]))
        for phrase, said in ranked[:MOST_PHRASES]:
            hits = corpus.find(phrase)
            if not len(hits.rows):
                continue
            idf = float(np.log((total + STEADY) / (len(np.unique(hits.rows)) + 1)))
            there = np.zeros(total)
            np.maximum.at(there, hits.rows, PHRASE_FIELDS[hits.fields] * np.minimum(hits.counts, 1))
            found.append((phrase, PHRASES * said * idf**2 * there))
            size += (said * idf) ** 2
        scale = 1.0 / np.maximum(corpus.norms, 1e-6) / (np.sqrt(size) or 1.0)
        return [(phrase, there * scale) for phrase, there in found]

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
