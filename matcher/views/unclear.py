"""How often the records say who may apply: per kind of applicant and per hard condition, over calls not closed."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pandas as pd

from matcher.gates import APPLICANTS, CONDITIONS, Answer, gates
from matcher.model import Call, Status
from matcher.words import say

APPLICANT_COLUMNS = ("key", "label", "yes", "no", "unclear")
CONDITION_COLUMNS = ("key", "label", "calls", "met", "unmet", "unclear", "unvalidated")


def build(calls: Sequence[Call], today: date, language: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Two tables and of how many calls they tell.

    Applicants: shares (0 to 1) of the calls that answer yes, no or leave it unclear. Conditions: how many calls show
    one, how many of them are met, unmet or unclear for an applicant of no particular place, and how many were read by
    a rule that is not yet tried on live records. A condition that no call shows has no row.
    """
    ahead = [call for call in calls if call.status(today) is not Status.CLOSED]
    said: Counter[tuple[str, Answer]] = Counter()
    untried: Counter[str] = Counter()
    for call in ahead:
        for gate in gates(call, today):
            said[gate.key, gate.value] += 1
            untried[gate.key] += gate.unvalidated
    count = max(1, len(ahead))
    order = (Answer.YES, Answer.NO, Answer.UNCLEAR)
    applicants = [
        (key, say(f"apply.applicant.{key}", language), *(said[key, answer] / count for answer in order))
        for key in APPLICANTS
    ]
    conditions = [
        (key, say(f"apply.condition.{key}", language), sum(row), *row, untried[key])
        for key in CONDITIONS
        if sum(row := tuple(said[key, answer] for answer in order))
    ]
    return (
        pd.DataFrame(applicants if ahead else [], columns=list(APPLICANT_COLUMNS)),
        pd.DataFrame(conditions, columns=list(CONDITION_COLUMNS)),
        len(ahead),
    )
