"""The contract of a ranking method, and how methods are found: one class a method, one method a file.

`fit` may be slow and sees calls only; `scores` and `explain` must be fast and see a priority and decisions. A fitted
ranker is shared by all sessions and never changed after `fit`, so an edited keyword or a decision never refits.
It is fitted on all stored calls, closed ones too: a filter never moves a score.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.ledger import Decision
from matcher.model import Call, Concept, Priority
from matcher.rankers._glossary import Term


class Reason(NamedTuple):
    """A part of a score. `kind`: concept, guard, rule, feedback, letters or learned. `key`: concept or word.

    Of an idea: word, phrase, translation (`key`: the word of the idea, `origin`: where its English is from), letters.
    `share` is in points of the shown score (0 to 100); `fields` says where it was found (title, text, destination …),
    `words` what was found as it stands in the call, each word in its most frequent form, `forms` all its forms there.
    """

    kind: str
    key: str
    share: float
    fields: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    origin: str = ""
    forms: tuple[str, ...] = ()

    @property
    def marked(self) -> tuple[str, ...]:
        """What to mark in the text of the call."""
        return self.forms or self.words


class Passage(NamedTuple):
    """The part of the text that speaks most for the priority; `marks` are (start, end) positions of matched words."""

    section: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Explanation(NamedTuple):
    """Why a call has its score. `sum(r.share for r in reasons) == score` (within rounding of 0.05)."""

    score: float
    grade: str
    reasons: list[Reason]
    missing: list[str]
    passage: Passage | None
    rule_only: bool


class Telling(NamedTuple):
    """A word or phrase that some calls share: `inside` of them and `calls` of all calls have it."""

    text: str
    inside: int
    calls: int


GRADES = ("strong", "partial", "weak", "none")
PLAINLY = 0.8
"""Stress from which a call says a concept plainly: in its title or its heading, or in its text and not only once."""


class Ranker(ABC):
    """One ranking method. `name` is its key on the command line, `label` its name for people."""

    name: ClassVar[str]
    label: ClassVar[str]
    calls_: list[Call]
    _placed: tuple[list[Call], dict[str, int]] | None = None

    @property
    def row_of(self) -> Mapping[str, int]:
        """The position of each call in `calls_`, by reference."""
        if self._placed is None or self._placed[0] is not self.calls_:
            self._placed = (self.calls_, {call.reference: row for row, call in enumerate(self.calls_)})
        return self._placed[1]

    @abstractmethod
    def fit(self, calls: Sequence[Call]) -> Self:
        """Learn words and their frequencies from calls; keeps them as `calls_` in the given order."""

    @abstractmethod
    def scores(self, priority: Priority, decisions: Sequence[Decision] = ()) -> NDArray[np.float64]:
        """The shown score of every call, shape (len(calls_),), 0 to 100, finite, in the order of `calls_`."""

    @abstractmethod
    def explain(
        self, rows: Sequence[int], priority: Priority, decisions: Sequence[Decision] = ()
    ) -> list[Explanation]:
        """One explanation for each of `rows` (positions in `calls_`)."""

    def shares(
        self, rows: Sequence[int], priority: Priority, decisions: Sequence[Decision] = ()
    ) -> list[list[Reason]]:
        """The reasons of `explain` without words, for many calls at once: a method may know them without reading.

        What is no concept, guard or rule may be told as one reason of its kind.
        """
        return [found.reasons for found in self.explain(rows, priority, decisions)]

    def said(self, row: int, concept: Concept) -> tuple[str, ...]:
        """The words with which a call (position in `calls_`) says a concept, as they stand there; () if none do."""
        alone = concept.model_copy(update={"weight": abs(concept.weight), "active": True, "cap": None})
        reasons = self.explain([row], Priority(key="alone", labels={}, concepts=[alone]))[0].reasons
        return next((reason.words for reason in reasons if reason.kind == "concept"), ())

    def updated(self, calls: Sequence[Call]) -> "Ranker":
        """A ranker of the same kind fitted on `calls`; a method may reuse what it knows of calls that stayed."""
        return type(self)().fit(calls)

    def with_glossary(self, rows: Sequence[Mapping[str, object]]) -> "Ranker":
        """The same fitted calls, read with a glossary (rows of de or nl, en, origin), if the method uses one."""
        return self

    @abstractmethod
    def grades(self, scores: NDArray[np.float64]) -> list[str]:
        """The class of each score: strong, partial, weak or none."""

    def having(self, concept: Concept) -> NDArray[np.bool_]:
        """Which calls have a concept at all, whatever its weight or switch, shape (len(calls_),)."""
        alone = concept.model_copy(update={"weight": abs(concept.weight), "active": True, "cap": None})
        found: NDArray[np.bool_] = self.scores(Priority(key="alone", labels={}, concepts=[alone])) > 0
        return found

    def stress(self, concept: Concept) -> NDArray[np.float64]:
        """How plainly each call says a concept, shape (len(calls_),): 0 if it does not, 1 as in its title alone.

        A method that does not tell places apart gives 1 for all that have it.
        """
        return self.having(concept).astype(np.float64)

    def kindred(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """How like each call is to some calls by their words, 0 to 1, shape (len(calls_),).

        `weights`: what each call counts, shape (len(calls_),), not negative. All 0 if none counts or a method cannot
        tell.
        """
        return np.zeros(len(self.calls_))

    def words(self) -> list[str]:
        """The words of the calls as people write them, for suggestions; in no particular order."""
        return sorted({word for call in self.calls_ for word in call.title.split() if word.isalpha()})

    def telling(
        self, rows: Sequence[int] | NDArray[np.intp], known: Sequence[tuple[str, str]] = (), most: int = 40
    ) -> list[Telling]:
        """Words and phrases that stand in these calls (positions in `calls_`) and are unusual in all others.

        The most telling first; [] if a method cannot tell. `known`: (language, spelling) of what to leave out.
        """
        return []

    def english(self, word: str) -> list[str]:
        """What a German or Dutch word is called in the calls; empty where the method knows none."""
        return []

    @abstractmethod
    def ideas(self, text: str, title: str = "", told: Sequence[Term] | None = None) -> NDArray[np.float64]:
        """Scores of every call for a free text (a project idea), 0 to 100, shape (len(calls_),).

        `told`: English that is looked for as well; None takes what the method's own glossary says.
        """

    def explain_idea(
        self, rows: Sequence[int], text: str, title: str = "", told: Sequence[Term] | None = None
    ) -> list[Explanation]:
        """One explanation for each of `rows`, adding up to what `ideas` gives; an idea has no classes (`grade` "").

        A method that cannot take a score apart gives it as one reason.
        """
        scores = self.ideas(text, title, told)
        own = [float(scores[row]) for row in rows]
        return [Explanation(s, "", [Reason("rest", "rest", s)] if s else [], [], None, False) for s in own]


def methods() -> dict[str, type[Ranker]]:
    """All ranking methods by name, in the order of their names."""
    for module in iter_modules(__path__):
        if not module.name.startswith("_"):
            import_module(f"{__name__}.{module.name}")
    return {cls.name: cls for cls in sorted(Ranker.__subclasses__(), key=lambda c: c.name)}


def make(name: str) -> Ranker:
    """Raises InputError naming the methods there are."""
    known = methods()
    if name not in known:
        raise InputError(f"There is no ranking method {name!r}. There are: {', '.join(known)}.")
    return known[name]()
