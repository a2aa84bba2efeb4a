"""What is known of each call whatever the priorities: the plain columns of the shortlist."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from matcher.gates import APPLICANTS, CONDITIONS, Answer, gates, usual_rate
from matcher.model import Call, Deadline, DeadlineModel, Kind

BRUSSELS = ZoneInfo("Europe/Brussels")

# Column -> pandas type. `score_<key>` of each priority follows `grade`.
TYPES = {
    "rank": "int64", "reference": "object", "identifier": "object", "call_identifier": "object",
    "title": "object", "parent_title": "object", "kind": "object", "priority": "object", "score": "float64",
    "grade": "object", "fields": "object", "strong_fields": "object", "terms": "object", "programme": "object",
    "programme_name": "object", "types_of_action": "object",
    "rate_low": "Int64", "rate_high": "Int64", "status": "object", "portal_status": "object", "opens": "object",
    "deadline": "object", "deadline_time": "object", "deadlines": "object", "deadline_moments": "object",
    "stage": "object", "stage_one_over": "bool", "days_left": "Int64", "budget_total": "Int64", "shared": "object",
    "project_from": "Int64", "project_to": "Int64", "projects": "Int64", "currency": "object", "state": "object",
    "reason": "object", "owner": "object", "note": "object", "until": "object", "returned": "bool",
    "decided": "object", "by": "object", "office": "object", "sent_to": "object", "sent_on": "object",
    "link": "object", "first_seen": "object", "last_seen": "object", "changed": "object",
    "change": "object", "deadline_before": "object", "new": "bool", "noise": "object", "rule_only": "object",
    "can_apply": "object", "cannot_apply": "object", "conditions": "object", "partners": "Int64",
}  # fmt: skip


def facts(calls: Sequence[Call], today: date, *, eligibility: bool = False) -> pd.DataFrame:
    """What is known of each call whatever the priorities, in the order of `calls`; holds while calls and day do.

    `eligibility` fills who may apply (`can_apply`, `cannot_apply`: kinds of applicant; who is in neither is unclear),
    `conditions` (keys) and `partners` (least number), which takes longer than all the rest; else they are None.
    """
    rows, names = [_facts(call, today) for call in calls], _facts(_NOBODY, today)
    table = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=TYPES[name]) for name in names})
    return with_eligibility(table, calls, today) if eligibility else table.assign(**_nothing(len(table)))


def with_eligibility(table: pd.DataFrame, calls: Sequence[Call], today: date) -> pd.DataFrame:
    """The table with the columns of `eligibility` filled; `calls` in the order of its rows."""
    return with_answers(table, [may_apply(call, today) for call in calls])


class Answers(NamedTuple):
    """What `eligibility` fills in for one call."""

    can_apply: list[str]
    cannot_apply: list[str]
    conditions: list[str]
    partners: int | None


def may_apply(call: Call, today: date) -> Answers:
    own = gates(call, today)
    return Answers(
        [g.key for g in own if g.key in APPLICANTS and g.value is Answer.YES],
        [g.key for g in own if g.key in APPLICANTS and g.value is Answer.NO],
        [g.key for g in own if g.key in CONDITIONS and g.key != "deadline"],
        next((g.amount for g in own if g.key == "partners"), None),
    )


def with_answers(table: pd.DataFrame, answers: Sequence[Answers]) -> pd.DataFrame:
    """The same with answers worked out before, in the order of the rows."""
    columns = {name: [getattr(own, name) for own in answers] for name in Answers._fields}
    return table.assign(**{n: pd.Series(c, dtype=TYPES[n], index=table.index) for n, c in columns.items()})


def _nothing(rows: int) -> dict[str, pd.Series]:
    return {name: pd.Series([None] * rows, dtype=TYPES[name]) for name in Answers._fields}


def _facts(call: Call, today: date) -> dict[str, Any]:
    due, budget, rate = call.next_deadline(today), call.budget, usual_rate(call)
    return {
        "reference": call.reference,
        "identifier": call.identifier,
        "call_identifier": call.call_identifier,
        "title": call.title,
        "parent_title": call.parent_title,
        "kind": call.kind.value,
        "programme": call.programme,
        "programme_name": call.programme_name,
        "types_of_action": call.types_of_action,
        "rate_low": rate.low if rate else None,
        "rate_high": rate.high if rate else None,
        "status": call.status(today).value,
        "portal_status": call.portal_status.value,
        "opens": call.opens,
        "deadline": due.on if due else None,
        "deadline_time": local_time(due),
        "deadlines": [d.on for d in call.deadlines],
        "deadline_moments": [d.at for d in call.deadlines],
        "stage": f"{due.stage or call.deadlines.index(due) + 1} of 2" if due and _two_stage(call) else None,
        "stage_one_over": call.stage_one_over(today),
        "days_left": (due.on - today).days if due else None,
        "budget_total": budget.total,
        "shared": budget.shared,
        "project_from": budget.project_from,
        "project_to": budget.project_to,
        "projects": budget.projects,
        "currency": budget.currency,
        "link": _link(call),
        "first_seen": call.first_seen,
        "last_seen": call.last_seen,
    }


def local_time(due: Deadline | None) -> str | None:
    """HH:MM in Brussels; None if that moment lies on another day than the published one, for then neither is sure."""
    local = due.at.astimezone(BRUSSELS) if due and due.at else None
    return f"{local:%H:%M}" if local and due and local.date() == due.on else None


def _two_stage(call: Call) -> bool:
    return call.deadline_model is DeadlineModel.TWO_STAGE


def _link(call: Call) -> str | None:
    return next((link.url for link in call.links if link.kind == "portal"), call.links[0].url if call.links else None)


_NOBODY = Call(reference="-", source="-", kind=Kind.TOPIC, identifier="-", title="-")
