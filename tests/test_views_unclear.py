"""How often the records say who may apply: shares per applicant and counts per condition, unclear never left out."""

from datetime import date

import pytest

from matcher.gates import APPLICANTS, share_unclear
from matcher.model import Call, Deadline, Kind, Status
from matcher.views import unclear

TODAY = date(2026, 11, 23)


def a_call(number: int, title: str, action: str, due: date = date(2027, 1, 26)) -> Call:
    return Call(
        reference=f"r{number}", source="portal", kind=Kind.TOPIC, identifier=f"HORIZON-CL5-2027-{number}",
        title=title, types_of_action=[action], portal_status=Status.OPEN, deadlines=[Deadline(on=due)],
    )  # fmt: skip


CALLS = [
    a_call(1, "Clean rivers", "HORIZON Research and Innovation Actions"),
    a_call(2, "Women innovators", "HORIZON Recognition Prizes"),
    a_call(3, "Something", "An action of its own"),
    a_call(4, "Over", "HORIZON Innovation Actions", date(2026, 1, 1)),
]


@pytest.mark.parametrize("language", ["de", "en"])
def test_shares_add_up_and_are_those_of_the_gates(language: str) -> None:
    applicants, _, count = unclear.build(CALLS, TODAY, language)
    assert count == 3
    assert list(applicants["key"]) == list(APPLICANTS)
    assert (applicants[["yes", "no", "unclear"]].sum(axis=1) - 1).abs().max() < 1e-9
    wanted = share_unclear(CALLS[:3])
    assert dict(zip(applicants["key"], applicants["unclear"], strict=True)) == pytest.approx(
        {key: wanted[key] for key in APPLICANTS}
    )


def test_conditions_count_the_calls_that_show_them() -> None:
    _, conditions, _ = unclear.build(CALLS, TODAY, "de")
    rows = {row["key"]: row for row in conditions.to_dict("records")}
    assert rows["deadline"]["calls"] == 3
    assert rows["prize"]["calls"] == 1
    assert all(row["calls"] == row["met"] + row["unmet"] + row["unclear"] for row in rows.values())
    assert "loan" not in rows


def test_without_calls_there_is_nothing_to_tell() -> None:
    applicants, conditions, count = unclear.build([], TODAY, "en")
    assert (len(applicants), len(conditions), count) == (0, 0, 0)
