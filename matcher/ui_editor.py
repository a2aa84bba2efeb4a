"""The editor of one priority: concepts, guards, rules and names, read into the draft after every edit.

The base table of an editor stays the same until `ui_draft.renew` or another priority is chosen, for Streamlit matches
edits by position. With a fault nothing is taken into the draft, and every fault is named by table, row and column.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from matcher import ui, ui_address, ui_draft, ui_reshape, ui_suggest
from matcher.errors import InputError
from matcher.model import Priority
from matcher.ui_address import Choice
from matcher.ui_edits import fault, label_of, value
from matcher.views import priorities as priorities_view
from matcher.views import rules as rules_view

LANGUAGES = ("de", "en", "nl")
PHONE_FIRST = ("spellings_en", "spellings_de", "weight")
ROLES = ("concept", "guard", "rule")
HEIGHT, ROW, SPARE = 600, 35, 6
"""Pixels of a table at most, of a row, and rows left empty below the last one."""
MOST_FAULTS = 40
PAGE = "priorities"
Tables = dict[str, pd.DataFrame]


def choose() -> str:
    """Which priority to edit; its key stands in the address."""
    drawn = st.session_state.get("draft_labels")
    names = _labels()
    asked = {"field": Choice(next(iter(names)), list(names))}
    ui_address.load(PAGE, asked)
    now = st.session_state.get(f"{PAGE}_field")
    if now not in names or drawn is not st.session_state["draft_labels"]:
        # The browser holds the name that was chosen: under new names the choice must be told to it again.
        st.session_state[f"{PAGE}_field"] = now if now in names else next(iter(names))
    chosen: str = st.selectbox(
        ui.say("priorities.field"), list(names), format_func=lambda key: names[key], key=f"{PAGE}_field"
    )
    ui_address.save(PAGE, asked)
    return chosen


def _labels() -> dict[str, str]:
    """The names to choose from, the same until the draft is renewed: a choice is lost when its name changes."""
    place = (ui_draft.generation(), ui.language())
    known: tuple[object, dict[str, str]] | None = st.session_state.get("draft_labels")
    if known is None or known[0] != place:
        known = (place, {p.key: ui.plain(label_of(p)) for p in ui_draft.current().priorities})
        st.session_state["draft_labels"] = known
    return known[1]


def draw(key: str) -> list[str]:
    """Draw the editor of a priority, put what is sound into the draft; returns the faults in words."""
    priority = ui_draft.current().priority(key)
    tables = _tables(priority)
    names = [*(ui.say(f"priorities.editor.{role}s") for role in ROLES), ui.say("priorities.editor.field")]
    names += [ui.say("lab.tab.reshape"), ui.say("lab.tab.suggest")]
    tabs = st.tabs(names, on_change="rerun", key=f"editor_tabs_{key}_{ui.language()}")
    edited: Tables = {}
    for role, tab in zip(ROLES, tabs, strict=False):
        with tab:
            st.caption(ui.md_escape(ui.say(f"priorities.editor.{role}s_help")))
            edited[role] = _editor(role, tables[role], priority)
            st.caption(ui.md_escape(ui.say("priorities.editor.add_hint")))
    with tabs[len(ROLES)]:
        named = _names(priority)
    _kept()[key] = edited
    faults: list[str] = []

    def sound(role: str, reading: Callable[[], Any]) -> Any:
        try:
            return reading()
        except InputError as error:
            faults.extend(f"{ui.say(f'priorities.fault.{role}')}, {fault(line)}" for line in error.faults)
            return None

    bare = named.model_copy(update={"concepts": [], "guards": []})
    concepts = sound("concept", lambda: priorities_view.read(edited["concept"], bare).concepts)
    guards = sound("guard", lambda: priorities_view.read(edited["guard"], bare).guards)
    rules = sound("rule", lambda: rules_view.read(edited["rule"], priority.rules, ui.language()))
    if concepts is not None and guards is not None:
        twice = {concept.key for concept in concepts} & {concept.key for concept in guards}
        faults += [ui.say("priorities.fault.both_keys", name=key) for key in sorted(twice)]
    if not named.labels.get("de") and not named.labels.get("en"):
        faults.append(ui.say("priorities.editor.need_label"))
    if faults:
        st.error(ui.md_escape(ui.plural("priorities.draft.faulty", len(faults))), icon=":material/warning:")
        st.text("\n".join(f"• {ui.plain(line)}" for line in faults[:MOST_FAULTS]))
    else:
        ui_draft.edit(named.model_copy(update={"concepts": concepts, "guards": guards, "rules": rules}))
    for tab, tools in zip(tabs[-2:], (ui_reshape.draw, ui_suggest.draw), strict=True):
        if tab.open:
            with tab:
                tools(ui_draft.current().priority(key), ready=not faults)
    return faults


def _kept() -> dict[str, Tables]:
    """What stands in the editors of each priority, faulty or not, so that going to another one loses nothing."""
    kept: dict[str, Tables] = st.session_state.setdefault("draft_tables", {})
    return kept


def _tables(priority: Priority) -> Tables:
    """The base tables of the editors: built when the priority was chosen, then left alone."""
    place = (priority.key, ui_draft.generation())
    base: tuple[object, Tables] | None = st.session_state.get("draft_bases")
    if base is not None and base[0] == place:
        return base[1]
    st.session_state["draft_visit"] = _visit() + 1
    tables = _kept().get(priority.key) or {
        "concept": priorities_view.build(priority.model_copy(update={"guards": []})),
        "guard": priorities_view.build(priority.model_copy(update={"concepts": []})),
        "rule": rules_view.build(priority.rules, ui.language()),
    }
    # An added row has no switch yet, which a plain column of booleans cannot hold.
    tables = {role: t.reset_index(drop=True).astype({"active": "boolean"}) for role, t in tables.items()}
    st.session_state["draft_bases"] = (place, tables)
    return tables


def _visit() -> int:
    """A number in the keys of the editors: another base table needs another key."""
    return int(st.session_state.get("draft_visit", 0))


def _editor(role: str, table: pd.DataFrame, priority: Priority) -> pd.DataFrame:
    edited: pd.DataFrame = st.data_editor(
        table,
        key=f"edit_{role}_{priority.key}_{_visit()}",
        num_rows="dynamic",
        hide_index=True,
        height=min(HEIGHT, ROW * (len(table) + SPARE)),
        column_config=_rule_columns() if role == "rule" else _concept_columns(role),
        column_order=list(_rule_columns() if role == "rule" else _concept_columns(role)),
        alt=ui.say(f"priorities.editor.alt_{role}s", label=label_of(priority)),
    )
    return edited


def _concept_columns(role: str) -> dict[str, Any]:
    weights = priorities_view.CONCEPT_WEIGHTS if role == "concept" else priorities_view.GUARD_WEIGHTS
    column, phone = st.column_config, bool(st.session_state.get("narrow"))
    told = {
        "active": column.CheckboxColumn(_head("active"), default=True, width=50),
        "spellings_en": _chips("en", pinned=False, width=112 if phone else 180),
        "weight": column.SelectboxColumn(
            _head("weight"), options=list(weights), format_func=value, width=84,
            default=2.0 if role == "concept" else -2.0,
        ),
        "spellings_de": _chips("de", width=112 if phone else 220),
        "note": column.TextColumn(_head("note"), max_chars=1000, width=220, default=""),
        "spellings_nl": _chips("nl", width=160),
        "cap": column.NumberColumn(
            _head("cap"), min_value=0, max_value=1, step=0.05, help=ui.say("priorities.column.cap_help"), width=100
        ),
        "key": column.TextColumn(
            _head("key"), max_chars=80, help=ui.say("priorities.column.key_help"), width=150, default=""
        ),
    }  # fmt: skip
    # Both languages and the weight are in sight on a phone; the switch is one swipe away.
    first = PHONE_FIRST if phone else ()
    return {name: told[name] for name in (*first, *(name for name in told if name not in first))}


def _rule_columns() -> dict[str, Any]:
    column = st.column_config
    chips = {
        name: column.MultiselectColumn(_head(name), options=[], accept_new_options=True, width=220, default=[])
        for name in ("prefixes", "title_any")
    }
    add = column.SelectboxColumn(
        _head("add"),
        options=[step for step in rules_view.ADDS if abs(step) <= 6],
        format_func=value,
        width=80,
        default=2.0,
    )
    return {
        "active": column.CheckboxColumn(_head("active"), default=True, width=50),
        "prefixes": chips["prefixes"],
        "add": add,
        "title_any": chips["title_any"],
        "note": column.TextColumn(_head("note"), max_chars=1000, width=260, default=""),
    }


def _chips(language: str, *, width: int, pinned: bool | None = None) -> Any:
    return st.column_config.MultiselectColumn(
        _head(language), options=[], accept_new_options=True, help=ui.say("priorities.column.spellings_help"),
        width=width, pinned=pinned, default=[],
    )  # fmt: skip


def _head(name: str) -> str:
    return ui.say(f"priorities.column.{name}")


def _names(priority: Priority) -> Priority:
    """Labels, descriptions and the switch of the priority itself."""
    mark = f"{priority.key}_{_visit()}"
    labels, descriptions = dict(priority.labels), dict(priority.descriptions)

    def take(texts: dict[str, str], language: str, text: str | None) -> None:
        if (text or "").strip():
            texts[language] = str(text).strip()
        else:
            texts.pop(language, None)

    for language in LANGUAGES:
        shown = st.text_input(
            ui.say(f"priorities.editor.label_{language}"), labels.get(language, ""), max_chars=200,
            key=f"label_{language}_{mark}",
        )  # fmt: skip
        take(labels, language, shown)
    for language in LANGUAGES[:2]:
        shown = st.text_area(
            ui.say(f"priorities.editor.description_{language}"), descriptions.get(language, ""), max_chars=2000,
            key=f"description_{language}_{mark}", height=90,
        )  # fmt: skip
        take(descriptions, language, shown)
    active = st.toggle(
        ui.say("priorities.editor.active"), priority.active, key=f"active_{mark}",
        help=ui.say("priorities.editor.active_help"),
    )  # fmt: skip
    return priority.model_copy(update={"labels": labels, "descriptions": descriptions, "active": active})
