"""Faults told to people: the file, the line and column, and whose field it is."""

from typing import Any

from matcher.region_yaml import Path, Tree, place


def told(tree: Tree, name: str | None, faults: list[tuple[Path, str]]) -> list[str]:
    """A sentence for each fault, in the order of the text; `name` None leaves out file, line and column."""
    order = sorted(faults, key=lambda fault: place(tree, fault[0])) if name else faults
    return [_sentence(tree, name, path, problem) for path, problem in order]


def _sentence(tree: Tree, name: str | None, path: Path, problem: str) -> str:
    owners = whose(tree.value, path)
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in _field(path))
    subject = ", ".join(filter(None, (*owners, field)))
    line, column = place(tree, path)
    where = f"{name}, line {line}, column {column}: " if name else ""
    return f"{where}{subject}: {problem}" if subject else f"{where}{problem}"


def whose(value: Any, path: Path) -> list[str]:
    """The keys of the priority, concept or place that hold a path, as far as they are readable."""
    found = []
    for step, part in enumerate(path):
        at = path[:step]
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(part, int) and at:
            key = value.get("key") if isinstance(value, dict) else None
            if isinstance(key, str) and key.strip():
                found.append(key[:60])
            elif isinstance(value, dict):
                found.append(f"{at[-1]} {part + 1}")
    return found


def _field(path: Path) -> Path:
    """The end of a path below its last list entry that is a record."""
    end = tuple(p for p in path if p != "again")
    steps = [i for i, part in enumerate(end) if isinstance(part, int)]
    while (
        steps
        and steps[-1] == len(end) - 1
        and len(end) > 1
        and end[-2] not in ("priorities", "concepts", "guards", "rules", "noise", "places", "actors")
    ):
        steps.pop()
    return end[steps[-1] + 1 :] if steps else end
