"""From the fields of a text to a draft of priorities: which of its words become concepts, and with what weight; and
which words the best calls share that the text lacks. Pure; nothing is fitted or stored.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from matcher.model import Concept, Noise, Priority, Profile
from matcher.rankers import Ranker
from matcher.start_lookup import Lookup, Made
from matcher.start_text import Field, Reading, Term, phrases
from matcher.start_words import ENGLISH, GENERIC, GERMAN
from matcher.text import fold

MOST_FROM_TEXT, MOST_NEAR, MOST_SPARE, MOST_OPEN = 14, 6, 40, 80
"""Words of running text that are switched on, of the best calls, that are kept switched off, that lack English."""
FEW = 3
"""Calls from which a group of words is taken as it stands; its parts are looked at below that."""
BEST = 12
"""Best calls of a priority whose titles are read for words that the text lacks."""
COMMON, USUAL = 0.04, 0.1
"""Part of all calls that may have a word of the text: said once and alone, or otherwise."""
ORIGINS = ("heading", "list", "text", "guess", "near", "spare")
_STEPS = {"heading": 3.0, "list": 2.5, "text": 1.5, "guess": 1.0, "near": 1.0, "spare": 1.0}


class Drafted(NamedTuple):
    """`open`: by priority key, words of the text that no English is known for, most said first."""

    profile: Profile
    open: dict[str, list[str]]


def draft(
    reading: Reading,
    ranker: Ranker,
    rows: Sequence[Mapping[str, object]],
    *,
    region: str,
    told: Mapping[str, str],
    noise: Sequence[Noise] = (),
) -> Drafted:
    """A profile with a priority for each field.

    `rows`: a glossary. `told`: a note for each of `ORIGINS`, with places {n} (times or calls) and {calls}. Words that
    only look like English ones, and words that only the calls use, come switched off: a person decides.
    """
    maker = _Maker(ranker, rows)
    keys: list[str] = []
    priorities, unknown = [], {}
    homes = Counter(key for field in reading.fields for key in {fold(t.spelling) for t in field.terms})
    for number, field in enumerate(reading.fields, start=1):
        key = _unique(_slug(next(iter(field.labels.values()), ""), 2) or f"field-{number}", keys)
        keys.append(key)
        made, unknown[key] = maker.concepts(field, homes)
        labels = field.labels or {field.language: next((t.spelling for t in field.terms), key)}
        sentence = re.match(r"[^.!?\n]{20,300}[.!?](?=\s|$)", field.text)
        first = Priority(
            key=key, labels=labels, descriptions={field.language: sentence[0]} if sentence else {},
            concepts=_named(made, told, maker.total),
        )  # fmt: skip
        near = maker.near(first)
        priorities.append(first.model_copy(update={"concepts": _named([*made, *near], told, maker.total)}))
    profile = Profile(region=region, priorities=priorities, noise=list(noise))
    return Drafted(profile, {key: words for key, words in unknown.items() if words})


class _Maker(Lookup):
    """Which of a field's words become concepts."""

    def concepts(self, field: Field, homes: Mapping[str, int]) -> tuple[list[Made], list[str]]:
        """The concepts of a field, and its words without English."""
        made: list[Made] = []
        unknown: Counter[str] = Counter()
        rated: list[tuple[float, Made]] = []
        spare: list[Made] = []
        groups = self._groups(field)
        for term in _with_parts(field, self):
            found = self.made(term, field.language)
            if groups.get(fold(term.spelling), 0) >= term.times and not (found.active and found.spellings.get("en")):
                continue
            if term.where != "text":
                made.append(found)
                if not found.spellings.get("en"):
                    unknown[term.spelling] += 10 + term.times
                continue
            # A German group of words brings its noun as a term of its own; every noun is kept or named.
            noun = field.language == "de" and " " not in term.spelling
            if not found.spellings.get("en"):
                if noun or fold(term.spelling.split()[-1]) in GENERIC:
                    unknown[term.spelling] += term.times
                continue
            worth = self._worth(term, found, field.language) / homes.get(fold(term.spelling), 1)
            if worth > 0:
                rated.append((worth, found))
            elif noun:
                # A word of the glossary that no call has today turns no call up wrongly; a later call may have it.
                sure = found.active and not found.calls and self._known(found)
                spare.append(found if sure else _spare(found))
        rated.sort(key=lambda pair: (-pair[0], next(iter(pair[1].spellings.values()))))
        spare.sort(key=lambda one: (-one.times, one.calls))
        kept = _joined([*made, *_without_inner([m for _, m in rated]), *spare])
        listed = [m for m in kept if m.origin in ("heading", "list")]
        told = [m for m in kept if m.origin not in ("heading", "list", "spare")]
        rest = [*map(_spare, told[MOST_FROM_TEXT:]), *(m for m in kept if m.origin == "spare")]
        rest = rest if field.language == "de" else []
        open_words = [word for word, _ in unknown.most_common(MOST_OPEN)]
        return listed + told[:MOST_FROM_TEXT] + rest[:MOST_SPARE], open_words

    def _groups(self, field: Field) -> dict[str, int]:
        """Nouns of groups of words that the glossary has as a whole, with how often the group is said: such a noun
        needs no English of its own."""
        said: Counter[str] = Counter()
        for term in field.terms:
            if field.language == "de" and " " in term.spelling and self._known(self.made(term, "de")):
                said[fold(term.spelling.split()[-1])] += term.times
        return said

    def _known(self, made: Made) -> bool:
        return any(fold(english) in self.german for english in made.spellings.get("en", ()))

    def _worth(self, term: Term, made: Made, language: str) -> float:
        """How much a word of running text says; 0 for a word that stands alone, is said once and is in no list."""
        known = self._known(made)
        # A German word that the glossary knows as several English ones is as telling as they are.
        words = len((made.spellings["en"][0] if known else term.spelling).split())
        often = term.times > 1
        most = max(3, (USUAL if often or words > 1 else COMMON) * self.total)
        if made.calls > most or (words == 1 and not known and not often) or not (made.calls or (words > 1 and often)):
            return 0.0
        rare = float(np.log((self.total + 1) / (made.calls + 1)))
        return (term.times + 0.5) * rare * (1 + 0.4 * (words - 1)) * (2.0 if known else 1.0)

    def near(self, priority: Priority) -> list[Made]:
        """Words that titles of the best calls share and the priority lacks, switched off."""
        scores = self.ranker.scores(priority)
        order = [int(row) for row in np.argsort(-scores, kind="stable")[:BEST]]
        grades = self.ranker.grades(scores[order])
        best = [row for row, grade in zip(order, grades, strict=True) if grade in ("strong", "partial")]
        known = {
            word.rstrip("s") for concept in priority.concepts for said in concept.spellings.values() for one in said
            for word in fold(one).replace("-", " ").split()
        }  # fmt: skip
        counts: Counter[str] = Counter()
        for title in dict.fromkeys(re.sub(r"\([^)]*\)", " ", self.ranker.calls_[row].title) for row in best):
            counts.update({fold(phrase) for phrase in phrases(title, "en")})
        rated = []
        for phrase, count in counts.items():
            words = phrase.split()
            dull = all(word in GENERIC or word.rstrip("s") in known for word in words)
            if count < 3 or dull or any(word.isdigit() for word in words):
                continue
            calls = self.calls(phrase)
            lone = len(words) == 1 and calls > COMMON * self.total
            if 0 < calls <= USUAL * self.total and not lone and count >= calls / 4:
                rated.append((count / (calls + 2) * len(words), Made({"en": [phrase]}, calls, "near", count, False)))
        rated.sort(key=lambda pair: (-pair[0], pair[1].spellings["en"]))
        return _without_inner([m for _, m in rated])[:MOST_NEAR]


