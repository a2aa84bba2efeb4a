"""Which columns a file for people has, what they are called, and what stands in them in the person's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from matcher.errors import InputError
from matcher.model import before_opening
from matcher.words import clock, has, moment, percent_range, plural, say

OFFICE = (
    "rank", "score", "fields", "terms", "programme_name", "identifier", "title", "types_of_action", "rate", "status",
    "opens", "deadline", "deadline_time", "date_note", "stage", "days_left", "budget_total", "shared", "project_from",
    "project_to", "projects", "consortium", "audience", "municipality", "condition", "places", "state", "sent_to",
    "sent_on", "owner", "note", "link", "first_seen", "changed", "data_of", "profile_version",
    "deadline_before", "until", "reason",
)  # fmt: skip
"""The columns of the office's list, in its order. Some are filled only where the table has them."""
RARE = ("places", "date_note", "sent_to", "sent_on", "deadline_before", "until", "reason")
"""Columns of `OFFICE` that a file has only where something stands in them."""

Plain = str | int | float | bool | date | None
_WORDS = {
    "status": "status", "portal_status": "status", "kind": "kind", "grade": "grade", "state": "state",
    "reason": "discard",
}  # fmt: skip
_MONEY = ("budget_total", "project_from", "project_to")
_MADE = (
    "rate", "data_of", "profile_version", "consortium", "audience", "municipality", "condition", "places",
    "date_note", "fields_nl",
)  # fmt: skip


def chosen(table: pd.DataFrame, columns: Sequence[str] | None) -> list[str]:
    """The columns of a file: the asked ones, the day of the data and the version of the priorities always among them.

    Raises InputError naming those that do not exist.
    """
    if columns is None:
        return office(table)
    unknown = [name for name in columns if name not in table.columns and name not in _MADE]
    if unknown:
        raise InputError(f"There is no column {', '.join(map(repr, unknown))}.")
    names = [name for name in dict.fromkeys(columns) if name != "date_note" or _filled(name, table)]
    return names + [name for name in ("data_of", "profile_version") if name not in names]


def office(table: pd.DataFrame) -> list[str]:
    """`OFFICE` for this table, without those of `RARE` that would be empty."""
    return [name for name in OFFICE if name not in RARE or _filled(name, table)]


def _filled(name: str, table: pd.DataFrame) -> bool:
    if name == "date_note":
        return any(date_note(row, "en") for row in _dates(table))
    if name == "sent_to" and name in table and any(_without_mail(table)):
        return True
    return name in table and any(typed(value) for value in table[name])


def _without_mail(table: pd.DataFrame) -> list[bool]:
    """Which calls are said to be forwarded although no mail to anybody was made here."""
    if "state" not in table:
        return [False] * len(table)
    pairs = zip(table["state"], _known(table["sent_to"]), strict=True)
    return [state == "forwarded" and not to for state, to in pairs]


def heading(name: str, table: pd.DataFrame, language: str) -> str:
    """The head of a column; scores of a priority bear its name."""
    for key in (f"exports.header.{name}", f"columns.{name}"):
        if has(key, language):
            return say(key, language)
    key = name.removeprefix("score_")
    label = _label(key, table, language)
    return f"{say('exports.header.score', language)}: {label}" if name.startswith("score_") else name


def column(name: str, table: pd.DataFrame, language: str, told: Mapping[str, str]) -> list[Plain]:
    """What stands in a column: numbers, dates and yes/no typed, all else as text in `language`; unknown is None."""
    if name in ("data_of", "profile_version"):
        return [told.get(name)] * len(table)
    if name == "rate" and "rate_low" in table:
        pairs = zip(_known(table["rate_low"]), _known(table["rate_high"]), strict=True)
        return [None if low is None and high is None else percent_range(low, high, language) for low, high in pairs]
    if name == "date_note" and name not in table:
        return [date_note(row, language) for row in _dates(table)]
    if name == "fields_nl" and "fields" in table:
        rows = table[["fields", "priority"]].to_dict("records")
        return [dutch(shown_fields(row), table.attrs.get("labels", {})) for row in rows]
    if name in _OF_GATES and name not in table and "can_apply" in table:
        return [_OF_GATES[name](row, language) for row in table.to_dict("records")]
    if name not in table:
        return [None] * len(table)
    if name == "sent_to":
        pairs = zip(_known(table[name]), _without_mail(table), strict=True)
        return [say("exports.no_mail", language) if bare else _plain(name, to, table, language) for to, bare in pairs]
    if name == "fields" and "priority" in table:
        values: list[Any] = [shown_fields(row) for row in table[["fields", "priority"]].to_dict("records")]
    else:
        values = _known(table[name])
    if name in _MONEY and "currency" in table:
        units = _known(table["currency"])
        return [v if v is None or u in (None, "EUR") else f"{v} {u}" for v, u in zip(values, units, strict=True)]
    return [_plain(name, value, table, language) for value in values]


