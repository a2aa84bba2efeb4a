"""Opening day, deadlines and deadline model of a portal record, out of the several places where they may stand."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from matcher.model import Deadline, DeadlineModel, Kind
from matcher.sources._budget import Entry
from matcher.sources._dates import moment, topic_day
from matcher.sources._fields import Fields, strings

_MODELS = {
    "singlestage": DeadlineModel.SINGLE,
    "twostage": DeadlineModel.TWO_STAGE,
    "multiplecutoff": DeadlineModel.CUT_OFF,
    "multiplecutoffs": DeadlineModel.CUT_OFF,
    "31094504": DeadlineModel.SINGLE,
    "31094505": DeadlineModel.TWO_STAGE,
}
_MOST = 100


def actions(fields: Fields) -> list[dict[str, Any]]:
    """The entries of the `actions` document."""
    found = fields.json("actions")
    return [entry for entry in (found if isinstance(found, list) else [found]) if isinstance(entry, dict)]


def model(fields: Fields, identifier: str, listed: list[dict[str, Any]], mine: list[Entry]) -> DeadlineModel | None:
    """From `deadlineModel`, else `actions`, else the topic's budget lines, else the end of the identifier."""
    stated = fields.first("deadlineModel")
    found = _model(stated)
    if stated and found is None:
        fields.unreadable("deadlineModel", stated, "is not known")
    candidates = [text for entry in listed for text in _procedure(entry.get("submissionProcedure"))]
    candidates += [line.deadline_model or "" for line in mine]
    found = found or next((m for m in map(_model, candidates) if m), None)
    return found or (DeadlineModel.TWO_STAGE if identifier.lower().endswith("-two-stage") else None)


def _model(text: str | None) -> DeadlineModel | None:
    return _MODELS.get(re.sub(r"[^a-z0-9]", "", (text or "").lower()))


def _procedure(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key in ("abbreviation", "description", "id"):
            yield from strings(value.get(key))


def opens(fields: Fields, kind: Kind, listed: list[dict[str, Any]], mine: list[Entry]) -> date | None:
    """The (planned) opening day."""
    stated = _days("startDate", fields.all("startDate"), fields, kind)
    if not stated:
        stated = _days("actions", [s for a in listed for s in strings(a.get("plannedOpeningDate"))], fields, kind)
    return min(d.on for d in stated) if stated else None


def deadlines(
    fields: Fields, kind: Kind, deadline_model: DeadlineModel | None, listed: list[dict[str, Any]], mine: list[Entry]
) -> list[Deadline]:
    """All deadlines in order; the first two of a two-stage topic carry their stage.

    `deadlineDate` holds; where it is missing or lacks the second stage, `actions` and the topic's budget lines
    fill in; for cascade calls `closingDate` is the last resort, as it may disagree with `deadlineDate`.
    """
    found = _days("deadlineDate", fields.all("deadlineDate"), fields, kind)
    two_stage = deadline_model is DeadlineModel.TWO_STAGE
    if kind is Kind.TOPIC and (not found or (two_stage and len(found) == 1)):
        for other in (
            _days("actions", [s for a in listed for s in strings(a.get("deadlineDates"))], fields, kind),
            _days("budgetOverview", [s for line in mine for s in line.deadlines], fields, kind),
        ):
            if len(other) > len(found) and {d.on for d in found} <= {d.on for d in other}:
                found = other
    if kind is not Kind.TOPIC and not found:
        found = _days("closingDate", fields.all("closingDate"), fields, kind)
    if two_stage and len(found) <= 2:
        return [d.model_copy(update={"stage": stage}) for stage, d in enumerate(found, 1)]
    return found


def _days(key: str, raws: list[str], fields: Fields, kind: Kind) -> list[Deadline]:
    """Days of a topic; for other kinds also the published time, where it is more than midnight."""
    found: dict[tuple[date, object], Deadline] = {}
    for raw in raws[:_MOST]:
        read = moment(raw)
        if read is None:
            fields.unreadable(key, raw, "is not a date")
            continue
        if kind is Kind.TOPIC:
            deadline = Deadline(on=topic_day(read))
        else:
            at = read.instant
            timed = at and (at.hour, at.minute) != (0, 0)
            deadline = Deadline(on=read.day if timed else topic_day(read), at=at if timed else None)
        found[deadline.on, deadline.at] = deadline
    return sorted(found.values(), key=lambda d: (d.on, d.at.isoformat() if d.at else ""))
