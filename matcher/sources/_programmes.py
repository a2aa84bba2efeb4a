"""Funding programmes of the EU Funding & Tenders Portal: our own table of codes, short names and names.

The portal's own labels are half URL-encoded and lose plus signs, so none of them is shown. Codes as observed in its
facet answers of 2025 and 2026; German names as the EU's own German texts call the programmes. A new programme
generation brings new codes: an unknown one is kept and shown, never dropped.
"""

import re
from functools import cache
from typing import NamedTuple


class Programme(NamedTuple):
    """`short` is what tables show; `prefixes` are the starts of topic identifiers (without the hyphen)."""

    short: str
    name: str
    name_de: str | None
    prefixes: tuple[str, ...]


# ruff: noqa: E501
# fmt: off
PROGRAMMES: dict[str, Programme] = {
    "43108390": Programme("HORIZON", "Horizon Europe", "Horizont Europa", ("HORIZON", "ERC")),
    "43298916": Programme("EURATOM", "Euratom Research and Training Programme", "Euratom-Programm für Forschung und Ausbildung", ("HORIZON-EURATOM", "EURATOM")),
    "43152860": Programme("DIGITAL", "Digital Europe Programme", "Digitales Europa", ("DIGITAL",)),
    "43251567": Programme("CEF", "Connecting Europe Facility", "Fazilität „Connecting Europe“", ("CEF",)),
    "43252405": Programme("LIFE", "LIFE – Environment and Climate Action", "LIFE – Programm für Umwelt- und Klimapolitik", ("LIFE",)),
    "43252476": Programme("SMP", "Single Market Programme", "Binnenmarktprogramm", ("SMP",)),
    "43332642": Programme("EU4H", "EU4Health Programme", "EU4Health", ("EU4H",)),
    "43353764": Programme("ERASMUS+", "Erasmus+", "Erasmus+", ("ERASMUS",)),
    "43254037": Programme("ESC", "European Solidarity Corps", "Europäisches Solidaritätskorps", ("ESC",)),
    "43251814": Programme("CREA", "Creative Europe Programme", "Kreatives Europa", ("CREA",)),
    "43251589": Programme("CERV", "Citizens, Equality, Rights and Values Programme", "Bürgerinnen und Bürger, Gleichstellung, Rechte und Werte", ("CERV",)),
    "43252386": Programme("JUST", "Justice Programme", "Programm „Justiz“", ("JUST",)),
    "43254019": Programme("ESF+", "European Social Fund Plus", "Europäischer Sozialfonds Plus", ("ESF",)),
    "43252517": Programme("SOCPL", "Social Prerogatives and Specific Competencies Lines", None, ("SOCPL",)),
    "44416173": Programme("I3", "Interregional Innovation Investments", "Interregionale Innovationsinvestitionen", ("I3",)),
    "44773066": Programme("JTM", "Just Transition Mechanism", "Mechanismus für einen gerechten Übergang", ("JTM",)),
    "46324255": Programme("ERDF-TA", "Technical assistance for ERDF, CF and JTF", "Technische Hilfe für EFRE, Kohäsionsfonds und JTF", ("ERDFTA", "ERDF-TA")),
    "44773133": Programme("IMREG", "Information measures for the EU cohesion policy", "Informationsmaßnahmen zur EU-Kohäsionspolitik", ("IMREG",)),
    "43089234": Programme("INNOVFUND", "Innovation Fund", "Innovationsfonds", ("INNOVFUND",)),
    "43253967": Programme("RENEWFM", "Renewable Energy Financing Mechanism", "Finanzierungsmechanismus für erneuerbare Energien", ("RENEWFM",)),
    "43252449": Programme("RFCS", "Research Fund for Coal and Steel", "Forschungsfonds für Kohle und Stahl", ("RFCS",)),
    "44181033": Programme("EDF", "European Defence Fund", "Europäischer Verteidigungsfonds", ("EDF",)),
    "43252368": Programme("ISF", "Internal Security Fund", "Fonds für die innere Sicherheit", ("ISF",)),
    "43251447": Programme("AMIF", "Asylum, Migration and Integration Fund", "Asyl-, Migrations- und Integrationsfonds", ("AMIF",)),
    "43251530": Programme("BMVI", "Border Management and Visa Instrument", "Instrument für Grenzverwaltung und Visumpolitik", ("BMVI",)),
    "43298203": Programme("UCPM", "Union Civil Protection Mechanism", "Katastrophenschutzverfahren der Union", ("UCPM",)),
    "43392145": Programme("EMFAF", "European Maritime, Fisheries and Aquaculture Fund", "Europäischer Meeres-, Fischerei- und Aquakulturfonds", ("EMFAF",)),
    "43298664": Programme("AGRIP", "Promotion of Agricultural Products", "Absatzförderung für Agrarerzeugnisse", ("AGRIP",)),
    "43251882": Programme("IMCAP", "Information measures relating to the common agricultural policy", "Informationsmaßnahmen zur Gemeinsamen Agrarpolitik", ("IMCAP",)),
    "43251842": Programme("EUAF", "Union Anti-Fraud Programme", "Betrugsbekämpfungsprogramm der Union", ("EUAF",)),
    "43252433": Programme("PERICLES IV", "Protection of the Euro against Counterfeiting (Pericles IV)", "Schutz des Euro gegen Geldfälschung (Pericles IV)", ("PERI",)),
    "43251534": Programme("CCEI", "Customs Control Equipment Instrument", "Instrument für Zollkontrollausrüstung", ("CCEI",)),
    "43253979": Programme("CUST", "Customs Programme", "Programm „Zoll“", ("CUST",)),
    "43253995": Programme("FISC", "Fiscalis Programme", "Fiscalis", ("FISC",)),
    "43253706": Programme("TSI", "Technical Support Instrument", "Instrument für technische Unterstützung", ("TSI",)),
    "43637601": Programme("PPPA", "Pilot Projects and Preparatory Actions", "Pilotprojekte und vorbereitende Maßnahmen", ("PPPA",)),
    "43697167": Programme("EP", "European Parliament", "Europäisches Parlament", ("EP",)),
    "45532249": Programme("EUBA", "EU Bodies and Agencies", "Einrichtungen und Agenturen der EU", ("EUBA",)),
    "45876777": Programme("NDICI", "NDICI – Global Europe", "NDICI – Europa in der Welt", ("NDICI",)),
    "47376280": Programme("RELEX2027", "EU External Action – eGrants", "Außenhilfe der EU – eGrants", ()),
    "111111": Programme("RELEX-PROSPECT", "EU External Action – Prospect", "Außenhilfe der EU – Prospect", ("EuropeAid",)),
    "47786028": Programme("BCS", "Business and Consumer Surveys Programme", None, ()),
    "31045243": Programme("H2020", "Horizon 2020", "Horizont 2020", ("H2020",)),
    "31059643": Programme("COSME", "COSME – Competitiveness of Enterprises and SMEs", "COSME – Wettbewerbsfähigkeit von Unternehmen und KMU", ("COS",)),
    "31061225": Programme("RFCS2020", "Research Fund for Coal and Steel (2014–2020)", "Forschungsfonds für Kohle und Stahl (2014–2020)", ()),
    "31107710": Programme("LIFE2020", "LIFE (2014–2020)", "LIFE (2014–2020)", ()),
    "31065524": Programme("CEF2014", "Connecting Europe Facility (2014–2020)", "Fazilität „Connecting Europe“ (2014–2020)", ()),
    "31059083": Programme("CREA2020", "Creative Europe (2014–2020)", "Kreatives Europa (2014–2020)", ()),
    "31059093": Programme("EPLUS", "Erasmus+ (2014–2020)", "Erasmus+ (2014–2020)", ()),
    "31059088": Programme("EFC", "Europe for Citizens", "Europa für Bürgerinnen und Bürger", ()),
    "31059098": Programme("EUAID", "EU Aid Volunteers", "EU-Freiwillige für humanitäre Hilfe", ()),
    "31061266": Programme("3HP", "3rd Health Programme", "Drittes Gesundheitsprogramm", ()),
    "31061273": Programme("CP", "Consumer Programme", "Verbraucherprogramm", ()),
    "31070247": Programme("JUST2020", "Justice Programme (2014–2020)", "Programm „Justiz“ (2014–2020)", ()),
    "31072773": Programme("AGRIP2020", "Promotion of Agricultural Products (2014–2020)", "Absatzförderung für Agrarerzeugnisse (2014–2020)", ()),
    "31075571": Programme("PANAF", "Intra-Africa Academic Mobility", None, ()),
    "31076817": Programme("REC", "Rights, Equality and Citizenship", "Rechte, Gleichstellung und Unionsbürgerschaft", ()),
    "31077795": Programme("AMIF2020", "Asylum, Migration and Integration Fund (2014–2020)", "Asyl-, Migrations- und Integrationsfonds (2014–2020)", ()),
    "31077817": Programme("ISFP", "Internal Security Fund Police", "Fonds für die innere Sicherheit – Polizei", ("ISFP",)),
    "31077833": Programme("ISFB", "Internal Security Fund Borders and Visa", "Fonds für die innere Sicherheit – Grenzen und Visa", ("ISFB",)),
    "31082527": Programme("UCPM2020", "Union Civil Protection Mechanism (2014–2020)", "Katastrophenschutzverfahren der Union (2014–2020)", ()),
    "31084250": Programme("PPPA2020", "Pilot Projects and Preparatory Actions (2014–2020)", "Pilotprojekte und vorbereitende Maßnahmen (2014–2020)", ()),
    "31084392": Programme("HERC", "Hercule III", "Hercule III", ("HERC",)),
    "31088049": Programme("ESTAT", "European Statistics", None, ()),
    "31098847": Programme("EMFF", "European Maritime and Fisheries Fund", "Europäischer Meeres- und Fischereifonds", ("EMFF",)),
    "31109727": Programme("EDIDP", "European Defence Industrial Development Programme", "Europäisches Programm zur industriellen Entwicklung im Verteidigungsbereich", ("EDIDP",)),
    "42198993": Programme("IMCAP2020", "Information measures, common agricultural policy (2014–2020)", "Informationsmaßnahmen zur Gemeinsamen Agrarpolitik (2014–2020)", ()),
    "42810547": Programme("ED", "Europe Direct", "Europe Direct", ()),
    "42905358": Programme("SRSP", "Structural Reform Support Programme", "Programm zur Unterstützung von Strukturreformen", ("SRSP",)),
    "42992790": Programme("ESC2020", "European Solidarity Corps (2014–2020)", "Europäisches Solidaritätskorps (2014–2020)", ()),
    "111109": Programme("1HP", "1st Health Programme", "Erstes Gesundheitsprogramm", ()),
    "111110": Programme("2HP", "2nd Health Programme", "Zweites Gesundheitsprogramm", ()),
}
# fmt: on

