"""A spelling as phrases to look for: hyphen or blank, joined or apart, British or American, umlaut or not."""

import re
from itertools import pairwise

from matcher.rankers._index import Phrase
from matcher.rankers._stops import FUNCTION_WORDS
from matcher.rankers._tokens import Words, normal, plain, raw_words

MOST_WORDS = 12
_JOINED = """
re de e co bio non pre multi inter cyber cross micro nano photo electro hydro eco agri post anti semi super ultra
under over waste ground web data cloud net ship air rail road life block bench down up
"""
_PREFIXES = tuple(_JOINED.split())
_UMLAUTS = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))


def phrases(spelling: str, words: Words, language: str = "en") -> list[Phrase]:
    """All phrases of stems that count as this spelling; none when a word stands in no call or it says nothing."""
    raws = raw_words(normal(spelling))[:MOST_WORDS]
    if not usable(spelling):
        return []
    found: dict[Phrase, None] = {}
    for variant in _variants(raws, language):
        phrase = _phrase(variant, words)
        if phrase:
            found[phrase] = None
    return list(found)


def loose(spelling: str, found: list[Phrase]) -> list[Phrase]:
    """Those of the phrases of a spelling that have no more words than it has itself."""
    most = len(raw_words(normal(spelling)))
    return [phrase for phrase in found if len(phrase) <= most]


def _phrase(raws: list[str], words: Words) -> Phrase | None:
    out = []
    for raw in raws:
        code = words.code(raw, add=False)
        if code is None:
            return None
        out.append((code >> 1, bool(code & 1)))
    return tuple(out)


def _variants(raws: list[str], language: str) -> list[list[str]]:
    out = [raws]
    for i, (first, second) in enumerate(pairwise(raws)):
        if plain(first) not in FUNCTION_WORDS:
            out.append([*raws[:i], first + second, *raws[i + 2 :]])
    for i, raw in enumerate(raws):
        low = raw.lower()
        for prefix in _PREFIXES:
            rest = low[len(prefix) :]
            if low.startswith(prefix) and (len(rest) > 5 or (len(rest) > 3 and len(prefix) > 3)):
                out.append([*raws[:i], prefix, rest, *raws[i + 1 :]])
        apart = re.fullmatch(r"([A-Z]{2,})(\d)", raw)
        if apart:
            out.append([*raws[:i], apart[1], apart[2], *raws[i + 1 :]])
        if language == "de":
            for two, one in _UMLAUTS:
                if one in low:
                    out.append([*raws[:i], low.replace(one, two), *raws[i + 1 :]])
                elif two in low:
                    out.append([*raws[:i], low.replace(two, one), *raws[i + 1 :]])
    return out


def usable(spelling: str) -> bool:
    """Whether a spelling has a word that is more than a function word."""
    return any(plain(raw) not in FUNCTION_WORDS for raw in raw_words(normal(spelling)))
