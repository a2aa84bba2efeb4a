"""May we apply? Three answers (yes, no, unclear) for each kind of applicant and each hard condition of a call.

Pure: reads a call, a day and, where given, a place with its flags. "No" stands only where the record itself says so:
a passed deadline, an instrument for one kind of applicant, a programme for other territories. Whatever is read from
free text or conditions is marked unvalidated and never gives a "no".
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from matcher.gates_facts import BY_WHOM, FOR_WHOM, FROM_WHERE, NAMED_IN_TEXT, Finding, conditions_of, normal, rule_of
from matcher.model import Call, Kind, Place, Status
from matcher.rates import Rate, usual_rate

__all__ = [
    "APPLICANTS", "CONDITIONS", "Answer", "Gate", "Rate", "applicant_gate", "gates", "kept_flags", "share_unclear",
    "usual_rate",
]  # fmt: skip

APPLICANTS = ("municipality", "municipal_company", "sme", "university", "hospital", "association")
CONDITIONS = (
    "deadline", "stage_one", "mission_city", "just_transition", "consortium_place", "partners", "prize", "loan",
    "equity", "procurement", "defence", "external_action", "invitation",
)  # fmt: skip


class Answer(StrEnum):
    """Whether the way is open. Unclear is not no."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Gate(NamedTuple):
    """One answer. `key` is one of APPLICANTS or CONDITIONS; `words` are the words it was read from, in `source`.

    `source`: identifier, title, type of action, programme, dates, conditions, text, or "" where nothing says so.
    `unvalidated`: read by a rule for conditions or free text that has not been tried on live records.
    `amount`: how many partners, where that is the condition.
    """

    key: str
    value: Answer
    source: str = ""
    words: tuple[str, ...] = ()
    unvalidated: bool = False
    amount: int | None = None


def gates(
    call: Call, today: date, *, applicant: str | None = None, place: Place | None = None, kept: Collection[str] = ()
) -> list[Gate]:
    """The answers for one kind of applicant, or for all six, then every hard condition the call shows.

    A condition the call does not show has no gate. `kept` names the flags that the region's list of places keeps
    complete (see `kept_flags`): without a kept flag a place is known not to have it. Raises KeyError for an applicant
    that is not one of APPLICANTS.
    """
    chosen = APPLICANTS if applicant is None else (APPLICANTS[APPLICANTS.index(_known(applicant))],)
    return [*_answers(call, chosen), *_conditions(call, today, place, kept)]


def applicant_gate(call: Call, applicant: str) -> Gate:
    """Whether this kind of applicant may take part, by the type of action, the programme and the title."""
    return _answers(call, (_known(applicant),))[0]


def _answers(call: Call, applicants: Sequence[str]) -> list[Gate]:
    rule, words = rule_of(call) or (None, ())
    # A title that names who does the work takes the yes from all other kinds of applicant.
    by = BY_WHOM.search(call.title) if " by " in call.title else None
    out = []
    for name in applicants:
        if by and rule and name in rule.yes and not re.search(NAMED_IN_TEXT[name], by[0], re.IGNORECASE):
            out.append(Gate(name, Answer.UNCLEAR, "title", (normal(by[0]),), unvalidated=True))
        elif rule and name in rule.yes:
            out.append(Gate(name, Answer.YES, rule.source, words))
        elif rule and name in rule.no:
            out.append(Gate(name, Answer.NO, rule.source, words))
        else:
            unclear = Gate(name, Answer.UNCLEAR, rule.source if rule else "", words)
            out.append(_named(call, name) or unclear)
    return out


def kept_flags(places: Iterable[Place]) -> frozenset[str]:
    """Flags that stand in a list of places without a provisional mark, so that their absence says something."""
    flags = [flag for place in places for flag in place.flags]
    return frozenset(f.key for f in flags) - frozenset(f.key for f in flags if f.provisional)


