"""N5: eight officers and one pull at the same moment, each a program of its own."""

from datetime import UTC, datetime

from matcher.harvest import harvest
from matcher.store import Store
from tests.torture import work
from tests.torture.databases import Databases
from tests.torture.programs import Program
from tests.torture.report import Clock, Row, Say, part

OFFICERS = 8
CALLS = 1000
LOCKED = ("saving right now", "saved at the same moment")


def crowd(where: Databases, seconds: float, clock: Clock, say: Say) -> list[Row]:
    """Eight officers write notes and save the same priorities while every call is published anew, for `seconds`."""
    with where.new() as url:
        with Store(url) as store:
            now = datetime.now(UTC)
            pages = work.generation(0, CALLS)
            harvest(store, "portal", pages, scope="live", recorded_on=None, now=now, today=now.date())
            references = [call.reference for call in store.calls()]
        puller = Program(work.pull_again_and_again, url, CALLS, seconds)
        officers = [Program(work.officer, url, f"officer {n}", seconds, references) for n in range(OFFICERS)]
        for program in (puller, *officers):
            program.hear()
        for program in (puller, *officers):
            program.line.send("go")
        told = [program.hear(seconds + 120) for program in officers]
        pulls, refused = puller.hear(120)
        for program in (puller, *officers):
            program.end(30)
            program.close()
        with Store(url) as store:
            versions = store.profiles("torture")
            notes = len(store.decisions())
            titles = {call.title for call in store.calls()}
            unsound = store.verify()
    took = [second for seconds_of, *_ in told for second in seconds_of]
    saved = [why for _, own, *_ in told for why in own]
    faults = [fault for *_, own in told for fault in own] + refused
    locked = sum(sign in fault for fault in faults for sign in LOCKED)
    written = sum(count for _, _, count, _, _ in told)
    conflicts = sum(count for *_, count, _ in told)
    kept = [version.why for version in versions]
    lost = len(set(saved) - set(kept)) + abs(len(saved) - len(kept)) + abs(written - notes)
    gaps = [v.version for v in versions] != list(range(len(versions), 0, -1))
    p50, p99, worst = part(took, 0.5), part(took, 0.99), max(took, default=0.0)
    for fault in dict.fromkeys(faults):
        say(f"N5 {where.name}: {fault}")
    measured = (
        f"{len(took):,} actions, {written:,} notes and {len(saved):,} saved versions, {conflicts:,} conflicts shown, "
        f"{pulls} pulls of {CALLS:,} changed calls: {locked} locked, {len(faults) - locked} other faults, "
        f"{lost} lost; median {p50 * 1000:.0f} ms, p99 {p99:.2f} s, worst {worst:.2f} s"
    )
    ok = bool(took and saved and written and pulls) and not faults and not lost and not gaps and not unsound
    ok = ok and len(titles) == 1 and p99 < 1 and worst < 5
    target = f"{seconds:.0f} s: 0 locked, 0 lost, p99 < 1 s, worst < 5 s"
    return [Row("N5", f"{OFFICERS} officers and one pull", target, measured, ok, where.name)]