_LEADING = re.compile(r"[A-Za-z0-9+]+")


@cache
def _by_prefix() -> dict[str, Programme]:
    return {prefix.upper(): row for row in PROGRAMMES.values() for prefix in row.prefixes}


@cache
def _by_short() -> dict[str, Programme]:
    return {row.short: row for row in PROGRAMMES.values()}


def by_short(short: str | None) -> Programme | None:
    """The programme with that short name."""
    return _by_short().get(short or "")


def from_identifier(identifier: str) -> Programme | None:
    """The programme whose prefix the identifier starts with, the longest one first; None if there is none."""
    parts = re.split(r"[-/]", identifier.upper())
    starts = ("-".join(parts[:length]) for length in (2, 1))
    return next((_by_prefix()[start] for start in starts if start in _by_prefix()), None)


def programme(code: str | None, identifier: str) -> tuple[str | None, str | None]:
    """Short name and name for a portal code; an unknown code stays, its name comes from the identifier's start."""
    known = PROGRAMMES.get(code or "") or by_short(code)
    derived = from_identifier(identifier)
    if known or (derived and not code):
        row = known or derived
        return (row.short, row.name) if row else (None, None)
    if not code:
        return None, None
    leading = _LEADING.match(identifier)
    return code, derived.name if derived else (leading[0] if leading else None)
