"""Why a call fits an idea, in words: the same lines on the page and on the command line."""

from collections.abc import Mapping
from typing import NamedTuple

from matcher.rankers import Explanation, Reason
from matcher.rankers._glossary import IN_PARTS
from matcher.words import has, say

MOST_LINES = 12


class Line(NamedTuple):
    """A part of the score: what it is, the words as they stand in the call, where, and its points."""

    label: str
    words: str
    where: str
    share: float


def lines(why: Explanation, language: str, names: Mapping[str, str], most: int = MOST_LINES) -> list[Line]:
    """The parts of a score, largest first; the small ones together in the last line, so that all add up.

    `names`: what people call each priority, by key.
    """
    told = [_line(reason, language, names) for reason in why.reasons[:most]]
    rest = why.score - sum(line.share for line in told)
    if len(why.reasons) > most:
        told.append(Line(say("ideas.reason.others", language, n=len(why.reasons) - most), "", "", rest))
    return told


def origin(name: str, language: str, names: Mapping[str, str]) -> str:
    """Where a translation is from: the lexicon, the glossary, a priority, or the person who added it."""
    whole = name.removesuffix(IN_PARTS)
    if whole.startswith("priority:"):
        key = whole.removeprefix("priority:")
        told = say("ideas.origin.priority", language, field=names.get(key, key))
    else:
        told = say(f"ideas.origin.{whole}", language) if whole in ("lexicon", "own") else whole
    return told if whole == name else say("ideas.origin.in_parts", language, origin=told)


def _line(reason: Reason, language: str, names: Mapping[str, str]) -> Line:
    values = {"word": reason.key, "origin": origin(reason.origin, language, names)}
    where = ", ".join(_field(name, language) for name in reason.fields)
    return Line(say(f"ideas.reason.{reason.kind}", language, **values), ", ".join(reason.words), where, reason.share)


def _field(name: str, language: str) -> str:
    key = f"facts.section.{name}"
    return say(key, language) if has(key, language) else name
