"""What a faulty file could have meant: near names, allowed values, shapes in words."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from matcher.region_yaml import Plain

LANGUAGES = ("en", "de", "nl")
_NOTHING = {"", "~", "null", "Null", "NULL"}
_SECRET = re.compile(r"(?i)pass(wor[dt]|phrase)?$|secret|token|api.?key|credential")
_OTHER_NAMES = {
    "terms": "concepts", "keywords": "concepts", "effect": "weight", "why": "note", "programme_rules": "rules",
    "label": "labels", "description": "descriptions", "identifier_prefix": "prefixes", "name": "labels",
}  # fmt: skip


def unknown(name: str, known: Mapping[str, Any]) -> str:
    if _SECRET.search(name):
        return f"{name!r}: secrets do not belong in this file; they are read from the environment"
    sort = "language" if set(known) == set(LANGUAGES) else "field"
    if name in LANGUAGES and "spellings" in known:
        return f"{name!r} is no field here: put languages under spellings, as spellings: {{{name}: [...]}}"
    if name.isdigit():
        return f"{name!r} is no field: write a decimal with a point, not a comma"
    other = _OTHER_NAMES.get(name)
    hint = f"; did you mean {other!r}?" if other in known else close(name, list(known))
    return f"{name!r} is no known {sort}" + (hint or f" ({', '.join(known)})")


def key_like(text: str) -> str:
    """A key that a name or spelling would give: small letters, digits and hyphens; "" if it has none of these."""
    plain = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")


def close(name: str, known: Sequence[str]) -> str:
    lower = {option.lower(): option for option in known}
    near = get_close_matches(name.lower(), list(lower), n=1, cutoff=0.5)
    return f"; did you mean {lower[near[0]]!r}?" if near else ""


def span(allowed: Sequence[float]) -> str:
    both = " (not 0)" if min(allowed) < 0 < max(allowed) else ""
    return f"between {min(allowed):g} and {max(allowed):g} in steps of 0.5{both}"


def absent(value: Any) -> bool:
    return value is None or (isinstance(value, Plain) and value in _NOTHING)


def shown(value: Any) -> str:
    return repr(str(value)[:60]) if isinstance(value, str | int | float) else shape(value)


def shape(value: Any) -> str:
    if absent(value):
        return "nothing"
    if isinstance(value, dict):
        return "fields"
    return "a list" if isinstance(value, list | tuple) else repr(str(value)[:60])
