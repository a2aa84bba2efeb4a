"""How the search of the shortlist reads what a person typed: words, "phrases" and −exclusions."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from matcher.model import Call


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


def searched(table: pd.DataFrame) -> list[str]:
    """What a search reads in each row of the table itself, folded."""
    columns = [table[name].tolist() for name in SEARCHED]
    return [
        fold("\n".join(" ".join(cell) if isinstance(cell, list) else cell for cell in cells if cell is not None))
        for cells in zip(*columns, strict=True)
    ]


def matching(
    rows: Iterable[tuple[str, str]],
    search: str,
    texts: Mapping[str, str],
    english: Callable[[str], Sequence[str]] = lambda word: (),
) -> Iterator[bool]:
    """Which rows have all the asked words and none of the excluded ones, each as typed or in its English.

    `rows`: reference and what `searched` gave; `texts`: folded full texts by reference, where there are any.
    """
    asked, not_asked = ([(word, [*map(fold, english(word))]) for word in words] for words in wishes(search))
    for reference, own in rows:
        text = own + "\n" + texts.get(reference, "")
        yield all(_has(text, *one) for one in asked) and not any(_has(text, *one) for one in not_asked)


def _has(text: str, word: str, english: Sequence[str]) -> bool:
    # The start of a word is enough for what was typed, but not for its English: AI is no aid.
    return at_word(text, word) or any(
        re.search(rf"(?<!\w){re.escape(other)}(?:e?s)?(?!\w)", text) for other in english if other in text
    )


def also(search: str, english: Callable[[str], Sequence[str]]) -> list[str]:
    """The English that a search looks for besides what was typed, each word once."""
    return list(dict.fromkeys(other for word in wishes(search)[0] for other in english(word)))


SEARCHED = ("identifier", "title", "parent_title", "programme_name", "terms", "note")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_QUOTES = str.maketrans(dict.fromkeys("„“”«»", '"'))
_ACCENTS = re.compile("[\u0300-\u036f]")


def texts(calls: Iterable[Call]) -> dict[str, str]:
    """Folded title and text of each call by reference, for the search; make it once for a set of calls."""
    return {c.reference: fold("\n".join([c.title, c.call_title or "", c.destination or "", c.text])) for c in calls}
