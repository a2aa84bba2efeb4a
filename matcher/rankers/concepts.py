"""The default ranking: concepts by field and rarity, likeness to the best calls, guards, rules, decisions."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.ledger import Decision
from matcher.model import Call, Concept, Priority
from matcher.rankers import Explanation, Ranker, Reason, Telling
from matcher.rankers._alike import alike
from matcher.rankers._corpus import Corpus
from matcher.rankers._feedback import feedback, kindred
from matcher.rankers._glossary import Expansion, Glossary, Term
from matcher.rankers._idea import Ideas
from matcher.rankers._idea_reasons import Why, joined
from matcher.rankers._learned import Voice, learn, voices
from matcher.rankers._match import Matcher, Share, capped, total
from matcher.rankers._parts import Parts
from matcher.rankers._reasons import SHORT_TEXT, Read, locate, locate_near, passage, read, surfaces
from matcher.rankers._scale import grade, shown
from matcher.rankers._telling import telling

RULE_POINTS = 5.0
"""Raw points of one concept weight of a rule: as if a concept of usual rarity stood in the title."""
GUARD = 0.75
"""What a guard's word counts beside a concept's: a call that turns away a little still shows what it has."""
NEIGHBOURS = 0.8
"""Part of what its neighbours are worth that a call gets where the best calls are fully believed."""
IDEA_HALF = 0.5
"""Likeness of an idea that is shown as 50."""
MOST_READ = 2_000
MOST_KNOWN = 24


class Concepts(Ranker):
    """Fielded concept TF-IDF with relevance feedback. Usage: `make("concepts").fit(calls).scores(priority)`."""

    name: ClassVar[str] = "concepts"
    label: ClassVar[str] = "Concepts with feedback"

    def __init__(self, with_feedback: bool = True, glossary: Glossary | None = None):
        self.with_feedback = with_feedback
        self.glossary = glossary or Glossary()

    def fit(self, calls: Sequence[Call]) -> Self:
        self._take(Corpus(calls))
        return self

    def updated(self, calls: Sequence[Call]) -> "Concepts":
        """A ranker fitted on `calls` that reads only those that are new or changed. Scores equal those of a new fit
        (for words known to both; numbers of words may differ)."""
        made = Concepts(self.with_feedback, self.glossary)
        made._take(self._corpus.updated(calls))
        return made

    def with_glossary(self, rows: Sequence[Mapping[str, object]]) -> "Concepts":
        """The same fitted calls read with a glossary: rows of `de` or `nl`, `en`, `origin`, perhaps `wrong`."""
        made = Concepts(self.with_feedback, Glossary(rows))
        made._take(self._corpus)
        return made

    def expansions(self, priority: Priority) -> list[Expansion]:
        """What the glossary adds to a priority, each with its origin and hit count."""
        return self._matcher.expansions(priority)

    def english(self, word: str) -> list[str]:
        return self.glossary.meant(word)

    def _take(self, corpus: Corpus) -> None:
        self._corpus, self.calls_ = corpus, corpus.calls
        self._matcher = Matcher(corpus, self.glossary)
        self._known: OrderedDict[tuple[str, tuple[Voice, ...]], Parts] = OrderedDict()
        self._ideas: Ideas | None = None
        self._read: OrderedDict[int, list[Read]] = OrderedDict()
        self._last: tuple[Sequence[Decision], int, dict[str, tuple[Voice, ...]]] = ((), 0, {})

    def _parts(self, priority: Priority, decisions: Sequence[Decision]) -> Parts:
        if not hasattr(self, "_corpus"):
            raise InputError("This ranking was not fitted on any calls yet. Fit it first.")
        # Not as JSON, which cannot hold half a surrogate pair.
        key = (repr(priority.model_dump()), self._heard(priority.key, decisions))
        known = self._known.get(key)
        if known is None:
            known = self._score(priority, decisions)
            while len(self._known) >= MOST_KNOWN:
                self._known.popitem(last=False)
            self._known[key] = known
        return known

    def _heard(self, key: str, decisions: Sequence[Decision]) -> tuple[Voice, ...]:
        """What the decisions say of a priority; kept for those asked about last, as one page asks many times."""
        held, many, known = self._last
        if held is not decisions or many != len(decisions):
            known = {}
            self._last = (decisions, len(decisions), known)
        if key not in known:
            known[key] = voices(key, decisions)
        return known[key]

    def _score(self, priority: Priority, decisions: Sequence[Decision]) -> Parts:
        matches, calls = self._matcher.matches(priority), len(self.calls_)
        concepts = [Share(f.rows, c.weight * f.idf * f.strength) for c, f in matches.concepts]
        concepts = capped(concepts, [c.cap for c, _ in matches.concepts], calls)
        rules = [Share(rows, np.full(len(rows), rule.add * RULE_POINTS)) for rule, rows in matches.rules]
        guards = [Share(f.rows, GUARD * c.weight * f.idf * f.strength) for c, f in matches.guards]
        signed = [*concepts, *rules, *guards]
        up = total([s for s in signed if len(s.points) and s.points.max() > 0], calls)
        down = total([s for s in signed if len(s.points) and s.points.max() <= 0], calls)
        unit = matches.unit
        direct = up + down
        liked = feedback(self._corpus, np.maximum(direct, 0), unit if self.with_feedback else np.inf)
        own = np.clip(direct / unit + liked.units, 0, 2)
        near = NEIGHBOURS * liked.trust * self._corpus.neighbours.mean(own)
        taught = learn(self._corpus, priority.key, decisions, direct / unit + liked.units + near)
        up = up + unit * (liked.units + near + np.maximum(taught.units, 0))
        down = down + unit * np.minimum(taught.units, 0)
        return Parts(matches, concepts, guards, rules, liked, near, taught, up, down)

    def scores(self, priority: Priority, decisions: Sequence[Decision] = ()) -> NDArray[np.float64]:
        parts = self._parts(priority, decisions)
        return shown(parts.up + parts.down, parts.matches.unit)

    def grades(self, scores: NDArray[np.float64]) -> list[str]:
        return [grade(float(s)) for s in scores]

    def having(self, concept: Concept) -> NDArray[np.bool_]:
        found = np.zeros(len(self.calls_), dtype=bool)
        found[self._matcher.found(concept).rows] = True
        return found

    def stress(self, concept: Concept) -> NDArray[np.float64]:
        found, out = self._matcher.found(concept), np.zeros(len(self.calls_))
        out[found.rows] = found.strength
        return out

    def kindred(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return kindred(self._corpus, weights)

    def words(self) -> list[str]:
        return [word for word in self._corpus.words.surfaces if word.isalpha()]

    def telling(
        self, rows: Sequence[int] | NDArray[np.intp], known: Sequence[tuple[str, str]] = (), most: int = 40
    ) -> list[Telling]:
        return telling(self._corpus, rows, known, most)

    def ideas(self, text: str, title: str = "", told: Sequence[Term] | None = None) -> NDArray[np.float64]:
        parts = self._idea_index().parts(*joined(text, title, self._told(text, title, told)))
        return _idea_points(np.sum([part for _, part in parts], axis=0))

    def explain_idea(
        self, rows: Sequence[int], text: str, title: str = "", told: Sequence[Term] | None = None
    ) -> list[Explanation]:
        why = Why(self._idea_index(), text, title, self._told(text, title, told))
        return why.explained(rows, self._reads, lambda raw: float(_idea_points(np.array(raw))))

    def _idea_index(self) -> Ideas:
        if self._ideas is None:
            self._ideas = Ideas(self._corpus)
        return self._ideas

    def _told(self, text: str, title: str, told: Sequence[Term] | None) -> Sequence[Term]:
        return self.glossary.translated(f"{title} . {text}") if told is None else told

    def explain(
        self, rows: Sequence[int], priority: Priority, decisions: Sequence[Decision] = ()
    ) -> list[Explanation]:
        parts = self._parts(priority, decisions)
        return [self._explain(int(row), priority, parts) for row in rows]

    def shares(
        self, rows: Sequence[int], priority: Priority, decisions: Sequence[Decision] = ()
    ) -> list[list[Reason]]:
        parts = self._parts(priority, decisions)
        return [parts.shared(int(row), parts.plain(int(row)))[1] for row in rows]

    def said(self, row: int, concept: Concept) -> tuple[str, ...]:
        reads = self._reads(row)
        places = locate(reads, [self._matcher.phrases(concept)], self._corpus.words)
        places = places or locate_near(reads, self._matcher.loose(concept), 0, self._corpus)
        return surfaces(reads, places, 0).words

    def _reads(self, row: int) -> list[Read]:
        known = self._read.get(row)
        if known is None:
            known = read(self.calls_[row], self._corpus.words)
            if len(self._read) >= MOST_READ:
                self._read.popitem(last=False)
            self._read[row] = known
        return known

    def _explain(self, row: int, priority: Priority, parts: Parts) -> Explanation:
        reads, unit = self._reads(row), parts.matches.unit
        named = parts.named(row)
        wanted = [self._matcher.phrases(c) for _, c, _ in named]
        places = locate(reads, wanted, self._corpus.words)
        for i in set(range(len(named))) - {p.key for p in places}:
            places += locate_near(reads, self._matcher.loose(named[i][1]), i, self._corpus)
        made: list[tuple[float, Reason]] = []
        for i, (kind, concept, value) in enumerate(named):
            said = surfaces(reads, places, i)
            made.append((value, Reason(kind, concept.key, 0.0, said.fields, said.words, forms=said.forms)))
        made += parts.of_rules(row)
        liked = unit * float(parts.feedback.units[row])
        if liked:
            made += alike(self._corpus, row, reads, parts.feedback.vector, liked, ("feedback", "letters"))
        if parts.near[row]:
            made.append((unit * float(parts.near[row]), self._neighbours(row, parts)))
        taught = unit * float(parts.learned.units[row])
        if taught:
            made += alike(self._corpus, row, reads, parts.learned.vector, taught, ("learned", "learned"))
        score, reasons = parts.shared(row, made)
        had = {concept.key for kind, concept, _ in named if kind == "concept"}
        wished = [c for c, _ in parts.matches.concepts if c.key not in had and c.weight > 0]
        missing = [c.key for c in sorted(wished, key=lambda c: -c.weight)]
        worth = [max(v, 0.0) for _, _, v in named]
        rule_only = any(r.kind == "rule" for r in reasons) and len(self.calls_[row].text) < SHORT_TEXT
        best = passage(reads, places, worth) if any(worth) else None
        return Explanation(score, grade(score), reasons, missing, best, rule_only)

    def _neighbours(self, row: int, parts: Parts) -> Reason:
        """The similar calls that lift a call, best first: identifiers as `words`."""
        net = self._corpus.neighbours
        worth = (parts.up + parts.down)[net.at[row]] * net.like[row] * (net.at[row] >= 0)
        best = [int(net.at[row][i]) for i in np.argsort(-worth, kind="stable")[:3] if worth[i] > 0]
        names = tuple(dict.fromkeys(self.calls_[i].identifier for i in best))
        return Reason("feedback", "similar calls", 0.0, ("neighbours",), names)


def _idea_points(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """From the sum of likenesses to 0 to 100."""
    return 100.0 * np.asarray(raw / (raw + IDEA_HALF))
