"""Words of the calls that lie near a priority whose own words find little. A general way, without a list of subjects.

Four ways lead there: the words of a term of several, letters, glossary terms that open like the priority's German
words, and what stands in the same calls as all these. Nothing is fitted.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.model import Concept, Priority
from matcher.rankers import Ranker
from matcher.start_words import ENGLISH
from matcher.text import fold
from matcher.views import effects

WAYS = ("part", "letters", "glossary", "beside")
COMMON, FEW = 0.04, 5
"""Largest part of all calls for a near word: a commoner one is another subject. `FEW` calls are never too many."""
OWN = 0.3
"""Least part of a word's calls that must be those with the near words."""
TOGETHER, MEANT = 2, 3
"""Calls that a word must share with the near words: in one call any two words meet. `MEANT`: one word alone that
nothing else led to, for in two calls any two common words meet."""
OPENING, REST = 4, 3
"""Fewest letters of the German word that opens a compound, and of what follows it."""
AIR, PORT = 3, 4
"""The same for English compounds (air, port), which are written as one word less often."""
TRIED = 60
MOST = 12
MOST_BESIDE = 3
"""Words that only stand beside near ones: further off the more there are."""


class Near(NamedTuple):
    """A word to try: calls that have it, those of them that the priority does not find, and what led to it.

    `why`: pairs of one of `WAYS` and the word of the priority (for `beside`: "") it came from. `reference`: a call
    that has it, one the priority does not find if there is one.
    """

    text: str
    calls: int
    new: int
    why: tuple[tuple[str, str], ...]
    reference: str


def near(
    ranker: Ranker,
    priority: Priority,
    rows: Sequence[Mapping[str, object]],
    only: NDArray[np.intp] | None = None,
    most: int = MOST,
) -> list[Near]:
    """English words and phrases that calls have, most reasons first, then the rarest; none that is there already.

    `rows`: the glossary. `only`: count these calls (positions in `calls_`), the others as if they were not there.
    """
    within = np.zeros(len(ranker.calls_), dtype=bool)
    within[slice(None) if only is None else only] = True
    active = [(concept, ranker.having(concept)) for concept in priority.concepts if concept.active]
    mine = [(code, text) for c, _ in active for code, said in c.spellings.items() for text in said]
    silent = [
        (code, text) for c, has in active if not has.any() for code, said in c.spellings.items() for text in said
    ]
    every = (*priority.concepts, *priority.guards)
    there = {fold(text) for concept in every for said in concept.spellings.values() for text in said}
    found = np.logical_or.reduce([np.zeros(len(ranker.calls_), dtype=bool), *(has for _, has in active)])
    led: dict[str, tuple[str, dict[tuple[str, str], None]]] = {}
    for text, way, source in _led(ranker, mine, set(silent), rows):
        led.setdefault(fold(text), (text, {}))[1][way, source] = None
    has = {key: ranker.having(_alone(text)) for key, (text, _) in led.items()}
    most_calls = max(COMMON * len(found), FEW)
    # What only opens alike may be another subject (air traffic, air pollution): no anchor.
    sure = [key for key, (_, why) in led.items() if {way for way, _ in why} - {"glossary"}]
    beside = np.logical_or.reduce([found, *(has[key] for key in sure if has[key].sum() <= most_calls)])
    for told in ranker.telling(np.flatnonzero(beside), mine, TRIED):
        key = fold(told.text)
        least = TOGETHER if key in led or " " in key else MEANT
        if told.inside >= max(least, OWN * told.calls):
            led.setdefault(key, (told.text, {}))[1]["beside", ""] = None
            has.setdefault(key, ranker.having(_alone(told.text)))
    out: list[tuple[tuple[bool, int, int], Near]] = []
    for key, (text, why) in led.items():
        new, calls = has[key] & ~found & within, int((has[key] & within).sum())
        if key not in there and calls <= most_calls and new.any():
            ways = {way for way, _ in why}
            order = (ways == {"beside"}, -len(ways), -len({source for _, source in why}))
            reference = ranker.calls_[int(np.flatnonzero(new)[0])].reference
            out.append((order, Near(text, calls, int(new.sum()), tuple(why), reference)))
    out.sort(key=lambda one: (one[0], one[1].calls, one[1].text))
    surely = [one for order, one in out if not order[0]]
    return [*surely, *[one for order, one in out if order[0]][:MOST_BESIDE]][:most]


def _led(
    ranker: Ranker,
    mine: Sequence[tuple[str, str]],
    silent: Collection[tuple[str, str]],
    rows: Sequence[Mapping[str, object]],
) -> Iterator[tuple[str, str, str]]:
    """Candidates: English text, way, and the spelling that led there. Only of `silent` ones words written alike."""
    pairs = [(str(r["de"]), str(r["en"])) for r in rows if r.get("de") and r.get("en") and not r.get("wrong")]
    said = {word.casefold() for word in ranker.words()}
    firsts = {en.casefold() for _, en in pairs if " " not in en}
    openings = sorted(
        {de.casefold() for de, _ in pairs if len(de) >= OPENING and de.isalpha()}, key=len, reverse=True
    )
    for code, text in mine:
        english = [text] if code == "en" else list(ranker.english(text))
        german = [text] if code == "de" else [de for de, en in pairs if fold(en) == fold(text)]
        for term in english:
            parts = [word for word in fold(term).replace("-", " ").split() if word not in ENGLISH]
            if len(parts) > 1 or code != "en":
                yield from ((word, "part", text) for word in parts)
            like = effects.nearest([term], sorted(said), most=6) if (code, text) in silent else []
            like += [other for word in parts for other in _opening_alike(word, said, firsts)]
            yield from ((word, "letters", text) for word in like if word not in parts)
            german += [de for de, en in pairs if fold(en) in parts]
        for own in dict.fromkeys(word.casefold() for term in german for word in term.split()):
            start = next((o for o in openings if own.startswith(o) and len(own) >= len(o) + REST), None)
            if start:
                yield from ((en, "glossary", text) for de, en in pairs if " " not in de and _opens(de, start))


def _opens(term: str, start: str) -> bool:
    return term.casefold().startswith(start)


def _opening_alike(word: str, said: set[str], firsts: set[str]) -> list[str]:
    """Words of the calls that open with the same word as this one and end in another (airport for aircraft)."""
    starts = [word[:n] for n in range(AIR, len(word) - PORT + 1) if word[:n] in firsts]
    return sorted(
        other
        for start in starts
        for other in said
        if other.startswith(start) and len(other) >= len(start) + PORT and _said(other[len(start) :], said)
    )


def _said(word: str, said: set[str]) -> bool:
    return word in said or f"{word}s" in said or word.removesuffix("s") in said


def _alone(text: str) -> Concept:
    return Concept(key="word", weight=1.0, spellings={"en": [text]})
