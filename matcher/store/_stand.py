"""What is stored before a pull, and the nouns a pull is handed over with."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from matcher.errors import GuardError
from matcher.ledger import Run, Scope
from matcher.model import Call, Kind
from matcher.store._base import value_of
from matcher.store._runs import published
from matcher.store._tables import CALL, LIFE, RAW, RUN

MEANWHILE = (
    "Another pull was published while this one was being prepared. Nothing of this one was stored; start again."
)


class Parsed(NamedTuple):
    """A call with the record it was read from: `raw` is zlib of the record's JSON, `fetched` has a time zone.

    `lasting` is a hash of what lasts of the record, `parser` says who read it, `filled` which fields it has (0 or 1
    each); with all three, the same record need not be read again (`Unchanged`).
    """

    call: Call
    raw: bytes
    fetched: datetime
    lasting: str | None = None
    parser: str | None = None
    filled: str | None = None


class Unchanged(NamedTuple):
    """A call whose record came as it is stored, read by the same parser: nothing of it was read again."""

    reference: str
    lasting: str
    parser: str
    fetched: datetime


class Reading(NamedTuple):
    """What is known of a stored record without reading it."""

    reference: str
    kind: str
    filled: str


class Known(NamedTuple):
    """What is stored of a call before the pull; `raw` is the digest of its raw record."""

    hash: str
    raw: str | None
    lasting: str | None
    parser: str | None
    since: date
    first_seen: date


class Stand(NamedTuple):
    """The state the plan was made from. The swap refuses to run on any other."""

    scope: Scope | None
    revision: int
    published: int | None
    day: date | None
    baseline: bool
    replaces: bool
    known: dict[str, Known]
    topics: dict[str, list[str]]


def look(connection: Connection, run: Run) -> Stand:
    """The state of the store as far as the run's plan depends on it; raises GuardError if scopes would mix."""
    last = published(connection)
    scope = last.scope if last else None
    guard_scope(scope, run.scope)
    replaces = scope == "demo" and run.scope == "live"
    baseline = run.scope == "live" and published(connection, run.source, "live") is None
    query = (
        select(
            CALL.c.reference, CALL.c.hash, CALL.c.since, RAW.c.digest, RAW.c.lasting, RAW.c.parser, LIFE.c.first_seen
        )
        .join(LIFE, LIFE.c.reference == CALL.c.reference)
        .join(RAW, RAW.c.reference == CALL.c.reference, isouter=True)
    )
    topics: dict[str, list[str]] = {}
    if replaces:
        query = query.where(CALL.c.kind == Kind.OWN.value)
    known = {
        row.reference: Known(row.hash, row.digest, row.lasting, row.parser, row.since, row.first_seen)
        for row in connection.execute(query)
    }
    if not replaces:
        named = select(CALL.c.identifier, CALL.c.reference).where(
            CALL.c.kind == Kind.TOPIC.value, CALL.c.source == run.source
        )
        for identifier, reference in connection.execute(named.order_by(CALL.c.since)):
            topics.setdefault(identifier, []).append(reference)
    return Stand(
        scope=scope,
        revision=value_of(connection, "calls"),
        published=last.id if last else None,
        day=_day(connection, run),
        baseline=baseline,
        replaces=replaces,
        known=known,
        topics=topics,
    )


def guard_scope(stored: Scope | None, coming: Scope) -> None:
    """One database holds one data set; only the first live pull may take the place of the demo."""
    if stored in (None, coming) or (stored == "demo" and coming == "live"):
        return
    raise GuardError(
        f"This database holds {stored} data and the pull is {coming} data: they are never mixed. Nothing was "
        f"changed. Give the {coming} data a database of its own (MATCHER_DATABASE=sqlite:///path/to/{coming}.db)."
    ).coded("mixed_scopes", stored=stored or "", coming=coming)


def _day(connection: Connection, run: Run) -> date | None:
    query = select(RUN.c.day).where(RUN.c.state == "published", RUN.c.source == run.source, RUN.c.scope == run.scope)
    return connection.execute(query.order_by(RUN.c.id.desc()).limit(1)).scalar()
