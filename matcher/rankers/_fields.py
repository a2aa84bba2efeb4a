"""The parts of a call that are read, what each is worth, and how far into a text a word still counts in full."""

from collections.abc import Iterator
from typing import NamedTuple

from matcher.model import Call
from matcher.rankers._tokens import normal


class Part(NamedTuple):
    """One readable part of a call: number of its field in `FIELDS`, kind of its section, normalised text."""

    field: int
    section: str
    text: str


FIELDS = ("title", "parent", "call", "text", "destination", "keywords", "identifier")
TITLE, PARENT, CALL, TEXT, DESTINATION, KEYWORDS, IDENTIFIER = range(len(FIELDS))

STAGES = frozenset(("single", "two", "stage"))
"""Of `-two-stage` in an identifier: how a call is run, not what it is about."""

FULL = 250
"""Words of a section that count in full. Later ones fade: calls open with what they are about and end with what all
of them say, and so a call is worth the same with its full text as with the first lines of it."""


def parts(call: Call) -> Iterator[Part]:
    """All readable parts of a call, title first. Repetitions of the title are left out."""
    yield Part(TITLE, "title", normal(call.title))
    seen = {call.title}
    for field, text in ((PARENT, call.parent_title), (CALL, call.call_title), (DESTINATION, call.destination)):
        if text and text not in seen:
            seen.add(text)
            yield Part(field, FIELDS[field], normal(text[:400] if field == DESTINATION else text))
    for section in call.sections:
        yield Part(TEXT, section.kind, normal(section.text))
    for keyword in dict.fromkeys(call.keywords + call.cross_cutting):
        yield Part(KEYWORDS, "keywords", normal(keyword))


def letters(identifier: str) -> list[str]:
    """Letter groups of an identifier: `HORIZON-CL5-2026-D3-01` gives horizon, cl5 and d3, no year and number."""
    groups = [g.lower() for g in identifier.replace("/", "-").replace("_", "-").split("-")]
    return [g for g in dict.fromkeys(groups) if any(c.isalpha() for c in g) and 1 < len(g) <= 24 and g not in STAGES]
