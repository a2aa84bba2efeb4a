"""What the ranking says about its limits: nothing to rank by, texts read in part, scores that move, a pull undone."""

from collections.abc import Sequence

from matcher.ledger import Run
from matcher.model import Call
from matcher.rankers import Ranker
from matcher.rankers._tokens import MOST_CHARACTERS, normal, raw_words
from matcher.words import moment, number, say

UNDONE = ("refused", "failed", "killed", "stopped")


def of_calls(calls: Sequence[Call], language: str) -> str | None:
    """Why no call can be ranked: there is none, or none has a word; None where there is something to rank."""
    if not calls:
        return say("ranking.no_calls", language)
    if any(_has_word(call) for call in calls):
        return None
    return say("ranking.no_text", language, n=number(len(calls), language))


def of_call(ranker: Ranker, call: Call, language: str) -> list[str]:
    """What to know about the score of one call: how far its text was read, and what the score depends on."""
    longest = max((len(section.text) for section in call.sections), default=0)
    told = {"n": number(longest, language), "most": number(MOST_CHARACTERS, language)}
    cut = [say("ranking.long", language, **told)] if longest > MOST_CHARACTERS else []
    return [*cut, say("ranking.moving", language, n=number(len(ranker.calls_), language))]


def of_runs(runs: Sequence[Run], language: str) -> str | None:
    """That the newest pull from the network came to nothing and the list before it stays; None if it did not.

    `runs`: newest first.
    """
    newest = next((run for run in runs if run.source != "sheet"), None)
    if newest is None or newest.state not in UNDONE:
        return None
    return say(
        f"ranking.unfinished_{newest.state}", language, when=moment(newest.finished or newest.started, language)
    )


def _has_word(call: Call) -> bool:
    texts = (call.title, call.call_title, *(section.text for section in call.sections), *call.keywords)
    return any(any(letter.isalpha() for letter in word) for text in texts for word in raw_words(normal(text or "")))
