"""The dashboard in a real browser: starts the app on a free port with a database of its own, and waits for facts.

Nothing here waits for time: the server says when it is healthy, the page says when its script has run, and what goes
over its line to the server says whether a run that was asked for has begun.
"""

import itertools
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000
MOST_CHOICES = 20
# Between a press and the server's word that the script runs the page still calls itself ready. What it sends and gets
# is therefore read: a run was asked for (field 11 of a message to the server; 16 announces a file, after which it is
# asked for), has begun (4 of one from there), is over (6; 2 means that it begins again at once). Only the outermost
# fields are looked at.
LINE = """(() => {
  const run = window.testedRun = { asked: false, runs: false, still: 0, by: null };
  const fields = (bytes, found = {}) => {
    let at = 0;
    const number = () => {
      for (let value = 0, by = 1; ; by *= 128) {
        const part = bytes[at++];
        value += (part & 127) * by;
        if (!(part & 128)) return value;
      }
    };
    while (at < bytes.length) {
      const tag = number(), value = number();
      found[tag >>> 3] = value;
      if ((tag & 7) === 2) at += value;
    }
    return found;
  };
  const read = (data, act) => { run.still = 0; if (data instanceof ArrayBuffer) act(fields(new Uint8Array(data))); };
  const say = (told) => { if (11 in told || 16 in told) run.asked = true; };
  const hear = (told) => {
    if (4 in told) [run.asked, run.runs] = [false, true];
    if (6 in told) run.runs = told[6] === 2;
  };
  window.WebSocket = class extends WebSocket {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => read(data, hear));
    }
    send(data) {
      read(data?.buffer ? data.slice().buffer : data, say);
      super.send(data);
    }
  };
})()"""
# Whether nothing runs, is asked for or is still to be drawn, some frames long. The page's own part tells the server
# what this browser keeps and whether it is a phone as soon as it is loaded, and that draws the page once more; a list
# has its sheet as soon as its part is loaded.
STILL = """by => {
  const run = window.testedRun, all = (css) => [...document.querySelectorAll(css)];
  const ready = document.querySelector(".stApp[data-test-script-state=notRunning]") && !run.asked && !run.runs
    && !document.querySelector("[data-stale=true], .stSkeleton")
    && (!document.querySelector(".st-key-look") || document.documentElement.style.getPropertyValue("--st-text-color"))
    && all("[data-testid=stBidiComponentIsolated]").every((part) => part.shadowRoot?.querySelector(".sheet"));
  run.still = ready && run.by === by ? run.still + 1 : 0;
  run.by = by;
  return run.still > 2;
}"""
_looks = itertools.count()


def need_browser() -> None:
    """Skip with a reason where Chromium or Playwright is absent; fail instead if MATCHER_TEST_ALL is 1."""
    missing = None if Path(CHROMIUM).is_file() else "Chromium is not installed (apt-get install chromium)"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing = "playwright is not installed"
    if missing and os.environ.get("MATCHER_TEST_ALL") == "1":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[str]:
    """The address of the running app. `folder` takes its database and its log; the process ends with the block."""
    with running(folder, ROOT / "app.py", **environment) as (address, _):
        yield address


@contextmanager
def running(folder: Path, script: Path, **environment: str) -> Iterator[tuple[str, int]]:
    """Address and process number of a script served with the project's settings; as `served`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "MATCHER_DATABASE": f"sqlite:///{folder / 'calls.db'}", "MATCHER_LANGUAGE": "de", "MATCHER_USER": "tester",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--server.headless", "true"], cwd=ROOT, stdout=log, stderr=log,
            env={**os.environ, **settings, **environment},
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            wait_healthy(process, address, folder / "app.log")
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_healthy(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    pause = threading.Event()
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(
                f"the app ended with {process.returncode}: {log.read_text('utf-8', 'replace')[-2000:]}"
            )
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            pause.wait(0.1)
    raise AssertionError("the app did not become healthy within 30 seconds")


_launched: list[Any] = []


@contextmanager
def chromium() -> Iterator[None]:
    """One Chromium for every `opened` of the block; each of them still has cookies and storage of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        _launched.append(play.chromium.launch(executable_path=CHROMIUM, args=FLAGS))
        try:
            yield
        finally:
            _launched.pop().close()


@contextmanager
def opened(*, width: int = 1440, height: int = 900, dark: bool = False) -> Iterator[Any]:
    """A page of a fresh session; requests to other hosts than this machine are refused and fail the block."""
    if not _launched:
        with chromium(), opened(width=width, height=height, dark=dark) as page:
            yield page
        return
    strangers: list[str] = []
    browser = _launched[-1]
    page = another(browser, width=width, height=height, dark=dark)

    def look(request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            strangers.append(request.url)

    page.on("request", look)
    try:
        yield page
    finally:
        for one in browser.contexts:
            one.close()
    assert strangers == []


def another(browser: Any, *, width: int = 1440, height: int = 900, dark: bool = False) -> Any:
    """A page with cookies and storage of its own: somebody else at another desk."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, accept_downloads=True, locale="de-DE",
        color_scheme="dark" if dark else "light",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    context.add_init_script(LINE)
    return context.new_page()


def go(page: Any, address: str) -> None:
    """Open an address and wait until its script has run and something stands there."""
    page.goto(address)
    page.wait_for_selector("h2")
    settled(page)


def click(locator: Any) -> None:
    """Click where a list opens that the next scrolling closes: the page is moved, and drawn there, before."""
    locator.wait_for()
    locator.evaluate(
        """node => new Promise(done => {
          node.scrollIntoView({ block: 'center', behavior: 'instant' });
          requestAnimationFrame(() => requestAnimationFrame(done));
        })"""
    )
    locator.click()


def choose(page: Any, typed: str, name: str) -> None:
    """Type into the field that has the focus and take by Enter the choice that this leads to: not before that choice
    is marked, for Enter takes the marked one."""
    page.keyboard.type(typed)
    page.get_by_role("option").filter(has_text=name).first.wait_for()
    # The choices that do not hold what was typed are gone; before, the mark would be set anew once more.
    page.wait_for_function(
        """typed => [...document.querySelectorAll("[role=option]")].every(
          (one) => one.innerText.toLowerCase().includes(typed.toLowerCase()))""",
        arg=typed,
    )
    marked = page.locator("[role=option][data-focused=true]", has_text=name)
    for _ in range(MOST_CHOICES):
        if marked.count():
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def state(page: Any, name: str) -> None:
    """Choose where the call on its page stands."""
    field = page.locator(".st-key-decide [class*=_state] input[role=combobox]")
    field.click()
    field.fill(name)
    page.get_by_role("option", name=name, exact=True).click()
    settled(page)


def cell(grid: Any, column: int, row: int, x: float, y: float) -> None:
    """Click into a table, a canvas, `x` and `y` from its corner, and wait until it names that cell as chosen;
    a key pressed before goes to the cell that was chosen last."""
    box = grid.bounding_box()
    grid.page.mouse.click(box["x"] + x, box["y"] + y)
    grid.locator(f"td[data-testid=glide-cell-{column}-{row}][aria-selected=true]").wait_for(state="attached")


def settled(page: Any) -> None:
    """Wait until every run that was asked for is over and drawn."""
    page.wait_for_function(STILL, arg=next(_looks))
