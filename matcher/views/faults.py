"""Faults of a file of priorities in the reader's language: place, what is wrong, what was probably meant."""

import re
from collections.abc import Iterable

from matcher.words import number, say

_LINE = re.compile(r"[^:]*?, line (\d+), column (\d+): (.*)", re.DOTALL)
_ROW = re.compile(r"row (\d+), column ([^:]*): (.*)", re.DOTALL)
_ROWS = re.compile(r"row (\d+): (.*)", re.DOTALL)
# What a reader of files says -> our message; named groups are its values. Whatever fits none stays as it is.
_PROBLEMS = tuple(
    (key, re.compile(pattern, re.DOTALL))
    for key, pattern in (
        ("steps", r"(?P<what>.+) is not between (?P<low>\S+) and (?P<high>\S+) in steps of 0\.5( \(not 0\))?"),
        ("share", r"(?P<what>.+) is not a number from 0 to 1"),
        ("empty", r"is empty"),
        ("missing", r"is missing"),
        ("field_empty", r"(?P<name>\w+) is empty"),
        ("field_missing", r"(?P<name>\w+) is missing"),
        ("heading", r"is not known"),
        ("choice", r"(?P<what>.+) is not one of (?P<options>.+)"),
        ("switch", r"(?P<what>.+) is neither ja nor nein"),
        ("differs", r"(?P<what>.+) is not what row (?P<row>\d+) says of (?P<name>[^:]+): (?P<other>.+)"),
        ("key", r"(?P<what>.+) is no key: small letters a to z, digits and hyphens"),
        ("key_twice", r"the key (?P<what>.+) is there already, among the \w+"),
        ("text", r"must be text, not (?P<what>.+)"),
        ("blank", r"is blank"),
        ("long", r"has (?P<n>\d+) characters; more than (?P<most>\d+) are refused"),
        ("many", r"has (?P<n>\d+) entries; more than (?P<most>\d+) are refused"),
        ("control", r"has a control character"),
        ("one_line", r"must be one line"),
        ("needed_spelling", r"at least one spelling is needed"),
        ("needed_label", r"at least one label is needed"),
        ("needed_prefix", r"at least one prefix is needed"),
        ("needed_noise", r"one of prefixes, programmes or kinds is needed"),
        ("list", r"must be a list, not (?P<what>.+)"),
        ("fields", r"must be fields \((?P<list>[^)]*)\), not (?P<what>.+)"),
        ("empty_list", r"the list is empty; leave the language out"),
        ("unknown_field", r"(?P<what>'[^']*') is no known field( \(.*\))?"),
        ("unknown_language", r"(?P<what>'[^']*') is no known language( \(.*\))?"),
        ("true_false", r"(?P<what>.+) must be true or false, without quotes"),
        ("again", r"(?P<what>.+) stands here a second time"),
        ("stray", r"(?P<what>.+) stands below no heading"),
        ("no_rows", r"the sheet has no rows below the headers"),
        ("secret", r"(?P<what>.+): secrets do not belong in this file; .*"),
        ("old_excel", r"This is an old Excel file .*"),
        ("damaged", r"The XLSX file is damaged .*"),
        ("empty_file", r"The file is empty\."),
        ("too_big", r"The (file has|XLSX file unpacks to more than) (?P<n>[\d,]+) bytes; .*"),
        ("too_many", r"The list has more than (?P<n>[\d,]+) rows\. .*"),
        ("csv_damaged", r"The CSV is damaged .*"),
        ("encoding", r"The text is neither UTF-8 nor Windows-1252\..*"),
        ("no_cells", r"The XLSX file has no sheet with cells\."),
        ("markup", r"The XLSX file holds markup that Excel does not write; it is not read\."),
        ("date", r"(?P<what>.+) is not a date, write TT\.MM\.JJJJ"),
        ("amount", r"(?P<what>.+) is not a whole amount, write it like .*"),
        ("currency", r"(?P<what>.+) is not a currency, write three letters like EUR"),
        ("one_of", r"(?P<what>.+) is not known, write one of: (?P<options>.+)"),
        ("address", r"(?P<what>.+) is not an address that begins with https://"),
        ("no_letter", r"(?P<what>.+) has no letter or digit"),
        ("longer", r"is longer than (?P<n>\d+) characters"),
        ("two_rows", r"(?P<what>.+) stands in row (?P<row>\d+) too; every call needs an identifier of its own"),
        ("example", r"is the example of the template; replace the row or delete it"),
        ("opens_late", r"(?P<what>.+) is after the last deadline"),
        ("two_dates", r"has more than two dates.*"),
        ("less", r"is less than the amount from which projects are funded"),
        ("no_heading", r"there is a cell without a heading"),
        ("column_unknown", r"column (?P<what>.+) is not known; known are (?P<options>.+)"),
        ("column_twice", r"column (?P<what>.+) stands there twice"),
        ("column_missing", r"column (?P<what>.+) is missing"),
        ("other_type", r"This is (?!an old Excel file).*Save the list as XLSX or as CSV \(UTF-8\)\."),
    )
)
_HINTS = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("mean", r"(.*); did you mean '(?P<what>[^']*)'\?"),
        ("guard_hint", r"(.*); a guard turns away, write (?P<what>\S+)"),
        ("write", r"(.*); write (?P<what>[^;]+?)(?: \(a point, no quotes\))?"),
        ("instance", r"(.*); for instance '(?P<what>[^']*)'"),
    )
)

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_DAY = re.compile(r"\d{2}\.\d{2}\.\d{4}")
_QUOTED = re.compile(r"'(.*)'", re.DOTALL)
_SHAPES = {"nothing": "nothing", "fields": "fields", "a list": "list"}


