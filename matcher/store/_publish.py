"""One pull into the store: planned outside, swapped in by one short write transaction, whole or not at all."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from matcher.changes import settle
from matcher.errors import BusyError, GuardError, MatcherError
from matcher.ledger import Reject, Run
from matcher.model import Call, Kind, Status
from matcher.store._base import grow, value_of
from matcher.store._codec import Coded, checked, code, digest
from matcher.store._plan import BATCH, Plan, Planning, batched, chunks
from matcher.store._runs import Runs, published, write_rejects, write_run
from matcher.store._stand import MEANWHILE, Parsed, Stand, Unchanged, guard_scope, look
from matcher.store._tables import CALL, CHANGE, LIFE, RAW, REJECT, REVISION, RUN, VERSION

REJECTS_KEPT = timedelta(days=90)
REPLACED = ("source", "fetched", "digest", "data", "lasting", "parser", "filled")


class Publishing(Planning, Runs):
    def publish(self, run: Run, items: Iterable[Parsed | Unchanged], rejects: Iterable[Reject], today: date) -> Run:
        """Store a verified pull seen on the day `today`; returns its record with counts, state and content hash.

        `items` may be a generator; it is read before anything is written. Only calls that differ are written, with
        the raw record, the earlier version and (scope live, not the first pull of its source) the changes. If
        `run.received` is 0 it is counted here, else it must add up. Without `run.finished` the last `fetched` holds.
        Raises GuardError (data sets would mix, or the pull is older than the published one), BusyError (another pull
        was published meanwhile), StoreError; then nothing was stored.
        """
        run = checked(run if run.id is not None else self.begin(run))
        rejected = list(rejects)
        with self._read() as connection:
            stand = look(connection, run)
        if run.scope == "live" and stand.day is not None and today < stand.day:
            raise GuardError(
                f"This pull is of {today}, but one of {stand.day} is already published: an older state never "
                "replaces a newer one. Nothing was changed. Check the clock of this machine, or the folder replayed."
            ).coded("older", day=today.isoformat(), published=stand.day.isoformat())
        plan = self._plan(run, items, stand, today)
        run = _counted(run, plan, rejected).model_copy(update={"baseline": stand.baseline})
        with self._write("calls", "runs") as connection:
            _check_unchanged(connection, run, stand)
            if stand.replaces:
                _clear(connection)
            _write_calls(connection, plan, run, today)
            _write_lives(connection, plan, stand, run, today)
            run = _finish(connection, plan, stand, run, today)
            write_rejects(connection, run, rejected)
            old = select(RUN.c.id).where(RUN.c.started < run.started - REJECTS_KEPT)
            connection.execute(delete(REJECT).where(REJECT.c.run.in_(old)))
            grow(connection, "runs")
        self._tidy()
        return run

    def replace_parsed(self, calls: Iterable[Call], read_by: Callable[[Call], tuple[str, str]] | None = None) -> int:
        """Take over calls parsed anew from `raws()`: how many differ. No change is recorded, for none happened.

        `read_by` gives parser and filled fields of a call, which are noted with its record; without it the changed
        ones count as read by nobody. Calls not stored are left out. One transaction, after all of `calls` was read.
        """
        with self._read() as connection:
            found = connection.execute(select(CALL.c.reference, CALL.c.hash))
            stored = {row.reference: row.hash for row in found}
            before = value_of(connection, "calls")
        changed: list[Coded] = []
        marks: list[dict[str, str | None]] = []
        for batch in batched(calls, BATCH):
            if read_by is not None:
                read = [(one, *read_by(one)) for one in batch if one.reference in stored]
                marks += [{"of": one.reference, "by": by, "has": has} for one, by, has in read]
            coded = [one for one in map(code, batch) if stored.get(one.call.reference, one.hash) != one.hash]
            old = self._stored([one.call.reference for one in coded])
            for one in coded:
                settled = code(settle(old[one.call.reference][0], one.call))
                if settled.hash != stored[one.call.reference]:
                    changed.append(settled)
        if read_by is None:
            marks = [{"of": one.call.reference, "by": None, "has": None} for one in changed]
        if not marks:
            return 0
        with self._write("calls") as connection:
            if value_of(connection, "calls") != before:
                raise BusyError(MEANWHILE).coded("overtaken")
            _mark(connection, marks)
            if not changed:
                return 0
            for some in chunks(changed):
                rows = [one.pack().row(date.min) for one in some]
                for row in rows:
                    del row["since"]
                _update_calls(connection, rows)
            _count_content(connection)
        self._tidy()
        return len(changed)

    def _tidy(self) -> None:
        """Give the write-ahead log's space back, if no reader stands in the way."""
        if self._path is None:
            return
        # What was published is published: if this fails (a reader, a full disk), the next run tries again.
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._path, timeout=0.2)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _counted(run: Run, plan: Plan, rejects: list[Reject]) -> Run:
    rejected = dict(run.rejected)
    if not rejected:
        for reject in rejects:
            rejected[reject.reason] = rejected.get(reject.reason, 0) + 1
    run = run.model_copy(
        update={
            "state": "published",
            "exit_code": 0 if run.exit_code is None else run.exit_code,
            "finished": run.finished or plan.latest or run.started,
            "rejected": rejected,
            "new": len(plan.new),
            "changed": plan.changed,
            "same": len(plan.seen) - len(plan.new) - plan.changed,
            "changes": len(plan.changes),
            "moved": len({change.reference for change in plan.changes if change.field.startswith("deadline")}),
        }
    )
    accounted = run.stored + run.duplicates + sum(rejected.values())
    if run.received not in (0, accounted):
        raise MatcherError(
            f"The pull received {run.received} records, but {accounted} are accounted for. Nothing was stored; "
            "please report this."
        )
    run.received = accounted
    return run


