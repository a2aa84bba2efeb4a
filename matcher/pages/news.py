"""The page "What is new": what came or changed since the last visit, read, decided and handed on item by item."""

import streamlit as st

from matcher import (
    ui,
    ui_address,
    ui_news,
    ui_news_done,
    ui_news_file,
    ui_news_list,
    ui_news_panel,
    ui_news_summary,
    ui_pull,
)
from matcher.views import news_done

choices = ui_news.choices()
ui_address.load(ui_news.PAGE, choices)
ui.header(ui.say("news.title"))
ui_pull.last_words()
bar = ui_news.controls()
asked = ui_news.period()
told = ui_news.found(asked)
ui_news_summary.draw(asked)
items = ui_news.steady(told.items, asked)
if len(items):
    finished = news_done.decided(items)
    if not finished:
        with bar:
            ui_news_file.menu(items, asked)
    place = ui_news.place(items)
    st.session_state["order"] = [references[0] for references in items["references"]]
    left, right = ui_news.sides()
    with right:
        if finished:
            ui_news_done.draw(items, asked)
        topic = ui_news_panel.draw(items, place)
    with left:
        ui_news.follow(ui_news_list.draw(items, items["key"].iloc[place]) or topic)
else:
    ui_news.nothing(asked)
ui_news_summary.below(asked)
ui_address.save(ui_news.PAGE, choices)
