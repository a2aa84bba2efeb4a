"""Suggestions for a draft: further spellings of a concept, new concepts of a priority. Nothing is fitted."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.ledger import Decision
from matcher.model import Call, Concept, Priority
from matcher.rankers import GRADES, Ranker
from matcher.text import fold, squeeze
from matcher.views import effects, formula, shared
from matcher.views.lab import KEPT
from matcher.views.verdict import last_states

SOURCES = ("texts", "letters", "glossary")
MOST = 40
TRIED = 80
PURE = 0.2
"""Least part of the calls with a word that must have the concept already: below that it is another subject."""
OWN = 0.3
"""Least part of the calls with a word that must be among those looked at: a commoner word says nothing of them."""
LEAST_CALLS = shared.LEAST
"""With fewer calls to look at there is nothing that they share."""
FEW = 5
"""With fewer such words than this the commoner ones come behind them, up to so many."""
COMMON = 0.05
"""Largest part of all calls for a word out of a concept that no call has: a commoner one is another subject."""
STRONG_CALLS = 40
ENDING = 2
"""Letters that an ending of a noun has at most."""
ROUND = 70
"""Characters shown on each side of a word."""


class Suggestion(NamedTuple):
    """A word or phrase to add. `source`: one of `SOURCES`, `origin` says which entry of the glossary.

    `calls`: all stored calls that have it, `new`: those of them that nothing in the concept (for a new concept:
    in the priority) finds yet, `inside`: how many of the calls it was looked for in. `reference`, `example`: a call
    that would come, and where the word stands in it; None and "" if there is none.
    """

    text: str
    language: str
    source: str
    origin: str
    calls: int
    new: int
    inside: int
    reference: str | None
    example: str


class Grounds(NamedTuple):
    """The calls that new concepts are looked for in: positions in `calls_`, and whether people kept them."""

    rows: NDArray[np.intp]
    kept: bool


def spellings(
    ranker: Ranker, priority: Priority, concept: Concept, glossary: Sequence[Mapping[str, object]] = ()
) -> list[Suggestion]:
    """Further spellings of a concept: from the texts of the calls that have it, by letters, from the glossary.

    From texts and letters come English words only, and only those that bring calls. A concept that no call has
    cannot tell what belongs to it: of like words the rarest come first then, and common ones not at all.
    """
    has = ranker.having(concept)
    mine = [(language, text) for language, texts in concept.spellings.items() for text in texts]
    there = {fold(text) for part in (priority.concepts, priority.guards) for c in part for _, text in _all(c)}
    parts = {word for _, text in mine for word in fold(text).replace("-", " ").split()}
    found: dict[tuple[str, str], Suggestion] = {}

    def take(text: str, language: str, source: str, origin: str = "") -> None:
        spot = (language, fold(text))
        if not spot[1] or spot[1] in there or spot in found:
            return
        had = ranker.having(_concept(language, text))
        calls, inside, new = int(had.sum()), int((had & has).sum()), had & ~has
        part = has.any() and (source == "texts" or fold(text) in parts)
        if source != "glossary" and (not new.any() or (part and inside < PURE * calls)):
            return
        same = any(_ending(fold(own), spot[1]) for code, own in mine if code == language)
        if source == "glossary" and not calls and same:
            return
        pick = _first(new if new.any() else had)
        shown = _shown(ranker.calls_, pick, text)
        found[spot] = Suggestion(text, language, source, origin, calls, int(new.sum()), inside, *shown)

    for text, language, origin in _translated(mine, glossary):
        take(text, language, "glossary", origin)
    for text in _near(ranker, concept, dead=not has.any()):
        take(text, "en", "letters")
    for text in formula.subjects(ranker, np.flatnonzero(has), mine, TRIED):
        take(text, "en", "texts")
    return list(found.values())[:MOST]


def grounds(ranker: Ranker, priority: Priority, decisions: Sequence[Decision]) -> Grounds:
    """The calls that people shortlisted, forwarded, prepare or applied for; if there are none, the best that fit."""
    state = last_states(decisions)
    rows = [row for row, call in enumerate(ranker.calls_) if state.get(call.reference) in KEPT]
    if len(rows) > 1:
        return Grounds(np.array(rows, np.intp), True)
    scores = ranker.scores(priority, decisions)
    best = np.argsort(-scores, kind="stable")[:STRONG_CALLS]
    fits = np.array(ranker.grades(scores[best])) != GRADES[-1]
    return Grounds(best[fits & (scores[best] > 0)].astype(np.intp), False)


def concepts(ranker: Ranker, priority: Priority, decisions: Sequence[Decision] = ()) -> list[Suggestion]:
    """New concepts: words that the calls of `grounds` share, that are unusual elsewhere, and that no concept has.

    With fewer than `LEAST_CALLS` of them: words like those of the concepts that no call has, the rarest first.
    """
    rows = grounds(ranker, priority, decisions).rows
    if len(rows) < LEAST_CALLS:
        return _instead(ranker, priority)
    known = [spot for part in (priority.concepts, priority.guards) for concept in part for spot in _all(concept)]
    there = {fold(text) for _, text in known}
    covered = np.zeros(len(ranker.calls_), dtype=bool)
    for concept in priority.concepts:
        covered |= ranker.having(concept) if concept.active else False
    found = []
    for told in ranker.telling(rows, known, MOST):
        if fold(told.text) in there:
            continue
        had = ranker.having(_concept("en", told.text))
        own = np.zeros(len(had), dtype=bool)
        own[rows] = True
        shown = _shown(ranker.calls_, _first(had & own) if (had & own).any() else _first(had), told.text)
        new = int((had & ~covered).sum())
        found.append(Suggestion(told.text, "en", "texts", "", int(had.sum()), new, int((had & own).sum()), *shown))
    chosen, total = [ranker.calls_[row] for row in rows], len(ranker.calls_)
    found = [one for one in found if shared.tells(chosen, one.text, one.inside, one.calls, total)]
    found = [one for one in found if not formula.formal(ranker, one.text, rows)]
    telling = [one for one in found if one.inside >= OWN * one.calls]
    # Of a handful of calls the commoner words say nothing.
    others = [
        one for one in found if OWN * one.calls > one.inside >= OWN / 2 * one.calls and len(rows) >= shared.MANY
    ]
    # What only stands where other concepts already stand brings no call: it comes last.
    return sorted([*telling, *others[: max(FEW - len(telling), 0)]], key=lambda one: one.new == 0)


def _instead(ranker: Ranker, priority: Priority) -> list[Suggestion]:
    masks = [(concept, ranker.having(concept)) for concept in priority.concepts if concept.active]
    covered = np.logical_or.reduce([np.zeros(len(ranker.calls_), dtype=bool), *(mask for _, mask in masks)])
    there = {fold(text) for part in (priority.concepts, priority.guards) for c in part for _, text in _all(c)}
    near = [text for concept, mask in masks if not mask.any() for text in _near(ranker, concept, dead=True)]
    found = []
    for text in dict.fromkeys(text for text in near if fold(text) not in there):
        had = ranker.having(_concept("en", text))
        new = had & ~covered
        if new.any():
            shown = _shown(ranker.calls_, _first(new), text)
            found.append(Suggestion(text, "en", "letters", "", int(had.sum()), int(new.sum()), 0, *shown))
    return sorted(found, key=lambda one: one.calls)


def without(found: Sequence[Suggestion], rejected: Collection[tuple[str, str]]) -> list[Suggestion]:
    """Those that were not turned down; `rejected`: their `mark`s."""
    return [one for one in found if mark(one) not in rejected]


def mark(one: Suggestion) -> tuple[str, str]:
    """Language and folded text: the same for a word however it is written."""
    return one.language, fold(one.text)


def passage(call: Call, text: str) -> str:
    """A piece of the call's title or text round the first place of a word or phrase; "" if it stands nowhere."""
    words = [re.escape(word[: max(4, len(word) - 2)]) for word in text.split()]
    if not words:
        return ""
    pattern = re.compile(r"\b" + r"\w*\W+(?:\w+\W+)?".join(words), re.IGNORECASE)
    named = (call.call_title, call.parent_title, call.destination, *call.keywords)
    for part in (call.title, *(section.text for section in call.sections), *(name for name in named if name)):
        place = pattern.search(part)
        if place is not None:
            start, end = max(place.start() - ROUND, 0), min(place.end() + ROUND, len(part))
            # Whole words only.
            while 0 < start < place.start() and not part[start - 1].isspace():
                start += 1
            while place.end() < end < len(part) and not part[end].isspace():
                end -= 1
            shown = squeeze(part[start:end])
            return f"{'… ' if start else ''}{shown}{' …' if end < len(part) else ''}"
    return ""


