"""What a call is about in a few of its own sentences, to be read before the whole text."""

import re

from matcher.model import Call
from matcher.text import squeeze

MOST = 320
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])")
_LABEL = re.compile(r"^(?:(?:scope|objectives?|expected (?:outcomes?|results?|impacts?)|description)\s*:\s*)+", re.I)


def gist(call: Call, most: int = MOST) -> str:
    """The first whole sentences of its scope (else of its first section) within `most` characters, as published.

    A first sentence that is longer is cut at a word, with "…"; "" for a call without text.
    """
    sections = sorted(call.sections, key=lambda section: section.kind != "scope")
    text = next((plain for one in sections if (plain := _LABEL.sub("", squeeze(one.text)))), "")
    told = ""
    for sentence in _END.split(text):
        longer = f"{told} {sentence}".strip()
        if len(longer) > most:
            break
        told = longer
    if told or len(text) <= most:
        return told or text
    return f"{text[:most].rpartition(' ')[0] or text[:most]} …"
