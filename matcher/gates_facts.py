"""What the programmes of 2021–2027 say about who may apply: tables of rules, each naming the words it reads.

Rules look at the identifier, the type of action, the programme and the title of a call. The first rule that fits
speaks for all applicants; those it does not name stay unclear. Facts are of the programmes' general conditions as
commonly published; a call may narrow them, so "yes" means that this kind of applicant is not shut out.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from matcher.model import Call, Kind

MUNICIPAL = ("municipality", "municipal_company")
ALL = (*MUNICIPAL, "sme", "university", "hospital", "association")


def normal(text: str) -> str:
    """One line, single blanks."""
    return " ".join(text.split())


class ApplicantRule(NamedTuple):
    """`action` and `identifier` are patterns that must both be found; `source` says which of them tells."""

    action: str
    identifier: str
    source: str
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()

    def words(self, identifier: str, actions: dict[str, str]) -> tuple[str, ...] | None:
        """The words that make the rule fit, or None; `actions` maps small letters to the words of the record."""
        mine = re.match(self.identifier, identifier) if self.identifier else None
        if self.identifier and not mine:
            return None
        action = next((word for low, word in actions.items() if re.search(self.action, low)), None)
        if self.action and action is None:
            return None
        told = [mine[0].rstrip("-") if mine else "", action if self.action and action else ""]
        return tuple(word for word in told if word)


_WIDENING = r"HORIZON-WIDERA-[0-9]{4}(-[0-9]+)*-(ACCESS|WIDENING|TALENTS)\b"
_BUYERS = r"pre-commercial procurement$|public procurement of innovative solutions$"
_RESEARCH_AND_INNOVATION = r"^horizon( ju)? (research and innovation|innovation) actions$"
_COORDINATION = r"^(horizon|digital)( ju)? coordination and support actions$"

APPLICANT_RULES = (
    # One small or mid-sized firm, or those who are about to found one: so a university or hospital is not shut out.
    ApplicantRule(r"eic (accelerator|equity only)$", "", "type of action", ("sme",), ("municipality",)),
    # Non-profit organisations independent of government.
    ApplicantRule("operating grants", "LIFE-[0-9]{4}-NGO-OG-", "identifier", (), (*MUNICIPAL, "sme")),
    # Public buyers join forces; sellers come later, in the tender of the project.
    ApplicantRule(_BUYERS, "", "type of action", ("municipality",)),
    ApplicantRule("prizes?$", "", "type of action"),
    # Hosts of researchers: universities and institutes are; others may be.
    ApplicantRule(r"tma msca|erc (proof of concept )?grants$", "", "type of action", ("university",)),
    ApplicantRule("programme cofund actions$", "", "type of action"),
    # Hosting entities, coordinators from certain states, named consortia: read the call.
    ApplicantRule("", "(HORIZON|DIGITAL)-(JU-EUROHPC|EUROHPC)-", "identifier"),
    ApplicantRule("", _WIDENING, "identifier"),
    ApplicantRule("", "HORIZON-EURATOM-|EURATOM-", "identifier"),
    # Any legal entity of a member state.
    ApplicantRule(_RESEARCH_AND_INNOVATION, "", "type of action", ALL),
    ApplicantRule(r"^horizon( ju)? coordination and support actions$", "", "type of action", ALL),
    ApplicantRule("^life project grants$", "LIFE-[0-9]{4}-(SAP|CET)-", "identifier", ALL),
    ApplicantRule("^i3 project grants$", "I3-", "type of action", ALL),
    ApplicantRule("^rfcs project grants$", "RFCS-", "type of action", ALL),
    ApplicantRule("", "INNOVFUND-", "identifier", ("municipal_company", "sme")),
    # Public-sector bodies, or private ones entrusted with a public service.
    ApplicantRule("", "JTM-[0-9]{4}-PSLF-", "identifier", ("municipality",)),
)

_PUBLIC = r"municipalit(y|ies)|local (and regional )?(public )?authorit(y|ies)|cities and regions|public bod(y|ies)"
_PUBLIC_FIRM = r"municipal compan(y|ies)|public(ly owned)? (compan(y|ies)|undertakings?)|public utilit(y|ies)"
_SCIENCE = (
    r"universit(y|ies)|higher education (institutions?|establishments?)"
    r"|research (organi[sz]ations?|institut(es?|ions?))"
)
_CIVIL = (
    r"associations?|charit(y|ies)|civil[- ]society organi[sz]ations?|CSOs?"
    r"|non-profit organi[sz]ations?|NGOs?"
)
NAMED_IN_TEXT = {
    "municipality": rf"\b({_PUBLIC})\b",
    "municipal_company": rf"\b({_PUBLIC_FIRM})\b",
    "sme": r"\b(SMEs?|small and medium-sized enterprises?|start-?ups?)\b",
    "university": rf"\b({_SCIENCE})\b",
    "hospital": r"\b(hospitals?|healthcare providers?|health care providers?)\b",
    "association": rf"\b({_CIVIL})\b",
}
_ANY_NAMED = "|".join(NAMED_IN_TEXT.values())
# Who carries the work out, in a title: a research programme by cancer charities and funding agencies.
BY_WHOM = re.compile(
    r"\b(?:actions?|activities|initiatives?|programmes?|projects?|proposals?|research) by "
    rf"(?:[\w'’-]+ ){{0,2}}?(?:{_ANY_NAMED}).*",
    re.IGNORECASE,
)
# Whom the money goes to, in the title of a cascade call: support to start-ups, an open call for manufacturing SMEs.
FOR_WHOM = re.compile(rf"\b(?:by|for|to) (?:[\w&'’-]+ ){{0,3}}?(?:{_ANY_NAMED}).*", re.IGNORECASE)
# Such support is for those of one place; a national coordination centre has money for its own state only.
FROM_WHERE = re.compile(r"\b(?:based|domestic|established|located|registered|residing)\b|-NCC-", re.IGNORECASE)

# Member states of the Cohesion Fund 2021–2027, by the codes of NUTS.
COHESION = frozenset(("BG", "CZ", "EE", "EL", "HR", "CY", "LV", "LT", "HU", "MT", "PL", "PT", "RO", "SI", "SK"))


def rule_of(call: Call) -> tuple[ApplicantRule, tuple[str, ...]] | None:
    """The rule that speaks for a call, with its words; None for cascade and external calls, and where none does."""
    if call.kind in (Kind.CASCADE, Kind.EXTERNAL):
        return None
    actions = {normal(action).casefold(): action for action in call.types_of_action}
    for rule in APPLICANT_RULES:
        words = rule.words(call.identifier, actions)
        if words is not None:
            return rule, words
    return None


class Finding(NamedTuple):
    """A hard condition a call shows. `flag`: the flag of a place that meets it; `decisive`: without it it is a no.

    `states`: only places of these states; `met`: the condition itself is no hurdle.
    """

    key: str
    source: str
    words: tuple[str, ...]
    flag: str | None = None
    decisive: bool = False
    states: frozenset[str] | None = None
    met: bool = False
    unvalidated: bool = False
    amount: int | None = None


class _ConditionRule(NamedTuple):
    """`signs`: one of them stands in whatever the pattern finds; looking for them is ten times as fast."""

    key: str
    source: str
    pattern: str
    flag: str | None = None
    decisive: bool = False
    states: frozenset[str] | None = None
    met: bool = False
    amount: int | None = None
    signs: tuple[str, ...] = ()


_RULES = (
    # Some topics of the mission demand Mission Cities, others only welcome them: never a no.
    _ConditionRule("mission_city", "identifier", r"HORIZON-MISS-[0-9]{4}-[0-9]{2}-(\w+-)*CIT\b", "mission-city"),
    _ConditionRule("just_transition", "identifier", r"JTM-[0-9]{4}-PSLF\b", "jtf", decisive=True),
    _ConditionRule("consortium_place", "identifier", r"CEF-T-[0-9]{4}-\w*COEN\b", states=COHESION),
    _ConditionRule("consortium_place", "identifier", _WIDENING),
    _ConditionRule("consortium_place", "identifier", r"I3-[0-9]{4}-(INV2a|CAP2B)\b"),
    _ConditionRule("consortium_place", "identifier", r"CEF-DIG-[0-9]{4}-(GATEWAYS|CABLE|SMART-CABLES)\b"),
    # Small-scale valleys were reserved for sites in the member states of 2004 and later in the call of 2026.
    _ConditionRule("consortium_place", "title", r"(?i)small-scale hydrogen valley"),
    # A cascade call for the companies of one country says so in its title and nowhere else.
    _ConditionRule(
        "consortium_place", "title",
        r"\b([Bb]ased|[Ee]stablished|[Ll]ocated|[Rr]egistered|[Rr]esiding) in [A-Z]\w+"
        r"|\b[A-Z][a-z]+(ian|ese|ish) (\w+ ){0,2}([Cc]ompanies|SMEs|[Ss]tart-?ups)\b",
    ),
    _ConditionRule("partners", "type of action", "(?i)" + _RESEARCH_AND_INNOVATION, amount=3),
    _ConditionRule("partners", "type of action", "(?i)" + _COORDINATION, met=True, amount=1),
    _ConditionRule("partners", "type of action", "(?i)" + _BUYERS, amount=2),
    _ConditionRule("partners", "type of action", r"(?i)^i3 project grants$", amount=3),
    _ConditionRule("partners", "type of action", r"(?i)eic accelerator$", met=True, amount=1),
    _ConditionRule("prize", "type of action", r"(?i)\bprizes?$"),
    _ConditionRule("prize", "identifier", r"(?i).*(PRIZE|EU-AWARDS)\b"),
    _ConditionRule("loan", "identifier", r"JTM-[0-9]{4}-PSLF\b"),
    _ConditionRule("loan", "title", r"(?i)\bloans?\b"),
    _ConditionRule("equity", "type of action", r"(?i)equity only$|eic accelerator$"),
    _ConditionRule("procurement", "type of action", r"(?i)procurement|public procurement of innovative solutions$"),
    _ConditionRule("defence", "identifier", r"EDF-.*"),
    _ConditionRule("defence", "programme", r"EDF|EDIP"),
    _ConditionRule("external_action", "identifier", r"(EuropeAid/|NDICI-).*"),
    _ConditionRule("external_action", "programme", r"RELEX.*|NDICI"),
    _ConditionRule("invitation", "identifier", r"LIFE-[0-9]{4}-NGO-OG-SGA\b"),
    _ConditionRule("invitation", "identifier", r".*-(IBA|ADHOC)(?=-|$)"),
)  # fmt: skip
_TEXT_RULES = (
    _ConditionRule("mission_city", "", r"\bmission cit(y|ies)\b", "mission-city", signs=("mission cit",)),
    _ConditionRule(
        "just_transition", "", r"\bterritorial just transition plans?\b", "jtf", signs=("just transition plan",)
    ),
    _ConditionRule(
        "consortium_place", "",
        r"\b(widening countries|outermost regions|less developed( and transition)? regions|cohesion countries)\b",
        signs=("widening countries", "outermost regions", "less developed", "cohesion countries"),
    ),
)  # fmt: skip
_PARTNERS = re.compile(
    r"\bat least (?P<n>two|three|four|five|six|[2-9]|1[0-9])(?: \([0-9]+\))?"
    r"(?: (?:other|different|independent|eligible|legal))*"
    r" (?:entities|applicants|beneficiaries|partners|participants)\b"
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def conditions_of(call: Call) -> Iterator[Finding]:
    """Every hard condition once, the surest reading first: record before conditions before free text."""
    seen: set[str] = set()
    for finding in (*_of_record(call), *_of_text(call)):
        if finding.key not in seen:
            seen.add(finding.key)
            yield finding


def _of_record(call: Call) -> Iterator[Finding]:
    if call.kind is Kind.EXTERNAL:
        yield Finding("external_action", "identifier", (call.identifier,))
    cascade = call.kind is Kind.CASCADE
    values = {
        # A cascade call carries the identifier of the topic that pays for it: what that topic asks is not asked here.
        "identifier": [] if cascade else [call.identifier],
        "title": [call.title],
        "type of action": [] if cascade else [normal(a) for a in call.types_of_action],
        "programme": [call.programme] if call.programme else [],
    }
    for rule in _RULES:
        for value in values[rule.source]:
            found = (
                re.search(rule.pattern, value)
                if rule.source in ("title", "type of action")
                else re.match(rule.pattern, value)
            )
            if found and (rule.source != "programme" or found[0] == value):
                words = (value,) if rule.source == "type of action" else (found[0],)
                yield Finding(
                    rule.key, rule.source, words, rule.flag, rule.decisive, rule.states, rule.met, amount=rule.amount
                )


def _of_text(call: Call) -> Iterator[Finding]:
    for source, text in (("conditions", call.conditions or ""), ("text", call.text)):
        low = text.lower()
        for rule in _TEXT_RULES:
            found = re.search(rule.pattern, low) if any(sign in low for sign in rule.signs) else None
            if found:
                yield Finding(rule.key, source, (normal(found[0]),), rule.flag, unvalidated=True)
        partners = _PARTNERS.search(low) if source == "conditions" and "at least" in low else None
        if partners:
            amount = _NUMBERS.get(partners["n"]) or int(partners["n"])
            yield Finding("partners", source, (normal(partners[0]),), unvalidated=True, amount=amount)
