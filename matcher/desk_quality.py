"""Verbs about quality: the ranking against judged calls, and the answers of the missed-call audit."""

from collections.abc import Sequence
from typing import NamedTuple

from matcher import evaluate as quality
from matcher.desk_decide import Said, decide_each
from matcher.errors import InputError
from matcher.ledger import Decision, State
from matcher.model import Call, Profile
from matcher.rankers import Ranker
from matcher.settings import Settings
from matcher.store import Store
from matcher.views import audit

Interval = quality.Interval
Miss = quality.Miss
MEASURES = quality.MEASURES
MACRO = "macro"


class Judged(NamedTuple):
    """What the judged calls say of a ranking.

    `figures`: by priority key and `MACRO`, each measure with its 95 % interval. `calls` and `relevant`: by priority
    key, how many stored calls are judged and how many of them relevant. `high`: ranked high but judged 0, `low`:
    relevant but ranked low, by priority key. `promise`: by class, judged calls and relevant ones, in all priorities.
    """

    figures: dict[str, dict[str, Interval]]
    calls: dict[str, int]
    relevant: dict[str, int]
    high: dict[str, list[Miss]]
    low: dict[str, list[Miss]]
    promise: dict[str, tuple[int, int]]

    @property
    def most_in_ten(self) -> float:
        """How many of the first ten of a priority can be relevant at most, on average: fewer where fewer are."""
        shares = [min(10, n) / min(10, self.calls[key]) for key, n in self.relevant.items() if n]
        return 10 * sum(shares) / len(self.relevant)


def judged(fitted: Ranker, priorities: Profile, settings: Settings, *, draws: int = 1000) -> Judged:
    """The ranking, nothing learned from decisions, against the judged calls of the settings (a second or two).

    Raises InputError where the region has no judged calls, the file cannot be read or none of its calls is stored.
    """
    if settings.judged is None:
        raise InputError(f"No calls are judged for the region {settings.region!r} yet.")
    known = quality.judgements(settings.judged)
    rows = quality.scored(fitted, priorities, known)
    misses = quality.misses(fitted, priorities, known)
    by_class = quality.promise(fitted, priorities, known).values()
    return Judged(
        figures=quality.intervals(fitted, priorities, known, draws=draws),
        calls={key: len(at) for key, (at, _, _) in rows.items()},
        relevant={key: int((grades >= quality.RELEVANT).sum()) for key, (_, _, grades) in rows.items()},
        high={key: high for key, (high, _) in misses.items()},
        low={key: low for key, (_, low) in misses.items()},
        promise={
            grade: (sum(told[grade][0] for told in by_class), sum(told[grade][1] for told in by_class))
            for grade in ("strong", "partial", "weak", "none")
        },
    )


def answer_audit(
    store: Store, *, call: Call, month: str, below: int, answer: str, by: str, office: str | None = None
) -> Decision:
    """Keep one answer of the audit of a month (`views.audit`): yes, no, unsure, or withdrawn.

    Where the call stands with the office is left as it is. InputError for another answer.
    """
    known = (*audit.ANSWERS, audit.WITHDRAWN)
    if answer not in known:
        raise InputError(f"An answer is one of {', '.join(known)}, not {answer!r}.")
    said: Sequence[tuple[Call, Said]] = [(call, Said(State.NEW, note=audit.note(month, below, answer)))]
    return decide_each(store, what=said, by=by, office=office)[0]
