"""Where a priority's concepts stand in the calls, and how strongly: the direct half of the score.

A concept counts once: its spellings are pooled, each field saturates, and the fields add up.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.model import Call, Concept, Priority, Rule
from matcher.rankers._corpus import STEADY, Corpus
from matcher.rankers._fields import FIELDS
from matcher.rankers._glossary import Expansion, Glossary
from matcher.rankers._index import Hits, Ints, Phrase
from matcher.rankers._spellings import loose, phrases
from matcher.rankers._tokens import normal, plain, raw_words

CONCEPT_FIELDS = np.array([1.0, 0.35, 0.8, 0.7, 0.25, 0.5, 0.0])
"""What a concept in each of `FIELDS` is worth beside one in the title. From a flat region on judged calls: whichever
priority is left out of the choice, the other five choose the same text, and the title of the call hardly matters."""
MOST_SAID = 1.2
"""What many mentions in one field are worth beside one: a text that repeats a concept stays below its title."""
NEARLY = 0.5
"""What the words of a spelling are worth when they stand together without being it."""
MOST_WEIGHT = 10.0
MOST_CONCEPTS = 500
MOST_KEPT = 5_000

assert len(CONCEPT_FIELDS) == len(FIELDS)


class Found(NamedTuple):
    """Calls having a concept: positions (ascending), strength (about 0.3 to 2), idf of the concept."""

    rows: Ints
    strength: NDArray[np.float64]
    idf: float


class Matches(NamedTuple):
    """A priority against all calls. Each list is in the order of the active concepts, guards and rules."""

    concepts: list[tuple[Concept, Found]]
    guards: list[tuple[Concept, Found]]
    rules: list[tuple[Rule, Ints]]
    unit: float
    """Raw points of a call that fits well: what 60 shown points stand for."""


Spelled = tuple[tuple[str, str], ...]


class Matcher:
    """Finds concepts in a corpus and remembers them, so that an edited keyword costs only itself."""

    def __init__(self, corpus: Corpus, glossary: Glossary):
        self.corpus, self.glossary = corpus, glossary
        self._found: OrderedDict[Spelled, Found] = OrderedDict()
        self._phrases: OrderedDict[Spelled, list[Phrase]] = OrderedDict()
        self._ruled: dict[tuple[tuple[str, ...], frozenset[str]], Ints] = {}
        self._names = [call.identifier.upper() for call in corpus.calls]

    def phrases(self, concept: Concept) -> list[Phrase]:
        """All phrases of a concept's spellings in all languages; remembered by its spellings."""
        key = _spelled(concept)
        known = self._phrases.get(key)
        if known is None:
            known = self._worked_out(concept)
            if len(self._phrases) >= MOST_KEPT:
                self._phrases.popitem(last=False)
            self._phrases[key] = known
        return known

    def _worked_out(self, concept: Concept) -> list[Phrase]:
        out: dict[Phrase, None] = {}
        for spelling, language in self._said(concept):
            out.update(dict.fromkeys(phrases(spelling, self.corpus.words, language)))
        return list(out)

    def loose(self, concept: Concept) -> list[Phrase]:
        """The phrases whose words may also stand close together: not a single word taken apart, for waste beside
        water is no wastewater."""
        out: dict[Phrase, None] = {}
        for spelling, language in self._said(concept):
            out.update(dict.fromkeys(loose(spelling, phrases(spelling, self.corpus.words, language))))
        return list(out)

    def _said(self, concept: Concept) -> Iterator[tuple[str, str]]:
        """Every spelling and what the glossary says for it, each with its language."""
        for language, spellings in concept.spellings.items():
            for spelling in spellings:
                yield spelling, language
                if language != "en":
                    for term in self.glossary.english(spelling, language):
                        yield term.english, "en"

    def expansions(self, priority: Priority) -> list[Expansion]:
        """What the glossary adds to a priority's German and Dutch spellings, with the calls that have it."""
        out = []
        for concept in [c for c in [*priority.concepts, *priority.guards] if c.active]:
            for language, spellings in concept.spellings.items():
                for spelling in spellings if language != "en" else []:
                    for term in self.glossary.english(spelling, language):
                        wanted = phrases(term.english, self.corpus.words)
                        calls = len(self._find(wanted, loose(term.english, wanted)).rows)
                        out.append(Expansion(concept.key, spelling, term.english, term.origin, calls))
        return out

    def found(self, concept: Concept) -> Found:
        """Where a concept stands; remembered by its spellings."""
        key = _spelled(concept)
        known = self._found.get(key)
        if known is None:
            known = self._find(self.phrases(concept), self.loose(concept))
            if len(self._found) >= MOST_KEPT:
                self._found.popitem(last=False)
            self._found[key] = known
        return known

    def _find(self, wanted: list[Phrase], apart: list[Phrase]) -> Found:
        hits = [self.corpus.find(phrase) for phrase in wanted]
        close = [self.corpus.near(phrase) for phrase in apart]
        total = len(self.corpus.calls)
        if not any(len(h.rows) for h in hits + close):
            return Found(np.zeros(0, np.int32), np.zeros(0), float(np.log(total + STEADY)))
        cells, worth = _cells(hits, 1.0)
        other, less = _cells(close, NEARLY)
        joined = np.concatenate([cells, other])
        cells, where = np.unique(joined, return_inverse=True)
        best = np.zeros(len(cells))
        np.maximum.at(best, where, np.concatenate([worth, less]))
        worth = best
        rows, where = np.unique(cells // len(FIELDS), return_inverse=True)
        strength = np.bincount(where, weights=worth)
        keep = strength > 0
        idf = float(np.log((total + STEADY) / (int(keep.sum()) + 1.0)))
        return Found(rows[keep].astype(np.int32), strength[keep].astype(np.float64), idf)

    def matches(self, priority: Priority) -> Matches:
        """All concepts, guards and rules of a priority. Raises InputError for weights that are no weights."""
        concepts = [c for c in priority.concepts if c.active][:MOST_CONCEPTS]
        guards = [c for c in priority.guards if c.active][:MOST_CONCEPTS]
        faults = [
            f"{c.key}: weight {c.weight}" for c in concepts + guards if not -MOST_WEIGHT <= c.weight <= MOST_WEIGHT
        ]
        if faults:
            raise InputError(f"Priority {priority.key!r} has weights beyond ±10. Nothing was ranked.", faults)
        found = [(c, self.found(c)) for c in concepts]
        worths = [c.weight * f.idf for c, f in found if c.weight > 0]
        unit = float(np.mean(worths)) * (2.0 - 0.6 / len(worths)) if worths else 3.0 * 5.0
        rules = [(r, self._rule(r)) for r in priority.rules if r.active]
        return Matches(found, [(c, self.found(c)) for c in guards], rules, unit)

    def _rule(self, rule: Rule) -> Ints:
        key = (tuple(p.upper() for p in rule.prefixes), frozenset(plain(w) for w in rule.title_any))
        known = self._ruled.get(key)
        if known is None:
            prefixes, wanted = key
            rows = [i for i, name in enumerate(self._names) if name.startswith(prefixes)] if prefixes else []
            if wanted:
                rows = [i for i in rows if wanted & title_words(self.corpus.calls[i])]
            known = self._ruled[key] = np.array(rows, np.int32)
        return known


def _spelled(concept: Concept) -> Spelled:
    """Language and text of each spelling: what a concept finds depends on nothing else."""
    return tuple((language, s) for language, all_ in sorted(concept.spellings.items()) for s in all_)


def _cells(hits: list[Hits], gain: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Call and field as one number, and what the pooled hits there are worth; the tenth mention adds nothing."""
    if not hits:
        return np.zeros(0, np.int64), np.zeros(0)
    places = np.concatenate([h.rows.astype(np.int64) * len(FIELDS) + h.fields for h in hits])
    cells, where = np.unique(places, return_inverse=True)
    counts = np.bincount(where, weights=np.concatenate([h.counts for h in hits]), minlength=len(cells))
    return cells, gain * CONCEPT_FIELDS[cells % len(FIELDS)] * np.minimum(2 * counts / (counts + 1), MOST_SAID)


def title_words(call: Call) -> set[str]:
    """Plain words of a call's title and identifier."""
    return {plain(w) for w in raw_words(normal(f"{call.title} {call.identifier.replace('-', ' ')}"))}


class Share(NamedTuple):
    """Raw points that one concept, guard or rule gives: positions of calls (ascending) and points."""

    rows: Ints
    points: NDArray[np.float64]

    def of(self, row: int) -> float:
        """Points of one call."""
        at = int(np.searchsorted(self.rows, row))
        return float(self.points[at]) if at < len(self.rows) and self.rows[at] == row else 0.0


def total(shares: Sequence[Share], calls: int) -> NDArray[np.float64]:
    """Sum of shares for every call, shape (calls,)."""
    if not shares:
        return np.zeros(calls)
    rows = np.concatenate([s.rows for s in shares])
    points = np.concatenate([s.points for s in shares])
    return np.asarray(np.bincount(rows, weights=points, minlength=calls), np.float64)


def capped(shares: Sequence[Share], caps: Sequence[float | None], calls: int) -> list[Share]:
    """Shares where one with a cap gives at most that part of all that speaks for a call.

    A capped share is cut to `cap / (1 - cap)` of what the shares without cap give.
    """
    if all(cap is None for cap in caps):
        return list(shares)
    free = total([s for s, cap in zip(shares, caps, strict=True) if cap is None], calls)
    return [
        s if cap is None or cap >= 1 else Share(s.rows, np.minimum(s.points, free[s.rows] * cap / (1 - cap)))
        for s, cap in zip(shares, caps, strict=True)
    ]
