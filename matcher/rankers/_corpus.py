"""All stored calls as blocks of words, with frequencies over all of them: what `fit` makes."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.model import Call
from matcher.rankers._fields import FIELDS
from matcher.rankers._index import BLOCK, NO_HITS, Block, Floats, Hits, Ints, Phrase
from matcher.rankers._neighbours import Neighbours, build, extended, telling
from matcher.rankers._stops import FUNCTION_WORDS
from matcher.rankers._tokens import Words, bare, plain

WORD_WEIGHTS = np.array([1.0, 0.4, 1.4, 0.7, 0.3, 0.5, 0.6], np.float32)
"""What a word in each of `FIELDS` is worth for likeness of calls."""
HALF = 1.5
"""Count at which a word in a field has half of its worth: the tenth mention adds little."""
MOST_COMMON = 0.25
"""Words in more than this share of calls say nothing about likeness (instead of a list of stop words)."""
STEADY = 300
"""Calls that every frequency is softened with, so that a small store does not make scores jump."""
MOST_PHRASES, MOST_KIN = 20_000, 12

assert len(WORD_WEIGHTS) == len(FIELDS)


class Held(NamedTuple):
    """A block, its word counts by call and by word, and where its rows stand in `calls` (-1: gone)."""

    block: Block
    by_call: sparse.csr_matrix
    by_word: sparse.csc_matrix
    at: Ints


class Kin(NamedTuple):
    """Unit vectors of some calls without numbers and single letters, and how like each is to each; both by calls."""

    matrix: sparse.csr_matrix
    alike: NDArray[np.float64]


def key(call: Call) -> tuple[object, ...]:
    """Changes when anything that is read of a call changes."""
    texts = tuple((s.kind, len(s.text), s.text[:80]) for s in call.sections)
    return (call.reference, call.checksum, call.title, call.parent_title, call.call_title, call.destination, texts)


class Corpus:
    """Attributes: `words`, `held` (blocks), `calls`, `frequency` (calls having each word), `idf`, `norms`, `bare`
    (words that are numbers or single letters: topics of one call share them, so they tell neighbours, no subject)."""

    def __init__(self, calls: Sequence[Call]):
        self.words = Words()
        self.calls = list(calls)
        self._keys = [key(call) for call in calls]
        self.held: list[Held] = []
        for start in range(0, len(calls), BLOCK):
            self._add(range(start, min(start + BLOCK, len(calls))))
        self._count()
        parts = [telling(self.matrix(range(i, min(i + BLOCK, len(calls)))), self.frequency) for i in self._starts()]
        told = sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, self.width))
        self.neighbours = build(told)

    @cached_property
    def by_reference(self) -> Mapping[str, int]:
        return {call.reference: row for row, call in enumerate(self.calls)}

    @cached_property
    def by_identifier(self) -> Mapping[str, list[int]]:
        """Rows of all calls with an identifier, in order."""
        found: dict[str, list[int]] = {}
        for row, call in enumerate(self.calls):
            found.setdefault(call.identifier, []).append(row)
        return found

    def _starts(self) -> range:
        return range(0, len(self.calls), BLOCK)

    def _add(self, rows: Sequence[int]) -> None:
        block = Block([self.calls[r] for r in rows], self.words)
        by_call = block.count_matrix(WORD_WEIGHTS, HALF)
        self.held.append(Held(block, by_call, by_call.tocsc(), np.array(rows, np.int32)))

    def updated(self, calls: Sequence[Call]) -> "Corpus":
        """A corpus of `calls` that shares all blocks whose calls did not change. Reads only what is new.

        When more than a fifth changed, everything is read anew.
        """
        where, keys = {k: i for i, k in enumerate(self._keys)}, [key(call) for call in calls]
        new: list[int] = []
        place = np.full(len(self.calls), -1, np.int32)
        for i, known in enumerate(keys):
            old = where.get(known)
            if old is None or place[old] >= 0:
                new.append(i)
            else:
                place[old] = i
        if len(self.held) > 60 or len(new) + int((place < 0).sum()) > 0.2 * len(calls):
            return Corpus(calls)
        made = Corpus.__new__(Corpus)
        made.words, made.calls, made._keys = self.words, list(calls), keys
        made.held = [h._replace(at=np.where(h.at >= 0, place[h.at], -1).astype(np.int32)) for h in self.held]
        if new:
            made._add(new)
        made._count()
        made._meet(self.neighbours, place, new)
        return made

    def _meet(self, old: Neighbours, place: Ints, new: list[int]) -> None:
        told = old.telling.copy()
        told.resize((told.shape[0], self.width))
        kept = np.flatnonzero(place >= 0)
        joined = sparse.vstack([told[kept], telling(self.matrix(new), self.frequency)], format="csr")
        order = np.argsort(np.concatenate([place[kept], np.array(new, np.int32)]), kind="stable")
        self.neighbours = extended(old, place, joined[order], new)

    def _count(self) -> None:
        total = len(self.calls)
        self.width = len(self.words)  # words of later corpora share the list but are unknown here
        self.frequency = np.zeros(self.width, np.int64)
        for held in self.held:
            alive = held.at >= 0
            matrix = held.by_call if alive.all() else held.by_call[alive]
            self.frequency[: matrix.shape[1]] += np.bincount(matrix.indices, minlength=matrix.shape[1])
        self.idf = np.log((total + STEADY) / (self.frequency + 1.0)).astype(np.float32)
        self.idf = np.maximum(self.idf, 0)
        self.function = np.zeros(self.width, bool)
        dull = self.frequency > MOST_COMMON * (total + STEADY)
        for word in FUNCTION_WORDS:
            number = self.words.numbers.get(self.words.stem(plain(word))[0])
            if number is not None:
                self.function[number] = dull[number] = True
        self.bare = np.fromiter(map(bare, self.words.stems[: self.width]), bool, self.width)
        self.word_idf = np.where(dull, 0, self.idf).astype(np.float32)
        self.norms = np.ones(total, np.float32)
        self.where = np.zeros((total, 2), np.int64)
        for number, held in enumerate(self.held):
            sizes = held.by_call.data * self.word_idf[held.by_call.indices]
            ends = np.concatenate([[0.0], np.cumsum(sizes * sizes, dtype=np.float64)])[held.by_call.indptr]
            norm = np.sqrt(np.diff(ends))
            alive = held.at >= 0
            self.norms[held.at[alive]] = np.maximum(norm[alive], 1e-6)
            self.where[held.at[alive], 0] = number
            self.where[held.at[alive], 1] = np.flatnonzero(alive)
        self._phrases: OrderedDict[tuple[object, ...], Hits] = OrderedDict()
        self._kin: OrderedDict[bytes, Kin] = OrderedDict()

    def stems(self, text: str) -> list[int]:
        """Stems of a normalised text in reading order; -1 for words that stand in no call."""
        read = (code >> 1 for code in self.words.read(text, add=False))
        return [stem if stem < self.width else -1 for stem in read]

    def find(self, phrase: Phrase) -> Hits:
        """All places of a phrase, rows as positions in `calls`. Remembers what was asked lately."""
        return self._ask(phrase, lambda block: block.find(phrase))

    def near(self, phrase: Phrase) -> Hits:
        """All places where the words of a phrase stand together without being it; function words do not matter."""
        stems = self.apart(phrase)
        return self._ask(stems, lambda block: block.near(stems)) if stems else NO_HITS

    def apart(self, phrase: Phrase) -> tuple[int, ...]:
        """The stems that must stand together where a phrase is not written as such; none if it must be."""
        if any(stem >= self.width or capitals for stem, capitals in phrase):
            return ()
        stems = tuple(s for s, _ in phrase if not self.function[s])
        return stems if len(set(stems)) > 1 else ()

    def _ask(self, key: tuple[object, ...], ask: Callable[[Block], Hits]) -> Hits:
        known = self._phrases.get(key)
        if known is not None:
            return known
        parts = []
        for held in self.held:
            hits = ask(held.block)
            at = held.at[hits.rows]
            alive = at >= 0
            parts.append(Hits(at[alive], hits.fields[alive], hits.counts[alive]))
        found = Hits(*(np.concatenate(column) for column in zip(*parts, strict=True))) if parts else NO_HITS
        if len(self._phrases) >= MOST_PHRASES:
            self._phrases.popitem(last=False)
        self._phrases[key] = found
        return found

    def vector(self, rows: Sequence[int] | NDArray[np.int64], weights: NDArray[np.float64]) -> Floats:
        """Weighted sum of calls' unit vectors, shape (words,), in words times their idf."""
        return np.asarray(self.matrix(rows).T @ weights, np.float32).ravel()

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

    def matrix(self, rows: Sequence[int] | NDArray[np.int64]) -> sparse.csr_matrix:
        """Unit vectors (idf included) of some calls, shape (len(rows), words)."""
        parts = [self.row(int(row)) for row in rows]
        pointers = np.cumsum([0, *(len(words) for words, _ in parts)])
        words = np.concatenate([w for w, _ in parts]) if parts else np.zeros(0, np.int32)
        values = np.concatenate([v for _, v in parts]) if parts else np.zeros(0, np.float32)
        return sparse.csr_matrix((values, words, pointers), shape=(len(parts), self.width))

    def kin(self, rows: NDArray[np.int64]) -> Kin:
        """The calls of these rows among themselves. Remembers what was asked lately: the calls that officers judged
        stay the same while somebody tries words."""
        known = self._kin.get(rows.tobytes())
        if known is None:
            matrix = self.matrix(rows)
            matrix.data[self.bare[matrix.indices]] = 0
            known = Kin(matrix, np.asarray((matrix @ matrix.T).todense(), np.float64))
            if len(self._kin) >= MOST_KIN:
                self._kin.popitem(last=False)
            self._kin[rows.tobytes()] = known
        return known

    def row(self, row: int) -> tuple[Ints, Floats]:
        """Words and unit vector (idf included) of one call."""
        number, local = self.where[row]
        counts = self.held[number].by_call
        inside = slice(counts.indptr[local], counts.indptr[local + 1])
        words = counts.indices[inside]
        return words, counts.data[inside] * self.word_idf[words] / self.norms[row]


def largest(vector: Floats, most: int) -> Floats:
    """The `most` largest entries by size, the rest 0."""
    if np.count_nonzero(vector) <= most:
        return vector
    keep = np.argsort(-np.abs(vector), kind="stable")[:most]
    out = np.zeros_like(vector)
    out[keep] = vector[keep]
    return out
