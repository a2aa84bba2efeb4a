"""The record of each run and the records it refused."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from matcher.errors import InputError
from matcher.ledger import Reject, Run, Scope
from matcher.store._base import Database, grow
from matcher.store._codec import checked, read, text_of
from matcher.store._tables import REJECT, RUN

EXCERPT = 2048


class Runs(Database):
    def begin(self, run: Run) -> Run:
        """Record that a run has started; a run that never ended (its program was killed) is closed as killed."""
        run = checked(run)
        if run.started.utcoffset() is None:
            raise InputError("This run cannot be recorded: its start has no time zone.")
        with self._write("runs") as connection:
            for row in connection.execute(select(RUN).where(RUN.c.state == "running")).all():
                dead = read(Run, row.body, id=row.id)
                dead.state, dead.finished = "killed", run.started
                dead.message = dead.message or "The program was stopped from outside; nothing was published."
                write_run(connection, dead)
            values = insert(RUN).values(**_row(run), baseline=False).returning(RUN.c.id)
            number = connection.execute(values).scalar_one()
            grow(connection, "runs")
        return run.model_copy(update={"id": number})

    def end(self, run: Run, rejects: Iterable[Reject] = ()) -> Run:
        """Record how a begun run ended (refused, failed, stopped), or a better message for a published one."""
        run = checked(run)
        with self._write("runs") as connection:
            state = connection.execute(select(RUN.c.state).where(RUN.c.id == run.id)).scalar()
            if state is None:
                raise InputError("This run was never begun.")
            if (state == "published") != (run.state == "published"):
                raise InputError(f"A run that is {state} cannot be recorded as {run.state}.")
            write_run(connection, run)
            write_rejects(connection, run, rejects)
            grow(connection, "runs")
        return run

    def runs(self, limit: int = 50, source: str | None = None) -> list[Run]:
        """The last `limit` runs (of a source), newest first."""
        query = select(RUN.c.id, RUN.c.body).order_by(RUN.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(RUN.c.source == source)
        with self._read() as connection:
            return [read(Run, row.body, id=row.id) for row in connection.execute(query)]

    def rejects(self, run_id: int) -> list[Reject]:
        """What a run refused, in the order it came."""
        query = select(REJECT).where(REJECT.c.run == run_id).order_by(REJECT.c.id)
        with self._read() as connection:
            return [Reject(reason=r.reason, key=r.key, excerpt=r.excerpt) for r in connection.execute(query)]

    def last_published(self, source: str | None = None) -> Run | None:
        """The last published run (of a source); None before the first."""
        with self._read() as connection:
            return published(connection, source)

    def scope(self) -> Scope | None:
        """Which data set this database holds; None while it is empty."""
        last = self.last_published()
        return last.scope if last else None

    def is_baseline(self, run_id: int) -> bool:
        """Whether this was the first live run of its source: nothing in it counts as new or changed."""
        with self._read() as connection:
            return bool(connection.execute(select(RUN.c.baseline).where(RUN.c.id == run_id)).scalar())


def published(connection: Connection, source: str | None = None, scope: Scope | None = None) -> Run | None:
    query = select(RUN.c.id, RUN.c.body).where(RUN.c.state == "published").order_by(RUN.c.id.desc()).limit(1)
    if source is not None:
        query = query.where(RUN.c.source == source)
    if scope is not None:
        query = query.where(RUN.c.scope == scope)
    row = connection.execute(query).first()
    return read(Run, row.body, id=row.id) if row else None


def write_run(connection: Connection, run: Run, **columns: object) -> None:
    connection.execute(update(RUN).where(RUN.c.id == run.id).values(**_row(run), **columns))


def write_rejects(connection: Connection, run: Run, rejects: Iterable[Reject]) -> None:
    """Replaces those this run had."""
    rows = [
        {"run": run.id, "reason": r.reason, "key": r.key, "excerpt": r.excerpt[:EXCERPT]}
        for r in map(checked, rejects)
    ]
    if rows:
        connection.execute(delete(REJECT).where(REJECT.c.run == run.id))
        connection.execute(insert(REJECT), rows)


def _row(run: Run) -> dict[str, object]:
    return {
        "source": run.source,
        "scope": run.scope,
        "state": run.state,
        "started": run.started,
        "body": text_of(run, {"id"}),
    }
