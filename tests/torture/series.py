"""N7: a real series of daily states of the portal, replayed as live pulls; what the office would have been told.

The states are those one public reader saw on 159 days, with all the gaps of its own reading: days only, no times.
"""

import csv
import gzip
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from matcher import guards, rankers, region
from matcher.ledger import Change, Run
from matcher.model import Call, Deadline, Kind, Status
from matcher.sources._replay import Replay
from matcher.sources.portal import parse
from matcher.store import Parsed, Store
from matcher.views import news
from matcher.views.shortlist import build
from tests.torture.databases import Databases
from tests.torture.report import Clock, Row, Say, part

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared"
KINDS = {"1": Kind.TOPIC, "8": Kind.CASCADE, "2": Kind.EXTERNAL}
STATUS = {"31094501": Status.FORTHCOMING, "31094502": Status.OPEN, "31094503": Status.CLOSED}
NEWS_A_WEEK = 25
LABELLED = 3

Line = dict[str, str]
Move = tuple[date, str, str, str]


class Truth(NamedTuple):
    """What really happened: each record against its own last sighting. `naive`: new against the list of yesterday."""

    naive: int
    new: list[set[str]]
    moves: list[Move]
    opened: int
    postponed: int
    openings: int
    gaps: int


class Told(NamedTuple):
    """What the store told: the run of each day, the changes, who is new, and what a look at the list found wrong."""

    runs: list[Run]
    changes: list[Change]
    news: set[str]
    calls: list[Call]
    withdrawn: int
    labelled: int
    returned: int
    refused: int


