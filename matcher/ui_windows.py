"""The options of filters that no column of the table holds: deadline windows, sums per project, applicants."""

from matcher.views.shortlist import Filters

# Deadline windows in days from today (least, most), sums per project in thousand (least, most), by their key.
DUE: dict[str, tuple[int | None, int | None]] = {
    "30": (0, 30), "60": (0, 60), "90": (0, 90), "180": (0, 180), "later": (42, None),
}  # fmt: skip
MONEY: dict[str, tuple[int | None, int | None]] = {
    "60": (None, 60), "500": (60, 500), "2000": (500, 2000), "5000": (2000, 5000), "more": (5000, None),
}  # fmt: skip
APPLICANTS = ("municipality", "municipal_company", "sme", "university", "hospital", "association")


def options() -> dict[str, tuple[str, dict[str, Filters]]]:
    """The options that no column holds, by parameter (or filter with choices): which filter they set, and to what."""
    due = {d: Filters(deadline_from=least, deadline_to=most) for d, (least, most) in DUE.items()}
    ranges = {m: sums(m) for m in MONEY}
    money = {m: Filters(project_from=least, project_to=most) for m, (least, most) in ranges.items()}
    who = {a: Filters(applicants=(a,)) for a in APPLICANTS}
    return {"due": ("deadline", due), "money": ("budget", money), "applicants": ("applicants", who)}


def sums(name: str) -> tuple[int | None, int | None]:
    """The least and the most a project gets, in euros."""
    low, high = MONEY.get(name, (None, None))
    return None if low is None else low * 1000, None if high is None else high * 1000
