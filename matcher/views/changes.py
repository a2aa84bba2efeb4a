"""What changed in calls, newest first, in words with old and new value."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matcher.ledger import Change
from matcher.model import Call
from matcher.words import dates_in, has, say

COLUMNS = ("on", "reference", "identifier", "title", "kind", "field", "old", "new", "change", "run")

# Classes of change after which a discarded call deserves a second look.
REVIVES = frozenset(
    {
        "deadline_later",
        "deadline_earlier",
        "deadline_rolled",
        "deadline_added",
        "stage_added",
        "budget",
        "conditions",
        "eligibility",
    }
)


def sentence(change: Change, language: str) -> str:
    """A change in words, dates as the language writes them: "Frist vorgezogen: 26.01.2027 → 30.09.2026"."""
    nothing = say("states.change.nothing", language)
    old, new = (nothing if value is None else dates_in(value, language) for value in (change.old, change.new))
    field = f"states.field.{change.field}"
    name = say(field, language) if has(field, language) else change.field
    key = f"states.change.{change.kind}"
    return say(key if has(key, language) else "states.change.other", language, field=name, old=old, new=new)


def build(changes: Sequence[Change], calls: Mapping[str, Call], language: str) -> pd.DataFrame:
    """The feed, newest first (`COLUMNS`); a call that is no longer stored keeps its reference and has no title."""
    rows: list[tuple[Any, ...]] = []
    for change in sorted(changes, key=lambda c: (-c.on.toordinal(), c.reference, c.kind, c.field)):
        call = calls.get(change.reference)
        rows.append(
            (change.on, change.reference, call and call.identifier, call and call.title, change.kind, change.field,
             change.old, change.new, sentence(change, language), change.run)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
