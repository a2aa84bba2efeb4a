"""A pull that runs beside the screen, so that a click elsewhere neither stops it nor waits for it."""

import logging
from collections.abc import Callable
from threading import Lock, Thread

from matcher.errors import MatcherError
from matcher.ledger import Run

Progress = Callable[[int, int | None, str], None]
Work = Callable[[Progress], Run | None]


class Puller:
    """At most one pull of this process, seen by all its screens; the store's own lock guards against other processes.

    `done` of `total` records (total None: not known yet), `text` says what is being done. After the end `run` is the
    run record (None: there was nothing to do) or `error` says what went wrong.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.text = ""
        self.run: Run | None = None
        self.error: MatcherError | None = None
        self.times = 0
        self._thread: Thread | None = None
        self._lock = Lock()

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def part(self) -> float | None:
        """How far it is, 0 to 1; None where the total is not known."""
        return min(1.0, self.done / self.total) if self.total else None

    def start(self, work: Work) -> bool:
        """Begin `work` in a thread of its own; False if one is still running."""
        with self._lock:
            if self.running:
                return False
            self.done, self.total, self.text, self.run, self.error = 0, None, "", None, None
            self.times += 1
            self._thread = Thread(target=self._work, args=(work,), name="pull", daemon=True)
            self._thread.start()
        return True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; whether it has come."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    def _work(self, work: Work) -> None:
        try:
            self.run = work(self._progress)
        except MatcherError as error:
            self.error = error
        except Exception:
            logging.getLogger("matcher").exception("A pull ended with an unexpected error")
            self.error = MatcherError("An unexpected error ended the pull; the log has the details.")

    def _progress(self, done: int, total: int | None, text: str) -> None:
        self.done, self.total, self.text = done, total, text
