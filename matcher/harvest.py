"""One source into the store: received, sorted out, checked, published in one go or not at all.

Always: received = new + changed + same + duplicates + rejected. Whatever happens ends in a run record with one
sentence for the office; the list that was published before stays until another one takes its place whole.
"""

import pkgutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from importlib import import_module
from types import FrameType, ModuleType

from matcher import __version__, guards, log, sources
from matcher.errors import BusyError, GuardError, InputError, MatcherError, SourceError, StoreError
from matcher.harvest_intake import Intake
from matcher.harvest_words import ACCEPT, agreement, day_of
from matcher.ledger import Fact, Run, Scope, kept
from matcher.sources._page import Page
from matcher.store import Store

Progress = Callable[[int, int | None, str], None]

PUBLISHED, WITH_WARNING, BUG = 0, 10, 1
TOOL = f"matcher {__version__}"


def harvest(
    store: Store,
    source_name: str,
    pages: Iterable[Page],
    *,
    scope: Scope,
    recorded_on: date | None,
    now: datetime,
    today: date,
    accept_change: bool = False,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Run:
    """Read `pages` of a source, check them and publish them; returns the run record, also of a pull that failed.

    `now` (with time zone) is the start, `today` the day the calls are seen on. `accept_change` lets a person overrule
    the guards of size and fields once. `progress(done, expected, text)` counts rows. `run.exit_code`: 0 published,
    10 published with a warning, 3 source, 4 refused, 5 store, 6 overtaken, 130 and 143 stopped.
    Raises BusyError if another pull is running, InputError for an unknown source or faulty input.
    """
    source = _source(source_name)
    with store.pull_lock(), _stoppable():
        work = _Work(store, source, pages, scope, accept_change, progress or _silent, clock)
        begun = Run(source=source_name, scope=scope, started=now, recorded_on=recorded_on, tool=TOOL)
        run = store.begin(begun.model_copy(update={"parser": work.parser}))
        log.event("pull started", run=run.id, source=source_name, scope=scope)
        try:
            run = work.publish(run, today)
        except (SourceError, GuardError, StoreError, BusyError) as error:
            return work.close(run, "refused" if isinstance(error, GuardError) else "failed", error)
        except (KeyboardInterrupt, SystemExit) as stop:
            told = MatcherError("The pull was stopped; nothing of it was stored.")
            return work.close(run, "stopped", told, 143 if isinstance(stop, SystemExit) else 130)
        except MatcherError as error:
            work.close(run, "failed", error)
            raise
        except Exception:
            told = MatcherError("The pull ended with a fault of this program; the log has the details.")
            work.close(run, "failed", told)
            raise
        return work.tell(run)


class _Work:
    """One pull while it runs."""

    def __init__(
        self,
        store: Store,
        source: ModuleType,
        pages: Iterable[Page],
        scope: Scope,
        accept_change: bool,
        progress: Progress,
        clock: Callable[[], float],
    ):
        self.store, self.pages, self.accept_change = store, pages, accept_change
        self.progress, self.clock, self.begun = progress, clock, clock()
        self.by_hand = bool(getattr(source, "BY_HAND", False))
        self.parser = reader(source)
        # Where the demo is about to be replaced, nothing stored counts as known.
        known = store.readings(_name(source), self.parser) if self.parser and store.scope() == scope else {}
        self.intake = Intake(source.parse, getattr(source, "is_ghost", None), self.parser, known)
        self.reasons: list[Fact] = []

    def publish(self, run: Run, today: date) -> Run:
        self.store.check_room()
        done = 0
        for page in self.pages:
            self.intake.take(page, run.started + self._elapsed())
            done += page.rows
            log.event("page read", run=run.id, step=page.step, rows=page.rows, total=page.total)
            self.progress(done, page.expected, page.step)
        self._count(run)
        self._sign_off(run)
        self.progress(done, done, "Checking")
        last = self._baseline(run)
        verdict = guards.check(run, last, self.accept_change)
        known = last.keys if last else []
        run.codes = [*self.intake.facts(), *verdict.warnings, *guards.check_keys(run.keys, known)]
        run.warnings = [fact.text for fact in run.codes if fact.level in ("warning", "accepted")]
        run.notes = [fact.text for fact in run.codes if fact.level == "note"]
        run.keys = sorted({*run.keys, *known})
        if verdict.refused:
            self.reasons = verdict.refused
            raise GuardError(self._refusal([why.text for why in verdict.refused], last))
        self.progress(done, done, "Storing")
        run.finished = run.started + self._elapsed()
        run.exit_code = WITH_WARNING if run.warnings else PUBLISHED
        return self.store.publish(run, self.intake.parsed(), self.intake.rejects, today)

    def tell(self, run: Run) -> Run:
        """Add the sentence for people to a published run."""
        run.message = self._sentence(run)
        run.seconds = round(self._elapsed().total_seconds(), 3)
        log.event("published", run=run.id, exit_code=run.exit_code, seconds=run.seconds, said=run.message)
        return self.store.end(run)

    def close(self, run: Run, state: str, error: MatcherError, exit_code: int | None = None) -> Run:
        """End a pull that was not published; if even that cannot be written, the record is only returned."""
        self._count(run)
        # Stopped in the middle of a record: it was received and is nowhere yet.
        run.received = min(run.received, self.intake.accounted)
        elapsed = self._elapsed()
        reasons = self.reasons or ([Fact(code=error.code, level="reason", values=error.values)] if error.code else [])
        update = {
            "state": state,
            "exit_code": error.exit_code if exit_code is None else exit_code,
            "message": str(error),
            "codes": [*reasons, *run.codes],
            "finished": run.started + elapsed,
            "seconds": round(elapsed.total_seconds(), 3),
            **dict.fromkeys(("new", "changed", "same", "moved"), 0),
        }
        run = run.model_copy(update=update)
        log.event(state, run=run.id, exit_code=run.exit_code, seconds=run.seconds, said=run.message)
        with suppress(StoreError):
            run.codes.append(kept(self.store.last_published(run.source)))
            return self.store.end(run, self.intake.rejects)
        return run

    def _count(self, run: Run) -> None:
        intake = self.intake
        run.pages, run.received, run.duplicates = intake.pages, intake.received, intake.duplicates
        run.requests = int(getattr(self.pages, "requests", 0))
        run.bytes = int(getattr(self.pages, "bytes", 0))
        run.scans = dict(getattr(self.pages, "scans", {}))
        run.rejected, run.reported = dict(intake.rejected), dict(intake.reported)
        run.kinds, run.fill, run.fills = intake.kinds(), intake.fill(), intake.fills()
        run.keys = sorted(intake.keys)
        run.api_version = intake.api_version

    def _sign_off(self, run: Run) -> None:
        counted = self.intake.accounted
        if run.received != counted:
            raise MatcherError(
                f"{run.received} records were received, but {counted} are accounted for. Nothing was stored; "
                "please report this."
            ).coded("sign_off", received=run.received, accounted=counted)

    def _baseline(self, run: Run) -> Run | None:
        """The last published live pull of this source; only live pulls are measured, and no list kept by hand."""
        if run.scope != "live" or self.by_hand:
            return None
        last = self.store.last_published(run.source)
        return last if last is not None and last.scope == "live" else None

    def _refusal(self, reasons: list[str], last: Run | None) -> str:
        day = f"The list of {day_of(last)}" if last else "The last list"
        return f"The pull was refused: {'; '.join(reasons)}. {day} stays. {ACCEPT if last else ''}".strip()

    def _sentence(self, run: Run) -> str:
        as_of = f"as of {day_of(run)}"
        if run.scope != "live":
            return f"{run.stored:,} calls, {run.scope} data, {as_of}."
        if run.baseline:
            what = f"{run.stored:,} calls: the first list, so nothing in it counts as new"
        else:
            what = f"{run.new:,} new, {run.moved:,} deadlines changed, {run.not_seen:,} lost"
        return f"{what}; {as_of}{agreement(run)}."

    def _elapsed(self) -> timedelta:
        return timedelta(seconds=max(0.0, self.clock() - self.begun))


def reader(source: ModuleType) -> str:
    """What reads the records of a source: its parser and the fields the guards look at; empty if it cannot say."""
    version: Callable[[], str] | None = getattr(source, "parser_version", None)
    return f"{version()}-{guards.FIELDS_STAMP}" if version is not None else ""


def _name(source: ModuleType) -> str:
    return source.__name__.rpartition(".")[2]


def _source(name: str) -> ModuleType:
    """The module of a source. Raises InputError naming the sources there are."""
    names = sorted(m.name for m in pkgutil.iter_modules(sources.__path__) if not m.name.startswith("_"))
    if name not in names:
        raise InputError(f"There is no source {name!r}. There are: {', '.join(names)}.")
    return import_module(f"{sources.__name__}.{name}")


def _silent(done: int, expected: int | None, text: str) -> None:
    """No one watches."""


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let a request to terminate end the pull in order. Only the main thread of a program may listen to it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
