"""What is asked of the search service of the EU Funding & Tenders Portal, and one small question for a check-up."""

from datetime import datetime
from typing import Any, NamedTuple

from matcher.errors import GuardError
from matcher.sources._http import Connection
from matcher.sources._page import FORTHCOMING, OPEN, TYPES, Asked, check_obedience, check_total, envelope

PAGE = 100
LOADER = "SEDIA"


class Kind(NamedTuple):
    code: str
    sort: str
    name: str


KINDS = (
    Kind("1", "identifier", "Topics"),
    Kind("8", "callccm2Id", "Cascade calls"),
    Kind("2", "callIdentifier", "External calls"),
)


class Probe(NamedTuple):
    """One small request and its answer, for `matcher doctor`. `faults` says what is not as it should be."""

    sent: dict[str, Any]
    envelope: list[str]
    total: int
    rows: int
    api_version: str | None
    date: datetime | None
    faults: list[str]


def request(
    kind: Kind, number: int, sort: bool, size: int, loader_filter: bool
) -> tuple[dict[str, object], dict[str, str | int]]:
    """The parts and the parameters of a search, each where the service reads it."""
    must: list[object] = [{"terms": {"type": [kind.code]}}, {"terms": {"status": [FORTHCOMING, OPEN]}}]
    if loader_filter:
        must.append({"terms": {"DATASOURCE": [LOADER]}})
    parts: dict[str, object] = {"query": {"bool": {"must": must}}, "languages": ["en"]}
    if sort:
        parts["sort"] = {"field": kind.sort, "order": "ASC"}
    return parts, {"apiKey": LOADER, "text": "***", "pageSize": size, "pageNumber": number}


def probe(connection: Connection) -> Probe:
    """Ask for five topics and say what was sent and what came. Raises SourceError where nothing readable came."""
    kind = KINDS[0]
    parts, params = request(kind, 1, True, 5, True)
    answer = connection.post(parts, params, check=lambda body: envelope(body, "", 1))
    page = envelope(answer.body, TYPES[kind.code], 1)
    faults = []
    for check in (
        lambda: check_total(page.total),
        lambda: check_obedience(page.records, Asked(frozenset({kind.code}))),
    ):
        try:
            check()
        except GuardError as fault:
            faults.append(str(fault))
    if not page.records:
        faults.append("The service reports no open topic at all.")
    sent = {"host": connection.host, "parts": parts, "params": {k: v for k, v in params.items() if k != "apiKey"}}
    keys = sorted(answer.body)
    return Probe(sent, keys, page.total, len(page.records), page.api_version, answer.date, faults)
