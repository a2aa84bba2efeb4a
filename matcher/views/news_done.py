"""What came of the news once nothing of them is left to decide."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from matcher.ledger import Decision, State
from matcher.views.news_rows import references


def decided(items: pd.DataFrame) -> bool:
    """Whether there are items and none of them waits for a word."""
    return bool(len(items)) and not items["open"].map(bool).any()


def outcome(items: pd.DataFrame, last: Mapping[str, Decision], office: str | None = None) -> dict[State, int]:
    """How many calls of the items stand in each state, in the order of a call's life; `last`: what was said last.

    For a town only what it said itself.
    """
    own = [last[one] for one in references(items) if one in last and office in (None, last[one].office)]
    found = Counter(decision.state for decision in own)
    return {state: found[state] for state in State if found[state] and state is not State.NEW}
