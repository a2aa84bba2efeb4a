"""From plain values to a Profile: every field checked, every fault noted with its place, nothing half taken."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from matcher.model import Concept, Kind, Noise, Priority, Profile, Rule
from matcher.region_hints import LANGUAGES, absent, close, shape, shown, span, unknown
from matcher.region_yaml import Path, Plain

WEIGHTS = (1.0, 1.5, 2.0, 2.5, 3.0)
GUARD_WEIGHTS = (-3.0, -2.5, -2.0, -1.5, -1.0, -0.5)
ADDS = tuple(step / 2 for step in range(-20, 21) if step)
SHORT, LONG = 200, 4000
_KEY = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,6})?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff]")

Reader = Callable[[Any, Path], Any]
Made = TypeVar("Made")


class Walk:
    """One reading of one profile; `faults` are (path, sentence)."""

    def __init__(self) -> None:
        self.faults: list[tuple[Path, str]] = []

    def fault(self, path: Path, sentence: str) -> None:
        self.faults.append((path, sentence))

    def profile(self, value: Any) -> Profile | None:
        """The profile, or None with at least one fault."""
        fields = self.record(
            value, (),
            {"region": self.key, "priorities": self.many(self.priority, 60), "noise": self.many(self.noise, 100)},
            required=("region", "priorities"),
        )  # fmt: skip
        self.unique(value, ("priorities",))
        self.unique(value, ("noise",))
        return None if self.faults else Profile(**fields)

    def priority(self, value: Any, path: Path) -> Priority | None:
        fields = self.record(
            value, path,
            {
                "key": self.key, "labels": self.by_language(self.line), "descriptions": self.by_language(self.lines),
                "concepts": self.many(lambda v, p: self.concept(v, p, WEIGHTS), 2000),
                "guards": self.many(lambda v, p: self.concept(v, p, GUARD_WEIGHTS), 2000),
                "rules": self.many(self.rule, 500), "active": self.switch,
            },
            required=("key", "labels"),
        )  # fmt: skip
        if fields.get("labels") == {}:
            self.fault((*path, "labels"), "at least one label is needed")
        seen = self.unique(value, (*path, "concepts"))
        self.unique(value, (*path, "guards"), seen)
        return self.built(Priority, fields, path)

    def concept(self, value: Any, path: Path, weights: Sequence[float]) -> Concept | None:
        fields = self.record(
            value, path,
            {
                "key": self.key, "weight": lambda v, p: self.number(v, p, weights),
                "cap": lambda v, p: self.number(v, p, None), "spellings": self.by_language(self.spellings),
                "note": self.lines, "active": self.switch,
            },
            required=("key", "weight", "spellings"),
        )  # fmt: skip
        if fields.get("spellings") == {}:
            self.fault((*path, "spellings"), "at least one spelling is needed")
        return self.built(Concept, fields, path)

    def rule(self, value: Any, path: Path) -> Rule | None:
        fields = self.record(
            value, path,
            {
                "prefixes": self.many(self.line, 200), "title_any": self.many(self.line, 200),
                "add": lambda v, p: self.number(v, p, ADDS), "note": self.lines, "active": self.switch,
                "notes": self.by_language(self.lines),
            },
            required=("prefixes", "add"),
        )  # fmt: skip
        if fields.get("prefixes") == []:
            self.fault((*path, "prefixes"), "at least one prefix is needed")
        return self.built(Rule, fields, path)

    def noise(self, value: Any, path: Path) -> Noise | None:
        names = self.many(self.line, 500)
        fields = self.record(
            value, path,
            {"key": self.key, "labels": self.by_language(self.line), "prefixes": names, "programmes": names,
             "kinds": self.many(self.kind, 10), "hidden": self.switch},
            required=("key", "labels"),
        )  # fmt: skip
        if not any(fields.get(name, [None]) for name in ("prefixes", "programmes", "kinds") if name in fields):
            self.fault(path, "one of prefixes, programmes or kinds is needed")
        return self.built(Noise, fields, path)

    def built(self, noun: type[Made], fields: dict[str, Any], path: Path) -> Made | None:
        """The noun, unless something in it is faulty."""
        ours = any(where[: len(path)] == path for where, _ in self.faults)
        return None if ours else noun(**fields)

    def record(
        self, value: Any, path: Path, readers: Mapping[str, Reader], required: Sequence[str]
    ) -> dict[str, Any]:
        """The known fields of `value`, each read; unknown and missing ones are faults."""
        if not isinstance(value, dict):
            self.fault(path, f"must be fields ({', '.join(required)} …), not {shape(value)}")
            return {}
        out = {}
        for name in value:
            if name not in readers:
                self.fault((*path, name), unknown(str(name), readers))
        for name, reader in readers.items():
            if name in value and not absent(value[name]):
                out[name] = reader(value[name], (*path, name))
            elif name in required:
                self.fault(
                    (*path, name) if name in value else path, f"{name} is {'empty' if name in value else 'missing'}"
                )
        return out

    def many(self, reader: Reader, most: int) -> Reader:
        def read(value: Any, path: Path) -> list[Any]:
            if not isinstance(value, list | tuple):
                hint = f"; write [{value}]" if isinstance(value, str) and len(value) < 60 else ""
                self.fault(path, f"must be a list, not {shape(value)}{hint}")
                return [None]
            if len(value) > most:
                self.fault(path, f"has {len(value)} entries; more than {most} are refused")
                return [None]
            return [reader(item, (*path, i)) for i, item in enumerate(value)]

        return read

    def by_language(self, reader: Reader) -> Reader:
        def read(value: Any, path: Path) -> dict[str, Any]:
            return self.record(value, path, dict.fromkeys(LANGUAGES, reader), ())

        return read

    def spellings(self, value: Any, path: Path) -> list[Any]:
        found: list[Any] = self.many(self.line, 200)(value, path)
        if not found:
            self.fault(path, "the list is empty; leave the language out")
        return found

    def line(self, value: Any, path: Path) -> str | None:
        return self.text(value, path, SHORT, several=False)

    def lines(self, value: Any, path: Path) -> str | None:
        return self.text(value, path, LONG, several=True)

    def text(self, value: Any, path: Path, most: int, *, several: bool) -> str | None:
        if not isinstance(value, str) or absent(value):
            self.fault(path, f"must be text, not {shape(value)}")
        elif not value.strip():
            self.fault(path, "is blank")
        elif len(value) > most:
            self.fault(path, f"has {len(value)} characters; more than {most} are refused")
        elif _CONTROL.search(value):
            self.fault(path, "has a control character")
        elif not several and len(value.splitlines()) > 1:
            self.fault(path, "must be one line")
        else:
            return str(value)
        return None

    def key(self, value: Any, path: Path) -> str | None:
        text = self.line(value, path)
        if text is not None and (len(text) > 80 or not _KEY.fullmatch(text)):
            proposal = re.sub(r"[^a-z0-9]+", "-", text.lower().translate(_SPELLED_OUT)).strip("-")[:80]
            hint = f"; for instance {proposal!r}" if proposal and proposal != text else ""
            self.fault(path, f"{text!r} is no key: small letters a to z, digits and hyphens{hint}")
        return text

    def kind(self, value: Any, path: Path) -> Kind | None:
        if value in set(Kind):
            return Kind(value)
        self.fault(path, f"{value!r} is not one of {', '.join(Kind)}{close(str(value), [k.value for k in Kind])}")
        return None

    def switch(self, value: Any, path: Path) -> bool | None:
        if value is True or value is False:
            return bool(value)
        if isinstance(value, Plain) and value in ("true", "false"):
            return value == "true"
        self.fault(path, f"{value!r} must be true or false, without quotes")
        return None

    def number(self, value: Any, path: Path, allowed: Sequence[float] | None) -> float | None:
        """A number of `allowed`, or from 0 to 1 where nothing is named."""
        number = None
        typed = isinstance(value, Plain) and _NUMBER.fullmatch(value)
        if typed or (isinstance(value, int | float) and not isinstance(value, bool)):
            number = float(value)
        wanted = "a number from 0 to 1" if allowed is None else span(allowed)
        if number is None:
            comma = isinstance(value, str) and _NUMBER.fullmatch(value.strip().replace(",", "."))
            hint = f"; write {value.strip().replace(',', '.')} (a point, no quotes)" if comma else ""
            self.fault(path, f"{shown(value)} is not {wanted}{hint}")
        elif not (0 <= number <= 1 if allowed is None else number in allowed):
            hint = (
                f"; a guard turns away, write {-number:g}" if allowed is GUARD_WEIGHTS and -number in allowed else ""
            )
            self.fault(path, f"{number:g} is not {wanted}{hint}")
        return number

    def unique(self, value: Any, path: Path, seen: dict[str, str] | None = None) -> dict[str, str]:
        """Faults for keys of a list that are there already; works on the values as typed, faulty entries too."""
        seen = {} if seen is None else seen
        entries = value.get(path[-1]) if isinstance(value, dict) else None
        for i, entry in enumerate(entries if isinstance(entries, list) else []):
            key = entry.get("key") if isinstance(entry, dict) else None
            if isinstance(key, str) and key in seen:
                self.fault((*path, i, "key"), f"the key {str(key)!r} is there already, among the {seen[key]}")
            elif isinstance(key, str):
                seen[key] = str(path[-1])
        return seen
