"""One call for reading: its facts in the order officers ask for them, and why it matches as bars that add up."""

import re
from datetime import date
from typing import NamedTuple

import pandas as pd

from matcher.gates import APPLICANTS, Answer, gates, usual_rate
from matcher.model import Call, Deadline, DeadlineModel, Priority, before_opening, odd_hour
from matcher.rankers import Explanation, Reason
from matcher.rates import Rate
from matcher.views._facts import local_time
from matcher.words import day, days_left, has, money, money_range, number, percent_range, plural, say

WHY = ("kind", "label", "words", "found_in", "share")
_ROUNDING = 0.05


def facts(
    call: Call,
    today: date,
    language: str,
    *,
    change: str | None = None,
    changed: date | None = None,
) -> list[tuple[str, str]]:
    """Key (`facts.<key>` names it) and value in words, every row always there: unknown is "not stated", never 0.

    The order is the officers': what and where, deadline, who, money, type of action, what changed, where it is from.
    `change`, `changed`: the last change in words and its day.
    """
    none = say("facts.not_stated", language)
    budget, due, rate = call.budget, call.next_deadline(today), usual_rate(call)
    pot = {True: "shared", False: "own", None: "unknown"}[budget.shared]
    total = money(budget.total, budget.currency, language)
    return [
        ("title", call.title),
        ("parent_title", call.parent_title or none),
        ("programme", call.programme_name or call.programme or none),
        ("identifier", call.identifier),
        ("call", " – ".join(part for part in (call.call_identifier, call.call_title) if part) or none),
        ("destination", call.destination or none),
        ("kind", say(f"states.kind.{call.kind}", language)),
        ("deadline", _deadline(call, due, today, language)),
        ("deadline_model", _model(call, language)),
        ("deadlines", _deadlines(call, today, language)),
        ("opens", day(call.opens, language)),
        ("status", say(f"states.status.{call.status(today)}", language)),
        ("portal_status", _of_portal(call, today, language)),
        ("may_apply", _who(call, today, language)),
        ("conditions", _conditions(call, today, language)),
        ("countries", ", ".join(call.countries) or none),
        ("budget_project", money_range(budget.project_from, budget.project_to, budget.currency, language)),
        ("budget_total", total if budget.total is None else f"{total} ({say(f'facts.pot_{pot}', language)})"),
        ("projects", none if budget.projects is None else number(budget.projects, language)),
        ("rate", _rate(rate, language)),
        ("types_of_action", ", ".join(call.types_of_action) or none),
        ("duration", call.duration or none),
        ("organiser", call.organiser or none),
        ("changed", f"{day(changed, language)}: {change}" if changed and change else none),
        ("keywords", ", ".join(call.keywords) or none),
        ("first_seen", day(call.first_seen, language)),
        ("last_seen", day(call.last_seen, language)),
        ("source", call.source),
        ("remarks", "; ".join(call.remarks) or none),
    ]


def _rate(usual: Rate | None, language: str) -> str:
    if usual is None:
        return say("facts.not_stated", language)
    public = f"{say('facts.public_rate', language)}; " if usual.basis == "ia" else ""
    return f"{percent_range(usual.low, usual.high, language)} ({public}{say('facts.check_call', language)})"


def _of_portal(call: Call, today: date, language: str) -> str:
    """The status in the portal's words, and where the call's own dates say otherwise that they do."""
    told = say(f"states.status.{call.portal_status}", language)
    return told if call.status(today) == call.portal_status else say("facts.portal_late", language, status=told)


def _model(call: Call, language: str) -> str:
    """The deadline model as the portal has it, and where the identifier says otherwise that it does."""
    model = call.deadline_model
    told = say(f"states.deadline_model.{model}", language) if model else say("facts.not_stated", language)
    staged = re.search(r"two-?stage", call.identifier, re.IGNORECASE)
    if staged and model is not DeadlineModel.TWO_STAGE:
        told = f"{told} ({say('facts.two_stage_named', language)})"
    return told


def doubtful(call: Call) -> date | None:
    """A deadline of the call that lies before its opening; None if none does."""
    return next((due.on for due in call.deadlines if before_opening(due.on, call.opens)), None)


class Share(NamedTuple):
    """What the Union pays of a project and what its partners bear, in whole units; lowest and highest."""

    grant_low: int
    grant_high: int
    own_low: int
    own_high: int


def rate(call: Call) -> Rate | None:
    """The usual rate of the call's type of action; None where there is none."""
    return usual_rate(call)


