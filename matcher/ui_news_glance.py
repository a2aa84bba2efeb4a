"""What an officer asks of a call, in that order: until when, may we, how much, why, what is new, who is on it."""

from typing import Any

from matcher import desk, ui, ui_facts, ui_keep, ui_news_stand, ui_rows, words
from matcher.model import Call
from matcher.ui_look import Node, el
from matcher.views import call as call_view
from matcher.views import gist

MOST_WORDS = 5


def draw(call: Call, row: Any, happened: str, why: dict[str, desk.Explanation]) -> list[Node]:
    """Title and answers. `row`: the call's row of the shortlist; `happened`: what is new of it; `why`: by field."""
    told = dict(call_view.facts(call, ui.today(), ui.language()))
    shorts = {p.key: ui.short(p.key) for p in ui.profile().priorities}
    said = ui_rows.cells(row, ui.language(), shorts)
    answers = {
        "deadline": _deadline(call, row, said, told),
        "apply": _apply(said, row),
        "money": _money(told),
        "why": _why(why, shorts),
        **({"about": [el("span", about, lang="en")]} if (about := gist.gist(call)) else {}),
        "new": [el("strong", happened)],
        "who": _who(call.reference),
    }
    pairs = [
        part
        for name, answer in answers.items()
        for part in (el("dt", ui.say(f"news.glance.{name}")), el("dd", *answer))
    ]
    town = ui_news_stand.called(ui.office())
    small = " · ".join(part for part in (said.programme, call.identifier) if part and part != ui_rows.DASH)
    return [
        el("p", ui.say("news.glance.for", name=town), css="small muted"),
        el("div", *ui_facts.named(call), css="in_hand"), el("p", el("span", small, lang="en"), css="small muted"),
        *ui_facts.warnings(call), el("dl", *pairs, css="facts glances"),
    ]  # fmt: skip


def _deadline(call: Call, row: Any, said: ui_rows.Cells, told: dict[str, str]) -> list[Node]:
    due = call.next_deadline(ui.today())
    status: Node = el("span", said.status, css=f"tag {row.status}")
    if due is None:
        return [el("strong", words.days_left(None, ui.language())), " · ", status]
    left = words.days_left((due.on - ui.today()).days, ui.language())
    # The hour and the stage stand behind the day.
    more = told["deadline"].partition(", ")[2]
    return [
        el("strong", f"{said.deadline} · {left}"),
        " · ",
        status,
        el("p", more, css="small muted") if more else "",
    ]


def _apply(said: ui_rows.Cells, row: Any) -> list[Node]:
    answer = ui.say("news.applies", answer=said.apply) if said.apply else ui.say("facts.not_stated")
    more = list(said.conditions)
    ours = ui_keep.mission_city(ui.office()) if "mission_city" in (row.conditions or ()) else None
    if ours is not None:
        more.append(ui.say(f"news.glance.city_{'yes' if ours else 'no'}", name=ui_news_stand.called(ui.office())))
    return [el("strong", answer), *[el("span", f" · {one}") for one in more]]


def _money(told: dict[str, str]) -> list[Node]:
    none = ui.say("facts.not_stated")
    each, total, rate = told["budget_project"], told["budget_total"], told["rate"]
    more = [ui.say("news.glance.total", sum=total)] if total != none else []
    more += [ui.say("news.glance.rate", rate=rate)] if rate != none else []
    first = none if each == none else ui.say("news.glance.each", sum=each)
    return [el("strong", first), el("p", "; ".join(more), css="small muted") if more else ""]


def _why(why: dict[str, desk.Explanation], shorts: dict[str, str]) -> list[Node]:
    """The fields it fits with their best words; where it fits none, which is nearest."""
    spoken = ui.language()
    fits = {key: one for key, one in why.items() if one.grade in ("strong", "partial")}
    if not why:
        return [ui.say("facts.not_stated")]
    if not fits:
        near, one = next(iter(why.items()))
        return [ui.say("news.glance.nearest", field=shorts.get(near, near), points=words.number(one.score, spoken))]
    lines: list[Node] = []
    for key, one in fits.items():
        found = [word for reason in one.reasons if reason.kind == "concept" for word in reason.words]
        lines.append(el(
            "p", el("strong", shorts.get(key, key)), f" {words.say(f'states.grade.{one.grade}', spoken)}",
            el("span", f": {', '.join(dict.fromkeys(found[:MOST_WORDS]))}", lang="en") if found else "",
        ))  # fmt: skip
    return lines


def _who(reference: str) -> list[Node]:
    last = ui_news_stand.lasts().get(reference)
    told = ui_news_stand.told(last)
    # The region as a whole hears what any town says.
    office = last.office if last and told else ui.office()
    others = ui_news_stand.elsewhere(reference, office)
    return [
        el("strong", f"{ui_news_stand.called(office)}: "), told or ui.say("news.glance.undecided"),
        el("p", ui.say("news.glance.others", said=others), css="small muted") if others else "",
    ]  # fmt: skip
