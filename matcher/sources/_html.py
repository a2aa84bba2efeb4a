"""HTML of call texts as plain text by section, and as the few tags that are safe to show.

The markup is pasted from Word: inline styles, nested spans, broken attributes, headings of sections marked by
`class="topicdescriptionkind"` on a SPAN (2025) or a P (2026). A real parser reads it; what no parser survives in
reasonable time (thousands of levels) goes through a scanner in one pass instead.
"""

import html
import re
from typing import NamedTuple

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from matcher.model import Section
from matcher.text import clean_text, cut, paragraphs, public_url, safe_url, squeeze

BLOCKS = (
    "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "legend", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
)  # fmt: skip
UNREAD = (
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head", "title",
    "textarea", "select", "noframes", "xmp",
)  # fmt: skip
SHOWN = {
    "p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "u", "sup", "sub", "blockquote", "h3", "h4", "h5",
    "h6", "table", "thead", "tbody", "tr", "td", "th", "caption", "dl", "dt", "dd", "a",
}  # fmt: skip
_FLAT = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "p", "li", "td", "th", "tr", "dd", "dt", "option",
}  # fmt: skip

# A marker stands where a heading stood; private-use characters, taken out of the source first.
_MARK = re.compile("\ue000([0-9]{1,6})\ue001")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[a-zA-Z/!?]")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{10000}")
_LONE_BULLET = re.compile(r"(?m)^- *\n+(?:- *\n+)*")
_LAST_BULLET = re.compile(r"(?:^|\n)-$")
_DEEPEST = 200
_QUICK = 20_000
_HEADING_LIMIT = 80
_KINDS = {
    "expectedoutcome": "expected outcome",
    "expectedoutcomes": "expected outcome",
    "scope": "scope",
    "objective": "objective",
    "objectives": "objective",
    "specificobjective": "objective",
    "specificobjectives": "objective",
    "expectedimpact": "expected impact",
    "expectedimpacts": "expected impact",
    "impact": "expected impact",
    "specifictopicconditions": "conditions",
    "specificconditions": "conditions",
    "topicconditions": "conditions",
    "conditions": "conditions",
}
_PLAIN_HEADING = re.compile(
    r"(?im)^(expected ?outcomes?|scope|(?:specific )?objectives?|expected ?impacts?|specific topic conditions) ?:?$"
)


class Reading(NamedTuple):
    """`sections` in their order, `html` with few safe tags (None if there is no text)."""

    sections: list[Section]
    html: str | None


def read(source: str, *, addresses: bool = False) -> Reading:
    """The sections and the safe HTML of a description; with `addresses`, organisers' addresses stand in the text."""
    source = _unmarked(clean_text(source))
    if not _ANY_TAG.search(source):
        text, headings = html.unescape(source), list[str]()
    elif hostile(source):
        text, headings = _scan(source), []
    else:
        text, headings = _tree_text(source, addresses)
        found = _sections(text, headings)
        return Reading(found, _safe(source) if found else None)
    found = _sections(text, headings)
    return Reading(found, _as_html(found))


def plain(source: str) -> str:
    """The text of a piece of HTML: blocks on lines of their own, entities decoded once, no tag left."""
    return "\n\n".join(section.text for section in read_sections(source))


def read_sections(source: str) -> list[Section]:
    """As `read`, without the safe HTML."""
    source = _unmarked(clean_text(source))
    if not _ANY_TAG.search(source):
        return _sections(html.unescape(source), [])
    if hostile(source):
        return _sections(_scan(source), [])
    return _sections(*_tree_text(source, False))


def _unmarked(text: str) -> str:
    return text.replace("\ue000", "").replace("\ue001", "")


def _one_line(source: str) -> str:
    """Breaks in the source are blanks in the text."""
    return source.replace("\n", " ").replace("\t", " ")


def hostile(source: str) -> bool:
    """Whether a parser that builds a tree would need quadratic time: levels in the hundreds, or an endless tag."""
    if len(source) <= _QUICK:
        return False
    if _LONG_TAG.search(source):
        return True
    depth = 0
    for match in _TAG.finditer(source):
        if match[2].lower() in _FLAT:
            continue
        depth = depth - 1 if match[1] and depth else depth + (not match[1])
        if depth > _DEEPEST:
            return True
    return False


