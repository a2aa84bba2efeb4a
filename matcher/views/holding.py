"""Whose word on a call holds: one's own before that of others, as long as it was not taken back."""

from collections.abc import Sequence

from matcher.ledger import Decision, State


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
