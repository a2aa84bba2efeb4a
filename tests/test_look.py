"""How the pages look, measured in a browser: contrast, names of controls, nothing beside the screen."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import browser

PAGES = ("?view=list", "shortlists", "ideas", "priorities", "data")
# Ratio of text to its ground as WCAG 2.1 counts it, for every text node that is seen; large text may have 3.
MEASURE = """() => {
  const seen = [], pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (text) => {
    pixel.clearRect(0, 0, 1, 1); pixel.fillStyle = text; pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => rgb.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const up = (node) => node.parentElement || (node.getRootNode().host ?? null);
  const ground = (node) => {
    const layers = [];
    for (let one = node; one; one = up(one)) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const walk = (root) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.shadowRoot) walk(node.shadowRoot);
      const text = [...node.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
      const box = node.getBoundingClientRect(), style = getComputedStyle(node);
      if (!/[\\p{L}\\p{N}]/u.test(text) || !box.width || !box.height) continue;
      if (style.visibility !== 'visible' || style.opacity === '0') continue;
      if (node.closest('[data-testid=stIconMaterial], script, style, [disabled], [aria-disabled=true]')) continue;
      const under = ground(node), own = rgba(style.color);
      let fade = 1;
      for (let one = node; one; one = up(one)) fade *= Number(getComputedStyle(one).opacity);
      const [a, b] = [light(over([...own.slice(0, 3), own[3] * fade], under)), light(under)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      seen.push([ratio / (large ? 3 : 4.5), text.slice(0, 60)]);
    }
  };
  walk(document.body);
  return seen; }"""
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, textarea, [role=combobox]')]
  .filter(node => node.getBoundingClientRect().width && getComputedStyle(node).visibility === 'visible')
  .filter(node => !(node.textContent || '').trim() && !node.getAttribute('aria-label') && !node.title
    && !node.getAttribute('aria-labelledby') && !(node.labels && node.labels.length) && !node.closest('label'))
  .map(node => node.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[None]:
    browser.need_browser()
    with browser.chromium():
        yield


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[str]:
    browser.need_browser()
    folder = tmp_path_factory.mktemp("look")
    shutil.copy(demo_file, folder / "calls.db")
    with browser.served(folder) as running:
        yield running


LOOKS = 20


def weak(page: Any) -> list[Any]:
    """Texts with too little contrast. One that is on its way between two states is looked at again."""
    found: list[Any] = []
    for _ in range(LOOKS):
        page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)))")
        measured = page.evaluate(MEASURE)
        assert len(measured) > 20
        found = [one for one in measured if one[0] < 1]
        if not found:
            break
        browser.settled(page)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read_and_every_control_has_a_name(address: str, dark: bool) -> None:
    with browser.opened(dark=dark) as page:
        for name in PAGES:
            browser.go(page, f"{address}/{name}")
            assert weak(page) == [], name
            assert page.evaluate(NAMELESS) == [], name
        browser.go(page, f"{address}/?view=list")
        page.locator(".calls h3 a").first.click()
        page.get_by_role("heading", name="Warum dieser Aufruf").wait_for()
        browser.settled(page)
        assert weak(page) == []
        assert page.evaluate(NAMELESS) == []
        assert page.locator("h2.title").get_attribute("lang") == "en"


def test_the_measure_sees_a_text_that_cannot_be_read(address: str) -> None:
    with browser.opened() as page:
        browser.go(page, f"{address}/data")
        page.locator("h2").first.evaluate("node => { node.style.color = '#bbb'; }")
        assert len(weak(page)) == 1
        page.locator(".stMain").evaluate("main => main.prepend(document.createElement('button'))")
        assert len(page.evaluate(NAMELESS)) == 1


@pytest.mark.parametrize(("width", "height"), [(390, 844), (720, 450)], ids=["phone", "zoom 200 %"])
def test_nothing_lies_beside_the_screen(address: str, width: int, height: int) -> None:
    with browser.opened(width=width, height=height) as page:
        for name in PAGES:
            browser.go(page, f"{address}/{name}")
            # A chart takes its width from the screen after it is drawn.
            for part in ("document.documentElement", "document.querySelector('.stMain')"):
                page.wait_for_function(f"width => {part}.scrollWidth <= width", arg=width)
            # On a phone the preview stands far below; elsewhere beside the editor, and the link is not there.
            way, title = page.locator(".st-key-lab_way a"), "document.querySelector('.st-key-lab_title h3')"
            if name == "priorities" and width < 640:
                way.click()
                page.wait_for_function(f"height => {title}?.getBoundingClientRect().top < height / 2", arg=height)
            elif name == "priorities":
                way.wait_for(state="attached")
                way.wait_for(state="hidden")
