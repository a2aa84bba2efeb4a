"""Why a call has its score: shares that add up, the words as they stand in it, and the passage that speaks most."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from matcher.model import Call
from matcher.rankers import Passage
from matcher.rankers._corpus import Corpus
from matcher.rankers._fields import FIELDS, TEXT, TITLE, parts
from matcher.rankers._index import NEAR, Phrase
from matcher.rankers._tokens import GAP, Words, spans

SHORT_TEXT = 150
"""Characters of text under which a call says too little to be judged by its words."""
LONGEST_PASSAGE = 420
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")


class Read(NamedTuple):
    """One part of a call as read: its field, section, text, stems with capitals, their places in the text, and the
    number of the sentence in which each stands."""

    field: int
    section: str
    text: str
    codes: list[int]
    places: list[tuple[int, int]]
    sentences: list[int]


class Place(NamedTuple):
    """One hit: number of the part, start and end in its text, key of what was found, its stems joined."""

    part: int
    start: int
    end: int
    key: int
    stem: str


class Said(NamedTuple):
    """Where something was found, and as which words: each in its most frequent form, and in all of its forms."""

    fields: tuple[str, ...]
    words: tuple[str, ...]
    forms: tuple[str, ...]


def read(call: Call, words: Words) -> list[Read]:
    """All parts of a call with the positions of their words; knows no new word."""
    out = []
    for part in parts(call):
        said = words.sentences(part.text, add=False)
        codes = [code for sentence in said for code in sentence]
        numbers = [number for number, sentence in enumerate(said) for _ in sentence]
        out.append(Read(part.field, part.section, part.text, codes, list(spans(part.text)), numbers))
    return out


def locate(reads: Sequence[Read], wanted: Sequence[Sequence[Phrase]], words: Words) -> list[Place]:
    """Where each of the wanted things (a list of phrases each) stands; `key` is its position in `wanted`."""
    first: dict[int, list[tuple[int, Phrase]]] = {}
    for key, phrases in enumerate(wanted):
        for phrase in phrases:
            first.setdefault(phrase[0][0], []).append((key, phrase))
    found = []
    for number, part in enumerate(reads):
        codes, sentences = part.codes, part.sentences
        for i, code in enumerate(codes):
            if code == GAP or code >> 1 not in first:
                continue
            for key, phrase in first[code >> 1]:
                there = codes[i : i + len(phrase)]
                end = i + len(phrase) - 1
                if (
                    len(there) == len(phrase)
                    and sentences[i] == sentences[end]
                    and all(
                        c == 2 * stem + 1 if capitals else c >> 1 == stem
                        for c, (stem, capitals) in zip(there, phrase, strict=True)
                    )
                ):
                    stem = "".join(words.stems[stem] for stem, _ in phrase)
                    found.append(Place(number, part.places[i][0], part.places[end][1], key, stem))
    return found


def locate_near(reads: Sequence[Read], wanted: Sequence[Phrase], key: int, corpus: Corpus) -> list[Place]:
    """Where the words of one of the phrases stand together without being it, from the first of them to the last."""
    found = []
    for stems in dict.fromkeys(corpus.apart(phrase) for phrase in wanted):
        if not stems:
            continue
        rarest = min(stems, key=lambda s: int(corpus.frequency[s]))
        for number, part in enumerate(reads):
            at = {stem: [i for i, code in enumerate(part.codes) if code >> 1 == stem] for stem in stems}
            for here in at[rarest]:
                same = part.sentences[here]
                near = [[i for i in at[s] if abs(i - here) <= NEAR and part.sentences[i] == same] for s in stems]
                if all(near):
                    close = [min(places, key=partial(_far, here)) for places in near]
                    start, end = part.places[min(close)][0], part.places[max(close)][1]
                    found.append(Place(number, start, end, key, "".join(corpus.words.stems[s] for s in stems)))
    return found


def _far(here: int, place: int) -> int:
    return abs(place - here)


def surfaces(reads: Sequence[Read], places: Sequence[Place], key: int) -> Said:
    """What is said of one found thing, in reading order."""
    own = [p for p in places if p.key == key]
    groups: dict[str, list[str]] = {}
    for p in own:
        groups.setdefault(p.stem, []).append(" ".join(reads[p.part].text[p.start : p.end].split()))
    words = {word.lower(): word for word in reversed([usual(said) for said in groups.values()])}
    forms = {word.lower(): word for said in groups.values() for word in said}
    fields = dict.fromkeys(FIELDS[reads[p.part].field] for p in own)
    return Said(tuple(fields), tuple(reversed(words.values())), tuple(forms.values()))


def usual(said: Sequence[str]) -> str:
    """The most frequent form of one word, whatever its capitals; of equally frequent ones the first."""
    alike = Counter(word.lower() for word in said)
    often = max(alike, key=lambda low: alike[low])
    return Counter(word for word in said if word.lower() == often).most_common(1)[0][0]


def written(reads: Sequence[Read], stems: Sequence[int]) -> list[str]:
    """Each stem as a call writes it most often; those it does not hold are left out."""
    said: dict[int, list[str]] = {stem: [] for stem in stems}
    codes = {2 * stem + capitals for stem in stems for capitals in (0, 1)}
    for part in reads:
        for i in [i for i, code in enumerate(part.codes) if code in codes]:
            start, end = part.places[i]
            said[part.codes[i] >> 1].append(part.text[start:end])
    return [usual(forms) for forms in said.values() if forms]


def passage(reads: Sequence[Read], places: Sequence[Place], worth: Sequence[float]) -> Passage | None:
    """The sentences that hold most of what was found, each thing once; the title when the text holds none."""
    for field in (TEXT, None):
        best: tuple[float, Passage] | None = None
        for number, part in enumerate(reads):
            if (part.field != TEXT) if field == TEXT else (part.field != TITLE):
                continue
            own = [p for p in places if p.part == number]
            if own:
                candidate = _window(part, own, worth)
                if best is None or candidate[0] > best[0] + 1e-9:
                    best = candidate
        if best is not None:
            return best[1]
    return None


def _window(part: Read, own: Sequence[Place], worth: Sequence[float]) -> tuple[float, Passage]:
    cuts = [0, *(m.end() for m in _SENTENCE.finditer(part.text)), len(part.text)]
    sentences = [(a, b) for a, b in pairwise(cuts) if b > a]
    best = (-1.0, 0, 0)
    starts = np.array([p.start for p in own])
    for i, (a, b) in enumerate(sentences):
        if not ((starts >= a) & (starts < b)).any():
            continue
        for end in [b] + ([sentences[i + 1][1]] if i + 1 < len(sentences) else []):
            if end != b and end - a > LONGEST_PASSAGE:
                continue
            keys = {p.key for p in own if a <= p.start and p.end <= end}
            value = sum(worth[k] for k in keys) - 0.001 * (end - a)
            if value > best[0]:
                best = (value, a, end)
    value, a, end = best
    if end - a > LONGEST_PASSAGE:
        near = min((p.start for p in own if a <= p.start < end), default=a)
        a = max(a, near - LONGEST_PASSAGE // 3)
        while a > 0 and not part.text[a - 1].isspace():
            a -= 1
        end = min(end, a + LONGEST_PASSAGE)
        while end < len(part.text) and not part.text[end].isspace():
            end += 1
    text = part.text[a:end].rstrip()
    marks: list[tuple[int, int]] = []
    for p in sorted(own, key=lambda p: (p.start, -p.end)):
        start, stop = p.start - a, p.end - a
        if start < 0 or stop > len(text):
            continue
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], stop))
        else:
            marks.append((start, stop))
    return value, Passage(part.section, text, tuple(marks))


def share_out(positive: Sequence[float], negative: Sequence[float], full: float, score: float) -> list[float]:
    """Points of each part: what speaks for it shares `full` (the score without minus), the rest shares the loss."""
    up, down = sum(positive), sum(negative)
    gains = [full * p / up if up else 0.0 for p in positive]
    losses = [(score - full) * n / down if down else 0.0 for n in negative]
    return gains + losses
