"""Words of a text without English, and what a person types for them. Pure."""

import re
from collections.abc import Mapping, Sequence

from matcher.model import Concept, Priority, Profile
from matcher.text import fold, squeeze

WEIGHT = 2.0
"""Solid: a person knew the word; the region may make it core."""


def still_open(profile: Profile, words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """By priority key, the words that no concept has with an English spelling; without priorities that are gone."""
    found = {}
    for priority in profile.priorities:
        done = {
            fold(said) for c in priority.concepts if c.spellings.get("en") for said in c.spellings.get("de", [])
        }  # fmt: skip
        left = [word for word in words.get(priority.key, ()) if fold(word) not in done]
        if left:
            found[priority.key] = left
    return found


def translated(priority: Priority, english: Mapping[str, str], note: str) -> Priority:
    """The priority with English for its words: `english` by the German word, several spellings with ";" between them.

    A concept that has the word gets the English; a word without a concept becomes one, with `note`. Blanks are left
    out.
    """
    concepts = list(priority.concepts)
    for german, text in english.items():
        said = list(dict.fromkeys(word for part in re.split(r"[;\n]", text) if (word := squeeze(part))))
        if not said:
            continue
        places = [i for i, c in enumerate(concepts) if fold(german) in map(fold, c.spellings.get("de", []))]
        if places:
            old = concepts[places[0]]
            spellings = {**old.spellings, "en": list(dict.fromkeys([*old.spellings.get("en", []), *said]))}
            concepts[places[0]] = old.model_copy(update={"spellings": spellings})
            continue
        stem = re.sub(r"[^a-z0-9]+", "-", fold(said[0])).strip("-")[:40].strip("-") or "concept"
        taken, key, count = {c.key for c in (*concepts, *priority.guards)}, stem, 2
        while key in taken:
            key, count = f"{stem}-{count}", count + 1
        concepts.append(Concept(key=key, weight=WEIGHT, spellings={"en": said, "de": [german]}, note=note))
    return priority.model_copy(update={"concepts": concepts})
