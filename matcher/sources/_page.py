"""A page of answers in the shape of the EU Funding & Tenders Portal, and the checks before anything of it is used.

The same checks hold for answers off the wire and for recorded ones. A 200 proves nothing: the portal answers a
request it did not understand with every record it has, so each record is compared with what was asked.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from matcher.errors import GuardError, SourceError
from matcher.ledger import Fact

Record = dict[str, Any]

# Codes of the portal. A known status that was not asked for proves an ignored filter; an unknown one is a curiosity.
FORTHCOMING, OPEN, CLOSED = "31094501", "31094502", "31094503"
TYPES = {"1": "topic", "8": "cascade", "2": "external"}
WINDOW = 10_000
DEEPEST = 50
# Change from request to request without any change of the call.
VOLATILE = {"weight", "groupById", "highlightedFragments", "apiVersion"}

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


class UnreadableError(SourceError):
    """An answer that is not what the service promises: worth another try."""


class Page(NamedTuple):
    """One answer. `query` says what was asked (topic, cascade, external, or mixed), `total` what the service reports.

    `records` are those to look at: all of a first reading, in later readings (`scan` > 1) only the ones that are new
    or differ. `rows` counts what the answer held, `expected` the rows of the whole pull as known by now (for a
    progress bar), `step` says it in words. `notes`: what the run has to say because of it.
    """

    query: str
    number: int
    total: int
    records: list[Record]
    api_version: str | None = None
    size: int = 100
    scan: int = 1
    rows: int = 0
    expected: int | None = None
    step: str = ""
    notes: tuple[Fact, ...] = ()


class Asked(NamedTuple):
    """What records must obey; `statuses` None takes any."""

    types: frozenset[str]
    statuses: frozenset[str] | None = frozenset({FORTHCOMING, OPEN})
    language: str = "en"


def decode(body: bytes) -> tuple[dict[str, Any], list[str]]:
    """The JSON object of an answer and the keys that stood twice in one of its objects.

    Stricter than `json.loads`: UTF-8 only, no NaN, no infinite numbers, at most 50 levels. Raises UnreadableError.
    """
    doubled: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            names = [name for name, _ in items]
            doubled.extend(sorted({name for name in found if names.count(name) > 1}))
        return found

    try:
        text = body.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError:
        raise UnreadableError("The answer is not valid UTF-8 text.").coded("not_utf8") from None
    if _depth(body) > DEEPEST:
        raise UnreadableError(f"The answer is nested more than {DEEPEST} levels deep.").coded(
            "nested", levels=DEEPEST
        )
    try:
        answer = json.loads(text, parse_constant=_finite, parse_float=_finite, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        what, code = ("a web page", "web_page") if text.lstrip()[:1] == "<" else ("not complete JSON", "cut_off")
        what, code = (what, code) if text.strip() else ("empty", "empty_answer")
        raise UnreadableError(f"The answer is {what}.").coded(code) from None
    if not isinstance(answer, dict):
        raise UnreadableError("The answer is JSON, but not an object with results.").coded("no_object")
    return answer, doubled


def _finite(text: str) -> float:
    number = float(text)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def envelope(answer: dict[str, Any], query: str, number: int) -> Page:
    """The page in an answer. Raises UnreadableError where `results` or `totalResults` are not what they should be.

    A result that is not an object stays in the page, wrapped, so that it is counted and refused like any record
    without identity.
    """
    results, total = answer.get("results"), answer.get("totalResults")
    if not isinstance(results, list):
        raise UnreadableError("The answer has no list of results.").coded("no_results")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise UnreadableError("The answer does not say how many results there are.").coded("no_total")
    size, version = answer.get("pageSize"), answer.get("apiVersion")
    return Page(
        query=query,
        number=number,
        total=total,
        records=[r if isinstance(r, dict) else {"unreadable": r} for r in results],
        api_version=plain(version, 20) if isinstance(version, str) else None,
        size=size if isinstance(size, int) and not isinstance(size, bool) and 0 < size <= WINDOW else 100,
        rows=len(results),
    )


def values(record: Record, key: str) -> list[str]:
    """The values of a metadata field as texts. Some records carry their fields without `metadata` around them."""
    metadata = record.get("metadata")
    found = metadata.get(key) if isinstance(metadata, dict) else None
    if found is None:
        found = record.get(key)
    several = found if isinstance(found, list) else [found]
    return [
        str(v).strip() for v in several if isinstance(v, str | int) and not isinstance(v, bool) and str(v).strip()
    ]


def key_of(record: Record) -> str | None:
    """The reference, which is unique for every kind of record; None if it has none."""
    for name in ("reference", "REFERENCE"):
        found = values(record, name)
        if found:
            return found[0]
    return None


def fingerprint(record: Record) -> str:
    """A hash of what a record says, without what changes from request to request."""
    return hashlib.blake2b(json.dumps(lasting(record), sort_keys=True).encode(), digest_size=16).hexdigest()


def lasting(record: Record) -> dict[str, Any]:
    """A record without what changes from request to request."""
    return {name: value for name, value in record.items() if name not in VOLATILE}


def plain(text: str, length: int = 60) -> str:
    """A foreign text that can be printed anywhere: printable ASCII, cut."""
    shown = "".join(c if c.isprintable() else " " for c in text).encode("ascii", "backslashreplace").decode()
    return shown if len(shown) <= length else shown[: length - 3] + "..."


def check_total(total: int) -> None:
    """Raises GuardError: the open calls of the whole portal are below 1,500, ten thousand means no filter at all."""
    if total >= WINDOW:
        raise _ignored(f"it reports {total:,} results", "total", total=total)


def check_obedience(records: Iterable[Record], asked: Asked) -> list[str]:
    """Compare every record with what was asked; a field that is missing proves nothing.

    Returns the references with a status code nobody knows (shown as "unknown"). Raises GuardError for a record of
    another type, status or language, and if more than one in twenty has an unknown status.
    """
    odd, count = [], 0
    for record in records:
        count += 1
        shown = plain(key_of(record) or "without reference")
        types = set(values(record, "type"))
        if not types <= asked.types:
            found = plain(", ".join(sorted(types)))
            raise _ignored(f"record {shown} is of type {found}", "type", record=shown, found=found)
        languages = {v.lower() for v in values(record, "language")}
        if languages and asked.language not in languages:
            found = plain(", ".join(sorted(languages)))
            raise _ignored(f"record {shown} is in language {found}", "language", record=shown, found=found)
        statuses = set(values(record, "status"))
        if asked.statuses is None or not statuses or statuses & asked.statuses:
            continue
        if statuses & {FORTHCOMING, OPEN, CLOSED}:
            found = plain(", ".join(sorted(statuses)))
            raise _ignored(f"record {shown} has status {found}", "status", record=shown, found=found)
        odd.append(shown)
    if len(odd) > max(1, count / 20):
        why = f"{len(odd)} of {count} records have a status code that is not known"
        raise _ignored(why, "codes", odd=len(odd), records=count)
    return odd


def unknown_status(reference: str) -> Fact:
    return Fact(
        code="unknown_status",
        values={"record": reference},
        text=f"{reference} has a status nobody knows; it is shown as unknown.",
    )


def _ignored(why: str, what: str, **values: str | int) -> GuardError:
    return GuardError(
        f"The service ignored our filter: {why}. Nothing was stored, the last list stays. Try again later; if it "
        "happens again, the form of the request may have changed: run `matcher doctor`."
    ).coded(f"ignored_{what}", **values)