def own_share(total: int, low: int, high: int) -> Share:
    """For a project that costs `total` at a rate of `low` to `high` percent; parts of a unit are the partners'."""
    grants = [total * percent // 100 for percent in (low, high)]
    return Share(grants[0], grants[1], total - grants[1], total - grants[0])


_SUM = re.compile(r"(\d[\d.,'\s]*)\s*([^\d\s€].*)?")
_UNITS = {"": 1, "k": 10**3, "tsd": 10**3, "m": 10**6, "mio": 10**6, "million": 10**6, "mrd": 10**9, "bn": 10**9}
MOST_SUM = 10**12


def read_sum(text: str, language: str) -> int | None:
    """A whole sum as people type it: 2.500.000, 2 500 000, 2,5 Mio. €, 1.2m; None for anything else or too much.

    A single separator with three digits behind it parts thousands; otherwise it is the decimal sign.
    """
    found = _SUM.fullmatch(text.replace("€", "").replace("EUR", "").strip())
    unit = _UNITS.get((found[2] or "").strip(" .").casefold()) if found else None
    if found is None or unit is None:
        return None
    digits = re.sub(r"['\s]", "", found[1])
    marks = [sign for sign in digits if sign in ".,"]
    decimal = {"de": ","}.get(language, ".")
    if len(set(marks)) == 2:
        decimal = marks[-1]
    elif marks and (len(marks) > 1 or (re.search(r"[.,]\d{3}$", digits) and (unit == 1 or marks[0] != decimal))):
        decimal = ""
    elif marks:
        decimal = marks[0]
    plain = "".join(("." if sign == decimal else "") if sign in ".," else sign for sign in digits)
    if plain.count(".") > 1 or not plain.strip("."):
        return None
    value = round(float(plain) * unit)
    return value if value <= MOST_SUM else None


def why(explanation: Explanation, priority: Priority, language: str) -> pd.DataFrame:
    """The parts of a score, largest first (`WHY`); `share` adds up to the score, a row "rounding" if need be."""
    rows = [_bar(reason, priority, language) for reason in explanation.reasons]
    rows.sort(key=lambda row: (-abs(row[4]), row[1]))
    rest = explanation.score - sum(row[4] for row in rows)
    if abs(rest) > _ROUNDING:
        rows.append(("rounding", say("facts.why.rounding", language), [], [], rest))
    table = pd.DataFrame(rows, columns=list(WHY), dtype=object)
    table["share"] = table["share"].astype("float64")
    return table


def missing(explanation: Explanation, priority: Priority, language: str) -> list[str]:
    """The concepts a call does not speak of, named as people know them."""
    return [concept_label(priority, key, language) for key in explanation.missing]


def concept_label(priority: Priority, key: str, language: str) -> str:
    """A concept's first spelling in the language, else in English or any other, else its key."""
    for concept in (*priority.concepts, *priority.guards):
        if concept.key == key:
            known = concept.spellings
            first = known.get(language) or known.get("en") or next(iter(known.values()), [])
            return first[0] if first else key
    return key


def rule_label(priority: Priority, key: str, language: str) -> str:
    """The note of the rule that reasons name `key`, in a language if it has one there."""
    return next((rule.told(language) or key for rule in priority.rules if rule.name == key), key)


def _bar(reason: Reason, priority: Priority, language: str) -> tuple[str, str, list[str], list[str], float]:
    if reason.kind in ("concept", "guard"):
        label = concept_label(priority, reason.key, language)
    elif reason.kind == "rule":
        label = f"{say('facts.why.rule', language)}: {rule_label(priority, reason.key, language)}"
    else:
        label = say(f"facts.why.{reason.kind}", language)
    found = [_field(name, language) for name in reason.fields]
    return reason.kind, label, list(reason.words), found, reason.share


def _field(name: str, language: str) -> str:
    key = f"facts.section.{name}"
    return say(key, language) if has(key, language) else name


def _who(call: Call, today: date, language: str) -> str:
    answers = {gate.key: gate.value for gate in gates(call, today) if gate.key in APPLICANTS}
    named = {
        value: ", ".join(say(f"apply.applicant.{key}", language) for key, v in answers.items() if v is value)
        for value in Answer
    }
    parts = [named[Answer.YES]]
    unclear = "apply.unclear_for" if named[Answer.YES] else "apply.open_for"
    for value, key in ((Answer.UNCLEAR, unclear), (Answer.NO, "apply.not_for")):
        parts.append(say(key, language, who=named[value]) if named[value] else "")
    return "; ".join(part for part in parts if part)


def _conditions(call: Call, today: date, language: str) -> str:
    shown = []
    for gate in gates(call, today):
        if gate.key == "partners" and gate.amount:
            shown.append(plural("apply.partners", gate.amount, language))
        elif gate.key not in APPLICANTS and gate.key != "deadline":
            shown.append(say(f"apply.condition.{gate.key}", language))
    return "; ".join(shown) or say("facts.not_stated", language)


def _deadline(call: Call, due: Deadline | None, today: date, language: str) -> str:
    if due is None:
        return say("facts.days.none", language)
    parts = [f"{day(due.on, language)} ({days_left((due.on - today).days, language)})", _hour(call, due, language)]
    if call.deadline_model is DeadlineModel.TWO_STAGE:
        parts.append(_stage(call, due, language))
    if doubtful(call):
        parts.append(say("facts.before_opening", language))
    if call.stage_one_over(today):
        parts.append(say("facts.too_late_for_newcomers", language))
    return ", ".join(part for part in parts if part)


def _deadlines(call: Call, today: date, language: str) -> str:
    shown = []
    for due in call.deadlines:
        notes = [_stage(call, due, language)] if call.deadline_model is DeadlineModel.TWO_STAGE else []
        if due.on < today:
            notes.append(say("facts.over", language))
        shown.append(day(due.on, language) + (f" ({', '.join(notes)})" if notes else ""))
    return "; ".join(shown) or say("facts.not_stated", language)


def _hour(call: Call, due: Deadline, language: str) -> str:
    time = local_time(due)
    if time:
        return say(f"facts.{'odd' if odd_hour(time) else 'published'}_time", language, time=time)
    return say("facts.usual_time", language) if call.kind == "topic" else ""


def _stage(call: Call, due: Deadline, language: str) -> str:
    return say("facts.stage_of", language, n=due.stage or call.deadlines.index(due) + 1, of=2)
