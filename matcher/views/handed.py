"""What others handed on to a town: such a call waits for the town's own word, whatever theirs was."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from matcher.ledger import Decision, State
from matcher.views._standing import BEFORE_SENT, in_time
from matcher.views.audit import marker


class Handed(NamedTuple):
    """The decision that handed a call on last, and what the town said since (None: nothing that still holds)."""

    by: Decision
    answer: Decision | None


def handed(said: Mapping[str, Sequence[Decision]], office: str, roles: Collection[str]) -> dict[str, Handed]:
    """The calls, by reference, that other offices handed on to one of `roles`, all names of roles of the town.

    `said`: everything that was said on each call, oldest first. What was taken back does not count.
    """
    return {name: found for name, one in said.items() if (found := _handed(one, office, roles)) is not None}


def _handed(said: Sequence[Decision], office: str, roles: Collection[str]) -> Handed | None:
    last: dict[str | None, Decision] = {}
    own: Decision | None = None
    for decision in said:
        if marker(decision) is not None:
            continue
        if decision.office == office:
            own = decision
        elif decision.state in BEFORE_SENT:
            last.pop(decision.office, None)
        elif decision.state is State.FORWARDED and not set(decision.to).isdisjoint(roles):
            last[decision.office] = decision
    if not last:
        return None
    by = max(last.values(), key=in_time)
    held = own is not None and own.state is not State.NEW and in_time(own) > in_time(by)
    return Handed(by, own if held else None)
