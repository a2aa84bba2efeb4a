"""The region's glossary on the page of ideas: looked up, what people noted with a way back, added to, out and in."""

from collections.abc import Sequence

import streamlit as st

from matcher import desk, desk_ideas, ui, words
from matcher.errors import MatcherError
from matcher.ui_ideas import origin

TOLD = "bridge_told"
MOST_FOUND = 12
VERBS = {"wrong": desk.mark_wrong, "new": desk.add_translation, "back": desk.withdraw}


def panel(known: desk.Translator, ranker: desk.Ranker, missing: Sequence[str]) -> None:
    """Everything about the glossary that is not about one idea."""
    _look_up(known, ranker)
    _add(missing)
    with ui.errors():
        _noted()
    _file()


def note(what: str, spelling: str, english: str, language: str = "de") -> None:
    """Write a verdict down; the next run of the page says so."""
    try:
        VERBS[what](ui.settings(), spelling=spelling, english=english, by=ui.user(), language=language)
    except MatcherError as error:
        st.session_state[TOLD] = error
        return
    st.session_state[TOLD] = ui.say(f"ideas.bridge.noted_{what}", spelling=spelling, english=english)


def told() -> None:
    """What the last click did, once."""
    said = st.session_state.pop(TOLD, None)
    if isinstance(said, MatcherError):
        ui.show(said)
    elif said:
        ui.notice(str(said), kind="success")


def hits(bridge: desk.Bridge) -> str:
    """In how many calls the English stands and where the pair is from."""
    count = ui.plural("ideas.bridge.calls", bridge.calls) if bridge.calls else ui.say("ideas.bridge.calls_none")
    return f"{count} · {origin(bridge.origin)}"


def _look_up(known: desk.Translator, ranker: desk.Ranker) -> None:
    with st.expander(ui.say("ideas.bridge.look"), icon=":material/search:", key="bridge_look"):
        asked = st.text_input(
            ui.say("ideas.bridge.look_for"), key="bridge_word", max_chars=80, persist_state="session"
        )
        if not (asked or "").strip():
            st.caption(ui.md_escape(ui.plural("ideas.bridge.look_help", known.pairs())))
            return
        found = known.bridges(ranker, text=str(asked))
        for number, bridge in enumerate(found[:MOST_FOUND]):
            with st.container(horizontal=True, vertical_alignment="center", key=f"bridge_found_{number}"):
                pair = ui.say("ideas.bridge.pair", spelling=bridge.spelling, english=bridge.english)
                st.text(ui.plain(pair), width="content")
                st.caption(ui.md_escape(hits(bridge)), width="content")
        if not found:
            st.caption(ui.md_escape(ui.say("ideas.bridge.look_none")))


def _add(missing: Sequence[str]) -> None:
    names = {code: ui.say(f"ideas.bridge.language_{code}") for code in desk_ideas.LANGUAGES}
    with (
        st.expander(ui.say("ideas.bridge.add"), icon=":material/add:", key="bridge_add"),
        st.form("bridge_form", border=False, clear_on_submit=True),
    ):
        st.radio(
            ui.say("ideas.bridge.add_language"), list(names), key="bridge_language", horizontal=True,
            format_func=lambda code: names[code],
        )  # fmt: skip
        st.text_input(
            ui.say("ideas.bridge.add_from"), key="bridge_from", max_chars=80, placeholder=next(iter(missing), "")
        )  # fmt: skip
        st.text_input(ui.say("ideas.bridge.add_to"), key="bridge_to", max_chars=80)
        st.form_submit_button(ui.say("ideas.bridge.add_do"), key="bridge_save", on_click=_save)


def _save() -> None:
    said, english = (str(st.session_state.get(name) or "") for name in ("bridge_from", "bridge_to"))
    note("new", said, english, str(st.session_state.get("bridge_language") or "de"))


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
                    on_click=note, args=("back", spelling, english), kwargs={"language": language},
                )  # fmt: skip


def _file() -> None:
    own = ui.settings()
    with st.expander(ui.say("ideas.bridge.file"), icon=":material/description:", key="bridge_file"):
        st.caption(ui.md_escape(ui.say("ideas.bridge.file_help")))
        st.download_button(
            ui.say("ideas.bridge.file_out"), data=lambda: desk.glossary_text(own), file_name="glossary.yaml",
            mime="application/yaml", key="bridge_out", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        given = st.file_uploader(ui.say("ideas.bridge.file_in"), type=["yaml", "yml"], key="bridge_in")
        if given is not None:
            st.button(ui.say("ideas.bridge.file_take"), key="bridge_take", on_click=_take, args=(given.getvalue(),))


def _take(data: bytes) -> None:
    try:
        done = desk.import_glossary(ui.settings(), data=data, by=ui.user())
    except MatcherError as error:
        st.session_state[TOLD] = error
        return
    numbers = {name: words.number(n, ui.language()) for name, n in done._asdict().items()}
    st.session_state[TOLD] = ui.say("ideas.bridge.file_done", **numbers)