def _all(concept: Concept) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in concept.spellings.items() for text in texts]


def _concept(language: str, text: str) -> Concept:
    return Concept(key="word", weight=1.0, spellings={language: [text]})


def _near(ranker: Ranker, concept: Concept, *, dead: bool) -> list[str]:
    """Words of the calls that look like those of a concept; for a dead one the rarest first, no common ones."""
    english = effects.english(ranker, concept) or [text for _, text in _all(concept)]
    near = effects.nearest(english, ranker.words(), most=8)
    near = [text if text.isupper() else text.lower() for text in near]
    if not dead:
        return near
    parts = {word for text in english for word in fold(text).replace("-", " ").split()}
    counts = {text: int(ranker.having(_concept("en", text)).sum()) for text in near}
    most = COMMON * len(ranker.calls_)
    # A misspelt word is meant whole, however common; a part of a term may be another subject.
    kept = [t for t in near if counts[t] <= most or not any(_ending(fold(t), part) for part in parts)]
    return sorted(kept, key=lambda text: counts[text])


def _ending(one: str, other: str) -> bool:
    """Whether two words are the same but for an ending (Drohne, Drohnen)."""
    return abs(len(one) - len(other)) <= ENDING and (one.startswith(other) or other.startswith(one))


def _first(mask: NDArray[np.bool_]) -> int | None:
    at = np.flatnonzero(mask)
    return int(at[0]) if len(at) else None


def _shown(calls: Sequence[Call], row: int | None, text: str) -> tuple[str | None, str]:
    return (None, "") if row is None else (calls[row].reference, passage(calls[row], text))


def _translated(
    mine: Sequence[tuple[str, str]], glossary: Sequence[Mapping[str, object]]
) -> list[tuple[str, str, str]]:
    """What the glossary says of the concept's spellings, in both directions: text, language, origin."""
    said = {(language, fold(text)) for language, text in mine}
    found = []
    for row in glossary:
        if row.get("wrong"):
            continue
        english, origin = str(row.get("en") or ""), str(row.get("origin") or "")
        for language in ("de", "nl"):
            term = str(row.get(language) or "")
            if term and english:
                if (language, fold(term)) in said:
                    found.append((english, "en", origin))
                elif ("en", fold(english)) in said:
                    found.append((term, language, origin))
    return found