def told(lines: Iterable[str], language: str) -> list[str]:
    """Each fault as `language` says it; what has no sentence there stays as it is."""
    return [_told(line, language) for line in lines]


def _told(line: str, language: str) -> str:
    found = _LINE.fullmatch(line)
    if found is not None:
        return say("lab.file.line", language, line=found[1], column=found[2], problem=_owned(found[3], language))
    found = _ROW.fullmatch(line)
    if found is not None:
        problem = _problem(found[3], language) or found[3]
        return say("lab.file.row", language, row=found[1], column=found[2], problem=problem)
    found = _ROWS.fullmatch(line)
    if found is None:
        return _owned(line, language)
    problem = _owned(found[2], language)
    return line if problem == found[2] else say("lab.file.whole_row", language, row=found[1], problem=problem)


def _owned(text: str, language: str) -> str:
    """A problem, perhaps with whose it is in front."""
    known = _problem(text, language)
    if known is not None:
        return known
    who, colon, rest = text.partition(": ")
    problem = _problem(rest, language) if colon else None
    return say("lab.file.place", language, who=who, problem=problem) if problem is not None else text


def _problem(text: str, language: str) -> str | None:
    for key, pattern in _HINTS:
        found = pattern.fullmatch(text)
        if found is not None and (main := _plain(found[1], language)) is not None:
            return f"{main}; {say(f'lab.problem.{key}', language, what=_value(found['what'], language))}"
    return _plain(text, language)


def _plain(text: str, language: str) -> str | None:
    for key, pattern in _PROBLEMS:
        found = pattern.fullmatch(text)
        if found is not None:
            values = {name: _value(text, language) for name, text in found.groupdict().items()}
            return say(f"lab.problem.{key}", language, **values)
    return None


def _value(text: str, language: str) -> str:
    """A number or a quoted text as the language writes it."""
    if text in _SHAPES:
        return say(f"lab.shape.{_SHAPES[text]}", language)
    if _DAY.fullmatch(text):
        return text
    if _THOUSANDS.fullmatch(text):
        return number(int(text.replace(",", "")), language)
    if _NUMBER.fullmatch(text):
        return text.replace("-", "−").replace(".", "," if language == "de" else ".")
    quoted = _QUOTED.fullmatch(text)
    return say("lab.shape.quoted", language, text=quoted[1]) if quoted else text
