"""Verbs about project ideas: English for their German and Dutch words, what people said of it, calls for them.

Nothing here stores an idea. What people say about a translation goes into a glossary of their own beside the
database, one line a verdict, only ever appended: the shipped glossary changes by review, not by a click.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher import region
from matcher.desk_clock import day_of, now
from matcher.errors import InputError, StoreError
from matcher.model import Concept, Profile
from matcher.rankers import Explanation, Ranker
from matcher.rankers._glossary import Glossary, Term
from matcher.settings import Settings, home_folder
from matcher.text import fold, squeeze
from matcher.views import ideas as ideas_view

Row = dict[str, object]
Pair = tuple[str, str, str]
LANGUAGES = ("de", "nl")
LONGEST = 80
"""Characters of one term."""
MOST_ENGLISH = 2
"""English spellings of a concept that stand for its German one."""


class Bridge(NamedTuple):
    """A word of the idea and the English that is looked for as well. `origin`: lexicon, own, a person, or
    `priority:` and the key of the priority whose concept has both; `calls`: how many calls have the English."""

    spelling: str
    english: str
    language: str
    origin: str
    calls: int


def own_glossary(settings: Settings) -> Path:
    """The file of what people said about translations; it need not exist."""
    path = settings.database.removeprefix("sqlite:///").partition("?")[0]
    here = Path(path).parent if path != settings.database and path not in ("", ":memory:") else home_folder()
    return here / "glossary" / settings.region / "glossary.yaml"


def said_of_words(settings: Settings) -> list[Row]:
    """What holds of the people's own glossary: the last line on each pair. InputError if it cannot be read."""
    last: dict[Pair, Row] = {}
    for row in region.glossary(own_glossary(settings).parent):
        for pair in pairs(row) if row.get("en") else ():
            last.pop(pair, None)
            if not row.get("back"):
                last[pair] = row
    return list(last.values())


def glossary(settings: Settings) -> list[Row]:
    """The shipped glossary with what people added or marked as wrong. Their file, if unreadable, is left aside."""
    shipped = region.glossary(settings.region_folder)
    try:
        own = said_of_words(settings)
    except InputError:
        return shipped
    held = {pair for row in shipped for pair in pairs(row)}
    gone, back = _wrong(own), {pair for row in own if not row.get("wrong") for pair in pairs(row)}
    return [
        {**row, "wrong": True} if pairs(row) & gone else _without_mark(row) if pairs(row) & back else row
        for row in shipped
    ] + [row for row in own if not pairs(row) <= held]


def glossary_stamp(settings: Settings) -> tuple[int, int]:
    """Differs when the people's own glossary changed: time and size of its file, zeros without one."""
    path = own_glossary(settings)
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def mark_wrong(settings: Settings, *, spelling: str, english: str, by: str, language: str = "de") -> None:
    """Note that a translation is wrong: it stays noted and is not used any more."""
    append_rows(settings, [(language, spelling, english, {"wrong": True})], by)


def add_translation(settings: Settings, *, spelling: str, english: str, by: str, language: str = "de") -> None:
    """Note an English for a word. Raises InputError if one of them is empty or too long."""
    append_rows(settings, [(language, spelling, english, {})], by)


def withdraw(settings: Settings, *, spelling: str, english: str, by: str, language: str = "de") -> None:
    """Take back what was noted about a pair; the line stays in the file."""
    append_rows(settings, [(language, spelling, english, {"back": True})], by)


class Translator:
    """English for the words of ideas, by the rows of a glossary and by the concepts of the priorities.

    What people marked as wrong is left out, wherever it is from. Make it once for many ideas.
    """

    def __init__(self, rows: Sequence[Mapping[str, object]], priorities: Profile):
        self.glossary = Glossary([*_of_priorities(priorities, Glossary(rows)), *rows])

    def bridges(self, fitted: Ranker, *, text: str, title: str = "") -> list[Bridge]:
        """English for the words of an idea, in their order, each with the calls that have it."""
        return [
            Bridge(t.spelling, t.english, t.language, t.origin, int(fitted.having(looked_for(t.english)).sum()))
            for t in self.glossary.translated(f"{title} . {text}")
        ]

    def knows(self, word: str) -> bool:
        """Whether a word of an idea has a translation, in any of its forms."""
        return bool(self.glossary.translated(word))

    def pairs(self) -> int:
        """How many translations are in force."""
        return len(self.glossary)


