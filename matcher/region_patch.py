"""An older YAML text brought up to date: comments, order and quotes stay, one edited value is one changed line.

The old text is patched at the positions that differ and never set anew; whoever calls this reads the result back and
compares, so a text this cannot patch rightly is never given out.
"""

import json
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from matcher.region_dump import block, entry, flow, quoted


class Patch:
    """Edits to an old text, by position; `patched(old, new, root)` applies what differs between two plain trees."""

    def __init__(self, text: str) -> None:
        self.text = text

    def patched(self, old: Any, new: Any, root: Node) -> str:
        return self._applied(self._edits(old, new, root, False), 0, len(self.text))

    def _applied(self, edits: list[tuple[int, int, str]], start: int, end: int) -> str:
        out, at = [], start
        for first, last, words in sorted(edits):
            out += [self.text[at:first], words]
            at = last
        return "".join([*out, self.text[at:end]])

    def _edits(self, old: Any, new: Any, node: Node, inline: bool, name: str = "") -> list[tuple[int, int, str]]:
        if old == new:
            return []
        inline = inline or bool(getattr(node, "flow_style", False))
        if isinstance(old, dict) and isinstance(new, dict) and isinstance(node, MappingNode):
            return self._mapping(old, new, node, inline)
        if isinstance(old, list) and isinstance(new, list) and isinstance(node, SequenceNode):
            before, after = [_identity(i) for i in old], [_identity(i) for i in new]
            if before == after and len(set(before)) == len(before):
                triples = zip(old, new, node.value, strict=True)
                return [edit for a, b, child in triples for edit in self._edits(a, b, child, inline)]
            if not inline:
                return [self._sequence(old, new, node)]
        return [self._replaced(new, node, name, inline)]

    def _replaced(self, new: Any, node: Node, name: str, inline: bool) -> tuple[int, int, str]:
        start, end = node.start_mark.index, self._end(node)
        many = isinstance(new, list) and bool(new) and isinstance(new[0], dict)
        if many and (not inline or not getattr(node, "value", None)):
            column = self._column(start, name)
            lines = [" " * (column + 2) + "- " + flow(item) for item in new]
            return len(self.text[:start].rstrip(" ")), end, "\n" + "\n".join(lines)
        words = flow(new, name)
        if isinstance(node, ScalarNode) and node.style == '"' and isinstance(new, str):
            words = quoted(new)
        return start, end, " " + words if start == end and self.text[start - 1 : start] == ":" else words

    def _column(self, at: int, name: str) -> int:
        line = self.text[self.text.rfind("\n", 0, at) + 1 : at]
        return max(line.find(name + ":"), 0) if name else len(line) - len(line.lstrip())

    def _mapping(self, old: Any, new: Any, node: MappingNode, inline: bool) -> list[tuple[int, int, str]]:
        pairs = {key.value: (key, value) for key, value in node.value}
        names = list(pairs)
        edits = []
        for name, value in new.items():
            if name in pairs and name in old:
                edits += self._edits(old[name], value, pairs[name][1], inline, name)
            elif name in pairs:
                edits.append(self._replaced(value, pairs[name][1], name, inline))
            else:
                edits.append(self._inserted(name, value, new, pairs, inline))
        for place, name in enumerate(names):
            if name in old and name not in new:
                edits.append(self._removed(names, place, pairs, inline))
        return edits

    def _inserted(self, name: str, value: Any, new: Any, pairs: Any, inline: bool) -> tuple[int, int, str]:
        earlier = [n for n in list(new)[: list(new).index(name)] if n in pairs]
        after = earlier[-1] if earlier else list(pairs)[-1]
        key, node = pairs[after]
        end = self._end(node)
        if inline:
            return end, end, f", {name}: {flow(value, name)}"
        end = self._line_end(end)
        lines = entry(name, value, key.start_mark.column)
        tail = "" if self.text[end - 1 : end] == "\n" else "\n"
        return end, end, tail + "\n".join(lines) + "\n"

    def _removed(self, names: list[str], place: int, pairs: Any, inline: bool) -> tuple[int, int, str]:
        key, node = pairs[names[place]]
        if not inline:
            return self._line_start(key.start_mark.index), self._line_end(self._end(node)), ""
        if place > 0:
            return self._end(pairs[names[place - 1]][1]), self._end(node), ""
        after = pairs[names[1]][0].start_mark.index if len(names) > 1 else self._end(node)
        return key.start_mark.index, after, ""

    def _sequence(self, old: list[Any], new: list[Any], node: SequenceNode) -> tuple[int, int, str]:
        """Items of a block list taken away, added or moved: each keeps the comments above it; comments never go."""
        first = at = self._line_start(node.start_mark.index)
        chunks: dict[str, tuple[str, Any, Node, int, int]] = {}
        orphans: dict[str, str] = {}
        wanted = {_identity(item) for item in new}
        carried = ""
        for value, child in zip(old, node.value, strict=True):
            begin, end = self._line_start(child.start_mark.index), self._line_end(self._end(child))
            lead = self.text[at:begin]
            identity = _identity(value)
            if identity in wanted and identity not in chunks:
                chunks[identity] = (lead, value, child, begin, end)
                orphans[identity], carried = carried, ""
            else:
                carried += lead if lead.strip() else ""
            at = end
        spaced = (
            len(old) > 1 and all(chunk[0].startswith("\n") for chunk in list(chunks.values())[1:]) and bool(chunks)
        )
        spaced = spaced and any("\n" in chunk[0] for chunk in chunks.values())
        out: list[str] = []
        used: set[str] = set()
        for item in new:
            identity = _identity(item)
            if identity in chunks and identity not in used:
                lead, value, child, begin, end = chunks[identity]
                body = self._applied(self._edits(value, item, child, False), begin, end)
                text = orphans[identity] + lead + (body if body.endswith("\n") else body + "\n")
                used.add(identity)
            else:
                text = self._fresh_item(item, node.start_mark.column)
            if not out:
                text = text.lstrip("\n")
            elif spaced and not text.startswith("\n"):
                text = "\n" + text
            out.append(text)
        return first, at, "".join(out) + carried

    def _fresh_item(self, item: Any, column: int) -> str:
        if isinstance(item, dict) and "labels" in item:
            lines = block(item, column + 2)
            return "\n".join([" " * column + "- " + lines[0].lstrip(), *lines[1:]]) + "\n"
        return " " * column + "- " + flow(item) + "\n"

    def _end(self, node: Node) -> int:
        if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        start: int = node.start_mark.index
        end: int = node.end_mark.index
        return start + len(self.text[start:end].rstrip())

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1


def _identity(item: Any) -> str:
    if not isinstance(item, dict):
        return json.dumps(item)
    return json.dumps(item["key"] if "key" in item else [item.get("prefixes"), item.get("title_any")])
