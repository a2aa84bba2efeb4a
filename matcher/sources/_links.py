"""Addresses of a call: built from our own fields, because those the portal delivers partly open the wrong page."""

import re
from typing import Any
from urllib.parse import quote

from matcher.model import Kind, Link
from matcher.sources._fields import Fields, strings
from matcher.text import safe_url

SCREEN = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities"
PROSPECT = "https://webgate.ec.europa.eu/prospect/external/publishedcalls.htm"
_MOST = 20


def topic_page(identifier: str) -> str:
    return f"{SCREEN}/topic-details/{quote(identifier, safe='')}"


def call_page(call_identifier: str) -> str:
    """All topics of a call, whatever their status."""
    return f"{SCREEN}/calls-for-proposals?callIdentifier={quote(call_identifier, safe='')}&isExactMatch=true"


def links(fields: Fields, kind: Kind, reference: str, identifier: str, call_identifier: str | None) -> list[Link]:
    """First the call's own page (`portal`), then what belongs to it: `call`, `parent`, `documents`, `submission`."""
    found: list[Link] = []
    if kind is Kind.CASCADE:
        number = fields.first("callccm2Id") or (re.match(r"[0-9]+", reference) or [""])[0]
        if number:
            found.append(Link(kind="portal", url=f"{SCREEN}/competitive-calls-cs/{quote(number, safe='')}"))
        if identifier != reference:
            found.append(Link(kind="parent", url=topic_page(identifier)))
    elif kind is Kind.EXTERNAL:
        found.append(Link(kind="portal", url=f"{SCREEN}/prospect-details/{quote(reference, safe='')}"))
        if call_identifier:
            found.append(Link(kind="documents", url=f"{PROSPECT}?callId={quote(call_identifier, safe='')}"))
    else:
        found.append(Link(kind="portal", url=topic_page(identifier)))
        if call_identifier and call_identifier != identifier:
            found.append(Link(kind="call", url=call_page(call_identifier)))
    return found + _delivered(fields, {link.url for link in found})


def _delivered(fields: Fields, known: set[str]) -> list[Link]:
    """Submission and document addresses out of the record, europa.eu only."""
    found: list[Link] = []
    for key, name, kind in (("links", "url", "submission"), ("publicationDocuments", "docUrl", "document")):
        document: Any = fields.json(key)
        for entry in document if isinstance(document, list) else []:
            for raw in strings(entry.get(name)) if isinstance(entry, dict) else []:
                url = safe_url(raw)
                if url and url not in known and len(found) < _MOST:
                    known.add(url)
                    found.append(Link(kind=kind, url=url))
    return found
