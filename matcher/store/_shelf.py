"""What people keep: saved views and named lists, each with a version of its own, and when they last looked."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, insert, select, update

from matcher.errors import ConflictError, InputError
from matcher.shelf import SavedView, Shortlist, Visit
from matcher.store._base import Database, grow
from matcher.store._codec import checked, read, text_of
from matcher.store._tables import SAVED_VIEW, SHORTLIST, VISIT

Kept = TypeVar("Kept", SavedView, Shortlist)
APART = {"id", "version"}


class Shelving(Database):
    def views(self, region: str) -> list[SavedView]:
        """All saved views of the region in the order people gave them, then by age."""
        return sorted(self._all(SavedView, SAVED_VIEW, region), key=lambda view: (view.place, view.id or 0))

    def save_view(self, view: SavedView) -> SavedView:
        """A new view (`id` None), or the next version of one. Raises ConflictError (`current`: what is there now) if
        somebody saved since, or if the name is taken; nothing is stored then."""
        return self._save(SAVED_VIEW, view)

    def delete_view(self, number: int) -> SavedView:
        """Take a view away; returns it, so that it can be saved anew. Raises InputError if there is none."""
        return self._delete(SavedView, SAVED_VIEW, number)

    def shortlists(self, region: str) -> list[Shortlist]:
        """All named lists of the region, oldest first."""
        return self._all(Shortlist, SHORTLIST, region)

    def save_shortlist(self, shortlist: Shortlist) -> Shortlist:
        """A new list (`id` None), or the next version of one; raises as `save_view`."""
        return self._save(SHORTLIST, shortlist)

    def delete_shortlist(self, number: int) -> Shortlist:
        """Take a list away; returns it, so that it can be saved anew. Raises InputError if there is none."""
        return self._delete(Shortlist, SHORTLIST, number)

    def last_visit(self, region: str, user: str) -> Visit | None:
        """The newest visit of this user; None if there was none."""
        with self._read() as connection:
            return _visit(connection, region, user)

    def save_visit(self, visit: Visit) -> Visit:
        """Remember a visit in the place of the user's last one; an older moment never replaces a newer one."""
        visit = checked(visit)
        if visit.at.utcoffset() is None:
            raise InputError("This visit cannot be saved: its time has no time zone.")
        with self._write("shelf") as connection:
            known = _visit(connection, visit.region, visit.user)
            values = {"body": text_of(visit)}
            if known is None:
                connection.execute(insert(VISIT).values(region=visit.region, who=visit.user, **values))
            elif known.at <= visit.at:
                where = (VISIT.c.region == visit.region) & (VISIT.c.who == visit.user)
                connection.execute(update(VISIT).where(where).values(**values))
            else:
                return known
        return visit

    def _all(self, kind: type[Kept], table: Table, region: str) -> list[Kept]:
        query = select(table).where(table.c.region == region).order_by(table.c.id)
        with self._read() as connection:
            return [_kept(kind, row) for row in connection.execute(query)]

    def _save(self, table: Table, noun: Kept) -> Kept:
        noun = checked(noun)
        _zoned(noun.at)
        with self._write("shelf") as connection:
            others = [
                _kept(type(noun), r) for r in connection.execute(select(table).where(table.c.region == noun.region))
            ]
            namesake = next((o for o in others if _same(o.name, noun.name) and o.id != noun.id), None)
            if namesake is not None:
                raise ConflictError(f"There is already one with the name {namesake.name!r}.", namesake)
            if noun.id is None:
                saved = noun.model_copy(update={"version": 1})
                row = insert(table).values(region=saved.region, version=1, body=text_of(saved, APART))
                number = connection.execute(row.returning(table.c.id)).scalar_one()
                saved = saved.model_copy(update={"id": number})
            else:
                saved = _next(connection, table, noun, next((o for o in others if o.id == noun.id), None))
            grow(connection, "shelf")
        return saved

    def _delete(self, kind: type[Kept], table: Table, number: int) -> Kept:
        with self._write("shelf") as connection:
            row = connection.execute(select(table).where(table.c.id == number)).first()
            if row is None:
                raise InputError("Somebody else has taken this away already.")
            connection.execute(delete(table).where(table.c.id == number))
            grow(connection, "shelf")
        return _kept(kind, row)


def _next(connection: Connection, table: Table, noun: Kept, current: Kept | None) -> Kept:
    if current is None:
        raise ConflictError(f"Somebody else has taken {noun.name!r} away. Yours is not saved.", None)
    if current.version != noun.version:
        raise ConflictError(
            f"{current.by or 'Somebody else'} changed {current.name!r} in the meantime. Yours is not saved, "
            "theirs is kept. Look at it and save again.",
            current,
        )
    saved = noun.model_copy(update={"version": noun.version + 1})
    values = {"version": saved.version, "body": text_of(saved, APART)}
    connection.execute(update(table).where(table.c.id == noun.id).values(**values))
    return saved


def _kept(kind: type[Kept], row: Any) -> Kept:
    return read(kind, row.body, id=row.id, version=row.version)


def _visit(connection: Connection, region: str, user: str) -> Visit | None:
    query = select(VISIT.c.body).where(VISIT.c.region == region, VISIT.c.who == user)
    body = connection.execute(query).scalar()
    return read(Visit, body) if body is not None else None


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _zoned(at: datetime | None) -> None:
    if at is not None and at.utcoffset() is None:
        raise InputError("This cannot be saved: its time has no time zone.")
