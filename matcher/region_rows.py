"""Concepts and guards as a plain sheet, one spelling a row, for people who work in Excel.

Labels, descriptions, programme rules and noise are not on the sheet: they stay as they are in the profile it is put
back into. Concepts that are no longer on the sheet are gone, and new ones may be added.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matcher.errors import InputError
from matcher.model import Profile
from matcher.region_dump import plain
from matcher.region_hints import LANGUAGES, close, key_like
from matcher.region_parse import Walk
from matcher.region_words import whose
from matcher.region_yaml import Path, Plain

HEADERS = (
    "Feld", "Bezeichnung", "Art", "Schlüssel", "Gewicht", "Sprache", "Schreibweise", "Obergrenze", "Aktiv", "Notiz",
)  # fmt: skip
KINDS = {"Konzept": "concepts", "Bremse": "guards"}
_NEEDED = ("Feld", "Art", "Schlüssel", "Gewicht", "Sprache", "Schreibweise")
_FIELD_HEADERS = {
    "key": "Schlüssel", "weight": "Gewicht", "cap": "Obergrenze", "active": "Aktiv", "note": "Notiz",
    "spellings": "Schreibweise",
}  # fmt: skip
_SWITCH = {
    "ja": True, "yes": True, "true": True, "wahr": True, "nein": False, "no": False, "false": False, "falsch": False,
}  # fmt: skip

Row = Mapping[str, Any]


def to_rows(profile: Profile) -> list[dict[str, Any]]:
    """One dict a spelling, keys as in HEADERS; numbers are numbers, Aktiv is ja or nein, empty is None."""
    return [
        dict(zip(HEADERS, (
            priority.key, priority.labels.get("de") or next(iter(priority.labels.values())), kind, concept.key,
            concept.weight, language, spelling, concept.cap, "ja" if concept.active else "nein", concept.note,
        ), strict=True))
        for priority in profile.priorities
        for kind, name in KINDS.items()
        for concept in getattr(priority, name)
        for language in sorted(concept.spellings, key=LANGUAGES.index)
        for spelling in concept.spellings[language]
    ]  # fmt: skip


def from_rows(rows: Sequence[Row], base: Profile, first: int = 2, made: list[str] | None = None) -> Profile:
    """`base` with the concepts and guards of the rows; `first` is the number of the first one, below the headers.

    Raises InputError whose `faults` name every fault by row and column. Empty cells of Gewicht, Obergrenze, Aktiv and
    Notiz repeat what the concept's first row says; the column Bezeichnung is for reading only. An empty Schlüssel is
    made of the spelling, and the keys made are added to `made`; a row without Schlüssel and Gewicht below such a row
    is another spelling of the same concept. A key made that is there already is a fault.
    """
    sheet = _Sheet(base)
    sheet.headers(rows)
    sheet.typed = {sheet.home(row) for row in rows}
    if not sheet.faults:
        for number, row in enumerate(rows, start=first):
            sheet.take(number, row)
    profile = sheet.profile() if not sheet.faults or sheet.read else None
    if profile is None or sheet.faults:
        lines = [line for _, line in sorted(sheet.faults)]
        count = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
        raise InputError(f"The sheet has {count}, nothing was applied. " + " | ".join(lines[:3]), lines)
    if made is not None:
        made += sheet.made
    return profile


class _Sheet:
    def __init__(self, base: Profile) -> None:
        self.base = base
        self.faults: list[tuple[int, str]] = []
        self.read: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.rows: dict[tuple[str, str, str, str, int | str], int] = {}
        # A key always means its own priority, also where another one is called so.
        self.names = {name.casefold(): p.key for p in base.priorities for name in p.labels.values()}
        self.names |= {p.key.casefold(): p.key for p in base.priorities}
        self.typed: set[tuple[str | None, str | None, str | None]] = set()
        self.made: list[str] = []
        self.above: tuple[str, str, str] | None = None

    def fault(self, row: int, column: str, sentence: str) -> None:
        self.faults.append((row, f"row {row}, column {column}: {sentence}"))

    def headers(self, rows: Sequence[Row]) -> None:
        if not rows:
            self.faults.append((1, "row 1: the sheet has no rows below the headers"))
            return
        there = list(dict.fromkeys(str(name).strip() for row in rows for name in row if name is not None))
        for name in _NEEDED:
            if name not in there:
                self.fault(1, name, "is missing")
        for name in there:
            if name and name not in HEADERS:
                self.fault(1, name, f"is not known{close(name, HEADERS)}")

    def take(self, number: int, row: Row) -> None:
        cells = {str(name).strip(): _cell(value) for name, value in row.items() if name is not None}
        if all(value is None for value in cells.values()):
            return
        missing = [name for name in ("Feld", "Art", "Sprache", "Schreibweise") if cells.get(name) is None]
        if cells.get("Schlüssel") is None and not key_like(str(cells.get("Schreibweise") or "")):
            missing.append("Schlüssel")
        for name in missing:
            self.fault(number, name, "is empty")
        field = self.chosen(number, "Feld", cells.get("Feld"), self.names)
        kind = self.chosen(number, "Art", cells.get("Art"), {k.casefold(): v for k, v in KINDS.items()})
        language = self.chosen(number, "Sprache", cells.get("Sprache"), {k: k for k in LANGUAGES})
        key = _words(cells.get("Schlüssel"))
        above, self.above = self.above, None
        if field is None or kind is None:
            return
        if key is None and "Schlüssel" not in missing:
            key = self.without(number, (field, kind), cells, above)
            self.above = None if key is None else (field, kind, key)
        if key is None:
            return
        home = (field, kind, key)
        concept = self.read.setdefault(home, {"key": key, "spellings": {}})
        self.rows.setdefault((*home, "", 0), number)
        for name in ("weight", "cap", "active", "note"):
            self.setting(number, home, concept, name, cells.get(_FIELD_HEADERS[name]))
        if language and not missing:
            spellings = concept["spellings"].setdefault(language, [])
            self.rows[*home, language, len(spellings)] = number
            spellings.append(_words(cells["Schreibweise"]))

    def home(self, row: Row) -> tuple[str | None, str | None, str | None]:
        """Field, kind and key as typed in a row; None where a cell is empty or unknown."""
        cells = {str(name).strip(): _words(_cell(value)) for name, value in row.items() if name is not None}
        kinds = {kind.casefold(): name for kind, name in KINDS.items()}
        field, kind = ((cells.get(name) or "").casefold() for name in ("Feld", "Art"))
        return self.names.get(field), kinds.get(kind), cells.get("Schlüssel")

    def without(
        self, number: int, place: tuple[str, str], cells: Row, above: tuple[str, str, str] | None
    ) -> str | None:
        """The key of a row that has none; None, with a fault, if it would make two concepts one."""
        if above is not None and above[:2] == place and cells.get("Gewicht") is None:
            return above[2]
        key = key_like(str(cells["Schreibweise"]))
        if (*place, key) in self.typed or (*place, key) in self.read:
            self.fault(number, "Schlüssel", f"the key {key!r} is there already, among the {place[1]}")
            return None
        self.made.append(key)
        return key

    def chosen(self, number: int, column: str, value: Any, known: Mapping[str, str]) -> str | None:
        if value is None:
            return None
        found = known.get(str(value).strip().casefold())
        if found is None:
            options = list(KINDS) if column == "Art" else list(dict.fromkeys(known.values()))
            near = close(str(value), options) or close(str(value), list(known))
            self.fault(number, column, f"{value!s} is not one of {', '.join(options)}{near}")
        return found

    def setting(
        self, number: int, home: tuple[str, str, str], concept: dict[str, Any], name: str, value: Any
    ) -> None:
        if value is None:
            return
        if name == "active":
            switch = value if isinstance(value, bool) else _SWITCH.get(str(value).strip().casefold())
            if switch is None:
                self.fault(number, "Aktiv", f"{value!s} is neither ja nor nein")
                return
            value = switch
        elif name == "note":
            value = str(value)
        else:
            value = _number(value)
        if name in concept and concept[name] != value:
            first = self.rows[*home, name, 0]
            if (*home, name, "told") not in self.rows:
                self.rows[*home, name, "told"] = number
                said = f"{_show(value)} is not what row {first} says of {home[2]}: {_show(concept[name])}"
                self.fault(number, _FIELD_HEADERS[name], said)
        else:
            self.rows.setdefault((*home, name, 0), number)
            concept.setdefault(name, value)

    def profile(self) -> Profile | None:
        """The new profile; faults of values are put to the rows they came from."""
        value = plain(self.base)
        for priority in value["priorities"]:
            for name in KINDS.values():
                priority[name] = [
                    c for (field, kind, _), c in self.read.items() if (field, kind) == (priority["key"], name)
                ]
        walk = Walk()
        made = walk.profile(value)
        for path, problem in walk.faults:
            self.faults.append(self.located(value, path, problem))
        if made is None:
            return None
        mine = {p.key: p for p in made.priorities}
        priorities = [
            old.model_copy(update={"concepts": mine[old.key].concepts, "guards": mine[old.key].guards})
            for old in self.base.priorities
        ]
        return self.base.model_copy(update={"priorities": priorities})

    def located(self, value: Any, path: Path, problem: str) -> tuple[int, str]:
        if len(path) < 4 or path[2] not in KINDS.values():
            owner = ", ".join(whose(value, path))
            return 0, f"{owner}: {problem}" if owner else problem
        priority = value["priorities"][path[1]]
        home = (priority["key"], str(path[2]), priority[path[2]][path[3]]["key"])
        first = self.rows[*home, "", 0]
        name = str(path[4]) if len(path) > 4 else "weight" if problem.startswith("weight") else "key"
        detail = (*home, str(path[5]), path[6]) if len(path) > 6 else (*home, name, 0)
        row = self.rows.get(detail, first)
        return row, f"row {row}, column {_FIELD_HEADERS.get(name, name)}: {problem}"


def _cell(value: Any) -> Any:
    """None for what is empty: nothing, blanks, the not-a-number of a table."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return None if isinstance(value, str) and not value.strip() else value


def _words(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value).strip()


def _number(value: Any) -> Any:
    """A number, or the text as typed with a point for a comma: what is wrong with it is said later."""
    return Plain(value.strip().replace(",", ".")) if isinstance(value, str) else value


def _show(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
