"""Verbs about the priorities: save, read, write, compare, doubt. Reached through `desk`."""

from matcher import region
from matcher.desk_clock import now
from matcher.model import Profile
from matcher.settings import Settings
from matcher.store import Store


def tune(store: Store, *, draft: Profile, by: str, why: str) -> Profile:
    """Save edited priorities as a new version; ConflictError (with what is there now) if somebody saved first."""
    stamped = draft.model_copy(update={"at": now(), "by": by, "why": why})
    return store.save_profile(stamped, seen=draft.version)


def read_priorities(text: str, *, name: str) -> Profile:
    """Priorities from YAML; InputError lists all faults with line and column."""
    return region.read(text, name)


def write_priorities(priorities: Profile, *, base: str | None = None) -> str:
    """Priorities as YAML; with `base`, its comments and order are kept."""
    return region.dump(priorities, base)


def shipped_priorities(settings: Settings) -> str:
    return (settings.region_folder / "priorities.yaml").read_text("utf-8")


def difference(old: Profile, new: Profile) -> list[str]:
    """What changed between two versions of the priorities, a sentence each."""
    return region.difference(old, new)


def doubts(draft: Profile) -> list[str]:
    """Spots of a profile worth a second look: duplicates, overlaps between priorities."""
    return region.check(draft)


def warm_up(settings: Settings) -> None:
    """Read what every ranking needs and no store holds, so that the first page need not wait for it."""
    region.glossary(settings.region_folder)
