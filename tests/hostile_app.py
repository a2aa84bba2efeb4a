"""The real app full of hostile strings, gone through in a browser; a canary on loopback counts what it asks for.

Every string is put in as call title and text, note, owner, person, recipient, office, view, list, file name, content
of an uploaded CSV and YAML, and address; what is then found wrong comes back as sentences.
"""

import html
import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from matcher import desk, exports
from matcher.errors import ConflictError, InputError
from matcher.ledger import Discard, State
from matcher.model import Call
from matcher.settings import Settings
from matcher.shelf import LONGEST_NAME
from matcher.text import squeeze
from matcher.ui_text import _CONTROL
from matcher.views import news, news_rows, shortlist
from tests import browser, fake_portal, hostile

Say = Callable[[str], None]
CHUNK = 20
PER_PAGE = RECIPIENTS = 50
MOST_DOWN = 12
# The first recording; the second, a day later, changes every call: all of them are news.
FIRST, SECOND = date(2026, 10, 4), date(2026, 10, 5)
FORMS = {"csv-de": "hostile_de.csv", "csv": "hostile.csv", "xlsx": "hostile.xlsx", "ics": "hostile.ics"}
LOADED = ("IMG", "SCRIPT", "IFRAME", "EMBED", "OBJECT", "LINK", "BASE", "FORM", "STYLE")
# A word of types of action alone: a search for it finds no call and is told which filter it names.
NAMED = "Zweckform"
UNSEEN = re.compile(r" · [\d.]+ neu$")
# A joiner that `md_escape` sets, and what Streamlit's own elements hold.
OURS = {"\u2060", "\u200b", "\u200d", "\u200c"}
NEVER = "iframe[srcdoc], object, embed, base, form[action], .katex, meta[http-equiv=refresh]"


class World(NamedTuple):
    """What the app shows: its settings, where they lie, the strings, the calls that bear them in their order."""

    folder: Path
    settings: Settings
    regions: Path
    texts: Sequence[str]
    calls: Sequence[Call]


