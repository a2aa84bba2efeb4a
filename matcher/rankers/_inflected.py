"""German and Dutch words in any of their forms: found by their dictionary form, and compounds taken apart.

A German noun is found by what its endings leave (Häfen, Hafens: Hafen), any other word by its stem. A compound is
taken apart only where every part of it is a known word, so nothing is found inside an unrelated one.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from matcher.rankers._tokens import normal, plain

STEMMERS = {"de": "german", "nl": "dutch_porter"}
NOUN_ENDINGS = ("", "s", "e", "n", "en", "es", "er", "ern", "se", "sen", "ses", "nen", "ien", "ens", "innen")
LATIN = (("um", "en"), ("us", "en"), ("a", "en"), ("is", "en"))
"""Endings that change: Zentrum and Zentren, Firma and Firmen."""
LINKS = {"de": ("", "s", "n", "es", "en", "er", "e"), "nl": ("", "s", "e", "en")}
SHORTEST_PART, MOST_PARTS = 3, 4
LONGEST_WORD = 60
SHORT_STEM = 4
_DOTS = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))


def small(word: str) -> str:
    """Lower case, ß as ss, compatibility-composed."""
    return normal(word).casefold()


def is_short_form(word: str) -> bool:
    """Two capitals or more (KI, ÖPNV): such a word must stand as written."""
    return sum(letter.isupper() for letter in word) >= 2


@lru_cache(maxsize=1)
def _stemmers() -> dict[str, Stemmer.Stemmer]:
    return {language: Stemmer.Stemmer(name) for language, name in STEMMERS.items()}


def stem(word: str, language: str) -> str:
    return plain(_stemmers()[language].stemWord(small(word)))


def spelled(word: str) -> Iterator[str]:
    """A small word as written, and with the umlauts that its ae, oe, ue may stand for."""
    yield word
    other = word
    for two, one in _DOTS:
        other = other.replace(two, one)
    if other != word:
        yield other
        if other.count("ü") > word.count("ü"):  # Neubauabwaerme: a "ue" is rarely meant where another one is
            yield word.replace("ae", "ä").replace("oe", "ö")


def dotted_alike(entry: str, word: str) -> bool:
    """Whether `word` has the umlauts of `entry`, so that Forderung is not Förderung; Häfen may be of Hafen."""
    return all(a == b or a == plain(a) or plain(a) != plain(b) for a, b in zip(entry, word, strict=False))


def german_bases(word: str) -> Iterator[str]:
    """What a small German noun may be a form of, as plain letters, longest first."""
    flat = plain(word)
    for ending in NOUN_ENDINGS:
        base = flat[: len(flat) - len(ending)]
        if ending and not (flat.endswith(ending) and len(base) >= SHORTEST_PART):
            continue
        if ending.startswith("se") and not base.endswith(("nis", "us")):
            continue
        if ending.startswith("er") and flat == word and re.search(r"[aou][^aeiou]*$|au[^aeiou]*$", base):
            continue  # a plural in -er turns these vowels: Räder, but no Bauer of Bau
        yield base
    for one, many in LATIN:
        if flat.endswith(many):
            yield flat[: -len(many)] + one


def dutch_bases(word: str) -> Iterator[str]:
    """What a small Dutch word may be a form of: havens, warmtenetten, scholen, huizen, duurzame."""
    flat = plain(word)
    yield flat
    for ending in ("s", "en", "n", "e", "es"):
        if not flat.endswith(ending) or len(flat) - len(ending) < SHORTEST_PART:
            continue
        base = flat[: -len(ending)]
        yield base
        if ending in ("en", "e"):
            last = base[-1]
            if base[-2:] == 2 * last and last not in "aeiou":
                yield base[:-1]
            elif re.search(r"(?<![aeiou])[aeou][^aeiouwx]$", base):
                yield base[:-1] + base[-2] + last
                yield base[:-1] + base[-2] + {"v": "f", "z": "s"}.get(last, last)
            yield base[:-1] + {"v": "f", "z": "s"}.get(last, last)


BASES = {"de": german_bases, "nl": dutch_bases}


class Lexicon:
    """Dictionary words of one language by form. `first_only`: words that only open a compound (Lade-)."""

    def __init__(self, language: str):
        self.language = language
        self.words: dict[str, list[str]] = {}
        self.stems: dict[str, list[str]] = {}
        self.elided: dict[str, list[str]] = {}
        self.opening: dict[str, list[str]] = {}
        self._parts: dict[str, list[str] | None] = {}

    def add(self, word: str) -> None:
        """A word as a dictionary has it; with a hyphen at its end it only opens compounds."""
        word = normal(word)
        low = small(word.rstrip("-"))
        if word.endswith("-"):
            self.opening.setdefault(plain(low), []).append(word)
            return
        if word in self.words.setdefault(plain(low), []):
            return
        self.words[plain(low)].append(word)
        if self.language == "nl" or word[0].islower():
            self.stems.setdefault(stem(word, self.language), []).append(word)
        if low.endswith("e") and len(low) > SHORT_STEM and not is_short_form(word):
            self.elided.setdefault(plain(low[:-1]), []).append(word)

    def find(self, word: str, *, any_case: bool = False) -> list[str]:
        """The dictionary words that `word` is a form of. `any_case`: nouns need no capital, as inside a compound."""
        word = normal(word)[:LONGEST_WORD]
        found: dict[str, None] = {}
        for low in spelled(small(word)):
            for base in BASES[self.language](low):
                own = [w for w in self.words.get(base, ()) if self._fits(w, word, low, any_case)]
                if own:
                    return own
            for entry in self.stems.get(stem(low, self.language), ()):
                long = len(stem(entry, self.language)) >= SHORT_STEM
                if long and not is_short_form(entry) and dotted_alike(small(entry), low):
                    found[entry] = None
        return list(found)

    def _fits(self, entry: str, word: str, low: str, any_case: bool) -> bool:
        if is_short_form(entry):
            return word in (entry, f"{entry}s")
        if not dotted_alike(small(entry), low):
            return False
        noun = self.language == "de" and entry[0].isupper()
        return not noun or any_case or word[0].isupper() or word[0].isdigit()

    def parts(self, word: str) -> list[str]:
        """The known words that a compound is made of, in order; [] if some part of it is none."""
        low = small(word)
        if not 2 * SHORTEST_PART <= len(low) <= LONGEST_WORD or not low.isalpha():
            return []
        for variant in spelled(low):
            found = min(self._split(variant, MOST_PARTS, {}), key=len, default=None)
            if found and len(found) > 1:
                return found
        return []

    def _split(self, low: str, most: int, known: dict[tuple[str, int], list[list[str]]]) -> list[list[str]]:
        """All ways to take a word apart into at most `most` known words, the first of each kind."""
        if (low, most) in known:
            return known[low, most]
        whole = [[w] for w in self.find(low, any_case=True)[:1]] if len(low) >= SHORTEST_PART else []
        out = known[low, most] = list(whole)
        if most > 1:
            for cut in range(len(low) - SHORTEST_PART, SHORTEST_PART - 1, -1):
                first = self._opens(low[:cut])
                if first:
                    out += [[first, *rest] for rest in self._split(low[cut:], most - 1, known)]
        return out

    def _opens(self, low: str) -> str | None:
        """The word that opens a compound: as it stands, without its e, or with a linking sound."""
        flat = plain(low)
        for entry in self.opening.get(flat, ()):
            if dotted_alike(small(entry), low):
                return entry
        for link in LINKS[self.language]:
            base = flat[: len(flat) - len(link)] if link else flat
            if not flat.endswith(link) or len(base) < SHORTEST_PART:
                continue
            for entry in self.words.get(base, ()):
                if not is_short_form(entry) and dotted_alike(small(entry), low):
                    return entry
        return next((e for e in self.elided.get(flat, ()) if dotted_alike(small(e), low)), None)
