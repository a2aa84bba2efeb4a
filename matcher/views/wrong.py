"""What an error says, split by whether the reader's language has words for it."""

from collections.abc import Iterable
from typing import NamedTuple

from matcher.errors import MatcherError
from matcher.ledger import Fact
from matcher.views import faults
from matcher.views._run_words import told

MOST = 40


class Wrong(NamedTuple):
    """`said`: sentences in the reader's language; `raw`: what is known in English only, for whoever looks into it."""

    said: list[str]
    raw: list[str]


def of(error: MatcherError, language: str) -> Wrong:
    """What an error has to say beyond the sentence of its class. In English its own message is one."""
    why = told(Fact(code=error.code, level="reason", values=error.values), language) if error.code else None
    found = lines([str(error), *(getattr(error, "faults", None) or [])], language)
    return Wrong([f"{why[0].upper()}{why[1:]}.", *found.said], found.raw) if why and language != "en" else found


def lines(messages: Iterable[str], language: str) -> Wrong:
    """The same for messages, the first `MOST` of them."""
    said, raw = list[str](), list[str]()
    for message in list(messages)[:MOST]:
        (translated,) = faults.told([message], language)
        (said if language == "en" or translated != message else raw).append(translated)
    return Wrong(said, raw)
