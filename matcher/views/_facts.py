"""What is known of each call whatever the priorities: the plain columns of the shortlist."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from matcher.model import Call, Deadline, DeadlineModel, Kind

BRUSSELS = ZoneInfo("Europe/Brussels")

# Column -> pandas type. `score_<key>` of each priority follows `grade`.
TYPES = {
    "rank": "int64", "reference": "object", "identifier": "object", "title": "object", "parent_title": "object",
    "kind": "object", "priority": "object", "score": "float64", "grade": "object", "fields": "object",
    "terms": "object", "programme": "object", "programme_name": "object", "types_of_action": "object",
    "rate_low": "Int64", "rate_high": "Int64", "status": "object", "portal_status": "object", "opens": "object",
    "deadline": "object", "deadline_time": "object", "deadlines": "object", "deadline_moments": "object",
    "stage": "object", "stage_one_over": "bool", "days_left": "Int64", "budget_total": "Int64", "shared": "object",
    "project_from": "Int64", "project_to": "Int64", "projects": "Int64", "currency": "object", "state": "object",
    "reason": "object", "owner": "object", "note": "object", "until": "object", "returned": "bool",
    "decided": "object", "link": "object", "first_seen": "object", "last_seen": "object", "changed": "object",
    "change": "object", "new": "bool", "noise": "object", "rule_only": "object",
}  # fmt: skip


def facts(calls: Sequence[Call], today: date) -> pd.DataFrame:
    """What is known of each call whatever the priorities, in the order of `calls`; holds while calls and day do."""
    rows = [_facts(call, today) for call in calls]
    names = list(_facts(_NOBODY, today))
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=TYPES[name]) for name in names})


def _facts(call: Call, today: date) -> dict[str, Any]:
    due, budget = call.next_deadline(today), call.budget
    return {
        "reference": call.reference,
        "identifier": call.identifier,
        "title": call.title,
        "parent_title": call.parent_title,
        "kind": call.kind.value,
        "programme": call.programme,
        "programme_name": call.programme_name,
        "types_of_action": call.types_of_action,
        "rate_low": None,
        "rate_high": None,
        "status": call.status(today).value,
        "portal_status": call.portal_status.value,
        "opens": call.opens,
        "deadline": due.on if due else None,
        "deadline_time": _time(due),
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


def _time(due: Deadline | None) -> str | None:
    """HH:MM in Brussels; None if that moment lies on another day than the published one, for then neither is sure."""
    local = due.at.astimezone(BRUSSELS) if due and due.at else None
    return f"{local:%H:%M}" if local and due and local.date() == due.on else None


def _two_stage(call: Call) -> bool:
    return call.deadline_model is DeadlineModel.TWO_STAGE


def _link(call: Call) -> str | None:
    return next((link.url for link in call.links if link.kind == "portal"), call.links[0].url if call.links else None)


_NOBODY = Call(reference="-", source="-", kind=Kind.TOPIC, identifier="-", title="-")
