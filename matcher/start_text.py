"""A strategy as people write it, German or English, taken apart: its fields, what each lists, what each talks about.

Pure: text in, plain values out. Nothing here knows a call or a translation.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from matcher.errors import InputError
from matcher.start_lines import bare, joined, names, sentences
from matcher.start_words import BOILERPLATE, ENGLISH, GENERIC, GERMAN
from matcher.text import fold, paragraphs, squeeze

LONGEST = 200_000
"""Characters of a text."""
MOST_FIELDS = 20
MOST_LISTED = 40
LONGEST_TITLE, LONGEST_TERM = 14, 7
"""Words of a heading, and of an entry of a list."""

_MARK = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_NAMED = re.compile(
    r"^(?:handlungsfeld|themenfeld|spezialisierungsfeld|zukunftsfeld|leitmarkt|schwerpunkt|priorität|feld|säule|"
    r"priority(?: (?:area|field))?|field|pillar|specialisation|domain|focus area|theme)\s*(?:\d+|[ivx]+)?\s*"
    r"[:.–—-]\s+(.+)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4})[.):]?\s+(.+)$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*•·▪◦‣–—]|\(?[a-z]\))\s+(.+)$")
_LIST = re.compile(r"^([^:]{2,90}):\s+(\S.*)$")
_PAIR = re.compile(r"\s+(?:=|→|->)\s+")
_BREAK = re.compile(r"[.,;:!?()\[\]{}\"„“”»«•·|…]|\s[–—-]\s|\n|(?<=\s)/|/(?=\s)")
_AND = re.compile(r"^(?:und|and|sowie|oder|or)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[-/&’'+.][^\W_]+)*")


class Term(NamedTuple):
    """Something a field is about. `where`: heading, list or text; `times`: how often it is said in the field.

    `also`: what its author wrote behind an equals sign, a spelling in the other language.
    """

    spelling: str
    where: str
    times: int = 1
    also: tuple[str, ...] = ()


class Field(NamedTuple):
    """A field of the strategy: names by language, its text, its terms with the listed ones first."""

    labels: dict[str, str]
    text: str
    language: str
    terms: list[Term]


class Reading(NamedTuple):
    """`left_out`: what was taken for no field: the beginning before the first one, headings of an introduction."""

    fields: list[Field]
    language: str
    left_out: list[str]


def read(text: str, languages: tuple[str, ...] = ("de", "en")) -> Reading:
    """The fields of a strategy text or keyword list.

    Fields are Markdown headings, numbered or named fields (`Handlungsfeld 2: …`), lines `Field: word, word`, or short
    lines above a text, whichever of these the text has two of; without any the whole text is one field. A heading
    `Drohnen / Drones` gives a label in each of `languages`. Raises InputError for an empty or an overlong text.
    """
    if len(text) > LONGEST:
        raise InputError(f"The text has {len(text)} characters; at most {LONGEST} are read. Nothing was taken.")
    text = paragraphs(text)
    if not any(char.isalpha() for char in text):
        raise InputError("The text is empty: paste a strategy or a list of words. Nothing was taken.")
    lines = text.split("\n")
    spoken = language_of(text)
    spots = _headings(lines) or [(0, 0, _first(lines))]
    ends = [*(at for at, _, _ in spots[1:]), len(lines)]
    blocks = [(title, lines[begin:end]) for (_, begin, title), end in zip(spots, ends, strict=True)]
    before = [line for line in lines[: spots[0][0]] if line]
    left_out = [squeeze(line)[:80] for line in before[:1]]
    left_out += [title for title, _ in blocks if fold(title) in BOILERPLATE]
    kept = [(title, body) for title, body in blocks if fold(title) not in BOILERPLATE]
    left_out += [title for title, _ in kept[MOST_FIELDS:]]
    fields = [_field(title, body, spoken, languages) for title, body in kept[:MOST_FIELDS]]
    if not fields:
        raise InputError("The text has headings only of an introduction or an annex, no field. Nothing was taken.")
    return Reading(fields, spoken, left_out)


def language_of(text: str) -> str:
    """de or en, by function words and umlauts; of bare words by how many begin with a capital."""
    words = [word.lower() for word in _WORD.findall(text)]
    german = sum(word in GERMAN for word in words) + 2 * len(re.findall("[äöüßÄÖÜ]", text))
    english = sum(word in ENGLISH for word in words)
    if german != english:
        return "de" if german > english else "en"
    capitals = sum(word[0].isupper() for word in _WORD.findall(text))
    return "de" if capitals > len(words) / 2 else "en"


def phrases(text: str, language: str) -> Iterator[str]:
    """Runs of words that could name a thing, in reading order: German nouns with their adjectives, English groups of
    up to three words with all groups inside them."""
    for part in _BREAK.split(text):
        run: list[str] = []
        first = True
        for word in [*_WORD.findall(part), ""]:
            if word and word.lower() not in GERMAN | ENGLISH and not word.isdigit() and len(word) > 1:
                run.append(word)
                continue
            yield from _german(run, first) if language == "de" else _english(run)
            run, first = [], False


def _german(run: list[str], first: bool) -> Iterator[str]:
    """`first`: the run begins a sentence, where an adjective has a capital as well (Berufliche Bildung)."""
    if first and len(run) > 1 and run[1][0].isupper() and re.search(r"[a-zäöüß](?:e|er|es)$", run[0]):
        run = [run[0][0].lower() + run[0][1:], *run[1:]]
    for i, word in enumerate(run):
        if not word[0].isupper():
            continue
        yield word
        if i and not run[i - 1][0].isupper() and re.search(r"(?:e|en|er|es|em)$", run[i - 1]):
            yield f"{run[i - 1]} {word}"


def _english(run: list[str]) -> Iterator[str]:
    for start in range(len(run)):
        for end in range(start + 1, min(start + 3, len(run)) + 1):
            yield " ".join(run[start:end])


def _headings(lines: list[str]) -> list[tuple[int, int, str]]:
    """Line, first line below and title of each field, by the first way of writing them that the text uses twice."""
    marks = [(i, m[1], m[2]) for i, line in enumerate(lines) if (m := _MARK.match(line))]
    named = [(i, m[1]) for i, line in enumerate(lines) if (m := _NAMED.match(line)) and _is_title(m[1])]
    numbered = [(i, m[1], m[2]) for i, line in enumerate(lines) if (m := _NUMBER.match(line)) and _is_title(m[2])]
    ways = [[(i, title) for i, mark, title in marks if len(mark) == level] for level in range(1, 7)]
    ways.append(named)
    ways += [[(i, title) for i, number, title in numbered if number.count(".") == depth] for depth in (0, 1)]
    for way in ways:
        if len(way) > 1:
            return [(i, i + 1, _title(title)) for i, title in way]
    listed = [(i, m[1]) for i, line in enumerate(lines) if (m := _LIST.match(line)) and _is_list(m[2])]
    if len(listed) > 1:
        return [(i, i, _title(title)) for i, title in listed]
    return [(i, i + 1, _title(line)) for i, line in enumerate(lines) if _stands_above(lines, i)]


def _stands_above(lines: list[str], i: int) -> bool:
    """A short line without a full stop, at the start or after an empty line, with a text or a list below it."""
    line, rest = lines[i], [other for other in lines[i + 1 : i + 3] if other]
    begins = i == 0 or not lines[i - 1]
    below = rest[:1] and (len(rest[0].split()) > LONGEST_TERM or _BULLET.match(rest[0]) or _is_list(rest[0]))
    return bool(line and begins and below and _is_title(line) and not _BULLET.match(line) and "," not in line)


def _is_title(text: str) -> bool:
    return len(text.split()) <= LONGEST_TITLE and not re.search(r"[.!?;]$", text) and text[:1].isalpha()


def _is_list(text: str) -> bool:
    parts = [part for part in re.split(r"[,;]", text) if part.strip()]
    return bool(parts) and all(len(part.split()) <= LONGEST_TERM for part in parts)


def _title(text: str) -> str:
    found = _NAMED.match(text) or _NUMBER.match(text)
    return squeeze((found[found.re.groups] if found else text).strip(" :*_#"))[:120]


def _first(lines: list[str]) -> str:
    line = next(line for line in lines if any(char.isalpha() for char in line))
    return _title(line) if len(line.split()) <= LONGEST_TITLE and "," not in line else ""


def _field(title: str, body: list[str], spoken: str, languages: tuple[str, ...]) -> Field:
    text = "\n".join(body).strip()
    language = language_of(text) if len(text.split()) > 20 else spoken
    names = [squeeze(name) for name in re.split(r"\s+[/|]\s+", title)]
    labels = dict(zip(languages, names, strict=False)) if len(names) > 1 else {language: title}
    found: dict[str, Term] = {}
    parts = {code: _parts_of_heading(name, code) for code, name in labels.items()}
    if len(parts) == 2 and len({len(said) for said in parts.values()}) == 1:
        # Both names have as many parts: each says the other in its language.
        other = next((code for code in parts if code != language), language)
        for own, also in zip(parts.get(language, parts[other]), parts[other], strict=True):
            _add(found, Term(own, "heading", 1, (also,)))
    else:
        for part in (part for said in parts.values() for part in said):
            _add(found, Term(part, "heading"))
    prose = []
    for line in joined(body):
        entries = _entries(line, title, language)
        if entries is None:
            prose.append(line)
        for entry in entries or ():
            _add(found, entry)
    listed = sum(term.where == "list" for term in found.values())
    if listed > MOST_LISTED * 5:
        raise InputError(f"The field {title!r} lists {listed} words; a field has at most {MOST_LISTED * 5}.")
    for phrase in phrases("\n".join(prose), language):
        if not all(fold(word) in GENERIC for word in phrase.split()):
            _add(found, Term(phrase, "text"))
    return Field({code: name for code, name in labels.items() if name}, text, language, list(found.values()))


def _add(found: dict[str, Term], term: Term) -> None:
    """The first place counts: a heading or list entry that the text repeats stays what it is, said once more."""
    key = fold(term.spelling)
    known = found.get(key)
    found[key] = term if known is None else known._replace(times=known.times + 1)


def _parts_of_heading(title: str, language: str) -> list[str]:
    """What a heading names: its parts between commas, "und", "and", "&", and nothing that is only generic."""
    parts = re.split(r",|&|\s(?:und|and|sowie|for|für|of|im|in|der|des)\s", f" {title} ")
    kept = [bare(part.split()) for part in parts]
    return [" ".join(words) for words in kept if not all(fold(word) in GENERIC for word in words)]


def _entries(line: str, title: str, language: str) -> list[Term] | None:
    """The entries of a line that lists words, None for prose (and for nothing)."""
    bullet = _BULLET.match(line)
    text = bullet[1] if bullet else line
    if (named := _LIST.match(text)) and (_is_list(named[2]) or bullet):
        text = named[2] if fold(named[1]) in fold(title) or _is_list(named[2]) else text
    if not text or _MARK.match(line):
        heading = _MARK.match(line)
        return [Term(_title(heading[2]), "list")] if heading and _is_title(heading[2]) else None
    if not _is_list(text) or len(sentences(text)) > 1 or (not bullet and re.search(r"[.!?]$", text)):
        return None
    out = []
    for part in re.split(r"[,;]", text):
        spellings = [squeeze(s).strip(" .*_\"'„“”") for s in _PAIR.split(part)]
        spellings = [_AND.sub("", s) for s in spellings if re.search(r"\w", s) and len(s) <= 100]
        if len(spellings) == 1 and language == "de":
            out += [Term(said, "list") for said in names(spellings[0])]
        elif spellings:
            out.append(Term(spellings[0], "list", 1, tuple(spellings[1:])))
    return out
