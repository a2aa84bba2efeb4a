"""A search service on this machine that behaves like the EU Funding & Tenders Portal, silent failures included.

    with FakePortal(snapshot(), faults={2: reset}) as portal:
        Connection(portal.address, allow_loopback=True)

As observed up to October 2026: only multipart parts with a content type of their own are understood, a JSON body is
answered 200 with all filters ignored, parts without a content type 500, GET 405, no `text` 400; at most 100 rows a
page; without a sort the order changes from request to request, a sort drops records that lack its field.

`faults` says what goes wrong: a number of a request (from 1) to a fault, a list of faults in the order of the
requests (None for none), or one fault for every request. A fault is a function of the `Exchange`.
"""

import contextlib
import gzip
import json
import random
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

Record = dict[str, Any]
SNAPSHOT = Path(__file__).resolve().parent.parent / "data" / "snapshot"
FORTHCOMING, OPEN, CLOSED = "31094501", "31094502", "31094503"
MOST = 100


class Request(NamedTuple):
    """One request as it came. `parts` is None where the body was no well-formed multipart body."""

    method: str
    params: dict[str, str]
    parts: dict[str, Any] | None
    headers: dict[str, str]
    fault: tuple[int, str] | None

    @property
    def page(self) -> int:
        return max(1, int(self.params.get("pageNumber", "1")))

    @property
    def size(self) -> int:
        return int(self.params.get("pageSize", "50"))

    @property
    def types(self) -> set[str]:
        """The types the query asks for; empty without a query."""
        must = ((self.parts or {}).get("query") or {}).get("bool", {}).get("must", [])
        return {t for clause in must for t in clause.get("terms", {}).get("type", [])}


class Exchange:
    """A request and the answer in the making. A fault changes the answer, or sends something of its own."""

    def __init__(self, portal: "FakePortal", handler: BaseHTTPRequestHandler, request: Request, number: int):
        self.portal, self.handler, self.request, self.number = portal, handler, request, number
        self.status = request.fault[0] if request.fault else 200
        self.headers: dict[str, str] = {"Content-Type": "application/json"}
        self.sent = False
        self._answer: dict[str, Any] | None = None
        self._body: bytes | None = None

    @property
    def answer(self) -> dict[str, Any]:
        """The answer as an object, free to be changed."""
        if self._answer is None:
            self._answer = json.loads(self.body)
        return self._answer

    @property
    def body(self) -> bytes:
        if self._answer is not None:
            return json.dumps(self._answer).encode()
        if self._body is None:
            fault = self.request.fault
            self._body = self.portal.search(self.request) if fault is None else fault[1].encode()
        return self._body

    @body.setter
    def body(self, data: bytes) -> None:
        self._answer, self._body = None, data

    def send(self) -> None:
        body = self.body
        self.head(len(body))
        self.write(body)

    def head(self, length: int | None = None) -> None:
        self.sent = True
        self.handler.send_response(self.status)
        for name, value in self.headers.items():
            self.handler.send_header(name, value)
        if length is not None:
            self.handler.send_header("Content-Length", str(length))
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        self.sent = True
        with contextlib.suppress(OSError):
            self.handler.wfile.write(data)
            self.handler.wfile.flush()

    def close(self) -> None:
        self.sent = True
        self.handler.close_connection = True

    def wait(self, seconds: float) -> bool:
        """Wait without holding up the end of the test; True when the portal closes."""
        return self.portal.closing.wait(seconds)


Fault = Callable[[Exchange], None]


# --- faults -----------------------------------------------------------------------------------------------------


def silent(exchange: Exchange) -> None:
    """Takes the request and never answers."""
    exchange.close()
    exchange.wait(60)


def drip_headers(exchange: Exchange) -> None:
    """One byte of the headers now and then, for ever."""
    exchange.close()
    exchange.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not exchange.wait(0.02):
        exchange.write(b"a")


def drip_body(exchange: Exchange) -> None:
    """One byte of a long body now and then, for ever."""
    exchange.head(1_000_000)
    exchange.close()
    while not exchange.wait(0.02):
        exchange.write(b" ")


def drip_unlimited(exchange: Exchange) -> None:
    """The whole answer, then blanks for ever, without saying how long it is."""
    exchange.head()
    exchange.close()
    exchange.write(exchange.body)
    while not exchange.wait(0.02):
        exchange.write(b" ")


def reset(exchange: Exchange) -> None:
    """Breaks the connection before any answer."""
    connection = exchange.handler.connection
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.close()
    connection.close()


