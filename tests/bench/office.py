"""A made-up office for benchmarks: calls by the thousand and years of decisions, put in through the real store."""

import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from matcher import desk
from matcher.ledger import Decision, Discard, State
from matcher.model import Priority
from matcher.settings import Settings
from tests.bench import generator

NIGHT = 50
"""Calls that the pull of the next night brings anew, and as many that it finds changed."""
STATES = {
    State.READING: 30, State.SHORTLISTED: 15, State.FORWARDED: 8, State.PREPARATION: 2, State.PARKED: 5,
    State.NEW: 5, State.DISCARDED: 35,
}  # fmt: skip
TAKEN = (State.SHORTLISTED, State.FORWARDED, State.PREPARATION)
PEOPLE = ("ab", "cd", "ef", "gh")
DAYS = 200
NAMED = 0.35
TODAY = datetime.now(UTC).date()


def make(folder: Path, calls: int, decisions: int) -> Settings:
    """The settings of a store in `folder` with so many calls and decisions; `night` in it holds the next pull."""
    settings = Settings().with_database(f"sqlite:///{folder / 'calls.db'}")
    with desk.open_store(settings) as store:
        priorities = desk.profile(store, settings).priorities
        spellings = [s for p in priorities for c in p.concepts for s in c.spellings.get("en", [])]
        working = generator.Working(TODAY, spellings)
        pages = list(generator.pages(calls + NIGHT, working=working))
        write(folder / "first", pages, calls, changed=0)
        write(folder / "night", pages, calls + NIGHT, changed=NIGHT)
        run = desk.refresh(store, settings, replay=folder / "first")
        if run.stored != calls:
            raise SystemExit(f"The store holds {run.stored} calls, not {calls}: {run.state}, {run.warnings}")
        store.add_decisions(said(store, priorities, decisions))
    return settings


def write(folder: Path, pages: list[dict[str, object]], count: int, changed: int) -> None:
    """A recording of the first `count` records; of so many of them, spread evenly, the title changed."""
    folder.mkdir()
    (folder / "replay.yaml").write_text(f"source: portal\nscope: archive\nrecorded_on: {TODAY}\nnote: made up\n")
    every = count // changed if changed else 0
    left = count
    for page in pages:
        results = json.loads(json.dumps(page["results"]))[:left]
        for place, record in enumerate(results):
            if every and (count - left + place) % every == 0:
                record["metadata"]["title"] = [record["metadata"]["title"][0] + " revised"]
        left -= len(results)
        text = json.dumps({**page, "results": results, "totalResults": count})
        name = f"type-1-page-{page['pageNumber']:04}.json.gz"
        (folder / name).write_bytes(gzip.compress(text.encode(), compresslevel=1))


def said(store: desk.Store, priorities: list[Priority], count: int) -> list[Decision]:
    """Decisions of several people over the past months. Who takes a call names at times the priority that its title
    speaks of; what is turned away as off topic for a priority is any call."""
    draw = random.Random(7)
    calls, begin = store.calls(), datetime.now(UTC) - timedelta(days=DAYS)
    spoken = {s.casefold(): p.key for p in priorities for c in p.concepts for s in c.spellings.get("en", [])}
    about = [
        next((key for word, key in spoken.items() if call.title.casefold().startswith(f"{word} ")), None)
        for call in calls
    ]
    on_topic = [row for row, key in enumerate(about) if key]
    made = []
    for number in range(count):
        state = draw.choices(list(STATES), list(STATES.values()))[0]
        reason = draw.choice([Discard.OFF_TOPIC, *Discard]) if state is State.DISCARDED else None
        row = draw.choice(on_topic) if state in TAKEN else draw.randrange(len(calls))
        named = draw.choice(priorities).key if reason is Discard.OFF_TOPIC else None
        if draw.random() < NAMED and state in TAKEN:
            named = about[row]
        made.append(
            Decision(
                reference=calls[row].reference, identifier=calls[row].identifier, state=state, reason=reason,
                at=begin + timedelta(days=DAYS * number / count), by=draw.choice(PEOPLE),
                priority=named,
                owner=draw.choice([*PEOPLE, None]), note=f"Note {number}" if number % 3 == 0 else None,
                until=TODAY + timedelta(days=draw.randint(-60, 60)) if state is State.PARKED else None,
                run=1,
            )
        )  # fmt: skip
    return made
