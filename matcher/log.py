"""What happens while nobody watches: one line an event on stderr, for a person or (JSON) for a machine.

Off until `set_up` is called. A secret never reaches a line: what was named as one is masked wherever it stands, and
so is a login in an address.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

LOGGER = logging.getLogger("matcher.events")
LOGGER.setLevel(logging.INFO)
LOGGER.propagate = False
MASK = "***"
LONGEST = 1000

_LOGIN = re.compile(r"(//)[^/@\s]*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Value = str | int | float | bool | None


def event(name: str, **values: Value) -> None:
    """Something happened: `name` in a few lower-case words, `values` short and never text that people typed."""
    LOGGER.info(name, extra={"values": values})


def set_up(style: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Write events as `style` "json" or "text" to `stream` (stderr); any other style writes none.

    Replaces what an earlier call set up. `secrets`: texts that must not appear, such as passwords.
    """
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
    if style not in ("json", "text"):
        return
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines(style, [secret for secret in secrets if secret]))
    LOGGER.addHandler(handler)


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text on one line with every secret, and every login in an address, as three stars; cut if very long."""
    # The longest first: a short secret may be a part of a long one.
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _CONTROL.sub(" ", _LOGIN.sub(rf"\1{MASK}@", text))[:LONGEST]


class _Lines(logging.Formatter):
    def __init__(self, style: str, secrets: list[str]):
        super().__init__()
        self._json, self._secrets = style == "json", secrets

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        values = {
            name: masked(value, self._secrets) if isinstance(value, str) else value
            for name, value in getattr(record, "values", {}).items()
        }
        name = masked(record.getMessage(), self._secrets)
        if self._json:
            return json.dumps({"at": at, "event": name, **values}, ensure_ascii=False)
        said = " ".join(f"{key}={value}" for key, value in values.items() if value is not None)
        return f"{at} {name} {said}".rstrip()
