"""A list of objects for programs: unknown is null, dates are ISO, lists stay lists."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from matcher.exports._cell import cell, check_size
from matcher.exports._columns import typed
from matcher.exports._provenance import notice

FIRST = ("reference", "identifier", "title", "priority", "score", "status", "deadline")


def json_list(table: pd.DataFrame, provenance: Mapping[str, str] | None = None) -> bytes:
    """One object a call: `FIRST`, then every other column, then `data_of`, `scope`, `profile_version`, `notice`."""
    check_size(len(table), "en")
    told = provenance or {}
    tail = {key: told.get(key) for key in ("data_of", "scope", "profile_version")}
    tail["notice"] = notice(told, "en") if told else None
    names = [*FIRST, *(str(name) for name in table.columns if name not in FIRST)]
    rows = [{**{name: _json(row.get(name)) for name in names}, **tail} for row in table.to_dict("records")]
    return json.dumps(rows, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8")


def _json(value: Any) -> Any:
    value = typed(value)
    if isinstance(value, list):
        return [_json(v) for v in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 4)
    return cell(value) if isinstance(value, str) else value
