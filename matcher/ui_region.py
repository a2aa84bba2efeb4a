"""A new region on the page: the text, the draft made of it. Labelling and the list are in `ui_region_try`."""

from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk_region, ui, words
from matcher.desk_region import Start
from matcher.errors import MatcherError
from matcher.model import Priority
from matcher.views import priorities

KEY, STEP, TOLD, TROUBLE, WRITTEN = "region_key", "region_step", "region_told", "region_trouble", "region_written"
STEPS = ("text", "draft", "label", "list")
LANGUAGES = {"de": "german", "en": "english", "nl": "dutch"}
WEIGHTS = (1.0, 1.5, 2.0, 2.5, 3.0)
MOST_TEXT = 200_000
BEST = 5


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
    if asked:
        with ui.errors():
            _begin()
            st.rerun()


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


def draft(begun: Start) -> None:
    """Names and concepts of one field at a time, with the calls it finds beside them."""
    fields = begun.profile.priorities
    concepts = sum(len(priority.concepts) for priority in fields)
    count = words.number(concepts, ui.language())
    st.markdown(f"**{ui.md_escape(ui.plural('region.draft.made', len(fields), concepts=count))}**")
    if begun.left_out:
        st.caption(ui.md_escape(ui.say("region.draft.left_out", list="; ".join(begun.left_out))))
    keys = [priority.key for priority in fields]
    if st.session_state.get("region_field") not in keys:
        st.session_state["region_field"] = keys[0]
    key = st.segmented_control(
        ui.say("region.draft.choose"), keys, format_func=lambda k: ui.md_escape(ui.short_label(name(begun, k))),
        required=True, key="region_field", label_visibility="collapsed",
    )  # fmt: skip
    _field(begun, begun.profile.priority(key or keys[0]))
    _best(begun, key or keys[0])
    st.button(ui.say("region.draft.next"), type="primary", key="region_next", on_click=go, args=("label",))


def _field(begun: Start, priority: Priority) -> None:
    spoken = {code: ui.say(f"region.text.{LANGUAGES[code]}") for code in begun.languages}
    mark = f"{begun.key}_{priority.key}_{begun.step}"
    names = {}
    for column, code in zip(st.columns(len(spoken)), spoken, strict=True):
        label = ui.say("region.draft.name", spoken=spoken[code])
        names[code] = column.text_input(
            label, priority.labels.get(code, ""), max_chars=120, key=f"region_name_{code}_{mark}"
        )
    unknown = begun.open.get(priority.key)
    if unknown:
        ui.notice(ui.say("region.draft.open", list=", ".join(unknown)), kind="warning")
    edited = _table(priority, mark)
    st.caption(ui.md_escape(ui.say("region.draft.table_help")))
    with st.container(horizontal=True):
        saved = st.button(ui.say("region.draft.save"), key=f"region_save_{mark}", icon=":material/check:")
        many = len(begun.profile.priorities) > 1
        gone = st.button(
            ui.say("region.draft.remove"), key=f"region_remove_{mark}", type="tertiary", disabled=not many
        )
    if saved or gone:
        with ui.errors():
            _change(begun, priority, names, None if gone else edited)
            st.rerun()


def _table(priority: Priority, mark: str) -> pd.DataFrame:
    fitted = ui.ranker()
    base = priorities.build(priority, as_text=True)
    base["calls"] = [int(fitted.having(concept).sum()) for concept in (*priority.concepts, *priority.guards)]
    column = st.column_config
    return st.data_editor(
        base, hide_index=True, num_rows="dynamic", key=f"region_table_{mark}", height=min(35 * len(base) + 75, 560),
        column_order=["active", "weight", "spellings_en", "spellings_de", "calls", "note"],
        column_config={
            "active": column.CheckboxColumn(ui.say("region.draft.active"), default=True, width=84),
            "weight": column.SelectboxColumn(
                ui.say("region.draft.weight"), options=list(WEIGHTS), default=2.0, required=True, width=96
            ),
            "spellings_en": column.TextColumn(ui.say("region.draft.en"), width=300),
            "spellings_de": column.TextColumn(ui.say("region.draft.de"), width=240),
            "calls": column.NumberColumn(ui.say("region.draft.calls"), disabled=True, width=84),
            "note": column.TextColumn(ui.say("region.draft.note"), width=320),
        },
    )  # fmt: skip


def _change(begun: Start, priority: Priority, names: dict[str, str], edited: pd.DataFrame | None) -> None:
    """Keep the field as edited, or without it."""
    fields = [p for p in begun.profile.priorities if edited is not None or p.key != priority.key]
    if edited is not None:
        kept = {code: said for code in [*names, *priority.labels] if (said := _said(names, priority, code))}
        changed = priorities.read(edited, priority).model_copy(update={"labels": kept})
        fields = [changed if p.key == priority.key else p for p in fields]
    profile = begun.profile.model_copy(update={"priorities": fields})
    desk_region.change(ui.settings(), begun, profile=profile)
    st.session_state[TOLD] = ui.say("region.draft.saved")


def _said(names: dict[str, str], priority: Priority, code: str) -> str:
    return " ".join(names.get(code, priority.labels.get(code, "")).split())


def _best(begun: Start, key: str) -> None:
    """What the kept draft of a field finds now."""
    st.markdown(f"**{ui.md_escape(ui.say('region.draft.best'))}**")
    table = desk_region.listed(begun, ui.ranker(), today=ui.today(), only=key, top=200)
    if table.empty:
        ui.notice(ui.say("region.draft.none"))
        return
    shown = int(table["grade"].isin(["strong", "partial"]).sum())
    st.caption(ui.md_escape(ui.plural("region.draft.few", shown)))
    st.text("\n".join(line(row) for row in table.head(BEST).itertuples()))


def line(row: Any) -> str:
    return f"{words.number(row.score, ui.language())}  {ui.plain(row.title)}"


def attempt(what: Any, *args: Any, **more: Any) -> Any:
    """A verb from within a button; what goes wrong is told at the next run."""
    try:
        return what(*args, **more)
    except MatcherError as error:
        st.session_state[TROUBLE] = error
        return None
