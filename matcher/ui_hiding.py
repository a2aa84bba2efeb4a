"""What hides calls on the page "Calls", and the way to see them: what hides goes, search and priority stay."""

from collections.abc import Mapping, Sequence

import streamlit as st

from matcher import ui, ui_filters, ui_named, words
from matcher.ui_address import Choice
from matcher.views.hiding import hiding, of_nothing
from matcher.views.shortlist import Facets, Filters, Found

PARAMETERS = {
    **ui_named.PARAMETERS,
    "deadline": "due",
    "budget": "money",
    "since": "since",
    "late": "late",
    "discarded": "discarded",
    "search": "q",
}
LONGEST_SAID = 60
OPENED = ("status", "noise")
"""Filters that hide what is not chosen in them, also where nothing is: all choices are taken instead of none."""


def more(found: Found, known: Mapping[str, Choice]) -> None:
    """Beside the calls: the press that shows those that filters hide. Without search and priority these are all."""
    rest = hiding(found)
    if rest.calls and found.mask.any():
        label = ui.say("matches.show_all")
        if not found.masks.keys().isdisjoint(("search", "priorities")):
            label = ui.plural("matches.show_more", rest.calls, list=_names(rest.filters))
        st.button(
            ui.md_escape(label),
            key="matches_show_all",
            type="tertiary",
            on_click=drop,
            args=(dict(known), rest.filters),
        )


def nothing(facets: Facets, asked: Filters, texts: Mapping[str, str] | None, known: Mapping[str, Choice]) -> None:
    """What to do when the filters leave no call."""
    searched = "_search" if asked.search.strip() else ""
    rest = of_nothing(facets, asked, texts)
    with st.container(border=True, key="nothing"):
        title = ui.say("matches.nothing_title")
        if searched and not rest.calls:
            title = ui.say("matches.nothing_title_search", words=" ".join(asked.search.split())[:LONGEST_SAID])
        st.subheader(ui.md_escape(title), anchor=False)
        if rest.calls:
            told = ui.plural(f"matches.nothing_hidden{searched}", rest.calls, list=_names(rest.filters))
            st.markdown(ui.md_escape(told))
            st.button(
                ui.plural("matches.nothing_show", rest.calls), key="matches_show_hidden", type="primary",
                icon=":material/visibility:", on_click=drop, args=(dict(known), rest.filters),
            )  # fmt: skip
        else:
            st.markdown(ui.md_escape(ui.say(f"matches.nothing{searched}")))
        if searched:
            ui_named.draw(facets, asked, texts)
        with st.container(horizontal=True):
            if searched and not rest.calls:
                st.button(
                    ui.say("matches.drop_search"), key="matches_drop_search", type="primary", on_click=drop,
                    args=(dict(known), ("search",)),
                )  # fmt: skip
            st.button(
                ui.say(f"matches.reset{searched}"), key="matches_reset_here",
                type="secondary" if rest.calls or searched else "primary", on_click=ui_filters.reset,
                args=(dict(known),),
            )  # fmt: skip


def drop(known: Mapping[str, Choice], filters: Sequence[str]) -> None:
    """Take away these filters, named by the fields of `Filters`."""
    for name in filters:
        parameter = PARAMETERS[name]
        choice = known[parameter]
        st.session_state[ui_filters.key(parameter)] = (
            True if name == "discarded" else list(choice.options or ()) if parameter in OPENED else choice.read(None)
        )
    ui_filters.first_page()


def _names(filters: Sequence[str]) -> str:
    names = ("noise_hidden" if name == "noise" else name for name in filters)
    return ", ".join(words.say(f"states.filter.{name}", ui.language()) for name in names)
