"""The usual funding rate of a call, read from its type of action: a hint for planning, never what the call says.

Rates are those of the programmes' general conditions 2021–2027 as commonly published; the portal's records carry no
rate. Where a programme's rates differ from call to call there is no usual rate, and the answer is None.
"""

import re
from typing import NamedTuple

from matcher.model import Call, Kind


class Rate(NamedTuple):
    """Percent of eligible costs, `low` to `high`; `basis` is a key of the reason, `words` what it was read from."""

    low: int
    high: int
    basis: str
    words: tuple[str, ...] = ()


class _Rule(NamedTuple):
    action: str
    identifier: str
    low: int
    high: int
    basis: str


# First fit holds. A basis with low -1 says: known to differ from call to call.
_RULES = [
    _Rule(r"\bprizes?$", "", -1, -1, "prize"),
    _Rule(r"coordination and support actions$", "", 100, 100, "csa"),
    # Chips and supercomputers: the EU pays one part, the states another, by kind of partner and by call.
    _Rule("", r"(?i)(HORIZON|DIGITAL)-JU-(CHIPS|EUROHPC)-", -1, -1, "joint_undertaking"),
    _Rule(r"^(horizon|euratom)( ju)? research and innovation actions$", "", 100, 100, "ria"),
    # For-profit partners 70, non-profit ones (public bodies among them) 100.
    _Rule(r"^(horizon|euratom)( ju)? innovation actions$", "", 70, 100, "ia"),
    _Rule(r"pre-commercial procurement$", "", 100, 100, "pcp"),
    _Rule(r"public procurement of innovative solutions$", "", 50, 50, "ppi"),
    _Rule(r"programme cofund actions$", "", 30, 70, "cofund"),
    _Rule(r"eic accelerator$", "", 70, 70, "accelerator"),
    _Rule(r"eic grants$|erc (proof of concept )?grants$", "", 100, 100, "excellence"),
    _Rule(r"^horizon tma msca (?!cofund)", "", 100, 100, "msca"),
    _Rule(r"^life project grants$", r"LIFE-\d{4}-CET-", 95, 95, "life_cet"),
    # Nature projects for priority habitats and species get more.
    _Rule(r"^life project grants$", r"LIFE-\d{4}-(SAP-NAT|STRAT-NAT|TA-PP-NAT)-", 60, 75, "life_nature"),
    _Rule(r"^life project grants$", r"LIFE-\d{4}-(SAP|STRAT|TA-PP)-", 60, 60, "life"),
    _Rule(r"^eu4h project grants$", "", 60, 60, "eu4h"),
    _Rule(r"^digital( ju)? simple grants$", "", 50, 50, "digital"),
    _Rule(r"^digital( ju)? sme support actions$", "", 50, 75, "digital_sme"),
    _Rule(r"^i3 project grants$", "", 70, 100, "i3"),
    _Rule(r"^cef ", r"CEF-T-\d{4}-\w*COEN", -1, -1, "cef_cohesion"),
    _Rule(r"^cef project grants$", "", 50, 50, "cef_studies"),
    _Rule(r"^cef infrastructure projects$", r"CEF-T-", 30, 50, "cef_works"),
    _Rule(r"^cef infrastructure projects$", r"CEF-E-", 50, 75, "cef_energy"),
    _Rule(r"^cef infrastructure projects$", r"CEF-DIG-", 30, 75, "cef_digital"),
    _Rule(r"^innovfund ", r"INNOVFUND-", 60, 60, "innovation_fund"),
    # The grant beside a loan of the EIB; more for less developed regions.
    _Rule(r"^jtm ", r"JTM-\d{4}-PSLF-", 15, 25, "loan_facility"),
    _Rule(r"^rfcs project grants$", r"RFCS-\d{4}-\d\d-RPJ", 60, 60, "rfcs_research"),
    _Rule(r"^rfcs project grants$", r"RFCS-\d{4}-\d\d-PDP", 50, 50, "rfcs_pilot"),
    _Rule(r"^rfcs project grants$", r"RFCS-\d{4}-\d\d-AM", 100, 100, "rfcs_accompanying"),
]
_COMPILED = [(re.compile(rule.action), re.compile(rule.identifier), rule) for rule in _RULES]
_IN_TITLE = re.compile(r"\((RIA|IA|CSA)\)")
_ACTION_OF = {"RIA": "ria", "IA": "ia", "CSA": "csa"}
_SHARES = {"ria": (100, 100), "csa": (100, 100), "ia": (70, 100)}


def usual_rate(call: Call) -> Rate | None:
    """The usual rate, "check the call"; None where there is none, where it differs from call to call, or unknown.

    Cascade and external calls set their own. Several types of action give the span of their rates. A title that
    names another type than the record does, such as "(IA)" on a RIA, widens the span: basis "contradiction".
    """
    if call.kind in (Kind.CASCADE, Kind.EXTERNAL) or not call.types_of_action:
        return None
    found = [_of(action, call.identifier) for action in call.types_of_action]
    if any(rate is None for rate in found):
        return None
    rates = [rate for rate in found if rate is not None]
    bases = {rate.basis for rate in rates}
    words = [word for rate in rates for word in rate.words]
    low, high = min(r.low for r in rates), max(r.high for r in rates)
    named = _IN_TITLE.search(call.title)
    if named and _ACTION_OF[named[1]] not in bases and bases & set(_SHARES):
        other = _SHARES[_ACTION_OF[named[1]]]
        return Rate(min(low, other[0]), max(high, other[1]), "contradiction", (*words, named[0]))
    return Rate(low, high, rates[0].basis if len(bases) == 1 else "several", tuple(dict.fromkeys(words)))


def _of(action: str, identifier: str) -> Rate | None:
    plain = " ".join(action.split()).casefold()
    for wanted, prefix, rule in _COMPILED:
        if wanted.search(plain) and prefix.match(identifier):
            if rule.low < 0:
                return None
            words = (action, prefix.match(identifier)[0]) if rule.identifier else (action,)  # type: ignore[index]
            return Rate(rule.low, rule.high, rule.basis, words)
    return None
