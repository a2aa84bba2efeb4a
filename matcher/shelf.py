"""The nouns of what people keep for themselves and each other: saved views, named lists of calls, last visits.

No pull touches any of this. `version` counts the times somebody saved a view or a list; it guards against
overwriting a colleague.
"""

from datetime import datetime

from pydantic import Field

from matcher.model import Noun

LONGEST_NAME = 80
MOST_ENTRIES = 500


class SavedView(Noun):
    """A page with its filters under a name. `query`: the parameters of the address. `office` None: of everybody."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    region: str
    query: str = ""
    by: str = ""
    office: str | None = None
    place: int = 0
    at: datetime | None = None
    id: int | None = None
    version: int = 0


class Entry(Noun):
    """A call on a list. `identifier` finds the successor once the reference is gone."""

    reference: str
    identifier: str
    note: str | None = None


class Shortlist(Noun):
    """A named list of calls in the order that people gave it."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    region: str
    entries: list[Entry] = Field(default=[], max_length=MOST_ENTRIES)
    note: str | None = None
    owner: str | None = None
    by: str = ""
    at: datetime | None = None
    id: int | None = None
    version: int = 0

    @property
    def references(self) -> list[str]:
        return [entry.reference for entry in self.entries]


class Visit(Noun):
    """When somebody last looked at the list, and when before that day; `run`: the last pull published by then.

    A visit lasts a day, so that what was new in the morning is still marked in the afternoon. `before` None: this is
    the first one.
    """

    user: str
    region: str
    at: datetime
    run: int = 0
    before: datetime | None = None
    before_run: int = 0
