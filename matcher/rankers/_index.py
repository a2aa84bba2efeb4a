"""Where every word stands in every call: phrases of any length are found without having been foreseen at fit.

Calls are held in blocks that never change; calls that came or changed make a new small block, calls that went are
masked. So a night's fifty calls do not touch the other hundred thousand.
"""

from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.model import Call
from matcher.rankers._fields import FIELDS, FULL, IDENTIFIER, letters, parts
from matcher.rankers._tokens import GAP, Words

BLOCK = 8192
NEAR = 4
"""Words between which a spelling that is not written as such is still taken for said."""
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Phrase = tuple[tuple[int, bool], ...]
"""Stems in order; True where the text must show short capitals."""


class Hits(NamedTuple):
    """Where a phrase was found: row of the block, field, and how much the place counts (1, less far down a text)."""

    rows: Ints
    fields: NDArray[np.int8]
    counts: Floats


NO_HITS = Hits(np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.float32))


class Block:
    """Some calls, read once: token sequence, postings by stem, and the words of each field as sparse counts."""

    def __init__(self, calls: Sequence[Call], words: Words):
        codes, starts, rows, fields = array("i"), array("i"), array("i"), array("b")
        begins = array("i")
        self.texts = np.zeros(len(calls), np.int32)
        for row, call in enumerate(calls):
            for part in parts(call):
                starts.append(len(codes))
                rows.append(row)
                fields.append(part.field)
                for sentence in words.sentences(part.text):
                    begins.append(len(codes))
                    codes.extend(sentence)
                if part.section not in FIELDS:
                    self.texts[row] += len(codes) - starts[-1]
                codes.append(GAP)
            for group in letters(call.identifier):
                starts.append(len(codes))
                rows.append(row)
                fields.append(IDENTIFIER)
                codes.append(2 * words.name(f"id:{group}", group))
                codes.append(GAP)
        self.rows_ = len(calls)
        self.codes = np.frombuffer(codes, np.int32) if codes else np.zeros(0, np.int32)
        self.starts = np.frombuffer(starts, np.int32) if starts else np.zeros(0, np.int32)
        self.begins = np.frombuffer(begins, np.int32) if begins else np.zeros(0, np.int32)
        self.chunk_rows = np.frombuffer(rows, np.int32) if rows else np.zeros(0, np.int32)
        self.chunk_fields = np.frombuffer(fields, np.int8) if fields else np.zeros(0, np.int8)
        self._invert(len(words))

    def _invert(self, width: int) -> None:
        """Postings by stem: a counting sort, done by scipy in 32 bits."""
        places = np.flatnonzero(self.codes >= 0).astype(np.int32)
        stems = self.codes[places] >> 1
        one = sparse.csr_matrix((places, stems, np.array([0, len(places)], np.int32)), shape=(1, width)).tocsc()
        self.pointers, self.places, self.width = one.indptr, one.data, width

    def _tokens(self) -> tuple[Ints, NDArray[np.int8], Floats, Ints]:
        """Row, field, faded count and stem of every token, in the order of the postings' reading."""
        places = np.flatnonzero(self.codes >= 0).astype(np.int32)
        chunks = np.repeat(np.arange(len(self.starts)), np.diff(np.append(self.starts, len(self.codes))))[places]
        counts = fade(places - self.starts[chunks])
        return self.chunk_rows[chunks], self.chunk_fields[chunks], counts, self.codes[places] >> 1

    def field_counts(self) -> list[sparse.csr_matrix]:
        """Faded counts of words by call, one matrix of shape (rows, width) for each field."""
        rows, fields, counts, stems = self._tokens()
        out = []
        for field in range(len(FIELDS)):
            of = fields == field
            entry = (counts[of], (rows[of], stems[of]))
            out.append(sparse.coo_matrix(entry, shape=(self.rows_, self.width), dtype=np.float32).tocsr())
        return out

    def count_matrix(self, field_weights: Floats, half: float) -> sparse.csr_matrix:
        """Words by call, shape (rows, width): each field's faded count, saturated, times the field's weight."""
        out = sparse.csr_matrix((self.rows_, self.width), dtype=np.float32)
        for counts, weight in zip(self.field_counts(), field_weights, strict=True):
            if weight and counts.nnz:
                counts.data = weight * (1 + half) * counts.data / (counts.data + half)
                out = out + counts
        return out.astype(np.float32)

    def find(self, phrase: Phrase) -> Hits:
        """All places of a phrase within one sentence of a call."""
        if not phrase or any(stem >= self.width for stem, _ in phrase):
            return NO_HITS
        sizes = [self.pointers[stem + 1] - self.pointers[stem] for stem, _ in phrase]
        rarest = int(np.argmin(sizes))
        stem = phrase[rarest][0]
        at = self.places[self.pointers[stem] : self.pointers[stem + 1]] - rarest
        at = at[(at >= 0) & (at + len(phrase) <= len(self.codes))]
        for shift, (stem, capitals) in enumerate(phrase):
            if not len(at):
                return NO_HITS
            there = self.codes[at + shift]
            at = at[there == 2 * stem + 1] if capitals else at[there >> 1 == stem]
        if len(phrase) > 1:
            at = at[self._sentence(at) == self._sentence(at + len(phrase) - 1)]
        return self._hits(at, self._chunk(at))

    def near(self, stems: Sequence[int]) -> Hits:
        """Places where all stems stand within `NEAR` words of the rarest one, in any order, in one sentence."""
        if len(set(stems)) < 2 or any(stem >= self.width for stem in stems):
            return NO_HITS
        rarest = min(stems, key=lambda s: int(self.pointers[s + 1] - self.pointers[s]))
        at = self.places[self.pointers[rarest] : self.pointers[rarest + 1]]
        sentences = self._sentence(at)
        for stem in set(stems) - {rarest}:
            other = self.places[self.pointers[stem] : self.pointers[stem + 1]]
            if not len(at) or not len(other):
                return NO_HITS
            after = np.searchsorted(other, at)
            close = np.zeros(len(at), bool)
            for index in (after - 1, after):
                inside = (index >= 0) & (index < len(other))
                found = other[np.clip(index, 0, len(other) - 1)]
                close |= inside & (np.abs(found - at) <= NEAR) & (self._sentence(found) == sentences)
            at, sentences = at[close], sentences[close]
        return self._hits(at, self._chunk(at))

    def _sentence(self, at: Ints) -> NDArray[np.int64]:
        return np.searchsorted(self.begins, at, side="right")

    def _chunk(self, at: Ints) -> NDArray[np.int64]:
        return np.searchsorted(self.starts, at, side="right") - 1

    def _hits(self, at: Ints, chunks: NDArray[np.int64]) -> Hits:
        return Hits(self.chunk_rows[chunks], self.chunk_fields[chunks], fade(at - self.starts[chunks]))


def fade(offsets: Ints) -> Floats:
    """How much a word counts by its place in its section: 1 at the start, half after `FULL` words, then less."""
    return (1.0 / (1.0 + (offsets / FULL) ** 2)).astype(np.float32)
