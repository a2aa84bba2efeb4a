"""N1, N2: `kill -9` during pulls and migrations, again and again, and what is found afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import text

from matcher import migrations
from matcher.harvest import harvest
from matcher.store import Store
from matcher.store._engine import postgres_engine, read_url, sqlite_engine, sqlite_path
from tests.fake_portal import FakePortal
from tests.torture import work
from tests.torture.databases import Databases
from tests.torture.programs import Program, quiet
from tests.torture.report import Clock, Row, Say

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = 300
NOTES = 40
SEED = 20261123

# A version that exists only here: it rebuilds the table all others refer to and one that holds what people typed.
REBUILD = '''
"""A version that exists only in the torture."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None

def upgrade():
    how = {{"recreate": "always" if op.get_bind().dialect.name == "sqlite" else "never"}}
    with op.batch_alter_table("call", **how) as table:
        table.add_column(sa.Column("extra", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE call SET extra = identifier")
    with op.batch_alter_table("decision", **how) as table:
        table.add_column(sa.Column("extra", sa.String(), nullable=True))
'''


def pulls(where: Databases, times: int, clock: Clock, say: Say) -> list[Row]:
    """Kill a pull and the program that writes notes beside it until `times` kills have hit a running pull."""
    random, hits, where_hit = Random(SEED), 0, Counter[str]()
    half = lost = unsound = manual = commands = whole = 0
    confirmed: set[int] = set()
    with where.new() as url, FakePortal([]) as portal:
        folder = where.folder / f"recording-{where.name}"
        generation = 1
        spans = _spans(url, folder, portal)
        generation = spans.generation
        tried = 0
        while hits < times and tried < 2 * times + 20 and not clock.over:
            tried += 1
            generation += 1
            how = "command" if tried % 10 == 0 else ("replay", "portal")[tried % 2]
            origin = _offer(how, folder, portal, generation)
            writer = Program(work.note_for_ever, url)
            writer.hear()
            if how == "command":
                hit = _kill_command(url, folder, random.uniform(0.0, spans.command * 1.1))
                commands += hit
            else:
                hit = _kill_pull(url, origin, random, spans, storing=tried % 4 < 2)
            writer.kill()
            confirmed |= {number for number in writer.hear_all() if isinstance(number, int)}
            writer.close()
            hits += hit
            where_hit[how] += hit
            with Store(url) as store:
                titles = {call.title for call in store.calls()}
                half += len(titles) != 1 or len(store.calls()) != CALLS
                lost += len(confirmed - _numbers(store))
                unsound += bool(store.verify())
                if tried % 5 == 1:
                    whole += 1
                    generation += 1
                    _offer("replay", folder, portal, generation)
                    run = work.pulled(store, str(folder))
                    there = {call.title for call in store.calls()} == {f"generation {generation}"}
                    manual += run.exit_code not in (0, 10) or not there
            if tried % 20 == 0:
                say(f"N1 {where.name}: {hits} of {times} kills have hit a pull")
        with Store(url) as store:
            states = Counter(run.state for run in store.runs(10_000))
    good = half == lost == unsound == 0
    measured = (
        f"{hits} kills of a running pull ({where_hit['replay']} recorded, {where_hit['portal']} live, {commands} of "
        f"the command), {tried - hits} came after its end; {half} half pulls, {lost} of {len(confirmed):,} confirmed "
        f"notes lost, {unsound} unsound; {clock.elapsed:.0f} s"
    )
    again = f"{whole} whole pulls between the kills, {manual} needed help; {states['killed']} runs closed as killed"
    return [
        Row("N1", "kill -9 during pulls, a note writer beside", f"{times} kills: 0, 0, 0", measured,
            good and hits >= times and bool(confirmed), where.name),
        Row("N13", "start again after kills during pulls", "0 manual steps", again, manual == 0 < whole, where.name),
    ]  # fmt: skip


class _Spans:
    """Seconds a pull takes that nobody kills: from its start, in its last step, and as a command."""

    def __init__(self, whole: float, storing: float, command: float, generation: int):
        self.whole, self.storing, self.command, self.generation = whole, storing, command, generation


def _spans(url: str, folder: Path, portal: FakePortal) -> _Spans:
    whole = storing = 0.0
    for generation in (1, 2, 3):
        _offer("replay", folder, portal, generation)
        program = Program(work.pull, url, str(folder))
        program.hear()
        began = time.monotonic()
        program.hear()
        middle = time.monotonic()
        state, code, message = program.hear()
        end = time.monotonic()
        program.end(60)
        program.close()
        if state != "published":
            raise RuntimeError(f"the pull that measures was {state} ({code}): {message}")
        whole, storing = max(whole, end - began), max(storing, end - middle)
    _offer("replay", folder, portal, 4)
    began = time.monotonic()
    with _command(url, folder) as process:
        process.wait(120)
    return _Spans(whole, storing, time.monotonic() - began, 4)


def _offer(how: str, folder: Path, portal: FakePortal, generation: int) -> str:
    """Let the recording and the service hold this generation; the origin of the next pull."""
    pages = list(work.generation(generation, CALLS, kilobytes=2))
    portal.records = [record for page in pages for record in page.records]
    folder.mkdir(exist_ok=True)
    day = datetime.now(UTC).date()
    (folder / "replay.yaml").write_text(f"source: portal\nscope: live\nrecorded_on: {day}\n", "utf-8")
    for page in pages:
        answer = {"apiVersion": "2.155", "totalResults": page.total, "results": page.records}
        (folder / f"type-1-page-{page.number:02d}.json").write_text(json.dumps(answer), "utf-8")
    return portal.address if how == "portal" else str(folder)


def _kill_pull(url: str, origin: str, random: Random, spans: _Spans, storing: bool) -> bool:
    program = Program(work.pull, url, origin)
    program.hear()
    if storing:
        said = program.hear()
        program.end(random.uniform(0.0, spans.storing) if said == work.STORING else 0.0)
    else:
        program.end(random.uniform(0.0, spans.whole))
    hit = program.kill()
    program.close()
    return hit


@contextmanager
def _command(url: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "matcher", "refresh", "--replay", str(folder)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=quiet() | {"MATCHER_DATABASE": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _kill_command(url: str, folder: Path, seconds: float) -> bool:
    with _command(url, folder) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return process.returncode == -signal.SIGKILL


def _numbers(store: Store) -> set[int]:
    with store._read() as connection:
        return set(connection.execute(text("SELECT id FROM decision")).scalars())


def migrating(where: Databases, times: int, clock: Clock, say: Say) -> list[Row]:
    """Kill a program that brings a database up until `times` kills have hit it; then bring it up again."""
    random, hits, tried, before, after = Random(SEED), 0, 0, 0, 0
    lost = stuck = damaged = 0
    later = where.folder / f"later-{where.name}"
    later.mkdir(exist_ok=True)
    (later / "v9999_later.py").write_text(REBUILD.format(head=migrations.HEAD), "utf-8")
    folders = (migrations.VERSIONS, later)
    with where.new() as whole:
        _fill(whole)
        notes = _asked(whole, "SELECT body FROM decision ORDER BY id")
        with where.new(like=whole) as url:
            span = _time_of_migration(url, folders)
        while hits < times and tried < 3 * times + 20 and not clock.over:
            tried += 1
            with where.new(like=whole) as url:
                program = Program(work.bring_up, url, folders)
                program.hear()
                program.end(random.uniform(0.0, span))
                hits += program.kill()
                program.close()
                version = _asked(url, f"SELECT version_num FROM {migrations.TABLE}")[0]
                before, after = before + (version == migrations.HEAD), after + (version == "9999")
                lost += _asked(url, "SELECT body FROM decision ORDER BY id") != notes
                try:
                    work.brought_up(url, folders)
                except Exception as fault:
                    say(f"N2 {where.name}: the second migration failed: {type(fault).__name__}: {fault}")
                    stuck += 1
                    continue
                lost += _asked(url, "SELECT body FROM decision WHERE extra IS NULL ORDER BY id") != notes
                damaged += _asked(url, "SELECT count(*) FROM call WHERE extra = identifier") != [CALLS]
                if where.name == "SQLite":
                    damaged += _asked(url, "PRAGMA integrity_check") != ["ok"]
            if tried % 50 == 0:
                say(f"N2 {where.name}: {hits} of {times} kills have hit a migration")
    measured = (
        f"{hits} kills of a running migration ({before} left the old version, {after} the new one); "
        f"{tried - stuck} of {tried} could be migrated again, {lost} lost a note, {damaged} damaged; "
        f"{clock.elapsed:.0f} s"
    )
    ok = hits >= times and stuck == lost == damaged == 0 and before > 0
    return [
        Row("N2", "kill -9 during a migration", f"{times} kills: all again, 0 notes lost", measured, ok, where.name),
        Row("N13", "start again after kills during migrations", "0 manual steps", f"{stuck} of {tried} stuck",
            stuck == 0 < tried, where.name),
    ]  # fmt: skip


def _time_of_migration(url: str, folders: tuple[Path, ...]) -> float:
    program = Program(work.bring_up, url, folders)
    program.hear()
    began = time.monotonic()
    program.hear()
    took = time.monotonic() - began
    program.end(60)
    program.close()
    return took


def _fill(url: str) -> None:
    with Store(url) as store:
        now = datetime.now(UTC)
        pages = work.generation(1, CALLS)
        harvest(store, "portal", pages, scope="live", recorded_on=None, now=now, today=now.date())
        for number in range(NOTES):
            store.add_decision(work._note(f"officer {number}"))
    if where := sqlite_path(read_url(url)):
        # A twin is a copy of the one file, so nothing may be left in the log beside it.
        engine = sqlite_engine(where, ours=False)
        with engine.connect() as connection:
            connection.commit()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()


def _asked(url: str, query: str) -> list[object]:
    path = sqlite_path(read_url(url))
    engine = sqlite_engine(path, ours=False) if path else postgres_engine(read_url(url))
    with engine.connect() as connection:
        found = list(connection.execute(text(query)).scalars())
    engine.dispose()
    return found
