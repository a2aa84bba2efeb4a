"""Differences between versions of the priorities, and doubts about one, as sentences of the session's language."""

import re
from collections.abc import Iterable, Mapping, Sequence

from matcher import ui, words
from matcher.desk_tune import Clash, Doubt, Edit
from matcher.model import Concept, Noun, Priority, Profile, Rule

_ROW = re.compile(r"Row (\d+), (\w+): (.*)", re.DOTALL)
# What the tables say of a faulty cell -> its message; `what` is the cell's value where one is named.
_FAULTS = (
    (re.compile(r"there is no spelling in any language\."), "no_spelling"),
    (re.compile(r"it is empty\. Concepts.*"), "no_weight"),
    (re.compile(r"(?P<what>.+) is not allowed\. Concepts.*"), "weight"),
    (re.compile(r"(?P<what>.+) is not a share from 0 to 1\."), "cap"),
    (re.compile(r"(?P<what>.+) is no key\..*"), "key"),
    (re.compile(r"(?P<what>.+) is in row (?P<row>\d+) already\."), "key_twice"),
    (re.compile(r"(?P<what>.+) has more than (?P<most>\d+) characters\."), "long"),
    (re.compile(r"(?P<what>.+) has no letter and no digit\."), "no_letter"),
    (re.compile(r"there is no beginning of an identifier\."), "no_prefix"),
    (re.compile(r"it is empty\. Rules.*"), "no_add"),
    (re.compile(r"(?P<what>.+) is not allowed\. Rules.*"), "add"),
)


def sentence(edit: Edit, *profiles: Profile) -> str:
    """One difference in words; `profiles` know the labels (also of priorities that are gone)."""
    label = field_label(edit.priority, *profiles)
    if edit.part == "order":
        return ui.say(f"priorities.edit.order_{edit.key}", label=label)
    if edit.field is None:
        if edit.part == "noise" and edit.old is not None and edit.new is not None:
            return ui.say("priorities.edit.noise_changed", name=edit.name)
        came = "added" if edit.old is None else "removed"
        return ui.say(
            f"priorities.edit.{edit.part}_{came}", label=label, name=edit.name, new=_size(edit.new or edit.old)
        )
    field = ui.say(f"priorities.value.{edit.field}")
    old, new = _trimmed(edit.old, edit.new)
    if edit.part == "priority":
        return ui.say("priorities.edit.own", label=label, field=field, old=old, new=new)
    part = ui.say(f"priorities.part.{edit.part}")
    return ui.say("priorities.edit.value", label=label, part=part, name=edit.name, field=field, old=old, new=new)


def sentences(edits: Iterable[Edit], *profiles: Profile) -> list[str]:
    return [sentence(edit, *profiles) for edit in edits]


def clash_row(clash: Clash, *profiles: Profile) -> dict[str, str]:
    """Place, value before, mine and theirs of something two people changed."""
    part = ui.say(f"priorities.part.{clash.part}")
    name = (
        ui.say(f"priorities.value.{clash.name}")
        if clash.part == "priority" and clash.name != clash.key
        else clash.name
    )
    values = {"base": clash.base, "mine": clash.mine, "theirs": clash.theirs}
    shown = {who: _whole(value, others_of(values, who)) for who, value in values.items()}
    if clash.base is None:
        shown["base"] = ui.say("priorities.conflict.absent")
    return {"where": f"{field_label(clash.priority, *profiles)} · {part} „{name}“", **shown}


def fault(line: str) -> str:
    """A fault of an edited table in the session's language; the exact words where none of ours fits."""
    parts = _ROW.fullmatch(line)
    if parts is None:
        return line
    number, column, problem = parts.groups()
    name = ui.say(f"priorities.column.{column.removeprefix('spellings_')}")
    for pattern, key in _FAULTS:
        found = pattern.fullmatch(problem)
        if found is not None:
            problem = ui.say(f"priorities.fault.{key}", **found.groupdict())
            break
    return ui.say("priorities.fault.row", row=number, column=name, problem=problem)


def others_of(values: Mapping[str, object], who: str) -> list[object]:
    return [value for other, value in values.items() if other != who and value is not None]


def doubt(found: Doubt, profile: Profile) -> str:
    """One spot worth a second look, in words."""
    labels = [field_label(key, profile) for key in found.priorities]
    return ui.say(
        f"priorities.doubts.{found.kind}", spelling=found.spelling, label=labels[0], labels=", ".join(labels),
        first=found.concepts[0] if found.concepts else "", second=found.concepts[-1] if found.concepts else "",
    )  # fmt: skip


def field_label(key: str, *profiles: Profile) -> str:
    """The short name of a priority that one of the profiles knows."""
    for profile in profiles:
        for priority in profile.priorities:
            if priority.key == key:
                return label_of(priority, short=True)
    return key


def label_of(priority: Priority, *, short: bool = False) -> str:
    full = priority.labels.get(ui.language()) or next(iter(priority.labels.values()), priority.key)
    return ui.short_label(full) if short else full


def value(of: object) -> str:
    """A stored value as people write it."""
    if of is None or of in ([], {}):
        return ui.say("priorities.edit.nothing")
    if isinstance(of, bool):
        return ui.say("priorities.edit.on" if of else "priorities.edit.off")
    if isinstance(of, int | float):
        digits = 0 if float(of).is_integer() else 1 if float(of * 10).is_integer() else 2
        return words.number(of, ui.language(), digits).replace("-", "−")
    if isinstance(of, Mapping):
        return "; ".join(f"{name}: {value(part)}" for name, part in of.items())
    if isinstance(of, Sequence) and not isinstance(of, str):
        return ", ".join(str(part) for part in of)
    return f"„{of}“" if ui.language() == "de" else f'"{of}"'


def _trimmed(old: object, new: object) -> tuple[str, str]:
    """Of two mappings only what differs, so that one changed spelling does not print all languages."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        differ = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        return value({n: old.get(n) for n in differ}), value({n: new.get(n) for n in differ})
    return value(old), value(new)


def _size(of: object) -> str:
    if isinstance(of, Concept):
        return value(of.weight)
    return value(of.add) if isinstance(of, Rule) else ""


def _whole(of: object, others: list[object]) -> str:
    """A concept or rule: those of its values in which it differs from the others."""
    if of is None:
        return ui.say("priorities.conflict.gone")
    if not isinstance(of, Noun):
        return value(of)
    names = type(of).model_fields
    differ = [n for n in names if any(getattr(o, n, None) != getattr(of, n) for o in others if type(o) is type(of))]
    parts = [
        f"{ui.say(f'priorities.value.{n}')} {value(getattr(of, n))}"
        for n in differ
        if words.has(f"priorities.value.{n}", ui.language())
    ]
    return "; ".join(parts) or (_size(of) if isinstance(of, Concept | Rule) else ui.say("priorities.edit.on"))
