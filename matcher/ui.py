"""What all pages share: the frame around them, the line of data state, errors as sentences, links between pages.

Pages import this module alone; the parts behind it are `ui_data` (what is read, kept between runs), `ui_text`
(escaping), `ui_address` (filters in the address bar) and `ui_look` (styles, the component for lists and texts).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from matcher import desk, ui_office, ui_press, ui_stand, ui_wrong, words
from matcher.errors import MatcherError
from matcher.ui_data import (
    BRUSSELS,
    absent,
    actual_today,
    begin,
    calls,
    changes,
    decisions,
    for_this_run,
    language,
    last_run,
    learned,
    office,
    plural,
    profile,
    ranker,
    recorded,
    runs,
    say,
    settings,
    store,
    table,
    texts,
    today,
    translations,
    user,
)
from matcher.ui_look import ICON, dress, el, paper
from matcher.ui_text import md_escape, plain, safe_link, short_label
from matcher.views import wrong

__all__ = [
    "BRUSSELS", "absent", "actual_today", "calls", "came_from", "changes", "decisions", "el", "errors",
    "filter_slot", "for_this_run", "header", "label", "language", "last_run", "learned", "md_escape", "navigate",
    "notice", "office", "page", "paper", "plain", "plural", "profile", "ranker", "recorded", "runs", "safe_link",
    "say", "settings", "short", "short_label", "show", "state_line", "store", "table", "texts", "today",
    "translations", "user",
]  # fmt: skip

FOLDER = Path(__file__).parent / "pages"
ICONS = {
    "matches": "list", "news": "fiber_new", "call": "description", "shortlists": "bookmarks", "ideas": "lightbulb",
    "priorities": "tune", "coverage": "grid_on", "quality": "verified", "data": "database",
    "region": "add_location_alt",
}  # fmt: skip
WITHOUT_CALLS = ("data", "priorities")
LISTS = ("matches", "news", "shortlists")
STALE_DAYS = ui_stand.STALE_DAYS
SIDEBAR = 264
ui_press.keep_all()


def navigate() -> None:
    """Draw the frame, run the page of the address. An error a person can act on becomes a sentence."""
    begin()
    st.set_page_config(
        page_title=words.say("pages.product", settings().language),
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )
    _take_language()
    pages = [page(name) for name in ICONS if (FOLDER / f"{name}.py").is_file()]
    current = st.navigation(pages, position="sidebar")
    st.session_state["page_before"] = st.session_state.get("page_now")
    st.session_state["page_now"] = current.url_path or "matches"
    if st.session_state["page_now"] in LISTS:
        st.session_state["came_from"] = st.session_state["page_now"]
    dress(language(), settings().user)
    with st.sidebar:
        top = st.container(key="session", gap="xsmall")
        st.session_state["slot"] = st.container(gap="xsmall")
        with top:
            _session()
    try:
        store()
    except MatcherError as error:
        show(error)
        return
    with errors():
        _seed()
    with errors():
        if last_run() is None and st.session_state["page_now"] not in WITHOUT_CALLS:
            notice(say("pages.empty"), kind="warning")
            return
        _day()
        current.run()


def page(name: str) -> Any:
    """The page `name` (matches, call, priorities, data) for `st.switch_page` and `st.page_link`."""
    return st.Page(
        FOLDER / f"{name}.py",
        title=say(f"pages.title.{name}"),
        icon=f":material/{ICONS[name]}:",
        url_path=name,
        default=name == "matches",
        visibility="hidden" if name in ("call", "region") else "visible",
    )


def came_from() -> str:
    """The page with a list of calls that was looked at last, for the way back from a call."""
    return str(st.session_state.get("came_from") or "matches")


def filter_slot() -> Any:
    """The place in the sidebar, below the pages, for what belongs to the page on screen."""
    return st.session_state["slot"]


def header(title: str, *, lead: str | None = None) -> None:
    """The page's heading with the data state beside it. `title` is already in the language of the session."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="page_header"):
        st.header(md_escape(title), anchor=False, width="content")
        state_line()
        if st.session_state.get("page_now") in LISTS:
            ui_office.line()
    if lead:
        st.caption(md_escape(lead))


