"""What a mail says on one call: five to eight lines for somebody who has not seen the portal, or three at least."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from matcher.exports._cell import between_words, link
from matcher.exports._columns import municipality, shown_fields, typed
from matcher.model import before_opening, odd_hour
from matcher.text import squeeze
from matcher.words import day, days_left, money, money_range, percent_range, plural, say

_MOST_TERMS = 6
_TOLD = ("deadline", "stage_one", "partners")
"""Conditions that a mail tells beside the deadline, or with a number."""
LATE_DAYS = 3
"""So many days after its opening a call may be seen first and still be called new on the portal: pulls are daily."""
NEWS_DAYS = 30
"""So long after it was seen a call is new, and a change worth a line, to somebody who has not heard of it."""


def call_lines(
    row: Mapping[Any, Any],
    language: str,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    *,
    short: bool = False,
    today: date | None = None,
) -> list[str]:
    """Five to eight lines on a row: title, programme, what is new, deadline and status, money, who, why, link.

    `short`: the same without programme and note in as few words as it can be said. `today`: what is older than
    `NEWS_DAYS` is no news; without it all counts.
    """
    known = {name: typed(value) for name, value in row.items()}

    def line(key: str, **values: str) -> str:
        return squeeze(say(f"mail.{key}", language, **values))

    url = link(known.get("link"), known["kind"])
    none = day(None, language)
    why = _why(known, language, labels or {})
    if short:
        why["terms"] = ""
    elif known.get("note"):
        why["terms"] += say("mail.why_note", language, note=known["note"])
    lines = [
        squeeze(known["title"]) if short else line("head", title=known["title"], identifier=known["identifier"]),
        ""
        if short
        else line(
            "programme",
            programme=known.get("programme_name") or known.get("programme") or none,
            types=", ".join(known.get("types_of_action") or []) or say(f"states.kind.{known['kind']}", language),
        ),
        squeeze(_news(known, language, today)),
        _deadline(known, language, short=short),
        line("money", parts=_money(known, language, short=short)),
        line("who", who=_who(known, language, short=short)),
        line("why", **why),
        line("link", link=url) if url else "",
    ]
    return [told for told in lines if told]


def brief_lines(row: Mapping[Any, Any], language: str, longest: int) -> list[str]:
    """The least a mail says on a row: title of so many characters, deadline with its doubts, conditions, link."""
    known = {name: typed(value) for name, value in row.items()}
    due = known["deadline"]
    if due is None:
        told = say("mail.no_deadline_brief", language)
    else:
        extra = _stage_and_time(known, language, short=True)
        told = say("mail.deadline_short", language, day=day(due, language), extra=extra)
    closed = [say("states.status.closed", language)] if known["status"] == "closed" else []
    lines = [
        between_words(known["title"], longest),
        squeeze("; ".join([told, *closed, *_doubts(known, language), *_conditions(known, language)])),
        link(known.get("link"), known["kind"]) or "",
    ]
    return [line for line in lines if line]


def _news(known: Mapping[str, Any], language: str, today: date | None) -> str:
    """What is new about it for somebody who knows it from before, or that it is new itself; else nothing."""

    def fresh(on: date | None) -> bool:
        return on is not None and (today is None or (today - on).days <= NEWS_DAYS)

    if known.get("change") and fresh(known.get("changed")):
        return say("mail.changed", language, day=day(known["changed"], language), change=known["change"])
    opens, seen = known.get("opens"), known.get("first_seen")
    # What has been open for weeks is new to us alone: "new on the portal since" would be wrong beside "open since".
    if known.get("new") and fresh(seen) and not (opens and seen and (seen - opens).days > LATE_DAYS):
        return say("mail.new", language, day=day(known["first_seen"], language))
    return ""


def _money(known: Mapping[str, Any], language: str, *, short: bool = False) -> str:
    low, high, total = known["project_from"], known["project_to"], known["budget_total"]
    rates = known.get("rate_low"), known.get("rate_high")
    unknown = low is None and high is None
    parts = {
        "project": None if unknown else money_range(low, high, known["currency"], language),
        "total": None if total is None else money(total, known["currency"], language),
        "rate": None if rates == (None, None) else percent_range(*rates, language),
    }
    told = [say(f"mail.money_{key}", language, sum=value) for key, value in parts.items() if value is not None]
    missing = [say(f"mail.money_no_{key}", language) for key, value in parts.items() if value is None]
    if short:
        return "; ".join(told[:2]) or say("facts.not_stated", language)
    if missing:
        what = ", ".join(missing)
        told.append(say("mail.money_missing", language, what=what, where=_where(known, language)))
    return "; ".join(told)


def _who(known: Mapping[str, Any], language: str, *, short: bool = False) -> str:
    """What holds for a municipality first, then for the others, then how many partners it takes."""
    answer = municipality(known)
    if answer is None:
        return say("mail.who_check", language, where=_where(known, language))
    yes, no = known["can_apply"], known["cannot_apply"]
    if answer == "unclear":
        # What cannot be told is said as that, with the place to read it: a town must not take it for a no.
        key = "mail.who_unclear_short" if short else "mail.who_unclear" if yes or no else "mail.who_open"
        parts = [say(key, language, where=_where(known, language))]
    else:
        parts = [say(f"mail.who_{answer}", language)]
    names = {
        key: ", ".join(say(f"apply.applicant.{who}", language) for who in of if who != "municipality")
        for key, of in (("also" if answer == "yes" else "others", yes), ("not", no))
    }
    if not short:
        parts += [say(f"mail.who_{key}", language, who=who) for key, who in names.items() if who]
    # However short the mail: who does not read "Mission Cities only" here asks a town in vain.
    parts += _conditions(known, language)
    if known.get("partners"):
        parts.append(plural("apply.partners", known["partners"], language))
    return "; ".join(parts)


def _conditions(known: Mapping[str, Any], language: str) -> list[str]:
    return [say(f"apply.condition.{key}", language) for key in known.get("conditions") or () if key not in _TOLD]


def _where(known: Mapping[str, Any], language: str) -> str:
    """Where in a call stands what its facts do not tell."""
    return say("mail.where_topic" if known["kind"] == "topic" else "mail.where", language)


def _deadline(known: Mapping[str, Any], language: str, *, short: bool = False) -> str:
    if known["deadline"] is None:
        text = say("mail.no_deadline", language)
    else:
        text = say(
            "mail.deadline_short" if short else "mail.deadline",
            language,
            day=day(known["deadline"], language),
            left=days_left(known["days_left"], language),
            extra=_stage_and_time(known, language, short),
        )
    return squeeze("; ".join([text, _status(known, language, short=short), *_doubts(known, language)]))


def _doubts(known: Mapping[str, Any], language: str) -> list[str]:
    """What must not be left out beside a deadline, however short the mail."""
    doubts = []
    if before_opening(known["deadline"], known.get("opens")):
        doubts.append(say("mail.before_opening", language))
    if known.get("stage_one_over") and known["status"] != "closed":
        doubts.append(say("facts.too_late_for_newcomers", language))
    return doubts


def _stage_and_time(known: Mapping[str, Any], language: str, short: bool) -> str:
    extra = ""
    if known.get("stage"):
        number, _, of = known["stage"].partition(" of ")
        extra += ", " + say("facts.stage_of", language, n=number, of=of)
    if known.get("deadline_time") and not short:
        time = known["deadline_time"]
        extra += ", " + say(f"mail.{'odd' if odd_hour(time) else 'published'}_time", language, time=time)
    elif known["kind"] == "topic" and not short:
        extra += ", " + say("mail.usual_time", language)
    return extra


def _status(known: Mapping[str, Any], language: str, *, short: bool = False) -> str:
    """Whether it is open and since when, or announced and from when."""
    status = say(f"states.status.{known['status']}", language)
    opens = known.get("opens")
    key = {"forthcoming": "mail.opens", "open": "mail.open_since"}.get(known["status"]) if opens else None
    if key is None or (short and known["status"] == "open"):
        return status
    return say(key, language, status=status, day=day(opens, language))


def _why(known: Mapping[str, Any], language: str, labels: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    keys = shown_fields(known)
    names = "; ".join(labels.get(key, {}).get(language) or key for key in keys)
    if names and not known.get("fields"):
        names = say("mail.why_nearest", language, fields=names)
    terms = ", ".join((known.get("terms") or [])[:_MOST_TERMS])
    return {
        "fields": names or say("mail.why_none", language),
        "terms": say("mail.why_terms", language, terms=terms) if terms else "",
    }
