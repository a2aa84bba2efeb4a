"""New concepts for a priority and the calls they come from: where kept calls tell nothing, those that fit best."""

from collections.abc import Sequence

from matcher.ledger import Decision
from matcher.model import Priority
from matcher.rankers import Ranker
from matcher.views import suggest
from matcher.views.suggest import Grounds, Suggestion


def concepts(
    ranker: Ranker, priority: Priority, decisions: Sequence[Decision] = ()
) -> tuple[Grounds, list[Suggestion]]:
    """What `suggest.concepts` finds, and the calls it looked at: a few kept calls often share no own word."""
    grounds, found = suggest.grounds(ranker, priority, decisions), suggest.concepts(ranker, priority, decisions)
    if grounds.kept and not found:
        return suggest.grounds(ranker, priority, []), suggest.concepts(ranker, priority)
    return grounds, found
