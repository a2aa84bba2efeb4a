"""Taking over an office's own tracker: a CSV or XLSX with identifier, state, owner and note. All rows or none."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from matcher.desk_decide import Said, decide_each
from matcher.errors import InputError
from matcher.ledger import Decision, Discard, State
from matcher.model import Call, Status
from matcher.sources._table import rows
from matcher.store import Store
from matcher.text import fold, squeeze

PARKED_DAYS = 30
LONGEST_NOTE = 2000
LONGEST_OWNER = 60
HEADINGS: dict[str, tuple[str, ...]] = {
    "identifier": ("kennung", "identifier", "topic", "id", "referenz", "reference"),
    "state": ("bearbeitungsstand", "stand", "status", "state"),
    "owner": ("zuständig", "zuständigkeit", "owner"),
    "note": ("notiz", "bemerkung", "note", "comment"),
    "reason": ("verworfen weil", "grund", "discarded because", "reason"),
    "until": ("zurück am", "wiedervorlage", "beobachtet bis", "back on", "until", "parked until"),
    "to": ("weitergeleitet an", "an", "forwarded to", "to"),
}
"""What a column may be called, the usual name first in each language."""
STATES: dict[str, State] = {
    "neu": State.NEW, "in prüfung": State.READING, "interessant": State.SHORTLISTED,
    "weitergeleitet": State.FORWARDED, "in vorbereitung": State.PREPARATION, "beantragt": State.APPLIED,
    "beobachten": State.PARKED, "verworfen": State.DISCARDED, "abgelaufen": State.EXPIRED,
    "parked": State.PARKED, "rejected": State.DISCARDED, "watch": State.PARKED, "interesting": State.SHORTLISTED,
    "under review": State.READING, "expired": State.EXPIRED, "submitted": State.APPLIED,
    **{state.value: state for state in State},
}  # fmt: skip
REASONS: dict[str, Discard] = {
    "passt thematisch nicht": Discard.OFF_TOPIC, "nicht antragsberechtigt": Discard.NOT_ELIGIBLE,
    "kein eigenanteil": Discard.OWN_SHARE, "zu groß": Discard.TOO_BIG, "zu spät": Discard.TOO_LATE,
    "kein partner": Discard.NO_PARTNER, "keine kapazität": Discard.NO_CAPACITY, "anderer grund": Discard.OTHER,
    "other reason": Discard.OTHER,
    **{reason.value: reason for reason in Discard},
}  # fmt: skip
_STATE = {fold(word): state for word, state in STATES.items()}
_REASON = {fold(word): reason for word, reason in REASONS.items()}
_COLUMN = {fold(name): key for key, names in HEADINGS.items() for name in names}


class Fault(NamedTuple):
    """What is wrong in a row, and the text that stands there. str() is an English sentence.

    `kind`: no_identifier, unknown_call, twice, state, reason, day or long. `column`: the heading in the file.
    """

    row: int
    kind: str
    column: str
    value: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {_TOLD[self.kind].format(value=self.value)}"


class Tracker(NamedTuple):
    """What a file says, call by call. Rows without state, owner, note and all else are left out (`empty`)."""

    what: list[tuple[Call, Said]]
    faults: list[Fault]
    rows: int
    empty: int


def read_tracker(store: Store, *, data: bytes, today: date, office: str | None = None) -> Tracker:
    """What would be taken over, and every fault at once. Raises InputError for a file that is no such table.

    A row without a state keeps the call's state; a discarded call without a reason has the reason "other"; a parked
    one without a day comes back when it opens, else in 30 days.
    """
    found = rows(data, lambda cells: sum(fold(squeeze(cell)) in _COLUMN for cell in cells))
    if not found:
        raise InputError("The file is empty.")
    (_, heads), body = found[0], found[1:]
    places = _places(heads)
    if "identifier" not in places:
        raise InputError(
            "The first row has no heading Kennung (or Identifier). Known headings: Kennung, Stand, Zuständig, Notiz, "
            "Verworfen weil, Zurück am; or Identifier, State, Owner, Note, Reason, Until."
        )
    known: dict[str, list[Call]] = {}
    for call in store.calls():
        known.setdefault(call.identifier.casefold(), []).append(call)
        known.setdefault(call.reference.casefold(), []).append(call)
    last = {d.reference: d for d in store.decisions() if d.office == (office or None)}
    tracker = Tracker([], [], len(body), sum(not _says_more(cells, places) for _, cells in body))
    first: dict[str, int] = {}
    for number, cells in body:
        row = _Row(number, heads, {key: _cell(cells, at) for key, at in places.items()}, tracker.faults)
        name = row.cells["identifier"].casefold()
        if not name:
            row.fault("no_identifier", "identifier")
        elif name in first:
            row.fault("twice", "identifier", str(first[name]))
        elif name not in known:
            row.fault("unknown_call", "identifier")
        first.setdefault(name, number)
        calls = _current(known.get(name, []), today)
        said = row.said(today)
        if _says_more(cells, places):
            tracker.what.extend((call, _whole(said, call, last.get(call.reference), today)) for call in calls)
    return tracker


def import_tracker(store: Store, *, data: bytes, by: str, today: date, office: str | None = None) -> list[Decision]:
    """Take a tracker over: a decision for each call it names. InputError lists all faults, nothing is stored then."""
    tracker = read_tracker(store, data=data, today=today, office=office)
    if tracker.faults:
        raise InputError(
            f"{len(tracker.faults)} rows or cells of the tracker cannot be read. Nothing was taken over.",
            [str(fault) for fault in tracker.faults],
        )
    return decide_each(store, what=tracker.what, by=by, office=office) if tracker.what else []


class _Row:
    """One row while it is read; faults go to the list of all faults."""

    def __init__(self, number: int, heads: list[str], cells: Mapping[str, str], faults: list[Fault]):
        self.number, self.cells, self.faults = number, cells, faults
        self.headings = {key: next(h for h in heads if _COLUMN.get(fold(squeeze(h))) == key) for key in cells}

    def fault(self, kind: str, key: str, value: str | None = None) -> None:
        shown = self.cells[key] if value is None else value
        self.faults.append(Fault(self.number, kind, squeeze(self.headings[key])[:60], squeeze(shown)[:80]))

    def said(self, today: date) -> tuple[State | None, Discard | None, str, str, date | None, tuple[str, ...]]:
        state = _STATE.get(fold(squeeze(self._text("state"))))
        if self._text("state") and state is None:
            self.fault("state", "state")
        reason = _REASON.get(fold(squeeze(self._text("reason"))))
        if self._text("reason") and reason is None:
            self.fault("reason", "reason")
        until = _day(self._text("until"))
        if self._text("until") and until is None:
            self.fault("day", "until")
        for key, most in (("owner", LONGEST_OWNER), ("note", LONGEST_NOTE), ("to", LONGEST_NOTE)):
            if len(self._text(key)) > most:
                self.fault("long", key, str(most))
        to = tuple(part for part in map(squeeze, self._text("to").replace("\n", ";").split(";")) if part)
        return state, reason, squeeze(self._text("owner")), self._text("note"), until, to

    def _text(self, key: str) -> str:
        return self.cells.get(key, "")


def _whole(
    told: tuple[State | None, Discard | None, str, str, date | None, tuple[str, ...]],
    call: Call,
    last: Decision | None,
    today: date,
) -> Said:
    state, reason, owner, note, until, to = told
    if state is None:
        state = last.state if last else State.NEW
    if last is not None and last.state is state:
        reason, until, to = reason or last.reason, until or last.until, to or tuple(last.to)
    if state is State.DISCARDED:
        reason = reason or Discard.OTHER
    if state is State.PARKED and until is None:
        until = call.opens if call.opens and call.opens > today else today + timedelta(days=PARKED_DAYS)
    return Said(state, reason if state is State.DISCARDED else None, note, owner, until, to)


def _places(heads: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, head in enumerate(heads):
        key = _COLUMN.get(fold(squeeze(head)))
        if key is not None:
            found.setdefault(key, at)
    return found


def _says_more(cells: list[str], places: Mapping[str, int]) -> bool:
    return any(_cell(cells, at) for key, at in places.items() if key != "identifier")


def _cell(cells: list[str], at: int) -> str:
    # Our own exports guard texts that look like a formula with an apostrophe.
    text = cells[at].strip() if at < len(cells) else ""
    return text[1:] if text.startswith("'") and text[1:2] in tuple("=+-@|%") else text


def _current(calls: list[Call], today: date) -> list[Call]:
    """Of several calls with one identifier those that are not over; if all are, all of them."""
    return [call for call in calls if call.status(today) is not Status.CLOSED] or calls


def _day(text: str) -> date | None:
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


_TOLD = {
    "no_identifier": "there is no identifier",
    "unknown_call": "no stored call has the identifier {value!r}",
    "twice": "stands in row {value}, too",
    "state": "{value!r} is no state; write one of: neu, in Prüfung, interessant, weitergeleitet, in Vorbereitung, "
    "beantragt, beobachten, verworfen",
    "reason": "{value!r} is no reason",
    "day": "{value!r} is no date, write TT.MM.JJJJ",
    "long": "is longer than {value} characters",
}