def _check_unchanged(connection: Connection, run: Run, stand: Stand) -> None:
    last = published(connection)
    guard_scope(last.scope if last else None, run.scope)
    if value_of(connection, "calls") != stand.revision or (last.id if last else None) != stand.published:
        raise BusyError(MEANWHILE).coded("overtaken")
    state = connection.execute(select(RUN.c.state).where(RUN.c.id == run.id)).scalar()
    if state != "running":
        raise BusyError(f"This pull was closed by another one (state: {state}). Nothing of it was stored.").coded(
            "overtaken"
        )


def _clear(connection: Connection) -> None:
    """Remove the demo; the office's own list and all that people typed stay."""
    demo = select(CALL.c.reference).where(CALL.c.kind != Kind.OWN.value)
    for table in (CHANGE, VERSION, LIFE, RAW, CALL):
        connection.execute(delete(table).where(table.c.reference.in_(demo)))


def _write_calls(connection: Connection, plan: Plan, run: Run, today: date) -> None:
    for some in chunks(plan.new):
        connection.execute(insert(CALL), [new.row(today) for new in some])
    for updated in chunks(plan.updated):
        _update_calls(connection, [call.row(since) for call, since in updated])
    for versions in chunks(plan.versions):
        connection.execute(insert(VERSION), versions)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    upsert = dialect.insert(RAW)
    replaced = {name: upsert.excluded[name] for name in REPLACED}
    upsert = upsert.on_conflict_do_update(index_elements=["reference"], set_=replaced)
    for raws in chunks(plan.raws):
        connection.execute(upsert, raws)
    for changes in chunks(plan.changes):
        connection.execute(insert(CHANGE), [change.model_dump() | {"run": run.id} for change in changes])


def _mark(connection: Connection, marks: list[dict[str, str | None]]) -> None:
    """Note who read the records; only where that is new, for most are marked already."""
    differs = or_(RAW.c.parser.is_distinct_from(bindparam("by")), RAW.c.filled.is_distinct_from(bindparam("has")))
    statement = update(RAW).where(RAW.c.reference == bindparam("of"), differs)
    connection.execute(statement.values(parser=bindparam("by"), filled=bindparam("has")), marks)


def _update_calls(connection: Connection, rows: list[dict[str, Any]]) -> None:
    statement = update(CALL).where(CALL.c.reference == bindparam("of"))
    for row in rows:
        row["of"] = row.pop("reference")
    if rows:
        connection.execute(statement, rows)


def _write_lives(connection: Connection, plan: Plan, stand: Stand, run: Run, today: date) -> None:
    alerts = run.scope == "live" and not stand.baseline
    rows = [
        {
            "reference": new.reference,
            "source": new.source,
            "first_seen": plan.heirs.get(new.reference, today),
            "last_seen": today,
            "last_run": run.id,
            "absences": 0,
            "returned": None,
            "news": alerts and new.reference not in plan.heirs,
        }
        for new in plan.new
    ]
    for chunk in chunks(rows):
        connection.execute(insert(LIFE), chunk)
    for seen in chunks(plan.seen):
        these = LIFE.c.reference.in_(seen)
        back = update(LIFE).where(these, LIFE.c.absences > 0).values(returned=today)
        run.returned += connection.execute(back).rowcount
        connection.execute(update(LIFE).where(these).values(last_seen=today, last_run=run.id, absences=0))
    if run.scope != "live":
        return
    absent = (LIFE.c.source == run.source, LIFE.c.last_run != run.id)
    connection.execute(update(LIFE).where(*absent).values(absences=LIFE.c.absences + 1))
    alive = or_(CALL.c.last_deadline.is_(None), CALL.c.last_deadline >= today)
    missing = (
        select(func.count())
        .select_from(LIFE)
        .join(CALL, CALL.c.reference == LIFE.c.reference)
        .where(*absent, alive, CALL.c.portal_status != Status.CLOSED.value)
    )
    run.not_seen = int(connection.execute(missing).scalar_one())


def _finish(connection: Connection, plan: Plan, stand: Stand, run: Run, today: date) -> Run:
    if plan.touches_calls or stand.replaces:
        run.content_hash = _count_content(connection)
    else:
        query = select(REVISION.c.digest).where(REVISION.c.what == "calls")
        run.content_hash = connection.execute(query).scalar() or _count_content(connection)
    write_run(connection, run, day=today, baseline=stand.baseline)
    return run


def _count_content(connection: Connection) -> str:
    """Let the counter of calls grow and note the digest of all of them."""
    total = digest((row[0], row[1]) for row in connection.execute(select(CALL.c.reference, CALL.c.hash)))
    connection.execute(update(REVISION).where(REVISION.c.what == "calls").values(digest=total))
    grow(connection, "calls")
    return total
