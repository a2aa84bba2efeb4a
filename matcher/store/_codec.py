"""Nouns as the database keeps them: one JSON text each, free of anything a database cannot hold, and back."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from matcher.errors import InputError, StoreError
from matcher.model import Call, Kind, Noun

KEPT_APART = {"html", "first_seen", "last_seen"}
LONGEST_KEY = 500
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
N = TypeVar("N", bound=Noun)


class Packed(NamedTuple):
    """A call as its row, small enough to hold 10,000 of them: body encoded, html zlib."""

    reference: str
    source: str
    kind: Kind
    identifier: str
    portal_status: str
    last_deadline: date | None
    hash: str
    body: bytes
    html: bytes | None

    def row(self, since: date) -> dict[str, Any]:
        return self._asdict() | {"kind": self.kind.value, "since": since, "body": self.body.decode()}


class Coded(NamedTuple):
    """A scrubbed call with its encoded body; `hash` is over the body and the html."""

    call: Call
    body: bytes
    hash: str

    def pack(self) -> Packed:
        call = self.call
        return Packed(
            reference=call.reference,
            source=call.source,
            kind=call.kind,
            identifier=call.identifier,
            portal_status=call.portal_status.value,
            last_deadline=max((d.on for d in call.deadlines), default=None),
            hash=self.hash,
            body=self.body,
            html=zlib.compress(call.html.encode(), 1) if call.html is not None else None,
        )


def scrub(value: Any) -> Any:
    """The same with NUL and lone surrogates as the replacement character, in every text however deep."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {scrub(key): scrub(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(item) for item in value]
    return value


def checked(noun: N) -> N:
    """The noun validated anew (an attribute may have been set to anything) and scrubbed; raises InputError."""
    try:
        return type(noun).model_validate(scrub(noun.model_dump()))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise InputError(
            f"This {type(noun).__name__.lower()} cannot be saved: {'; '.join(faults[:5])}.", faults
        ) from None


def text_of(noun: Noun, without: set[str] | None = None) -> str:
    """JSON of a checked noun. Defaults are left out, so that a new field changes no stored text."""
    return noun.model_dump_json(exclude=without, exclude_defaults=True)


def read(kind: type[N], text: str | bytes, **more: Any) -> N:
    """Raises StoreError if the text is not such a noun (damaged, or of a newer program)."""
    try:
        noun = kind.model_validate_json(text)
    except ValidationError as error:
        raise StoreError(
            f"A stored {kind.__name__.lower()} cannot be read ({error.error_count()} faults). "
            "The database may be damaged: run matcher doctor, or restore a backup."
        ) from None
    for name, value in more.items():
        setattr(noun, name, value)
    return noun


def code(call: Call) -> Coded:
    """Raises InputError for a reference too long to be one."""
    if len(call.reference) > LONGEST_KEY or len(call.identifier) > LONGEST_KEY:
        raise InputError(f"The reference {call.reference[:60]!r}… is longer than {LONGEST_KEY} characters.")
    try:
        body = text_of(call, KEPT_APART).encode()
        html = call.html.encode() if call.html is not None else None
        clean = b"\\u0000" not in body and (html is None or b"\0" not in html)
    except (PydanticSerializationError, UnicodeEncodeError):
        clean = False
    if not clean:
        call = checked(call)
        body = text_of(call, KEPT_APART).encode()
        html = call.html.encode() if call.html is not None else None
    return Coded(call, body, content_hash(body, html))


def content_hash(body: bytes, html: bytes | None) -> str:
    return hashlib.sha256(body + b"\0" + (html or b"")).hexdigest()


def unpack(data: bytes | None) -> str | None:
    """Packed html as text; raises StoreError if it is damaged."""
    if data is None:
        return None
    try:
        return zlib.decompress(data).decode()
    except (zlib.error, UnicodeDecodeError):
        raise StoreError("A stored text is damaged: run matcher doctor, or restore a backup.") from None


def unpack_record(data: bytes) -> dict[str, Any]:
    """A raw record as received; raises StoreError if it is damaged."""
    try:
        record = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError):
        raise StoreError("A stored raw record is damaged: run matcher doctor, or restore a backup.") from None
    if not isinstance(record, dict):
        raise StoreError("A stored raw record is not a record: run matcher doctor, or restore a backup.")
    return record


def digest(hashes: Iterable[tuple[str, str]]) -> str:
    """One SHA-256 over (reference, hash) of all calls, whatever their order."""
    total = hashlib.sha256()
    for reference, value in sorted(hashes):
        total.update(f"{reference}\0{value}\n".encode())
    return total.hexdigest()
