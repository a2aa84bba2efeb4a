"""Words through which a call counts twice in the edited priority, said above its preview, with what to do."""

from textwrap import shorten

import streamlit as st

from matcher import desk, ui
from matcher.model import Call, Priority
from matcher.views import doubled
from matcher.views.doubled import Doubled

MOST = 3
LONGEST_TITLE = 90


def draw(priority: Priority, place: tuple[object, ...]) -> None:
    """A sentence for each word, with one call that has it. `place`: what tells the same state again."""
    for double, call in _found(ui.ranker(), priority, place):
        title = ui.plain(shorten(call.title, LONGEST_TITLE, placeholder=" …"))
        key = "first" if double.spelling == double.concept else "at"
        first = ui.say(f"priorities.doubts.counted_{key}", **double.told())
        told = ui.plural("priorities.doubts.counted", double.calls, first=first, title=title, **double.told())
        ui.notice(told, kind="warning")


@st.cache_resource(show_spinner=False, max_entries=32)
def _found(_ranker: desk.Ranker, _priority: Priority, place: tuple[object, ...]) -> list[tuple[Doubled, Call]]:
    return [(double, doubled.plainest(_ranker, double)) for double in doubled.find(_ranker, _priority)[:MOST]]
