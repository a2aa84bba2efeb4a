"""The files of a region that was just set up: the head of its priorities, an empty list of places to fill."""

from datetime import date

from matcher.start import Start

_HEAD = """\
# Priorities of the region {key}, a first draft.
#
# Version: {day}, draft.
# Author:  {by}, with `matcher region new` from a text of {words} words; {labelled} calls were labelled on the way.
#
# How to read it
#   weight    how strongly a concept speaks for its priority: 1 generic, 2 solid, 3 core, in steps of 0.5.
#   spellings every way a text may put it, by language. However many of them occur, a concept counts once.
#             Calls are written in English, so English spellings do the matching.
#   active    false: kept, not used. Words that were only guessed, or that only the calls use, begin that way.
#   note      where a concept is from; replace it by why it matters to the region.
#   guards    like concepts with a weight of -0.5 to -3, for words that turn away:
#             - {{key: animal-health, weight: -2, spellings: {{en: [animal health]}}}}
#   rules     for programmes whose calls carry little text: `add` for identifiers with one of the prefixes:
#             - {{prefixes: [INNOVFUND-], add: 2, note: "Large plants; the call text says little"}}
#   noise     calls no priority asks for. Hidden ones are counted and one switch away.
#{left_out}{open}
"""
_PLACES = """\
# Places of the region {key} with their hard facts, one entry a municipality. Empty: the app then offers no towns.
#
# Evidence begins with V (stated on a public page) or A (assumed, to be checked). Remove the [] and the # to begin:
#
#   - key: example-town
#     name: Example Town
#     district: Example District
#     nuts3: DEA12
#     flags: [{{key: under-25k, evidence: "A: fewer than 25,000 inhabitants"}}]
#     fields: [a-priority-key]
#     fields_evidence: "A: first guess"
region: {key}
places: []
"""


def about(start: Start, day: date) -> str:
    """The comments a new priorities.yaml begins with, and what the text left open."""
    left_out = "".join(f"\n# Not taken for a field: {_line(title)}" for title in start.left_out)
    words = [f"{key}: {', '.join(_line(word) for word in found)}" for key, found in start.open.items()]
    open_words = "".join(f"\n# No English known yet, {line}" for line in words)
    return _HEAD.format(
        key=start.key, day=day.isoformat(), by=_line(start.by), words=len(start.text.split()),
        labelled=len(start.answers), left_out=left_out, open=open_words,
    )  # fmt: skip


def no_places(key: str) -> str:
    return _PLACES.format(key=key)


def _line(text: str) -> str:
    return " ".join(text.split())
