"""What changed between two profiles, in sentences, and the spots of one that deserve a second look."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from matcher.model import Concept, Noun, Priority, Profile, Rule


def difference(old: Profile, new: Profile) -> list[str]:
    """What changed, one sentence each, in the order of the priorities; empty if nothing did.

    Version, time, author and reason are not compared.
    """
    lines = [f"region {old.region} → {new.region}"] if old.region != new.region else []
    lines += _keyed(old.priorities, new.priorities, "priority", "", _priority)
    lines += _keyed(old.noise, new.noise, "noise", "", lambda a, b: _fields(a, b, f"noise {b.key}"))
    return lines


def check(profile: Profile) -> list[str]:
    """Doubts about a profile that may be saved all the same, such as a spelling that counts twice."""
    lines: list[str] = []
    homes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for priority in profile.priorities:
        lines += [
            f"{priority.key}: no label in {language}" for language in ("de", "en") if language not in priority.labels
        ]
        sides: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for kind, concepts in (("concept", priority.concepts), ("guard", priority.guards)):
            for concept in concepts:
                lines += [
                    f"{priority.key}: {kind} {concept.key} lists {s!r} twice ({lang})"
                    for lang, s in _doubled(concept)
                ]
                if "en" not in concept.spellings:
                    lines.append(
                        f"{priority.key}: {kind} {concept.key} has no English spelling; calls are in English"
                    )
                for spot in _spots(concept):
                    sides[spot].append((kind, concept.key))
        for (language, spelling), owners in sides.items():
            names = " and ".join(f"{kind} {key}" for kind, key in owners)
            if {kind for kind, _ in owners} == {"concept", "guard"}:
                lines.append(f"{priority.key}: {spelling!r} ({language}) both speaks for and turns away: {names}")
            elif len(owners) > 1:
                lines.append(f"{priority.key}: {spelling!r} ({language}) counts twice: {names}")
            if owners[0][0] == "concept" and language == "en":
                homes[language, spelling].append(f"{priority.key} ({owners[0][1]})")
    lines += [
        f"{s!r} is in several priorities: {', '.join(where)}" for (_, s), where in homes.items() if len(where) > 1
    ]
    return lines


def folded(spelling: str) -> str:
    """A spelling as it is compared: small letters, hyphen and blank the same."""
    return " ".join(spelling.casefold().replace("-", " ").split())


def _spots(concept: Concept) -> set[tuple[str, str]]:
    return {(language, folded(s)) for language, spellings in concept.spellings.items() for s in spellings}


def _doubled(concept: Concept) -> Iterator[tuple[str, str]]:
    for language, spellings in concept.spellings.items():
        seen: set[str] = set()
        for spelling in spellings:
            if folded(spelling) in seen:
                yield language, spelling
            seen.add(folded(spelling))


def _priority(old: Priority, new: Priority) -> list[str]:
    lines = _fields(old, new, new.key)
    for kind, before, after in (("concept", old.concepts, new.concepts), ("guard", old.guards, new.guards)):
        lines += _keyed(
            before, after, kind, f"{new.key}: ", lambda a, b, kind=kind: _concept(a, b, f"{new.key}: {kind} {b.key}")
        )
    return lines + _rules(old, new)


def _concept(old: Concept, new: Concept, name: str) -> list[str]:
    lines = _fields(old, new, name)
    for language in sorted({*old.spellings, *new.spellings}, key=lambda x: ("en", "de", "nl", x).index(x)):
        before, after = old.spellings.get(language, []), new.spellings.get(language, [])
        lines += [f"{name}: spelling {s!r} ({language}) added" for s in after if s not in before]
        lines += [f"{name}: spelling {s!r} ({language}) removed" for s in before if s not in after]
        if sorted(before) == sorted(after) and before != after:
            lines.append(f"{name}: order of spellings ({language})")
    return lines


def _rules(old: Priority, new: Priority) -> list[str]:
    before, after = {_rule(r): r for r in old.rules}, {_rule(r): r for r in new.rules}
    lines = [f"{new.key}: rule {name} added" for name in after if name not in before]
    lines += [f"{new.key}: rule {name} removed" for name in before if name not in after]
    for name in after:
        if name in before:
            lines += _fields(before[name], after[name], f"{new.key}: rule {name}")
    return lines


def _rule(rule: Rule) -> str:
    return ", ".join(rule.prefixes) + (f" with {' or '.join(rule.title_any)}" if rule.title_any else "")


def _keyed(old: Sequence[Noun], new: Sequence[Noun], kind: str, owner: str, inner: object) -> list[str]:
    before, after = ({item.key: item for item in side} for side in (old, new))  # type: ignore[attr-defined]
    lines = [f"{owner}{kind} {key} added" for key in after if key not in before]
    lines += [f"{owner}{kind} {key} removed" for key in before if key not in after]
    for key, item in after.items():
        if key in before:
            lines += inner(before[key], item)  # type: ignore[operator]
    common = [key for key in before if key in after]
    if common != [key for key in after if key in before]:
        lines.append(f"{owner}order of {kind} entries")
    return lines


def _fields(old: Noun, new: Noun, name: str) -> list[str]:
    lines = []
    for field in type(new).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if before == after or field in ("spellings", "concepts", "guards", "rules"):
            continue
        if isinstance(after, dict):
            for part in sorted({*before, *after}):
                if before.get(part) != after.get(part):
                    lines.append(f"{name}: {field} ({part}) {_shown(before.get(part))} → {_shown(after.get(part))}")
        elif isinstance(after, list) and isinstance(before, list):
            lines += [f"{name}: {field} {item} added" for item in after if item not in before]
            lines += [f"{name}: {field} {item} removed" for item in before if item not in after]
            if sorted(before) == sorted(after):
                lines.append(f"{name}: order of {field}")
        elif isinstance(after, bool):
            lines.append(f"{name}: {field} {'on' if after else 'off'}")
        else:
            lines.append(f"{name}: {field} {_shown(before)} → {_shown(after)}")
    return lines


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float | int):
        return f"{value:g}"
    return f'"{value}"' if len(str(value)) <= 80 else f'"{str(value)[:77]}…"'
