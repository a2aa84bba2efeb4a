"""Above the news: how many wait for a word, how they add up, what is left out and how to see it."""

from typing import Any

import pandas as pd
import streamlit as st

from matcher import ui, ui_news, ui_news_stand, words
from matcher.ui_news import Period, key
from matcher.views import news


def draw(asked: Period) -> None:
    """What fits and what does not, each with what is to be decided; the sum of all; what is open from before.

    On a phone the sum stands at the end of the page (`below`): the first item shall be seen at once.
    """
    whole = ui_news.found(asked, True)
    fits = whole.items["related"].map(bool)
    rest, relation = int((~fits).sum()), news.relation(whole.items)
    with st.container(horizontal=True, vertical_alignment="center", key="summary"):
        if len(whole.items):
            st.markdown(f"**{ui.md_escape(_count('open', whole.items[fits]))}**", width="content")
        if rest:
            st.markdown(ui.md_escape(_count("unrelated", whole.items[~fits], relation)), width="content")
            if st.session_state.get(key("all")):
                _button("news_fitting", ui.say("news.only_fitting"), _show, "", False)
            else:
                first = _first(whole.items[~fits])
                _button("news_show_all", ui.plural("news.show", rest), _show, first, True)
        if not st.session_state.get("narrow"):
            st.caption(ui.md_escape(_sum(whole)), width="content")
        towns = _by_towns(whole.items)
        if towns:
            st.caption(ui.md_escape(ui.plural("news.by_towns", towns)), width="content")
        before = _open_before(asked)
        if before:
            st.caption(ui.md_escape(ui.plural("news.earlier", before)), width="content")
            _button("news_earlier", ui.say("news.earlier_show"), ui_news.longer)


def below(asked: Period) -> None:
    """On a phone: the sum of all, which stands above the news elsewhere."""
    told = _sum(ui_news.found(asked, True)) if st.session_state.get("narrow") else ""
    if told:
        st.caption(ui.md_escape(told))


def _sum(whole: news.News) -> str:
    """All news and the calls they tell of as a sum of its parts; empty where there are none."""
    rest, relation = int((~whole.items["related"].map(bool)).sum()), news.relation(whole.items)
    parts = {"fit": len(whole.items) - rest, "rest": rest, "hidden": whole.unrelated, "over": whole.over}
    total = sum(parts.values())
    if not total:
        return ""
    what = ui.say(f"news.relation.in_sum_{relation}")
    told = [ui.plural(f"news.sum.{name}", n, what=what) for name, n in parts.items() if n]
    return ui.say(
        "news.sum.all", n=ui.plural("news.sum.news", total), calls=ui.plural("news.sum.calls", whole.calls),
        parts=" + ".join(told),
    )  # fmt: skip


def _count(name: str, items: pd.DataFrame, relation: str = "none") -> str:
    """How many of the items still wait for a word."""
    waiting, spoken = int(items["open"].map(bool).sum()), ui.language()
    what = ui.say(f"news.relation.{relation}")
    if not waiting:
        return ui.say(
            f"news.{name}_none" if len(items) else f"news.{name}_nothing",
            of=words.number(len(items), spoken),
            what=what,
        )
    return ui.say(f"news.{name}", what=what, n=words.number(waiting, spoken), of=words.number(len(items), spoken))


def _by_towns(items: pd.DataFrame) -> int:
    """In the view of the region: decided items on which a town had the last word, for itself."""
    if ui.office():
        return 0
    last = ui_news_stand.lasts()
    done = [told for told, waiting in zip(items["references"], items["open"], strict=True) if not waiting]
    return sum(any(one in last and last[one].office for one in references) for references in done)


def _first(items: pd.DataFrame) -> str:
    """The first of the items that is open, else the first."""
    waiting = items[items["open"].map(bool)]
    return str((waiting if len(waiting) else items)["key"].iloc[0])


def _open_before(asked: Period) -> int:
    """Items of the last 30 days that are open and older than what is shown."""
    start = ui_news.start_of_all()
    if asked.since <= start:
        return 0
    longer = ui_news.found(Period(start)).items
    return int((longer["open"].map(bool) & (longer["on"] < asked.since)).sum())


def _button(name: str, label: str, act: Any, *args: object) -> None:
    st.button(ui.plain(label), key=name, type="tertiary", on_click=act, args=args)


def _show(item: str, shown: bool) -> None:
    """Show or hide what concerns no field; shown, the first of it is in hand, so that the list goes there."""
    st.session_state[key("all")] = shown
    st.session_state[key("item")] = item
    st.session_state["news_topic"] = ""
