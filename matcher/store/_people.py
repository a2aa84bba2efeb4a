"""What people typed: profiles, each save a new version, and decisions, only ever appended."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from matcher.errors import ConflictError, InputError
from matcher.ledger import Decision
from matcher.model import Profile
from matcher.store._base import Database, grow
from matcher.store._codec import checked, read, text_of
from matcher.store._tables import DECISION, PROFILE


class People(Database):
    def profile(self, region: str) -> Profile | None:
        """The newest version of the region's profile; None if it has none."""
        with self._read() as connection:
            return _newest(connection, region)

    def profiles(self, region: str) -> list[Profile]:
        """All versions of the region's profile, newest first."""
        query = select(PROFILE).where(PROFILE.c.region == region).order_by(PROFILE.c.version.desc())
        with self._read() as connection:
            return [read(Profile, row.body, version=row.version) for row in connection.execute(query)]

    def save_profile(self, profile: Profile, seen: int) -> Profile:
        """Append a new version if `seen` is still the newest (0: there was none); returns it with its version.

        Raises ConflictError (`current`: what somebody else saved since) or InputError; nothing is stored then.
        """
        profile = checked(profile)
        with self._write("profile") as connection:
            current = _newest(connection, profile.region)
            newest = current.version if current else 0
            if newest != seen:
                who = current.by if current and current.by else "Somebody else"
                raise ConflictError(
                    f"{who} saved these priorities while you were editing (version {newest}, you began with {seen}). "
                    "Yours are not saved; theirs are kept. Compare the two and save again.",
                    current,
                )
            saved = profile.model_copy(update={"version": newest + 1})
            connection.execute(
                insert(PROFILE).values(region=saved.region, version=saved.version, body=text_of(saved, {"version"}))
            )
            grow(connection, "profile")
        return saved

    def add_decision(self, decision: Decision, seen: int | None = None) -> Decision:
        """Append a decision; returns it with its id. Raises InputError if `at` has no time zone.

        `seen`: the id of the last decision on this call and office that the person saw (0: there was none). If there
        is a later one by now, nothing is stored: ConflictError with that decision as `current`.
        """
        return self.add_decisions([decision], seen)[0]

    def add_decisions(self, decisions: Sequence[Decision], seen: int | None = None) -> list[Decision]:
        """Append several in one transaction: all or none. `seen` as in `add_decision`, for each of them.

        Each is noted as said for this store's region.
        """
        whole = [checked(self._noted(decision)) for decision in decisions]
        for decision in whole:
            if decision.at.utcoffset() is None:
                raise InputError("This decision cannot be saved: its time has no time zone.")
        saved = []
        with self._write("decisions") as connection:
            for decision in whole:
                if seen is not None:
                    _refuse_late(connection, decision, seen)
                row = insert(DECISION).values(
                    reference=decision.reference,
                    identifier=decision.identifier,
                    at=decision.at,
                    body=text_of(decision, {"id"}),
                )
                number = connection.execute(row.returning(DECISION.c.id)).scalar_one()
                saved.append(decision.model_copy(update={"id": number}))
            grow(connection, "decisions")
        return saved

    def decisions(
        self, reference: str | None = None, identifier: str | None = None, after: int = 0
    ) -> list[Decision]:
        """All decisions, or those on one call or on all calls of an identifier, oldest first; of this store's region
        only, as what is said of a call for one strategy says nothing of another.

        `after`: only those with a higher id; they are only appended. One that does not say its region is that of the
        only region there was by then; where there were several it counts in each.
        """
        query = select(DECISION.c.id, DECISION.c.body).where(DECISION.c.id > after).order_by(DECISION.c.id)
        if reference is not None:
            query = query.where(DECISION.c.reference == reference)
        if identifier is not None:
            query = query.where(DECISION.c.identifier == identifier)
        with self._read() as connection:
            found = [read(Decision, row.body, id=row.id) for row in connection.execute(query)]
            unsaid = self.region is not None and any(decision.region is None for decision in found)
            began = _began(connection) if unsaid else {}
        return found if self.region is None else [d for d in found if _belongs(d, self.region, began)]

    def _noted(self, decision: Decision) -> Decision:
        if self.region is None or decision.region is not None:
            return decision
        return decision.model_copy(update={"region": self.region})


def _began(connection: Connection) -> dict[str, datetime | None]:
    """By region when its first priorities were saved; None: not known."""
    query = select(PROFILE.c.region, PROFILE.c.body).where(PROFILE.c.version == 1)
    return {row.region: read(Profile, row.body).at for row in connection.execute(query)}


def _belongs(decision: Decision, region: str, began: Mapping[str, datetime | None]) -> bool:
    if decision.region is not None:
        return decision.region == region
    there = [name for name, at in began.items() if at is None or at <= decision.at]
    return len(there) != 1 or there == [region]


def _refuse_late(connection: Connection, decision: Decision, seen: int) -> None:
    """Raises ConflictError if the same office of the same region has said something on the same call after `seen`."""
    query = select(DECISION.c.id, DECISION.c.body).where(DECISION.c.reference == decision.reference)
    for row in connection.execute(query.where(DECISION.c.id > seen).order_by(DECISION.c.id.desc())):
        later = read(Decision, row.body, id=row.id)
        apart = None not in (later.region, decision.region) and later.region != decision.region
        if later.office == decision.office and not apart:
            raise ConflictError(
                f"{later.by} decided on this call in the meantime ({later.state}). Yours is not saved, "
                "theirs is kept. Compare the two and save again.",
                later,
            )


def _newest(connection: Connection, region: str) -> Profile | None:
    query = select(PROFILE).where(PROFILE.c.region == region).order_by(PROFILE.c.version.desc()).limit(1)
    row = connection.execute(query).first()
    return read(Profile, row.body, version=row.version) if row else None
