"""Each guard switched off must make a test fail: `python -m tests.bench.mutations` prints which.

Works on a copy, so the checkout is never touched. Takes some minutes; names of guards as arguments check those only.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("matcher", "tests", "data", "pyproject.toml")


class Mutation(NamedTuple):
    """`old` must stand once in the file `path` and is replaced by `new`; then `tests` are run until one fails."""

    guard: str
    path: str
    old: str
    new: str
    tests: str


class Outcome(NamedTuple):
    """`test` is the first that failed; None if the mutation went unnoticed."""

    mutation: Mutation
    test: str | None


HTTP, RECORDS, HARVEST = "tests/test_http.py", "tests/test_records.py", "tests/test_harvest.py"
WIRE, PAGE, FAULTS = "matcher/sources/_http.py", "matcher/sources/_page.py", "matcher/sources/_faults.py"
SCAN, REPLAY = "matcher/sources/_scan.py", "matcher/sources/_replay.py"
STATUS, MANNERS = "matcher/sources/_status.py", "matcher/guards_manners.py"
GUARDS, PULL, INTAKE = "matcher/guards.py", "matcher/harvest.py", "matcher/harvest_intake.py"

MUTATIONS = (
    Mutation("four tries", WIRE, "tries: int = 4", "tries: int = 1", HTTP),
    Mutation("growing pauses", WIRE, "* 2 ** (attempt - 1)", "* 1", HTTP),
    Mutation("pauses differ", WIRE, "(0.5 + self._chance())", "1", HTTP),
    Mutation("limit of Retry-After", WIRE, "if self._asked_to_wait > self.limits.retry_after:", "if False:", HTTP),
    Mutation("limit of a request", WIRE, "self._watchdog.limit(seconds),", "self._watchdog.limit(3),", HTTP),
    Mutation(
        "cut after the whole answer", WIRE, "\n        if self._watchdog.expired:\n", "\n        if False:\n", HTTP
    ),
    Mutation(
        "limit of a pull",
        WIRE,
        "        if left <= 0:\n",
        "        if False:\n",
        HTTP,
    ),
    Mutation("requests of a pull", WIRE, "if self.left <= 0:", "if False:", HTTP),
    Mutation(
        "pause between requests", WIRE, "self._sleep(max(0.0, self.limits.pause", "(max(0.0, self.limits.pause", HTTP
    ),
    Mutation(
        "largest answer", WIRE, "if len(body) > self.limits.body:", "if len(body) > 4 * self.limits.body:", HTTP
    ),
    Mutation("redirects not looked at", WIRE, "def get_redirect_target(", "def unused(", HTTP),
    Mutation("redirects refused", STATUS, "if 300 <= status < 400:", "if False:", HTTP),
    Mutation("client faults not repeated", STATUS, "if status == 429 or status >= 500:", "if status >= 400:", HTTP),
    Mutation("busy is repeated", STATUS, "if status == 429 or status >= 500:", "if status >= 500:", HTTP),
    Mutation(
        "no secrets told",
        WIRE,
        "({tries} tries to reach {self.host}.)",
        "({tries} tries, {self.address} {params})",
        HTTP,
    ),
    Mutation("header of one line", WIRE, "reach = plain(contact, 100)", "reach = contact", HTTP),
    Mutation("allowed hosts", FAULTS, "if not (_EUROPA.fullmatch(address)", "if not (_EUROPA.match(address)", HTTP),
    Mutation("loopback only where allowed", FAULTS, "(allow_loopback and loopback", "(loopback", HTTP),
    Mutation("strict UTF-8", PAGE, 'errors="strict"', 'errors="replace"', HTTP),
    Mutation("byte order mark", PAGE, '"utf-8-sig"', '"utf-8"', HTTP),
    Mutation("depth", PAGE, "if _depth(body) > DEEPEST:", "if False:", HTTP),
    Mutation("finite numbers", PAGE, "parse_float=_finite, ", "", HTTP),
    Mutation("no NaN", PAGE, "parse_constant=_finite, ", "", HTTP),
    Mutation("keys that stand twice", PAGE, "if len(found) < len(items):", "if False:", HTTP),
    Mutation("results are a list", PAGE, "if not isinstance(results, list):", "if results is None:", RECORDS),
    Mutation("total is a number", PAGE, " or isinstance(total, bool) or total < 0:", ":", HTTP),
    Mutation("total below the window", PAGE, "if total >= WINDOW:", "if False:", RECORDS),
    Mutation("type as asked", PAGE, "if not types <= asked.types:", "if False:", RECORDS),
    Mutation("language as asked", PAGE, "if languages and asked.language not in languages:", "if False:", RECORDS),
    Mutation("status as asked", PAGE, "if statuses & {FORTHCOMING, OPEN, CLOSED}:", "if False:", RECORDS),
    Mutation("few unknown states", PAGE, "if len(odd) > max(1, count / 20):", "if False:", RECORDS),
    Mutation(
        "obedience of every page",
        SCAN,
        "odd = check_obedience(page.records, Asked(frozenset({kind.code})))",
        "odd = check_obedience(page.records, Asked(frozenset({kind.code}))) if number == 1 else []",
        RECORDS,
    ),
    Mutation("stable sort", "matcher/sources/_query.py", "    if sort:\n", "    if False:\n", RECORDS),
    Mutation("two readings", SCAN, "for sort in (True, True,", "for sort in (True,", RECORDS),
    Mutation("further readings", SCAN, "MOST_SCANS = 8", "MOST_SCANS = 2", RECORDS),
    Mutation("sorted against unsorted total", SCAN, "drops = unsorted > total", "drops = False", RECORDS),
    Mutation(
        "restart when the list moves",
        SCAN,
        "        except _MovedError:\n            state.again = True\n"
        "            yield from self._read(state, sort, patient=True)",
        "        except _MovedError:\n            return",
        RECORDS,
    ),
    Mutation(
        "page asked again", SCAN, "            elif not repeated:\n                repeated = True\n", "", RECORDS
    ),
    Mutation("stop at distinct records", SCAN, "fresh = marks.keys() - mine", "fresh = marks.keys()", RECORDS),
    Mutation("complete list", SCAN, "if read < COMPLETE * state.least:", "if False:", RECORDS),
    Mutation("open topics exist", SCAN, "if kind is KINDS[0]:", "if False:", RECORDS),
    Mutation("empty answer asked again", SCAN, "for number in (1, 2, 3):", "for number in (1,):", RECORDS),
    Mutation(
        "data source filter left out", SCAN, "self._loader_filter = number < 3", "self._loader_filter = True", RECORDS
    ),
    Mutation("obedience of recordings", REPLAY, "odd = check_obedience(page.records, asked)", "odd = []", HARVEST),
    Mutation(
        "window of recordings", REPLAY, "                check_total(page.total)\n", "                pass\n", HARVEST
    ),
    Mutation("totals of recordings", REPLAY, "if rows < COMPLETE * total and", "if False and", HARVEST),
    Mutation(
        "ghosts dropped", INTAKE, "if self._is_ghost is not None and self._is_ghost(record):", "if False:", HARVEST
    ),
    Mutation(
        "duplicates counted",
        INTAKE,
        "            self.duplicates += 1\n            return\n",
        "            return\n",
        HARVEST,
    ),
    Mutation("newer version wins", INTAKE, "if before.rank > held.rank:", "if False:", HARVEST),
    Mutation("largest record", INTAKE, "if len(raw) > RECORD_LIMIT:", "if False:", HARVEST),
    Mutation(
        "faults of the parser", INTAKE, "except Exception as fault:", "except ZeroDivisionError as fault:", HARVEST
    ),
    Mutation("shrunk", GUARDS, "if change < -SHRUNK or", "if", HARVEST),
    Mutation("grown", GUARDS, " or change > GROWN:", ":", HARVEST),
    Mutation("moved", GUARDS, "if abs(change) > MOVED", "if abs(change) > 9", HARVEST),
    Mutation("kinds", GUARDS, "_grave(verdict) if n >= FEW", "_grave(verdict) if n >= 9999", HARVEST),
    Mutation("kinds of mixed pages", GUARDS, "last.kinds or last.reported", "last.reported", HARVEST),
    Mutation("kinds of older records", GUARDS, "last.kinds or last.reported", "last.kinds", HARVEST),
    Mutation("field vanished", GUARDS, "grave = empty > 0.5 and", "grave = False and", HARVEST),
    Mutation("field emptier", GUARDS, "if not grave and empty <= 2 * usual:", "if not grave:", HARVEST),
    Mutation("fields of each kind", GUARDS, "if not last.fills:", "if True:", HARVEST),
    Mutation("fields of older records", GUARDS, "if not last.fills:", "if False:", HARVEST),
    Mutation("few calls are not refused", GUARDS, "if grave and calls >= FEW", "if grave", HARVEST),
    Mutation("daily budget", MANNERS, "if asked + MOST_OF_A_PULL > DAILY:", "if False:", HARVEST),
    Mutation("a killed pull has asked", MANNERS, 'if run.state in ("killed", "running")', "if False", HARVEST),
    Mutation("turned away twice", MANNERS, "until.append(last.started + TURNED_AWAY_FOR)", "pass", HARVEST),
    Mutation(
        "left alone for so long",
        MANNERS,
        "until = [last.started + waits[0]] if waits[0] else []",
        "until: list[datetime] = []",
        HARVEST,
    ),
    Mutation(
        "not left alone for ever", MANNERS, "if until is not None and now < until:", "if until is not None:", HARVEST
    ),
    Mutation("pulls by hand", MANNERS, "if by_hand and ended is not None", "if False and ended is not None", HARVEST),
    Mutation("readable", GUARDS, "if part > MOST_UNREADABLE:", "if False:", HARVEST),
    Mutation("anything at all", GUARDS, "if not readable:", "if False:", HARVEST),
    Mutation("rejects told", GUARDS, "if part > 0.01:", "if False:", HARVEST),
    Mutation("unknown fields", GUARDS, "if known else []", "if False else []", HARVEST),
    Mutation("accepted by a person only", GUARDS, "if accept_change:", "if True:", HARVEST),
    Mutation(
        "unreadable is never accepted",
        GUARDS,
        "return Verdict(readable.refused, [*warnings,",
        "return Verdict([], [*warnings,",
        HARVEST,
    ),
    Mutation(
        "measured by live pulls only", PULL, 'if run.scope != "live" or self.by_hand:', "if self.by_hand:", HARVEST
    ),
    Mutation("refused means refused", PULL, "if verdict.refused:", "if False:", HARVEST),
    Mutation("warnings end with 10", PULL, "WITH_WARNING if run.warnings else PUBLISHED", "PUBLISHED", HARVEST),
    Mutation("notes do not", PULL, 'if fact.level in ("warning", "accepted")]', 'if fact.level != "x"]', HARVEST),
    Mutation("the count adds up", PULL, "if run.received != counted:", "if False:", HARVEST),
    Mutation("one pull at a time", PULL, "with store.pull_lock(), _stoppable():", "with _stoppable():", HARVEST),
    Mutation(
        "SIGTERM",
        PULL,
        "before = signal.signal(signal.SIGTERM, stop)",
        "before = signal.getsignal(signal.SIGTERM)",
        HARVEST,
    ),
)


def check(mutations: Iterable[Mutation] = MUTATIONS) -> list[Outcome]:
    """Make each mutation in a copy of the checkout and run its tests there."""
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for item in COPIED:
            source = ROOT / item
            if source.is_dir():
                shutil.copytree(source, copy / item, ignore=shutil.ignore_patterns("__pycache__", "*.db*"))
            else:
                shutil.copy(source, copy / item)
        for mutation in mutations:
            outcomes.append(_try(mutation, copy))
            print(_row(outcomes[-1]), flush=True)
    return outcomes


def _try(mutation: Mutation, copy: Path) -> Outcome:
    path = copy / mutation.path
    sound = path.read_text("utf-8")
    if sound.count(mutation.old) != 1:
        raise SystemExit(f"{mutation.guard}: {mutation.path} has {sound.count(mutation.old)} times: {mutation.old}")
    path.write_text(sound.replace(mutation.old, mutation.new), "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", mutation.tests]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=600)
    finally:
        path.write_text(sound, "utf-8")
    failed = re.search(r"^(?:FAILED|ERROR) \S+?::(.+?)(?: - |$)", done.stdout, re.MULTILINE)
    if failed:
        return Outcome(mutation, failed[1])
    return Outcome(mutation, None if done.returncode == 0 else f"pytest ended with {done.returncode}")


def _row(outcome: Outcome) -> str:
    return f"{outcome.mutation.guard:32} {outcome.test or 'UNNOTICED'}"


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    found = check([m for m in MUTATIONS if not wanted or m.guard in wanted])
    unnoticed = sum(outcome.test is None for outcome in found)
    print(f"{len(found)} guards switched off, {unnoticed} unnoticed")
    sys.exit(unnoticed > 0)
