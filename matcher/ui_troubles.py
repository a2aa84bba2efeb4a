"""What keeps the edited priority from matching, said above its preview."""

from matcher import ui
from matcher.model import Priority
from matcher.views import troubles


def draw(priority: Priority) -> None:
    """A sentence for each trouble; the hint about a single word is only a hint."""
    for trouble in troubles.find(priority):
        kind = "info" if trouble.code == "one" else "warning"
        ui.notice(troubles.sentence(trouble, ui.language()), kind=kind)
