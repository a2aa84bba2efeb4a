"""One record of the portal's search service as a `Call`: topics (type 1), cascade calls (8) and external calls (2).

Shapes as observed in answers of the EU Funding & Tenders Portal from 2025 to October 2026. Only a record without
reference, title or kind is refused; everything else that cannot be read is left out and named in `Call.remarks`.
"""

import html
import re
from typing import Any

from matcher.errors import RecordError
from matcher.model import Budget, Call, Kind, Section, Status
from matcher.sources import _budget, _deadlines, _html, _links
from matcher.sources._divisions import division
from matcher.sources._fields import Fields, strings
from matcher.sources._programmes import PROGRAMMES, programme
from matcher.text import clean_text, cut, squeeze

SOURCE = "portal"
KINDS = {"1": Kind.TOPIC, "8": Kind.CASCADE, "2": Kind.EXTERNAL}
STATUS = {"31094501": Status.FORTHCOMING, "31094502": Status.OPEN, "31094503": Status.CLOSED}
_LOADER = "SEDIA"
_LONGEST_REFERENCE = 300
_OLD_LOADER_REFERENCE = re.compile(r"[0-9]+[A-Za-z]+[0-9]{13}")
_NOTE = re.compile(r"\[\[[^\]]*\]\]")
_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9+]+(?:-[A-Za-z0-9+]+)*-20[0-9]{2}(?:-[A-Za-z0-9+]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_MOST_KEYWORDS = 200


def parse(record: dict[str, Any]) -> Call:
    """Raises RecordError for a record without reference, title or kind (type 1, 8, 2); nothing else for any dict."""
    fields = Fields(record)
    kind = _kind(fields)
    reference = _reference(fields)
    title, parent = _titles(fields, kind)
    identifier = fields.first("identifier")
    if identifier is None or len(identifier) > _LONGEST_REFERENCE:
        fields.remark(
            f"The record has {'no' if identifier is None else 'too long an'} identifier; its reference stands in."
        )
        identifier = reference
    call_identifier = fields.first("callIdentifier")
    lines = _budget.entries(fields.json("budgetOverview"), fields) if kind is Kind.TOPIC else []
    mine = [line for line in lines if line.of(identifier)]
    actions = _deadlines.actions(fields)
    model = (
        _deadlines.model(fields, identifier, actions, mine)
        if kind is Kind.TOPIC
        else _deadlines.model(fields, "", [], [])
    )
    code = fields.first("status")
    programme_code = fields.first("frameworkProgramme")
    short, name = programme(programme_code, identifier)
    if programme_code and short == programme_code and programme_code not in PROGRAMMES:
        fields.remark(f"Programme code {programme_code} is not in our table.")
    sections, source = _text(fields, kind)
    return Call(
        reference=reference,
        source=SOURCE,
        kind=kind,
        identifier=identifier,
        call_identifier=call_identifier,
        call_title=fields.first("callTitle") if kind is not Kind.CASCADE else None,
        title=title,
        parent_title=parent,
        sections=sections,
        html=source,
        destination=_destination(fields),
        programme=short,
        programme_name=name,
        divisions=_unique(division(c) for c in fields.all("programmeDivision") if c not in PROGRAMMES),
        types_of_action=_types(fields, actions, mine, identifier),
        deadline_model=model,
        opens=_deadlines.opens(fields, kind, actions, mine),
        deadlines=_deadlines.deadlines(fields, kind, model, actions, mine),
        portal_status=STATUS.get(code or "", Status.UNKNOWN),
        portal_status_code=code,
        budget=_topic_budget(fields, lines, identifier) if kind is Kind.TOPIC else _plain_budget(fields),
        keywords=_keywords(fields, identifier, call_identifier),
        cross_cutting=_unique(fields.all("crossCuttingPriorities")),
        links=_links.links(fields, kind, reference, identifier, call_identifier),
        conditions=_plain(fields, "topicConditions"),
        organiser=_plain(fields, "caName") or _plain(fields, "beneficiaryAdministration"),
        duration=_plain(fields, "duration"),
        countries=_countries(identifier) if kind is Kind.EXTERNAL else [],
        checksum=_checksum(record),
        remarks=fields.remarks,
    )


def is_ghost(record: dict[str, Any]) -> bool:
    """Whether the record is a left-over of an abandoned loader: its data source is not SEDIA, or its other marks."""
    fields = Fields(record)
    loaders = [squeeze(s) for key in ("DATASOURCE", "datasource") for s in strings(fields.values.get(key))]
    if loaders:
        return any(loader != _LOADER for loader in loaders)
    if next(strings(record.get("database")), None) or next(strings(record.get("databaseLabel")), None):
        return False
    keywords = list(strings(fields.values.get("keywords")))
    packed = len(keywords) == 1 and keywords[0].lstrip().startswith("[")
    reference = next(strings(record.get("reference")), "")
    return packed or _OLD_LOADER_REFERENCE.fullmatch(reference) is not None


def _kind(fields: Fields) -> Kind:
    code = fields.first("type")
    if code in KINDS:
        return KINDS[code]
    raise RecordError(f"The record is of type {code!r}; only 1 (topic), 8 (cascade) and 2 (external) are calls.")


def _reference(fields: Fields) -> str:
    for value in (fields.record.get("reference"), fields.values.get("REFERENCE"), fields.values.get("reference")):
        found = squeeze(next(strings(value), ""))
        if found and len(found) <= _LONGEST_REFERENCE:
            return found
    raise RecordError("The record has no reference, so it cannot be told apart from others.")


def _titles(fields: Fields, kind: Kind) -> tuple[str, str | None]:
    """The call's own title and, for a cascade call, the title of the topic that pays for it."""
    title = fields.first("title")
    # Only `summary` arrives with its ampersands escaped.
    summary = squeeze(html.unescape(clean_text(next(strings(fields.record.get("summary")), "")))) or None
    if kind is Kind.CASCADE:
        own = fields.first("callTitle") or summary or title
        parent = squeeze(_NOTE.sub("", title)) if title and title != own else None
    else:
        own, parent = title or summary, None
    own = squeeze(_NOTE.sub("", own or "")) or own
    if not own:
        raise RecordError("The record has no title.")
    short, long = cut(own, 2000)
    if long:
        fields.remark("The title is longer than 2,000 bytes and was cut.")
    return short, cut(parent, 2000)[0] if parent else None


def _text(fields: Fields, kind: Kind) -> tuple[list[Section], str | None]:
    keys = (
        ("descriptionByte", "description")
        if kind is Kind.TOPIC
        else ("description", "furtherInformation", "descriptionByte")
    )
    for key in keys:
        source = fields.first_raw(key)
        found = _html.read(source, addresses=kind is not Kind.TOPIC) if source else None
        if found and found.sections:
            if kind is not Kind.TOPIC and key == "description":
                found.sections.extend(_html.read_sections(fields.first_raw("furtherInformation") or ""))
            return found.sections, found.html
    return [], None


def _plain(fields: Fields, key: str) -> str | None:
    source = fields.first_raw(key)
    return cut(_html.plain(source))[0] or None if source else None


def _destination(fields: Fields) -> str | None:
    found = _plain(fields, "destinationDescription") or _plain(fields, "missionDescription")
    return squeeze(found) if found else None


def _types(fields: Fields, actions: list[dict[str, Any]], mine: list[_budget.Entry], identifier: str) -> list[str]:
    """From the record's own list, else from `actions`, else from the budget; without the code in front."""
    listed: list[str] = fields.all("typesOfAction")
    if not listed:
        kinds = (kind for action in actions if isinstance(action.get("types"), list) for kind in action["types"])
        listed = [squeeze(s) for kind in kinds if isinstance(kind, dict) for s in strings(kind.get("typeOfAction"))]
    if not listed:
        listed = [line.action.removeprefix(identifier).lstrip(" -") for line in mine]
    return _unique(type_of_action(s) for s in listed)


_CODE = re.compile(r"([A-Z0-9+]+(?:-[A-Z0-9+]+)*?)-[A-Z0-9+-]+ (\1 .*)")


def type_of_action(text: str) -> str:
    """`HORIZON-RIA HORIZON  Research …` as `HORIZON Research …`; a hyphen in the name itself stays."""
    text = squeeze(text)
    match = _CODE.fullmatch(text)
    return match[2] if match else text


def _topic_budget(fields: Fields, lines: list[_budget.Entry], identifier: str) -> Budget:
    found = _budget.budget(lines, identifier)
    if lines and not any(line.of(identifier) for line in lines):
        fields.remark(f"budgetOverview has {len(lines)} lines, none for {identifier}.")
    return found


def _plain_budget(fields: Fields) -> Budget:
    """Cascade and external calls: a bare number and, at times, a currency."""
    currency = (fields.first("currency") or "EUR").upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        fields.unreadable("currency", currency, "is no currency code")
        return Budget()
    raw = fields.first("budget")
    try:
        return Budget(total=_budget.amount(raw), currency=currency)
    except ValueError:
        fields.unreadable("budget", raw)
        return Budget(currency=currency)


def _keywords(fields: Fields, identifier: str, call_identifier: str | None) -> list[str]:
    """Keywords and tags without identifiers. Official keywords contain commas; in a tag they separate several."""
    tags = (part for tag in fields.all("tags") for part in tag.split(","))
    own = {(identifier or "").lower(), (call_identifier or "").lower()}
    found = _unique(
        word for word in map(squeeze, [*fields.all("keywords"), *tags])
        if word.lower() not in own and not _IDENTIFIER.fullmatch(word)
    )  # fmt: skip
    if len(found) > _MOST_KEYWORDS:
        fields.remark(f"Of {len(found)} keywords the first {_MOST_KEYWORDS} are kept.")
    return found[:_MOST_KEYWORDS]


def _countries(identifier: str) -> list[str]:
    """The last part of an external call's number, `EuropeAid/186723/DD/ACT/EG`, where it is a country code."""
    parts = identifier.split("/")
    return [parts[-1]] if len(parts) >= 4 and _COUNTRY.fullmatch(parts[-1]) else []


def _checksum(record: dict[str, Any]) -> str | None:
    return squeeze(next(strings(record.get("checksum")), ""))[:128] or None


def _unique(words: Any) -> list[str]:
    """Without blanks and repetitions (case does not count), in the order they came."""
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.casefold(), word)
    return list(found.values())
