"""What the tests of the store build from: calls, their records, runs, and programs that are killed at work."""

import json
import multiprocessing
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from matcher.ledger import Decision, Run, State
from matcher.model import Budget, Call, Deadline, Kind, Section, Status
from matcher.store import Parsed, Store
from matcher.store._engine import postgres_engine, read_url, sqlite_path
from matcher.store._open import open_postgres, open_sqlite

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
DAY = date(2026, 11, 23)
NOTES = 40


def call(number: int = 1, **fields: Any) -> Call:
    """A topic with text, html and a deadline in 2027; `fields` replace any of it."""
    whole: dict[str, Any] = {
        "reference": f"{number:05}TOPICSen",
        "source": "portal",
        "kind": Kind.TOPIC,
        "identifier": f"HORIZON-CL5-2027-{number:05}",
        "title": f"Clean rivers, part {number}",
        "sections": [Section(kind="scope", text=f"Barges and locks of the year {number}.")],
        "html": f"<p>Barges &amp; locks {number}</p>",
        "deadlines": [Deadline(on=date(2027, 9, 15))],
        "portal_status": Status.OPEN,
        "budget": Budget(total=1_000_000),
    }
    return Call(**(whole | fields))


def parsed(one: Call, record: Any = None, fetched: datetime = NOW) -> Parsed:
    """The call with a raw record that differs whenever the call does, unless `record` is given."""
    content = {"metadata": record if record is not None else one.model_dump(mode="json")}
    return Parsed(one, zlib.compress(json.dumps(content).encode()), fetched)


def run(scope: str = "live", source: str = "portal", **fields: Any) -> Run:
    return Run(source=source, scope=scope, started=NOW, **fields)


def publish(store: Store, calls: Iterable[Call], day: date = DAY, scope: str = "live", source: str = "portal") -> Run:
    """One whole pull: begun and published."""
    begun = store.begin(run(scope, source))
    return store.publish(begun, [parsed(one) for one in calls], [], day)


def note(number: int, reference: str = "00001TOPICSen") -> Decision:
    return Decision(
        reference=reference, identifier="I", state=State.READING, at=NOW, by="anna", note=f"note {number}"
    )


def fill(url: str, calls: int = 20) -> None:
    """A store with calls and NOTES notes."""
    with Store(url) as store:
        publish(store, [call(n) for n in range(1, calls + 1)])
        for n in range(NOTES):
            store.add_decision(note(n, call(n % calls + 1).reference))


def bring_up(url: str, versions: tuple[Path, ...]) -> None:
    """Migrate with the versions in these folders instead of those that ship."""
    path = sqlite_path(read_url(url))
    if path:
        open_sqlite(path, versions)
        return
    engine = postgres_engine(read_url(url))
    try:
        open_postgres(engine, versions)
    finally:
        engine.dispose()


# Programs of their own, made from one that has loaded everything, so that a kill hits the work and not the imports.
PROGRAMS = multiprocessing.get_context("forkserver")
PROGRAMS.set_forkserver_preload(["store_loops", "alembic.runtime.environment", "alembic.script"])


def killed_at(seconds: float, work: Callable[..., object], *arguments: object) -> None:
    """Do `work` in another process and kill it `seconds` after it began (or let it end if it is faster)."""
    ours, theirs = PROGRAMS.Pipe()
    program = PROGRAMS.Process(target=_say_and_do, args=(theirs, work, arguments))
    program.start()
    theirs.close()
    assert ours.recv() == "go"
    program.join(seconds)
    program.kill()
    program.join()
    program.close()
    ours.close()


def _say_and_do(line: Any, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    line.send("go")
    work(*arguments)
