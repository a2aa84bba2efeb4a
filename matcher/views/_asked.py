"""What a list was asked for, as a sentence for people."""

from collections.abc import Mapping

from matcher.views.filters import Filters
from matcher.words import day, money_range, say

WORDS = {
    "priorities": None, "programmes": None, "statuses": "states.status", "kinds": "states.kind",
    "types_of_action": None, "grades": "states.grade", "states": "states.state", "owners": None, "stages": None,
    "applicants": "apply.applicant", "noise": None,
}  # fmt: skip


def describe(filters: Filters, language: str, labels: Mapping[str, str] | None = None) -> str:
    """The filters as a sentence for people, e.g. in an export; `labels` names the priorities and noise by key."""
    said: list[str] = []
    for name, group in WORDS.items():
        if values := getattr(filters, name):
            known = [say(f"{group}.{v}", language) if group else (labels or {}).get(v, v) for v in values]
            said.append(_pair(name, ", ".join(known), language))
    if filters.deadline_from is not None or filters.deadline_to is not None:
        least, most = filters.deadline_from, filters.deadline_to
        key = "deadline_value" + ("_from" if most is None else "_to" if least is None else "")
        said.append(_pair("deadline", say(f"states.filter.{key}", language, least=least, most=most), language))
    if filters.project_from is not None or filters.project_to is not None:
        said.append(_pair("budget", money_range(filters.project_from, filters.project_to, "EUR", language), language))
    if filters.since is not None:
        visit = isinstance(filters.since, frozenset)
        when = say("states.filter.visit", language) if visit else day(filters.since, language)  # type: ignore[arg-type]
        said.append(_pair("since", when, language))
    if filters.search.strip():
        said.append(_pair("search", filters.search.strip(), language))
    if not filters.late:
        said.append(say("states.filter.not_late", language))
    if not filters.discarded and not filters.states:
        said.append(say("states.filter.not_discarded", language))
    return "; ".join(said) or say("exports.no_filters", language)


def _pair(name: str, value: str, language: str) -> str:
    return f"{say(f'states.filter.{name}', language)}: {value}"
