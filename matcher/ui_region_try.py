"""A new region on the page: twenty calls to label one by one, what the labels say, the list, and the folder."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from matcher import desk_region, ui, ui_facts, ui_region, ui_why, words
from matcher.desk_region import Doubt, Start
from matcher.model import Call
from matcher.ui_look import el
from matcher.ui_region import TOLD, WRITTEN, attempt, go, name
from matcher.views.first_figures import sentences

WIDTHS = (80, 820, 120)


def label(begun: Start) -> None:
    """One call at a time, without its score; each answer is kept at once."""
    st.caption(ui.md_escape(ui.say("region.label.lead")))
    if not begun.asked:
        begun = desk_region.ask(ui.settings(), begun, ui.ranker(), today=ui.today())
    left = [reference for reference in begun.left if reference in ui.calls()]
    if not begun.asked:
        ui.notice(ui.say("region.label.nothing"))
    done, total = len(begun.answers), len(begun.asked)
    spoken = ui.language()
    numbers = {"done": words.number(done, spoken), "total": words.number(total, spoken)}
    st.progress(done / max(total, 1), text=ui.md_escape(ui.say("region.label.progress", **numbers)))
    if left:
        _call(begun, ui.calls()[left[0]])
    with st.container(horizontal=True):
        if begun.answers:
            st.button(
                ui.say("region.label.back"), key="region_back", type="tertiary", icon=":material/undo:",
                on_click=_answer, args=(begun, next(reversed(begun.answers)), None),
            )  # fmt: skip
        to_list = ui.say("region.label.skip") if left else ui.say("region.step.list")
        st.button(to_list, key="region_to_list", type="tertiary" if left else "primary", on_click=go, args=("list",))


def _call(begun: Start, call: Call) -> None:
    reading, side = st.columns([2, 1], gap="large")
    with side, st.container(border=True, key="region_answer"):
        st.markdown(f"**{ui.md_escape(ui.say('region.label.question'))}**")
        keys = [priority.key for priority in begun.profile.priorities]
        named = f"region_fits_{call.reference}"
        st.pills(
            ui.say("region.label.question"), keys, selection_mode="multi", label_visibility="collapsed",
            format_func=lambda key: ui.md_escape(name(begun, key)), key=named,
        )  # fmt: skip
        st.caption(ui.md_escape(ui.say("region.label.hint")))
        st.button(
            ui.say("region.label.save"), type="primary", key="region_answer_save", width="stretch",
            on_click=_fits, args=(begun, call.reference, named),
        )  # fmt: skip
    with reading:
        ui.paper("region_head", [el("h2", call.title, lang="en", css="title")])
        ui.paper("region_text", [*ui_why.text(call, []), *ui_facts.facts(call)])


def _fits(begun: Start, reference: str, named: str) -> None:
    """What is chosen when the button is pressed, which may be more than the last run of the page knew."""
    _answer(begun, reference, list(st.session_state.get(named) or []))


def _answer(begun: Start, reference: str, fits: Sequence[str] | None) -> None:
    attempt(desk_region.answer, ui.settings(), begun, reference=reference, fits=fits)


def listed(begun: Start) -> None:
    """First figures, words that mislead, the first ten of each field, and the button that writes the folder."""
    spoken = ui.language()
    if begun.answers:
        n = words.number(len(begun.answers), spoken)
        st.caption(ui.md_escape(ui.say("region.list.lead", n=n)))
        told, doubts = desk_region.first(begun, ui.ranker())
        names = {key: ui.short_label(name(begun, key)) for key in told}
        st.text("\n".join(f"• {ui.plain(line)}" for line in sentences(told, names, spoken)))
        if doubts:
            _doubts(begun, doubts)
    else:
        st.caption(ui.md_escape(ui.say("region.list.lead_none")))
    st.subheader(ui.say("region.list.top"), anchor=False)
    keys = [priority.key for priority in begun.profile.priorities]
    if st.session_state.get("region_list_field") not in keys:
        st.session_state["region_list_field"] = keys[0]
    key = st.segmented_control(
        ui.say("region.draft.choose"), keys, format_func=lambda k: ui.md_escape(ui.short_label(name(begun, k))),
        required=True, key="region_list_field", label_visibility="collapsed",
    )  # fmt: skip
    _top(begun, key or keys[0])
    folder = ui.settings().own_regions_folder / begun.key
    st.button(
        ui.say("region.list.write", region=begun.key), type="primary", key="region_write", icon=":material/save:",
        help=ui.say("region.list.write_help", folder=folder), on_click=_write, args=(begun,),
    )  # fmt: skip


def _doubts(begun: Start, doubts: Sequence[Doubt]) -> None:
    by = {(priority.key, c.key): c for priority in begun.profile.priorities for c in priority.concepts}
    said = [
        f"{next(iter(by[d.priority, d.concept].spellings.values()))[0]} ({ui.short_label(name(begun, d.priority))})"
        for d in doubts
    ]
    ui.notice(ui.say("region.list.doubt", list=", ".join(said)), kind="warning")
    st.button(
        ui.say("region.list.doubt_off"), key="region_doubt_off", on_click=attempt,
        args=(desk_region.switch_off, ui.settings(), begun, doubts),
    )  # fmt: skip


def _top(begun: Start, key: str) -> None:
    table = desk_region.listed(begun, ui.ranker(), today=ui.today(), only=key)
    if table.empty:
        ui.notice(ui.say("region.draft.none"))
        return
    spoken = ui.language()
    shown = pd.DataFrame(
        {
            "score": [round(score) for score in table["score"]],
            "title": table["title"],
            "deadline": [words.day(on, spoken) for on in table["deadline"]],
        }
    )
    config = {
        column: st.column_config.Column(ui.say(f"region.list.{column}"), width=width)
        for column, width in zip(shown.columns, WIDTHS, strict=True)
    }
    st.dataframe(
        shown, hide_index=True, column_config=config, key="region_top", alt=ui.say("region.list.table_alt"),
    )  # fmt: skip


def _write(begun: Start) -> None:
    folder = attempt(desk_region.write, ui.settings(), begun, ui.ranker())
    if folder is not None:
        st.session_state[WRITTEN] = (str(folder), desk_region.command(ui.settings(), begun.key))
        st.session_state.pop(ui_region.KEY, None)
        st.session_state.pop(TOLD, None)


def written() -> None:
    """After the last step: where the folder is and how the region is opened."""
    told = st.session_state.get(WRITTEN)
    if told is None:
        return
    folder, command = told
    ui.notice(ui.say("region.list.written", folder=folder), kind="success")
    st.code(command, language=None)
    st.caption(ui.md_escape(f"{ui.say('region.list.after')} {ui.say('region.list.labels_kept')}"))
