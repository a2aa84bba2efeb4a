"""Single cells of the office's side list: dates, amounts, words with a fixed meaning; faults instead of guesses."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from matcher.model import Deadline, DeadlineModel, Status
from matcher.sources._budget import amount as read_amount
from matcher.text import fold, public_url, squeeze

BRUSSELS = ZoneInfo("Europe/Brussels")
_DAY = re.compile(
    r"(?:([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2}))"
    r"(?: ([0-9]{1,2}):([0-9]{2})(?: Uhr)?)?"
)
_SEVERAL = re.compile(r"[;\n]")
_LONGEST = 200

MODELS: dict[str, DeadlineModel] = {
    "einstufig": DeadlineModel.SINGLE,
    "zweistufig": DeadlineModel.TWO_STAGE,
    "mehrere stichtage": DeadlineModel.CUT_OFF,
    "single-stage": DeadlineModel.SINGLE,
    "two-stage": DeadlineModel.TWO_STAGE,
    "multiple cut-off": DeadlineModel.CUT_OFF,
}
STATUS: dict[str, Status] = {
    "geplant": Status.FORTHCOMING,
    "offen": Status.OPEN,
    "geschlossen": Status.CLOSED,
    "forthcoming": Status.FORTHCOMING,
    "open": Status.OPEN,
    "closed": Status.CLOSED,
}
Meaning = TypeVar("Meaning")


class Faults:
    """What is wrong with a row, each with the heading under which it stands."""

    def __init__(self, headings: Mapping[str, str]):
        self.headings = headings
        self.found: list[str] = []

    def add(self, key: str, what: str) -> None:
        self.found.append(f"column {self.headings[key]}: {what}")


def several(text: str) -> list[str]:
    """Entries separated by semicolons or line breaks, or, where there is none of these, by commas."""
    parts = _SEVERAL.split(text) if _SEVERAL.search(text) else text.split(",")
    return list(dict.fromkeys(part for part in map(squeeze, parts) if part))


def reference(identifier: str, faults: Faults) -> str:
    """`OWN-` and the identifier in capitals with hyphens for all but letters and digits: the same in every file."""
    name = re.sub(r"[^0-9A-Z]+", "-", fold(identifier).upper()).strip("-")
    if identifier and not name:
        faults.add("identifier", f"{identifier!r} has no letter or digit")
    if len(name) > _LONGEST:
        faults.add("identifier", f"is longer than {_LONGEST} characters")
    return f"OWN-{name}"


def day(text: str, key: str, faults: Faults) -> date | None:
    """A day as TT.MM.JJJJ or YYYY-MM-DD, without a time; None if empty or faulty."""
    found = _moment(text, key, faults) if text else None
    return found.on if found else None


def deadlines(text: str, faults: Faults) -> list[Deadline]:
    """Days, if need be with a time (Brussels), separated by semicolons or line breaks; in order, each once."""
    found = [_moment(part, "deadlines", faults) for part in map(squeeze, _SEVERAL.split(text)) if part]
    return sorted({(d.on, d.at): d for d in found if d}.values(), key=lambda d: (d.on, str(d.at or "")))


def _moment(text: str, key: str, faults: Faults) -> Deadline | None:
    match = _DAY.fullmatch(squeeze(text))
    try:
        if match is None:
            raise ValueError
        year, month, number = (match[4], match[5], match[6]) if match[4] else (match[3], match[2], match[1])
        on = date(int(year), int(month), int(number))
        if not 1990 <= on.year <= 2100:
            raise ValueError
        if match[7] is None:
            return Deadline(on=on)
        at = datetime(on.year, on.month, on.day, int(match[7]), int(match[8]), tzinfo=BRUSSELS)
        return Deadline(on=on, at=at.astimezone(UTC))
    except ValueError:
        faults.add(key, f"{text!r} is not a date, write TT.MM.JJJJ")
        return None


def amount(text: str, key: str, faults: Faults) -> int | None:
    try:
        return read_amount(text) if text else None
    except ValueError:
        faults.add(key, f"{text!r} is not a whole amount, write it like 1500000 or 1.500.000")
        return None


def currency(text: str, faults: Faults) -> str:
    code = {"": "EUR", "€": "EUR", "EURO": "EUR"}.get(text.upper(), text.upper())
    if not re.fullmatch(r"[A-Z]{3}", code):
        faults.add("currency", f"{text!r} is not a currency, write three letters like EUR")
    return code


def choice(text: str, meanings: Mapping[str, Meaning], key: str, faults: Faults) -> Meaning | None:
    """The meaning of a word; None if empty or (with a fault that lists the words) unknown."""
    found = meanings.get(fold(text))
    if text and found is None:
        faults.add(key, f"{text!r} is not known, write one of: {', '.join(meanings)}")
    return found


def link(text: str, faults: Faults) -> str | None:
    url = public_url(text) if text else None
    if text and url is None:
        faults.add("link", f"{text[:100]!r} is not an address that begins with https://")
    return url
