"""Why a call stands where it stands: parts that add up to the score, the best passage, the text with marked words."""

from collections.abc import Iterable
from typing import Any

from matcher import desk, ui, words
from matcher.model import Call, Priority, Profile
from matcher.ui_look import Node, el
from matcher.ui_text import find_marks, pieces
from matcher.views import call as call_view

MOST_MISSING = 12
SMALL = 0.05
LONGEST_TITLE = 60


def why(found: dict[str, desk.Explanation], profile: Profile | None = None) -> list[Node]:
    """Every active priority of the profile (None: the newest), best first: the best one unfolded."""
    used = profile or ui.profile()
    return [_one(used.priority(key), told, unfolded=not place) for place, (key, told) in enumerate(found.items())]


def spellings(found: dict[str, desk.Explanation]) -> list[str]:
    """The words that speak for a priority in which the call is strong or partial, else for its best one."""
    told = [e for e in found.values() if e.grade in ("strong", "partial")] or list(found.values())[:1]
    kinds = ("concept", "guard", "rule")
    return sorted({word for e in told for r in e.reasons if r.kind in kinds for word in r.marked})


def text(call: Call, marked: Iterable[str]) -> list[Node]:
    """The full text by section, matched words marked."""
    wanted = list(marked)
    if not call.sections:
        return [el("p", ui.say("call.no_text"), css="muted")]
    nodes: list[Node] = []
    for section in call.sections:
        name = f"facts.section.{section.kind.replace(' ', '_')}"
        nodes.append(el("h3", ui.say(name) if words.has(name, ui.language()) else section.kind))
        for part in section.text.split("\n"):
            if part.strip():
                nodes.append(el("p", *highlighted(part.strip(), find_marks(part.strip(), wanted)), lang="en"))
    return [el("div", *nodes, css="text")]


def _one(priority: Priority, told: desk.Explanation, *, unfolded: bool) -> Node:
    spoken = ui.language()
    points = words.number(told.score, spoken)
    top = el(
        "summary",
        el("span", priority.labels.get(spoken) or ui.label(priority.key), css="name"),
        el("span", el("span", css="bar", part=told.score), css="rail"),
        el("span", points, css="points"),
        el("span", words.say(f"states.grade.{told.grade}", spoken), css="grade"),
    )
    shown = [reason for reason in told.reasons if abs(reason.share) >= SMALL]
    rest = told.score - sum(reason.share for reason in shown)
    rows = [_reason(priority, reason, at) for reason, at in zip(shown, starts(shown), strict=True)]
    if rows and abs(rest) >= SMALL:
        rows.append(row(ui.say("facts.why.rounding"), "", "", rest, min(told.score, told.score - rest)))
    inside: list[Node] = [el("p", ui.say("facts.why.rule_only"), css="warning")] if told.rule_only else []
    inside.append(table(rows, told.score) if rows else el("p", ui.say("call.why_nothing"), css="muted"))
    if told.passage:
        name = f"facts.section.{told.passage.section.replace(' ', '_')}"
        where = ui.say(name) if words.has(name, spoken) else told.passage.section
        said = quoted(highlighted(told.passage.text, told.passage.marks))
        inside.append(el("p", el("span", f"{where}: ", css="muted"), said, css="passage"))
    inside += _missing(priority, told)
    return el("details", top, *inside, css="why", unfolded=unfolded or None)


def table(rows: list[Node], score: float) -> Node:
    heads: list[Node] = [el("th", ui.say(f"call.why_{name}"), scope="col") for name in ("reason", "words", "where")]
    heads.append(el("th", ui.say("call.why_points"), scope="col", css="number", span=2))
    total = [
        el("th", ui.say("call.why_sum"), scope="row"), el("td"), el("td"),
        el("td", el("span", el("span", css="part", part=score), css="track")),
        el("td", words.number(score, ui.language(), 1), css="number"),
    ]  # fmt: skip
    return el("table", el("thead", el("tr", *heads)), el("tbody", *rows, el("tr", *total, css="sum")), css="reasons")


def starts(reasons: Iterable[Any]) -> list[float]:
    """Where each part's bar begins, so that together they show how the score grows and shrinks."""
    at, starts = 0.0, []
    for reason in reasons:
        starts.append(min(at, at + reason.share))
        at += reason.share
    return starts


def _reason(priority: Priority, reason: Any, start: float) -> Node:
    spoken = ui.language()
    label = ui.say(f"facts.why.{reason.kind}")
    if reason.kind in ("concept", "guard"):
        name = call_view.concept_label(priority, reason.key, spoken)
        label = f"{label}: {name}" if reason.kind == "guard" else name
    elif named := [name for name in (reason.key, reason.kind) if words.has(f"call.reason.{name}", spoken)]:
        label = ui.say(f"call.reason.{named[0]}")
    elif reason.kind == "rule":
        label = f"{label}: {call_view.rule_label(priority, reason.key, spoken)}"
    where = ", ".join(
        ui.say(f"facts.section.{f}") if words.has(f"facts.section.{f}", spoken) else f
        for f in reason.fields
        if words.has(f"facts.section.{f}", spoken) or reason.kind in ("concept", "guard", "rule")
    )
    said = _titles(reason.words) if "neighbours" in reason.fields else ", ".join(reason.words)
    return row(label, said, where, reason.share, start)


def _titles(identifiers: Iterable[str]) -> str:
    """Titles of calls, shortened: they say more than their identifiers."""
    named = {call.identifier: call.title for call in ui.calls().values()}
    titles = [named.get(one, one) for one in identifiers]
    return " · ".join(t if len(t) <= LONGEST_TITLE else f"{t[:LONGEST_TITLE].rstrip()} …" for t in titles)


def row(label: str, said: str, where: str, share: float, start: float) -> Node:
    spoken = ui.language()
    bar = el("span", css="part less" if share < 0 else "part", part=abs(share), start=start)
    return el(
        "tr",
        el("th", label, scope="row"),
        el("td", said, lang="en"),
        el("td", where),
        el("td", el("span", bar, css="track")),
        el("td", ("+" if share > 0 else "−") + words.number(abs(share), spoken, 1), css="number"),
    )  # fmt: skip


def _missing(priority: Priority, told: desk.Explanation) -> list[Node]:
    if not told.missing:
        return []
    names = call_view.missing(told, priority, ui.language())
    more = ui.plural("call.more_missing", len(names) - MOST_MISSING) if len(names) > MOST_MISSING else ""
    listed = ", ".join(names[:MOST_MISSING]) + (f" {more}" if more else "")
    return [el("p", f"{ui.say('facts.why.not_found')}: {listed}", css="small muted")]


def quoted(nodes: list[Node]) -> Node:
    """English words of a call in the quotation marks of the page, which are not English in a German sentence."""
    return el("span", ui.say("facts.quote.open"), el("span", *nodes, lang="en"), ui.say("facts.quote.close"))


def highlighted(text: str, marks: Iterable[tuple[int, int]]) -> list[Node]:
    return [el("mark", part) if on else part for part, on in pieces(text, list(marks))]
