"""The priorities as a file, a search over all of them, and new ones: the parts of the page beside the editor."""

import re

import pandas as pd
import streamlit as st

from matcher import desk, desk_tune, ui, ui_draft
from matcher.errors import InputError
from matcher.model import Concept, Noun, Priority, Profile
from matcher.ui_edits import field_label, label_of, sentences, value

MOST_LINES = 60
_PLACE = re.compile(r"YAML, line (\d+), column (\d+): ")


def file() -> None:
    """Download the priorities as YAML; an uploaded file becomes the draft, whole, after a look at what it changes."""
    st.caption(ui.md_escape(ui.say("priorities.file.lead")))
    settings, drafted = ui.settings(), bool(ui_draft.edits())
    draft, base = ui_draft.current(), desk.shipped_priorities(settings)
    label = ui.say("priorities.file.download_draft" if drafted else "priorities.file.download")
    version = f"v{ui_draft.base().version}{'-draft' if drafted else ''}"
    # Written when it is asked for: it takes longer than all the rest of the page.
    st.download_button(
        label, lambda: desk.write_priorities(draft, base=base).encode("utf-8"), mime="application/yaml",
        file_name=f"priorities-{settings.region}-{version}.yaml", icon=":material/download:", on_click="ignore",
        key="yaml_download",
    )  # fmt: skip
    upload = st.file_uploader(
        ui.say("priorities.file.upload"), type=["yaml", "yml"], max_upload_size=1, key=f"yaml_{ui_draft.generation()}"
    )
    if upload is None:
        return
    try:
        read = desk.read_priorities(upload.getvalue().decode("utf-8-sig"), name="YAML")
    except UnicodeDecodeError:
        _faults([ui.say("priorities.file.not_text")])
        return
    except InputError as error:
        _faults([place_in(line) for line in error.faults or [str(error)]])
        return
    if read.region != settings.region:
        _faults([ui.say("priorities.file.other_region", region=read.region, here=settings.region)])
        return
    saved = ui.profile()
    edits = desk_tune.edits(saved, read)
    if not edits:
        ui.notice(ui.say("priorities.file.same"))
        return
    st.markdown(ui.md_escape(ui.plural("priorities.file.differs", len(edits))))
    lines = sentences(edits, read, saved)
    st.text("\n".join(f"• {ui.plain(line)}" for line in lines[:MOST_LINES]))
    if drafted:
        st.caption(ui.md_escape(ui.say("priorities.file.lost")))
    st.button(ui.say("priorities.file.take"), type="primary", key="yaml_take", on_click=_take, args=(read, saved))


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
    st.dataframe(
        pd.DataFrame(rows, columns=list(names)), column_config=names, hide_index=True, key="search_table",
        alt=ui.say("priorities.search.alt"),
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
        st.form_submit_button(
            ui.say("priorities.new.create"), icon=":material/add:", on_click=_create, key="new_create"
        )
    here = next((p for p in ui_draft.current().priorities if p.key == key), None)
    if here is not None:
        label = ui.say("priorities.new.remove", label=label_of(here))
        st.button(
            ui.md_escape(label), icon=":material/delete:", key="remove_priority", on_click=_remove, args=(here,)
        )


def new_key(text: str, taken: set[str]) -> str:
    """A short key of small letters, digits and hyphens for a name, numbered if it is taken."""
    plain = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    key = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "new"
    number, made = 2, key
    while made in taken:
        made, number = f"{key}-{number}", number + 1
    return made


def first_concepts(text: str) -> list[Concept]:
    """Concepts of lines like `drones, unmanned aircraft = Drohnen` (English = German), each with weight 2."""
    found: list[Concept] = []
    for line in text.splitlines():
        english, _, german = line.partition("=")
        parts = {"en": _spellings(english), "de": _spellings(german)}
        spellings = {language: words for language, words in parts.items() if words}
        if spellings:
            first = next(iter(spellings.values()))[0]
            key = new_key(first, {concept.key for concept in found})
            found.append(Concept(key=key, weight=2.0, spellings=spellings))
    return found


def _spellings(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip()[:200] for part in text.split(",") if part.strip()))


def place_in(line: str) -> str:
    """A fault of a file with its place in the session's language."""
    found = _PLACE.match(line)
    if found is None:
        return line
    return ui.say("priorities.file.place", line=found[1], column=found[2], problem=line[found.end() :])


def _faults(faults: list[str]) -> None:
    st.error(ui.md_escape(ui.plural("priorities.file.faults", len(faults))), icon=":material/warning:")
    st.text("\n".join(f"• {ui.plain(line)}" for line in faults[:MOST_LINES]))


def _take(read: Profile, saved: Profile) -> None:
    ui_draft.rebase(saved, read.model_copy(update={"version": saved.version}))
    ui_draft.say_later("success", ui.say("priorities.file.taken"))


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
    made = Priority(
        key=key, labels=labels, concepts=first_concepts(str(st.session_state.get("new_words") or ""))
    )  # fmt: skip
    ui_draft.put(draft.model_copy(update={"priorities": [*draft.priorities, made]}))
    for name in ("new_label_de", "new_label_en", "new_words"):
        st.session_state[name] = ""
    st.session_state["priorities_field"] = key
    ui_draft.say_later("success", ui.say("priorities.new.made", label=label_of(made)))


def _remove(gone: Priority) -> None:
    draft = ui_draft.current()
    left = [priority for priority in draft.priorities if priority.key != gone.key]
    if not left:
        ui_draft.say_later("warning", ui.say("priorities.new.last"))
        return
    ui_draft.put(draft.model_copy(update={"priorities": left}))
    st.session_state["priorities_field"] = left[0].key
    ui_draft.say_later("success", ui.say("priorities.new.removed", label=label_of(gone)))


def _found(profile: Profile, wanted: str) -> list[tuple[str, ...]]:
    rows = []
    for priority in profile.priorities:
        label = field_label(priority.key, profile)
        for part, nouns in (("concept", priority.concepts), ("guard", priority.guards), ("rule", priority.rules)):
            for noun in nouns:
                if wanted in _text(noun).casefold():
                    rows.append((label, ui.say(f"priorities.part.{part}"), *_cells(noun)))
    return rows


def _text(noun: Noun) -> str:
    if isinstance(noun, Concept):
        return " \n".join([noun.key, noun.note or "", *(s for all_ in noun.spellings.values() for s in all_)])
    return " \n".join(
        [*getattr(noun, "prefixes", []), *getattr(noun, "title_any", []), getattr(noun, "note", "") or ""]
    )


def _cells(noun: Noun) -> tuple[str, ...]:
    if isinstance(noun, Concept):
        spellings = (", ".join(noun.spellings.get(language, [])) for language in ("en", "de"))
        return (value(noun.weight), *spellings, noun.note or "")
    prefixes = ", ".join([*getattr(noun, "prefixes", []), *getattr(noun, "title_any", [])])
    return (value(getattr(noun, "add", None)), prefixes, "", getattr(noun, "note", "") or "")
