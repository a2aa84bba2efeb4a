"""A folder of recorded answers as a source: the same pages, the same checks as off the wire.

`replay.yaml` in it says `source`, `scope` (live, demo, archive), `recorded_on` and, as it likes, `note`; the answers
are `*.json` or `*.json.gz` in the portal's own shape, read in the order of their names.
"""

import gzip
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from matcher.errors import GuardError, InputError, SourceError
from matcher.ledger import Fact
from matcher.sources._page import (
    TYPES,
    Asked,
    Page,
    UnreadableError,
    check_obedience,
    check_total,
    decode,
    envelope,
    fingerprint,
    key_of,
    unknown_status,
    values,
)

Scope = Literal["live", "demo", "archive"]

LARGEST = 100_000_000
COMPLETE = 0.99
NEEDED = ("source", "scope", "recorded_on")
SCOPES: tuple[Scope, ...] = get_args(Scope)


class Replay:
    """Raises InputError with every fault of the folder's `replay.yaml`, and for a folder without recorded answers."""

    source: str
    scope: Scope
    recorded_on: date
    note: str

    def __init__(self, folder: Path):
        self.folder = folder
        about = _about(folder)
        faults = [f"{name} is missing" for name in NEEDED if not about.get(name)]
        scope = next((s for s in SCOPES if s == about.get("scope")), None)
        if about.get("scope") and scope is None:
            faults.append(f"scope is {about['scope']!r}; it can be {', '.join(SCOPES)}")
        day = _day(about.get("recorded_on", ""))
        if about.get("recorded_on") and day is None:
            faults.append(f"recorded_on is {about['recorded_on']!r}; it must be a day such as 2026-08-22")
        if faults or scope is None or day is None:
            raise InputError(f"{folder / 'replay.yaml'}: {'; '.join(faults)}. Nothing was loaded.", faults)
        self.source, self.scope, self.recorded_on = about["source"], scope, day
        self.note = about.get("note", "")
        self.files = sorted(
            (p for p in folder.iterdir() if p.name.endswith((".json", ".json.gz"))), key=lambda p: p.name
        )
        if not self.files:
            raise InputError(f"There is no recorded answer (*.json or *.json.gz) in {folder}. Nothing was loaded.")

    def pages(self) -> Iterator[Page]:
        """Raises SourceError for a file that cannot be read, GuardError for a record nobody asked for."""
        asked = Asked(frozenset(TYPES)) if self.scope == "live" else Asked(frozenset(TYPES), statuses=None)
        keys: dict[str, set[str]] = {}
        totals: dict[str, list[int]] = {}
        expected: dict[str, int] = {}
        for number, path in enumerate(self.files, 1):
            page = self._page(path, number)
            if self.scope == "live":
                check_total(page.total)
            odd = check_obedience(page.records, asked)
            expected[page.query] = page.total
            totals.setdefault(page.query, []).append(page.total)
            keys.setdefault(page.query, set()).update(key_of(r) or fingerprint(r) for r in page.records)
            notes = [unknown_status(reference) for reference in odd]
            yield page._replace(
                expected=sum(expected.values()),
                step=f"Recorded answer {number} of {len(self.files)}",
                notes=(*page.notes, *notes),
            )
        yield from self._compare(keys, totals)

    def _page(self, path: Path, number: int) -> Page:
        try:
            body, doubled = decode(_bytes(path))
            page = envelope(body, "mixed", number)
        except (UnreadableError, OSError, EOFError, zlib.error) as fault:
            why = str(fault) if isinstance(fault, UnreadableError) else "The file cannot be read."
            raise SourceError(f"{path.name}: {why} Nothing was stored, the last list stays.").coded(
                "recording_unreadable", file=path.name
            ) from None
        kinds = {kind for record in page.records for kind in values(record, "type")}
        query = TYPES.get(kinds.pop(), "mixed") if len(kinds) == 1 else "mixed"
        if not doubled:
            return page._replace(query=query)
        said = f"{len(doubled)} keys stood twice in {path.name}; the later value was taken."
        found: dict[str, str | int | float] = {"keys": len(doubled), "file": path.name}
        return page._replace(query=query, notes=(Fact(code="doubled_in", level="note", values=found, text=said),))

    def _compare(self, keys: dict[str, set[str]], totals: dict[str, list[int]]) -> Iterator[Page]:
        """Rows against reported totals. Pages that mix kinds belong to one query: all are counted as one."""
        if "mixed" in keys:
            keys = {"mixed": set().union(*keys.values())}
            totals = {"mixed": [total for several in totals.values() for total in several]}
        for query, reported in totals.items():
            rows, total = len(keys[query]), min(reported)
            if rows >= total and rows >= max(reported):
                continue
            said = f"{rows:,} of {max(reported):,} reported records ({query}) are in the recording"
            found: dict[str, str | int | float] = {"read": rows, "total": max(reported), "kind": query}
            if rows < COMPLETE * total and self.scope == "live":
                raise GuardError(
                    f"The recording is incomplete: {said}. Nothing was stored, the last list stays."
                ).coded("recording_incomplete", **found)
            yield Page(
                query, 0, max(reported), [], notes=(Fact(code="recording_short", values=found, text=said + "."),)
            )


def _bytes(path: Path) -> bytes:
    with path.open("rb") as plain_file:
        if not path.name.endswith(".gz"):
            body = plain_file.read(LARGEST + 1)
        else:
            with gzip.open(plain_file) as unpacked:
                body = unpacked.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise UnreadableError(f"The file is larger than {LARGEST / 1e6:.0f} MB.")
    return body


def _about(folder: Path) -> dict[str, str]:
    """The `key: value` lines of replay.yaml. Comments and quotes go, an indented line continues the one above."""
    try:
        lines = (folder / "replay.yaml").read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"There is no readable replay.yaml in {folder}: a replay folder holds recorded answers and this file "
            "(source, scope, recorded_on, note). Nothing was loaded."
        ) from None
    about: dict[str, str] = {}
    name = ""
    for line in lines:
        text = line.split(" #")[0].rstrip() if not line.lstrip().startswith("#") else ""
        if not text.strip() or text.strip() == "---":
            continue
        if text[0].isspace() and name:
            about[name] = f"{about[name]} {text.strip()}".strip()
            continue
        name, _, value = (part.strip() for part in text.partition(":"))
        about[name] = "" if value in (">", "|", ">-", "|-") else value
    return {name: value.strip("\"'") for name, value in about.items()}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
