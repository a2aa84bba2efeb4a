"""What decisions teach the ranking, and which: each under the priorities whose topic it speaks of."""

from collections.abc import Iterator, Sequence

from matcher.ledger import Decision, Discard, State
from matcher.model import Profile
from matcher.rankers import Ranker
from matcher.views._standing import Roll, roll
from matcher.views.audit import marker

YES = (State.SHORTLISTED, State.FORWARDED, State.PREPARATION, State.APPLIED)
FITTING = ("strong", "partial")


def taught(ranker: Ranker, profile: Profile, decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions in their order, each with the priority that it teaches; the same list again for such a list.

    One that names a priority teaches that. One that names none teaches the active priorities that the call fits
    strongly or partially by the ranking without anything learned, so that it does not feed on itself; where nothing
    is said of the topic ("not eligible", "no capacity", an answer of the audit) it teaches none. A decision taken
    back is taken back everywhere. A reference that is gone stands for the calls that carry its identifier now.
    """
    if all(decision.priority is not None for decision in decisions):
        return list(decisions)
    known = roll(ranker.calls_)
    fits = _fits(ranker, profile)
    active = [priority.key for priority in profile.priorities if priority.active]
    made: list[Decision] = []
    for decision in decisions:
        if decision.priority is not None:
            made.append(decision)
        elif decision.state is State.NEW and marker(decision) is None:
            made += [decision.model_copy(update={"priority": key}) for key in active]
        elif topical(decision):
            made += _under(decision, known, fits)
    return made


def topical(decision: Decision) -> bool:
    """Whether a decision says of a call that its topic is wanted, or that it is not."""
    off = decision.state is State.DISCARDED and decision.reason is Discard.OFF_TOPIC
    return off or decision.state in YES


def speaks(decision: Decision) -> bool:
    """Whether a decision can teach anything, or take back what an earlier one taught."""
    return topical(decision) or (decision.state is State.NEW and marker(decision) is None)


def _under(decision: Decision, known: Roll, fits: dict[str, list[str]]) -> Iterator[Decision]:
    here = decision.reference in known.here
    for reference in (decision.reference,) if here else known.heirs.get(decision.identifier, ()):
        for key in fits.get(reference, ()):
            yield decision.model_copy(update={"priority": key, "reference": reference})


def _fits(ranker: Ranker, profile: Profile) -> dict[str, list[str]]:
    """The active priorities that each call fits strongly or partially, nothing learned."""
    found: dict[str, list[str]] = {}
    for priority in profile.priorities:
        if not priority.active:
            continue
        for call, grade in zip(ranker.calls_, ranker.grades(ranker.scores(priority)), strict=True):
            if grade in FITTING:
                found.setdefault(call.reference, []).append(priority.key)
    return found