def translator(settings: Settings, priorities: Profile) -> Translator:
    """The one of these settings: the page and the command line translate alike."""
    return Translator(glossary(settings), priorities)


def bridges(
    fitted: Ranker, rows: Sequence[Mapping[str, object]], priorities: Profile, *, text: str, title: str = ""
) -> list[Bridge]:
    """English for the words of one idea, by the glossary's `rows` and the concepts of the priorities."""
    return Translator(rows, priorities).bridges(fitted, text=text, title=title)


def idea_scores(fitted: Ranker, *, text: str, title: str, used: Sequence[Bridge]) -> NDArray[np.float64]:
    """Scores of all calls, 0 to 100, for an idea and the English that is looked for as well."""
    return fitted.ideas(text, title, _terms(used))


def idea(
    fitted: Ranker, table: pd.DataFrame, *, text: str, title: str = "", used: Sequence[Bridge] = ()
) -> pd.DataFrame:
    """The rows of a shortlist `table` in the order of an idea: `score` is the idea's, 0 to 100."""
    return ideas_view.build(table, fitted, idea_scores(fitted, text=text, title=title, used=used), ())


def explain_idea(
    fitted: Ranker, references: Sequence[str], *, text: str, title: str = "", used: Sequence[Bridge] = ()
) -> list[Explanation]:
    """Why each of these calls stands where it stands for an idea; the reasons add up to the score."""
    return fitted.explain_idea([fitted.row_of[reference] for reference in references], text, title, _terms(used))


def _terms(used: Sequence[Bridge]) -> list[Term]:
    return [Term(b.language, b.spelling, b.english, b.origin) for b in used]


def looked_for(english: str) -> Concept:
    """A word or phrase as something calls may have."""
    return Concept(key="word", weight=1.0, spellings={"en": [english]})


def pairs(row: Mapping[str, object]) -> set[Pair]:
    """Language, word and English, folded: what a line is about."""
    return {(name, fold(str(row[name])), fold(str(row.get("en")))) for name in LANGUAGES if row.get(name)}


def _without_mark(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "wrong"}


def _wrong(rows: Sequence[Mapping[str, object]]) -> set[Pair]:
    """Language, word and English, folded, of what people marked as wrong."""
    return {pair for row in rows if row.get("wrong") for pair in pairs(row)}


def _of_priorities(priorities: Profile, known: Glossary) -> list[Row]:
    """Rows for spellings of concepts that the glossary does not know."""
    rows: list[Row] = []
    for priority in priorities.priorities:
        for concept in priority.concepts if priority.active else []:
            english = concept.spellings.get("en", [])[:MOST_ENGLISH]
            if concept.active and english:
                rows += [
                    {language: spelling, "en": word, "origin": f"priority:{priority.key}"}
                    for language in LANGUAGES
                    for spelling in concept.spellings.get(language, [])
                    if not known.english(spelling, language)
                    for word in english
                    if fold(word) != fold(spelling)
                ]
    return rows


def append_rows(settings: Settings, said: Sequence[tuple[str, str, str, Mapping[str, bool]]], by: str) -> None:
    """Note verdicts (language, word, English, marks), a line each, in one write. InputError for a faulty one."""
    rows: list[Row] = []
    for language, spelling, english, verdict in said:
        spelling, english = squeeze(spelling), squeeze(english)
        if language not in LANGUAGES:
            raise InputError(f"A translation is from one of {', '.join(LANGUAGES)}, not {language!r}.")
        if not (0 < len(spelling) <= LONGEST and 0 < len(english) <= LONGEST):
            raise InputError(f"A translation needs a word and its English, at most {LONGEST} characters each.")
        origin = squeeze(by) or "office"
        rows.append({language: spelling, "en": english, "origin": origin, **verdict, "on": str(day_of(now()))})
    if not rows:
        return
    path = own_glossary(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One write at the end of the file: two officers at once leave whole lines.
        with path.open("ab") as file:
            file.write("".join(f"- {json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}). The glossary is as it was.") from None
