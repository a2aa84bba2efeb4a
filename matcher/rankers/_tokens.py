"""Words of a text: one normaliser and one stemmer for calls, priorities and ideas alike. Knows no call.

A token is an `int`: twice the number of its stem, plus one when it stands as short capitals (AI, NIS2), so that a
spelling in capitals can ask for capitals and any other spelling finds both.
"""

import re
import unicodedata
from collections.abc import Iterator

import Stemmer

from matcher.rankers._stops import FUNCTION_WORDS
from matcher.text import ranking_form

GAP = -2
MOST_CHARACTERS = 50_000
"""A field is read up to here (reliability: stuffed texts)."""

_MARKS = re.compile("[\u0300-\u036f]")
_TOKEN = re.compile(
    r"(?<![^\W_])[A-Za-z](?:\.[A-Za-z])+(?![^\W_])"  # A.I.
    r"|(?<![^\W_])[A-Z] ?& ?[A-Z](?![^\W_])"  # R&D
    r"|(?<![^\W_])[A-Za-z](?:\+\+|\#)"  # C++
    r"|\d+(?:[.,]\d+)+(?![^\W_])"  # 5.0
    r"|[^\W_]+"
)
_END = re.compile(r"[.!?;][\"'’”)\]]*\s+(?=\W?[A-ZÀ-Þ])|\n")
"""Where a sentence ends: a stop before a capital, or the line. What stands on both sides of it is no phrase."""
_CAPITALS = re.compile(r"[A-Z][A-Z0-9&]{1,5}(?=s?$)|[0-9][A-Z]$|[A-Z][0-9]$")
_AMERICAN = re.compile(r"(?<=[a-z]{3})(?:iz(?=e$|ed$|es$|ing$|ation$|ations$|er$|ers$)|yz(?=e$|ed$|es$|ing$))")
_BRITISH = {
    "behavior": "behaviour",
    "center": "centre",
    "centers": "centres",
    "defense": "defence",
    "fiber": "fibre",
    "fibers": "fibres",
    "labor": "labour",
    "program": "programme",
    "programs": "programmes",
    "aluminum": "aluminium",
    "aging": "ageing",
}
_OWN_STEMS = """
authority:authorities careful:carefully clinical:clinically composition:compositions cycling
demonstrator:demonstrators emergency:emergencies housing important:importantly production:productions
productive:productively,productivity recyclate:recyclates skilling training:trainings university:universities
"""
_APART = {form: own.partition(":")[0] for own in _OWN_STEMS.split() for form in own.replace(":", ",").split(",")}
"""Words the stemmer takes for forms of another word that means something else: cycling is not of the life cycle, a
production no product, an authority no author. They keep a stem of their own; plain plurals are theirs."""


def normal(text: str) -> str:
    """Compatibility-composed, without invisible and combining characters, cut at 50,000 characters."""
    return _MARKS.sub("", ranking_form(text[:MOST_CHARACTERS]))


def shouted(text: str) -> bool:
    """Whether a text is written in capitals throughout, so that capitals say nothing."""
    letters = [c for c in text[:2000] if c.isalpha()]
    return len(letters) > 12 and sum(c.isupper() for c in letters) > 0.6 * len(letters)


def plain(word: str) -> str:
    """Lower case without accents: `Förderung` and `forderung`, `Straße` and `strasse` are one."""
    word = word.casefold()
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def bare(stem: str) -> bool:
    """Whether a stem is a number or a single letter: found where a spelling holds it, says nothing alone."""
    return stem.isascii() and not any(c.isalpha() for c in stem[1:]) and (stem[:1].isdigit() or len(stem) == 1)


class Words:
    """The growing list of all stems seen, shared by the parts of an index. Numbers never change once given."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.stems: list[str] = []
        self.surfaces: list[str] = []
        self._codes: dict[str, int] = {}
        self._stem = Stemmer.Stemmer("english")

    def __len__(self) -> int:
        return len(self.surfaces)

    def __getstate__(self) -> dict[str, object]:
        return {k: v for k, v in self.__dict__.items() if k != "_stem"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._stem = Stemmer.Stemmer("english")

    def stem(self, raw: str) -> tuple[str, bool]:
        """Stem and whether `raw` stands as short capitals."""
        raw = raw.replace(".", "").replace(" ", "") if not raw[0].isdigit() else raw
        capitals = _CAPITALS.match(raw) is not None
        if capitals and raw.endswith("s"):
            raw = raw[:-1]
        word = plain(raw)
        word = _BRITISH.get(word, word)
        if len(word) > 4:
            word = _AMERICAN.sub(lambda m: m[0].replace("z", "s"), word)
        if word in _APART:
            return _APART[word], capitals
        return (self._stem.stemWord(word) if not capitals or len(word) > 3 else word), capitals

    def code(self, raw: str, add: bool = True) -> int | None:
        """Token of a word as written; None when unknown and not to be added."""
        code = self._codes.get(raw)
        if code is not None:
            return code
        stem, capitals = self.stem(raw)
        number = self.numbers.get(stem)
        if number is None:
            if not add:
                return None
            number = self.name(stem, raw)
        code = 2 * number + capitals
        if add:
            self._codes[raw] = code
        return code

    def name(self, stem: str, surface: str) -> int:
        """The number of a stem (or of a mark such as `id:hlth`), given anew when it was not known."""
        number = self.numbers.get(stem)
        if number is None:
            number = self.numbers[stem] = len(self.surfaces)
            self.stems.append(stem)
            self.surfaces.append(surface)
        return number

    def read(self, text: str, add: bool = True) -> list[int]:
        """Tokens of a normalised text in reading order; unknown words are `GAP` unless they are added."""
        return self._read(text, shouted(text), add)

    def sentences(self, text: str, add: bool = True) -> list[list[int]]:
        """The same tokens, sentence by sentence; some may be empty."""
        loud = shouted(text)
        return [self._read(sentence, loud, add) for sentence in _END.split(text)]

    def _read(self, text: str, loud: bool, add: bool) -> list[int]:
        raws = _TOKEN.findall(text)
        if loud:
            raws = [_quiet(raw) for raw in raws]
        codes = self._codes
        try:
            return [codes[raw] for raw in raws]
        except KeyError:
            out = []
            for raw in raws:
                code = codes.get(raw)
                if code is None:
                    code = self.code(raw, add)
                out.append(GAP if code is None else code)
            return out


def _quiet(raw: str) -> str:
    """A word of a text in capitals: only two or three letters that are no function word keep them."""
    low = raw.lower()
    short = len(raw) <= 3 and low not in FUNCTION_WORDS
    return raw if short or any(c.isdigit() for c in raw) else low


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each token of a normalised text, in the order of `Words.read`."""
    for match in _TOKEN.finditer(text):
        yield match.span()


def raw_words(text: str) -> list[str]:
    """The words of a normalised text as written."""
    return _TOKEN.findall(text)
