"""A new region on the page: one field of the draft at a time, its words, its translations, the calls it finds."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from matcher import desk_region, ui, words
from matcher.desk_region import Start
from matcher.model import Priority
from matcher.ui_region import LANGUAGES, NEXT, TOLD, name
from matcher.views import priorities

WEIGHTS = (1.0, 1.5, 2.0, 2.5, 3.0)
BEST = 5


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
    priority = begun.profile.priority(key or keys[0])
    changed = _field(begun, priority)
    _best(begun, priority.key)
    if st.button(ui.say("region.draft.next"), type="primary", key="region_next"):
        with ui.errors():
            if (kept := changed()) != priority:
                _keep(begun, priority, kept)
            st.session_state[NEXT] = "label"
            st.rerun()


def _field(begun: Start, priority: Priority) -> Callable[[], Priority]:
    """The field to edit; what is returned reads it as it stands on the page, kept or not."""
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
        ui.notice(ui.plural("region.draft.open", len(unknown), list=", ".join(unknown)), kind="warning")
    english = _english(unknown or [], mark)
    edited = _table(priority, mark)
    st.caption(ui.md_escape(ui.say("region.draft.table_help")))
    with st.container(horizontal=True):
        saved = st.button(ui.say("region.draft.save"), key=f"region_save_{mark}", icon=":material/check:")
        many = len(begun.profile.priorities) > 1
        gone = st.button(
            ui.say("region.draft.remove"), key=f"region_remove_{mark}", type="tertiary", disabled=not many
        )

    def changed() -> Priority:
        return _changed(priority, names, edited, english)

    if saved or gone:
        with ui.errors():
            _keep(begun, priority, None if gone else changed())
            st.rerun()
    return changed


def _english(unknown: list[str], mark: str) -> dict[str, str]:
    """English typed beside the words that have none."""
    if not unknown:
        return {}
    column = st.column_config
    typed = st.data_editor(
        pd.DataFrame({"de": unknown, "en": pd.Series([""] * len(unknown), dtype="str")}), hide_index=True,
        key=f"region_open_{mark}", height=min(35 * len(unknown) + 40, 285),
        column_config={
            "de": column.TextColumn(ui.say("region.draft.open_word"), disabled=True, width=300),
            "en": column.TextColumn(ui.say("region.draft.open_english"), width=380, max_chars=200),
        },
    )  # fmt: skip
    pairs = zip(typed["de"], typed["en"], strict=True)
    return {str(german): english for german, english in pairs if isinstance(english, str) and english.strip()}


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
                ui.say("region.draft.weight"), options=list(WEIGHTS), default=2.0, required=True, width=96,
                format_func=_weight,
            ),
            "spellings_en": column.TextColumn(ui.say("region.draft.en"), width=300),
            "spellings_de": column.TextColumn(ui.say("region.draft.de"), width=240),
            "calls": column.NumberColumn(ui.say("region.draft.calls"), disabled=True, width=84),
            "note": column.TextColumn(ui.say("region.draft.note"), width=320),
        },
    )  # fmt: skip


def _weight(weight: float | str) -> str:
    return words.number(float(weight), ui.language(), 1)


def _changed(
    priority: Priority, names: dict[str, str], edited: pd.DataFrame, english: dict[str, str]
) -> Priority:  # fmt: skip
    """The field as it stands on the page. Raises InputError with the faults of the table."""
    kept = {code: said for code in [*names, *priority.labels] if (said := _said(names, priority, code))}
    read = priorities.read(edited, priority).model_copy(update={"labels": kept})
    return desk_region.translated(read, english, ui.say("region.draft.by_hand"))


def _keep(begun: Start, priority: Priority, changed: Priority | None) -> None:
    """Keep the field as changed, or the draft without it."""
    fields = [changed if p.key == priority.key else p for p in begun.profile.priorities]
    profile = begun.profile.model_copy(update={"priorities": [p for p in fields if p is not None]})
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
