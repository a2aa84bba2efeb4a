"""The news as a file: the calls of the items on the page, each with what is new about it."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_downloads, ui_keep, ui_news, words
from matcher.views import news_rows, shortlist

FIRST = ("rank", "change")
"""What a file of news has before the columns of the office's list."""


def menu(items: pd.DataFrame, asked: ui_news.Period) -> None:
    """The menu of files of all calls of the items, in the order of the page."""
    spoken, count = ui.language(), len(news_rows.references(items))
    told = desk.provenance(ui.store(), ui.settings(), today=ui.today()) | {
        "filters": ui.say("news.file_filter", day=words.day(asked.since, spoken)),
        "order": ui.say("news.title"),
        "exported": desk.now().astimezone(ui.BRUSSELS).date().isoformat(),
        "rows": words.number(count, spoken),
        "ranker": ui.ranker().label,
    }
    # What a file needs is fetched now: when it is asked for there is no session.
    table, ranker, profile, learned, stamp = ui.table(), ui.ranker(), ui.profile(), ui.learned(), desk.now()

    def file(form: str, people: bool) -> Callable[[], bytes]:
        def make() -> bytes:
            rows = shortlist.reasons(news_rows.rows(items, table, spoken), ranker, profile, learned)
            rows.attrs = table.attrs
            office = [*FIRST, *exports.office(rows)] if form in ("csv-de", "xlsx") else None
            return exports.render(
                form, rows, language=spoken, provenance=told, columns=office, stamp=stamp, people=people
            )

        return make

    with st.popover(ui.say("matches.download"), icon=":material/download:", key="news_downloads"):
        st.caption(ui.plural("matches.download_lead", count))
        town = ui_keep.offices().get(ui.office(), "")
        ui_downloads.menu(file, "news_file", of=f"{ui.say('news.title')} {town}", people="news_people")
