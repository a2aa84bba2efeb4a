"""The nouns of the matcher, plain and validated: calls, priorities, places.

What happened to them (decisions, changes, runs) is in `ledger.py`, what can go wrong in `errors.py`.

Nothing here reads a file, a clock, a database or the network. Unknown is `None` (or an empty list), never 0 or "".
"""

from datetime import date, datetime
from enum import StrEnum

from pydantic import ConfigDict
from sqlmodel import Field, SQLModel

from matcher.errors import InputError


class Status(StrEnum):
    FORTHCOMING = "forthcoming"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """Topic of a direct call, cascade call (third-party funding), external action, or the office's own side list."""

    TOPIC = "topic"
    CASCADE = "cascade"
    EXTERNAL = "external"
    OWN = "own"


class DeadlineModel(StrEnum):
    SINGLE = "single-stage"
    TWO_STAGE = "two-stage"
    CUT_OFF = "multiple cut-off"


class Noun(SQLModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)  # type: ignore[assignment]


class Deadline(Noun):
    """`on` is the published day; `at` (UTC) only where there is a real time; `stage` 1 or 2 when two-stage."""

    on: date
    at: datetime | None = None
    stage: int | None = None


class Section(Noun):
    """One part of a call's text as plain text: `kind` is expected outcome, scope, objective, impact or text."""

    kind: str
    text: str


class Link(Noun):
    kind: str
    url: str


class Budget(Noun):
    """Whole units of `currency`; `shared` says whether `total` is one pot of several topics (None: unclear)."""

    total: int | None = None
    project_from: int | None = None
    project_to: int | None = None
    projects: int | None = None
    shared: bool | None = None
    currency: str = "EUR"


class Call(Noun):
    """One funding opportunity. `reference` is its identity; `identifier` may be shared by siblings and successors."""

    reference: str = Field(min_length=1)
    source: str
    kind: Kind
    identifier: str
    call_identifier: str | None = None
    call_title: str | None = None
    title: str = Field(min_length=1)
    parent_title: str | None = None
    sections: list[Section] = []
    html: str | None = None
    destination: str | None = None
    programme: str | None = None
    programme_name: str | None = None
    divisions: list[str] = []
    types_of_action: list[str] = []
    deadline_model: DeadlineModel | None = None
    opens: date | None = None
    deadlines: list[Deadline] = []
    portal_status: Status = Status.UNKNOWN
    portal_status_code: str | None = None
    budget: Budget = Budget()
    keywords: list[str] = []
    cross_cutting: list[str] = []
    links: list[Link] = []
    conditions: str | None = None
    organiser: str | None = None
    duration: str | None = None
    countries: list[str] = []
    remarks: list[str] = []
    checksum: str | None = None
    first_seen: date | None = None
    last_seen: date | None = None

    @property
    def text(self) -> str:
        """All sections as one plain text, a blank line between them."""
        return "\n\n".join(section.text for section in self.sections)

    def next_deadline(self, today: date) -> Deadline | None:
        """The first deadline today or later; if none, the last one; None if the call has no deadline."""
        return next((d for d in self.deadlines if d.on >= today), self.deadlines[-1] if self.deadlines else None)

    def status(self, today: date) -> Status:
        """The state by dates: past last deadline is closed, opening ahead is forthcoming, else open.

        A deadline day is open until it is over. Without any date the source's own status holds.
        """
        if self.deadlines and self.deadlines[-1].on < today:
            return Status.CLOSED
        if self.portal_status is Status.CLOSED:
            return Status.CLOSED
        if self.opens and self.opens > today:
            return Status.FORTHCOMING
        if self.deadlines or self.opens:
            return Status.OPEN
        return self.portal_status

    def stage_one_over(self, today: date) -> bool:
        """Two-stage and the first stage has passed: newcomers are too late although the call is not closed."""
        return (
            self.deadline_model is DeadlineModel.TWO_STAGE
            and len(self.deadlines) > 1
            and self.deadlines[0].on < today
        )


Weight = float


def before_opening(deadline: date | None, opens: date | None) -> bool:
    """Whether a deadline lies before the opening: one of both is wrong then, in the portal or in a change."""
    return deadline is not None and opens is not None and deadline < opens


def odd_hour(time: str) -> bool:
    """Whether HH:MM lies in the night between midnight and six: then an organiser has mixed up time zones."""
    return time < "06:00"


class Concept(Noun):
    """What a priority looks for (weight 1 to 3) or, as a guard, turns away from (-3 to -0.5), in steps of 0.5.

    `spellings` maps a language (en, de, nl) to its spellings; however many of them occur, a concept counts once.
    `cap`: largest part of a call's score this concept may give (0 to 1), for words that must not win alone.
    """

    key: str
    weight: Weight
    spellings: dict[str, list[str]]
    note: str | None = None
    cap: float | None = Field(default=None, ge=0, le=1)
    active: bool = True


class Rule(Noun):
    """Adds `add` (in concept weights) for calls whose identifier starts with a prefix, if a title word is there.

    `notes`: what it is for by language; `note`: the same where nobody said in which language.
    """

    prefixes: list[str]
    title_any: list[str] = []
    add: float
    note: str | None = None
    notes: dict[str, str] = {}
    active: bool = True

    @property
    def name(self) -> str:
        """What the rule goes by in reasons, whatever the language of the reader."""
        return self.told("en") or ", ".join(self.prefixes)

    def told(self, language: str) -> str | None:
        """Its note in a language, else in any; None if it has none."""
        return self.notes.get(language) or self.note or next(iter(self.notes.values()), None)


class Priority(Noun):
    key: str
    labels: dict[str, str]
    descriptions: dict[str, str] = {}
    concepts: list[Concept] = []
    guards: list[Concept] = []
    rules: list[Rule] = []
    active: bool = True


class Noise(Noun):
    """Calls that no priority asks for (defence, external action …): off by default, counted, one switch away."""

    key: str
    labels: dict[str, str]
    prefixes: list[str] = []
    programmes: list[str] = []
    kinds: list[Kind] = []
    hidden: bool = True


class Profile(Noun):
    """All priorities of a region as saved at one moment; each save is a new version with author and reason."""

    region: str
    priorities: list[Priority]
    noise: list[Noise] = []
    version: int = 0
    at: datetime | None = None
    by: str | None = None
    why: str | None = None

    def priority(self, key: str) -> Priority:
        """Raises InputError naming the keys there are."""
        found = next((p for p in self.priorities if p.key == key), None)
        if found is None:
            raise InputError(f"There is no priority {key!r}. There are: {', '.join(p.key for p in self.priorities)}.")
        return found


class Flag(Noun):
    key: str
    evidence: str
    provisional: bool = True


class Place(Noun):
    """A municipality with its hard facts; `fields` (priority keys) are provisional until the strategy names them."""

    key: str
    name: str
    district: str
    nuts3: str
    flags: list[Flag] = []
    fields: list[str] = []
    fields_evidence: str | None = None
    note: str | None = None
