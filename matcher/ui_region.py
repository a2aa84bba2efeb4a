"""A new region on the page: the steps and the text. Its draft, labelling and the list are in `ui_region_*`."""

from typing import Any

import streamlit as st

from matcher import desk_region, ui
from matcher.desk_region import Start
from matcher.errors import MatcherError

KEY, STEP, NEXT, TOLD, TROUBLE, WRITTEN = (
    "region_key",
    "region_step",
    "region_next_step",
    "region_told",
    "region_trouble",
    "region_written",
)
STEPS = ("text", "draft", "label", "list")
LANGUAGES = {"de": "german", "en": "english", "nl": "dutch"}
MOST_TEXT = 200_000


def current() -> Start | None:
    """What this session goes on with; None before a text is read."""
    key = st.session_state.get(KEY)
    return desk_region.find(ui.settings(), key) if key else None


def go(step: str, key: str | None = None) -> None:
    """Show a step (of the region `key`) at the next run."""
    if key is not None:
        st.session_state[KEY] = key
    st.session_state[STEP] = step


def steps(begun: Start | None) -> str:
    """The row of steps; those that need a draft wait for one."""
    trouble = st.session_state.pop(TROUBLE, None)
    if trouble is not None:
        ui.show(trouble)
    told = st.session_state.pop(TOLD, None)
    if told is not None:
        ui.notice(told, kind="success")
    ahead = st.session_state.pop(NEXT, None)
    if ahead is not None:
        st.session_state[STEP] = ahead
    open_now = STEPS if begun is not None else STEPS[:1]
    if st.session_state.get(STEP) not in open_now:
        st.session_state[STEP] = "draft" if begun is not None else "text"
    chosen = st.segmented_control(
        ui.say("region.steps"), open_now, format_func=lambda step: ui.say(f"region.step.{step}"), required=True,
        key=STEP, label_visibility="collapsed",
    )  # fmt: skip
    return chosen or "text"


def name(begun: Start, key: str) -> str:
    """What a field is called in the language of the session."""
    labels = begun.profile.priority(key).labels
    return labels.get(ui.language()) or next(iter(labels.values()), key)


def text(begun: Start | None) -> None:
    """Key, languages and the text; or go on with what was begun."""
    others = desk_region.begun(ui.settings())
    if others:
        st.caption(ui.md_escape(ui.say("region.text.begun")))
        for key in others:
            with st.container(horizontal=True):
                st.button(
                    ui.say("region.text.resume", region=key), key=f"region_resume_{key}", on_click=go,
                    args=("draft", key), type="primary" if len(others) == 1 else "secondary",
                )  # fmt: skip
                st.button(
                    ui.say("region.text.drop", region=key), key=f"region_drop_{key}", on_click=_drop, args=(key,),
                    type="tertiary", icon=":material/delete:",
                )  # fmt: skip
    with st.form("region_text", border=not others):
        left, right = st.columns([1, 2], gap="medium")
        left.text_input(
            ui.say("region.text.key"), key="region_new_key", max_chars=40, help=ui.say("region.text.key_help"),
            placeholder=ui.say("region.text.key_hint"),
        )  # fmt: skip
        right.pills(
            ui.say("region.text.languages"), list(LANGUAGES), selection_mode="multi", default=["de", "en"],
            format_func=lambda code: ui.say(f"region.text.{LANGUAGES[code]}"), key="region_languages",
        )  # fmt: skip
        st.text_area(
            ui.say("region.text.paste"), key="region_paste", height=320, max_chars=MOST_TEXT,
            placeholder=ui.say("region.text.paste_hint"),
        )  # fmt: skip
        st.caption(ui.md_escape(ui.say("region.text.paste_help")))
        asked = st.form_submit_button(ui.say("region.text.make"), type="primary", key="region_make")
    st.caption(ui.md_escape(ui.say("region.text.other_language")))
    if asked and not _faulty():
        with ui.errors():
            _begin()
            st.rerun()


def _faulty() -> bool:
    """Say what is wrong with the key or the text before anything is read."""
    key = str(st.session_state["region_new_key"]).strip()
    wrong = desk_region.fault(ui.settings(), key)
    said = ui.say(f"region.text.key_{wrong}", region=key) if wrong else None
    if said is None and not any(char.isalpha() for char in st.session_state["region_paste"] or ""):
        said = ui.say("region.text.empty")
    if said is not None:
        st.error(ui.md_escape(said), icon=":material/error:")
    return said is not None


def _begin() -> None:
    state, places = st.session_state, {"n": "{n}", "calls": "{calls}"}
    made = desk_region.begin(
        ui.settings(), ui.ranker(), key=str(state["region_new_key"]).strip(), text=state["region_paste"],
        languages=list(state["region_languages"] or ["de", "en"]), by=ui.user(), today=ui.today(),
        told={origin: ui.say(f"region.origin.{origin}", **places) for origin in desk_region.ORIGINS},
    )  # fmt: skip
    state[KEY] = made.key
    state.pop(STEP, None)


def _drop(key: str) -> None:
    desk_region.drop(ui.settings(), key)
    if st.session_state.get(KEY) == key:
        st.session_state.pop(KEY)


def attempt(what: Any, *args: Any, **more: Any) -> Any:
    """A verb from within a button; what goes wrong is told at the next run."""
    try:
        return what(*args, **more)
    except MatcherError as error:
        st.session_state[TROUBLE] = error
        return None
