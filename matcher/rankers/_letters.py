"""Runs of three to five letters inside words: the net under rare spellings, compounds and other languages."""

import numpy as np
from scipy import sparse

from matcher.rankers._tokens import normal, plain, raw_words

SHORTEST, LONGEST = 3, 5
LONGEST_WORD = 40


class Letters:
    """The growing list of letter runs seen, each with its number; words are cut once and remembered."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._words: dict[str, list[int]] = {}

    def cut(self, word: str, add: bool) -> list[int]:
        """Numbers of the runs of a plain word, its ends marked by a blank; unknown ones left out unless added."""
        known = self._words.get(word)
        if known is not None:
            return known
        padded = f" {word[:LONGEST_WORD]} "
        runs = [padded[i : i + n] for n in range(SHORTEST, LONGEST + 1) for i in range(max(1, len(padded) - n + 1))]
        if not add:
            return [self.numbers[run] for run in runs if run in self.numbers]
        out = [self.numbers.setdefault(run, len(self.numbers)) for run in runs]
        self._words[word] = out
        return out

    def counts(self, texts: list[str], add: bool = True) -> sparse.csr_matrix:
        """Damped counts (1 + ln n) of runs, shape (texts, runs)."""
        pointers, runs = [0], []
        for text in texts:
            for raw in raw_words(normal(text)):
                runs += self.cut(plain(raw), add)
            pointers.append(len(runs))
        shape = (len(texts), len(self.numbers))
        matrix = sparse.csr_matrix((np.ones(len(runs), np.float32), runs, pointers), shape=shape)
        matrix.sum_duplicates()
        matrix.data = 1 + np.log(matrix.data)
        return matrix
