"""The values of one portal record: arrays of strings as a rule, but anything at all in practice."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from matcher.text import RECORD_LIMIT, cut, squeeze

_JSON_LIMIT = 1_000_000
_DEEPEST = 50
_LONGEST_RAW = 120
_MANY = 1000
_LINE = 2000


def strings(value: Any, depth: int = 3) -> Iterator[str]:
    """The non-blank texts in a value: a text, a finite number, or (nested) lists of them; nothing else is read."""
    if isinstance(value, str):
        if value and not value.isspace():
            yield value
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        yield number_text(value)
    elif isinstance(value, list) and depth:
        for item in value:
            yield from strings(item, depth - 1)


def number_text(value: int | float) -> str:
    """Digits of a number; whole floats without a fraction, absurdly long integers as nothing readable."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else str(value)
    return str(value) if abs(value) < 10**30 else "a number of more than 30 digits"


def read_json(raw: str) -> Any:
    """A JSON text, strictly: no NaN, not deeper than 50 levels, not above 1 MB. Raises ValueError."""
    if len(raw) > _JSON_LIMIT:
        raise ValueError("more than 1 MB")
    depth = most = 0
    for match in re.finditer(r'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', raw, re.DOTALL):
        if match[0] in "[{":
            depth += 1
            most = max(most, depth)
        elif match[0] in "]}":
            depth -= 1
    if most > _DEEPEST:
        raise ValueError("nested too deeply")
    return json.loads(raw, parse_constant=_no_constant)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


class Fields:
    """Reads a record's values as clean texts, and collects a remark for everything that was cut or unreadable."""

    def __init__(self, record: dict[str, Any]):
        self.record = record
        metadata = record.get("metadata")
        # A few records come without `metadata`, their fields on the result itself.
        self.values: dict[str, Any] = metadata if isinstance(metadata, dict) and metadata else record
        self.remarks: list[str] = []
        if self._size() > RECORD_LIMIT:
            self.remark("The record is larger than 2 MB; of each field only the first 200 KB are kept.")

    def _size(self) -> int:
        """Bytes of all texts; characters stand for bytes while even four for each would be within the limit."""
        texts = [s for value in self.values.values() for s in strings(value)]
        characters = sum(map(len, texts))
        if characters * 4 <= RECORD_LIMIT or characters > RECORD_LIMIT:
            return characters
        return sum(len(s.encode(errors="ignore")) for s in texts)

    def remark(self, sentence: str) -> None:
        sentence = squeeze(sentence)
        if sentence not in self.remarks and len(self.remarks) < 50:
            self.remarks.append(sentence)

    def unreadable(self, key: str, raw: object, why: str = "cannot be read") -> None:
        """Remarks that an optional field was left out, with the raw text that stands there."""
        shown = squeeze(raw[:1000]) if isinstance(raw, str) else next(strings(raw), type(raw).__name__)
        if len(shown) > _LONGEST_RAW:
            shown = shown[:_LONGEST_RAW] + "…"
        self.remark(f"{key} {why}: {shown!r}")

    def raw(self, key: str) -> list[str]:
        """All texts of a field, untouched; a field of a wrong kind gives none and a remark."""
        value = self.values.get(key)
        if isinstance(value, dict | bool):
            self.unreadable(key, value)
            return []
        return list(strings(value))

    def first_raw(self, key: str) -> str | None:
        """The first text of a field, capped, else untouched: for HTML, whose reader cleans it."""
        found = self.raw(key)
        if not found:
            return None
        text, long = cut(found[0])
        if long:
            self.remark(f"{key} is longer than 200 KB and was cut.")
        return text

    def first(self, key: str) -> str | None:
        """The first text of a field on one line, at most 2,000 bytes of it, or None."""
        line, long = cut(squeeze(self.first_raw(key) or ""), _LINE)
        if long:
            self.remark(f"{key} is longer than 2,000 bytes and was cut.")
        return line.rstrip() or None

    def all(self, key: str) -> list[str]:
        """All texts of a field on one line each; one text that is a JSON list counts as the list."""
        found = self.raw(key)
        if len(found) == 1 and found[0].lstrip().startswith("["):
            try:
                found = list(strings(read_json(found[0])))
            except (ValueError, RecursionError):
                self.unreadable(key, found[0], "is a broken list")
                return []
        if len(found) > _MANY:
            self.remark(f"{key} has {len(found)} entries; the first {_MANY} are kept.")
        lines = (cut(squeeze(s[:RECORD_LIMIT]), _LINE)[0].rstrip() for s in found[:_MANY])
        return [line for line in lines if line]

    def json(self, key: str) -> Any:
        """The JSON document in a field, as text or (bulk file) unpacked; None, with a remark if it is unreadable."""
        value = self.values.get(key)
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            return value
        found = next(strings(value), None)
        if found is None:
            return None
        try:
            return read_json(found)
        except (ValueError, RecursionError):
            self.unreadable(key, found, "is not readable JSON")
            return None
