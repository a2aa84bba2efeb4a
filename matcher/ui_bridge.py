"""English for the words of an idea: each with its origin and hits, switched on or off, marked as wrong, added."""

from collections.abc import Sequence
from zlib import crc32

import streamlit as st

from matcher import desk, desk_ideas, ui, ui_data, ui_ideas
from matcher.errors import MatcherError
from matcher.model import Profile
from matcher.settings import Settings
from matcher.ui_ideas import Idea
from matcher.views import ideas

TOLD = "bridge_told"
MOST_UNKNOWN = 12


def panel(idea: Idea) -> list[desk.Bridge]:
    """All that concerns translations; returns those that are switched on."""
    _told()
    found = _translator().bridges(idea.ranker, text=idea.text, title=idea.title)
    st.subheader(ui.plural("ideas.bridge.title", len(found)), anchor=False)
    st.caption(ui.md_escape(ui.say("ideas.bridge.help" if found else "ideas.bridge.none")))
    with st.container(gap="xsmall", key="bridges"):
        used = [bridge for bridge in found if _line(bridge)]
    missing = _unknown(idea, found)
    if missing:
        st.caption(ui.md_escape(ui.say("ideas.bridge.unknown", list=", ".join(missing))))
    _add(missing)
    with ui.errors():
        _noted()
    return used


def _translator() -> desk.Translator:
    own = ui.settings()
    revision = ui.store().revision("profile")
    return _kept(own, ui.profile(), str(own.region_folder), own.database, revision, ui_data.translations())


@st.cache_resource(show_spinner=False, max_entries=4)
def _kept(
    _settings: Settings, _profile: Profile, folder: str, database: str, revision: int, stamp: tuple[int, int]
) -> desk.Translator:
    return desk.translator(_settings, _profile)


def _line(bridge: desk.Bridge) -> bool:
    """One translation; whether it counts."""
    key = f"{crc32(f'{bridge.spelling}|{bridge.english}'.encode()):08x}"
    pair = ui.say("ideas.bridge.pair", spelling=bridge.spelling, english=bridge.english)
    hits = ui.plural("ideas.bridge.calls", bridge.calls) if bridge.calls else ui.say("ideas.bridge.calls_none")
    with st.container(key=f"bridge_{key}"):
        left, right = st.columns([4, 1], gap="xsmall")
        with left.container(gap=None):
            on = st.checkbox(ui.md_escape(pair), value=True, key=f"bridge_use_{key}", persist_state="session")
            st.caption(ui.md_escape(f"{hits} · {ui_ideas.origin(bridge.origin)}"))
        right.button(
            ui.say("ideas.bridge.wrong"), key=f"bridge_wrong_{key}", type="tertiary", icon=":material/thumb_down:",
            help=ui.say("ideas.bridge.wrong_help"), on_click=_note, args=("wrong", bridge.spelling, bridge.english),
            kwargs={"language": bridge.language},
        )  # fmt: skip
    return on


def _unknown(idea: Idea, found: Sequence[desk.Bridge]) -> list[str]:
    """Words of the idea that find nothing in any language; short ones left out."""
    known = {part.casefold() for bridge in found for part in bridge.spelling.split()}
    told = ideas.unknown(ideas.words(idea.ranker, f"{idea.title} {idea.text}"))
    return [w for w in told if w.casefold() not in known and len(w) > 5][:MOST_UNKNOWN]


def _add(missing: Sequence[str]) -> None:
    with (
        st.expander(ui.say("ideas.bridge.add"), icon=":material/add:", key="bridge_add"),
        st.form("bridge_form", border=False, clear_on_submit=True),
    ):
        st.text_input(
            ui.say("ideas.bridge.add_from"), key="bridge_from", max_chars=80, placeholder=next(iter(missing), "")
        )  # fmt: skip
        st.text_input(ui.say("ideas.bridge.add_to"), key="bridge_to", max_chars=80)
        st.form_submit_button(ui.say("ideas.bridge.add_do"), key="bridge_save", on_click=_save)


def _save() -> None:
    _note("new", str(st.session_state.get("bridge_from") or ""), str(st.session_state.get("bridge_to") or ""))


def _noted() -> None:
    """What people of the region said about translations so far, each with a way back."""
    said = desk_ideas.said_of_words(ui.settings())
    if not said:
        return
    with st.expander(ui.plural("ideas.bridge.noted", len(said)), key="bridge_noted"):
        for number, row in enumerate(said):
            language = "de" if row.get("de") else "nl"
            spelling, english = str(row[language]), str(row["en"])
            state = "state_wrong" if row.get("wrong") else "state_new"
            with st.container(horizontal=True, vertical_alignment="center", key=f"bridge_said_{number}"):
                st.text(ui.plain(ui.say("ideas.bridge.pair", spelling=spelling, english=english)), width="content")
                by = ui.say(f"ideas.bridge.{state}", by=row.get("origin") or "–")
                st.caption(ui.md_escape(by), width="content")
                st.button(
                    ui.say("ideas.bridge.undo"), key=f"bridge_undo_{number}", type="tertiary", icon=":material/undo:",
                    on_click=_note, args=("back", spelling, english), kwargs={"language": language},
                )  # fmt: skip


def _note(what: str, spelling: str, english: str, language: str = "de") -> None:
    """Write it down; the next run of the page says so."""
    verbs = {"wrong": desk.mark_wrong, "new": desk.add_translation, "back": desk.withdraw}
    try:
        verbs[what](ui.settings(), spelling=spelling, english=english, by=ui.user(), language=language)
    except MatcherError as error:
        st.session_state[TOLD] = error
        return
    st.session_state[TOLD] = ui.say(f"ideas.bridge.noted_{what}", spelling=spelling, english=english)


def _told() -> None:
    said = st.session_state.pop(TOLD, None)
    if isinstance(said, MatcherError):
        ui.show(said)
    elif said:
        ui.notice(str(said), kind="success")
