"""The hint to a colleague or a town as text: five to eight lines a call, to copy or to open in a mail program."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

import pandas as pd

from matcher.exports._call_lines import call_lines
from matcher.exports._cell import check_size
from matcher.exports._provenance import is_demo
from matcher.text import squeeze
from matcher.words import dates_in, day, plural, say

LONGEST_LINK = 2_000
"""Characters of a mailto address that Windows hands on; longer ones are cut by some programs without a word."""
LONGEST_SUBJECT, LONGEST_TITLE = 200, 140
MOST_SHORT = 10
"""Calls of which a short wording is tried: more never fit an address."""
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"%?&#]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


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
            *("\n".join(call_lines(row, language, labels, short=short, today=day_of)) for row in rows[:many]),
            *([plural("mail.more", len(rows) - many, language)] if many < len(rows) else []),
            "\n".join(closing),
            signed,
        ]
        return "\n\n".join(parts) + "\n"

    labels, day_of = table.attrs.get("labels"), table.attrs.get("today")
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
