"""The news as a file: the calls of the items on the page, each with what is new about it."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from matcher import desk, exports, ui, ui_downloads, ui_keep, ui_news, words
from matcher.views import news_rows, shortlist

FIRST = ("rank", "change")
"""What a file of news has before the columns of the office's list."""


def menu(items: pd.DataFrame, asked: ui_news.Period) -> None:
    """The menu of files of the calls of the items in the order of the page, of all or of those that were kept."""
    table = ui.table()
    with st.popover(ui.say("matches.download"), icon=":material/download:", key="news_downloads"):
        kept = st.toggle(ui.say("news.file_kept"), key="news_kept", help=ui.say("news.file_kept_help"))
        if kept:
            table = news_rows.kept(table)
        _files(items, table, asked, kept)


def _files(items: pd.DataFrame, table: pd.DataFrame, asked: ui_news.Period, kept: bool) -> None:
    spoken, count = ui.language(), int(table["reference"].isin(news_rows.references(items)).sum())
    told = desk.provenance(ui.store(), ui.settings(), today=ui.today()) | {
        "filters": ui.say(f"news.file_filter{'_kept' if kept else ''}", day=words.day(asked.since, spoken)),
        "order": ui.say("news.title"),
        "exported": desk.now().astimezone(ui.BRUSSELS).date().isoformat(),
        "rows": words.number(count, spoken),
        "ranker": ui.ranker().label,
    }
    # What a file needs is fetched now: when it is asked for there is no session.
    ranker, profile, learned, stamp = ui.ranker(), ui.profile(), ui.learned(), desk.now()

    def file(form: str, people: bool) -> Callable[[], bytes]:
        def make() -> bytes:
            rows = shortlist.reasons(news_rows.rows(items, table, spoken), ranker, profile, learned)
            rows.attrs = table.attrs
            office = [*FIRST, *exports.office(rows)] if form in ("csv-de", "xlsx") else None
            return exports.render(
                form, rows, language=spoken, provenance=told, columns=office, stamp=stamp, people=people
            )

        return make

    st.caption(ui.plural("matches.download_lead", count))
    town, part = ui_keep.offices().get(ui.office(), ""), ui.say("news.file_part") if kept else ""
    ui_downloads.menu(file, "news_file", of=f"{ui.say('news.title')} {part} {town}", people="news_people")
