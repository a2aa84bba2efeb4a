"""Reshaping a draft: concepts split, joined, moved and put in order, words added, priorities put in order.

Every function returns a new noun and leaves the old one as it is, so that a step is undone by going back to it.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple, TypeVar

from matcher.errors import InputError
from matcher.model import Concept, Priority, Profile
from matcher.region_hints import key_like
from matcher.text import fold, squeeze

PLACES = ("first", "up", "down", "last")
LONGEST_NOTE = 1000
# Endings of German nouns in the singular and plural that English words do not have, behind a capital.
_GERMAN = re.compile(
    r"\b[A-Z]\w{3,}(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tät|täten|wesen|verkehr|technik|wirtschaft)\b"
)
_NOUN = re.compile("[A-Z][a-z]{8,}")
SIDES = ("concepts", "guards")
Keyed = TypeVar("Keyed", Concept, Priority)


class Spelling(NamedTuple):
    """One spelling of a concept."""

    language: str
    text: str


def spellings(concept: Concept) -> list[Spelling]:
    """All spellings, English first."""
    order = [code for code in ("en", "de", "nl") if code in concept.spellings]
    return [Spelling(code, text) for code in order for text in concept.spellings[code]]


def new_key(text: str, taken: Collection[str]) -> str:
    """A short key of small letters, digits and hyphens for a name, numbered if it is taken."""
    key = key_like(text) or "new"
    number, made = 2, key
    while made in taken:
        made, number = f"{key}-{number}", number + 1
    return made


def tongue(word: str, meant: Sequence[str] = (), *, heard: bool = True) -> str:
    """The likely language of a word or phrase, de or en. `meant`: what a dictionary says it is in English.

    `heard`: the calls, which are English, have it. A long noun with a capital that they do not have is German.
    """
    if re.search("[äöüß]", word.casefold()) or _GERMAN.search(word):
        return "de"
    if meant and fold(word) not in map(fold, meant):
        return "de"
    return "en" if heard or meant or not _NOUN.fullmatch(word) else "de"


def swap(priority: Priority, key: str) -> Priority:
    """A concept or guard whose German spellings are its English ones and the other way round."""
    side, old = _found(priority, key)
    turned = {"en": old.spellings.get("de", []), "de": old.spellings.get("en", []), "nl": old.spellings.get("nl", [])}
    made = old.model_copy(update={"spellings": {code: texts for code, texts in turned.items() if texts}})
    return priority.model_copy(update={side: [made if c.key == key else c for c in getattr(priority, side)]})


def weigh(priority: Priority, key: str, weight: float) -> Priority:
    """A concept or guard with another weight of the same sign. Raises InputError for one that changes sides."""
    side, old = _found(priority, key)
    if weight * old.weight <= 0:
        raise InputError(f"{key!r} weighs {old.weight}: {weight} would turn it round. Nothing was changed.")
    made = old.model_copy(update={"weight": weight})
    return priority.model_copy(update={side: [made if c.key == key else c for c in getattr(priority, side)]})


def split(priority: Priority, key: str, going: Collection[Spelling]) -> Priority:
    """The spellings `going` become a concept of their own behind the old one, with its weight, cap and note.

    Raises InputError unless some spellings go and some stay.
    """
    side, old = _found(priority, key)
    gone = [spelling for spelling in spellings(old) if spelling in going]
    stay = [spelling for spelling in spellings(old) if spelling not in going]
    if not gone or not stay:
        raise InputError(f"To split {key!r}, some of its spellings must go and some must stay. Nothing was changed.")
    made = old.model_copy(update={"key": new_key(gone[0].text, _keys(priority)), "spellings": _grouped(gone)})
    kept = old.model_copy(update={"spellings": _grouped(stay)})
    parts: list[Concept] = []
    for concept in getattr(priority, side):
        parts += [kept, made] if concept.key == key else [concept]
    return priority.model_copy(update={side: parts})


def join(priority: Priority, into: str, other: str) -> Priority:
    """The spellings and the note of `other` are added to `into`, whose weight, cap and switch hold; `other` is gone.

    Raises InputError unless both are concepts or both are guards.
    """
    side, first = _found(priority, into)
    other_side, second = _found(priority, other)
    if into == other or side != other_side:
        raise InputError(f"{into!r} and {other!r} cannot be joined: two concepts or two guards are needed.")
    said = " · ".join(dict.fromkeys(note for note in (first.note, second.note) if note))[:LONGEST_NOTE]
    joined = first.model_copy(
        update={"spellings": _grouped([*spellings(first), *spellings(second)]), "note": said or None}
    )
    parts = [joined if c.key == into else c for c in getattr(priority, side) if c.key != other]
    return priority.model_copy(update={side: parts})


def move(profile: Profile, key: str, *, out_of: str, into: str) -> Profile:
    """A concept or guard goes to the end of another priority, under a key that is free there."""
    source, target = profile.priority(out_of), profile.priority(into)
    side, concept = _found(source, key)
    if out_of == into:
        raise InputError(f"{key!r} stands in {into!r} already. Nothing was changed.")
    moved = concept.model_copy(update={"key": new_key(key, _keys(target)) if key in _keys(target) else key})
    source = source.model_copy(update={side: [c for c in getattr(source, side) if c.key != key]})
    target = target.model_copy(update={side: [*getattr(target, side), moved]})
    changed = {out_of: source, into: target}
    return profile.model_copy(update={"priorities": [changed.get(p.key, p) for p in profile.priorities]})


def place(priority: Priority, key: str, where: str) -> Priority:
    """A concept or guard one step or all the way up or down (`PLACES`); at an end it stays."""
    side, _ = _found(priority, key)
    return priority.model_copy(update={side: _placed(getattr(priority, side), key, where)})


def place_priority(profile: Profile, key: str, where: str) -> Profile:
    """A priority one step or all the way up or down (`PLACES`)."""
    profile.priority(key)
    return profile.model_copy(update={"priorities": _placed(profile.priorities, key, where)})


def add_spelling(priority: Priority, key: str, language: str, text: str) -> Priority:
    """One more spelling of a concept or guard; one that is there already, but for case and hyphens, is not added."""
    side, old = _found(priority, key)
    new = old.model_copy(update={"spellings": _grouped([*spellings(old), Spelling(language, squeeze(text))])})
    return priority.model_copy(update={side: [new if c.key == key else c for c in getattr(priority, side)]})


def add_concept(priority: Priority, language: str, text: str, weight: float = 2.0) -> Priority:
    """One more concept of one spelling, at the end."""
    word = squeeze(text)
    made = Concept(key=new_key(word, _keys(priority)), weight=weight, spellings={language: [word]})
    return priority.model_copy(update={"concepts": [*priority.concepts, made]})


def _found(priority: Priority, key: str) -> tuple[str, Concept]:
    for side in SIDES:
        for concept in getattr(priority, side):
            if concept.key == key:
                return side, concept
    raise InputError(f"The priority {priority.key!r} has no concept {key!r}. Nothing was changed.")


def _keys(priority: Priority) -> set[str]:
    return {concept.key for concept in (*priority.concepts, *priority.guards)}


def _grouped(said: Sequence[Spelling]) -> dict[str, list[str]]:
    """By language, each spelling once (case and hyphens do not tell spellings apart)."""
    found: dict[str, dict[str, str]] = {}
    for language, text in said:
        found.setdefault(language, {}).setdefault(fold(text).replace("-", " "), text)
    return {language: list(texts.values()) for language, texts in found.items()}


def _placed(items: Sequence[Keyed], key: str, where: str) -> list[Keyed]:
    if where not in PLACES:
        raise InputError(f"{where!r} is no place. There are: {', '.join(PLACES)}.")
    at = next(number for number, item in enumerate(items) if item.key == key)
    to = {"first": 0, "up": max(at - 1, 0), "down": min(at + 1, len(items) - 1), "last": len(items) - 1}[where]
    found: list[Keyed] = [item for item in items if item.key != key]
    found.insert(to, items[at])
    return found
