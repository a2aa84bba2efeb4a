"""A priority's programme rules as a table people edit, one rule a row, and back: nothing half applied."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from matcher.errors import InputError
from matcher.model import Rule
from matcher.text import squeeze

COLUMNS = ("active", "prefixes", "title_any", "add", "note")
ADDS = tuple(step / 2 for step in range(-20, 21) if step)
_LONGEST = 200


def build(rules: Sequence[Rule], language: str) -> pd.DataFrame:
    """One rule a row (`COLUMNS`), in their order; prefixes and title words are lists, the note is in `language`."""
    rows = [{**{name: getattr(rule, name) for name in COLUMNS}, "note": rule.told(language)} for rule in rules]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return table.astype({"active": "bool", "add": "float64"})


def read(table: pd.DataFrame, before: Sequence[Rule], language: str) -> list[Rule]:
    """The rules of a table. Empty rows are left out, a missing switch is on.

    `before`: the rules that the table was made of. A note that stands there is kept in all its languages; another one
    for the same prefixes is its new text in `language`.

    Raises InputError whose `faults` name every fault by row (from 1) and column.
    """
    faults: list[str] = []
    rules: list[Rule] = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        prefixes, words = (_list(row.get(name)) for name in ("prefixes", "title_any"))
        add, note = _known(row.get("add")), _known(row.get("note"))
        if not prefixes and not words and note is None:
            continue  # a row that was only added has its switch and its usual points
        if not prefixes:
            faults.append(f"Row {number}, prefixes: there is no beginning of an identifier.")
        faults += [
            f"Row {number}, {name}: {text[:30]!r}… has more than {_LONGEST} characters."
            for name, texts in (("prefixes", prefixes), ("title_any", words))
            for text in texts
            if len(text) > _LONGEST
        ]
        if not isinstance(add, int | float) or isinstance(add, bool) or float(add) not in ADDS:
            shown = "it is empty" if add is None else f"{add!r} is not allowed"
            faults.append(f"Row {number}, add: {shown}. Rules add -10 to 10, in steps of 0.5, but not 0.")
            continue
        rules.append(
            Rule(
                prefixes=prefixes,
                title_any=words,
                add=float(add),
                **_noted(None if note is None else squeeze(str(note)), prefixes, words, before, language),
                active=_known(row.get("active")) is not False,
            )
        )
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InputError(f"The table has {count}, nothing was applied. {' '.join(faults[:3])}", faults)
    return rules


def _noted(
    note: str | None, prefixes: list[str], words: list[str], before: Sequence[Rule], language: str
) -> dict[str, Any]:
    """The fields of a rule that hold its note."""
    if note is None:
        return {}
    same = [rule for rule in before if (rule.prefixes, rule.title_any) == (prefixes, words)]
    for rule in (*same, *before):
        if note in (rule.note, *rule.notes.values()):
            return {"note": rule.note, "notes": rule.notes}
    if same and same[0].notes:
        return {"note": same[0].note, "notes": {**same[0].notes, language: note}}
    return {"note": note}


def _known(value: Any) -> Any:
    """A cell as plain Python; a row added in an editor comes with NaN, which is true and would be stored."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return None if isinstance(value, str) and not squeeze(value) else value


def _list(value: Any) -> list[str]:
    value = _known(value)
    parts = re.split(r"[;,\n]", value) if isinstance(value, str) else value or []
    return list(dict.fromkeys(text for text in (squeeze(str(part)) for part in parts) if text))
