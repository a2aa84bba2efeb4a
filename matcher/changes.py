"""What differs between two states of a call, field by field and classed. Pure: reads no clock and no database.

Days are compared as days and real times by the minute (the portal's seconds wobble from night to night); a text has
changed only if more than 5 % of its words have. Values are short and language-free: ISO days ("2026-09-30"), ISO
minutes in UTC ("2026-09-30T15:00Z"), whole numbers, or the words of the source. Lists are joined by " / ".

Fields and their kinds:
    deadline, deadline 2  later, earlier, rolled (to the next cut-off), set, removed,
                          stage added, stage removed, cut-off added, cut-off removed
    opens                 opening moved, opening set, opening removed
    status                opened, closed, reopened, postponed (as the portal says; passing days are no change)
    budget.<part>         budget
    title, text, conditions, types_of_action    title, text, conditions, types of action
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from matcher.ledger import Change
from matcher.model import Call, Deadline, DeadlineModel, Status

MINUTE = timedelta(minutes=1)
SHARE = 0.05
LONGEST = 300


class _Found(NamedTuple):
    field: str
    kind: str
    old: str | None
    new: str | None


def between(old: Call, new: Call, on: date, run: int | None = None) -> list[Change]:
    """The changes from `old` to `new`, seen on the day `on`, under the reference of `new`."""
    found = [
        *_deadlines(old, new, on),
        *_opening(old, new),
        *_status(old, new),
        *_budget(old, new),
        *_words(old, new),
    ]
    return [
        Change(reference=new.reference, field=f.field, kind=f.kind, on=on, old=_cut(f.old), new=_cut(f.new), run=run)
        for f in found
    ]


def settle(old: Call, new: Call) -> Call:
    """`new` with what only wobbles (seconds of a deadline, the source's checksum) taken from `old`."""
    deadlines = new.deadlines
    if len(deadlines) == len(old.deadlines):
        deadlines = [
            a.model_copy(update={"stage": b.stage}) if _same(a, b) and ((a.at and b.at) or a.on != b.on) else b
            for a, b in zip(old.deadlines, deadlines, strict=True)
        ]
    return new.model_copy(update={"deadlines": deadlines, "checksum": old.checksum})


def share_of_words(old: str, new: str) -> float:
    """The share of words (0 to 1) that differ between two texts, whatever their order, case and spacing."""
    before, after = Counter(_tokens(old)), Counter(_tokens(new))
    longer = max(before.total(), after.total())
    return max((before - after).total(), (after - before).total()) / longer if longer else 0.0


def _deadlines(old: Call, new: Call, on: date) -> list[_Found]:
    before, after = sorted(old.deadlines, key=_moment), sorted(new.deadlines, key=_moment)
    models = {old.deadline_model, new.deadline_model}
    if not before or not after:
        return [] if before == after else [_Found("deadline", "removed" if before else "set", *_lists(before, after))]
    gone = [d for d in before if not any(_same(d, other) for other in after)]
    come = [d for d in after if not any(_same(d, other) for other in before)]
    if not gone and not come:
        return []
    staged = DeadlineModel.TWO_STAGE in models or any(d.stage for d in [*before, *after])
    if staged:
        return _stages(before, after, gone, come, on)
    over = bool(gone) and all(d.on < on for d in gone)
    if over and (DeadlineModel.CUT_OFF in models or len(before) > 1):
        following = next((d for d in after if d.on >= on), None)
        return [_Found("deadline", "rolled", *_pair(gone[-1], following))] if following else []
    if len(gone) == len(come):
        return [_move("deadline", a, b) for a, b in zip(gone, come, strict=True)]
    if not gone:
        ahead = [d for d in come if d.on >= on]
        return [_Found("deadline", "cut-off added", *_lists(before, after))] if ahead else []
    if not come:
        return [_Found("deadline", "cut-off removed", *_lists(before, after))]
    a, b = (next((d for d in ds if d.on >= on), ds[-1]) for ds in (before, after))
    if not _same(a, b):
        return [_move("deadline", a, b)]
    return [_Found("deadline", f"cut-off {'added' if len(come) > len(gone) else 'removed'}", *_lists(before, after))]


def _stages(
    before: Sequence[Deadline], after: Sequence[Deadline], gone: list[Deadline], come: list[Deadline], on: date
) -> list[_Found]:
    if len(before) == len(after):
        return [
            _move("deadline" if number == 0 else f"deadline {number + 1}", a, b)
            for number, (a, b) in enumerate(zip(before, after, strict=True))
            if not _same(a, b)
        ]
    if not come and all(d.on < on for d in gone):
        return []  # A stage that is over left the list: nothing an officer could act on.
    kind = "stage added" if len(after) > len(before) else "stage removed"
    return [_Found("deadline", kind, *_lists(before, after))]


def _move(field: str, old: Deadline, new: Deadline) -> _Found:
    return _Found(field, "later" if _moment(new) > _moment(old) else "earlier", *_pair(old, new))


def _same(a: Deadline, b: Deadline) -> bool:
    if not (a.at or b.at):
        return a.on == b.on
    if not (a.at and b.at) and a.on == b.on:
        return True
    apart = abs(_instant(a) - _instant(b))
    # Sources are read to the whole minute, so a second less than a full minute looks like a whole minute less.
    return apart < MINUTE or (apart == MINUTE and not _instant(a).second and not _instant(b).second)


def _instant(deadline: Deadline) -> datetime:
    """A time of 00:00 UTC is read as a day without a time."""
    return _utc(deadline.at) if deadline.at else datetime.combine(deadline.on, time(), UTC)


def _moment(deadline: Deadline) -> tuple[date, datetime]:
    return deadline.on, _utc(deadline.at) if deadline.at else datetime.min.replace(tzinfo=UTC)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(deadline: Deadline, timed: bool) -> str:
    if timed and deadline.at:
        return _utc(deadline.at).strftime("%Y-%m-%dT%H:%MZ")
    return deadline.on.isoformat()


def _pair(old: Deadline, new: Deadline) -> tuple[str, str]:
    timed = bool(old.at and new.at)
    return _shown(old, timed), _shown(new, timed)


def _lists(old: Sequence[Deadline], new: Sequence[Deadline]) -> tuple[str | None, str | None]:
    timed = all(d.at for d in [*old, *new])
    before, after = (" / ".join(_shown(d, timed) for d in ds) or None for ds in (old, new))
    return before, after


def _opening(old: Call, new: Call) -> list[_Found]:
    if old.opens == new.opens:
        return []
    kind = "moved" if old.opens and new.opens else "set" if new.opens else "removed"
    return [_Found("opens", f"opening {kind}", _text(old.opens), _text(new.opens))]


def _status(old: Call, new: Call) -> list[_Found]:
    before, after = old.portal_status, new.portal_status
    if before is after or Status.UNKNOWN in (before, after):
        return []
    if after is Status.CLOSED:
        kind = "closed"
    elif before is Status.CLOSED:
        kind = "reopened"
    else:
        kind = "opened" if after is Status.OPEN else "postponed"
    return [_Found("status", kind, before.value, after.value)]


def _budget(old: Call, new: Call) -> list[_Found]:
    parts = ("total", "project_from", "project_to", "projects", "currency")
    values = [(part, getattr(old.budget, part), getattr(new.budget, part)) for part in parts]
    return [_Found(f"budget.{part}", "budget", _text(a), _text(b)) for part, a, b in values if a != b]


def _words(old: Call, new: Call) -> Iterable[_Found]:
    if _tokens(old.title) != _tokens(new.title):
        yield _Found("title", "title", old.title, new.title)
    before, after = old.text, new.text
    if before != after and share_of_words(before, after) > SHARE:
        yield _Found("text", "text", _count(before), _count(after))
    a, b = old.conditions or "", new.conditions or ""
    if a != b and share_of_words(a, b) > SHARE:
        yield _Found("conditions", "conditions", old.conditions, new.conditions)
    actions = [{" ".join(_tokens(name)): name for name in call.types_of_action} for call in (old, new)]
    if actions[0].keys() != actions[1].keys():
        shown = (" / ".join(names.values()) or None for names in actions)
        yield _Found("types_of_action", "types of action", *shown)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _count(text: str) -> str | None:
    return str(len(_tokens(text))) or None if text else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else text[: LONGEST - 1] + "…"
