"""The hint to a colleague or a town as text: five to eight lines a call, to copy or to open in a mail program."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from matcher.exports._cell import check_size, link
from matcher.exports._columns import municipality, shown_fields, typed
from matcher.exports._provenance import is_demo
from matcher.model import before_opening
from matcher.text import squeeze
from matcher.words import dates_in, day, days_left, money, money_range, percent_range, plural, say

LONGEST_LINK = 2_000
"""Characters of a mailto address that Windows hands on; longer ones are cut by some programs without a word."""
LONGEST_SUBJECT, LONGEST_TITLE = 200, 140
MOST_SHORT = 10
"""Calls of which a short wording is tried: more never fit an address."""
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"%?&#]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MOST_TERMS = 6


class Letter(str):
    """The text of a mail. `shorter`: the same mail with fewer words a call, then with fewer calls, longest first.

    `whole` of them hold every call.
    """

    shorter: tuple[str, ...] = ()
    whole: int = 0


class Mailto(NamedTuple):
    """A `mailto:` address; `shortened`: not the full text; `complete`: every call is in it (else: copy the text)."""

    address: str
    shortened: bool
    complete: bool


def call_lines(
    row: Mapping[Any, Any],
    language: str,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    *,
    short: bool = False,
) -> list[str]:
    """Five to eight lines on a row of the shortlist: title, programme, deadline, money, who, why, note, link.

    `short`: title, deadline, money, who, why and link in as few words as they can be said.
    """
    known = {name: typed(value) for name, value in row.items()}

    def line(key: str, **values: str) -> str:
        return squeeze(say(f"mail.{key}", language, **values))

    none = day(None, language)
    url = link(known.get("link"), known["kind"])
    ends = [line("link", link=url)] if url else []
    why = _why(known, language, labels or {})
    if short:
        return [
            squeeze(known["title"]),
            _deadline(known, language, short=True),
            line("money", parts=_money(known, language, short=True)),
            line("who", who=_who(known, language, short=True)),
            line("why", fields=why["fields"], terms=""),
            *ends,
        ]
    lines = [
        line("head", title=known["title"], identifier=known["identifier"]),
        line(
            "programme",
            programme=known.get("programme_name") or known.get("programme") or none,
            types=", ".join(known.get("types_of_action") or []) or say(f"states.kind.{known['kind']}", language),
        ),
        _deadline(known, language),
        line("money", parts=_money(known, language)),
        line("who", who=_who(known, language)),
        line("why", **why),
    ]
    if known.get("note"):
        lines.append(line("note", note=known["note"]))
    return [*lines, *ends]


def mail(
    table: pd.DataFrame, language: str = "de", provenance: Mapping[str, str] | None = None, *, sender: str = ""
) -> tuple[str, Letter]:
    """Subject and text of a mail about the rows of a shortlist, signed by `sender` if there is a name."""
    check_size(len(table), language)
    told = provenance or {}
    rows = table.to_dict("records")
    demo = "DEMO: " if is_demo(told) else ""
    if len(rows) != 1:
        subject = plural("mail.subject_many", len(rows), language)
    else:
        subject = say("mail.subject", language, title=_between_words(rows[0]["title"], LONGEST_TITLE))
    closing = [say("mail.disclaimer", language)]
    if demo:
        recorded = dates_in(told.get("data_of") or day(None, language), language)
        closing.insert(0, say("mail.demo", language, day=recorded))
    signed = "\n".join(part for part in (say("mail.closing", language), squeeze(sender)) if part)

    def written(many: int, short: bool) -> str:
        parts = [
            say("mail.greeting", language),
            say("mail.intro" if len(rows) == 1 else "mail.intro_many", language),
            *("\n".join(call_lines(row, language, labels, short=short)) for row in rows[:many]),
            *([plural("mail.more", len(rows) - many, language)] if many < len(rows) else []),
            "\n".join(closing),
            signed,
        ]
        return "\n\n".join(parts) + "\n"

    labels = table.attrs.get("labels")
    text = Letter(written(len(rows), False))
    text.whole = int(len(rows) <= MOST_SHORT)
    fewer = range(min(len(rows) - 1, MOST_SHORT), 0, -1)
    text.shorter = tuple(written(many, True) for many in ([len(rows)] if text.whole else []) + list(fewer))
    return demo + subject, text


def mailto(recipients: Sequence[str], subject: str, text: str) -> Mailto:
    """A `mailto:` address for a link, no longer than `LONGEST_LINK`; a `Letter` too long is said in fewer words.

    What does not fit is left out by whole calls, of other texts by whole lines, never within one. What is no plain
    address is left out; subject and text cannot add headers or recipients.
    """
    to = ",".join(quote(address, safe="@") for address in recipients if _ADDRESS.fullmatch(address))
    head = f"mailto:{to}?subject={quote(_between_words(subject, LONGEST_SUBJECT))}&body="
    shorter, whole = (text.shorter, text.whole) if isinstance(text, Letter) else ((), 0)
    for place, wording in enumerate((text, *shorter)):
        body = _body(wording.split("\n"))
        if len(head) + len(body) <= LONGEST_LINK:
            return Mailto(head + body, place > 0, place <= whole)
    lines = (shorter[-1] if shorter else text).split("\n")
    while lines and len(head) + len(_body(lines)) > LONGEST_LINK:
        lines.pop()
    return Mailto(head + _body(lines), True, False)


def _body(lines: Sequence[str]) -> str:
    # RFC 6068 lets these stand as they are: that leaves room for words.
    return quote("\r\n".join(squeeze(line) for line in lines), safe="/:,;()")


def _between_words(text: str, most: int) -> str:
    """At most `most` characters, shortened between two words; a single longer word is cut."""
    plain = squeeze(text)
    if len(plain) <= most:
        return plain
    kept = plain[: most - 1].rpartition(" ")[0] or plain[: most - 2]
    return f"{kept} …"


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
    if short:
        return "; ".join(told[:2]) or day(None, language)
    return "; ".join(
        [*told, *(say(f"mail.money_no_{key}", language) for key, value in parts.items() if value is None)]
    )


def _who(known: Mapping[str, Any], language: str, *, short: bool = False) -> str:
    """What holds for a municipality first, then for the others, then how many partners it takes."""
    answer = municipality(known)
    if answer is None:
        return say("mail.who_check", language)
    yes, no = known["can_apply"], known["cannot_apply"]
    town = f"{say('apply.applicant.municipality', language)}: {say(f'apply.answer.{answer}', language)}"
    names = {
        key: ", ".join(say(f"apply.applicant.{who}", language) for who in of if who != "municipality")
        for key, of in (("also" if answer == "yes" else "for_others", yes), ("not_for", no))
    }
    parts = [town]
    if not short:
        parts += [say(f"apply.{key}", language, who=who) for key, who in names.items() if who]
    if answer == "unclear":
        parts.append(say("apply.check" if yes or short else "apply.open", language))
    if known.get("partners"):
        parts.append(plural("apply.partners", known["partners"], language))
    return "; ".join(parts)


def _deadline(known: Mapping[str, Any], language: str, *, short: bool = False) -> str:
    opens = known.get("opens")
    if known["deadline"] is None:
        text = say("mail.no_deadline", language)
        return f"{text}; {say('mail.opens', language, day=day(opens, language))}" if opens else text
    extra = ""
    if known.get("deadline_time") and not short:
        extra = ", " + say("facts.published_time", language, time=known["deadline_time"])
    elif known["kind"] == "topic" and not short:
        extra = ", " + say("facts.usual_time", language)
    if known.get("stage"):
        number, _, of = known["stage"].partition(" of ")
        extra += ", " + say("facts.stage_of", language, n=number, of=of)
    if before_opening(known["deadline"], opens):
        extra += "; " + say("facts.before_opening", language)
    left = days_left(known["days_left"], language)
    return squeeze(
        say(
            "mail.deadline_short" if short else "mail.deadline",
            language,
            day=day(known["deadline"], language),
            left=left,
            extra=extra,
        )
    )


def _why(known: Mapping[str, Any], language: str, labels: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    keys = shown_fields(known)
    names = "; ".join(labels.get(key, {}).get(language) or key for key in keys)
    terms = ", ".join((known.get("terms") or [])[:_MOST_TERMS])
    return {
        "fields": names or say("mail.why_none", language),
        "terms": say("mail.why_terms", language, terms=terms) if terms else "",
    }
