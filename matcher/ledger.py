"""The nouns of what happened: decisions of people, changes of calls, runs of the harvest. Only ever appended."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

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

    `run`: the last pull published by then, so that a later one of the same day is known to be later.
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


class Run(Noun):
    """The record of one harvest. Always: received = new + changed + same + duplicates + rejected (with ghosts)."""

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
    warnings: list[str] = []
    fill: dict[str, float] = {}
    keys: list[str] = []
    api_version: str | None = None
    content_hash: str | None = None
    tool: str = ""

    @property
    def stored(self) -> int:
        return self.new + self.changed + self.same

    @property
    def refused(self) -> int:
        """Records that could not be read (ghosts of the abandoned loader are dropped, not refused)."""
        return sum(n for reason, n in self.rejected.items() if reason != "ghost")
