"""The store: the only place that opens a database. SQLite by default, PostgreSQL by URL, one behaviour.

A pull is published whole or not at all; what people typed is only ever added to. Every call here is one transaction
of its own, so a `Store` may be shared by all threads of a program. The parts: `_open` (create, migrate, refuse),
`_plan` and `_publish` (one pull), `_calls` and `_runs` (reading it), `_people` (profiles, decisions), `_shelf`
(saved views, lists, visits), `_keep` (copies, health).
"""

from matcher.store._calls import Calls, Life, Version
from matcher.store._keep import Keeping
from matcher.store._people import People
from matcher.store._publish import Publishing
from matcher.store._shelf import Shelving
from matcher.store._stand import Parsed, Reading, Unchanged

__all__ = ["Life", "Parsed", "Reading", "Store", "Unchanged", "Version"]


class Store(Calls, Publishing, People, Shelving, Keeping):
    """`Store(url, region=…)` creates or migrates the database and opens it; also a context manager that closes it."""
