"""Suggestions beside the editor: further spellings of a concept, new concepts of the priority; a click adds one."""

from hashlib import blake2s
from textwrap import shorten

import streamlit as st

from matcher import desk, desk_concepts, ui, ui_data, ui_draft
from matcher.ledger import Decision
from matcher.model import Concept, Priority
from matcher.ui_ideas import origin
from matcher.ui_lab import decisions_on
from matcher.ui_reshape import name
from matcher.views import offered, suggest
from matcher.views.suggest import Suggestion

MOST = 12
NEW = ""
LONGEST_TITLE = 80


def draw(priority: Priority, *, ready: bool) -> None:
    """Suggestions for one priority. `ready`: the tables are faultless, so that an added word loses nothing."""
    st.caption(ui.md_escape(ui.say("lab.suggest.lead")))
    if not ready:
        ui.notice(ui.say("lab.reshape.not_now"), kind="warning")
        return
    if ui.last_run() is None:
        ui.notice(ui.say("priorities.preview.no_calls"))
        return
    parts = {concept.key: concept for concept in (*priority.concepts, *priority.guards)}
    slot = f"suggest_{priority.key}"
    if st.session_state.get(slot) not in {NEW, *parts}:
        st.session_state[slot] = NEW
    names = {NEW: ui.say("lab.suggest.new_concepts")} | {key: name(part) for key, part in parts.items()}
    chosen = st.selectbox(
        ui.say("lab.suggest.for_what"), list(names), key=slot, format_func=lambda key: names.get(key, key)
    )
    concept = parts.get(chosen)
    said = decisions_on(ui.decisions(), priority.key)
    place = (
        ui.settings().database, ui.settings().ranker, ui.store().revision("calls"), ui_data.translations(),
        ui.store().revision("decisions"), priority.model_dump_json(), chosen,
    )  # fmt: skip
    ranker = ui.ranker()
    grounds, found = _found(ranker, priority, concept, said, place)
    if concept is None and len(grounds.rows) >= suggest.LEAST_CALLS:
        key = "lab.suggest.kept" if grounds.kept else "lab.suggest.strong"
        st.caption(ui.md_escape(ui.say(key, n=len(grounds.rows))))
    elif concept is None and found:
        st.caption(ui.md_escape(ui.say("lab.suggest.near")))
    left = suggest.without(found, _rejected(priority.key, chosen))
    for one in left[:MOST]:
        _row(priority, concept, one)
    if not left:
        few = concept is None and len(grounds.rows) < suggest.LEAST_CALLS
        ui.notice(ui.say("lab.suggest.few" if few else "lab.suggest.none"))
    gone = len(_rejected(priority.key, chosen))
    if gone:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(ui.md_escape(ui.plural("lab.suggest.rejected", gone)))
            st.button(
                ui.say("lab.suggest.again"), key="suggest_again", type="tertiary",
                on_click=_rejected(priority.key, chosen).clear,
            )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=32)
def _found(
    _ranker: desk.Ranker,
    _priority: Priority,
    _concept: Concept | None,
    _decisions: list[Decision],
    place: tuple[object, ...],
) -> tuple[suggest.Grounds, list[Suggestion]]:
    if _concept is None:
        return offered.concepts(_ranker, _priority, _decisions)
    grounds = suggest.grounds(_ranker, _priority, _decisions)
    return grounds, suggest.spellings(_ranker, _priority, _concept, desk.glossary(ui.settings()))


def _row(priority: Priority, concept: Concept | None, one: Suggestion) -> None:
    mark = blake2s(f"{priority.key}|{concept.key if concept else ''}|{one.language}|{one.text}".encode()).hexdigest()[
        :12
    ]
    with st.container(border=True, gap="xsmall", key=f"suggestion_{mark}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            source = ui.say(f"lab.suggest.{one.source}", origin=origin(one.origin) if one.origin else "–")
            st.markdown(f"**{ui.md_escape(one.text)}** · {ui.md_escape(source)}", width="stretch")
            st.button(
                ui.say("lab.suggest.add"), icon=":material/add:", key=f"suggest_add_{mark}", on_click=_add,
                args=(priority, concept, one),
            )  # fmt: skip
            st.button(
                ui.say("lab.suggest.reject"), icon=":material/close:", key=f"suggest_no_{mark}", type="tertiary",
                on_click=_reject, args=(priority.key, concept.key if concept else NEW, one),
            )  # fmt: skip
        st.caption(ui.md_escape(_counts(concept, one)))
        call = ui.calls().get(one.reference) if one.reference else None
        if call is not None:
            passage = one.example if one.example and not one.example.startswith(call.title[:40]) else ""
            title = ui.plain(shorten(call.title, LONGEST_TITLE, placeholder=" …"))
            line = ui.say("lab.suggest.example", title=title, passage=passage) if passage else title
            st.caption(ui.md_escape(line))


def _counts(concept: Concept | None, one: Suggestion) -> str:
    if concept is None and one.source == "letters":
        return ui.plural("lab.suggest.near_calls", one.calls, new=one.new)
    if concept is None:
        return ui.plural("lab.suggest.concept_calls", one.calls, inside=one.inside, new=one.new)
    if not one.calls:
        return ui.say("lab.suggest.word_none", tongue=ui.say(f"lab.reshape.{one.language}"))
    if one.language != "en":
        return ui.plural("lab.suggest.word_calls", one.calls, tongue=ui.say(f"lab.reshape.{one.language}"))
    return ui.plural("lab.suggest.calls", one.calls, new=one.new)


def _add(priority: Priority, concept: Concept | None, one: Suggestion) -> None:
    if concept is None:
        made = desk_concepts.add_concept(priority, one.language, one.text)
    else:
        made = desk_concepts.add_spelling(priority, concept.key, one.language, one.text)
    draft = ui_draft.current()
    ui_draft.put(
        draft.model_copy(update={"priorities": [made if p.key == made.key else p for p in draft.priorities]})
    )
    ui_draft.say_later("success", ui.say("lab.suggest.added", word=one.text))


def _rejected(priority: str, concept: str) -> set[tuple[str, str]]:
    """What was turned down in this session: (language, folded word)."""
    all_: dict[tuple[str, str], set[tuple[str, str]]] = st.session_state.setdefault("suggest_rejected", {})
    return all_.setdefault((priority, concept), set())


def _reject(priority: str, concept: str, one: Suggestion) -> None:
    _rejected(priority, concept).add(suggest.mark(one))
