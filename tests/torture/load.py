"""A full pull: 1,500 records as long as real ones, its time and memory, and the dashboard's readings beside it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matcher.store import Store
from tests import fake_portal as fake
from tests.fake_portal import FakePortal
from tests.torture import work
from tests.torture.databases import Databases
from tests.torture.programs import Program, quiet
from tests.torture.report import Clock, Row, Say, part

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS, MEGABYTES, PAGE = 30.0, 400, 1.0


def serve(line: Any, count: int, changed: bool) -> None:
    """A service of `count` long records; says its address and stays until told to end."""
    records = list(fake.full_size(count))
    if changed:
        for record in records:
            record["metadata"]["title"] = [f"{record['metadata']['title'][0]}, now with more"]
    with FakePortal(records) as portal:
        line.send((portal.address, sum(len(json.dumps(record)) for record in records)))
        line.recv()


def page(line: Any, url: str) -> None:
    """What a page of the dashboard needs, again and again until told to stop; says the seconds of each.

    As the dashboard does, the ranking is made once for a list and kept; a page reads the list and builds the table.
    """
    from matcher import rankers, region
    from matcher.views import shortlist

    priorities = region.load(ROOT / "data" / "regions" / "ruhr")
    listed: list[float] = []
    built: list[float] = []
    with Store(url) as store:
        ranker, today = rankers.make("concepts").fit(store.calls()), datetime.now(UTC).date()
        line.send(work.START)
        while not line.poll():
            began = time.perf_counter()
            store.calls()
            listed.append(time.perf_counter() - began)
            began = time.perf_counter()
            shortlist.build(
                ranker,
                priorities,
                today,
                decisions=store.decisions(),
                changes=store.changes(),
                news=store.new_since(today),
            )
            built.append(time.perf_counter() - began)
            work._never.wait(0.2)
    line.send((listed, built))


def full(where: Databases, count: int, clock: Clock, say: Say) -> list[Row]:
    rows = []
    with where.new() as url:
        for changed in (False, True):
            server = Program(serve, count, changed)
            address, size = server.hear(120)
            reader = Program(page, url) if changed else None
            if reader:
                reader.hear(120)
            took, peak, code = _refresh(url, address)
            server.line.send("end")
            server.end(30)
            server.close()
            listed, built = ([], [])
            if reader:
                reader.line.send("stop")
                listed, built = reader.hear(60)
                reader.end(30)
                reader.close()
            with Store(url) as store:
                there = len(store.calls())
                last = store.last_published()
            rows.append(_row(where, count, size, took, peak, code, there, last, bool(reader)))
            say(f"full pull {where.name}: {rows[-1].measured}")
            if reader:
                rows.append(_page_row(where, listed, built))
    return rows


# A process that is started by a large one counts that one's memory as its own, so a small one stands between.
BETWEEN = """
import json, resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
took = time.monotonic() - began
print(json.dumps([took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, code]))
"""


def _refresh(url: str, address: str) -> tuple[float, float, int]:
    """Seconds, MB and exit code of `matcher refresh`."""
    environment = quiet() | {"MATCHER_DATABASE": url, "MATCHER_PORTAL": address}
    command = [sys.executable, "-c", BETWEEN, sys.executable, "-m", "matcher", "refresh", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=True)
    took, peak, code = json.loads(done.stdout)
    return float(took), float(peak), int(code)


def _row(
    where: Databases, count: int, size: int, took: float, peak: float, code: int, there: int, last: Any, beside: bool
) -> Row:
    moved = last.changed if beside else last.new
    measured = (
        f"{took:.1f} s with the start of the program, peak {peak:.0f} MB, exit {code}; {last.requests} requests, "
        f"{size / 1e6:.0f} MB of records, {there:,} calls, {moved:,} {'changed' if beside else 'new'}"
    )
    what = f"full pull of {count:,} records" + (" , all changed, a dashboard beside" if beside else "")
    ok = took < SECONDS and peak < MEGABYTES and code in (0, 10) and there == count == moved
    return Row("pull", what.replace(" ,", ","), f"< {SECONDS:.0f} s, < {MEGABYTES} MB", measured, ok, where.name)


def _page_row(where: Databases, listed: Iterable[float], built: Iterable[float]) -> Row:
    lists, tables = list(listed), list(built)
    worst = max(part(lists, 0.95), part(tables, 0.95))
    measured = (
        f"{len(lists)} pages: p95 of the list {part(lists, 0.95):.2f} s, of the table {part(tables, 0.95):.2f} s "
        f"(median {part(lists, 0.5):.2f} and {part(tables, 0.5):.2f} s)"
    )
    return Row("pull", "the dashboard during it", "p95 < 1 s", measured, worst < PAGE and len(lists) > 2, where.name)
