"""The bridge from German and Dutch to English: a list of terms that the region owns, and compounds taken apart.

Nothing is translated that the list does not hold, and every expansion can be shown with its origin and its hits.
What people marked as wrong is never given, whether it is a line of the list or was put together from parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from matcher.errors import InputError
from matcher.rankers._inflected import STEMMERS, Lexicon, is_short_form, stem
from matcher.rankers._said import languages
from matcher.rankers._stops import FUNCTION_WORDS
from matcher.rankers._tokens import normal, plain, raw_words, shouted, spans

LANGUAGES = tuple(STEMMERS)
MOST_TERM_WORDS = 6
MOST_KEPT = 20_000
SHORT = 4
IN_PARTS = ", in parts"
"""Ends the origin of a translation that was put together from the parts of a compound."""


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
    """Look-up by word in any form. The last line on a pair holds: one marked as `wrong` is kept and not used."""

    def __init__(self, rows: Iterable[Mapping[str, object]] = ()):
        faults: list[str] = []
        held: dict[tuple[object, ...], Term] = {}
        self.wrong: set[tuple[object, ...]] = set()
        for number, row in enumerate(rows, start=1):
            english, found = str(row.get("en") or "").strip(), False
            for language in LANGUAGES:
                spelling = str(row.get(language) or "").strip()
                if not spelling or not english or not raw_words(normal(spelling)):
                    continue
                found = True
                term = Term(language, spelling, english, str(row.get("origin") or "?"))
                pair = _pair(term)
                if row.get("wrong"):
                    self.wrong.add(pair)
                    held.pop((*pair, spelling), None)
                else:
                    self.wrong.discard(pair)
                    held[*pair, spelling] = term
            if not found:
                faults.append(f"entry {number}: needs en and one of de, nl")
        if faults:
            raise InputError(f"The glossary has {len(faults)} faulty entries. Nothing was taken.", faults)
        self._fill([term for key, term in held.items() if key[:-1] not in self.wrong])

    def _fill(self, terms: Sequence[Term]) -> None:
        self.terms: dict[tuple[str, str], list[Term]] = {}
        self._groups: dict[tuple[str, ...], list[Term]] = {}
        self._lexicons = {language: Lexicon(language) for language in LANGUAGES}
        self._most, self._size = 1, len(terms)
        self._kept: dict[tuple[str, str, bool], list[Term]] = {}
        for term in terms:
            words = raw_words(normal(term.spelling))
            if len(words) == 1:
                self._add(normal(term.spelling), term)
            else:
                self._most = min(max(self._most, len(words)), MOST_TERM_WORDS)
                self._groups.setdefault(_stems(term.language, words), []).append(term)
                if "-" in term.spelling and not is_short_form(words[0]):
                    self._add(words[0] + "".join(words[1:]).lower(), term)

    def __len__(self) -> int:
        """How many translations are in force."""
        return self._size

    def _add(self, name: str, term: Term) -> None:
        self.terms.setdefault((term.language, name), []).append(term)
        self._lexicons[term.language].add(name)

    def english(self, spelling: str, language: str | None = None) -> list[Term]:
        """English for a spelling: as it stands, by its dictionary form, or by the parts of a compound.

        Of a group of words that is no term itself, each word is looked up; all must be known.
        """
        words = raw_words(normal(spelling))
        for code in [language] if language else LANGUAGES:
            found = self._group(code, words) if len(words) > 1 else self._word(code, spelling, spelling.islower())
            if not found and len(words) > 1 and language:
                found = self._each(code, spelling, words)
            if found:
                return found
        return []

    def meant(self, typed: str) -> list[str]:
        """English for what somebody types into a search; a short form is often typed small, "ki" is meant as KI."""
        found = self.english(typed) or (self.english(typed.upper()) if len(typed) <= SHORT else [])
        return list(dict.fromkeys(term.english for term in found))

    def translated(self, text: str) -> list[Term]:
        """Terms for all words and groups of words of a text, longest first, each place used once, each term once."""
        if not self.terms and not self._groups:
            return []
        text = normal(text)
        words, places = raw_words(text), list(spans(text))
        codes, english = languages(words)
        any_case = not english and (text == text.lower() or shouted(text))
        out: dict[Term, None] = {}
        for code in codes:
            i = 0
            while i < len(words):
                used, found = self._at(code, text, words, places, i, any_case)
                out.update(dict.fromkeys(found))
                i += used
        return list(out)

    def _at(
        self, code: str, text: str, words: list[str], places: list[tuple[int, int]], i: int, any_case: bool
    ) -> tuple[int, list[Term]]:
        """How many words at a place of a text are one term, and its English."""
        for size in range(min(self._most, len(words) - i), 1, -1):
            found = self._group(code, words[i : i + size])
            if found:
                return size, found
        for size in (3, 2):
            joined = [text[places[k][1] : places[k + 1][0]] == "-" for k in range(i, min(i + size, len(words)) - 1)]
            if len(joined) == size - 1 and all(joined) and not any(map(is_short_form, words[i : i + size])):
                found = self._word(code, words[i] + "".join(words[i + 1 : i + size]).lower(), any_case)
                if found:
                    return size, [t._replace(spelling=text[places[i][0] : places[i + size - 1][1]]) for t in found]
        if plain(words[i]) in FUNCTION_WORDS and not is_short_form(words[i]):
            return 1, []
        return 1, [t for t in self._word(code, words[i], any_case) if plain(t.english) != plain(words[i])]

    def _group(self, code: str, words: Sequence[str]) -> list[Term]:
        found = self._groups.get(_stems(code, words), []) if len(words) <= self._most else []
        for word in words if found else ():
            if is_short_form(word):
                found = [t for t in found if word in raw_words(normal(t.spelling)) or not _has_short(t.spelling)]
        return found

    def _word(self, code: str, word: str, any_case: bool) -> list[Term]:
        key = (code, word, any_case)
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            known = self._kept[key] = self._looked_up(code, word, any_case)
        return known

    def _looked_up(self, code: str, word: str, any_case: bool) -> list[Term]:
        lexicon = self._lexicons[code]
        found = [t for entry in lexicon.find(word, any_case=any_case) for t in self.terms[code, entry]]
        if found:
            return found
        if code == "de" and not any_case and word[0].islower():
            return []
        parts = [self.terms[code, entry] for entry in lexicon.parts(word)]
        return self._together(code, word, parts, 2 if len(parts) == 2 else 1)

    def _each(self, code: str, spelling: str, words: Sequence[str]) -> list[Term]:
        """English of every word of a group; nothing if one of them has none."""
        parts = [self._word(code, word, True) for word in words if plain(word) not in FUNCTION_WORDS]
        return self._together(code, spelling, parts, 1) if parts and all(parts) else []

    def _together(self, code: str, spelling: str, parts: Sequence[Sequence[Term]], most: int) -> list[Term]:
        made = []
        for chosen in product(*[part[:most] for part in parts]) if parts else ():
            origin = chosen[0].origin.removesuffix(IN_PARTS) + IN_PARTS
            made.append(Term(code, spelling, " ".join(t.english for t in chosen), origin))
        return [term for term in made if _pair(term) not in self.wrong]


def _stems(code: str, words: Sequence[str]) -> tuple[str, ...]:
    return (code, *(stem(word, code) for word in words))


def _has_short(spelling: str) -> bool:
    return any(map(is_short_form, raw_words(normal(spelling))))


def _pair(term: Term) -> tuple[object, ...]:
    """Language, stems of the spelling and English, folded: what a verdict on a translation is about."""
    english = tuple(plain(word) for word in raw_words(normal(term.english)))
    return (_stems(term.language, raw_words(normal(term.spelling))), english)
