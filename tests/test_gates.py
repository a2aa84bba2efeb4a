"""May we apply: three answers, each with its words; no false "no" on the 466 calls that ship."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import region
from matcher.gates import (
    APPLICANTS,
    CONDITIONS,
    Answer,
    Gate,
    applicant_gate,
    gates,
    kept_flags,
    share_unclear,
    usual_rate,
)
from matcher.model import Call, Deadline, DeadlineModel, Flag, Kind, Place, Section, Status
from matcher.rates import Rate
from matcher.sources.portal import parse

ROOT = Path(__file__).resolve().parent.parent
RECORDED = date(2026, 8, 22)
PLACES = {place.key: place for place in region.places(ROOT / "data" / "regions" / "ruhr")}
KEPT = kept_flags(PLACES.values())


@cache
def snapshot() -> tuple[Call, ...]:
    pages = sorted((ROOT / "data" / "snapshot").glob("type-*.json"))
    return tuple(parse(record) for page in pages for record in json.loads(page.read_text("utf-8"))["results"])


def call(identifier: str = "HORIZON-CL5-2027-01-D1-01", action: str | None = None, **fields: object) -> Call:
    given = {"reference": "r", "source": "portal", "kind": Kind.TOPIC, "identifier": identifier, "title": "A title"}
    return Call(**{**given, "types_of_action": [action] if action else [], **fields})  # type: ignore[arg-type]


def gate(found: list[Gate], key: str) -> Gate | None:
    return next((g for g in found if g.key == key), None)


RIA = "HORIZON Research and Innovation Actions"
IA = "HORIZON Innovation Actions"
CSA = "HORIZON Coordination and Support Actions"


# ── rates ──


@pytest.mark.parametrize(
    ("identifier", "action", "low", "high", "basis"),
    [
        ("HORIZON-CL4-2027-01-X-01", "HORIZON  Research and Innovation Actions", 100, 100, "ria"),
        ("HORIZON-JU-CLEANH2-2026-01-01", "HORIZON JU Research and Innovation Actions", 100, 100, "ria"),
        ("HORIZON-CL4-2027-01-X-01", IA, 70, 100, "ia"),
        ("HORIZON-CL4-2027-01-X-01", "HORIZON Coordination and Support Actions", 100, 100, "csa"),
        ("HORIZON-JU-CHIPS-2026-2-CSA", "HORIZON JU Coordination and Support Actions", 100, 100, "csa"),
        ("DIGITAL-2026-BESTUSE-MCP-10-HUB", "DIGITAL Coordination and Support Actions", 100, 100, "csa"),
        ("HORIZON-MISS-2027-04-CIT-05", "HORIZON Pre-commercial Procurement", 100, 100, "pcp"),
        ("HORIZON-X-2027-1", "HORIZON Public Procurement of Innovative Solutions", 50, 50, "ppi"),
        ("HORIZON-X-2027-1", "HORIZON Programme Cofund Actions", 30, 70, "cofund"),
        ("LIFE-2026-CET-HEATCOOLPLAN", "LIFE Project Grants", 95, 95, "life_cet"),
        ("LIFE-2026-SAP-CLIMA-CCM", "LIFE Project Grants", 60, 60, "life"),
        ("LIFE-2026-SAP-NAT-NATURE", "LIFE Project Grants", 60, 75, "life_nature"),
        ("EU4H-2026-SANTE-PJ-01", "EU4H Project Grants", 60, 60, "eu4h"),
        ("DIGITAL-2026-AI-PILOTING-10-SCREENING", "DIGITAL Simple Grants", 50, 50, "digital"),
        ("DIGITAL-ECCC-2025-DEPLOY-CYBER-09-UPTAKE", "DIGITAL JU SME Support Actions", 50, 75, "digital_sme"),
        ("I3-2026-INV1", "I3 Project Grants", 70, 100, "i3"),
        ("CEF-T-2026-COREGEN-IWWP-WORKS", "CEF Infrastructure Projects", 30, 50, "cef_works"),
        ("CEF-E-2026-PCI-PMI-STUDIES", "CEF Project Grants", 50, 50, "cef_studies"),
        ("INNOVFUND-2025-NZT-PILOTS", "INNOVFUND Lump Sum Grants", 60, 60, "innovation_fund"),
        ("JTM-2026-PSLF-FRAMEWORK-LOANS", "JTM Lump Sum Grants", 15, 25, "loan_facility"),
        ("RFCS-2026-02-RPJ", "RFCS Project Grants", 60, 60, "rfcs_research"),
        ("HORIZON-EIC-2026-ACCELERATOR-01", "HORIZON EIC Accelerator", 70, 70, "accelerator"),
        ("HORIZON-MSCA-2027-DN-01-01", "HORIZON TMA MSCA Doctoral Networks", 100, 100, "msca"),
    ],
)
def test_usual_rates(identifier: str, action: str, low: int, high: int, basis: str) -> None:
    rate = usual_rate(call(identifier, action))
    assert rate is not None
    assert (rate.low, rate.high, rate.basis) == (low, high, basis)
    assert action in rate.words


@pytest.mark.parametrize(
    ("identifier", "action"),
    [
        ("HORIZON-JU-CHIPS-2026-1-IA", "HORIZON JU Innovation Actions"),
        ("DIGITAL-JU-Chips-2025-SG-LFA", "DIGITAL JU Simple Grants"),
        ("CEF-T-2026-CORECOEN-RAIL-WORKS", "CEF Infrastructure Projects"),
        ("HORIZON-EIT-2026-PRIZE-X", "HORIZON Recognition Prize"),
        ("HORIZON-EIC-2026-STEP", "HORIZON EIC Equity Only"),
        ("HORIZON-MSCA-2027-COFUND-01-01", "HORIZON TMA MSCA Cofund Doctoral programme"),
        ("RFCS-2026-BT-Coal", "RFCS Project Grants"),
        ("LIFE-2026-PLP-NAT-ENV", "LIFE Project Grants"),
        ("ESF-2026-POW", "ESF Project Grants"),
        ("EDF-2026-X", "EDF Lump Sum Grants"),
        ("NEW-2028-X", "A type nobody has seen"),
        ("HORIZON-CL4-2027-01-X-01", None),
    ],
)
def test_no_usual_rate_where_it_differs_or_is_unknown(identifier: str, action: str | None) -> None:
    assert usual_rate(call(identifier, action)) is None


def test_a_rate_is_never_taken_from_the_topic_that_pays_for_a_cascade_call() -> None:
    assert usual_rate(call(action=RIA, kind=Kind.CASCADE)) is None
    assert usual_rate(call(action=RIA, kind=Kind.EXTERNAL)) is None


def test_several_types_span_their_rates_and_an_unknown_one_makes_it_unknown() -> None:
    assert usual_rate(call(types_of_action=[RIA, IA])) == Rate(70, 100, "several", (RIA, IA))
    assert usual_rate(call(types_of_action=[RIA, "Something else"])) is None


def test_a_title_that_contradicts_the_record_is_shown_with_both() -> None:
    rate = usual_rate(call(action=RIA, title="Energy in the process industries (IA) (Processes4Planet)"))
    assert rate == Rate(70, 100, "contradiction", (RIA, "(IA)"))
    assert usual_rate(call(action=IA, title="Energy (IA)")) == Rate(70, 100, "ia", (IA,))
    odd = [c.identifier for c in snapshot() if (r := usual_rate(c)) and r.basis == "contradiction"]
    assert odd == ["HORIZON-CL4-2027-02-MAT-PROD-32-two-stage"]


def test_most_topics_of_the_snapshot_have_a_usual_rate() -> None:
    topics = [c for c in snapshot() if c.kind is Kind.TOPIC]
    with_rate = [c for c in topics if usual_rate(c)]
    assert len(topics) == 421
    assert len(with_rate) == 373


# ── who may apply ──

NO = {
    # An equity or blended instrument for one small firm: a town itself cannot be the firm.
    ("HORIZON-EIC-2026-ACCELERATOR-01", "municipality"),
    ("HORIZON-EIC-2026-STEP", "municipality"),
    # Operating grants for non-profit organisations independent of government.
    ("LIFE-2026-NGO-OG-FPA", "municipality"),
    ("LIFE-2026-NGO-OG-FPA", "municipal_company"),
    ("LIFE-2026-NGO-OG-FPA", "sme"),
    ("LIFE-2026-NGO-OG-SGA", "municipality"),
    ("LIFE-2026-NGO-OG-SGA", "municipal_company"),
    ("LIFE-2026-NGO-OG-SGA", "sme"),
}
"""Every "no" for an applicant on the snapshot, each checked by hand against title, identifier and type of action."""


def test_every_no_on_the_snapshot_was_checked_by_hand() -> None:
    found = {
        (c.identifier, name) for c in snapshot() for name in APPLICANTS if applicant_gate(c, name).value is Answer.NO
    }
    assert found == NO


def test_the_other_noes_of_the_snapshot_are_passed_deadlines() -> None:
    noes = [(c, g) for c in snapshot() for g in gates(c, RECORDED) if g.value is Answer.NO and g.key in CONDITIONS]
    assert len(noes) == 52
    assert all(g.key == "deadline" and c.deadlines[-1].on < RECORDED for c, g in noes)


@pytest.mark.parametrize(
    ("town", "noes"),
    [
        # Loans for just-transition territories; rail money for the states of the Cohesion Fund.
        (
            "dortmund",
            {"JTM-2026-PSLF-FRAMEWORK-LOANS", "JTM-2026-PSLF-STANDALONE-PROJECTS", "CEF-T-2026-CORECOEN-RAIL-WORKS"},
        ),
        (
            "xanten",
            {"JTM-2026-PSLF-FRAMEWORK-LOANS", "JTM-2026-PSLF-STANDALONE-PROJECTS", "CEF-T-2026-CORECOEN-RAIL-WORKS"},
        ),
        ("bottrop", {"CEF-T-2026-CORECOEN-RAIL-WORKS"}),
    ],
)
def test_what_a_place_shuts_out_was_checked_by_hand(town: str, noes: set[str]) -> None:
    found = {
        c.identifier
        for c in snapshot()
        for g in gates(c, RECORDED, applicant="sme", place=PLACES[town], kept=KEPT)
        if g.value is Answer.NO and g.key in CONDITIONS and g.key != "deadline"
    }
    assert found == noes


def test_every_yes_and_no_says_what_it_was_read_from() -> None:
    for c in snapshot():
        for g in gates(c, RECORDED):
            assert g.key in APPLICANTS or g.key in CONDITIONS
            if g.value is not Answer.UNCLEAR:
                assert g.words and g.source, (c.identifier, g)
            if g.source in ("identifier", "title"):
                assert g.words[0].casefold() in f"{c.identifier} {c.title}".casefold(), (c.identifier, g)
            if g.source == "type of action":
                assert g.words[-1] in c.types_of_action


def test_the_share_of_unclear_is_counted_for_each_applicant() -> None:
    shares = share_unclear(snapshot())
    assert set(shares) == {*APPLICANTS, "all"}
    assert shares["municipality"] == pytest.approx(134 / 466)
    assert 0.25 < shares["all"] < 0.35
    assert share_unclear([]) == {}


def test_any_legal_entity_may_join_research_and_innovation() -> None:
    assert {g.value for g in gates(call(action=RIA), RECORDED) if g.key in APPLICANTS} == {Answer.YES}


def test_cascade_and_external_calls_and_unknown_types_are_unclear_not_no() -> None:
    for unknown in (
        call("HORIZON-EIC-2026-ACCELERATOR-01", "HORIZON EIC Accelerator", kind=Kind.CASCADE),
        call("EuropeAid/170893/ID/ACT/RS", kind=Kind.EXTERNAL),
        call("NEW-2028-X", "Something new"),
        call("OWN-1", kind=Kind.OWN),
    ):
        assert {g.value for g in gates(unknown, RECORDED) if g.key in APPLICANTS} == {Answer.UNCLEAR}


@pytest.mark.parametrize(
    ("title", "applicant"),
    [
        ("Financial support to startups, open call", "sme"),
        ("MANTRA Second Open Call for Manufacturing SMEs", "sme"),
        ("Call No. 1 for proposals for NGOs to receive financial support", "association"),
        ("Grants for cancer charities", "association"),
        ("Financial support for start-ups registered in Estonia", None),
        ("Scholarships for Ulm University", None),
        ("Second open call", None),
    ],
)
def test_a_cascade_call_answers_by_its_own_words_never_by_the_programme_that_pays(
    title: str, applicant: str | None
) -> None:
    paid = call("HORIZON-MISS-2027-02-CANCER-06", CSA, title=title, kind=Kind.CASCADE)
    found = {g.key: g for g in gates(paid, RECORDED) if g.key in APPLICANTS}
    assert {k for k, g in found.items() if g.value is Answer.YES} == ({applicant} if applicant else set())
    assert all(g.value is Answer.UNCLEAR for k, g in found.items() if k != applicant)
    assert applicant is None or (found[applicant].source, found[applicant].unvalidated) == ("title", True)
    text = [Section(kind="scope", text="Eligible applicants are hospitals. Municipalities are not eligible.")]
    own = {g.key: g.value for g in gates(paid.model_copy(update={"sections": text}), RECORDED)}
    assert (own["hospital"], own["municipality"]) == (Answer.YES, Answer.UNCLEAR)


def test_a_title_that_names_who_does_the_work_takes_the_yes_from_all_others() -> None:
    title = "Support a research programme by cancer charities and funding agencies"
    found = {g.key: g for g in gates(call("HORIZON-MISS-2027-02-CANCER-06", CSA, title=title), RECORDED)}
    assert found["association"].value is Answer.YES
    for key in set(APPLICANTS) - {"association"}:
        assert found[key].value is Answer.UNCLEAR and found[key].unvalidated and found[key].source == "title"
    for other in ("Uptake of batteries by SMEs", "Projects by design", "Research by the sea"):
        wide = gates(call(action=CSA, title=other), RECORDED)
        assert {g.value for g in wide if g.key in APPLICANTS} == {Answer.YES}


def test_one_applicant_can_be_asked_for_and_a_wrong_one_is_named() -> None:
    found = gates(call(action=RIA), RECORDED, applicant="hospital")
    assert [g.key for g in found if g.key in APPLICANTS] == ["hospital"]
    with pytest.raises(KeyError, match="There is no applicant 'town'"):
        gates(call(), RECORDED, applicant="town")


# ── conditions ──


def test_a_two_stage_call_is_over_for_newcomers_after_stage_one() -> None:
    two = call(
        action=RIA, deadline_model=DeadlineModel.TWO_STAGE,
        deadlines=[Deadline(on=date(2026, 4, 1), stage=1), Deadline(on=date(2026, 11, 1), stage=2)],
    )  # fmt: skip
    late = gates(two, RECORDED)
    assert gate(late, "stage_one") == Gate("stage_one", Answer.NO, "dates", ("2026-04-01",))
    assert gate(late, "deadline") == Gate("deadline", Answer.YES, "dates", ("2026-11-01",))
    assert gate(gates(two, date(2026, 4, 1)), "stage_one") is None
    single = two.model_copy(update={"deadline_model": DeadlineModel.CUT_OFF})
    assert gate(gates(single, RECORDED), "stage_one") is None


def test_the_deadline_day_itself_is_open_and_no_date_is_unclear() -> None:
    last = call(deadlines=[Deadline(on=RECORDED)])
    assert gate(gates(last, RECORDED), "deadline") == Gate("deadline", Answer.YES, "dates", ("2026-08-22",))
    assert gate(gates(call(), RECORDED), "deadline") == Gate("deadline", Answer.UNCLEAR)
    closed = gate(gates(call(portal_status=Status.CLOSED), RECORDED), "deadline")
    assert closed and closed.value is Answer.NO


def test_a_mission_topic_is_met_by_a_mission_city_and_never_shuts_others_out() -> None:
    topic = call("HORIZON-MISS-2027-07-CLIMA-CIT-NEB-01", IA)
    alone = gate(gates(topic, RECORDED), "mission_city")
    assert alone == Gate("mission_city", Answer.UNCLEAR, "identifier", ("HORIZON-MISS-2027-07-CLIMA-CIT",))
    for town, value in (("dortmund", Answer.YES), ("essen", Answer.UNCLEAR)):
        found = gate(gates(topic, RECORDED, place=PLACES[town], kept=KEPT), "mission_city")
        assert found and found.value is value
    other = call("HORIZON-MISS-2027-02-CANCER-05", IA)
    assert gate(gates(other, RECORDED), "mission_city") is None


def test_just_transition_needs_the_flag_and_a_list_that_keeps_it() -> None:
    loans = call("JTM-2026-PSLF-FRAMEWORK-LOANS", "JTM Lump Sum Grants", title="Framework Loans")

    def answer(place: Place, kept: frozenset[str]) -> Answer:
        found = gate(gates(loans, RECORDED, place=place, kept=kept), "just_transition")
        assert found
        return found.value

    assert answer(PLACES["marl"], KEPT) is Answer.YES
    assert answer(PLACES["herne"], KEPT) is Answer.NO
    assert answer(PLACES["herne"], frozenset()) is Answer.UNCLEAR
    guess = Place(key="x", name="X", district="D", nuts3="NL212", flags=[Flag(key="jtf", evidence="A: guess")])
    assert answer(guess, KEPT) is Answer.UNCLEAR
    found = gates(loans, RECORDED)
    assert {g.key for g in found if g.key in CONDITIONS} == {"deadline", "just_transition", "loan"}
    assert gate(found, "municipality") == Gate("municipality", Answer.YES, "identifier", ("JTM-2026-PSLF",))


def test_flags_with_a_provisional_entry_are_not_kept() -> None:
    assert frozenset({"jtf", "mission-city", "five-sites", "rhein-waal"}) == KEPT
    assert kept_flags([]) == frozenset()


def test_places_of_the_consortium() -> None:
    coen = call("CEF-T-2026-CORECOEN-RAIL-WORKS", "CEF Infrastructure Projects")
    pole = Place(key="gdansk", name="Gdańsk", district="-", nuts3="PL634")
    for place, value in ((None, Answer.UNCLEAR), (PLACES["hamm"], Answer.NO), (pole, Answer.UNCLEAR)):
        found = gate(gates(coen, RECORDED, place=place, kept=KEPT), "consortium_place")
        assert found and found.value is value
    for identifier in ("HORIZON-WIDERA-2027-03-WIDENING-01", "I3-2026-INV2a", "CEF-DIG-2026-GATEWAYS-WORKS"):
        found = gate(gates(call(identifier, RIA), RECORDED, place=PLACES["hamm"], kept=KEPT), "consortium_place")
        assert found and found.value is Answer.UNCLEAR
    for identifier in ("HORIZON-WIDERA-2027-05-ERA-01", "I3-2026-INV1", "CEF-T-2026-COREGEN-RAIL-WORKS"):
        assert gate(gates(call(identifier, RIA), RECORDED), "consortium_place") is None
    valley = gates(call(action=IA, title="Small-scale Hydrogen Valley"), RECORDED)
    assert gate(valley, "consortium_place") == Gate(
        "consortium_place", Answer.UNCLEAR, "title", ("Small-scale Hydrogen Valley",)
    )
    for title, words in (
        ("Financial support for start-ups registered in Estonia", "registered in Estonia"),
        ("Innovation Funding for Estonian Cybersecurity Companies", "Estonian Cybersecurity Companies"),
        ("Solutions based in nature for European companies", None),
        ("Open to Small start-ups and European SMEs", None),
    ):
        found = gate(gates(call(title=title, kind=Kind.CASCADE), RECORDED), "consortium_place")
        assert (found and found.words) == (words and (words,)), title


@pytest.mark.parametrize(
    ("identifier", "action", "key", "value", "amount"),
    [
        ("HORIZON-X-2027-1", RIA, "partners", Answer.UNCLEAR, 3),
        ("HORIZON-X-2027-1", "HORIZON Coordination and Support Actions", "partners", Answer.YES, 1),
        ("HORIZON-X-2027-1", "HORIZON Pre-commercial Procurement", "partners", Answer.UNCLEAR, 2),
        ("HORIZON-X-2027-1", "HORIZON Pre-commercial Procurement", "procurement", Answer.UNCLEAR, None),
        ("HORIZON-EIT-2026-PRIZE-WIP-LEADERSHIP", "HORIZON Recognition Prize", "prize", Answer.UNCLEAR, None),
        ("ERASMUS-SPORT-2026-EU-AWARDS-PEACE", "ERASMUS Prizes", "prize", Answer.UNCLEAR, None),
        ("HORIZON-EIC-2026-STEP", "HORIZON EIC Equity Only", "equity", Answer.UNCLEAR, None),
        ("EDF-EDIP-P-2027-LS-IRA-PE", "EDF Lump Sum Grants", "defence", Answer.UNCLEAR, None),
        ("EuropeAid/170893/ID/ACT/RS", None, "external_action", Answer.UNCLEAR, None),
        ("HORIZON-EIT-2025-KIC-IBA-UM", "HORIZON EIT Actions", "invitation", Answer.UNCLEAR, None),
        ("LIFE-2026-NGO-OG-SGA", "LIFE Operating Grants Framework Partnerships", "invitation", Answer.UNCLEAR, None),
    ],
)
def test_conditions_read_from_the_record(
    identifier: str, action: str | None, key: str, value: Answer, amount: int | None
) -> None:
    found = gate(gates(call(identifier, action), RECORDED), key)
    assert found and (found.value, found.amount, found.unvalidated) == (value, amount, False)


def test_look_alikes_are_not_taken() -> None:
    plain = gates(
        call("HORIZON-CL5-2027-01-EDF-01", RIA, title="Downloads for equity in citizenship awards"), RECORDED
    )
    assert {g.key for g in plain if g.key in CONDITIONS} == {"deadline", "partners"}
    cascade = gates(call("HORIZON-MISS-2024-CIT-01-02", kind=Kind.CASCADE), RECORDED)
    assert {g.key for g in cascade if g.key in CONDITIONS} == {"deadline"}


def test_what_conditions_say_is_marked_unvalidated_and_never_a_no() -> None:
    conditions = (
        "Eligible applicants: municipalities and public bodies. Universities are not eligible. "
        "The consortium must include at least four independent legal entities. Applicants must be Mission Cities."
    )
    found = gates(call("NEW-2028-X", "New Grants", conditions=conditions), RECORDED, place=PLACES["essen"], kept=KEPT)
    assert gate(found, "municipality") == Gate(
        "municipality", Answer.YES, "conditions", ("municipalities",), unvalidated=True
    )
    university = gate(found, "university")
    assert university and university.value is Answer.UNCLEAR
    assert gate(found, "partners") == Gate(
        "partners", Answer.UNCLEAR, "conditions", ("at least four independent legal entities",), True, 4
    )
    assert gate(found, "mission_city") == Gate(
        "mission_city", Answer.UNCLEAR, "conditions", ("mission cities",), True
    )


def test_free_text_gives_hints_only() -> None:
    text = [
        Section(kind="scope", text="Projects in territories with a Territorial Just Transition Plan are welcome.")
    ]
    found = gate(
        gates(call(action=RIA, sections=text), RECORDED, place=PLACES["herne"], kept=KEPT), "just_transition"
    )
    assert found == Gate(
        "just_transition", Answer.UNCLEAR, "text", ("territorial just transition plan",), unvalidated=True
    )


WORDS = st.sampled_from(
    [
        "only", "not", "eligible", "municipalities", "SMEs", "Mission Cities", "at least 3 partners", "hospitals",
        ".", "loan", "widening countries", "territorial just transition plan", "defence", "İ", "\n",
        "cohesion countries", "public bodies",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(WORDS, max_size=12).map(" ".join),
    st.lists(WORDS, max_size=12).map(" ".join),
    st.sampled_from(sorted(PLACES)),
)
def test_no_text_can_make_a_no(conditions: str, text: str, town: str) -> None:
    sections = [Section(kind="text", text=text)]
    some = call(
        "NEW-2028-X", "New Grants", conditions=conditions, sections=sections, deadlines=[Deadline(on=RECORDED)]
    )
    found = gates(some, RECORDED, place=PLACES[town], kept=KEPT)
    assert [g for g in found if g.value is Answer.NO] == []
    assert all(g.unvalidated for g in found if g.source in ("conditions", "text"))
    assert len({g.key for g in found}) == len(found)