def reset_in_body(exchange: Exchange) -> None:
    exchange.head(len(exchange.body))
    exchange.write(exchange.body[: len(exchange.body) // 2])
    reset(exchange)


def short_body(exchange: Exchange) -> None:
    """Half of the promised bytes."""
    exchange.head(len(exchange.body))
    exchange.write(exchange.body[: len(exchange.body) // 2])
    exchange.close()


def cut_body(exchange: Exchange) -> None:
    """Half of the answer without a promise of how long it is."""
    exchange.head()
    exchange.write(exchange.body[: len(exchange.body) // 2])
    exchange.close()


def broken_chunk(exchange: Exchange) -> None:
    exchange.headers["Transfer-Encoding"] = "chunked"
    exchange.head()
    exchange.write(b"20\r\n" + b" " * 32 + b"\r\nXYZ\r\nnot a chunk\r\n")
    exchange.close()


def compressed(exchange: Exchange) -> None:
    """The answer in gzip, as asked for."""
    exchange.headers["Content-Encoding"] = "gzip"
    exchange.body = gzip.compress(exchange.body)


def not_gzip(exchange: Exchange) -> None:
    exchange.headers["Content-Encoding"] = "gzip"
    exchange.body = b"this is not gzip"


def status(code: int, **headers: str) -> Fault:
    """Another status; `Retry_After="5"` becomes a header."""

    def fault(exchange: Exchange) -> None:
        exchange.status = code
        exchange.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
        exchange.body = b'{"message":"not now"}'

    return fault


def body(data: bytes, content_type: str = "application/json") -> Fault:
    def fault(exchange: Exchange) -> None:
        exchange.headers["Content-Type"] = content_type
        exchange.body = data

    return fault


def gzip_bomb(megabytes: int) -> Fault:
    """Blanks, a thousand times smaller on the wire."""
    block = gzip.compress(b" " * 1_000_000)

    def fault(exchange: Exchange) -> None:
        exchange.headers["Content-Encoding"] = "gzip"
        exchange.head(len(block) * megabytes)
        for _ in range(megabytes):
            exchange.write(block)
        exchange.close()

    return fault


def endless(exchange: Exchange) -> None:
    """Blanks without end, as fast as they are read."""
    exchange.head()
    exchange.close()
    block = b" " * 65_536
    with contextlib.suppress(OSError):
        while not exchange.portal.closing.is_set():
            exchange.handler.wfile.write(block)


def changed(change: Callable[[dict[str, Any]], Any]) -> Fault:
    """The answer with `change` made to it."""

    def fault(exchange: Exchange) -> None:
        change(exchange.answer)

    return fault


def encoded(encoding: str) -> Fault:
    """The answer in another encoding than it says."""

    def fault(exchange: Exchange) -> None:
        exchange.body = json.dumps(exchange.answer, ensure_ascii=False).encode(encoding, "replace")

    return fault


empty_page = changed(lambda answer: answer.update(results=[]))
nothing_found = changed(lambda answer: answer.update(results=[], totalResults=0))


def page_again(number: int) -> Fault:
    """Page `number` instead of the one asked for."""

    def fault(exchange: Exchange) -> None:
        params = {**exchange.request.params, "pageNumber": str(number)}
        exchange.body = exchange.portal.search(exchange.request._replace(params=params))

    return fault


def filters_ignored(exchange: Exchange) -> None:
    exchange.body = exchange.portal.search(exchange.request._replace(parts=None))


def when(condition: Callable[[Request], bool], fault: Fault) -> Fault:
    """The fault only for some requests."""

    def some(exchange: Exchange) -> None:
        if condition(exchange.request):
            fault(exchange)

    return some


# --- the service ------------------------------------------------------------------------------------------------


class FakePortal:
    """Serves `records`, which may be changed between requests. `requests` are those that came, in order.

    `most` is the largest page it gives, `sort_by` a field it sorts by whatever was asked.
    """

    def __init__(
        self,
        records: Iterable[Record],
        faults: Mapping[int, Fault] | Sequence[Fault | None] | Fault | None = None,
        seed: int = 0,
    ):
        self.records = list(records)
        self.faults = faults
        self.most = MOST
        self.sort_by: str | None = None
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._random = random.Random(seed)
        self._encoded: dict[int, bytes] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.portal = self
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/search-api/prod/rest/search"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
            number = len(self.requests)
        exchange = Exchange(self, handler, request, number)
        fault = self._fault(number)
        if fault is not None:
            fault(exchange)
        if not exchange.sent:
            exchange.send()

    def _fault(self, number: int) -> Fault | None:
        if self.faults is None or callable(self.faults):
            return self.faults
        if isinstance(self.faults, Mapping):
            return self.faults.get(number)
        return self.faults[number - 1] if number <= len(self.faults) else None

    def search(self, request: Request) -> bytes:
        """The answer to a request, filtered and sorted as far as the service understood it."""
        found = self.records
        parts = request.parts or {}
        if "query" in parts:
            found = [r for r in found if _matches(parts["query"], r)]
        if "languages" in parts:
            found = [r for r in found if r.get("language") in parts["languages"]]
        with self._lock:
            found = self._random.sample(found, len(found))
        name = "relevance"
        if "sort" in parts:
            name = self.sort_by or parts["sort"]["field"]
            found = sorted((r for r in found if _values(r, name)), key=lambda r: _values(r, name)[0])
        size = max(1, min(request.size, self.most))
        rows = found[(request.page - 1) * size : request.page * size]
        head = {
            "apiVersion": "2.155",
            "terms": request.params.get("text"),
            "responseTime": 65,
            "totalResults": len(found),
            "pageNumber": request.page,
            "pageSize": size,
            "sort": name,
            "groupByField": "sortStatus",
            "queryLanguage": {"language": "en", "probability": 0.0},
            "spellingSuggestion": "",
            "bestBets": [],
        }
        return json.dumps(head)[:-1].encode() + b',"results":[' + b",".join(map(self._encode, rows)) + b"]}"

    def _encode(self, record: Record) -> bytes:
        if len(self.records) < 1000:
            return json.dumps(record).encode()
        return self._encoded.setdefault(id(record), json.dumps(record).encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    portal: FakePortal

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._take(405, '{"message":"Method Not Allowed"}')

    def do_POST(self) -> None:
        self._take(None, "")

    def _take(self, code: int | None, message: str) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        params = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        fault = (code, message) if code else None
        parts: dict[str, Any] | None = None
        kind = self.headers.get("Content-Type", "")
        if fault is None and "text" not in params:
            fault = (400, '{"type":"businessError","message":"text is missing"}')
        if fault is None and kind.startswith("multipart/form-data"):
            parts, fault = _parts(kind, data)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.portal.take(self, Request(self.command, params, parts, headers, fault))

    def log_message(self, format: str, *args: Any) -> None:
        """Tests have no use for a log of requests."""


def _parts(kind: str, data: bytes) -> tuple[dict[str, Any] | None, tuple[int, str] | None]:
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + data)
    parts = {}
    for part in message.get_payload():
        if "content-type" not in part:  # type: ignore[operator]
            return None, (500, '{"type":"throwable","message":"Content type not supported"}')
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        parts[str(name)] = json.loads(part.get_payload(decode=True))  # type: ignore[union-attr, arg-type]
    if not _known(parts.get("query", {})):
        return None, (400, '{"type":"businessError","message":"Invalid Query format"}')
    return parts, None


def _known(clause: dict[str, Any]) -> bool:
    inner = [c for several in clause.get("bool", {}).values() for c in several]
    return set(clause) <= {"bool", "terms", "term", "range", "text", "phrase"} and all(map(_known, inner))


def _values(record: Record, name: str) -> list[str]:
    found = record.get("metadata", {}).get(name) or []
    return found if isinstance(found, list) else [found]


def _matches(clause: dict[str, Any], record: Record) -> bool:
    parts = clause.get("bool", {})
    should = parts.get("should", [])
    terms = {**clause.get("terms", {}), **{name: [value] for name, value in clause.get("term", {}).items()}}
    return (
        all(_matches(c, record) for c in parts.get("must", []))
        and not any(_matches(c, record) for c in parts.get("must_not", []))
        and (not should or any(_matches(c, record) for c in should))
        and all(set(_values(record, name)) & set(values) for name, values in terms.items())
    )


# --- records ----------------------------------------------------------------------------------------------------


def snapshot(*kinds: str) -> list[Record]:
    """The records of the shipped snapshot, of some types or of all."""
    records = [r for path in sorted(SNAPSHOT.glob("*.json")) for r in json.loads(path.read_text("utf-8"))["results"]]
    return [r for r in records if not kinds or r["metadata"]["type"][0] in kinds]


def _record(reference: str, title: str, metadata: dict[str, Any]) -> Record:
    full = {
        "status": [OPEN],
        "language": ["en"],
        "DATASOURCE": ["SEDIA"],
        "REFERENCE": [reference],
        "title": [title],
        "startDate": ["2026-09-01T00:00:00.000+0000"],
        "deadlineDate": ["2027-04-08T00:00:00.000+0000"],
        "deadlineModel": ["single-stage"],
        "frameworkProgramme": ["43108390"],
        "programmePeriod": ["2021 - 2027"],
        "esDA_IngestDate": ["2026-10-04T04:12:41.938+0200"],
        **metadata,
    }
    return {
        "apiVersion": "2.155",
        "reference": reference,
        "url": "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/home",
        "title": None,
        "contentType": "text/plain",
        "language": full["language"][0],
        "databaseLabel": "SEDIA",
        "database": "SEDIA",
        "summary": title,
        "weight": 4.0,
        "groupById": "1",
        "accessRestriction": False,
        "checksum": f"{zlib.crc32(repr(full).encode()):X}",
        "metadata": full,
    }


def topic(number: int, **metadata: list[str]) -> Record:
    identifier = f"HORIZON-CL5-2027-{number:05d}"
    own = {
        "type": ["1"],
        "identifier": [identifier],
        "callIdentifier": ["HORIZON-CL5-2027"],
        "ccm2Id": [str(50_000_000 + number)],
        "typesOfAction": ["HORIZON  Research and Innovation Actions"],
        "descriptionByte": [
            f'<p class="topicdescriptionkind">Scope:</p><p>Heat from mine water, number {number}.</p>'
        ],
    }
    return _record(f"{50_000_000 + number}TOPICSen", f"Heat networks {number}", {**own, **metadata})


def cascade(number: int, **metadata: list[str]) -> Record:
    own = {
        "type": ["8"],
        "identifier": ["HORIZON-CL4-2026-DATA-01"],
        "callccm2Id": [str(10_000 + number)],
        "callTitle": [f"Open call {number} for small firms"],
        "description": ["<p>Vouchers for digital trials.</p>"],
    }
    return _record(f"{10_000 + number}COMPETITIVE_CALLen", f"Open call {number} for small firms", {**own, **metadata})


def external(number: int, **metadata: list[str]) -> Record:
    own = {
        "type": ["2"],
        "identifier": [f"EuropeAid/{180_000 + number}/DD/ACT/EG"],
        "callIdentifier": [str(180_000 + number)],
        "frameworkProgramme": ["111111"],
    }
    return _record(f"{180_000 + number}PROSPECTSEN", f"Support to water supply {number}", {**own, **metadata})


def ghost(number: int, **metadata: list[str]) -> Record:
    """A record of the abandoned loader: still called forthcoming, long past."""
    record = topic(
        90_000 + number,
        DATASOURCE=["SEDIA_PRD_CENTRICITY"],
        status=[FORTHCOMING],
        deadlineDate=["2024-03-05T17:00:00.000+0000"],
        keywords=['["heat", "mines"]'],
        **metadata,
    )
    reference = f"{45_000_000 + number}HORIZONResearchandInnovationActions1696377600000"
    return {**record, "reference": reference, "databaseLabel": "", "database": None}


def news(number: int) -> Record:
    """An update on a topic: its identifier and title, no status, no deadline."""
    record = topic(number, type=["6"], description=["<p>The call has closed.</p>"])
    for name in ("status", "deadlineDate"):
        del record["metadata"][name]
    return {**record, "reference": f"{48_000_000 + number}5332"}


def copies(record: Record, *languages: str) -> list[Record]:
    """The record once in each language."""
    stem = record["reference"][:-2]
    return [
        {
            **record,
            "reference": stem + language,
            "language": language,
            "metadata": {**record["metadata"], "language": [language], "REFERENCE": [stem + language]},
        }
        for language in languages
    ]


def full_size(count: int, kilobytes: int = 15) -> Iterator[Record]:
    """Topics as long as real ones: a text, conditions and a destination of `kilobytes` each, no two alike."""
    words = [
        "heat",
        "mine",
        "water",
        "district",
        "network",
        "steel",
        "hydrogen",
        "river",
        "port",
        "skills",
        "data",
        "waste",
        "energy",
        "soil",
        "air",
    ]
    chance = random.Random(1)

    def text(kind: str) -> str:
        parts, length = [f'<p class="topicdescriptionkind">{kind}:</p>'], 0
        while length < kilobytes * 1000:
            parts.append(f'<p style="margin: 0cm">{" ".join(chance.choices(words, k=60))} – “quoted”&nbsp;…</p>')
            length += len(parts[-1])
        return "".join(parts)

    for number in range(count):
        yield topic(number, descriptionByte=[text("Scope")], topicConditions=[text("Conditions")])
