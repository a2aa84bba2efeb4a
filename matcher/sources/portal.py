"""The EU Funding & Tenders Portal: what goes out is in `records`, what is read in `parse`."""

from matcher.sources._parse import is_ghost, parse
from matcher.sources._query import probe
from matcher.sources._scan import records

LABEL = "EU Funding & Tenders Portal"

__all__ = ["LABEL", "is_ghost", "parse", "probe", "records"]
