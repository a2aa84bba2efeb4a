"""Words near a priority that finds little, each with its calls: a press takes one into the draft."""

from textwrap import shorten

import streamlit as st

from matcher import desk, desk_concepts, ui, ui_draft
from matcher.model import Priority
from matcher.ui_edits import value
from matcher.views import effects, near
from matcher.views.near import Near

LIGHTEST = 1.0
LONGEST_TITLE = 90
MOST_NAMED = 3


def draw(priority: Priority, pool: effects.Pool, place: tuple[object, ...], *, nothing: bool, ready: bool) -> None:
    """Near words, each with the first calls it would bring. `nothing`: no call fits yet.

    `ready`: the tables are faultless, so nothing is lost.
    """
    if not any(concept.active for concept in priority.concepts):
        return
    found = _found(ui.ranker(), priority, pool, place)
    if not found:
        if nothing:
            st.caption(ui.md_escape(ui.say("lab.near.none")))
        return
    st.markdown(f"**{ui.md_escape(ui.say('lab.near.title'))}**")
    lead = ui.say("lab.near.lead", weight=value(_weight(priority))) if ready else ui.say("lab.near.not_now")
    st.caption(ui.md_escape(lead))
    with st.container(gap="xsmall", key="lab_near"):
        for one in found:
            word = f"{one.text} ({one.german})" if one.german else one.text
            st.button(
                ui.md_escape(_label(one, word)), icon=":material/add:",
                key=f"near_{one.text}", help=_why(one), disabled=not ready, on_click=_add, args=(priority.key, one),
            )  # fmt: skip
            st.caption(ui.md_escape(_titles(one)))


@st.cache_resource(show_spinner=False, max_entries=32)
def _found(_ranker: desk.Ranker, _priority: Priority, _pool: effects.Pool, place: tuple[object, ...]) -> list[Near]:
    return near.near(_ranker, _priority, desk.glossary(ui.settings()), _pool.rows)


def _weight(priority: Priority) -> float:
    """Half of what most weighs: a near word is not what was meant."""
    most = max((concept.weight for concept in priority.concepts if concept.active), default=LIGHTEST)
    return max(LIGHTEST, int(most) / 2)


def _label(one: Near, word: str) -> str:
    """A word and what it does: what brings no call lifts one that is there."""
    return ui.plural("lab.near.word", one.new, word=word) if one.new else ui.say("lab.near.lifts", word=word)


def _why(one: Near) -> str:
    """What led to a word."""
    ways: dict[str, list[str]] = {}
    for way, source in one.why:
        ways.setdefault(way, []).append(source)
    told = [
        ui.say("lab.near.title_word")
        if way == "title"
        else ui.say(f"lab.near.{way}", list=", ".join(sources[:MOST_NAMED]))
        for way, sources in ways.items()
    ]
    return "  \n".join(ui.md_escape(line) for line in told)


def _titles(one: Near) -> str:
    """The first calls that a word would bring, by title."""
    known = ui.calls()
    titles = dict.fromkeys(known[reference].title for reference in one.references if reference in known)
    told = " · ".join(ui.plain(shorten(title, LONGEST_TITLE, placeholder=" …")) for title in titles)
    more = one.new - len(one.references)
    return f"{told} · {ui.say('lab.near.more', n=more)}" if more > 0 else told


def _add(key: str, one: Near) -> None:
    draft = ui_draft.current()
    own = draft.priority(key)
    made = desk_concepts.add_concept(own, "en", one.text, _weight(own))
    if one.german:
        made = desk_concepts.add_spelling(made, made.concepts[-1].key, "de", one.german)
    ui_draft.put(draft.model_copy(update={"priorities": [made if p.key == key else p for p in draft.priorities]}))
    ui_draft.say_later("success", ui.say("lab.suggest.added", word=one.text))
