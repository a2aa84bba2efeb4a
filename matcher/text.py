"""Strings from outside made fit to store, show and rank: pure, total, never raising for any text.

Call text is data. It may hold lone surrogates, control characters, invisible and direction-changing characters,
and addresses that pretend to be others; all of that ends here, before anything is stored.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

TEXT_LIMIT = 200_000
"""Bytes (UTF-8) kept of one text field."""
RECORD_LIMIT = 2_000_000
"""Bytes (UTF-8) of one record that a source may deliver."""

# Left-overs of Windows-1252 text that was labelled ISO 8859-1: 0x92 is an apostrophe, 0x96 a dash.
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_MAP: dict[int, str] = {
    **_WINDOWS,
    **dict.fromkeys((0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F, 0x85), " "),
    **dict.fromkeys((0x0D, 0x2028, 0x2029), "\n"),
}
# Control characters, soft hyphen, direction and zero-width characters, non-characters, tags, surrogates. Few ranges
# in two alternatives: one class with characters beyond 0xFFFF is searched twenty times slower.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_TAGS = re.compile("[\U000e0000-\U000e007f]")
_EMPTY_LINES = re.compile(r"\n{3,}")


def _replacement(match: re.Match[str]) -> str:
    return _MAP.get(ord(match[0]), "")


def clean_text(s: str) -> str:
    """`s` without surrogates, control, zero-width and direction characters, soft hyphens; in composed form (NFC).

    Newline and tab stay; CR, CR LF and the Unicode line separators become a newline, vertical tab and form feed a
    blank. Idempotent, and always encodable in UTF-8.
    """
    if s.isascii() and s.isprintable():
        return s
    s = _SUSPECT.sub(_replacement, s.replace("\r\n", "\n"))
    if not s.isascii():
        s = _TAGS.sub("", s)
    return s if unicodedata.is_normalized("NFC", s) else unicodedata.normalize("NFC", s)


def squeeze(s: str) -> str:
    """One line: clean, every run of white space (no-break space too) one blank, none at the ends."""
    return " ".join(clean_text(s).split())


def paragraphs(s: str) -> str:
    """Clean text of several lines: blanks squeezed and trimmed in each line, at most one empty line in a row."""
    lines = (" ".join(line.split()) for line in clean_text(s).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def ranking_form(s: str) -> str:
    """The form both sides of a comparison take before words are cut: clean and NFKC (ligatures, full width, …).

    Case stays. Idempotent.
    """
    s = clean_text(s)
    return s if s.isascii() else clean_text(unicodedata.normalize("NFKC", s))


def fold(s: str) -> str:
    """`ranking_form` without case and accents (ß is ss): for looking up names and headings, not for showing."""
    s = unicodedata.normalize("NFKD", ranking_form(s).casefold())
    return squeeze("".join(c for c in s if not unicodedata.combining(c)).casefold())


def unguarded(s: str) -> str:
    """A cell of a sheet without the apostrophe put before a text that a spreadsheet would run as a formula.

    One before another apostrophe goes too: that is how a text of its own that begins like this is kept.
    """
    rest = s[1:].strip() if s.startswith("'") else ""
    start = unicodedata.normalize("NFKC", rest[:1])[:1]
    return rest if start and start in "'=+-@|%" else s


def cut(s: str, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """At most `limit` bytes of `s` in UTF-8, and whether something was cut off; it then has no lone surrogates."""
    if len(s) * 4 <= limit:
        return s, False
    data = s.encode(errors="ignore")
    if len(data) <= limit:
        return s, False
    return data[:limit].decode(errors="ignore"), True


_ADDRESS = re.compile(r"https://([a-z0-9.-]+)((?:[/?#].*)?)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ENDING = re.compile(r"[a-z]{2,24}|xn--[a-z0-9-]{2,59}")
_RESERVED = {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "onion", "arpa"}
_URL_LIMIT = 2000


@lru_cache(maxsize=2048)
def _address(url: str) -> tuple[str, str] | None:
    """Host (lower case) and the rest (percent-encoded) of an https address without credentials or port, else None."""
    if clean_text(url) != unicodedata.normalize("NFC", url) or re.search(r"[\s\\]", url):
        return None
    match = _ADDRESS.fullmatch(url)
    if match is None:
        return None
    host, labels = match[1].lower(), match[1].lower().split(".")
    if len(host) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return host, quote(match[2], safe="/?#[]@!$&()*+,;=:%~-._")


def safe_url(url: str) -> str | None:
    """The address if it is https on europa.eu or a host below it, without credentials, port or tricks; else None.

    The only kind of link that is taken from a portal record. Host in lower case, rest percent-encoded.
    """
    found = _address(url.strip(" \t\r\n")) if len(url) <= _URL_LIMIT else None
    if found is None:
        return None
    host, rest = found
    return f"https://{host}{rest}" if host == "europa.eu" or host.endswith(".europa.eu") else None


def public_url(url: str) -> str | None:
    """The address if it is https on a public host name (no number, local name, credentials or port); else None.

    For organisers' sites: shown as text where it comes from a record, a link only where the office itself typed it.
    """
    found = _address(url.strip(" \t\r\n")) if len(url) <= _URL_LIMIT else None
    if found is None:
        return None
    host, rest = found
    ending = host.rpartition(".")[2]
    return f"https://{host}{rest}" if _ENDING.fullmatch(ending) and ending not in _RESERVED else None
