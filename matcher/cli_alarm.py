"""What an unattended pull does beside pulling: log lines are set up, failures and their end are told by mail."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from matcher import alarm, log
from matcher.cli_common import console
from matcher.errors import InputError, MatcherError
from matcher.settings import Settings
from matcher.settings_service import Service

if TYPE_CHECKING:
    from matcher.ledger import Run

TOLD = (1, 3, 4, 5)
GOOD = (0, 10)


def service() -> Service:
    """The settings of the service; InputError naming the variable that is wrong."""
    try:
        return Service()
    except ValidationError as error:
        names = ", ".join(f"MATCHER_{str(fault['loc'][0]).upper()}" for fault in error.errors(include_input=False))
        raise InputError(f"This setting cannot be understood: {names} (README, Configuration).") from None


def set_up_log() -> None:
    chosen = service()
    if chosen.log:
        log.set_up(chosen.log, chosen.secrets(Settings()))


@contextmanager
def watched(settings: Settings) -> Iterator[list[Run]]:
    """Put the run into the list that is given; how it went, or the error that leaves the block, is told by mail."""
    runs: list[Run] = []
    try:
        yield runs
    except MatcherError as error:
        _tell(settings, error)
        raise
    except Exception as error:
        log.event("fault", kind=type(error).__name__)
        _tell(settings, MatcherError(f"Unexpected error ({type(error).__name__}); the log has the details."))
        raise
    if runs:
        _tell(settings, runs[-1])


def _tell(settings: Settings, outcome: Run | MatcherError) -> None:
    chosen = service()
    code = outcome.exit_code
    if not alarm.wanted(chosen) or code not in (*TOLD, *GOOD):
        return
    from matcher.desk_clock import now
    from matcher.views.run_mail import letter

    moment = now()

    def write(what: alarm.What, since: datetime) -> alarm.Letter:
        last, readable = last_list(settings) if isinstance(outcome, MatcherError) else (None, True)
        subject, text = letter(
            what, outcome, settings.language, since=since, now=moment, region=settings.region,
            host=platform.node() or "?", last=last, readable=readable,
        )  # fmt: skip
        secrets = chosen.secrets(settings)
        return alarm.Letter(subject, "\n".join(log.masked(line, secrets) for line in text.split("\n")))

    trouble = alarm.tell(chosen, chosen.state_file(settings), code in TOLD, moment, write)
    if trouble:
        console.print(trouble, style="yellow", markup=False, soft_wrap=True)


def last_list(settings: Settings) -> tuple[Run | None, bool]:
    """The list that stays, and whether the store could be asked for it."""
    from matcher import desk

    with suppress(MatcherError), desk.open_store(settings) as store:
        return desk.last_pull(store), True
    return None, False
