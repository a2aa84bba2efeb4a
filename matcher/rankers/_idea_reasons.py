"""Why a call has its score for a project idea: the idea's words, its translations, phrases and letters, in points.

Every part of likeness that is a sum over words is taken apart word by word; what is left of a part stays one reason
of its name. So the reasons add up to the score whatever parts the score has.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.rankers import Explanation, Reason
from matcher.rankers._corpus import Corpus
from matcher.rankers._glossary import Term
from matcher.rankers._idea import COVER, TITLES, WORDS, Ideas
from matcher.rankers._index import Phrase
from matcher.rankers._reasons import Read, locate, passage, share_out, surfaces
from matcher.rankers._tokens import normal, plain, raw_words

MOST_MISSING = 12
MOST_ALIKE = 3
SAME = 5
"""Letters by which a word is taken for a form of another: which part of an idea a translation is of."""
BY_WORD = ("words", "title", "cover")
NOTHING = 1e-12


class Told(NamedTuple):
    """Where a stem of the query is from: a word of the idea (no spelling) or English for a spelling of it."""

    kind: str
    key: str
    origin: str = ""


Parts = list[tuple[str, NDArray[np.float64]]]
Row = dict[Told, tuple[float, list[Phrase]]]


def joined(text: str, title: str, told: Sequence[Term]) -> tuple[str, str]:
    """Text and title, each with the English of its own words that is looked for as well."""
    in_text, in_title = _starts(text), _starts(title)
    of_title = [term for term in told if _starts(term.spelling) <= in_title]
    of_text = [term for term in told if term not in of_title or _starts(term.spelling) <= in_text]
    return _with(text, of_text), _with(title, of_title)


def _with(text: str, told: Sequence[Term]) -> str:
    said = " . ".join(dict.fromkeys(term.english for term in told))
    return f"{text}\n{said}" if said else text


def _starts(text: str) -> set[str]:
    """First letters of the words of a text: the same for a spelling and its other forms."""
    return {plain(word)[:SAME] for word in raw_words(normal(text))}


class Why:
    """One idea against a corpus. Usage: `Why(ideas, text, title, terms).explained(rows, reads, points)`."""

    def __init__(self, ideas: Ideas, text: str, title: str, told: Sequence[Term]):
        self.ideas, self.corpus = ideas, ideas.corpus
        self.text, self.title = joined(text, title, told)
        self.parts: Parts = ideas.parts(self.text, self.title)
        self.told = _origins(self.corpus, text, title, told)
        self.unit, self.said = ideas.query(self.text, self.title)
        self.used = np.flatnonzero(self.unit)

    def explained(
        self, rows: Sequence[int], reads: Callable[[int], list[Read]], points: Callable[[float], float]
    ) -> list[Explanation]:
        """One explanation a row. `points`: from raw likeness to the shown score."""
        if not len(rows):
            return []
        asked = list(dict.fromkeys(int(row) for row in rows))
        words = self._by_word(asked)
        phrases, alike = self._by_phrase(asked), self._alike(asked)
        made = {
            row: self._one(row, words[i], phrases[i], alike[i], reads(row), points) for i, row in enumerate(asked)
        }
        return [made[int(row)] for row in rows]

    def _by_word(self, rows: list[int]) -> list[dict[int, float]]:
        """Worth of each stem in each row: what all words, words of the title and cover of the title give together."""
        ideas, used = self.ideas, self.used
        titles = TITLES * ideas.title_words(rows, used).multiply(self.unit[used]).tocsr()
        cover = COVER * ideas.title_cover(rows, used).multiply(self.said[used]).tocsr()
        out = []
        for i, row in enumerate(rows):
            words, weights = self.corpus.row(row)
            known = words < len(self.unit)
            gains = WORDS * weights[known] * self.unit[words[known]]
            worth = {int(w): float(g) for w, g in zip(words[known], gains, strict=True) if g}
            for part in (titles[i], cover[i]):
                for at, gain in zip(part.indices, part.data, strict=True):
                    worth[int(used[at])] = worth.get(int(used[at]), 0.0) + float(gain)
            out.append(worth)
        return out

    def _by_phrase(self, rows: list[int]) -> list[dict[Phrase, float]]:
        out: list[dict[Phrase, float]] = [{} for _ in rows]
        for phrase, there in self.ideas.phrases(self.text, self.title):
            for i, row in enumerate(rows):
                if there[row]:
                    out[i][phrase] = float(there[row])
        return out

    def _alike(self, rows: list[int]) -> list[tuple[str, ...]]:
        """The words of each call's title that share most letters with the idea."""
        query = self.ideas.letter_query(self.text, self.title)
        out = []
        for row in rows:
            worth: dict[str, float] = {}
            for raw in raw_words(normal(self.corpus.calls[row].title)):
                runs = self.ideas.letters.cut(plain(raw), False)
                worth[raw] = float(query[[r for r in runs if r < len(query)]].sum())
            best = sorted((w for w in worth if worth[w] > 0), key=lambda w: -worth[w])
            out.append(tuple(best[:MOST_ALIKE]))
        return out

    def _one(
        self,
        row: int,
        words: dict[int, float],
        phrases: dict[Phrase, float],
        alike: tuple[str, ...],
        read: list[Read],
        points: Callable[[float], float],
    ) -> Explanation:
        found: Row = {}
        for stem, gain in words.items():
            told = self.told.get(stem) or Told("word", self.corpus.words.surfaces[stem])
            _add(found, told, gain, ((stem, False),))
        for phrase, gain in phrases.items():
            source = next((self.told[s] for s, _ in phrase if s in self.told), None)
            name = " ".join(self.corpus.words.surfaces[s] for s, _ in phrase)
            _add(found, source or Told("phrase", name), gain, phrase)
        named = list(found.items())
        places = locate(read, [where for _, (_, where) in named], self.corpus.words)
        made = [
            (gain, Reason(told.kind, told.key, 0.0, said.fields, said.words, told.origin, said.forms))
            for i, (told, (gain, _)) in enumerate(named)
            for said in [surfaces(read, places, i)]
        ]
        whole = {name: float(values[row]) for name, values in self.parts}
        taken = {"by word": sum(words.values()), "phrases": sum(phrases.values())}
        for name, value in self._left(whole, taken):
            if abs(value) > NOTHING:
                fields = ("title",) if name == "letters" else ()
                made.append((value, Reason(name, name, 0.0, fields, alike if name == "letters" else ())))
        ups, downs = [m for m in made if m[0] > 0], [m for m in made if m[0] < 0]
        score, full = points(sum(whole.values())), points(sum(v for v, _ in ups))
        shares = share_out([v for v, _ in ups], [v for v, _ in downs], full, score)
        reasons = [r._replace(share=s) for (_, r), s in zip(ups + downs, shares, strict=True)]
        reasons.sort(key=lambda r: (-abs(r.share), r.kind, r.key))
        worth = [max(gain, 0.0) for _, (gain, _) in named]
        best = passage(read, places, worth) if any(worth) else None
        return Explanation(score, "", reasons, self._missing(words), best, not self.corpus.calls[row].text)

    def _left(self, whole: dict[str, float], taken: dict[str, float]) -> list[tuple[str, float]]:
        """What is left of each part once words and phrases are taken out; parts by word are one sum."""
        words = sum(whole.get(name, 0.0) for name in BY_WORD) - taken["by word"]
        phrases = whole.get("phrases", 0.0) - taken["phrases"]
        rest = [("rest", words + phrases if abs(words + phrases) > 1e-5 else 0.0)]
        return rest + [(name, value) for name, value in whole.items() if name not in (*BY_WORD, "phrases")]

    def _missing(self, there: dict[int, float]) -> list[str]:
        """The most telling words of the idea that a call does not have; translated ones as the idea says them."""
        gone = sorted((int(s) for s in self.used if int(s) not in there), key=lambda s: (-self.unit[s], s))
        had = {self.told[s].key for s in there if s in self.told}
        names = (self.told[s].key if s in self.told else self.corpus.words.surfaces[s] for s in gone)
        return list(dict.fromkeys(name for name in names if name not in had))[:MOST_MISSING]


def _add(found: Row, told: Told, gain: float, phrase: Phrase) -> None:
    before, where = found.get(told, (0.0, []))
    found[told] = (before + gain, [*where, phrase])


def _origins(corpus: Corpus, text: str, title: str, told: Sequence[Term]) -> dict[int, Told]:
    """Which stems are only there by a translation, and by which; the first one that says it."""
    own = {*corpus.stems(normal(text)), *corpus.stems(normal(title))}
    out: dict[int, Told] = {}
    for term in told:
        for stem in corpus.stems(normal(term.english)):
            if stem >= 0 and stem not in own:
                out.setdefault(stem, Told("translation", term.spelling, term.origin))
    return out
