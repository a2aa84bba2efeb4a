"""The values of what a run has to say as people of a language write them, and what there is to do about a reason."""

import re
from collections.abc import Mapping

from matcher.ledger import Fact, Run
from matcher.words import BRUSSELS, dates_in, day, has, moment, number, percent, say

# What to do, by the code of the reason; else by the exit code of the run.
ADVICE = {
    **dict.fromkeys(("unreachable", "certificate", "proxy", "no_connection"), "network"),
    **dict.fromkeys(
        (
            "request_refused", "redirect", "no_topics", "ignored_total", "ignored_type", "ignored_language",
            "ignored_status", "ignored_codes", "empty", "none_readable", "unreadable",
        ),
        "doctor",
    ),
    **dict.fromkeys(("come_back", "come_back_at", "budget", "turned_away", "too_soon"), "later"),
    **dict.fromkeys(("size", "kind_gone", "field_empty"), "accept"),
    **dict.fromkeys(("damaged", "foreign"), "restore"),
    **dict.fromkeys(("older", "mixed_scopes"), "clock"),
    **dict.fromkeys(("recording_unreadable", "recording_incomplete"), "input"),
    **dict.fromkeys(("locked", "collision"), "again"),
}  # fmt: skip
ADVICE_BY_EXIT = {1: "report", 2: "input", 3: "again", 4: "again", 5: "store", 6: "wait"}

# Why a record was not taken, as it is stored with the run. Runs of every age have the text only.
REJECTED = {
    "type": re.compile(r"The record is of type (?P<found>.*); only 1 \(topic\), 8 \(cascade\) and 2 \(external\) .*"),
    "no_reference": re.compile(r"The record has no reference, .*"),
    "no_title": re.compile(r"The record (?:.* )?has no title\."),
    "large": re.compile(r"The record is larger than (?P<megabytes>[0-9]+) MB\."),
    "fault": re.compile(r"The record cannot be read \((?P<fault>\w+)\)\."),
    "other": re.compile("other"),
}

# Whole numbers that are names, not counts.
NAMES = {"status"}
SHARES = {"share", "usual"}


def told(fact: Fact, language: str) -> str | None:
    """The sentence of a fact without its full stop; None where this version of the words has none for its code."""
    if fact.level == "accepted":
        why = told(fact.model_copy(update={"level": "reason"}), language)
        return say("runs.warning.accepted", language, why=why) if why else None
    group = "why" if fact.level == "reason" else fact.level
    key = f"runs.{group}.{fact.code}"
    if not has(key, language):
        return None
    try:
        return say(key, language, **_values(fact.values, language))
    except KeyError:
        # Stored by another version, which named its values differently.
        return None


def rejected(reason: str, language: str) -> str:
    """Why a record was not taken; as it was stored where nothing else is known of it."""
    for code, pattern in REJECTED.items():
        if found := pattern.fullmatch(reason):
            return say(f"runs.reject.{code}", language, **found.groupdict())
    return reason


def as_of(run: Run, language: str) -> str:
    """The day of a recording, else day and minute in Brussels of the end of the pull."""
    if run.recorded_on is not None:
        return day(run.recorded_on, language)
    at = (run.finished or run.started).astimezone(BRUSSELS)
    return f"{at:%d.%m.%Y %H:%M}" if language == "en" else moment(at, language)


def _values(values: Mapping[str, str | int | float], language: str) -> dict[str, str]:
    shown = {name: _value(name, value, language) for name, value in values.items()}
    if "kind" not in shown:
        shown["kind"] = say("runs.all.kinds", language)
    return shown


def _value(name: str, value: str | int | float, language: str) -> str:
    if value == "mixed":
        return say("runs.all.kinds", language)
    if name == "kind":
        return _named(f"data.total.{value}", str(value), language)
    if name == "field":
        return _named(f"data.fill.name.{value}", str(value), language)
    if name in ("stored", "coming"):
        return _named(f"states.scope.{value}", str(value), language)
    if name in SHARES and not isinstance(value, str):
        return percent(value * 100, language)
    if name == "change" and not isinstance(value, str):
        return ("−" if value < 0 else "+") + percent(abs(value) * 100, language)
    if isinstance(value, str):
        return dates_in(value, language)
    if name in NAMES:
        return str(value)
    return number(value, language, 0 if float(value).is_integer() else 1)


def _named(key: str, else_: str, language: str) -> str:
    return say(key, language) if has(key, language) else else_
