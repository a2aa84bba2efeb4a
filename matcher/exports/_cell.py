"""The one guard every text passes on its way into a file, and the limits of a sheet.

Titles and notes are untrusted: a spreadsheet program runs a cell that begins like a formula.
"""

import unicodedata

from matcher.errors import InputError
from matcher.text import clean_text, public_url, safe_url, squeeze
from matcher.words import say

LONGEST = 32_767
"""Characters (UTF-16 units) that Excel and LibreOffice keep of one cell."""
MOST_ROWS = 50_000
_BLANKS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace() and chr(c) not in "\t\r\n")
_STARTS = frozenset("=+-@|%\t\r\n")


def cell(value: str) -> str:
    """Clean text with LF as its only line break: no control, invisible or direction characters, no surrogates."""
    return clean_text(value)


def guarded(value: str) -> str:
    """`cell` for CSV: an apostrophe before what a spreadsheet would read as a formula (full-width forms, too)."""
    text = cell(value)
    start = text.lstrip(_BLANKS)[:1]
    return f"'{text}" if start and unicodedata.normalize("NFKC", start)[:1] in _STARTS else text


def fitted(text: str, language: str) -> tuple[str, bool]:
    """The text within `LONGEST`, a visible mark at its end if it was cut, and whether it was."""
    if len(text) * 2 <= LONGEST or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text, False
    mark = say("exports.cut", language)
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - len(mark))]
    return kept.decode("utf-16-le", "ignore") + mark, True


def between_words(text: str, most: int) -> str:
    """One line of at most `most` characters, shortened between two words; a single longer word is cut."""
    plain = squeeze(text)
    if len(plain) <= most:
        return plain
    kept = plain[: most - 1].rpartition(" ")[0] or plain[: most - 2]
    return f"{kept} …"


def link(url: object, kind: object) -> str | None:
    """The address if it may be a link: https on europa.eu, or any public host for a call of the office's own list."""
    if not isinstance(url, str):
        return None
    return safe_url(url) or (public_url(url) if kind == "own" else None)


def check_size(rows: int, language: str) -> None:
    """Raises InputError for more rows than an export may have."""
    if rows > MOST_ROWS:
        raise InputError(say("exports.too_many", language, n=rows, most=MOST_ROWS))
