"""A search over all priorities, and priorities themselves: new ones, one less, their order."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from matcher import desk_concepts, ui, ui_draft, ui_reshape
from matcher.desk_concepts import new_key
from matcher.model import Concept, Noun, Priority, Profile, Rule
from matcher.ui_edits import field_label, label_of, value
from matcher.views.priorities import CONCEPT_WEIGHTS

Hit = tuple[str, str, tuple[str, ...]]


def search() -> None:
    """Where a word stands in any priority: spellings, notes, keys, rules."""
    word = st.text_input(
        ui.say("priorities.search.label"), type="search", key="priorities_search", max_chars=80,
        placeholder=ui.say("priorities.search.hint"), persist_state="session",
    )  # fmt: skip
    st.caption(ui.md_escape(ui.say("priorities.search.lead")))
    wanted = (word or "").strip().casefold()
    if not wanted:
        return
    rows = _found(ui_draft.current(), wanted)
    if not rows:
        ui.notice(ui.say("priorities.search.none", word=word))
        return
    st.caption(ui.md_escape(ui.plural("priorities.search.found", len(rows))))
    names = {
        "priority": ui.say("priorities.field"), "part": ui.say("priorities.search.part"),
        "weight": ui.say("priorities.column.weight"), "en": ui.say("priorities.column.en"),
        "de": ui.say("priorities.column.de"), "note": ui.say("priorities.column.note"),
    }  # fmt: skip
    st.caption(ui.md_escape(ui.say("lab.search.pick")))
    picked = st.dataframe(
        pd.DataFrame([cells for _, _, cells in rows], columns=list(names)), column_config=names, hide_index=True,
        key="search_table", alt=ui.say("priorities.search.alt"), on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    for at in getattr(getattr(picked, "selection", None), "rows", []):
        if at < len(rows):
            priority, concept, cells = rows[at]
            st.button(
                ui.md_escape(ui.say("lab.search.go", label=cells[0])), icon=":material/arrow_forward:",
                key="search_go", on_click=ui_reshape.go_to, args=(priority, concept),
            )  # fmt: skip


def fields(key: str) -> None:
    """Add a priority to the draft, with first concepts as lines; remove the one that is being edited."""
    st.caption(ui.md_escape(ui.say("priorities.new.lead")))
    with st.form("new_priority", border=False):
        left, right = st.columns(2)
        left.text_input(ui.say("priorities.editor.label_de"), key="new_label_de", max_chars=120)
        right.text_input(ui.say("priorities.editor.label_en"), key="new_label_en", max_chars=120)
        st.text_area(
            ui.say("priorities.new.words"),
            key="new_words",
            placeholder=ui.say("priorities.new.words_hint"),
            height=120,
        )
        st.select_slider(
            ui.say("priorities.new.weight"), options=list(CONCEPT_WEIGHTS), value=2.0, format_func=value,
            key="new_weight", width=320,
        )  # fmt: skip
        st.form_submit_button(
            ui.say("priorities.new.create"), icon=":material/add:", on_click=_create, key="new_create"
        )
    ui_reshape.order_priorities()
    here = next((p for p in ui_draft.current().priorities if p.key == key), None)
    if here is not None:
        label = ui.say("priorities.new.remove", label=label_of(here))
        st.button(
            ui.md_escape(label), icon=":material/delete:", key="remove_priority", on_click=_remove, args=(here,)
        )


def first_concepts(
    text: str,
    weight: float = 2.0,
    meant: Callable[[str], Sequence[str]] = lambda _: (),
    heard: Callable[[str], bool] = lambda _: True,
) -> list[Concept]:
    """Concepts of lines like `drones, unmanned aircraft = Drohnen` (English = German).

    A line without "=" is of one language, which each of its words tells; `meant`: what a word is called in English,
    `heard`: whether the calls have it.
    """
    found: list[Concept] = []
    for line in text.splitlines():
        english, paired, german = line.partition("=")
        parts = {"en": _spellings(english), "de": _spellings(german)}
        if not paired:
            tongues = {word: desk_concepts.tongue(word, meant(word), heard=heard(word)) for word in parts["en"]}
            parts = {
                language: [w for w, spoken in tongues.items() if spoken == language] for language in ("en", "de")
            }
        spellings = {language: words for language, words in parts.items() if words}
        if spellings:
            first = next(iter(spellings.values()))[0]
            key = new_key(first, {concept.key for concept in found})
            found.append(Concept(key=key, weight=weight, spellings=spellings))
    return found


def _spellings(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip()[:200] for part in text.split(",") if part.strip()))


def _create() -> None:
    labels = {language: str(st.session_state.get(f"new_label_{language}") or "").strip() for language in ("de", "en")}
    labels = {language: label for language, label in labels.items() if label}
    draft = ui_draft.current()
    if not labels:
        ui_draft.say_later("warning", ui.say("priorities.editor.need_label"))
        return
    taken = {name.casefold() for priority in draft.priorities for name in priority.labels.values()}
    if taken & {label.casefold() for label in labels.values()}:
        ui_draft.say_later("warning", ui.say("priorities.new.exists"))
        return
    key = new_key(labels.get("en") or labels["de"], {priority.key for priority in draft.priorities})
    text, weight = str(st.session_state.get("new_words") or ""), float(st.session_state.get("new_weight") or 2.0)
    if ui.last_run() is None:
        concepts = first_concepts(text, weight)
    else:
        known = {word.casefold() for word in ui.ranker().words()}
        concepts = first_concepts(text, weight, ui.ranker().english, lambda word: word.casefold() in known)
    made = Priority(key=key, labels=labels, concepts=concepts)
    ui_draft.put(draft.model_copy(update={"priorities": [*draft.priorities, made]}))
    for name in ("new_label_de", "new_label_en", "new_words"):
        st.session_state[name] = ""
    ui_draft.show(key)
    ui_draft.say_later("success", _made(made))


def _made(made: Priority) -> str:
    """What was added, and which words were taken for German though nobody said so."""
    if not made.concepts:
        return ui.say("priorities.new.made", label=label_of(made))
    said = ui.plural("priorities.new.made_with", len(made.concepts), label=label_of(made))
    german = [word for concept in made.concepts if "en" not in concept.spellings for word in concept.spellings["de"]]
    return f"{said} {ui.say('priorities.new.german', list=', '.join(german))}" if german else said


def _remove(gone: Priority) -> None:
    draft = ui_draft.current()
    left = [priority for priority in draft.priorities if priority.key != gone.key]
    if not left:
        ui_draft.say_later("warning", ui.say("priorities.new.last"))
        return
    ui_draft.put(draft.model_copy(update={"priorities": left}))
    st.session_state["priorities_field"] = left[0].key
    ui_draft.say_later("success", ui.say("priorities.new.removed", label=label_of(gone)))


def _found(profile: Profile, wanted: str) -> list[Hit]:
    rows: list[Hit] = []
    for priority in profile.priorities:
        label = field_label(priority.key, profile)
        for part, nouns in (("concept", priority.concepts), ("guard", priority.guards), ("rule", priority.rules)):
            for noun in nouns:
                if wanted in _text(noun).casefold():
                    key = noun.key if isinstance(noun, Concept) else ""
                    rows.append((priority.key, key, (label, ui.say(f"priorities.part.{part}"), *_cells(noun))))
    return rows


def _text(noun: Noun) -> str:
    if isinstance(noun, Concept):
        return " \n".join([noun.key, noun.note or "", *(s for all_ in noun.spellings.values() for s in all_)])
    return " \n".join(
        [
            *getattr(noun, "prefixes", []),
            *getattr(noun, "title_any", []),
            getattr(noun, "note", "") or "",
            *getattr(noun, "notes", {}).values(),
        ]
    )


def _cells(noun: Noun) -> tuple[str, ...]:
    if isinstance(noun, Concept):
        spellings = (", ".join(noun.spellings.get(language, [])) for language in ("en", "de"))
        return (value(noun.weight), *spellings, noun.note or "")
    prefixes = ", ".join([*getattr(noun, "prefixes", []), *getattr(noun, "title_any", [])])
    note = noun.told(ui.language()) if isinstance(noun, Rule) else getattr(noun, "note", "")
    return (value(getattr(noun, "add", None)), prefixes, "", note or "")
