"""How the search of the shortlist reads what a person typed: words, "phrases" and −exclusions."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

import pandas as pd


def fold(text: str) -> str:
    """For comparing long texts quickly: no case, no accents (ß is ss), every dash a hyphen."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_DASHES)


def wishes(search: str) -> tuple[list[str], list[str]]:
    """The folded words and phrases a search asks for, and those it excludes. An open quote runs to the end."""
    asked: list[str] = []
    not_asked: list[str] = []
    rest = " ".join(fold(search).translate(_QUOTES).split())
    while rest := rest.lstrip():
        target = asked
        if rest[0] == "-" and len(rest) > 1 and not rest[1].isspace():
            target, rest = not_asked, rest[1:]
        if rest.startswith('"'):
            phrase, _, rest = rest[1:].partition('"')
            word = phrase.strip()
        else:
            word, _, rest = rest.partition(" ")
            word = word.strip('"')
        if word.strip("-"):
            target.append(word)
    return asked, not_asked


def at_word(text: str, word: str) -> bool:
    """Whether a folded text has the folded word or phrase at the start of a word."""
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum() and word[0].isalnum():
        at = text.find(word, at + 1)
    return at >= 0


def passing(table: pd.DataFrame, search: str, texts: Mapping[str, str]) -> Iterator[bool]:
    """Which rows have all the asked words and none of the excluded ones, in the table or in their folded `texts`."""
    asked, not_asked = wishes(search)
    columns = ("identifier", "title", "parent_title", "programme_name", "terms", "note")
    for reference, *cells in zip(table["reference"], *(table[name] for name in columns), strict=True):
        parts = [" ".join(cell) if isinstance(cell, list) else cell for cell in cells if cell is not None]
        text = fold("\n".join(parts)) + "\n" + texts.get(reference, "")
        yield all(at_word(text, word) for word in asked) and not any(at_word(text, word) for word in not_asked)


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_QUOTES = str.maketrans(dict.fromkeys("„“”«»", '"'))
_ACCENTS = re.compile("[\u0300-\u036f]")