def _with_parts(field: Field, maker: _Maker) -> Iterable[Term]:
    """The terms of a field; a heading or an entry of a list that hardly any call has gives its parts as well."""
    for term in field.terms:
        yield term
        if term.where == "text" or " " not in term.spelling or maker.made(term, field.language).calls >= FEW:
            continue
        for part in dict.fromkeys(phrases(term.spelling, field.language)):
            told = Term(part, "list" if term.where == "heading" else "text")
            dull = part == term.spelling or all(fold(word) in GENERIC for word in part.split())
            if not dull and maker.made(told, field.language).spellings.get("en"):
                yield told


def _spare(made: Made) -> Made:
    """A word that is kept without counting; a guess stays one."""
    return made._replace(origin="guess" if made.origin == "guess" else "spare", active=False)


def _joined(made: Iterable[Made]) -> list[Made]:
    """Concepts that share an English spelling are one: the first one's place, all spellings."""
    out: list[Made] = []
    at: dict[str, int] = {}
    for one in made:
        names = [fold(s).rstrip("s") for s in (one.spellings.get("en") or one.spellings.get("de", []))]
        place = next((at[name] for name in names if name in at), None)
        if place is None:
            place = len(out)
            out.append(one)
        else:
            old = out[place]
            both = {
                code: list(
                    {fold(s): s for s in [*one.spellings.get(code, []), *old.spellings.get(code, [])]}.values()
                )
                for code in ("en", "de")
            }
            merged = {code: said[::-1][:6] for code, said in both.items() if said}
            out[place] = old._replace(
                spellings=merged, calls=max(old.calls, one.calls), active=old.active or one.active
            )
        at.update((name, place) for name in names if name not in at)
    return out


def _without_inner(made: Sequence[Made]) -> list[Made]:
    """Without groups of words that stand inside a longer or better one and are said no more often."""
    kept: list[Made] = []
    for one in made:
        own = f" {fold(next(iter(one.spellings['en'])))} "
        others = [(f" {fold(o.spellings['en'][0])} ", o) for o in made if o is not one]
        inside = any(own in other and o.times >= one.times and o.calls for other, o in others if own != other)
        around = any(f" {fold(o.spellings['en'][0])} " in own and o.times > one.times for o in kept)
        if not inside and not around:
            kept.append(one)
    return kept


def _named(made: Iterable[Made], told: Mapping[str, str], total: int) -> list[Concept]:
    keys: list[str] = []
    out = []
    for one in made:
        spelling = next(iter(one.spellings.get("en") or one.spellings["de"]))
        keys.append(_unique(_slug(spelling, 5) or "concept", keys))
        note = told[one.origin].format(n=one.times, calls=one.calls)
        weight = _weight(one, one.calls > max(3, USUAL * total))
        out.append(Concept(key=keys[-1], weight=weight, spellings=one.spellings, note=note, active=one.active))
    return out


def _weight(made: Made, everywhere: bool) -> float:
    """Where a word is from, half a step more if it is said often, a step less if very many calls have it."""
    start = _STEPS[made.origin] + (0.5 if made.origin == "text" and made.times > 2 else 0)
    return min(3.0, max(1.0, start - (1.0 if everywhere else 0)))


def _slug(text: str, most: int) -> str:
    words = [re.sub(r"[^a-z0-9]+", "-", word).strip("-") for word in fold(text).split()]
    return "-".join([word for word in words if word and word not in GERMAN | ENGLISH][:most])[:40].strip("-")


def _unique(key: str, keys: Sequence[str]) -> str:
    found, count = key, 2
    while found in keys:
        found, count = f"{key}-{count}", count + 1
    return found
