"""Reshaping a priority with buttons: find a concept, put it in order, split it, join it, move it elsewhere."""

import streamlit as st

from matcher import desk_concepts, ui, ui_draft
from matcher.desk_concepts import Spelling
from matcher.model import Concept, Priority, Profile
from matcher.ui_edits import label_of, value
from matcher.views.priorities import CONCEPT_WEIGHTS, GUARD_WEIGHTS

ARROWS = {
    "first": "vertical_align_top",
    "up": "arrow_upward",
    "down": "arrow_downward",
    "last": "vertical_align_bottom",
}


def go_to(priority: str, concept: str) -> None:
    """At the coming run the page shows this priority, with this concept chosen for reshaping."""
    ui_draft.show(priority)
    st.session_state[f"reshape_{priority}"] = concept
    if concept:
        st.session_state[f"editor_tabs_{priority}_{ui.language()}"] = ui.say("lab.tab.reshape")


def draw(priority: Priority, *, ready: bool) -> None:
    """The tools for one concept of a priority. `ready`: the tables are faultless, so that a step loses nothing."""
    st.caption(ui.md_escape(ui.say("lab.reshape.lead")))
    if not ready:
        ui.notice(ui.say("lab.reshape.not_now"), kind="warning")
        return
    parts = {concept.key: concept for concept in (*priority.concepts, *priority.guards)}
    if not parts:
        ui.notice(ui.say("lab.reshape.none"))
        return
    word = st.text_input(
        ui.say("lab.reshape.search"), type="search", key=f"reshape_search_{priority.key}", max_chars=80,
        placeholder=ui.say("lab.reshape.search_hint"),
    )  # fmt: skip
    wanted = (word or "").strip().casefold()
    shown = {key: concept for key, concept in parts.items() if wanted in _text(concept)}
    if not shown:
        ui.notice(ui.say("lab.reshape.no_hit", word=word))
        return
    slot = f"reshape_{priority.key}"
    kept = st.session_state.get(slot)
    # Set anew at every run: the names hold the weights, and with another name a choice would be forgotten.
    st.session_state[slot] = kept if kept in shown else next(iter(shown))
    names = {key: name(part) for key, part in parts.items()}
    chosen = st.selectbox(
        ui.say("lab.reshape.concept"), list(shown), format_func=lambda key: names.get(key, key), key=slot
    )
    concept = parts[chosen]
    for language, texts in concept.spellings.items():
        line = ui.say("lab.reshape.spellings", tongue=ui.say(f"lab.reshape.{language}"), list=", ".join(texts))
        st.caption(ui.md_escape(line))
    if len({"en", "de"} & set(concept.spellings)) == 1:
        st.button(
            ui.say(f"lab.reshape.swap_{'de' if 'de' in concept.spellings else 'en'}"), icon=":material/translate:",
            key="reshape_swap", type="tertiary", on_click=_put,
            args=(_with(desk_concepts.swap(priority, chosen)), None),
        )  # fmt: skip
    _weigh(priority, concept)
    _order(priority, concept)
    _split(priority, concept)
    _join(priority, concept, parts, names)
    _move(priority, concept)


def order_priorities() -> None:
    """The priorities in their order, each with arrows."""
    draft = ui_draft.current()
    st.markdown(f"**{ui.md_escape(ui.say('lab.reshape.priorities'))}**")
    st.caption(ui.md_escape(ui.say("lab.reshape.priorities_lead")))
    last = len(draft.priorities) - 1
    for at, priority in enumerate(draft.priorities):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for where, edge in (("up", 0), ("down", last)):
                made = desk_concepts.place_priority(draft, priority.key, where)
                st.button(
                    ui.say(f"lab.reshape.{where}"), icon=f":material/{ARROWS[where]}:", type="tertiary",
                    key=f"order_{where}_{priority.key}", disabled=at == edge, on_click=_put, args=(made, None),
                )  # fmt: skip
            st.markdown(ui.md_escape(label_of(priority)), width="stretch")


def name(concept: Concept) -> str:
    """A concept by its first spelling and weight."""
    first = next((text for texts in concept.spellings.values() for text in texts), concept.key)
    shown = f"{first} ({value(concept.weight)})"
    return ui.plain(ui.say("lab.reshape.guard", name=shown) if concept.weight < 0 else shown)


def _weigh(priority: Priority, concept: Concept) -> None:
    """A slider for the weight; what the draft says stands in it, whatever it stood at before an undo or an edit."""
    steps = GUARD_WEIGHTS[::-1] if concept.weight < 0 else CONCEPT_WEIGHTS
    slot = f"weigh_{priority.key}_{concept.key}"
    if concept.weight not in steps:
        return
    st.session_state[slot] = concept.weight
    label = "lab.reshape.weight_guard" if concept.weight < 0 else "lab.reshape.weight"
    st.select_slider(
        ui.say(label), options=list(steps), format_func=value, key=slot, on_change=_weigh_now,
        args=(priority.key, concept.key, slot), help=ui.say("lab.reshape.weight_help"), width=420,
    )  # fmt: skip


