"""Rows of the table of calls as people read them: texts of cells, and the list that works without a mouse."""

import re
from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from matcher import exports, ui, words
from matcher.model import Status, before_opening
from matcher.ui_look import Node, el

DASH = "–"
NEWS_DAYS = 30


class Cells(NamedTuple):
    """What a row says in the language of the session; unknown is a dash."""

    fields: list[str]
    deadline: str
    left: str
    money: str
    rate: str
    status: str
    state: str
    news: str
    programme: str
    action: str
    apply: str
    apply_short: str
    conditions: list[str]


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows as named tuples. As `itertuples`, which takes a detour through a Series for every column."""
    columns = [table[name].tolist() for name in table.columns]
    kind = _row_type(tuple(table.columns))
    return [kind(*values) for values in zip(*columns, strict=True)]


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)


def cells(row: Any, language: str, shorts: Mapping[str, str], applicant: str = "municipality") -> Cells:
    """`row`: a named tuple of the shortlist table; `shorts`: short names of the priorities by key.

    `applicant`: for whom `apply` answers; empty where the row says nothing on who may apply. A yes says how many it
    takes where that is known; then `conditions` does not say it again.
    """
    keys = list(dict.fromkeys([*row.fields, *([row.priority] if not row.fields and row.priority else [])]))
    return Cells(
        fields=[shorts.get(key, key) for key in keys],
        deadline=words.day(row.deadline, language) if row.deadline else DASH,
        left=words.number(row.days_left, language) if known(row.days_left) else DASH,
        money=money(row, language),
        rate=words.percent_range(whole(row.rate_low), whole(row.rate_high), language)
        if known(row.rate_low) or known(row.rate_high)
        else DASH,
        status=words.say(f"states.status.{row.status}", language),
        state=words.say(f"states.state.{row.state}", language) if row.state != "new" else "",
        news=news(row, language),
        programme=row.programme_name or row.programme or DASH,
        action=", ".join(row.types_of_action) or DASH,
        apply=_may_apply(row, applicant, language, "apply.yes_with"),
        apply_short=_may_apply_short(row, applicant, language),
        conditions=[*_doubt(row, language), *_conditions(row, language, answer(row, applicant) == "yes")],
    )


def money(row: Any, language: str) -> str:
    """Money per project, short; where only the total is stated that, and said so."""
    low, high = whole(row.project_from), whole(row.project_to)
    if low is None and high is None:
        total = whole(row.budget_total)
        if total is None:
            return DASH
        return words.say("matches.pot", language, sum=words.money(total, row.currency, language))
    text = words.money_range(low, high, row.currency, language)
    # "3 Mio. € – 5 Mio. €" says its unit twice.
    twice = re.fullmatch(r"(€?)([\d.,]+)(\D*) – (€?)([\d.,]+)(\D*)", text)
    if twice and twice[1] == twice[4] and twice[3] == twice[6]:
        return f"{twice[1]}{twice[2]}–{twice[5]}{twice[6]}"
    return text


def news(row: Any, language: str) -> str:
    """Not seen for some pulls, new, back again, or the last change of the past weeks; else empty."""
    gone = ui.absent().get(row.reference)
    if gone and row.status != Status.CLOSED:
        return words.say("matches.absent", language, n=gone)
    if row.returned:
        return words.say("matches.back", language) + (f": {row.change}" if row.change else "")
    if row.changed is not None and (ui.today() - row.changed).days <= NEWS_DAYS:
        return str(row.change)
    recent = row.first_seen is not None and (ui.today() - row.first_seen).days <= NEWS_DAYS
    return words.say("matches.new", language) if row.new and recent else ""


def answer(row: Any, applicant: str) -> str:
    """Whether this kind of applicant may apply: yes, no, unclear; empty where that was not worked out."""
    if not isinstance(row.can_apply, list) or not isinstance(row.cannot_apply, list):
        return ""
    return "yes" if applicant in row.can_apply else "no" if applicant in row.cannot_apply else "unclear"


def may_apply(row: Any, said: Cells, applicant: str, text: str) -> Node:
    """The answer as `text` in a line of facts: what is the rule recedes, a yes together with partners."""
    usual = answer(row, applicant) == "yes" and (whole(row.partners) or 0) > 1
    return (
        el("span", text if usual else el("strong", text), css="fact muted" if usual else "fact") if said.apply else ""
    )


def _may_apply(row: Any, applicant: str, language: str, with_partners: str) -> str:
    """A plain yes stands on nearly every call; with how many partners, or that none is needed, tells them apart."""
    found = answer(row, applicant)
    partners = whole(row.partners) if found == "yes" else None
    if partners:
        return words.plural(with_partners, partners, language)
    return words.say(f"apply.answer.{found}", language) if found else ""


def _may_apply_short(row: Any, applicant: str, language: str) -> str:
    """For a column without the conditions beside it: a yes that holds in some places only is no plain yes."""
    if answer(row, applicant) == "yes" and not set(exports.OF_PLACES).isdisjoint(row.conditions or ()):
        return words.say("apply.yes_if", language)
    return _may_apply(row, applicant, language, "apply.yes_with_short")


def _conditions(row: Any, language: str, told: bool) -> list[str]:
    """Hard conditions in words; the usual minimum of partners with its number unless it was `told` before."""
    if not isinstance(row.conditions, list):
        return []
    partners = whole(row.partners)
    return [
        words.plural("apply.partners", partners, language)
        if key == "partners" and partners
        else words.say(f"apply.condition.{key}", language)
        for key in row.conditions
        if not (told and key == "partners" and partners)
    ]


def _doubt(row: Any, language: str) -> list[str]:
    """A word where the deadline lies before the opening: one of both is wrong."""
    return [words.say("facts.before_opening", language)] if before_opening(row.deadline, row.opens) else []


def items(rows: pd.DataFrame, name: str, applicant: str, ticked: Sequence[str]) -> tuple[list[str], int | None]:
    """The list: every call a link of its own, for keyboard, screen reader and phone. Returns what
    `ui_grid.grid` returns."""
    language = ui.language()
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    nodes = [_item(row, cells(row, language, shorts, applicant), applicant, language) for row in rows_of(rows)]
    result = ui.paper(name, [el("ol", *nodes, css="calls", ticked=list(ticked))])
    place = {reference: position for position, reference in enumerate(rows["reference"])}
    picked = result.get("picked")
    return list(ticked if picked is None else picked), place.get(str(result.get("open")))


def _item(row: Any, said: Cells, applicant: str, language: str) -> Node:
    grade = words.say(f"states.grade.{row.grade}", language)
    points = words.number(row.score, language)
    left = words.days_left(whole(row.days_left), language)
    facts: list[Node] = [
        el("span", el("strong", said.deadline), f" · {left}", css="fact soon" if _soon(row) else "fact")
        if row.deadline
        else el("span", left, css="fact"),
        *[el("span", doubt, css="fact condition") for doubt in _doubt(row, language)],
        el("span", said.money, css="fact") if said.money != DASH else "",
        el("span", said.rate, css="fact", hint=words.say("facts.check_call", language)) if said.rate != DASH else "",
        el("span", said.action, css="fact") if said.action != DASH else "",
        may_apply(row, said, applicant, f"{words.say(f'apply.applicant.{applicant}', language)}: {said.apply}"),
        *[el("span", words.say(f"apply.condition.{key}", language), css="fact condition") for key in _unusual(row)],
    ]
    small = " · ".join(part for part in (said.programme, row.identifier, row.parent_title) if part and part != DASH)
    return el(
        "li",
        {"tag": "tick", "pick": row.reference, "label": words.say("matches.choose", language, title=row.title)},
        el(
            "div",
            el("div", el("div", css="bar", part=float(row.score)), css="rail"),
            el("span", points, css="points"),
            css="score", hint=words.say("matches.score_of", language, score=points, grade=grade),
        ),
        el(
            "div",
            el("h3", el("a", row.title, lang="en", href=address(row.reference), open=row.reference)),
            el("p", *[el("span", f, css="chip") for f in said.fields], *facts),
            el("p", el("span", small, lang="en"), css="small"),
            css="what",
        ),
        el(
            "div",
            el("span", said.status, css=f"tag {row.status}"),
            el("span", said.state, css="tag state") if row.state != "new" else "",
            el("span", said.news, css="tag news") if said.news else "",
            css="where",
        ),
    )  # fmt: skip


def _unusual(row: Any) -> list[str]:
    """Conditions worth a word in the list; that a consortium is needed is the rule."""
    return [key for key in row.conditions if key != "partners"] if isinstance(row.conditions, list) else []


def address(reference: str) -> str:
    """The address of a call's page, relative to this one."""
    return f"call?call={reference}" if re.fullmatch(r"[\w.~-]+", reference, re.ASCII) else "call"


def _soon(row: Any) -> bool:
    return known(row.days_left) and 0 <= row.days_left <= 21


def known(value: Any) -> bool:
    return value is not None and not pd.isna(value)


def whole(value: Any) -> int | None:
    return int(value) if known(value) else None
