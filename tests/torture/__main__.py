"""`python -m tests.torture [--only N1,N5] [--scale 0.1] [--database sqlite]`: the full numbers, one part at a time.

Prints one table (Markdown) on stdout and what it is doing on stderr; ends with 1 if a promise does not hold. With
`--scale` the counts shrink, for a try. `--out FILE` keeps the table as a file too.
"""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.torture import answers, crowd, days, guards_off, kills, load, network, screens, series
from tests.torture.databases import Databases, kinds
from tests.torture.report import Clock, Row, Say, printed, say


class Part(NamedTuple):
    """`full` is the count (or the seconds, the share) of the whole programme, `least` what even a try does."""

    id: str
    run: Callable[[Databases, int, Clock, Say], list[Row]]
    full: int
    least: int
    minutes: float
    databases: tuple[str, ...] = ("SQLite", "PostgreSQL")


def _large(where: Databases, count: int, clock: Clock, say: Say) -> list[Row]:
    return answers.large(clock, say)


def _days(where: Databases, count: int, clock: Clock, say: Say) -> list[Row]:
    return days.days(count, clock, say)


def _series(where: Databases, percent: int, clock: Clock, say: Say) -> list[Row]:
    return series.series(where, percent / 100, clock, say)


def _guards(where: Databases, percent: int, clock: Clock, say: Say) -> list[Row]:
    return guards_off.guards(percent / 100, clock, say)


ALONE = ("SQLite",)
PARTS = (
    Part("N1", kills.pulls, 200, 4, 30),
    Part("N2", kills.migrating, 200, 4, 15),
    Part("N3", answers.answers, 10_000, 100, 30),
    Part("N4", network.faults, 30, 3, 12, ALONE),
    Part("N5", crowd.crowd, 60, 5, 5),
    Part("N6", screens.screens, 1000, 50, 40, ALONE),
    Part("N7", _series, 100, 10, 10),
    Part("N8", answers.html, 100, 19, 5, ALONE),
    Part("N9", _large, 1, 1, 5, ALONE),
    Part("N11", _days, 365, 20, 10, ALONE),
    Part("pull", load.full, 1500, 100, 5),
    Part("guards", _guards, 100, 5, 40, ALONE),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--only", default="", help=f"parts, separated by commas: {', '.join(p.id for p in PARTS)}")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full counts, for a try (0.05)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="", help="only this kind")
    parser.add_argument("--out", type=Path, help="write the table into this file too")
    chosen = parser.parse_args()
    wanted = {name.strip() for name in chosen.only.split(",") if name.strip()}
    unknown = wanted - {part.id for part in PARTS}
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    # A program that a shell has put into the background ignores it, and so would the tests started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rows: list[Row] = []
    with kinds(chosen.database) as databases:
        for part in PARTS:
            if wanted and part.id not in wanted:
                continue
            for where in databases:
                if where.name in part.databases or len(databases) == 1:
                    rows += _run(part, where, chosen.scale)
    shown = printed(rows)
    sys.stdout.write(shown + "\n")
    if chosen.out:
        chosen.out.write_text(shown + "\n", "utf-8")
    return int(not rows or not all(row.ok for row in rows))


def _run(part: Part, where: Databases, scale: float) -> list[Row]:
    count = min(part.full, max(part.least, round(part.full * scale)))
    say(f"{part.id} on {where.name}: {count} of {part.full}")
    try:
        return part.run(where, count, Clock(part.minutes * 60), say)
    except Exception as fault:
        # One part that breaks must not hide what the others would show.
        say(f"{part.id} on {where.name} broke: {type(fault).__name__}: {fault}")
        return [
            Row(part.id, "this part broke", "a result", f"{type(fault).__name__}: {fault}"[:200], False, where.name)
        ]


if __name__ == "__main__":
    sys.exit(main())