def read(path: Path) -> dict[date, list[Line]]:
    days: dict[date, list[Line]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            days[date.fromisoformat(line["day"])].append(line)
    return dict(sorted(days.items()))


def known_texts(folder: Path) -> dict[str, Call]:
    """The calls of the series with the text, programme and model that are known of them."""
    return {
        (call := parse(record)).reference: call for page in Replay(folder).pages() for record in page.records
    }  # fmt: skip


def light(known: Mapping[str, Call]) -> dict[str, Call]:
    """The same without texts: what the series says of a day never concerns them."""
    return {
        reference: call.model_copy(update={"sections": [], "html": None, "conditions": None})
        for reference, call in known.items()
    }


def call_of(line: Line, known: Mapping[str, Call]) -> Call:
    """The call as it stood on that day."""
    kind = KINDS[line["kind"]]
    base = known.get(line["reference"]) or Call(
        reference=line["reference"], source="portal", kind=kind, identifier=line["identifier"], title=line["title"]
    )
    return base.model_copy(
        update={
            "identifier": line["identifier"],
            "title": line["title"],
            "opens": date.fromisoformat(line["start"]) if line["start"] else None,
            "deadlines": [Deadline(on=date.fromisoformat(line["deadline"]))] if line["deadline"] else [],
            "portal_status": STATUS[line["status"]],
            "portal_status_code": line["status"],
            "budget": base.budget.model_copy(
                update={"total": int(float(line["budget"])) if line["budget"] else None}
            ),
        }
    )


def truth(days: Mapping[date, Sequence[Line]]) -> Truth:
    last: dict[str, Line] = {}
    yesterday: set[str] = set()
    naive, new, moves, counts, gaps = 0, list[set[str]](), list[Move](), Counter[str](), 0
    for number, (day, lines) in enumerate(days.items()):
        today = {line["reference"] for line in lines}
        fresh = today - last.keys()
        if number:
            naive += len(today - yesterday)
            new.append(fresh)
            gaps += len(today - yesterday - fresh)
        for line in lines:
            old = last.get(line["reference"])
            if old is not None:
                if old["deadline"] != line["deadline"]:
                    moves.append((day, line["reference"], old["deadline"], line["deadline"]))
                counts["opening"] += old["start"] != line["start"]
                if old["status"] != line["status"]:
                    counts[line["status"]] += 1
            last[line["reference"]] = line
        yesterday = today
    return Truth(naive, new, moves, counts["31094502"], counts["31094501"], counts["opening"], gaps)


def replay(store: Store, days: Mapping[date, Sequence[Line]], known: Mapping[str, Call], looks: int = 20) -> Told:
    """Publish every day as a verified live pull seen on that day; the list is looked at now and then."""
    runs: list[Run] = []
    seen: set[str] = set()
    labelled: dict[str, bool] = {}
    due: dict[str, str] = {}
    withdrawn = refused = 0
    every = max(1, len(days) // looks)
    made: dict[tuple[str, ...], tuple[Call, bytes]] = {}
    for number, (day, lines) in enumerate(days.items()):
        fetched = datetime.combine(day, time(3, 10), UTC)
        refused += bool(runs and guards.check_size(len(lines), runs[-1].stored).refused)
        items = [Parsed(*_made(line, known, made), fetched) for line in lines]
        begun = store.begin(Run(source="portal", scope="live", started=fetched))
        runs.append(store.publish(begun, items, [], day))
        seen |= {line["reference"] for line in lines}
        due.update((line["reference"], line["deadline"]) for line in lines)
        for reference, life in store.life().items():
            over = due[reference] and date.fromisoformat(due[reference]) < day
            if life.absences >= LABELLED and not over:
                labelled.setdefault(reference, False)
            elif reference in labelled and life.absences == 0:
                labelled[reference] = True
        if number % every == 0 or number == len(days) - 1:
            withdrawn += _withdrawn(store.calls(), seen, day)
    return Told(
        runs, store.changes(), set(store.new_since(date.min)), store.calls(), withdrawn,
        len(labelled), sum(labelled.values()), refused,
    )  # fmt: skip


def _made(
    line: Line, known: Mapping[str, Call], made: dict[tuple[str, ...], tuple[Call, bytes]]
) -> tuple[Call, bytes]:
    """The call and the packed record; most lines are those of the day before."""
    key = tuple(value for name, value in line.items() if name != "day")
    if key not in made:
        made[key] = call_of(line, known), zlib.compress(json.dumps(key).encode(), 1)
    return made[key]


def _withdrawn(calls: Sequence[Call], seen: set[str], day: date) -> int:
    """Calls once seen that are gone from the list, or closed although neither their dates nor the portal say so."""
    wrong = len(seen - {call.reference for call in calls})
    for call in calls:
        own = call.deadlines and call.deadlines[-1].on < day
        if call.status(day) is Status.CLOSED and not own and call.portal_status is not Status.CLOSED:
            wrong += 1
    return wrong


def moves_told(changes: Sequence[Change]) -> list[Move]:
    return [
        (change.on, change.reference, change.old or "", change.new or "")
        for change in changes
        if change.field.startswith("deadline")
    ]


class News(NamedTuple):
    """Items a week. `single`: a call that is new, or changed in one way on one day; `items`: the topics of one call
    that do so together count as one. Both in the default view (no noise, fitting a priority strongly or partly);
    `quiet` and `everything`: items without regard to fit, and to noise."""

    items: list[int]
    single: list[int]
    quiet: list[int]
    everything: list[int]


def news_a_week(told: Told, known: Mapping[str, Call], first: date, last: date) -> News:
    """What an office would read in each whole week after the first day. Grades are those of the known texts."""
    priorities = region.load(ROOT / "data" / "regions" / "ruhr")
    born = {call.reference: call.first_seen for call in told.calls}
    texts = [
        known.get(call.reference, call).model_copy(update={"first_seen": born[call.reference]}) for call in told.calls
    ]
    ranker = rankers.make("concepts").fit(texts)
    table = build(ranker, priorities, last, changes=told.changes, news=told.news)
    alone = table.assign(call_identifier=None)
    loud = table.assign(noise=[[] for _ in range(len(table))])
    weeks = [first + timedelta(days=1 + 7 * n) for n in range((last - first).days // 7)]

    def count(shown: pd.DataFrame, fitting: bool) -> list[int]:
        items = news.build(shown, told.changes, weeks[0], "en", fitting=fitting).items
        return [sum(week <= on < week + timedelta(days=7) for on in items["on"]) for week in weeks]

    return News(count(table, True), count(alone, True), count(table, False), count(loud, False))


def within(weeks: Sequence[int], most: int = NEWS_A_WEEK) -> float:
    """The share of the weeks (0 to 1) with at most so many items."""
    return sum(count <= most for count in weeks) / len(weeks) if weeks else 1.0


def series(where: Databases, share: float, clock: Clock, say: Say) -> list[Row]:
    if not (SHARED / "series" / "daily.csv.gz").is_file():
        return [
            Row("N7", "replay of the daily series", "-", "the series is not beside this checkout", True, where.name)
        ]
    days = read(SHARED / "series" / "daily.csv.gz")
    days = dict(list(days.items())[: max(10, round(len(days) * share))])
    known = known_texts(SHARED / "corpus")
    plain = light(known)
    real = truth(days)
    with where.new() as url, Store(url) as store:
        told = replay(store, days, plain)
        last = list(days.values())[-1]
        again = store.begin(Run(source="portal", scope="live", started=datetime.now(UTC)))
        items = [Parsed(*_made(line, plain, {}), datetime.now(UTC)) for line in last]
        same = store.publish(again, items, [], list(days)[-1])
        unsound = store.verify()
    took = clock.elapsed
    new = sum(run.new for run in told.runs[1:])
    true = sum(map(len, real.new))
    false = len(told.news - set().union(*real.new)) + abs(new - true)
    moved = moves_told(told.changes)
    kinds = Counter(change.kind for change in told.changes)
    weekly = news_a_week(told, known, min(days), max(days))
    rows = [
        Row("N7", f"{len(days)} days: calls told as new", f"false new 0 (naive {real.naive - true})",
            f"{new} new, {false} false, {real.gaps} came back; {took:.0f} s", false == 0, where.name),
        Row("N7", "calls told as withdrawn", "false withdrawn 0",
            f"{told.withdrawn} gone or closed without cause; {told.labelled} labelled after {LABELLED} pulls, "
            f"{told.returned} of them came back", told.withdrawn == 0 and not unsound, where.name),
        Row("N7", "moves of deadlines", f"the {len(real.moves)} real ones once each",
            f"{len(moved)} told, {len(set(moved) & set(real.moves))} real ({_kinds(told.changes)})",
            sorted(moved) == sorted(real.moves), where.name),
        Row("N7", "openings", f"{real.opened} opened, {real.postponed} back, {real.openings} moved",
            f"{kinds['opened']} opened, {kinds['postponed']} back, {kinds['opening moved']} moved",
            [kinds[kind] for kind in ("opened", "postponed", "opening moved")]
            == [real.opened, real.postponed, real.openings], where.name),
        Row("N7", "guards and the same day again", "0 days refused, 0 changes",
            f"{told.refused} refused by size, {same.new + same.changed + same.changes} changes again",
            told.refused + same.new + same.changed + same.changes == 0, where.name),
        Row("R5", "news a week in the default view", f"at most {NEWS_A_WEEK} in 95 % of the weeks",
            f"{within(weekly.items):.0%} of {len(weekly.items)} weeks (median {part(weekly.items, 0.5):.0f}, worst "
            f"{max(weekly.items, default=0)}; each topic by itself: {within(weekly.single):.0%}, worst "
            f"{max(weekly.single, default=0)}); whatever fits or not: {within(weekly.quiet):.0%}; with noise: "
            f"{within(weekly.everything):.0%}", within(weekly.items) >= 0.95, where.name),
    ]  # fmt: skip
    say(f"N7 {where.name}: {took:.0f} s")
    return rows


def _kinds(changes: Sequence[Change]) -> str:
    found = Counter(change.kind for change in changes if change.field.startswith("deadline"))
    return ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
