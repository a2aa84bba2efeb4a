"""When the last item of the news is decided: that it is done, what came of it, and where to go on."""

import pandas as pd
import streamlit as st

from matcher import ui, ui_address, ui_news, ui_news_file, ui_news_stand, words
from matcher.ledger import State
from matcher.views import news_done
from matcher.views.filters import KEPT, KEPT_STATES


def draw(items: pd.DataFrame, asked: ui_news.Period) -> None:
    """All items are decided: how many calls stand where, which of them nobody was told of, the file, the lists."""
    spoken, count = ui.language(), len(items)
    outcome = news_done.outcome(items, ui_news_stand.lasts(), ui.office() or None)
    stands = ", ".join(
        f"{words.number(n, spoken)} {words.say(f'states.state.{state}', spoken)}" for state, n in outcome.items()
    )
    with st.container(border=True, key="news_finished"):
        name = "title_fitting" if items["related"].all() else "title"
        title = ui.plural(f"news.finished.{name}", count, day=words.day(asked.since, spoken))
        st.subheader(f":green[:material/check_circle:] {ui.md_escape(title)}", anchor=False)
        if stands:
            st.markdown(ui.md_escape(ui.say("news.finished.stands", stands=stands)))
        waiting, kept = outcome.get(State.SHORTLISTED, 0), sum(outcome.get(State(one), 0) for one in KEPT_STATES)
        # Handing on is the region's work.
        if waiting and not ui.office():
            st.markdown(ui.md_escape(ui.plural("news.finished.kept", waiting)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if kept:
                st.page_link(
                    ui.page("matches"), label=ui.say("news.finished.to_kept"), icon=":material/forward_to_inbox:",
                    query_params=ui_address.bare(state=KEPT),
                )  # fmt: skip
            ui_news_file.menu(items, asked)
            st.page_link(
                ui.page("matches"), label=ui.say("news.empty.to_matches"), icon=":material/list:",
                query_params=ui_address.kept("matches"),
            )  # fmt: skip
