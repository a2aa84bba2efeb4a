"""Words through which two concepts of one priority match the same calls: each counts there, so they count twice.

A German or Dutch spelling matches through its English. In the row of another concept it counts under that one's name.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matcher.model import Call, Concept, Priority
from matcher.rankers import Ranker
from matcher.text import fold


class Doubled(NamedTuple):
    """`word`: the English that both match through, in `calls` calls. `spelling`: what is told to mean it, in the
    concept called `concept`; `other`: the concept that has the word as well (by its own spelling or another's)."""

    word: str
    spelling: str
    concept: str
    other: str
    calls: int

    def told(self) -> dict[str, str]:
        return {"word": self.word, "spelling": self.spelling, "concept": self.concept, "other": self.other}


class _Way(NamedTuple):
    concept: int
    spelling: str
    word: str


def find(ranker: Ranker, priority: Priority) -> list[Doubled]:
    """Pairs of concepts that are on; at least one of each pair has the word through the dictionary only.

    What both spell out is plain to see, and told elsewhere.
    """
    active = [concept for concept in priority.concepts if concept.active]
    ways: dict[str, list[_Way]] = {}
    for at, concept in enumerate(active):
        for way in _ways(ranker, at, concept):
            ways.setdefault(_same(way.word), []).append(way)
    found, told = [], set[tuple[int, int]]()
    for owners in ways.values():
        for way in owners:
            others = [other for other in owners if other.concept != way.concept]
            if way.spelling == way.word or not others:
                continue
            other = min(others, key=lambda o: o.spelling != o.word)
            pair = (min(way.concept, other.concept), max(way.concept, other.concept))
            calls = int(ranker.having(_alone(way.word)).sum())
            if calls and pair not in told:
                told.add(pair)
                names = (_name(active[way.concept]), _name(active[other.concept]))
                found.append(Doubled(way.word, way.spelling, *names, calls))
    return found


def plainest(ranker: Ranker, double: Doubled) -> Call:
    """The call that says such a word most plainly."""
    return ranker.calls_[int(np.argmax(ranker.stress(_alone(double.word))))]


def _alone(word: str) -> Concept:
    return Concept(key="word", weight=1.0, spellings={"en": [word]})


def _ways(ranker: Ranker, at: int, concept: Concept) -> Iterator[_Way]:
    """The English words of a concept, its own first, each once."""
    known = set()
    for code, texts in sorted(concept.spellings.items(), key=lambda item: item[0] != "en"):
        for text in texts:
            for word in [text] if code == "en" else ranker.english(text):
                if _same(word) not in known:
                    known.add(_same(word))
                    yield _Way(at, text, word)


def _same(word: str) -> str:
    """Roughly what the ranking does not tell apart: case, hyphens, the plural."""
    return " ".join(part.removesuffix("s") for part in fold(word).replace("-", " ").split())


def _name(concept: Concept) -> str:
    return next((text for texts in concept.spellings.values() for text in texts), concept.key)