def _tree_text(source: str, addresses: bool) -> tuple[str, list[str]]:
    """Text with a newline at every block border and a marker for every heading; and the headings."""
    body = LexborHTMLParser(_one_line(source)).body
    if body is None:
        return "", []
    for node in body.css(",".join(UNREAD)):
        node.decompose()
    if addresses:
        for node in body.css("a[href]"):
            _write_address(node)
    headings: list[str] = []
    for node in body.css('[class*="topicdescriptionkind" i]'):
        heading = squeeze(node.text(deep=True, separator=" ")).strip(" :")
        node.insert_before(f"\n\ue000{len(headings)}\ue001\n")
        headings.append(heading if len(heading) <= _HEADING_LIMIT else "")
        if len(heading) <= _HEADING_LIMIT:
            node.decompose()
    for node in body.css(",".join(BLOCKS)):
        node.insert_before("\n")
        node.insert_after("\n")
    for node in body.css("li"):
        node.insert_before("\n- ")
        node.insert_after("\n")
    for node in body.css("td,th"):
        node.insert_after(" ")
    return body.text(deep=True, separator=""), headings


def _write_address(node: LexborNode) -> None:
    url = public_url(node.attributes.get("href") or "")
    if url is None or safe_url(url):
        return
    shown = url.removeprefix("https://").rstrip("/")
    if shown.removeprefix("www.") not in node.text(deep=True):
        node.insert_after(f" ({shown})")


def _sections(text: str, headings: list[str]) -> list[Section]:
    if not headings:
        text = _PLAIN_HEADING.sub(lambda match: _plain_mark(match, headings), paragraphs(text))
    pieces = _MARK.split(text)
    found = [_section("", pieces[0])]
    for number, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        index = int(number)
        found.append(_section(headings[index] if index < len(headings) else "", piece))
    return [section for section in found if section.text]


def _plain_mark(match: re.Match[str], headings: list[str]) -> str:
    headings.append(match[1])
    return f"\ue000{len(headings) - 1}\ue001"


def _section(heading: str, piece: str) -> Section:
    text = _LONE_BULLET.sub("- ", paragraphs(_unmarked(piece))).lstrip(" :\n")
    text = _LAST_BULLET.sub("", text).rstrip()
    kind = _KINDS.get(re.sub(r"[^a-z]", "", heading.lower()))
    if kind is None and heading and text:
        text = f"{heading}: {text}"
    return Section(kind=kind or "text", text=cut(text)[0].rstrip())


def _safe(source: str) -> str | None:
    """Few tags, links on europa.eu only, nothing that loads or runs."""
    result = nh3.clean(
        source,
        tags=SHOWN,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}},
        attribute_filter=_only_safe_links,
        url_schemes={"https"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return clean_text(result).strip() or None


def _only_safe_links(tag: str, attribute: str, value: str) -> str | None:
    return safe_url(value) if (tag, attribute) == ("a", "href") else None


def _as_html(sections: list[Section]) -> str | None:
    lines = [line for section in sections for line in section.text.split("\n") if line]
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines) or None


_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_REST = re.compile(r"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")


def _scan(source: str) -> str:
    """Text of hostile markup in one pass and without a tree; an unclosed tag or comment swallows the rest."""
    pieces: list[str] = []
    source = _one_line(source)
    position = 0
    while (start := source.find("<", position)) >= 0:
        pieces.append(html.unescape(source[position:start]))
        name = _NAME.match(source, start + 1)
        if source.startswith("<!--", start):
            end = source.find("-->", start + 4)
            position = end + 3 if end >= 0 else len(source)
        elif source.startswith(("<!", "<?"), start):
            end = source.find(">", start)
            position = end + 1 if end >= 0 else len(source)
        elif name is None:
            pieces.append("<")
            position = start + 1
        else:
            rest = _REST.match(source, name.end())
            position = rest.end() if rest else len(source)
            tag = name[1].lower()
            if tag in UNREAD and not source.startswith("</", start):
                close = re.compile(f"</{tag}", re.IGNORECASE).search(source, position)
                position = close.start() if close else len(source)
            elif tag in BLOCKS or tag in ("li", "td", "th"):
                pieces.append("\n" if tag in BLOCKS or tag == "li" else " ")
    pieces.append(html.unescape(source[position:]))
    return "".join(pieces)
