"""A priority that no call of the list fits strongly or partially: what that means, and what helps."""

from collections.abc import Sequence

import streamlit as st

from matcher import desk, ui, words
from matcher.model import Concept, Priority
from matcher.views import effects
from matcher.views.absent import Asleep
from matcher.views.lab import Elsewhere

MOST, MOST_SILENT = 30, 12


def finding(heard: int) -> None:
    """That no call fits, and what can be done. `heard`: how many calls of the list have a word of the priority."""
    said = ui.plural("priorities.zero.weak", heard) if heard else ui.say("priorities.preview.no_word")
    st.markdown(f"**{ui.md_escape(said)}**")
    st.caption(ui.md_escape(ui.say("priorities.zero.help", day=words.day(ui.today(), ui.language()))))


def draw(priority: Priority, found: Elsewhere) -> None:
    """Where else the words stand, what looks like them, and from when the calls are."""
    spoken = ui.language()
    if found.spelling:
        if found.closed:
            st.markdown(ui.md_escape(ui.plural("priorities.zero.closed", found.closed)), width="content")
        if found.others:
            st.markdown(ui.md_escape(ui.plural("priorities.zero.others", found.others)), width="content")
        _show(found.spelling)
    gone = dead(priority, ui.ranker())
    if gone:
        calls = words.number(len(ui.ranker().calls_), spoken)
        st.caption(ui.md_escape(ui.say("priorities.effects.dead", calls=calls)))
        nearest(gone)


def _show(spelling: str) -> None:
    """A link to every stored call with a word, the closed and the hidden too."""
    st.page_link(
        ui.page("matches"), label=ui.md_escape(ui.say("priorities.zero.show", word=spelling)),
        icon=":material/search:",
        query_params={"q": f'"{spelling}"', "status": ["open", "forthcoming", "closed"], "noise": "all"},
    )  # fmt: skip


def asleep(found: Sequence[Asleep]) -> None:
    """The concepts that stand only in calls outside the list, each with its number of calls, and the way to them."""
    if found:
        spoken = ui.language()
        told = ", ".join(f"{a.spelling} ({words.number(a.calls, spoken)})" for a in found[:MOST_SILENT])
        more = " …" if len(found) > MOST_SILENT else ""
        st.caption(ui.md_escape(ui.say("priorities.zero.asleep", list=told + more)))
        _show(found[0].spelling)


def dead(priority: Priority, ranker: desk.Ranker) -> list[Concept]:
    """Concepts that are switched on and stand in no stored call."""
    return [concept for concept in priority.concepts if concept.active and not ranker.having(concept).any()]


def silent(gone: Sequence[Concept]) -> None:
    """The concepts that no call has, by their first spelling: what stands in the list came by others."""
    if gone:
        told = ", ".join(next(iter(concept.spellings.values()))[0] for concept in gone[:MOST_SILENT])
        more = " …" if len(gone) > MOST_SILENT else ""
        st.caption(ui.md_escape(ui.say("priorities.zero.silent", list=told + more)))


def nearest(gone: Sequence[Concept]) -> None:
    """Each dead concept with the words of the calls that look most like it."""
    known, lines = ui.ranker().words(), []
    for concept in gone[:MOST]:
        own = (concept.spellings.get("en") or next(iter(concept.spellings.values())))[0]
        english = effects.english(ui.ranker(), concept)
        near = effects.nearest(english, known)
        key = "near" if near else "alone" if english else "german"
        meant = f" ({english[0]})" if english and english[0] != own else ""
        lines.append(ui.say(f"priorities.effects.dead_{key}", concept=own, meant=meant, words=", ".join(near)))
    st.text("\n".join(f"• {ui.plain(line)}" for line in lines))
