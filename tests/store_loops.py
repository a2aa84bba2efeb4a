"""Loops over the store, as long as the caller likes: kills during pulls, officers and pulls at the same time."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from threading import Event, Thread
from typing import Any

from sqlalchemy import text
from store_making import DAY, PROGRAMS, call, note, publish

from matcher.errors import ConflictError
from matcher.model import Profile, Section
from matcher.store import Store

LONG = [Section(kind="scope", text="Inland waterways and their locks. " * 60)]


@dataclass
class Killed:
    """`half`: lists that mix two pulls; `lost`: confirmed notes that are gone; `unsound`: failed checks."""

    states: Counter[str] = field(default_factory=Counter)
    notes: int = 0
    half: int = 0
    lost: int = 0
    unsound: int = 0


def kill_pulls(url: str, times: int, calls: int = 150, seed: int = 20261123) -> Killed:
    """Kill a program that publishes and one that writes notes, `times` times, at a random moment of a pull."""
    random, found, confirmed = Random(seed), Killed(), set()
    with Store(url) as store:
        publish(store, _generation(0, calls))
    for _ in range(times):
        confirmed |= _kill_one(url, calls, random.uniform(0.0, 0.3))
        with Store(url) as store:
            found.half += len({one.title for one in store.calls()}) != 1
            found.lost += len(confirmed - {one.id for one in store.decisions()})
            found.unsound += bool(store.verify())
            publish(store, _generation(-1, calls), DAY + timedelta(days=2000))
            found.states[store.runs(2)[1].state] += 1
            with store._write() as connection:
                connection.execute(text("UPDATE run SET day = '2026-11-23'"))
    found.notes = len(confirmed)
    return found


def _kill_one(url: str, calls: int, seconds: float) -> set[int]:
    pulling, pulls = PROGRAMS.Pipe(duplex=False)
    noting, notes = PROGRAMS.Pipe(duplex=False)
    programs = [
        PROGRAMS.Process(target=publish_for_ever, args=(url, calls, pulls)),
        PROGRAMS.Process(target=note_for_ever, args=(url, notes)),
    ]
    for program in programs:
        program.start()
    pulls.close()
    notes.close()
    pulling.recv()
    programs[0].join(seconds)
    for program in programs:
        program.kill()
        program.join()
        program.close()
    confirmed: set[int] = set()
    while noting.poll():
        try:
            confirmed.add(noting.recv())
        except EOFError:
            break
    pulling.close()
    noting.close()
    return confirmed


def publish_for_ever(url: str, calls: int, line: Any) -> None:
    """Publishes one generation of calls after the other; says each before it begins."""
    with Store(url) as store:
        for number in range(1, 1000):
            generation = _generation(number, calls)
            line.send(number)
            publish(store, generation, DAY + timedelta(days=number))


def note_for_ever(url: str, line: Any) -> None:
    """Says each note after it was confirmed."""
    with Store(url) as store:
        for number in range(100_000):
            line.send(store.add_decision(note(number)).id)


@dataclass
class Crowd:
    """What officers met: `saved` profiles and as many notes, `conflicts` shown, `lost` updates, `mixed` lists."""

    saved: int = 0
    conflicts: int = 0
    lost: int = 0
    mixed: int = 0
    pulls: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def p99(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


def crowd(url: str, officers: int = 8, seconds: float = 60.0, calls: int = 200) -> Crowd:
    """`officers` read, edit the same profile and write notes while pulls are published, for `seconds`."""
    found, over = Crowd(), Event()

    def work(store: Store, name: str) -> None:
        try:
            for number in range(1_000_000):
                begun = time.perf_counter()
                _one_action(store, name, number, found)
                found.seconds.append(time.perf_counter() - begun)
                if over.is_set():
                    return
        except Exception as error:
            found.wrong.append(f"{type(error).__name__}: {error}")

    with Store(url) as store:
        publish(store, _generation(0, calls))
        threads = [Thread(target=work, args=(store, f"officer {n}")) for n in range(officers)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not found.wrong:
            found.pulls += 1
            publish(store, _generation(found.pulls, calls))
        over.set()
        for thread in threads:
            thread.join()
        versions = store.profiles("ruhr")
        found.lost = found.saved - len(versions) + found.saved - len(store.decisions())
        found.lost += len(versions) - len({one.why for one in versions})
    return found


def _one_action(store: Store, name: str, number: int, found: Crowd) -> None:
    if number % 5 < 3:
        found.mixed += len({one.title for one in store.calls()}) != 1
        return
    current = store.profile("ruhr")
    try:
        store.save_profile(
            Profile(region="ruhr", priorities=[], by=name, why=f"{name} {number}"), current.version if current else 0
        )
    except ConflictError:
        found.conflicts += 1
        return
    found.saved += 1
    store.add_decision(note(number))


def _generation(number: int, calls: int) -> list[Any]:
    return [call(n, title=f"generation {number}", sections=LONG) for n in range(calls)]
