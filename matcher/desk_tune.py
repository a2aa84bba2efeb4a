"""What differs between two versions of the priorities, part by part, and how two people's edits are joined."""

from collections.abc import Hashable, Iterator
from typing import NamedTuple, TypeVar

from matcher.model import Concept, Noun, Priority, Profile, Rule

MODEL_FIELDS = ("labels", "descriptions", "active")


class Edit(NamedTuple):
    """One value that differs. `part`: priority, concept, guard, rule, noise; without `field` the part came or went.

    `part` order: another order of `key` (concepts, guards, or priorities with `priority` ""), `old` and `new` keys.

    `old` and `new` are the values themselves (None: not there), `name` a spelling or prefix people recognise.
    """

    priority: str
    part: str
    key: str
    name: str
    field: str | None
    old: object
    new: object


class Clash(NamedTuple):
    """Something two people changed in different ways: the value before, mine, and theirs (None: removed)."""

    priority: str
    part: str
    key: str
    name: str
    base: object
    mine: object
    theirs: object


Part = tuple[str, str]
Spot = TypeVar("Spot", bound=Hashable)


def edits(old: Profile, new: Profile) -> list[Edit]:
    """Every difference from `old` to `new`, in the order of the priorities; another order is one difference.

    A priority that came is one, and each part it came with another; one that went is one with all its parts.
    """
    found: list[Edit] = []
    before, after = ({p.key: p for p in profile.priorities} for profile in (old, new))
    for key in [*before, *(k for k in after if k not in before)]:
        if key not in after or key not in before:
            found.append(Edit(key, "priority", key, key, None, before.get(key), after.get(key)))
            if key in after:
                bare = after[key].model_copy(update={"concepts": [], "guards": [], "rules": []})
                found.extend(_between(key, bare, after[key]))
            continue
        found.extend(_between(key, before[key], after[key]))
    if _moved(list(before), list(after)):
        found.append(Edit("", "order", "priorities", "priorities", None, list(before), list(after)))
    for key in sorted({n.key for n in old.noise} | {n.key for n in new.noise}):
        one, two = (next((n for n in p.noise if n.key == key), None) for p in (old, new))
        if one != two:
            found.append(Edit("", "noise", key, key, None, one, two))
    return found


def merge(base: Profile, mine: Profile, theirs: Profile, *, prefer: str = "theirs") -> tuple[Profile, list[Clash]]:
    """My changes since `base` put onto `theirs`; where both changed the same part differently it is a clash.

    A clash takes the value of `prefer` ("mine" or "theirs"), and is always reported. The result has the version of
    `theirs`, so that it can be saved. Order follows whoever changed it, `prefer` if both did; what only the other one
    has comes last.
    """
    clashes: list[Clash] = []
    three = [{p.key: p for p in profile.priorities} for profile in (base, mine, theirs)]
    merged = []
    for key in _order(list(three[0]), list(three[1]), list(three[2]), prefer):
        was, my, their = (known.get(key) for known in three)
        if my is None or their is None:
            kept = _pick(clashes, Clash(key, "priority", key, key, was, my, their), prefer)
            if isinstance(kept, Priority):
                merged.append(kept)
            continue
        merged.append(_join(was or Priority(key=key, labels={}), my, their, clashes, prefer))
    return theirs.model_copy(update={"priorities": merged, "noise": theirs.noise}), clashes


def _moved(old: list[Spot], new: list[Spot]) -> bool:
    """Whether what stands in both stands in another order."""
    return [spot for spot in old if spot in set(new)] != [spot for spot in new if spot in set(old)]


def _order(base: list[Spot], mine: list[Spot], theirs: list[Spot], prefer: str) -> list[Spot]:
    """The order of the one who changed it; what only the other one has comes last."""
    own = _moved(base, mine) and (prefer == "mine" or not _moved(base, theirs))
    first: list[Spot] = mine if own else theirs
    second: list[Spot] = theirs if own else mine
    return [*first, *(spot for spot in second if spot not in set(first))]


def _parts(priority: Priority) -> dict[Part, Noun]:
    """Concepts and guards by key; rules, which have none, by prefixes and title words (a repeat is numbered)."""
    found: dict[Part, Noun] = {("concept", c.key): c for c in priority.concepts}
    found.update({("guard", c.key): c for c in priority.guards})
    for rule in priority.rules:
        name = " ".join([*rule.prefixes, *rule.title_any])
        times = sum(1 for part, key in found if part == "rule" and key.split("#")[0] == name)
        found["rule", f"{name}#{times + 1}" if times else name] = rule
    return found


