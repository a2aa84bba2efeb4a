"""The nouns of what happened: decisions of people, changes of calls, runs of the harvest. Only ever appended."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from matcher.model import Noun


class State(StrEnum):
    NEW = "new"
    READING = "reading"
    SHORTLISTED = "shortlisted"
    FORWARDED = "forwarded"
    PREPARATION = "in preparation"
    APPLIED = "applied"
    PARKED = "parked until"
    DISCARDED = "discarded"
    EXPIRED = "expired"


class Discard(StrEnum):
    OFF_TOPIC = "off topic"
    NOT_ELIGIBLE = "not eligible"
    OWN_SHARE = "own share"
    TOO_BIG = "too big"
    TOO_LATE = "too late"
    NO_PARTNER = "no partner"
    NO_CAPACITY = "no capacity"
    OTHER = "other"


class Decision(Noun):
    """What a person said about a call at a moment; appended, never changed. `identifier` joins successor calls.

    `run`: the last pull published by then, so that a later one of the same day is known to be later. `region`: for
    whose priorities it was said; None where that was not noted yet.
    """

    reference: str
    identifier: str
    state: State
    at: datetime
    by: str
    office: str | None = None
    priority: str | None = None
    reason: Discard | None = None
    note: str | None = None
    owner: str | None = None
    until: date | None = None
    to: list[str] = []
    run: int | None = None
    region: str | None = None
    id: int | None = None


class Change(Noun):
    """What a published run changed in a call: a field, old and new value as shown to people, and its class."""

    reference: str
    field: str
    kind: str
    on: date
    old: str | None = None
    new: str | None = None
    run: int | None = None


class Reject(Noun):
    """A record that was not stored: why, its key if it had one, and up to 2 kB of it as received."""

    reason: str
    key: str | None = None
    excerpt: str = ""


Scope = Literal["live", "demo", "archive"]
MARK = "Note: "
Level = Literal["reason", "kept", "accepted", "warning", "note"]


class Fact(Noun):
    """What a run has to say, free of language: "runs.<level>.<code>" of words is its sentence, `values` fill it.

    Levels: the reason why nothing was published, the list that stays instead (kept), a refusal that a person
    overruled (accepted), what a person should look at (warning), what is for information only (note). `text` is the
    English sentence for logs; of warnings and notes the run keeps it, here it is not stored. Days and minutes among
    the values are ISO texts ("2026-09-30", "2026-09-30T15:00Z").
    """

    code: str
    level: Level = "warning"
    values: dict[str, str | int | float] = {}
    text: str = Field(default="", exclude=True)


class Scan(Noun):
    """How the list of one kind was read: `readings` times with `requests` requests, `received` rows in all.

    `union`: distinct records of all readings, `late`: those that the first reading had missed, `total`: what the
    service reports. `agreed`: read twice or more, nothing was found late, and the union holds all of the total.
    """

    readings: int = 0
    requests: int = 0
    received: int = 0
    union: int = 0
    late: int = 0
    total: int = 0

    @property
    def agreed(self) -> bool:
        return self.readings > 1 and self.late == 0 and self.union >= self.total


class Run(Noun):
    """The record of one harvest. Always: received = new + changed + same + duplicates + rejected (with ghosts).

    `scans`: by kind, empty where nothing is read twice. `moved`: calls whose deadline changed. `baseline`: the first
    live list of its source, nothing in it counts as new. `codes` say all that happened free of language, `message`,
    `warnings` and `notes` in English. `kinds`: readable calls by kind, `fill` the part of all of them (0 to 1) that
    has a field, `fills` the same by kind. `bytes`: what came over the wire, unpacked; `seconds`: how long it took.
    """

    source: str
    scope: Scope
    started: datetime
    id: int | None = None
    finished: datetime | None = None
    state: Literal["running", "published", "refused", "failed", "killed", "stopped"] = "running"
    exit_code: int | None = None
    message: str = ""
    recorded_on: date | None = None
    reported: dict[str, int] = {}
    pages: int = 0
    requests: int = 0
    received: int = 0
    duplicates: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: dict[str, int] = {}
    not_seen: int = 0
    returned: int = 0
    changes: int = 0
    moved: int = 0
    baseline: bool = False
    warnings: list[str] = []
    notes: list[str] = []
    codes: list[Fact] = []
    scans: dict[str, Scan] = {}
    bytes: int = 0
    seconds: float | None = None
    kinds: dict[str, int] = {}
    fill: dict[str, float] = {}
    fills: dict[str, dict[str, float]] = {}
    keys: list[str] = []
    api_version: str | None = None
    content_hash: str | None = None
    tool: str = ""
    parser: str = ""

    @model_validator(mode="before")
    @classmethod
    def _older(cls, data: Any) -> Any:
        """Older records kept notes among the warnings, marked by their first word."""
        lines = data.get("warnings") if isinstance(data, dict) else None
        if isinstance(lines, list) and any(isinstance(line, str) and line.startswith(MARK) for line in lines):
            notes = [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]
            rest = [line for line in lines if not line.startswith(MARK)]
            return {**data, "warnings": rest, "notes": [*data.get("notes", []), *notes]}
        return data

    @property
    def agreed(self) -> bool | None:
        """Whether all readings of all kinds agreed; None where nothing was read twice, or that was not recorded."""
        several = [scan for scan in self.scans.values() if scan.readings]
        return all(scan.agreed for scan in several) if several else None

    @property
    def stored(self) -> int:
        return self.new + self.changed + self.same

    @property
    def refused(self) -> int:
        """Records that could not be read (ghosts of the abandoned loader are dropped, not refused)."""
        return sum(n for reason, n in self.rejected.items() if reason != "ghost")


def kept(last: Run | None) -> Fact:
    """The published list that stays when a pull is not published; None if there is none."""
    if last is None:
        return Fact(code="nothing", level="kept")
    if last.recorded_on is not None:
        return Fact(code="recorded", level="kept", values={"on": last.recorded_on.isoformat()})
    at = (last.finished or last.started).astimezone(UTC)
    return Fact(code="live", level="kept", values={"at": f"{at:%Y-%m-%dT%H:%MZ}"})
