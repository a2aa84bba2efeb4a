"""YAML as people type it, turned into plain values that know their line: no types guessed, no tags, no aliases.

ruamel.yaml reads the grammar only. What a value means is decided where it is used, so a country code `NO`, a time
`17:00` or a number `010` in a text stays the text as typed.
"""

from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from matcher.errors import InputError

LARGEST = 256 * 1024
DEEPEST = 20
_NORMAL = {
    f"tag:yaml.org,2002:{t}" for t in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge")
}

Path = tuple[str | int, ...]


class Plain(str):
    """A scalar written without quotes: text, number or switch, as its field wants it."""


class Tree(NamedTuple):
    """`value` made of dict, list, Plain and str; the node of every value and of every key by path; faults so far."""

    value: Any
    nodes: dict[Path, Node]
    keys: dict[Path, Node]
    faults: list[tuple[Path, str]]


def compose(text: str, name: str) -> Tree:
    """The tree of a YAML text. Raises InputError where there is none: grammar, size, depth."""
    text = text.removeprefix("\ufeff")
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise refused(name, [f"{name} has more than {LARGEST // 1024} KB."])
    reader = YAML(typ="safe", pure=True)
    reader.max_depth = DEEPEST
    try:
        root = reader.compose(text)
    except MarkedYAMLError as error:
        raise refused(name, [_grammar(text, name, error)]) from None
    except (YAMLError, ValueError) as error:
        first = str(error).strip().partition("\n")[0]
        raise refused(name, [f"{name} is not YAML: {first}."]) from None
    if root is None:
        raise refused(name, [f"{name} is empty."])
    tree = Tree(None, {}, {}, [])
    return tree._replace(value=_value(root, (), tree))


def refused(name: str, faults: list[str]) -> InputError:
    """The error that lists all faults of one file."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return InputError(f"{name}: {count}, nothing was applied. " + " | ".join(faults[:3]), faults)


def place(tree: Tree, path: Path) -> tuple[int, int]:
    """Line and column, both from 1, of the value at `path` or of the nearest thing around it."""
    node = None
    for end in range(len(path), -1, -1):
        node = tree.nodes.get(path[:end]) or tree.keys.get(path[:end])
        if node is not None:
            break
    mark = node.start_mark if node is not None else None
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _grammar(text: str, name: str, error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or error.context or "not YAML").strip().partition("\n")[0]
    if mark is None:
        return f"{name}: {problem}."
    lines = text.splitlines()
    line = lines[mark.line].strip()[:100] if mark.line < len(lines) else ""
    if "\\t" in problem or "\t" in line[:1]:
        problem = "a tab where only blanks may stand"
    if "maximum depth" in problem:
        problem = f"nested deeper than {DEEPEST} levels"
    return f"{name}, line {mark.line + 1}, column {mark.column + 1}: {problem}: {line!r}"


def _value(node: Node, path: Path, tree: Tree) -> Any:
    tree.nodes[path] = node
    if node.anchor is not None:
        tree.faults.append((path, f"& and * (anchor {str(node.anchor)[:40]!r}) are not allowed: write the value out"))
        return None
    tag = str(node.tag or "")
    if tag not in _NORMAL:
        tree.faults.append((path, f"the tag {tag[:60]!r} is not allowed: write the value alone"))
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, path, tree)
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, i), tree) for i, item in enumerate(node.value)]
    return Plain(node.value) if getattr(node, "style", None) is None else str(node.value)


def _mapping(node: MappingNode, path: Path, tree: Tree) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, ScalarNode) else None
        if key is None:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            tree.faults.append(
                (path, f"line {line}, column {column} has a list where the name of a field must stand")
            )
        elif key in out:
            tree.keys[*path, key, "again"] = key_node
            tree.faults.append(((*path, key, "again"), f"{key!r} stands here a second time"))
        else:
            tree.keys[*path, key] = key_node
            out[key] = _value(value_node, (*path, key), tree)
    return out
