"""English for the words of an idea: each with its origin and hits, switched on or off, marked as wrong."""

from collections.abc import Sequence
from zlib import crc32

import streamlit as st

from matcher import desk, ui, ui_data, ui_glossary
from matcher.model import Profile
from matcher.settings import Settings
from matcher.ui_ideas import Idea
from matcher.views import ideas

MOST_UNKNOWN = 12
SAME = 5
"""Letters by which a word of the idea is taken for a form of a translated one."""


def panel(idea: Idea) -> list[desk.Bridge]:
    """All that concerns translations; returns those that are switched on."""
    ui_glossary.told()
    known = translator()
    found = known.bridges(idea.ranker, text=idea.text, title=idea.title)
    st.subheader(ui.plural("ideas.bridge.title", len(found)), anchor=False)
    st.caption(ui.md_escape(ui.say("ideas.bridge.help" if found else "ideas.bridge.none")))
    with st.container(gap="xsmall", key="bridges"):
        used = [bridge for bridge in found if _line(bridge)]
    missing = _unknown(idea, known, found)
    if missing:
        st.caption(ui.md_escape(ui.say("ideas.bridge.unknown", list=", ".join(missing))))
    ui_glossary.panel(known, idea.ranker, missing)
    return used


def translator() -> desk.Translator:
    """The glossary in force with the concepts of the priorities; made anew when one of them changed."""
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
    key = f"{crc32(f'{bridge.language}|{bridge.spelling}|{bridge.english}'.encode()):08x}"
    pair = ui.say("ideas.bridge.pair", spelling=bridge.spelling, english=bridge.english)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"bridge_{key}"):
        with st.container(gap=None):
            on = st.checkbox(ui.md_escape(pair), value=True, key=f"bridge_use_{key}", persist_state="session")
            st.caption(ui.md_escape(ui_glossary.hits(bridge)))
        st.button(
            ui.say("ideas.bridge.wrong"), key=f"bridge_wrong_{key}", type="tertiary", icon=":material/thumb_down:",
            help=ui.say("ideas.bridge.wrong_help"), on_click=ui_glossary.note, width="content",
            args=("wrong", bridge.spelling, bridge.english), kwargs={"language": bridge.language},
        )  # fmt: skip
    return on


def _unknown(idea: Idea, known: desk.Translator, found: Sequence[desk.Bridge]) -> list[str]:
    """Words of the idea that find nothing in any language; short ones and parts of translated groups left out."""
    within = {part.casefold()[:SAME] for bridge in found for part in bridge.spelling.split()}
    told = ideas.unknown(ideas.words(idea.ranker, f"{idea.title} {idea.text}"))
    lost = [word for word in told if len(word) > SAME and word.casefold()[:SAME] not in within]
    return [word for word in lost if not known.knows(word)][:MOST_UNKNOWN]
