"""Verbs about what people keep: saved views, named lists, visits, recipients. Reached through `desk`."""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from matcher.desk_clock import day_of, now
from matcher.errors import ConflictError, InputError
from matcher.model import Call
from matcher.rankers import Ranker
from matcher.settings import Settings
from matcher.shelf import Entry, SavedView, Shortlist, Visit
from matcher.store import Store
from matcher.text import fold, squeeze

TRIES = 5


class Recipient(NamedTuple):
    """A role to which calls are handed on; `names` by language, `place`: key of its town, if it has one."""

    key: str
    names: dict[str, str]
    place: str | None


def views(store: Store, settings: Settings) -> list[SavedView]:
    """The saved views of the region, in their order."""
    return store.views(settings.region)


def save_view(
    store: Store, settings: Settings, *, name: str, query: str, by: str, office: str | None = None
) -> SavedView:
    """Keep an address under a name; ConflictError (`current`: the other one) if the name is taken."""
    last = max((view.place for view in store.views(settings.region)), default=0)
    return store.save_view(
        SavedView(
            name=_name(name), region=settings.region, query=query, by=by, office=office, place=last + 1, at=now()
        )
    )


def replace_view(store: Store, *, view: SavedView, query: str, by: str, office: str | None = None) -> SavedView:
    """Give a view the filters and the office on the screen; ConflictError if somebody changed it since."""
    return store.save_view(view.model_copy(update={"query": query, "by": by, "office": office, "at": now()}))


def by_name(views: Iterable[SavedView]) -> list[SavedView]:
    """The views by name, umlauts and capitals set aside."""
    return sorted(views, key=lambda view: (fold(view.name), view.name))


def order_views(store: Store, settings: Settings, *, order: Sequence[int]) -> list[SavedView]:
    """Put the views with these numbers into this order, the others after them; ConflictError as `save_view`."""
    there = {view.id: view for view in store.views(settings.region)}
    named = [number for number in dict.fromkeys(order) if number in there]
    whole = [*named, *(number for number in there if number not in named)]
    for place, number in enumerate(whole, start=1):
        if there[number].place != place:
            store.save_view(there[number].model_copy(update={"place": place}))
    return views(store, settings)


def delete_view(store: Store, *, view: SavedView) -> SavedView:
    """Take a view away; `restore_view` brings back what this returns."""
    return store.delete_view(view.id or 0)


def restore_view(store: Store, *, view: SavedView) -> SavedView:
    """Bring a view back that was taken away."""
    return store.save_view(view.model_copy(update={"id": None}))


def visit(store: Store, settings: Settings, *, user: str) -> Visit:
    """Note that this user looks at the list now. `before` of the result is the last moment of an earlier day."""
    moment, last = now(), store.last_published()
    run = (last.id or 0) if last else 0
    known = store.last_visit(settings.region, user)
    before, before_run = (known.before, known.before_run) if known else (None, 0)
    if known and day_of(known.at) < day_of(moment):
        before, before_run = known.at, known.run
    return store.save_visit(
        Visit(user=user, region=settings.region, at=moment, run=run, before=before, before_run=before_run)
    )


def unseen(store: Store, *, visit: Visit) -> frozenset[str]:
    """References of the calls that are new or changed by pulls after the visit before; of a first visit, all of them.

    Told by the number of the pull and not by the clock, so that a replayed recording counts as well.
    """
    later = [run for run in store.runs() if run.state == "published" and (run.id or 0) > visit.before_run]
    if not later:
        return frozenset()
    days = [run.recorded_on or day_of(run.started) for run in later]
    changed = {change.reference for change in store.changes() if (change.run or 0) > visit.before_run}
    return frozenset(changed.union(store.new_since(min(days))))


def shortlists(store: Store, settings: Settings) -> list[Shortlist]:
    """The named lists of the region, oldest first."""
    return store.shortlists(settings.region)


def create_shortlist(
    store: Store, settings: Settings, *, name: str, by: str, calls: Sequence[Call] = ()
) -> Shortlist:
    """A new list with these calls on it; ConflictError (`current`: the other one) if the name is taken."""
    entries = [Entry(reference=call.reference, identifier=call.identifier) for call in calls]
    return store.save_shortlist(Shortlist(name=_name(name), region=settings.region, entries=entries, by=by, at=now()))


