"""The priorities as a plain sheet for colleagues, one spelling a row: what stands in it, and how it is read back."""

from typing import Any

from matcher import region
from matcher.errors import InputError
from matcher.model import Concept, Profile
from matcher.sources._table import rows as table_rows
from matcher.text import fold, paragraphs, squeeze, unguarded

HEADERS = region.HEADERS
ENDINGS = ("yaml", "yml", "csv", "xlsx")


def sheet_rows(priorities: Profile) -> list[dict[str, Any]]:
    """One dict a spelling, keys as in HEADERS; numbers are numbers, empty is None."""
    return region.to_rows(priorities)


def read_sheet(data: bytes, base: Profile, made: list[str] | None = None) -> Profile:
    """`base` with the concepts and guards of a CSV or XLSX sheet; what is not on it (names, rules) stays.

    Keys that the sheet leaves empty are made of the spelling and added to `made`.
    Raises InputError whose `faults` name every fault by row and column at once; nothing is half applied.
    """
    known = {fold(head) for head in HEADERS}
    found = table_rows(data, lambda cells: sum(fold(squeeze(cell)) in known for cell in cells))
    if not found:
        raise InputError("The file is empty.", ["row 1: the sheet has no rows below the headers"])
    (start, heads), body = found[0], found[1:]
    names = [_head(cell) for cell in heads]
    rows: list[dict[str, Any]] = [{} for _ in range((body[-1][0] if body else start) - start)]
    loose = []
    for number, cells in body:
        row = {name: unguarded(cell) for name, cell in zip(names, cells, strict=False) if name}
        rows[number - start - 1] = dict.fromkeys(filter(None, names)) | row
        stray = [cell for at, cell in enumerate(cells) if cell and (at >= len(names) or not names[at])]
        if stray:
            loose.append(f"row {number}, column {len(names)}: {stray[0][:40]!r} stands below no heading")
    try:
        read = region.from_rows(rows, base, first=start + 1, made=made)
    except InputError as error:
        raise InputError(str(error), [*error.faults, *loose]) from None
    if loose:
        raise InputError(f"The sheet has {len(loose)} cells without a heading, nothing was applied.", loose)
    return _as_before(read, base)


def _head(cell: str) -> str:
    """A heading as it is written in HEADERS, whatever its case and blanks."""
    wanted = {fold(head): head for head in HEADERS}
    return wanted.get(fold(squeeze(cell)), squeeze(cell))


def _as_before(read: Profile, base: Profile) -> Profile:
    """The texts exactly as they were where a sheet only changed what cannot be seen: blanks, line ends."""
    priorities = []
    for now, before in zip(read.priorities, base.priorities, strict=True):
        sides = {}
        for side in ("concepts", "guards"):
            old = {concept.key: concept for concept in getattr(before, side)}
            sides[side] = [_same_texts(concept, old.get(concept.key)) for concept in getattr(now, side)]
        priorities.append(now.model_copy(update=sides))
    return read.model_copy(update={"priorities": priorities})


def _same_texts(now: Concept, old: Concept | None) -> Concept:
    if old is None:
        return now
    spellings = {}
    for language, texts in now.spellings.items():
        before: dict[str, list[str]] = {}
        for text in old.spellings.get(language, []):
            before.setdefault(paragraphs(text), []).append(text)
        spellings[language] = [before[text].pop(0) if before.get(text) else text for text in texts]
    same_note = old.note and paragraphs(old.note) == now.note
    return now.model_copy(update={"spellings": spellings, "note": old.note if same_note else now.note})
