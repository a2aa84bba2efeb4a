"""A browser that takes the time itself: from the press of a key or button to the frame that shows a result.

Tables are canvases, so what they draw is noted as well: `bench.has("a", "b")` is true once one line of a table was
drawn with texts beginning so. Both clocks are the page's own; nothing of the driver is in the figures.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests import browser

SPY = """
(() => {
  const b = window.bench = {drawn: new Map(), from: null, to: null, check: null};
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const line = Math.round(y);
    if (!b.drawn.has(line)) b.drawn.set(line, []);
    b.drawn.get(line).push(text);
    return fill.call(this, text, x, y, ...rest);
  };
  b.has = (...texts) => [...b.drawn.values()].some(line => texts.every(t => line.some(s => s.startsWith(t))));
  const roots = () => [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)];
  b.text = place => document.querySelector(place)?.innerText ?? '';
  b.deep = place => roots().map(root => root.querySelector(place)).find(Boolean)?.innerText ?? '';
  b.ready = () => document.querySelector('.stApp[data-test-script-state=notRunning]') !== null
    && document.querySelector('[data-stale=true]') === null;
  b.arm = (check, loading) => {
    b.drawn.clear();
    b.to = null;
    b.from = loading ? 0 : null;
    b.check = new Function('bench', 'return ' + check);
  };
  const begin = () => {
    if (b.check && b.from === null) { b.drawn.clear(); b.from = performance.now(); }
  };
  for (const name of ['pointerdown', 'keydown', 'popstate']) window.addEventListener(name, begin, true);
  const look = () => {
    if (b.check && b.from !== null && b.to === null && b.check(b)) b.to = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


class Screen:
    """One tab. `cpu` gives the seconds of processor time that the server has used so far."""

    def __init__(self, page: Any, cpu: Callable[[], float]):
        self.page, self.cpu = page, cpu

    def timed(self, act: Callable[[], Any], check: str) -> tuple[float, float]:
        """Seconds from the first press in `act` until the JavaScript `check` holds, and of the server's processor."""
        self.page.evaluate("check => window.bench.arm(check, false)", check)
        return self._taken(act, check)

    def loaded(self, address: str, check: str) -> tuple[float, float]:
        """The same from the start of loading an address."""
        self.page.add_init_script(f"window.bench.arm({json.dumps(check)}, true)")
        return self._taken(lambda: self.page.goto(address), check)

    def _taken(self, act: Callable[[], Any], check: str) -> tuple[float, float]:
        before = self.cpu()
        act()
        try:
            self.page.wait_for_function("() => window.bench.to !== null")
        except Exception as late:
            parts = {part: self.page.evaluate(f"(bench => {part})(window.bench)") for part in check.split(" && ")}
            drawn = self.page.evaluate("[...window.bench.drawn.values()].map(line => line.join(' | '))")
            raise SystemExit(f"Never true: {parts}\nDrawn: {drawn[:12]}") from late
        seconds = self.page.evaluate("(window.bench.to - window.bench.from) / 1000")
        browser.settled(self.page)
        return float(seconds), self.cpu() - before

    def first_title(self) -> str:
        """What the first row of the table says, from the hidden table for screen readers."""
        return str(self.page.locator("[data-testid=stDataFrame] td[aria-colindex='2']").first.text_content())


@contextmanager
def tabs(cpu: Callable[[], float]) -> Iterator[Callable[[], Screen]]:
    """Makes screens in one browser, each a session of its own; the browser keeps the program's files between them."""
    with browser.opened() as page:

        def new() -> Screen:
            tab = page.context.new_page()
            tab.add_init_script(SPY)
            return Screen(tab, cpu)

        yield new
