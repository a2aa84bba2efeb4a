"""What keeps a priority from matching anything, or cuts it: no usable word, one word alone, far too many."""

import unicodedata
from typing import NamedTuple

from matcher.model import Concept, Priority
from matcher.rankers import Ranker
from matcher.rankers._match import MOST_CONCEPTS
from matcher.rankers._spellings import MOST_WORDS, usable
from matcher.rankers._tokens import normal, raw_words
from matcher.words import number, say

MOST_NAMED = 5


class Trouble(NamedTuple):
    """`code`: empty, nothing, stops, unknown, many, long, signs, one. `names`: of `n` spellings.

    `most`: how many are allowed.
    """

    code: str
    n: int = 0
    most: int = 0
    names: tuple[str, ...] = ()


def find(priority: Priority, ranker: Ranker | None = None) -> list[Trouble]:
    """What is doubtful about a priority as it is ranked, the gravest first; [] if nothing is.

    With a fitted ranker also whether any concept stands in a call at all.
    """
    active = [concept for concept in priority.concepts if concept.active]
    rules = any(rule.active for rule in priority.rules)
    if not active:
        return [] if rules else [Trouble("empty")]
    dull = [concept for concept in active if not any(map(usable, _spellings(concept)))]
    found = []
    if len(dull) == len(active):
        found.append(Trouble("nothing", len(dull), 0, _named(dull)))
    elif dull:
        found.append(Trouble("stops", len(dull), 0, _named(dull)))
    live = [concept for concept in active if concept not in dull][:MOST_CONCEPTS]
    if live and ranker is not None and ranker.calls_ and not any(ranker.having(c).any() for c in live):
        found.append(Trouble("unknown", len(live), 0, _named(live)))
    if len(active) > MOST_CONCEPTS:
        found.append(Trouble("many", len(active), MOST_CONCEPTS, _named(active[MOST_CONCEPTS:])))
    long = [s for c in active for s in _spellings(c) if len(raw_words(normal(s))) > MOST_WORDS]
    if long:
        found.append(Trouble("long", len(long), MOST_WORDS, tuple(long[:MOST_NAMED])))
    signs = [s for c in active for s in _spellings(c) if hidden_signs(s)]
    if signs:
        found.append(Trouble("signs", len(signs), 0, tuple(_visible(s) for s in signs[:MOST_NAMED])))
    if (
        len(active) == 1
        and not dull
        and not rules
        and all(len(raw_words(normal(s))) == 1 for s in _spellings(active[0]))
    ):
        found.append(Trouble("one", 1, 0, _named(active)))
    return found


def sentence(trouble: Trouble, language: str) -> str:
    """A trouble in words, with what to do."""
    more = " …" if trouble.n > len(trouble.names) > 0 else ""
    values = {"n": number(trouble.n, language), "most": number(trouble.most, language)}
    return say(f"troubles.{trouble.code}", language, list="; ".join(trouble.names) + more, **values)


def hidden_signs(text: str) -> bool:
    """Whether a text holds signs that nobody sees: zero-width ones, soft hyphens, marks of the direction."""
    return any(unicodedata.category(sign) == "Cf" for sign in text)


def _visible(text: str) -> str:
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def _spellings(concept: Concept) -> list[str]:
    return [spelling for all_ in concept.spellings.values() for spelling in all_]


def _named(concepts: list[Concept]) -> tuple[str, ...]:
    return tuple(next(iter(_spellings(c)), c.key) for c in concepts[:MOST_NAMED])
