"""What the tests of the store build from: calls, their records, runs, and a store on either database."""

import json
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from matcher.ledger import Run
from matcher.model import Budget, Call, Deadline, Kind, Section, Status
from matcher.store import Parsed, Store

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
DAY = date(2026, 11, 23)


def call(number: int = 1, **fields: Any) -> Call:
    """A topic with text, html and a deadline in 2027; `fields` replace any of it."""
    whole: dict[str, Any] = {
        "reference": f"{number:05}TOPICSen",
        "source": "portal",
        "kind": Kind.TOPIC,
        "identifier": f"HORIZON-CL5-2027-{number:05}",
        "title": f"Clean rivers, part {number}",
        "sections": [Section(kind="scope", text=f"Barges and locks of the year {number}.")],
        "html": f"<p>Barges &amp; locks {number}</p>",
        "deadlines": [Deadline(on=date(2027, 9, 15))],
        "portal_status": Status.OPEN,
        "budget": Budget(total=1_000_000),
    }
    return Call(**(whole | fields))


def parsed(one: Call, record: Any = None, fetched: datetime = NOW) -> Parsed:
    """The call with a raw record that differs whenever the call does, unless `record` is given."""
    content = {"metadata": record if record is not None else one.model_dump(mode="json")}
    return Parsed(one, zlib.compress(json.dumps(content).encode()), fetched)


def run(scope: str = "live", source: str = "portal", **fields: Any) -> Run:
    return Run(source=source, scope=scope, started=NOW, **fields)


def publish(store: Store, calls: Iterable[Call], day: date = DAY, scope: str = "live", source: str = "portal") -> Run:
    """One whole pull: begun and published."""
    begun = store.begin(run(scope, source))
    return store.publish(begun, [parsed(one) for one in calls], [], day)
