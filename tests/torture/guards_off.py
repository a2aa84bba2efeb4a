"""Each guard of the store, the changes and the readers switched off in the source: which test then fails.

Works on a copy of the checkout. Those of the harvest are in `tests.bench.mutations`; all of them are tried here.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import mutations
from tests.bench.mutations import Mutation
from tests.torture.programs import quiet
from tests.torture.report import Clock, Row, Say, table

ENGINE, OPEN, LOCK = "matcher/store/_engine.py", "matcher/store/_open.py", "matcher/store/_lock.py"
PLAN, PUBLISH, PEOPLE = "matcher/store/_plan.py", "matcher/store/_publish.py", "matcher/store/_people.py"
STAND = "matcher/store/_stand.py"
CODEC, EXAMINE, KEEP = "matcher/store/_codec.py", "matcher/store/_examine.py", "matcher/store/_keep.py"
CHANGES, MODEL, DATES = "matcher/changes.py", "matcher/model.py", "matcher/sources/_dates.py"
CLOCK, HTML, PORTAL = "matcher/desk_clock.py", "matcher/sources/_html.py", "matcher/sources/_parse.py"
STORE, FAULTS, MIGRATIONS = "tests/test_store.py", "tests/test_store_faults.py", "tests/test_migrations.py"
CHANGED, SERIES, SMALL = "tests/test_changes.py", "tests/test_series.py", "tests/test_mutations.py"
PARSED, READ = "tests/test_portal_parse.py", "tests/test_unchanged.py"
PULL, ALARM, LOG = "matcher/harvest.py", "matcher/alarm.py", "matcher/log.py"
HARVEST, MAILED, LOGGED = "tests/test_harvest.py", "tests/test_alarm.py", "tests/test_log.py"

MOVED = "MOVED"
GUARDS = (
    Mutation("writers say so first", ENGINE, '"BEGIN IMMEDIATE" if writer else "BEGIN"', '"BEGIN"', FAULTS),
    Mutation("a pull is one transaction", ENGINE,
             'connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")', "del writer", FAULTS),
    Mutation("no foreign keys while migrating", ENGINE, "'ON' if ours else 'OFF'", "'ON'", MIGRATIONS),
    Mutation("no network drive", ENGINE, "if kind in NETWORK or", "if", FAULTS),
    Mutation("no value in an error", ENGINE, "hide_parameters=True,\n        connect_args={\"timeout\"",
             "hide_parameters=False,\n        connect_args={\"timeout\"", FAULTS),
    Mutation("people's rows counted", OPEN,
             "lost = [name for name, rows in before.items() if after.get(name) != rows]", "lost: list[str] = []",
             MIGRATIONS),
    Mutation("references whole after migrating", OPEN, '"PRAGMA foreign_key_check").first()',
             '"PRAGMA foreign_key_check").first() and False', MIGRATIONS),
    Mutation("newer schema refused", OPEN, "if version not in migrations.known(folders):", "if False:", MIGRATIONS),
    Mutation("a copy before migrating", OPEN, 'copy(path, path.with_name(f"{path.name}.before-{newest}"))', "pass",
             MIGRATIONS),
    Mutation("no migration during a pull", OPEN, 'with file_lock(lock_path(path, "pull")):', "if True:", MIGRATIONS),
    Mutation("an empty file is no store", OPEN, "    if empty:\n", "    if False:\n", FAULTS),
    Mutation("a log without its file", OPEN, 'if path.with_name(path.name + "-wal").exists():', "if False:", FAULTS),
    Mutation("one holder of a lock", LOCK, "while not _take(descriptor):", "while False:", STORE),
    Mutation("data sets never mixed", STAND, "if stored in (None, coming) or", "if True or", STORE),
    Mutation("a call once in a pull", PLAN, "if reference in plan.distinct:", "if False:", STORE),
    Mutation("our parser makes no change", PLAN, "    if same_record:\n", "    if False:\n", STORE),
    Mutation("unchanged only as it is stored", PLAN, "(known.lasting, known.parser) != item[1:3]", "False", READ),
    Mutation("read again by a new parser", PLAN, "RAW.c.parser == parser, ", "", READ),
    Mutation("what is stored is known", PULL, "None), self.parser, known)", "None), self.parser, {})", READ),
    Mutation("room on the disk", PULL, "        self.store.check_room()\n", "", HARVEST),
    Mutation("no mail at every failure", ALARM, "now - state.told >= AGAIN_AFTER else None", "True else None",
             MAILED),
    Mutation("a mail a day", ALARM, 'return "again" if now', "return None if now", MAILED),
    Mutation("works again is told", ALARM, 'return "over" if state and state.told else None', "return None", MAILED),
    Mutation("no password unencrypted", ALARM, "not _loopback(service.smtp_host):", "False:", MAILED),
    Mutation("no secret in a line", LOG, "text = text.replace(secret, MASK)", "pass", LOGGED),
    Mutation("no login in a line", LOG, '_LOGIN.sub(rf"\\1{MASK}@", text)', "text", LOGGED),
    Mutation("one line an event", LOG, '_CONTROL.sub(" ", ', "str(", LOGGED),
    Mutation("what was edited was read by nobody", PUBLISH, '"by": None, "has": None} for one in changed]',
             '"by": None, "has": None} for one in changed[:0]]', READ),
    Mutation("demo records are not known", PULL, "if self.parser and store.scope() == scope else {}",
             "if self.parser else {}", READ),
    Mutation("what wobbles is settled", PLAN, "settled = settle(old, coded.call)", "settled = coded.call", STORE),
    Mutation("a successor inherits its first day", PUBLISH, "plan.heirs.get(new.reference, today)", "today", STORE),
    Mutation("a successor is not new", PUBLISH, "alerts and new.reference not in plan.heirs", "alerts", STORE),
    Mutation("a first pull is no news", PUBLISH, 'alerts = run.scope == "live" and not stand.baseline',
             "alerts = True", STORE),
    Mutation("no older state", PUBLISH, 'if run.scope == "live" and stand.day is not None and today < stand.day:',
             "if False:", STORE),
    Mutation("received is accounted for", PUBLISH, "if run.received not in (0, accounted):", "if False:", STORE),
    Mutation("the state planned from", PUBLISH,
             'if value_of(connection, "calls") != stand.revision or (last.id if last else None) != stand.published:',
             "if False:", STORE),
    Mutation("absences counted", PUBLISH, "values(absences=LIFE.c.absences + 1)", "values(absences=0)", STORE),
    Mutation("absences end at a return", PUBLISH, "last_run=run.id, absences=0)", "last_run=run.id)", STORE),
    Mutation("an absent call is kept", PUBLISH, "    run.not_seen = int(",
             "    connection.execute(delete(CHANGE))\n    run.not_seen = int(", STORE),
    Mutation("a past call is not missed", PUBLISH, "CALL.c.last_deadline >= today)",
             "CALL.c.last_deadline > date.min)", STORE),
    Mutation("who saved first", PEOPLE, "if newest != seen:", "if False:", STORE),
    Mutation("a time needs a zone", PEOPLE, "if decision.at.utcoffset() is None:", "if False:", STORE),
    Mutation("nothing a database cannot hold", CODEC, 'return UNSTORABLE.sub("\\ufffd", value)',
             "return value", STORE),
    Mutation("a reference is short", CODEC,
             "if len(call.reference) > LONGEST_KEY or len(call.identifier) > LONGEST_KEY:", "if False:", STORE),
    Mutation("numbers are finite", MODEL, "allow_inf_nan=False", "allow_inf_nan=True", STORE),
    Mutation("damage in a call", EXAMINE, "if not _call_sound(row):", "if False:", FAULTS),
    Mutation("damage in the whole", EXAMINE, "if total is not None and total != digest(hashes):",
             "if False:", FAULTS),
    Mutation("no pull during a restore", KEEP, "as other, target.pull_lock():", "as other:", STORE),
    Mutation("seconds of a deadline", CHANGES, "apart < MINUTE or", "apart == timedelta(0) or", CHANGED),
    Mutation("a second before the full minute", CHANGES, "or (apart == MINUTE and", "or (False and", SERIES),
    Mutation("five percent of the words", CHANGES, "if before != after and share_of_words(before, after) > SHARE:",
             "if before != after:", CHANGED),
    Mutation("a stage that is over", CHANGES, "if not come and all(d.on < on for d in gone):", "if False:", CHANGED),
    Mutation("unknown status is no change", CHANGES, "or Status.UNKNOWN in (before, after):", ":", CHANGED),
    Mutation("open until the day is over", MODEL, "self.deadlines[-1].on < today:", "self.deadlines[-1].on <= today:",
             SMALL),
    Mutation("the day is Brussels'", CLOCK, "moment.astimezone(BRUSSELS).date()", "moment.date()", SMALL),
    Mutation("midnight UTC is a day", DATES,
             "return at.date() if at and (at.hour, at.minute) == (0, 0) else found.day", "return found.day", PARSED),
    Mutation("hostile markup", HTML, "    elif hostile(source):", "    elif False:", "tests/test_html.py"),
)  # fmt: skip


def guards(share: float, clock: Clock, say: Say) -> list[Row]:
    """Switch one guard off after the other, those of the store first; prints its own table on stderr as well."""
    every = [*GUARDS, *mutations.MUTATIONS]
    chosen = every[:: max(1, round(1 / share))]
    rows: list[tuple[str, str, str]] = []
    unnoticed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="matcher-guards-") as name:
        copy = Path(name) / "checkout"
        copy.mkdir()
        for item in (*mutations.COPIED, "app.py", ".streamlit"):
            source = mutations.ROOT / item
            if source.is_dir():
                shutil.copytree(source, copy / item, ignore=shutil.ignore_patterns("__pycache__", "*.db*"))
            else:
                shutil.copy(source, copy / item)
        # A test that fails anyway would notice everything.
        for tests in sorted({mutation.tests for mutation in chosen} | {SMALL}):
            if failed := _failing(tests, copy):
                return [
                    Row("guards", "the tests pass with every guard on", "0 fail", f"{tests}: {failed} fails", False)
                ]
        for mutation in chosen:
            if clock.over:
                break
            failed = first_failure(mutation, copy)
            rows.append((mutation.guard, mutation.path, failed or "UNNOTICED"))
            unnoticed += [mutation.guard] if failed is None or failed.startswith(MOVED) else []
            say(f"guard {mutation.guard}: {failed or 'UNNOTICED'}")
    say("the guards, each switched off:\n" + table(rows, ("guard", "in", "the test that fails without it")))
    measured = f"{len(rows)} of {len(every)} switched off, {len(unnoticed)} unnoticed"
    measured += f" ({', '.join(unnoticed)})" if unnoticed else ""
    ok = not unnoticed and len(rows) == len(chosen)
    return [
        Row("guards", "each guard switched off makes a test fail", "100 %", f"{measured}; {clock.elapsed:.0f} s", ok)
    ]


def first_failure(mutation: Mutation, copy: Path) -> str | None:
    """The first test that fails without the guard, None if all pass; MOVED where the guard no longer stands there."""
    path = copy / mutation.path
    sound = path.read_text("utf-8")
    if sound.count(mutation.old) != 1:
        return f"{MOVED}: stands {sound.count(mutation.old)} times"
    path.write_text(sound.replace(mutation.old, mutation.new), "utf-8")
    try:
        return _failing(mutation.tests, copy) or _failing(SMALL, copy)
    except subprocess.TimeoutExpired:
        return "a test that no longer ends"
    finally:
        path.write_text(sound, "utf-8")


def _failing(tests: str, copy: Path) -> str | None:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests]
    done = subprocess.run(command, cwd=copy, env=quiet(), capture_output=True, text=True, timeout=600, check=False)
    failed = re.search(r"^(?:FAILED|ERROR) (\S+?)(?:::(.+?))?(?: - |$)", done.stdout, re.MULTILINE)
    if failed:
        return failed[2] or failed[1]
    return None if done.returncode == 0 else f"pytest ended with {done.returncode}"