class Canary:
    """A server that nobody may ask; `asked` holds what was asked all the same."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                return

        self.asked = asked
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@contextmanager
def canary() -> Iterator[Canary]:
    made = Canary()
    try:
        yield made
    finally:
        made.close()


def build(folder: Path, texts: Sequence[str]) -> World:
    """A region whose towns have hostile names, and a database with a hostile call a string; notes, views, lists."""
    regions = folder / "regions"
    _region(regions / "ruhr", texts)
    settings = Settings(regions_folder=regions).with_database(f"sqlite:///{folder / 'calls.db'}")
    with desk.open_store(settings) as store:
        _pull(store, settings, folder, texts, FIRST)
        _people(store, settings, sorted(store.calls(), key=lambda call: call.reference), texts)
        _pull(store, settings, folder, texts, SECOND)
        calls = sorted(store.calls(), key=lambda call: call.reference)
    assert len(desk.places(settings)) > len(texts) // 2 and desk.recipients(settings)
    return World(folder, settings, regions, texts, calls)


def _pull(store: desk.Store, settings: Settings, folder: Path, texts: Sequence[str], day: date) -> None:
    recording = folder / f"recording {day}"
    recording.mkdir()
    about = f"source: portal\nscope: live\nrecorded_on: {day}\n"
    (recording / "replay.yaml").write_text(about, "utf-8")
    records = [_record(number, texts, day) for number in range(len(texts))]
    page = {"apiVersion": "2.155", "totalResults": len(records), "pageNumber": 1, "pageSize": len(records)}
    (recording / "type-1-page-01.json").write_text(json.dumps({**page, "results": records}), "utf-8")
    run = desk.refresh(store, settings, replay=recording, accept_change=True)
    assert run.state == "published", run.message
    assert run.stored == len(texts), (run.stored, len(texts))


def _region(folder: Path, texts: Sequence[str]) -> None:
    folder.mkdir(parents=True)
    shipped = browser.ROOT / "data" / "regions" / "ruhr"
    for name in ("priorities.yaml", "glossary.yaml", "elsewhere.toml"):
        (folder / name).write_bytes((shipped / name).read_bytes())
    names = [squeeze(text)[:100] for text in texts]
    towns = [
        f"  - {{key: t{n}, name: {_quoted(name)}, district: {_quoted(name)}, nuts3: DEA12}}"
        for n, name in enumerate(names)
        if name
    ]
    (folder / "places.yaml").write_text("region: ruhr\nplaces:\n" + "\n".join(towns) + "\n", "utf-8")
    roles = [
        f"[[recipient]]\nkey = 'r{n}'\nname = {{de = {_quoted(name)}, en = {_quoted(name)}}}\n"
        for n, name in enumerate(names[:RECIPIENTS])
        if name
    ]
    (folder / "recipients.toml").write_text("\n".join(roles), "utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _record(number: int, texts: Sequence[str], day: date) -> Any:
    text = texts[number]
    first = day == FIRST
    title = text if squeeze(text) else f"x{text}"
    parts = [texts[(number * CHUNK + k) % len(texts)] for k in range(CHUNK)]
    # Every other text arrives as HTML that it then is, the rest as text that only looks like it.
    body = "".join(f"<p>{part if k % 2 else html.escape(part)}</p>" for k, part in enumerate(parts))
    record = fake_portal.topic(
        number, title=[title], descriptionByte=[f'<p class="topicdescriptionkind">Scope:</p>{body}'],
        keywords=[text], callTitle=[text], destinationDescription=[text],
        typesOfAction=[texts[number - 1]] if first else [text, f"{NAMED} {text}"],
        callIdentifier=[texts[number - number % 4]],
        deadlineDate=[f"2098-{4 if first else 3:02}-08T00:00:00.000+0000"], url=[text],
        **({"latestInfos": [json.dumps([{"content": text}])]} if number % 2 else {}),
    )  # fmt: skip
    return {**record, "title": title, "summary": title, "url": text}


def _people(store: desk.Store, settings: Settings, calls: Sequence[Call], texts: Sequence[str]) -> None:
    """Decisions, views and lists with every string, a few hundred at a time on few calls, as nobody would do it."""
    # Of the region as a whole too, so that list and files show owner and note, why not, until when, to whom.
    for_all = (
        desk.Said(State.READING), desk.Said(State.PARKED, until=SECOND), desk.Said(State.FORWARDED),
        desk.Said(State.DISCARDED, Discard.OTHER), desk.Said(State.PREPARATION),
    )  # fmt: skip
    states = (State.READING, State.SHORTLISTED, State.PREPARATION, State.FORWARDED)
    for number, text in enumerate(texts):
        desk.decide(
            store, calls=[calls[number // CHUNK]], state=states[number % 4], by=text[:60] or "x", note=text[:2000],
            owner=text[:60], to=(text[:100],) if number % 4 == 3 else (), office=f"t{number}",
        )  # fmt: skip
        said = for_all[number % len(for_all)]
        to = (text[:100] or "x",) if said.state is State.FORWARDED else ()
        said = said._replace(note=text or None, owner=text or None, to=to)
        desk.decide_each(store, what=[(calls[number], said)], by=text[:60] or "x")
    for start in range(0, len(texts), PER_PAGE):
        some = list(range(start, min(start + PER_PAGE, len(texts))))
        made = desk.create_shortlist(
            store, settings, name=_name(texts[start], start), by=texts[start][:60], calls=[calls[n] for n in some]
        )
        entries = [e.model_copy(update={"note": texts[n][:2000]}) for e, n in zip(made.entries, some, strict=True)]
        store.save_shortlist(
            made.model_copy(update={"entries": entries, "note": texts[start], "owner": texts[start]})
        )


def _name(text: str, number: int) -> str:
    return f"{squeeze(text)[: LONGEST_NAME - 6]} {number}"


def sweep(world: World, seen: Canary, say: Say) -> list[str]:
    """Go through the app with every string in every place; the faults as sentences, none is good."""
    faults: list[str] = []
    environment = {"MATCHER_REGIONS_FOLDER": str(world.regions)}
    with browser.served(world.folder, **environment) as address, browser.opened() as page:
        walk = _Walk(page, address, seen, faults, say)
        walk.lists(world)
        walk.calls(world)
        walk.news(world)
        walk.kept(world)
        walk.views(world)
        walk.uploads(world)
        walk.addresses(world)
    faults += [f"the canary was asked for {path}" for path in seen.asked]
    return faults


class _Walk:
    def __init__(self, page: Any, address: str, seen: Canary, faults: list[str], say: Say):
        self.page, self.address, self.canary, self.faults, self.say = page, address, seen, faults, say
        page.on("dialog", lambda dialog: (faults.append("a dialog opened"), dialog.dismiss()))
        page.on("popup", lambda popup: faults.append(f"a window opened: {popup.url}"))

    def go(self, path: str) -> None:
        browser.go(self.page, self.address + path)
        self.look(path)

    def look(self, where: str) -> None:
        """What must never be in the page, whatever it shows."""
        if self.page.evaluate("window.__pwned") is not None:
            self.faults.append(f"a script ran at {where}")
        if self.page.locator(NEVER).count():
            self.faults.append(f"an element that no text may make at {where}")
        self.faults += [f"{link[:120]} at {where}" for link in hostile.links_of(self.page) if not self._good(link)]
        shown = str(self.page.locator("body").inner_text())
        hidden = set(_CONTROL.findall(shown)) - OURS
        if hidden:
            self.faults.append(f"signs that nobody sees, {sorted(map(ascii, hidden))}, at {where}")

    def _good(self, link: str) -> bool:
        tag, _, target = link.partition(" ")
        if tag == "HANDLER":
            return False
        own = target.startswith((self.address, "./", "/", "#", "blob:", "call?", "static/")) and target[:2] != "//"
        pages = target.split("?")[0] in (
            "",
            "news",
            "call",
            "shortlists",
            "data",
            "coverage",
            "ideas",
            "quality",
            "priorities",
        )
        if tag in LOADED:
            return own or (tag in ("IMG", "LINK") and target.startswith("data:image/"))
        europa = target.startswith("https://") and target.split("/")[2].endswith("europa.eu")
        return own or pages or europa or target.startswith("mailto:?subject=")

    def lists(self, world: World) -> None:
        everything = "status=open&status=forthcoming&status=closed"
        for number in range(-(-len(world.texts) // PER_PAGE)):
            for view in ("list", "table"):
                self.say(f"page {number + 1} of the {view}")
                self.go(f"/?{everything}&view={view}&page={number + 1}&cols=title&cols=owner&cols=note&cols=action")
                if view == "list":
                    self.page.locator(".calls h3 a").first.wait_for()
                    self.look("the list")

    def calls(self, world: World) -> None:
        for number in range(-(-len(world.texts) // CHUNK)):
            call = world.calls[number]
            self.say(f"call {number + 1}")
            self.go(f"/call?call={call.reference}&lang={('de', 'en')[number % 2]}")
            title = self.page.locator("h2.title").inner_text()
            if squeeze(title) != squeeze(call.title):
                self.faults.append(f"the title {call.title[:60]!r} is shown as {title[:60]!r}")
            self.page.locator(".st-key-mail summary").click()
            self.page.locator(".st-key-mail code").first.wait_for()
            browser.settled(self.page)
            ask = self.page.locator(".st-key-mail input[type=text]").last
            ask.fill(_typed(world.texts[number]))
            ask.press("Enter")
            browser.settled(self.page)
            self.look("the mail")

    def news(self, world: World) -> None:
        """Every item on one page; some of them in hand, read and handed on with a request in words of one's own."""
        keys = list(_news(world).items["key"])
        everything = f"since=day&from={FIRST}&all=1"
        self.say(f"{len(keys)} items of news")
        self.go(f"/news?{everything}&item={_quote(keys[-1])}")
        self.page.locator(".st-key-news_items h3 a").nth(len(keys) - 1).wait_for()
        self.look("the news")
        for number in range(0, len(keys), 5):
            text = _typed(world.texts[number])
            self.say(f"item {number + 1}")
            self.go(f"/news?{everything}&item={_quote(keys[number])}&lang={('de', 'en')[number % 2]}")
            self.look("an item")
            to = self.page.locator("[class*=st-key-news_forward_] input").first
            # One of the region's recipients, who bear the first of the strings.
            to.click()
            self.page.get_by_role("option").first.wait_for()
            for _ in range(number // 5 % MOST_DOWN + 1):
                to.press("ArrowDown")
            self.page.locator("[role=option][data-focused=true]").first.wait_for()
            to.press("Enter")
            log = self.page.locator(".st-key-news_forward_log button:visible").first
            # The button is drawn last: until it stands there, the last field need not be the request.
            log.wait_for()
            browser.settled(self.page)
            ask = self.page.locator(".st-key-news_draft input").last
            ask.fill(text)
            ask.press("Enter")
            browser.settled(self.page)
            self.look("the mail of an item")
            log.click()
            self.page.locator(".st-key-news_undo_do").first.wait_for()
            browser.settled(self.page)
            self.look("an item that was handed on")

    def kept(self, world: World) -> None:
        with desk.open_store(world.settings) as store:
            found = desk.shortlists(store, world.settings)
        for number, one in enumerate(found):
            self.say(f"list {number + 1}")
            self.go(f"/shortlists?list={one.id}")
            self.page.locator(".st-key-list_id [role=combobox], .st-key-lists_bar input").first.click()
            self.look("the names of the lists")

    def views(self, world: World) -> None:
        """Names of saved views, fifty at a time: the sidebar shows them all."""
        for start in range(0, len(world.texts), PER_PAGE):
            names = {_name(text, n) for n, text in enumerate(world.texts[start : start + PER_PAGE], start=start)}
            made = []
            with desk.open_store(world.settings) as store:
                for name in names:
                    try:
                        made.append(desk.save_view(store, world.settings, name=name, query=name, by=name[:40]))
                    except (ConflictError, InputError):
                        self.faults.append(f"a view cannot be called {name!r}")
            self.say(f"views from {start}")
            self.go("/?view=list")
            there = "n => document.querySelectorAll('[class*=st-key-view_] button p').length >= n"
            self.page.wait_for_function(there, arg=len(made))
            browser.settled(self.page)
            shown = self.page.locator(".st-key-views button p").all_inner_texts()
            # Behind the name stands how many calls of the view are unseen.
            lost = {squeeze(name) for name in names} - {squeeze(UNSEEN.sub("", text)) for text in shown}
            self.faults += [f"the name of the view {name!r} is not shown as it is" for name in lost]
            with desk.open_store(world.settings) as store:
                for view in made:
                    desk.delete_view(store, view=view)

    def uploads(self, world: World) -> None:
        texts = world.texts
        for start in range(0, len(texts), 60):
            some = texts[start : start + 60]
            self.say(f"files from {start}")
            self.go("/shortlists")
            self.page.locator(".st-key-tracker summary").click()
            rows = "\r\n".join('"' + '";"'.join([t.replace('"', '""')] * 4) + '"' for t in some)
            self._give(".st-key-tracker input[type=file]", some[0], "csv", f"Kennung;Stand;Zuständig;Notiz\r\n{rows}")
            self.go("/priorities")
            self.page.get_by_role("tab", name="Datei").click()
            browser.settled(self.page)
            lines = "\n".join(f"  - {{key: {json.dumps(text)}, {json.dumps(text)}: 1}}" for text in some)
            self._give(
                "[class*=st-key-yaml_] input[type=file]", some[-1], "yaml", f"region: ruhr\npriorities:\n{lines}\n"
            )
            self._give("[class*=st-key-yaml_] input[type=file]", some[0], "yaml", self._profile(world, some))

    def _profile(self, world: World, some: Sequence[str]) -> str:
        """A sound file of priorities whose names, notes and spellings are hostile."""
        with desk.open_store(world.settings) as store:
            profile = desk.profile(store, world.settings)
        texts = [squeeze(text)[:100] or "x" for text in some]
        first = profile.priorities[0]
        concepts = [
            concept.model_copy(update={"note": text})
            for concept, text in zip(first.concepts, texts, strict=False)
        ]  # fmt: skip
        named = [
            p.model_copy(update={"labels": {"de": f"{text} {n}", "en": f"{text} {n}"}})
            for n, (p, text) in enumerate(zip(profile.priorities[1:], texts, strict=False))
        ]
        mine = first.model_copy(update={"concepts": [*concepts, *first.concepts[len(concepts) :]]})
        return desk.write_priorities(profile.model_copy(update={"priorities": [mine, *named]}))

    def _give(self, where: str, text: str, ending: str, content: str) -> None:
        name = "".join(sign for sign in text[:80] if sign.isprintable() and sign not in "\\/") + f".{ending}"
        file = {"name": name, "mimeType": "text/plain", "buffer": content.encode("utf-8", "replace")}
        self.page.locator(where).last.set_input_files(files=[file])
        browser.settled(self.page)
        self.page.locator("[data-testid=stFileChip]").last.wait_for()
        browser.settled(self.page)
        self.look(f"an uploaded {ending}")

    def addresses(self, world: World) -> None:
        """Texts of the address in sentences: a call or words that nobody knows."""
        for number, text in enumerate(world.texts[:: 5 if len(world.texts) > 100 else 16]):
            said = _quote(text[:300])
            self.say(f"address {number + 1}")
            places = (
                f"/?view=list&q={NAMED}%20", "/call?call=", "/?view=list&q=", "/shortlists?list=", "/news?item=",
                "/news?since=day&from=",
            )  # fmt: skip
            self.go(f"{places[number % len(places)]}{said}")


def _quote(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="")


def _typed(text: str) -> str:
    """What a keyboard can put into a field of one line; never nothing."""
    return "".join(sign for sign in text[:100] if sign.isprintable()).strip() or "x"


def _news(world: World) -> news.News:
    with desk.open_store(world.settings) as store:
        table = _table(store, world.settings)
        return news.build(table, store.changes(), FIRST, "de", fitting=False, decisions=store.decisions())


def _table(store: desk.Store, settings: Settings) -> pd.DataFrame:
    fitted, profile, said = desk.ranker(store, settings), desk.profile(store, settings), store.decisions()
    table = shortlist.build(
        fitted, profile, desk.today(store), changes=store.changes(), decisions=said, language="de", news=()
    )
    return shortlist.reasons(table, fitted, profile, said)


def files(world: World, folder: Path) -> list[str]:
    """The calls as files of every form, and as files of the news, read back by other programs; mails about them."""
    with desk.open_store(world.settings) as store:
        today = desk.today(store)
        table = _table(store, world.settings)
        told = desk.provenance(store, world.settings, today=today) | {
            "filters": world.texts[0],
            "order": world.texts[-1],
        }
    items = _news(world).items
    fresh = news_rows.rows(items, table, "de")
    assert not {"deadline_before", "until", "reason", "sent_to"} - set(exports.office(fresh)), exports.office(fresh)
    faults = _rendered("", table, told, today, folder) + _rendered("news_", fresh, told, today, folder)
    for row in range(0, len(table), 7):
        text, one = world.texts[row], table.iloc[[row]].reset_index(drop=True)
        one.attrs = table.attrs
        faults += hostile.mailto_faults(exports.mailto([text], *exports.mail(one, "de", told))[0])
        signed = exports.mail(one, "en", told, sender=text, office=text, of=text, ask=text)
        faults += hostile.mailto_faults(exports.mailto([text], *signed)[0])
    return faults


def _rendered(name: str, table: pd.DataFrame, told: dict[str, str], today: date, folder: Path) -> list[str]:
    """`table` in every form, `name` before the names of the files; what is wrong with them."""
    faults, made = [], []
    events = sum(len([d for d in days if d >= today]) for days in table["deadlines"])
    for form, ending in FORMS.items():
        data = exports.render(form, table, language="de", provenance=told, columns=_columns(form, table))
        path = folder / f"{name}{ending}"
        path.write_bytes(data)
        if form == "ics":
            faults += hostile.ics_faults(data, events)
        else:
            made.append(path)
            faults += (
                hostile.xlsx_faults(data, len(table))
                if form == "xlsx"
                else hostile.csv_faults(data, ";" if form == "csv-de" else ",", len(table))
            )
    return faults + hostile.office_faults(made, folder, len(table))


def _columns(form: str, table: pd.DataFrame) -> list[str] | None:
    return ["change", *exports.OFFICE, "keywords"] if form != "csv" and "keywords" in table else None


def linked(page: Any) -> list[str]:
    """Of the same page: the addresses that a text became a link to."""
    return [str(link.get_attribute("href")) for link in page.locator("[class*=st-key-text_] a").all()]


def altered(page: Any, texts: Sequence[str]) -> list[tuple[str, str]]:
    """Of the page of `hostile_texts`: the texts that do not stand there as they are, and what stands instead."""
    shown = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('[class*=st-key-text_]')].map(found => ["
        "[...found.classList].find(name => name.startsWith('st-key-text_')).split('_')[1], found.textContent]))"
    )
    pairs = ((_letters(text), _letters(shown.get(str(number), "?"))) for number, text in enumerate(texts))
    return [(wanted, found) for wanted, found in pairs if wanted and wanted != found]


def _letters(text: str) -> str:
    return " ".join(_CONTROL.sub("", text.replace("\n", " ")).split())