def state_line() -> None:
    """One line on the data: how old the last verified pull is, whether a later try failed, or that it is a demo."""
    state, old = ui_stand.sentence()
    st.caption(f":orange[:material/history:] {md_escape(state)}" if old else md_escape(state), width="content")


def label(key: str) -> str:
    """The full name of a priority or of a group of hidden calls in the language of the session."""
    found = for_this_run("labels", _labels).get(key, {})
    return found.get(language()) or next(iter(found.values()), key)


def _labels() -> dict[str, dict[str, str]]:
    saved = profile()
    return {p.key: p.labels for p in saved.priorities} | {n.key: n.labels for n in saved.noise}


def short(key: str) -> str:
    """The short name of a priority, for table cells and chips."""
    return short_label(label(key))


@contextmanager
def errors() -> Iterator[None]:
    """Show a MatcherError of the block as a sentence with what to do, and go on after the block."""
    try:
        yield
    except MatcherError as error:
        show(error)


def show(error: MatcherError) -> None:
    """What happened and what to do, in the language of the session; below it what more it says, in that language
    too, and the exact message folded away."""
    kind = type(error).__name__
    known = words.has(f"pages.error.{kind}", language())
    st.error(md_escape(say(f"pages.error.{kind}" if known else "pages.error.MatcherError")), icon=":material/error:")
    ui_wrong.draw(wrong.of(error, language()), language())


def notice(text: str, *, kind: str = "info") -> None:
    """A sentence in a quiet box; `text` is escaped."""
    signs = {"info": ":material/info:", "warning": ":material/warning:", "success": ":material/check:"}
    {"info": st.info, "warning": st.warning, "success": st.success}[kind](md_escape(text), icon=signs[kind])


def _take_language() -> None:
    asked = st.query_params.get("lang")
    if asked in words.LANGUAGES and asked != st.session_state.get("language_address"):
        st.session_state["language"] = asked
    st.session_state["language_address"] = asked


def _session() -> None:
    """Language, name and town, above the filters."""
    if st.session_state.get("language") not in words.LANGUAGES:
        st.session_state["language"] = settings().language
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    line.segmented_control(
        say("pages.language"), list(words.LANGUAGES), format_func=str.upper, required=True, key="language",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    chosen = language()
    here = {} if chosen == settings().language else {"lang": [chosen]}
    st.session_state["address_everywhere"] = here
    if st.query_params.get_all("lang") != here.get("lang", []):
        if here:
            st.query_params["lang"] = chosen
        else:
            st.query_params.pop("lang", None)
        st.session_state["language_address"] = st.query_params.get("lang")
    if "user" not in st.session_state:
        st.session_state["user"] = settings().user
    line.text_input(
        say("pages.user_label"), key="user", max_chars=40, persist_state="session", placeholder=say("pages.user"),
        help=say("pages.user_help"), width=96,
    )  # fmt: skip
    ui_office.choose()


def _seed() -> None:
    """Load the shipped snapshot at the first start, with a bar."""
    if last_run() is not None:
        return
    bar = st.progress(0.0, text=md_escape(say("pages.seeding")))

    def told(done: int, total: int | None, text: str) -> None:
        bar.progress(min(done / total, 1.0) if total else 0.0, text=md_escape(say("pages.seeding")))

    try:
        desk.seed(store(), settings(), progress=told)
    finally:
        bar.empty()


def _day() -> None:
    """Of demo data: the switch between the recorded day and the real one."""
    if recorded() is None:
        st.session_state["as_of_today"] = False
        return
    with st.sidebar:
        st.toggle(
            say("pages.as_of_today"), key="as_of_today", help=say("pages.as_of_today_help"), persist_state="session"
        )  # fmt: skip
