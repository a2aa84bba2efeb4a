"""The EU Funding & Tenders Portal: what goes out is in `records`, what is read in `parse`."""

from matcher.sources._parse import is_ghost, parse
from matcher.sources._query import probe
from matcher.sources._scan import records
from matcher.sources._stamp import parser_version

LABEL = "EU Funding & Tenders Portal"

__all__ = ["LABEL", "is_ghost", "parse", "parser_version", "probe", "records"]
