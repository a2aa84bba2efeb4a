"""Calls for a project idea: which of its words count, which calls they stand in, and why a call fits.

Nothing here keeps an idea. A word counts if it stands in calls but not in nearly all of them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.model import Concept
from matcher.rankers import Ranker
from matcher.text import clean_text
from matcher.views._idea_why import Line, lines, origin
from matcher.views.shortlist import order

__all__ = [
    "Line",
    "Word",
    "build",
    "counts",
    "english",
    "lines",
    "origin",
    "telling",
    "tidy",
    "trouble",
    "unknown",
    "words",
]

LONGEST = 50_000
"""Characters of an idea that are read."""
SHORTEST = 3
"""Letters that an idea needs at least."""
MOST_WORDS = 600
MOST_SHOWN = 10
COMMON = 0.3
"""Part of all calls from which on a word says nothing."""
_WORD = re.compile(r"[^\W_](?:[\w&+/’'.-]*[\w+])?")


class Word(NamedTuple):
    """A word of the idea, or English that stands for one (`instead_of`, with its `origin`).

    `rows`: which calls have it, shape (calls,); `worth`: how rare it is, 0 where it stands nowhere or everywhere.
    """

    text: str
    rows: NDArray[np.bool_]
    worth: float
    instead_of: str = ""
    origin: str = ""

    @property
    def calls(self) -> int:
        return int(self.rows.sum())


def tidy(text: str) -> tuple[str, int]:
    """The text as it is read, and how many characters at its end are left out."""
    clean = clean_text(text[: 4 * LONGEST]).strip()
    return clean[:LONGEST], max(len(text.strip()) - LONGEST, 0) if len(clean) >= LONGEST else 0


def trouble(text: str, title: str, found: Sequence[Word] | None = None) -> str:
    """What keeps an idea from being looked for: none, short or, if no word was `found` that tells, stops; else ""."""
    if not text and not title:
        return "none"
    if sum(letter.isalnum() for letter in title + text) < SHORTEST:
        return "short"
    return "stops" if found is not None and not found else ""


def words(ranker: Ranker, text: str) -> list[Word]:
    """The different words of a text in their order, function words left out, with the calls that have them."""
    found: dict[str, Word] = {}
    for match in _WORD.finditer(text):
        key = match[0].casefold()
        if len(found) >= MOST_WORDS:
            break
        if key in found or (len(key) < SHORTEST and not (match[0].isupper() and len(key) > 1)):
            continue
        found[key] = _word(ranker, match[0])
    return list(found.values())


def english(ranker: Ranker, pairs: Sequence[tuple[str, str, str]]) -> list[Word]:
    """The same for English that is looked for as well: (word of the idea, English, origin)."""
    return [_word(ranker, said, spelling, origin) for spelling, said, origin in pairs]


def telling(found: Sequence[Word]) -> list[Word]:
    """The words that tell calls apart, rarest first, each stem once; English of the glossary before a word itself."""
    ranked = sorted((w for w in found if w.worth > 0), key=lambda w: (-w.worth, not w.instead_of, w.text.casefold()))
    out: list[Word] = []
    seen: dict[tuple[int, str], list[Word]] = {}
    for word in ranked:
        alike = seen.setdefault((word.calls, word.text.casefold()[:4]), [])
        if not any(np.array_equal(word.rows, other.rows) for other in alike):
            alike.append(word)
            out.append(word)
    return out


def unknown(found: Sequence[Word]) -> list[str]:
    """Words of the idea that stand in no call, as written, longest first."""
    return sorted((w.text for w in found if not w.calls), key=lambda text: (-len(text), text.casefold()))


def build(table: pd.DataFrame, ranker: Ranker, scores: NDArray[np.float64], found: Sequence[Word]) -> pd.DataFrame:
    """The rows of a shortlist `table` ordered for an idea: `score` is the idea's (0 to 100), `terms` its words there.

    `rank` counts all calls of the table. The priorities' own columns stay as they are.
    """
    place = ranker.row_of
    at = np.array([place[reference] for reference in table["reference"]], dtype=int)
    mine = order(table.assign(score=scores[at] if len(at) else np.zeros(0)), "score")
    terms = [[w.text for w in words_of(place[reference], found)] for reference in mine["reference"]]
    mine = mine.assign(rank=np.arange(1, len(mine) + 1), terms=pd.Series(terms, dtype=object, index=mine.index))
    mine.attrs = dict(table.attrs)
    return mine


def words_of(row: int, found: Sequence[Word], most: int = MOST_SHOWN) -> list[Word]:
    """The words that the call in this row of the ranking has, rarest first."""
    return [word for word in found if word.rows[row]][:most]


def counts(table: pd.DataFrame, statuses: Sequence[str]) -> Mapping[str, int]:
    """How many calls have each status that was not asked for."""
    left = table.loc[~table["status"].isin(list(statuses)), "status"]
    return {str(status): int(n) for status, n in left.value_counts().items()}


def _word(ranker: Ranker, text: str, instead_of: str = "", origin: str = "") -> Word:
    rows = ranker.having(Concept(key="word", weight=1.0, spellings={"en": [text]}))
    total, calls = len(rows), int(rows.sum())
    rare = calls > 0 and (calls <= COMMON * total or total < 20)
    return Word(text, rows, float(np.log((total + 1) / calls)) if rare else 0.0, instead_of, origin)
