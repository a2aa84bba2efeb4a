"""The EU Funding & Tenders Portal: what goes out is in `records`, what is read in `parse`."""

from matcher.sources._parse import is_ghost, parse
from matcher.sources._scan import probe, records

LABEL = "EU Funding & Tenders Portal"

__all__ = ["LABEL", "is_ghost", "parse", "probe", "records"]