def dutch(keys: Sequence[str], labels: Mapping[str, Mapping[str, str]]) -> str | None:
    """The Dutch names of fields, for partners across the border; in English where a field has none."""
    names = [labels.get(key, {}) for key in keys]
    shown = [named.get("nl") or named.get("en") or key for key, named in zip(keys, names, strict=True)]
    return say("exports.list_separator", "nl").join(shown) or None


def date_note(row: Mapping[Any, Any], language: str) -> str | None:
    """What is doubtful about the dates, in the words of the screen; None if nothing is."""
    opens, days = typed(row.get("opens")), typed(row.get("deadlines")) or [typed(row.get("deadline"))]
    doubts = ["before_opening"] if any(before_opening(on, opens) for on in days) else []
    if typed(row.get("stage_one_over")) and row.get("status") != "closed":
        doubts.append("too_late_for_newcomers")
    return say("exports.list_separator", language).join(say(f"facts.{doubt}", language) for doubt in doubts) or None


def _dates(table: pd.DataFrame) -> list[dict[Any, Any]]:
    names = ("opens", "deadline", "deadlines", "status", "stage_one_over")
    return table[[name for name in names if name in table]].to_dict("records")


def audience(row: Mapping[Any, Any], language: str) -> str | None:
    """Who may apply, as far as the call says so; None where that was not worked out."""
    yes = typed(row.get("can_apply"))
    if yes is None:
        return None
    names = [say(f"apply.applicant.{key}", language) for key in yes]
    return ", ".join(names) or say("apply.nobody_known", language)


def municipality(row: Mapping[Any, Any]) -> str | None:
    """Whether a municipality may apply: yes, no or unclear; None where that was not worked out."""
    yes, no = typed(row.get("can_apply")), typed(row.get("cannot_apply"))
    if not isinstance(yes, list) or not isinstance(no, list):
        return None
    return "yes" if "municipality" in yes else "no" if "municipality" in no else "unclear"


def shown_fields(row: Mapping[Any, Any]) -> list[str]:
    """The fields a call fits; as on the screen the best one where it fits none well."""
    best = typed(row.get("priority"))
    return typed(row.get("fields")) or ([best] if best else [])


def typed(value: Any) -> Any:
    """A cell as plain Python: numpy numbers as int, float, bool; NaN, NaT and <NA> as None; lists stay."""
    if isinstance(value, list | tuple):
        return [typed(v) for v in value]
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value


def _known(series: pd.Series) -> list[Any]:
    return [typed(value) for value in series]


def _plain(name: str, value: Any, table: pd.DataFrame, language: str) -> Plain:
    if value is None:
        return None
    if name in _WORDS and has(f"states.{_WORDS[name]}.{value}", language):
        return say(f"states.{_WORDS[name]}.{value}", language)
    if name in ("can_apply", "cannot_apply", "conditions"):
        group = "apply.condition" if name == "conditions" else "apply.applicant"
        return say("exports.list_separator", language).join(say(f"{group}.{key}", language) for key in value)
    if name == "office":
        return str(table.attrs.get("offices", {}).get(value, value))
    if name in ("fields", "strong_fields", "priority"):
        keys = value if isinstance(value, list) else [value]
        return say("exports.list_separator", language).join(_label(key, table, language) for key in keys)
    if name == "stage":
        number, _, of = str(value).partition(" of ")
        return say("exports.stage", language, n=number, of=of or "?")
    if isinstance(value, list):
        return say("exports.list_separator", language).join(_text(v, language) for v in value if v is not None)
    if isinstance(value, datetime):
        return moment(value, language)
    if isinstance(value, float):
        return round(value, 1)
    return value if isinstance(value, str | int | bool | date) else str(value)


def _text(value: Any, language: str) -> str:
    if isinstance(value, datetime):
        return f"{value.date().isoformat()} {clock(value)}"
    return _DAY[language](value) if isinstance(value, date) else str(value)


def _label(key: str, table: pd.DataFrame, language: str) -> str:
    labels = table.attrs.get("labels", {}).get(key, {})
    return str(labels.get(language) or labels.get("en") or key)


def _consortium(row: Mapping[Any, Any], language: str) -> str | None:
    least = typed(row["partners"])
    return None if least is None else plural("apply.partners", least, language)


def _municipality(row: Mapping[Any, Any], language: str) -> str | None:
    answer = municipality(row)
    return None if answer is None else say(f"apply.answer.{answer}", language)


def _condition(row: Mapping[Any, Any], language: str) -> str | None:
    found = [key for key in typed(row["conditions"]) or [] if key in OF_PLACES]
    return say("exports.list_separator", language).join(say(f"apply.condition.{k}", language) for k in found) or None


OF_PLACES = ("mission_city", "just_transition", "consortium_place")
_OF_GATES: dict[str, Callable[[Mapping[Any, Any], str], str | None]] = {
    "audience": audience, "consortium": _consortium, "condition": _condition, "municipality": _municipality,
}  # fmt: skip
_DAY: dict[str, Callable[[date], str]] = {
    "de": lambda on: f"{on.day:02}.{on.month:02}.{on.year:04}",
    "en": date.isoformat,
}
