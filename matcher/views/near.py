"""Words of the calls that lie near a priority whose own words find little. A general way, without a list of subjects.

Four ways lead there: the words of a term of several (never these alone), letters, glossary terms that open like the
priority's German words, and what stands in the same calls as the priority's own words. Of these only words stay whose
calls are mostly about the subject, as far as the calls can tell: see `_fit`. The fifth are titles: `near_title`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.model import Concept, Priority
from matcher.rankers import PLAINLY, Ranker
from matcher.start_words import ENGLISH
from matcher.text import fold
from matcher.views import effects, formula, near_title

WAYS = ("part", "letters", "glossary", "beside", "title")
COMMON, FEW = 0.04, 5
"""Largest part of all calls for a near word: a commoner one is another subject. `FEW` calls are never too many."""
OWN = 0.3
"""Least part of a word's calls that must be those that have the priority's words, to be told beside them."""
TOGETHER, MEANT = 2, 3
"""Calls that a word must share with the priority's words: in one call any two words meet. `MEANT`: one word alone
that nothing else led to, for in two calls any two common words meet."""
CLOSE = 0.9
"""Part of the calls of the list that a call must be liker to the subject than, to be near it."""
MOSTLY = 0.5
"""Least part of the calls a word brings that must be about the subject."""
PLAIN, TITLE = 0.25, 0.96
"""Least part of them that must say the word plainly where the priority's own words find nothing; the least stress of
a word in a title."""
OPENING, REST, AIR, PORT = 4, 3, 3, 4
"""Fewest letters of the German word that opens a compound, and of what follows; the same for English (air, port)."""
SHORTEST, ALIKE, SAME = 2, 4, 3
"""Letters that a part of a term and a word written alike must have, and that the latter must open with."""
TRIED = 60
MOST, MOST_BESIDE = 8, 3
MOST_TITLES = 2

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Near(NamedTuple):
    """A word to try: calls that have it, those of them that the priority does not find, and what led to it.

    `why`: pairs of one of `WAYS` and the word of the priority (for `beside`, `title`: "") it came from. `references`:
    the first `MOST_TITLES` calls it would bring, or with `new` 0 the one that it lifts. `german`: what the glossary
    calls exactly this; "" if nothing.
    """

    text: str
    calls: int
    new: int
    why: tuple[tuple[str, str], ...]
    references: tuple[str, ...]
    german: str = ""


class _Word(NamedTuple):
    text: str
    ways: frozenset[str]
    why: tuple[tuple[str, str], ...]
    has: Mask
    new: Mask
    stress: Floats


def near(
    ranker: Ranker,
    priority: Priority,
    rows: Sequence[Mapping[str, object]],
    only: NDArray[np.intp] | None = None,
    most: int = MOST,
) -> list[Near]:
    """English words and phrases that calls have: parts of the priority's own terms, then those with most reasons.

    None that is there already, and none that brings only calls that others before it bring. `rows`: the glossary.
    `only`: count these calls (positions in `calls_`), the others as if they were not there.
    """
    within = np.zeros(len(ranker.calls_), dtype=bool)
    within[slice(None) if only is None else only] = True
    active = [(concept, ranker.having(concept)) for concept in priority.concepts if concept.active]
    found = np.logical_or.reduce([np.zeros(len(within), dtype=bool), *(has for _, has in active)])
    typed = sum((ranker.stress(concept) ** 2 for concept, _ in active), np.zeros(len(within)))
    words = _words(ranker, priority, active, rows, found, within)
    sure = {word.text: np.where(word.stress >= PLAINLY, word.stress, 0) for word in words if _is_sure(word)}
    made: list[tuple[tuple[bool, bool, int, int, float], _Word]] = []
    for word in words:
        others = (stress for text, stress in sure.items() if text != word.text)
        # What the word itself brings must not vouch for it.
        anchor = typed if typed.any() else np.where(word.has, 0, sum(others, np.zeros(len(within))))
        fit = _fit(ranker, word, anchor, within, sure=bool(typed.any()))
        # One word of a term of several is far wider than the term: aerial vehicle. Something else must lead there.
        if fit >= MOSTLY and word.ways != {"part"}:
            sources = {source for _, source in word.why}
            beside, part = word.ways == {"beside"}, "part" in word.ways
            made.append(((beside, not part, -len(word.ways), -len(sources), -fit), word))
    made.sort(key=lambda one: (one[0], int(one[1].new.sum()), one[1].text))
    out: list[Near] = []
    taken, further = np.zeros(len(within), dtype=bool), 0
    for order, word in made:
        further += order[0]
        if not (word.new & ~taken).any() or further > MOST_BESIDE:
            continue
        taken |= word.new
        best = sorted(np.flatnonzero(word.new), key=lambda row: (-word.stress[row], row))[:MOST_TITLES]
        references = tuple(ranker.calls_[row].reference for row in best)
        counts = (int((word.has & within).sum()), int(word.new.sum()))
        out.append(Near(word.text, *counts, word.why, references, _german(ranker, word.text, rows)))
    there = {fold(one.text) for one in out} | _there(priority)
    lifted = [
        Near(text, calls, 0, (("title", ""),), (ranker.calls_[row].reference,), _german(ranker, text, rows))
        for text, calls, row in near_title.words(ranker, priority, np.flatnonzero(within), there)
    ]
    return [*lifted, *out][:most]


def _fit(ranker: Ranker, word: _Word, anchor: Floats, within: Mask, *, sure: bool) -> float:
    """Which part of the calls a word brings is about the subject, 0 to 1.

    A call is if it is liker than `CLOSE` of the list to those in `anchor`; where there is nothing to compare with, if
    its title says the word. A word that calls only say in passing needs all of them and a second reason. `sure`:
    those in `anchor` have the priority's own words.
    """
    at = np.flatnonzero(word.new)
    like = ranker.kindred(anchor)
    if not like.any():
        return float((word.stress[at] >= TITLE).mean())
    fit = float(np.mean([(like[within] < like[row]).mean() >= CLOSE for row in at]))
    plain = int((word.stress[at] >= PLAINLY).sum())
    least = (2 if word.ways == {"beside"} else 1) if sure else PLAIN * len(at)
    if word.ways == {"glossary"}:
        # The weakest way: an opening alone also leads from aircraft to air pollution.
        least = max(least, MOSTLY * len(at))
    return fit if plain >= least or (fit == 1 and len(word.why) > 1) else 0.0


def _words(
    ranker: Ranker,
    priority: Priority,
    active: Sequence[tuple[Concept, Mask]],
    rows: Sequence[Mapping[str, object]],
    found: Mask,
    within: Mask,
) -> list[_Word]:
    """All words that something leads to, that are rare and bring calls of the list."""
    mine = [(code, text) for c, _ in active for code, said in c.spellings.items() for text in said]
    silent = [
        (code, text) for c, has in active if not has.any() for code, said in c.spellings.items() for text in said
    ]
    there = _there(priority)
    led: dict[str, tuple[str, dict[tuple[str, str], None]]] = {}
    for text, way, source in _led(ranker, mine, set(silent), rows):
        led.setdefault(fold(text), (text, {}))[1][way, source] = None
    for told in ranker.telling(np.flatnonzero(found), mine, TRIED):
        key = fold(told.text)
        least = TOGETHER if key in led or " " in key else MEANT
        if told.inside < max(least, OWN * told.calls):
            continue
        if key in led or not formula.formal(ranker, told.text, np.flatnonzero(found)):
            led.setdefault(key, (told.text, {}))[1]["beside", ""] = None
    most, out = max(COMMON * len(found), FEW), []
    for key, (text, why) in led.items():
        has = ranker.having(_alone(text))
        new = has & ~found & within
        if key not in there and new.any() and (has & within).sum() <= most:
            ways = frozenset(way for way, _ in why)
            out.append(_Word(text, ways, tuple(why), has, new, ranker.stress(_alone(text))))
    return out


def _there(priority: Priority) -> set[str]:
    every = (*priority.concepts, *priority.guards)
    return {fold(text) for concept in every for said in concept.spellings.values() for text in said}


def _is_sure(word: _Word) -> bool:
    """Whether more than an opening led there: what only opens alike may be another subject (air traffic, quality)."""
    return bool(word.ways & {"part", "letters"})


def _german(ranker: Ranker, text: str, rows: Sequence[Mapping[str, object]]) -> str:
    """A German word that means this and nothing else, so that it finds the same calls."""
    for row in rows:
        german = str(row.get("de") or "")
        told = german and not row.get("wrong") and fold(str(row.get("en") or "")) == fold(text)
        if told and {fold(meant) for meant in ranker.english(german)} == {fold(text)}:
            return german
    return ""


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
            parts = fold(term).replace("-", " ").split()
            parts = [word for word in parts if word not in ENGLISH and len(word) >= SHORTEST]
            if len(parts) > 1 or code != "en":
                yield from ((word, "part", text) for word in parts)
            like = effects.nearest([term], sorted(said), most=6) if (code, text) in silent else []
            like = [o for o in like if len(o) >= ALIKE and any(o[:SAME] == word[:SAME] for word in parts)]
            like += [other for word in parts for other in _opening_alike(word, said, firsts)]
            # Its plural is the part again.
            again = {form for word in parts for form in (f"{word}s", word.removesuffix("s"))} if parts[1:] else set()
            yield from ((word, "part" if word in again else "letters", text) for word in like if word not in parts)
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
