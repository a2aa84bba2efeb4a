"""Whether a word that some calls share says what they are about, or is a chance."""

from collections.abc import Sequence

from matcher.model import Call
from matcher.text import fold

LEAST, MANY, MEANT = 2, 6, 3
"""Calls that must share a word: `LEAST`, of `MANY` or more calls `MEANT`, for among them two share any word."""
LIFT = 3.0
"""How many times oftener a word must stand in the chosen calls than in the others."""
WIDEST, FEW = 0.1, 10
"""Largest part of all calls for a word that tells a subject; `FEW` calls are never too many."""


def tells(chosen: Sequence[Call], text: str, inside: int, calls: int, total: int) -> bool:
    """`inside`: how many of the chosen calls have a word or phrase, `calls`: how many of all `total` calls.

    One word alone must also stand in a title or among the keywords of a chosen call: what calls only say in passing
    (groups, uptake) is the language of calls, not their subject.
    """
    if inside < (MEANT if len(chosen) >= MANY else LEAST) or calls > max(WIDEST * total, FEW):
        return False
    # Where the chosen calls are a large part of all, nothing can stand in them many times oftener.
    if inside * total < min(LIFT * len(chosen), total / 2) * calls:
        return False
    return " " in text or any(_named(call, fold(text)) for call in chosen)


def meant(chosen: Sequence[Call], text: str, inside: int) -> bool:
    """Whether so many of the chosen calls are no chance: `MEANT` of many, or two and a title that says the word."""
    least = MEANT if len(chosen) >= MANY else LEAST
    return inside >= least or (inside >= LEAST and any(_named(call, fold(text)) for call in chosen))


def _named(call: Call, word: str) -> bool:
    stem = word[: max(4, len(word) - 2)]
    return any(
        own.strip("(),.:;").startswith(stem) for part in (call.title, *call.keywords) for own in fold(part).split()
    )