def add_to_shortlist(store: Store, *, shortlist: Shortlist, calls: Sequence[Call], by: str) -> Shortlist:
    """Put calls at the end of a list, each once. What colleagues changed meanwhile is kept."""

    def added(entries: list[Entry]) -> list[Entry]:
        there = {entry.reference for entry in entries}
        more = [Entry(reference=c.reference, identifier=c.identifier) for c in calls if c.reference not in there]
        return [*entries, *more]

    return _merged(store, shortlist, by, added)


def remove_from_shortlist(store: Store, *, shortlist: Shortlist, references: Iterable[str], by: str) -> Shortlist:
    """Take calls off a list. What colleagues changed meanwhile is kept."""
    gone = set(references)
    return _merged(store, shortlist, by, lambda entries: [e for e in entries if e.reference not in gone])


def move_in_shortlist(store: Store, *, shortlist: Shortlist, reference: str, to: int, by: str) -> Shortlist:
    """Put a call at a place (0 is the first); ConflictError if somebody changed the list since it was shown."""
    rest = [entry for entry in shortlist.entries if entry.reference != reference]
    mine = [entry for entry in shortlist.entries if entry.reference == reference]
    place = max(0, min(to, len(rest)))
    return _stamped(store, shortlist, by, entries=[*rest[:place], *mine, *rest[place:]])


def note_in_shortlist(store: Store, *, shortlist: Shortlist, reference: str, note: str, by: str) -> Shortlist:
    """Write the note that a call bears on this list; ConflictError if somebody changed the list since."""
    entries = [
        entry.model_copy(update={"note": note.strip() or None}) if entry.reference == reference else entry
        for entry in shortlist.entries
    ]
    return _stamped(store, shortlist, by, entries=entries)


def rename_shortlist(
    store: Store, *, shortlist: Shortlist, name: str, by: str, owner: str | None = None, note: str | None = None
) -> Shortlist:
    """Name, owner and note of a list; ConflictError if somebody changed it since or the name is taken."""
    return _stamped(store, shortlist, by, name=_name(name), owner=squeeze(owner or "") or None, note=note or None)


def delete_shortlist(store: Store, *, shortlist: Shortlist) -> Shortlist:
    """Take a list away; `restore_shortlist` brings back what this returns."""
    return store.delete_shortlist(shortlist.id or 0)


def restore_shortlist(store: Store, *, shortlist: Shortlist) -> Shortlist:
    """Bring a list back that was taken away."""
    return store.save_shortlist(shortlist.model_copy(update={"id": None}))


def recipients(settings: Settings) -> list[Recipient]:
    """The roles of the region's `recipients.toml`, those of towns first and by name; [] without such a file.

    InputError names a faulty entry.
    """
    path = settings.region_folder / "recipients.toml"
    if not path.is_file():
        return []
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("recipient", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read: {error}.") from None
    found = []
    for number, entry in enumerate(entries, 1):
        key, names = entry.get("key"), entry.get("name")
        if not isinstance(key, str) or not isinstance(names, dict) or not all(map(str, names.values())):
            raise InputError(f"{path.name}, entry {number}: needs key and name by language.")
        found.append(Recipient(key, {str(k): str(v) for k, v in names.items()}, entry.get("place")))
    return sorted(found, key=lambda one: fold(one.names.get("de", one.key)) if one.place else "~")


def similar(fitted: Ranker, *, reference: str, top: int = 6) -> list[tuple[Call, float]]:
    """The calls whose words are nearest to those of a call, best first, with scores; itself and siblings left out."""
    own = next((call for call in fitted.calls_ if call.reference == reference), None)
    if own is None:
        raise InputError(f"No stored call has the reference {reference!r}.")
    scores = fitted.ideas(own.text, own.title)
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], fitted.calls_[i].reference))
    others = [i for i in order if fitted.calls_[i].identifier != own.identifier and scores[i] > 0]
    return [(fitted.calls_[i], float(scores[i])) for i in others[:top]]


def _merged(store: Store, shortlist: Shortlist, by: str, change: Callable[[list[Entry]], list[Entry]]) -> Shortlist:
    for attempt in range(TRIES):
        now_there = next((s for s in store.shortlists(shortlist.region) if s.id == shortlist.id), None)
        if now_there is None:
            break
        try:
            return _stamped(store, now_there, by, entries=change(now_there.entries))
        except ConflictError:
            if attempt == TRIES - 1:
                raise
    raise ConflictError(f"Somebody else has taken {shortlist.name!r} away.", None)


def _stamped(store: Store, shortlist: Shortlist, by: str, **fields: object) -> Shortlist:
    return store.save_shortlist(shortlist.model_copy(update={**fields, "by": by, "at": now()}))


def _name(name: str) -> str:
    return squeeze(name)
