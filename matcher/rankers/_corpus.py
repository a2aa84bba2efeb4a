"""All stored calls as blocks of words, with frequencies over all of them: what `fit` makes."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.model import Call
from matcher.rankers._fields import FIELDS
from matcher.rankers._index import BLOCK, Block, Floats, Hits, Ints, Phrase
from matcher.rankers._stops import FUNCTION_WORDS
from matcher.rankers._tokens import Words, plain

WORD_WEIGHTS = np.array([1.0, 0.4, 0.5, 0.7, 0.3, 0.5, 0.6], np.float32)
"""What a word in each of `FIELDS` is worth for likeness of calls."""
HALF = 1.5
"""Count at which a word in a field has half of its worth: the tenth mention adds little."""
MOST_COMMON = 0.25
"""Words in more than this share of calls say nothing about likeness (instead of a list of stop words)."""
STEADY = 300
"""Calls that every frequency is softened with, so that a small store does not make scores jump."""
MOST_PHRASES = 20_000

assert len(WORD_WEIGHTS) == len(FIELDS)


class Held(NamedTuple):
    """A block, its word counts by call and by word, and where its rows stand in `calls` (-1: gone)."""

    block: Block
    by_call: sparse.csr_matrix
    by_word: sparse.csc_matrix
    at: Ints


def key(call: Call) -> tuple[object, ...]:
    """Changes when anything that is read of a call changes."""
    texts = tuple((s.kind, len(s.text), s.text[:80]) for s in call.sections)
    return (call.reference, call.checksum, call.title, call.parent_title, call.call_title, call.destination, texts)


class Corpus:
    """Attributes: `words`, `held` (blocks), `calls`, `frequency` (calls having each word), `idf`, `norms`."""

    def __init__(self, calls: Sequence[Call]):
        self.words = Words()
        self.calls = list(calls)
        self.held: list[Held] = []
        for start in range(0, len(calls), BLOCK):
            self._add(range(start, min(start + BLOCK, len(calls))))
        self._count()

    def _add(self, rows: Sequence[int]) -> None:
        block = Block([self.calls[r] for r in rows], self.words)
        by_call = block.count_matrix(WORD_WEIGHTS, HALF)
        block.forget_tokens()
        self.held.append(Held(block, by_call, by_call.tocsc(), np.array(rows, np.int32)))

    def updated(self, calls: Sequence[Call]) -> "Corpus":
        """A corpus of `calls` that shares all blocks whose calls did not change. Reads only what is new.

        When more than a fifth changed, everything is read anew.
        """
        where = {key(call): i for i, call in enumerate(self.calls)}
        new: list[int] = []
        place = np.full(len(self.calls), -1, np.int32)
        for i, call in enumerate(calls):
            old = where.get(key(call))
            if old is None or place[old] >= 0:
                new.append(i)
            else:
                place[old] = i
        if len(self.held) > 60 or len(new) + int((place < 0).sum()) > 0.2 * len(calls):
            return Corpus(calls)
        made = Corpus.__new__(Corpus)
        made.words, made.calls = self.words, list(calls)
        made.held = [h._replace(at=np.where(h.at >= 0, place[h.at], -1).astype(np.int32)) for h in self.held]
        if new:
            made._add(new)
        made._count()
        return made

    def _count(self) -> None:
        total = len(self.calls)
        self.frequency = np.zeros(len(self.words), np.int64)
        for held in self.held:
            alive = held.at >= 0
            matrix = held.by_call if alive.all() else held.by_call[alive]
            self.frequency[: matrix.shape[1]] += np.bincount(matrix.indices, minlength=matrix.shape[1])
        self.idf = np.log((total + STEADY) / (self.frequency + 1.0)).astype(np.float32)
        self.idf = np.maximum(self.idf, 0)
        dull = self.frequency > MOST_COMMON * (total + STEADY)
        for word in FUNCTION_WORDS:
            number = self.words.numbers.get(self.words.stem(plain(word))[0])
            if number is not None:
                dull[number] = True
        self.word_idf = np.where(dull, 0, self.idf).astype(np.float32)
        self.norms = np.ones(total, np.float32)
        for held in self.held:
            idf = self.word_idf[: held.by_call.shape[1]]
            squares = held.by_call.copy()
            squares.data = (squares.data * idf[squares.indices]) ** 2
            norm = np.sqrt(np.asarray(squares.sum(axis=1)).ravel())
            alive = held.at >= 0
            self.norms[held.at[alive]] = np.maximum(norm[alive], 1e-6)
        self._phrases: OrderedDict[Phrase, Hits] = OrderedDict()

    def find(self, phrase: Phrase) -> Hits:
        """All places of a phrase, rows as positions in `calls`. Remembers what was asked lately."""
        known = self._phrases.get(phrase)
        if known is not None:
            return known
        rows, fields, counts = [], [], []
        for held in self.held:
            hits = held.block.find(phrase)
            at = held.at[hits.rows]
            alive = at >= 0
            rows.append(at[alive])
            fields.append(hits.fields[alive])
            counts.append(hits.counts[alive])
        none = not rows
        found = (
            Hits(np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.float32))
            if none
            else Hits(np.concatenate(rows), np.concatenate(fields), np.concatenate(counts))
        )
        if len(self._phrases) >= MOST_PHRASES:
            self._phrases.popitem(last=False)
        self._phrases[phrase] = found
        return found

    def vector(self, row_weights: dict[int, float]) -> Floats:
        """Weighted sum of calls' unit vectors, shape (words,), in words times their idf."""
        out = np.zeros(len(self.words), np.float32)
        for held in self.held:
            width = held.by_call.shape[1]
            for local, row in enumerate(held.at):
                if int(row) in row_weights:
                    part = held.by_call[local]
                    gain = row_weights[int(row)] / self.norms[row]
                    out[part.indices] += gain * part.data * self.word_idf[:width][part.indices]
        return out

    def likeness(self, vector: Floats, most: int | None = None) -> NDArray[np.float64]:
        """Cosine of every call with a vector, shape (calls,); only its `most` largest words are used."""
        vector = vector if most is None else largest(vector, most)
        out = np.zeros(len(self.calls))
        norm = float(np.linalg.norm(vector))
        if norm == 0:
            return out
        query = vector[: len(self.word_idf)] * self.word_idf[: len(vector)] / norm
        used = np.flatnonzero(query)
        for held in self.held:
            inside = used[used < held.by_word.shape[1]]
            if not len(inside):
                continue
            part = held.by_word[:, inside] @ query[inside]
            alive = held.at >= 0
            out[held.at[alive]] = part[alive]
        return out / self.norms

    def matrix(self, rows: Sequence[int]) -> sparse.csr_matrix:
        """Unit vectors (idf included) of some calls, shape (len(rows), words)."""
        out = sparse.lil_matrix((len(rows), len(self.words)), dtype=np.float32)
        for i, row in enumerate(rows):
            words, weights = self.row(row)
            out[i, words] = weights
        return out.tocsr()

    def row(self, row: int) -> tuple[Ints, Floats]:
        """Words and unit vector (idf included) of one call."""
        for held in self.held:
            local = np.flatnonzero(held.at == row)
            if len(local):
                part = held.by_call[int(local[0])]
                idf = self.word_idf[part.indices]
                return part.indices, part.data * idf / self.norms[row]
        return np.zeros(0, np.int32), np.zeros(0, np.float32)


def largest(vector: Floats, most: int) -> Floats:
    """The `most` largest entries by size, the rest 0."""
    if np.count_nonzero(vector) <= most:
        return vector
    keep = np.argsort(-np.abs(vector), kind="stable")[:most]
    out = np.zeros_like(vector)
    out[keep] = vector[keep]
    return out
