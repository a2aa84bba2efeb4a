"""Text of calls and people on the screen: escaped, marked, linked. Nothing of it ever becomes HTML."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@\"'/])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
# Pairs that Streamlit draws as arrows, dashes and relations, its logo, and what it makes a link of by itself (http://,
# www., name@host): escaping does not keep it from that, an invisible joiner does.
_TURNED = re.compile(r"(?<=[-<>~])(?=[-=>])|(?<=:)(?=streamlit:|//)|(?<=www)(?=\.)|(?<=@)(?=[\w-])", re.IGNORECASE)
_JOINER = "\u2060"
_BREAK = re.compile(r"\s*\n\s*")


def md_escape(text: object) -> str:
    """`text` for a label, heading or Markdown element: every sign stands for itself, in one line.

    Streamlit reads Markdown, colours, icons, formulas and links even in labels of buttons.
    """
    flat = _TURNED.sub(_JOINER, _BREAK.sub(" ", _CONTROL.sub("", str(text))))
    return _SPECIAL.sub(r"\\\1", flat)


def plain(text: object) -> str:
    """`text` without control signs and without signs that turn the direction of reading."""
    return _CONTROL.sub("", str(text))


def safe_link(url: str | None) -> str | None:
    """`url` if it is https on europa.eu without user name or port, else None."""
    if not url or len(url) > 2000 or any(sign in url for sign in " \\\n\r\t\"'<>"):
        return None
    try:
        parts = urlsplit(url)
        foreign = parts.username is not None or parts.port is not None
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or foreign or not (host == "europa.eu" or host.endswith(".europa.eu")):
        return None
    return url


def pieces(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """`text` cut at `marks` (start, end): (part, marked) in order; marks outside or overlapping are joined."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(marks):
        start, end = max(start, at), min(end, len(text))
        if end <= start:
            continue
        if start > at:
            parts.append((text[at:start], False))
        parts.append((text[start:end], True))
        at = end
    if at < len(text):
        parts.append((text[at:], False))
    return parts


def find_marks(text: str, spellings: Iterable[str]) -> list[tuple[int, int]]:
    """Where the spellings stand in `text`, whole words, in any case."""
    wanted = sorted({s.strip() for s in spellings if s.strip()}, key=lambda s: (-len(s), s))
    if not wanted:
        return []
    pattern = r"(?<!\w)(?:" + "|".join(re.escape(s).replace(r"\ ", r"\s+") for s in wanted) + r")(?!\w)"
    return [found.span() for found in re.finditer(pattern, text, re.IGNORECASE)]


def short_label(label: str) -> str:
    """The first part of a long label, for table cells: up to a comma or an "and"."""
    return re.split(r",| und | and | en | & ", label, maxsplit=1)[0].strip() or label
