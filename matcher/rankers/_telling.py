"""Words and phrases that stand in some calls and are unusual in all others: where suggestions come from."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from matcher.rankers import Telling
from matcher.rankers._corpus import Corpus, Held
from matcher.rankers._fields import FULL, KEYWORDS, TEXT, TITLE
from matcher.rankers._index import Ints, Phrase
from matcher.rankers._spellings import phrases
from matcher.rankers._tokens import GAP, normal, raw_words

MOST_ROWS = 300
"""Calls that are read for phrases; more of them say the same again."""
TRIED = 150
SAYING = (TITLE, TEXT, KEYWORDS)
"""Fields that say what a call is about; names of programmes and parts of them are no subject."""
SHORTEST = 3
NAMED, MOST_NAMED = 60, 6_000
"""Calls, and characters of each, that are read to see how a word is written."""
LEAST, ENOUGH = 2, 5
"""Calls that must share a word: an eighth of the chosen ones, within these bounds."""
SAME = 0.8
"""A word that stands in this part of a better one's calls, as a part of it, is the same suggestion."""
_STOP = re.compile(r"[.:;!?]\s+|\n+")

Found = tuple[float, tuple[int, ...], int, int]
"""How telling, stems, how many of the read calls and of all calls have it."""


def telling(
    corpus: Corpus, rows: Sequence[int] | NDArray[np.intp], known: Sequence[tuple[str, str]], most: int
) -> list[Telling]:
    """At most `most`, the most telling first, by Dunning's likelihood ratio of calls that have it and have it not.

    `known`: (language, spelling) of what is there already; whatever holds one of them is left out.
    """
    chosen = np.unique(np.asarray(rows, np.int64))
    if len(chosen) < LEAST or len(chosen) >= len(corpus.calls):
        return []
    there = {phrase for language, spelling in known for phrase in phrases(spelling, corpus.words, language)}
    stems = {tuple(stem for stem, _ in phrase) for phrase in there}
    least = min(max(LEAST, len(chosen) // 8), ENOUGH)
    read = chosen[np.linspace(0, len(chosen) - 1, min(len(chosen), MOST_ROWS)).astype(np.int64)]
    found = [item for item in _candidates(corpus, read) if item[2] >= least and not _holds(item[1], stems)]
    found.sort(key=lambda item: (-item[0], item[1]))
    said = list(_sentences(corpus, read))
    written = _written(said, {item[1] for item in found[:TRIED] if len(item[1]) > 1})
    kept: list[Found] = []
    for item in found[:TRIED]:
        if len(item[1]) > 1 and item[1] not in written:
            continue
        if len(kept) < most and not any(_same(item[1], item[2], other[1], other[2]) for other in kept):
            kept.append(item)
    names = _names(corpus, {stem for _, own, _, _ in kept for stem in own}, said)
    return [Telling(" ".join(names[stem] for stem in own), inside, calls) for _, own, inside, calls in kept]


def _candidates(corpus: Corpus, rows: NDArray[np.int64]) -> list[Found]:
    """Words, and two or three of them in a row, none of them a function word."""
    counted: dict[tuple[int, ...], int] = {}
    for held in corpus.held:
        codes, of = _tokens(held, rows)
        for size in (1, 2, 3):
            for own, count in _runs(corpus, codes, of, size).items():
                counted[own] = counted.get(own, 0) + count
    worth = {own: count * float(sum(corpus.word_idf[stem] for stem in own)) for own, count in counted.items()}
    out: list[Found] = []
    for longer in (False, True):
        tried = [own for own in worth if (len(own) > 1) is longer]
        tried.sort(key=lambda own: (-worth[own], own))
        for own in tried[:TRIED]:
            calls = len(np.unique(corpus.find(_asked(own)).rows)) if longer else int(corpus.frequency[own[0]])
            likely = _likely(counted[own], calls, len(rows), len(corpus.calls))
            if likely > 0:
                out.append((likely, own, counted[own], calls))
    return out


def _tokens(held: Held, rows: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Codes of what the calls say, part after part (a gap ends each), and the row each stands in."""
    block = held.block
    local = np.flatnonzero(np.isin(held.at, rows)).astype(np.int32)
    ends = np.minimum(np.append(block.starts[1:], len(block.codes)), block.starts + 2 * FULL)
    parts = np.flatnonzero(np.isin(block.chunk_rows, local) & np.isin(block.chunk_fields, SAYING))
    if not len(parts):
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    gap = np.array([GAP], np.int32)
    codes = np.concatenate([cut for i in parts for cut in (block.codes[block.starts[i] : ends[i]], gap)])
    return codes, np.repeat(block.chunk_rows[parts], ends[parts] - block.starts[parts] + 1)


def _runs(corpus: Corpus, codes: Ints, of: Ints, size: int) -> dict[tuple[int, ...], int]:
    """Runs of `size` different stems and in how many rows they stand; function words and the commonest break them."""
    if len(codes) < size:
        return {}
    width = np.int64(corpus.width)
    columns = [codes[i : len(codes) - size + 1 + i].astype(np.int64) for i in range(size)]
    good = np.logical_and.reduce([column >= 0 for column in columns])
    columns = [column[good] >> 1 for column in columns]
    within = of[: len(good)][good].astype(np.int64)
    inside = np.logical_and.reduce([column < width for column in columns])
    columns, within = [column[inside] for column in columns], within[inside]
    dull = corpus.word_idf == 0
    good = np.logical_and.reduce([~dull[column] for column in columns])
    good &= (columns[0] != columns[-1]) | (size == 1)
    spot = np.zeros(int(good.sum()), np.int64)
    for column in columns:
        spot = spot * width + column[good]
    order, number = np.unique(spot, return_inverse=True)
    pairs = np.unique(within[good] * len(order) + number) % max(len(order), 1)
    counts = np.bincount(pairs, minlength=len(order))
    out = {}
    for at in np.flatnonzero(counts >= LEAST):
        rest, stems = int(order[at]), []
        for _ in range(size):
            rest, stem = divmod(rest, int(width))
            stems.append(stem)
        own = tuple(reversed(stems))
        if all(_sayable(corpus, stem) for stem in own):
            out[own] = int(counts[at])
    return out


def _likely(inside: int, calls: int, chosen: int, total: int) -> float:
    """Dunning's G² of having a word among the chosen calls and among the others; 0 where it is rarer there."""
    outside, share = max(calls - inside, 0), max(calls, inside) / total
    cells = (
        (inside, chosen * share), (outside, (total - chosen) * share),
        (chosen - inside, chosen * (1 - share)), (total - chosen - outside, (total - chosen) * (1 - share)),
    )  # fmt: skip
    if inside / chosen <= share:
        return 0.0
    return 2.0 * sum(seen * log(seen / wanted) for seen, wanted in cells if seen > 0 and wanted > 0)


def _sayable(corpus: Corpus, stem: int) -> bool:
    surface = corpus.words.surfaces[stem]
    long = len(surface) >= SHORTEST or (len(surface) > 1 and surface.isupper())
    return surface.isalpha() and long and not corpus.words.stems[stem].startswith("id:")


def _asked(own: tuple[int, ...]) -> Phrase:
    return tuple((stem, False) for stem in own)


def _holds(own: tuple[int, ...], known: set[tuple[int, ...]]) -> bool:
    sizes = range(1, len(own) + 1)
    return any(own[i : i + n] in known for n in sizes for i in range(len(own) - n + 1))


def _same(own: tuple[int, ...], inside: int, other: tuple[int, ...], count: int) -> bool:
    """Whether one is a part of the other and both stand in nearly the same calls."""
    short, long = sorted((own, other), key=len)
    part = any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1))
    return part and min(inside, count) >= SAME * max(inside, count)


def _sentences(corpus: Corpus, rows: NDArray[np.int64]) -> Iterator[list[tuple[int, str]]]:
    """Sentences of some of the calls: (stem, word as written); the index of words knows no full stops."""
    for row in rows[:NAMED]:
        call = corpus.calls[int(row)]
        for sentence in _STOP.split(normal(f"{call.title}\n{call.text[:MOST_NAMED]}")):
            codes = ((corpus.words.code(raw, add=False), raw) for raw in raw_words(sentence))
            yield [(-1 if code is None else code >> 1, raw) for code, raw in codes]


def _written(said: list[list[tuple[int, str]]], wanted: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Those phrases that stand within one sentence."""
    found: set[tuple[int, ...]] = set()
    for sentence in said:
        stems = tuple(stem for stem, _ in sentence)
        for size in (2, 3):
            found.update(wanted.intersection(stems[i : i + size] for i in range(len(stems) - size + 1)))
    return found


def _names(corpus: Corpus, stems: set[int], said: list[list[tuple[int, str]]]) -> dict[int, str]:
    """Each stem as these calls write it most often, in small letters unless that is in capitals."""
    forms: dict[int, Counter[str]] = {stem: Counter() for stem in stems}
    for sentence in said:
        for stem, raw in sentence:
            if stem in forms:
                forms[stem][raw if raw.isupper() else raw.lower()] += 1
    plain = {stem: corpus.words.surfaces[stem] for stem in stems}
    return {stem: max(forms[stem], key=lambda f: (forms[stem][f], f), default=plain[stem].lower()) for stem in stems}