def _weigh_now(priority: str, concept: str, slot: str) -> None:
    draft = ui_draft.current().priority(priority)
    _put(_with(desk_concepts.weigh(draft, concept, float(st.session_state[slot]))), None)


def _order(priority: Priority, concept: Concept) -> None:
    side = priority.guards if concept.weight < 0 else priority.concepts
    at = next((i for i, other in enumerate(side) if other.key == concept.key), 0)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(ui.md_escape(ui.say("lab.reshape.order")), width="content")
        for where, icon in ARROWS.items():
            edge = at == (0 if where in ("first", "up") else len(side) - 1)
            made = desk_concepts.place(priority, concept.key, where)
            st.button(
                ui.say(f"lab.reshape.{where}"), icon=f":material/{icon}:", key=f"place_{where}", type="tertiary",
                disabled=edge, on_click=_put, args=(_with(made), None),
            )  # fmt: skip


def _split(priority: Priority, concept: Concept) -> None:
    said = desk_concepts.spellings(concept)
    slot = f"split_{priority.key}_{concept.key}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        going: list[Spelling] = st.multiselect(
            ui.say("lab.reshape.going"), said, format_func=lambda s: ui.plain(f"{s.text} ({s.language})"), key=slot,
            placeholder=ui.say("lab.reshape.choose"),
        )  # fmt: skip
        st.button(
            ui.say("lab.reshape.split"), icon=":material/call_split:", key="reshape_split",
            disabled=not 0 < len(going) < len(said), help=ui.say("lab.reshape.split_help"),
            on_click=_split_now, args=(priority, concept, slot),
        )  # fmt: skip


def _split_now(priority: Priority, concept: Concept, slot: str) -> None:
    """As the fields stand when the button is pressed, which the last run of the page may not know yet."""
    going: list[Spelling] = st.session_state.get(slot) or []
    if not 0 < len(going) < len(desk_concepts.spellings(concept)):
        return
    made = desk_concepts.split(priority, concept.key, going)
    new = next(text for language, text in desk_concepts.spellings(concept) if Spelling(language, text) in going)
    _put(_with(made), ui.say("lab.reshape.split_done", name=name(concept), new=new))


def _join(priority: Priority, concept: Concept, parts: dict[str, Concept], names: dict[str, str]) -> None:
    alike = [key for key, other in parts.items() if key != concept.key and other.weight * concept.weight > 0]
    if not alike:
        return
    slot = f"join_{priority.key}_{concept.key}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        other = st.selectbox(
            ui.say("lab.reshape.other"), alike, index=None, format_func=lambda key: names.get(key, key), key=slot,
            placeholder=ui.say("lab.reshape.choose"),
        )  # fmt: skip
        st.button(
            ui.say("lab.reshape.join"), icon=":material/merge:", key="reshape_join", disabled=other is None,
            help=ui.say("lab.reshape.join_help"), on_click=_join_now,
            args=(priority, concept, parts, slot),
        )  # fmt: skip


def _join_now(priority: Priority, concept: Concept, parts: dict[str, Concept], slot: str) -> None:
    other = parts.get(st.session_state.get(slot) or "")
    if other is None:
        return
    made = desk_concepts.join(priority, concept.key, other.key)
    _put(_with(made), ui.say("lab.reshape.join_done", name=name(concept), other=name(other)))


def _move(priority: Priority, concept: Concept) -> None:
    others = {p.key: label_of(p) for p in ui_draft.current().priorities if p.key != priority.key}
    if not others:
        return
    slot = f"move_{priority.key}_{concept.key}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        into = st.selectbox(
            ui.say("lab.reshape.into"), list(others), index=None, format_func=lambda key: ui.plain(others[key]),
            key=slot, placeholder=ui.say("lab.reshape.choose"),
        )  # fmt: skip
        st.button(
            ui.say("lab.reshape.move"), icon=":material/drive_file_move:", key="reshape_move", disabled=into is None,
            on_click=_move_now, args=(priority, concept, slot),
        )  # fmt: skip


def _move_now(priority: Priority, concept: Concept, slot: str) -> None:
    into: str | None = st.session_state.get(slot)
    if into is None:
        return
    made = desk_concepts.move(ui_draft.current(), concept.key, out_of=priority.key, into=into)
    label = label_of(made.priority(into))
    _put(made, ui.say("lab.reshape.move_done", name=name(concept), label=label))


def _with(priority: Priority) -> Profile:
    draft = ui_draft.current()
    return draft.model_copy(
        update={"priorities": [priority if p.key == priority.key else p for p in draft.priorities]}
    )


def _put(draft: Profile, told: str | None) -> None:
    ui_draft.put(draft)
    if told:
        ui_draft.say_later("success", told)


def _text(concept: Concept) -> str:
    spellings = (text for texts in concept.spellings.values() for text in texts)
    return " \n".join([concept.key, concept.note or "", *spellings]).casefold()
