"""What the status of an answer means: good, worth another try, or the end of the pull."""

from datetime import datetime

import requests

from matcher.errors import SourceError
from matcher.sources._faults import date_of, host_of, wait_of

KEPT = "The last list stays."
LATER = "Try again in an hour; if it happens again, run `matcher doctor`."


class AgainError(SourceError):
    """Worth another try, after `after` seconds if the server said so; `at` is then the clock of the server."""

    def __init__(self, message: str, after: float | None = None, at: datetime | None = None):
        super().__init__(message)
        self.after, self.at = after, at


def check_status(response: requests.Response, host: str) -> None:
    """Raises SourceError for a redirect or a refusal, AgainError for what may pass: only a 2xx is left."""
    status = response.status_code
    if 300 <= status < 400:
        target = host_of(response.headers.get("Location", ""))
        raise SourceError(f"{host} wants to send us to {target}; we do not follow. {KEPT} {LATER}").coded(
            "redirect", host=host, target=target
        )
    if status == 429 or status >= 500:
        said, code = ("is busy", "busy") if status in (429, 503) else ("has a fault", "server_fault")
        at = date_of(response.headers.get("Date"))
        after = wait_of(response.headers.get("Retry-After"), at)
        raise AgainError(f"{host} {said} (HTTP {status}).", after, at).coded(code, host=host, status=status)
    if status >= 400:
        raise SourceError(
            f"{host} refused the request (HTTP {status}): the form of the request may have changed. {KEPT} "
            "Run `matcher doctor` and report what it prints."
        ).coded("request_refused", host=host, status=status)
