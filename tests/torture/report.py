"""One row a promise: what was asked, what was measured, and the table of all of them."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """`id` as in the list of promises (N1 …), `database` empty where none is involved."""

    id: str
    what: str
    target: str
    measured: str
    ok: bool
    database: str = ""


class Clock:
    """A part's allowance of seconds: a loop that has used it up ends, and the row says how far it came."""

    def __init__(self, seconds: float):
        self.begun = time.monotonic()
        self.seconds = seconds

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    @property
    def over(self) -> bool:
        return self.elapsed > self.seconds


Say = Callable[[str], None]


def say(text: str) -> None:
    """A line of progress, on stderr, so that stdout holds the table alone."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
    sys.stderr.flush()


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> str:
    """Rows as a Markdown table with aligned columns."""
    cells = [list(head), *([str(cell).replace("|", "/") for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def printed(rows: Sequence[Row]) -> str:
    shown = [(r.id, r.database, r.what, r.target, r.measured, "yes" if r.ok else "NO") for r in rows]
    return table(shown, ("id", "database", "what", "target", "measured", "ok"))


def part(values: Sequence[float], share: float) -> float:
    """The value below which this share of `values` lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
