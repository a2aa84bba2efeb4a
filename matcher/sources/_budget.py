"""Amounts of a topic out of `budgetOverview`, which lists every topic of the call.

Entries belong to the topic whose identifier stands at the start of `action`; the map's keys are internal numbers.
Amounts are numbers in old records and digit strings in new ones; 0 means unknown (EU Funding & Tenders Portal, as
observed 2025 and 2026).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from matcher.model import Budget
from matcher.sources._fields import Fields
from matcher.text import squeeze

LARGEST = 10**13
_AMOUNT = re.compile(r"([0-9]{1,3}(?:[ .,'’][0-9]{3})+|[0-9]{1,20})(?:[.,]([0-9]{1,2}))?")
_EURO = re.compile(r"^(?:EUR|€) ?| ?(?:EUR|€)$")
_TELLING = 1.5
_ENOUGH = 3


class Entry(NamedTuple):
    """One line of the overview: a topic with one type of action. Amounts in euro, None where unknown."""

    action: str
    total: int | None
    grants: int | None
    least: int | None
    most: int | None
    deadline_model: str | None
    deadlines: list[str]

    @property
    def topic(self) -> str:
        return self.action.partition(" ")[0]

    def of(self, identifier: str) -> bool:
        return self.action == identifier or self.action.startswith(identifier + " ")


def amount(value: Any) -> int | None:
    """A positive whole amount out of a number or a text of digits (`"24000000"`, `"2 000 000,00"`); None if unknown.

    Raises ValueError for something that is there but no amount, or an absurd one.
    """
    if value is None or isinstance(value, bool) or value in ("", [], {}):
        return None
    whole = (
        int(value) if isinstance(value, int) or (isinstance(value, float) and value.is_integer()) else _digits(value)
    )
    if whole < 0:
        raise ValueError("not an amount")
    if whole > LARGEST:
        raise ValueError("more than 10 trillion")
    return whole or None


def _digits(value: Any) -> int:
    text = squeeze(value) if isinstance(value, str) and len(value) < 100 else ""
    if text.isascii() and text.isdigit():
        return int(text)
    match = _AMOUNT.fullmatch(_EURO.sub("", text))
    if match is None:
        raise ValueError("not an amount")
    whole = int(re.sub(r"[^0-9]", "", match[1]))
    if whole < 1000 and int(match[2] or 0):
        raise ValueError("not an amount")
    return whole


def entries(overview: Any, fields: Fields) -> list[Entry]:
    """All lines of a `budgetOverview`; what is not one is left out."""
    if isinstance(overview, list) and overview:
        overview = overview[0]
    topics = overview.get("budgetTopicActionMap") if isinstance(overview, dict) else None
    if not isinstance(topics, dict):
        return []
    lines = (line for group in topics.values() if isinstance(group, list) for line in group if isinstance(line, dict))
    return [_entry(line, fields) for line in lines if isinstance(line.get("action"), str)]


def _entry(line: dict[str, Any], fields: Fields) -> Entry:
    years = line.get("budgetYearMap")
    model, dates = line.get("deadlineModel"), line.get("deadlineDates")
    return Entry(
        action=squeeze(line["action"]),
        total=_sum(_amount(value, fields) for value in years.values()) if isinstance(years, dict) else None,
        grants=_amount(line.get("expectedGrants"), fields),
        least=_amount(line.get("minContribution"), fields),
        most=_amount(line.get("maxContribution"), fields),
        deadline_model=model if isinstance(model, str) else None,
        deadlines=[d for d in dates if isinstance(d, str)] if isinstance(dates, list) else [],
    )


def _amount(value: Any, fields: Fields) -> int | None:
    try:
        return amount(value)
    except ValueError as why:
        fields.unreadable("budgetOverview", value, f"holds what is {why}")
        return None


def _sum(values: Iterable[int | None]) -> int | None:
    return sum(value or 0 for value in values) or None


def budget(lines: list[Entry], identifier: str) -> Budget:
    """The topic's own amounts, summed over years and types of action; whether its siblings share them."""
    mine = [line for line in lines if line.of(identifier)]
    return Budget(
        total=_sum(line.total for line in mine),
        project_from=min((line.least for line in mine if line.least), default=None),
        project_to=max((line.most for line in mine if line.most), default=None),
        projects=_sum(line.grants for line in mine),
        shared=shared(lines, identifier),
    )


def shared(lines: list[Entry], identifier: str) -> bool | None:
    """Whether the topic's total is the pot of several topics: yes, no, or None where the figures cannot tell.

    A pot shows itself by being much larger than the grants it is said to pay (more than 1.5 × grants × largest
    contribution), for this topic or for a sibling with the same total; or, where no number of grants is given, by all
    topics of the call (three or more) having the same total. Equal totals alone prove nothing: of fifteen topics with
    12 million each, every one may have its own.
    """
    topics: dict[str, list[Entry]] = defaultdict(list)
    for line in lines:
        topics[identifier if line.of(identifier) else line.topic].append(line)
    totals = {topic: _sum(line.total for line in group) for topic, group in topics.items()}
    total = totals.get(identifier)
    if total is None:
        return None
    equal = [topic for topic, other in totals.items() if other == total]
    if any(_too_large(totals[topic], topics[topic]) for topic in equal):
        return True
    mine = topics[identifier]
    if len(equal) == 1 or all(line.grants and line.most for line in mine):
        return False
    counted = any(line.grants for line in mine)
    return True if not counted and len(equal) >= _ENOUGH and len(equal) == len(totals) else None


def _too_large(total: int | None, group: list[Entry]) -> bool:
    paid = _sum(line.grants * line.most if line.grants and line.most else None for line in group)
    known = all(line.grants and line.most for line in group)
    return bool(total and paid and known and total > _TELLING * paid)
