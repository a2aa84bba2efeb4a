"""The words of a strategy in the words of calls: English by a glossary, by the look of a word, and how many calls."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from matcher.model import Concept
from matcher.rankers import Ranker
from matcher.rankers._glossary import Glossary
from matcher.start_text import Term
from matcher.text import fold

LOOKS = 0.76
"""Likeness of two words from which one is guessed to be the other's English (Photonik, photonics)."""
COUSIN = 0.6
LONGER = 3
"""Letters by which such a word may be longer or shorter: Flutung is not fluctuating."""
_NAME = re.compile(r"\b[A-Z]-\w|[A-Z]{2}|\d")
_COMPOUND = re.compile(r"-[A-ZÄÖÜ][a-zäöüß]{3}")
"""Names and short forms are the same in both languages: U-space, CCAM, 5G."""


class Made(NamedTuple):
    """A concept on its way: spellings by language, calls that have it, where it is from."""

    spellings: dict[str, list[str]]
    calls: int
    origin: str
    times: int
    active: bool = True


class Lookup:
    """Looks words up in a glossary and counts calls."""

    def __init__(self, ranker: Ranker, rows: Sequence[Mapping[str, object]]):
        self.glossary, self.total = Glossary(rows), max(len(ranker.calls_), 1)
        self.ranker = ranker
        self.german: dict[str, list[str]] = {}
        for row in rows:
            if row.get("de") and row.get("en") and not row.get("wrong"):
                self.german.setdefault(fold(str(row["en"])), []).append(str(row["de"]))
        self.by_start: dict[str, list[str]] = {}
        for word in {word.lower() for word in ranker.words() if len(word) >= 5 and word.isascii()}:
            self.by_start.setdefault(word[:3], []).append(word)
        self.calls = lru_cache(maxsize=None)(self._calls)

    def _calls(self, english: str) -> int:
        return int(self.ranker.having(Concept(key="one", weight=1, spellings={"en": [english]})).sum())

    def made(self, term: Term, language: str) -> Made:
        """Spellings in both languages and the number of calls that have one of them."""
        own, origin = term.spelling, term.where
        english, german, active = self._english(own, language)
        if not active:
            origin = "guess"
        english = [*english, *(s for s in term.also if (fold(s) not in map(fold, english)))]
        if term.also and not active:
            english, origin, active = list(term.also), term.where, True
        spellings = {"en": english[:4], "de": german[:4]}
        calls = max((self.calls(s) for s in spellings["en"]), default=0)
        return Made({code: said for code, said in spellings.items() if said}, calls, origin, term.times, active)

    def _english(self, own: str, language: str) -> tuple[list[str], list[str], bool]:
        """English and German spellings, and whether they are sure."""
        if language == "en" or self._is_english(own):
            return [own], self._back(own), True
        for variant in _variants(own):
            found = self.glossary.english(variant) or [
                term for term in self.glossary.translated(variant) if fold(term.spelling) == fold(variant)
            ]
            if found:
                return list(dict.fromkeys(t.english for t in found))[:3], [found[0].spelling], True
        if self.calls(own):
            return [own], self._back(own), True
        if _NAME.search(own) and not _COMPOUND.search(own):
            return [own], [own], True
        near = self._compound(own) if "-" in own else self._alike(own)
        return ([near], [own], False) if near else ([], [own], True)

    def _compound(self, own: str) -> str | None:
        """English for a German word with hyphens of which every part has some (Offshore-Windenergie)."""
        parts: list[str | None] = []
        for part in own.split("-"):
            if not any(char.isalpha() for char in part):
                return None
            found = [term.english for term in self.glossary.english(part)]
            same = [part.lower() if part[1:].islower() else part] if self.calls(part) else []
            parts.append(next(iter([*found, *same]), self._alike(part)))
        return " ".join(part for part in parts if part) if all(parts) else None

    def _is_english(self, own: str) -> bool:
        """Whether a word in a German text is English already: said in small letters, and all of it in the calls."""
        words = fold(own).split()
        return own[0].islower() and not self.glossary.english(own) and all(self._said(word) for word in words)

    def _said(self, word: str) -> bool:
        return word in self.by_start.get(word[:3], ()) or self.calls(word) > 0

    def _back(self, english: str) -> list[str]:
        """German for an English word: the only one of the glossary, or the one that looks like it."""
        known = list(dict.fromkeys(self.german.get(fold(english), [])))
        alike = [word for word in known if SequenceMatcher(None, fold(word), fold(english)).ratio() >= COUSIN]
        return (known if len(known) == 1 else alike)[:1]

    def _alike(self, word: str) -> str | None:
        """The word of the calls that looks most like a German one."""
        folded = fold(word)
        if " " in folded or len(folded) < 5:
            return None
        near = [other for other in self.by_start.get(folded[:3], []) if abs(len(other) - len(folded)) <= LONGER]
        rated = [(SequenceMatcher(None, folded, other).ratio(), other) for other in near]
        best = max(rated, default=(0.0, ""))
        return best[1] if best[0] >= LOOKS else None


def _variants(own: str) -> list[str]:
    """A German group of words with the endings its adjective may have, then its last word alone."""
    first, blank, rest = own.partition(" ")
    if not blank:
        return [own]
    stem = re.sub(r"(?:en|er|es|em|e)$", "", first)
    return [own, *(f"{stem}{ending} {rest}" for ending in ("er", "e", "es", "en"))]
