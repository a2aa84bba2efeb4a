"""Until when a call of the news is watched: the likeliest day in one press, others from a menu, or a free day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from matcher import ui, words
from matcher.model import Call
from matcher.views import watch

ASKED, OTHER, DAY = "news_own_day", "other", "news_day_chosen"


def days(call: Call) -> dict[date, str]:
    """Days until which a call can be watched, in words, the likeliest first."""
    found = {}
    for on, weeks in watch.watch_days(call, ui.today()).items():
        day = words.day(on, ui.language())
        name = "park_opens" if weeks is None else "park_before"
        found[on] = ui.plural("news.act.park_weeks", weeks, day=day) if weeks else ui.say(f"news.act.{name}", day=day)
    return found


def label(first: date | None) -> str:
    """What the button says that watches at once; without a day where the deadline leaves none."""
    if first is None:
        return ui.say("news.act.park")
    return ui.say("news.act.park_day", day=words.near_day(first, ui.today(), ui.language()))


def choices(found: dict[date, str]) -> dict[date | str, str]:
    """These days and "another day"; nothing where there is none."""
    return dict([*found.items(), (OTHER, ui.say("news.act.park_other"))]) if found else {}


def ask(reference: str) -> None:
    """Show the field for a day of one's own at this call."""
    st.session_state[ASKED] = reference
    st.session_state.pop(DAY, None)


def own_day(call: Call, first: date | None, say: Callable[..., None], args: tuple[Any, ...]) -> None:
    """The field for a day of one's own, where it was asked for; `say` takes `args` and the day."""
    if st.session_state.get(ASKED) != call.reference or first is None:
        return
    limit = watch.latest(call, ui.today())
    with st.container(horizontal=True, vertical_alignment="bottom", key="news_own_watch"):
        st.date_input(
            ui.say("columns.until"), value=first, min_value=ui.today() + timedelta(days=1), max_value=limit,
            format="DD.MM.YYYY", key=DAY, width=160, help=ui.say("matches.park_limit") if limit else None,
        )  # fmt: skip
        st.button(ui.say("news.act.park"), key="news_own_watch_do", type="primary", on_click=_do, args=(say, args))
        st.button(ui.say("news.act.cancel"), key="news_own_watch_cancel", type="tertiary", on_click=_close)


def _do(say: Callable[..., None], args: tuple[Any, ...]) -> None:
    chosen = st.session_state.get(DAY)
    if isinstance(chosen, date):
        _close()
        say(*args, chosen)


def _close() -> None:
    st.session_state.pop(ASKED, None)
