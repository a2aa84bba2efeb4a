"""A priority that no call of the list fits strongly or partially: what that means, and what helps."""

from collections.abc import Sequence
from textwrap import shorten

import streamlit as st

from matcher import desk, ui, ui_address, ui_stand, words
from matcher.model import Call, Concept, Priority
from matcher.views import absent, effects, shortlist
from matcher.views.absent import Asleep, Elsewhere

MOST, MOST_SILENT, MOST_NAMED = 30, 12, 5
LONGEST_TITLE = 150


def finding(heard: int, hidden: Sequence[Call]) -> None:
    """That no call fits, and what can be done. `heard`: how many calls of the list have a word of the priority.

    `hidden`: running calls that have one in hidden programmes; where they are all there is, that is the headline.
    """
    if hidden:
        said = ui.plural("priorities.zero.hidden_only", len(hidden))
    else:
        said = ui.plural("priorities.zero.weak", heard) if heard else ui.say("priorities.preview.no_word")
    st.markdown(f"**{ui.md_escape(said)}**")
    _named(hidden, "named_hidden")
    last = ui.last_run()
    day = ui_stand.day_of(last) if last is not None else ui.today()
    st.caption(ui.md_escape(ui.say("priorities.zero.help", day=words.day(day, ui.language()))))


def little(grades: Sequence[str]) -> None:
    """That few calls fit, and how well; `grades`: the class of each."""
    well = sum(grade in shortlist.SHOWN_GRADES for grade in grades)
    key = "little_weak" if not well else "little_all" if 1 < well == len(grades) else "little"
    told = ui.plural(f"priorities.zero.{key}", len(grades), m=well)
    st.markdown(f"**{ui.md_escape(told)}**")


def hidden(calls: Sequence[Call]) -> None:
    """How many running calls have a word of the priority in hidden programmes, and the first of them by title."""
    _counted("hidden_ones", calls)


def elsewhere(found: Elsewhere) -> None:
    """How many calls that do not run have a word of the priority, and the first of them by title."""
    _counted("closed_too" if found.hidden else "closed", found.closed)
    _counted("undated_ones", found.undated)


def _counted(key: str, calls: Sequence[Call]) -> None:
    if calls:
        st.markdown(ui.md_escape(ui.plural(f"priorities.zero.{key}", len(calls))), width="content")
        _named(calls, f"named_{key}")


def _named(calls: Sequence[Call], key: str) -> None:
    """Links to the first calls, each with why it is not in the list."""
    if not calls:
        return
    with st.container(gap="xxsmall", key=key):
        for call in absent.titles(calls, MOST_NAMED):
            title = shorten(call.title, LONGEST_TITLE, placeholder=" …")
            st.page_link(
                ui.page("call"), label=ui.md_escape(f"{title} ({_why(call)})"), icon=":material/description:",
                query_params=ui_address.kept("call", call=call.reference),
            )  # fmt: skip


def _why(call: Call) -> str:
    status = call.status(ui.today())
    if status == "closed" and call.deadlines:
        return ui.say("priorities.zero.closed_on", day=words.day(call.deadlines[-1].on, ui.language()))
    if status == "closed":
        return ui.say("states.status.closed")
    if status not in effects.STATUSES:
        return ui.say("priorities.zero.undated")
    until = call.next_deadline(ui.today())
    if until is None:
        return ui.say("priorities.zero.hidden")
    return ui.say("priorities.zero.hidden_until", day=words.day(until.on, ui.language()))


def without(priority: Priority) -> None:
    """The concepts that stand in no stored call, each with what looks like it."""
    gone = dead(priority, ui.ranker())
    if gone:
        calls = words.number(len(ui.ranker().calls_), ui.language())
        st.caption(ui.md_escape(ui.say("priorities.effects.dead", calls=calls)))
        nearest(gone)


def asleep(found: Sequence[Asleep], calls: Elsewhere) -> None:
    """The concepts that stand only in `calls` outside the list, each with its number, and the first of these.

    Those of hidden programmes are named apart from it, as they run.
    """
    spoken = ui.language()
    told = ", ".join(f"{a.spelling} ({words.number(a.calls, spoken)})" for a in found[:MOST_SILENT])
    more = " …" if len(found) > MOST_SILENT else ""
    st.caption(ui.md_escape(ui.say("priorities.zero.asleep", list=told + more)))
    _named([*calls.closed, *calls.undated], "named_asleep")


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
        near, apart = effects.similar(english, known)
        key = "near" if near else "apart" if apart else "alone" if english else "german"
        meant = f" ({english[0]})" if english and english[0] != own else ""
        lines.append(ui.say(f"priorities.effects.dead_{key}", concept=own, meant=meant, words=", ".join(near)))
    st.text("\n".join(f"• {ui.plain(line)}" for line in lines))
