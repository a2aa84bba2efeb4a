"""Where an exported list comes from, in words: every file carries it, demo data say that they are."""

from collections.abc import Mapping

from matcher.words import dates_in, day, has, say

ORDER = (
    "region", "exported", "today", "rows", "filters", "order", "ranker", "scope", "data_of", "run", "profile_version",
    "tool", "cut",
)  # fmt: skip


def is_demo(provenance: Mapping[str, str]) -> bool:
    return provenance.get("scope") == "demo"


def stamps(provenance: Mapping[str, str], language: str) -> dict[str, str]:
    """The two columns of every row: day of the data with its source, version of the priorities."""
    found: dict[str, str] = {}
    if of := provenance.get("data_of"):
        key = "exports.data_as_of_demo" if is_demo(provenance) else "exports.data_as_of"
        found["data_of"] = say(key, language, day=dates_in(of, language))
    if version := provenance.get("profile_version"):
        found["profile_version"] = version
    return found


def notice(provenance: Mapping[str, str], language: str) -> str:
    """Source and licence of the data (Commission Decision 2011/833/EU, CC BY 4.0), and what was done to them."""
    of = provenance.get("data_of") or day(None, language)
    key = "exports.notice_demo" if is_demo(provenance) else "exports.notice"
    return say(key, language, day=dates_in(of, language), tool=provenance.get("tool") or "EU funding matcher")


def lines(provenance: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """Label and value of everything known, in a fixed order, further keys after it, the notice last."""
    further = sorted(key for key in provenance if key not in ORDER)
    keys = [key for key in [*ORDER, *further] if provenance.get(key)]
    told = [(_label(key, language), _value(key, provenance[key], language)) for key in keys if key != "notice"]
    if is_demo(provenance):
        told.append((_label("demo", language), say("exports.demo_warning", language)))
    return [*told, (_label("notice", language), notice(provenance, language))]


def _label(key: str, language: str) -> str:
    name = f"exports.provenance.{key}"
    return say(name, language) if has(name, language) else key


def _value(key: str, value: str, language: str) -> str:
    if key == "scope" and has(f"states.scope.{value}", language):
        return say(f"states.scope.{value}", language)
    if key == "order" and has(f"states.order.{value}", language):
        return say(f"states.order.{value}", language)
    return dates_in(value, language) if key in ("exported", "today", "data_of") else value
