"""The hint to a colleague or a town as text: five to eight lines a call, to copy or to open in a mail program."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd

from matcher.exports._cell import check_size, link
from matcher.exports._columns import audience, typed
from matcher.exports._provenance import is_demo
from matcher.text import squeeze
from matcher.words import dates_in, day, days_left, money, money_range, percent_range, plural, say

LONGEST_LINK = 2_000
"""Characters of a mailto address that Windows hands on; longer ones are cut by some programs without a word."""
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"%?&#]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MOST_TERMS = 6


def call_lines(
    row: Mapping[Any, Any], language: str, labels: Mapping[str, Mapping[str, str]] | None = None
) -> list[str]:
    """Five to eight lines on a row of the shortlist: title, programme, deadline, money, who, why, note, link."""
    known = {name: typed(value) for name, value in row.items()}

    def line(key: str, **values: str) -> str:
        return squeeze(say(f"mail.{key}", language, **values))

    none = day(None, language)
    lines = [
        line("head", title=known["title"], identifier=known["identifier"]),
        line(
            "programme",
            programme=known.get("programme_name") or known.get("programme") or none,
            types=", ".join(known.get("types_of_action") or []) or say(f"states.kind.{known['kind']}", language),
        ),
        _deadline(known, language),
        line(
            "money",
            project=money_range(known["project_from"], known["project_to"], known["currency"], language),
            total=money(known["budget_total"], known["currency"], language),
            rate=percent_range(known.get("rate_low"), known.get("rate_high"), language),
        ),
        line("who", who=(known.get("can_apply") and audience(known, language)) or say("mail.who_check", language)),
        line("why", **_why(known, language, labels or {})),
    ]
    if known.get("note"):
        lines.append(line("note", note=known["note"]))
    url = link(known.get("link"), known["kind"])
    return [*lines, line("link", link=url)] if url else lines


def mail(table: pd.DataFrame, language: str = "de", provenance: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Subject and text of a mail about the rows of a shortlist."""
    check_size(len(table), language)
    told = provenance or {}
    rows = table.to_dict("records")
    many = len(rows) != 1
    demo = "DEMO: " if is_demo(told) else ""
    if many:
        subject = plural("mail.subject_many", len(rows), language)
    else:
        subject = say("mail.subject", language, title=squeeze(rows[0]["title"]))
    parts = [say("mail.greeting", language), say("mail.intro_many" if many else "mail.intro", language)]
    parts += ["\n".join(call_lines(row, language, table.attrs.get("labels"))) for row in rows]
    closing = [say("mail.disclaimer", language)]
    if demo:
        recorded = dates_in(told.get("data_of") or day(None, language), language)
        closing.insert(0, say("mail.demo", language, day=recorded))
    parts += ["\n".join(closing), say("mail.closing", language)]
    return demo + subject, "\n\n".join(parts) + "\n"


def mailto(recipients: Sequence[str], subject: str, text: str) -> tuple[str, bool]:
    """A `mailto:` address for a link, and whether the text had to be cut to `LONGEST_LINK` (then: copy the text).

    What is no plain address is left out; subject and text cannot add headers or recipients.
    """
    to = ",".join(quote(address, safe="@") for address in recipients if _ADDRESS.fullmatch(address))
    head = f"mailto:{to}?subject={quote(squeeze(subject)[:200])}&body="
    body = quote("\r\n".join(squeeze(line) for line in text.split("\n")))
    if len(head) + len(body) <= LONGEST_LINK:
        return head + body, False
    # A percent code must not be cut in two, nor the bytes of one letter.
    kept = re.sub(r"%[0-9A-F]?$", "", body[: LONGEST_LINK - len(head)])
    kept = re.sub(r"(%[C-F][0-9A-F](%[89AB][0-9A-F])*)$", "", kept)
    return head + kept, True


def _deadline(known: Mapping[str, Any], language: str) -> str:
    if known["deadline"] is None:
        opens = known.get("opens")
        text = say("mail.no_deadline", language)
        return f"{text}; {say('mail.opens', language, day=day(opens, language))}" if opens else text
    extra = ""
    if known.get("deadline_time"):
        extra = ", " + say("facts.published_time", language, time=known["deadline_time"])
    elif known["kind"] == "topic":
        extra = ", " + say("facts.usual_time", language)
    if known.get("stage"):
        number, _, of = known["stage"].partition(" of ")
        extra += ", " + say("facts.stage_of", language, n=number, of=of)
    left = days_left(known["days_left"], language)
    return squeeze(say("mail.deadline", language, day=day(known["deadline"], language), left=left, extra=extra))


def _why(known: Mapping[str, Any], language: str, labels: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    keys = known.get("fields") or []
    names = "; ".join(labels.get(key, {}).get(language) or key for key in keys)
    terms = ", ".join((known.get("terms") or [])[:_MOST_TERMS])
    return {
        "fields": names or say("mail.why_none", language),
        "terms": say("mail.why_terms", language, terms=terms) if terms else "",
    }
