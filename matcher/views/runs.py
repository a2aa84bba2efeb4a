"""How harvests went, newest first, and what they refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from matcher.ledger import Reject, Run
from matcher.words import has, moment, say

COLUMNS = (
    "started", "finished", "source", "scope", "outcome", "message", "received", "stored", "added", "altered", "same",
    "duplicates", "refused", "ghosts", "not_seen", "returned", "pages", "requests", "changes", "recorded_on", "state",
    "exit_code", "seconds", "id",
)  # fmt: skip
REJECTS = ("rejected_because", "reason", "key", "excerpt")


def build(runs: Sequence[Run], language: str) -> pd.DataFrame:
    """One run a row (`COLUMNS`); received = stored + duplicates + refused + ghosts. Times are Brussels, in words."""
    rows = [_row(run, language) for run in sorted(runs, key=lambda r: (r.started, r.id or 0), reverse=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def rejects(found: Sequence[Reject], language: str) -> pd.DataFrame:
    """What a run did not store, one record a row (`REJECTS`): reason in words, reason as kept, key, excerpt."""
    rows = [(_reason(reject.reason, language), reject.reason, reject.key, reject.excerpt) for reject in found]
    return pd.DataFrame(rows, columns=list(REJECTS), dtype=object)


def _row(run: Run, language: str) -> dict[str, Any]:
    return {
        "started": moment(run.started, language),
        "finished": moment(run.finished, language) if run.finished else None,
        "source": run.source,
        "scope": say(f"states.scope.{run.scope}", language),
        "outcome": say(f"states.run.{run.state}", language),
        "message": run.message,
        "received": run.received,
        "stored": run.stored,
        "added": run.new,
        "altered": run.changed,
        "same": run.same,
        "duplicates": run.duplicates,
        "refused": run.refused,
        "ghosts": run.rejected.get("ghost", 0),
        "not_seen": run.not_seen,
        "returned": run.returned,
        "pages": run.pages,
        "requests": run.requests,
        "changes": run.changes,
        "recorded_on": run.recorded_on,
        "state": run.state,
        "exit_code": run.exit_code,
        "seconds": _seconds(run.started, run.finished),
        "id": run.id,
    }


def _seconds(started: datetime, finished: datetime | None) -> float | None:
    return None if finished is None else round((finished - started).total_seconds(), 1)


def _reason(reason: str, language: str) -> str:
    key = f"states.reject.{reason}"
    return say(key, language) if has(key, language) else reason
