"""The glossary as a file people review: out as the YAML it is, and in again as additions and marks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from matcher import region
from matcher.desk_ideas import LANGUAGES, LONGEST, Row, append_rows, glossary, pairs
from matcher.errors import InputError
from matcher.rankers._glossary import Glossary
from matcher.settings import Settings
from matcher.text import squeeze

LARGEST = 1_000_000
"""Bytes of a glossary file that is taken."""
MOST_ROWS = 20_000


class Taken(NamedTuple):
    """What a glossary file changed: lines added, lines marked as wrong, lines that said nothing new."""

    added: int
    marked: int
    known: int


def glossary_text(settings: Settings) -> bytes:
    """The glossary in force as YAML: the opening comments of the shipped file, then one entry a line."""
    path = settings.region_folder / "glossary.yaml"
    opening = "".join(_opening(path)) if path.exists() else ""
    lines = [f"- {{{', '.join(_cells(row))}}}\n" for row in glossary(settings)]
    return (opening + "".join(lines)).encode()


def import_glossary(settings: Settings, *, data: bytes, by: str) -> Taken:
    """Take the lines of a glossary file that say something new; those it leaves out stay as they are.

    A line that is no longer marked as wrong takes the mark back. Raises InputError, with `faults` by entry; then
    nothing is taken.
    """
    if len(data) > LARGEST:
        raise InputError(f"The glossary file has more than {LARGEST:,} bytes. Nothing was taken.")
    rows = region.glossary_rows(data, "The glossary file")
    if len(rows) > MOST_ROWS:
        raise InputError(f"The glossary file has more than {MOST_ROWS:,} entries. Nothing was taken.")
    faults = [fault for number, row in enumerate(rows, start=1) for fault in _faults(number, row)]
    if faults:
        raise InputError(f"The glossary file has {len(faults)} faulty entries. Nothing was taken.", faults)
    Glossary(rows)
    held = {pair: bool(row.get("wrong")) for row in glossary(settings) for pair in pairs(row)}
    new, known = [], 0
    for row in rows:
        wrong = bool(row.get("wrong"))
        fresh = [pair for pair in pairs(row) if held.get(pair) is not wrong]
        held.update(dict.fromkeys(fresh, wrong))
        new += [(pair[0], str(row[pair[0]]), str(row["en"]), wrong) for pair in sorted(fresh)]
        known += not fresh
    append_rows(
        settings, [(language, said, english, {"wrong": True} if w else {}) for language, said, english, w in new], by
    )
    return Taken(sum(not wrong for *_, wrong in new), sum(wrong for *_, wrong in new), known)


def _faults(number: int, row: Mapping[str, object]) -> Iterator[str]:
    if not squeeze(str(row.get("en") or "")) or not any(squeeze(str(row.get(name) or "")) for name in LANGUAGES):
        yield f"entry {number}: needs en and one of de, nl"
    for name in ("en", *LANGUAGES):
        if len(squeeze(str(row.get(name) or ""))) > LONGEST:
            yield f"entry {number}: {name} has more than {LONGEST} characters"


def _opening(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8-sig").splitlines(keepends=True):
        if not line.startswith("#"):
            return
        yield line


def _cells(row: Row) -> list[str]:
    return [f"{name}: {_value(row[name])}" for name in _order(list(row)) if row[name] not in (None, "")]


def _order(names: Sequence[str]) -> list[str]:
    first = [name for name in (*LANGUAGES, "en", "origin", "wrong") if name in names]
    return [*first, *(name for name in names if name not in first)]


def _value(value: object) -> str:
    """A value as YAML of one line; a text that YAML might read otherwise stands in quotes."""
    if not isinstance(value, str):
        return json.dumps(value if isinstance(value, bool | int | float) else str(value), ensure_ascii=False)
    named = value[:1].isalpha() or (value[:1].isdigit() and value[1:2].isupper() and value[1] not in "EXOB")
    plain = named and all(c.isalnum() or c in " .+&/-" for c in value) and value[-1] != "-"
    guessed = value.casefold() in ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
    return value if plain and not guessed and value == squeeze(value) else json.dumps(value, ensure_ascii=False)
