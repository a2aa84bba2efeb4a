"""Programs that are started, listened to and killed. Only processes started here are ever ended."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from typing import Any

# Made from one that has loaded the work already, so that a kill hits the work and not the imports.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.torture.work"])
KILLED = -9


class Program:
    """Does `work(line, *arguments)` in a process of its own; `line.send()` there is heard here."""

    def __init__(self, work: Callable[..., object], *arguments: object):
        self.line, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=work, args=(theirs, *arguments), daemon=True)
        self.process.start()
        theirs.close()

    def hear(self, seconds: float = 60) -> Any:
        """The next thing it says; raises TimeoutError, or EOFError where it ended without a word."""
        if not self.line.poll(seconds):
            raise TimeoutError(f"{self.process.name} said nothing for {seconds} seconds")
        return self.line.recv()

    def hear_all(self) -> Iterator[Any]:
        """All it has said that was not heard yet."""
        while self.line.poll():
            try:
                yield self.line.recv()
            except EOFError:
                return

    def end(self, seconds: float) -> bool:
        """Wait for its end; whether it came."""
        self.process.join(seconds)
        return self.process.exitcode is not None

    def kill(self) -> bool:
        """End it as `kill -9` does; whether it was still running then."""
        self.process.kill()
        self.process.join()
        return self.process.exitcode == KILLED

    def close(self) -> None:
        if self.process.exitcode is None:
            self.kill()
        self.process.close()
        self.line.close()


def quiet() -> dict[str, str]:
    """The environment for a command beside others: one thread, no proxy."""
    proxies = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"}
    return {k: v for k, v in os.environ.items() if k not in proxies} | {"OMP_NUM_THREADS": "1"}
