"""The hint to a colleague or a town as text: five to eight lines a call, to copy or to open in a mail program."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from matcher.exports._call_lines import brief_lines, call_lines
from matcher.exports._cell import between_words, check_size
from matcher.exports._columns import typed
from matcher.exports._provenance import is_demo
from matcher.text import squeeze
from matcher.words import dates_in, day, plural, say

LONGEST_LINK = 2_000
"""Characters of a mailto address that Windows hands on; longer ones are cut by some programs without a word."""
LONGEST_SUBJECT, LONGEST_TITLE = 200, 140
BRIEF_TITLES = (110, 70, 50)
"""Characters of a title where a mail says the least on each call; the fewer only where the more do not fit."""
MOST_SHORT = 10
"""Calls of which shorter wordings are tried: more never fit an address."""
REPLY_DAYS = 14
FRIDAY = 4
Row = Mapping[Any, Any]
Lines = Callable[[Row], list[str]]
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"%?&#]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Letter(str):
    """The text of a mail. `shorter`: the same mail with fewer and fewer words a call, then with fewer calls,
    longest first; `whole` of them hold every call.
    """

    shorter: tuple[str, ...] = ()
    whole: int = 0


class Mailto(NamedTuple):
    """A `mailto:` address; `shortened`: not the full text; `complete`: every call is in it (else: copy the text)."""

    address: str
    shortened: bool
    complete: bool


def mail(
    table: pd.DataFrame,
    language: str = "de",
    provenance: Mapping[str, str] | None = None,
    *,
    sender: str = "",
    office: str = "",
    of: str = "",
    ask: str | None = None,
) -> tuple[str, Letter]:
    """Subject and text of a mail about the rows of a shortlist, signed by `sender` and `office` if they are named.

    `of`: the name of the list that the rows are, told in the subject. `ask`: what the mail asks of its recipient;
    None: `question`, empty: nothing.
    """
    check_size(len(table), language)
    told = provenance or {}
    rows = table.to_dict("records")
    demo = "DEMO: " if is_demo(told) else ""
    closing = [say("mail.disclaimer", language)]
    if demo:
        recorded = dates_in(told.get("data_of") or day(None, language), language)
        closing.insert(0, say("mail.demo", language, day=recorded))
    signed = "\n".join(part for part in (say("mail.closing", language), squeeze(sender), squeeze(office)) if part)
    asked = squeeze(question(table, language) if ask is None else ask)
    labels, day_of = table.attrs.get("labels"), table.attrs.get("today")

    def full(row: Row) -> list[str]:
        return call_lines(row, language, labels, today=day_of)

    def short(row: Row) -> list[str]:
        return call_lines(row, language, labels, short=True, today=day_of)

    def brief(longest: int) -> Lines:
        return lambda row: brief_lines(row, language, longest)

    def written(many: int, lines_of: Lines) -> str:
        calls = ["\n".join(lines_of(row)) for row in rows[:many]]
        parts = [
            say("mail.greeting", language),
            say("mail.intro" if len(rows) == 1 else "mail.intro_many", language),
            *(calls if len(rows) == 1 else [f"{n}. {call}" for n, call in enumerate(calls, start=1)]),
            *([plural("mail.more", len(rows) - many, language)] if many < len(rows) else []),
            *([asked] if asked else []),
            "\n".join(closing),
            signed,
        ]
        return "\n\n".join(parts) + "\n"

    text = Letter(written(len(rows), full))
    wordings = (short, *map(brief, BRIEF_TITLES)) if len(rows) <= MOST_SHORT else ()
    whole = [written(len(rows), wording) for wording in wordings]
    fewer = [written(many, brief(BRIEF_TITLES[-1])) for many in range(min(len(rows) - 1, MOST_SHORT), 0, -1)]
    text.shorter, text.whole = (*whole, *fewer), len(whole)
    return demo + _subject(rows, language, of), text


def question(table: pd.DataFrame, language: str) -> str:
    """The usual request to the recipient of a mail about the rows: whether it fits, and an answer by which day."""
    today = table.attrs.get("today")
    dues = [typed(on) for on in table["deadline"]] if "deadline" in table else []
    by = _reply_by([on for on in dues if on is not None], today) if today else None
    key = "mail.ask" if len(table) == 1 else "mail.ask_many"
    return say(f"{key}_by", language, day=day(by, language)) if by else say(key, language)


def _reply_by(deadlines: Sequence[date], today: date) -> date | None:
    """The last Friday within `REPLY_DAYS`, or the last working day before the first deadline ahead if that is sooner.

    None where no day is left for an answer.
    """
    ahead = [on for on in deadlines if on >= today]
    if deadlines and not ahead:
        return None
    latest = today + timedelta(REPLY_DAYS)
    friday = latest - timedelta((latest.weekday() - FRIDAY) % 7)
    if not ahead or friday < min(ahead):
        return friday
    before = min(ahead) - timedelta(1)
    before -= timedelta(max(0, before.weekday() - FRIDAY))
    return before if before > today else None


def _subject(rows: Sequence[Row], language: str, of: str) -> str:
    if squeeze(of):
        return plural("mail.subject_list", len(rows), language, name=between_words(of, LONGEST_TITLE))
    if len(rows) != 1:
        return plural("mail.subject_many", len(rows), language)
    return say("mail.subject", language, title=between_words(rows[0]["title"], LONGEST_TITLE))


def mailto(recipients: Sequence[str], subject: str, text: str) -> Mailto:
    """A `mailto:` address for a link, no longer than `LONGEST_LINK`; a `Letter` too long is said in fewer words.

    What does not fit is left out by whole calls, of other texts by whole lines, never within one. What is no plain
    address is left out; subject and text cannot add headers or recipients.
    """
    to = ",".join(quote(address, safe="@") for address in recipients if _ADDRESS.fullmatch(address))
    head = f"mailto:{to}?subject={quote(between_words(subject, LONGEST_SUBJECT))}&body="
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
