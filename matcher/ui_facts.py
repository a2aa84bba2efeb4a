"""A call's facts in the order in which grant officers ask: title, deadline, money, type of action, the rest."""

from typing import Any

from matcher import ui, words
from matcher.model import Call, Deadline
from matcher.ui_look import Node, el
from matcher.ui_rows import DASH, Cells

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
        *[el("span", field, css="chip") for field in said.fields],
        el("span", said.news, css="tag news") if said.news else "",
    ]
    return [
        el("h2", call.title, lang="en", css="title"),
        el("p", ui.say("call.part_of", title=call.parent_title), css="small muted") if call.parent_title else "",
        el("p", *glance, css="glance"),
        el("p", ui.say("facts.too_late_for_newcomers"), css="warning") if call.stage_one_over(ui.today()) else "",
    ]


def facts(call: Call, said: Cells) -> list[Node]:
    """The facts as pairs, what is not stated said so, with the terms of the field explained below."""
    pairs = [*_when(call), *_money(call, said), *_what(call), *_where_from(call)]
    listed = el("dl", *[part for pair in pairs for part in pair], css="facts")
    return [listed, *_glossary(call)]


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


def _when(call: Call) -> list[tuple[Node, Node]]:
    today, spoken = ui.today(), ui.language()
    due = call.next_deadline(today)
    pairs = [_pair("deadline", _deadline(due) if due else None, note=_stage(call, due) if due else "")]
    if len(call.deadlines) > 1:
        every = [el("li", _deadline(d), f" · {ui.say('facts.over')}" if d.on < today else "") for d in call.deadlines]
        pairs.append((el("dt", ui.say("facts.deadlines")), el("dd", el("ul", *every))))
    model = call.deadline_model
    pairs += [
        _pair("deadline_model", words.say(f"states.deadline_model.{model}", spoken) if model else None),
        _pair("opens", words.day(call.opens, spoken) if call.opens else None),
        _pair("status", words.say(f"states.status.{call.status(today)}", spoken), note=_portal_status(call)),
    ]
    return pairs


def _deadline(due: Deadline) -> str:
    spoken = ui.language()
    if due.at is not None:
        return f"{words.day(due.on, spoken)}, {ui.say('facts.published_time', time=words.clock(due.at))}"
    return f"{words.day(due.on, spoken)}, {ui.say('facts.usual_time')}"


def _stage(call: Call, due: Deadline) -> str:
    return ui.say("facts.stage_of", n=due.stage, of=2) if due.stage else ""


def _portal_status(call: Call) -> str:
    if call.portal_status == call.status(ui.today()):
        return ""
    status = words.say(f"states.status.{call.portal_status}", ui.language())
    return f"{ui.say('facts.portal_status')}: {status}"


def _money(call: Call, said: Cells) -> list[tuple[Node, Node]]:
    spoken, pot = ui.language(), call.budget
    project = None
    if pot.project_from is not None or pot.project_to is not None:
        project = words.money_range(pot.project_from, pot.project_to, pot.currency, spoken)
    shared = {True: "pot_shared", False: "pot_own", None: "pot_unknown"}[pot.shared]
    rate = said.rate if said.rate != DASH else None
    total = words.money(pot.total, pot.currency, spoken) if pot.total is not None else None
    return [
        _pair("budget_project", project),
        _pair("rate", rate, note=ui.say("facts.check_call") if rate else ""),
        _pair("budget_total", total, note=ui.say(f"facts.{shared}") if total else ""),
        _pair("projects", words.number(pot.projects, spoken) if pot.projects is not None else None),
    ]


def _what(call: Call) -> list[tuple[Node, Node]]:
    return [
        _pair("types_of_action", ", ".join(call.types_of_action) or None, lang="en"),
        _pair("programme", call.programme_name or call.programme, lang="en"),
        _pair("identifier", call.identifier),
        _pair("call", " · ".join(p for p in (call.call_identifier, call.call_title) if p) or None, lang="en"),
        _pair("destination", call.destination, lang="en"),
        _pair("kind", words.say(f"states.kind.{call.kind}", ui.language())),
    ]


def _where_from(call: Call) -> list[tuple[Node, Node]]:
    """Facts that most calls lack: shown only where there are any."""
    spoken = ui.language()
    found = [
        ("organiser", call.organiser), ("duration", call.duration), ("countries", ", ".join(call.countries)),
        ("keywords", ", ".join(call.keywords)), ("remarks", " · ".join(call.remarks)),
    ]  # fmt: skip
    pairs = [_pair(name, text, lang="en") for name, text in found if text]
    if call.first_seen:
        pairs.append(_pair("first_seen", words.day(call.first_seen, spoken)))
    return pairs


def _pair(name: str, value: str | None, *, note: str = "", lang: str = "") -> tuple[Node, Node]:
    label = el("dt", ui.say(f"facts.{name}"))
    if value is None:
        return label, el("dd", ui.say("facts.not_stated"), css="muted")
    return label, el("dd", el("span", value, lang=lang), el("span", f" ({note})", css="muted") if note else "")


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
