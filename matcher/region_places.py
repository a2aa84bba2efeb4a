"""Places and actors of a region: hard facts, each with its evidence; what is only assumed says so."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from matcher.model import Flag, Place
from matcher.region_parse import Walk
from matcher.region_words import told
from matcher.region_yaml import Path, Tree, compose, refused

ROLES = ("demand", "research", "technology", "network", "company", "owner")
_NUTS3 = re.compile(r"[A-Z]{2}[A-Z0-9]{3}")


class Actor(NamedTuple):
    """An organisation that could join a consortium. `fields` are priority keys, `place` a key of a place."""

    key: str
    name: str
    role: str
    fields: tuple[str, ...]
    evidence: str
    provisional: bool = True
    place: str | None = None
    note: str | None = None


def read_places(text: str, name: str) -> list[Place]:
    """Places from YAML (`places:` list). Raises InputError with all faults, each with line and column."""
    return _read(text, name, "places", _place)


def read_actors(text: str, name: str) -> list[Actor]:
    """Actors from YAML (`actors:` list). Raises InputError with all faults, each with line and column."""
    return _read(text, name, "actors", _actor)


def _read(text: str, name: str, what: str, reader: Callable[[Walk, Any, Path], Any]) -> list[Any]:
    tree: Tree = compose(text, name)
    walk = Walk()
    walk.faults += tree.faults
    fields = walk.record(
        tree.value, (), {"region": walk.key, what: walk.many(lambda v, p: reader(walk, v, p), 2000)}, (what,)
    )
    walk.unique(tree.value, (what,))
    if walk.faults:
        raise refused(name, told(tree, name, walk.faults))
    found: list[Any] = fields[what]
    return found


def _place(walk: Walk, value: Any, path: Path) -> Place | None:
    fields = walk.record(
        value, path,
        {
            "key": walk.key, "name": walk.line, "district": walk.line, "nuts3": lambda v, p: _nuts3(walk, v, p),
            "fields": walk.many(walk.key, 60), "fields_evidence": walk.lines, "note": walk.lines,
            "flags": walk.many(lambda v, p: _flag(walk, v, p), 40),
        },
        required=("key", "name", "district", "nuts3"),
    )  # fmt: skip
    if fields.get("fields") and "fields_evidence" not in fields:
        walk.fault(path, "fields need fields_evidence: who says so, or that it is assumed")
    return walk.built(Place, fields, path)


def _flag(walk: Walk, value: Any, path: Path) -> Flag | None:
    readers = {"key": walk.key, "evidence": walk.lines, "provisional": walk.switch}
    return walk.built(Flag, walk.record(value, path, readers, ("key", "evidence")), path)


def _actor(walk: Walk, value: Any, path: Path) -> Actor | None:
    fields = walk.record(
        value, path,
        {
            "key": walk.key, "name": walk.line, "role": lambda v, p: _role(walk, v, p),
            "fields": walk.many(walk.key, 60), "evidence": walk.lines, "provisional": walk.switch,
            "place": walk.key, "note": walk.lines,
        },
        required=("key", "name", "role", "fields", "evidence"),
    )  # fmt: skip
    fields["fields"] = tuple(fields.get("fields", ()))
    return walk.built(Actor, fields, path)


def _nuts3(walk: Walk, value: Any, path: Path) -> str | None:
    text = walk.line(value, path)
    if text is not None and not _NUTS3.fullmatch(text):
        walk.fault(path, f"{text!r} is no NUTS-3 code, such as DEA12")
    return text


def _role(walk: Walk, value: Any, path: Path) -> str | None:
    text = walk.line(value, path)
    if text is not None and text not in ROLES:
        walk.fault(path, f"{text!r} is not one of {', '.join(ROLES)}")
    return text
