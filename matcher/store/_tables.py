"""The tables as SQLModel classes. They validate nothing: only checked nouns are ever written to them.

The registry is the package's own, made anew at each import, so that Streamlit may import this module again. What a
noun consists of is one JSON text (`body`); the other columns are copies that the database needs to find and order it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    pass


class CallRow(Base, table=True):
    """`since`: the day from which this body was known. `hash`: SHA-256 over body and unpacked html."""

    __tablename__ = "call"
    reference: str = Field(primary_key=True)
    source: str
    kind: str
    identifier: str = Field(index=True)
    portal_status: str
    last_deadline: date | None = None
    since: date
    hash: str
    body: str = Field(sa_type=Text)
    html: bytes | None = Field(default=None, sa_type=LargeBinary)


class RawRow(Base, table=True):
    """The record as received, zlib of its JSON, with the time it was first received in this form.

    `lasting`: hash of what does not change from request to request; `parser`: which one read the call from it, and
    `filled`: which fields it found (0 or 1 each). All three None for a call stored before schema 0003.
    """

    __tablename__ = "raw"
    reference: str = Field(primary_key=True, foreign_key="call.reference")
    source: str
    fetched: datetime
    digest: str
    data: bytes = Field(sa_type=LargeBinary)
    lasting: str | None = None
    parser: str | None = None
    filled: str | None = None


class RunRow(Base, table=True):
    """`baseline`: the first live run of its source, after which nothing counts as new or changed."""

    __tablename__ = "run"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    source: str
    scope: str
    state: str = Field(index=True)
    started: datetime
    day: date | None = None
    baseline: bool = False
    body: str = Field(sa_type=Text)


class LifeRow(Base, table=True):
    """Bookkeeping of one call; `absences`: live runs in a row without it; `news`: truly new when first seen."""

    __tablename__ = "life"
    reference: str = Field(primary_key=True, foreign_key="call.reference")
    source: str
    first_seen: date
    last_seen: date
    last_run: int
    absences: int = 0
    returned: date | None = None
    news: bool = False


class VersionRow(Base, table=True):
    """An earlier body (zlib of its JSON), known from the day `since` until the day `until` (that day excluded)."""

    __tablename__ = "call_version"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(index=True, foreign_key="call.reference")
    since: date
    until: date
    body: bytes = Field(sa_type=LargeBinary)


class ChangeRow(Base, table=True):
    __tablename__ = "change"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(index=True)
    field: str
    kind: str
    on: date = Field(index=True)
    old: str | None = Field(default=None, sa_type=Text)
    new: str | None = Field(default=None, sa_type=Text)
    run: int | None = Field(default=None, foreign_key="run.id")


class RejectRow(Base, table=True):
    __tablename__ = "reject"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    run: int = Field(index=True, foreign_key="run.id")
    reason: str
    key: str | None = None
    excerpt: str = Field(default="", sa_type=Text)


class ProfileRow(Base, table=True):
    __tablename__ = "profile"
    __table_args__ = (UniqueConstraint("region", "version"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    region: str
    version: int
    body: str = Field(sa_type=Text)


class DecisionRow(Base, table=True):
    """No foreign key to calls: what people wrote outlives every call."""

    __tablename__ = "decision"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(index=True)
    identifier: str = Field(index=True)
    at: datetime
    body: str = Field(sa_type=Text)


class SavedViewRow(Base, table=True):
    __tablename__ = "saved_view"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    region: str = Field(index=True)
    version: int
    body: str = Field(sa_type=Text)


class ShortlistRow(Base, table=True):
    __tablename__ = "shortlist"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    region: str = Field(index=True)
    version: int
    body: str = Field(sa_type=Text)


class VisitRow(Base, table=True):
    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("region", "who"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    region: str
    who: str
    body: str = Field(sa_type=Text)


class BackupRow(Base, table=True):
    """A verified copy that was made of this database; a row says where and what, not that it is still there."""

    __tablename__ = "backup"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    file: str = Field(sa_type=Text)
    bytes: int = Field(sa_type=BigInteger)
    holds: str = Field(sa_type=Text)


class RevisionRow(Base, table=True):
    """A number that grows with the content it counts; `digest` of all calls' hashes stands with "calls"."""

    __tablename__ = "revision"
    what: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)
    digest: str | None = None


def _table(row: Any) -> Table:
    table: Table = row.__table__
    return table


CALL, RAW, LIFE, VERSION = _table(CallRow), _table(RawRow), _table(LifeRow), _table(VersionRow)
RUN, CHANGE, REJECT = _table(RunRow), _table(ChangeRow), _table(RejectRow)
PROFILE, DECISION, REVISION = _table(ProfileRow), _table(DecisionRow), _table(RevisionRow)
SAVED_VIEW, SHORTLIST, VISIT = _table(SavedViewRow), _table(ShortlistRow), _table(VisitRow)
BACKUP = _table(BackupRow)
METADATA = Base.metadata
PEOPLE = (PROFILE, DECISION, SAVED_VIEW, SHORTLIST, VISIT)
"""What people typed: no pull and no migration may lose a row of these."""
IN_ORDER = (RUN, CALL, RAW, LIFE, VERSION, CHANGE, REJECT, PROFILE, DECISION, SAVED_VIEW, SHORTLIST, VISIT, REVISION)
"""All tables, each after those it refers to, but for the list of copies: that is the database's own, no content."""
