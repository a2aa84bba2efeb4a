"""Calls for a free text: a project idea of one line or of three pages."""

import numpy as np
from numpy.typing import NDArray

from matcher.rankers._corpus import Corpus
from matcher.rankers._tokens import normal


def idea_scores(corpus: Corpus, text: str, title: str = "") -> NDArray[np.float64]:
    """Likeness of every call with a text and its title, 0 to 100."""
    vector = np.zeros(len(corpus.words), np.float32)
    for part, gain in ((text, 1.0), (title, 1.5)):
        codes = np.array([c for c in corpus.words.read(normal(part), add=False) if c >= 0], np.int64)
        if len(codes):
            words, counts = np.unique(codes >> 1, return_counts=True)
            vector[words] += gain * np.sqrt(counts) * corpus.word_idf[words] / np.sqrt(len(words))
    return np.clip(100.0 * corpus.likeness(vector, 200), 0, 100)
