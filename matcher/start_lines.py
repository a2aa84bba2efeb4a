"""Lines of a pasted text put together again where they were only wrapped, and entries of a list cut to what they
name. Pure."""

import re
from collections.abc import Iterator, Sequence

from matcher.start_words import ENGLISH, GERMAN
from matcher.text import fold

WRAPPED = 45
"""Characters from which a line may go on in the next one; a list with a word a line has shorter ones."""
_BEGINS = re.compile(r"^(?:#{1,6}\s|[-*•·▪◦‣–—]\s|\(?[a-z]\)\s|\d{1,2}(?:\.\d{1,2})*[.)]\s)")
_ENDS = re.compile(r"[.!?:;]$")
_AND = re.compile(r"\s+(?:und|sowie|oder|bzw\.|beziehungsweise)\s+", re.IGNORECASE)
_OPEN_END = re.compile(r"(?:,|\b(?:und|sowie|oder|bzw\.|and|or))$", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+(?=[A-ZÄÖÜ])")


def joined(lines: Sequence[str]) -> list[str]:
    """The lines with those that were only wrapped put together; a word cut in two at the end of a line is whole."""
    out: list[str] = []
    before = ""
    for line in lines:
        if out and out[-1] and line and not _BEGINS.match(line) and _goes_on(before, line):
            out[-1] = _together(out[-1], line)
        else:
            out.append(line)
        before = line
    return out


def _goes_on(before: str, line: str) -> bool:
    """Whether a line was wrapped: it is long and ends no sentence, ends open, or is the rest of an entry."""
    if before.endswith("-") or _OPEN_END.search(before):
        return True
    return len(before) >= WRAPPED and (line[0].islower() or not _ENDS.search(before) or before.endswith("."))


def _together(line: str, rest: str) -> str:
    if line.endswith("-") and len(line) > 1 and line[-2].isalpha() and not re.match(r"(?:und|oder|sowie)\b", rest):
        return line + rest if rest[0].isupper() else line[:-1] + rest
    return f"{line} {rest}"


def sentences(text: str) -> list[str]:
    return _SENTENCES.split(text)


def bare(words: list[str]) -> list[str]:
    """Without function words at both ends: of "Energie nach" (der Kohle) the energy."""
    while words and words[0].lower() in GERMAN | ENGLISH:
        words = words[1:]
    while words and words[-1].lower() in GERMAN | ENGLISH:
        words = words[:-1]
    return words


def names(entry: str) -> Iterator[str]:
    """What a German entry of a list names: its parts between und, sowie and oder, without function words, adverbs and
    verbs around them. An entry with no noun, or with half a word before "und" (Wind- und Sonnenenergie), is whole."""
    if re.search(r"\w-\s+(?:und|oder|sowie|bzw)", entry):
        yield _trimmed(entry) or entry
        return
    for part in _AND.split(entry):
        yield _trimmed(part) or part.strip()


def _trimmed(part: str) -> str:
    words = part.split()
    nouns = [i for i, word in enumerate(words) if word[0].isupper() and fold(word) not in _FUNCTION]
    if not nouns:
        return " ".join(words) if not any(fold(word) in _FUNCTION for word in words) else ""
    kept = words[: nouns[-1] + 1]
    while kept and (fold(kept[0]) in _FUNCTION or _is_verb(kept[0], kept[1:2])):
        kept = kept[1:]
    return " ".join(kept)


def _is_verb(word: str, after: Sequence[str]) -> bool:
    """A small word that stands before an article, or before an adjective with another ending, is no adjective."""
    return word[0].islower() and word.endswith(("en", "ern", "eln")) and bool(after) and after[0][0].islower()


_FUNCTION = frozenset(fold(word) for word in GERMAN)
