"""Which address may be called, and what went wrong on the way, in words that give nothing away; times in headers."""

import contextlib
import ipaddress
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests.exceptions

from matcher.errors import InputError
from matcher.sources._page import plain

# One full match on plain ASCII, so that no two readers of an address can disagree about its host.
_EUROPA = re.compile(r"https://(?:[a-z0-9-]+\.)*europa\.eu(?::443)?(?:/[A-Za-z0-9._~/-]*)?")
_LOOPBACK = re.compile(r"https?://(localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")


def check_address(address: str, allow_loopback: bool) -> str:
    """The host of an address we may call: https on europa.eu, or this machine where that was allowed.

    Raises InputError for anything else.
    """
    loopback = _LOOPBACK.fullmatch(address)
    if not (_EUROPA.fullmatch(address) or (allow_loopback and loopback and is_loopback(loopback[1].strip("[]")))):
        raise InputError(
            f"The address {plain(address.split('?')[0].rsplit('@', 1)[-1], 80)!r} is not allowed: it must begin with "
            "https:// and lie on a europa.eu host (set MATCHER_PORTAL, or leave it unset for the portal itself)."
        )
    return urlsplit(address).hostname or ""


def is_loopback(host: str) -> bool:
    """Whether a host name or number means this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(location: str) -> str:
    """The host of a foreign address, fit to be printed."""
    with contextlib.suppress(ValueError):
        return plain(urlsplit(location).hostname or "an unknown address")
    return "an unknown address"


def what_broke(fault: Exception, host: str, connect: float, read: float) -> tuple[str, str, dict[str, str | float]]:
    """Sentence, code and values of a failed request, without the library's own text: that may hold passwords."""
    at: dict[str, str | float] = {"host": host}
    match fault:
        case requests.exceptions.SSLError():
            said = f"No secure connection to {host}: its certificate was not accepted (REQUESTS_CA_BUNDLE?)."
            return said, "certificate", at
        case requests.exceptions.ProxyError():
            return f"The proxy did not let us through to {host} (HTTPS_PROXY?).", "proxy", at
        case requests.exceptions.ConnectTimeout():
            said = f"{host} did not accept a connection within {span(connect)}."
            return said, "no_connection", {**at, "seconds": connect}
        case requests.exceptions.ChunkedEncodingError() | requests.exceptions.ContentDecodingError():
            return f"The answer of {host} broke off in the middle.", "broke_off", at
    if isinstance(fault, requests.exceptions.Timeout) or "timed out" in str(fault):
        return f"{host} sent nothing for {span(read)}.", "silent", {**at, "seconds": read}
    return f"{host} cannot be reached or closed the connection.", "unreachable", at


def span(seconds: float) -> str:
    """Seconds in words: minutes where they are whole."""
    return f"{seconds / 60:g} minutes" if seconds >= 120 and seconds % 60 == 0 else f"{seconds:.3g} seconds"


def date_of(header: str | None) -> datetime | None:
    """A date of a header, with a time zone; None where it is missing or nonsense."""
    with contextlib.suppress(TypeError, ValueError, OverflowError, IndexError):
        when = parsedate_to_datetime(header or "")
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None


def wait_of(header: str | None, at: datetime | None) -> float | None:
    """Seconds a server asks us to wait, a date measured by its own clock; None for anything else."""
    if re.fullmatch(r"[0-9]{1,15}", (header or "").strip(), re.ASCII):
        return float(header or "")
    when = date_of(header)
    ahead = (when - at).total_seconds() if when and at else 0.0
    return ahead if ahead > 0 else None


def when(seconds: float, at: datetime | None) -> str:
    """When a server wants to be asked again, by its own clock if it told it."""
    with contextlib.suppress(OverflowError):
        if at is not None:
            return f"at {at + timedelta(seconds=seconds):%d.%m.%Y %H:%M} UTC"
    return f"in {span(seconds)}"


def moment_of(seconds: float, at: datetime | None) -> str:
    """That moment as an ISO minute in UTC; empty where it is not known or no date can say it."""
    with contextlib.suppress(OverflowError):
        if at is not None:
            return f"{(at + timedelta(seconds=seconds)).astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    return ""
