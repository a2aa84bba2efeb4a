"""Whose word on a call holds: one's own before that of others, as long as it was not taken back."""

from collections.abc import Iterable, Sequence

from matcher.ledger import Decision, State
from matcher.views.audit import marker


def heard(decision: Decision, office: str | None) -> bool:
    """Whether a decision counts for `office`: its own and the region's; for the region (None) everybody's.

    What was said in an audit says nothing about where a call stands.
    """
    return marker(decision) is None and (office is None or decision.office in (None, office))


def held(decisions: Iterable[Decision], office: str | None) -> dict[str, Decision]:
    """The decision that holds for `office` on each call, by reference; `decisions` oldest first."""
    said: dict[str, list[Decision]] = {}
    for decision in decisions:
        if heard(decision, office):
            said.setdefault(decision.reference, []).append(decision)
    return {reference: one for reference, own in said.items() if (one := holding(own, office)) is not None}


def holding(said: Sequence[Decision], office: str | None) -> Decision | None:
    """Of what was said on one call, oldest first, the decision that holds for `office` (None: the region as a whole).

    What the office said itself last, however late others spoke. Where it said nothing or took it back (state *new*),
    the latest of what the others said last and did not take back: for a town that is the region, for the region any
    of its towns. Where nothing holds any more, the last word of all; None where nothing was said.
    """
    last = {decision.office: decision for decision in said}
    own = last.get(office)
    if own is not None and own.state is not State.NEW:
        return own
    return next((one for one in reversed(said) if one is last[one.office] and one.state is not State.NEW), None) or (
        said[-1] if said else None
    )
