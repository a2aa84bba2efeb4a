"""The bridge from German and Dutch to English: a list of terms that the region owns, and compounds taken apart.

Nothing is translated that the list does not hold, and every expansion can be shown with its origin and its hits.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matcher.errors import InputError
from matcher.rankers._tokens import normal, plain, raw_words

LINKS = ("", "s", "es", "n", "en", "er", "e")
SHORTEST_PART = 4
MOST_TERM_WORDS = 5


class Term(NamedTuple):
    """One line of a glossary. `origin` says where it is from: the lexicon, a vocabulary, a person."""

    language: str
    spelling: str
    english: str
    origin: str


class Expansion(NamedTuple):
    """What a spelling was also looked for as: English, where that is from, and how many calls have it."""

    concept: str
    spelling: str
    english: str
    origin: str
    calls: int


class Glossary:
    """Look-up by folded words. An entry that people marked as `wrong` stays in the file and is not used."""

    def __init__(self, rows: Iterable[Mapping[str, object]] = ()):
        self.terms: dict[str, list[Term]] = {}
        faults = []
        for number, row in enumerate(rows, start=1):
            if row.get("wrong"):
                continue
            english, found = str(row.get("en") or "").strip(), False
            for language in ("de", "nl"):
                spelling = str(row.get(language) or "").strip()
                if spelling and english:
                    found = True
                    term = Term(language, spelling, english, str(row.get("origin") or "?"))
                    self.terms.setdefault(_fold(spelling), []).append(term)
            if not found:
                faults.append(f"entry {number}: needs en and one of de, nl")
        if faults:
            raise InputError(f"The glossary has {len(faults)} faulty entries. Nothing was taken.", faults)

    def english(self, spelling: str) -> list[Term]:
        """English for a spelling: as it stands, by its singular, or by the parts of a compound."""
        folded = _fold(spelling)
        found = self._known(folded)
        if found or " " in folded:
            return found
        for cut in range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1):
            second = self._known(folded[cut:])
            if not second:
                continue
            for link in LINKS:
                if folded[:cut].endswith(link):
                    first = self._known(folded[: cut - len(link)] if link else folded[:cut])
                    if first:
                        return [
                            Term(a.language, spelling, f"{a.english} {b.english}", f"{a.origin}, in two parts")
                            for a in first[:2]
                            for b in second[:2]
                        ]
        return []

    def _known(self, folded: str) -> list[Term]:
        for ending in ("", "en", "n", "e", "er", "es", "s"):
            if folded.endswith(ending) and len(folded) - len(ending) >= 3:
                found = self.terms.get(folded[: len(folded) - len(ending)] if ending else folded)
                if found:
                    return found
        return []

    def translated(self, text: str) -> list[Term]:
        """Terms for all words and groups of words of a text, longest first, each place used once."""
        if not self.terms:
            return []
        words, out, i = raw_words(normal(text)), [], 0
        while i < len(words):
            for size in range(min(MOST_TERM_WORDS, len(words) - i), 0, -1):
                group = " ".join(words[i : i + size])
                found = self.english(group) if size == 1 else self._known(_fold(group))
                if found:
                    out += found
                    i += size - 1
                    break
            i += 1
        return out


def _fold(text: str) -> str:
    return " ".join(plain(word) for word in raw_words(normal(text)))