def _name(noun: object, key: str) -> str:
    if isinstance(noun, Concept):
        return next((s for language in ("en", "de", "nl") for s in noun.spellings.get(language, [])), key)
    return key.split("#")[0]


def _between(key: str, old: Priority, new: Priority) -> Iterator[Edit]:
    for field in MODEL_FIELDS:
        if getattr(old, field) != getattr(new, field):
            yield Edit(key, "priority", key, key, field, getattr(old, field), getattr(new, field))
    before, after = _parts(old), _parts(new)
    for part in [*before, *(p for p in after if p not in before)]:
        one, two = before.get(part), after.get(part)
        if one == two:
            continue
        name = _name(two or one, part[1])
        if one is None or two is None:
            yield Edit(key, part[0], part[1], name, None, one, two)
            continue
        for field in type(one).model_fields:
            if getattr(one, field) != getattr(two, field):
                yield Edit(key, part[0], part[1], name, field, getattr(one, field), getattr(two, field))
    for side in ("concepts", "guards"):
        one_order, two_order = ([c.key for c in getattr(p, side)] for p in (old, new))
        if _moved(one_order, two_order):
            yield Edit(key, "order", side, side, None, one_order, two_order)


def _pick(clashes: list[Clash], at: Clash, prefer: str) -> object:
    """What both agree on, or what one of them changed; else a clash, noted, with the preferred value."""
    if at.mine in (at.theirs, at.base):
        return at.theirs
    if at.theirs == at.base:
        return at.mine
    clashes.append(at)
    return at.mine if prefer == "mine" else at.theirs


def _join(was: Priority, my: Priority, their: Priority, clashes: list[Clash], prefer: str) -> Priority:
    fields = {}
    for field in MODEL_FIELDS:
        values = (getattr(was, field), getattr(my, field), getattr(their, field))
        fields[field] = _pick(clashes, Clash(my.key, "priority", my.key, field, *values), prefer)
    base, mine, theirs = _parts(was), _parts(my), _parts(their)
    kept: dict[str, list[object]] = {"concept": [], "guard": [], "rule": []}
    for part in _order(list(base), list(mine), list(theirs), prefer):
        values = (base.get(part), mine.get(part), theirs.get(part))
        name = next(_name(v, part[1]) for v in values if v is not None)
        value = _pick(clashes, Clash(my.key, *part, name, *values), prefer)
        if value is not None:
            kept[part[0]].append(value)
    concepts = [c for c in kept["concept"] if isinstance(c, Concept)]
    guards = [c for c in kept["guard"] if isinstance(c, Concept)]
    rules = [r for r in kept["rule"] if isinstance(r, Rule)]
    return their.model_copy(update={**fields, "concepts": concepts, "guards": guards, "rules": rules})


class Doubt(NamedTuple):
    """A spot worth a second look. `kind`: twice or both (in one priority), overlap (of several), empty."""

    kind: str
    spelling: str
    priorities: list[str]
    concepts: list[str]


def doubts(profile: Profile) -> list[Doubt]:
    """Spellings that count twice, speak for and against, or stand in several priorities; priorities without concepts.

    Only what is switched on counts. English only between priorities, since calls are in English.
    """
    found: list[Doubt] = []
    homes: dict[str, list[str]] = {}
    for priority in profile.priorities:
        if not priority.active:
            continue
        sides = [[c for c in part if c.active] for part in (priority.concepts, priority.guards)]
        if not sides[0] and not any(rule.active for rule in priority.rules):
            found.append(Doubt("empty", "", [priority.key], []))
        spots: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for side, concepts in zip(("concept", "guard"), sides, strict=True):
            for concept in concepts:
                for language, spellings in concept.spellings.items():
                    for spelling in spellings:
                        spots.setdefault((language, _same(spelling)), []).append((side, concept.key))
        for (language, spelling), owners in spots.items():
            if len({side for side, _ in owners}) > 1:
                found.append(Doubt("both", spelling, [priority.key], [key for _, key in owners]))
            elif len({key for _, key in owners}) > 1:
                found.append(Doubt("twice", spelling, [priority.key], [key for _, key in owners]))
            if language == "en" and owners[0][0] == "concept":
                homes.setdefault(spelling, []).append(priority.key)
    found += [Doubt("overlap", spelling, keys, []) for spelling, keys in homes.items() if len(keys) > 1]
    once: list[Doubt] = []
    for doubt in found:
        if doubt not in once:
            once.append(doubt)
    return once


def _same(spelling: str) -> str:
    """Spellings that the ranking does not tell apart, roughly: case, hyphens and blanks."""
    return " ".join(spelling.casefold().replace("-", " ").split())
