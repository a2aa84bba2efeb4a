"""A search that finds no call may name a filter instead: a kind, a status, a programme, in any language."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from matcher.views._asked import WORDS
from matcher.views._facets import Facets
from matcher.views._search import at_word, fold, wishes
from matcher.views.filters import Filters, Found
from matcher.words import LANGUAGES, say

FILTERS = ("kinds", "programmes", "types_of_action", "statuses", "states")
SHORTEST = 4
"""Letters of a word that may be the beginning of a label; shorter ones begin too many."""
MOST = 6


class Named(NamedTuple):
    """A choice of the filter `filter` (a field of `Filters`) that the word `word` names, how many calls it leaves
    among those that pass all the others, and what is left of the search without the word."""

    filter: str
    value: str
    word: str
    calls: int
    rest: str


def named(facets: Facets, asked: Filters, texts: Mapping[str, str] | None = None) -> list[Named]:
    """What the words of a search name by the filters' own labels, most calls first; `asked` holds the search."""
    found: list[Named] = []
    words, excluded = wishes(asked.search)
    for word in [word for word in words if len(word) >= SHORTEST]:
        rest = " ".join([f'"{other}"' for other in words if other != word] + [f'-"{other}"' for other in excluded])
        counts = Found(facets, replace(asked, search=rest), texts).counts()
        for name in FILTERS:
            for value, calls in counts.get(name, {}).items():
                if any(at_word(fold(label), word) for label in _labels(name, value)):
                    found.append(Named(name, value, word, calls, rest))
    return sorted(found, key=lambda one: -one.calls)[:MOST]


def shown(one: Named, language: str) -> str:
    """The choice as the filter calls it."""
    group = WORDS[one.filter]
    return say(f"{group}.{one.value}", language) if group else one.value


def _labels(name: str, value: str) -> list[str]:
    group = WORDS[name]
    return [say(f"{group}.{value}", language) for language in LANGUAGES] if group else [value]
