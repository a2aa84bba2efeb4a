"""The list on the page "What is new": each item in a few lines, its topics unfoldable, works without a mouse."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from matcher import ui, ui_news, ui_news_stand, ui_rows, words
from matcher.ledger import Decision
from matcher.ui_look import Node, el
from matcher.ui_rows import DASH
from matcher.views import news


def rows_of(references: list[str]) -> dict[str, Any]:
    """The rows of the shortlist as named tuples by reference, with who may apply."""
    table = ui.table()
    rows = table[table["reference"].isin(set(references))]
    return {str(row.reference): row for row in rows.itertuples(index=False)}


def draw(items: pd.DataFrame, current: str) -> str:
    """The items under the days on which they came. Returns what was just clicked: a key, or key and topic."""
    limit = int(st.session_state.get("news_limit") or ui_news.PER_PAGE)
    # The item in hand is always on the list.
    limit = max(limit, list(items["key"]).index(current) + 1)
    shown = items.head(limit)
    rows = rows_of([reference for references in shown["references"] for reference in references])
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    last, nodes = ui_news_stand.lasts(), list[Node]()
    with st.container(key="news_list"):
        for related in (True, False):
            part = shown[shown["related"].map(bool) == related]
            if len(part) and not related:
                nodes.append(el("h4", _apart(items), css="day apart"))
            for on in part["on"].unique():
                nodes.append(el("h4", words.day(on, ui.language()), css="day"))
                group = part[part["on"] == on].itertuples(index=False)
                lines = [_item(item, rows, shorts, last, bool(item.key == current)) for item in group]
                nodes.append(el("ol", *lines, css="news"))
        result = ui.paper("news_items", [el("section", *nodes, label=ui.say("news.region"))])
        if len(items) > limit:
            st.button(
                ui.say("news.more", n=words.number(min(ui_news.PER_PAGE, len(items) - limit), ui.language())),
                key="news_more", on_click=_more, args=(limit,),
            )  # fmt: skip
    return str(result.get("open") or "")


def _apart(items: pd.DataFrame) -> str:
    count = int((~items["related"].map(bool)).sum())
    what = ui.say(f"news.relation.{news.relation(items)}")
    return ui.say("news.unrelated_title", what=what, n=words.number(count, ui.language()))


def happened(item: Any, reference: str) -> str:
    """What happened to one call of an item, in words with old and new value."""
    if item.kind == news.DUE:
        return ui.say("news.kind.due_said", day=words.day(item.on, ui.language()))
    if item.kind == news.NEW:
        count = len(item.references)
        if count > 1:
            return ui.say("news.kind.new_said_topics", n=words.number(count, ui.language()))
        return ui.say("news.kind.new_said")
    return str(item.told.get(reference) or item.change or "")


def _item(
    item: Any, rows: Mapping[str, Any], shorts: Mapping[str, str], last: Mapping[str, Decision], here: bool
) -> Node:
    spoken, best = ui.language(), rows[item.references[0]]
    said = ui_rows.cells(best, spoken, shorts)
    left = words.days_left(ui_rows.whole(best.days_left), spoken)
    done, stand = not item.open, ui_news_stand.together(item.references, last)
    # A town's word that holds for the region, because it said nothing itself, is told already.
    told = (ui_news_stand.elsewhere(one, last[one].office if one in last else None) for one in item.references)
    answers = "" if ui.office() else "; ".join(filter(None, told))
    facts: list[Node] = [
        *_fits(best, said),
        el("span", el("strong", said.deadline), f" · {left}", css="fact")
        if best.deadline
        else el("span", left, css="fact"),
        el("span", said.money, css="fact") if said.money != DASH else "",
        ui_rows.may_apply(best, said, "municipality", ui.say("news.applies", answer=said.apply)),
        *[el("span", condition, css="fact condition") for condition in said.conditions],
    ]
    kind = item.kind if item.kind in (news.NEW, news.DUE, news.HANDED) else "changed"
    several = len(item.references) > 1
    decided = len(item.references) - len(item.open)
    part = {"n": words.number(decided, spoken), "of": words.number(len(item.references), spoken)}
    return el(
        "li",
        el(
            "p",
            el("span", ui.say(f"news.kind.{kind}"), css=f"tag {kind}"),
            el("strong", happened(item, item.references[0]), css="happened"),
        ),
        el("h3", el("a", item.title, lang="en", href=ui_rows.address(best.reference), open=item.key)),
        el("p", *facts, css="glance"),
        _topics(item, rows, last) if several else "",
        el("p", ui.say("news.decided_of", **part), css="small") if several and decided and not done else "",
        el("p", el("span", stand, css="tag state"), css="small") if stand else "",
        el("p", ui.say("news.glance.answers", said=answers), css="small") if answers else "",
        open=item.key, css=" ".join(name for name, on in (("done", done), ("here", here)) if on),
    )  # fmt: skip


def _fits(best: Any, said: ui_rows.Cells) -> list[Node]:
    """The fields with the grade; nothing for a call that fits none: its heading says that."""
    if best.grade == "none":
        return []
    grade = words.say(f"states.grade.{best.grade}", ui.language())
    chips = [el("span", field, css="chip") for field in said.fields]
    # Behind the best one, of which it is: the others may fit less.
    return [*chips[:1], el("span", grade, css="fact"), *chips[1:]]


def _topics(item: Any, rows: Mapping[str, Any], last: Mapping[str, Decision]) -> Node:
    spoken = ui.language()
    stands = {reference: ui_news_stand.together([reference], last) for reference in item.references}
    lines = [
        el(
            "li",
            el(
                "a", rows[reference].title, lang="en", href=ui_rows.address(reference),
                open=f"{item.key}{ui_news.BETWEEN}{reference}",
            ),
            el("span", f" {item.told[reference]}", css="small") if reference in item.told else "",
            el("span", f" · {stands[reference]}", css="small") if stands[reference] else "",
        )
        for reference in item.references
    ]  # fmt: skip
    title = ui.say("news.topics", n=words.number(len(item.references), spoken))
    return el("details", el("summary", title), el("ul", *lines, css="links"))


def _more(limit: int) -> None:
    st.session_state["news_limit"] = limit + ui_news.PER_PAGE
