"""Faults of a file of priorities in the session's language: place, what is wrong, what was probably meant."""

import re
from collections.abc import Iterable

from matcher import ui

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
        ("other_type", r"This is (neither CSV nor XLSX|not an XLSX file|a PDF|a text in UTF-16)\b.*"),
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
_QUOTED = re.compile(r"'(.*)'", re.DOTALL)
_SHAPES = {"nothing": "nothing", "fields": "fields", "a list": "list"}


def told(lines: Iterable[str]) -> list[str]:
    """Each fault in the session's language."""
    return [_told(line) for line in lines]


def _told(line: str) -> str:
    found = _LINE.fullmatch(line)
    if found is not None:
        return ui.say("lab.file.line", line=found[1], column=found[2], problem=_owned(found[3]))
    found = _ROW.fullmatch(line)
    if found is not None:
        return ui.say("lab.file.row", row=found[1], column=found[2], problem=_problem(found[3]) or found[3])
    found = _ROWS.fullmatch(line)
    return _owned(found[2] if found is not None else line)


def _owned(text: str) -> str:
    """A problem, perhaps with whose it is in front."""
    known = _problem(text)
    if known is not None:
        return known
    who, colon, rest = text.partition(": ")
    problem = _problem(rest) if colon else None
    return ui.say("lab.file.place", who=who, problem=problem) if problem is not None else text


def _problem(text: str) -> str | None:
    for key, pattern in _HINTS:
        found = pattern.fullmatch(text)
        if found is not None and (main := _plain(found[1])) is not None:
            return f"{main}; {ui.say(f'lab.problem.{key}', what=_value(found['what']))}"
    return _plain(text)


def _plain(text: str) -> str | None:
    for key, pattern in _PROBLEMS:
        found = pattern.fullmatch(text)
        if found is not None:
            return ui.say(f"lab.problem.{key}", **{name: _value(text) for name, text in found.groupdict().items()})
    return None


def _value(text: str) -> str:
    """A number or a quoted text as the language writes it."""
    if text in _SHAPES:
        return ui.say(f"lab.shape.{_SHAPES[text]}")
    if _NUMBER.fullmatch(text):
        return text.replace("-", "−").replace(".", "," if ui.language() == "de" else ".")
    quoted = _QUOTED.fullmatch(text)
    return ui.say("lab.shape.quoted", text=quoted[1]) if quoted else text
