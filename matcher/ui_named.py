"""Below a search that finds nothing: the filters its words name, one click each."""

from collections.abc import Mapping

import streamlit as st

from matcher import ui, ui_filters, words
from matcher.views import named
from matcher.views.named import Named
from matcher.views.shortlist import Facets, Filters

PARAMETERS = {name: parameter for parameter, name in ui_filters.LISTS.items()}


def draw(facets: Facets, asked: Filters, texts: Mapping[str, str] | None) -> None:
    """Nothing where no word of the search names a choice that leads to calls."""
    found = named.named(facets, asked, texts)
    if found:
        st.markdown(ui.md_escape(ui.say("matches.nothing_named")))
    for number, one in enumerate(found):
        what = words.say(f"states.filter.{one.filter}", ui.language())
        label = ui.plural("matches.named", one.calls, what=what, value=named.shown(one, ui.language()))
        st.button(
            ui.md_escape(label),
            key=f"matches_named_{number}",
            icon=":material/filter_alt:",
            on_click=_take,
            args=(one,),
        )


def _take(one: Named) -> None:
    """The filter in place of the word."""
    st.session_state[ui_filters.key("q")] = one.rest
    st.session_state[ui_filters.key(PARAMETERS[one.filter])] = [one.value]
    ui_filters.first_page()
