"""What changed in calls, newest first, in words with old and new value."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matcher.ledger import Change
from matcher.model import Call
from matcher.words import dates_in, has, money, number, say

COLUMNS = ("on", "reference", "identifier", "title", "kind", "field", "old", "new", "change", "run")

# Classes of change (matcher/changes.py) after which a discarded call deserves a second look: deadline, stage, money,
# who may apply.
REVIVES = frozenset(
    {
        "later", "earlier", "rolled", "set", "stage added", "stage removed", "cut-off added", "reopened", "budget",
        "conditions", "types of action",
    }
)  # fmt: skip


def sentence(change: Change, language: str, currency: str = "EUR") -> str:
    """A change in words, values as the language writes them: "Frist vorgezogen: 26.01.2027 → 30.09.2026"."""
    field = f"states.field.{change.field}"
    name = say(field, language) if has(field, language) else change.field
    key = f"states.change.{change.kind}"
    old, new = (_value(change.field, value, language, currency) for value in (change.old, change.new))
    return say(key if has(key, language) else "states.change.other", language, field=name, old=old, new=new)


def _value(field: str, value: str | None, language: str, currency: str) -> str:
    if value is None:
        return say("states.change.nothing", language)
    if field in ("budget.total", "budget.project_from", "budget.project_to") and value.isdecimal():
        return money(int(value), currency, language)
    if field in ("text", "budget.projects") and value.isdecimal():
        return number(int(value), language)
    if field == "status" and has(f"states.status.{value}", language):
        return say(f"states.status.{value}", language)
    return dates_in(value, language) if field.startswith(("deadline", "opens")) else value


def build(changes: Sequence[Change], calls: Mapping[str, Call], language: str) -> pd.DataFrame:
    """The feed, newest first (`COLUMNS`); a call that is no longer stored keeps its reference and has no title."""
    rows: list[tuple[Any, ...]] = []
    for change in sorted(changes, key=lambda c: (-c.on.toordinal(), c.reference, c.kind, c.field)):
        call = calls.get(change.reference)
        rows.append(
            (change.on, change.reference, call and call.identifier, call and call.title, change.kind, change.field,
             change.old, change.new, sentence(change, language, call.budget.currency if call else "EUR"), change.run)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
