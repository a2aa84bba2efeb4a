"""A Profile set as YAML text: blocks for priorities, one line for each concept, guard and rule."""

import json
import re
from typing import Any

from matcher.model import Noun, Profile

_SAFE = re.compile(r"[^\W_][\w ./()&+'’–%-]*")
_TYPED = re.compile(
    r"(?i)y|n|yes|no|on|off|true|false|null|[-+]?[0-9][0-9_.,e+-]*|0[xob][0-9a-f_]+|\d{4}-\d\d?-\d\d?.*"
)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_OMITTED = ("version", "at", "by", "why")
_ORDER = (
    "region", "key", "labels", "descriptions", "weight", "add", "cap", "prefixes", "title_any", "programmes", "kinds",
    "spellings", "note", "notes", "concepts", "guards", "rules", "priorities", "noise", "active", "hidden",
)  # fmt: skip
_LANGUAGE_ORDER = {"de": 0, "en": 1, "nl": 2}
_ALWAYS_QUOTED = ("note",)


def plain(noun: Noun) -> dict[str, Any]:
    """The fields of a noun that say something, in the order of the file; defaults and empty lists are left out."""
    found = {}
    for name in sorted(type(noun).model_fields, key=_place):
        value = getattr(noun, name)
        if name in _OMITTED or value is None or value == [] or (value is True and name in ("active", "hidden")):
            continue
        if isinstance(value, list):
            value = [plain(item) if isinstance(item, Noun) else item for item in value]
        elif isinstance(value, dict):
            value = {k: v for k, v in sorted(value.items(), key=lambda i: _LANGUAGE_ORDER.get(i[0], 9)) if v != []}
            if value == {} and name in ("descriptions", "notes"):
                continue
        found[name] = value
    return found


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def fresh(profile: Profile, header: str = "") -> str:
    """The file set anew: blocks for priorities, one line for each concept, guard and rule."""
    return header + "\n".join(block(plain(profile), 0)) + "\n"


def header(text: str) -> str:
    """The comment lines a file begins with."""
    lines = []
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        lines.append(line)
    return "".join(lines)


def block(fields: dict[str, Any], indent: int) -> list[str]:
    return [line for name, value in fields.items() for line in entry(name, value, indent)]


def entry(name: str, value: Any, indent: int) -> list[str]:
    start = " " * indent + name + ":"
    if name in ("priorities", "noise"):
        out = [start]
        for i, item in enumerate(value):
            lines = block(item, indent + 4)
            out += [""] * (i > 0 and name == "priorities") + [
                " " * (indent + 2) + "- " + lines[0].lstrip(),
                *lines[1:],
            ]
        return out if value else [start + " []"]
    if name in ("concepts", "guards", "rules"):
        return [start, *(" " * (indent + 2) + "- " + flow(item) for item in value)]
    if name in ("labels", "descriptions") and value:
        return [start, *(f"{' ' * (indent + 2)}{k}: {flow(v)}" for k, v in value.items())]
    return [f"{start} {flow(value, name)}"]


def flow(value: Any, name: str = "") -> str:
    """A value on one line."""
    if isinstance(value, dict):
        order = sorted(value, key=lambda k: {"en": -1}.get(k, 0)) if name == "spellings" else list(value)
        inner = "note" if name == "notes" else ""
        return "{" + ", ".join(f"{key}: {flow(value[key], inner or key)}" for key in order) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}"
    text = str(value)
    bare = _SAFE.fullmatch(text) and not _TYPED.fullmatch(text) and text == text.strip()
    return text if bare and name not in _ALWAYS_QUOTED else quoted(text)


def quoted(text: str) -> str:
    return _ESCAPED.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False))
