"""A call's facts in the order in which grant officers ask: title, deadline, money, type of action, the rest."""

from typing import Any

from matcher import ui, words
from matcher.model import Call
from matcher.ui_look import Node, el
from matcher.ui_rows import DASH, Cells
from matcher.views import call as call_view

# Shown in the head or beside the facts; shown only where there is something to say; said in the call's own words.
ELSEWHERE = {"title", "parent_title", "changed", "source", "last_seen"}
RARE = {"countries", "duration", "organiser", "keywords", "remarks", "conditions", "call", "destination"}
ENGLISH = {"programme", "call", "destination", "types_of_action", "organiser", "keywords", "duration"}
# Part of a type of action's name (or of a deadline model) -> entry of the glossary.
TERMS = {
    "Research and Innovation Action": "ria", "Innovation Action": "ia", "Coordination and Support Action": "csa",
    "Pre-commercial Procurement": "pcp", "Public Procurement of Innovative": "ppi", "Cofund": "cofund",
    "Lump Sum": "lump_sum", "Financial Support": "fstp", "Prize": "prize",
}  # fmt: skip


def head(call: Call, row: Any, said: Cells) -> list[Node]:
    """Title and the line an officer decides on at a glance."""
    spoken = ui.language()
    due = call.next_deadline(ui.today())
    glance: list[Node] = [
        el("span", said.status, css=f"tag {row.status}"),
        el(
            "span",
            el("strong", said.deadline),
            f" · {words.days_left((due.on - ui.today()).days, spoken)}",
            css="fact",
        )
        if due
        else el("span", words.days_left(None, spoken), css="fact"),
        el("span", said.money, css="fact") if said.money != DASH else "",
        *[
            el("span", text, css="fact condition")
            for text in said.conditions
            if text != ui.say("facts.before_opening")
        ],
        *[el("span", field, css="chip") for field in said.fields],
        el("span", said.news, css="tag news") if said.news else "",
    ]
    return [*named(call), el("p", *glance, css="glance"), *warnings(call)]


def named(call: Call) -> list[Node]:
    """The title and of what the call is a part."""
    part = el("p", ui.say("call.part_of", title=call.parent_title), css="small muted") if call.parent_title else ""
    return [el("h2", call.title, lang="en", css="title"), part]


def warnings(call: Call) -> list[Node]:
    """What makes a deadline doubtful or too late."""
    doubtful, spoken = call_view.doubtful(call), ui.language()
    days = {"due": words.day(doubtful, spoken), "opens": words.day(call.opens, spoken)}
    return [
        el("p", ui.say("facts.before_opening_days", **days), css="warning") if doubtful else "",
        el("p", ui.say("facts.too_late_for_newcomers"), css="warning") if call.stage_one_over(ui.today()) else "",
    ]


def facts(call: Call) -> list[Node]:
    """The facts as pairs, what is not stated said so, with the terms of the field explained below."""
    told = dict(call_view.facts(call, ui.today(), ui.language()))
    none = ui.say("facts.not_stated")
    unsaid = {key for key in RARE if told.get(key) == none}
    if len(call.deadlines) < 2:
        unsaid.add("deadlines")
    if told.get("portal_status") == told.get("status"):
        unsaid.add("portal_status")
    pairs = [
        part
        for key, value in told.items()
        if key not in unsaid and key not in ELSEWHERE
        for part in (
            el("dt", ui.say(f"facts.{key}")),
            el(
                "dd",
                value,
                css="muted" if value == none else "",
                lang="en" if key in ENGLISH and value != none else "",
            ),
        )
    ]
    return [el("dl", *pairs, css="facts"), *_glossary(call)]


def links(call: Call) -> list[Node]:
    """Links of the call: only https on europa.eu can be clicked, other addresses stand as text."""
    shown: list[Node] = []
    for link in call.links:
        name = f"facts.link.{link.kind}"
        text = ui.say(name if words.has(name, ui.language()) else "call.link_other")
        url = ui.safe_link(link.url)
        if url:
            shown.append(el("li", el("a", text, href=url)))
        elif link.url.startswith("https://"):
            shown.append(el("li", f"{text}: ", el("span", ui.plain(link.url), css="address")))
    return [el("ul", *shown, css="links")] if shown else []


def _glossary(call: Call) -> list[Node]:
    names = []
    for kind in call.types_of_action:
        found = next((term for part, term in TERMS.items() if part.casefold() in kind.casefold()), None)
        names += [found] if found else []
    if call.kind == "cascade":
        names.append("cascade_call")
    if call.deadline_model is not None:
        names.append({"two-stage": "two_stage", "multiple cut-off": "cut_off"}.get(call.deadline_model, ""))
    if call.budget.shared:
        names.append("shared_pot")
    known = [name for name in dict.fromkeys(names) if name]
    if not known:
        return []
    terms = [
        part
        for name in known
        for part in (el("dt", ui.say(f"glossary.term.{name}")), el("dd", ui.say(f"glossary.text.{name}")))
    ]
    return [el("details", el("summary", ui.say("call.glossary")), el("dl", *terms, css="facts terms"))]
