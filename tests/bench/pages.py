"""`make bench-ui`: the dashboard in a browser with 10,000 calls and 5,000 decisions, beside an empty Streamlit page.

    python -m tests.bench.pages [--calls N] [--decisions N] [--times N] [--folder KEPT] [--only PART …]

Every figure runs from the press of a key or button to the frame that shows the result, taken by the page itself; the
ratio is to the same kind of step on the empty page, taken in the same run by the same browser. "CPU" is processor
time of the server, which does not depend on what else the machine does. With `--folder` the data are made once.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from matcher import desk, words
from matcher.settings import Settings
from tests import browser
from tests.bench import office
from tests.bench.screen import Screen, tabs

HERE = Path(__file__).resolve().parent
GRID = "[data-testid=stDataFrame]"
HEAD, ROW = 36, 36
COUNT = "bench.text('.st-key-summary')"
SHOWN = f"bench.ready() && {COUNT} !== ''"
EDITOR_HEAD, EDITOR_ROW, WEIGHTS_AT = 34, 33, 305
FITTING = 600_000
EDITS = 5
WEIGHTS = (1.0, 1.5, 2.0, 2.5, 3.0)
TICKS = os.sysconf("SC_CLK_TCK")
# What a step must stay under, p95 in seconds; None: told, without a promise.
PROMISED = {"first list": 2.0, "filter click": 0.5, "decision": 0.3, "priorities: edit to preview": 1.0}
Sample = tuple[float, float]
Bench = tuple["Place", Callable[[], Screen]]


class Place(NamedTuple):
    """Where the application and the empty page are served, and what the bench must know of the data."""

    address: str
    empty: str
    settings: Settings
    folder: Path
    times: int


def used(process: int) -> float:
    """Processor seconds of a process so far, all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def empty_load(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    for _ in range(place.times + 1):
        screen = new()
        yield screen.loaded(place.empty, "bench.text('[data-testid=stText]') === 'Clicked 0 times'")
        screen.page.close()


def empty_click(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    screen = new()
    browser.go(screen.page, place.empty)
    button = screen.page.get_by_role("button", name="Click")
    for n in range(place.times + 1):
        yield screen.timed(button.click, f"bench.text('[data-testid=stText]') === 'Clicked {n + 1} times'")
    screen.page.close()


def first_list(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    """A new session of a warm server, until count and first row stand there."""
    title = opened(place, new).first_title()
    for _ in range(place.times + 1):
        screen = new()
        yield screen.loaded(place.address, f"{COUNT} !== '' && {drawn(title)}")
        screen.page.close()


def filter_click(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    """Chips of priorities, on and off again, until the new count and the new first row stand there."""
    screen = opened(place, new)
    yield from _filters(screen, place.times)
    screen.page.close()


def _filters(screen: Screen, times: int) -> Iterator[Sample]:
    # The button of the help bears no number.
    chips = screen.page.locator(".st-key-matches_priority button", has_text="·")
    for n in range(times // 2 + 1):
        chip = chips.nth(n % chips.count())
        before = seen(screen)[0]
        yield screen.timed(chip.click, f"{COUNT} !== {quoted(before)} && bench.drawn.size > 0 && bench.ready()")
        chosen = seen(screen)[0]
        # A pull may have published meanwhile: then the count is another one than at the start.
        yield screen.timed(chip.click, f"{COUNT} !== {quoted(chosen)} && bench.drawn.size > 0 && bench.ready()")


def decision(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    """One call chosen, "of interest" pressed, until the table shows that state beside its title."""
    word = words.say("states.state.shortlisted", "de")
    screen, done, number = opened(place, new), 0, 1
    while done <= place.times:
        browser.go(screen.page, f"{place.address}/?page={number}")
        screen.page.locator(f"{GRID} td").first.wait_for(state="attached")
        for row, (title, said) in enumerate(lines(screen, 8)):
            if said == word or done > place.times:
                continue
            tick(screen.page, row)
            screen.page.locator(".st-key-bulk_shortlist").wait_for()
            browser.settled(screen.page)
            button = screen.page.locator(".st-key-bulk_shortlist button")
            yield screen.timed(button.click, drawn(title, word))
            done += 1
        number += 1
    screen.page.close()


def open_call(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    yield from (there for there, _ in _there_and_back(place, new))


def come_back(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    yield from (back for _, back in _there_and_back(place, new))


def _there_and_back(place: Place, new: Callable[[], Screen]) -> Iterator[tuple[Sample, Sample]]:
    """A title pressed until the call stands there; "to the list" pressed until the same first row does."""
    screen = opened(place, new)
    first = screen.first_title()
    for n in range(place.times + 1):
        row = n % 10
        title = lines(screen, 10)[row][0]
        box = screen.page.locator(GRID).first.bounding_box()
        spot = (box["x"] + 200, box["y"] + HEAD + ROW * row + ROW / 2)
        there = screen.timed(
            lambda at=spot: screen.page.mouse.click(*at),  # type: ignore[misc]
            f"bench.ready() && bench.deep('h2.title') === {quoted(title)}",
        )
        link = screen.page.get_by_role("link", name=words.say("call.back", "de"))
        back = screen.timed(link.click, f"{COUNT} !== '' && {drawn(first)}")
        screen.page.locator(f"{GRID} td").first.wait_for(state="attached")
        yield there, back
    screen.page.close()


def preview(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    """Another weight chosen for a concept, until the draft is counted and the whole preview stands there.

    Every session makes other drafts than those before it: a preview that is remembered would be no measure.
    """
    with desk.open_store(place.settings) as store:
        priority = desk.profile(store, place.settings).priorities[0]
    fits = place.folder / "fits"
    before = fits.read_text() if fits.exists() else ""
    for session in range(-(-(place.times + 1) // EDITS)):
        screen = new()
        browser.go(screen.page, f"{place.address}/priorities?field={priority.key}")
        # The preview is drawn last; a click into the editor before it stands would be lost.
        screen.page.locator(".st-key-lab_list").locator(GRID).wait_for()
        browser.settled(screen.page)
        for row, concept in enumerate(priority.concepts[:EDITS]):
            others = [weight for weight in WEIGHTS if weight != concept.weight]
            wanted = f"{others[(session + row * (1 + session // 4)) % len(others)]:g}".replace(".", ",")
            option = screen.page.get_by_role("option", name=wanted, exact=True)
            unfold(screen.page, row, option)
            said = quoted(words.plural("priorities.draft.count", row + 1, "de"))
            yield screen.timed(option.click, f"document.body.innerText.includes({said}) && bench.ready()")
        screen.page.close()
    if (fits.read_text() if fits.exists() else "") != before:
        raise SystemExit("A preview fitted the ranking anew.")


def unfold(page: Any, row: int, option: Any) -> None:
    """Open the choice of weights in a row; the editor loses a press while it takes in the edit before."""
    from playwright.sync_api import TimeoutError as Late

    for _ in range(10):
        box = page.locator(GRID).first.bounding_box()
        page.mouse.click(box["x"] + WEIGHTS_AT, box["y"] + EDITOR_HEAD + EDITOR_ROW * (row + 0.5))
        page.keyboard.press("Enter")
        try:
            option.wait_for(timeout=2000)
        except Late:
            page.keyboard.press("Escape")
        else:
            return
    raise SystemExit("The choice of weights does not open.")


def during_pull(place: Place, new: Callable[[], Screen]) -> Iterator[Sample]:
    """Filter clicks while another process pulls and publishes; ends when it has and the page has shown its calls."""
    screen = opened(place, new)
    command = [sys.executable, "-m", "matcher", "refresh", "--replay", str(place.folder / "night")]
    environment = {**os.environ, "MATCHER_DATABASE": place.settings.database, "PYTHONPATH": str(browser.ROOT)}
    with (place.folder / "pull.log").open("wb") as log:
        pull = subprocess.Popen(command, cwd=browser.ROOT, env=environment, stdout=log, stderr=log)
        while pull.poll() is None:
            yield from _filters(screen, 2)
    if pull.returncode not in (0, 10):
        raise SystemExit(f"The pull ended with {pull.returncode}. {(place.folder / 'pull.log').read_text()}")
    yield from _filters(screen, 8)
    screen.page.close()


def opened(place: Place, new: Callable[[], Screen]) -> Screen:
    screen = new()
    browser.go(screen.page, place.address)
    screen.page.locator(f"{GRID} td").first.wait_for(state="attached")
    return screen


def seen(screen: Screen) -> tuple[str, str]:
    """The sentence with the count, and the title of the first row."""
    return str(screen.page.evaluate("window.bench.text('.st-key-summary')")), screen.first_title()


def lines(screen: Screen, most: int) -> list[tuple[str, str]]:
    """Title and everything else of the first rows, from the hidden table for screen readers."""
    word = words.say("states.state.shortlisted", "de")
    found = []
    for row in screen.page.locator(f"{GRID} tbody tr").all()[:most]:
        cells = [str(cell.text_content()) for cell in row.locator("td").all()]
        found.append((cells[1], word if word in cells else ""))
    return found


def tick(page: Any, row: int) -> None:
    box = page.locator(GRID).first.bounding_box()
    page.mouse.click(box["x"] + 16, box["y"] + HEAD + ROW * row + ROW / 2)


def drawn(*texts: str) -> str:
    """A check that one line of a table shows these texts; of a long one its beginning."""
    return f"bench.has({', '.join(quoted(text[:40]) for text in texts)})"


def quoted(text: str) -> str:
    return json.dumps(text)


PARTS: dict[str, Callable[[Place, Callable[[], Screen]], Iterator[Sample]]] = {
    "empty page: load": empty_load,
    "empty page: click": empty_click,
    "first list": first_list,
    "filter click": filter_click,
    "decision": decision,
    "open a call": open_call,
    "back to the list": come_back,
    "priorities: edit to preview": preview,
    "filter click, pull beside": during_pull,
}
LOADS = ("first list",)


@contextmanager
def data(kept: Path | None, calls: int, decisions: int) -> Iterator[Path]:
    """A folder with a fresh copy of the data."""
    with tempfile.TemporaryDirectory() as made:
        source = kept or Path(made) / "source"
        if not (source / "calls.db").exists():
            source.mkdir(parents=True, exist_ok=True)
            office.make(source, calls, decisions)
        work = Path(made) / "work"
        shutil.copytree(source, work)
        yield work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--decisions", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=24)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", nargs="*", default=list(PARTS), choices=list(PARTS))
    chosen = parser.parse_args()
    with data(chosen.folder, chosen.calls, chosen.decisions) as folder:
        (folder / "other").mkdir()
        fits = {"MATCHER_BENCH_FITS": str(folder / "fits")}
        with (
            browser.running(folder, HERE / "counted.py", **fits) as (address, server),
            browser.running(folder / "other", HERE / "empty.py") as (empty, idle),
            tabs(lambda: used(server) + used(idle)) as new,
        ):
            settings = Settings().with_database(f"sqlite:///{folder / 'calls.db'}")
            report(Place(address, empty, settings, folder, chosen.times), new, chosen.only)


def report(place: Place, new: Callable[[], Screen], parts: list[str]) -> None:
    print(f"{'':30} {'n':>3} {'p50':>8} {'p95':>8} {'most':>8} {'x empty':>8} {'CPU':>8}  under", flush=True)
    first = new()
    first.page.set_default_timeout(FITTING)
    browser.go(first.page, place.address)
    first.page.close()
    middle: dict[str, float] = {}
    for name in parts:
        taken = list(PARTS[name](place, new))[1:]
        times, cpu = np.array(taken).T
        middle[name] = float(np.median(times))
        base = middle.get(f"empty page: {'load' if name in LOADS else 'click'}")
        ratio = f"{middle[name] / base:7.1f}x" if base else ""
        limit = PROMISED.get(name)
        p95 = float(np.percentile(times, 95))
        kept = "" if limit is None else f"{limit:.1f} s {'kept' if p95 < limit else 'MISSED'}"
        print(
            f"{name:30} {len(times):3} {np.median(times):6.2f} s {p95:6.2f} s {times.max():6.2f} s {ratio:>8} "
            f"{np.median(cpu):6.2f} s  {kept}",
            flush=True,
        )


if __name__ == "__main__":
    main()
