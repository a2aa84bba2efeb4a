"""A region's files: its priorities as YAML in and out, its places and actors. The whole of ruamel.yaml ends here.

`read` refuses a faulty file as a whole and names every fault with line and column. `dump` patches an older text, so
that comments and order stay and one edited value is one changed line.
"""

from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from matcher.errors import InputError
from matcher.model import Place, Profile
from matcher.region_differ import check, difference
from matcher.region_dump import fresh, header, plain
from matcher.region_parse import Walk
from matcher.region_patch import Patch
from matcher.region_places import Actor, read_actors, read_places
from matcher.region_rows import HEADERS, from_rows, to_rows
from matcher.region_words import told
from matcher.region_yaml import Tree, compose, refused

__all__ = [
    "HEADERS", "Actor", "actors", "check", "difference", "dump", "faults", "from_rows",
    "glossary", "glossary_rows", "load", "places", "read",
    "regions", "to_rows",
]  # fmt: skip


def regions(folder: Path) -> list[str]:
    """Keys of the regions below `folder`: its sub-folders with a priorities.yaml, in the order of the alphabet."""
    return sorted(path.parent.name for path in folder.glob("*/priorities.yaml"))


def load(folder: Path) -> Profile:
    """The priorities a region starts with (version 0). Raises InputError with `faults`, or if there is no file."""
    return read(_text(folder / "priorities.yaml"), f"{folder.name}/priorities.yaml")


def read(text: str, name: str) -> Profile:
    """A profile (version 0) from YAML. Raises InputError whose `faults` name every fault with line and column."""
    tree = compose(text, name)
    profile, found = _parsed(tree)
    if profile is None:
        raise refused(name, told(tree, name, found))
    return profile


def faults(profile: Profile) -> list[str]:
    """What keeps a profile edited elsewhere from being saved or exported; empty if it is sound."""
    value = plain(profile)
    walk = Walk()
    walk.profile(value)
    return told(Tree(value, {}, {}, []), None, walk.faults)


def dump(profile: Profile, base: str | None = None) -> str:
    """The profile as YAML. With `base`, an older text of it, everything that did not change stays as it stands there.

    Version, time, author and reason are not part of the text. An unreadable base gives its opening comments only.
    """
    if base is None:
        return fresh(profile)
    base = base.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        tree = compose(base, "base")
        older, _ = _parsed(tree)
        if older is not None:
            text = Patch(base).patched(plain(older), plain(profile), tree.nodes[()])
            if plain(read(text, "patched")) == plain(profile):
                return text
    except InputError:
        return fresh(profile, header(base))
    return fresh(profile, header(base))


def places(folder: Path) -> list[Place]:
    """The municipalities of a region with their hard facts; [] if none are listed. InputError has `faults`."""
    path = folder / "places.yaml"
    return read_places(_text(path), path.name) if path.exists() else []


def actors(folder: Path) -> list[Actor]:
    """Organisations of a region by role and priority; [] if none are listed. Raises InputError with `faults`."""
    path = folder / "actors.yaml"
    return read_actors(_text(path), path.name) if path.exists() else []


def glossary(folder: Path) -> list[dict[str, object]]:
    """The region's bridge from German and Dutch to English: rows of de or nl, en, origin; [] if there is none.

    Raises InputError naming the file where it is no such list.
    """
    path = folder / "glossary.yaml"
    return list(_glossary(path, path.stat().st_mtime_ns)) if path.exists() else []


def glossary_rows(data: bytes, name: str) -> list[dict[str, object]]:
    """The rows of a glossary file. Raises InputError naming it where it is no list of entries."""
    try:
        return _rows(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text: {error}. Nothing was applied.") from None


@lru_cache(maxsize=4)
def _glossary(path: Path, _changed: int) -> list[dict[str, object]]:
    return _rows(_text(path), path.name)


def _rows(text: str, name: str) -> list[dict[str, object]]:
    try:
        rows = YAML(typ="safe").load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{name} is not sound YAML: {error}. Nothing was applied.") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{name} must be a list of entries with de or nl, en and origin. Nothing was applied.")
    return rows


def _parsed(tree: Tree) -> tuple[Profile | None, list[tuple[tuple[str | int, ...], str]]]:
    walk = Walk()
    walk.faults += tree.faults
    return walk.profile(tree.value), walk.faults


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text: {error}. Nothing was applied.") from None