def share_unclear(calls: Sequence[Call]) -> dict[str, float]:
    """The share of calls (0 to 1) with an unclear answer, for each applicant and over "all" six; {} without calls."""
    if not calls:
        return {}
    unclear = Counter(
        gate.key for call in calls for gate in _answers(call, APPLICANTS) if gate.value is Answer.UNCLEAR
    )
    shares = {name: unclear[name] / len(calls) for name in APPLICANTS}
    return {**shares, "all": sum(shares.values()) / len(APPLICANTS)}


def _known(applicant: str) -> str:
    if applicant not in APPLICANTS:
        raise KeyError(f"There is no applicant {applicant!r}. There are: {', '.join(APPLICANTS)}.")
    return applicant


def _named(call: Call, applicant: str) -> Gate | None:
    """A yes from the conditions, where they name this kind of applicant among the eligible ones.

    Of a cascade call also from its text and title: its conditions are its own, not those of the topic that pays.
    """
    cascade = call.kind is Kind.CASCADE
    told = [("conditions", call.conditions or ""), ("text", call.text if cascade else "")]
    found = next((gate for source, text in told if (gate := _in_sentences(text, source, applicant))), None)
    whom = FOR_WHOM.search(call.title) if cascade and not found else None
    if whom is None or FROM_WHERE.search(f"{call.identifier} {call.title}"):
        return found
    word = re.search(NAMED_IN_TEXT[applicant], whom[0], re.IGNORECASE)
    if word is None or not word[0].lower().endswith("s"):  # "for Ulm University" is for one
        return None
    return Gate(applicant, Answer.YES, "title", (normal(word[0]),), unvalidated=True)


def _in_sentences(text: str, source: str, applicant: str) -> Gate | None:
    for sentence in re.split(r"(?<=[.;])\s+|\n+", text) if text else ():
        if re.search(
            r"(?i)\b(eligible|may apply|can apply|open to|(applicants|beneficiaries|participants) must be)\b",
            sentence,
        ):
            found = re.search(NAMED_IN_TEXT[applicant], sentence, re.IGNORECASE)
            if found and not re.search(r"(?i)\b(not|except|excluding|in-?eligible|cannot|no longer)\b", sentence):
                return Gate(applicant, Answer.YES, source, (normal(found[0]),), unvalidated=True)
    return None


def _conditions(call: Call, today: date, place: Place | None, kept: Collection[str]) -> list[Gate]:
    out = [_deadline(call, today)]
    if call.stage_one_over(today):
        first = call.deadlines[0].on.isoformat()
        out.append(Gate("stage_one", Answer.NO, "dates", (first,)))
    for finding in conditions_of(call):
        out.append(_judged(finding, place, kept))
    return out


def _deadline(call: Call, today: date) -> Gate:
    status = call.status(today)
    last = (call.deadlines[-1].on.isoformat(),) if call.deadlines else ()
    if status is Status.CLOSED:
        return Gate("deadline", Answer.NO, "dates" if last else "", last)
    if status is Status.UNKNOWN or not last:
        return Gate("deadline", Answer.UNCLEAR)
    return Gate("deadline", Answer.YES, "dates", last)


def _judged(finding: Finding, place: Place | None, kept: Collection[str]) -> Gate:
    """What a condition means for a place: its flags can answer it, everything else stays open."""
    value = Answer.UNCLEAR
    flags = {flag.key: flag for flag in place.flags} if place else {}
    if finding.flag in flags and finding.flag:
        value = Answer.UNCLEAR if flags[finding.flag].provisional else Answer.YES
    elif place and finding.flag and finding.decisive and finding.flag in kept:
        value = Answer.NO
    elif place and finding.states:
        value = Answer.UNCLEAR if place.nuts3[:2] in finding.states else Answer.NO
    elif finding.met:
        value = Answer.YES
    return Gate(finding.key, value, finding.source, finding.words, finding.unvalidated, finding.amount)
