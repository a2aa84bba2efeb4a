"""A priority's concepts and guards as a table people edit, one concept a row, and back: nothing half applied."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matcher.errors import InputError
from matcher.model import Concept, Priority
from matcher.text import fold, squeeze

LANGUAGES = ("en", "de", "nl")
COLUMNS = ("active", "weight", *(f"spellings_{language}" for language in LANGUAGES), "cap", "note", "key")
CONCEPT_WEIGHTS = (1.0, 1.5, 2.0, 2.5, 3.0)
GUARD_WEIGHTS = (-0.5, -1.0, -1.5, -2.0, -2.5, -3.0)
BEGUN = ("active", "weight")
_LONGEST = 100
_KEY = re.compile(r"[a-z0-9]([a-z0-9_-]{0,78}[a-z0-9])?")


def build(priority: Priority, *, as_text: bool = False) -> pd.DataFrame:
    """Concepts, then guards (weight below 0), one a row (`COLUMNS`), in their order.

    Spellings are lists, or with `as_text` one text with "; " between them. `cap` is 0 to 1 or None.
    """
    rows = [
        {
            "active": concept.active,
            "weight": concept.weight,
            "cap": concept.cap,
            "note": concept.note,
            "key": concept.key,
            **{f"spellings_{code}": _shown(concept.spellings.get(code, []), as_text) for code in LANGUAGES},
        }
        for concept in (*priority.concepts, *priority.guards)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return table.astype({"active": "bool", "weight": "float64"})


def read(table: pd.DataFrame, base: Priority) -> Priority:
    """`base` with the concepts and guards of the table; labels, descriptions and rules stay.

    The sign of the weight makes a concept or a guard. Rows with nothing but a switch and a weight are left out, a
    missing key is made of the first spelling, spellings may be lists or texts with ";" or line breaks between them.
    Raises InputError whose `faults` name every fault by row (from 1) and column.
    """
    faults: list[str] = []
    concepts: list[Concept] = []
    rows = [
        (number, {str(name): _known(value) for name, value in row.items()})
        for number, row in enumerate(table.to_dict("records"), start=1)
    ]
    # A row that was only added has its switch and its usual weight: nothing was said in it yet.
    rows = [(n, row) for n, row in rows if any(v is not None for k, v in row.items() if k not in BEGUN)]
    keys = {row["key"]: number for number, row in reversed(rows) if isinstance(row.get("key"), str)}
    for number, row in rows:
        before = len(faults)
        spellings = _spellings(number, row, faults)
        weight = _weight(number, row.get("weight"), faults)
        cap = _cap(number, row.get("cap"), faults)
        key = _key(number, row.get("key"), spellings, keys, faults)
        active = row.get("active")
        if active is not None and not isinstance(active, bool):
            faults.append(f"Row {number}, active: {active!r} is neither on nor off.")
        if len(faults) == before and key is not None and weight is not None:
            note = row.get("note")
            made = Concept(key=key, weight=weight, spellings=spellings, cap=cap, active=active is not False)
            note = row.get("note")
            concepts.append(made.model_copy(update={"note": None if note is None else squeeze(str(note))}))
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InputError(f"The table has {count}, nothing was applied. {' '.join(faults[:3])}", faults)
    return base.model_copy(
        update={
            "concepts": [c for c in concepts if c.weight > 0],
            "guards": [c for c in concepts if c.weight < 0],
        }
    )


def _shown(spellings: Sequence[str], as_text: bool) -> Any:
    return "; ".join(spellings) if as_text else list(spellings)


def _known(value: Any) -> Any:
    """A cell as plain Python. A row added in an editor comes with NaN, which is true and would be stored as "nan"."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, list | tuple):
        value = [v for v in map(_known, value) if v is not None]
        return value or None
    return None if isinstance(value, str) and not squeeze(value) else value


def _spellings(number: int, row: Mapping[str, Any], faults: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in LANGUAGES:
        cell = row.get(f"spellings_{code}")
        parts = re.split(r"[;\n]", cell) if isinstance(cell, str) else cell if isinstance(cell, list) else []
        if cell is not None and not isinstance(cell, str | list):
            faults.append(f"Row {number}, spellings_{code}: {cell!r} is not a text.")
        words = list(dict.fromkeys(word for word in (squeeze(str(part)) for part in parts) if word))
        for word in words:
            if len(word) > _LONGEST:
                faults.append(f"Row {number}, spellings_{code}: {word[:30]!r}… has more than {_LONGEST} characters.")
            elif not re.search(r"\w", word):
                faults.append(f"Row {number}, spellings_{code}: {word!r} has no letter and no digit.")
        if words:
            found[code] = words
    if not found:
        faults.append(f"Row {number}, spellings_en: there is no spelling in any language.")
    return found


def _weight(number: int, value: Any, faults: list[str]) -> float | None:
    try:
        weight = None if isinstance(value, bool) else float(str(value).replace(",", ".").replace("−", "-"))
    except ValueError:
        weight = None
    if weight in CONCEPT_WEIGHTS or weight in GUARD_WEIGHTS:
        return weight
    shown = "it is empty" if value is None else f"{value!r} is not allowed"
    faults.append(f"Row {number}, weight: {shown}. Concepts have 1 to 3, guards -3 to -0.5, in steps of 0.5.")
    return None


def _cap(number: int, value: Any, faults: list[str]) -> float | None:
    if value is None:
        return None
    try:
        cap = -1.0 if isinstance(value, bool) else float(str(value).replace(",", "."))
    except ValueError:
        cap = -1.0
    if 0 <= cap <= 1:
        return cap
    faults.append(f"Row {number}, cap: {value!r} is not a share from 0 to 1.")
    return None


def _key(
    number: int, value: Any, spellings: Mapping[str, list[str]], keys: dict[str, int], faults: list[str]
) -> str | None:
    if value is None:
        words = next(iter(spellings.values()), [])
        stem = re.sub(r"[^a-z0-9]+", "-", fold(words[0])).strip("-")[:60].strip("-") if words else ""
        key, count = stem or "concept", 2
        while key in keys:
            key, count = f"{stem or 'concept'}-{count}", count + 1
        keys[key] = number
        return key
    key = str(value)
    if not _KEY.fullmatch(key):
        faults.append(f"Row {number}, key: {key[:40]!r} is no key. Small letters a to z, digits and hyphens.")
        return None
    if keys.get(key, number) != number:
        faults.append(f"Row {number}, key: {key!r} is in row {keys[key]} already.")
    return key
