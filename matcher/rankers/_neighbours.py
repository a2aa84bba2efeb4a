"""Each call's most similar calls, found once at fit: a call is worth a part of what its neighbours are worth.

This carries a priority to calls that say it in other words or hardly say anything, such as the siblings of one call.
Similarity is the cosine of the thirty most telling words of each call.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.rankers._index import Floats, Ints

MOST = 12
TELLING = 30
MOST_SHARED = 2_000
"""A word in more calls than this finds no neighbours: it would make the search quadratic for nothing."""
SHRINK = 0.3
"""Likeness added below the line, so that few or weak neighbours say little."""
CHUNK = 1_024
MOST_LOST = 1_000


class Neighbours(NamedTuple):
    """`at` (-1: none) and `like` (cosine), each of shape (calls, `MOST`), and the words that were compared."""

    at: Ints
    like: Floats
    telling: sparse.csr_matrix

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each call the mean of its neighbours' values, weighted by likeness."""
        if not len(values):
            return values
        known = np.where(self.at >= 0, self.like, 0)
        return np.asarray((known * values[self.at]).sum(axis=1) / (known.sum(axis=1) + SHRINK))

    def among(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """For each of some calls the sum of its likenesses to those of its neighbours that are among them too."""
        return np.asarray((self.like[rows] * np.isin(self.at[rows], rows)).sum(axis=1), np.float64)


def telling(vectors: sparse.csr_matrix, frequency: NDArray[np.int64]) -> sparse.csr_matrix:
    """The largest `TELLING` entries of each row, words in too many calls left out."""
    matrix = vectors.copy()
    matrix.data[frequency[matrix.indices] > MOST_SHARED] = 0
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        if end - start > TELLING:
            part = matrix.data[start:end]
            part[part < np.partition(part, -TELLING)[-TELLING]] = 0
    matrix.eliminate_zeros()
    return matrix


def build(told: sparse.csr_matrix) -> Neighbours:
    """All neighbours of all calls, row by row of the similarity matrix, which is never held as a whole."""
    total = told.shape[0]
    at = np.full((total, MOST), -1, np.int32)
    like = np.zeros((total, MOST), np.float32)
    across = told.T.tocsr()
    for start in range(0, total, CHUNK):
        block = (told[start : start + CHUNK] @ across).tocsr()
        for i in range(block.shape[0]):
            a, b = block.indptr[i], block.indptr[i + 1]
            _best(at[start + i], like[start + i], block.indices[a:b], block.data[a:b], start + i)
    return Neighbours(at, like, told)


def _best(at: Ints, like: Floats, columns: Ints, values: Floats, own: int) -> None:
    other = columns != own
    columns, values = columns[other], values[other]
    if len(values) > MOST:
        least = np.partition(values, -MOST)[-MOST]
        columns, values = columns[values >= least], values[values >= least]
    order = np.lexsort((columns, -values))[:MOST]
    at[: len(order)], like[: len(order)] = columns[order], values[order]


def extended(old: Neighbours, place: Ints, told: sparse.csr_matrix, new: list[int]) -> Neighbours:
    """Neighbours after calls came and went: new row of each old call (-1: gone), and the rows read anew.

    Calls that lost a neighbour look for another one, up to `MOST_LOST` of them; the rest wait for the next full fit.
    """
    at = np.full((told.shape[0], MOST), -1, np.int32)
    like = np.zeros((told.shape[0], MOST), np.float32)
    kept = place >= 0
    moved = np.where(old.at >= 0, place[old.at], -1).astype(np.int32)
    at[place[kept]] = moved[kept]
    like[place[kept]] = np.where(moved[kept] >= 0, old.like[kept], 0)
    robbed = place[kept & ((old.at >= 0) & (moved < 0)).any(axis=1)]
    search, fresh = [*new, *robbed[:MOST_LOST].tolist()], set(new)
    if not search:
        return Neighbours(at, like, told)
    block = (told[search] @ told.T).tocsr()
    for i, row in enumerate(search):
        a, b = block.indptr[i], block.indptr[i + 1]
        columns, values = block.indices[a:b], block.data[a:b]
        at[row], like[row] = -1, 0
        _best(at[row], like[row], columns, values, row)
        nearer = values > like[columns].min(axis=1) if row in fresh else np.zeros(len(values), bool)
        for column, value in zip(columns[nearer], values[nearer], strict=True):
            if int(column) not in fresh and row not in at[column]:
                worst = int(like[column].argmin())
                at[column, worst], like[column, worst] = row, value
    return Neighbours(at, like, told)
