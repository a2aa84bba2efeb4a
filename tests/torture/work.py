"""What the programs of the torture do: pull, write notes, bring a database up, edit. Each says what it has done."""

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from matcher.errors import ConflictError, MatcherError, SourceError, StoreError
from matcher.harvest import harvest
from matcher.ledger import Decision, Run, State
from matcher.model import Profile
from matcher.sources import portal
from matcher.sources._http import Connection, Limits
from matcher.sources._page import Page
from matcher.sources._query import KINDS, request
from matcher.sources._replay import Replay
from matcher.store import Store
from matcher.store._engine import postgres_engine, read_url, sqlite_path
from matcher.store._open import open_postgres, open_sqlite

START, STORING = "start", "Storing"
_never = threading.Event()


def pull(line: Any, url: str, origin: str, limits: Limits | None = None) -> None:
    """Pull a folder of recorded answers or, where `origin` is an address, a service; says START, STORING, the run."""
    with Store(url) as store:
        line.send(START)
        run = pulled(store, origin, limits, lambda text: line.send(text) if text == STORING else None)
        line.send((run.state, run.exit_code, run.message))


def pulled(store: Store, origin: str, limits: Limits | None = None, tell: Any = None) -> Run:
    """As `matcher refresh` does it."""
    now = datetime.now(UTC)
    tell = tell or (lambda text: None)

    def progress(done: int, expected: int | None, text: str) -> None:
        tell(text)

    if not origin.startswith("http"):
        replay = Replay(Path(origin))
        return harvest(
            store, replay.source, replay.pages(), scope=replay.scope, recorded_on=replay.recorded_on, now=now,
            today=replay.recorded_on, progress=progress,
        )  # fmt: skip
    with Connection(origin, limits=limits or Limits(), allow_loopback=True) as connection:
        return harvest(
            store, "portal", portal.records(connection), scope="live", recorded_on=None, now=now, today=now.date(),
            progress=progress,
        )  # fmt: skip


def note_for_ever(line: Any, url: str) -> None:
    """Writes notes and says the number of each after it was confirmed; pauses a moment as people do."""
    with Store(url) as store:
        line.send(START)
        while not _never.wait(0.01):
            line.send(store.add_decision(_note("torture")).id)


def bring_up(line: Any, url: str, folders: tuple[Path, ...]) -> None:
    """Migrate with the versions in `folders`."""
    line.send(START)
    brought_up(url, folders)
    line.send("done")


def brought_up(url: str, folders: tuple[Path, ...]) -> None:
    path = sqlite_path(read_url(url))
    if path:
        open_sqlite(path, folders)
        return
    engine = postgres_engine(read_url(url))
    try:
        open_postgres(engine, folders)
    finally:
        engine.dispose()


def officer(line: Any, url: str, name: str, seconds: float, references: list[str]) -> None:
    """Reads, writes notes and saves priorities for `seconds`; says the seconds each action took and what it saved.

    Of ten actions four read a call with its notes and changes, four write a note, two save the priorities.
    """
    took: list[float] = []
    saved: list[str] = []
    faults: list[str] = []
    notes = conflicts = number = 0
    with Store(url) as store:
        line.send(START)
        line.recv()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            number += 1
            began = time.perf_counter()
            try:
                if number % 10 < 4:
                    reference = references[(number * 7) % len(references)]
                    store.call(reference)
                    store.decisions(reference)
                    store.changes(reference=reference)
                    store.revision("calls")
                elif number % 10 < 8:
                    store.add_decision(_note(name))
                    notes += 1
                else:
                    current = store.profile("torture")
                    _never.wait(0.002)
                    draft = Profile(region="torture", priorities=[], by=name, why=f"{name} {number}")
                    try:
                        store.save_profile(draft, current.version if current else 0)
                        saved.append(f"{name} {number}")
                    except ConflictError:
                        conflicts += 1
            except StoreError as fault:
                faults.append(str(fault))
            took.append(time.perf_counter() - began)
            _never.wait(0.002)
    line.send((took, saved, notes, conflicts, faults))


def pull_again_and_again(line: Any, url: str, calls: int, seconds: float) -> None:
    """Publishes one generation of calls after the other, every call changed, for `seconds`; says how many."""
    done, faults = 0, list[str]()
    with Store(url) as store:
        line.send(START)
        line.recv()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            now = datetime.now(UTC)
            pages = generation(done + 1, calls)
            try:
                run = harvest(store, "portal", pages, scope="live", recorded_on=None, now=now, today=now.date())
            except MatcherError as fault:
                faults.append(str(fault))
            else:
                faults += [run.message] if run.state != "published" else []
            done += 1
    line.send((done, faults))


def generation(number: int, calls: int, kilobytes: int = 4) -> Iterator[Page]:
    """Pages of topics that all say which generation they are of."""
    text = "<p>Inland waterways, locks, barges and the heat of mines.</p>" * (kilobytes * 1000 // 60)
    for page in range(1, -(-calls // 100) + 1):
        rows = [record(n, number, text) for n in range((page - 1) * 100, min(page * 100, calls))]
        yield Page("topic", page, calls, rows, rows=len(rows))


def record(number: int, generation: int, text: str) -> dict[str, Any]:
    """A topic in the shape of the portal; its title says the generation."""
    reference = f"{50_000_000 + number}TOPICSen"
    return {
        "reference": reference,
        "language": "en",
        "summary": f"generation {generation}",
        "metadata": {
            "type": ["1"],
            "status": ["31094502"],
            "language": ["en"],
            "DATASOURCE": ["SEDIA"],
            "REFERENCE": [reference],
            "identifier": [f"HORIZON-CL5-2027-{number:05d}"],
            "callIdentifier": ["HORIZON-CL5-2027"],
            "title": [f"generation {generation}"],
            "startDate": ["2026-09-01T00:00:00.000+0000"],
            "deadlineDate": ["2099-04-08T00:00:00.000+0000"],
            "deadlineModel": ["single-stage"],
            "frameworkProgramme": ["43108390"],
            "descriptionByte": [f"{text}<p>Part {generation} of number {number}.</p>"],
        },
    }


def swallow(line: Any, address: str) -> None:
    """Ask once; says what came of it and how many bytes of memory it took beyond those before."""
    parts, params = request(KINDS[0], 1, True, 5, True)
    with Connection(address, limits=Limits(tries=1, request=60), allow_loopback=True) as connection:
        line.send(START)
        before = _peak()
        told = "an answer"
        try:
            connection.post(parts, params)
        except SourceError as fault:
            told = str(fault)
        line.send((told, _peak() - before))


def watch(line: Any, url: str) -> None:
    """Reads the list as the dashboard does until told to stop; says the seconds of each reading."""
    took: list[float] = []
    with Store(url) as store:
        line.send(START)
        while not line.poll():
            began = time.perf_counter()
            store.calls()
            store.decisions()
            store.changes()
            store.last_published()
            took.append(time.perf_counter() - began)
            _never.wait(0.05)
    with suppress(BrokenPipeError):
        line.send(took)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _note(by: str) -> Decision:
    return Decision(
        reference="50000001TOPICSen", identifier="HORIZON-CL5-2027-00001", state=State.READING,
        at=datetime.now(UTC), by=by, note="a note that must not be lost", until=date(2027, 1, 1),
    )  # fmt: skip
